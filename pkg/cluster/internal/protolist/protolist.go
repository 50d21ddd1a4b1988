// Package protolist reads the protobuf form of a Kubernetes list item by item
// from a stream, so that a page of a list never is in memory as a whole. It
// knows the envelope and the list; the items are the caller's to decode.
//
// The form is that of k8s.io/apimachinery 0.37: the bytes "k8s\0" and a
// runtime.Unknown (pkg/runtime/generated.proto), whose raw is the list: ListMeta
// in field 1, items in field 2, as in every generated.proto of k8s.io/api.
package protolist

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// magic precedes every protobuf document of the API
// (k8s.io/apimachinery pkg/runtime/serializer/protobuf).
const magic = "k8s\x00"

// The fields of runtime.Unknown and of a list.
const (
	envelopeType = 1
	envelopeRaw  = 2
	envelopeLast = 4 // contentType; all are bytes

	listMeta = 1 // metav1.ListMeta: the resource version and the continue token
	listItem = 2 // repeated, one for each object
)

// headLen is how many bytes of a document Matches looks at. The magic, the names of
// the type and the length of the list take less than 120 bytes.
const headLen = 512

// step bounds how much memory a length grants before the bytes have come.
const step = 1 << 20

// Matches reports whether a document begins as the API server's lists of that
// type do, so that Read can read it. It consumes nothing. Any other
// document, such as a Status, is for the general decoder.
func Matches(in *bufio.Reader, list schema.GroupVersionKind) bool {
	head, _ := in.Peek(headLen) // fewer bytes at the end of the document
	rest, ok := bytes.CutPrefix(head, []byte(magic))
	if !ok {
		return false
	}
	rest, ok = bytesField(rest, envelopeType)
	if !ok {
		return false
	}
	typeMeta, length := protowire.ConsumeBytes(rest)
	if length < 0 || !isType(typeMeta, list) {
		return false
	}
	_, ok = bytesField(rest[length:], envelopeRaw)
	return ok
}

// bytesField returns what follows the tag of a field of bytes, its length first, and false if data begins
// with another tag.
func bytesField(data []byte, want protowire.Number) ([]byte, bool) {
	number, wire, n := protowire.ConsumeTag(data)
	if n < 0 || number != want || wire != protowire.BytesType {
		return nil, false
	}
	return data[n:], true
}

// isType reports whether a TypeMeta in protobuf is that of a list. An API server writes the kind and the
// version that were asked for.
func isType(typeMeta []byte, list schema.GroupVersionKind) bool {
	var is runtime.TypeMeta
	return is.Unmarshal(typeMeta) == nil && is.Kind == list.Kind && is.APIVersion == list.GroupVersion().String()
}

// Read calls item with the bytes of each item of a list, in order, and returns
// the metadata of the list. The bytes are only valid during the call. A document
// that ends early, or is not well formed, is an error after the items before it.
func Read(in *bufio.Reader, item func([]byte) error) (*metav1.ListMeta, error) {
	if _, err := in.Discard(len(magic)); err != nil {
		return nil, early(err)
	}
	e := &envelope{reader: reader{in: in, left: math.MaxInt64}, meta: &metav1.ListMeta{}, item: item}
	for {
		// Only the end of the stream ends an envelope, which has no length of its own.
		if _, err := in.Peek(1); errors.Is(err, io.EOF) && e.read {
			return e.meta, nil
		}
		if err := e.field(); err != nil {
			return nil, err
		}
	}
}

// envelope is a runtime.Unknown while it is read.
type envelope struct {
	reader
	meta  *metav1.ListMeta
	item  func([]byte) error
	named bool // the type was read
	read  bool // the list was read
}

// field reads the next field. A field twice is an error: the general decoder would keep the last one, and
// the items of the first would have been handed out already.
func (e *envelope) field() error {
	number, wire, err := e.tag()
	switch {
	case err != nil:
		return err
	case number <= envelopeLast && wire != protowire.BytesType:
		return fmt.Errorf("field %d of the envelope has the wire type %d", number, wire)
	case number == envelopeType && e.named:
		return errors.New("the list has two types")
	case number != envelopeRaw:
		e.named = e.named || number == envelopeType
		return e.skip(number, wire) // Matches has read the type; an encoding is never set
	case e.read:
		return errors.New("the list has two bodies")
	}
	e.read = true
	return e.list()
}

