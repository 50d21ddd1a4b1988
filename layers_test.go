// Package thrashkit_test holds the tree to its design: data goes one way, from
// load over pure functions to view, and the binaries stay small.
package thrashkit_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/thrashkit/thrashkit/"

// may says which packages of the module each one may import. What is not named
// here is a new idea: name it, and say what it stands on.
var may = map[string]string{
	"pkg/snapshot":   "",
	"pkg/redact":     "pkg/snapshot pkg/wording",
	"pkg/command":    "",
	"pkg/logs":       "pkg/wording",
	"pkg/wording":    "",
	"pkg/owners":     "pkg/snapshot",
	"pkg/pod":        "",
	"pkg/rollout":    "pkg/snapshot pkg/owners pkg/command pkg/pod pkg/wording",
	"pkg/backoff":    "pkg/snapshot pkg/pod pkg/wording",
	"pkg/diagnose":   "pkg/snapshot pkg/logs pkg/owners pkg/pod pkg/rollout pkg/backoff pkg/redact pkg/command pkg/wording",
	"pkg/fielddoc":   "pkg/snapshot",
	"pkg/provenance": "pkg/snapshot pkg/fielddoc",
	"pkg/yamltext":   "",
	"pkg/annotate":   "pkg/snapshot pkg/fielddoc pkg/provenance pkg/redact pkg/yamltext",
	"pkg/layout":     "pkg/yamltext pkg/annotate pkg/view",
	"pkg/view":       "pkg/snapshot pkg/wording",
	"pkg/memory":     "",
	"pkg/bundle":     "pkg/snapshot pkg/memory",
	"pkg/cluster":    "pkg/snapshot pkg/wording",
	"pkg/gather":     "pkg/snapshot pkg/owners pkg/diagnose",
	"pkg/cli":        "pkg/command pkg/snapshot pkg/redact pkg/bundle pkg/cluster pkg/view pkg/wording",

	"plugins/rsmap":         "pkg/cli pkg/command pkg/gather pkg/snapshot pkg/owners pkg/rollout pkg/diagnose pkg/redact pkg/view pkg/wording",
	"plugins/thrash":        "pkg/cli pkg/command pkg/gather pkg/snapshot pkg/owners pkg/pod pkg/rollout pkg/backoff pkg/diagnose pkg/redact pkg/view pkg/wording",
	"plugins/explainfields": "pkg/cli pkg/command pkg/bundle pkg/cluster pkg/memory pkg/snapshot pkg/fielddoc pkg/provenance pkg/yamltext pkg/annotate pkg/layout pkg/redact pkg/view pkg/wording",

	"cmd/kubectl-rsmap":         "pkg/cli plugins/rsmap",
	"cmd/kubectl-thrash":        "pkg/cli plugins/thrash",
	"cmd/kubectl-explainfields": "pkg/cli plugins/explainfields",
}

// pure packages are functions of their arguments: no client, flag, writer or context.
var pure = strings.Fields("pkg/snapshot pkg/logs pkg/redact pkg/command pkg/wording pkg/owners pkg/pod pkg/rollout pkg/backoff pkg/diagnose pkg/fielddoc pkg/provenance pkg/yamltext pkg/annotate")

// allowed says which packages may import what the others may not. A path ends
// in "/" where everything below it is meant too.
var allowed = []struct{ path, to, but string }{
	{path: "github.com/olekukonko/tablewriter/", to: "pkg/view"},
	{path: "github.com/spf13/", to: "pkg/cli plugins/"},
	{path: "k8s.io/cli-runtime/", to: "pkg/cli pkg/cluster"},
	{path: "k8s.io/client-go/", to: "pkg/cli pkg/cluster", but: "pkg/fielddoc k8s.io/client-go/kubernetes/scheme, pkg/view k8s.io/client-go/util/jsonpath"},
	{path: "net/http/", to: "pkg/cluster pkg/bundle"},
	{path: "os/", to: "pkg/cli pkg/bundle pkg/memory cmd/"},
	{path: "text/template/"},
	{path: "html/template/"},
	{path: "gopkg.in/yaml.v3/"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

// name returns the path of a package inside the module.
func (l listed) name() string { return strings.TrimPrefix(l.ImportPath, module) }

// list returns the packages that make up the plugins, with what they import
// outside their tests.
func list(t *testing.T) []listed {
	t.Helper()
	out := run(t, "list", "-json=ImportPath,Imports", "./pkg/...", "./plugins/...", "./cmd/...")
	var all []listed
	for in := json.NewDecoder(strings.NewReader(out)); ; {
		var l listed
		if err := in.Decode(&l); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(l.ImportPath, "/internal/") { // generators, which no package imports
			all = append(all, l)
		}
	}
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

func TestDataGoesOneWay(t *testing.T) {
	all := list(t)
	for _, l := range all {
		ours, known := may[l.name()]
		if !known {
			t.Errorf("%s has no place in the layers", l.name())
		}
		for _, path := range l.Imports {
			if name, own := strings.CutPrefix(path, module); own && !strings.Contains(name, "/internal/") && !slices.Contains(strings.Fields(ours), name) {
				t.Errorf("%s imports %s", l.name(), name)
			}
		}
	}
	if len(all) != len(may) {
		t.Errorf("%d packages are there, the layers name %d", len(all), len(may))
	}
}

func TestImportsStayInTheirLayer(t *testing.T) {
	for _, l := range list(t) {
		for _, path := range l.Imports {
			if slices.Contains(pure, l.name()) && slices.Contains([]string{"context", "flag"}, path) {
				t.Errorf("%s is pure and imports %s", l.name(), path)
			}
			for _, rule := range allowed {
				if !strings.HasPrefix(path+"/", rule.path) || among(rule.to, l.name()) || strings.Contains(rule.but+",", l.name()+" "+path+",") {
					continue
				}
				t.Errorf("%s imports %s, which is for: %s", l.name(), path, cmp.Or(rule.to, "nobody"))
			}
		}
	}
}

// among reports whether name is one of the words of list, or below one that
// ends in a slash.
func among(list, name string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(word string) bool {
		return word == name || (strings.HasSuffix(word, "/") && strings.HasPrefix(name, word))
	})
}

// TestNoTemplatesAreLinked looks at the symbols of the binaries: cobra imports
// text/template, but its code is linked only where something can reach it, and
// then reflection keeps every exported method alive: 10 MB a binary.
func TestNoTemplatesAreLinked(t *testing.T) {
	if testing.Short() {
		t.Skip("links three binaries")
	}
	dir := t.TempDir()
	run(t, "build", "-ldflags=-w", "-o", dir+string(filepath.Separator), "./cmd/...") // nm needs no DWARF
	binaries, err := os.ReadDir(dir)
	if err != nil || len(binaries) != 3 {
		t.Fatalf("built %v, %v", binaries, err)
	}
	for _, b := range binaries {
		symbols := run(t, "tool", "nm", filepath.Join(dir, b.Name()))
		if !strings.Contains(symbols, "github.com/spf13/cobra.(*Command).Execute") {
			t.Fatalf("%s: the symbols do not show what is linked", b.Name())
		}
		for _, reached := range []string{"text/template.(*state).walk", "html/template.(*Template)"} {
			if strings.Contains(symbols, " "+reached) {
				t.Errorf("%s links %s", b.Name(), reached)
			}
		}
	}
}
