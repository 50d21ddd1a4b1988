package logs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The fields of structured lines, by the names that common libraries give them
// (zap, logrus, slog, pino, bunyan, winston, logstash, ECS, Serilog, MongoDB).
var (
	levelFields   = set("level severity lvl log.level levelname loglevel l s prio priority @l")
	messageFields = set("msg message event mt m @m @mt log short_message text")
	// reasonFields say what went wrong, and come right behind the message.
	reasonFields = set("err error error.message exception exc_info cause reason @x stack_trace stacktrace stack exc detail errmsg fatal " +
		"error.stack_trace error.stacktrace exception.stacktrace err.stack")
	// traceFields hold a stack trace. What was thrown is not always above its frames.
	traceFields = set("stacktrace stack stack_trace error.stack_trace error.stacktrace exception.stacktrace err.stack")
	// placeFields only say when and where a line was written.
	placeFields = set("ts time timestamp @timestamp t @t caller logger logger_name source file pid tid hostname v thread thread_name " +
		"ecs.version log.origin log.origin.file.name log.origin.file.line log.origin.function trace_id span_id log_id subsystem c ctx id " +
		"tags process.pid log.logger service.name @version level_value asctime sourcecontext eventid scopes " +
		"process.thread.name process service host agent logging.googleapis.com/sourcelocation logging.googleapis.com/labels")
)

// nestedPlaces are place fields of ECS only if they are objects: as texts they name what a message is about.
var nestedPlaces = set("process service host agent")

// loggerName reports whether a field is the name of the logger: bunyan and Python's loggers write it beside the version or level, the
// console logger of .NET beside the number of the event.
func loggerName(key string, fields map[string]any) bool {
	_, bunyan := fields["v"]
	_, python := fields["levelname"]
	_, dotnet := fields["EventId"]
	return (key == "name" && (bunyan || python)) || (key == "category" && dotnet)
}

func set(names string) map[string]bool {
	out := map[string]bool{}
	for _, name := range strings.Fields(names) {
		out[name] = true
	}
	return out
}

// structured returns the fields of a line that is a JSON object or made of
// name=value pairs, nil for other lines.
func structured(raw string) map[string]any {
	if strings.HasPrefix(raw, "{") && strings.HasSuffix(raw, "}") {
		var fields map[string]any
		if json.Unmarshal([]byte(raw), &fields) == nil && len(fields) > 0 {
			return fields
		}
	}
	return pairs(raw)
}

// joined puts the fields of a line together: the message, what went wrong, the
// rest by name. The time and the place of the line are left out. failed
// reports whether a field has an error.
func joined(fields map[string]any) (said string, level Level, failed bool) {
	level = Plain
	var message, reasons, rest []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text := strings.TrimSpace(flat(fields[name]))
		key := strings.ToLower(name)
		origin, nested := fields[name].(map[string]any)
		switch {
		case nested && key == "log": // ECS, whose names are nested or have dots
			level = named(flat(origin["level"]))
		case placeFields[key] && (nested || !nestedPlaces[key]):
		case loggerName(key, fields):
		case text == "", traceFields[key] && !reports(text):
		case levelFields[key] && (named(text) != Plain || len(text) < 12):
			level = named(text)
		case messageFields[key]:
			message = append(message, text)
		case reasonFields[key]:
			reasons = append(reasons, name+"="+strings.Join(thrownIn(text), ": "))
		default:
			rest = append(rest, name+"="+text)
		}
	}
	if len(message) == 0 && len(reasons) > 0 {
		_, reasons[0], _ = strings.Cut(reasons[0], "=") // it is the message
	}
	if level == Info && len(message) > 0 && strings.HasPrefix(message[0], "Error: ") {
		level = Error // the command prints its error by its logger
	}
	return strings.Join(slices.Concat(message, reasons, rest), " "), level, len(reasons) > 0
}

// flat returns a value as text: of an error that is an object its kind and message.
func flat(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return strings.ReplaceAll(v, "\r", "")
	case map[string]any:
		return flatObject(v)
	}
	return fmt.Sprint(value)
}

// flatObject writes an error that a program logs as an object in one line, as its own text would
// be: with the fields that libraries use for that, or else all of its fields.
func flatObject(fields map[string]any) string {
	var out []string
	for _, name := range []string{"type", "name", "kind", "code", "message", "msg", "error", "errmsg", "reason"} {
		if text := flat(fields[name]); text != "" {
			out = append(out, text)
		}
	}
	if len(out) > 0 {
		return strings.Join(out, ": ")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		out = append(out, name+"="+flat(fields[name]))
	}
	return strings.Join(out, " ")
}

