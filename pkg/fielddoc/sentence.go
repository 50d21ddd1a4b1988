package fielddoc

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// noEnd are words after which a full stop does not end a sentence.
var noEnd = map[string]bool{
	"e.g.": true, "i.e.": true, "etc.": true, "vs.": true, "cf.": true, "eg.": true, "ie.": true,
	"no.": true, "approx.": true, "ex.": true, "viz.": true, "resp.": true, "incl.": true, "aka.": true,
}

var moreInfo = regexp.MustCompile(`(?i)\(?\s*(for )?more info(rmation)?:?\s*(see )?https?://\S+`)

// FirstSentence returns the first sentence of a field's description on one
// line, without links and without the field's own name as a heading.
func FirstSentence(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n\n")
	text = strings.Join(strings.Fields(moreInfo.ReplaceAllString(text, "")), " ")
	for i := 0; i < len(text); i++ {
		if c := text[i]; c != '.' && c != '!' && c != '?' {
			continue
		}
		if i+1 < len(text) && text[i+1] != ' ' {
			continue
		}
		start := strings.LastIndexByte(text[:i], ' ') + 1
		word := strings.ToLower(strings.TrimLeft(text[start:i+1], "([\"'"))
		if noEnd[word] || continues(text[i+1:]) {
			continue
		}
		return text[:i+1]
	}
	return text
}

// continues reports whether what follows a full stop goes on in lower case, as
// after an abbreviation that noEnd does not have. Names of fields are in lower
// case too: those with a capital inside begin a sentence.
func continues(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	word, _, _ := strings.Cut(rest, " ")
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLower(r) && !strings.ContainsFunc(word, unicode.IsUpper) && len(word) < 3
}

// deprecated returns why the field should not be used, empty where it may be.
func (c Cursor) deprecated(description string) string {
	if text, ok := c.lookup(deprecateds()); ok {
		return text
	}
	return deprecation(description)
}

var deprecationMark = regexp.MustCompile(`(?i)(^|[.\n]\s*)deprecated[.:]\s|^deprecated\.$|this field is deprecated`)

// deprecation returns the sentence of a description that says that the field
// is deprecated.
func deprecation(description string) string {
	at := deprecationMark.FindStringIndex(description)
	if at == nil {
		return ""
	}
	return FirstSentence(strings.TrimLeft(description[at[0]:], ".:( \n\t"))
}
