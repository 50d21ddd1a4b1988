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

// Parse returns what a path of the API asks for.
func Parse(path string) Request {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	group := ""
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		group = parts[1]
		parts = parts[3:]
	default:
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

// Fail answers with an error of the API.
func Fail(w http.ResponseWriter, r *http.Request, code int, reason metav1.StatusReason, message string) {
	Send(w, r, code, &metav1.Status{Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: message})
}

// encode returns an object in the format that a request asks for.
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

func must(err error) {
	if err != nil {
		panic(err)
	}
}
