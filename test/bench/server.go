//go:build linux

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
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
	namespace, parts := targetOf(r.URL.Path)
	if len(parts) == 3 && parts[2] == "log" {
		s.send(w, "text/plain", []byte("starting\npanic: runtime error: index out of range [3] with length 3\n"))
		return
	}
	kind := (*snapshot.Kind)(nil)
	if len(parts) == 1 {
		kind = snapshot.KindOfResource(parts[0])
	}
	if kind == nil {
		notFound(w)
		return
	}
	if s.changes != nil && r.URL.Query().Get("watch") != "" {
		s.changes.serve(w, r, kind.Plural)
		return
	}
	page, err := s.list(kind, namespace, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.send(w, runtime.ContentTypeProtobuf, page)
}

// targetOf returns the namespace of a path, if it has one, and what follows:
// "/api/v1/namespaces/load-0000/pods" is "load-0000" and "pods".
func targetOf(path string) (namespace string, parts []string) {
	parts = strings.Split(strings.Trim(path, "/"), "/")
	parts = parts[min(len(parts), map[string]int{"api": 2, "apis": 3}[parts[0]]):] // after the group and version
	if len(parts) > 2 && parts[0] == "namespaces" {
		return parts[1], parts[2:]
	}
	return "", parts
}

// notFound answers for all that a made-up cluster does not have: objects by name, discovery, other resources.
func notFound(w http.ResponseWriter) {
	w.Header().Set("Content-Type", runtime.ContentTypeJSON)
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(
		[]byte(`{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"details":{"name":"x"}}`),
	)
}

func (s *server) send(w http.ResponseWriter, format string, data []byte) {
	w.Header().Set("Content-Type", format)
	n, _ := w.Write(data) // the client may have gone
	s.bytes.Add(int64(n))
}

// selection is which objects a list asks for.
type selection struct {
	namespace string // empty for all
	byLabel   labels.Selector
	byField   fields.Selector
}

// selectionOf returns what the query of a request selects in a namespace. An absent selector selects everything.
func selectionOf(namespace string, query url.Values) (selection, error) {
	byLabel, err := labels.Parse(query.Get("labelSelector"))
	if err != nil {
		return selection{}, err
	}
	byField, err := fields.ParseSelector(query.Get("fieldSelector"))
	return selection{namespace, byLabel, byField}, err
}

func (s selection) has(o item) bool {
	return (s.namespace == "" || o.namespace == s.namespace) && s.byLabel.Matches(o.labels) && s.byField.Matches(o.fields)
}

// list returns a page of a list. A continue token is the number of the next object.
func (s *server) list(kind *snapshot.Kind, namespace string, r *http.Request) ([]byte, error) {
	query := r.URL.Query()
	selected, err := selectionOf(namespace, query)
	if err != nil {
		return nil, err
	}
	limit, _ := strconv.Atoi(query.Get("limit")) // absent: 0, all
	at, _ := strconv.Atoi(query.Get("continue")) // absent: 0, the first
	total, object := s.objects(kind.Plural)
	page := metav1.ListMeta{ResourceVersion: "7"}
	var items []byte
	scratch := []byte(nil) // one buffer for the bytes of all objects: their length stands before them
	for taken := 0; at < total; at++ {
		if limit > 0 && taken == limit {
			page.Continue = strconv.Itoa(at)
			left := int64(total - at)
			page.RemainingItemCount = &left
			break
		}
		o := object(at)
		if !selected.has(o) {
			continue
		}
		taken++
		scratch = o.data(scratch[:0])
		items = protowire.AppendBytes(protowire.AppendTag(items, 2, protowire.BytesType), scratch)
	}
	return envelope(kind, page, items)
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
