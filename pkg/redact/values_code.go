package redact

import (
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
	"github.com/thrashkit/thrashkit/pkg/wording"
)

// codeForms are the forms of values that are code, types or names of code, as in
// traces, listings and messages about them. Each has an example.
var codeForms = []struct {
	example string
	form    *lazyregexp.Regexp
}{
	{`os.environ["DB_PASSWORD"]`, lazyregexp.New(`^[&*]?[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)+[!?]?[(\[{]`)},
	{`{string | Buffer}`, lazyregexp.New(`^\{[A-Za-z]+(?:\[\])?(?:\}|(?:[ |]+[A-Za-z]+)*[ |]*\}?$)`)},
	{`\w+`, lazyregexp.New(`^\^?\\{1,2}[wdsWDSb](?:[+*?)]|\{\d|$)`)},
	{`varchar(100)`, lazyregexp.New(`^(?i:n?(?:var)?(?:char|binary))2?\(\d+\)?$`)},
	{`Optional[str]`, lazyregexp.New(`^[A-Z][A-Za-z]*\[(?:str|bytes|int|bool|float|Any|dict|list)\b`)},
	{`ENV["DB_PASSWORD"]`, lazyregexp.New(`^[A-Za-z_]\w*\[["']`)},
	{`$_POST["password"]`, lazyregexp.New(`^\\?\$[A-Za-z_]\w*(?:\[|->|::)`)},
	{`(*string)(0xc000012340)`, lazyregexp.New(`^\(?\*?[\w.]*\)?\(0x[0-9a-f]{6,16}\)*$`)},
	{`TokenExpiredError()`, lazyregexp.New(`^[A-Za-z_]\w*\(\)?$`)},
	{`password[i:j]`, lazyregexp.New(`^[A-Za-z_]\w*\[[\w+-]*:[\w+-]*\]?$`)},
	{`ARGV[2]`, lazyregexp.New(`^[A-Za-z_$][\w.$]*\[\d{1,4}\]?$`)},
	{`auth2.js:42:13`, lazyregexp.New(`^[\w@$.-]+\.[A-Za-z]{1,5}:\d+(?::\d+)?\)?$`)},
	{`Fastly-Key`, lazyregexp.New(`^(?:[A-Z][A-Za-z]*-)+(?:Key|Token|Type|Id|ID|Auth|Authorization|Secret|Header|Length)$`)},
	{"`json:\"password\"`", lazyregexp.New(`^[a-z_]+:"`)},
}

// isCodeText reports whether a value is a piece of code and so no credential.
func isCodeText(value string) bool {
	if !strings.ContainsAny(value, "([{:-$.*\\") { // each form has one of them
		return false
	}
	for _, f := range codeForms {
		if f.form.MatchString(value) {
			return true
		}
	}
	return isMember(value)
}

// memberPath matches a path of members in code: process.env.DB_PASSWORD.
var memberPath = lazyregexp.New(`^(?:[A-Za-z_$]+\??\.)+[A-Za-z_$]+[0-9]?$`)

// isNameOfCode reports whether a value without quotes is a name of code, of words without a digit: a member of a package
// (http.StatusBadRequest), or a variable that is called as a credential is (rsaTestKey).
func isNameOfCode(value string) bool {
	value = strings.TrimPrefix(value, "&")
	if call, argument, ok := strings.Cut(value, "("); ok && isWord((argument + " ")[0]) {
		return identifier.MatchString(call) || call == "string"
	}
	if !identifier.MatchString(value[strings.LastIndexByte(value, '.')+1:]) {
		return false
	}
	return (strings.Contains(value, ".") && memberPath.MatchString(value)) || kindOf(value) != otherName
}

// isMember reports whether a value is the place of a credential in code, whose last part is
// a name for one.
func isMember(value string) bool {
	value = strings.TrimPrefix(value, "*") // what a pointer points to
	return memberPath.MatchString(value) && kindOf(value[strings.LastIndexByte(value, '.')+1:]) != otherName
}

// typedText matches the type of a declaration that gives a text: const password: string = "…".
var typedText = lazyregexp.New("^(?:&(?:'static )?)?[A-Za-z][\\w.<>\\[\\]?|]* = [\"'`]")

// typedValue returns where the value of a declaration begins after its type, 0 if none is at i.
func typedValue(s string, i int) int {
	const longest = 60
	window := s[i:min(len(s), i+longest)]
	if !strings.Contains(window, " = ") {
		return 0
	}
	if n := typedText.FindStringIndex(window); n != nil {
		return i + n[1] - 1
	}
	return 0
}

// identifier matches a name of code: topologyKeyValue, CriticalAddonsOnly.
var identifier = lazyregexp.New(`^(?:[a-z]{2,}|[A-Z][a-z]+)(?:[A-Z]{1,4}[a-z]{2,})+$`)

// isAlternatives reports whether a value is the words of a usage message of which one
// is to be chosen: yes|no.
func isAlternatives(value string) bool {
	if strings.IndexByte(value, '|') < 0 {
		return false
	}
	for word := range strings.SplitSeq(value, "|") {
		if !words().harmless[strings.ToLower(word)] {
			return false
		}
	}
	return true
}

// isSameName reports whether a value is the name itself, written in another way:
// is_secret → isSecret, PRIVATE-TOKEN -> Private-Token.
func isSameName(name, value string) bool {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if !isLetterOrDigit(r) {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	name = name[strings.LastIndexByte(name, '.')+1:] // this.addPassword = "#add-password"
	return len(wording.NameWords(name)) > 1 && plain(name) == plain(value)
}
