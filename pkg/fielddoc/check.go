package fielddoc

import (
	"slices"
	"strings"
)

// Check judges an object by a schema. Problems come in the order of the
// object's fields by path. Status and server-set metadata are not judged for
// missing fields: the server fills them in.
func Check(s *Schema, object map[string]any) []Problem {
	var problems []Problem
	if s.Removed != "" {
		problems = append(problems, Problem{
			Path: Path{Key("apiVersion")}, Kind: RemovedVersion,
			Message: s.GVK.GroupVersion().String() + " " + s.GVK.Kind + " is " + s.Deprecated,
		})
	} else if s.Deprecated != "" {
		problems = append(problems, Problem{
			Path: Path{Key("apiVersion")}, Kind: DeprecatedField,
			Message: s.GVK.GroupVersion().String() + " " + s.GVK.Kind + " is " + s.Deprecated,
		})
	}
	report := func(p Problem) { problems = append(problems, p) }
	if p, wrong := NoKind(s.GVK); wrong && s.Undefined {
		report(p)
	}
	checkTarget(s, report)
	checker{schema: s, object: object, report: report}.check(s.Root(object))
	checkName(s, object, report)
	checkNameForm(s, object, report)
	return problems
}

// checker judges the fields of one object.
type checker struct {
	schema *Schema
	object map[string]any
	report func(Problem)
	// loose reports that the server drops or overwrites what is here: only types are judged.
	loose bool
}

// loosened returns the checker for the field at c. The server drops fields whose
// feature gate is off, and the status in a template (pkg/api/pod/util.go and the
// strategies in pkg/registry).
func (k checker) loosened(c Cursor) checker {
	if k.loose || c.typ.strict || k.schema.Source != BuiltIn {
		return k
	}
	stage := c.ownLife().StageAt(Newest())
	k.loose = (stage != "" && !stage.On()) || (c.typ.Kind == Object && len(c.path) > 1 && strings.HasSuffix(c.typ.ID, "Status"))
	return k
}

// check reports what is wrong at c and below.
func (k checker) check(c Cursor) {
	report := k.report
	if !c.known {
		if k.schema.Undefined {
			return
		}
		report(Problem{Path: c.path, Kind: UnknownField, Message: "is no field of this kind"})
		return
	}
	if c.value == nil && !c.typ.Nullable && len(c.path) > 0 {
		// A null in a map is pruned before validation: PruneNonNullableNullsWithoutDefaults in
		// apiextensions-apiserver pkg/apiserver/schema/defaulting. In a list it stays.
		if c.typ.strict && c.isItem() && !c.inMetadata() {
			report(Problem{Path: c.path, Kind: WrongType, Message: "wants " + article(c.typ.Name()) + ", but this is null"})
		}
		return // null is as good as left out
	}
	if c.value == nil && c.typ.strict && len(c.typ.Enum) > 0 { // a null among the values does not help
		report(Problem{Path: c.path, Kind: NotInEnum, Message: "null is not " + spelled(c.typ.Enum)})
	}
	if message := c.typ.mismatch(c.value); message != "" {
		if message == NotBase64 {
			message += c.instead()
		}
		report(Problem{Path: c.path, Kind: WrongType, Message: message})
		return
	}
	k = k.loosened(c)
	k.checkValue(c)
	if c.typ.strict {
		checkLimits(c, report)
	} else {
		k.checkLife(c)
		k.checkDeclared(c)
	}
	k.checkDeprecated(c)
	switch v := c.value.(type) {
	case map[string]any:
		k.checkObject(c, v)
		k.checkRules(c, v)
	case []any:
		for i := range v {
			k.check(c.Step(Item(i)))
		}
	}
}

// inMetadata tells the metadata of an object, whose checks are not those of a schema.
func (c Cursor) inMetadata() bool {
	return slices.ContainsFunc(c.path, func(s Step) bool { return s.Name == "metadata" })
}

// observed tells paths that the server and controllers write.
func observed(p Path) bool {
	return len(p) > 0 && (p[0] == Key("status") || (len(p) > 1 && p[0] == Key("metadata") && p[1] == Key("managedFields")))
}
