package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// foreseen is what rsmap reported of the next run of a CronJob at one moment.
type foreseen struct {
	at   time.Time
	next time.Time // zero: none
}

// cronWalk is one CronJob, what rsmap foresaw of it, and when it was edited.
type cronWalk struct {
	name   string
	shape  string
	seen   []foreseen
	edited []time.Time
}

const (
	cronJobs     = 20
	cronPatience = 15 * time.Second // of the controller, which works on a CronJob within a second or two
	cronInterval = 5 * time.Second
)

// TestCronJobHistories follows CronJobs of random shapes, which are suspended,
// resumed and given other policies at random moments: each run starts at the time
// that rsmap reported as the next, and no reported run fails to come. Their
// clock is the minute, so this is a test for make soak: THRASHKIT_CRON_MINUTES is
// how long it lasts.
func TestCronJobHistories(t *testing.T) {
	minutes := number(t, "THRASHKIT_CRON_MINUTES", amount(0, 0, 30))
	if minutes == 0 {
		t.Skip("its clock is the minute: it runs in make soak")
	}
	l := newSpace(t)
	l.NeedNodes(t)
	for image, words := range behaviours {
		l.Image(t, image, words...)
	}
	seed := number(t, "THRASHKIT_SEED", int(time.Now().UnixNano()%1_000_000))
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(uint64(seed), 2))
	one := func(of ...string) string { return of[rng.IntN(len(of))] }
	walks := map[string]*cronWalk{}
	var names []string
	for i := range cronJobs {
		w := &cronWalk{name: fmt.Sprintf("cron-%02d", i)}
		w.shape = strings.Join([]string{
			one(`schedule: "* * * * *"`, `schedule: "*/2 * * * *"`, `schedule: "1-59/2 * * * *"`),
			one("timeZone: Asia/Kathmandu", "timeZone: Etc/UTC", "suspend: false"),
			one("concurrencyPolicy: Allow", "concurrencyPolicy: Forbid", "concurrencyPolicy: Replace"),
			one("startingDeadlineSeconds: 20", "startingDeadlineSeconds: 100", "successfulJobsHistoryLimit: 100"),
		}, "\n")
		l.Apply(t, manyRuns(w.name, w.shape, one("sit/done:1", "sit/ok:1", "sit/crash:1")))
		walks[w.name] = w
		names = append(names, w.name)
	}
	client := l.Client
	runs := map[types.UID]batchv1.Job{}
	tick := time.NewTicker(cronInterval)
	defer tick.Stop()
	for end := time.Now().Add(time.Duration(minutes) * time.Minute); time.Now().Before(end); <-tick.C {
		for name, found := range l.maps(t) {
			w := walks[name]
			if w == nil || found.Schedule == nil {
				continue
			}
			f := foreseen{at: time.Now()}
			if found.Schedule.Next != nil {
				f.next = found.Schedule.Next.Time
			}
			w.seen = append(w.seen, f)
		}
		jobs, err := client.BatchV1().Jobs(l.Current).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs.Items { // a run that is replaced is deleted
			runs[j.UID] = j
		}
		if rng.IntN(3) == 0 {
			w := walks[one(names...)]
			l.Do(t, "patch", "cronjob/"+w.name, "--type=merge", "-p", one(
				`{"spec":{"suspend":true}}`, `{"spec":{"suspend":false}}`, `{"spec":{"suspend":false}}`,
				`{"spec":{"concurrencyPolicy":"Allow"}}`, `{"spec":{"concurrencyPolicy":"Replace"}}`,
			))
			w.edited = append(w.edited, time.Now())
		}
	}
	compared := 0
	for _, w := range walks {
		compared += w.check(t, slices.Collect(maps.Values(runs)))
	}
	if compared < cronJobs*minutes/4 {
		t.Errorf("only %d runs were compared in %d minutes", compared, minutes)
	}
}

// manyRuns returns a CronJob that keeps all of its runs.
func manyRuns(name, shape, image string) string {
	return `apiVersion: batch/v1
kind: CronJob
metadata: {name: ` + name + `}
spec:
` + indent(2, shape) + `
  failedJobsHistoryLimit: 100
  jobTemplate:
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: 80
      template:
        spec: {restartPolicy: Never, terminationGracePeriodSeconds: 1, containers: [{name: main, image: "` + image + `"}]}
`
}

// check compares the runs of one CronJob with what rsmap foresaw, and returns how
// many it could compare: none that an edit came between, and none that started
// late because another one had to end first.
func (w *cronWalk) check(t *testing.T, jobs []batchv1.Job) int {
	t.Helper()
	runs := map[time.Time]bool{}
	compared := 0
	for _, j := range jobs {
		owner := metav1.GetControllerOf(&j)
		due, err := time.Parse(time.RFC3339, j.Annotations[batchv1.CronJobScheduledTimestampAnnotation])
		if owner == nil || owner.Name != w.name || err != nil {
			continue
		}
		runs[due.UTC()] = true
		last, known := w.before(due.Add(-2 * time.Second))
		if !known || w.editedBetween(last.at, j.CreationTimestamp.Time) || j.CreationTimestamp.Sub(due) > cronPatience {
			continue
		}
		compared++
		if !last.next.Equal(due) {
			t.Errorf("%s (%s): a run was due at %s; %s before, rsmap foresaw %s", w.name, w.shape, due, due.Sub(last.at), last.next)
		}
	}
	if strings.Contains(w.shape, "Forbid") || len(w.seen) == 0 {
		return compared // a run may be left out
	}
	for _, f := range w.seen {
		settled := f.next.Add(cronPatience)
		if f.next.IsZero() || settled.After(w.seen[len(w.seen)-1].at) || w.editedBetween(f.at, settled) {
			continue
		}
		if !runs[f.next.UTC()] {
			t.Errorf("%s (%s): at %s rsmap foresaw a run at %s, which did not come", w.name, w.shape, f.at, f.next)
		}
	}
	return compared
}

// before returns what was foreseen last before a moment.
func (w *cronWalk) before(at time.Time) (last foreseen, known bool) {
	for _, f := range w.seen {
		if f.at.Before(at) {
			last = f
			known = true
		}
	}
	return last, known
}

func (w *cronWalk) editedBetween(from, to time.Time) bool {
	for _, at := range w.edited {
		if at.After(from.Add(-time.Second)) && at.Before(to.Add(time.Second)) {
			return true
		}
	}
	return false
}