// expanded returns lines with the stack traces in their fields as lines of their own below them, as other loggers write them: what
// was thrown is seen so. A trace that a logger only warns of stays where it is.
func expanded(lines []string) []string {
	var out []string
	for _, line := range lines {
		out = append(out, line)
		if !strings.HasPrefix(line, "{") || !strings.Contains(line, `\n`) {
			continue
		}
		fields := structured(line)
		if _, level, _ := joined(fields); level < Error {
			continue
		}
		name, trace := traceOf(fields)
		if trace == nil {
			continue
		}
		delete(fields, name)
		if head, err := json.Marshal(fields); err == nil {
			out = append(append(out[:len(out)-1], string(head)), trace...)
		}
	}
	return out
}

// traceOf returns the first field that is a stack trace with what was thrown, and its lines; nil if there is none.
func traceOf(fields map[string]any) (name string, trace []string) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text, _ := fields[name].(string)
		if key := strings.ToLower(name); !reasonFields[key] || !strings.Contains(text, "\n") {
			continue
		}
		lines := strings.Split(strings.TrimSpace(text), "\n")
		if slices.ContainsFunc(lines, isFrame) && slices.ContainsFunc(lines, isThrown) {
			return name, lines
		}
	}
	return "", nil
}

// thrownIn returns the lines of a text that say what was thrown: of a stack
// trace the first and its causes, of another text all.
func thrownIn(text string) []string {
	var lines []Line
	for _, raw := range strings.Split(text, "\n") {
		lines = append(lines, Line{Raw: raw, Text: strings.TrimSpace(raw), Indent: indentOf(raw), Folded: isFrame(raw)})
	}
	foldTracebacks(lines)
	foldSources(lines)
	var out []string
	for _, l := range lines {
		if l.Text != "" && !l.Folded {
			out = append(out, l.Text)
		}
	}
	const most = 6
	if len(out) > most {
		out = append(out[:1], out[len(out)-most+1:]...)
	}
	return out
}

// reports reports whether a stack trace has more than frames: what was thrown, above or among them.
func reports(trace string) bool {
	return slices.ContainsFunc(thrownIn(trace), func(line string) bool { return isThrown(line) || Complains(line) })
}

// pairs reads a line of name=value pairs as logfmt has it, nil if it is none:
// it must have a level, and a message or an error. Text before the first pair (a clock) is skipped.
func pairs(raw string) map[string]any {
	if strings.Count(raw, "=") < 2 || !hasAny(raw, "msg=", "message=", " err=", " error=") {
		return nil
	}
	fields := fieldsOf(unclocked(raw))
	has := func(known map[string]bool) bool {
		return slices.ContainsFunc(slices.Sorted(maps.Keys(fields)), func(name string) bool { return known[strings.ToLower(name)] })
	}
	if !has(levelFields) || (!has(messageFields) && !has(reasonFields)) {
		return nil
	}
	return fields
}

// fieldsOf reads pairs up to the end of a text, nil if it begins with something else. A logger that quotes no values
// (logrus with DisableQuote) leaves the words behind a pair that are none: they go on with its value.
func fieldsOf(rest string) map[string]any {
	fields := map[string]any{}
	last := ""
	for strings.TrimSpace(rest) != "" {
		name, value, after, ok := pair(rest)
		if !ok && last == "" {
			return nil
		}
		if !ok {
			word, behind, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
			name = last
			value = fmt.Sprint(fields[last], " ", word)
			after = behind
		}
		fields[name] = value
		last = name
		rest = after
	}
	return fields
}

// hasAny reports whether a text has one of the parts.
func hasAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

// mapEnd returns where a map ends as Go's %v writes it, "map[message:no such host]", 0 if text does not begin with one.
// What it has can have blanks and pairs of its own.
func mapEnd(text string) int {
	if !strings.HasPrefix(text, "map[") {
		return 0
	}
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '[':
			depth++
		case ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// pair reads the first name=value or name="quoted value" of text.
func pair(text string) (name, value, rest string, ok bool) {
	text = strings.TrimLeft(text, " ")
	at := strings.IndexByte(text, '=')
	if at < 1 || strings.ContainsAny(text[:at], " \"'") {
		return "", "", "", false
	}
	name = text[:at]
	rest = text[at+1:]
	if end := mapEnd(rest); end > 0 {
		return name, rest[:end], rest[end:], true
	}
	if !strings.HasPrefix(rest, `"`) {
		value, rest, _ = strings.Cut(rest, " ")
		return name, value, rest, true
	}
	to := 1
	for to < len(rest) && rest[to] != '"' {
		if rest[to] == '\\' {
			to++
		}
		to++
	}
	if to >= len(rest) {
		return "", "", "", false
	}
	value = rest[1:to]
	if plain, err := strconv.Unquote(rest[:to+1]); err == nil {
		value = plain
	}
	return name, value, rest[to+1:], true
}
