package logs

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// HostRef is a host that a message names as the other side, with its port if the
// message names one.
type HostRef struct {
	Host string
	Port int32
	URL  bool // named in a URL
	API  bool // the URL is of the Kubernetes API: /apis/, or /api/v1/ and a resource of the core
}

// A quoted name after the word database is that of a database, not of its server.
//
// A word, a colon and a number are a reference only where the grammar of the
// message makes them one. Else they may be a version, a partition, a user, the
// tag of an image, a line of source code or a time.
const (
	hostWord = `(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)`
	portPart = `(?::(\d{1,5})\b)?`
	open     = `["'` + "`" + `(\[]*`
)

// hostForms are the forms in which messages refer to hosts, each with a group
// for the host and one for its port.
var hostForms = []string{
	// Resolvers: the name that they look up.
	`(?i:\blookup|getaddrinfo for(?: host)?|ENOTFOUND|EAI_AGAIN|UnknownHostException:|UnresolvedAddressException:)[:= ]+` + open + hostWord + portPart,
	`(?i:\bresolv(?:e|ing|ed)(?: the)?(?: host)?(?:name)?(?: address(?:es)?| name)?(?: of| for)?|\bhost ?name|unknown (?:\w+ )?host|host not found in upstream)[:= ]+` + open + hostWord + portPart,
	// Connections: what they are made to.
	`(?i:\b(?:dial(?:ing|ling)?|connect(?:ing|ion|ed)?|reach(?:ing)?|contact(?:ing)?|talk(?:ing)?|login|auth\w*|request|call)(?: \w+)?(?: to| at| with)?(?: tcp[46]?| udp[46]?| the)?(?: \w*(?:server|host|broker|node|peer|endpoint|upstream|address|service|backend)\b)?(?: at| on)?)[:= ]+` +
		open + hostWord + portPart,
	`(?i:\b(?:dial|read|write|connect)(?: tcp| udp)[46]?(?: \S+->)?)[: ]*` + open + hostWord + portPart,
	`(?i:\bconnect(?: E\w+)) ` + hostWord + portPart,
	// Sides: what they are called.
	`(?i:\b(?:server|broker|endpoint|upstream|peer|node|backend|database|proxy|target|cluster)(?: at| on|: host)?)[:= ]+` + open + hostWord + `:(\d{1,5})\b`,
	`(?i:\b(?:server|host|broker)(?: at| on)?) ["'` + "`" + `]` + hostWord + portPart + `["'` + "`" + `]`,
	// The value of a setting that is an address.
	`(?i:\b\w*(?:host(?:name)?|addr(?:ess)?|server|servers|url|uri|endpoint|broker|brokers|upstream)['"]?)[=:] ?` + open + hostWord + portPart,
	`(?i:\bfor) ` + hostWord + `:(\d{1,5})\b`,
	// An address right before the error of its connection.
	hostWord + `:(\d{1,5})\b["'` + "`" + `)\]]?[:,]? [(\[]?(?i:connection refused|connect|i/o timeout|timed? ?out|timeout|\[Errno|Errno::|refused|unreachable|no route|name or service|not known|failed|not responding|is down|read timeout|EOF)`,
	// Who ended a connection.
	`(?i:\b(?:closed|reset|refused|rejected|terminated|dropped|aborted|lost|ended)(?: \w+)? (?:by|from)) ` + hostWord + `:(\d{1,5})\b`,
	// The address of a socket as Python prints it.
	`\(["']` + hostWord + `["'], ?(\d{1,5})\b`,
	// A name of the cluster's DNS.
	`\b([a-z0-9](?:[a-z0-9-]*\.)+svc(?:\.[a-z0-9.-]*[a-z0-9])?)` + portPart,
}

var (
	hostExprs = sync.OnceValue(func() []*regexp.Regexp {
		var out []*regexp.Regexp
		for _, form := range hostForms {
			out = append(out, regexp.MustCompile(form))
		}
		return out
	})
	urlExpr = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(
			`\b[a-z][a-z0-9+.:-]*://(?:[^\s@/"'<>]*@)?(\[[0-9a-f:.]+\]|[A-Za-z0-9_.-]+)(?::(\d{1,5}))?` +
				`(/api/v1/(?:namespaces|nodes|pods|services|endpoints|configmaps|secrets)\b|/apis/|/(?:apis?|api/v1)\?timeout=)?`,
		)
	})
	// nameless is the part of addresses in which no host stands though it looks so: the
	// bucket, container or name of a store (https://gocloud.dev/howto/blob, Hadoop's file
	// systems, fsspec), and the authority of a gRPC target, which names its resolver
	// (scheme://authority/endpoint, gRPC Name Resolution).
	nameless = sync.OnceValue(func() *regexp.Regexp {
		const (
			stores = `s3[an]?|gs|gcs|az|azblob|azfs|oss|cosn?|obs|b2|r2|swift|hf|dbfs|file|mem|memory|env|secret|configmap|pvc|` +
				`ssm|classpath`
			resolvers = `endpoint|etcd-endpoints|passthrough|dns|xds`
		)
		return regexp.MustCompile(`\b(?i:` + stores + `)://[^\s"'<>]*|\b(?:` + resolvers + `)://[^\s/"'<>]*/`)
	})
	// manuals are the addresses at which programs send people to read on.
	manuals = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:` + strings.Join(manualForms, "|") + `)`)
	})
	splitHost = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(?:address|hostname|host): ['"]([^'"]+)['"]`) })
	// quantity is a duration or size with its unit.
	quantity  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d+(?:ns|us|ms|s|m|h|d|w|[kmgt]i?b?|bytes)$`) })
	splitPort = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bport:? ?=?["']?(\d{1,5})\b`) })
)

