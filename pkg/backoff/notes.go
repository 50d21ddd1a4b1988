package backoff

import (
	"fmt"
	"time"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// notes returns what the times are based on, and what may make them wrong, as plain
// sentences.
func (m model) notes(last *run, now Schedule) []string {
	var out []string
	if now.Overdue(m.at) {
		out = append(out, overdueNote(now))
	}
	if m.cadence.fixed && m.cadence.aimed && now.NotBefore != nil {
		out = append(out, "the kubelet's version is not known: the window covers every version")
	}
	if last != nil && m.h.kubelet.After(last.started) {
		out = append(out, fmt.Sprintf("the kubelet restarted at %s and forgot the series", m.h.kubelet.UTC().Format(time.TimeOnly)))
	}
	if note := policyNote(now); note != "" {
		out = append(out, note)
	}
	return append(out, m.windowNotes(last, now)...)
}

// windowNotes returns why the window is wider, earlier or shorter than the step of the curve.
func (m model) windowNotes(last *run, now Schedule) []string {
	var out []string
	if m.assumesMaximum(last, now) {
		out = append(out, "no wait longer than 1m was seen on the node, so that may be its maximum")
	}
	if m.killing(last) == surelyKilled && now.Kind == KindCrash && now.Basis != BasisMessage {
		out = append(out, "killed by a probe: the back-off counts from the previous exit, so the restart is often immediate")
	}
	if now.ResetsAt != nil && now.NotBefore != nil {
		at := now.ResetsAt.UTC().Format(time.TimeOnly)
		out = append(out, "the wait is cut short: the series is forgotten at "+at)
	}
	return out
}

// overdueNote returns why a start may be late.
func overdueNote(now Schedule) string {
	if now.NodeDown {
		return "the node is not ready: nothing starts before its kubelet is back"
	}
	return "the kubelet or the node may be down, or the image pull may be slow"
}

// policyNote returns how the curve of the node is known, if it is not the built-in one.
func policyNote(now Schedule) string {
	most := time.Duration(now.Policy.Max)
	switch now.Policy.Source {
	case PolicyServed:
		return fmt.Sprintf("the pauses so far suggest a maximum of about %s on this node", wording.Exact(most))
	case PolicyMessage:
		if most != maxWait {
			return "the node's maximum wait is " + wording.Exact(most)
		}
	case PolicyNode:
		if now.Kind == KindCrash {
			first := wording.Exact(time.Duration(now.Policy.Initial))
			return fmt.Sprintf("the node is configured to wait %s, doubled up to %s", first, wording.Exact(most))
		}
	case PolicyDefault:
	}
	return ""
}

// assumesMaximum reports whether the window begins where it would on a node with the
// common maximum, because nothing shows whether the node has it (see maybeCapped).
func (m model) assumesMaximum(last *run, now Schedule) bool {
	if last == nil || now.NotBefore == nil || now.Current == nil {
		return false
	}
	return m.unproven(candidate{now.Policy, time.Duration(*now.Current)}) && now.NotBefore.Equal(last.finished.Add(commonMaximum))
}
