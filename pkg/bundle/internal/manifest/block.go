package manifest

import (
	"bytes"
	"hash/maphash"
	"slices"
	"unicode/utf8"
)

// blockToJSON converts YAML of the form that programs write: block mappings
// and sequences, scalars of one line, literal blocks. Nearly all files of a
// cluster are in it, and it takes a tenth of the time of a full YAML parser.
// For anything else ok is false, and the parser decides. The result means the
// same as the parser's.
//
// itemLines are the lines, from 0, of the elements of the top-level "items".
func blockToJSON(text []byte) (out []byte, itemLines []int, ok bool) {
	if !plainText(text) || hasMarker(text) {
		return nil, nil, false
	}
	b := &block{text: text, out: make([]byte, 0, len(text)), line: -1}
	b.next()
	if b.end || !b.node(0) || !b.end {
		return nil, nil, false
	}
	return b.out, b.itemLines, true
}

// hasMarker reports whether a line begins with "---" or "...", which ends a document
// whatever follows. Split takes them out.
func hasMarker(text []byte) bool {
	return hasMarkerOf(text, "---") || hasMarkerOf(text, "...")
}

// hasMarkerOf is hasMarker for one sign. It searches for the sign, not for line ends: few texts have
// any, and this runs over every byte of a bundle.
func hasMarkerOf(text []byte, sign string) bool {
	for at := 0; ; at += len(sign) {
		i := bytes.Index(text[at:], []byte(sign))
		if i < 0 {
			return false
		}
		at += i
		if (at == 0 || text[at-1] == '\n') && marker(text[at:]) {
			return true
		}
	}
}

