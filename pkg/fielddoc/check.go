package fielddoc

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// ProblemKind says what is wrong with a field, in the words of the JSON output.
type ProblemKind string

// The kinds of problems.
const (
	UnknownField    ProblemKind = "unknown-field"
	WrongType       ProblemKind = "wrong-type"
	NotInEnum       ProblemKind = "not-in-enum"
	MissingRequired ProblemKind = "missing-required"
	DeprecatedField ProblemKind = "deprecated"
	RemovedVersion  ProblemKind = "removed-version"
)

// Problem is a field that the API server would refuse, drop or warn of.
type Problem struct {
	Path       Path
	Kind       ProblemKind
	Message    string
	DidYouMean string
}

// Check judges an object by a schema. Problems come in the order of the
// object's fields by path. Status and server-set metadata are not judged for
// missing fields: the server fills them in.
func Check(s *Schema, object map[string]any) []Problem {
	var problems []Problem
	switch {
	case s.Removed != "":
		problems = append(problems, Problem{
			Path: Path{Key("apiVersion")}, Kind: RemovedVersion,
			Message: s.GVK.GroupVersion().String() + " " + s.GVK.Kind + " is " + s.Deprecated,
		})
	case s.Deprecated != "":
		problems = append(problems, Problem{
			Path: Path{Key("apiVersion")}, Kind: DeprecatedField,
			Message: s.GVK.GroupVersion().String() + " " + s.GVK.Kind + " is " + s.Deprecated,
		})
	}
	check(s.Root(object), s.Undefined, func(p Problem) { problems = append(problems, p) })
	return problems
}

// check reports what is wrong at c and below.
func check(c Cursor, undefined bool, report func(Problem)) {
	if !c.known {
		if undefined {
			return
		}
		report(Problem{Path: c.path, Kind: UnknownField, Message: "is no field of this kind"})
		return
	}
	if c.value == nil && !c.typ.Nullable && len(c.path) > 0 {
		return // null is as good as left out
	}
	d := c.Doc()
	if message := c.typ.mismatch(c.value); message != "" {
		report(Problem{Path: c.path, Kind: WrongType, Message: message})
		return
	}
	if word, ok := c.value.(string); ok && word != "" && len(c.typ.Enum) > 0 && !slices.Contains(c.typ.Enum, word) {
		report(Problem{Path: c.path, Kind: NotInEnum, Message: strconv.Quote(word) + " is not one of " + strings.Join(c.typ.Enum, ", "), DidYouMean: Closest(word, c.typ.Enum)})
	}
	if d.Deprecated != "" && meaningful(c.value) && !filledIn(d, c.value) {
		report(Problem{Path: c.path, Kind: DeprecatedField, Message: "is deprecated: " + d.Deprecated})
	}
	switch v := c.value.(type) {
	case map[string]any:
		checkObject(c, v, undefined, report)
	case []any:
		for i := range v {
			check(c.Step(Item(i)), undefined, report)
		}
	}
}

// filledIn tells a value that the server sets itself: an old alias of another
// field is no one's mistake.
func filledIn(d Doc, value any) bool {
	is, known := d.IsDefault(value)
	return is && known
}

func checkObject(c Cursor, object map[string]any, undefined bool, report func(Problem)) {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	var fields []string
	for _, f := range c.typ.Fields() {
		fields = append(fields, f.Name)
	}
	for _, name := range names {
		next := c.Key(name)
		if next.known || undefined {
			check(next, undefined, report)
			continue
		}
		p := Problem{Path: next.path, Kind: UnknownField, Message: "is no field here", DidYouMean: Closest(name, fields)}
		report(p)
	}
	if observed(c.path) {
		return
	}
	for _, f := range c.Fields() {
		name := f.path[len(f.path)-1].Name
		if _, set := object[name]; !set && f.Required() {
			report(Problem{Path: f.path, Kind: MissingRequired, Message: "is required and not set"})
		}
	}
}

// observed tells paths that the server and controllers write.
func observed(p Path) bool {
	return len(p) > 0 && (p[0] == Key("status") || len(p) > 1 && p[0] == Key("metadata") && p[1] == Key("managedFields"))
}

// meaningful tells values that say something: a zero value of a deprecated
// field is often there only because a tool writes all fields.
func meaningful(value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case string:
		return v != ""
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	default:
		return true
	}
}

// mismatch says why a value is not of type t, empty where it is.
func (t *Type) mismatch(value any) string {
	if value == nil {
		return ""
	}
	ok := true
	switch t.Kind {
	case String:
		_, ok = value.(string)
	case Boolean:
		_, ok = value.(bool)
	case Integer:
		ok = whole(value)
	case Number:
		ok = numeric(value)
	case List:
		_, ok = value.([]any)
	case Map, Object:
		_, ok = value.(map[string]any)
	case IntOrString:
		word, isString := value.(string)
		ok = isString && word != "" || whole(value)
	case Quantity:
		return quantityMismatch(value)
	case Time:
		word, isString := value.(string)
		ok = isString && (word == "" || validTime(word))
	case Bytes:
		word, isString := value.(string)
		if isString {
			if _, err := base64.StdEncoding.DecodeString(strings.Map(dropSpace, word)); err != nil {
				return "is not base64; plain text belongs into stringData of a Secret"
			}
		}
		ok = isString
	case Any:
	}
	if ok {
		return ""
	}
	return "wants " + article(t.Name()) + ", but this is " + described(value)
}

func dropSpace(r rune) rune {
	if r == '\n' || r == '\r' {
		return -1
	}
	return r
}

func quantityMismatch(value any) string {
	word, isString := value.(string)
	switch {
	case !isString && numeric(value):
		return ""
	case !isString:
		return "wants a quantity such as 500m or 64Mi, but this is " + described(value)
	}
	if _, err := resource.ParseQuantity(word); err != nil {
		return "wants a quantity such as 500m or 64Mi, but this is " + quoteShort(word)
	}
	return ""
}

func whole(value any) bool {
	switch v := value.(type) {
	case int64, int:
		return true
	case float64:
		return v == math.Trunc(v)
	default:
		return false
	}
}

func numeric(value any) bool {
	switch value.(type) {
	case int64, int, float64:
		return true
	default:
		return false
	}
}

func article(name string) string {
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// described says what a value is, for a reader who wrote another than was wanted.
func described(value any) string {
	switch v := value.(type) {
	case string:
		return "the string " + quoteShort(v)
	case bool:
		return "the boolean " + strconv.FormatBool(v) + " (in quotes it would be a string)"
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	default:
		return "the number " + fmt.Sprint(v) + " (in quotes it would be a string)"
	}
}

func quoteShort(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		text = string(runes[:39]) + "…"
	}
	return strconv.Quote(text)
}
