package rsmap_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/test/bubble"
)

// fleet is a kubeconfig with three clusters that answer, one that takes the
// request and never answers, and one that refuses the connection.
type fleet struct {
	args      []string // to read it
	network   bubble.Network
	answering map[string]*server
}

// newFleet starts the servers of a fleet in a bubble.
func newFleet(t *testing.T) fleet {
	t.Helper()
	f := fleet{network: bubble.Network{}, answering: map[string]*server{}}
	for _, name := range []string{"prod-eu", "prod-us", "test"} {
		f.answering[name] = recorded(t)
		f.network.Serve(t, name+":80", f.answering[name])
	}
	f.network.Serve(t, "prod-hangs:80", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	servers := map[string]string{}
	for _, name := range []string{"prod-eu", "prod-us", "test", "prod-hangs", "prod-refuses"} {
		servers[name] = "http://" + name
	}
	f.args = []string{"--kubeconfig", kubeconfig(t, servers), "--request-timeout", "4s", "--cache-dir", t.TempDir(), "-n", "shop"}
	return f
}

// run runs the command on the fleet.
func (f fleet) run(t *testing.T, args ...string) (out, errOut string, err error) {
	t.Helper()
	return runOn(t, f.network.Dial, append(slices.Clone(f.args), args...)...)
}

func kubeconfig(t *testing.T, servers map[string]string) string {
	t.Helper()
	var clusters, contexts strings.Builder
	for name, url := range servers {
		fmt.Fprintf(&clusters, "- {name: %s, cluster: {server: %q}}\n", name, url)
		fmt.Fprintf(&contexts, "- {name: %s, context: {cluster: %s, user: me}}\n", name, name)
	}
	path := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\nclusters:\n" + clusters.String() + "contexts:\n" + contexts.String() + "users: [{name: me, user: {}}]\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Clusters that answer are shown worst first in one list; the others are gaps,
// and cost no more than the time limit of one request.
func TestFleet(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		began := time.Now()
		out, errOut, err := newFleet(t).run(t, "--all-contexts")
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 6*time.Second {
			t.Errorf("took %s: contexts were not read in parallel", took)
		}
		lines := strings.Split(out, "\n")
		head := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "CONTEXT   NAME") })
		if head < 0 {
			t.Fatalf("no list:\n%s", out)
		}
		var phases, contexts []string
		for _, line := range lines[head+1:] {
			if words := strings.Fields(line); len(words) > 2 {
				contexts = append(contexts, words[0])
				phases = append(phases, words[2])
			}
		}
		for _, name := range []string{"prod-eu", "prod-us", "test"} {
			if !slices.Contains(contexts, name) {
				t.Errorf("no %s in\n%s", name, out)
			}
		}
		order := []string{"Failed", "Stalled", "Degraded", "Progressing", "Paused", "Complete", "ScaledToZero"}
		if !slices.IsSortedFunc(phases, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) }) {
			t.Errorf("not worst first: %v", phases)
		}
		for _, want := range []string{
			"warning: cluster prod-hangs not read: no answer within 4s; nothing is known about it\n",
			"warning: cluster prod-refuses not read: ",
		} {
			if !strings.Contains(errOut, want) {
				t.Errorf("no %q in\n%s", want, errOut)
			}
		}
		if !strings.Contains(errOut, "refused") {
			t.Errorf("no reason of the refusal in %s", errOut)
		}
	})
}

