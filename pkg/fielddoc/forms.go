package fielddoc

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"
)

// formProblem returns why text is not of a form, empty if it is. The forms are those of
// the table format.txt.
func formProblem(form, text string) string {
	switch form {
	case "label":
		return invalid(
			validation.IsDNS1123Label(text),
			"wants a DNS label: at most 63 lower-case letters, digits and -, a letter or digit first and last",
		)
	case "subdomain":
		return invalid(
			validation.IsDNS1123Subdomain(text),
			"wants a DNS name: lower-case letters, digits, - and ., a letter or digit first and last",
		)
	case "segment":
		if text == "." || text == ".." || strings.ContainsAny(text, "/%") {
			return "wants a name without / and %"
		}
	case "port-name":
		return invalid(
			validation.IsValidPortName(text),
			"wants a port name: at most 15 lower-case letters, digits and single -, with a letter in it",
		)
	case "qualified":
		return invalid(
			validation.IsQualifiedName(text),
			"wants a name such as app or example.org/app, at most 63 characters behind the slash",
		)
	case "host":
		return hostProblem(text)
	case "cron":
		return cronProblem(text)
	case "timezone":
		return zoneProblem(text)
	case "ip":
		if _, err := netip.ParseAddr(text); err != nil {
			return "wants an IP address"
		}
	case "cidr":
		if _, err := netip.ParsePrefix(strings.TrimSpace(text)); err != nil {
			return "wants a range of addresses such as 10.0.0.0/8"
		}
	case "relative":
		if strings.HasPrefix(text, "/") || steps(text, "..") {
			return "wants a relative path without .."
		}
	default: // the forms of maps
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
	return formProblem("subdomain", text)
}

// zoneProblem follows validateTimeZone in pkg/apis/batch/validation. Names are not
// looked up: which zones exist depends on the machine.
func zoneProblem(text string) string {
	if strings.EqualFold(text, "Local") {
		return "wants the name of a time zone such as Europe/Prague"
	}
	for _, r := range text {
		if !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-", r) {
			return "wants the name of a time zone such as Europe/Prague"
		}
	}
	return ""
}

// cronField is what a field of a schedule can hold: numbers from least to most, or
// names that stand for them.
type cronField struct {
	name        string
	least, most int
	names       string
}

// cronFields are those of the standard format, as robfig/cron v3 parses it.
var cronFields = []cronField{
	{"minute", 0, 59, ""},
	{"hour", 0, 23, ""},
	{"day of month", 1, 31, ""},
	{"month", 1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"},
	{"day of week", 0, 6, "sun mon tue wed thu fri sat"},
}

// cronProblem returns why text is no schedule, empty if it is one.
func cronProblem(text string) string {
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		return "cannot hold a time zone; use timeZone"
	}
	if every, ok := strings.CutPrefix(text, "@every "); ok {
		if _, err := time.ParseDuration(every); err != nil {
			return "wants a duration behind @every, such as 1h30m"
		}
		return ""
	}
	if strings.HasPrefix(text, "@") {
		for _, word := range strings.Fields("@yearly @annually @monthly @weekly @daily @midnight @hourly") {
			if word == text {
				return ""
			}
		}
		return "is no schedule; use @hourly, @daily, @weekly, @monthly, @yearly or five fields"
	}
	fields := strings.Fields(text)
	if len(fields) != len(cronFields) {
		return "has " + strconv.Itoa(len(fields)) + " fields, but a schedule has 5: minute, hour, day of month, month, day of week"
	}
	for i, field := range fields {
		for _, part := range strings.Split(field, ",") {
			if !cronFields[i].accepts(part) {
				return "has the " + cronFields[i].name + " " + strconv.Quote(part) + ", but " +
					strconv.Itoa(cronFields[i].least) + " to " + strconv.Itoa(cronFields[i].most) + " is wanted"
			}
		}
	}
	return ""
}

// accepts reports whether a part of a field is *, a number or a range, with a step.
func (f cronField) accepts(part string) bool {
	span, step, stepped := strings.Cut(part, "/")
	if stepped {
		if n, err := strconv.Atoi(step); err != nil || n < 1 {
			return false
		}
	}
	if span == "*" || span == "?" {
		return true
	}
	from, to, ranged := strings.Cut(span, "-")
	first, ok := f.number(from)
	if !ok || !ranged {
		return ok
	}
	last, ok := f.number(to)
	return ok && first <= last
}

func (f cronField) number(word string) (n int, ok bool) {
	for i, name := range strings.Fields(f.names) {
		if strings.EqualFold(name, word) {
			return f.least + i, true
		}
	}
	n, err := strconv.Atoi(word)
	return n, err == nil && n >= f.least && n <= f.most
}
