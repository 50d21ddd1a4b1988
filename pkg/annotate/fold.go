package annotate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/thrashkit/thrashkit/pkg/provenance"
)

// machineNotes are annotations in which programs keep a whole object or a
// status for themselves, by what they are called.
var machineNotes = []string{
	provenance.LastApplied,                        // kubectl apply
	"kapp.k14s.io/original",                       // kapp
	"objectset.rio.cattle.io/applied",             // Fleet and Rancher
	"kopf.zalando.org/last-handled-configuration", // operators made with kopf
	"banzaicloud.com/last-applied",                // operators made with k8s-objectmatcher
	"autoscaling.alpha.kubernetes.io/conditions",  // autoscaling/v1 keeps what v2 has fields for
	"autoscaling.alpha.kubernetes.io/current-metrics",
	"autoscaling.alpha.kubernetes.io/metrics",
	"autoscaling.alpha.kubernetes.io/behavior",
	"k8s.v1.cni.cncf.io/network-status", // Multus
	"sidecar.istio.io/status",           // Istio
	"control-plane.alpha.kubernetes.io/leader",
}

// longNote is how many bytes a folded annotation has at least: a shorter one
// takes a line anyway.
const longNote = 60

// foldable reports whether a field is an annotation that a program wrote for
// itself, too long to read.
func foldable(f *Field) bool {
	text, ok := f.raw.(string)
	return ok && len(text) > longNote && annotation(f.path) && slices.Contains(machineNotes, f.name())
}

// folded returns the words that take the place of a folded value.
func (f *Field) foldedWords() string {
	text, _ := f.raw.(string)
	words := fmt.Sprintf("%s: %d bytes, folded; --long shows them", f.name(), len(text))
	if meaning := f.meaning(false); meaning != "" {
		words += ". " + strings.TrimSuffix(meaning, ".")
	}
	return words
}
