package protolist_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"math/rand"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	"k8s.io/apimachinery/pkg/api/meta"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"pgregory.net/rapid"
	"sigs.k8s.io/randfill"

	"github.com/thrashkit/thrashkit/pkg/cluster/internal/protolist"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// message is a typed object in its protobuf form.
type message interface {
	runtime.Object
	Unmarshal(data []byte) error
}

// streamed is what Read returns of a document that Matches.
func streamed(document []byte, k *snapshot.Kind) (items []runtime.Object, page *metav1.ListMeta, matches bool, err error) {
	in := bufio.NewReader(bytes.NewReader(document))
	if !protolist.Matches(in, listKind(k)) {
		return nil, nil, false, nil
	}
	page, err = protolist.Read(in, func(data []byte) error {
		object, ok := k.New().(message)
		if !ok {
			return errors.New("no protobuf form")
		}
		items = append(items, object)
		return object.Unmarshal(data)
	})
	return items, page, true, err
}

// typed is what the decoder of the typed client returns.
func typed(document []byte, k *snapshot.Kind) (items []runtime.Object, page metav1.ListInterface, err error) {
	list, err := scheme.Scheme.New(listKind(k))
	if err != nil {
		return nil, nil, err
	}
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	decoder := scheme.Codecs.WithoutConversion().DecoderToVersion(info.Serializer, k.GroupVersion())
	if _, _, err = decoder.Decode(document, nil, list); err != nil {
		return nil, nil, err
	}
	if err = meta.EachListItem(list, func(o runtime.Object) error {
		items = append(items, o)
		return nil
	}); err != nil {
		return nil, nil, err
	}
	page, err = meta.ListAccessor(list)
	return items, page, err
}

func listKind(k *snapshot.Kind) schema.GroupVersionKind {
	return k.GroupVersion().WithKind(k.Kind + "List")
}

// encode returns a list as the API server sends it.
func encode(t interface{ Fatal(...any) }, list runtime.Object, gv schema.GroupVersion) []byte {
	info, _ := runtime.SerializerInfoForMediaType(scheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	var out bytes.Buffer
	if err := scheme.Codecs.EncoderForVersion(info.Serializer, gv).Encode(list, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// kinds are all that a Snapshot has a list of.
func kinds() []*snapshot.Kind {
	var out []*snapshot.Kind
	for _, k := range snapshot.Kinds {
		if snapshot.KindOfResource(k.Resource()) != nil {
			out = append(out, k)
		}
	}
	return out
}

// random returns a list of random objects of a kind.
func random(t *rapid.T, k *snapshot.Kind) runtime.Object {
	seed := rapid.Int64().Draw(t, "seed")
	length := rapid.IntRange(0, 4).Draw(t, "items")
	filler := fuzzer.FuzzerFor(fuzzer.MergeFuzzerFuncs(metafuzzer.Funcs), rand.NewSource(seed), scheme.Codecs).
		NilChance(0.4).NumElements(0, 3).Funcs(
		func(v *corev1.ResourceList, _ randfill.Continue) { *v = nil }, // a random Quantity has no text
	)
	list, err := scheme.Scheme.New(listKind(k))
	if err != nil {
		t.Fatal(err)
	}
	page, err := meta.ListAccessor(list)
	if err != nil {
		t.Fatal(err)
	}
	page.SetResourceVersion(rapid.String().Draw(t, "version"))
	page.SetContinue(rapid.String().Draw(t, "continue"))
	if rapid.Bool().Draw(t, "counted") {
		left := rapid.Int64().Draw(t, "left")
		page.SetRemainingItemCount(&left)
	}
	var items []runtime.Object
	for range length {
		object := k.New()
		filler.Fill(object)
		items = append(items, object)
	}
	if err := meta.SetList(list, items); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRandomListsReadAsTheTypedClientReadsThem(t *testing.T) {
	all := kinds()
	if len(all) < 15 {
		t.Fatalf("%d kinds have lists", len(all))
	}
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(all).Draw(t, "kind")
		document := encode(t, random(t, k), k.GroupVersion())
		items, page, matches, err := streamed(document, k)
		if !matches || err != nil {
			t.Fatalf("%s: matches %v, error %v", k.Kind, matches, err)
		}
		want, wantPage, err := typed(document, k)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, items, quantities); diff != "" {
			t.Fatalf("%s (-typed +streamed):\n%s", k.Kind, diff)
		}
		if !reflect.DeepEqual(metaOf(wantPage), metaOf(page)) {
			t.Fatalf("the page is %+v, and %+v for the typed client", page, wantPage)
		}
	})
}

var quantities = cmp.Exporter(func(reflect.Type) bool { return true })

func metaOf(p metav1.ListInterface) metav1.ListMeta {
	return metav1.ListMeta{
		SelfLink:        p.GetSelfLink(), //nolint:staticcheck // servers of old still send it
		ResourceVersion: p.GetResourceVersion(), Continue: p.GetContinue(), RemainingItemCount: p.GetRemainingItemCount(),
	}
}

func pods(names ...string) *corev1.PodList {
	list := &corev1.PodList{ListMeta: metav1.ListMeta{ResourceVersion: "7", Continue: "next"}}
	for _, name := range names {
		list.Items = append(list.Items, corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name}})
	}
	return list
}

