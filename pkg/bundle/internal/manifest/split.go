package manifest

import "bytes"

// Split cuts data at the lines that begin with the document markers of
// YAML, "---" and "...". Parts without content are left out.
func Split(data []byte) []Part {
	var parts []Part
	start := 0
	startLine := 1
	line := 1
	last := 0
	flush := func(end int) {
		if text := data[start:end]; hasContent(text) {
			parts = append(parts, Part{Line: startLine, Text: text, Before: data[last:start]})
			last = end
		}
	}
	for at := 0; at < len(data); line++ {
		next := at + 1 + bytes.IndexByte(data[at:], '\n')
		if next == at {
			next = len(data)
		}
		if marker(data[at:next]) {
			flush(at)
			start = next
			startLine = line + 1
			// A document may begin on the line of its marker: "--- {a: b}".
			if hasContent(data[at+3 : next]) {
				start = at + 3
				startLine = line
			}
		}
		at = next
	}
	flush(len(data))
	if len(parts) > 0 {
		parts[len(parts)-1].After = data[last:]
	}
	return parts
}

func marker(line []byte) bool {
	if len(line) < 3 || line[0] != line[1] || line[1] != line[2] || (line[0] != '-' && line[0] != '.') {
		return false
	}
	return len(line) == 3 || line[3] == ' ' || line[3] == '\n' || line[3] == '\r' || line[3] == '\t'
}

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
