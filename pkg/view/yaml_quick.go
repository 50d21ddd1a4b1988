package view

import (
	"bytes"
	"encoding/json"
	"strings"
)

// quickYAML converts compact JSON to the YAML that the encoder makes of it, without the encoder's tree and buffers,
// which take most of the time. Only scalars that may need quotes are left to the encoder, once each.
type quickYAML struct {
	data    []byte
	out     []byte
	scalars map[string][]byte // what the encoder made of strings, by their JSON
}

// toYAML returns data as YAML. It reports false for what only the encoder knows how to lay out: texts of several lines,
// and keys that need quotes.
func (q *quickYAML) toYAML() ([]byte, bool) {
	q.scalars = map[string][]byte{}
	ok := false
	if q.startsCollection() {
		ok = q.collection(0, false)
	} else {
		ok = q.scalar()
		q.out = append(q.out, '\n')
	}
	return q.out, ok && len(bytes.TrimSpace(q.data)) == 0
}

// startsCollection reports whether the next value is an object or array that is not empty.
func (q *quickYAML) startsCollection() bool {
	return len(q.data) > 1 && (q.data[0] == '{' || q.data[0] == '[') && q.data[1] != q.data[0]+2
}

// next returns the next byte, 0 at the end.
func (q *quickYAML) next() byte {
	if len(q.data) == 0 {
		return 0
	}
	c := q.data[0]
	q.data = q.data[1:]
	return c
}

// collection writes an object or array whose lines have an indent; inline: the first is begun.
func (q *quickYAML) collection(indent int, inline bool) bool {
	open := q.next()
	for {
		for i := 0; i < indent && !inline; i++ {
			q.out = append(q.out, ' ')
		}
		inline = false
		if !q.lead(open) || !q.child(indent, open == '{') {
			return false
		}
		if c := q.next(); c != ',' {
			return c == open+2 // the closing bracket is two characters behind the opening one
		}
	}
}

// lead writes what is before a value: its key, or the dash of an element.
func (q *quickYAML) lead(open byte) bool {
	if open == '[' {
		q.out = append(q.out, "- "...)
		return true
	}
	text, _ := q.text()
	q.out = append(append(q.out, text...), ':')
	return q.next() == ':' && len(text) <= longestKey && isPlain(text)
}

// longestKey is the length beyond which the encoder writes a key in a line of its own (yaml_emitter_check_simple_key
// in go.yaml.in/yaml/v3 emitterc.go).
const longestKey = 128

// child writes a value behind its key, or behind the dash of an element.
func (q *quickYAML) child(indent int, behindKey bool) bool {
	if !q.startsCollection() {
		if behindKey {
			q.out = append(q.out, ' ')
		}
		ok := q.scalar()
		q.out = append(q.out, '\n')
		return ok
	}
	if behindKey {
		q.out = append(q.out, '\n')
	}
	if !behindKey || q.data[0] == '{' { // a list is not further in than its key
		indent += 2
	}
	return q.collection(indent, !behindKey)
}

// text returns the next string, which has no escapes if ok; otherwise its JSON.
func (q *quickYAML) text() (text []byte, ok bool) {
	end := 1
	for end < len(q.data) && q.data[end] != '"' {
		if q.data[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(q.data) {
		return nil, false
	}
	quoted := q.data[:end+1]
	q.data = q.data[end+1:]
	if bytes.IndexByte(quoted, '\\') >= 0 {
		return quoted, false
	}
	return quoted[1:end], true
}

// scalar writes the next value, which has no elements.
func (q *quickYAML) scalar() bool {
	if len(q.data) == 0 || q.data[0] != '"' {
		return q.literal()
	}
	before := q.data
	text, ok := q.text()
	if ok && isPlain(text) {
		q.out = append(q.out, text...)
		return true
	}
	quoted := before[:len(before)-len(q.data)]
	written, known := q.scalars[string(quoted)]
	if !known {
		written = encodedScalar(quoted)
		q.scalars[string(quoted)] = written
	}
	q.out = append(q.out, written...)
	return written != nil
}

// literal writes a number, true, false, null, {} or [], which are the same in YAML.
func (q *quickYAML) literal() bool {
	end := bytes.IndexAny(q.data, ",\n")
	if brackets := bytes.IndexAny(q.data, "]}"); end < 0 || (brackets >= 0 && brackets < end) {
		end = brackets
	}
	if end >= 0 && len(q.data) > 0 && (q.data[0] == '{' || q.data[0] == '[') {
		end++
	}
	if end <= 0 {
		return false
	}
	q.out = append(q.out, q.data[:end]...)
	q.data = q.data[end:]
	return true
}

// encodedScalar returns a string in JSON as the encoder writes it, nil if that takes several lines.
func encodedScalar(quoted []byte) []byte {
	var s string
	if json.Unmarshal(quoted, &s) != nil || strings.Contains(s, "\n") {
		return nil
	}
	text, err := encodedYAML(quoted)
	if text = bytes.TrimSuffix(text, []byte("\n")); err != nil || bytes.IndexByte(text, '\n') >= 0 {
		return nil
	}
	return text
}

// isPlain reports whether the encoder writes a text as it is. It is false for many that it writes so, too.
func isPlain(text []byte) bool {
	if len(text) == 0 || !isLetter(text[0]) || text[len(text)-1] == ' ' || isWord(text) {
		return false
	}
	for i, c := range text {
		inner := i+1 < len(text) && text[i+1] != ' ' && text[i+1] != ':'
		if !isLetter(c) && strings.IndexByte("0123456789._-,;()[]= ", c) < 0 && (c != ':' || !inner) {
			return false
		}
	}
	return true
}

// isLetter reports whether a plain scalar may begin with c: letters, and the slash of pointers.
func isLetter(c byte) bool { return (c|0x20 >= 'a' && c|0x20 <= 'z') || c == '/' }

// isWord reports whether a text stands for a value in some version of YAML.
func isWord(text []byte) bool {
	if len(text) > len("false") {
		return false
	}
	switch strings.ToLower(string(text)) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}
