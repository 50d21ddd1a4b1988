package logs

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Finding is a line that matches an entry of a vocabulary.
type Finding struct {
	Entry    *Entry
	Kind     Kind
	Strength Strength
	Line     int // in Lines
	// Operand is what the failing operation was about, if the line names it.
	Operand Operand
	// Place is the line of a configuration file that the message names.
	Place Place
	// Upstream reports whether the line quotes the answer of another system, so
	// that it is that system which is in trouble.
	Upstream bool

	words   string // what of the message the entry matched
	score   float64
	retried bool // the log reports it again and again
}

// newFinding makes a finding of what a message matches best. The operand may be
// caught by another entry of the same kind.
func newFinding(text string, found []match, m *match) Finding {
	f := Finding{
		Entry: m.entry, Kind: m.entry.Kind, Strength: m.entry.Strength, Operand: m.operand, Place: PlaceIn(text), words: text[m.from:m.to],
	}
	f.unnamed()
	f.takeOperand(found)
	f.renamed(text)
	f.Operand.Text = unfielded(f.Operand.Text)
	f.unnamed()
	f.answered(text, m.from)
	if f.Kind.ofFile() {
		f.aboutFile(text, m)
		if f.Strength == Supports && m.entry.Tier == General && strings.ContainsAny(f.Operand.Text, "/\\") {
			f.Strength = Decides // its name shows that it is a file
		}
		if f.Strength == Supports && m.entry.Tier <= General && f.Operand.Text == "" && !ofFiles(text) {
			f.Strength = Shows // a model, a field, a plugin: nothing shows that it is a file
		}
	}
	if f.Strength == Decides && m.entry.Tier == General && f.Kind.Side() == Given && byPeer().MatchString(text) {
		f.Strength = Supports // another program sent it: nothing shows that it is a setting
	}
	switch f.Kind {
	case ConfigSyntax:
		f.aboutSyntax(text)
	case ConfigUnknown:
		f.aboutUnknown(text)
	case Unresolved, Refused, TimedOut, LoginDenied, Forbidden, Untrusted, Unavailable, Rejected, Absent:
		f.aboutHost(text)
	default:
	}
	return f
}

// byPeer matches words about what another program sent.
var byPeer = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:server|client|peer|worker|node|master)s? (?:has )?sent\b|` +
		`^received (?:an? )?(?:unknown|invalid|unexpected|bad|unsupported)\b|\b(?:reply|handshake|packet|frame|datagram)\b`)
})

// renamed replaces an operand that is only the word for a kind of thing by the name behind it: "unknown output format: wide".
func (f *Finding) renamed(text string) {
	if f.Operand.Quoted || !kindWords[strings.ToLower(f.Operand.Text)] {
		return
	}
	switch f.Kind {
	case ConfigUnknown, PluginMissing, OptionBad:
	default:
		return
	}
	before, behind, _ := strings.Cut(text, f.Operand.Text)
	if strings.HasSuffix(before, ": ") {
		return // it is the name itself
	}
	m := namedBehind().FindStringSubmatch(behind)
	if m == nil {
		f.Operand = Operand{}
		return
	}
	f.Operand.Text = m[1]
	f.Operand.Quoted = strings.ContainsAny(m[0], "\"'`<")
}

// kindWords are words for the kind of what the next word names.
var kindWords = set("format mode option reply syntax name tag type port argument section separator command keyword number")

// namedBehind matches a name behind such a word.
var namedBehind = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("^:? (?:name )?[\"'`<]?([\\w./-]+)(?:[\"'`>]|$)")
})

// fileWords are words for what programs open and read.
var fileWords = set("file files directory directories folder folders path paths dir dirs disk")

// ofFiles reports whether a text names a path that is not the place of what it reports, or has a word for a file.
func ofFiles(text string) bool {
	names := slices.ContainsFunc(paths(text), func(p path) bool { return !p.place })
	return names || slices.ContainsFunc(strings.Fields(strings.ToLower(text)), func(word string) bool {
		return fileWords[strings.Trim(word, "\"'`.,;:!()[]")]
	})
}

