package fielddoc

import "strings"

// checkDeclared reports what the declarative validation of Kubernetes refuses in a field.
// A field that has a row in the tables of hand-written rules is judged by that row alone, so that one
// value is not reported twice.
func (k checker) checkDeclared(c Cursor) {
	d := c.field.declared
	if d == nil || k.loose || c.isItem() || observed(c.path) {
		return
	}
	// One that is missing is reported with the object that lacks it.
	if d.filled && blank(c.value) && !c.never() && len(k.allowed(c)) == 0 && !k.inRows(c, fills()) {
		k.report(Problem{Path: c.path, Kind: MissingRequired, Message: "is required and empty"})
		return
	}
	if message := d.limits.broken(c.value); message != "" && !k.inRows(c, ranges()) {
		k.refuseAt(c.path, message)
	}
	if list, isList := c.value.([]any); isList && d.unique && !k.inRows(c, uniques()) {
		keys := c.field.ListKeys
		if len(keys) == 0 { // a set
			keys = []string{wholeItem}
		}
		k.twice(c, list, keys)
	}
	if d.format != "" && !k.inRows(c, forms()) {
		k.checkDeclaredForm(c, d.format)
	}
}

// checkDeclaredForm judges a text, or each text of a list.
func (k checker) checkDeclaredForm(c Cursor, form string) {
	refuse := func(at Path, text string) {
		if words := formProblem(form, text); words != "" {
			k.refuseAt(at, quoteShort(text)+" "+words)
		}
	}
	switch v := c.value.(type) {
	case string:
		if v != "" || c.field.pointer { // of other fields the empty text is as none
			refuse(c.path, v)
		}
	case []any:
		for i, item := range v {
			if text, ok := item.(string); ok {
				refuse(c.path.With(Item(i)), text)
			}
		}
	}
}

// inRows reports whether a table has a row for the field, by the type that holds it.
func (k checker) inRows(c Cursor, table rules) bool {
	for a := range c.seen {
		for _, r := range table[a.id] {
			// A row of resources.limits judges what is in the object, and so resources, too.
			if a.path != "" && (r.path == a.path || strings.HasPrefix(r.path, a.path+".")) {
				return true
			}
		}
	}
	return false
}
