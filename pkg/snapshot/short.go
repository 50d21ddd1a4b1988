package snapshot

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// form is a short form of a kind of texts. shorten returns ok = false for texts
// that are not written as lengthen would write them.
type form struct {
	shorten  func(text string) (short []byte, ok bool)
	lengthen func(short string) string
}

// The short forms of what a pod has for itself. Kubernetes makes every UID a random UUID
// (NewUUID in k8s.io/apimachinery pkg/util/uuid), and every resource version a decimal number.
var (
	uuidForm    = form{shortUUID, longUUID}
	numberForm  = form{shortNumber, longNumber}
	addressForm = form{shortAddress, longAddress}
)

func shortUUID(text string) ([]byte, bool) {
	id, err := uuid.Parse(text)
	return id[:], err == nil && longUUID(string(id[:])) == text
}

func longUUID(short string) string {
	var id uuid.UUID
	copy(id[:], short)
	return id.String()
}

func shortNumber(text string) ([]byte, bool) {
	number, err := strconv.ParseUint(text, 10, 64)
	short := binary.AppendUvarint(nil, number)
	return short, err == nil && longNumber(string(short)) == text
}

func longNumber(short string) string {
	number, _ := uvarint(short)
	return strconv.FormatUint(number, 10)
}

func shortAddress(text string) ([]byte, bool) {
	address, err := netip.ParseAddr(text)
	return address.AsSlice(), err == nil && address.String() == text && address.Zone() == ""
}

func longAddress(short string) string {
	address, _ := netip.AddrFromSlice([]byte(short))
	return address.String()
}

// append appends the text in the shorter of its two forms, behind the length and a bit
// that shows whether it is the short form.
func (f form) append(to []byte, text string) []byte {
	short, ok := f.shorten(text)
	if !ok || len(short) >= len(text) {
		return append(binary.AppendUvarint(to, uint64(len(text))<<1), text...)
	}
	return append(binary.AppendUvarint(to, uint64(len(short))<<1|1), short...)
}

// text returns the text of which append has written the given bytes.
func (f form) text(short bool, bytes string) string {
	if short {
		return f.lengthen(bytes)
	}
	return bytes
}

// suffixForm returns the form of texts that begin with a prefix, which are as short as
// the rest.
func suffixForm(prefix string) form {
	return form{
		shorten: func(text string) ([]byte, bool) {
			rest, ok := strings.CutPrefix(text, prefix)
			return []byte(rest), ok
		},
		lengthen: func(rest string) string { return prefix + rest },
	}
}
