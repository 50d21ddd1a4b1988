package explainfields

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

// BenchmarkThousandDocuments explains a file of 1,000 Deployments.
func BenchmarkThousandDocuments(b *testing.B) {
	data, err := os.ReadFile("../../pkg/annotate/testdata/synergychat.yaml")
	if err != nil {
		b.Fatal(err)
	}
	one, _, _ := strings.Cut(string(data), "\n---\n")
	many := []byte(strings.Repeat(one+"\n---\n", 1000))
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
