package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// untemplated are kinds whose manifest no example can make right, and why.
var untemplated = map[string]string{
	"ClusterTrustBundle":    "needs the certificates of an authority",
	"PodCertificateRequest": "needs a pod on a node, and a key",
}

// TestTemplatesAreAccepted prints each kind that can be created as a manifest to be
// edited, in two depths, and creates it as it is as a dry run.
func TestTemplatesAreAccepted(t *testing.T) {
	t.Parallel()
	s := newFieldServer(t, theLab(t)) // in the namespace default, to which an Event without a namespace belongs
	var accepted int
	var left []string
	for _, r := range s.served(t) {
		if !r.create || !r.get {
			continue
		}
		id := r.gvk.GroupVersion().String() + " " + r.gvk.Kind
		if reason := untemplated[r.gvk.Kind]; reason != "" {
			left = append(left, id+" ("+reason+")")
			continue
		}
		for _, depth := range []string{"1", "2", "4"} {
			text, errs, err := s.run("", filepath.Join(filepath.Dir(s.bin), "kubectl-explainfields"), r.name, "--depth", depth)
			if err != nil {
				t.Errorf("%s: %v %s", id, err, errs)
				continue
			}
			o := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(text), &o.Object); err != nil {
				t.Errorf("%s: %v\n%s", id, err, text)
				continue
			}
			if _, err := s.dryCreate(o); err != nil {
				t.Errorf("%s, depth %s: %v\n%s", id, depth, err, settings(text))
				break
			}
			accepted++
		}
	}
	slices.Sort(left)
	t.Logf("Kubernetes 1.%d: %d manifests accepted; not tried: %s", s.minor, accepted, strings.Join(left, ", "))
}

// settings returns the lines of a manifest that set something.
func settings(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimSpace(line); trimmed != "" && trimmed[0] != '#' {
			line, _, _ = strings.Cut(line, " #:")
			lines = append(lines, strings.TrimRight(line, " \n"))
		}
	}
	return fmt.Sprint(strings.Join(lines, "\n"))
}
