package main

import (
	"regexp"
	"strings"
)

// span is text in one style, at a column of its line.
type span struct {
	text   string
	class  string // classes of the sheet, separated by blanks
	column int
}

// sgr matches what the commands write: styles, and nothing else.
var sgr = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// piece matches a text without long gaps: each is placed on its own, so
// that columns stay straight in every font.
var piece = regexp.MustCompile(`\S+(?: \S+)*`)

// style is the state that SGR codes leave a terminal in.
type style struct{ colour, weight string }

// colours and weights are the codes of ECMA-48 that pkg/view writes.
var (
	colours = map[string]string{"31": "red", "32": "green", "33": "yellow", "34": "blue", "35": "magenta", "36": "cyan", "39": ""}
	weights = map[string]string{"1": "bold", "2": "dim", "22": ""}
)

// after returns the style after the codes of one escape sequence.
func (s style) after(codes string) style {
	for code := range strings.SplitSeq(codes, ";") {
		if code == "" || code == "0" {
			s = style{}
		}
		if colour, ok := colours[code]; ok {
			s.colour = colour
		}
		if weight, ok := weights[code]; ok {
			s.weight = weight
		}
	}
	return s
}

// spans cuts a line into spans, beginning in the style s, and returns the
// style at its end.
func spans(line string, s style, width func(string) int) ([]span, style) {
	var out []span
	column := 0
	for line != "" {
		at := sgr.FindStringSubmatchIndex(line)
		if at == nil {
			at = []int{len(line), len(line), len(line), len(line)}
		}
		text := line[:at[0]]
		for _, p := range piece.FindAllStringIndex(text, -1) {
			out = append(out, span{text[p[0]:p[1]], strings.TrimSpace(s.colour + " " + s.weight), column + width(text[:p[0]])})
		}
		column += width(text)
		if at[1] > at[0] {
			s = s.after(line[at[2]:at[3]])
		}
		line = line[at[1]:]
	}
	return out, s
}
