package fielddoc

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// checkLimits reports values that the schema of a custom kind does not allow.
func checkLimits(c Cursor, report func(Problem)) {
	// A quantity is judged as one, in better words than those of its pattern.
	if message := c.typ.limits.broken(c.value); message != "" && c.typ.Kind != Quantity {
		report(Problem{Path: c.path, Kind: WrongType, Message: message})
	}
	// What lacks is a problem of its own kind: nothing that is there is wrong.
	if why, lacks := c.typ.alternatives.broken(c.value); lacks {
		report(Problem{Path: c.path, Kind: MissingRequired, Message: why})
	} else if why != "" {
		report(Problem{Path: c.path, Kind: WrongType, Message: why})
	}
	list, _ := c.value.([]any)
	checkSet(c, list, report)
	checkMapKeys(c, list, report)
}

// checkMapKeys reports the elements of a list of type map whose keys another element
// has, too.
func checkMapKeys(c Cursor, list []any, report func(Problem)) {
	if len(c.field.ListKeys) == 0 {
		return
	}
	seen := map[string]int{}
	for i, item := range list {
		var keys []string
		for _, key := range c.field.ListKeys {
			keys = append(keys, c.typ.keyOf(item, key))
		}
		id := strings.Join(keys, " ")
		first, again := seen[id]
		if !again {
			seen[id] = i
			continue
		}
		same := "has the same " + strings.Join(c.field.ListKeys, ", ") + " as item " + strconv.Itoa(first)
		report(Problem{Path: c.path.With(Item(i)), Kind: WrongType, Message: same})
	}
}

// keyOf returns the value of a key of an element of the list, which can be a default: the
// server fills in defaults before it compares.
func (t *Type) keyOf(item any, key string) string {
	value := get(item, key)
	if f, ok := t.Elem.field(key); ok && value == nil && f.Default != nil {
		return *f.Default
	}
	return fmt.Sprint(value)
}

// checkSet reports the elements of a set that are in it before. Elements can be objects, so
// that there is no key to look them up by; sets are short.
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
