package redact

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// marked matches a credential of an example.
var marked = regexp.MustCompile("‹[^›]*›")

// letterAt returns a character of a class by its number.
func letterAt(class byte, n int) byte {
	var in []byte
	for c := byte(' '); c < 0x7f; c++ {
		if inClass(c, class) {
			in = append(in, c)
		}
	}
	return in[n%len(in)]
}

// sample returns a token of a form, as short as the form allows. It begins with
// a digit and letters of both kinds if the form allows them, since a text
// without digits can be words.
func (f form) sample(random *rand.Rand) string {
	var out strings.Builder
	for _, part := range f {
		out.WriteString(part.literal)
		if part.literal != "" {
			continue
		}
		for i := range part.min {
			c := letterAt(part.class, random.IntN(1000))
			for _, want := range []string{"7", "q", "Q"}[min(i, 2):] {
				if i < 3 && inClass(want[0], part.class) {
					c = want[0]
					break
				}
			}
			if part.class == 'v' && (i == part.min-1 || i == 0) {
				c = '7' // a sign at an end can belong to the sentence
			}
			out.WriteByte(c)
		}
	}
	return out.String()
}

// Each form of a token hides a random token of its form, among other words, and
// keeps what only looks like it.
func TestEveryTokenForm(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, row := range tokenTable {
		f := parseForm(row.form)
		for _, part := range f {
			if part.literal == "" && (classBit(part.class) == 15 || part.max < part.min || part.min == 0) {
				t.Errorf("%s: %s has no class or count", row.name, row.form)
			}
		}
		for range 20 {
			token := f.sample(random)
			keep := publicPart(f)
			text := "value " + token + " used"
			shown, n := Text(text)
			if rest := shown[min(len(shown), len("value ")):]; n == 0 || strings.Contains(rest, token[len(keep):]) {
				t.Errorf("%s: %q is shown as %q", row.name, text, shown)
			}
		}
		if text := "value " + row.unlike + " used"; len(find(text, 0)) > 0 {
			shown, _ := Text(text)
			t.Errorf("%s: %q became %q", row.name, text, shown)
		}
		if row.source == "" {
			t.Errorf("%s has no source", row.name)
		}
	}
}

// Each way in which a program or a file takes a credential hides the one of its
// example, and nothing of what is unlike it.
func TestEveryCommandAndDirective(t *testing.T) {
	check := func(example, unlike, source string) {
		t.Helper()
		given := strings.NewReplacer("‹", "", "›", "").Replace(example)
		if shown, _ := Text(given); shown != marked.ReplaceAllString(example, Mark) {
			t.Errorf("%q became %q", given, shown)
		}
		if shown, n := Text(unlike); n > 0 {
			t.Errorf("%q became %q", unlike, shown)
		}
		if source == "" {
			t.Errorf("%q has no source", example)
		}
	}
	for _, row := range commandTable {
		check(row.example, row.unlike, row.source)
	}
	for _, row := range directiveTable {
		check(row.example, row.unlike, row.source)
	}
	for _, row := range slices.Concat(fileForms, lineForms, guessForms, bareForms) {
		check(row.example, row.unlike, row.source)
	}
}

// Each form of code is kept after the name of a credential.
func TestEveryFormOfCode(t *testing.T) {
	for _, f := range codeForms {
		if !f.form.MatchString(strings.Trim(f.example, "`")) {
			t.Errorf("%s is not of its form", f.example)
		}
		text := "password = " + f.example
		if shown, n := Text(text); n > 0 {
			t.Errorf("%q became %q", text, shown)
		}
	}
}

// Each sign between a name and its value hides the value of its example.
func TestEverySign(t *testing.T) {
	for _, rule := range signRules {
		given := strings.NewReplacer("‹", "", "›", "").Replace(rule.example)
		if shown, _ := Text(given); shown != marked.ReplaceAllString(rule.example, Mark) {
			t.Errorf("%q became %q", given, shown)
		}
	}
}
