package diagnose

import (
	"regexp"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// How much of the end of a log is read for signs, and how much of a line is quoted.
const (
	maxLines  = 200
	maxLine   = 2000
	maxQuoted = 400
)

// level is how grave a line of a log says it is.
type level int

const (
	levelDebug level = iota
	levelInfo
	levelWarn
	levelPlain // no level: programs that end tell why without one
	levelError
	levelFatal
)

// line is one line of a log: as written, and as text to look for signs in.
type line struct {
	raw   string // without the runtime's timestamp
	text  string // for a line in JSON its message and values
	level level
	frame bool // of a stack trace
	json  bool
	// under tells that the line is indented, by so much space: it goes on with
	// what stands above.
	under  bool
	indent string
	// head is the line that it goes on with, its own place for all others.
	head int
}

// lines returns the last lines of a log in order, without empty ones.
func lines(log snapshot.Log) []line {
	all := strings.Split(log.Text, "\n")
	if len(all) > maxLines {
		all = all[len(all)-maxLines:]
	}
	var out []line
	for _, raw := range all {
		raw = strings.TrimRight(unstamped(raw), " \t\r")
		if strings.IndexByte(raw, '\x1b') >= 0 {
			raw = escapes.ReplaceAllString(raw, "")
		}
		if strings.TrimSpace(raw) == "" {
			continue
		}
		if len(raw) > maxLine {
			raw = strings.ToValidUTF8(raw[:maxLine], "")
		}
		out = append(out, newLine(raw))
	}
	behead(out)
	return out
}

// behead finds the line that each line goes on with: an indented one with the
// last that is not, and those next after one that tells the end or what was
// thrown with that, for messages have several lines. What states no level of
// its own is as grave as its head. Lines of stack traces have none.
func behead(lines []line) {
	const furthest, onward = 12, 4
	at, message := -1, -1 // the last head, and whether a message may go on
	for i := range lines {
		l := &lines[i]
		l.head = i
		switch {
		case l.frame && !l.under:
			at, message = -1, -1
		case l.frame:
		case l.under && at >= 0 && i-at <= furthest,
			l.level == levelPlain && message >= 0 && i-message <= onward:
			l.head = at
			if l.level == levelPlain {
				l.level = lines[at].level
			}
		case !l.under:
			at, message = i, -1
			if !l.json && (l.level == levelFatal || (l.level == levelError && thrown.MatchString(l.raw))) {
				message = i
			}
		}
	}
}

var (
	stamp   = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) `)
	escapes = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)
	// unreadable is what a kubelet answers instead of a log that is gone
	// (k8s.io/kubernetes pkg/kubelet/kuberuntime/kuberuntime_logs.go, 1.37).
	unreadable = regexp.MustCompile(`^(unable to retrieve container logs for|failed to try resolving symlinks in path|rpc error: code = NotFound desc = an error occurred when try to find container)`)
)

func unstamped(raw string) string { return stamp.ReplaceAllString(raw, "") }

func newLine(raw string) line {
	l := line{raw: strings.TrimSpace(raw), under: raw[0] == ' ' || raw[0] == '\t'}
	if l.under {
		l.indent = indent(raw)
	}
	if l.text, l.level, l.json = structured(l.raw); !l.json {
		l.text, l.level, l.frame = raw, levelOf(raw), isFrame(raw)
	}
	return l
}

// indent returns the space before a line, four columns for a tab, and not more
// than leaves room for the line.
func indent(raw string) string {
	const most = 12
	before := raw[:len(raw)-len(strings.TrimLeft(raw, " \t"))]
	before = strings.ReplaceAll(before, "\t", "    ")
	return before[:min(len(before), most)]
}

// isFrame reports whether a line is of a stack trace, by its looks first.
func isFrame(raw string) bool {
	if raw[0] != ' ' && raw[0] != '\t' && raw[len(raw)-1] != ')' && strings.IndexByte("gc[#TSsRC^", raw[0]) < 0 {
		return false
	}
	return frames.MatchString(raw)
}

// quoted returns the line as it is cited.
func (l line) quoted() string {
	if l.json {
		return quoted(l.text)
	}
	return quoted(l.raw)
}

var (
	// frames are the lines of stack traces: of Java and Node, Python, Go, Ruby,
	// Rust, PHP and .NET.
	frames = regexp.MustCompile(`^\s+at \S|^\s+File "|^goroutine \d+|^\t\S+\.\w+:\d+|^\s*#\d+ |^\s+\d+: \S|^\s+from \S+:\d+|^\s+\.\.\. \d+ more|^created by |^(?:panic|\S+\.\S+)\([^:]*\)$|^\s*\^+\s*$|^\s{2,}\S.*[({,]$|^(Stack trace|stack trace|stack backtrace|stack traceback|Current stack trace|Require stack|Traceback \(most recent call last\)):?$|^\s+\S+:\d+: in |^\s+\[C\]: in |^\[signal `)
	// grave words at the head of a line or in its level field.
	fatalWord = newMatcher(`(?i)^\s*(?:fatal|panic|critical|emerg(?:ency)?)\b[: ]|\[(?:fatal|emerg|crit|alert)\]|\b(?:level|severity|lvl)=\W?(?:fatal|panic|crit)|\b(?-i:FATAL|CRITICAL|PANIC|EMERG|CRIT)\b|\bfatal(?: error)?: |^panic: |^Caused by: |^Unhandled exception|^Uncaught |^Exception in thread|^thread '.*' panicked`)
	errorWord = newMatcher(`(?i)^\s*err(?:or)?\b[: !]|\[err(?:or)?\]|\b(?:level|severity|lvl)=\W?err|\b(?-i:ERR(?:OR)?)\b|^\S*(?:Error|Exception): `)
	warnWord  = newMatcher(`(?i)\[warn(?:ing)?\]|\b(?:level|severity|lvl)=\W?warn|\b(?-i:WARN(?:ING)?)\b`)
	infoWord  = newMatcher(`(?i)\[(?:info|notice|inf)\]|\b(?:level|severity|lvl)=\W?info|\b(?-i:INFO|NOTICE)\b`)
	debugWord = newMatcher(`(?i)\[(?:debug|trace|dbg)\]|\b(?:level|severity|lvl)=\W?(?:debug|trace)|\b(?-i:DEBUG|TRACE)\b`)
)

