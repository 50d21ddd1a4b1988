package fielddoc

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// checkSizes reports lists and maps with more elements than validation accepts. A row has the
// greatest number in its line.
func (k checker) checkSizes(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		most, err := strconv.Atoi(rule.lines[0])
		count := length(object[rule.path])
		if err == nil && count > most {
			message := fmt.Sprintf("has %d elements, but at most %d are wanted", count, most)
			k.refuseAt(pathOf(c, rule.path), message)
		}
	}
}

// length returns how many elements a list or map has, 0 for what is neither.
func length(value any) int {
	switch v := value.(type) {
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	default:
		return 0
	}
}

// checkUnique reports elements of lists with the same key, which validation refuses.
func (k checker) checkUnique(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		list, _ := object[rule.path].([]any)
		if len(list) < 2 || k.dropped(c, rule.path) {
			continue
		}
		// A line is a key, which may have parts ("containerPort protocol"); lines count by themselves.
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
			k.same(c.path.With(Item(i)), list[:i], item)
			continue
		}
		// An element without a key is the same as no other: hostPort 0 is none.
		if first := get(item, keys[0]); blank(first) || first == int64(0) {
			continue
		}
		words := c.keyWords(item, keys)
		id := strings.Join(words, " ")
		first, again := seen[id]
		if !again {
			seen[id] = i
			continue
		}
		path := c.path.With(Item(i)).With(Key(keys[0]))
		k.refuseAt(path, strconv.Quote(words[0])+" has the same "+strings.Join(keys, ", ")+" as item "+strconv.Itoa(first))
	}
}

// keyWords returns the keys of an element of the list at c. One that is omitted counts as its default: a
// port without a protocol is the same as one with TCP.
func (c Cursor) keyWords(item any, keys []string) []string {
	words := make([]string, len(keys))
	for j, key := range keys {
		words[j] = orDefault(fmt.Sprint(orNothing(get(item, key))), defaultOf(c.elementID(), key))
	}
	return words
}

// same reports an element that is equal to one before it, a text or number in its own words,
// others by their place.
func (k checker) same(at Path, before []any, item any) {
	first := slices.IndexFunc(before, func(other any) bool { return reflect.DeepEqual(other, item) })
	if first < 0 {
		return
	}
	words := "is the same as item " + strconv.Itoa(first)
	if word, isScalar := scalarText(item); isScalar {
		words = word + " is there twice: item " + strconv.Itoa(first) + " is the same"
	}
	k.refuseAt(at, words)
}

// elementID returns the name of the type of the elements of the list at c, empty if they
// have none.
func (c Cursor) elementID() string {
	if c.typ.Kind != List {
		return ""
	}
	return c.typ.Elem.ID
}

// orNothing returns a value as it is written, "" for none.
func orNothing(value any) any {
	if value == nil {
		return ""
	}
	return value
}
