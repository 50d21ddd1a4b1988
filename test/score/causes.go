package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

// labels are what people say of a case of the corpus: case.yaml.
type labels struct {
	ID         string   `json:"id"`
	Namespace  string   `json:"namespace"`
	Category   string   `json:"category"`
	Acceptable []string `json:"acceptable"`
	Culprit    *place   `json:"culprit"`
	Mention    []string `json:"must_mention"`
	Not        []string `json:"must_not"`
	Also       []struct {
		Culprit    place    `json:"culprit"`
		Category   string   `json:"category"`
		Acceptable []string `json:"acceptable"`
	} `json:"also"`
	Snapshots []struct {
		Dir      string `json:"dir"`
		Expected string `json:"expected"`
		Any      bool   `json:"any"` // at the edge: every answer is right
	} `json:"snapshots"`
}

// place names a container of a workload.
type place struct {
	Name      string `json:"name"`
	Container string `json:"container"`
}

// outcome is how a verdict compares with its label.
type outcome string

const (
	right    outcome = "right"
	cautious outcome = "cautious" // undetermined, where a cause was expected
	missed   outcome = "missed"   // no item for the culprit
	wrong    outcome = "wrong"    // another cause, or a healthy thing, is asserted
)

// causes prints how the verdicts of the command fare on the labelled cases:
// those that were there when the rules were written, and those made later.
func causes(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("causes", flag.ContinueOnError)
	flags.SetOutput(out)
	dir := flags.String("testdata", "testdata", "folder of the recordings")
	verbose := flags.Bool("v", false, "print every verdict")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for _, set := range []string{"corpus", "unseen"} {
		t := newTally(out, *verbose)
		t.say("== %s", set)
		if err := t.judgeAll(filepath.Join(*dir, set)); err != nil {
			return err
		}
		if err := t.print(); err != nil {
			return err
		}
	}
	return nil
}

// judgeAll judges every snapshot of the cases in a folder.
func (t *tally) judgeAll(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*", "case.yaml"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("find cases in %s: %w", dir, cmp.Or(err, os.ErrNotExist))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var c labels
		if err := yaml.Unmarshal(text, &c); err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
		for n := range c.Snapshots {
			items, err := diagnosed(filepath.Join(filepath.Dir(file), c.Snapshots[n].Dir+".tar.gz"))
			if err != nil {
				return err
			}
			t.add(c, n, items)
		}
	}
	return nil
}

// diagnosed runs the command on one recorded snapshot.
func diagnosed(file string) ([]diagnose.Item, error) {
	var stdout, stderr bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr},
		Getenv:    func(string) string { return "" },
		Width:     func() int { return 0 },
	}
	cmd := thrash.NewCommand(env)
	cmd.SetArgs([]string{"-f", file, "-A", "-o", "json"})
	if err := cmd.ExecuteContext(context.Background()); err != nil {
		return nil, fmt.Errorf("diagnose %s: %w: %s", file, err, stderr.String())
	}
	var report struct {
		Items []diagnose.Item `json:"items"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		return nil, fmt.Errorf("diagnose %s: %w", file, err)
	}
	return report.Items, nil
}

// judge compares the items of a namespace with what is expected of a place,
// and returns the item that decided.
func judge(namespace string, want string, acceptable []string, where *place, items []diagnose.Item) (outcome, *diagnose.Item) {
	var bad []diagnose.Item
	for _, i := range items {
		if i.Namespace == namespace && i.Status != diagnose.Recovered {
			bad = append(bad, i)
		}
	}
	if want == "none" {
		if len(bad) == 0 {
			return right, nil
		}
		return wrong, &bad[0]
	}
	mine := slices.DeleteFunc(bad, func(i diagnose.Item) bool { return where != nil && !where.holds(i) })
	if len(mine) == 0 {
		return missed, nil
	}
	ok := func(i diagnose.Item) bool {
		return string(i.Cause.Category) == want || slices.Contains(acceptable, string(i.Cause.Category))
	}
	if n := slices.IndexFunc(mine, func(i diagnose.Item) bool { return !ok(i) && i.Cause.Category != diagnose.Undetermined }); n >= 0 {
		return wrong, &mine[n]
	}
	if n := slices.IndexFunc(mine, ok); n >= 0 {
		return right, &mine[n]
	}
	return cautious, &mine[0]
}

// holds reports whether an item is of that place. One whose pod is gone names
// no container.
func (p place) holds(i diagnose.Item) bool {
	name := i.Pod
	if i.Workload != nil {
		name = i.Workload.Name
	}
	return name == p.Name && (p.Container == "" || i.Container == "" || i.Container == p.Container)
}

// said is what an item asserts; cited is that and what it names.
func said(i *diagnose.Item) (said, cited string) {
	lines := []string{i.Cause.Summary}
	for _, e := range i.Cause.Evidence {
		lines = append(lines, e.Claim+" ("+e.Source+")")
	}
	said = strings.Join(lines, "\n")
	names, err := json.Marshal([]any{i.Cause.Culprit, i.LastTermination})
	if err != nil {
		return said, said
	}
	return said, said + "\n" + string(names)
}

// claims counts how many of the expressions that evidence should match it
// matches, and which of the claims that would be false it makes.
func claims(c labels, i *diagnose.Item) (unmentioned, forbidden []string) {
	said, cited := said(i)
	for _, m := range c.Mention {
		if !regexp.MustCompile("(?i)" + m).MatchString(cited) {
			unmentioned = append(unmentioned, m)
		}
	}
	for _, m := range c.Not {
		category := slices.Contains(categories, m)
		if category && string(i.Cause.Category) == m || !category && regexp.MustCompile("(?i)"+m).MatchString(said) {
			forbidden = append(forbidden, m)
		}
	}
	return unmentioned, forbidden
}

var categories = []string{
	"image-bug", "app-config", "dependency", "out-of-memory", "image-pull", "probe", "clean-exit", "node", "external-kill", "undetermined", "none",
}
