package fielddoc_test

import (
	"testing"

	"github.com/thrashkit/thrashkit/pkg/fielddoc"
)

func TestHeadline(t *testing.T) {
	for _, c := range []struct{ name, description, want string }{
		{"replicas", "replicas is the number of pods. Defaults to 1.", "The number of pods."},
		{"phase", "phase indicates if a volume is available, bound to a claim, or released by a claim.", "Whether a volume is available, bound to a claim, or released by a claim."},
		{
			"fsType", "fSType represents the filesystem type to mount Must be a filesystem type supported by the host.",
			"The filesystem type to mount.",
		},
		{
			"type", "type for HostPath Volume Defaults to \"\" More info: https://kubernetes.io/docs/concepts/storage/volumes#hostpath",
			"Type for HostPath Volume.",
		},
		{"scope", "scope represents if this refers to a cluster or namespace scoped resource. This may be set to \"Cluster\" (default) or \"Namespace\".", "Whether this refers to a cluster or namespace scoped resource."},
		{
			"allowed", "allowed is required. True if the action would be allowed, false otherwise.",
			"True if the action would be allowed, false otherwise.",
		},
		{
			"denied", "denied is optional. True if the action would be denied, otherwise false.",
			"True if the action would be denied, otherwise false.",
		},
		{"enabled", "Indicates that the container must run as a non-root user.", "Indicates that the container must run as a non-root user."},
		{
			"cachingMode", "cachingMode is the Host Caching mode: None, Read Only, Read Write.",
			"The Host Caching mode: None, Read Only, Read Write.",
		},
		{"size", "Required. Size of the thing", "Size of the thing"},
		{"size", "", ""},
	} {
		if got := fielddoc.Headline(c.description, c.name); got != c.want {
			t.Errorf("%s: %q: got %q, want %q", c.name, c.description, got, c.want)
		}
	}
}
