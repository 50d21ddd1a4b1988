package redact

import (
	"regexp"
	"strings"
)

// byteRun matches at least eight bytes as programs print them, each as a number: 104 117 …, 0x5d, 0xaa, …, 5d:aa:…, or a line of a dump
// with its offset. Debuggers and %v of Go print keys so.
var byteRun = regexp.MustCompile(`(?:^|[\[{(<:= \t])((?:0x)?[0-9A-Fa-f]{1,3}(?:(?:, ?|:| {1,2})(?:0x)?[0-9A-Fa-f]{1,3}){7,})(?:$|[\]}),> \t|;\r])`)

// dumpOpens matches the end of a line whose value is dumped on the next ones.
var dumpOpens = regexp.MustCompile(`[\[{(:=]\s*$`)

// byteRuns hides the bytes of a credential after its name, on its line or on the next ones, and reports whether there are any.
func (f *finder) byteRuns(p pair) bool {
	const (
		mostLines   = 64
		longestLine = 400
	)
	if p.kind != strongName || isPlural(p.name) {
		return false
	}
	found := false
	at := p.end
	for range mostLines {
		if at >= len(f.s) {
			break
		}
		end := at + lineLength(f.s[at:], longestLine)
		line := f.s[at:end]
		m := byteRun.FindStringSubmatchIndex(line)
		if m != nil && at == p.end && strings.Contains(line[:m[2]], ",") { // of another argument
			return false
		}
		if m != nil && !repeats(line[m[2]:m[3]]) {
			f.add(at+m[2], at+m[3])
			found = true
		}
		if (m == nil && (found || !dumpOpens.MatchString(line))) || (m != nil && at == p.end) {
			break
		}
		at = end + 1
	}
	return found
}
