package fielddoc

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// checkRules reports what no type forbids but validation refuses in an object: by
// the tables, and by the rules of its type that compare fields.
func (k checker) checkRules(c Cursor, object map[string]any) {
	id := c.typ.ID
	if id == "" || c.typ.strict || k.loose || observed(c.path) {
		return
	}
	k.checkFilled(c, object, fills()[id])
	k.checkChoices(c, object, choices()[id])
	k.checkUnique(c, object, uniques()[id])
	k.checkRanges(c, object, ranges()[id])
	k.checkForms(c, object, forms()[id])
	k.checkOnly(c, object, onlys()[id])
	for _, rule := range crossRules[id] {
		rule(scope{k, c, object})
	}
}

// descend returns the cursor at a field in the object at c.
func (c Cursor) descend(names string) Cursor {
	for _, name := range strings.Split(names, ".") {
		c = c.Key(name)
	}
	return c
}

// pathOf returns the path of a field in the object at c.
func pathOf(c Cursor, names string) Path {
	path := c.path
	for _, name := range strings.Split(names, ".") {
		path = path.With(Key(name))
	}
	return path
}

// checkFilled reports fields that are empty although validation demands a value.
func (k checker) checkFilled(c Cursor, object map[string]any, demands []row) {
	for _, demand := range demands {
		path := demand.path
		if !blank(get(object, path)) || !anyMet(demand.lines, anchor{id: c.typ.ID, value: object}) {
			continue
		}
		first, _, _ := strings.Cut(path, ".")
		if object[first] == nil && (c.Key(first).Required() || c.Key(first).never()) {
			continue // reported as missing, or not demanded in this place
		}
		if field := c.descend(path); field.value == "" && field.emptyCounts() && len(k.allowed(field)) > 0 {
			continue // reported as none of the values
		}
		message := "is required and empty"
		if get(object, path) == nil {
			message = "is required and not set"
		}
		k.report(Problem{Path: pathOf(c, path), Kind: MissingRequired, Message: message})
	}
}

// anyMet reports whether the conditions of one of the lines hold.
func anyMet(lines []string, at anchor) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return met(parseDefault(" "+line).conditions, at) })
}

// checkOnly reports fields that are set although the conditions for them do not hold.
func (k checker) checkOnly(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		path := rule.path
		value := get(object, path)
		if value == nil || (blank(value) && !c.descend(path).field.pointer) {
			continue
		}
		if !slices.ContainsFunc(rule.lines, func(line string) bool {
			return met(strings.Split(line, " and "), anchor{id: c.typ.ID, value: object})
		}) {
			k.report(Problem{Path: pathOf(c, path), Kind: WrongType, Message: "is allowed only if " + strings.Join(rule.lines, ", or if ")})
		}
	}
}

// blank reports whether a value is nothing: null, "" or an empty list or map.
func blank(value any) bool { return value == "" || Empty(value) }

// checkChoices reports too many or too few of fields that exclude each other.
func (k checker) checkChoices(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		how, names := rule.path, strings.Fields(rule.lines[0])
		var have []string
		for _, name := range names {
			if list, isList := object[name].([]any); (!isList || len(list) > 0) && object[name] != nil && object[name] != "" {
				have = append(have, name)
			}
		}
		switch {
		case len(have) > 1 && how != "any":
			k.report(Problem{Path: pathOf(c, have[1]), Kind: WrongType, Message: "cannot be set beside " + have[0]})
		case len(have) == 0 && how != "most":
			k.report(Problem{Path: c.path, Kind: MissingRequired, Message: "needs " + oneOf(names)})
		}
	}
}

// oneOf returns names as a choice, shortened if they are many.
func oneOf(names []string) string {
	if len(names) > 6 {
		return "one of " + strings.Join(names[:5], ", ") + " and others"
	}
	if len(names) == 2 {
		return names[0] + " or " + names[1]
	}
	return "one of " + strings.Join(names, ", ")
}

// checkUnique reports elements of lists that validation cannot tell apart.
func (k checker) checkUnique(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		list, _ := object[rule.path].([]any)
		if len(list) < 2 {
			continue
		}
		for _, keys := range rule.lines {
			k.twice(c.Key(rule.path), list, strings.Fields(keys))
		}
	}
}

