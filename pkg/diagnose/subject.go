package diagnose

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// peer is a host that a program names as the other side, with the port where
// it names one.
type peer struct {
	host string
	port int32
	url  bool // named in a URL, so a host for sure
}

var (
	urls = regexp.MustCompile(`\b(?:https?|wss?|tcp|udp|grpcs?|postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|mongodb(?:\+srv)?|nats|kafka|ldaps?|smtps?|s3|ftp|sftp|ssh|git|mqtts?|etcd|consul|jdbc:[a-z:]+|[a-z]+sql)://(?:[^\s@/"'<>]*@)?(\[[0-9a-f:.]+\]|[A-Za-z0-9_.-]+)(?::(\d{2,5}))?`)
	// hostPort is host:port and [v6]:port. A host has a letter in it, or is an address.
	hostPort = regexp.MustCompile(`(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?):(\d{2,5})\b`)
	// lookups are the forms in which resolvers name the host that they do not
	// find, named those in which drivers name a host alone.
	lookups  = regexp.MustCompile(`(?i)(?:\blookup|ENOTFOUND|EAI_AGAIN|UnknownHostException:|resolve(?: host)?(?:name)?|host name|for host(?:name)?|unknown host)[:= ]+["'\x60(]*([A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9])`)
	named    = regexp.MustCompile(`(?i)\b(?:host(?:name)?|server(?: at)?|address|addr|broker|endpoint|upstream|node|peer|connect(?:ing|ion)? to|reach|dial(?:ing)?(?: tcp)?)[:= ]+["'\x60(]*([A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9])["'\x60)]*(?: \([0-9a-fA-F.:]+\))?(?:[, ]+(?:TCP/IP )?port[:= ]+"?(\d{2,5}))?`)
	moments  = regexp.MustCompile(`\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?`)
	splitOut = regexp.MustCompile(`address: '([^']+)'`)
	portOut  = regexp.MustCompile(`(?i)\bport:? ?=?"?(\d{2,5})\b`)
)

// manuals are the addresses at which programs send people to read on.
var manuals = regexp.MustCompile(`(?i)\b(?:see|visit|read|documentation|docs|information(?:,? visit)?|details|guide|help|on this error at|more(?: info)?(?: at)?|here|refer to|learn more)(?: at| here)?[:,]? *\(?https?://\S+|https?://(?:docs|errors|help|support|wiki|go|learn|pkg|www\.npmjs)\.\S+|https?://(?:github\.com|aka\.ms|stackoverflow\.com|nodejs\.org|bit\.ly)\S*`)

// peers returns the hosts that text names, in order. Names of files, versions
// and classes are told from hosts only roughly: a peer means something where
// the cluster knows it, or where the sign of the line is one of connections.
func peers(text string) []peer {
	var out []peer
	add := func(host, port string, url bool) {
		host = strings.ToLower(strings.Trim(host, "[]."))
		n, _ := strconv.ParseInt(port, 10, 32)           // absent: 0, not known
		if !plausible(host, n) || n > 65535 || n == 53 { // that of the DNS server which was asked
			return
		}
		for i, have := range out {
			if have.host == host {
				if have.port == 0 {
					out[i].port = int32(n)
				}
				out[i].url = have.url || url
				return
			}
		}
		out = append(out, peer{host: host, port: int32(n), url: url})
	}
	text = moments.ReplaceAllString(manuals.ReplaceAllString(text, " "), " ")
	for _, m := range lookups.FindAllStringSubmatch(text, -1) {
		add(m[1], "", false)
	}
	for _, m := range urls.FindAllStringSubmatch(text, -1) {
		add(m[1], m[2], true)
	}
	for _, m := range hostPort.FindAllStringSubmatch(text, -1) {
		add(m[1], m[2], false)
	}
	for rest := text; ; {
		at := named.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		port := ""
		if at[4] >= 0 {
			port = rest[at[4]:at[5]]
		}
		if end := at[3]; end == len(rest) || rest[end] != '=' { // the name of a value
			add(rest[at[2]:end], port, false)
		}
		rest = rest[at[2]:] // "connection to server at db": each word may lead to the host
	}
	for _, m := range splitOut.FindAllStringSubmatch(text, -1) {
		port := ""
		if p := portOut.FindStringSubmatch(text); p != nil {
			port = p[1]
		}
		add(m[1], port, false)
	}
	return out
}

