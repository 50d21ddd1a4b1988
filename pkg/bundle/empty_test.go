package bundle

import (
	"strings"
	"testing"
)

// A file keeps no more memory than its text, also if its length was not known: an archive may have a million empty ones.
func TestShortFilesKeepLittleMemory(t *testing.T) {
	for _, text := range []string{"", "a", strings.Repeat("a", 5000), strings.Repeat("a", 70_000)} {
		for _, length := range []int64{0, unknownSize, int64(len(text))} {
			data, err := readChunks(strings.NewReader(text), length, 1<<20)
			if err != nil || string(data) != text {
				t.Fatalf("%d bytes: %v, %d bytes", len(text), err, len(data))
			}
			if spare := cap(data) - len(data); spare > 16<<10 || (text == "" && cap(data) > 0) {
				t.Errorf("a file of %d bytes, announced as %d, keeps %d more", len(text), length, spare)
			}
		}
	}
}
