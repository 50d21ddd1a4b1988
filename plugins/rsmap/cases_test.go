package rsmap_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/yaml"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/plugins/rsmap"
)

// situation is a recorded state of a cluster, what is true of it, and what the
// output must and must not contain, in the list, by name and as JSON.
type situation struct {
	At      string            `json:"at"`
	Name    string            `json:"name"`   // the workload; empty: only the list is read
	Phases  map[string]string `json:"phases"` // by TYPE/NAME; empty: unknown
	Must    []string          `json:"must"`
	MustNot []string          `json:"mustNot"`
	FailOn  map[string]int    `json:"failOn"` // exit codes by the value of --fail-on
}

// TestCases holds the command against rebuilt bug reports and test data of other
// projects: testdata/cases has for each the objects and what is true of them.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*/case.yaml")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c situation
			if err := yaml.UnmarshalStrict(data, &c); err != nil {
				t.Fatal(err)
			}
			c.check(t, filepath.Join(filepath.Dir(file), "objects.yaml"))
		})
	}
}

func (c situation) check(t *testing.T, objects string) {
	t.Helper()
	args := []string{"-f", objects, "--at", c.At}
	list, code := onFiles(t, args...)
	if code != 0 {
		t.Errorf("exit code %d:\n%s", code, list)
	}
	text := list
	if c.Name != "" {
		tree, code := onFiles(t, append(args, c.Name)...)
		if code != 0 {
			t.Errorf("exit code %d:\n%s", code, tree)
		}
		text += tree
	}
	for _, words := range c.Must {
		if !strings.Contains(text, words) {
			t.Errorf("does not contain %q:\n%s", words, text)
		}
	}
	for _, words := range c.MustNot {
		if strings.Contains(text, words) {
			t.Errorf("contains %q:\n%s", words, text)
		}
	}
	c.checkPhases(t, args)
	for findings, want := range c.FailOn {
		if out, code := onFiles(t, append(args, "--fail-on", findings)...); code != want {
			t.Errorf("--fail-on %s: exit code %d, want %d:\n%s", findings, code, want, out)
		}
	}
}

func (c situation) checkPhases(t *testing.T, args []string) {
	t.Helper()
	var report struct {
		Items []struct {
			Workload struct{ Kind, Name string }
			Phase    string
		}
	}
	out, _ := onFilesOut(t, append(args, "-o", "json")...)
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, item := range report.Items {
		got[strings.ToLower(item.Workload.Kind)+"/"+item.Workload.Name] = item.Phase
	}
	for name, want := range c.Phases {
		if phase, listed := got[name]; phase != want || !listed {
			t.Errorf("%s is %q (listed: %v), want %q", name, phase, listed, want)
		}
	}
	if len(got) != len(c.Phases) {
		t.Errorf("lists %v, want %v", got, c.Phases)
	}
}

// onFiles runs the command without a cluster, and returns all that it wrote and
// its exit code.
func onFiles(t *testing.T, args ...string) (text string, code int) {
	t.Helper()
	out, errOut, code := runOnFiles(t, args...)
	return out + errOut, code
}

func onFilesOut(t *testing.T, args ...string) (text string, code int) {
	t.Helper()
	out, _, code := runOnFiles(t, args...)
	return out, code
}

func runOnFiles(t *testing.T, args ...string) (out, errOut string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr},
		Now:       func() time.Time { return time.Unix(0, 0) }, Getenv: func(string) string { return "" }, Width: func() int { return 0 },
	}
	cmd := rsmap.NewCommand(env)
	cmd.SetArgs(args)
	cmd.SetOut(io.Discard)
	err := cmd.ExecuteContext(t.Context())
	if err == nil {
		return stdout.String(), stderr.String(), 0
	}
	code = 1
	if exit := (*cli.ExitError)(nil); errors.As(err, &exit) {
		code = exit.Code
	}
	return stdout.String(), stderr.String() + err.Error() + "\n", code
}
