package manifest

import (
	"bytes"
	"encoding/json"
)

// scan walks JSON that is known to be well-formed. On anything else it stops
// early, and never reads outside of its data.
type scan struct {
	data []byte
	pos  int
}

// peek skips white space and returns the next byte, 0 at the end.
func (s *scan) peek() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\n', '\r', '\t':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

// quoted consumes a string and returns the text between its quotes, with its escape sequences. The names of fields
// are compared in that form: nothing writes those of Kubernetes with escapes.
func (s *scan) quoted() []byte {
	begin := s.pos + 1
	for at := begin; at < len(s.data); at++ {
		switch s.data[at] {
		case '\\': // the next character is no end, even if it is a quote
			at++
		case '"':
			s.pos = at + 1
			return s.data[begin:at]
		}
	}
	s.pos = len(s.data)
	return nil
}

// text consumes a value and returns it if it is a string, else "".
func (s *scan) text() string {
	if s.peek() != '"' {
		s.skip()
		return ""
	}
	raw := s.quoted()
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	var out string
	if err := json.Unmarshal(s.data[s.pos-len(raw)-2:s.pos], &out); err != nil {
		return ""
	}
	return out
}

// skip consumes one value of any kind and returns its bytes.
func (s *scan) skip() []byte {
	c := s.peek()
	begin := s.pos
	switch c {
	case 0:
	case '"':
		s.quoted()
	case '{', '[':
		s.skipNested()
	default:
		for s.pos < len(s.data) && bytes.IndexByte([]byte(",]} \n\r\t"), s.data[s.pos]) < 0 {
			s.pos++
		}
		if s.pos == begin { // a stray delimiter: malformed
			s.pos = len(s.data)
		}
	}
	return s.data[begin:s.pos]
}

// skipNested skips an object or array without parsing it: brackets count, but not within strings.
func (s *scan) skipNested() {
	depth := 0
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case '"':
			s.quoted()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.pos++
		if depth == 0 {
			return
		}
	}
}

// fields calls value for each field of an object, which must consume the
// field's value; a value of another type is skipped. Malformed JSON ends the scan: if it went on, it
// would take text between two values for one.
func (s *scan) fields(value func(key []byte)) {
	if s.peek() != '{' {
		s.skip()
		return
	}
	s.pos++
	for s.peek() == '"' {
		key := s.quoted()
		if s.peek() != ':' {
			break
		}
		s.pos++
		value(key)
		if s.peek() != ',' {
			break
		}
		s.pos++
	}
	if s.peek() == '}' {
		s.pos++
		return
	}
	s.pos = len(s.data)
}

// elements calls value for each element of an array, which must consume it; a
// value of another type is skipped.
func (s *scan) elements(value func()) {
	if s.peek() != '[' {
		s.skip()
		return
	}
	s.pos++
	for c := s.peek(); c != ']' && c != 0; c = s.peek() {
		value()
		if s.peek() != ',' {
			break
		}
		s.pos++
	}
	if s.peek() == ']' {
		s.pos++
		return
	}
	s.pos = len(s.data)
}
