package explainfields

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// BenchmarkProcess starts the plugin on a file of one Deployment, without a
// cluster, and waits for its end, as a shell does.
func BenchmarkProcess(b *testing.B) {
	plugin := filepath.Join(b.TempDir(), "kubectl-explainfields")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", plugin, "../../cmd/kubectl-explainfields").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	file := filepath.Join(b.TempDir(), "deployment.yaml")
	if err := os.WriteFile(file, []byte(firstDocument(b)), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if out, err := exec.Command(plugin, "-f", file).CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
}

func firstDocument(b *testing.B) string {
	b.Helper()
	data, err := os.ReadFile("../../pkg/annotate/testdata/synergychat.yaml")
	if err != nil {
		b.Fatal(err)
	}
	one, _, _ := strings.Cut(string(data), "\n---\n")
	return one
}

// BenchmarkThousandDocuments explains a file of 1,000 Deployments.
func BenchmarkThousandDocuments(b *testing.B) {
	many := []byte(strings.Repeat(firstDocument(b)+"\n---\n", 1000))
	for b.Loop() {
		env := &cli.Env{
			IOStreams: genericiooptions.IOStreams{In: bytes.NewReader(many), Out: io.Discard, ErrOut: io.Discard},
			Now:       time.Now, Getenv: func(string) string { return "" }, Width: func() int { return 0 },
		}
		cmd := NewCommand(env)
		cmd.SetArgs([]string{"-f", "-"})
		if err := cmd.ExecuteContext(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
