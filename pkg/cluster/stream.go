package cluster

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"

	"github.com/thrashkit/thrashkit/pkg/cluster/internal/protolist"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// streamBuffer is how much of a response is read at a time.
const streamBuffer = 64 << 10

// stream sends a list request and calls take with each object as it arrives. A
// response that is a JSON list, because a proxy answers so, is read item by item
// too. Any other, such as a Status, is decoded whole, as the typed client does.
func (t typedList) stream(ctx context.Context, request *rest.Request, take func(runtime.Object) error) (metav1.ListInterface, error) {
	if klog.V(8).Enabled() { // prints what responses hold
		list, err := t.empty()
		if err != nil {
			return nil, err
		}
		got, err := expect(request.Do(ctx), list)
		return eachOf(got, err, t.trim, take)
	}
	ctx, format := withFormat(ctx)
	body, err := request.Stream(ctx)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	buffered := bufio.NewReaderSize(body, streamBuffer)
	if format.media() == runtime.ContentTypeJSON && isJSONList(buffered, t.listKind()) {
		return t.jsonItems(buffered, take)
	}
	if !format.protobuf() || !protolist.Matches(buffered, t.listKind()) {
		return t.decoded(buffered, format.contentType, take)
	}
	page, err := protolist.Read(buffered, func(item []byte) error {
		object, err := t.decoder.Decode(t.kind, item)
		if err != nil {
			return err
		}
		return take(object)
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// typedList is the list of one kind that a Snapshot has.
type typedList struct {
	kind    *snapshot.Kind
	decoder Decoder              // of protobuf
	trim    func(runtime.Object) // of other formats
}

// whole is the Decoder that decodes everything and then trims it.
type whole struct{ trim func(runtime.Object) }

// Decode returns the object that data holds.
func (w whole) Decode(kind *snapshot.Kind, data []byte) (runtime.Object, error) {
	object, err := kind.Unmarshal(data)
	if err != nil {
		return nil, err
	}
	w.trim(object)
	return object, nil
}

// listKind returns the kind of the list: DeploymentList in apps/v1.
func (t typedList) listKind() schema.GroupVersionKind {
	return t.kind.GroupVersion().WithKind(t.kind.Kind + "List")
}

// empty returns an empty list.
func (t typedList) empty() (runtime.Object, error) { return scheme.Scheme.New(t.listKind()) }

// decoded decodes a response with the decoder of its format; see expect.
func (t typedList) decoded(body io.Reader, contentType string, take func(runtime.Object) error) (metav1.ListInterface, error) {
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	list, err := t.empty()
	if err != nil {
		return nil, err
	}
	got, err := expectBytes(data, contentType, list)
	return eachOf(got, err, t.trim, take)
}

// eachOf trims each object of a list that was decoded whole, and calls take with
// it, unless err is set.
func eachOf(list runtime.Object, err error, trim func(runtime.Object), take func(runtime.Object) error) (metav1.ListInterface, error) {
	if err != nil {
		return nil, err
	}
	if err := meta.EachListItem(list, func(item runtime.Object) error {
		trim(item)
		return take(item)
	}); err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	page, err := meta.ListAccessor(list)
	if err != nil {
		return nil, fmt.Errorf("read list: %w", err)
	}
	return page, nil
}

// format is the Content-Type of the last response to a context's request, which
// client-go does not return of a stream.
type format struct{ contentType string }

// protobuf reports whether the response is protobuf, which was asked for and so
// is what a response without a type is.
func (f *format) protobuf() bool {
	return f.contentType == "" || f.media() == runtime.ContentTypeProtobuf
}

// media returns the type without its parameters, empty for none.
func (f *format) media() string {
	media, _, err := mime.ParseMediaType(f.contentType)
	if err != nil {
		return ""
	}
	return media
}

// formatKey is where a context has the format of its response.
type formatKey struct{}

// withFormat returns a context whose response sets the format.
func withFormat(ctx context.Context) (context.Context, *format) {
	f := &format{}
	return context.WithValue(ctx, formatKey{}, f), f
}

// seeFormat notes the format of a response.
func seeFormat(ctx context.Context, answer *http.Response) {
	if f, ok := ctx.Value(formatKey{}).(*format); ok {
		f.contentType = answer.Header.Get("Content-Type")
	}
}
