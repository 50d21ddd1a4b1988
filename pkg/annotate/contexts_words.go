package annotate

import (
	"slices"
	"strconv"
	"strings"
)

// Words returns what the other contexts have instead.
func (d *Divergence) Words() string {
	if d.item {
		return d.itemWords()
	}
	var words []string
	for i := 1; i < len(d.Variants); i++ {
		words = append(words, d.variantWords(i))
	}
	text := strings.Join(words, "; ")
	if d.Variants[0].Value == nil {
		text = "is not set here: " + text
	}
	return text
}

// variantWords returns one of the other values: "3 in prod-us, prod-asia (set by helm)". A manager who
// sets the value that is shown, too, explains no difference.
func (d *Divergence) variantWords(i int) string {
	v := d.Variants[i]
	text := d.texts[i] + " in " + Names(v.Contexts)
	if v.Manager != d.Variants[0].Manager && v.Manager != "" {
		text += " (set by " + v.Manager + ")"
	}
	return text
}

// itemWords is Words for an item of a list: those that have it, or do not.
func (d *Divergence) itemWords() string {
	var others []string
	for _, v := range d.Variants[1:] {
		others = append(others, v.Contexts...)
	}
	slices.Sort(others)
	if d.Variants[0].Value == nil {
		return "is only in " + Names(others)
	}
	return "this item of the list is not in " + Names(others)
}

// noted returns the words of the divergence at the field at path, which it names
// unless they are about that field, or the item that begins with it.
func (d *Divergence) noted(path string, sole bool) string {
	if (path == d.Path && sole) || (d.item && strings.HasPrefix(path, d.Path+".")) {
		return d.Words()
	}
	return d.Path + " " + d.Words()
}

// Names lists contexts, of many the first ones and the number of the others.
func Names(contexts []string) string {
	const most = 5
	if len(contexts) > most+1 {
		return strings.Join(contexts[:most], ", ") + " and " + strconv.Itoa(len(contexts)-most) + " more"
	}
	return strings.Join(contexts, ", ")
}

// longest is how many characters of a value a note shows: it must be found, not
// read.
const longest = 60

// variantText returns a value in words. Of a long text it is the first line that
// is not the same as in the text that is shown.
func variantText(shown, value any, set bool) string {
	if !set {
		return "not set"
	}
	text := scalarText(value)
	before := scalarText(shown)
	if text == before && shown != nil {
		return "another value, redacted,"
	}
	if text == "" || strings.ContainsAny(text, " ;") {
		if _, word := value.(string); word && !strings.Contains(text, "\n") {
			text = strconv.Quote(text)
		}
	}
	if !strings.Contains(text, "\n") && len([]rune(text)) <= longest {
		return text
	}
	return differenceText(before, scalarText(value))
}

// differenceText returns the first difference of a long text from the one before.
func differenceText(before, text string) string {
	line, rest := firstDifferent(before, text)
	if line == 1 && !strings.Contains(text, "\n") {
		return "another text, from character " + strconv.Itoa(rest.column) + " on " + rest.text + ","
	}
	if rest.end {
		return "a shorter text, without line " + strconv.Itoa(line) + " and what follows,"
	}
	return "another text, first in line " + strconv.Itoa(line) + ", " + rest.text + ","
}

// excerpt is a part of a text.
type excerpt struct {
	text   string
	column int // of its first character, counted from 1
	end    bool
}

// firstDifferent returns the first line, counted from 1, of b that is not in a,
// and what is different in it.
func firstDifferent(a, b string) (int, excerpt) {
	before := strings.Split(a, "\n")
	lines := strings.Split(b, "\n")
	for i, line := range lines {
		if i < len(before) && before[i] == line {
			continue
		}
		one := []rune(line)
		at := 0
		if i < len(before) {
			at = alike(one, []rune(before[i]))
		}
		if len(lines) > 1 { // the line is named, so that what is around the difference helps to find it
			at = max(0, min(at-longest/2, len(one)-longest))
		}
		return i + 1, excerpt{text: excerptAt(one, at), column: at + 1}
	}
	return len(lines) + 1, excerpt{end: true}
}

// alike returns how many characters two lines have in common at their beginning.
func alike(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// excerptAt returns up to longest characters of a line in quotes, with an ellipsis on each side that
// something was cut off.
func excerptAt(line []rune, at int) string {
	text := string(line[at:min(at+longest, len(line))])
	if at+longest < len(line) {
		text += "…"
	}
	if at > 0 {
		text = "…" + text
	}
	return strconv.Quote(strings.TrimSpace(text))
}
