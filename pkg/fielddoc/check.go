package fielddoc

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// ProblemKind is what is wrong with a field, in the words of the JSON output.
type ProblemKind string

// The kinds of problems.
const (
	UnknownField    ProblemKind = "unknown-field"
	WrongType       ProblemKind = "wrong-type"
	NotInEnum       ProblemKind = "not-in-enum"
	MissingRequired ProblemKind = "missing-required"
	DeprecatedField ProblemKind = "deprecated"
	RemovedVersion  ProblemKind = "removed-version"
	// BeyondTarget is a field, value or kind that the target version of Kubernetes
	// does not have.
	BeyondTarget ProblemKind = "target"
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

// instead returns what to write in a field of base64, as the end of a sentence.
func (c Cursor) instead() string {
	root := ""
	if len(c.anchors) > 0 {
		root = c.anchors[0].id
	}
	switch {
	case root == "core.Secret":
		return "; plain text belongs in stringData"
	case root == "core.ConfigMap":
		return "; plain text belongs in data"
	case root == "certificates.CertificateSigningRequest", c.path[len(c.path)-1].Name == "caBundle":
		return "; PEM must be encoded once more, as by base64 -w0"
	default:
		return ""
	}
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

// checkName reports an object without a name. Requests, and what only wraps
// objects, have none.
func checkName(s *Schema, object map[string]any, report func(Problem)) {
	metadata, ok := object["metadata"].(map[string]any)
	kind := s.GVK.Kind
	if s.Undefined || (object["metadata"] != nil && !ok) || !blank(get(metadata, "name")) || !blank(get(metadata, "generateName")) ||
		kind == "LimitRange" || // the server makes up a name: pkg/registry/core/limitrange/strategy.go
		strings.HasSuffix(kind, "Review") || strings.HasSuffix(kind, "List") || kind == "TokenRequest" || kind == "Status" {
		return
	}
	report(Problem{Path: Path{Key("metadata"), Key("name")}, Kind: MissingRequired, Message: "is required and not set"})
}

// otherNames are the kinds whose names are no DNS names: addresses, and names with the
// signer before a colon.
var otherNames = []string{"IPAddress", "ClusterTrustBundle", "APIService"}

// checkNameForm reports a name that is no DNS name: apimachinery
// pkg/api/validation/generic.go. The table of forms has the kinds with rules of their own.
func checkNameForm(s *Schema, object map[string]any, report func(Problem)) {
	name, _ := get(object, "metadata.name").(string)
	if name == "" || s.Undefined || slices.Contains(otherNames, s.GVK.Kind) || (s.custom() && s.Source != CRDFile) ||
		strings.HasSuffix(s.GVK.Kind, "Review") {
		return
	}
	if slices.ContainsFunc(forms()[s.root.ID], func(r row) bool { return r.path == "metadata.name" }) {
		return
	}
	if words := formProblem("subdomain", name); words != "" {
		report(Problem{Path: Path{Key("metadata"), Key("name")}, Kind: WrongType, Message: quoteShort(name) + " " + words})
	}
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

// checkDeprecated reports a field that should not be used any more.
func (k checker) checkDeprecated(c Cursor) {
	if c.isItem() || !meaningful(c.value) {
		return
	}
	if instead := c.deprecated(c.description()); instead != "" && !filledIn(c.Doc(), c.value) {
		k.report(Problem{Path: c.path, Kind: DeprecatedField, Message: "is deprecated: " + instead})
	}
}

// checkValue reports a value that is not one of those that are allowed.
func (k checker) checkValue(c Cursor) {
	word, ok := scalarText(c.value)
	if !ok || k.loose {
		return
	}
	allowed := k.allowed(c)
	if (word != "" || c.typ.strict || c.emptyCounts()) && len(allowed) > 0 && !accepts(allowed, word) && !slices.Contains(k.gated(c), word) {
		k.report(Problem{
			Path: c.path, Kind: NotInEnum,
			Message:    strconv.Quote(word) + " is not " + spelled(allowed),
			DidYouMean: Closest(word, allowed),
		})
	} else if instead, deprecated := deprecatedValue(c, word); deprecated {
		k.report(Problem{Path: c.path, Kind: DeprecatedField, Message: "value " + word + " is deprecated: " + instead})
	}
}

// emptyCounts reports whether the API tells the empty text here from none: in a list,
// and in a field that is a pointer or required.
func (c Cursor) emptyCounts() bool {
	if c.isItem() {
		return !observed(c.path)
	}
	return (c.field.pointer || c.field.Required) && !c.never() && !observed(c.path)
}

// scalarText returns a value as text; ok is false for maps, lists and null.
func scalarText(value any) (word string, ok bool) {
	switch value.(type) {
	case nil, map[string]any, []any:
		return "", false
	default:
		return text(value)
	}
}

// checkLimits reports values that the schema of a custom kind does not allow.
func checkLimits(c Cursor, report func(Problem)) {
	if message := c.typ.limits.broken(c.value); message != "" && c.typ.Kind != Quantity {
		report(Problem{Path: c.path, Kind: WrongType, Message: message})
	}
	if why, lacks := c.typ.alternatives.broken(c.value); lacks {
		report(Problem{Path: c.path, Kind: MissingRequired, Message: why})
	} else if why != "" {
		report(Problem{Path: c.path, Kind: WrongType, Message: why})
	}
	list, _ := c.value.([]any)
	checkSet(c, list, report)
	seen := map[string]int{}
	for i, item := range list {
		if len(c.field.ListKeys) == 0 {
			break
		}
		var keys []string
		for _, key := range c.field.ListKeys {
			keys = append(keys, c.typ.keyOf(item, key))
		}
		id := strings.Join(keys, " ")
		if first, again := seen[id]; again {
			report(
				Problem{
					Path:    c.path.With(Item(i)),
					Kind:    WrongType,
					Message: "has the same " + strings.Join(c.field.ListKeys, ", ") + " as item " + strconv.Itoa(first),
				},
			)
			continue
		}
		seen[id] = i
	}
}

// keyOf returns the value of a key of an element of the list, which can be a default.
func (t *Type) keyOf(item any, key string) string {
	value := get(item, key)
	if f, ok := t.Elem.field(key); ok && value == nil && f.Default != nil {
		return *f.Default
	}
	return fmt.Sprint(value)
}

// checkSet reports the elements of a set that are in it before.
func checkSet(c Cursor, list []any, report func(Problem)) {
	if c.typ.limits.ListType != "set" {
		return
	}
	for i, item := range list {
		first := slices.IndexFunc(list[:i], func(before any) bool { return reflect.DeepEqual(before, item) })
		if first >= 0 {
			same := "is the same as item " + strconv.Itoa(first) + ", but this is a set"
			report(Problem{Path: c.path.With(Item(i)), Kind: WrongType, Message: same})
		}
	}
}

// deprecatedValue returns what to use instead of a value that is deprecated.
func deprecatedValue(c Cursor, value string) (instead string, ok bool) {
	if value == "" || len(c.path) == 0 {
		return "", false
	}
	last := c.path[len(c.path)-1]
	if c.in&inDeprecateds == 0 {
		return "", false
	}
	for a := range c.seen {
		if lines, found := deprecateds().of(a.id)[a.path+"="+value]; found && !last.List {
			return lines[0], true
		}
	}
	return "", false
}

// inMetadata tells the metadata of an object, whose checks are not those of a schema.
func (c Cursor) inMetadata() bool {
	return slices.ContainsFunc(c.path, func(s Step) bool { return s.Name == "metadata" })
}

// filledIn tells a value that the server sets itself: an old alias of another
// field is no one's mistake.
func filledIn(d Doc, value any) bool {
	is, known := d.IsDefault(value)
	return is && known
}

// sortedKeys returns the names in an object in order.
func sortedKeys(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (k checker) checkObject(c Cursor, object map[string]any) {
	for _, name := range sortedKeys(object) {
		next := c.Key(name)
		if next.known || k.schema.Undefined {
			k.check(next)
			continue
		}
		k.checkUnknown(next, c.typ.names())
	}
	if observed(c.path) || k.loose {
		return
	}
	for _, field := range c.typ.Fields() {
		if object[field.Name] != nil || (!field.Required && !conditionally()[field.Name]) {
			continue
		}
		if f := c.Key(field.Name); f.Required() && (!f.typ.Nullable || !has(object, f)) && (!f.typ.strict || f.field.Default == nil) {
			k.report(Problem{Path: f.path, Kind: MissingRequired, Message: "is required and not set"})
		}
	}
}

// checkUnknown reports a field that the schema does not have: the target version of
// Kubernetes, or an older one, may have it.
func (k checker) checkUnknown(c Cursor, names []string) {
	p := Problem{Path: c.path, Kind: UnknownField, Message: "is no field here"}
	switch life := c.ownLife(); {
	case life.Until == 0:
		p.DidYouMean = Closest(c.path[len(c.path)-1].Name, names)
	case k.schema.Minor != 0 && k.schema.Minor <= life.Until:
		return
	default:
		p.Message = "is no field here since Kubernetes " + Version(life.Until+1)
	}
	k.report(p)
}

// names returns the names of the fields.
func (t *Type) names() []string {
	var names []string
	for _, f := range t.Fields() {
		names = append(names, f.Name)
	}
	return names
}

// conditionally are the names of the fields that are in the table of required
// ones: most are not, and need not be looked up.
var conditionally = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, paths := range requireds().rows {
		for path := range paths {
			names[path[strings.LastIndexByte(path, '.')+1:]] = true
		}
	}
	return names
})

// has reports whether an object has the field, be it null.
func has(object map[string]any, f Cursor) bool {
	_, ok := object[f.path[len(f.path)-1].Name]
	return ok
}

// observed tells paths that the server and controllers write.
func observed(p Path) bool {
	return len(p) > 0 && (p[0] == Key("status") || (len(p) > 1 && p[0] == Key("metadata") && p[1] == Key("managedFields")))
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
