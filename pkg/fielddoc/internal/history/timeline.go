package main

import (
	"maps"
)

// span is the minors in which something exists; until is 0 if it still does.
type span struct{ since, until int }

// timeline is what all releases together say.
type timeline struct {
	releases []*release // oldest first
	gates    map[string]gate
	// since is when each field appeared, by struct and field; of a struct that got a
	// new name it counts from the old one.
	since map[string]map[string]span
	// born is when each struct appeared.
	born map[string]int
}

// newTimeline puts releases together, oldest first.
func newTimeline(releases []*release, gates map[string]gate) *timeline {
	t := &timeline{releases: releases, gates: gates, since: map[string]map[string]span{}, born: map[string]int{}}
	var before *release
	for _, r := range releases {
		t.add(before, r)
		before = r
	}
	return t
}

// now returns the newest release: the one that the table is written for.
func (t *timeline) now() *release { return t.releases[len(t.releases)-1] }

// add takes one more release. before is nil for the first.
func (t *timeline) add(before, r *release) {
	renamed := renames(before, r)
	for name, s := range r.structs {
		if t.since[name] == nil {
			t.bear(name, renamed[name], r.minor)
		}
		note(t.since[name], s.fields, r.minor)
	}
}

// bear begins the history of a struct: as the one of old, if it was called that before, or else with no
// fields yet.
func (t *timeline) bear(name, old string, minor int) {
	if old != "" {
		t.since[name] = maps.Clone(t.since[old])
		t.born[name] = t.born[old]
		return
	}
	t.since[name] = map[string]span{}
	t.born[name] = minor
}

// note notes which of the names are there in a minor: a new name, or one that is there again, begins a
// span, and one that is missing ends its span with the minor before.
func note[T any](spans map[string]span, there map[string]T, minor int) {
	for name := range there {
		if have, ok := spans[name]; !ok || have.until != 0 {
			spans[name] = span{since: minor}
		}
	}
	for name, have := range spans {
		if _, ok := there[name]; !ok && have.until == 0 {
			have.until = minor - 1
			spans[name] = have
		}
	}
}

// renames returns the structs that are new in a release and are used where another one
// did before, by their new names.
func renames(before, r *release) map[string]string {
	renamed := map[string]string{}
	if before == nil {
		return renamed
	}
	for name, s := range r.structs {
		old, ok := before.structs[name]
		if !ok {
			continue
		}
		for f, is := range s.fields {
			if was := old.fields[f]; before.renamedIn(r, was.typ, is.typ) {
				renamed[is.typ] = was.typ
			}
		}
	}
	return renamed
}

// renamedIn reports whether the type of a field is another one in the next release r, which did
// not exist: the old one under a new name. A field that now has a type that was there before
// was changed, as from LocalObjectReference to SecretReference.
func (r *release) renamedIn(next *release, was, is string) bool {
	return was != is && r.structs[was] != nil && r.structs[is] == nil && next.structs[is] != nil
}
