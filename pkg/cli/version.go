package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// version is stamped by the linker: -X github.com/thrashkit/thrashkit/pkg/cli.version=v1.2.3
var version string

// build describes what this program was built from.
type build struct{ version, commit, kubernetes string }

// thisBuild returns what the linker and the go command recorded. Unknown parts
// are empty, except for the version, which is then "unknown".
func thisBuild() build {
	b := build{version: version}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.read(info)
	}
	if b.version == "" {
		b.version = "unknown"
	}
	return b
}

// read fills in what the Go toolchain recorded in the binary, for builds without our linker flags
// (go install).
func (b *build) read(info *debug.BuildInfo) {
	if b.version == "" && info.Main.Version != "(devel)" {
		b.version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.commit = s.Value[:min(12, len(s.Value))]
		}
	}
	for _, m := range info.Deps {
		if m.Path == "k8s.io/client-go" {
			b.kubernetes = m.Version
		}
	}
}

// String returns "v1.2.3 (commit 0123456789ab, go1.26.0, linux/amd64, Kubernetes libraries v0.37.2)".
func (b build) String() string {
	var parts []string
	if b.commit != "" {
		parts = append(parts, "commit "+b.commit)
	}
	parts = append(parts, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	if b.kubernetes != "" {
		parts = append(parts, "Kubernetes libraries "+b.kubernetes)
	}
	return fmt.Sprintf("%s (%s)", b.version, strings.Join(parts, ", "))
}
