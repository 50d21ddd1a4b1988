package redact

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// numberedWords matches the words of a phrase of a wallet (BIP 39) with their numbers: 1. session 2. enjoy … 12. click. Programs print
// them in columns, too.
var numberedWords = func() *lazyregexp.Regexp {
	var form strings.Builder
	for n := 1; n <= fewestPhraseWords; n++ {
		fmt.Fprintf(&form, `\b%d[.):]?[ \t]+[a-z]{3,8}\b\s+`, n)
	}
	return lazyregexp.New(strings.TrimSuffix(form.String(), `\s+`) + `(?:\s+\d\d[.):]?[ \t]+[a-z]{3,8}\b)*`)
}()

// phraseWord matches one of them without its number.
var phraseWord = lazyregexp.New(`[a-z]{3,8}`)

// phraseContext are words of a sentence before a phrase.
var phraseContext = []string{"phrase", "mnemonic", "seed", "wallet", "recovery", "words"}

// numberedPhrase hides the words of such a phrase if a sentence before it is about one. Lists of other words have numbers, too.
func (f *finder) numberedPhrase() {
	const far = 300
	if !f.has("12") || !slices.ContainsFunc(phraseContext, f.has) {
		return
	}
	for _, m := range numberedWords.FindAllStringIndex(f.s, -1) {
		if !containsAny(strings.ToLower(f.s[max(0, m[0]-far):m[0]]), phraseContext...) {
			continue
		}
		for _, word := range phraseWord.FindAllStringIndex(f.s[m[0]:m[1]], -1) {
			f.add(m[0]+word[0], m[0]+word[1])
		}
	}
}

// numberedArguments hides the credentials of a command line whose words have numbers, as the audit log of Linux has them:
// a0="mysql" a1="-uroot" a2="-p…" (man 8 auditd: EXECVE).
func (f *finder) numberedArguments() {
	for at := range endsOf(f.s, `a0="`) {
		words := f.argumentsAt(at)
		f.hideWords(words, commandSecrets(words))
	}
}

// argumentsAt returns the words of such a command line, of which the first begins at i.
func (f *finder) argumentsAt(i int) []shellWord {
	const most = 100 // the audit log cuts longer ones
	var words []shellWord
	for n := 1; n <= most; n++ {
		end := i + quotedEnd(f.s[i:min(len(f.s), i+longestCommand)], `"`)
		words = append(words, shellWord{f.s[i:end], i, end})
		next := fmt.Sprintf(`" a%d="`, n)
		if !strings.HasPrefix(f.s[end:], next) {
			break
		}
		i = end + len(next)
	}
	return words
}

// hexadecimal hides the word between i and end if it is a text with a credential in hexadecimal, as the audit log has command lines. The
// bytes between their words are zero.
func (f *finder) hexadecimal(i, end int) {
	const (
		shortest = 24
		longest  = 8 << 10
		head     = 16 // decides for most digests
	)
	size := end - i
	if f.depth >= deepest || size < shortest || size > longest || size%2 != 0 {
		return
	}
	if _, ok := hexText(f.s[i : i+head]); !ok {
		return
	}
	if text, ok := hexText(f.s[i:end]); ok && len(find(text, f.depth+1)) > 0 {
		f.add(i, end)
	}
}

// hexText returns the text that s is in hexadecimal, with blanks for zeros; false if it is none in ASCII.
func hexText(s string) (string, bool) {
	decoded, err := hex.DecodeString(s)
	text := strings.ReplaceAll(string(decoded), "\x00", " ")
	return text, err == nil && isText(text) && !strings.ContainsFunc(text, func(r rune) bool { return r > 0x7e })
}
