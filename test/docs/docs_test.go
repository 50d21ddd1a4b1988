package docs_test

import (
	"errors"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// fence is a block of code with its language. In a block of "console" a line
// that begins with "$ " is a command, and what follows it is what it prints.
var fence = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

// shell runs commands as a newcomer would: at the top of the repository, with
// kubectl on the PATH, both streams on one screen that is no terminal.
type shell struct{ bin, home string }

func newShell(t *testing.T) shell {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("the guides' commands need bash: ", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := shell{bin: t.TempDir(), home: t.TempDir()}
	if err := os.Symlink(self, filepath.Join(s.bin, "kubectl")); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	return s
}

func (s shell) run(t *testing.T, command string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-c", command)
	cmd.Dir = top
	cmd.Env = []string{"PATH=" + s.bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + s.home, "TERM=dumb", "LC_ALL=C.UTF-8"}
	out, err := cmd.CombinedOutput()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatalf("run %s: %v", command, err)
	}
	return string(out)
}

// play runs the commands of a console block and returns what a screen shows.
func (s shell) play(t *testing.T, block string) string {
	t.Helper()
	var screen strings.Builder
	for line := range strings.Lines(block) {
		command, ok := strings.CutPrefix(line, "$ ")
		if !ok {
			continue
		}
		out := s.run(t, command)
		if out != "" && !strings.HasSuffix(out, "\n") {
			out += "\n"
		}
		screen.WriteString("$ " + command + out)
	}
	return screen.String()
}

// TestGuidesShowRealOutput runs every command of the console blocks. With
// -update it writes the guides anew.
func TestGuidesShowRealOutput(t *testing.T) {
	sh := newShell(t)
	played := 0
	for path, page := range guides(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			now := fence.ReplaceAllStringFunc(page, func(block string) string {
				parts := fence.FindStringSubmatch(block)
				if parts[1] != "console" {
					return block
				}
				if !strings.HasPrefix(parts[2], "$ ") {
					t.Errorf("a console block begins without a command:\n%s", block)
				}
				if _, err := exec.LookPath("jq"); err != nil && strings.Contains(parts[2], "| jq ") {
					t.Log("not run, as there is no jq:\n", block)
					return block
				}
				played++
				return "```console\n" + sh.play(t, parts[2]) + "```"
			})
			if *update && now != page {
				if err := os.WriteFile(path, []byte(now), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.Split(page, "\n"), strings.Split(now, "\n")); diff != "" {
				t.Errorf("the guide shows other output than the commands print (run go test ./test/docs -update):\n%s", diff)
			}
		})
	}
	if played < 15 {
		t.Errorf("only %d console blocks were run", played)
	}
}

var call = regexp.MustCompile(`(?m)^(?:\$ )?kubectl (rsmap|thrash|explainfields)\b([^|;&>#\n]*)`)

// TestGuidesNameRealFlags reads the flags of every command that stands in a
// block of code, also of those that need a cluster.
func TestGuidesNameRealFlags(t *testing.T) {
	found := 0
	for path, page := range guides(t) {
		for _, block := range fence.FindAllStringSubmatch(page, -1) {
			for _, c := range call.FindAllStringSubmatch(block[2], -1) {
				found++
				if strings.HasPrefix(strings.TrimSpace(c[2]), "completion") {
					continue
				}
				env := &cli.Env{
					IOStreams: genericiooptions.IOStreams{In: strings.NewReader(""), Out: io.Discard, ErrOut: io.Discard},
					Getenv:    func(string) string { return "" },
				}
				cmd := plugins[c[1]](env)
				cmd.InitDefaultHelpFlag()
				cmd.InitDefaultVersionFlag()
				if err := cmd.ParseFlags(strings.Fields(c[2])); err != nil && !errors.Is(err, pflag.ErrHelp) {
					t.Errorf("%s: %s: %v", path, c[0], err)
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d commands were found", found)
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestGuidesLinkWhatIsThere follows the links inside the repository.
func TestGuidesLinkWhatIsThere(t *testing.T) {
	for path, page := range guides(t) {
		for _, l := range link.FindAllStringSubmatch(page, -1) {
			to, err := url.Parse(l[1])
			if err != nil || to.Scheme != "" || to.Path == "" {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), filepath.FromSlash(to.Path))); err != nil {
				t.Errorf("%s links %s: %v", path, l[1], err)
			}
		}
	}
}
