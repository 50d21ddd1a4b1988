package diagnose_test

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

// TestNamesOfSettings checks that what a message demands of a name of several words is taken for one of a setting only
// if the program fails at its start.
func TestNamesOfSettings(t *testing.T) {
	const demand = "Error: db_uri must start with postgres://\n"
	for name, c := range map[string]struct {
		log  string
		ran  time.Duration
		want diagnose.Category
	}{
		"at the start":  {demand, 3 * time.Second, diagnose.AppConfig},
		"later":         {demand, 3 * time.Minute, diagnose.Undetermined},
		"a word":        {"Error: the path must start with a slash\n", 3 * time.Second, diagnose.AppConfig},
		"a word, later": {"Error: the path must start with a slash\n", 3 * time.Minute, diagnose.Undetermined},
		"a datum":       {"Error: order 7 must start with a digit\n", 3 * time.Second, diagnose.Undetermined},
		"an answer":     {"Error: the response must start with a digit\n", 3 * time.Second, diagnose.Undetermined},
		"a variable":    {"** (RuntimeError) APP_SCOPE must not contain '/'\n", 3 * time.Second, diagnose.AppConfig},
	} {
		w := newWorld(1, c.log)
		w.death.StartedAt = metav1.NewTime(w.death.FinishedAt.Add(-c.ran))
		items := w.build()
		i := slices.IndexFunc(items, func(i diagnose.Item) bool { return i.Pod == "web-2-x" })
		if i < 0 {
			t.Fatalf("%s: no item", name)
		}
		if got := items[i].Cause; got.Category != c.want || got.Confidence != diagnose.Low {
			t.Errorf("%s: %s (%s): %s", name, got.Category, got.Confidence, got.Summary)
		}
	}
}
