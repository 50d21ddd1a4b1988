package view

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"k8s.io/client-go/util/jsonpath"
)

// Order sorts items by a field of their JSON form, given as an expression of
// kubectl's --sort-by: numbers and durations by size, text with the numbers in it
// by size. Items without the field come first; equal items keep their order. It
// returns an error if the expression is malformed, if no item has the field, or if
// the field has more than one value.
func Order[T any](items []T, expression string, value func(T) any) error {
	path, err := parsePath(relaxed(expression))
	if err != nil {
		return fmt.Errorf("%q is no JSONPath: %w", expression, err)
	}
	// Each key is computed once, not at each comparison: that goes by way of JSON.
	type keyed struct {
		key  any
		item T
	}
	list := make([]keyed, len(items))
	some := false
	for i, item := range items {
		list[i].item = item
		if list[i].key, err = keyAt(path, expression, value(item)); err != nil {
			return err
		}
		some = some || list[i].key != nil
	}
	// An expression with a typing error would leave the order as it was, without a word.
	if !some && len(items) > 0 {
		return fmt.Errorf("%q finds nothing: -o json shows the fields of an item", expression)
	}
	slices.SortStableFunc(list, func(a, b keyed) int { return compareValues(a.key, b.key) })
	for i := range list {
		items[i] = list[i].item
	}
	return nil
}

// keyAt returns the value of an item at a path, nil if there is none. expression is the path as it was
// typed, for errors.
func keyAt(path *jsonpath.JSONPath, expression string, item any) (any, error) {
	v, err := plainValue(item)
	if err != nil {
		return nil, err
	}
	found, err := path.FindResults(v)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", expression, err)
	}
	key, err := single(found)
	if err != nil {
		return nil, fmt.Errorf("%q finds %w", expression, err)
	}
	return key, nil
}

// single returns the one value that was found, nil if there is none.
func single(found [][]reflect.Value) (any, error) {
	all := slices.Concat(found...)
	if len(all) == 0 || !all[0].IsValid() { // the zero value stands for null
		return nil, nil
	}
	if len(all) > 1 {
		return nil, fmt.Errorf("%d values in one item", len(all))
	}
	switch v := all[0].Interface().(type) {
	case []any:
		return nil, fmt.Errorf("a list: take one of it, as in [0]")
	case map[string]any:
		return nil, fmt.Errorf("an object: take a field of it")
	default:
		return v, nil
	}
}

// compareValues compares JSON values: those of one kind by size, others by kind.
func compareValues(a, b any) int {
	if x, ok := amount(a); ok {
		if y, ok := amount(b); ok {
			return cmp.Compare(x, y)
		}
	}
	kind := func(v any) string {
		if v == nil {
			return ""
		}
		return reflect.TypeOf(v).String()
	}
	return cmp.Or(cmp.Compare(kind(a), kind(b)), natural(fmt.Sprint(a), fmt.Sprint(b)))
}

// amount returns the size of a number or a duration. Times of RFC 3339 need none: as texts they
// are in order already.
func amount(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case string:
		d, err := time.ParseDuration(v)
		return d.Seconds(), err == nil
	}
	return 0, false
}

// natural compares texts, and the numbers in them by size: web-9 before web-10.
func natural(a, b string) int {
	for a != "" && b != "" { // chunk by chunk: "web-", "10", "-x"
		x := chunk(a)
		y := chunk(b)
		a = a[len(x):]
		b = b[len(y):]
		if c := compareChunks(x, y); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// compareChunks compares two texts without digits, or two numbers of any length. A number and a text
// are compared as texts.
func compareChunks(x, y string) int {
	if !unicode.IsDigit(rune(x[0])) || !unicode.IsDigit(rune(y[0])) {
		return cmp.Compare(x, y)
	}
	m := strings.TrimLeft(x, "0")
	n := strings.TrimLeft(y, "0")
	return cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n)) // more digits are a larger number
}

// chunk returns the digits at the start of s, or the text before the first digit.
func chunk(s string) string {
	digit := unicode.IsDigit(rune(s[0]))
	for i := range s {
		if unicode.IsDigit(rune(s[i])) != digit {
			return s[:i]
		}
	}
	return s
}
