package diagnose

import (
	"cmp"
	"slices"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/thrashkit/thrashkit/pkg/owners"
	"github.com/thrashkit/thrashkit/pkg/pod"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// runs are the Jobs of a snapshot, by what they belong to in the end. A Job or CronJob is judged as
// one: of its many pods only the latest failing one is of interest.
type runs struct {
	s      *snapshot.Snapshot
	f      *owners.Forest
	byRoot map[owners.Ref][]*batchv1.Job // newest first
	roots  []owners.Ref                  // the keys of byRoot in the order of the Jobs: maps have none
	pods   map[types.UID][]metav1.Object // by UID of the Job, newest first; the packed ones stay packed until one is looked at
	jobs   map[types.UID]*batchv1.Job
}

// newRuns sorts the Jobs and their pods by what they belong to, the newest first.
func newRuns(s *snapshot.Snapshot, f *owners.Forest) *runs {
	r := &runs{s: s, f: f, byRoot: map[owners.Ref][]*batchv1.Job{}, pods: map[types.UID][]metav1.Object{}, jobs: map[types.UID]*batchv1.Job{}}
	r.addJobs()
	r.addPods()
	return r
}

// addJobs sorts in the Jobs that were read.
func (r *runs) addJobs() {
	for _, job := range r.s.Jobs {
		root := r.f.Node(job).Root().Ref
		if _, known := r.byRoot[root]; !known {
			r.roots = append(r.roots, root)
		}
		r.byRoot[root] = append(r.byRoot[root], job)
		r.jobs[job.UID] = job
	}
	for _, jobs := range r.byRoot {
		slices.SortFunc(jobs, func(a, b *batchv1.Job) int { return newerFirst(a, b) })
	}
}

// addPods sorts in the pods of these Jobs, the healthy ones too: a pod that succeeded is a result.
func (r *runs) addPods() {
	for object := range r.s.PodObjects("") {
		if r.owns(object) {
			uid := metav1.GetControllerOfNoCopy(object).UID
			r.pods[uid] = append(r.pods[uid], object)
		}
	}
	for _, pods := range r.pods {
		slices.SortFunc(pods, newerFirst)
	}
}

// newerFirst orders objects by their creation; of two in the same second, the name decides.
func newerFirst(a, b metav1.Object) int {
	made := a.GetCreationTimestamp()
	return cmp.Or(b.GetCreationTimestamp().Compare(made.Time), cmp.Compare(b.GetName(), a.GetName()))
}

// owns reports whether pod is of a Job that was read. A pod of another Job is
// judged by itself.
func (r *runs) owns(p metav1.Object) bool {
	ref := metav1.GetControllerOfNoCopy(p)
	return ref != nil && ref.UID != "" && r.jobs[ref.UID] != nil
}

// unhealthy returns the unhealthy containers of each root, by its latest run that
// has a result.
func (r *runs) unhealthy(o Options) []Container {
	var unhealthy []Container
	for _, root := range r.roots {
		for _, job := range r.byRoot[root] {
			found, done := r.judge(root, job, o)
			unhealthy = append(unhealthy, found...)
			if done {
				break
			}
		}
	}
	return unhealthy
}

// judge returns the unhealthy containers of one Job, and whether they decide
// the state of its root. A run that is going well so far does not excuse the
// one before.
func (r *runs) judge(root owners.Ref, job *batchv1.Job, o Options) ([]Container, bool) {
	switch {
	case condition(job, batchv1.JobComplete), condition(job, batchv1.JobSuccessCriteriaMet):
		return nil, true
	case condition(job, batchv1.JobSuspended):
		return nil, false
	case condition(job, batchv1.JobFailed), condition(job, batchv1.JobFailureTarget):
		return r.failed(root, job, o), true
	}
	return r.trying(job, o)
}

// trying returns the unhealthy containers in the latest pod of a Job that has no result yet, and
// whether there are any.
func (r *runs) trying(job *batchv1.Job, o Options) ([]Container, bool) {
	for _, object := range r.pods[job.UID] {
		p := snapshot.PodOf(object)
		if !o.pod(p) {
			continue
		}
		if p.Status.Phase == corev1.PodSucceeded {
			return nil, false // one of several completions
		}
		if found := r.of(job, p, o); len(found) > 0 {
			return found, true
		}
	}
	return nil, false
}

// of returns the unhealthy containers of a pod of a Job that is still trying.
func (r *runs) of(job *batchv1.Job, p *corev1.Pod, o Options) []Container {
	found := unhealthyIn(r.s, r.f, p, Options{Since: o.since()})
	if p.Status.Phase == corev1.PodFailed {
		found = failedIn(r.s, r.f, p, Options{Since: o.since()})
		for i := range found {
			found[i].Status = Thrashing // the Job makes another pod
		}
	}
	for i := range found {
		found[i].job = job
	}
	return found
}

// failed returns the container that failed in the latest pod of a Job that
// gave up, or the bare Job if that pod is gone.
func (r *runs) failed(root owners.Ref, job *batchv1.Job, o Options) []Container {
	for _, object := range r.pods[job.UID] {
		p := snapshot.PodOf(object)
		if !o.pod(p) {
			continue
		}
		for c := range pod.Containers(p) {
			if failedItself(c) {
				item := of(r.f, c, Failed, false)
				item.job = job
				return []Container{item}
			}
		}
	}
	if !o.job(job) {
		return nil
	}
	return []Container{{Namespace: job.Namespace, Root: root, Status: Failed, job: job}}
}

// failedItself reports whether a container's failure can have failed its pod: sidecars are stopped
// when the others end, and ephemeral containers do not count.
func failedItself(c pod.Container) bool {
	t := c.Last()
	return t != nil && t.ExitCode != 0 && c.Type != pod.Sidecar && c.Type != pod.Ephemeral
}

// condition reports whether a condition of a Job holds.
func condition(job *batchv1.Job, typ batchv1.JobConditionType) bool {
	return slices.ContainsFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
		return c.Type == typ && c.Status == corev1.ConditionTrue
	})
}
