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
	w := wrapping{room: room, next: next, now: lead, empty: true}
	for word := range strings.FieldsSeq(text) {
		w.add(word)
	}
	return append(w.lines, w.now)
}

// wrapping is a text while it is broken into lines.
type wrapping struct {
	room  int
	next  string // what the lines after the first begin with
	lines []string
	now   string // the line under way
	empty bool   // it has no word yet
}

// add adds a word to the line under way, or to the next if it has no room; the rest of one that is broken
// goes on there.
func (w *wrapping) add(word string) {
	for word != "" {
		if !w.empty && view.Width(w.now)+1+view.Width(word) > w.room {
			w.lines = append(w.lines, w.now)
			w.now = w.next
			w.empty = true
		}
		piece := word
		if view.Width(w.now)+view.Width(word) > w.room {
			piece = fitting(word, w.room-view.Width(w.now))
		}
		word = word[len(piece):]
		if !w.empty {
			w.now += " "
		}
		w.now += piece
		w.empty = false
	}
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
