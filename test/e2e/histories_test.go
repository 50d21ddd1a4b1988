package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/thrashkit/thrashkit/pkg/rollout"
)

const (
	revisionAnnotation = "deployment.kubernetes.io/revision"
	historyAnnotation  = "deployment.kubernetes.io/revision-history"
)

// TestHistoryProperty makes random rollout histories and compares, after every step,
// what rsmap reports with what the Deployment controller itself has written:
// the current ReplicaSet, revision numbers, what is owned, orphans.
// THRASHKIT_SEED replays from a printed seed, THRASHKIT_HISTORIES sets how many.
func TestHistoryProperty(t *testing.T) {
	histories := number(t, "THRASHKIT_HISTORIES", map[bool]int{false: 40, true: 200}[os.Getenv("THRASHKIT_SOAK") != ""])
	seed := number(t, "THRASHKIT_SEED", int(time.Now().UnixNano()%1_000_000))
	t.Logf("seeds %d to %d; replay one with THRASHKIT_SEED=N THRASHKIT_HISTORIES=1", seed, seed+histories-1)
	for i := range histories {
		t.Run(fmt.Sprintf("seed-%d", seed+i), func(t *testing.T) {
			t.Parallel()
			newHistory(t, newSpace(t), uint64(seed+i)).run()
		})
	}
}

func number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// amount returns how many random runs there are: in make test, in make test-all, in make soak.
func amount(short, long, soak int) int {
	if os.Getenv("THRASHKIT_SOAK") != "" {
		return soak
	}
	if os.Getenv("THRASHKIT_LONG") != "" {
		return long
	}
	return short
}

// history is one Deployment and the random steps that it goes through.
type history struct {
	t         *testing.T
	lab       *Lab
	client    kubernetes.Interface
	rng       *rand.Rand
	namespace string
	did       []string // the steps so far, for the report of a failure
}

func newHistory(t *testing.T, lab *Lab, seed uint64) *history {
	return &history{
		t: t, lab: lab, client: lab.Client, namespace: lab.Current,
		rng: rand.New(rand.NewPCG(seed, 0)),
	}
}

func (h *history) run() {
	h.do("create", func(ctx context.Context) error {
		_, err := h.client.AppsV1().Deployments(h.namespace).Create(ctx, h.deployment(), metav1.CreateOptions{})
		return err
	})
	h.check()
	for range 6 + h.rng.IntN(4) {
		h.step()
		time.Sleep(time.Duration(h.rng.IntN(1200)) * time.Millisecond)
		h.check()
	}
}

// deployment returns a Deployment with a random strategy.
func (h *history) deployment() *appsv1.Deployment {
	labels := map[string]string{"app": "web"}
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: h.namespace},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32),
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Image: "web:1"}}},
			},
		},
	}
	*d.Spec.Replicas = int32(1 + h.rng.IntN(4))
	if h.rng.IntN(4) == 0 {
		d.Spec.Strategy.Type = appsv1.RecreateDeploymentStrategyType
	}
	if h.rng.IntN(3) == 0 {
		limit := int32(1 + h.rng.IntN(3))
		d.Spec.RevisionHistoryLimit = &limit
	}
	return d
}

// do runs one step that must succeed.
func (h *history) do(what string, step func(ctx context.Context) error) {
	h.t.Helper()
	h.did = append(h.did, what)
	// The controller writes the Deployment too: conflicts are tried again.
	var err error
	for range 20 {
		if err = step(h.t.Context()); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	h.t.Fatalf("%s: %v", strings.Join(h.did, ", "), err)
}

// edit changes the Deployment.
func (h *history) edit(what string, change func(*appsv1.Deployment)) {
	h.t.Helper()
	h.do(what, func(ctx context.Context) error {
		d, err := h.client.AppsV1().Deployments(h.namespace).Get(ctx, "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		change(d)
		_, err = h.client.AppsV1().Deployments(h.namespace).Update(ctx, d, metav1.UpdateOptions{})
		return err
	})
}

// step does something random to the Deployment or its ReplicaSets.
func (h *history) step() {
	h.t.Helper()
	switch n := h.rng.IntN(20); {
	case n < 4:
		image := fmt.Sprintf("web:%d", 1+h.rng.IntN(4))
		h.edit("image "+image, func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = image })
	case n < 6:
		h.edit("broken image", func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "no-such:1" })
	case n < 8:
		value := strconv.Itoa(h.rng.IntN(3))
		h.edit("env "+value, func(d *appsv1.Deployment) {
			d.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "V", Value: value}}
		})
	case n < 10:
		replicas := int32(h.rng.IntN(5))
		h.edit(fmt.Sprintf("scale %d", replicas), func(d *appsv1.Deployment) { d.Spec.Replicas = &replicas })
	case n < 12:
		h.edit("pause or resume", func(d *appsv1.Deployment) { d.Spec.Paused = !d.Spec.Paused })
	case n < 13:
		h.edit("identical template", func(d *appsv1.Deployment) {
			metav1.SetMetaDataAnnotation(&d.ObjectMeta, "note", strconv.Itoa(h.rng.IntN(1000)))
		})
	case n < 14:
		h.kubectl("rollout", "restart", "deployment/web")
	case n < 17:
		h.undo()
	default:
		h.relabel()
	}
}

