package view

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// Age returns d as kubectl prints ages, with two or three significant figures:
// "5m12s", "3h5m", "12d". A negative age of more than a second is "<invalid>".
func Age(d time.Duration) string { return duration.HumanDuration(d) }

// Countdown returns d exactly, to the second: "40s", "1m40s", "2h", "1d3h20m". What is
// over is "0s".
func Countdown(d time.Duration) string {
	left := max(0, int64(d.Round(time.Second)/time.Second))
	if left == 0 {
		return "0s"
	}
	var out strings.Builder
	for _, unit := range []struct {
		seconds int64
		letter  string
	}{{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}} {
		if n := left / unit.seconds; n > 0 {
			fmt.Fprintf(&out, "%d%s", n, unit.letter)
		}
		left %= unit.seconds
	}
	return out.String()
}
