package logs

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// prefix is what programs write before a message.
type prefix struct {
	rest  string // the message, with the space before it that is not the prefix's
	level Level
	empty bool // there is no message
}

// clocks are the forms in which programs write the time before a message.
var clocks = []string{
	// Kubernetes' klog, and glog, which since 0.5 writes the year too: severity, date, time, thread, place.
	`[IWEF]\d{4}(?:\d{4})? \d\d:\d\d:\d\d\.\d+ +\d+ [^\s\]]+\] `,
	// oslo.log (log/_options.py, logging_context_format_string): time, process, level, logger and request.
	`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \d+ [A-Z]+ [a-z][\w.]* (?:\[[^\]]*\] )?`,
	// The header of syslog (RFC 3164 section 4.1, RFC 5424, rsyslog's own form): time, host and program[process]. A host has
	// several words, which parts it from a level.
	`(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*) [a-z0-9]+(?:[.-][a-z0-9]+)+ [\w./-]+\[\d+\]:? `,
	// TensorFlow (tsl/platform/default/logging.cc): time, severity and place.
	`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}: [IWEF] [\w./-]+:\d+\] `,
	// The header of syslog with its priority (RFC 5424 section 6).
	`<\d{1,3}>1 \S+ \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\]) `,
	// Ray (src/ray/util/logging.cc): time, severity, process and thread; the component and the place in its source.
	`\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+ [DIWEFC] \d+ \d+\] (?:\(\w+\) )?(?:[\w./]+:\d+: )?`,
	// Tornado and Jupyter (tornado/log.py LogFormatter, traitlets/log.py): severity, time, logger and place.
	`\[[DIWEC] (?:\d{6}|\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d(?:\.\d+)? [\w.: -]+\]`,
	// Redis (server.c, serverLogRaw): process, role and time.
	`\d+:[MCSX] \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d+ `,
	// Date and time, in brackets or not: most libraries. MariaDB pads the hour with a blank, Icecast writes two blanks.
	`\[?\d{4}[-/]\d\d[-/]\d\d[T _-] ?[ \d]\d:\d\d:\d\d(?:[.,:]\d+)?(?: ?(?:Z|UTC|GMT|CES?T|E[SD]T|P[SD]T|[+-]\d\d:?\d\d)\b)?[]|]?`,
	// Day first: bind, php-fpm, yesod, Redis.
	`\[?\d{1,2}[-/ ][A-Z][a-z]{2}[-/ ]\d{4}[: ]\d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?\]?`,
	// syslog and its like, Apache, date(1), and with the day first Node-RED.
	`\[?(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{3,4})?(?: \d{4})?\]?`,
	`\d{1,2} [A-Z][a-z]{2} \d\d:\d\d:\d\d `,
	// As en-US writes it, behind Nest's name.
	`(?:\[Nest\] \d+ +- )?\d{1,2}/\d{1,2}/\d{4},? \d{1,2}:\d\d:\d\d(?: [AP]M)?`,
	// The time alone.
	`\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?`,
	// Seconds since 1970, in brackets or before a colon; slapd writes them in hexadecimal.
	`\[\d{10}(?:\.\d+)?\]`, `\d{10}(?:\.\d+)?: `, `[0-9a-f]{8}\.[0-9a-f]{8} 0x[0-9a-f]{8,} `,
}

// marks are other parts of a prefix: process and thread IDs.
var marks = []string{
	`\[\d{1,7}(?:[:#]\d+)?\]`, `\(\d{1,7}\)`, `<\d+\.\d+\.\d+>`, `\d+#\d+:(?: \*\d+)?`, `(?:pid|tid)[=:]\w+`, `\((?:pid|tid)[=:]\d+\)`,
	`[\w./-]+\[\d+(?:[:.]\d+)?\]:?`,                       // program[process]:
	`\d+:[MCSX]`,                                          // Redis: process and role
	`[✘✖✗❌⨯✕⛔🚨❗]+\x{fe0f}? +`,                             // signs of failure
	`/(?:MainProcess|MainThread|[A-Z]\w*-\d+(?::\d+)?)\]`, // Python's multiprocessing, behind the level
	`\[(?:main|Thread-\d+|MainProcess|MainThread|pool-\d+-thread-\d+)\]`,
}

