package main

import "testing"

// TestEncodeInner encodes a text in each place that asks for base64, also inside of another.
func TestEncodeInner(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a {b64|x|} b", "a eA== b"},
		{"{b64|x|}, {b64|y|}", "eA==, eQ=="},
		{"{b64|{b64|x|}|}", "ZUE9PQ=="},
		{`{b64|{"a":"b"}|}`, "eyJhIjoiYiJ9"},
		{`{b64|a\nb|}`, "YQpi"},
		{"{b64|x", "{b64|x"},
	} {
		if got := encodeInner(c.text); got != c.want {
			t.Errorf("encodeInner(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
