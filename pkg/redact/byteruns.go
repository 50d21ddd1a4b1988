package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// byteRun matches at least eight bytes as debuggers and the %v of Go print them, each as a number: 104 117 …, 0x5d, 0xaa, …, 5d:aa:….
var byteRun = lazyregexp.New(`(?:^|[\[{(<:= \t])` +
	`((?:0x)?[0-9A-Fa-f]{1,3}(?:(?:, ?|:| {1,2})(?:0x)?[0-9A-Fa-f]{1,3}){7,})` +
	`(?:$|[\]}),> \t|;\r])`)

// opensDump reports whether the value of a line is dumped on the next ones.
func opensDump(line string) bool {
	line = strings.TrimRight(line, " \t\r")
	return line != "" && strings.IndexByte("[{(:=", line[len(line)-1]) >= 0
}

// byteRuns hides the bytes of a credential after its name, on its line or on the next ones, and reports whether there are any.
func (f *finder) byteRuns(p pair) bool {
	if p.kind != strongName || isPlural(p.name) {
		return false
	}
	line := f.shortLine(p.end)
	if !strings.ContainsAny(line, "0123456789") { // most names have a word behind them
		return opensDump(line) && f.bytesBelow(p.end+len(line)+1)
	}
	if m := byteRun.FindStringSubmatchIndex(line); m != nil {
		ofOther := strings.Contains(line[:m[2]], ",") // another argument
		return !ofOther && f.addBytes(p.end, line[m[2]:m[3]], m[2])
	}
	return opensDump(line) && f.bytesBelow(p.end+len(line)+1)
}

// bytesBelow hides the bytes on the lines from i on, which a dump of them fills, and reports whether there are any.
func (f *finder) bytesBelow(i int) bool {
	const mostLines = 64
	found := false
	for range mostLines {
		if i >= len(f.s) {
			break
		}
		line := f.shortLine(i)
		m := byteRun.FindStringSubmatchIndex(line)
		if m == nil || !f.addBytes(i, line[m[2]:m[3]], m[2]) {
			break
		}
		found = true
		i += len(line) + 1
	}
	return found
}

// shortLine returns the rest of the line at i, or its first part if it is long.
func (f *finder) shortLine(i int) string {
	const longest = 400
	return f.s[i : i+lineLength(f.s[i:], longest)]
}

// addBytes adds a run that begins so far behind i, and reports whether it is more than the same few bytes again and again.
func (f *finder) addBytes(i int, run string, behind int) bool {
	if repeats(run) {
		return false
	}
	f.add(i+behind, i+behind+len(run))
	return true
}
