package install_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInstallAsKrewDoes installs each plugin into a clean folder, does what its
// caveats say, and calls it through the real kubectl on a cluster. The archives
// are built here, or taken from the release that THRASHKIT_DIST names, a folder
// that goreleaser has filled.
func TestInstallAsKrewDoes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links and shell scripts are not for Windows")
	}
	lab := labBinary(t)
	dist, tag := release(t)
	home := newHome(t, lab)
	for name, m := range render(t, tag, dist) {
		if wrong := check(m, name+".yaml", tag); len(wrong) > 0 {
			t.Errorf("%s: %q", name, wrong)
		}
		install(t, m, dist, filepath.Join(home.dir, ".krew", "store", name, tag), home.bin())
		home.sh(t, caveat(t, m))
	}
	checkInstalled(t, home, tag)
	home.cluster(t, lab)
	for words, want := range completions {
		out := home.kubectl(t, append([]string{"__complete"}, strings.Split(words, " ")...)...)
		if diff := cmp.Diff(want, strings.Join(strings.Fields(out), " ")); diff != "" {
			t.Errorf("kubectl %s<TAB> (-want +got)\n%s", words, diff)
		}
	}
}

// completions are what a shell gets from kubectl for what was typed, on a
// cluster with the example; the number tells the shell what to do with it.
var completions = map[string]string{
	"rsmap syn":                        "synergychat-api synergychat-crawler synergychat-web :4",
	"rsmap synergychat-w":              "synergychat-web :4",
	"rsmap dep":                        "deployment/ :6",
	"rsmap deployment/synergychat-w":   "deployment/synergychat-web :4",
	"rsmap deploy synergychat-w":       "synergychat-web :4",
	"rsmap -n kube-s":                  "kube-system :4",
	"rsmap --context ":                 "lab :4",
	"rsmap -o m":                       "markdown mermaid :4",
	"rsmap --color a":                  "auto always :4",
	"rsmap --fail-on stalled,f":        "stalled,failed :4",
	"rsmap --until c":                  "complete :4",
	"thrash -n kube-s":                 "kube-system :4",
	"thrash deployment/synergychat-a":  "deployment/synergychat-api :4",
	"thrash deploy synergychat-a":      "synergychat-api :4",
	"thrash --context ":                "lab :4",
	"thrash -o j":                      "json jsonpath= :4",
	"thrash --color n":                 "never :4",
	"thrash --fail-on out":             "out-of-memory :4",
	"thrash --until s":                 "stable :4",
	"explainfields serv":               "service/ serviceaccounts/ servicecidrs.networking.k8s.io/ :6",
	"explainfields service/synergyc":   "service/synergychat-api service/synergychat-crawler service/synergychat-web :4",
	"explainfields ns kube-s":          "kube-system :4",
	"explainfields -n kube-s":          "kube-system :4",
	"explainfields --context ":         "lab :4",
	"explainfields --contexts ":        "lab :4",
	"explainfields -o t":               "text table :4",
	"explainfields --color n":          "never :4",
	"explainfields --only set,de":      "set,default set,deprecated :4",
	"explainfields --unset ":           "required common :4",
	"explainfields --against ":         "live :4",
	"explainfields --fail-on unknown,": "unknown,invalid unknown,missing unknown,deprecated unknown,target unknown,unreachable :4",
}

// release returns a folder with the archives of a release, and its tag.
func release(t *testing.T) (dist, tag string) {
	t.Helper()
	if dist = os.Getenv("THRASHKIT_DIST"); dist != "" {
		return dist, tagOf(t, dist)
	}
	dist = t.TempDir()
	tag = "v0.0.0"
	pack(t, dist, tag)
	return dist, tag
}