// takeOperand takes the operand of another match of the same kind if f has none, or none in
// quotes: what a program quotes is what it was given.
func (f *Finding) takeOperand(found []match) {
	for _, other := range found {
		if other.entry.Tier < f.Entry.Tier && f.Kind.ofFile() {
			continue // it is about the file in which this one is named
		}
		if other.entry.Kind == f.Kind && (f.Operand.Text == "" || (!f.Operand.Quoted && other.operand.Quoted)) {
			f.Operand = other.operand
		}
	}
	if strings.IndexFunc(f.Operand.Text, func(r rune) bool { return r > 127 || wordByte(byte(r)) }) < 0 {
		f.Operand = Operand{} // a mere mark
	}
}

// ofData are the entries of the languages of data: what they report is in no code, though the code of the parser
// may be named.
var ofData = set("yaml json toml hcl xml")

// aboutSyntax corrects a syntax error: one in a script is a fault of the program's own code.
func (f *Finding) aboutSyntax(text string) {
	if f.Place.File == "" && inScript(text) && !ofData[f.Entry.Name] {
		f.Kind = Fault // its own code cannot be compiled
	}
	if f.Operand.Type == OperandFile && !f.Operand.Quoted && !strings.ContainsAny(f.Operand.Text, "/\\.") {
		f.Operand = Operand{} // a word of the sentence
	}
}

// unnamed drops an operand that is only a word of the sentence: "the variable must be at least 12 characters".
func (f *Finding) unnamed() {
	word := strings.ToLower(f.Operand.Text)
	if !f.Operand.Quoted && ((f.Kind == ConfigValue && typeWords[word]) || (f.Kind == SettingMissing && titleWords[word])) {
		f.Operand = Operand{}
	}
}

// typeWords are words of messages about values that name neither a value nor a setting.
var typeWords = set("value values string integer int number float boolean bool type argument setting option parameter it this null nil " +
	"map list array name field variable key")

// unfielded returns the text of an operand without the name of the field that stands right before it: "error=APP_URL" in
// a structured line, "host=db" in a connection string.
func unfielded(text string) string {
	name, value, found := strings.Cut(text, "=")
	if found && (reasonFields[name] || messageFields[name] || name == "host") && value != "" {
		return value
	}
	return text
}

// titleWords are words of messages about settings that say what something is, and do not name it.
var titleWords = set("value values setting settings option options parameter parameters variable variables field fields key keys file " +
	"files it this environment property properties argument arguments")

// aboutFile finds the file that the operation was about. What the pattern caught
// is one only if it looks like a path, or if the message has no other.
func (f *Finding) aboutFile(text string, m *match) {
	if f.Operand.Type == OperandFile {
		f.Operand.Text = strings.TrimPrefix(f.Operand.Text, "file:")
	}
	if f.Operand.Type == OperandFile && (strings.ContainsAny(f.Operand.Text, "/\\") || hasEnding(f.Operand.Text, dataEndings) ||
		hasEnding(f.Operand.Text, configEndings)) {
		if f.Operand.Text == f.Place.File {
			f.Operand = Operand{}
		}
		return
	}
	if !f.Operand.Quoted {
		f.Operand = Operand{}
	}
	if file := fileOperand(text, m.from, m.to); file != "" && file != f.Place.File {
		f.Operand = Operand{Type: OperandFile, Text: file}
	}
}

// aboutUnknown drops a word that a sentence begins with behind a plural, as in "invalid settings: pools overlap".
func (f *Finding) aboutUnknown(text string) {
	if complaints[strings.ToLower(f.Operand.Text)] && !f.Operand.Quoted { // "invalid key: illegal base64 data"
		f.Operand = Operand{}
		f.Kind = ConfigValue
		return
	}
	before, after, _ := strings.Cut(text, f.Operand.Text)
	if f.Operand.Quoted || f.Operand.Text == "" || !strings.HasSuffix(before, "s: ") {
		return
	}
	if word, _, _ := strings.Cut(strings.TrimPrefix(after, " "), " "); strings.HasPrefix(after, " ") && !notNames[word] {
		f.Operand = Operand{}
	}
}

// aboutHost takes an operand that is a mere word of the language for none.
func (f *Finding) aboutHost(text string) {
	if f.Operand.Type != OperandHost {
		return
	}
	host, _, _ := strings.Cut(strings.ToLower(f.Operand.Text), ":")
	if f.Operand.Quoted || (!notHosts[host] && !titles[host]) {
		return
	}
	f.Operand = Operand{}
	if refs := Hosts(text); len(refs) > 0 {
		f.Operand = Operand{Type: OperandHost, Text: refs[0].Host}
	}
}
