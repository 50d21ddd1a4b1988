package diagnose

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// structured reads a line that is a JSON object or made of name=value pairs:
// its message first, then its other values in the order of their names.
func structured(raw string) (string, level, bool) {
	if strings.HasPrefix(raw, "{") && strings.HasSuffix(raw, "}") {
		var fields map[string]any
		if json.Unmarshal([]byte(raw), &fields) == nil {
			text, grave := joined(fields)
			return text, grave, true
		}
	}
	if fields := pairs(raw); fields != nil {
		text, grave := joined(fields)
		return text, grave, true
	}
	return "", 0, false
}

// joined puts the fields of a structured line together, without those that only
// say when and where it was written.
func joined(fields map[string]any) (string, level) {
	grave := levelPlain
	var message, rest []string
	for _, name := range sorted(fields) {
		text := strings.TrimSpace(flat(fields[name]))
		switch key := strings.ToLower(strings.TrimPrefix(name, "@")); key {
		case "level", "severity", "lvl", "log.level", "levelname", "loglevel", "l":
			grave = namedLevel(text)
		case "msg", "message", "event", "mt", "m":
			message = append(message, text)
		case "ts", "time", "timestamp", "t", "caller", "logger", "logger_name", "source", "file", "pid", "hostname", "v", "thread", "thread_name", "ecs.version", "trace_id", "span_id":
		case "stack_trace", "stacktrace", "stack", "exception", "exc_info", "x":
			rest = append(rest, causes(text)...)
		default:
			if text != "" {
				rest = append(rest, name+"="+text)
			}
		}
	}
	return strings.Join(append(message, rest...), " "), grave
}

// flat returns a value of a structured line as text: of an error that is an
// object its kind and message.
func flat(value any) string {
	fields, ok := value.(map[string]any)
	if !ok {
		return fmt.Sprint(value)
	}
	var out []string
	for _, name := range []string{"type", "name", "kind", "code", "message", "msg", "error", "reason"} {
		if v, has := fields[name]; has && fmt.Sprint(v) != "" {
			out = append(out, flat(v))
		}
	}
	if len(out) > 0 {
		return strings.Join(out, ": ")
	}
	for _, name := range sorted(fields) {
		out = append(out, name+"="+flat(fields[name]))
	}
	return strings.Join(out, " ")
}

// causes returns the lines of a stack trace that tell what was thrown.
func causes(trace string) []string {
	var out []string
	for n, l := range strings.Split(trace, "\n") {
		if l = strings.TrimSpace(l); l != "" && ((n == 0 && l != "Traceback (most recent call last):") || strings.HasPrefix(l, "Caused by:") || thrown.MatchString(l)) {
			out = append(out, l)
		}
	}
	return out
}

var (
	thrown = regexp.MustCompile(`^[\w.$:]+(?:Error|Exception)\b: `)
	// pair is name=value or name="quoted value" as logfmt has it.
	pair = regexp.MustCompile(`(?:^|\s)([A-Za-z][\w.-]*)=("(?:[^"\\]|\\.)*"|\S*)`)
)

// pairs reads a line of name=value pairs, nil where it is none: it begins with
// one, and has a level or a message.
func pairs(raw string) map[string]any {
	if i := strings.IndexByte(raw, '='); i < 1 || strings.IndexByte(raw[:i], ' ') >= 0 {
		return nil
	}
	fields := map[string]any{}
	for _, m := range pair.FindAllStringSubmatch(raw, -1) {
		value := m[2]
		if unquoted, err := strconv.Unquote(value); err == nil {
			value = unquoted
		}
		fields[m[1]] = value
	}
	if (fields["msg"] == nil && fields["message"] == nil) || (fields["level"] == nil && fields["lvl"] == nil && fields["severity"] == nil) {
		return nil
	}
	return fields
}

func sorted(fields map[string]any) []string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// namedLevel reads the value of a level field; bunyan and pino write numbers.
func namedLevel(text string) level {
	switch t := strings.ToLower(text); {
	case strings.HasPrefix(t, "f"), strings.HasPrefix(t, "crit"), strings.HasPrefix(t, "panic"), strings.HasPrefix(t, "emerg"), t == "60":
		return levelFatal
	case strings.HasPrefix(t, "err"), t == "50":
		return levelError
	case strings.HasPrefix(t, "warn"), t == "40":
		return levelWarn
	case strings.HasPrefix(t, "i"), strings.HasPrefix(t, "notice"), t == "30":
		return levelInfo
	case strings.HasPrefix(t, "d"), strings.HasPrefix(t, "trace"), t == "20", t == "10":
		return levelDebug
	}
	return levelPlain
}
