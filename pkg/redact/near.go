package redact

import (
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/internal/lazyregexp"
)

// How far from a word for a credential something that looks like one is one.
const (
	nearBefore = 100
	nearAfter  = 160
	linesBelow = 3
)

// near hides what looks generated or chosen as a password around the word for a credential between i and end: on its line, and
// alone on one of the lines below, as in banners of a first start.
func (f *finder) near(p pair, i, end int) {
	from, stop := window(f.s, i, end)
	p.asks = f.asking(p)
	from = max(from, f.nearTo[p.asks])
	for from < stop {
		from = f.nearWord(p, from)
	}
	for class := range p.asks + 1 { // those hide less
		f.nearTo[class] = max(f.nearTo[class], stop)
	}
	if stop < len(f.s) && f.s[stop] == '\n' {
		f.below(p, end, stop)
	}
}

// What a word for a credential asks for around it. What one of a class hides, one of a higher class hides, too.
const (
	asksForIDs      = iota // what no ID looks like
	asksForTokens          // what looks generated
	asksForPassword        // what people choose, too
	askings
)

// asking returns the class of a word for a credential. A sentence can have a weak one before a strong one: "JWT is signed with
// password …".
func (f *finder) asking(p pair) int {
	switch {
	case f.isForPassword(p):
		return asksForPassword
	case p.kind == strongName:
		return asksForTokens
	default:
		return asksForIDs
	}
}

// window returns the bounds of the surroundings of a word between i and end on its line.
func window(s string, i, end int) (from, to int) {
	from = max(0, i-nearBefore)
	from += strings.LastIndexByte(s[from:i], '\n') + 1
	to = min(len(s), end+nearAfter)
	if n := strings.IndexByte(s[end:to], '\n'); n >= 0 {
		to = end + n
	}
	return from, to
}

// wordSeparators are the signs that no generated text has in it. A sign of base64 can be one between a name and its value, too.
const wordSeparators = " \t\r\n\"'`()[]{}<>,;|:=&?\\"

// nearWord hides the word at i if it looks like a credential, and returns where the next one can begin.
func (f *finder) nearWord(p pair, i int) int {
	if strings.IndexByte(wordSeparators, f.s[i]) >= 0 {
		return i + 1
	}
	end := i
	plain := 0 // small letters and what stands between the parts of names
	for end < len(f.s) && end-i <= longestUnnamed && strings.IndexByte(wordSeparators, f.s[end]) < 0 {
		if c := f.s[end]; (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.' || c == '/' {
			plain++
		}
		end++
	}
	if capital := f.s[i] >= 'A' && f.s[i] <= 'Z'; plain == end-i || (capital && plain == end-i-1) { // a word of a language
		return end
	}
	if i > 0 && strings.IndexByte(wordSeparators, f.s[i-1]) < 0 { // the window begins in it
		return end
	}
	padded := end
	for padded < len(f.s) && f.s[padded] == '=' { // of base64
		padded++
	}
	if f.hideNear(p, i, padded) {
		return padded
	}
	text := strings.TrimRight(f.s[i:end], ".!")
	if !f.hideNear(p, i, i+len(text)) && f.isNearPassword(p, i, f.s[i:end]) {
		f.add(i, end)
	}
	return end
}

// hideNear hides the text between i and end if it looks generated, and reports whether it does.
func (f *finder) hideNear(p pair, i, end int) bool {
	if !f.isNearSecret(p, i, f.s[i:end]) || !f.standsAlone(i, end) {
		return false
	}
	f.add(i, end)
	return true
}

// isNearSecret reports whether a word at i is a credential because it looks generated and a word for one is near.
func (f *finder) isNearSecret(p pair, i int, text string) bool {
	if len(text) > longestUnnamed || !f.isGeneratedNear(p, i, text) {
		return false
	}
	return !isObjectID(text) && !isPublic(text) && !beginsPublic(text) && !harmless(text) && !f.isInBlock(i, i+len(text)) &&
		!f.identifiedAt(i) && !f.isEncrypted(i)
}