// Patterns choose contexts; JSON items and gaps name theirs.
func TestFleetJSON(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		out, _, err := newFleet(t).run(t, "--contexts", "prod-*", "-o", "json")
		if err != nil {
			t.Fatal(err)
		}
		var report struct {
			Source struct {
				Contexts []struct{ Name, ObservedAt string }
			}
			Gaps   []struct{ Resource, Context string }
			Common []struct {
				Summary  string
				Contexts []string
			}
			Items []struct{ Context string }
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range report.Source.Contexts {
			names = append(names, c.Name)
			if read := c.Name == "prod-eu" || c.Name == "prod-us"; read != (c.ObservedAt != "") {
				t.Errorf("%s observed at %q", c.Name, c.ObservedAt)
			}
		}
		if want := []string{"prod-eu", "prod-hangs", "prod-refuses", "prod-us"}; !slices.Equal(names, want) {
			t.Errorf("contexts %v, want %v", names, want)
		}
		gaps := map[string][]string{}
		for _, g := range report.Gaps {
			gaps[g.Context] = append(gaps[g.Context], g.Resource)
		}
		for _, name := range names {
			if unread := slices.Contains(gaps[name], "cluster"); unread != (name == "prod-hangs" || name == "prod-refuses") {
				t.Errorf("gaps of %s: %v", name, gaps[name])
			}
		}
		if len(gaps[""]) > 0 || len(report.Items) == 0 {
			t.Errorf("gaps %v of no context; %d items", gaps[""], len(report.Items))
		}
		for _, item := range report.Items {
			if item.Context != "prod-eu" && item.Context != "prod-us" {
				t.Errorf("item of context %q", item.Context)
			}
		}
		if len(report.Common) == 0 || !slices.Equal(report.Common[0].Contexts, []string{"prod-eu", "prod-us"}) {
			t.Errorf("common %v", report.Common)
		}
		for _, c := range report.Common {
			if !strings.Contains(c.Summary, " in 2 of 2 contexts (prod-eu, prod-us)") || !strings.HasSuffix(c.Summary, "; 2 could not be read") {
				t.Errorf("claimed of contexts that were not read: %s", c.Summary)
			}
		}
	})
}

func TestFleetExitCodes(t *testing.T) {
	bubble.Run(t, func(t *testing.T) {
		f := newFleet(t)
		for _, test := range []struct {
			args string
			code int
			says string
		}{
			{"--contexts prod-* --fail-on unreachable", cli.ExitFound, ""},
			{"--contexts prod-eu,test --fail-on unreachable", cli.ExitDone, ""},
			{"--contexts test --fail-on stalled", cli.ExitFound, ""},
			{"--contexts prod-refuses", cli.ExitFailed, "no context could be read; cluster prod-refuses: "},
			{"--contexts prod-refuses --fail-on unreachable", cli.ExitFound, "no context could be read"},
			{"--contexts prod-mars", cli.ExitMisused, `--contexts "prod-mars": the kubeconfig has no such context; it has prod-eu, prod-hangs, `},
			{"--contexts test --all-contexts", cli.ExitMisused, "give one of them"},
			{"--contexts test --context prod-eu", cli.ExitMisused, "--context is for one cluster"},
			{"--contexts test --token secret", cli.ExitMisused, "--token is for one cluster"},
			{"--contexts prod-eu,test web --until complete", cli.ExitDone, ""},
			{"--contexts prod-eu,test api --until complete", cli.ExitFound, "prod-eu deployment/api is Stalled: "},
			{"--contexts prod-eu,test nobody --until complete", cli.ExitFailed, `deployments.apps "nobody" not found`},
			{"--contexts prod-eu,test -l app=nobody --until complete", cli.ExitFailed, "wait until complete: no workload was found"},
			{"--contexts prod-eu,prod-hangs web --until complete --timeout 8s", cli.ExitTimeout, ": prod-hangs was not read (no answer within 4s)"},
			{"--contexts prod-eu,prod-refuses web --until complete --fail-on unreachable", cli.ExitFound, "prod-refuses could not be read: "},
			{"--contexts prod-refuses web --until complete", cli.ExitFailed, "no context could be read; cluster prod-refuses: "},
			{"--contexts test web --diff", cli.ExitMisused, "--diff shows one cluster"},
			{"--contexts test,prod-eu nobody", cli.ExitFailed, `deployments.apps "nobody" not found`},
		} {
			_, _, err := f.run(t, strings.Fields(test.args)...)
			code := cli.ExitDone
			says := ""
			if err != nil {
				code = cli.ExitFailed
				says = err.Error()
			}
			if exit, ok := errors.AsType[*cli.ExitError](err); ok {
				code = exit.Code
			}
			if code != test.code || !strings.Contains(says, test.says) {
				t.Errorf("%s: exit code %d, %q; want %d, %q", test.args, code, says, test.code, test.says)
			}
		}
	})
}
