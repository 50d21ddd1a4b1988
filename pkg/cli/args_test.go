package cli_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/thrashkit/thrashkit/pkg/cli"
)

func TestArguments(t *testing.T) {
	for args, want := range map[string][]cli.Target{
		"":                        nil,
		"web":                     {{Name: "web"}},
		"web api":                 {{Name: "web"}, {Name: "api"}},
		"deploy":                  {{Type: "deploy"}},
		"deploy web api":          {{"deploy", "web"}, {"deploy", "api"}},
		"deploy/web sts/db":       {{"deploy", "web"}, {"sts", "db"}},
		"deploy,sts":              {{Type: "deploy"}, {Type: "sts"}},
		"deploy,widgets web":      {{"deploy", "web"}, {"widgets", "web"}},
		"deployments.apps web":    {{"deployments.apps", "web"}},
		"widgets.example.org/cog": {{"widgets.example.org", "cog"}},
	} {
		got, err := cli.ParseArgs(strings.Fields(args))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v %s", args, err, diff)
		}
	}
	got, err := cli.ParseTypedArgs([]string{"widgets", "cog"})
	if diff := cmp.Diff([]cli.Target{{"widgets", "cog"}}, got); diff != "" || err != nil {
		t.Errorf("typed: %v %s", err, diff)
	}
}

func ExampleParseArgs() {
	targets, err := cli.ParseArgs([]string{"deploy/web", "sts/db"})
	fmt.Println(targets, err)
	// Output: [{deploy web} {sts db}] <nil>
}
