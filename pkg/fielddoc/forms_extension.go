package fielddoc

import (
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/util/validation"
)

// extensionForms are further forms of the table format.txt, most of them of the kinds
// that extend the API or the cluster: webhooks, policies, definitions, devices, storage.
var extensionForms = map[string]func(text string) string{
	// DB_URL, and since the relaxed rules db.url
	"env-name": func(text string) string {
		return invalid(validation.IsRelaxedEnvVarName(text), "must be printable ASCII characters without =")
	},
	"endpoint-ip":        endpointProblem,
	"subdomain-64":       func(text string) string { return orLong(subdomainProblem(text), text, 64) },
	"domain-path-63":     func(text string) string { return orLong(formRules["domain-path"](text), text, 63) },
	"domain-path-250":    func(text string) string { return orLong(formRules["domain-path"](text), text, 250) },
	"qualified-caseless": func(text string) string { return formRules["qualified"](strings.ToLower(text)) },
	"label-1035":         label1035Problem,
	// Widget
	"kind-1035": func(text string) string {
		return invalid(validation.IsDNS1035Label(strings.ToLower(text)), "must be a name of letters, digits and -, a letter first")
	},
	"semver":    versionProblem,
	"semver-64": func(text string) string { return orLong(versionProblem(text), text, 64) },
	// OldestEmulationVersion
	"lease-strategy": func(text string) string {
		if text == "OldestEmulationVersion" || (strings.Contains(text, "/") && len(validation.IsQualifiedName(text)) == 0) {
			return ""
		}
		return "must be OldestEmulationVersion or a name with a domain such as example.org/strategy"
	},
	"certificates": certificatesProblem,
	// A reason or a message: blanks alone explain nothing.
	"not-blank": func(text string) string {
		if strings.TrimSpace(text) == "" {
			return "must not be blank"
		}
		return ""
	},
	// A message that a client prints as one line.
	"one-line": func(text string) string {
		switch trimmed := strings.TrimSpace(text); {
		case trimmed == "":
			return "must not be blank"
		case strings.ContainsAny(trimmed, "\n\r"):
			return "must be a single line"
		default:
			return ""
		}
	},
	"unpadded": func(text string) string {
		if strings.TrimSpace(text) != text {
			return "must not begin or end with a blank"
		}
		return ""
	},
	"subscript": subscriptProblem,
	// gpu_0
	"device-id": func(text string) string {
		if len(text) > 32 || len(validation.IsCIdentifier(text)) > 0 {
			return "must be at most 32 letters, digits and _, no digit first"
		}
		return ""
	},
	// isAdmin: it becomes a variable of expressions
	"cel-name": func(text string) string {
		if !celIdentifier.MatchString(text) || slices.Contains(celReserved, text) {
			return "must be a name of CEL: letters, digits and _, no digit first, no reserved word"
		}
		return ""
	},
	// apps/v1, v1
	"strict-version": func(text string) string {
		group, version, grouped := strings.Cut(text, "/")
		if !grouped {
			group = ""
			version = text
		}
		if label1035Problem(version) != "" || (group != "" && subdomainProblem(group) != "") {
			return "must be GROUP/VERSION such as apps/v1, or v1"
		}
		return ""
	},
	// At most 256 characters that a terminal prints.
	"printable-256": func(text string) string {
		if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return "must be printable characters only, on one line"
		}
		return orLong("", text, 256)
	},
	"dotted-path":         func(text string) string { return under(text, ".") },
	"spec-path":           func(text string) string { return under(text, ".spec.") },
	"status-path":         func(text string) string { return under(text, ".status.") },
	"spec-or-status-path": func(text string) string { return under(text, ".spec.", ".status.") },
	"service-path":        servicePathProblem,
	"https-url":           webhookURLProblem,
	// ^[a-z]+$ in the syntax of Go
	"regexp": func(text string) string {
		if _, err := regexp.Compile(text); err != nil {
			return "is no regular expression: " + strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		}
		return ""
	},
}

