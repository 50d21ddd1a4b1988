// Command history writes data/history.txt: in which minor version of Kubernetes
// each field, enum value and API version appeared or disappeared, and which feature
// gate a field needs. It reads the published modules of every minor since 1.19
// through the module proxy: k8s.io/api and k8s.io/apiextensions-apiserver for the
// types, and k8s.io/kubernetes of some minors for the stages of feature gates. Run
// it by go generate in pkg/fielddoc after an update of k8s.io/api.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	// oldest is the first minor that is read: what it has counts as always there.
	oldest = 19
	// newest is the minor of the k8s.io/api module in go.mod.
	newest = 37
)

// gateReleases are the minors of k8s.io/kubernetes whose feature gates are read. A
// gate stays in the source for at least one minor after it became generally available,
// so that one of them has the whole history of each.
var gateReleases = []int{21, 22, 24, 26, 27, 28, 29, 30, 32, 33, 35, newest}

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1]); err != nil {
		log.Fatalln("error:", err)
	}
}

// run reads the modules of each release and writes the table of the history.
func run(out string) error {
	releases, err := readAll()
	if err != nil {
		return err
	}
	gates, err := readGates()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	text.WriteString("# Written by go generate from the modules of Kubernetes 1.19 and later; do not edit.\n")
	newTimeline(releases, gates).write(&text)
	return os.WriteFile(out, text.Bytes(), 0o644)
}

// readAll reads the releases from oldest to newest, in this order.
func readAll() ([]*release, error) {
	var releases []*release
	for minor := oldest; minor <= newest; minor++ {
		r, err := read(minor)
		if err != nil {
			return nil, fmt.Errorf("read Kubernetes 1.%d: %w", minor, err)
		}
		releases = append(releases, r)
	}
	return releases, nil
}

// typeModules are the modules that declare the types of the API, and where in them.
var typeModules = []struct{ path, dir string }{
	{"k8s.io/api", "."},
	{"k8s.io/apiextensions-apiserver", "pkg/apis"},
}

// read reads what the modules of one minor declare.
func read(minor int) (*release, error) {
	r := newRelease(minor)
	for _, module := range typeModules {
		dir, err := download(module.path, version("0", minor))
		if err != nil {
			return nil, err
		}
		if err := r.walk(filepath.Join(dir, module.dir)); err != nil {
			return nil, err
		}
	}
	r.inline() // when all are there: a struct can be declared behind the one that embeds it
	return r, nil
}

// version returns the version of a module: the first of a minor, but of the newest
// minor the one in go.mod.
func version(major string, minor int) string {
	if minor == newest {
		return fmt.Sprintf("v%s.%d.2", major, minor) // the patch level of go.mod
	}
	return fmt.Sprintf("v%s.%d.0", major, minor)
}

// download returns the folder of a module, which the module proxy provides if it is
// not in the module cache.
func download(path, version string) (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", path+"@"+version)
	cmd.Dir = os.TempDir() // outside of this module, whose requirements must not change
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("download %s %s: %w", path, version, err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(data, &module); err != nil {
		return "", fmt.Errorf("download %s %s: %w", path, version, err)
	}
	return module.Dir, nil
}
