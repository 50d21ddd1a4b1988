package redact

import (
	"cmp"
	"slices"
	"strings"
)

// span is the part of a text between two bytes.
type span struct{ from, to int }

// sortSpans sorts by start, the longest first, so that those inside of another come after it.
func sortSpans(spans []span) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
}

// replace returns s with one Mark for each span, and the number of marks. Spans
// that overlap become one. Those that hold a mark already are left out.
func replace(s string, spans []span) (string, int) {
	spans = slices.DeleteFunc(spans, func(p span) bool { return blank(s[p.from:p.to]) })
	if len(spans) == 0 {
		return s, 0
	}
	sortSpans(spans)
	var out strings.Builder
	n := 0
	at := 0
	for i := 0; i < len(spans); {
		from := spans[i].from
		to := spans[i].to
		for i++; i < len(spans) && spans[i].from < to; i++ {
			to = max(to, spans[i].to)
		}
		out.WriteString(s[at:from])
		out.WriteString(Mark)
		n++
		at = to
	}
	out.WriteString(s[at:])
	return out.String(), n
}

// blank reports whether there is nothing to hide in text, or it is hidden.
func blank(text string) bool {
	return strings.Trim(text, " \t\r\n") == "" || strings.Contains(text, Mark)
}
