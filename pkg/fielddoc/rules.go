package fielddoc

import (
	"maps"
	"slices"
	"strings"
)

// checkRules reports what no type forbids but validation refuses in an object: by
// the tables, and by the rules of its type that compare fields.
func (k checker) checkRules(c Cursor, object map[string]any) {
	// Custom kinds have neither; what a server observed it wrote itself.
	id := c.typ.ID
	if id == "" || c.typ.strict || k.loose || observed(c.path) {
		return
	}
	object = k.served(c, object)
	c.value = object // the rules walk down from the cursor as well
	k.checkFilled(c, object, fills()[id])
	k.checkChoices(c, object, choices()[id])
	k.checkUnique(c, object, uniques()[id])
	k.checkRanges(c, object, ranges()[id])
	k.checkSizes(c, object, sizes()[id])
	k.checkForms(c, object, forms()[id])
	k.checkOnly(c, object, onlys()[id])
	for _, rule := range crossRules[id] {
		rule(scope{k, c, object})
	}
}

// served returns the object at c without the fields that the server drops, in a copy if
// there are any.
func (k checker) served(c Cursor, object map[string]any) map[string]any {
	for _, path := range *k.gatedOff {
		if len(path) > len(c.path) && slices.Equal(path[:len(c.path)], c.path) {
			object, _ = without(object, path[len(c.path):]).(map[string]any)
		}
	}
	return object
}

// without returns a copy of value that lacks the field at path and shares the rest: what is
// judged belongs to the caller.
func without(value any, path Path) any {
	step := path[0]
	switch v := value.(type) {
	case map[string]any:
		inner, there := v[step.Name]
		if !there {
			return v
		}
		v = maps.Clone(v)
		if len(path) == 1 {
			delete(v, step.Name)
		} else {
			v[step.Name] = without(inner, path[1:])
		}
		return v
	case []any:
		if step.Index >= len(v) || len(path) == 1 { // elements are not dropped, only fields in them
			return v
		}
		v = slices.Clone(v)
		v[step.Index] = without(v[step.Index], path[1:])
		return v
	default:
		return v
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
		// A row without a line holds always: parseTables gives it the empty one.
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
		if k.dropped(c, path) {
			continue
		}
		message := "is required and empty"
		if get(object, path) == nil {
			message = "is required and not set"
		}
		k.report(Problem{Path: pathOf(c, path), Kind: MissingRequired, Message: message})
	}
}

// dropped reports whether the server drops a field of the object at c before it looks.
func (k checker) dropped(c Cursor, path string) bool { return k.loosened(c.descend(path)).loose }

// anyMet reports whether the conditions of one of the lines hold.
func anyMet(lines []string, at anchor) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return met(parseDefault(" "+line).conditions, at) })
}

// checkOnly reports fields that are set although the conditions for them do not hold. Lines are
// joined by or, the conditions in a line by and.
func (k checker) checkOnly(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		path := rule.path
		value := get(object, path)
		if value == nil || (blank(value) && !c.descend(path).field.pointer) || k.dropped(c, path) {
			continue
		}
		if !slices.ContainsFunc(rule.lines, func(line string) bool {
			return k.undecided(c, line) || met(strings.Split(line, " and "), anchor{id: c.typ.ID, value: object})
		}) {
			k.refuseAt(pathOf(c, path), "is allowed only if "+conditionsInWords(rule.lines))
		}
	}
}

// undecided reports whether a condition is about a field with a value that is itself
// refused, and reported.
func (k checker) undecided(c Cursor, line string) bool {
	// "type is ExternalName": only for values of a field can the value be a wrong one.
	words := strings.Fields(line)
	subject := c.descend(words[0])
	word, isText := subject.value.(string)
	allowed := k.allowed(subject)
	return words[1] == "is" && isText && len(allowed) > 0 && !accepts(allowed, word)
}

// conditionsInWords returns conditions of which one must hold, as the end of a sentence: "type is
// NodePort, or if type is LoadBalancer".
func conditionsInWords(lines []string) string {
	words := strings.NewReplacer(
		" is-not ", " is not ", " has-items", " is not empty", " unset", " is not set", " set", " is set",
	)
	return words.Replace(strings.Join(lines, ", or if "))
}

// blank reports whether a value is nothing: null, "" or an empty list or map.
func blank(value any) bool { return value == "" || Empty(value) }

// checkChoices reports too many or too few of fields that exclude each other.
func (k checker) checkChoices(c Cursor, object map[string]any, rows []row) {
	for _, rule := range rows {
		for _, line := range rule.lines {
			k.checkChoice(c, object, rule.path, strings.Fields(line))
		}
	}
}

// checkChoice holds the fields of a union against how many of them must be set: one, at most
// one ("most") or at least one ("any").
func (k checker) checkChoice(c Cursor, object map[string]any, how string, names []string) {
	var have []string
	for _, name := range names {
		if c.chosen(name, object[name]) {
			have = append(have, name)
		}
	}
	if len(have) > 1 && how != "any" {
		k.refuseAt(pathOf(c, have[1]), "cannot be set beside "+have[0])
	} else if len(have) == 0 && how != "most" {
		k.report(Problem{Path: c.path, Kind: MissingRequired, Message: "needs " + oneOf(names)})
	}
}

// chosen reports whether a field counts as set: an empty list does not, and an empty text
// only if the API distinguishes it from a field that is left out.
func (c Cursor) chosen(name string, value any) bool {
	if value == "" {
		return c.Key(name).field.pointer
	}
	list, isList := value.([]any)
	return value != nil && (!isList || len(list) > 0)
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
