package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// redactionRow is a row of testdata/redaction: a text in a place, with the
// credentials in it between ‹ and ›.
type redactionRow struct {
	place, key, text string
	line             string // as written in the file
}

// open reports whether a row belongs to the half that rules are written with.
// Of the other half only the figures are printed.
func (r redactionRow) open() bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(r.line)) // a hash never fails
	return h.Sum32()%2 == 0
}

// redaction prints the share of the credentials that pkg/redact hides, and of
// the look-alikes that it hides wrongly, for both halves of the corpus.
func redaction(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("redaction", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("testdata", "testdata", "folder of the corpus")
	seed := flags.Uint64("seed", 1, "seed of the random values")
	verbose := flags.Bool("v", false, "print each row of the open half that is wrong")
	set := flags.String("set", "*", "rows of one set alone, such as everyday")
	if err := flags.Parse(args); err != nil {
		return err
	}
	secrets, err := readRedactionSets(filepath.Join(*dir, "redaction"), "secrets", *set)
	if err != nil {
		return err
	}
	lookalikes, err := readRedactionSets(filepath.Join(*dir, "redaction"), "lookalikes", *set)
	if err != nil {
		return err
	}
	s := redactionScore{seed: *seed, out: out, verbose: *verbose}
	s.score(secrets, lookalikes)
	return s.print()
}

// readRedactionSets reads the rows of the files of one kind: secrets_mixed.txt,
// secrets_everyday.txt. The set is the part of the name after the kind, or a pattern.
func readRedactionSets(dir, kind, set string) ([]redactionRow, error) {
	paths, err := filepath.Glob(filepath.Join(dir, kind+"_"+set+".txt"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("read %s: no file %s_%s.txt", dir, kind, set)
	}
	var rows []redactionRow
	for _, path := range paths {
		more, err := readRedactionRows(path)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// readRedactionRows reads the rows of a file, which are "place ¦ key ¦ text".
func readRedactionRows(path string) ([]redactionRow, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []redactionRow
	in := bufio.NewScanner(f)
	for in.Scan() {
		if in.Text() == "" || in.Text()[0] == '#' {
			continue
		}
		parts := strings.SplitN(in.Text(), " ¦ ", 3)
		if len(parts) != 3 {
			return nil, fmt.Errorf("%s: want place ¦ key ¦ text: %s", path, in.Text())
		}
		rows = append(rows, redactionRow{place: parts[0], key: parts[1], text: parts[2], line: in.Text()})
	}
	return rows, in.Err()
}

// redactionTally counts rows of one place in one half.
type redactionTally struct {
	secrets    int
	leaked     int // secrets of which something is shown
	blurred    int // secrets that are hidden, and words around them too
	lookalikes int
	alarms     int // lookalikes of which something is hidden
}

// add adds the counts of another place, for the row of all places.
func (t *redactionTally) add(o redactionTally) {
	t.secrets += o.secrets
	t.leaked += o.leaked
	t.blurred += o.blurred
	t.lookalikes += o.lookalikes
	t.alarms += o.alarms
}

// redactionScore counts by half and place.
type redactionScore struct {
	seed    uint64
	out     io.Writer
	verbose bool
	tallies map[bool]map[string]*redactionTally // by half (open is true) and place
}

// tally returns the counts that a row belongs to.
func (s *redactionScore) tally(r redactionRow) *redactionTally {
	if s.tallies == nil {
		s.tallies = map[bool]map[string]*redactionTally{true: {}, false: {}}
	}
	of := s.tallies[r.open()]
	if of[r.place] == nil {
		of[r.place] = &redactionTally{}
	}
	return of[r.place]
}

// score counts all rows.
func (s *redactionScore) score(secrets, lookalikes []redactionRow) {
	for _, r := range secrets {
		s.secret(r)
	}
	for _, r := range lookalikes {
		s.lookalike(r)
	}
}

// secret counts a row with a credential. One that leaks is not counted as hiding more too.
func (s *redactionScore) secret(r redactionRow) {
	t := s.tally(r)
	t.secrets++
	given := r.expand(s.seed)
	shown := given.redacted()
	if given.leaks(shown) {
		t.leaked++
		s.explain(r, "leaked", given, shown)
	} else if !given.keepsContext(shown) {
		t.blurred++
		s.explain(r, "hides more", given, shown)
	}
}

// lookalike counts a row that has no credential: nothing of it may be hidden.
func (s *redactionScore) lookalike(r redactionRow) {
	t := s.tally(r)
	t.lookalikes++
	given := r.expand(s.seed)
	if shown := given.redacted(); !slices.Equal(shown, given.words) {
		t.alarms++
		s.explain(r, "false alarm", given, shown)
	}
}

// explain prints a row that is wrong, if it belongs to the open half: nobody is to see the kept one.
func (s *redactionScore) explain(r redactionRow, what string, given redactionText, shown []string) {
	if s.verbose && r.open() {
		fmt.Fprintf(s.out, "%s: %s %s\n  given %s\n  shown %s\n", what, r.place, r.key, quoteWords(given.words), quoteWords(shown))
	}
}

// quoteWords returns words as JSON, with <, > and & as they are.
func quoteWords(words []string) string {
	data, _ := json.Marshal(words) // strings always encode
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(data))
}

// print prints a table with the halves apart: the open one was seen while rules were written, and shows
// only what is left.
func (s *redactionScore) print() error {
	fmt.Fprintln(s.out, "| half | place | credentials | hidden | more hidden than the credential | look-alikes | hidden wrongly |")
	fmt.Fprintln(s.out, "|---|---|---|---|---|---|---|")
	for _, open := range []bool{true, false} {
		half := map[bool]string{true: "open", false: "kept"}[open]
		var all redactionTally
		for _, place := range slices.Sorted(maps.Keys(s.tallies[open])) {
			t := *s.tallies[open][place]
			all.add(t)
			s.row(half, place, t)
		}
		s.row(half, "all", all)
	}
	return nil
}

// row prints the counts of one place.
func (s *redactionScore) row(half, place string, t redactionTally) {
	fmt.Fprintf(s.out, "| %s | %s | %d | %s | %s | %d | %s |\n", half, place, t.secrets,
		share(t.secrets-t.leaked, t.secrets), share(t.blurred, t.secrets), t.lookalikes, share(t.alarms, t.lookalikes))
}

// redacted returns the words as the plugins show them in their place.
func (t redactionText) redacted() []string {
	switch t.place {
	case "arg":
		shown, _ := redact.Args(t.words)
		return shown
	case "env", "cm", "ann", "label", "field", "header":
		shown, _ := redact.Value(t.key, t.words[0])
		return []string{shown}
	}
	shown, _ := redact.Text(t.words[0])
	return []string{shown}
}
