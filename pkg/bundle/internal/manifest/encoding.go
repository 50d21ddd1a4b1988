package manifest

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// UTF8 returns data without a byte order mark, converted from UTF-16 if the mark
// shows it, as "kubectl get -o yaml > file" writes on Windows.
func UTF8(data []byte) []byte {
	if rest, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		return rest
	}
	if !IsUTF16(data) {
		return data
	}
	if data[0] == 0xff {
		return fromUTF16(data[2:], binary.LittleEndian)
	}
	return fromUTF16(data[2:], binary.BigEndian)
}

// fromUTF16 converts text behind its byte order mark. Half a character at the end of a file that was cut is dropped.
func fromUTF16(text []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, 0, len(text)/2)
	for ; len(text) > 1; text = text[2:] {
		units = append(units, order.Uint16(text))
	}
	return []byte(string(utf16.Decode(units)))
}

// IsUTF16 reports whether data begins with the byte order mark of UTF-16.
func IsUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}
