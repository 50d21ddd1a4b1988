package fielddoc

import (
	"slices"
	"strings"
)

// Check judges an object by a schema. Problems come in the order of the
// object's fields by path. Fields that are missing in the status and in server-set
// metadata are no problem: the server fills them in.
func Check(s *Schema, object map[string]any) []Problem {
	var problems []Problem
	report := func(p Problem) { problems = append(problems, p) }
	checkVersion(s, report)
	if p, wrong := NoKind(s.GVK); wrong && s.Undefined {
		report(p)
	}
	checkTarget(s, report)
	checker{schema: s, object: object, report: report, gatedOff: &[]Path{}}.check(s.Root(object))
	checkName(s, object, report)
	checkNameForm(s, object, report)
	return problems
}

// checkVersion reports an API version that is deprecated or that Kubernetes no longer
// serves.
func checkVersion(s *Schema, report func(Problem)) {
	p := Problem{
		Path: Path{Key("apiVersion")}, Kind: DeprecatedField,
		Message: s.GVK.GroupVersion().String() + " " + s.GVK.Kind + " is " + s.Deprecated,
	}
	if s.Removed != "" {
		p.Kind = RemovedVersion
		report(p)
		return
	}
	if s.Deprecated != "" {
		report(p)
	}
}

// checker judges the fields of one object.
type checker struct {
	schema *Schema
	object map[string]any
	report func(Problem)
	// loose reports that the server drops or overwrites what is here: only types are judged.
	loose bool
	// gateOff reports that the gate of the field is off, or that of one that holds it.
	gateOff bool
	// gatedOff are the fields found so far whose gate is off. The server drops them before it
	// looks at how fields go together.
	gatedOff *[]Path
}

// loosened returns the checker for the field at c. The server drops fields whose
// feature gate is off, and the status in a template (pkg/api/pod/util.go and the
// strategies in pkg/registry).
func (k checker) loosened(c Cursor) checker {
	if k.loose || c.typ.strict || k.schema.Source != BuiltIn {
		return k
	}
	stage := c.ownLife().StageAt(k.schema.minor())
	k.gateOff = stage != "" && !stage.On()
	innerStatus := c.typ.Kind == Object && len(c.path) > 1 && strings.HasSuffix(c.typ.ID, "Status")
	k.loose = k.gateOff || innerStatus
	return k
}

// refuseAt reports a value that the API server refuses.
func (k checker) refuseAt(path Path, message string) {
	k.report(Problem{Path: path, Kind: WrongType, Message: message})
}

// refused is the problem of a value that does not fit its type.
func (c Cursor) refused(message string) Problem {
	p := Problem{Path: c.path, Kind: WrongType, Message: message}
	if message == notBase64 {
		p.Message += c.instead()
		p.Unquoted = true
	}
	return p
}

// check reports what is wrong at c and below.
func (k checker) check(c Cursor) {
	if !c.known {
		if !k.schema.Undefined {
			k.report(Problem{Path: c.path, Kind: UnknownField, Message: "is no field of this kind"})
		}
		return
	}
	if c.value == nil && !c.typ.Nullable && len(c.path) > 0 {
		k.checkNull(c)
		return
	}
	if c.value == nil && c.typ.strict && len(c.typ.Enum) > 0 { // a null among the values does not help
		k.report(Problem{Path: c.path, Kind: NotInEnum, Message: "null is not " + spelled(c.typ.Enum)})
	}
	if message := c.mismatch(); message != "" {
		k.report(c.refused(message))
		return // what is in a value of the wrong type means nothing
	}
	k = k.checkItself(c)
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

// checkItself judges a field of the right type without what is in it, and returns the checker for that.
func (k checker) checkItself(c Cursor) checker {
	if !k.loose && !c.typ.strict {
		k.checkLife(c)
	}
	outermost := !k.loose
	k = k.loosened(c)
	if outermost && k.gateOff {
		*k.gatedOff = append(*k.gatedOff, c.path)
	}
	k.checkValue(c)
	if c.typ.strict {
		checkLimits(c, k.report)
	} else {
		k.checkDeclared(c)
	}
	k.checkDeprecated(c)
	return k
}

// checkNull reports a null in a list of a custom kind. Elsewhere null is as good as left
// out: in maps it is pruned before validation (PruneNonNullableNullsWithoutDefaults in
// apiextensions-apiserver pkg/apiserver/schema/defaulting), but in lists it stays.
func (k checker) checkNull(c Cursor) {
	if c.typ.strict && c.isItem() && !c.inMetadata() {
		k.refuseAt(c.path, "must be "+article(c.typ.Name())+", but this is null")
	}
}

// inMetadata reports whether a path is in the metadata of an object, whose checks are not those of a schema.
func (c Cursor) inMetadata() bool {
	return slices.ContainsFunc(c.path, func(s Step) bool { return s.Name == "metadata" })
}

// observed reports whether the server and controllers write the field at a path.
func observed(p Path) bool {
	if len(p) == 0 {
		return false
	}
	if p[0] == Key("status") {
		return true
	}
	return len(p) > 1 && p[0] == Key("metadata") && p[1] == Key("managedFields")
}
