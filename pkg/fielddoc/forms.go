package fielddoc

import (
	"net"
	"net/netip"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// formRules are the forms of the table format.txt for strings: what is wrong with a text
// that is not empty, nothing if it is right.
var formRules = map[string]func(text string) string{
	// web: RFC 1123
	"label": labelProblem,
	// web.example.org
	"subdomain": subdomainProblem,
	// http, metrics-2
	"port-name": func(text string) string {
		return invalid(
			validation.IsValidPortName(text),
			"must be a port name: at most 15 lower-case letters, digits and single -, with a letter in it",
		)
	},
	// app, or app.kubernetes.io/name
	"qualified": func(text string) string {
		return invalid(
			validation.IsQualifiedName(text),
			"must be a name such as app or example.org/app, at most 63 characters behind the slash",
		)
	},
	// v1.2_beta; the empty one is a label without a value
	"label-value": func(text string) string {
		return invalid(
			validation.IsValidLabelValue(text),
			"must be at most 63 letters, digits, -, _ and ., a letter or digit first and last",
		)
	},
	// settings.yaml
	"config-key": func(text string) string {
		return invalid(validation.IsConfigMapKey(text), "must be a key of letters, digits, -, _ and .")
	},
	// X-Forwarded-For
	"header": func(text string) string {
		return invalid(validation.IsHTTPHeaderName(text), "must be the name of an HTTP header: letters, digits and -")
	},
	// ebs.csi.aws.com
	"csi-driver": func(text string) string {
		long := len(text) > 63
		if long || len(validation.IsDNS1123Subdomain(strings.ToLower(text))) > 0 {
			return "must be the name of a CSI driver: a DNS name of at most 63 characters"
		}
		return ""
	},
	// svc.cluster.local, with or without a dot at its end; or the root
	"search-domain": func(text string) string {
		if text == "." {
			return ""
		}
		return invalid(validation.IsDNS1123SubdomainWithUnderscore(strings.TrimSuffix(text, ".")), "must be a DNS name")
	},
	// example.org/cleanup, or one of the names that Kubernetes had before there were domains
	"finalizer": func(text string) string {
		standard := text == "kubernetes" || text == "orphan" || text == "foregroundDeletion"
		if !standard && (!strings.Contains(text, "/") || len(validation.IsQualifiedName(text)) > 0) {
			return "must be a name with a domain such as example.org/cleanup"
		}
		return ""
	},
	// apps/v1, v1
	"group-version": func(text string) string {
		if strings.Count(text, "/") > 1 {
			return "must be GROUP/VERSION or VERSION"
		}
		return ""
	},
	// example.org/any/path
	"domain-path": func(text string) string {
		domain, path, found := strings.Cut(text, "/")
		if !found || !urlPath.MatchString(path) || len(validation.IsDNS1123Subdomain(domain)) > 0 {
			return "must be a name with a domain such as example.org/name"
		}
		return ""
	},
	// Web.Example.org
	"subdomain-caseless": func(text string) string { return subdomainProblem(strings.ToLower(text)) },
	// 5b6f2c1e-8a57-4a0b-9d2c-0f3f1f8e2c11
	"uuid": func(text string) string {
		if !uuid.MatchString(text) {
			return "must be a UUID in lower case with hyphens"
		}
		return ""
	},
	// example.org/rack-1
	"pool": func(text string) string {
		for _, part := range strings.Split(text, "/") {
			if len(text) > 253 || len(validation.IsDNS1123Subdomain(part)) > 0 {
				return "must be DNS names divided by /"
			}
		}
		return ""
	},
	// example.org/memory; the name is one of C
	"device-attribute": func(text string) string {
		domain, name, found := strings.Cut(text, "/")
		if strings.Contains(name, "/") {
			return "" // which the server does not judge
		}
		long := len(domain) > 63 || len(name) > 32
		if !found || long || len(validation.IsDNS1123Subdomain(domain)) > 0 || len(validation.IsCIdentifier(name)) > 0 {
			return "must be a name with a domain such as example.org/memory"
		}
		return ""
	},
	// example.org/name
	"qualified-domain": func(text string) string {
		if !strings.Contains(text, "/") || len(validation.IsQualifiedName(text)) > 0 {
			return "must be a name with a domain such as example.org/name"
		}
		return ""
	},
	"signer":       signerProblem,
	"trust-bundle": trustBundleProblem,
	"windows-user": windowsUserProblem,
	"host":         hostProblem,
	"cron":         cronProblem,
	"timezone":     zoneProblem,
	"ip":           ipProblem,
	// One step of a URL: the name is part of the path under which the object is served.
	"segment": func(text string) string {
		if text == "." || text == ".." || strings.ContainsAny(text, "/%") {
			return "must be a name without / and %"
		}
		return ""
	},
	// eth0
	"no-slash": func(text string) string {
		if strings.Contains(text, "/") {
			return "must not contain /"
		}
		return ""
	},
	// 10.96.0.1; None for a headless Service
	"ip-or-none": func(text string) string {
		if text == "None" {
			return ""
		}
		return ipProblem(text)
	},
	// 10.0.0.0/8
	"cidr": func(text string) string {
		if _, err := netip.ParsePrefix(strings.TrimSpace(text)); err != nil {
			return "must be a range of addresses such as 10.0.0.0/8"
		}
		return ""
	},
	// conf.d/app.conf
	"relative": func(text string) string {
		if strings.HasPrefix(text, "/") || steps(text, "..") {
			return "must be a relative path without .."
		}
		return ""
	},
	// /etc/app
	"absolute": func(text string) string {
		if !strings.HasPrefix(text, "/") {
			return "must be a path that begins with /"
		}
		return ""
	},
	// /var/log/app; the kubelet would follow .. out of the volume
	"no-dots": func(text string) string {
		if steps(text, "..") {
			return "must not contain .."
		}
		return ""
	},
	// /healthz, /api/*, *
	"url-path": func(text string) string {
		stars := strings.Count(text, "*")
		wild := stars > 1 || (stars == 1 && !strings.HasSuffix(text, "/*"))
		if text != "*" && (!strings.HasPrefix(text, "/") || strings.Contains(text, " ") || strings.Contains(text, "//") || wild) {
			return "must be a path such as /healthz or /api/*"
		}
		return ""
	},
	// shop, *
	"namespace-or-all": func(text string) string {
		if text == "*" {
			return ""
		}
		return labelProblem(text)
	},
	// web.example.org, *
	"subdomain-or-all": func(text string) string {
		if text == "*" {
			return ""
		}
		return subdomainProblem(text)
	},
	// net.core.somaxconn, net/core/somaxconn
	"sysctl": func(text string) string {
		if len(text) > 253 || !sysctlName.MatchString(text) {
			return "must be the name of a kernel parameter such as net.core.somaxconn"
		}
		return ""
	},
	// iqn.2001-04.com.example:storage
	"iscsi": func(text string) string {
		if !iscsiName.MatchString(text) {
			return "must be a name of iSCSI that begins with iqn., eui. or naa."
		}
		return ""
	},
	// 10.16.154.78:6789,10.16.154.82:6789
	"host-ports": func(text string) string {
		for _, pair := range strings.Split(text, ",") {
			if _, _, err := net.SplitHostPort(pair); err != nil {
				return "must be HOST:PORT, several divided by commas"
			}
		}
		return ""
	},
	// Any text: a row of the table that only forbids the empty one.
	"some": func(string) string { return "" },
}

// The names of kernel parameters and of iSCSI are those of pkg/apis/core/validation, the
// path behind a domain that of apimachinery pkg/util/validation.
var (
	urlPath    = regexp.MustCompile(`^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$`)
	uuid       = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	sysctlName = regexp.MustCompile(`^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$`)
	iscsiName  = regexp.MustCompile(`^iqn\.\d{4}-\d{2}\.([[:alnum:]-.]+)(:[^,;*&$|\s]+)$|^eui.[[:alnum:]]{16}$|^naa.[[:alnum:]]{32}$`)
)
