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

	listMeta = 1
	listItem = 2
)

// headLen is how much of a document Matches looks at. The magic, the names of
// the type and the length of the list take less than 120 bytes.
const headLen = 512

// step bounds how much memory a length grants before the bytes have come.
const step = 1 << 20

// Matches reports whether a document begins as the API server's lists of that
// type do, so that Read can read it. It consumes nothing. Any other
// document, such as a Status, is for the general decoder.
func Matches(in *bufio.Reader, list schema.GroupVersionKind) bool {
	head, _ := in.Peek(headLen) // fewer bytes at the end of the document
	if len(head) < len(magic) || string(head[:len(magic)]) != magic {
		return false
	}
	head = head[len(magic):]
	number, wire, n := protowire.ConsumeTag(head)
	if n < 0 || number != envelopeType || wire != protowire.BytesType {
		return false
	}
	typeMeta, length := protowire.ConsumeBytes(head[n:])
	if length < 0 {
		return false
	}
	var is runtime.TypeMeta
	if is.Unmarshal(typeMeta) != nil || is.Kind != list.Kind || is.APIVersion != list.GroupVersion().String() {
		return false
	}
	number, wire, next := protowire.ConsumeTag(head[n+length:])
	return next > 0 && number == envelopeRaw && wire == protowire.BytesType
}

// Read calls item with the bytes of each item of a list, in order, and returns
// the metadata of the list. The bytes are only valid during the call. A document
// that ends early, or is not well formed, is an error after the items before it.
func Read(in *bufio.Reader, item func([]byte) error) (*metav1.ListMeta, error) {
	if _, err := in.Discard(len(magic)); err != nil {
		return nil, early(err)
	}
	r := &reader{in: in, left: math.MaxInt64}
	meta := &metav1.ListMeta{}
	named := false
	read := false
	for {
		if _, err := in.Peek(1); errors.Is(err, io.EOF) && read {
			return meta, nil
		}
		number, wire, err := r.tag()
		if err != nil {
			return nil, err
		}
		switch {
		case number <= envelopeLast && wire != protowire.BytesType:
			err = fmt.Errorf("field %d of the envelope has the wire type %d", number, wire)
		case number == envelopeType && named:
			err = errors.New("the list has two types")
		case number != envelopeRaw:
			named = named || number == envelopeType
			err = r.skip(number, wire) // Matches has read the type; an encoding is never set
		case read:
			err = errors.New("the list has two bodies")
		default:
			read = true
			err = r.list(meta, item)
		}
		if err != nil {
			return nil, err
		}
	}
}

// reader reads the fields of one message.
type reader struct {
	in   *bufio.Reader
	left int64  // bytes of the message
	data []byte // the last field, reused
}

// list reads the body of the envelope.
func (r *reader) list(meta *metav1.ListMeta, item func([]byte) error) error {
	length, err := r.length()
	if err != nil {
		return err
	}
	body := &reader{in: r.in, left: length}
	for body.left > 0 {
		number, wire, err := body.tag()
		if err != nil {
			return err
		}
		if number != listMeta && number != listItem {
			if err := body.skip(number, wire); err != nil {
				return err
			}
			continue
		}
		if wire != protowire.BytesType {
			return fmt.Errorf("field %d of the list has the wire type %d", number, wire)
		}
		data, err := body.bytes()
		if err != nil {
			return err
		}
		if number == listItem {
			err = item(data)
		} else {
			err = meta.Unmarshal(data)
		}
		if err != nil {
			return err
		}
	}
	return nil
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
	for left := length; left > 0; {
		n := int(min(left, step))
		at := len(r.data)
		if cap(r.data) < at+n {
			r.data = append(make([]byte, 0, max(at+n, 2*cap(r.data))), r.data...)
		}
		r.data = r.data[:at+n]
		if _, err := io.ReadFull(r.in, r.data[at:]); err != nil {
			return nil, early(err)
		}
		left -= int64(n)
	}
	return r.data, nil
}

// skip reads over a field. Groups were never part of the API.
func (r *reader) skip(number protowire.Number, wire protowire.Type) error {
	length := int64(0)
	var err error
	switch wire {
	case protowire.VarintType:
		_, err = r.varint()
		return err
	case protowire.Fixed32Type:
		length = 4
	case protowire.Fixed64Type:
		length = 8
	case protowire.BytesType:
		length, err = r.length()
	default:
		err = fmt.Errorf("field %d has the wire type %d", number, wire)
	}
	if err != nil {
		return err
	}
	if wire != protowire.BytesType {
		if length > r.left {
			return io.ErrUnexpectedEOF
		}
		r.left -= length
	}
	if _, err := io.CopyN(io.Discard, r.in, length); err != nil {
		return early(err)
	}
	return nil
}

// early returns err as the error of a document that ended too early.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