// isGeneratedNear reports whether a word looks generated, by less than it needs where no word for a credential is near.
func (f *finder) isGeneratedNear(p pair, i int, text string) bool {
	const (
		shortest       = 12
		fewestDigits   = 3 // apart: K8SNodeUIDKey is a name of code
		shortestPart   = 10
		shortestBase64 = 24
	)
	n := len(text)
	if n < shortest || (p.asks == asksForIDs && digitChanges(text) < fewestDigits) {
		return false
	}
	if f.isSmallRandom(p, i, text) || (p.answer && isAnswer(text)) {
		return true
	}
	if p.kind == strongName && isRandomCapitals(text) {
		return true
	}
	if !isShuffled(text) && !f.isLongBelow(p, text) {
		return false
	}
	if strings.ContainsAny(text, "+/=") {
		return n >= shortestBase64 && strings.Trim(text, base64Letters) == "" && !isPath(text) && !hasWordBetweenSlashes(text) &&
			decodeText(text) == ""
	}
	if n >= shortestOfIDs && n <= longestOfIDs && ((p.kind != strongName && !p.alone) || (i > 0 && f.s[i-1] == '[')) {
		return false // of the node or the index, as Elasticsearch begins its lines
	}
	return strings.Trim(text, variableLetters+"-") == "" && hasGeneratedPart(text, shortestPart)
}

// isLongBelow reports whether a word that is alone on a line below the name of a credential is too long for a name of code with digits.
func (f *finder) isLongBelow(p pair, text string) bool {
	const (
		shortest = 32
		fewest   = 5
	)
	return p.alone && p.kind == strongName && len(text) >= shortest && digitChanges(text) >= fewest &&
		letters(text) == 3 && hasLetterAfterF(text)
}

// hasWordBetweenSlashes reports whether a text is a path without a slash at its start: auth/token/create/….
func hasWordBetweenSlashes(text string) bool {
	const shortest = 4
	return strings.Contains(text, "/") && slices.ContainsFunc(strings.Split(text, "/"), func(part string) bool {
		return len(part) >= shortest && strings.Trim(part, "abcdefghijklmnopqrstuvwxyz") == ""
	})
}

const base64Letters = variableLetters + "+/=-"

// isSmallRandom reports whether a word is of small letters and digits that form no words, in quotes or at the end of a line, after
// a sign or columns of blanks. Digests of 40 and 64 digits are more often commits and containers than credentials.
func (f *finder) isSmallRandom(p pair, i int, text string) bool {
	const (
		shortest = 20
		fewest   = 4
	)
	n := len(text)
	if p.kind != strongName || n < shortest || n == 40 || n == 64 || digitChanges(text) < fewest ||
		strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || !isWordless(text) || letters(text) < 2 {
		return false
	}
	before := f.s[max(0, i-2):i]
	quoted := before != "" && isQuote(before[len(before)-1])
	return quoted || (hasAnySuffix(before, []string{": ", "  ", "= ", "\t"}) && isLast(f.s, i+n))
}

// isAnswer reports whether a word looks like what a command prints that makes or reads a credential: base64, hexadecimal or a JWT.
func isAnswer(text string) bool {
	const shortest = 16
	return len(text) >= shortest && strings.Trim(text, base64Letters+".") == "" && letters(text) >= 2 && digitChanges(text) >= 3 &&
		(isWordless(text) || !hasLetterAfterF(text))
}

// isEncrypted reports whether a value at i stands in brackets of a tool that encrypts values: ENC[…] of sops, ENC(…) of Jasypt.
func (f *finder) isEncrypted(i int) bool {
	before := f.s[max(0, i-nearBefore):i]
	return strings.Contains(before, "ENC[") || strings.HasSuffix(before, "ENC(")
}

// oddCase matches passwords of a part in small letters and one in capitals, with a number after a sign, which no name of code has.
var oddCase = lazyregexp.New(`^[a-z]{2,}[A-Z]{3,}[_!@#$%^&*.-][0-9]{2,}$`)

// yearly matches what people choose if letters of both kinds and digits are asked for, with a year or a sign: Summer2026, Autumn7!.
var yearly = lazyregexp.New(`^[A-Z][a-z]{3,}(?:(?:19|20)[0-9]{2}[!@#$%^&*?]?|[0-9]{1,4}[!@#$%^&*?])$`)

// isQuotedSigns reports whether a quoted word has letters of both kinds, several signs and no words, as generators of passwords make
// them without a digit now and then.
func isQuotedSigns(before, text string) bool {
	const (
		shortest = 12
		fewest   = 2
	)
	signs := 0
	for i := range len(text) {
		if strings.IndexByte("!#$%^&*+~?@", text[i]) >= 0 {
			signs++
		}
	}
	quoted := before != "" && isQuote(before[len(before)-1])
	return quoted && len(text) >= shortest && signs >= fewest && letters(text) >= 2 && isWordless(text) && !strings.ContainsAny(text, "/.<>")
}

// inAddress reports whether the word at i belongs to an address, of whose parts the ones with credentials have rules of their own.
func (f *finder) inAddress(i int) bool {
	before := f.s[max(0, i-nearAfter):i]
	return strings.Contains(before[strings.LastIndexAny(before, " \t\n")+1:], "://")
}

