package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/thrashkit/thrashkit/pkg/cluster"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

const cannotListPods = `pods is forbidden: User "eve" cannot list resource "pods" in API group "" at the cluster scope`

func pod(name string) corev1.Pod {
	return corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name}}
}

func pods(names ...string) *corev1.PodList {
	list := &corev1.PodList{}
	for _, name := range names {
		list.Items = append(list.Items, pod(name))
	}
	return list
}

func podNames(s *snapshot.Snapshot) string {
	var names []string
	for _, p := range s.Pods {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func TestClusterReadsIntoOneSortedSnapshot(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/namespaces/shop/pods":              object(pods("web-2", "web-1")),
		"/api/v1/namespaces/shop/services":          object(&corev1.ServiceList{}),
		"/api/v1/namespaces/shop/configmaps/web":    object(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}),
		"/apis/apps/v1/namespaces/shop/replicasets": refusal(apierrors.NewInternalError(errors.New("etcd is away"))),
	})
	s := &snapshot.Snapshot{}
	err := a.cluster(t, cluster.Options{Context: "prod"}).Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{
		{Resource: "pods", Namespace: "shop", Required: true},
		{Resource: "pods", Namespace: "shop", Required: true},
		{Resource: "services", Namespace: "shop", Labels: "app=web"},
		{Resource: "configmaps", Namespace: "shop", Name: "web"},
		{Resource: "replicasets", Namespace: "shop", Impact: "revisions are not shown"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if podNames(s) != "web-1 web-2" || len(s.ConfigMaps) != 1 {
		t.Errorf("pods %s, config maps %v", podNames(s), s.ConfigMaps)
	}
	if !s.At.Equal(moment) || s.AtSource != snapshot.AtServer {
		t.Errorf("judged from %s by %s, want the server's %s", s.At, s.AtSource, moment)
	}
	if diff := cmp.Diff(snapshot.Source{Type: "cluster", Context: "prod", Server: a.URL}, s.Source); diff != "" {
		t.Error(diff)
	}
	if !s.Complete("pods", "shop") || s.Complete("services", "shop") || s.Complete("configmaps", "shop") || s.Complete("replicasets", "shop") {
		t.Error("complete is what was listed whole and without a selector")
	}
	want := []snapshot.Gap{{
		Resource: "replicasets", Namespace: "shop", Impact: "revisions are not shown",
		Reason: "Internal error occurred: etcd is away",
	}}
	if diff := cmp.Diff(want, s.Gaps); diff != "" {
		t.Error(diff)
	}
	if len(a.requests()) != 4 {
		t.Errorf("%d requests, want 4: what is asked for twice is read once", len(a.requests()))
	}
	for _, r := range a.requests() {
		if accept := r.Header.Get("Accept"); !strings.HasPrefix(accept, "application/vnd.kubernetes.protobuf") {
			t.Errorf("%s asks for %q, want protobuf", r.URL.Path, accept)
		}
	}
}

func TestTheMomentIsTheNewestDateOfTheFirstLoad(t *testing.T) {
	later := func(d time.Duration, next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", moment.Add(d).Format(http.TimeFormat))
			next(w, r)
		}
	}
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/pods":       later(time.Second, object(pods())),
		"/api/v1/services":   later(3*time.Second, forbidden("services", "no")),
		"/api/v1/events":     later(2*time.Second, object(&corev1.EventList{})),
		"/api/v1/configmaps": later(time.Hour, object(&corev1.ConfigMapList{})),
	})
	first := snapshot.Query{Reads: []snapshot.Read{{Resource: "pods"}, {Resource: "services"}, {Resource: "events"}}}
	second := snapshot.Query{Reads: []snapshot.Read{{Resource: "configmaps"}}}
	c := a.cluster(t, cluster.Options{})
	s := &snapshot.Snapshot{}
	for _, q := range []snapshot.Query{first, second} {
		if err := c.Load(t.Context(), s, q); err != nil {
			t.Fatal(err)
		}
	}
	if want := moment.Add(3 * time.Second); !s.At.Equal(want) {
		t.Errorf("judged from %s, want %s", s.At, want)
	}
	at := moment.Add(-time.Hour)
	c = a.cluster(t, cluster.Options{At: at})
	s = &snapshot.Snapshot{}
	if err := c.Load(t.Context(), s, first); err != nil {
		t.Fatal(err)
	}
	if !s.At.Equal(at) || s.AtSource != snapshot.AtFlag {
		t.Errorf("judged from %s by %s, want the given time", s.At, s.AtSource)
	}
}

