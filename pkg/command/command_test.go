package command_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/thrashkit/thrashkit/pkg/command"
	"github.com/thrashkit/thrashkit/test/shell"
)

func ExampleKubectl() {
	fmt.Println(command.Kubectl("logs").Name("web-1").Container("app").Namespace("shop"))
	fmt.Println(command.Kubectl("logs").Name("x;reboot").Container("app").Namespace("shop"))
	fmt.Println(command.Kubectl("get", "pods").TextFlag("--selector", "app in (a,b)"))
	// Output:
	// kubectl logs web-1 -c app -n shop
	//
	// kubectl get pods '--selector=app in (a,b)'
}

// hostile are names that no API server accepts, each harmful in a shell or
// taken for something else there.
var hostile = []string{
	"", "x;touch PWNED;#", "$(touch PWNED)", "x$(touch${IFS}PWNED)", "`id`", "--kubeconfig=evil", "-A", "a b", "a\nb", "a\n", "a|b",
	"a&b", "a>b",
	"a'b", `a"b`, `a\b`, "a*", "~a", "{a,b}", "a\tb", "a\x1b[31m", "UPPER", "a/b", "ä", "a..b", ".a", "a.", "-a", "a-", "!a", "#a", "a=b",
	strings.Repeat("a", 254),
}

func TestInvalidNamesYieldNoCommand(t *testing.T) {
	for _, name := range hostile {
		for what, c := range map[string]command.Command{
			"Name": command.Kubectl("x").Name(name), "Object": command.Kubectl("x").Object("Pod", name),
			"Container":     command.Kubectl("x").Container(name),
			"ContainerFlag": command.Kubectl("x").ContainerFlag("--container", name), "NameFlag": command.Kubectl("x").NameFlag("--copy-to", name),
			"Namespace": command.Kubectl("x").Namespace(name),
		} {
			if what == "Namespace" && name == "" {
				continue // no namespace
			}
			if got := c.Words("more").String(); got != "" {
				t.Errorf("%s(%q) = %q", what, name, got)
			}
		}
	}
	for _, kind := range []string{"", "x;y", "--x", "1a", "a b", "a/b", "a.b"} {
		if got := command.Kubectl("get").Object(kind, "web").String() + command.Kubectl("get").Type(kind).String(); got != "" {
			t.Errorf("kind %q = %q", kind, got)
		}
	}
	for _, label := range []string{"a.b", strings.Repeat("a", 64)} {
		if got := command.Kubectl("x").Container(label).String() + command.Kubectl("x").Namespace(label).String(); got != "" {
			t.Errorf("label %q = %q", label, got)
		}
	}
	for _, number := range []int64{0, -1} {
		if got := command.Kubectl("x").NumberFlag("--to-revision", number).String(); got != "" {
			t.Errorf("number %d = %q", number, got)
		}
	}
}

func TestValidNames(t *testing.T) {
	got := command.Kubectl("rollout", "undo").Object("Deployment", "web.v2").NumberFlag("--to-revision", 12).Namespace("shop").String()
	if want := "kubectl rollout undo deployment/web.v2 --to-revision=12 -n shop"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (command.Command{}).String(); got != "" {
		t.Errorf("the zero value is %q", got)
	}
	first := command.Kubectl("get").Name("web")
	_ = first.Words("-o")
	second := first.Words("-w")
	if got := second.String(); got != "kubectl get web -w" {
		t.Errorf("a longer copy was changed by another: %q", got)
	}
}

// TestShellFindsTheSameWords gives random words to a shell parser.
func TestShellFindsTheSameWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringMatching(`[ -~\n\t]{0,12}`))
		words := append([]string{"kubectl"}, rapid.SliceOfN(word, 0, 6).Draw(t, "words")...)
		line := command.Join(words...)
		parsed, err := shell.Words(line)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(words, parsed); diff != "" {
			t.Errorf("%q: -meant +parsed\n%s", line, diff)
		}
	})
}
