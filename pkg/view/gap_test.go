package view_test

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/snapshot"
	"github.com/thrashkit/thrashkit/pkg/view"
)

// Gaps of one kind and reason are one line with their count and an example.
func TestGapsOfOneKindAreOneLine(t *testing.T) {
	gap := func(names ...string) snapshot.Gap {
		return snapshot.Gap{Resource: "pods/log", Namespace: "shop", Reason: "gone", Impact: "causes are less certain", Names: names}
	}
	s := &snapshot.Snapshot{}
	for i, want := range []string{
		"pods/log in shop not read: gone; causes are less certain",
		"pods/log web-1/app in shop not read: gone; causes are less certain",
		"pods/log in shop (2, such as web-0/app) not read: gone; causes are less certain",
	} {
		s.AddGap(gap([][]string{nil, {"web-1/app"}, {"web-0/app"}}[i]...))
		s.AddGap(gap([][]string{nil, {"web-1/app"}, {"web-0/app"}}[i]...)) // the same again adds nothing
		what, why := view.Gap(s.Gaps[len(s.Gaps)-1])
		if got := what + " not read: " + why; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if len(s.Gaps) != 2 || s.Gaps[1].Count != 2 {
		t.Errorf("%d gaps, the last of %d names, want 2 gaps of 2 names", len(s.Gaps), s.Gaps[1].Count)
	}
}

// What could not be read in several namespaces or contexts is one line if reason and impact are the
// same. A few gaps that name objects stay apart, so that each is named.
func TestGapsOfManyNamespacesAreOneLine(t *testing.T) {
	list := func(namespace, reason string) snapshot.Gap {
		return snapshot.Gap{Resource: "jobs", Namespace: namespace, Reason: reason, Impact: "Jobs are not shown"}
	}
	of := func(context, namespace string) snapshot.Gap {
		g := list(namespace, "x")
		g.Context = context
		return g
	}
	log := func(namespace string, names ...string) snapshot.Gap {
		return snapshot.Gap{Resource: "pods/log", Namespace: namespace, Reason: "gone", Names: names}
	}
	for _, test := range []struct {
		gaps []snapshot.Gap
		want string
	}{
		{[]snapshot.Gap{list("a", "none there")}, "jobs in a"},
		{[]snapshot.Gap{list("", "none"), list("a", "none")}, "jobs | jobs in a"},
		{[]snapshot.Gap{list("a", "none there"), list("b", "forbidden"), list("c", "none there")}, "jobs in a, c | jobs in b"},
		{[]snapshot.Gap{list("a", "x"), list("b", "x"), list("c", "x")}, "jobs in a, b, c"},
		{[]snapshot.Gap{list("a", "x"), list("b", "x"), list("c", "x"), list("d", "x")}, "jobs in a, b, c, 1 more"},
		{[]snapshot.Gap{of("eu", "a"), of("us", "a")}, "eu, us: jobs in a"},
		{[]snapshot.Gap{of("eu", "a"), of("eu", "b"), of("us", "a"), of("us", "b")}, "eu, us: jobs in a, b"},
		{[]snapshot.Gap{of("eu", "a"), of("us", "b")}, "eu: jobs in a | us: jobs in b"},
		{[]snapshot.Gap{log("a", "x/app"), log("b", "x/app"), log("c", "z/app")}, "pods/log x/app in a | pods/log x/app in b | pods/log z/app in c"},
		{
			[]snapshot.Gap{log("d", "y/app", "z/app"), log("a", "x/app"), log("b", "x/app"), log("c", "x/app"), log("c")},
			"pods/log in a, b, c, 1 more (5, such as y/app) | pods/log in c",
		},
		{[]snapshot.Gap{{Resource: "cluster", Context: "eu", Reason: "x"}, {Resource: "cluster", Context: "us", Reason: "x"}}, "cluster eu | cluster us"},
	} {
		var what []string
		for _, l := range view.GapLines(test.gaps) {
			what = append(what, l.What)
		}
		if got := strings.Join(what, " | "); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
