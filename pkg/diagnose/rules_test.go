package diagnose

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The guide lists the rules in the order in which they are tried, with the names
// that cause.rule has in JSON.
func TestRulesAreDocumented(t *testing.T) {
	guide, err := os.ReadFile("../../docs/causes.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(guide), "\n## The rules\n")
	section, _, _ = strings.Cut(section, "\n## ")
	documented := regexp.MustCompile("(?m)^\\| `.*$").FindAllString(section, -1)
	var want []string
	for _, r := range rules() {
		want = append(want, fmt.Sprintf("| `%s` | %s |", r.name, r.about))
	}
	if diff := cmp.Diff(want, documented); diff != "" {
		t.Errorf("docs/causes.md, under \"The rules\": -want +got\n%s", diff)
	}
	for i, r := range rules() {
		if slices.ContainsFunc(rules()[:i], func(other rule) bool { return other.name == r.name }) {
			t.Errorf("two rules are named %s", r.name)
		}
	}
}
