//go:build linux

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync/atomic"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/test/fakeapi"
)

// server speaks as much of the API as lists take, in protobuf, of a cluster that
// it makes up while it answers: pods are copies of two models of their Deployment.
type server struct {
	shape    shape
	models   [][3]model // by Deployment and state
	changes  *changes   // nil: nothing can be watched
	requests atomic.Int64
	bytes    atomic.Int64
}

// newServer makes the models of the pods, which takes longer than to fill them in.
func newServer(s shape) *server {
	out := &server{shape: s}
	for d := range s.deployments() {
		var of [3]model
		for state := range of {
			of[state] = newModel(s.podModel(d, state))
		}
		out.models = append(out.models, of)
	}
	return out
}

// item is an object of a list: its bytes, and what selectors ask of it.
type item struct {
	namespace string
	labels    labels.Set
	fields    fields.Set
	data      func(to []byte) []byte
}

// ServeHTTP answers lists and logs; no object has a name that is asked for.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	w.Header().Set("Date", began.Add(now).Format(http.TimeFormat))
	want := fakeapi.Parse(r.URL.Path)
	switch {
	case want.Sub == "log":
		s.send(w, "text/plain", []byte("starting\npanic: runtime error: index out of range [3] with length 3\n"))
	case snapshot.KindOfResource(want.Resource) == nil || want.Name != "": // discovery, custom kinds and single objects
		fakeapi.NotFound(w, r, want)
	case s.changes != nil && fakeapi.Watches(r):
		s.changes.serve(w, r, want.Resource)
	default:
		page, err := s.list(want, r.URL.Query())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.send(w, runtime.ContentTypeProtobuf, page)
	}
}

// send sends an answer and counts its bytes, which the tables show as read.
func (s *server) send(w http.ResponseWriter, format string, data []byte) {
	w.Header().Set("Content-Type", format)
	n, _ := w.Write(data) // an error means that the client has gone
	s.bytes.Add(int64(n))
}

// list returns a page of a list. A continue token is the number of the next object: the
// real server's tokens hold a key and a version, which clients must not read.
func (s *server) list(want fakeapi.Request, query url.Values) ([]byte, error) {
	selector, err := want.Selector(query)
	if err != nil {
		return nil, err
	}
	limit, _ := strconv.Atoi(query.Get("limit")) // absent: 0, all
	at, _ := strconv.Atoi(query.Get("continue")) // absent: 0, the first
	total, object := s.objects(want.Resource)
	var items []byte
	scratch := []byte(nil) // one buffer for the bytes of all objects: their length stands before them
	for taken := 0; at < total && (limit == 0 || taken < limit); at++ {
		o := object(at)
		if !selector.MatchesSets(o.namespace, o.labels, o.fields) {
			continue
		}
		taken++
		scratch = o.data(scratch[:0])
		items = protowire.AppendBytes(protowire.AppendTag(items, 2, protowire.BytesType), scratch)
	}
	return envelope(want.Kind, pageAt(at, total), items)
}

// pageAt returns the metadata of a page behind which the list continues at an object.
func pageAt(at, total int) metav1.ListMeta {
	page := metav1.ListMeta{ResourceVersion: "7"}
	if at < total {
		left := int64(total - at)
		page.Continue = strconv.Itoa(at)
		page.RemainingItemCount = &left
	}
	return page
}

// envelope returns a list in the form of the API server: "k8s\x00", then a
// runtime.Unknown that holds the ListMeta (field 1) and the items (field 2).
func envelope(kind *snapshot.Kind, page metav1.ListMeta, items []byte) ([]byte, error) {
	head, err := page.Marshal()
	if err != nil {
		return nil, err
	}
	raw := append(protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), head), items...)
	all := runtime.Unknown{TypeMeta: runtime.TypeMeta{APIVersion: kind.GroupVersion().String(), Kind: kind.Kind + "List"}, Raw: raw}
	data, err := all.Marshal()
	return append([]byte("k8s\x00"), data...), err
}

// objects returns how many objects of a resource there are, and each of them.
func (s *server) objects(plural string) (int, func(int) item) {
	c := s.shape
	switch plural {
	case "pods":
		if c.jobs > 0 {
			return c.jobs, func(n int) item { return itemOf(c.jobPod(n)) }
		}
		return c.pods, s.pod
	case "jobs":
		return c.jobs, func(n int) item { return itemOf(c.jobObject(n)) }
	case "deployments":
		return c.deployments(), func(d int) item { return itemOf(c.deploymentObject(d)) }
	case "replicasets":
		return c.deployments() * (c.sets + 1), func(n int) item { return itemOf(c.setObject(n/(c.sets+1), n%(c.sets+1))) }
	case "events":
		return c.events, func(n int) item {
			e := c.eventObject(n)
			o := itemOf(e)
			o.fields = fields.Set{
				"type": e.Type, "involvedObject.kind": e.InvolvedObject.Kind, "involvedObject.name": e.InvolvedObject.Name,
			}
			return o
		}
	}
	return 0, nil
}

// pod returns the pod n of the cluster. Deployments have their pods in a row; the last one takes the rest.
func (s *server) pod(n int) item {
	d := min(n/s.shape.deployment, len(s.models)-1)
	m := s.models[d][healthy]
	if s.shape.crashes(n) {
		m = s.models[d][crashing]
	}
	return item{
		namespace: s.shape.namespace(d), labels: labels.Set{"app": appName(d), "pod-template-hash": fmt.Sprintf("%010d", s.shape.sets)},
		data: func(to []byte) []byte { return m.pod(to, n, n-d*s.shape.deployment) },
	}
}

// itemOf returns an object that is made up as a whole: unlike pods, they are few.
func itemOf(o interface {
	metav1.Object
	Marshal() ([]byte, error)
},
) item {
	return item{namespace: o.GetNamespace(), labels: o.GetLabels(), data: func(to []byte) []byte {
		data, err := o.Marshal()
		if err != nil {
			panic(err) // typed objects always have a protobuf form
		}
		return append(to, data...)
	}}
}
