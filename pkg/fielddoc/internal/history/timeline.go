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

func newTimeline(releases []*release, gates map[string]gate) *timeline {
	t := &timeline{releases: releases, gates: gates, since: map[string]map[string]span{}, born: map[string]int{}}
	for i, r := range releases {
		var before *release
		if i > 0 {
			before = releases[i-1]
		}
		t.add(before, r)
	}
	return t
}

// add takes one more release.
func (t *timeline) add(before, r *release) {
	renamed := renames(before, r)
	for name, s := range r.structs {
		fields := t.since[name]
		if fields == nil {
			fields = map[string]span{}
			t.born[name] = r.minor
			if old := renamed[name]; old != "" {
				fields = maps.Clone(t.since[old])
				t.born[name] = t.born[old]
			}
			t.since[name] = fields
		}
		for f := range s.fields {
			if have, ok := fields[f]; !ok || have.until != 0 {
				fields[f] = span{since: r.minor}
			}
		}
		for f, have := range fields {
			if _, ok := s.fields[f]; !ok && have.until == 0 {
				have.until = r.minor - 1
				fields[f] = have
			}
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
			was := old.fields[f]
			if was.typ != is.typ && before.structs[was.typ] != nil && before.structs[is.typ] == nil && r.structs[is.typ] != nil {
				renamed[is.typ] = was.typ
			}
		}
	}
	return renamed
}