// fileLike ends are of source files and archives, which stack traces write as name:line.
var fileLike = regexp.MustCompile(`\.(?:go|py|js|mjs|cjs|ts|java|kt|rb|rs|php|cs|c|cc|cpp|h|lua|sh|pl|ex|exs|scala|clj|conf|ya?ml|json|toml|xml|ini|log|so|jar|txt|html)$`)

// notHosts are words that the forms above catch by mistake.
var notHosts = []string{
	"the", "a", "an", "to", "on", "for", "is", "was", "at", "in", "of", "and", "or", "not", "no", "by", "with", "from", "this", "that",
	"lookup", "error", "failed", "fatal", "info", "warn", "line", "port", "name", "host", "hostname", "address", "tcp", "udp", "http", "https",
	"already", "timed", "timeout", "connection", "refused", "any", "all", "it", "its", "your", "null", "undefined", "none", "level", "status", "exit", "code",
}

// titles are words that say what the other side is, and name it only where a port follows.
var titles = []string{"database", "server", "node", "remote", "upstream", "config"}

func plausible(host string, port int64) bool {
	if len(host) < 2 || len(host) > 253 || slices.Contains(notHosts, host) || (port == 0 && slices.Contains(titles, host)) || fileLike.MatchString(host) {
		return false
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return !addr.IsUnspecified() // which is where servers listen
	}
	return strings.ContainsAny(host, "abcdefghijklmnopqrstuvwxyz") && !strings.Contains(host, "..")
}

var (
	envNames = regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`)
	keyNames = regexp.MustCompile(`KeyError: '([A-Z][A-Z0-9_]{2,})'|key not found: "([A-Z][A-Z0-9_]{2,})"`)
	paths    = regexp.MustCompile(`(?:^|[\s"'\x60(=:\[])(/[A-Za-z0-9._@+-]+(?:/[A-Za-z0-9._@+-]+)+|/[A-Za-z0-9._-]{3,})`)
	quotes   = regexp.MustCompile(`"([^"]{1,120})"|'([^']{1,120})'|\x60([^\x60]{1,120})\x60|\[([^\[\]]{3,200})\]|‘([^’]{1,120})’`)
)

// notVars are words in the shape of environment variables that name errors.
var notVars = regexp.MustCompile(`^(?:ERR|E|SQLSTATE|SSL|TLS|X509|CERT|HTTP|MODULE|SELF|UNABLE|DEPTH|CERTIFICATE|ACCESS|NOT|INTERNAL|RUST|GLIBC|AUTHENTICATION|SIG)_|^(?:NOT_FOUND|MODULE_NOT_FOUND|ACCESS_REFUSED|NODE_ENV|UNAUTHENTICATED|RUST_BACKTRACE|EAI_AGAIN)$`)

// variables returns the names of environment variables in text, in order.
func variables(text string) []string {
	var out []string
	add := func(name string) {
		if name != "" && !notVars.MatchString(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, m := range keyNames.FindAllStringSubmatch(text, -1) {
		add(m[1] + m[2])
	}
	for _, m := range envNames.FindAllString(text, -1) {
		add(m)
	}
	return out
}

// files returns the absolute paths in text, in order.
func files(text string) []string {
	var out []string
	for _, m := range paths.FindAllStringSubmatch(text, -1) {
		if path := strings.TrimRight(m[1], ".:,"); !slices.Contains(out, path) {
			out = append(out, path)
		}
	}
	return out
}

// values returns the quoted parts of text and its odd words: what a program
// cites of its settings.
func values(text string) []string {
	var out []string
	add := func(v string) {
		if v = strings.Trim(v, ` "'.,;:()`); len(v) >= 2 && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	for _, m := range quotes.FindAllStringSubmatch(text, -1) {
		add(m[1] + m[2] + m[3] + m[4] + m[5])
	}
	for _, word := range strings.Fields(text) {
		if telling(word) {
			add(word)
		}
	}
	return out
}

// telling reports whether a word is too odd to be in a sentence by chance.
func telling(word string) bool {
	word = strings.Trim(word, `"'.,;:()[]`)
	digits := strings.ContainsAny(word, "0123456789")
	return len(word) >= 4 && (digits || strings.ContainsAny(word, "/_=@"))
}
