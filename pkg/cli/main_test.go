package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// demo is the plugin of these tests: its command calls run.
type demo struct {
	flags  *Flags
	watch  WatchFlags
	run    func(ctx context.Context, env *Env, d *demo, args []string) error
	common []string // flags for the short help
}

func (d *demo) command(env *Env) *cobra.Command {
	cmd := NewCommand(env, Command{
		Name: "demo", Args: "[NAME...]", Short: "Show something", Long: "Show something at length.",
		Example: "# all of it\nkubectl demo -A",
	})
	d.flags = NewFlags()
	d.flags.Formats = []string{"dot"}
	d.flags.Findings = []string{"stalled", "failed"}
	d.flags.Add(cmd, env)
	d.watch.Add(cmd, "complete or stable", "complete", "stable")
	cmd.ValidArgsFunction = d.flags.CompleteTargets("deployments", "deploy", "sts")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := d.watch.Check(d.flags); err != nil {
			return err
		}
		if d.run == nil {
			return nil
		}
		return d.run(cmd.Context(), env, d, args)
	}
	Common(cmd, d.common...)
	return cmd
}

// result is how a run of the plugin ended.
type result struct {
	Code     int
	Out, Err string
}

func (d *demo) start(signals <-chan os.Signal, args ...string) result {
	streams, _, out, errOut := genericiooptions.NewTestIOStreams()
	env := &Env{IOStreams: streams, Now: time.Now, Getenv: func(string) string { return "" }, Width: func() int { return 0 }}
	cmd := d.command(env)
	cmd.SetArgs(args)
	code := run(env, cmd, signals)
	return result{code, out.String(), errOut.String()}
}

// returning is a plugin that ends with err.
func returning(err error) *demo {
	return &demo{run: func(context.Context, *Env, *demo, []string) error { return err }}
}