// reader reads the fields of one message.
type reader struct {
	in   *bufio.Reader
	left int64  // bytes of the message
	data []byte // the last field, reused: an item is decoded before the next is read
}

// list reads the body of the envelope.
func (e *envelope) list() error {
	length, err := e.length()
	if err != nil {
		return err
	}
	body := &reader{in: e.in, left: length}
	for body.left > 0 {
		if err := e.listField(body); err != nil {
			return err
		}
	}
	return nil
}

// listField reads one field of the list: an item, its metadata, or one that later versions may add.
func (e *envelope) listField(body *reader) error {
	number, wire, err := body.tag()
	if err != nil {
		return err
	}
	if number != listMeta && number != listItem {
		return body.skip(number, wire)
	}
	if wire != protowire.BytesType {
		return fmt.Errorf("field %d of the list has the wire type %d", number, wire)
	}
	data, err := body.bytes()
	if err != nil {
		return err
	}
	if number == listItem {
		return e.item(data)
	}
	return e.meta.Unmarshal(data)
}

// tag reads the number and the type of a field.
func (r *reader) tag() (protowire.Number, protowire.Type, error) {
	v, err := r.varint()
	if err != nil {
		return 0, 0, err
	}
	number, wire := protowire.DecodeTag(v)
	if number < protowire.MinValidNumber || v>>3 > uint64(protowire.MaxValidNumber) {
		return 0, 0, fmt.Errorf("the field number %d is not valid", v>>3)
	}
	return number, wire, nil
}

// varint reads a number of up to ten bytes, seven bits in each
// (protobuf.dev/programming-guides/encoding).
func (r *reader) varint() (uint64, error) {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		if r.left <= 0 {
			return 0, io.ErrUnexpectedEOF
		}
		b, err := r.in.ReadByte()
		if err != nil {
			return 0, early(err)
		}
		r.left--
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, errors.New("a number has more than 64 bits")
}

// length reads the length of a field, which is no longer than its message.
func (r *reader) length() (int64, error) {
	n, err := r.varint()
	if err != nil {
		return 0, err
	}
	if n > uint64(r.left) {
		return 0, io.ErrUnexpectedEOF
	}
	r.left -= int64(n)
	return int64(n), nil
}

// bytes reads a field of bytes. They are valid until the next call.
func (r *reader) bytes() ([]byte, error) {
	length, err := r.length()
	if err != nil {
		return nil, err
	}
	r.data = r.data[:0]
	if err := r.fill(length); err != nil {
		return nil, err
	}
	return r.data, nil
}

// fill reads length bytes into the field, step by step: a length that is larger than the rest of the answer
// costs no memory.
func (r *reader) fill(length int64) error {
	for left := length; left > 0; {
		n := int(min(left, step))
		if _, err := io.ReadFull(r.in, r.grow(n)); err != nil {
			return early(err)
		}
		left -= int64(n)
	}
	return nil
}

// grow makes the field n bytes longer, and returns that part of it. The memory at least doubles, so
// that a field of many steps is not copied at each.
func (r *reader) grow(n int) []byte {
	at := len(r.data)
	if cap(r.data) < at+n {
		r.data = append(make([]byte, 0, max(at+n, 2*cap(r.data))), r.data...)
	}
	r.data = r.data[:at+n]
	return r.data[at:]
}

// skip reads over a field. Groups were never part of the API.
func (r *reader) skip(number protowire.Number, wire protowire.Type) error {
	switch wire {
	case protowire.VarintType:
		_, err := r.varint()
		return err
	case protowire.Fixed32Type:
		return r.skipFixed(4)
	case protowire.Fixed64Type:
		return r.skipFixed(8)
	case protowire.BytesType:
		length, err := r.length()
		if err != nil {
			return err
		}
		return r.discard(length)
	default:
		return fmt.Errorf("field %d has the wire type %d", number, wire)
	}
}

// skipFixed reads over a field whose length its type gives.
func (r *reader) skipFixed(length int64) error {
	if length > r.left {
		return io.ErrUnexpectedEOF
	}
	r.left -= length
	return r.discard(length)
}

// discard reads over bytes that are counted already.
func (r *reader) discard(length int64) error {
	_, err := io.CopyN(io.Discard, r.in, length)
	return early(err)
}

// early returns err as the error of a document that ended too early.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