var manualForms = []string{
	`\b(?:see|visit|read|documentation|docs|information(?:,? visit)?|details|guide|help|on this error at|more(?: info)?(?: at)?|here|` +
		`refer to|learn more|contact)(?: at| here)?[:,]? *\(?https?://\S+`,
	`https?://(?:docs|errors|help|support|wiki|go|learn|pkg|lists|bugs|www\.npmjs)\.\S+`,
	`https?://(?:github\.com|aka\.ms|stackoverflow\.com|nodejs\.org|bit\.ly|curl\.se|bugs\.\S+)\S*`,
}

// Hosts returns the hosts to which a message refers, in no order but URLs first.
// Text without a word of connections refers to those in URLs only.
func Hosts(text string) []HostRef {
	text = manuals().ReplaceAllString(text, " ")
	text = nameless().ReplaceAllString(text, " ")
	var out []HostRef
	for _, m := range urlExpr().FindAllStringSubmatch(text, -1) {
		out = addHost(out, m[1], m[2], true)
		for i := range out {
			out[i].API = out[i].API || (m[3] != "" && out[i].Host == hostName(m[1]))
		}
	}
	for _, expr := range hostExprs() {
		for _, m := range expr.FindAllStringSubmatch(text, -1) {
			out = addHost(out, m[1], m[2], false)
		}
	}
	for _, m := range splitHost().FindAllStringSubmatch(text, -1) {
		out = addHost(out, m[1], "", false)
	}
	// "server at "db" (10.0.0.1), port 5432", and Node's fields.
	if m := splitPort().FindStringSubmatch(text); m != nil && len(out) > 0 && out[0].Port == 0 {
		out[0].Port = portNumber(m[1])
	}
	return out
}

func portNumber(text string) int32 {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0
	}
	return int32(n)
}

// hostName returns the host as references have it.
func hostName(text string) string { return strings.ToLower(strings.Trim(text, "[].")) }

// addHost adds a host unless it is there; what is known of both is kept.
func addHost(refs []HostRef, host, port string, url bool) []HostRef {
	host = hostName(host)
	n := portNumber(port)
	if !isHost(host, n, url) || n == 53 { // 53 is the DNS server that was asked
		return refs
	}
	for i := range refs {
		if refs[i].Host == host {
			if refs[i].Port == 0 {
				refs[i].Port = n
			}
			refs[i].URL = refs[i].URL || url
			return refs
		}
	}
	return append(refs, HostRef{Host: host, Port: n, URL: url})
}

// notHosts are words of the language that the forms meet where a host could
// stand; titles say what the other side is, and name it only with a port.
var (
	notHosts = set("the a an to on for is was at in of and or not no by with from this that these those its it your any all via be " +
		"been were are has have lookup error errors failed failure fatal info warn warning line port name names host hostname address " +
		"addresses tcp udp http https unix socket pool already timed timeout connection connections refused null undefined none level " +
		"status exit code localhost. resolved attempt attempts string url uri dns client peer tls ssl after before during while " +
		"getaddrinfo getnameinfo gethostbyname resolver " +
		"dbname user username password sslmode string " + // words of libpq's connection strings
		"because within using established closed lost reset rejected denied aborted successfully successful")
	titles = set("database server servers node remote upstream config redis mysql postgres postgresql mongodb kafka rabbitmq broker " +
		"brokers db ldap api service cluster backend host amqp elasticsearch etcd zookeeper vault consul nats mariadb memcached smtp " +
		"proxy endpoint external internal primary master replica")
)

// packages are the first words of the packages of Java, Kotlin and Scala: names of hosts seldom begin so.
var packages = set("org com java javax jdk sun kotlin scala")

// isHost reports whether a word can be the name or address of a host. In a URL it
// may end as the name of a file does.
func isHost(host string, port int32, url bool) bool {
	if len(host) < 2 || len(host) > 253 || notHosts[host] || (port == 0 && titles[host]) {
		return false
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return !addr.IsUnspecified() // where servers listen
	}
	file := hasEnding(host, sourceEndings) || hasEnding(host, dataEndings) || (hasEnding(host, configEndings) && port == 0)
	if file && !url {
		return false
	}
	if quantity().MatchString(host) {
		return false
	}
	labels := strings.Split(host, ".")
	if packages[labels[0]] && len(labels) > 2 && port == 0 && !url {
		return false // a class, or a package
	}
	if slices.Contains(labels, "") || strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return false // a version
	}
	return strings.ContainsAny(host, "abcdefghijklmnopqrstuvwxyz")
}

// Addresses returns the hosts that the value of a setting names: in URLs, in the
// forms of messages, or as a host and port that is the whole value or one of a list.
func Addresses(value string) []HostRef {
	out := Hosts(value)
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(", ;|", r) }) {
		host, port, found := strings.Cut(part, ":")
		if found && portNumber(port) != 0 && !strings.ContainsAny(host, "/=@\"'") {
			out = addHost(out, host, port, false)
		}
	}
	return out
}

// WithoutManuals returns text without the addresses at which programs send people
// to read on.
func WithoutManuals(text string) string { return manuals().ReplaceAllString(text, " ") }
