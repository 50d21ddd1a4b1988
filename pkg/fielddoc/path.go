package fielddoc

import (
	"strconv"
	"strings"
)

// Step is one step of a path: into a field or map key, or into a list.
type Step struct {
	// Name is the field or key; empty for a step into a list.
	Name string
	// Index is the position in the list, -1 for any.
	Index int
	// List reports that this is a step into a list.
	List bool
}

// Key returns the step into the field or map key name.
func Key(name string) Step { return Step{Name: name} }

// Item returns the step to the item at index of a list, counted from 0; -1 is
// any item.
func Item(index int) Step { return Step{Index: index, List: true} }

// Path leads from an object to one of its fields.
type Path []Step

// With returns p with one step more. The result shares nothing with p.
func (p Path) With(s Step) Path {
	return append(p[:len(p):len(p)], s) // without room, so that append copies
}

// String returns the path as people write it:
// spec.template.spec.containers[0].image. Keys with dots are written in brackets and
// quotes: metadata.labels["app.kubernetes.io/name"].
func (p Path) String() string {
	var b strings.Builder
	for _, s := range p {
		switch {
		case s.List && s.Index < 0:
			b.WriteString("[]")
		case s.List:
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		case s.Name == "" || strings.ContainsAny(s.Name, ".[]\"\n\t "):
			b.WriteString("[" + strconv.Quote(s.Name) + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(s.Name)
		}
	}
	return b.String()
}

// Names returns the path without its steps into lists, as tables and people
// without an object at hand write it: spec.template.spec.containers.image.
func (p Path) Names() string {
	var names []string
	for _, s := range p {
		if !s.List {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ".")
}

// pointerEscapes are the escapes of RFC 6901: "~" begins one, and "/" divides the steps.
var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// Pointer returns the path as a JSON pointer (RFC 6901).
func (p Path) Pointer() string {
	var b strings.Builder
	for _, s := range p {
		b.WriteByte('/')
		if s.List {
			b.WriteString(strconv.Itoa(s.Index))
			continue
		}
		b.WriteString(pointerEscapes.Replace(s.Name))
	}
	return b.String()
}

// ParsePath reads what String writes. "[]" and "[*]" stand for any item of a
// list; one leading dot is allowed. ok is false if brackets or quotes do
// not match.
func ParsePath(text string) (p Path, ok bool) {
	rest := strings.TrimPrefix(text, ".")
	for rest != "" {
		if inner, found := strings.CutPrefix(rest, "["); found {
			var s Step
			if s, rest, ok = bracket(inner); !ok {
				return nil, false
			}
			p = append(p, s)
			rest = strings.TrimPrefix(rest, ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			return nil, false
		}
		p = append(p, Key(rest[:end]))
		rest = strings.TrimPrefix(rest[end:], ".")
	}
	return p, true
}

// bracket reads what follows an opening bracket.
func bracket(text string) (s Step, rest string, ok bool) {
	if strings.HasPrefix(text, `"`) {
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return s, "", false
		}
		name, err := strconv.Unquote(quoted)
		rest, ok = strings.CutPrefix(text[len(quoted):], "]")
		return Key(name), rest, ok && err == nil
	}
	inner, rest, ok := strings.Cut(text, "]")
	if inner == "" || inner == "*" {
		return Item(-1), rest, ok
	}
	index, err := strconv.Atoi(inner)
	return Item(index), rest, ok && err == nil && index >= 0
}

// Covers reports whether p leads to q or to something that holds q. Any-item
// steps of p cover every index, and so does a list step that p leaves out:
// spec.containers.image covers spec.containers[0].image.
func (p Path) Covers(q Path) bool {
	for len(p) > 0 {
		switch {
		case len(q) == 0:
			return false
		case q[0].List && !p[0].List:
			q = q[1:]
		case p[0] == q[0], p[0].List && q[0].List && (p[0].Index < 0 || q[0].Index < 0):
			p = p[1:]
			q = q[1:]
		default:
			return false
		}
	}
	return true
}
