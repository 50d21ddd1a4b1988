package logs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// frameForms are lines of stack traces and of source code that is quoted in them.
var frameForms = []string{
	`^\s+at \S`,                                // Java, JavaScript, .NET
	`^\s+\.\.\. \d+ (?:more|common frames)`,    // Java
	`^\s+--- End of `,                          // .NET
	`^\s*File ".*", line \d+`,                  // Python
	`^goroutine \d+(?: gp=\S+ m=\S+.*)? \[`,    // Go
	`^created by \S`,                           // Go
	`^\s+\S+\.\w+:\d+(?: \+0x[0-9a-f]+)?$`,     // Go
	`^(?:[\w.*()$/-]|%[0-9a-f]{2})+\([^:]*\)$`, // Go: the function above its place
	`^\[signal `,                               // Go
	`^(?:PC|r[a-z0-9]{1,2}|rip|rflags|[cdefgs]s)\s*=?\s*0x[0-9a-f]+`, // Go: registers
	`^\s*(?:from )?\S+:\d+:in ['` + "`]" + `[^'` + "`" + `]*'?$`,     // Ruby
	`^\s+from \S+:\d+`,                                // Ruby
	`^\s*#\d+ `,                                       // PHP, gdb
	`^\s+thrown in \S+ on line \d+`,                   // PHP
	`^\s+\d+: +(?:0x[0-9a-f]+ - )?\S+::\S`,            // Rust
	`^\s+at /\S+:\d+`,                                 // Rust
	`^\s+\S+:\d+: in `,                                // Lua
	`^\s+\[C\]: in `,                                  // Lua
	`^\s+\(?[\w.]+ [\d.]+(?:-\w+)?\)? \S+\.exs?:\d+:`, // Elixir
	`^\s+in function `,                                // Erlang
	`^\s*(?:in call from|initial call:|pid:|registered_name:|ancestors:|message_queue_len:|messages:|links:|dictionary:)`,
	`^\s*(?:trap_exit:|status:|heap_size:|stack_size:|reductions:|neighbours:|crasher:|supervisor:|errorContext:|offender:)`,
	`^\s{4}reason: [a-z_]+$`, // of a supervisor, whose child reported more
	`^\s*\{(?:pid|id|mfargs|restart_type|significant|shutdown|child_type),`,
	`^\?\?:\? .*\[0x[0-9a-f]+\]$`, // D
	`^\s+\S+, called at \S+:\d+`,  // Haskell
	`^\s*[~^]+\s*$`,               // what marks a place in the line above
	`^\s*\d+\s*-*(?:>|\|)\s`,      // source code with its line numbers
	`^(?:Stack trace|stack trace|stack backtrace|stack traceback|Current stack trace|Require stack):?$`,
	`^CallStack \(from HasCallStack\):$`,
	`^\s*-{3,} ?(?:Native stack trace|Last few GCs|JS stacktrace|backtrace).*$`,
	`^\s*(?:➜ *)?\d+▕`,        // PHP's Collision: source code with its line numbers
	`^\s+\+\d+ vendor frames`, // PHP's Collision
	`^\s{2,}\S.*[({,]$`,       // an object that is printed over several lines
}

var frames = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(strings.Join(frameForms, "|")) })

// traceback is the line above the frames of a Python traceback.
const traceback = "Traceback (most recent call last):"

// chained are the lines between two exceptions of which one led to the other (Python/pythonrun.c).
var chained = []string{
	"During handling of the above exception, another exception occurred:",
	"The above exception was the direct cause of the following exception:",
}

// isFrame reports whether a line is one of a stack trace, by its looks first.
func isFrame(raw string) bool {
	if raw == "" {
		return false
	}
	if raw[0] != ' ' && raw[0] != '\t' && raw[len(raw)-1] != ')' && strings.IndexByte("gc[#?FPCSsRr/~^-0123456789", raw[0]) < 0 {
		return false
	}
	return frames().MatchString(raw)
}

// fold marks the lines that are part of a trace only by the lines around them.
func fold(lines []Line) {
	foldTracebacks(lines)
	foldSources(lines)
	foldExcerpts(lines)
	foldUsage(lines)
	foldWarnings(lines)
}

