package manifest

import (
	"bytes"
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
	little := data[0] == 0xff
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		low := data[i]
		high := data[i+1]
		if !little {
			low, high = high, low
		}
		units = append(units, uint16(low)|uint16(high)<<8)
	}
	return []byte(string(utf16.Decode(units)))
}

// IsUTF16 reports whether data begins with the byte order mark of UTF-16.
func IsUTF16(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff"))
}
