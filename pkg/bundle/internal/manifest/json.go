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
		begin := end - len(raw)
		if !json.Valid(raw) {
			return append(values, badJSON(p, begin, lines))
		}
		text := p.Text[begin:end:end]
		values = append(values, Document{Line: lines.of(begin), Text: text, json: text})
	}
	if s.pos < len(s.data) { // a NUL
		values = append(values, badJSON(p, s.pos, lines))
	}
	return values
}

// badJSON returns the document that begins at an offset of p and is not JSON.
func badJSON(p Part, begin int, lines lineCounter) Document {
	decoder := json.NewDecoder(bytes.NewReader(p.Text[begin:]))
	var raw json.RawMessage
	var err error
	for err == nil { // there may be values before it that touch each other
		err = decoder.Decode(&raw)
	}
	at := begin + jsonOffset(err, decoder, len(p.Text)-begin)
	bad := &DocumentError{Line: lines.of(at), Column: columnOf(p.Text, at), Err: fmt.Errorf("parse JSON: %w", err)}
	return Document{Line: bad.Line, Text: p.Text[begin:], Err: bad}
}

// lineCounter finds the lines of growing offsets.
type lineCounter struct {
	text []byte
	at   int
	line int
}

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
