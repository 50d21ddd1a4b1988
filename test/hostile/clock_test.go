package hostile_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const timedOut = 4 // the exit code of a watch that ends by --timeout

// negative matches an age or a window that no clock can show.
var negative = regexp.MustCompile(`<invalid>|(?:^|[\s("])-\d+(?:\.\d+)?(?:ms|[smhdy])|106751d`)

// shiftObjects moves the creations, or the times of states, conditions and events,
// of a recording by years.
func shiftObjects(s *snapshot.Snapshot, years int, created, states bool) {
	move := func(t *metav1.Time) {
		if !t.IsZero() {
			*t = metav1.NewTime(t.AddDate(years, 0, 0))
		}
	}
	for _, k := range snapshot.Kinds {
		k.Each(s, func(o metav1.Object) {
			if at := o.GetCreationTimestamp(); created && !at.IsZero() {
				move(&at)
				o.SetCreationTimestamp(at)
			}
		})
	}
	if !states {
		return
	}
	for _, pod := range s.Pods {
		for i := range pod.Status.Conditions {
			move(&pod.Status.Conditions[i].LastTransitionTime)
		}
		for i := range pod.Status.ContainerStatuses {
			c := &pod.Status.ContainerStatuses[i]
			if c.State.Running != nil {
				move(&c.State.Running.StartedAt)
			}
			if ended := c.State.Terminated; ended != nil {
				move(&ended.StartedAt)
				move(&ended.FinishedAt)
			}
			if ended := c.LastTerminationState.Terminated; ended != nil {
				move(&ended.StartedAt)
				move(&ended.FinishedAt)
			}
		}
	}
	for _, e := range s.Events {
		move(&e.FirstTimestamp)
		move(&e.LastTimestamp)
	}
}

// Clocks that are wrong by years, of the server, of the objects or of the nodes, make
// no age negative, neither at once nor in a watch, and are reported once.
func TestClocksThatAreYearsOff(t *testing.T) {
	for name, c := range map[string]struct {
		date            string // of the answers, empty for the recording's
		years           int
		created, states bool
	}{
		"answers of 1970":                   {date: "Thu, 01 Jan 1970 00:00:00 GMT"},
		"answers of 2000":                   {date: "Sat, 01 Jan 2000 00:00:00 GMT"},
		"answers of 2999":                   {date: "Tue, 01 Jan 2999 00:00:00 GMT"},
		"answers of 9999":                   {date: "Fri, 31 Dec 9999 23:59:59 GMT"},
		"objects of the past":               {years: -40, created: true, states: true},
		"objects of the future":             {years: 40, created: true, states: true},
		"created in the future":             {years: 5, created: true},
		"nodes in the future":               {years: 5, states: true},
		"nodes in the past":                 {years: -5, states: true},
		"nodes far in the future":           {years: 7000, states: true},
		"answers and objects far apart":     {date: "Thu, 01 Jan 1970 00:00:00 GMT", years: 300, created: true, states: true},
		"answers and objects the other way": {date: "Fri, 31 Dec 9999 23:59:59 GMT", years: -50, created: true, states: true},
	} {
		for _, args := range [][]string{
			{"thrash"},
			{"thrash", "parlor-api-57d4bd6cb-dvw9k"},
			{"thrash", "-o", "json"},
			{"rsmap", "parlor-api"},
			{"thrash", "--watch", "--timeout", "1s"},
			{"rsmap", "--watch", "--timeout", "1s"},
		} {
			t.Run(name+": "+strings.Join(args, " "), func(t *testing.T) {
				t.Parallel()
				recorded := recorded(t, recording)
				shiftObjects(recorded, c.years, c.created, c.states)
				server := &api{recording: recorded}
				if c.date != "" {
					server.fault = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
						w.Header().Set("Date", c.date)
						return false
					}
				}
				started := server.start(t, false)
				got := run(t, args[0], append(args[1:], "-n", "parlor-core", "--server", started.URL, "--cache-dir", t.TempDir())...)
				out := got.stdout + got.stderr
				if strings.Contains(out, "panic") || (got.code > 1 && got.code != timedOut) {
					t.Fatalf("code %d:\n%s", got.code, out)
				}
				if bad := negative.FindString(out); bad != "" {
					t.Errorf("%q in\n%s", bad, out)
				}
				if n := strings.Count(got.stdout, "clock of the server"); n > 1 {
					t.Errorf("reported %d times in\n%s", n, out)
				}
			})
		}
	}
}