// wholeItem stands for the elements of a list of scalars in the table of unique ones.
const wholeItem = "."

// twice reports the elements of a list that have the same keys as one before them.
func (k checker) twice(c Cursor, list []any, keys []string) {
	seen := map[string]int{}
	for i, item := range list {
		if keys[0] == wholeItem {
			if first := slices.Index(list[:i], item); first >= 0 {
				k.report(Problem{
					Path: c.path.With(Item(i)), Kind: WrongType,
					Message: fmt.Sprint(item) + " is there twice: item " + strconv.Itoa(first) + " is the same",
				})
			}
			continue
		}
		if blank(get(item, keys[0])) {
			continue
		}
		words := make([]string, len(keys))
		for j, key := range keys {
			words[j] = fmt.Sprint(get(item, key))
		}
		id := strings.Join(words, " ")
		first, again := seen[id]
		if !again {
			seen[id] = i
			continue
		}
		path := c.path.With(Item(i)).With(Key(keys[0]))
		k.report(Problem{
			Path: path, Kind: WrongType,
			Message: strconv.Quote(words[0]) + " has the same " + strings.Join(keys, ", ") + " as item " + strconv.Itoa(first),
		})
	}
}

// checkRanges reports numbers out of range.
func (k checker) checkRanges(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		if object[rule.path] == nil {
			continue
		}
		field := c.Key(rule.path)
		if list, ok := field.value.([]any); ok {
			for i := range list {
				k.checkRange(field.Step(Item(i)), rule.lines[0])
			}
			continue
		}
		k.checkRange(field, rule.lines[0])
	}
}

// checkRange reports a number or a quantity out of a range.
func (k checker) checkRange(c Cursor, bounds string) {
	n, ok := numberOf(c.value)
	if c.typ.Kind == Quantity {
		amount, isQuantity := quantity(c.value)
		n, ok = amount.AsApproximateFloat64(), isQuantity
	}
	if !ok || c.typ.mismatch(c.value) != "" {
		return // no number, or reported as one of the wrong type
	}
	want := ""
	least, most, _ := strings.Cut(bounds, " ")
	if low, err := strconv.ParseFloat(least, 64); err == nil && n < low {
		want = "at least " + least
	}
	if high, err := strconv.ParseFloat(most, 64); err == nil && n > high {
		want = "at most " + most
	}
	if want != "" {
		k.report(Problem{Path: c.path, Kind: WrongType, Message: "is " + fmt.Sprint(c.value) + ", but " + want + " is wanted"})
	}
}

// numberOf returns a value as a number; ok is false for what is none.
func numberOf(value any) (n float64, ok bool) {
	switch v := value.(type) {
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case float64:
		return v, true
	default:
		return 0, false
	}
}

// checkForms reports strings that are not of the form that validation demands.
func (k checker) checkForms(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		if rule.path == "metadata.name" && len(c.path) > 0 {
			continue // a template, whose name does not count
		}
		if value := get(object, rule.path); value != nil {
			k.checkForm(c, rule.path, value, rule.lines[0])
		}
	}
}

func (k checker) checkForm(c Cursor, path string, value any, form string) {
	form, emptyToo := strings.CutSuffix(form, "?")
	switch v := value.(type) {
	case string:
		if v == "" && (emptyToo || !c.descend(path).field.pointer) {
			return
		}
		k.malformed(c, path, nil, v, formProblem(form, v))
	case []any:
		for i, item := range v {
			word, _ := item.(string)
			k.malformed(c, path, Path{Item(i)}, word, formProblem(form, word))
		}
	case map[string]any:
		for _, name := range sortedKeys(v) {
			if words := keyProblem(form, name, v[name]); words != "" {
				k.report(Problem{Path: pathOf(c, path).With(Key(name)), Kind: WrongType, Message: words})
			}
		}
	}
}

// malformed reports a text, at a field or in its list, with what is wrong with it, if
// anything is and if the server judges the field.
func (k checker) malformed(c Cursor, path string, item Path, text, words string) {
	if words == "" || k.loosened(c.descend(path)).loose {
		return
	}
	k.report(Problem{Path: append(pathOf(c, path), item...), Kind: WrongType, Message: quoteShort(text) + " " + words})
}
