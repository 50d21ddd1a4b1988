package fault

import (
	"bytes"
	"net/http"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// Request is what a request of the API asks for.
type Request struct {
	Kind            *snapshot.Kind // nil for what is not of a known one
	Namespace, Name string
	Sub             string // subresource, as log
}

// Parse returns what a path of the API asks for, a zero Request if it names no
// resource: "/apis/apps/v1/namespaces/shop/deployments/web" is the Deployment web of shop.
func Parse(path string) Request {
	group, parts := groupOf(strings.Split(strings.Trim(path, "/"), "/"))
	if len(parts) == 0 {
		return Request{}
	}
	a := Request{}
	if len(parts) > 2 && parts[0] == "namespaces" {
		a.Namespace = parts[1]
		parts = parts[2:]
	}
	for _, k := range snapshot.Kinds {
		if k.Group == group && k.Plural == parts[0] {
			a.Kind = k
		}
	}
	if len(parts) > 1 {
		a.Name = parts[1]
	}
	if len(parts) > 2 {
		a.Sub = parts[2]
	}
	return a
}

// groupOf returns the group of a path, empty for the core group, and what follows the
// version. Of paths of discovery and others, as "/version", nothing follows.
func groupOf(parts []string) (group string, rest []string) {
	if len(parts) > 2 && parts[0] == "api" {
		return "", parts[2:]
	}
	if len(parts) > 3 && parts[0] == "apis" {
		return parts[1], parts[3:]
	}
	return "", nil
}

// Fail answers with an error of the API.
func Fail(w http.ResponseWriter, r *http.Request, code int, reason metav1.StatusReason, message string) {
	Send(w, r, code, &metav1.Status{Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: message})
}

// encode returns an object in the format that a request asks for. It encodes a copy,
// since an encoder sets the kind of what it encodes, and requests run side by side.
func encode(r *http.Request, o runtime.Object) (format string, data []byte) {
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
	format, data := encode(r, o)
	w.Header().Set("Content-Type", format)
	w.WriteHeader(code)
	_, _ = w.Write(data) // the client has gone
}

// must panics on an error that only a mistake in a test can cause: an object of an unknown type.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