var (
	clock = sync.OnceValue(func() *regexp.Regexp { return anchored(clocks) })
	mark  = sync.OnceValue(func() *regexp.Regexp { return anchored(marks) })
	// oslo is the beginning of a line of oslo.log, with its level.
	oslo = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\d{4}-\d\d-\d\d [\d:.]{12} \d+ ([A-Z]+) [a-z][\w.]* `)
	})
	// ray is the beginning of a line of Ray, with its severity.
	ray = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\[\d{4}-\d\d-\d\d [\d:.,]+ ([DIWEFC]) \d+ \d+\] `)
	})
	// tensorflow is the beginning of a line of TensorFlow, with its severity.
	tensorflow = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\d{4}-\d\d-\d\d [\d:.]+: ([IWEF]) [\w./-]+:\d+\] `)
	})
	// tornado is the beginning of a line of Tornado, with its severity.
	tornado = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\[([DIWEC]) (?:\d{6}|\d{4}-\d\d-\d\d) [\d:.]+ `)
	})
	// mysqlThread is the thread that MySQL and MariaDB write before the level (MySQL sql/server_component/log_sink_trad.cc).
	mysqlThread = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\d+ (\[(?:ERROR|Error|Warning|System|Note)\] )`)
	})
	// logrusHead is a level with the seconds since the start, or the time, as logrus writes it on a terminal
	// (text_formatter.go, printColored).
	logrusHead = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[[\d:.TZ+-]+\] +`)
	})
	// processBefore is the ID of a process that stands before the clock.
	processBefore = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\[\d{1,7}\] `) })
	// tail is what loggers write behind a message: rich the file and line of the source, in a column (rich/_log_render.py), and Monolog
	// the context and the extras if they are empty (src/Monolog/Formatter/LineFormatter.php).
	tail = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?: {2,}\w+\.py:\d+| \[\] \[\])\s*$`) })
	// written are whole heads of loggers with the name of the logger or its place in the source, which stands before the message as
	// an operand would: Spring Boot, Logback, Log4j, Python's formats, Loguru, structlog, Ruby, env_logger, tracing, zap, zerolog,
	// Serilog, Nest. Their group is the level.
	written = sync.OnceValue(func() *regexp.Regexp {
		const time = `\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`
		const capitals = `(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)`
		const short = `(TRC|DBG|VRB|INF|WRN|ERR|FTL)`
		return regexp.MustCompile(`^(?:` + strings.Join([]string{
			time + ` +` + capitals + ` \d+ --- (?:\[[^\]]*\] ?)+[\w.$\[\]/-]+ +: `,
			time + ` \[[^\]]+\] ` + capitals + ` +[\w.$]+ - `,
			time + ` +` + capitals + ` +\[[^\]]+\] [\w.$]+: `,
			time + ` - [\w.]+ - ` + capitals + ` - `,
			capitals + `:[\w.]+:`,
			time + ` \| ` + capitals + ` +\| [\w.<>]+:[\w.<>]+:\d+ - `,
			time + ` \[(debug|info|warning|error|critical) +\] `,
			`[DIWEFA], \[[^\]]+\] +(DEBUG|INFO|WARN|ERROR|FATAL|ANY) -- [^:]*: `,
			time + ` +` + capitals + ` +[a-z]\w*(?:(?:::\w+)*\] |(?:::\w+)+: )`,
			time + `\t(?i:` + capitals + `)\t(?:[\w./@-]+:\d+\t)?`,
			`\d{1,2}:\d\d[AP]M ` + short + ` `,
			time + ` ` + short + `\] `,
			`\[Nest\] \d+ +- \d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d\d:\d\d [AP]M +(LOG|DEBUG|VERBOSE|WARN|ERROR|FATAL) \[\w+\] `,
		}, "|") + `)`)
	})
	// channel is the logger and level of Monolog.
	channel = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[\w-]+\.(DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY): `)
	})
	escapes = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`) })
)

func anchored(forms []string) *regexp.Regexp {
	return regexp.MustCompile(`^(?:` + strings.Join(forms, "|") + `)`)
}

