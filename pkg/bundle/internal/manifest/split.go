package manifest

import "bytes"

// Split cuts data at the lines that begin with the document markers of
// YAML, "---" and "...". Parts without content are left out.
func Split(data []byte) []Part {
	s := splitter{data: data, startLine: 1}
	line := 1
	for at := 0; at < len(data); line++ {
		next := nextLine(data, at)
		if marker(data[at:next]) {
			s.flush(at)
			s.begin(at, next, line)
		}
		at = next
	}
	s.flush(len(data))
	if len(s.parts) > 0 {
		s.parts[len(s.parts)-1].After = data[s.last:]
	}
	return s.parts
}

// splitter is the state of Split.
type splitter struct {
	data  []byte
	parts []Part
	// start and startLine are the offset and the line at which the current part begins.
	start, startLine int
	last             int // the end of the last part with content
}

// flush adds the part that ends at an offset. One without content adds to the Before of the part after it, so
// that no byte of the file is lost.
func (s *splitter) flush(end int) {
	if text := s.data[s.start:end]; hasContent(text) {
		s.parts = append(s.parts, Part{Line: s.startLine, Text: text, Before: s.data[s.last:s.start]})
		s.last = end
	}
}

// begin begins a part behind the marker on the line from at to next. A document may begin on that line:
// "--- {a: b}".
func (s *splitter) begin(at, next, line int) {
	s.start = next
	s.startLine = line + 1
	if hasContent(s.data[at+3 : next]) {
		s.start = at + 3
		s.startLine = line
	}
}

// nextLine returns the offset behind the line that begins at an offset.
func nextLine(data []byte, at int) int {
	if length := bytes.IndexByte(data[at:], '\n'); length >= 0 {
		return at + length + 1
	}
	return len(data)
}

// marker reports whether a line separates documents: "---" or "...", alone or before a blank. "----" and
// "---a" are text.
func marker(line []byte) bool {
	if len(line) < 3 || line[0] != line[1] || line[1] != line[2] || (line[0] != '-' && line[0] != '.') {
		return false
	}
	return len(line) == 3 || isSpace(line[3])
}

// isSpace reports whether a byte is white space or part of a line break.
func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// hasContent reports whether text has a line that is no comment, directive or blank.
func hasContent(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return true
		}
	}
	return false
}
