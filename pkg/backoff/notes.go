package backoff

import (
	"fmt"
	"time"

	"github.com/thrashkit/thrashkit/pkg/wording"
)

// notes returns in plain sentences what the figures rest on.
func (m model) notes(last *run, now Schedule) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if now.Overdue(m.at) && now.NodeDown {
		add("the node is not ready: nothing starts before its kubelet is back")
	} else if now.Overdue(m.at) {
		add("the kubelet or the node may be down, or an image may be slow to come")
	}
	if m.cadence.fixed && m.cadence.aimed && now.NotBefore != nil {
		add("the kubelet's version is not known: the window covers every version")
	}
	if last != nil && m.h.kubelet.After(last.started) {
		add("the kubelet restarted at %s and forgot the series", m.h.kubelet.UTC().Format(time.TimeOnly))
	}
	switch now.Policy.Source {
	case PolicyServed:
		add("the pauses so far suggest a maximum of about %s on this node", wording.Exact(time.Duration(now.Policy.Max)))
	case PolicyMessage:
		if time.Duration(now.Policy.Max) != maxWait {
			add("the node's maximum wait is %s", wording.Exact(time.Duration(now.Policy.Max)))
		}
	case PolicyNode:
		if now.Kind != KindCrash {
			break
		}
		add(
			"the node is configured to wait %s, doubled up to %s",
			wording.Exact(time.Duration(now.Policy.Initial)),
			wording.Exact(time.Duration(now.Policy.Max)),
		)
	case PolicyDefault:
	}
	if last != nil && now.NotBefore != nil && now.Current != nil && m.unproven(candidate{now.Policy, time.Duration(*now.Current)}) &&
		now.NotBefore.Equal(last.finished.Add(commonMaximum)) {
		add("no wait longer than 1m was seen on the node, so that may be its maximum")
	}
	if m.killing(last) == surelyKilled && now.Kind == KindCrash {
		add("a probe killed it: the kubelet counts such a wait from the death before, and often starts at once")
	}
	if now.ResetsAt != nil && now.NotBefore != nil {
		add("the wait is cut short: the series is forgotten at %s", now.ResetsAt.UTC().Format(time.TimeOnly))
	}
	return out
}
