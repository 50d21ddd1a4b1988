// Package fakeapi has the parts of which tests make an API server: what a path
// asks for, the objects that it selects, and answers as clients expect them.
package fakeapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Request is what a request of the API asks for.
type Request struct {
	Kind            *snapshot.Kind // nil if the resource is none of snapshot.Kinds
	Resource        string         // plural, without the group; empty for discovery and other paths
	Namespace, Name string
	Sub             string // subresource, such as log
}

// Parse returns what a path of the API asks for, a zero Request if it names no
// resource: "/apis/apps/v1/namespaces/shop/deployments/web" is the Deployment web of shop.
func Parse(path string) Request {
	group, parts := groupOf(strings.Split(strings.Trim(path, "/"), "/"))
	if len(parts) == 0 {
		return Request{}
	}
	q := Request{}
	if len(parts) > 2 && parts[0] == "namespaces" {
		q.Namespace = parts[1]
		parts = parts[2:]
	}
	q.Resource = parts[0]
	for _, k := range snapshot.Kinds {
		if k.Group == group && k.Plural == q.Resource {
			q.Kind = k
		}
	}
	if len(parts) > 1 {
		q.Name = parts[1]
	}
	if len(parts) > 2 {
		q.Sub = parts[2]
	}
	return q
}

// groupOf returns the group of a path, empty for the core group, and what follows the
// version. Of paths of discovery and others, such as "/version", nothing follows.
func groupOf(parts []string) (group string, rest []string) {
	if len(parts) > 2 && parts[0] == "api" {
		return "", parts[2:]
	}
	if len(parts) > 3 && parts[0] == "apis" {
		return parts[1], parts[3:]
	}
	return "", nil
}

// String returns the request as tests name it: "pods", "deployments/web", "pods/web-1/log".
func (q Request) String() string {
	name := q.Resource
	for _, part := range []string{q.Name, q.Sub} {
		if part != "" {
			name += "/" + part
		}
	}
	return name
}

// Watches reports whether a request opens a watch.
func Watches(r *http.Request) bool { return r.URL.Query().Get("watch") == "true" }

// Selector decides which objects a request selects.
type Selector struct {
	request Request
	labels  labels.Selector
	fields  fields.Selector
}

// Selector returns the selector of a request with its query. It fails if a selector in the
// query is malformed.
func (q Request) Selector(query url.Values) (Selector, error) {
	byLabel, err := labels.Parse(query.Get("labelSelector"))
	if err != nil {
		return Selector{}, err
	}
	byField, err := fields.ParseSelector(query.Get("fieldSelector"))
	return Selector{q, byLabel, byField}, err
}

// Matches reports whether the request selects an object of its resource. The server of
// Kubernetes selects by a few fields of each kind; here all that hold text count.
func (s Selector) Matches(o metav1.Object, content map[string]any) bool {
	name := s.request.Name
	return (name == "" || name == o.GetName()) && s.MatchesSets(o.GetNamespace(), o.GetLabels(), texts(content))
}

// MatchesSets is Matches for an object of which only the sets are made up, whatever its name.
func (s Selector) MatchesSets(namespace string, l labels.Set, f fields.Set) bool {
	return (s.request.Namespace == "" || s.request.Namespace == namespace) && s.labels.Matches(l) && s.fields.Matches(f)
}

// texts returns the fields of an object that hold text, by their paths.
func texts(content map[string]any) fields.Set {
	set := fields.Set{}
	var walk func(prefix string, value any)
	walk = func(prefix string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for k, v := range value {
				walk(strings.TrimPrefix(prefix+"."+k, "."), v)
			}
		case string:
			set[prefix] = value
		}
	}
	walk("", content)
	return set
}

// Answer answers a get or a list with those of the objects that the request selects, in JSON.
// The list has the resource version.
func Answer(w http.ResponseWriter, r *http.Request, objects []unstructured.Unstructured, version string) {
	q := Parse(r.URL.Path)
	selector, err := q.Selector(r.URL.Query())
	if err != nil {
		Fail(w, r, http.StatusBadRequest, metav1.StatusReasonBadRequest, err.Error())
		return
	}
	found := []unstructured.Unstructured{}
	for _, o := range objects {
		if snapshot.Plural(o.GetKind()) == q.Resource && selector.Matches(&o, o.Object) {
			found = append(found, o)
		}
	}
	switch {
	case q.Name == "":
		WriteJSON(w, map[string]any{"metadata": map[string]any{"resourceVersion": version}, "items": found})
	case len(found) == 0:
		NotFound(w, r, q)
	default:
		WriteJSON(w, found[0].Object)
	}
}

// NotFound answers that the object of a request does not exist.
func NotFound(w http.ResponseWriter, r *http.Request, q Request) {
	Fail(w, r, http.StatusNotFound, metav1.StatusReasonNotFound, q.Resource+` "`+q.Name+`" not found`)
}

// Forbid answers that the user may not read the resource of a request.
func Forbid(w http.ResponseWriter, r *http.Request, q Request) {
	Fail(w, r, http.StatusForbidden, metav1.StatusReasonForbidden, q.Resource+" is forbidden")
}

// Fail answers with an error of the API.
func Fail(w http.ResponseWriter, r *http.Request, code int, reason metav1.StatusReason, message string) {
	Send(w, r, code, &metav1.Status{Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: message})
}

// WriteJSON answers with a value as JSON, whatever the client asks for.
func WriteJSON(w http.ResponseWriter, value any) {
	data, err := json.Marshal(value)
	must(err)
	w.Header().Set("Content-Type", runtime.ContentTypeJSON)
	_, _ = w.Write(data) // an error means that the client has gone
}

// Encode returns an object in the format that a request asks for. It encodes a copy,
// since an encoder sets the kind of what it encodes, and requests run side by side.
func Encode(r *http.Request, o runtime.Object) (format string, data []byte) {
	format = runtime.ContentTypeJSON
	if strings.Contains(r.Header.Get("Accept"), runtime.ContentTypeProtobuf) {
		format = runtime.ContentTypeProtobuf
	}
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), format)
	kinds, _, err := scheme.Scheme.ObjectKinds(o)
	must(err)
	version := kinds[0].GroupVersion()
	if _, is := o.(*metav1.Status); is {
		version.Version = "v1"
	}
	var body bytes.Buffer
	must(scheme.Codecs.EncoderForVersion(info.Serializer, version).Encode(o.DeepCopyObject(), &body))
	return format, body.Bytes()
}

// Send answers with an object, in protobuf to those who ask for it.
func Send(w http.ResponseWriter, r *http.Request, code int, o runtime.Object) {
	format, data := Encode(r, o)
	w.Header().Set("Content-Type", format)
	w.WriteHeader(code)
	_, _ = w.Write(data) // an error means that the client has gone
}

// must panics on an error that only a mistake in a test can cause: an object of an unknown type.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
