package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// deepest is how often a text is looked into that is encoded in a text.
const deepest = 3

// finder finds the credentials in a text. Each method adds those of one kind.
type finder struct {
	s     string
	depth int // how often the text was encoded in another
	spans []span

	identified bool       // the text is the value of a name for an ID or a digest
	commandEnd int        // up to where command lines were looked at
	cover      span       // of those that were added the one that ends last
	encodedTo  int        // where the last characters of base64 ended
	pairs      *bytePairs // of the text, once they are needed

	networks, networksKnown bool // the text is about wireless networks

	// up to where the surroundings of words for credentials were looked at, by what the words ask for
	nearTo [askings]int
}

// find returns the credentials in s, in no order; they can overlap.
func find(s string, depth int) []span { return (&finder{s: s, depth: depth}).find() }

// findNamed returns the credentials in the value of a name, which shows whether the value is an ID.
func findNamed(name, s string) []span {
	return (&finder{s: s, identified: identifies(name, true)}).find()
}

// find returns the credentials in the text of a finder. What needs the whole text, such as the blocks of keys, comes first or last;
// what depends on a word or a sign is found in one pass over the words.
func (f *finder) find() []span {
	s := f.s
	if len(s) < 4 {
		return nil
	}
	f.spans = privateKeys(s)
	f.words()
	f.tokensByMarker()
	f.logins()
	f.slashPairs()
	f.bracketedLogins()
	f.pairsInBrackets()
	f.numberedPhrase()
	f.phraseOfWords()
	f.numberedArguments()
	f.commandLines()
	f.files()
	if f.depth < deepest {
		f.encoded()
	}
	return f.spans
}

// add notes a credential. It is no matter if others overlap it: replace joins them.
func (f *finder) add(from, to int) {
	if from < to {
		f.spans = append(f.spans, span{from, to})
		if to > f.cover.to {
			f.cover = span{from, to}
		}
	}
}

// longCover is how many bytes that are hidden anyway make it vain to look for a value among them. In a line of
// "password=password=…", each value goes to the end of the line.
const longCover = 4 << 10

// has reports whether the text contains a word. Most words of a table that a long text does not contain are known not to be
// there after one pass over it. For a short one, such as a name, the set of its pairs would cost more than it saves.
func (f *finder) has(word string) bool {
	const short = 512 // bytes
	if len(f.s) < short {
		return strings.Contains(f.s, word)
	}
	if f.pairs == nil {
		f.pairs = &bytePairs{}
		f.pairs.fill(f.s)
	}
	return f.pairs.mayHave(word) && strings.Contains(f.s, word)
}

// isCovered reports whether all is hidden at i and for long behind it.
func (f *finder) isCovered(i int) bool { return f.cover.from <= i && i+longCover < f.cover.to }

// addValue adds all of a value that was read.
func (f *finder) addValue(r reading) { f.add(r.from, r.end(f.s)) }

// words visits each word and the signs around it once. A word may begin with a letter of
// another script.
func (f *finder) words() {
	s := f.s
	for i := 0; i < len(s); {
		if isWord(s[i]) || (s[i] >= utf8.RuneSelf && letterSize(s[i:]) > 0) {
			i = f.word(i)
			continue
		}
		f.sign(i)
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
}

// sign looks at a character that is not of a word.
func (f *finder) sign(i int) {
	switch f.s[i] {
	case '$', '{':
		f.token(i, i)
	case '/':
		f.token(i, i)
		f.loginAs(i)
	case '+', '~', '*', '=':
		f.tokenAround(i)
	case ':':
		if strings.HasPrefix(f.s[i:], "://") {
			f.url(i)
		} else {
			f.loginAs(i)
		}
	case '@':
		f.dsn(i)
	}
}

// word looks at the word that begins at i and returns its end.
func (f *finder) word(i int) int {
	end := wordEnd(f.s, i)
	f.token(i, end)
	if end-i == 1 {
		f.letter(i, end)
	}
	if end-i > 1 {
		f.name(i, nounEnd(f.s[:end], i))
		f.keyword(i, end)
		f.quotedCommand(i, end)
		f.cipherCall(i, end)
	}
	if end < len(f.s) && f.s[end] == '/' && f.isLinkWord(i, end) {
		f.link(end)
	}
	if end-i >= shortestChosen && end < len(f.s) && strings.IndexByte("!@#$%^&*?", f.s[end]) >= 0 {
		f.unmistakable(i, end)
	}
	if end-i >= shortestItem {
		f.tuple(i, end)
	}
	if end-i >= shortestUnnamed || (end < len(f.s) && f.s[end] == '-') {
		f.unnamed(i, end)
	}
	if end-i >= shortestEncoded {
		f.base64(i)
		f.hexadecimal(i, end)
	}
	return end
}

// letter looks at a word of one letter: of the option -p, or the member "v" beside one with a name.
func (f *finder) letter(i, end int) {
	switch f.s[i] {
	case 'p':
		f.optionP(i, end)
	case 'v':
		if skipQuote(f.s, end) > end {
			f.valueOfSibling(end)
		}
	}
}

// isWord reports whether c is a letter, a digit or "_" of ASCII.
func isWord(c byte) bool {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// letterSize returns the size of the letter outside of ASCII that s begins
// with, and 0 if it begins with something else.
func letterSize(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) {
		return size
	}
	return 0
}

// wordEnd returns the end of the word that begins at i.
func wordEnd(s string, i int) int {
	for i < len(s) {
		if isWord(s[i]) {
			i++
			continue
		}
		if s[i] < utf8.RuneSelf {
			return i
		}
		size := letterSize(s[i:])
		if size == 0 {
			return i
		}
		i += size
	}
	return i
}

// isBlank reports whether c is a space or a tab.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// skipBlanks returns the first byte from i on that is no space or tab.
func skipBlanks(s string, i int) int {
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i
}

// farBack is how far lineStart looks back. Without it a line of a megabyte with a name in each word
// would be read as often as it has words.
const farBack = 4 << 10

// lineStart returns where the line that i is in begins, or a position in it if that is far.
func lineStart(s string, i int) int {
	from := max(i-farBack, 0)
	return from + strings.LastIndexByte(s[from:i], '\n') + 1
}

// lineEnd returns where the line that i is in ends.
func lineEnd(s string, i int) int {
	if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(s)
}
