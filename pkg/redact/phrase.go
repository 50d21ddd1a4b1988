package redact

import "strings"

// fewestPhraseWords is the number of words in the shortest phrase of a wallet (BIP 39: 12, 15, 18, 21 or 24).
const fewestPhraseWords = 12

// notInPhrase are short words of sentences that the English list of BIP 39 does not have.
var notInPhrase = setOf([]string{"the", "and", "for", "with", "from", "your", "was", "are", "has", "have", "not", "its", "may", "will"})

// seedPhrase hides the phrase of a wallet after its name and reports whether it did: "mnemonic: session enjoy click …". Programs
// print it at the end of the line, or a few lines below a warning to keep it safe.
func (f *finder) seedPhrase(p pair) bool {
	switch lastOf(p.name) {
	case "mnemonic", "phrase", "seed":
	default:
		return false
	}
	return f.phraseBelow(p.end)
}

// phraseOfWords hides a phrase below a line that ends with the request to keep these words: "Write these words down:".
func (f *finder) phraseOfWords() {
	const far = 60
	for at := range endsOf(f.s, "words") {
		end := at + lineLength(f.s[at:], far)
		asked := containsAny(strings.ToLower(f.s[max(lineStart(f.s, at), at-far):at]), "write", "keep", "store", "save", "note")
		if asked && strings.HasSuffix(strings.TrimRight(f.s[at:end], " \r"), ":") {
			f.phraseBelow(end)
		}
	}
}

// phraseBelow hides the phrase that stands behind i or on one of the next lines, and reports whether there is one.
func (f *finder) phraseBelow(i int) bool {
	const (
		lines    = 4
		farthest = 600
	)
	at := i
	last := min(len(f.s), at+farthest)
	for n := 0; n < lines && at < last; n++ {
		end := min(lineEnd(f.s, at), last)
		if from, to := phraseIn(f.s[at:end]); to > 0 {
			f.add(at+from, at+to)
			return true
		}
		at = end + 1
	}
	return false
}

// phraseIn returns the bounds of the words in a line that can be a phrase: at least twelve in a row, of 3 to 8 small letters, with
// one blank between them. Both are 0 if there is none.
func phraseIn(line string) (from, to int) {
	count := 0
	for i := 0; i < len(line); {
		end := i
		for end < len(line) && line[end] >= 'a' && line[end] <= 'z' {
			end++
		}
		if !isPhraseWord(line, i, end) {
			count = 0
			i = end + 1
			continue
		}
		if count == 0 {
			from = i
		}
		count++
		i = end + 1
		if goesOn := end+1 < len(line) && line[end] == ' ' && line[end+1] >= 'a' && line[end+1] <= 'z'; goesOn {
			continue
		}
		if count >= fewestPhraseWords {
			return from, end
		}
		count = 0
	}
	return 0, 0
}

// isPhraseWord reports whether the letters between i and end are a whole word that can be one of a phrase.
func isPhraseWord(line string, i, end int) bool {
	const (
		shortest = 3
		longest  = 8
	)
	whole := (i == 0 || !isWord(line[i-1])) && (end == len(line) || !isWord(line[end]))
	return whole && end-i >= shortest && end-i <= longest && !notInPhrase[line[i:end]]
}
