package main

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// sets are the folders of labelled cases in testdata, in the order of the tables.
var sets = []string{"corpus", "unseen", "programs", "harvest", "incidents", "sources"}

// half is the part of a set that a case belongs to: rules may be written with
// the open half in view, the kept half only measures them.
type half string

const (
	halfOpen half = "open"
	halfKept half = "kept"
)

// halfOf returns the half of a case by the first byte of the SHA-256 of its
// name: even is open, odd is kept. A name never changes its half.
func halfOf(name string) half {
	if sha256.Sum256([]byte(name))[0]%2 == 0 {
		return halfOpen
	}
	return halfKept
}

// labels are what is known of a case from how it was made: case.yaml.
type labels struct {
	ID         string   `json:"id"`
	Namespace  string   `json:"namespace"`
	Category   string   `json:"category"`
	Acceptable []string `json:"acceptable"`   // other categories that are right too
	Culprit    *place   `json:"culprit"`      // nil: any container of the namespace
	Mention    []string `json:"must_mention"` // expressions, each of which the verdict must match
	Not        []string `json:"must_not"`     // categories, or expressions that the verdict must not match
	Also       []struct {
		Culprit    place    `json:"culprit"`
		Category   string   `json:"category"`
		Acceptable []string `json:"acceptable"`
	} `json:"also"`
	Snapshots []shot `json:"snapshots"`

	dir   string   // the folder of the case
	false []string // expressions of sentences that are false for this case, from false-sentences.tsv
}

// shot is one snapshot of a case.
type shot struct {
	Dir      string `json:"dir"`      // the snapshot's file, below the case's folder, without its ending
	Expected string `json:"expected"` // the category, at this time
	Any      bool   `json:"any"`      // at the edge: every answer is right
}

// place names a container of a workload.
type place struct {
	Name      string `json:"name"`
	Container string `json:"container"`
}

// readSet returns the cases of a folder by name. A folder that does not exist has none.
func readSet(dir string) ([]labels, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "case.yaml"))
	if err != nil {
		return nil, err
	}
	falsehoods, err := readFalsehoods(filepath.Join(dir, "false-sentences.tsv"))
	if err != nil {
		return nil, err
	}
	cases := make([]labels, 0, len(files))
	for _, file := range files {
		c, err := readLabels(file)
		if err != nil {
			return nil, err
		}
		c.false = falsehoods[unnumbered(c.ID)]
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// readLabels reads a case.yaml.
func readLabels(file string) (labels, error) {
	c := labels{dir: filepath.Dir(file)}
	text, err := os.ReadFile(file)
	if err != nil {
		return c, err
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("read %s: %w", file, err)
	}
	return c, nil
}

// check returns an error if the labels cannot be compared with a verdict.
func (c labels) check() error {
	if c.ID != filepath.Base(c.dir) {
		return fmt.Errorf("the id is %q, the folder %q", c.ID, filepath.Base(c.dir))
	}
	if c.Namespace == "" || len(c.Snapshots) == 0 {
		return errors.New("namespace and snapshots are required")
	}
	for _, name := range c.categories() {
		if !slices.Contains(categories, name) {
			return fmt.Errorf("unknown category %q", name)
		}
	}
	for _, expr := range slices.Concat(c.Mention, c.Not, c.false) {
		if _, err := regexp.Compile(expr); err != nil {
			return err
		}
	}
	return nil
}

// categories returns each category that the labels name. One that is misspelt would
// count every verdict as wrong.
func (c labels) categories() []string {
	var names []string
	for _, s := range c.Snapshots {
		names = append(names, s.Expected)
	}
	return append(append(names, c.Category), c.Acceptable...)
}

// snapshotFile returns the file of a snapshot: a txtar or a .tar.gz.
func (c labels) snapshotFile(n int) string {
	base := filepath.Join(c.dir, c.Snapshots[n].Dir)
	if _, err := os.Stat(base + ".txtar"); err == nil {
		return base + ".txtar"
	}
	return base + ".tar.gz"
}

// readFalsehoods returns, by the name of the case without its number, the
// expressions of sentences that are known to be false there.
func readFalsehoods(file string) (map[string][]string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(line, "\t") // the first names the case, the third is the expression
		if len(columns) != 4 {
			return nil, fmt.Errorf("read %s: %q has %d columns, not 4", file, line, len(columns))
		}
		out[columns[0]] = append(out[columns[0]], columns[2])
	}
	return out, nil
}

// unnumbered cuts the number of a case: p081-unbound-no-user is unbound-no-user.
func unnumbered(id string) string {
	_, name, _ := strings.Cut(id, "-")
	return cmp.Or(name, id)
}

// categories are the causes that a label may name: those of the reports, and "none"
// for a snapshot in which nothing is unhealthy.
var categories = []string{
	"image-bug", "app-config", "dependency", "out-of-memory", "image-pull", "probe", "clean-exit", "node", "external-kill",
	"undetermined", "none",
}
