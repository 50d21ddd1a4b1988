package diagnose

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// matcher is a regular expression that first looks for the words without which
// it cannot match: lines of logs are many, and few of them tell anything.
type matcher struct {
	re *regexp.Regexp
	// needles are in lower case; one of them stands in every text that matches.
	// Without any the expression is always tried.
	needles []string
}

// newMatcher compiles an expression that must be valid.
func newMatcher(expr string) matcher {
	m := matcher{re: regexp.MustCompile(expr)}
	if parsed, err := syntax.Parse(expr, syntax.Perl); err == nil {
		m.needles = needles(parsed)
	}
	return m
}

// match reports whether text matches; lower is text in lower case.
func (m matcher) match(text, lower string) bool {
	if len(m.needles) == 0 {
		return m.re.MatchString(text)
	}
	for _, n := range m.needles {
		if strings.Contains(lower, n) {
			return m.re.MatchString(text)
		}
	}
	return false
}

// needles returns words in lower case of which at least one stands in every
// match of re, none where that cannot be said.
func needles(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return needles(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needles(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if words := needles(sub); shortest(words) > shortest(best) {
				best = words
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := needles(sub)
			if len(words) == 0 {
				return nil
			}
			all = append(all, words...)
		}
		return all
	default: // matches texts that no word stands for
	}
	return nil
}

// shortest returns the length of the shortest word, 0 for none.
func shortest(words []string) int {
	least := 0
	for i, w := range words {
		if i == 0 || len(w) < least {
			least = len(w)
		}
	}
	return least
}
