package fielddoc

import (
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"
)

// formats are the formats of strings in CustomResourceDefinitions, without the hyphens in
// their names, each with what a value must be. As in k8s.io/kube-openapi pkg/validation/strfmt,
// as far as apiextensions-apiserver pkg/apiserver/validation/formats.go supports them;
// isbn, creditcard, ssn and rgbcolor are not judged.
var formats = map[string]struct {
	valid func(text string) bool
	form  string
}{
	"date":         {func(t string) bool { _, err := time.Parse(time.DateOnly, t); return err == nil }, "a date such as 2026-01-31"},
	"duration":     {isDuration, "a duration such as 1h30m or 5 minutes"},
	"ipv4":         {func(t string) bool { addr, err := netip.ParseAddr(t); return err == nil && addr.Is4() }, "an IPv4 address"},
	"ipv6":         {isIPv6, "an IPv6 address"},
	"cidr":         {func(t string) bool { _, _, err := net.ParseCIDR(t); return err == nil }, "a range of addresses such as 10.0.0.0/8"},
	"mac":          {func(t string) bool { _, err := net.ParseMAC(t); return err == nil }, "a MAC address"},
	"uri":          {func(t string) bool { _, err := url.ParseRequestURI(t); return err == nil }, "a URI"},
	"email":        {func(t string) bool { _, err := mail.ParseAddress(t); return err == nil }, "an email address"},
	"hostname":     {isHostname, "a host name"},
	"uuid":         {uuids("[0-9a-f]", "[0-9a-f]"), "a UUID"},
	"uuid3":        {uuids("3", "[0-9a-f]"), "a UUID of version 3"},
	"uuid4":        {uuids("4", "[89ab]"), "a UUID of version 4"},
	"uuid5":        {uuids("5", "[89ab]"), "a UUID of version 5"},
	"hexcolor":     {regexp.MustCompile(`^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`).MatchString, "a colour such as #FF8800"},
	"k8sshortname": {func(t string) bool { return len(validation.IsDNS1123Label(t)) == 0 }, "a DNS label"},
	"k8slongname":  {func(t string) bool { return len(validation.IsDNS1123Subdomain(t)) == 0 }, "a DNS name"},
}

// uuids returns a function that reports whether a text is a UUID of a version and variant.
func uuids(version, variant string) func(string) bool {
	const hex = "[0-9a-f]"
	return regexp.MustCompile(
		"(?i)^" + hex + "{8}-?" + hex + "{4}-?" + version + hex + "{3}-?" + variant + hex + "{3}-?" + hex + "{12}$",
	).MatchString
}

// isIPv6 reports whether a text is an IPv6 address.
func isIPv6(text string) bool {
	addr, err := netip.ParseAddr(text)
	return err == nil && strings.Contains(text, ":") && addr.Zone() == ""
}

// hostnamePattern is HostnamePattern of strfmt.
var hostnamePattern = regexp.MustCompile(`^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|` +
	`([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$`)

// isHostname reports whether text has the form of a host name (RFC 1123).
func isHostname(text string) bool { return len(text) <= 255 && hostnamePattern.MatchString(text) }

// spans is a duration as Scala writes it: numbers with units, of which one is enough.
var (
	spans = regexp.MustCompile(`((\d+)\s*([A-Za-zµ]+))`)
	units = strings.Fields("ns nano us µs micro ms milli s sec m min h hr hour d day w wk week")
)

// isDuration reports whether a text is a duration as CustomResourceDefinitions take it:
// 1m30s, or in words such as 5 minutes.
func isDuration(text string) bool {
	if _, err := time.ParseDuration(text); err == nil {
		return true
	}
	for _, m := range spans.FindAllStringSubmatch(text, -1) {
		for _, unit := range units {
			long := len(unit) > 2 // the words can be written out: 5 minutes
			if strings.EqualFold(m[3], unit) || (long && strings.HasPrefix(strings.ToLower(m[3]), unit)) {
				return true
			}
		}
	}
	return false
}

// formatProblem returns why text is not of a format that a CustomResourceDefinition
// names, empty if it is or if the format is not judged.
func formatProblem(format, text string) string {
	f, known := formats[strings.ReplaceAll(format, "-", "")]
	if !known || f.valid(text) {
		return ""
	}
	return "must be " + f.form
}
