package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// Pieces reads a file of YAML piece by piece, so that no more of it is in memory than
// one document, or some items of a document that is a long list.
type Pieces struct {
	r    *bufio.Reader
	long int // the bytes of a part from which it is read item by item, if it is a list

	line  int    // of the next line, from 1
	text  []byte // of the part or of the items that are read, up to that line
	start int    // the line that text begins in
	items *items // the list that is read
	end   error  // of r
}

// items is the state of a list that is read item by item.
type items struct {
	prefix []byte // what begins the line of an item: blanks and "-"
	line   int    // the line that the document begins in
	around []byte // the document without its items
	done   bool   // behind the last item
}

// NewPieces returns a reader of the documents in r. One of more than long bytes that is
// a list in block form is read item by item.
func NewPieces(r io.Reader, long int) *Pieces {
	return &Pieces{r: bufio.NewReaderSize(r, lineBuffer), long: long, line: 1, start: 1}
}

// lineBuffer is how many bytes of a file are read at once. Nearly all lines are shorter.
const lineBuffer = 64 << 10

// itemsAtOnce is about how many bytes of items are read at once.
const itemsAtOnce = 256 << 10

// Piece is a part of a file: whole, some items of a list, or the list without its items,
// which comes after them.
type Piece struct {
	Part
	Items, Around bool
}

// itemsHead makes a document of items, of as many lines as are taken from its line.
const itemsHead = "apiVersion: v1\nkind: List\nitems:\n"

// Next returns the next piece. The error is io.EOF after the last one, ErrNoList, or that
// of the reader.
func (p *Pieces) Next() (Piece, error) {
	for p.end == nil {
		line := p.readLine()
		if p.failed() {
			return Piece{}, p.end
		}
		if piece, ok := p.take(line); ok {
			return piece, nil
		}
	}
	if p.failed() {
		return Piece{}, p.end
	}
	if piece, ok := p.flush(); ok {
		return piece, nil
	}
	return Piece{}, io.EOF
}

// failed reports whether the reading ended before the end of the file.
func (p *Pieces) failed() bool { return p.end != nil && !errors.Is(p.end, io.EOF) }

// readLine returns the next line, which the next call overwrites. One that is longer than the buffer is put to
// what is read at once, and nothing is returned: so long a line is not taken as a marker or as the first of an item.
// The error of the reader is kept in end.
func (p *Pieces) readLine() []byte {
	line, err := p.r.ReadSlice('\n')
	long := errors.Is(err, bufio.ErrBufferFull)
	for errors.Is(err, bufio.ErrBufferFull) {
		p.put(line)
		line, err = p.r.ReadSlice('\n')
	}
	p.end = err
	if long {
		p.put(line)
		return nil
	}
	return line
}

// take adds a line, and returns the piece that ends before it.
func (p *Pieces) take(line []byte) (Piece, bool) {
	if marker(line) {
		return p.takeMarker(bytes.Clone(line)) // the reader overwrites its buffer
	}
	if p.items == nil && len(p.text) > p.long {
		p.cut(line)
		return Piece{}, false
	}
	piece, ok := p.itemsBefore(line)
	p.put(line)
	p.line++
	return piece, ok
}

// itemsBefore returns the items of the list that is read, if they are all or enough.
func (p *Pieces) itemsBefore(line []byte) (Piece, bool) {
	switch {
	case p.items == nil || p.items.done:
		return Piece{}, false
	case p.items.ends(line):
		piece, ok := p.takeItems()
		p.items.done = true
		return piece, ok
	case len(p.text) > itemsAtOnce && p.items.begins(line):
		return p.takeItems()
	}
	return Piece{}, false
}

// takeMarker returns the piece that ends at a marker. Of a list these are two, the last items and what is
// around all of them: the marker is then read again.
func (p *Pieces) takeMarker(line []byte) (Piece, bool) {
	piece, ok := p.flush()
	if p.items != nil { // flush returned the last items
		p.readAgain(line)
		return piece, ok
	}
	p.begin(line)
	return piece, ok
}

// readAgain puts text before what the reader has still to read.
func (p *Pieces) readAgain(text []byte) {
	p.r = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(text), p.r), lineBuffer)
}

// put adds text to what is read.
func (p *Pieces) put(text []byte) {
	if p.items != nil && p.items.done {
		p.items.around = append(p.items.around, text...)
	} else {
		p.text = append(p.text, text...)
	}
}

// begin begins a part after a marker, on whose line it may have content.
func (p *Pieces) begin(marked []byte) {
	p.line++
	p.start = p.line
	if hasContent(marked[3:]) {
		p.start = p.line - 1
		p.text = append(p.text, marked[3:]...)
	}
}

