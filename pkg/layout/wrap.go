package layout

import (
	"strings"
	"unicode/utf8"

	"github.com/thrashkit/thrashkit/pkg/view"
)

// wrap breaks a text between words into lines of at most room columns. The
// lines after the first begin with next. Blanks at the beginning stay. A word
// of a script that is written without blanks is broken anywhere; an address or
// a path that is wider than the room stays whole.
func wrap(text string, room int, next string) []string {
	lead := text[:len(text)-len(strings.TrimLeft(text, " "))]
	var lines []string
	now := lead
	empty := true
	for word := range strings.FieldsSeq(text) {
		for word != "" {
			if !empty && view.Width(now)+1+view.Width(word) > room {
				lines = append(lines, now)
				now = next
				empty = true
			}
			piece := word
			if view.Width(now)+view.Width(word) > room {
				piece = fitting(word, room-view.Width(now))
			}
			word = word[len(piece):]
			if !empty {
				now += " "
			}
			now += piece
			empty = false
		}
	}
	return append(lines, now)
}

// fitting returns the beginning of a word that is at most room columns wide, if
// the word is of a script that is written without blanks; else all of it.
func fitting(word string, room int) string {
	at := 0
	for wide := 0; at < len(word); {
		r, size := utf8.DecodeRuneInString(word[at:])
		if r < utf8.RuneSelf {
			return word
		}
		if wide += view.Width(word[at : at+size]); wide > room && at > 0 {
			return word[:at]
		}
		at += size
	}
	return word
}