func TestAForbiddenListIsAGapOrTheErrorWithTheNextStep(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/pods":                 forbidden("pods", cannotListPods),
		"/api/v1/namespaces/shop/pods": forbidden("pods", cannotListPods),
		"/api/v1/nodes":                forbidden("nodes", `nodes is forbidden: User "eve" cannot list resource "nodes"`),
	})
	c := a.cluster(t, cluster.Options{})
	for _, test := range []struct {
		read snapshot.Read
		hint string
	}{
		{snapshot.Read{Resource: "pods"}, "To look at one namespace that you may read, give -n NAMESPACE."},
		{snapshot.Read{Resource: "pods", Namespace: "shop"}, ""},
		{snapshot.Read{Resource: "nodes"}, ""},
	} {
		test.read.Required = true
		s := &snapshot.Snapshot{}
		err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{test.read}})
		failed, ok := errors.AsType[*cluster.ReadError](err)
		if !ok || !apierrors.IsForbidden(err) || failed.Hint() != test.hint {
			t.Errorf("%+v: error %v, want forbidden and the hint %q", test.read, err, test.hint)
		}
		test.read.Required = false
		if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{test.read}}); err != nil {
			t.Fatal(err)
		}
		if len(s.Gaps) != 1 || !strings.HasPrefix(s.Gaps[0].Reason, `forbidden: User "eve" cannot list`) {
			t.Errorf("%+v: gaps %v", test.read, s.Gaps)
		}
	}
}

// A server answers Forbidden for any path, also for kinds that it does not have.
func TestAForbiddenKindThatIsNotInstalledIsNoGap(t *testing.T) {
	const list = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts"
	read := snapshot.Read{Resource: "rollouts.argoproj.io", Namespace: "shop", Optional: true}
	answers := map[string]http.HandlerFunc{list: forbidden("rollouts", `rollouts is forbidden: User "eve" cannot list`)}
	c := serve(t, answers).cluster(t, cluster.Options{})
	for _, test := range []struct {
		installed bool
		gaps      int
	}{{false, 0}, {true, 1}} {
		if test.installed {
			answers["/apis/argoproj.io/v1alpha1"] = object(&metav1.APIResourceList{GroupVersion: "argoproj.io/v1alpha1"})
		}
		s := &snapshot.Snapshot{}
		if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read}}); err != nil {
			t.Fatal(err)
		}
		if len(s.Gaps) != test.gaps {
			t.Errorf("installed %v: gaps %v, want %d", test.installed, s.Gaps, test.gaps)
		}
	}
}

// A proxy may date its answers by a clock of its own.
func TestAClockBehindTheObjectsIsCorrected(t *testing.T) {
	for _, test := range []struct {
		ahead time.Duration // of the newest object
		gaps  int
	}{{-time.Hour, 0}, {2 * time.Second, 0}, {23 * time.Minute, 1}, {400 * 24 * time.Hour, 1}} {
		created := metav1.NewTime(moment.Add(test.ahead))
		pods := &corev1.PodList{Items: []corev1.Pod{{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: "shop", CreationTimestamp: created}}}}
		c := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": object(pods)}).cluster(t, cluster.Options{})
		s := &snapshot.Snapshot{}
		if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods"}}}); err != nil {
			t.Fatal(err)
		}
		want := moment
		if test.gaps > 0 {
			want = created.Time
		}
		if len(s.Gaps) != test.gaps || !s.At.Equal(want) || (s.AtSource == snapshot.AtServer) != (test.gaps == 0) {
			t.Errorf("objects of %s later: as of %s by %s, gaps %v", test.ahead, s.At, s.AtSource, s.Gaps)
		}
	}
}

func TestANameThatIsNotThere(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/namespaces/shop/pods/web": refusal(apierrors.NewNotFound(schema.GroupResource{Resource: "pods"}, "web")),
	})
	c := a.cluster(t, cluster.Options{})
	read := snapshot.Read{Resource: "pods", Namespace: "shop", Name: "web", Impact: "its node is not known"}
	s := &snapshot.Snapshot{}
	if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read}}); err != nil {
		t.Fatal(err)
	}
	want := []snapshot.Gap{{Resource: "pods", Namespace: "shop", Names: []string{"web"}, Reason: "not found", Impact: read.Impact}}
	if diff := cmp.Diff(want, s.Gaps); diff != "" {
		t.Error(diff)
	}
	read.Optional = true
	s = &snapshot.Snapshot{}
	if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read}}); err != nil || len(s.Gaps) != 0 {
		t.Errorf("optional: error %v, gaps %v, want neither", err, s.Gaps)
	}
	read.Optional = false
	read.Required = true
	if err := c.Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read}}); !apierrors.IsNotFound(err) {
		t.Errorf("required: error %v, want NotFound", err)
	}
}

