package e2e

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// elsewhere begins the commands of the guides that are not run here: what they
// need is no cluster, or is not there before a release.
var elsewhere = map[string]string{
	"make ":             "targets of this repository, which run these tests themselves",
	"kubectl krew ":     "krew's index; test/install runs krew itself on a release",
	"cosign ":           "a signed release",
	"gh attestation ":   "GitHub's client, and a release",
	"go install ":       "a release on the module proxy",
	"sha256sum --check": "a downloaded release",
	"bin/lab-":          "the lab is what these tests run on",

	"kubectl thrash deploy/web -o markdown | gh ": "GitHub's client, and an issue",
}

// endings are the exit codes of commands that end otherwise than with 0, in the
// world that docsWorld makes.
var endings = map[string]int{
	"kubectl thrash -A --fail-on thrashing":                                    3,
	"kubectl thrash --all-contexts -A --fail-on thrashing,unreachable -o name": 3,
}

// code is a block in a page, with its language. Blocks of "sh" are commands;
// those of "console" show output, too, and test/docs runs them on the recording.
var code = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

// TestDocsCommands runs every command of README, guides and reference pages as
// it is written, on a cluster where what they name is there.
func TestDocsCommands(t *testing.T) {
	t.Parallel()
	l := ownLab(t, "--images", filepath.Join("..", "..", "examples", "synergychat", "images.yaml"))
	l.NeedNodes(t)
	dir, env, alerts := docsWorld(t, l)
	ran := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range code.FindAllStringSubmatch(string(text), -1) {
			if block[1] == "" {
				t.Errorf("%s: a block without a language:\n%s", page, block[2])
			}
			for _, command := range commands(block[2]) {
				if block[1] != "sh" || runsElsewhere(command) {
					continue
				}
				ran++
				if out, got, want := execute(t, dir, env, command); got != want {
					t.Errorf("%s: %s\nexit code %d, want %d:\n%s", page, command, got, want, out)
				}
			}
		}
	}
	if ran < 40 {
		t.Errorf("only %d commands were run", ran)
	}
	select {
	case alert := <-alerts:
		holds(t, alert, `"text":`, "web-7d4b9c-x2x9z: ")
	default:
		t.Error("the alert of docs/scripting.md did not arrive")
	}
}

// pages are those with commands for people.
func pages(t *testing.T) []string {
	t.Helper()
	found := []string{filepath.Join("..", "..", "README.md")}
	for _, pattern := range []string{"docs/*.md", "docs/reference/*.md"} {
		more, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pattern)))
		if err != nil || len(more) < 3 {
			t.Fatalf("found pages %v, %v", more, err)
		}
		found = append(found, more...)
	}
	return found
}

// commands returns the commands of a block: one a line, unless a line goes on in the next.
func commands(block string) (out []string) {
	whole := ""
	for line := range strings.Lines(block) {
		line = strings.TrimRight(line, "\n")
		if whole += line + "\n"; strings.HasSuffix(line, `\`) || strings.HasSuffix(line, "&&") || strings.HasSuffix(line, "|") {
			continue
		}
		if whole = strings.TrimSpace(whole); whole != "" && !strings.HasPrefix(whole, "#") {
			out = append(out, whole)
		}
		whole = ""
	}
	return out
}

// runsElsewhere reports whether a command is one that is not run here.
func runsElsewhere(command string) bool {
	for prefix := range elsewhere {
		if strings.HasPrefix(command, prefix) {
			return true
		}
	}
	return false
}

// execute runs a command as a shell does, and returns the exit code that it
// has and the one that it must have. A watch that does not end by itself is
// interrupted by Ctrl-C, as a user does.
func execute(t *testing.T, dir string, env []string, command string) (out string, got, want int) {
	t.Helper()
	bare, _, _ := strings.Cut(command, "  #")
	bare = strings.TrimSpace(bare)
	want = endings[bare]
	script := command
	if strings.HasSuffix(bare, " -w") || strings.HasSuffix(bare, " --watch") {
		script = "timeout -s INT 3 " + bare
		want = 124
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir = dir
	cmd.Env = env
	screen, err := cmd.CombinedOutput()
	exit := new(exec.ExitError)
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return string(screen), got, want
}

// webManifest is the Deployment that the examples of help and guides name.
const webManifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: web, image: "lab/web:1", command: [fake, listen=8080]}]
`

// docsWorld makes what the pages name: the example and a Deployment of four
// revisions in the namespaces default and shop, a pod that crashes, files in a
// folder, and who hears alerts.
func docsWorld(t *testing.T, l *Lab) (dir string, env []string, alerts <-chan string) {
	t.Helper()
	dir = t.TempDir()
	top, err := root()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"docs", "examples", "test"} {
		if err := os.Symlink(filepath.Join(top, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	manifests := filepath.Join(dir, "manifests")
	if err := errors.Join(os.Mkdir(manifests, 0o755), os.MkdirAll(filepath.Join(dir, ".krew", "bin"), 0o755),
		os.WriteFile(filepath.Join(dir, "deployment.yaml"), []byte(webManifest), 0o600),
		os.WriteFile(filepath.Join(manifests, "web.yaml"), []byte(webManifest), 0o600)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"must-gather.tar.gz", "prod-eu.tar.gz", "prod-us.tar.gz"} {
		from := filepath.Join(top, "examples", "synergychat")
		if out, err := exec.CommandContext(t.Context(), "tar", "-czf", filepath.Join(dir, name), "-C", from, "recording").CombinedOutput(); err != nil {
			t.Fatalf("tar: %v\n%s", err, out)
		}
	}
	heard := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing in it fails the test
		heard <- string(body)
	}))
	t.Cleanup(server.Close)

	for _, name := range []string{"prod-eu", "staging"} { // other names of the same cluster
		current := strings.TrimSpace(l.Do(t, "config", "current-context"))
		cluster := l.Do(t, "config", "view", "-o", `jsonpath={.contexts[?(@.name=="`+current+`")].context.cluster}`)
		user := l.Do(t, "config", "view", "-o", `jsonpath={.contexts[?(@.name=="`+current+`")].context.user}`)
		l.Do(t, "config", "set-context", name, "--cluster", cluster, "--user", user)
	}
	l.Do(t, "create", "namespace", "shop")
	l.WaitFor(t, "the namespaces to be ready for pods", func() bool {
		_, one := l.Client.CoreV1().ServiceAccounts("default").Get(t.Context(), "default", metav1.GetOptions{})
		_, other := l.Client.CoreV1().ServiceAccounts("shop").Get(t.Context(), "default", metav1.GetOptions{})
		return errors.Join(one, other) == nil
	})
	l.Apply(t, Manifest("web-7d4b9c-x2x9z", "run=100ms exit=1"))
	synergychat(t, l)
	l.Do(t, "apply", "-n", "shop", "-f", filepath.Join(dir, "deployment.yaml"))
	l.Do(t, "create", "deployment", "shop-api", "-n", "shop", "--image", "lab/web:1")
	l.Apply(t, webManifest)
	for _, image := range []string{"lab/web:2", "lab/web:3", "lab/web:4"} {
		l.Do(t, "rollout", "status", "deployment/web", patiently)
		l.Do(t, "set", "image", "deployment/web", "web="+image)
	}
	l.Do(t, "rollout", "status", "deployment/web", patiently)
	l.WaitFor(t, "a crash", func() bool { return l.Container(t, "web-7d4b9c-x2x9z").RestartCount > 0 })
	return dir, append(l.env[:len(l.env):len(l.env)], "KUBECONFIG="+l.Kubeconfig, "WEBHOOK="+server.URL, "HOME="+dir), heard
}
