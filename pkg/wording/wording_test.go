package wording_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

func Example() {
	fmt.Println(wording.Count(1, "pod"), "of", wording.Count(3, "pod"))
	fmt.Println(wording.List([]string{"web-1", "web-2", "web-3", "web-4"}))
	// Output:
	// 1 pod of 3 pods
	// web-1, web-2, web-3 and 1 more
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		n    int
		noun string
		want string
	}{
		{1, "old pod", "1 old pod"},
		{0, "old pod", "0 old pods"},
		{2, "address", "2 addresses"},
		{2, "policy", "2 policies"},
	} {
		if got := wording.Count(c.n, c.noun); got != c.want {
			t.Errorf("Count(%d, %q) = %q, want %q", c.n, c.noun, got, c.want)
		}
	}
}

func TestExact(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 400 * time.Millisecond: "0s", 40 * time.Second: "40s", 100 * time.Second: "1m40s",
		5 * time.Minute: "5m", 2 * time.Hour: "2h", 2*time.Hour + 5*time.Second: "2h5s", 27*time.Hour + 20*time.Minute: "1d3h20m",
		59*time.Second + 600*time.Millisecond: "1m", 200 * 365 * 24 * time.Hour: "more than 100y",
	} {
		if got := wording.Exact(d); got != want {
			t.Errorf("Exact(%s) = %s, want %s", d, got, want)
		}
	}
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 119 * time.Second: "119s", 312 * time.Second: "5m12s", 185 * time.Minute: "3h5m", 300 * time.Hour: "12d", -time.Hour: "0s",
	} {
		if got := wording.Age(d); got != want {
			t.Errorf("Age(%s) = %s, want %s", d, got, want)
		}
	}
}

func TestLasted(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Minute: "less than 1s", 400 * time.Millisecond: "less than 1s", 100 * time.Second: "100s", 2 * time.Hour: "120m",
	} {
		if got := wording.Lasted(d); got != want {
			t.Errorf("Lasted(%s) = %s, want %s", d, got, want)
		}
	}
}
