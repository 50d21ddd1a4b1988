package main

import (
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// redactionText is a row with its random values filled in.
type redactionText struct {
	place, key string
	words      []string // one, but for arguments
	secrets    []string // lines of the credentials in them
	around     []string // words outside the credentials
}

// letterSets are the classes of random characters, by their letter in a row.
var letterSets = map[byte]string{
	'a': "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	'b': "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	'd': "0123456789",
	'k': "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
	'l': "abcdefghijklmnopqrstuvwxyz",
	'p': "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#%*+?_~^-",
	'u': "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
	'U': "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
	'w': "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
	'x': "0123456789abcdef",
	'X': "0123456789ABCDEF",
	'z': "abcdefghijklmnopqrstuvwxyz0123456789",
}

// passwordWords are words that people make passwords of.
var passwordWords = strings.Fields("anchor autumn banana basket bridge butter candle carbon castle cherry copper dragon ember falcon " +
	"forest garden ginger hammer harbor hunter island jungle kitten ladder lemon lizard magnet maple marble meadow monkey mustard " +
	"ocean orange orchid pepper pirate planet pocket purple rabbit ribbon rocket saddle salmon shadow silver spider summer sunset " +
	"tiger timber tomato turtle velvet violet walnut willow winter zebra")

var (
	placeholder = regexp.MustCompile(`\{(\d+)([a-zA-Z])\}|\{([pq])\}`) // {20a}: 20 characters of the set a; {p}: a password; {q}: a word
	rowEscape   = regexp.MustCompile(`\\(?:u[0-9a-f]{4}|.)`)
	credential  = regexp.MustCompile(`(?s)‹(.*?)›`)
)

// expand fills in random values. They depend on the seed and the row alone.
func (r redactionRow) expand(seed uint64) redactionText {
	out := redactionText{place: r.place, key: r.key}
	for _, word := range r.words(r.filled(seed)) {
		for _, m := range credential.FindAllStringSubmatch(word, -1) {
			out.secrets = append(out.secrets, linesOf(m[1])...)
		}
		out.around = append(out.around, strings.Fields(credential.ReplaceAllString(word, " "))...)
		out.words = append(out.words, strings.NewReplacer("‹", "", "›", "").Replace(word))
	}
	return out
}

// linesOf returns the lines of a credential that show something of it.
func linesOf(secret string) []string {
	lines := strings.FieldsFunc(secret, func(r rune) bool { return r == '\n' || r == '\r' })
	return slices.DeleteFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "" })
}

// filled returns the text of a row with a random value for each placeholder.
func (r redactionRow) filled(seed uint64) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.line)) // a hash never fails
	random := rand.New(rand.NewPCG(seed, h.Sum64()))
	text := placeholder.ReplaceAllStringFunc(r.text, func(m string) string { return randomValue(random, m) })
	return encodeInner(text)
}

// encodeInner returns a text with base64 for each {b64|user:secret|}. The last one that opens has no other inside, so that base64 in
// base64 is encoded from the inside out.
func encodeInner(text string) string {
	const (
		opening = "{b64|"
		closing = "|}"
	)
	for {
		open := strings.LastIndex(text, opening)
		if open < 0 {
			return text
		}
		inner, after, closed := strings.Cut(text[open+len(opening):], closing)
		if !closed {
			return text
		}
		text = text[:open] + base64.StdEncoding.EncodeToString([]byte(unescapeRow(inner))) + after
	}
}

// words returns the words of a row: its arguments, which may be a JSON list, or its whole text.
func (r redactionRow) words(text string) []string {
	if r.place != "arg" {
		return []string{unescapeRow(text)}
	}
	var words []string
	if err := json.Unmarshal([]byte(text), &words); err != nil {
		return []string{text}
	}
	return words
}

// randomValue returns what a placeholder stands for.
func randomValue(random *rand.Rand, m string) string {
	parts := placeholder.FindStringSubmatch(m)
	if parts[3] == "q" {
		return passwordWord(random)
	}
	if parts[3] == "p" {
		w := passwordWord(random) // before the form is chosen: another order would make another corpus of each seed
		return passwordForms[random.IntN(len(passwordForms))](w, random)
	}
	set := letterSets[parts[2][0]]
	n, _ := strconv.Atoi(parts[1]) // digits by the pattern
	out := make([]byte, n)
	for i := range out {
		out[i] = set[random.IntN(len(set))]
	}
	return string(out)
}

func passwordWord(random *rand.Rand) string { return passwordWords[random.IntN(len(passwordWords))] }

// passwordForms make a password of a word, as people do.
var passwordForms = []func(w string, random *rand.Rand) string{
	func(w string, random *rand.Rand) string { return w + strconv.Itoa(10+random.IntN(90)) }, // copper42
	func(w string, random *rand.Rand) string {
		return strings.ToUpper(w[:1]) + w[1:] + strconv.Itoa(1990+random.IntN(40)) + "!"
	}, // Copper1998!
	func(w string, random *rand.Rand) string { // c0pp3r#7
		return strings.NewReplacer("a", "4", "e", "3", "o", "0").Replace(w) + "#" + strconv.Itoa(random.IntN(90))
	},
	func(w string, random *rand.Rand) string { // copper-lemon-318
		return w + "-" + passwordWord(random) + "-" + strconv.Itoa(random.IntN(900))
	},
	func(w string, random *rand.Rand) string { // lemCOPPER_4711
		return passwordWord(random)[:3] + strings.ToUpper(w) + "_" + strconv.Itoa(random.IntN(9000))
	},
}

// unescapeRow returns text with \n, \t, \r, \e, \\ and \uXXXX as what they stand for.
func unescapeRow(text string) string {
	return rowEscape.ReplaceAllStringFunc(text, func(m string) string {
		switch m[1] {
		case 'n':
			return "\n"
		case 't':
			return "\t"
		case 'r':
			return "\r"
		case 'e':
			return "\x1b"
		case 'u':
			if n, err := strconv.ParseUint(m[2:], 16, 32); err == nil {
				return string(rune(n))
			}
		}
		return m[1:]
	})
}

// leakWindow is the number of characters in a row that give a credential away.
const leakWindow = 8

// leaks reports whether a credential, or 8 characters in a row of one, is in shown.
func (t redactionText) leaks(shown []string) bool {
	text := strings.Join(shown, "\n")
	return slices.ContainsFunc(t.secrets, func(secret string) bool { return secret != "" && leaks(text, secret) })
}

// leaks reports whether a text holds a part of a secret that is leakWindow long, or all of a shorter one.
func leaks(text, secret string) bool {
	length := min(len(secret), leakWindow)
	for i := 0; i+length <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+length]) {
			return true
		}
	}
	return false
}

// keepsContext reports whether the words outside the credentials are still
// there, in their order.
func (t redactionText) keepsContext(shown []string) bool {
	text := strings.ReplaceAll(strings.Join(shown, " "), redact.Mark, " ")
	for _, word := range t.around {
		i := strings.Index(text, word)
		if i < 0 {
			return false
		}
		text = text[i+len(word):]
	}
	return true
}
