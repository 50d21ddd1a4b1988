package fielddoc

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// checkRanges reports numbers out of range. A row has its bounds in one line, least and most:
// "1 65535", "0 -" for no most.
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
	// 500m and 2Gi have a value, too: a row can want more than 0 of a resource.
	if c.typ.Kind == Quantity {
		amount, isQuantity := quantity(c.value)
		n = amount.AsApproximateFloat64()
		ok = isQuantity
	}
	if !ok || c.mismatch() != "" {
		return // no number, or reported as one of the wrong type
	}
	want := ""
	// A bound of - does not parse, and so keeps out nothing.
	least, most, _ := strings.Cut(bounds, " ")
	if low, err := strconv.ParseFloat(least, 64); err == nil && n < low {
		want = "at least " + least
	}
	if high, err := strconv.ParseFloat(most, 64); err == nil && n > high {
		want = "at most " + most
	}
	if want != "" {
		k.refuseAt(c.path, "is "+fmt.Sprint(c.value)+", but "+want+" is wanted")
	}
}

// numberOf returns a value as a number; ok is false for what is none. Decoders of YAML and of
// JSON give different types for the same digits.
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

// checkForm reports a value without the form that its field must have; a form that ends in
// ? also takes the empty text.
func (k checker) checkForm(c Cursor, path string, value any, form string) {
	form, emptyToo := strings.CutSuffix(form, "?")
	switch v := value.(type) {
	case string:
		// Most fields cannot tell the empty text from none, which validation does not look at.
		if v == "" && (emptyToo || !c.descend(path).field.pointer) {
			return
		}
		k.malformed(c, path, nil, v, k.formProblem(form, v))
	case []any:
		for i, item := range v {
			word, _ := item.(string) // an element of another type is reported as such
			k.malformed(c, path, Path{Item(i)}, word, k.formProblem(form, word))
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if words := keyProblem(form, name, v[name]); words != "" {
				k.refuseAt(pathOf(c, path).With(Key(name)), words)
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
	k.refuseAt(append(pathOf(c, path), item...), quoteShort(text)+" "+words)
}