// caveat returns the commands that the caveats of a manifest give for Unix.
func caveat(t *testing.T, m manifest) string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(m.Spec.Caveats) {
		if strings.HasPrefix(line, "  ") && strings.Contains(line, "~") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	if len(lines) != 2 {
		t.Fatalf("%s: the caveats give %q", m.Metadata.Name, lines)
	}
	return strings.Join(lines, "\n")
}

// checkInstalled asks the real kubectl for the plugins.
func checkInstalled(t *testing.T, h home, tag string) {
	t.Helper()
	listed := h.kubectl(t, "plugin", "list")
	if strings.Contains(strings.ToLower(listed), "warning") || strings.Contains(listed, "kubectl_complete") {
		t.Errorf("kubectl plugin list:\n%s", listed)
	}
	for _, name := range plugins {
		if !strings.Contains(listed, filepath.Join(h.bin(), "kubectl-"+name)) {
			t.Errorf("kubectl plugin list does not know %s:\n%s", name, listed)
		}
		if help := h.kubectl(t, name, "--help"); !strings.Contains(help, "kubectl "+name) {
			t.Errorf("kubectl %s --help:\n%s", name, help)
		}
		if version := h.kubectl(t, name, "--version"); !strings.Contains(version, tag) {
			t.Errorf("kubectl %s --version: %s, want %s", name, version, tag)
		}
	}
}

// home is the home directory of a user who has kubectl and what krew installs,
// and nothing else.
type home struct{ dir string }

func newHome(t *testing.T, lab string) home {
	t.Helper()
	h := home{t.TempDir()}
	for _, dir := range []string{h.bin(), h.programs()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(lab+"-kubectl", filepath.Join(h.programs(), "kubectl")); err != nil {
		t.Fatal(err)
	}
	return h
}

// bin is where krew links plugins. It takes links there without a receipt for
// those of an outdated krew, so that kubectl itself is kept apart.
func (h home) bin() string      { return filepath.Join(h.dir, ".krew", "bin") }
func (h home) programs() string { return filepath.Join(h.dir, "programs") }

// run runs a program there and returns its standard output. Its failure fails
// the test, with all it wrote.
func (h home) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = []string{
		"PATH=" + strings.Join([]string{h.bin(), h.programs(), "/usr/bin", "/bin"}, string(os.PathListSeparator)),
		"HOME=" + h.dir, "KREW_ROOT=" + filepath.Join(h.dir, ".krew"), "KREW_NO_UPGRADE_CHECK=1",
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, errs.String())
	}
	return string(out)
}

func (h home) kubectl(t *testing.T, args ...string) string {
	t.Helper()
	return h.run(t, filepath.Join(h.programs(), "kubectl"), args...)
}

func (h home) sh(t *testing.T, script string) {
	t.Helper()
	h.run(t, "/bin/sh", "-ec", script)
}