// unclocked returns a line without the clock before it, and without the level that logrus glues to one.
func unclocked(raw string) string {
	if loc := logrusHead().FindStringIndex(raw); loc != nil && loc[1] < len(raw) {
		return raw[loc[1]:]
	}
	if loc := processBefore().FindStringIndex(raw); loc != nil && clock().MatchString(raw[loc[1]:]) {
		raw = raw[loc[1]:]
	}
	if loc := clock().FindStringIndex(raw); loc != nil && strings.TrimSpace(raw[loc[1]:]) != "" {
		raw = strings.TrimPrefix(strings.TrimLeft(raw[loc[1]:], " :,"), "- ")
	}
	return mysqlThread().ReplaceAllString(raw, "$1")
}

// head reads the text before the message of a line. The first level that is
// stated counts: an informing line may quote a graver word.
func head(raw string) prefix {
	p := prefix{rest: raw, level: Plain}
	if m := written().FindStringSubmatch(raw); m != nil && strings.TrimSpace(raw[len(m[0]):]) != "" {
		p.level = named(strings.Join(m[1:], ""))
		p.rest = raw[len(m[0]):]
		return p
	}
	if at := strings.IndexByte("IWEF", raw[0]); at >= 0 && klogHead(raw) {
		p.level = []Level{Info, Warn, Error, Fatal}[at]
	}
	for _, layout := range []*regexp.Regexp{oslo(), ray(), tornado(), tensorflow()} {
		if m := layout.FindStringSubmatch(raw); m != nil {
			p.level = named(m[1])
		}
	}
	for range 8 {
		text := strings.TrimLeft(p.rest, " \t")
		at := indexPrefix(text)
		if at == 0 && !(p.rest == raw && isItem(text)) {
			at = p.stated(text)
		}
		if at == 0 {
			break
		}
		p.rest = behind(text[at:])
	}
	if m := channel().FindStringSubmatch(p.rest); m != nil && p.rest != raw {
		p.level = named(m[1])
		p.rest = p.rest[len(m[0]):]
	}
	if p.level == Plain {
		p.level = levelWithin(p.rest)
	}
	if strings.TrimSpace(p.rest) == "" { // nothing but a prefix
		p.rest = raw
		p.empty = true
	}
	return p
}

// indexPrefix returns the length of a clock or mark before text, 0 if there is none.
func indexPrefix(text string) int {
	if text == "" || (text[0] < utf8.RuneSelf && !strings.ContainsAny(text[:min(len(text), 40)], "0123456789[]")) {
		return 0
	}
	if loc := clock().FindStringIndex(text); loc != nil {
		return loc[1]
	}
	if word, _, found := strings.Cut(text, "["); found && len(word) == len("ERRO") && named(word) != Plain {
		return 0 // logrus' level, with the seconds since its start behind it
	}
	if loc := mark().FindStringIndex(text); loc != nil {
		return loc[1]
	}
	return 0
}

// klogHead reports whether a line begins as klog's and glog's do: E1128 20:04:41, E20261128 20:04:41.
func klogHead(raw string) bool {
	const (
		short = len("1128")
		long  = len("20261128")
	)
	date, _, found := strings.Cut(raw[1:], " ")
	return found && (len(date) == short || len(date) == long) && strings.Trim(date, "0123456789") == ""
}

// behind returns the text behind a part of a prefix, without the mark and the
// space that part them.
func behind(text string) string {
	if rest := strings.TrimLeft(text, " "); rest != "" && strings.IndexByte(":|-", rest[0]) >= 0 && !startsFlag(rest) {
		text = strings.TrimLeft(rest, ":|-")
	}
	return strings.TrimPrefix(text, " ")
}

// stated takes a level before the message, and returns its length.
// The Go runtime's "panic:" and "fatal error:" stay: they are part of the message.
func (p *prefix) stated(text string) int {
	level, length := levelAt(text)
	if length == 0 {
		return 0
	}
	if p.level == Plain {
		p.level = level
	}
	if strings.HasPrefix(text, "panic: ") || strings.HasPrefix(text, "fatal error: ") {
		return 0
	}
	return length
}

// startsFlag reports whether a text begins with a long option.
func startsFlag(text string) bool {
	return len(text) > 2 && strings.HasPrefix(text, "--") && isLetter(text[2])
}