// klog is the head of the lines that Kubernetes' own programs write.
var klog = regexp.MustCompile(`^[IWEF]\d{4} `)

// levelOf reads the level that a line states. An informing line which quotes a
// grave word states its own level first.
func levelOf(text string) level {
	if at := strings.IndexByte("IWEF", text[0]); at >= 0 && klog.MatchString(text) {
		return []level{levelInfo, levelWarn, levelError, levelFatal}[at]
	}
	head := text
	if len(head) > 60 {
		head = head[:60]
	}
	lower := strings.ToLower(text)
	start := lower[:min(len(lower), len(head))]
	switch {
	case infoWord.match(head, start):
		return levelInfo
	case debugWord.match(head, start):
		return levelDebug
	case warnWord.match(head, start):
		return levelWarn
	case fatalWord.match(text, lower):
		return levelFatal
	case errorWord.match(text, lower):
		return levelError
	}
	return levelPlain
}

// whole shortens a message of the API, whose end often tells the most.
func whole(text string) string {
	const most = 700
	text = strings.TrimSpace(text)
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most/3], "") + "…" + strings.ToValidUTF8(text[len(text)-most*2/3:], "")
}

// clock is the moment with which programs begin their lines.
var clock = regexp.MustCompile(`^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\] |^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?[ :]*|^\d\d:\d\d:\d\d(?:[.,]\d+)? `)

// quoted shortens a line to what is worth citing.
func quoted(text string) string {
	text = strings.TrimSpace(text)
	if rest := strings.TrimSpace(clock.ReplaceAllString(text, "")); rest != "" {
		text = rest
	}
	if len(text) <= maxQuoted {
		return text
	}
	return strings.ToValidUTF8(text[:maxQuoted], "") + "…"
}