// paged answers a list of pods in pages of the requested limit.
func paged(t *testing.T, all []string, expire func(token string) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		from := 0
		limit := len(all)
		if token := r.URL.Query().Get("continue"); token != "" {
			if expire != nil && expire(token) {
				write(w, r, http.StatusGone, &apierrors.NewResourceExpired("too old").ErrStatus)
				return
			}
			if _, err := fmt.Sscanf(token, "from-%d", &from); err != nil {
				t.Errorf("token %q: %v", token, err)
			}
		}
		if text := r.URL.Query().Get("limit"); text != "" {
			if _, err := fmt.Sscan(text, &limit); err != nil {
				t.Errorf("limit %q: %v", text, err)
			}
		}
		to := min(from+limit, len(all))
		list := pods(all[from:to]...)
		if to < len(all) {
			list.Continue = fmt.Sprintf("from-%d", to)
		}
		write(w, r, http.StatusOK, list)
	}
}

func TestLongListsAreReadInPages(t *testing.T) {
	all := strings.Fields("a b c d e f g")
	more := []snapshot.Gap{{Resource: "pods", Reason: "only 5 are read, and there are more", Impact: "some are missing"}}
	for _, test := range []struct {
		name           string
		chunk, limit   int64
		expire         string
		want, requests string
		gaps           []snapshot.Gap
	}{
		{name: "in pages", chunk: 3, want: "a b c d e f g", requests: "limit=3; limit=3 from-3; limit=3 from-6"},
		{name: "in one page", want: "a b c d e f g", requests: "limit="},
		{
			name: "a token that expires has all read at once", chunk: 3, expire: "from-3", want: "a b c d e f g",
			requests: "limit=3; limit=3 from-3; limit=",
		},
		{name: "up to a limit", chunk: 3, limit: 5, want: "a b c d e", requests: "limit=3; limit=2 from-3", gaps: more},
		{name: "up to a limit that is not reached", chunk: 5, limit: 7, want: "a b c d e f g", requests: "limit=5; limit=2 from-5"},
		{
			name: "up to a limit after a token expired", chunk: 3, limit: 5, expire: "from-3", want: "a b c d e",
			requests: "limit=3; limit=2 from-3; limit=5", gaps: more,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": paged(t, all, func(token string) bool { return token == test.expire })})
			s := &snapshot.Snapshot{}
			read := snapshot.Read{Resource: "pods", Limit: test.limit, Impact: "some are missing"}
			if err := a.cluster(t, cluster.Options{ChunkSize: test.chunk}).Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{read}}); err != nil {
				t.Fatal(err)
			}
			if podNames(s) != test.want || s.Complete("pods", "") != (test.gaps == nil) {
				t.Errorf("read %s, complete: %v", podNames(s), s.Complete("pods", ""))
			}
			if diff := cmp.Diff(test.gaps, s.Gaps); diff != "" {
				t.Error(diff)
			}
			var requests []string
			for _, r := range a.requests() {
				q := r.URL.Query()
				requests = append(requests, strings.TrimSpace("limit="+q.Get("limit")+" "+q.Get("continue")))
			}
			if diff := cmp.Diff(test.requests, strings.Join(requests, "; ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheLimitHoldsForAServerThatKnowsNoPages(t *testing.T) {
	a := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": object(pods("a", "b", "c"))})
	s := &snapshot.Snapshot{}
	err := a.cluster(t, cluster.Options{}).Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods", Limit: 2}}})
	if err != nil || podNames(s) != "a b" || len(s.Gaps) != 1 || s.Complete("pods", "") {
		t.Errorf("error %v, pods %q, gaps %v", err, podNames(s), s.Gaps)
	}
}

func TestAListThatBreaksOffKeepsWhatCameAndIsAGap(t *testing.T) {
	page := paged(t, strings.Fields("a b c"), nil)
	a := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("continue") != "" {
			write(w, r, http.StatusInternalServerError, &apierrors.NewInternalError(errors.New("gone")).ErrStatus)
			return
		}
		page(w, r)
	}})
	s := &snapshot.Snapshot{}
	err := a.cluster(t, cluster.Options{ChunkSize: 2}).Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods"}}})
	if err != nil || podNames(s) != "a b" || len(s.Gaps) != 1 || s.Complete("pods", "") {
		t.Errorf("error %v, pods %q, gaps %v", err, podNames(s), s.Gaps)
	}
}

// hang answers when the client gives up, and signals that it has begun.
func hang(begun chan<- struct{}) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		begun <- struct{}{}
		<-r.Context().Done()
	}
}