// kubectl runs a command that may be refused: kubectl does not undo or restart
// a paused Deployment, nor undo to the template that is there.
func (h *history) kubectl(args ...string) {
	h.did = append(h.did, strings.Join(args, " "))
	h.lab.Kubectl(h.t, args...)
}

func (h *history) undo() {
	truth := h.truth()
	revisions := slices.Sorted(maps.Values(truth.numbers))
	to := int64(0)
	if len(revisions) > 0 && h.rng.IntN(3) > 0 {
		to = revisions[h.rng.IntN(len(revisions))]
	}
	h.kubectl("rollout", "undo", "deployment/web", fmt.Sprintf("--to-revision=%d", to))
}

// relabel takes a ReplicaSet out of the selector, so that the controller
// releases it, or puts one back, so that it is adopted.
func (h *history) relabel() {
	sets := h.replicaSets()
	if len(sets) == 0 {
		return
	}
	name := sets[h.rng.IntN(len(sets))].Name
	h.do("relabel "+name, func(ctx context.Context) error {
		set, err := h.client.AppsV1().ReplicaSets(h.namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return nil //nolint:nilerr // cleaned up by the controller meanwhile
		}
		set.Labels["app"] = map[bool]string{true: "taken-out", false: "web"}[set.Labels["app"] == "web"]
		_, err = h.client.AppsV1().ReplicaSets(h.namespace).Update(ctx, set, metav1.UpdateOptions{})
		return err
	})
}

func (h *history) replicaSets() []appsv1.ReplicaSet {
	h.t.Helper()
	list, err := h.client.AppsV1().ReplicaSets(h.namespace).List(h.t.Context(), metav1.ListOptions{})
	if err != nil {
		h.t.Fatal(err)
	}
	return list.Items
}

// untold stands for a current ReplicaSet that the controller does not report: with
// no replicas, nothing shows whether a paused template has one.
const untold = "untold"

// facts is the walk, as the controller or as rsmap has it.
type facts struct {
	current string             // name of the current ReplicaSet, empty for none
	numbers map[string]int64   // revision by name of each owned ReplicaSet
	former  map[string][]int64 // former revisions by name
	orphans []string           // ReplicaSets that were the Deployment's and are no more
}

// truth returns what the controller itself has written.
func (h *history) truth() facts {
	h.t.Helper()
	d, sets := h.settled()
	f := facts{numbers: map[string]int64{}, former: map[string][]int64{}, orphans: []string{}}
	var newest *appsv1.ReplicaSet
	for _, set := range sets {
		owner := metav1.GetControllerOf(&set)
		if owner == nil || owner.UID != d.UID {
			f.orphans = append(f.orphans, set.Name)
			continue
		}
		f.numbers[set.Name], _ = strconv.ParseInt(set.Annotations[revisionAnnotation], 10, 64)
		for former := range strings.SplitSeq(set.Annotations[historyAnnotation], ",") {
			if n, err := strconv.ParseInt(former, 10, 64); err == nil {
				f.former[set.Name] = append(f.former[set.Name], n)
			}
		}
		if set.Annotations[revisionAnnotation] == d.Annotations[revisionAnnotation] {
			newest = &set
		}
	}
	// The annotation keeps naming the last ReplicaSet that was current, also
	// while a paused template has none; updatedReplicas then counts nothing.
	switch {
	case newest == nil:
	case d.Spec.Paused && newest.Status.Replicas == 0:
		f.current = untold
	case newest.Status.Replicas == 0 || d.Status.UpdatedReplicas > 0:
		f.current = newest.Name
	}
	slices.Sort(f.orphans)
	return f
}