// cluster starts a cluster without nodes, makes it the user's, and deploys the example.
func (h home) cluster(t *testing.T, lab string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lab")
	t.Cleanup(func() {
		if out, err := exec.Command(lab, "down", "--dir", dir).CombinedOutput(); err != nil {
			t.Errorf("lab down: %v\n%s", err, out)
		}
	})
	if out, err := exec.CommandContext(t.Context(), lab, "up", "--dir", dir, "--nodes", "0", "--owner", strconv.Itoa(os.Getpid())).CombinedOutput(); err != nil {
		t.Fatalf("lab up: %v\n%s", err, out)
	}
	config, err := os.ReadFile(filepath.Join(dir, "kubeconfig"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(h.dir, ".kube"), 0o755), os.WriteFile(filepath.Join(h.dir, ".kube", "config"), config, 0o600)); err != nil {
		t.Fatal(err)
	}
	example, err := filepath.Abs(filepath.Join(top, "examples", "synergychat", "synergychat.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	h.kubectl(t, "apply", "-f", example)
}

// labBinary returns the lab, which is kubectl when it is called so.
func labBinary(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(top, "bin", "lab-1.37"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skip("SKIPPED: no kubectl to install for; make lab-build builds it: ", err)
	}
	return path
}

// install does what krew does with a manifest for this platform: check the
// archive, take out the files that are named, link the program by the plugin's
// name, dashes as underscores.
func install(t *testing.T, m manifest, dist, store, bin string) {
	t.Helper()
	for _, p := range m.Spec.Platforms {
		if !p.on(runtime.GOOS, runtime.GOARCH) {
			continue
		}
		archive := filepath.Join(dist, p.URI[strings.LastIndex(p.URI, "/")+1:])
		if sum := hashOf(t, archive); sum != p.Sha256 {
			t.Fatalf("%s has sha256 %s, the manifest says %s", archive, sum, p.Sha256)
		}
		inside := t.TempDir()
		extract(t, archive, inside)
		if err := os.MkdirAll(store, 0o755); err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Files {
			found, err := filepath.Glob(filepath.Join(inside, f.From))
			if err != nil || len(found) == 0 {
				t.Fatalf("%s does not hold %s: %v", archive, f.From, err)
			}
			for _, path := range found {
				if err := os.Rename(path, filepath.Join(store, f.To, filepath.Base(path))); err != nil {
					t.Fatal(err)
				}
			}
		}
		link := filepath.Join(bin, "kubectl-"+strings.ReplaceAll(m.Metadata.Name, "-", "_"))
		if err := os.Symlink(filepath.Join(store, p.Bin), link); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Skipf("SKIPPED: no release for %s/%s", runtime.GOOS, runtime.GOARCH)
}

func extract(t *testing.T, archive, dir string) {
	t.Helper()
	for name, f := range filesOf(t, archive) {
		if err := os.WriteFile(filepath.Join(dir, name), f.data, f.mode); err != nil {
			t.Fatal(err)
		}
	}
}

func hashOf(t *testing.T, path string) string {
	t.Helper()
	return fmt.Sprintf("%x", sha256.Sum256([]byte(content(t, path))))
}

// pack builds the archives of this platform, and invents those of the others:
// their checksums stand in the manifests.
func pack(t *testing.T, dist, tag string) {
	t.Helper()
	built := t.TempDir()
	cmd := exec.CommandContext(
		t.Context(),
		"go",
		"build",
		"-trimpath",
		"-ldflags",
		"-s -w -X github.com/thrashkit/thrashkit/pkg/cli.version="+tag,
		"-o",
		built+string(filepath.Separator),
		"./cmd/...",
	)
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	var sums strings.Builder
	for _, name := range plugins {
		for _, archive := range archives(name, tag) {
			path := filepath.Join(dist, archive)
			if strings.Contains(archive, "_"+runtime.GOOS+"_"+runtime.GOARCH+".") {
				write(t, path, filepath.Join(built, "kubectl-"+name), filepath.Join(top, "LICENSE"))
			} else if err := os.WriteFile(path, []byte(archive), 0o644); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&sums, "%s  %s\n", hashOf(t, path), archive)
		}
	}
	if err := os.WriteFile(filepath.Join(dist, "checksums.txt"), []byte(sums.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// write makes a .tar.gz of files, without their folders.
func write(t *testing.T, archive string, files ...string) {
	t.Helper()
	out, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	zipped := gzip.NewWriter(out)
	packed := tar.NewWriter(zipped)
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		header := &tar.Header{Name: filepath.Base(path), Mode: int64(info.Mode().Perm()), Size: int64(len(data))}
		if err := packed.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := packed.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(packed.Close(), zipped.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
}

// tagOf reads the tag of a release from the names of its archives.
func tagOf(t *testing.T, dist string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dist, "kubectl-rsmap_*_linux_amd64.tar.gz"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s holds %v, %v", dist, found, err)
	}
	_, after, _ := strings.Cut(filepath.Base(found[0]), "_")
	return strings.TrimSuffix(after, "_linux_amd64.tar.gz")
}
