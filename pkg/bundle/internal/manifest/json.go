package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// parseJSON returns the values of p. The last one has an error if the text
// is not JSON from there on.
func parseJSON(p Part) []Document {
	var values []Document
	lines := lineCounter{text: p.Text, line: p.Line}
	s := scan{data: p.Text}
	for s.peek() != 0 {
		raw := s.skip()
		end := s.pos
		begin := end - len(raw) // behind white space
		if !json.Valid(raw) {
			return append(values, badJSON(p, begin, lines))
		}
		text := p.Text[begin:end:end]
		values = append(values, Document{Source: &Source{Text: text, json: text}, Line: lines.of(begin)})
	}
	if s.pos < len(s.data) { // a NUL
		values = append(values, badJSON(p, s.pos, lines))
	}
	return values
}

// badJSON returns the document that begins at an offset of p and is not JSON.
func badJSON(p Part, begin int, lines lineCounter) Document {
	offset, err := jsonError(p.Text[begin:])
	at := begin + offset
	bad := &DocumentError{Line: lines.of(at), Column: columnOf(p.Text, at), Err: fmt.Errorf("parse JSON: %w", err)}
	return Document{Source: &Source{Text: p.Text[begin:]}, Line: bad.Line, Err: bad}
}

// jsonError returns the first error in text that is not JSON, and its offset. There may be values before it that
// touch each other.
func jsonError(text []byte) (int, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var raw json.RawMessage
	for {
		if err := decoder.Decode(&raw); err != nil {
			return jsonOffset(err, decoder, len(text)), err
		}
	}
}

// lineCounter finds the lines of growing offsets. To count from the start of the text for each item of a long
// list would take the square of its length.
type lineCounter struct {
	text []byte
	at   int // the last offset
	line int // its line
}

// of returns the line of an offset. One before the last offset has the line of that.
func (c *lineCounter) of(offset int) int {
	offset = min(max(offset, c.at), len(c.text))
	c.line += bytes.Count(c.text[c.at:offset], []byte("\n"))
	c.at = offset
	return c.line
}

// jsonOffset returns the byte at which an error of the decoder is.
func jsonOffset(err error, d *json.Decoder, end int) int {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return end
	}
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return int(syntax.Offset)
	}
	return int(d.InputOffset())
}

// columnOf returns the column of an offset, counted from 1.
func columnOf(text []byte, offset int) int {
	before := text[:min(max(offset-1, 0), len(text))] // a syntax error is behind the character that it is about
	return utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}
