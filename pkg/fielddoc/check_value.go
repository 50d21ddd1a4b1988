package fielddoc

import (
	"slices"
	"strconv"
)

// checkValue reports a value that is not one of those that are allowed.
func (k checker) checkValue(c Cursor) {
	word, ok := scalarText(c.value)
	if !ok || k.loose || (observed(c.path) && !c.typ.strict) {
		return // what is observed was written by a server, which may be older
	}
	// A value that needs a feature gate is reported by checkLife.
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

// emptyCounts reports whether an empty text differs from none for the API server: in
// a list, and in a field that is a pointer or required.
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

// instead returns what to write in a field of base64, as the end of a sentence.
func (c Cursor) instead() string {
	// The same mistake has another remedy by kind: where plain text goes, or which text is wanted.
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

// checkDeprecated reports a field that should not be used any more.
func (k checker) checkDeprecated(c Cursor) {
	if c.isItem() || !meaningful(c.value) {
		return // an element has the documentation of its list
	}
	if instead := c.deprecated(c.description()); instead != "" && !filledIn(c.Doc(), c.value) {
		k.report(Problem{Path: c.path, Kind: DeprecatedField, Message: "is deprecated: " + instead})
	}
}

// deprecatedValue returns what to use instead of a value that is deprecated.
func deprecatedValue(c Cursor, value string) (instead string, ok bool) {
	if value == "" || len(c.path) == 0 {
		return "", false
	}
	last := c.path[len(c.path)-1]
	// Most types are not in the table; the mark was set on the way down.
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

// filledIn reports whether the server sets the value itself: an old alias of another
// field is nobody's mistake.
func filledIn(d Doc, value any) bool {
	is, known := d.IsDefault(value)
	return is && known
}

// meaningful reports whether a value is not the zero value of its type, which is
// often there in a deprecated field only because a tool writes all fields.
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
