package redact

import (
	"strconv"
	"strings"
	"sync"
)

// A form is how the tokens of a service look, such as ghp_{36+a}: literal text,
// and between braces a number of characters of a class. "36" is exactly 36,
// "36+" is 36 or more, "20-24" is at least 20 and at most 24. The classes are
//
//	a  letters and digits          b  base64, with / and +
//	w  base64url, with - and _     k  base32, capitals and 2 to 7
//	d  digits                      x  hexadecimal
//	z  lower-case letters and digits    U  capitals and digits
//	v  all of a URL or a hash: w and . / + = $ , % ~
type form []formPart

// formPart is literal text or a run of characters.
type formPart struct {
	literal  string
	class    byte
	mask     uint16 // of the class
	min, max int
}

// parseForm parses a form of a table.
func parseForm(s string) form {
	var out form
	for s != "" {
		i := strings.IndexByte(s, '{')
		if i < 0 || len(s) < i+2 || !isDigit(s[i+1]) { // a brace of the token itself
			if i < 0 || len(s) < i+2 {
				return append(out, formPart{literal: s})
			}
			n := strings.IndexByte(s[i+1:], '{')
			if n < 0 {
				return append(out, formPart{literal: s})
			}
			out = append(out, formPart{literal: s[:i+1+n]})
			s = s[i+1+n:]
			continue
		}
		if i > 0 {
			out = append(out, formPart{literal: s[:i]})
		}
		body, rest, _ := strings.Cut(s[i+1:], "}")
		out = append(out, parseRun(body))
		s = rest
	}
	return out
}

// parseRun parses "36a", "36+a" or "20-24a".
func parseRun(s string) formPart {
	p := formPart{class: s[len(s)-1]}
	p.mask = 1 << classBit(p.class)
	number := s[:len(s)-1]
	low, high, ranged := strings.Cut(number, "-")
	p.min, _ = strconv.Atoi(strings.TrimSuffix(low, "+")) // a test parses every form
	p.max = p.min
	if ranged {
		p.max, _ = strconv.Atoi(high)
	} else if strings.HasSuffix(number, "+") {
		p.max = longestToken
	}
	return p
}

// longestToken is how many characters a part of a token has at most: web servers take no longer header.
// A longer run is something else, and is not read to its end at each place in it.
const longestToken = 8 << 10

// match returns the end of the token that s begins with, or 0. After a token
// comes no character of the class that it ends with.
func (f form) match(s string) int {
	at := 0
	for n := range f {
		part := &f[n]
		if part.literal != "" {
			if !strings.HasPrefix(s[at:], part.literal) {
				return 0
			}
			at += len(part.literal)
			continue
		}
		end := runEnd(s[:min(len(s), at+part.max+1)], at, part.mask)
		if n+1 < len(f) {
			end = min(end, at+part.max) // the next part can be of the same class
		}
		if end-at < part.min || end-at > part.max {
			return 0
		}
		at = end
	}
	return at
}

// runEnd returns the end of the characters from at on that are of a class.
func runEnd(s string, at int, mask uint16) int {
	in := classes()
	for at < len(s) && in[s[at]]&mask != 0 {
		at++
	}
	return at
}

// inClass reports whether a byte is in a class of letters.
func inClass(c, class byte) bool { return classes()[c]&(1<<classBit(class)) != 0 }

// classLetters are the letters of the classes, and what is in each.
var classLetters = []struct {
	class byte
	in    string
}{
	{'a', "a-zA-Z0-9"},
	{'b', "a-zA-Z0-9+/"},
	{'w', "a-zA-Z0-9_-"},
	{'k', "A-Z2-7"},
	{'d', "0-9"},
	{'x', "0-9a-fA-F"},
	{'z', "a-z0-9"},
	{'U', "A-Z0-9"},
	{'v', "a-zA-Z0-9_./+=$,%~-"},
}

// classBit returns the number of a class of letters.
func classBit(class byte) int {
	for i, c := range classLetters {
		if c.class == class {
			return i
		}
	}
	return 15 // of no class: a test checks that every form has known ones
}

// classes returns the classes that each byte is in, as bits.
var classes = sync.OnceValue(func() *[256]uint16 {
	var out [256]uint16
	for bit, c := range classLetters {
		for i := 0; i < len(c.in); i++ {
			low := c.in[i]
			high := c.in[i]
			if i+2 < len(c.in) && c.in[i+1] == '-' {
				high = c.in[i+2]
				i += 2
			}
			for b := int(low); b <= int(high); b++ {
				out[b] |= 1 << bit
			}
		}
	}
	return &out
})
