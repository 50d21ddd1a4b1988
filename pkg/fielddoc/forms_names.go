package fielddoc

import (
	"net/netip"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// formProblem returns why text is not of a form, empty if it is. The names of forms are those of
// the table format.txt; at-most-N is one for each N.
func formProblem(form, text string) string {
	if digits, bounded := strings.CutPrefix(form, "at-most-"); bounded {
		most, _ := strconv.Atoi(digits) // a test walks the table
		return orLong("", text, most)
	}
	rule, ok := formRules[form]
	if !ok {
		rule, ok = extensionForms[form]
	}
	if !ok {
		return "" // a form of maps
	}
	// An empty text is reported as empty, not by the rules of its form. Two forms allow it.
	if text == "" && form != "label-value" && form != "segment" {
		return "must not be empty"
	}
	return rule(text)
}

// strictSince is the first minor version that takes no address which programs read in
// different ways (the feature gate StrictIPCIDRValidation). Objects keep those that they have.
const strictSince = 36

// formProblem returns why text is not of a form in the object and the version that count,
// empty if it is.
func (k checker) formProblem(form, text string) string {
	words := formProblem(form, text)
	strict := (k.schema.Minor == 0 || k.schema.Minor >= strictSince) && k.freshlyWritten()
	if words != "" || !strict {
		return words
	}
	switch form {
	case "ip", "ip-or-none":
		addr, err := netip.ParseAddr(text)
		return ambiguous(addr, err == nil)
	case "cidr":
		// 10.0.0.1/24 is read as 10.0.0.0/24 by some and as one address by others.
		prefix, err := netip.ParsePrefix(text)
		if err == nil && !prefix.Addr().Is4In6() && prefix != prefix.Masked() {
			return "has bits set beyond the prefix length: write " + prefix.Masked().String()
		}
		return ambiguous(prefix.Addr(), err == nil)
	}
	return ""
}

// ambiguous returns why an address is refused that is valid and means another one.
func ambiguous(addr netip.Addr, ok bool) string {
	if ok && addr.Is4In6() {
		return "must not be an IPv4 address written as IPv6"
	}
	return ""
}

// labelProblem returns why a text is no DNS label, empty if it is one.
func labelProblem(text string) string {
	return invalid(
		validation.IsDNS1123Label(text),
		"must be a DNS label: at most 63 lower-case letters, digits and -, a letter or digit first and last",
	)
}

// subdomainProblem returns why a text is no DNS subdomain, empty if it is one.
func subdomainProblem(text string) string {
	return invalid(
		validation.IsDNS1123Subdomain(text),
		"must be a DNS name: lower-case letters, digits, - and ., a letter or digit first and last",
	)
}

// ipProblem returns why a text is no IP address, empty if it is one. A zone, as in fe80::1%eth0,
// is that of one machine.
func ipProblem(text string) string {
	if addr, err := netip.ParseAddr(text); err != nil || addr.Zone() != "" {
		return "must be an IP address"
	}
	return ""
}

// signerProblem follows ValidateSignerName in pkg/apis/core/validation.
func signerProblem(text string) string {
	// DOMAIN/PATH: labels with a dot at least, and names between dots.
	domain, path, found := strings.Cut(text, "/")
	right := found && strings.Contains(domain, ".") && len(domain) <= validation.DNS1123SubdomainMaxLength
	for _, label := range strings.Split(domain, ".") {
		right = right && len(validation.IsDNS1123Label(label)) == 0
	}
	for _, label := range strings.Split(path, ".") {
		right = right && len(validation.IsDNS1123Subdomain(label)) == 0
	}
	if !right {
		return "must be the name of a signer such as example.org/signer"
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
	if !hasDomain { // Cut has the user for the domain
		domain = ""
		user = text
	}
	long := len(user) > 104 || len(domain) >= 256
	if user == "" || long || strings.ContainsAny(user, `"/\:;|=,+*?<>@[]`) || strings.Trim(user, ". ") == "" {
		return `must be a user of Windows such as ContainerUser or DOMAIN\user, at most 104 characters`
	}
	return ""
}

// invalid returns words if a validation of apimachinery reported anything.
func invalid(messages []string, words string) string {
	if len(messages) == 0 {
		return ""
	}
	return words
}

// steps reports whether a path has a step of that name: /a/../b has the step "..", /a..b has not.
func steps(path, name string) bool {
	for _, step := range strings.Split(path, "/") {
		if step == name {
			return true
		}
	}
	return false
}

// keyProblem returns why a key of a map, or its value, is not of a form; empty if they are. The
// prefix of annotations may have capitals, which that of labels may not.
func keyProblem(form, key string, value any) string {
	const name = "must be a name such as app or example.org/app, at most 63 characters behind the slash"
	switch form {
	case "labels":
		if len(validation.IsQualifiedName(key)) > 0 {
			return name
		}
		if word, ok := value.(string); ok && len(validation.IsValidLabelValue(word)) > 0 {
			return quoteShort(word) + " must be at most 63 letters, digits, -, _ and ., a letter or digit first and last"
		}
	case "annotations":
		if len(validation.IsQualifiedName(strings.ToLower(key))) > 0 {
			return name
		}
	case "domain-keys":
		if !strings.Contains(key, "/") || len(validation.IsQualifiedName(strings.ToLower(key))) > 0 {
			return "must be a name with a domain such as example.org/app"
		}
	case "label-keys":
		return formProblem("label", key)
	case "device-keys":
		if domain, id, found := strings.Cut(key, "/"); found {
			return orProblem(formProblem("csi-driver", domain), formProblem("device-id", id))
		}
		return formProblem("device-id", key)
	case "keys":
		if len(validation.IsConfigMapKey(key)) > 0 {
			return "must be a key of letters, digits, -, _ and ."
		}
	default: // the forms of strings
	}
	return ""
}

// hostProblem returns why a text is no host name, empty if it is one: of an Ingress, which may
// begin with *. for all names of one level.
func hostProblem(text string) string {
	if _, err := netip.ParseAddr(text); err == nil {
		return "must be a DNS name, not an IP address"
	}
	if strings.HasPrefix(text, "*.") {
		return invalid(validation.IsWildcardDNS1123Subdomain(text), "must be a DNS name behind the *.")
	}
	return subdomainProblem(text)
}
