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
	"label":     labelProblem,
	"subdomain": subdomainProblem,
	"port-name": func(text string) string {
		return invalid(
			validation.IsValidPortName(text),
			"wants a port name: at most 15 lower-case letters, digits and single -, with a letter in it",
		)
	},
	"qualified": func(text string) string {
		return invalid(
			validation.IsQualifiedName(text),
			"wants a name such as app or example.org/app, at most 63 characters behind the slash",
		)
	},
	"label-value": func(text string) string {
		return invalid(
			validation.IsValidLabelValue(text),
			"wants at most 63 letters, digits, -, _ and ., a letter or digit first and last",
		)
	},
	"config-key": func(text string) string {
		return invalid(validation.IsConfigMapKey(text), "wants a key of letters, digits, -, _ and .")
	},
	"header": func(text string) string {
		return invalid(validation.IsHTTPHeaderName(text), "wants the name of an HTTP header: letters, digits and -")
	},
	"csi-driver": func(text string) string {
		long := len(text) > 63
		if long || len(validation.IsDNS1123Subdomain(strings.ToLower(text))) > 0 {
			return "wants the name of a CSI driver: a DNS name of at most 63 characters"
		}
		return ""
	},
	"search-domain": func(text string) string {
		if text == "." {
			return ""
		}
		return invalid(validation.IsDNS1123SubdomainWithUnderscore(strings.TrimSuffix(text, ".")), "wants a DNS name")
	},
	"finalizer": func(text string) string {
		standard := text == "kubernetes" || text == "orphan" || text == "foregroundDeletion"
		if !standard && (!strings.Contains(text, "/") || len(validation.IsQualifiedName(text)) > 0) {
			return "wants a name with a domain such as example.org/cleanup"
		}
		return ""
	},
	"group-version": func(text string) string {
		if strings.Count(text, "/") > 1 {
			return "wants GROUP/VERSION or VERSION"
		}
		return ""
	},
	"domain-path": func(text string) string {
		domain, path, found := strings.Cut(text, "/")
		if !found || !urlPath.MatchString(path) || len(validation.IsDNS1123Subdomain(domain)) > 0 {
			return "wants a name with a domain such as example.org/name"
		}
		return ""
	},
	"subdomain-caseless": func(text string) string { return subdomainProblem(strings.ToLower(text)) },
	"uuid": func(text string) string {
		if !uuid.MatchString(text) {
			return "wants a UUID in lower case with hyphens"
		}
		return ""
	},
	"pool": func(text string) string {
		for _, part := range strings.Split(text, "/") {
			if len(text) > 253 || len(validation.IsDNS1123Subdomain(part)) > 0 {
				return "wants DNS names divided by /"
			}
		}
		return ""
	},
	"device-attribute": func(text string) string {
		domain, name, found := strings.Cut(text, "/")
		if strings.Contains(name, "/") {
			return "" // which the server does not judge
		}
		long := len(domain) > 63 || len(name) > 32
		if !found || long || len(validation.IsDNS1123Subdomain(domain)) > 0 || len(validation.IsCIdentifier(name)) > 0 {
			return "wants a name with a domain such as example.org/memory"
		}
		return ""
	},
	"qualified-domain": func(text string) string {
		if !strings.Contains(text, "/") || len(validation.IsQualifiedName(text)) > 0 {
			return "wants a name with a domain such as example.org/name"
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
	"segment": func(text string) string {
		if text == "." || text == ".." || strings.ContainsAny(text, "/%") {
			return "wants a name without / and %"
		}
		return ""
	},
	"no-slash": func(text string) string {
		if strings.Contains(text, "/") {
			return "must not contain /"
		}
		return ""
	},
	"ip-or-none": func(text string) string {
		if text == "None" {
			return ""
		}
		return ipProblem(text)
	},
	"cidr": func(text string) string {
		if _, err := netip.ParsePrefix(strings.TrimSpace(text)); err != nil {
			return "wants a range of addresses such as 10.0.0.0/8"
		}
		return ""
	},
	"relative": func(text string) string {
		if strings.HasPrefix(text, "/") || steps(text, "..") {
			return "wants a relative path without .."
		}
		return ""
	},
	"absolute": func(text string) string {
		if !strings.HasPrefix(text, "/") {
			return "wants a path that begins with /"
		}
		return ""
	},
	"no-dots": func(text string) string {
		if steps(text, "..") {
			return "must not contain .."
		}
		return ""
	},
	"url-path": func(text string) string {
		stars := strings.Count(text, "*")
		wild := stars > 1 || (stars == 1 && !strings.HasSuffix(text, "/*"))
		if text != "*" && (!strings.HasPrefix(text, "/") || strings.Contains(text, " ") || strings.Contains(text, "//") || wild) {
			return "wants a path such as /healthz or /api/*"
		}
		return ""
	},
	"namespace-or-all": func(text string) string {
		if text == "*" {
			return ""
		}
		return labelProblem(text)
	},
	"subdomain-or-all": func(text string) string {
		if text == "*" {
			return ""
		}
		return subdomainProblem(text)
	},
	"sysctl": func(text string) string {
		if len(text) > 253 || !sysctlName.MatchString(text) {
			return "wants the name of a kernel parameter such as net.core.somaxconn"
		}
		return ""
	},
	"iscsi": func(text string) string {
		if !iscsiName.MatchString(text) {
			return "wants a name of iSCSI that begins with iqn., eui. or naa."
		}
		return ""
	},
	"host-ports": func(text string) string {
		for _, pair := range strings.Split(text, ",") {
			if _, _, err := net.SplitHostPort(pair); err != nil {
				return "wants HOST:PORT, several divided by commas"
			}
		}
		return ""
	},
	"at-most-64": func(text string) string {
		if len(text) > 64 {
			return "wants at most 64 characters"
		}
		return ""
	},
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

// formProblem returns why text is not of a form, empty if it is.
func formProblem(form, text string) string {
	rule, ok := formRules[form]
	if !ok {
		return "" // a form of maps
	}
	if text == "" && form != "label-value" && form != "segment" {
		return "must not be empty"
	}
	return rule(text)
}

func labelProblem(text string) string {
	return invalid(
		validation.IsDNS1123Label(text),
		"wants a DNS label: at most 63 lower-case letters, digits and -, a letter or digit first and last",
	)
}

func subdomainProblem(text string) string {
	return invalid(
		validation.IsDNS1123Subdomain(text),
		"wants a DNS name: lower-case letters, digits, - and ., a letter or digit first and last",
	)
}

func ipProblem(text string) string {
	if addr, err := netip.ParseAddr(text); err != nil || addr.Zone() != "" {
		return "wants an IP address"
	}
	return ""
}

// signerProblem follows ValidateSignerName in pkg/apis/core/validation.
func signerProblem(text string) string {
	domain, path, found := strings.Cut(text, "/")
	right := found && strings.Contains(domain, ".") && len(domain) <= validation.DNS1123SubdomainMaxLength
	for _, label := range strings.Split(domain, ".") {
		right = right && len(validation.IsDNS1123Label(label)) == 0
	}
	for _, label := range strings.Split(path, ".") {
		right = right && len(validation.IsDNS1123Subdomain(label)) == 0
	}
	if !right {
		return "wants the name of a signer such as example.org/signer"
	}
	return ""
}

// trustBundleProblem: the name of a ClusterTrustBundle begins with its signer, if it has
// one, with colons for slashes.
func trustBundleProblem(text string) string {
	return subdomainProblem(text[strings.LastIndexByte(text, ':')+1:])
}

// windowsUserProblem follows validateWindowsSecurityContextOptions in
// pkg/apis/core/validation.
func windowsUserProblem(text string) string {
	domain, user, hasDomain := strings.Cut(text, `\`)
	if !hasDomain {
		domain, user = "", text
	}
	long := len(user) > 104 || len(domain) >= 256
	if user == "" || long || strings.ContainsAny(user, `"/\:;|=,+*?<>@[]`) || strings.Trim(user, ". ") == "" {
		return `wants a user of Windows such as ContainerUser or DOMAIN\user, at most 104 characters`
	}
	return ""
}

func invalid(messages []string, words string) string {
	if len(messages) == 0 {
		return ""
	}
	return words
}

// steps reports whether a path has a step of that name.
func steps(path, name string) bool {
	for _, step := range strings.Split(path, "/") {
		if step == name {
			return true
		}
	}
	return false
}

// keyProblem returns why a key of a map, or its value, is not of a form.
func keyProblem(form, key string, value any) string {
	const name = "wants a name such as app or example.org/app, at most 63 characters behind the slash"
	switch form {
	case "labels":
		if len(validation.IsQualifiedName(key)) > 0 {
			return name
		}
		if word, ok := value.(string); ok && len(validation.IsValidLabelValue(word)) > 0 {
			return quoteShort(word) + " wants at most 63 letters, digits, -, _ and ., a letter or digit first and last"
		}
	case "annotations":
		if len(validation.IsQualifiedName(strings.ToLower(key))) > 0 {
			return name
		}
	case "domain-keys":
		if !strings.Contains(key, "/") || len(validation.IsQualifiedName(strings.ToLower(key))) > 0 {
			return "wants a name with a domain such as example.org/app"
		}
	case "keys":
		if len(validation.IsConfigMapKey(key)) > 0 {
			return "wants a key of letters, digits, -, _ and ."
		}
	default: // the forms of strings
	}
	return ""
}

func hostProblem(text string) string {
	if _, err := netip.ParseAddr(text); err == nil {
		return "wants a DNS name, not an IP address"
	}
	if strings.HasPrefix(text, "*.") {
		return invalid(validation.IsWildcardDNS1123Subdomain(text), "wants a DNS name behind the *.")
	}
	return subdomainProblem(text)
}