// flush returns the piece that ends here. Of a list it returns the last items, and when it is called again, what is
// around all of them.
func (p *Pieces) flush() (Piece, bool) {
	if p.items == nil {
		text := p.text
		p.text = nil
		return Piece{Part: Part{Line: p.start, Text: text}}, hasContent(text)
	}
	if !p.items.done {
		p.items.done = true
		return p.takeItems()
	}
	return p.takeAround(), true
}

// takeAround returns the list without its items, and ends it.
func (p *Pieces) takeAround() Piece {
	list := p.items
	p.items = nil
	p.text = nil
	return Piece{Part: Part{Line: list.line, Text: list.around}, Around: true}
}

// takeItems returns the items that were read.
func (p *Pieces) takeItems() (Piece, bool) {
	text := append([]byte(itemsHead), p.text...) // a copy: p.text is used again for the next items
	piece := Piece{Part: Part{Line: p.start - strings.Count(itemsHead, "\n"), Text: text}, Items: true}
	p.text = p.text[:0]
	p.start = p.line
	return piece, len(text) > len(itemsHead)
}

// ErrNoList is the error of Next for a long part that is no list in block form, or no
// single list in JSON.
var ErrNoList = errors.New("a long document is no list that can be read item by item")

// cut begins to read the part item by item, from its first item on; line is the next one.
func (p *Pieces) cut(line []byte) {
	head, prefix := listHead(p.text)
	if head == 0 {
		p.end = ErrNoList
		return
	}
	// "items:" becomes "items: []": what is around the items is then a whole document.
	around := append(bytes.TrimRight(bytes.Clone(p.text[:head]), "\r\n"), " []\n"...)
	p.items = &items{prefix: prefix, line: p.start, around: around}
	p.start += bytes.Count(p.text[:head], []byte("\n"))
	p.line = p.start
	p.readAgain(slices.Concat(p.text[head:], line))
	p.end = nil // line may have been the last one, and is to be read once more
	p.text = nil
}

// listHead returns where the items of a list begin in text, behind the line "items:", and
// what each of their first lines begins with, like "  -"; 0 if text is no list in block form.
func listHead(text []byte) (end int, prefix []byte) {
	const key = "items:"
	at := 0
	inside := false
	for line := range bytes.Lines(text) {
		at += len(line)
		body, blanks, ok := content(line)
		switch {
		case !ok:
		case inside && isElement(body[blanks:]):
			return end, body[:blanks+1]
		case inside: // a list in brackets, or none
			return 0, nil
		case string(body) == key: // not indented, so that it is a field of the list itself
			inside = true
			end = at
		case blanks == 0 && (body[0] == '{' || body[0] == '['):
			return 0, nil
		}
	}
	return 0, nil
}

// content returns a line without the blanks and line break at its end, and by how many blanks it is
// indented. ok is false if there is nothing else, or a comment.
func content(line []byte) (body []byte, blanks int, ok bool) {
	body = bytes.TrimRight(line, " \r\n")
	blanks = len(body) - len(bytes.TrimLeft(body, " "))
	return body, blanks, blanks < len(body) && body[blanks] != '#'
}

// begins reports whether a line is the first of an item.
func (l *items) begins(line []byte) bool {
	indent := len(l.prefix) - 1
	return bytes.HasPrefix(line, l.prefix) && isElement(bytes.TrimRight(line[indent:], " \r\n"))
}

// ends reports whether a line is behind the last item: less indented than the items, or
// as much and none of them.
func (l *items) ends(line []byte) bool {
	body, blanks, ok := content(line)
	if !ok {
		return false
	}
	indent := len(l.prefix) - 1
	return blanks < indent || (blanks == indent && !isElement(body[blanks:]))
}

// ParseItems returns the document of a piece that is some items of a list.
func ParseItems(piece Part, l Limits) (Document, error) {
	documents, err := Parse(piece, l)
	if err != nil {
		return Document{Source: &forgotten}, err
	}
	first := piece.Line + strings.Count(itemsHead, "\n")
	for i := range documents[0].Items {
		it := &documents[0].Items[i]
		it.Line = max(it.Line, first) // of items in unusual form the line is not known
	}
	return documents[0], nil
}

// Join returns the document of a list that was read in pieces: around is its text without
// its items, which were read before it.
func Join(around Part, items []Item, l Limits) (Document, error) {
	documents, err := Parse(around, l)
	if err != nil {
		return Document{Source: &forgotten, Line: around.Line}, err
	}
	d := documents[0]
	if !d.List.IsList || len(d.Items) > 0 {
		d.Err = wrapped(errors.New("it has the field items twice, or is no list"), around.Line)
		d.Err.Document = 1
		return d, d.Err
	}
	d.fill(items)
	d.Items = items
	return d, nil
}