// The reserved words and names are those of pkg/apis/admissionregistration/validation,
// versions those of semver.org 2.0.0 as in pkg/apis/resource/validation.
var (
	celIdentifier = regexp.MustCompile(`^[_a-zA-Z][_a-zA-Z0-9]*$`)
	celReserved   = strings.Fields("true false null in as break const continue else for function if import let loop package " +
		"namespace return var void while")
	semver = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)` +
		`(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?` +
		`(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$`)
)

// orLong returns a problem, or that the text is too long. Bytes are counted: where there is a
// problem with other characters than ASCII, it comes first.
func orLong(problem, text string, most int) string {
	if problem == "" && len(text) > most {
		return "has " + strconv.Itoa(len(text)) + " characters, but at most " + strconv.Itoa(most) + " are wanted"
	}
	return problem
}

// under returns why a text is no path of fields below one of some beginnings.
func under(text string, beginnings ...string) string {
	for _, beginning := range beginnings {
		if strings.HasPrefix(text, beginning) {
			return ""
		}
	}
	return "must begin with " + strings.Join(beginnings, " or ")
}

// label1035Problem returns why a text is no DNS label that begins with a letter (RFC
// 1035), empty if it is one.
func label1035Problem(text string) string {
	return invalid(
		validation.IsDNS1035Label(text),
		"must be at most 63 lower-case letters, digits and -, a letter first, a letter or digit last",
	)
}

// versionProblem returns why a text is no semantic version, empty if it is one.
func versionProblem(text string) string {
	if !semver.MatchString(text) {
		return "must be a version of three numbers such as 1.2.0"
	}
	return ""
}

// endpointProblem follows ValidateEndpointIP in pkg/apis/core/validation.
func endpointProblem(text string) string {
	addr, err := netip.ParseAddr(text)
	switch {
	case err != nil || addr.Zone() != "":
		return "must be an IP address"
	case addr.IsUnspecified() || addr.IsLoopback() || addr.IsLinkLocalUnicast() || addr.IsLinkLocalMulticast():
		return "must be an address that is neither local to the node nor to the link"
	default:
		return ""
	}
}

// certificatesProblem follows validateTrustBundle in pkg/apis/certificates/validation.
func certificatesProblem(text string) string {
	const wanted = "must be certificates of authorities in PEM"
	rest := []byte(text) // what is between blocks is a comment
	count := 0
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if block.Type != "CERTIFICATE" || len(block.Headers) > 0 || err != nil || !cert.IsCA || !cert.BasicConstraintsValid {
			return wanted
		}
		count++
	}
	if count == 0 {
		return wanted
	}
	return ""
}

// subscriptProblem judges the name in metadata.labels['NAME']: validateObjectFieldSelector
// in pkg/apis/core/validation.
func subscriptProblem(text string) string {
	// Without a subscript it is a whole field, whose names the table of values has. The prefix of an
	// annotation may have capitals.
	path, rest, found := strings.Cut(text, "['")
	name, closed := strings.CutSuffix(rest, "']")
	switch {
	case !found:
		return ""
	case !closed:
		return "must end with ']"
	case path == "metadata.annotations":
		name = strings.ToLower(name)
	}
	return formRules["qualified"](name)
}

// servicePathProblem follows ValidateWebhookService in apiserver pkg/util/webhook.
func servicePathProblem(text string) string {
	// Each step is a DNS name: no step may be empty but the last.
	path, rooted := strings.CutPrefix(text, "/")
	if text == "/" {
		return ""
	}
	for _, step := range strings.Split(strings.TrimSuffix(path, "/"), "/") {
		if !rooted || len(validation.IsDNS1123Subdomain(step)) > 0 {
			return "must be a path such as /validate, of lower-case letters, digits, -, . and /"
		}
	}
	return ""
}

// webhookURLProblem follows ValidateWebhookURL in apiserver pkg/util/webhook.
func webhookURLProblem(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || u.RawQuery != "" {
		return "must be https://HOST/PATH, without user, query or fragment"
	}
	return ""
}

// orProblem returns the first problem of two.
func orProblem(one, other string) string {
	if one != "" {
		return one
	}
	return other
}