func TestCancellingEndsALoadWhoseServerHangs(t *testing.T) {
	begun := make(chan struct{}, 3)
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/pods":                         hang(begun),
		"/api/v1/services":                     hang(begun),
		"/api/v1/namespaces/shop/pods/web/log": hang(begun),
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	s := &snapshot.Snapshot{}
	c := a.cluster(t, cluster.Options{})
	go func() {
		done <- c.Load(ctx, s, snapshot.Query{
			Reads: []snapshot.Read{{Resource: "pods", Required: true}, {Resource: "services"}},
			Logs:  []snapshot.LogRead{{LogKey: snapshot.LogKey{Namespace: "shop", Pod: "web", Container: "app"}}},
		})
	}()
	for range 3 {
		<-begun
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	if len(s.Gaps) != 0 || !s.At.IsZero() {
		t.Errorf("a cancelled load left %+v in the snapshot", s)
	}
}

func TestARequiredReadThatFailsEndsTheOthers(t *testing.T) {
	begun := make(chan struct{}, 1)
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/events": hang(begun),
		"/api/v1/pods": func(w http.ResponseWriter, r *http.Request) {
			<-begun
			forbidden("pods", cannotListPods)(w, r)
		},
	})
	err := a.cluster(t, cluster.Options{}).Load(t.Context(), &snapshot.Snapshot{}, snapshot.Query{Reads: []snapshot.Read{
		{Resource: "events", Required: true}, {Resource: "pods", Required: true},
	}})
	if failed, ok := errors.AsType[*cluster.ReadError](err); !ok || failed.Read.Resource != "pods" {
		t.Errorf("error %v, want that of the read which failed by itself", err)
	}
}

func TestReadsAreSentInParallel(t *testing.T) {
	var all sync.WaitGroup
	answers := map[string]http.HandlerFunc{}
	q := snapshot.Query{}
	for i := range 8 {
		all.Add(2)
		meet := func(next http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				all.Done()
				all.Wait() // for the others: a load that reads in turn never ends
				next(w, r)
			}
		}
		name := fmt.Sprintf("web-%d", i)
		p := pod(name)
		answers["/api/v1/namespaces/shop/pods/"+name] = meet(object(&p))
		answers["/api/v1/namespaces/shop/pods/"+name+"/log"] = meet(
			func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("x\n")) },
		)
		q.Reads = append(q.Reads, snapshot.Read{Resource: "pods", Namespace: "shop", Name: name})
		q.Logs = append(q.Logs, snapshot.LogRead{LogKey: snapshot.LogKey{Namespace: "shop", Pod: name, Container: "app"}})
	}
	a := serve(t, answers)
	s := &snapshot.Snapshot{}
	if err := a.cluster(t, cluster.Options{}).Load(t.Context(), s, q); err != nil {
		t.Fatal(err)
	}
	if len(s.Pods) != 8 || len(s.Logs) != 8 {
		t.Errorf("read %d pods and %d logs", len(s.Pods), len(s.Logs))
	}
}

func TestObjectsAreTrimmedAsTheyArrive(t *testing.T) {
	one := pods("x").Items[0]
	a := serve(t, map[string]http.HandlerFunc{
		"/api/v1/pods":                   paged(t, strings.Fields("a b c"), nil),
		"/api/v1/namespaces/shop/pods/x": object(&one),
	})
	trim := func(o runtime.Object) { o.(*corev1.Pod).Labels = map[string]string{"trimmed": "yes"} }
	s := &snapshot.Snapshot{}
	err := a.cluster(t, cluster.Options{ChunkSize: 2, Trim: trim}).Load(t.Context(), s, snapshot.Query{Reads: []snapshot.Read{
		{Resource: "pods"}, {Resource: "pods", Namespace: "shop", Name: "x"},
	}})
	if err != nil || len(s.Pods) != 4 {
		t.Fatalf("error %v, pods %q", err, podNames(s))
	}
	for _, pod := range s.Pods {
		if pod.Labels["trimmed"] == "" {
			t.Errorf("pod %s came whole", pod.Name)
		}
	}
}

// seenProgress records the pages of lists.
type seenProgress struct{ steps []string }

func (p *seenProgress) Page(resource string, read, total int64) {
	p.steps = append(p.steps, fmt.Sprintf("%s %d/%d", resource, read, total))
}
func (p *seenProgress) Done() { p.steps = append(p.steps, "done") }

func TestPagesOfLongListsAreProgress(t *testing.T) {
	for chunk, want := range map[int64]string{2: "pods 2/0, pods 3/0, done", 5: "done"} {
		a := serve(t, map[string]http.HandlerFunc{"/api/v1/pods": paged(t, strings.Fields("a b c"), nil)})
		p := &seenProgress{}
		c := a.cluster(t, cluster.Options{ChunkSize: chunk, Progress: p})
		if err := c.Load(t.Context(), &snapshot.Snapshot{}, snapshot.Query{Reads: []snapshot.Read{{Resource: "pods"}}}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.steps, ", "); got != want {
			t.Errorf("pages of %d: %s, want %s", chunk, got, want)
		}
	}
}
