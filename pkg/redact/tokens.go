package redact

import (
	"strings"
	"sync"
)

// tokenRow is a kind of token in the table.
type tokenRow struct {
	name   string
	form   string // see form
	unlike string // what looks like it and has to stay
	source string
}

// tokenIndex finds the rows whose tokens can begin at a place in a text.
type tokenIndex struct {
	rows []tokenForm
	// byPair are rows by the first two characters of the literal they begin with,
	// see pairOf.
	byPair [1 << 12][]int
	// byLength are rows that begin with letters and digits, by the length of
	// the word there.
	byLength [128][]int
	// bySign are rows that begin with characters of which some are of no word,
	// by the first sign in their literal.
	bySign map[byte][]int
	// byMarker are rows that begin with such characters and are known by letters
	// in their middle.
	byMarker []int
}

type tokenForm struct {
	form form
	// before is the number of characters before the sign of bySign.
	before int
	keep   string // the literal at the start that is shown: the public part of a URL or the name of a hash
}

// tokenForms is the table of tokens, parsed when it is first used.
var tokenForms = sync.OnceValue(func() *tokenIndex {
	t := &tokenIndex{bySign: map[byte][]int{}}
	for _, row := range tokenTable {
		f := parseForm(row.form)
		n := len(t.rows)
		t.rows = append(t.rows, tokenForm{form: f, keep: publicPart(f)})
		if first := f[0].literal; len(first) == 1 {
			t.bySign[first[0]] = append(t.bySign[first[0]], n)
			continue
		} else if first != "" {
			pair := pairOf(first[0], first[1])
			t.byPair[pair] = append(t.byPair[pair], n)
			continue
		}
		if f.hasMarker() {
			t.byMarker = append(t.byMarker, n)
			continue
		}
		if class := f[0].class; class == 'b' || class == 'v' {
			sign, before := f.firstSign()
			t.rows[n].before = before
			t.bySign[sign] = append(t.bySign[sign], n)
			continue
		}
		for length := f.firstWord(f[0].min); length <= f.firstWord(f[0].max) && length < len(t.byLength); length++ {
			t.byLength[length] = append(t.byLength[length], n)
		}
	}
	return t
})

// pairOf is a number for two characters. Few pairs share one, which costs an
// attempt to match and no more.
func pairOf(a, b byte) int { return int(a&63)<<6 | int(b&63) }

// firstWord returns the length of the word that a token begins with whose first
// run has n characters.
func (f form) firstWord(n int) int {
	for _, part := range f[1:] {
		end := 0
		for end < len(part.literal) && isWord(part.literal[end]) {
			end++
		}
		n += end
		if part.literal == "" {
			n += part.min
			continue
		}
		if end < len(part.literal) {
			return n
		}
	}
	return n
}

// hasMarker reports whether a token is known by letters after a fixed number of
// characters, some of which can be signs: {44w}AzFu{6w}.
func (f form) hasMarker() bool {
	return len(f) > 1 && strings.IndexByte("bvw", f[0].class) >= 0 && f[0].min == f[0].max && len(f[1].literal) > 3 && isWord(f[1].literal[0])
}

// firstSign returns the first sign in the literals of a token, and the number of
// characters before it.
func (f form) firstSign() (sign byte, before int) {
	for _, part := range f {
		for i := range len(part.literal) {
			if !isWord(part.literal[i]) {
				return part.literal[i], before + i
			}
		}
		before += part.min + len(part.literal)
	}
	return 0, 0
}

// publicPart returns what a webhook's address begins with. It names the service
// and is no secret.
func publicPart(f form) string {
	if strings.HasSuffix(f[0].literal, "/") {
		return f[0].literal
	}
	return ""
}

// token adds the token that begins at i, where a word ends at end.
func (f *finder) token(i, end int) {
	if i > 0 && (isWord(f.s[i-1]) || strings.HasPrefix(f.s[i-1:], ".ico-")) { // .ico-7a38… ends the name of an icon
		return
	}
	t := tokenForms()
	if i+1 < len(f.s) {
		for _, n := range t.byPair[pairOf(f.s[i], f.s[i+1])] {
			f.tokenOf(&t.rows[n], i)
		}
	}
	if length := end - i; length > 0 && length < len(t.byLength) {
		for _, n := range t.byLength[length] {
			f.tokenOf(&t.rows[n], i)
		}
	}
}

// tokenAround adds the token that has the sign at i inside.
func (f *finder) tokenAround(i int) {
	t := tokenForms()
	for _, n := range t.bySign[f.s[i]] {
		start := i - t.rows[n].before
		if start >= 0 && (start == 0 || !isWord(f.s[start-1])) {
			f.tokenOf(&t.rows[n], start)
		}
	}
}

// tokensByMarker adds the tokens that are known by letters in their middle.
func (f *finder) tokensByMarker() {
	t := tokenForms()
	for _, n := range t.byMarker {
		row := &t.rows[n]
		first := row.form[0]
		marker := row.form[1].literal
		for at := 0; ; at += len(marker) {
			i := strings.Index(f.s[at:], marker)
			if i < 0 {
				break
			}
			at += i
			start := at - first.min
			if start >= 0 && (start == 0 || !inClass(f.s[start-1], first.class)) {
				f.tokenOf(row, start)
			}
		}
	}
}

// tokenOf hides a token that has the form of a row and looks as if it was generated: examples in
// documentation have the form, too.
func (f *finder) tokenOf(row *tokenForm, i int) {
	end := row.form.match(f.s[i:])
	if end == 0 {
		return
	}
	text := strings.TrimRight(f.s[i+len(row.keep):i+end], ".,")
	if !row.looksMade(text) || repeats(text) {
		return
	}
	f.add(i+len(row.keep), i+len(row.keep)+len(text))
	if text[0] == '$' { // a hash, beside which the password can stand that was compared with it
		f.near(pair{name: "password", start: i, end: i + end, kind: strongName}, i, i+end)
	}
}

// looksMade reports whether a text that has the form of a token is more than
// words with a common beginning.
func (t *tokenForm) looksMade(text string) bool {
	if letters(text) >= 2 && strings.ContainsAny(text, "0123456789") {
		return true
	}
	first := t.form[0].literal
	last := t.form[len(t.form)-1].class
	if len(t.form) != 2 || len(text) <= len(first) {
		return false
	}
	if last == 'w' || last == 'v' { // camel case has fewer capitals
		return len(first) > 4 && capitals(text[len(first):])*4 >= len(text)-len(first)
	}
	rest := text[len(first):]
	return len(first) > 3 || (len(first) == 3 && (letters(rest) >= 2 || isWordless(rest))) // hf_ and 34 letters
}

// capitals returns the number of capitals in s. Camel case has fewer than random letters.
func capitals(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			n++
		}
	}
	return n
}

// repeats reports whether a text consists of very few different characters,
// as placeholders in documentation do.
func repeats(text string) bool {
	var seen [256]bool
	different := 0
	for i := range len(text) {
		if !seen[text[i]] {
			seen[text[i]] = true
			different++
		}
	}
	return different < 6
}
