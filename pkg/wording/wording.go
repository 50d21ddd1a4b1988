// Package wording writes counts, lists and lengths of time the way people read
// them, and cuts names into words. Every package that composes a sentence uses it, so
// that the same figure looks the same in every output. It reads nothing and knows no
// Kubernetes.
package wording

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/duration"
)

// Count returns n with the noun in the number that n asks for: "1 pod", "3 pods".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s", n, plural(noun))
}

// plural returns the plural of an English noun: "address" gives "addresses",
// "policy" gives "policies". The resources of kinds are not its business: see
// snapshot.Plural.
func plural(noun string) string {
	if strings.HasSuffix(noun, "s") {
		return noun + "es"
	}
	if stem, endsInY := strings.CutSuffix(noun, "y"); endsInY {
		return stem + "ies"
	}
	return noun + "s"
}

// Age returns d as kubectl prints ages, with two or three significant figures:
// "5m12s", "3h5m", "12d". A time in the future, as a node whose clock is ahead
// reports it, has the age "0s".
func Age(d time.Duration) string { return duration.HumanDuration(max(0, d)) }

// longest is the longest duration that Exact writes out. What differs by more is the
// work of a clock that is wrong, and overflows at 292 years.
const longest = 100 * 365 * 24 * time.Hour

// Lasted returns how long something took, as Age does, and "less than 1s" for
// what is too short for an age.
func Lasted(d time.Duration) string {
	if d < time.Second {
		return "less than 1s"
	}
	return Age(d)
}

// Exact returns d to the second: "40s", "1m40s", "2h", "1d3h20m". What is over
// is "0s".
func Exact(d time.Duration) string {
	if d > longest {
		return "more than 100y"
	}
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

// Shown is how many names a list spells out.
const Shown = 3

// List joins names for a sentence. It spells out the first three and counts the
// rest: "a, b, c and 4 more".
func List(names []string) string { return ListOf(names, len(names)) }

// ListOf does the same for the first Shown or more of count names.
func ListOf(first []string, count int) string {
	if count <= Shown {
		return strings.Join(first, ", ")
	}
	return strings.Join(first[:Shown], ", ") + fmt.Sprintf(" and %d more", count-Shown)
}

// First returns the first most words, and if there are others one more that counts them:
// rest is its format, such as "and %d more". It does not change words.
func First(words []string, most int, rest string) []string {
	if len(words) <= most {
		return words
	}
	return append(words[:most:most], fmt.Sprintf(rest, len(words)-most))
}

// LowerASCII returns text with lower-case letters from A to Z, byte for byte, so that a
// place in it is the same place in text. strings.ToLower changes the length of what
// is no UTF-8 and of some letters of other scripts.
func LowerASCII(text string) string {
	out := []byte(text)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}
