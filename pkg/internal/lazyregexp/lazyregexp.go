// Package lazyregexp has regular expressions that are compiled when they are first used. Tables of hundreds of them would
// else cost every start of a program more than what it then does with one object.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is a regular expression. Its methods are those of regexp.Regexp, and may be used by several goroutines at once.
type Regexp struct {
	compile func() *regexp.Regexp
}

// New returns the regular expression that text is. A mistake in it panics at its first use, and within tests at once.
func New(text string) *Regexp {
	r := &Regexp{compile: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
	if strings.HasSuffix(os.Args[0], ".test") {
		r.compile()
	}
	return r
}

// MatchString reports whether s has a match.
func (r *Regexp) MatchString(s string) bool { return r.compile().MatchString(s) }

// FindString returns the leftmost match in s, "" if there is none.
func (r *Regexp) FindString(s string) string { return r.compile().FindString(s) }

// FindStringIndex returns the bounds of the leftmost match in s, nil if there is none.
func (r *Regexp) FindStringIndex(s string) []int { return r.compile().FindStringIndex(s) }

// FindStringSubmatch returns the leftmost match in s and its groups, nil if there is none.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.compile().FindStringSubmatch(s) }

// FindStringSubmatchIndex returns the bounds of the leftmost match in s and of its groups, nil if there is none.
func (r *Regexp) FindStringSubmatchIndex(s string) []int {
	return r.compile().FindStringSubmatchIndex(s)
}

// FindAllString returns at most n matches in s, all of them if n is negative.
func (r *Regexp) FindAllString(s string, n int) []string { return r.compile().FindAllString(s, n) }

// FindAllStringIndex returns the bounds of at most n matches in s, of all if n is negative.
func (r *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return r.compile().FindAllStringIndex(s, n)
}

// FindAllStringSubmatch returns at most n matches in s with their groups, all of them if n is negative.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.compile().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex returns the bounds of at most n matches in s and of their groups, of all if n is negative.
func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.compile().FindAllStringSubmatchIndex(s, n)
}

// ReplaceAllString returns s with each match replaced, in which $1 stands for a group.
func (r *Regexp) ReplaceAllString(s, by string) string { return r.compile().ReplaceAllString(s, by) }

// String returns the text of the regular expression.
func (r *Regexp) String() string { return r.compile().String() }
