package redact

import "strings"

// Brackets of lists, and how far apart two lists can be that belong together.
const (
	openBrackets  = "[("
	closeBrackets = "])"
	farList       = 60
)

// parallel hides the item of a list that stands in the place of the name of a credential in the list of names before it:
// columns=[id, password] values=[7, …], (user,password)=(bob,…).
func (f *finder) parallel(p pair) {
	open, names := f.listAround(p)
	if len(names) < 2 {
		return
	}
	end := open + strings.IndexAny(f.s[open:], closeBrackets)
	next := strings.IndexAny(f.s[end:min(len(f.s), end+farList)], openBrackets)
	if next < 0 || !bindsLists(f.s[end+1:end+next]) {
		return
	}
	values := listItems(f.s, end+next+1)
	if len(values) != len(names) { // lists of different things: columns=[id, password] rows=[12]
		return
	}
	for n, name := range names {
		if name.from <= p.start && p.start < name.to && isListedSecret(values[n].text) {
			f.add(values[n].from, values[n].to)
		}
	}
}

// bindsLists reports whether the text between two lists makes the second one the values of the first. Parameters of a function and its
// results have nothing between them.
func bindsLists(between string) bool {
	return strings.ContainsAny(between, "=:") && !strings.Contains(between, "\n")
}

// listAround returns where the list begins that a name stands in, and its items, which are names alone.
func (f *finder) listAround(p pair) (open int, items []shellWord) {
	from := max(0, p.start-nearBefore)
	n := strings.LastIndexAny(f.s[from:p.start], openBrackets+closeBrackets+"\n{}=")
	if n < 0 || strings.IndexByte(openBrackets, f.s[from+n]) < 0 {
		return 0, nil
	}
	open = from + n + 1
	items = listItems(f.s, open)
	for _, item := range items {
		if strings.Trim(item.text, variableLetters) != "" || item.text == "" {
			return 0, nil
		}
	}
	return open, items
}

// listItems returns the items of a flat list that begins at i, without their quotes. They have commas between them, or blanks.
func listItems(s string, i int) []shellWord {
	end := strings.IndexAny(s[i:min(len(s), i+enough)], closeBrackets+"\n")
	if end < 0 || s[i+end] == '\n' {
		return nil
	}
	sep := ","
	if !strings.Contains(s[i:i+end], sep) {
		sep = " "
	}
	var out []shellWord
	at := i
	for part := range strings.SplitSeq(s[i:i+end], sep) {
		text := strings.Trim(part, " \"'`")
		from := at + strings.Index(part, text)
		out = append(out, shellWord{text, from, from + len(text)})
		at += len(part) + len(sep)
	}
	return out
}

// isListedSecret reports whether an item of the second list can be the credential that the first one names there.
func isListedSecret(text string) bool {
	return isPlainSecret(text) && !harmless(text) && !isPublic(text) && !isNumberedName(text)
}