// A document may end after any byte: what came before is delivered, and the end
// is an error.
func TestADocumentThatEndsEarlyIsAnError(t *testing.T) {
	k := snapshot.KindNamed("pods")
	document := encode(t, pods("a", "b"), k.GroupVersion())
	matched := 0
	for n := range document {
		items, _, matches, err := streamed(document[:n], k)
		if !matches {
			continue
		}
		matched++
		if err == nil && n < len(document)-4 { // the envelope ends with two empty fields, which may be missing
			t.Errorf("%d of %d bytes: %d items and no error", n, len(document), len(items))
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if matched < 20 {
		t.Errorf("only %d beginnings match", matched)
	}
}

func TestItemsArriveOneByOneFromASlowStream(t *testing.T) {
	k := snapshot.KindNamed("pods")
	document := encode(t, pods("a", "b", "c"), k.GroupVersion())
	in := bufio.NewReader(iotest.OneByteReader(bytes.NewReader(document)))
	if !protolist.Matches(in, listKind(k)) {
		t.Fatal("no match")
	}
	n := 0
	page, err := protolist.Read(in, func([]byte) error { n++; return nil })
	if err != nil || n != 3 || page.Continue != "next" || page.ResourceVersion != "7" {
		t.Errorf("%d items, page %+v, error %v", n, page, err)
	}
}

func TestTheErrorOfTheCallerEndsTheRead(t *testing.T) {
	k := snapshot.KindNamed("pods")
	in := bufio.NewReader(bytes.NewReader(encode(t, pods("a", "b"), k.GroupVersion())))
	enough := errors.New("enough")
	n := 0
	if _, err := protolist.Read(in, func([]byte) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
		t.Errorf("%d items, error %v", n, err)
	}
}

// What is not a list of the type is for the general decoder: nothing of it is consumed.
func TestOtherDocumentsDoNotMatch(t *testing.T) {
	k := snapshot.KindNamed("pods")
	for name, document := range map[string][]byte{
		"empty":           {},
		"JSON":            []byte(`{"kind":"PodList","apiVersion":"v1","items":[]}`),
		"magic alone":     []byte("k8s\x00"),
		"a Status":        encode(t, &metav1.Status{Status: metav1.StatusFailure}, schema.GroupVersion{Version: "v1"}),
		"another list":    encode(t, &corev1.ServiceList{}, k.GroupVersion()),
		"no protobuf":     []byte("k8s\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
		"body first":      append([]byte("k8s\x00"), 0x12, 0),
		"truncated names": encode(t, pods("a"), k.GroupVersion())[:12],
	} {
		in := bufio.NewReader(bytes.NewReader(document))
		if protolist.Matches(in, listKind(k)) {
			t.Errorf("%s matches", name)
		}
		if rest, err := io.ReadAll(in); err != nil || !bytes.Equal(rest, document) {
			t.Errorf("%s: %d of %d bytes are left, error %v", name, len(rest), len(document), err)
		}
	}
}

// A length grants no memory before the bytes have come.
func TestALengthWithoutBytesTakesNoMemory(t *testing.T) {
	item := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.BytesType), 1<<40)
	document := envelope(append(protowire.AppendVarint(nil, 1<<41), item...))
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if _, _, matches, err := streamed(document, snapshot.KindNamed("pods")); !matches || !errors.Is(err, io.ErrUnexpectedEOF) {
				b.Fatalf("matches %v, error %v", matches, err)
			}
		}
	})
	if result.AllocedBytesPerOp() > 4<<20 {
		t.Errorf("%d bytes", result.AllocedBytesPerOp())
	}
}

// envelope returns a document whose raw is what follows: its length and bytes.
func envelope(raw []byte) []byte {
	var typeMeta []byte
	for i, value := range []string{"v1", "PodList"} {
		typeMeta = protowire.AppendString(protowire.AppendTag(typeMeta, protowire.Number(i+1), protowire.BytesType), value)
	}
	document := protowire.AppendBytes(protowire.AppendTag([]byte("k8s\x00"), 1, protowire.BytesType), typeMeta)
	return append(protowire.AppendTag(document, 2, protowire.BytesType), raw...)
}

// FuzzRead holds Read to the typed client on any body of a list: what Read
// accepts, the client accepts with the same items. Read refuses more: documents
// with two types or bodies, field numbers that do not fit, and groups.
func FuzzRead(f *testing.F) {
	k := snapshot.KindNamed("pods")
	for _, list := range []*corev1.PodList{pods(), pods("a"), pods("a", "b", "c")} {
		document := encode(f, list, k.GroupVersion())
		f.Add(document[len("k8s\x00"):])
	}
	f.Add(envelope([]byte{3, 0x12, 1, 0})[len("k8s\x00"):])
	f.Fuzz(func(t *testing.T, body []byte) {
		document := append([]byte("k8s\x00"), body...)
		items, page, matches, err := streamed(document, k)
		if !matches || err != nil {
			return
		}
		want, wantPage, err := typed(document, k)
		if err != nil {
			t.Fatalf("Read accepts what the typed client refuses: %v", err)
		}
		if diff := cmp.Diff(want, items, quantities); diff != "" {
			t.Fatal(diff)
		}
		if !reflect.DeepEqual(metaOf(wantPage), metaOf(page)) {
			t.Fatalf("the page is %+v, and %+v for the typed client", page, wantPage)
		}
	})
}
