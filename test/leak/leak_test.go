package leak

import (
	"strings"
	"testing"
)

// A goroutine that waits is found, and no more when it has ended.
func TestLeft(t *testing.T) {
	end := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-end
	}()
	found := false
	for _, stack := range running() {
		found = found || strings.Contains(stack, "leak.TestLeft.func")
	}
	if !found {
		t.Error("a goroutine that waits is not found")
	}
	close(end)
	<-ended
	for still := true; still; {
		still = false
		for _, stack := range running() {
			still = still || strings.Contains(stack, "leak.TestLeft.func")
		}
	}
}