// percentEscape matches an escape of an address.
var percentEscape = lazyregexp.New(`%[0-9A-F]{2}`)

// isNearPassword reports whether a word at i has the form of a password that a person chose, near a word for one.
func (f *finder) isNearPassword(p pair, i int, text string) bool {
	const (
		shortest = 8
		longest  = 64
	)
	if len(text) < shortest || len(text) > longest {
		return false
	}
	if p.asks != asksForPassword && (lastOf(p.name) != "key" || (!oddCase.MatchString(text) && !yearly.MatchString(text))) {
		return false
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 }) {
		return false
	}
	if f.isPlaced(i, i+len(text)) {
		return true
	}
	chosen := isSigned(text) || isQuotedSigns(f.s[:i], text) || oddCase.MatchString(text) || yearly.MatchString(text)
	return chosen && !isPublic(text) && !harmless(text) &&
		strings.IndexByte("%&$", text[0]) < 0 && !percentEscape.MatchString(text) && !f.inAddress(i) &&
		!f.identifiedAt(i)
}

// isForPassword reports whether a name is one of a password, or of a login with one.
func (f *finder) isForPassword(p pair) bool {
	switch lastOf(p.name) {
	case "login", "auth", "credential", "credentials", "creds", "authentication", "sign", "signed", "authenticate",
		"authenticated", "authenticating", "decrypt", "decrypting", "bind", "binding", "bound", "hashing", "hashed", "bcrypt", "comparing",
		"compared", "tried", "tries", "unlock", "unlocking", "unlocked":
		return true
	}
	return p.kind == strongName && isChosen(p.name)
}

// below hides a word that looks like a credential and is alone on one of the lines after the one that ends at i, apart from the
// sides of a box. The word for a credential ends at end. A sentence between them can say what to do with the credential, so that
// up to three lines with words are passed over.
func (f *finder) below(p pair, end, i int) {
	const (
		mostLines   = 6
		longestLine = 1000
	)
	line := f.s[lineStart(f.s, i):i]
	typed := hasAnyPrefix(line, prompts)
	p.alone = true
	p.answer = typed && !containsAny(line, otherAnswers...)
	p.heading = p.kind == strongName && strings.Trim(f.s[end:i], boxSides+":=<") == "" && (p.answer || !typed)
	left := linesBelow
	for range mostLines {
		i++
		if left == 0 || i >= len(f.s) {
			return
		}
		last := min(i+longestLine, len(f.s))
		if n := strings.IndexByte(f.s[i:last], '\n'); n >= 0 {
			last = i + n
		} else if last < len(f.s) {
			return
		}
		text := strings.Trim(f.s[i:last], boxSides)
		if text != "" && !strings.Contains(text, " ") {
			f.aloneBelow(p, i+strings.Index(f.s[i:last], text), text, last)
			return
		}
		if text != "" {
			left--
			p.heading = false
			p.answer = false
		}
		i = last
	}
}

// aloneBelow hides the text at i, which is alone on a line that ends at last, if it looks like a credential.
func (f *finder) aloneBelow(p pair, i int, text string, last int) {
	if f.isNearSecret(p, i, text) || f.isNearPassword(p, i, text) || (p.heading && f.isBelowHeading(p, text, last)) {
		f.add(i, i+len(text))
	}
}

// prompts begin lines with a command that was typed, of which the next line is the answer.
var prompts = []string{"$ ", "# ", "> ", "% ", "PS "}

// otherAnswers are parts of commands that print commits, digests, or IDs of objects and containers.
var otherAnswers = []string{"git ", "sum ", ".metadata", "uid", "docker ", "ps "}

// hasAnyPrefix reports whether s begins as one of several texts do.
func hasAnyPrefix(s string, starts []string) bool {
	return slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(s, start) })
}

// isBelowHeading reports whether a word that is alone on its line, which ends at i, is the credential that the line before names.
// Of several such lines each is an item of a list.
func (f *finder) isBelowHeading(p pair, text string, i int) bool {
	const shortest = 16
	if !isPlainSecret(text) || harmless(text) || isPublic(text) || (!isChosen(p.name) && (!random(text) || len(text) < shortest)) {
		return false
	}
	next := min(i+1, len(f.s))
	return !isPlainSecret(strings.TrimSpace(f.s[next:lineEnd(f.s, next)]))
}

// boxSides are the signs at the sides of a box or of an item of a list, and blanks.
const boxSides = " \t\r|*#>│┃║•-\"'`"