// plainText reports whether text is UTF-8 without characters that YAML forbids,
// or takes as line breaks.
func plainText(text []byte) bool {
	ascii := true // then there is no need to decode characters, as of nearly all texts
	for _, c := range text {
		if (c < ' ' && c != '\n' && c != '\t') || c == 0x7f {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if ascii {
		return true
	}
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if (r == utf8.RuneError && size == 1) || notPlain(r) {
			return false
		}
		text = text[size:]
	}
	return true
}

// notPlain reports whether a character beyond ASCII is one that YAML forbids or takes as a line
// break: control characters of Latin-1 (with NEL), line and paragraph separator, byte order marks,
// and U+FFFF (YAML 1.1, 5.1 and 5.4).
func notPlain(r rune) bool {
	switch r {
	case 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff:
		return true
	}
	return r >= 0x80 && r < 0xa0
}

// block is the state of a conversion: the current line and the output.
type block struct {
	text []byte
	pos  int // start of the line after the current one
	out  []byte

	// The current line is taken apart once, when it is reached. An element that begins on the line
	// of its "-" moves indent and body behind that.
	line   int    // the current line, from 0
	indent int    // the column of body
	body   []byte // the line's content, without blanks around it
	end    bool   // there is no current line

	itemLines []int
	numbers   map[string]string // scalars that the parser resolved, as JSON
}

const (
	// deepest is how many levels this converter goes down: it calls itself for each. No object of
	// Kubernetes comes near; what is deeper is left to the parser, which has a limit of its own.
	deepest = 100
	// longestKey is in characters. The parser takes no longer key without a "?" before it.
	longestKey = 1024
)

// next goes to the next line with content. Comments are dropped: JSON has none.
func (b *block) next() {
	for b.pos < len(b.text) {
		b.line++
		line := b.text[b.pos:]
		if stop := bytes.IndexByte(line, '\n'); stop >= 0 {
			line = line[:stop]
		}
		b.pos += len(line) + 1
		b.body = bytes.TrimLeft(line, " ")
		b.indent = len(line) - len(b.body)
		if b.body = bytes.TrimRight(b.body, " "); len(b.body) > 0 && b.body[0] != '#' {
			return
		}
	}
	b.end = true
}

// node writes the mapping or sequence that begins on the current line.
func (b *block) node(depth int) bool {
	if depth > deepest {
		return false
	}
	if isElement(b.body) {
		return b.sequence(depth, false)
	}
	return b.mapping(depth)
}

// isElement reports whether a line begins an element of a sequence: "- a" or "-", but not "-a".
func isElement(body []byte) bool {
	return body[0] == '-' && (len(body) == 1 || body[1] == ' ')
}

// mapping converts a mapping at the present indentation, and reports whether it could: a key
// twice, or anything that is not plain block YAML, is left to the complete parser.
func (b *block) mapping(depth int) bool {
	indent := b.indent
	b.out = append(b.out, '{')
	var keys keySet
	for !b.end && b.indent == indent && !isElement(b.body) {
		if !b.member(&keys, indent, depth) {
			return false
		}
	}
	b.out = append(b.out, '}')
	// A line at the column of the keys that is none, like "- a", or one between two columns is the parser's.
	return len(keys.list) > 0 && (b.end || b.indent < indent)
}

// member converts the key on the current line, which keys must not have yet, and its value.
func (b *block) member(keys *keySet, indent, depth int) bool {
	key, value, ok := cutKey(b.body)
	if !ok || !keys.add(key) {
		return false
	}
	if len(keys.list) > 1 {
		b.out = append(b.out, ',')
	}
	b.out = append(appendString(b.out, key), ':')
	return b.value(value, indent, depth, depth == 0 && string(key) == "items")
}

// keySet is the keys of one mapping. Most mappings have few: a search of the list
// is then faster than a map.
type keySet struct {
	list [][]byte
	set  map[uint64]bool // the hashes of a long list
	seed maphash.Seed    // of the hashes; random, so that nobody can prepare keys of one hash
}

// longList is how many keys a list has from which on it gets a set of hashes.
const longList = 32

// has reports whether key was added. The same hash alone does not prove it: the list decides.
func (k *keySet) has(key []byte) bool {
	if k.set != nil && !k.set[maphash.Bytes(k.seed, key)] {
		return false
	}
	return slices.ContainsFunc(k.list, func(other []byte) bool { return bytes.Equal(other, key) })
}

// add adds a key, and reports whether it is new.
func (k *keySet) add(key []byte) bool {
	if k.has(key) {
		return false
	}
	k.list = append(k.list, key)
	if len(k.list) == longList {
		k.index()
	} else if k.set != nil {
		k.set[maphash.Bytes(k.seed, key)] = true
	}
	return true
}

// index makes the set of the hashes. A mapping of 200,000 keys, which somebody may have made to keep
// a reader busy, would else be searched 200,000 times.
func (k *keySet) index() {
	k.seed = maphash.MakeSeed()
	k.set = make(map[uint64]bool, 2*longList)
	for _, key := range k.list {
		k.set[maphash.Bytes(k.seed, key)] = true
	}
}

// sequence converts a sequence at the present indentation, and reports whether it could. items
// reports whether it is that of a list of objects, whose lines are kept for messages.
func (b *block) sequence(depth int, items bool) bool {
	if depth > deepest {
		return false
	}
	indent := b.indent
	b.out = append(b.out, '[')
	for first := true; !b.end && b.indent == indent && isElement(b.body); first = false {
		if !first {
			b.out = append(b.out, ',')
		}
		if items {
			b.itemLines = append(b.itemLines, b.line)
		}
		if !b.element(indent, depth) {
			return false
		}
	}
	b.out = append(b.out, ']')
	// A mapping may go on at the column of a sequence that is its value.
	return b.end || b.indent <= indent
}

// element converts one element of a sequence: a value on its line, a mapping or sequence that
// begins on its line, or one below it.
func (b *block) element(indent, depth int) bool {
	value := bytes.TrimLeft(b.body[1:], " ")
	if len(value) == 0 || value[0] == '#' {
		b.next()
		if b.end || b.indent <= indent {
			b.out = append(b.out, "null"...)
			return true
		}
		return b.node(depth + 1)
	}
	if _, _, ok := cutKey(value); ok || isElement(value) {
		// "- a: 1" begins a mapping at the column of "a", to which the next lines belong.
		b.indent += len(b.body) - len(value)
		b.body = value
		return b.node(depth + 1)
	}
	return b.scalar(value, indent)
}

// value writes the text after the colon of a key at column indent.
func (b *block) value(value []byte, indent, depth int, items bool) bool {
	if len(value) > 0 && value[0] != '#' {
		return b.scalar(value, indent)
	}
	b.next()
	switch {
	case b.end || b.indent < indent: // the mapping ends
	case isElement(b.body): // may begin at the column of its key, as kubectl writes lists
		return b.sequence(depth+1, items)
	case b.indent > indent:
		return b.node(depth + 1)
	}
	b.out = append(b.out, "null"...) // a key without a value
	return true
}

// scalar writes a value that begins on the current line and goes to the next.
func (b *block) scalar(value []byte, indent int) bool {
	switch value[0] {
	case '|':
		return b.literal(value[1:], indent)
	case '"', '\'':
		text, after, ok := cutQuoted(value)
		if !ok || !onlyComment(after) {
			return false
		}
		b.out = append(b.out, text...)
	case '{', '[': // of flow form only the empty ones, as in "emptyDir: {}"
		if string(value) != "{}" && string(value) != "[]" {
			return false
		}
		b.out = append(b.out, value...)
	default:
		if !b.plain(value) {
			return false
		}
	}
	b.next()
	return b.end || b.indent <= indent // else the scalar continues
}

// plain writes a scalar without quotes. One that could be a mapping ("a: b") is left to the parser,
// which refuses it in most places.
func (b *block) plain(value []byte) bool {
	value = withoutComment(value)
	if !isPlain(value) || bytes.Contains(value, []byte(": ")) || value[len(value)-1] == ':' {
		return false
	}
	return b.resolve(value)
}

// withoutComment returns a scalar without the comment behind it: "8080 # the proxy" -> "8080".
func withoutComment(value []byte) []byte {
	if at := bytes.Index(value, []byte(" #")); at >= 0 {
		return bytes.TrimRight(value[:at], " ")
	}
	return value
}

// onlyComment reports whether nothing but a comment follows a value on its line. A "#" that touches
// the value begins none.
func onlyComment(after []byte) bool {
	text := bytes.TrimLeft(after, " ")
	return len(text) == 0 || (after[0] == ' ' && text[0] == '#')
}