// settled waits until the controller has nothing left to write of the last
// change: it has observed the generation, adopted and released, and the
// counts of the Deployment are those of its ReplicaSets.
func (h *history) settled() (*appsv1.Deployment, []appsv1.ReplicaSet) {
	h.t.Helper()
	var d *appsv1.Deployment
	var sets []appsv1.ReplicaSet
	h.lab.WaitFor(h.t, "the controller settles: "+strings.Join(h.did, ", "), func() bool {
		var err error
		d, err = h.client.AppsV1().Deployments(h.namespace).Get(h.t.Context(), "web", metav1.GetOptions{})
		if err != nil {
			return false
		}
		sets = h.replicaSets()
		return settled(d, sets)
	})
	return d, sets
}

func settled(d *appsv1.Deployment, sets []appsv1.ReplicaSet) bool {
	var replicas int32
	owned := 0
	made := false // a ReplicaSet of the image that the template has
	for _, set := range sets {
		owner := metav1.GetControllerOf(&set)
		mine := owner != nil && owner.UID == d.UID
		if mine != (set.Labels["app"] == "web") || set.Status.ObservedGeneration < set.Generation {
			return false
		}
		if mine {
			owned++
			replicas += set.Status.Replicas
			made = made || set.Spec.Template.Spec.Containers[0].Image == d.Spec.Template.Spec.Containers[0].Image
		}
	}
	// Recreate makes the new ReplicaSet only when the old pods are gone, also if it is to have no replicas.
	between := d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType && ((*d.Spec.Replicas > 0 && replicas == 0) || !made)
	return d.Status.ObservedGeneration >= d.Generation && d.Status.Replicas == replicas && (d.Spec.Paused || (owned > 0 && !between))
}

// check compares rsmap with the controller, by name and in the namespace view.
func (h *history) check() {
	h.t.Helper()
	for range 20 {
		before := h.truth()
		named := h.rsmap("web")
		all := h.rsmap()
		if before.current == untold {
			named.current = untold
			all.current = untold
		}
		if gocmp.Diff(before, h.truth(), gocmp.AllowUnexported(facts{})) != "" {
			continue // it moved meanwhile
		}
		if diff := gocmp.Diff(before, all, gocmp.AllowUnexported(facts{})); diff != "" {
			h.t.Fatalf("after %s: the controller (-) and rsmap (+) differ:\n%s", strings.Join(h.did, ", "), diff)
		}
		// By name a released ReplicaSet is found through its pods alone.
		named.orphans = before.orphans
		if diff := gocmp.Diff(before, named, gocmp.AllowUnexported(facts{})); diff != "" {
			h.t.Fatalf("after %s: the controller (-) and rsmap web (+) differ:\n%s", strings.Join(h.did, ", "), diff)
		}
		return
	}
	h.t.Fatalf("after %s: the controller never stood still", strings.Join(h.did, ", "))
}

// rsmap returns what kubectl-rsmap reports of the Deployment.
func (h *history) rsmap(args ...string) facts {
	h.t.Helper()
	out := h.lab.Plugin(h.t, "rsmap", append(args, "-o", "json")...)
	var report struct{ Items []rollout.Workload }
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		h.t.Fatalf("rsmap: %v\n%s", err, out)
	}
	i := slices.IndexFunc(report.Items, func(w rollout.Workload) bool { return w.Ref.Kind == "Deployment" })
	if i < 0 {
		h.t.Fatalf("rsmap shows no Deployment:\n%s", out)
	}
	w := report.Items[i]
	f := facts{numbers: map[string]int64{}, former: map[string][]int64{}, orphans: []string{}}
	for _, r := range w.Revisions {
		if r.Number != nil {
			f.numbers[r.Name] = *r.Number
		}
		if len(r.FormerNumbers) > 0 {
			f.former[r.Name] = r.FormerNumbers
		}
		if r.Current {
			f.current = r.Name
		}
	}
	for _, o := range w.Orphans {
		if o.Kind == "ReplicaSet" {
			f.orphans = append(f.orphans, o.Name)
		}
	}
	slices.SortFunc(f.orphans, cmp.Compare[string])
	return f
}
