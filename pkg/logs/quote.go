package logs

import "strings"

// maxQuote is how much of a line is cited in a sentence.
const maxQuote = 400

// Reason returns the words that best explain the exit, in one line of at most
// 400 bytes, "" if the log has none: the chosen line with the head of its record.
func (a *Analysis) Reason() string { return a.shorten(a.Whole(), maxQuote) }

// shorten returns text with at most limit bytes in which what the vocabulary
// matched stays.
func (a *Analysis) shorten(text string, limit int) string {
	if a.Cause == nil || a.Cause.Line != a.said {
		return Shorten(text, limit)
	}
	return shortenAround(text, a.Cause.words, limit)
}

// Whole returns what Reason does, not shortened.
func (a *Analysis) Whole() string {
	if a.said < 0 {
		return ""
	}
	return a.quote(a.said)
}

// quote returns a line as it is cited, with the head of its record. A line that
// only announces the next one is cited with that.
func (a *Analysis) quote(at int) string {
	l := a.Lines[at]
	said := l.Quote()
	if l.Head != at {
		if above := a.Lines[at-1]; at-1 > l.Head && (isLabel(above.Text) || quotesSetting(above.Text)) {
			said = above.Text + ": " + said
		}
		first := strings.TrimRight(a.Lines[l.Head].Quote(), ":.")
		if a.Lines[l.Head].Folded || a.Lines[l.Head].empty || isBare(first) || strings.Contains(said, first) || strings.Contains(first, said) {
			return said
		}
		return first + ": " + said
	}
	if strings.HasSuffix(said, ":") {
		if next := a.below(at); next != "" {
			said += " " + next
		}
	}
	return said
}

// below returns the next line that is not folded, "" if there is none.
func (a *Analysis) below(at int) string {
	for i := at + 1; i < len(a.Lines); i++ {
		if !a.Lines[i].Folded {
			return a.Lines[i].Quote()
		}
	}
	return ""
}

// isLabel reports whether a line only names what the next one is about.
func isLabel(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool {
		return r > 127 || !(wordByte(byte(r)) || strings.ContainsRune(".[]/-", r))
	}) < 0
}

// quotesSetting reports whether a line quotes the line of a configuration that the next one is about (Redis' config.c).
func quotesSetting(text string) bool { return strings.HasPrefix(text, ">>> '") }

// Record returns all lines of the record that the chosen line belongs to, as one
// text of at most limit bytes.
func (a *Analysis) Record(limit int) string {
	const most = 8 // lines
	if a.said < 0 {
		return ""
	}
	from := a.Lines[a.said].Head
	out := []string{}
	for i := from; i < len(a.Lines) && len(out) < most; i++ {
		if i != a.said && i != from && a.Lines[i].Head != from && !a.Lines[i].Folded {
			break
		}
		if !a.Lines[i].Folded {
			out = append(out, a.Lines[i].Quote())
		}
	}
	if len(out) < 2 {
		return a.shorten(a.quote(a.said), limit)
	}
	return a.shorten(strings.Join(out, " "), limit)
}

// Around returns the messages of the chosen line and of n lines before and after
// it that are not folded. Neighbours that report what the program goes on without are left out: they name other systems.
func (a *Analysis) Around(n int) string {
	if a.said < 0 {
		return ""
	}
	var out []string
	from := a.said
	to := a.said
	for left := n; from > 0 && left > 0; {
		if from--; !a.Lines[from].Folded {
			left--
		}
	}
	for left := n; to+1 < len(a.Lines) && left > 0; {
		if to++; !a.Lines[to].Folded {
			left--
		}
	}
	first := min(from, a.Lines[a.said].Head)
	for i := first; i <= to; i++ {
		if l := &a.Lines[i]; !l.Folded && (i == a.said || !l.has(Ignored)) {
			out = append(out, l.Text)
		}
	}
	return strings.Join(out, "\n")
}

// Context returns the chosen line with the source code that a trace quotes just
// above it and the lines just below: where settings may be named.
func (a *Analysis) Context() string {
	const (
		above = 12
		below = 2
	)
	if a.said < 0 {
		return ""
	}
	from := a.said
	for from > 0 && a.said-from < above && (a.said-from < below || a.Lines[from-1].Folded || a.Lines[from].Folded) {
		from--
	}
	var out []string
	for _, l := range a.Lines[from:min(len(a.Lines), a.said+below+1)] {
		out = append(out, l.Text)
	}
	return strings.Join(out, "\n")
}

// Trace returns the lines of the stack trace of the chosen line, as written: the
// folded ones above it, and those below, with the line itself.
func (a *Analysis) Trace() []string {
	const most = 60 // lines to each side
	if a.said < 0 {
		return nil
	}
	from := a.said
	to := a.said
	for from > 0 && a.said-from < most && (a.Lines[from-1].Folded || a.Lines[from-1].Head == a.Lines[a.said].Head) {
		from--
	}
	for to+1 < len(a.Lines) && to-a.said < most && (a.Lines[to+1].Folded || a.Lines[to+1].Head == a.Lines[a.said].Head) {
		to++
	}
	out := make([]string, 0, to+1-from)
	for _, l := range a.Lines[from : to+1] {
		out = append(out, l.Raw)
	}
	return out
}

// Excerpt returns at most n lines worth showing, indented as they were: the
// chosen line with what surrounds it, or else the last ones.
func (a *Analysis) Excerpt(n int) []string {
	from := max(0, len(a.Lines)-n)
	if a.said >= 0 && a.said < from {
		from = max(0, a.said-1)
	}
	var out []string
	for _, l := range a.Lines[from:min(len(a.Lines), from+n)] {
		const widest = 12
		out = append(out, strings.Repeat(" ", min(indentOf(l.Raw), widest))+Shorten(l.Quote(), maxQuote))
	}
	return out
}
