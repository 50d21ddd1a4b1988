package fielddoc

import (
	"regexp"
	"slices"
	"strings"
)

// transition is what a rule about a change (a rule in CEL that speaks of
// oldSelf) says of a field.
type transition struct {
	path   []string // to the field, from what has the rule
	always bool     // it cannot be changed; else what words says must hold
	words  string
}

// place is a field in a rule: self, or what is in it.
const place = `((?:\.[A-Za-z_]\w*)*)`

// The shapes of a rule, or of a part of it joined by &&, that freeze a field.
// They are what the documentation of Kubernetes and of kubebuilder teaches; a
// rule of another shape is shown as it is.
var freezing = []*regexp.Regexp{
	// self.tier == oldSelf.tier
	regexp.MustCompile(`^self` + place + ` == oldSelf` + place + `$`),
	// oldSelf.tier == self.tier
	regexp.MustCompile(`^oldSelf` + place + ` == self` + place + `$`),
	// With optionalOldSelf, that is also judged when the object is created:
	// oldSelf.hasValue() ? self == oldSelf.value() : true
	regexp.MustCompile(`^oldSelf` + place + `\.hasValue\(\) \? self` + place + ` == oldSelf(?:\.\w+)*\.value\(\) : true$`),
	// !oldSelf.hasValue() || self == oldSelf.value()
	regexp.MustCompile(`^!oldSelf` + place + `\.hasValue\(\) \|\| self` + place + ` == oldSelf(?:\.\w+)*\.value\(\)$`),
	regexp.MustCompile(`^!oldSelf` + place + `\.hasValue\(\) \|\| oldSelf` + place + `\.value\(\) == self(?:\.\w+)*$`),
	// oldSelf.orValue(self) == self
	regexp.MustCompile(`^oldSelf` + place + `\.orValue\(self` + place + `\) == self(?:\.\w+)*$`),
	// self == oldSelf.orValue(self)
	regexp.MustCompile(`^self` + place + ` == oldSelf` + place + `\.orValue\(self(?:\.\w+)*\)$`),
}

// onceSet are shapes that freeze a field as soon as it is there.
var onceSet = []*regexp.Regexp{
	// !has(oldSelf.tier) || self.tier == oldSelf.tier
	regexp.MustCompile(`^!has\(oldSelf` + place + `\) \|\| self` + place + ` == oldSelf(?:\.\w+)*$`),
	// !has(oldSelf.tier) || has(self.tier) && self.tier == oldSelf.tier
	regexp.MustCompile(`^!has\(oldSelf` + place + `\) \|\| has\(self` + place + `\) && self(?:\.\w+)* == oldSelf(?:\.\w+)*$`),
	// has(oldSelf.tier) ? has(self.tier) && self.tier == oldSelf.tier : true
	regexp.MustCompile(`^has\(oldSelf` + place + `\) \? has\(self` + place + `\) && self(?:\.\w+)* == oldSelf(?:\.\w+)* : true$`),
	// !has(self.tier) && !has(oldSelf.tier) || self.tier == oldSelf.tier
	regexp.MustCompile(`^!has\(self` + place + `\) && !has\(oldSelf` + place + `\) \|\| self(?:\.\w+)* == oldSelf(?:\.\w+)*$`),
	// oldSelf.tier == '' || self.tier == oldSelf.tier
	regexp.MustCompile(`^oldSelf` + place + ` == ''? ?\|\| self` + place + ` == oldSelf(?:\.\w+)*$`),
	// size(oldSelf.tier) == 0 || self.tier == oldSelf.tier
	regexp.MustCompile(`^size\(oldSelf` + place + `\) == 0 \|\| self` + place + ` == oldSelf(?:\.\w+)*$`),
}

// mentioned are the fields of the old object that a rule speaks of.
var mentioned = regexp.MustCompile(`oldSelf((?:\.[A-Za-z_]\w*\b)*)(\()?`)

// transitions returns what the rules of a schema say of changes.
func (s jsonSchema) transitions() []transition {
	var list []transition
	for _, r := range s.Validations {
		if strings.Contains(r.Rule, "oldSelf") {
			for _, part := range conjuncts(r.text()) {
				list = append(list, r.transition(part)...)
			}
		}
	}
	return list
}

// transition reads one part of a rule.
func (r rule) transition(part string) []transition {
	if at, ok := matches(freezing, part); ok {
		return []transition{{path: at, always: true}}
	}
	if at, ok := matches(onceSet, part); ok {
		return []transition{{path: at, words: "not once it is set"}}
	}
	var list []transition
	for _, m := range mentioned.FindAllStringSubmatch(part, -1) {
		at := names(m[1])
		if m[2] != "" && len(at) > 0 {
			at = at[:len(at)-1] // a call, not a field
		}
		if !slices.ContainsFunc(list, func(t transition) bool { return slices.Equal(t.path, at) }) {
			list = append(list, transition{path: at, words: r.words()})
		}
	}
	return list
}

// matches returns the field that a rule freezes, if it has one of the shapes.
func matches(shapes []*regexp.Regexp, part string) (at []string, ok bool) {
	for _, shape := range shapes {
		if m := shape.FindStringSubmatch(part); m != nil && m[1] == m[2] {
			return names(m[1]), true
		}
	}
	return nil, false
}

// names returns the names of a path in dots.
func names(dotted string) []string {
	return strings.FieldsFunc(dotted, func(r rune) bool { return r == '.' })
}

// conjuncts splits a rule at the && that no bracket holds, and takes away
// brackets that say nothing.
func conjuncts(text string) []string {
	text = unbracketed(text)
	if operatorAt("||", text) >= 0 || operatorAt("?", text) >= 0 {
		return []string{simple(text)} // binds less than &&
	}
	if at := operatorAt("&&", text); at >= 0 {
		return append([]string{simple(unbracketed(text[:at]))}, conjuncts(text[at+2:])...)
	}
	return []string{simple(text)}
}

// operatorAt returns where an operator first stands in a text outside of all brackets, -1 if nowhere.
func operatorAt(operator, text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		default:
			if depth == 0 && strings.HasPrefix(text[i:], operator) {
				return i
			}
		}
	}
	return -1
}

// unbracketed takes away brackets around all of a text.
func unbracketed(text string) string {
	text = strings.TrimSpace(text)
	for strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		depth := 0
		for i := range len(text) - 1 {
			switch text[i] {
			case '(':
				depth++
			case ')':
				depth--
			}
			if depth == 0 {
				return text // the first bracket ends before the last
			}
		}
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	return text
}

// grouped is a bracket that is no call: "(self.a == oldSelf.a)", but not "has(self.a)".
var grouped = regexp.MustCompile(`(^|[ !(])\(((?:[^()]|\w\([^()]*\))*)\)`)

// simple takes away the brackets within a rule that are no calls, and blanks
// that differ: && binds more than ||, so that the shapes above stay unique.
func simple(text string) string {
	for {
		next := grouped.ReplaceAllStringFunc(text, func(m string) string {
			parts := grouped.FindStringSubmatch(m)
			if parts[1] == "!" || strings.Contains(parts[2], "||") || strings.Contains(parts[2], "?") {
				return m
			}
			return parts[1] + parts[2]
		})
		if next == text {
			return text
		}
		text = next
	}
}