func TestErrorsUseKubectlsWords(t *testing.T) {
	const usage = "See 'kubectl demo --help' for usage.\n"
	pods := schema.GroupResource{Resource: "pods"}
	refused := &url.Error{
		Op:  "Get",
		URL: "https://10.0.0.1:6443/api/v1/pods?limit=500",
		Err: errors.New("dial tcp 10.0.0.1:6443: connect: connection refused"),
	}
	forbidden := &cluster.ReadError{
		Read: snapshot.Read{Resource: "pods"},
		Err:  apierrors.NewForbidden(pods, "", errors.New(`User "eve" cannot list`)),
	}
	for _, test := range []struct {
		name string
		err  error
		want result
	}{
		{"none", nil, result{}},
		{"any", fmt.Errorf("open web.yaml: %w", os.ErrNotExist), result{1, "", "error: open web.yaml: file does not exist\n"}},
		{"misuse", Usagef("--out %q: use json", "xml"), result{2, "", "error: --out \"xml\": use json\n" + usage}},
		{"a finding", &ExitError{Code: ExitFound, Err: errors.New("2 containers are thrashing")}, result{
			3, "",
			"error: 2 containers are thrashing\n",
		}},
		{"a silent finding", &ExitError{Code: ExitFound}, result{3, "", ""}},
		{"not found", fmt.Errorf("get pods: %w", apierrors.NewNotFound(pods, "web")), result{
			1, "",
			"Error from server (NotFound): pods \"web\" not found\n",
		}},
		{"not logged in", apierrors.NewUnauthorized("Unauthorized"), result{1, "", "error: You must be logged in to the server (Unauthorized)\n"}},
		{"forbidden, with a hint", forbidden, result{1, "", "Error from server (Forbidden): pods is forbidden: User \"eve\" cannot list\n" + forbidden.Hint() + "\n"}},
		{"refused", fmt.Errorf("list pods: %w", refused), result{1, "", "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?\n"}},
		{"unreachable", &url.Error{Op: "Get", URL: "https://k/", Err: errors.New("no such host")}, result{
			1, "",
			"Unable to connect to the server: no such host\n",
		}},
		{"a terminal's escape", errors.New("bad \x1b[31mname"), result{1, "", "error: bad name\n"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, returning(test.err).start(nil)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMisuse(t *testing.T) {
	for args, want := range map[string]string{
		"--nope":                "unknown flag: --nope",
		"-o xml":                `--output "xml": use text, wide, json, yaml, kyaml, name, jsonpath=…, custom-columns=…, html or dot`,
		"-o jsonpath":           "--output jsonpath: add the template, as in -o jsonpath='{.items[*].workload.name}'",
		"-o custom-columns=":    "--output custom-columns=: add the template, as in -o custom-columns=NAMESPACE:.namespace,NAME:.name",
		"-o json=x":             `--output "json=x": use text, wide, json, yaml, kyaml, name, jsonpath=…, custom-columns=…, html or dot`,
		"--color red":           `--color "red": use auto, always or never`,
		"--at noon":             `--at "noon": give a time such as 2006-01-02T15:04:05Z`,
		"--fail-on failed,odd":  `--fail-on "odd": use stalled or failed`,
		"--request-timeout x":   `--request-timeout "x": give a duration such as 30s; 0 for no limit`,
		"--request-timeout -1s": `--request-timeout "-1s": give a duration such as 30s; 0 for no limit`,
		"-n a,b":                `--namespace "a,b": give one namespace, or -A for all`,
		"--chunk-size -1":       "--chunk-size -1: give 0 (one page) or more",
		"--timeout 5m":          "--timeout requires --watch; use --request-timeout to limit a single request",
		"-w -f x.yaml":          "--watch cannot be used with --filename: files do not change",
		"--until soon":          `--until "soon": use complete or stable`,
		"--watch --timeout -1s": "--timeout -1s: give a duration such as 5m",
		"-A web":                "web cannot be looked up by name in all namespaces: give -n NAMESPACE instead of -A",
		"-l app=web deploy/web": "web: a name cannot be combined with --selector",
		"deploy/web api":        "either TYPE/NAME in every argument, or the TYPE once and then NAMEs: deploy/web api",
		"deploy/":               `argument "deploy/": the name is missing, as in deploy/web`,
		"/web":                  `argument "/web": give one type and one name, as in deploy/web`,
		"deploy/web/x":          `argument "deploy/web/x": a name may not contain '/'`,
		"deploy,,sts web":       `argument "deploy,,sts": a type is missing beside a comma`,
	} {
		t.Run(args, func(t *testing.T) {
			d := &demo{run: func(_ context.Context, _ *Env, d *demo, args []string) error {
				_, err := d.flags.Targets(args)
				return err
			}}
			want := result{ExitMisused, "", "error: " + want + "\nSee 'kubectl demo --help' for usage.\n"}
			if diff := cmp.Diff(want, d.start(nil, strings.Fields(args)...)); diff != "" {
				t.Error(diff)
			}
		})
	}
	got := returning(nil).start(nil, "-l", "a=b=c")
	if got.Code != ExitMisused || !strings.HasPrefix(got.Err, `error: --selector "a=b=c": `) {
		t.Errorf("a selector that does not parse: %+v", got)
	}
}

func TestAnInterruptEndsACommandAtOnce(t *testing.T) {
	for name, listens := range map[string]bool{"listening": true, "deaf": false} {
		t.Run(name, func(t *testing.T) {
			signals := make(chan os.Signal, 2)
			ended := make(chan struct{})
			d := &demo{run: func(ctx context.Context, _ *Env, _ *demo, _ []string) error {
				signals <- os.Interrupt
				if !listens {
					signals <- os.Interrupt
					<-ended
				}
				<-ctx.Done()
				return fmt.Errorf("list pods: %w", ctx.Err())
			}}
			if diff := cmp.Diff(result{Code: 130}, d.start(signals)); diff != "" {
				t.Error(diff)
			}
			close(ended)
		})
	}
	signals := make(chan os.Signal, 1)
	d := &demo{run: func(ctx context.Context, _ *Env, _ *demo, _ []string) error {
		signals <- syscall.SIGTERM
		<-ctx.Done()
		return nil
	}}
	if got := d.start(signals); got.Code != 143 {
		t.Errorf("SIGTERM: exit code %d, want 143", got.Code)
	}
}

func TestAnInterruptRestoresTheTerminalOfACommandThatIgnoresIt(t *testing.T) {
	signals := make(chan os.Signal, 1)
	ended := make(chan struct{})
	defer close(ended)
	drawn := &demo{run: func(_ context.Context, env *Env, _ *demo, _ []string) error {
		s := &screen{env: env}
		if err := s.write(enter+"view", leave); err != nil {
			return err
		}
		p := &progress{env: env}
		p.write("reading", eraseLine)
		signals <- os.Interrupt
		<-ended
		return s.write("late", "")
	}}
	if diff := cmp.Diff(result{130, enter + "view" + leave, "reading" + eraseLine}, drawn.start(signals)); diff != "" {
		t.Error(diff)
	}
}

func TestNamespaceAndSource(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	text := "{apiVersion: v1, kind: Config, current-context: here, contexts: [" +
		"{name: here, context: {cluster: a, namespace: shop}}, {name: there, context: {cluster: a, namespace: bank}}], " +
		"clusters: [{name: a, cluster: {server: 'http://10.0.0.1'}}]}"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", config)
	for args, want := range map[string]string{
		"":                  "shop *cluster.Cluster",
		"--context there":   "bank *cluster.Cluster",
		"-n mine":           "mine *cluster.Cluster",
		"-A":                " *cluster.Cluster",
		"-A -n mine":        " *cluster.Cluster",
		"-f x.yaml":         " *bundle.Files",
		"-f x.yaml -n mine": "mine *bundle.Files",
		"-f x.yaml -A":      " *bundle.Files",
	} {
		d := &demo{run: func(_ context.Context, env *Env, d *demo, _ []string) error {
			namespace, err := d.flags.Namespace()
			if err != nil {
				return err
			}
			source, err := d.flags.Source(env)
			fmt.Fprintf(env.Out, "%s %T", namespace, source)
			return err
		}}
		if diff := cmp.Diff(result{Out: want}, d.start(nil, strings.Fields(args)...)); diff != "" {
			t.Errorf("%q: %s", args, diff)
		}
	}
}

func TestTheClusterIsJudgedAsOfTheGivenTime(t *testing.T) {
	d := &demo{run: func(_ context.Context, env *Env, d *demo, _ []string) error {
		at, err := d.flags.JudgedAt()
		fmt.Fprint(env.Out, at)
		return err
	}}
	got := d.start(nil, "--at", "2026-11-23T04:04:05+01:00")
	if diff := cmp.Diff(result{Out: "2026-11-23 03:04:05 +0000 UTC"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestHelpShowsOwnFlagsOnEightyColumns(t *testing.T) {
	got := returning(errors.New("is not run")).start(nil, "--help")
	if got.Code != 0 || got.Err != "" {
		t.Fatalf("%+v", got)
	}
	for _, line := range strings.Split(got.Out, "\n") {
		if len([]rune(line)) > helpWidth || strings.TrimRight(line, " ") != line {
			t.Errorf("%d columns: %q", len([]rune(line)), line)
		}
	}
	for _, want := range []string{
		"Usage:\n  kubectl demo [NAME...] [flags]\n", "Examples:\n  # all of it\n  kubectl demo -A\n",
		"\nFlags:\n  -A, --all-namespaces ", "-n, --namespace name", "-v, --v level", "--fail-on findings", " --as-uid ", "\n      --until state",
	} {
		if !strings.Contains(got.Out, want) {
			t.Errorf("help does not say %q:\n%s", want, got.Out)
		}
	}
	for _, no := range []string{"logtostderr", "vmodule", "UID to impersonate"} {
		if strings.Contains(got.Out, no) {
			t.Errorf("help says %q", no)
		}
	}
}

func TestVersion(t *testing.T) {
	got := returning(nil).start(nil, "--version")
	if got.Code != 0 || !strings.HasPrefix(got.Out, "kubectl demo version ") || strings.Count(got.Out, "\n") != 1 {
		t.Errorf("%+v", got)
	}
	b := build{version: "v1.2.3", commit: "0123456789ab", kubernetes: "v0.37.2"}
	if s := b.String(); !strings.HasPrefix(s, "v1.2.3 (commit 0123456789ab, go1.") ||
		!strings.HasSuffix(s, ", Kubernetes libraries v0.37.2)") {
		t.Error(s)
	}
}

// With common flags marked, --help shows the beginning of these, and the names of
// the others; --help-all shows everything.
func TestShortHelp(t *testing.T) {
	d := returning(errors.New("is not run"))
	d.common = []string{"all-namespaces", "fail-on", "output"}
	short := d.start(nil, "--help")
	all := d.start(nil, "--help-all")
	if short.Code != 0 || all.Code != 0 || short.Err+all.Err != "" {
		t.Fatalf("%+v\n%+v", short, all)
	}
	for _, want := range []string{"exit with code 3 if there is any of these findings\n", "output format: text, ", "explained by --help-all:\n", " --chunk-size "} {
		if !strings.Contains(short.Out, want) {
			t.Errorf("no %q in\n%s", want, short.Out)
		}
	}
	if strings.Contains(short.Out, "page size") || !strings.Contains(all.Out, "page size") || strings.Contains(all.Out, "More flags") {
		t.Errorf("short:\n%s\nall:\n%s", short.Out, all.Out)
	}
}
