package fielddoc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A default in the table is a YAML value, or "=NAME" for the value of another field
// of the same object. It can have conditions, and the minor version of Kubernetes
// that introduced it:
//
//	imagePullPolicy: Always when image has-no-fixed-tag
//	strategy.rollingUpdate.maxSurge: 25% when strategy.type is RollingUpdate
//	seats: 5 when type is Limited and borrow unset since 1.35
//	emptyDir: {} when name is-alone
//
// The first line whose conditions hold counts, if its "=NAME" is set; "none" as a
// value means that the server sets nothing. Paths start at the type under which the
// line stands, except for NAME: that is beside the field, and each "../" before it
// leads one level up. A path or NAME can end in * for the name of the field itself.

// defaultRule is a line of the table.
type defaultRule struct {
	value      string
	conditions []string
	since      int // minor version, 0 for all
}

// parseDefault reads a line of the table of defaults. It panics if the line is none: the
// table is part of the program.
func parseDefault(line string) defaultRule {
	var r defaultRule
	line, since, _ := strings.Cut(line, " since 1.")
	if since != "" {
		minor, err := strconv.Atoi(since)
		if err != nil {
			panic("bad version in the table of defaults: " + since)
		}
		r.since = minor
	}
	value, when, conditional := strings.Cut(line, " when ")
	if r.value = value; conditional {
		r.conditions = strings.Split(when, " and ")
	}
	return r
}

// none is the value of a rule by which the server sets nothing.
const none = "none"

// ruleName names a line of the table of defaults, for tests and for verify-tables.
func ruleName(id, path, line string) string { return id + " " + path + ": " + line }

// defaultValue returns what the server sets if the field is omitted, and by which
// rule. With an object to judge by it is the value for that object, as JSON or YAML;
// without one, a default that depends on other fields is described in words.
func (c Cursor) defaultValue() (value, by string, known bool) {
	lines, at := c.lookupAll(defaults())
	if c.dormant() {
		return "", "", false
	}
	if len(lines) == 0 {
		if c.field.Default != nil {
			return *c.field.Default, sourceRule, true
		}
		return "", "", false
	}
	lines = slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return c.minor != 0 && parseDefault(l).since > c.minor })
	if at.value == nil {
		words := inWords(lines)
		return words, "", words != ""
	}
	for _, line := range lines {
		r := parseDefault(line)
		if slices.ContainsFunc(r.conditions, func(condition string) bool { return !holds(condition, at) }) {
			continue
		}
		value = r.value
		known = r.value != none
		if name, ok := strings.CutPrefix(value, "="); ok {
			if value, known = text(c.near(name)); !known {
				continue
			}
		}
		return value, ruleName(at.id, c.entry(at), line), known
	}
	return "", "", false
}

// dormant reports whether the field does not work in the minor version that counts: the
// server does not have it, or drops it since its feature gate is off, and fills in nothing.
func (c Cursor) dormant() bool {
	if c.minor == 0 {
		return false
	}
	works, known := c.Life().Works()
	return known && works > c.minor
}

// defaultWithin returns the path of the object that gets the default: that of the type
// under which the table has it, or what holds the field if the source states it.
func (c Cursor) defaultWithin() string {
	if lines, at := c.lookupAll(defaults()); len(lines) > 0 {
		return c.names[:at.start]
	}
	return c.names[:max(strings.LastIndexByte(c.names, '.'), 0)]
}

// entry returns the path under which the table of defaults has the field.
func (c Cursor) entry(at anchor) string {
	if _, own := defaults().of(at.id)[at.path]; own {
		return at.path
	}
	return strings.TrimSuffix(at.path, c.path[len(c.path)-1].Name) + "*"
}

// near returns what the object holds at a NAME of the table.
func (c Cursor) near(name string) any {
	up := c.holder
	for ; strings.HasPrefix(name, "../") && up != nil; up = up.up {
		name = name[len("../"):]
	}
	if up == nil {
		return nil
	}
	path, free := strings.CutSuffix(name, ".*")
	value := get(up.value, path)
	if free {
		m, _ := value.(map[string]any)
		value = m[c.path[len(c.path)-1].Name]
	}
	return value
}

// sourceRule is the Doc.DefaultRule of a default that the source itself states.
const sourceRule = "stated by the source"

// inWords joins the lines of a default that depends; conditions for the same
// value are joined by "or", without what they share.
func inWords(lines []string) string {
	var words []string
	last := ""
	for _, line := range lines {
		r := parseDefault(line)
		if r.value == none {
			continue
		}
		value := r.value
		condition := strings.Join(r.conditions, " and ")
		conditional := len(r.conditions) > 0
		if name, ok := strings.CutPrefix(value, "="); ok {
			value = "the value of " + strings.TrimSuffix(strings.ReplaceAll(name, "../", ""), ".*")
		}
		condition = strings.Replace(condition, "has-no-fixed-tag", "has the tag latest or none", 1)
		condition = strings.Replace(condition, "is-alone", "is the only field", 1)
		switch subject, object, is := strings.Cut(condition, " is "); {
		case conditional && is && last == value+subject:
			words[len(words)-1] += " or " + object
			continue
		case conditional:
			last = value + subject
			value += " if " + condition
		case len(words) > 0:
			value = "else " + value
		}
		words = append(words, value)
	}
	return strings.Join(words, ", ")
}

// holds evaluates "PATH is VALUE", "PATH is-not VALUE", "PATH has-no-fixed-tag",
// "PATH has ITEM", "PATH has-items", "PATH set", "PATH unset" and "PATH empty"; and "NAME is-alone",
// which is true if the object has no fields but that and the field itself.
func holds(condition string, at anchor) bool {
	words := strings.Fields(condition)
	value := get(at.value, words[0])
	switch words[1] {
	case "is":
		if value == nil {
			return defaultOf(at.id, words[0]) == words[2]
		}
		return fmt.Sprint(value) == words[2]
	case "is-not":
		return value == nil || fmt.Sprint(value) != words[2]
	case "has-no-fixed-tag":
		image, ok := value.(string)
		return ok && floating(image)
	case "is-alone":
		m, _ := at.value.(map[string]any)
		rest := len(m)
		for _, name := range []string{words[0], at.path} {
			if _, there := m[name]; there {
				rest--
			}
		}
		return rest == 0
	case "has":
		list, _ := value.([]any)
		return slices.Contains(list, any(words[2]))
	case "empty":
		return Empty(value)
	case "has-items":
		return !Empty(value)
	case "set":
		return value != nil
	case "unset":
		return value == nil
	default:
		panic("unknown condition in the table of defaults: " + condition)
	}
}

// defaultOf returns the unconditional default of a field in the table.
func defaultOf(id, path string) string {
	for _, line := range defaults().of(id)[path] {
		if !strings.Contains(line, " when ") {
			return line
		}
	}
	return ""
}
