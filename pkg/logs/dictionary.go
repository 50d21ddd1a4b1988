package logs

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed vocabulary/*.txt
var files embed.FS

// order lists the vocabularies. If two entries match the same words of a
// message equally well, the one of the earlier vocabulary is taken.
var order = []string{
	"classes", "lines",
	"kernel", "syscalls", "memory", "loader", "users", "options", "tls", "network", "http", "sql", "stores", "clients", "cluster",
	"migrations", "frameworks", "settings", "config", "values", "demands", "errno", "runtimes", "faults", "refusals",
}

// dictionary is all vocabularies, by the words that find their patterns.
type dictionary struct {
	vocabularies []*vocabulary
	byWord       map[string][]form
	byStem       map[string][]form // of words with any ending, by their first letters
}

// form is a pattern with the entry that it belongs to.
type form struct {
	entry   *Entry
	rank    int // of the entry
	pattern *pattern
}

// words is the dictionary, read when the first log is analyzed. The files are
// part of the program, and the tests read them all: they cannot fail here.
var words = sync.OnceValue(func() *dictionary {
	d, err := newDictionary()
	if err != nil {
		panic(err)
	}
	return d
})

// newDictionary parses the vocabularies in their order: of two entries that match the same words,
// the earlier one counts.
func newDictionary() (*dictionary, error) {
	d := &dictionary{byWord: map[string][]form{}, byStem: map[string][]form{}}
	known := classes{}
	rank := 0
	var wrong []error
	for _, name := range order {
		text, err := files.ReadFile("vocabulary/" + name + ".txt")
		if err != nil {
			return nil, fmt.Errorf("read vocabulary %s: %w", name, err)
		}
		v, err := parseVocabulary(name, string(text), known)
		wrong = append(wrong, err)
		d.vocabularies = append(d.vocabularies, v)
		for _, e := range v.entries {
			rank++
			d.add(e, rank)
		}
	}
	return d, errors.Join(wrong...)
}

// add indexes the patterns of an entry by the words without which they cannot match, so that a
// message is compared with a few of them only.
func (d *dictionary) add(e *Entry, rank int) {
	for _, p := range e.patterns {
		for _, key := range p.keys {
			f := form{entry: e, rank: rank, pattern: p}
			if begun, ok := strings.CutSuffix(key, "*"); ok {
				d.byStem[begun] = append(d.byStem[begun], f)
			} else {
				d.byWord[key] = append(d.byWord[key], f)
			}
		}
	}
}

// match is an entry that a message matches.
type match struct {
	entry    *Entry
	rank     int
	from, to int // of the words in the message
	operand  Operand
}

// matches returns what a message matches, each pattern once.
func (d *dictionary) matches(text string) []match {
	var out []match
	var tried []*pattern
	lower := lowered(text)
	try := func(forms []form) {
		for _, f := range forms {
			if slices.Contains(tried, f.pattern) {
				continue
			}
			tried = append(tried, f.pattern)
			from, to, operand := f.pattern.match(text, lower)
			m := match{entry: f.entry, rank: f.rank, from: from, to: to, operand: operand}
			if from >= 0 && !m.namesSetting(text) {
				out = append(out, m)
			}
		}
	}
	eachWord(lower, func(word string) {
		try(d.byWord[word])
		if len(word) >= stem {
			try(d.byStem[word[:stem]])
		}
	})
	return out
}

// eachWord calls f with each word of text: letters, digits and underscores.
func eachWord(text string, f func(string)) {
	for at := 0; at < len(text); {
		if !wordByte(text[at]) {
			at++
			continue
		}
		to := at + 1
		for to < len(text) && wordByte(text[to]) {
			to++
		}
		f(text[at:to])
		at = to
	}
}

// best returns the match that says most of the message, nil if there is none: a
// stronger one before a weaker, a special one before a general, one that holds
// another before that, and else the one that ends later, for messages put the
// cause behind what it caused.
func best(found []match) *match {
	var out *match
	for i := range found {
		if m := &found[i]; m.entry.Kind.reason() && (out == nil || m.beats(out)) {
			out = m
		}
	}
	return out
}

// beats reports whether a match explains a message better than another: what it proves comes first,
// then how special its vocabulary is, then how much of the message it covers. Of two that are
// apart the later one counts: programs wrap errors from the outside in.
func (m *match) beats(other *match) bool {
	switch {
	case m.entry.Strength != other.entry.Strength:
		return m.entry.Strength > other.entry.Strength
	case m.entry.Tier != other.entry.Tier:
		return m.entry.Tier > other.entry.Tier
	case m.from == other.from && m.to == other.to:
		return m.rank < other.rank
	case m.from <= other.from && m.to >= other.to:
		return true
	case other.from <= m.from && other.to >= m.to:
		return false
	}
	return m.to > other.to
}
