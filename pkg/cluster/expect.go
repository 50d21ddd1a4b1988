package cluster

import (
	"encoding/json"
	"fmt"
	"mime"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
)

// expect decodes an answer that must be of the type of want, and returns it.
// Result.Into would take anything for an empty list: {}, null, the list of
// another kind that a broken proxy sends.
func expect(answer rest.Result, want runtime.Object) (runtime.Object, error) {
	if err := answer.Error(); err != nil {
		return nil, err
	}
	var format string
	answer = answer.ContentType(&format)
	if err := readable(format); err != nil {
		return nil, err
	}
	got, err := answer.Get()
	switch {
	case err == nil && reflect.TypeOf(got) == reflect.TypeOf(want):
		return got, nil
	case err == nil:
		return nil, fmt.Errorf("the server answered with a %s", kindOf(got))
	case runtime.IsMissingKind(err) && meta.IsListType(want) && hasItems(answer):
		return want, answer.Into(want) // other API servers than the one of Kubernetes may leave the kind out
	}
	return nil, err
}

// kindOf returns the kind of a decoded object, of which client-go empties the field.
func kindOf(o runtime.Object) string {
	if kinds, _, err := scheme.Scheme.ObjectKinds(o); err == nil {
		return kinds[0].Kind
	}
	return orNothing(o.GetObjectKind().GroupVersionKind().Kind)
}

// readable returns an error if an answer is of a format that no API server uses,
// such as the login page of a proxy.
func readable(contentType string) error {
	if contentType == "" {
		return nil
	}
	format, _, err := mime.ParseMediaType(contentType)
	known := []string{runtime.ContentTypeJSON, runtime.ContentTypeProtobuf, runtime.ContentTypeYAML, runtime.ContentTypeCBOR}
	if err != nil || !slices.Contains(known, strings.ToLower(format)) {
		return fmt.Errorf("the server answered with %q, not with an object of the API", contentType)
	}
	return nil
}

// hasItems reports whether an answer in JSON has a list of items.
func hasItems(answer rest.Result) bool {
	data, err := answer.Raw()
	if err != nil {
		return false
	}
	var list struct {
		Items *[]json.RawMessage `json:"items"`
	}
	return json.Unmarshal(data, &list) == nil && list.Items != nil
}
