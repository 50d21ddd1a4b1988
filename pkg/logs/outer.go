package logs

import (
	"regexp"
	"strings"
	"sync"
)

// What runs or collects programs can write something before each of their lines. If that stays, a stack trace is not seen to be
// one, nor an empty line to be empty.
var (
	// multiplexed are the heads of programs that run several: docker compose (pkg/compose, "web-1  | "), foreman and its like
	// ("19:42:08 web.1  | "), pm2 ("0|web  | ").
	multiplexed = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:(?:\d\d:\d\d:\d\d )?[A-Za-z][\w.-]*[.-]\d+|\d+\|[A-Za-z][\w.-]*) *\|(?: |$)`)
	})
	// bracketed is a name in brackets: kubectl logs --prefix, concurrently, many scripts.
	bracketed = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\[[A-Za-z][\w./-]*\](?: |$)`) })
	// collected are the clocks of supervisors and of syslog: svlogd and date(1) in most forms, s6-log (tai64n), the headers of RFC 3164
	// and RFC 5424.
	collected = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:\d{4}[-/]\d\d[-/]\d\d[T_ ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|@[0-9a-f]{24}` +
			`|(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]+ [\w./-]+(?:\[\d+\])?:` +
			`|<\d{1,3}>1 \S+ \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\]))(?: |$)`)
	})
	// saidInto is a line of a worker in the log of PHP-FPM (sapi/fpm/fpm/fpm_stdio.c, zlog_stream_set_msg_prefix).
	saidInto = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:\[[^\]]*\] )?(?:WARNING|NOTICE): \[pool [^\]]*\] child \d+ said into std(?:err|out): "(.*)"$`)
	})
)

// inner returns lines as the program wrote them, without what surrounds all or most of them.
func inner(lines []string) []string {
	for i, line := range lines {
		if m := saidInto().FindStringSubmatch(line); m != nil {
			lines[i] = m[1]
		}
	}
	if 2*count(lines, multiplexed().MatchString) >= max(1, len(lines)) {
		lines = behindAll(lines, multiplexed())
	}
	if name := sameName(lines); name != "" {
		lines = behindAll(lines, regexp.MustCompile(`^`+regexp.QuoteMeta(name)+`(?: |$)`))
	}
	if clocksHide(lines) {
		lines = behindAll(lines, collected())
	}
	return lines
}

// sameName returns the name in brackets with which each of several lines begins, "" if there is none or it is a level.
func sameName(lines []string) string {
	if len(lines) < 2 {
		return ""
	}
	name := strings.TrimSpace(bracketed().FindString(lines[0]))
	if name == "" || named(strings.Trim(name, "[]")) != Plain {
		return ""
	}
	if count(lines, func(line string) bool { return line == name || strings.HasPrefix(line, name+" ") }) < len(lines) {
		return ""
	}
	return name
}

// clocksHide reports whether each line begins with a clock, and something behind one shows that the program did not write it there:
// a line that is indented, empty or a frame of a stack trace.
func clocksHide(lines []string) bool {
	hidden := false
	for _, line := range lines {
		at := collected().FindStringIndex(line)
		if at == nil {
			return false
		}
		rest := line[at[1]:]
		hidden = hidden || rest == "" || indentOf(rest) > 1 || isFrame(rest)
	}
	return hidden
}

// behindAll returns what stands in the lines behind a head, without lines that are empty then.
func behindAll(lines []string, head *regexp.Regexp) []string {
	out := lines[:0]
	for _, line := range lines {
		if at := head.FindStringIndex(line); at != nil {
			line = line[at[1]:]
		}
		if strings.TrimSpace(line) != "" {
			out = append(out, line)
		}
	}
	return out
}

// count returns how many lines a condition holds for.
func count(lines []string, of func(string) bool) int {
	n := 0
	for _, line := range lines {
		if of(line) {
			n++
		}
	}
	return n
}
