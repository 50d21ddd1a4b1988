package cluster

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"reflect"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

// expectBytes does the same with the bytes of an answer of a content type.
func expectBytes(data []byte, contentType string, want runtime.Object) (runtime.Object, error) {
	if err := readable(contentType); err != nil {
		return nil, err
	}
	media, _, _ := mime.ParseMediaType(cmp.Or(contentType, runtime.ContentTypeProtobuf)) // readable accepts it
	info, ok := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), media)
	if !ok {
		return nil, fmt.Errorf("the server answered in %s, which cannot be read", media)
	}
	if len(data) == 0 {
		return nil, errors.New("the server answered with nothing")
	}
	decoder := scheme.Codecs.WithoutConversion().DecoderToVersion(info.Serializer, nil)
	got, _, err := decoder.Decode(data, nil, nil)
	if status, ok := got.(*metav1.Status); ok && err == nil && status.Status != metav1.StatusSuccess {
		return nil, apierrors.FromObject(status)
	}
	switch {
	case err == nil && reflect.TypeOf(got) == reflect.TypeOf(want):
		return got, nil
	case err == nil:
		return nil, fmt.Errorf("the server answered with a %s", kindOf(got))
	case runtime.IsMissingKind(err) && meta.IsListType(want) && itemsIn(data):
		got, _, err = decoder.Decode(data, nil, want)
		return got, err
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
	return itemsIn(data)
}

// itemsIn reports whether data is JSON with a list of items.
func itemsIn(data []byte) bool {
	var list struct {
		Items *[]json.RawMessage `json:"items"`
	}
	return json.Unmarshal(data, &list) == nil && list.Items != nil
}