// pythonWarning is a warning that Python prints about the code or about what it was compiled with, and not about what the program does
// (Lib/warnings.py, _formatwarnmsg_impl). The line of the source stands below it, indented.
var pythonWarning = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\S+|<[^>]*>):\d+: \w*(?:Deprecation|Future|Resource|Dependency|Syntax)Warning: `)
})

// foldWarnings folds such warnings.
func foldWarnings(lines []Line) {
	for i := range lines {
		below := i > 0 && lines[i-1].Folded && pythonWarning().MatchString(lines[i-1].Raw) && indentOf(lines[i].Raw) > 0
		if below || pythonWarning().MatchString(lines[i].Raw) {
			lines[i].Folded = true
		}
	}
}

// foldTracebacks folds the text between the head of a Python traceback and
// the exception: files and their source code. An exception that Python ignores
// (sys.unraisablehook, most often while it ends) is folded as a whole.
func foldTracebacks(lines []Line) {
	inside := false
	ignored := false
	indent := 0 // of the head: a logger may indent the whole traceback
	for i := range lines {
		l := &lines[i]
		switch {
		case strings.HasPrefix(l.Text, "Exception ignored in"):
			l.Folded = true
			ignored = true
		case slices.Contains(chained, l.Text):
			l.Folded = true
		case strings.HasSuffix(l.Text, traceback):
			l.Folded = true
			inside = true
			indent = l.Indent
		case inside && l.Indent > indent:
			l.Folded = true
		default:
			l.Folded = l.Folded || ignored
			inside = false
			ignored = false
		}
	}
}

// foldSources folds source code that is quoted: the place, the code, and a mark
// below it.
func foldSources(lines []Line) {
	for i := range lines {
		if i == 0 || !isCaret(lines[i].Raw) {
			continue
		}
		lines[i].Folded = true
		lines[i-1].Folded = true
		if i > 1 && isPlace(lines[i-2].Raw) {
			lines[i-2].Folded = true
		}
	}
}

// foldExcerpts folds source code that is quoted line by line, each with its place: "app.conf(2): }".
func foldExcerpts(lines []Line) {
	for i := 1; i < len(lines); i++ {
		file, n, ok := excerpt(lines[i].Raw)
		for above := i - 1; ok && above >= max(0, i-2); above-- { // a mark may stand between them
			if before, m, ok := excerpt(lines[above].Raw); ok && before == file && m+1 == n {
				lines[above].Folded = true
				lines[i].Folded = true
			}
		}
	}
}

// excerpt returns the place of a quoted line of source code: its file and number.
func excerpt(raw string) (file string, n int, ok bool) {
	file, rest, _ := strings.Cut(raw, "(")
	number, _, ok := strings.Cut(rest, "):")
	if !ok || file == "" || strings.ContainsAny(file, " \t") {
		return "", 0, false
	}
	n, err := strconv.Atoi(number)
	return file, n, err == nil
}

// isCaret reports whether a line only marks a place in the line above.
func isCaret(raw string) bool {
	return strings.Trim(raw, " ^~") == "" && strings.ContainsAny(raw, "^~")
}

// isPlace reports whether a line is only the place of something: file:line.
func isPlace(raw string) bool {
	at := strings.LastIndexByte(raw, ':')
	return at > 0 && at+1 < len(raw) && strings.Trim(raw[at+1:], "0123456789") == "" && !strings.Contains(raw, " ")
}

// foldUsage folds usage texts: from their first line on what is indented or
// begins with an option, up to a line that stands after an empty one or not so.
func foldUsage(lines []Line) {
	inside := false
	for i := range lines {
		l := &lines[i]
		switch {
		case isUsage(l.Text) && l.Level < Error:
			l.Folded = true
			inside = true
		case inside && (l.Indent > 0 || isUsageLine(l.Text)):
			l.Folded = true
		default:
			inside = false
		}
	}
}

func isUsage(text string) bool {
	return hasPrefixFold(text, "usage:") || hasPrefixFold(text, "usage of ") || isUsageLine(text)
}

// isUsageLine reports whether a line is a title or an option of a usage text.
func isUsageLine(text string) bool {
	switch strings.TrimRight(strings.ToLower(text), ":") {
	case "flags", "options", "arguments", "commands", "available commands", "global flags", "global options", "positional arguments",
		"optional arguments":
		return strings.HasSuffix(text, ":")
	}
	if strings.HasSuffix(strings.ToLower(text), " options:") {
		return true
	}
	name := strings.TrimLeft(text, "-")
	dashes := len(text) - len(name)
	if dashes < 1 || dashes > 2 || (name == "" && dashes < 2) || (name != "" && !isLetter(name[0])) { // "---> " begins a cause
		return false
	}
	return len(text) == 2 || (strings.ContainsAny(text, " ,") && !ofFlag(text))
}

// predicates are words that go on with a sentence about an option; the columns of a usage text are further apart.
var predicates = set("must is was are has needs requires required should cannot can't expects flag option argument parameter and or not")

// ofFlag reports whether a line that begins with an option is a sentence about it.
func ofFlag(text string) bool {
	flag, rest, _ := strings.Cut(text, " ")
	next, _, _ := strings.Cut(rest, " ")
	return predicates[strings.ToLower(next)] || (strings.HasSuffix(flag, ":") && next != "")
}
