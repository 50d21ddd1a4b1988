package cluster

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// jsonHead is how much of a document isJSONList looks at.
const jsonHead = 512

// isJSONList reports whether a document is JSON that begins with the kind and the
// version of a list, as API servers write them. It consumes nothing. Any other
// document is for the general decoder.
func isJSONList(in *bufio.Reader, list schema.GroupVersionKind) bool {
	head, _ := in.Peek(jsonHead) // fewer bytes at the end of the document
	d := json.NewDecoder(bytes.NewReader(head))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	found := map[string]string{}
	for len(found) < 2 {
		key, _ := d.Token()
		value, err := d.Token()
		name, isName := key.(string)
		text, isText := value.(string)
		if err != nil || !isName || !isText || (name != "kind" && name != "apiVersion") {
			return false
		}
		found[name] = text
	}
	return found["kind"] == list.Kind && found["apiVersion"] == list.GroupVersion().String()
}

// jsonItems calls take with each item of a JSON list as it arrives, trimmed, so that
// a page never is in memory as a whole. A document that ends early, or is not well
// formed, is an error after the items before it.
func (t typedList) jsonItems(in io.Reader, take func(runtime.Object) error) (metav1.ListInterface, error) {
	page := &metav1.ListMeta{}
	d := json.NewDecoder(in)
	if _, err := d.Token(); err != nil { // isJSONList has seen the brace
		return nil, endsEarly(err)
	}
	read := false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, endsEarly(err)
		}
		switch key {
		case "items":
			if read {
				return nil, errors.New("the list has items twice")
			}
			read = true
			err = t.eachJSON(d, take)
		case "metadata":
			err = d.Decode(page)
		default:
			err = d.Decode(&json.RawMessage{})
		}
		if err != nil {
			return nil, endsEarly(err)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, endsEarly(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the list")
	}
	return page, nil
}

// eachJSON decodes the items of a list, which can be null.
func (t typedList) eachJSON(d *json.Decoder, take func(runtime.Object) error) error {
	switch open, err := d.Token(); {
	case err != nil:
		return err
	case open == nil:
		return nil
	case open != json.Delim('['):
		return fmt.Errorf("the items of the list are %v", open)
	}
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	decoder := scheme.Codecs.WithoutConversion().DecoderToVersion(info.Serializer, nil)
	kind := t.kind.GroupVersion().WithKind(t.kind.Kind)
	var data json.RawMessage
	for d.More() {
		data = data[:0]
		if err := d.Decode(&data); err != nil {
			return err
		}
		item, got, err := decoder.Decode(data, &kind, nil)
		if err != nil {
			return err
		}
		if *got != kind {
			return fmt.Errorf("the list of %s has a %s", t.kind.Kind, got.Kind)
		}
		t.trim(item)
		if err := take(item); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}

// endsEarly returns the error of a list that broke off, and other errors as they are.
func endsEarly(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
