package fielddoc

import (
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// formatProblem returns why text is not of a format that a CustomResourceDefinition
// names, empty if it is or if the format is not judged. As in the formats of
// k8s.io/kube-openapi pkg/validation/strfmt that apiextensions-apiserver supports.
func formatProblem(format, text string) string {
	switch format {
	case "date":
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return "wants a date such as 2026-01-31"
		}
	case "ipv4":
		if addr, err := netip.ParseAddr(text); err != nil || !addr.Is4() {
			return "wants an IPv4 address"
		}
	case "ipv6":
		if addr, err := netip.ParseAddr(text); err != nil || !strings.Contains(text, ":") || addr.Zone() != "" {
			return "wants an IPv6 address"
		}
	case "uri":
		if _, err := url.ParseRequestURI(text); err != nil {
			return "wants a URI"
		}
	}
	return ""
}
