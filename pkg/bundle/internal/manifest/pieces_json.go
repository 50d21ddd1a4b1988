package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// JSONPieces reads a file that is one list in JSON some items at a time. What is no such
// list, or no JSON, is ErrNoList: who reads it as a whole can say what is wrong.
type JSONPieces struct {
	decoder *json.Decoder
	lines   *lineReader
	long    int    // how many bytes a list may have besides its items
	some    int    // about how many bytes of items are read at once
	list    []byte // what was read of the list, without its items
	begun   bool   // the items have begun
	ended   bool   // the list has
}

// NewJSONPieces returns a reader of the list in r, which may have long bytes besides its items.
func NewJSONPieces(r io.Reader, long int) *JSONPieces {
	lines := &lineReader{r: r, line: 1}
	return &JSONPieces{decoder: json.NewDecoder(lines), lines: lines, long: long, some: itemsAtOnce, list: []byte(`{"items":[]`)}
}

// Next returns the next items, and after them the list without its items. The error is
// io.EOF after that, ErrNoList, or that of the reader.
func (p *JSONPieces) Next() (Piece, error) {
	if p.ended {
		return Piece{}, io.EOF
	}
	piece, err := p.next()
	if isSyntax(err) {
		return Piece{}, ErrNoList
	}
	return piece, err
}

// isSyntax reports whether an error is about the text, not about reading it. JSON that ends early is one too.
func isSyntax(err error) bool {
	syntax := (*json.SyntaxError)(nil)
	return errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// next returns the next piece: some items at a time, and at the end the list around them.
func (p *JSONPieces) next() (Piece, error) {
	if !p.begun {
		if err := p.open(); err != nil {
			return Piece{}, err
		}
		p.begun = true
	}
	if piece, err := p.items(); err != nil || piece.Items {
		return piece, err
	}
	p.ended = true
	err := p.close()
	return Piece{Part: Part{Line: 1, Text: p.list}, Around: true}, err
}

// open reads the list up to its first item.
func (p *JSONPieces) open() error {
	if err := p.expect('{'); err != nil {
		return err
	}
	found, err := p.members()
	if err == nil && !found {
		return ErrNoList
	}
	return err
}

// close reads the list from behind its last item on. It returns an error if it is none, or
// if something follows it.
func (p *JSONPieces) close() error {
	if err := p.expect(']'); err != nil {
		return err
	}
	found, err := p.members()
	if err != nil {
		return err
	}
	p.list = append(p.list, '}')
	if h, _ := scanHeader(p.list); found || !h.IsList { // found: the field items a second time
		return ErrNoList
	}
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) { // several values in one file
		return ErrNoList
	}
	return nil
}

// expect reads one sign.
func (p *JSONPieces) expect(sign json.Delim) error {
	got, err := p.decoder.Token()
	if err == nil && got != sign {
		return ErrNoList
	}
	return err
}

// members reads the members of the list up to its first item, and reports whether it has
// items; else it reads the list to its end.
func (p *JSONPieces) members() (bool, error) {
	for p.decoder.More() && len(p.list) <= p.long {
		name, err := p.decoder.Token()
		if err != nil {
			return false, err
		}
		if name == "items" {
			return true, p.expect('[')
		}
		if err := p.addMember(name); err != nil {
			return false, err
		}
	}
	return false, p.expect('}')
}

// addMember reads the value of a member and adds both to the list. The list begins with its items, empty,
// so that a comma goes before each member.
func (p *JSONPieces) addMember(name json.Token) error {
	key, err := json.Marshal(name)
	if err != nil {
		return err
	}
	var value json.RawMessage
	if err := p.decoder.Decode(&value); err != nil {
		return err
	}
	p.list = append(append(append(append(p.list, ','), key...), ':'), value...)
	return nil
}

// jsonItemsHead makes a document of items, of as many lines as itemsHead.
const jsonItemsHead = `{"apiVersion": "v1",` + "\n" + `"kind": "List",` + "\n" + `"items": [` + "\n"

// items reads some items, each with as many line breaks before it as give it its line.
// The piece has none behind the last item.
func (p *JSONPieces) items() (Piece, error) {
	piece := itemsPiece{Piece: Piece{Part: Part{Text: []byte(jsonItemsHead)}}}
	var item json.RawMessage // its memory is used again for each item
	for p.decoder.More() && len(piece.Text) < len(jsonItemsHead)+p.some {
		if err := p.decoder.Decode(&item); err != nil {
			return Piece{}, err
		}
		piece.add(item, p.lines.of(p.decoder.InputOffset()-int64(len(item))))
	}
	piece.Text = append(piece.Text, "]}"...)
	return piece.Piece, nil
}

// itemsPiece is a piece with some items while it is written.
type itemsPiece struct {
	Piece
	at int // the line of the file that the text ends in
}

// add adds an item that begins on a line of the file. The line breaks that were between the items come back:
// the decoder has dropped them, and the lines in errors are counted by them.
func (j *itemsPiece) add(item []byte, line int) {
	if j.Items {
		j.Text = append(j.Text, ',')
	} else {
		j.Line = line - strings.Count(jsonItemsHead, "\n")
		j.Items = true
		j.at = line
	}
	j.Text = append(j.Text, strings.Repeat("\n", line-j.at)...)
	j.Text = append(j.Text, item...)
	j.at = line + bytes.Count(item, []byte("\n"))
}

// lineReader counts the lines of what is read through it.
type lineReader struct {
	r      io.Reader
	end    int64   // of what was read
	breaks []int64 // the offsets of line breaks behind the last offset that was asked for
	line   int     // of that offset, from 1
}

// Read records where the lines end, for the line numbers in messages: the JSON decoder counts bytes.
func (l *lineReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			l.breaks = append(l.breaks, l.end+int64(i))
		}
	}
	l.end += int64(n)
	return n, err
}

// of returns the line of an offset. Offsets are asked for in ascending order.
func (l *lineReader) of(offset int64) int {
	for len(l.breaks) > 0 && l.breaks[0] < offset {
		l.breaks = l.breaks[1:]
		l.line++
	}
	return l.line
}
