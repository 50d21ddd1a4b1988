package install_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// krewItself returns the folder with the programs krew and
// validate-krew-manifest, which make release-snapshot builds.
func krewItself(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join(top, "bin", "krew"))
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"krew", "validate-krew-manifest"} {
		if _, err := os.Stat(filepath.Join(dir, program)); err != nil {
			t.Skip("SKIPPED: no krew to ask; make krew builds it: ", err)
		}
	}
	return dir
}

// krewHome is a home with kubectl and krew, and the manifests of a release as
// krew will read them.
type krewHome struct {
	home
	krew      string // the folder of krew's programs
	manifests string // the folder of the rendered manifests
	dist, tag string
}

func newKrewHome(t *testing.T) krewHome {
	t.Helper()
	krew := krewItself(t)
	lab := labBinary(t)
	dist, tag := release(t)
	render(t, tag, dist)
	k := krewHome{newHome(t, lab), krew, filepath.Join(dist, "krew"), dist, tag}
	if err := os.Symlink(filepath.Join(krew, "krew"), filepath.Join(k.programs(), "kubectl-krew")); err != nil {
		t.Fatal(err)
	}
	return k
}

// TestKrewInstallsWithoutANetwork installs from files, as the guide says.
func TestKrewInstallsWithoutANetwork(t *testing.T) {
	k := newKrewHome(t)
	for _, name := range plugins {
		k.run(t, filepath.Join(k.krew, "validate-krew-manifest"), "-skip-install", "-manifest", filepath.Join(k.manifests, name+".yaml"))
		archive := "kubectl-" + name + "_" + k.tag + "_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
		k.kubectl(t, "krew", "install", "--manifest="+filepath.Join(k.manifests, name+".yaml"), "--archive="+filepath.Join(k.dist, archive))
	}
	checkInstalled(t, k.home, k.tag)
}

// TestKrewInstallsFromAnIndex has krew's validator install every platform of
// the release that THRASHKIT_DIST names, and installs by name from an index of
// one's own. Its archives come from this machine.
func TestKrewInstallsFromAnIndex(t *testing.T) {
	if os.Getenv("THRASHKIT_DIST") == "" {
		t.Skip("SKIPPED: no archives of all platforms: make release-snapshot builds them")
	}
	k := newKrewHome(t)
	server := httptest.NewServer(http.FileServer(http.Dir(k.dist)))
	defer server.Close()
	index := t.TempDir()
	if err := os.Mkdir(filepath.Join(index, "plugins"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range plugins {
		manifest := filepath.Join(index, "plugins", name+".yaml")
		local := strings.ReplaceAll(
			content(t, filepath.Join(k.manifests, name+".yaml")),
			"https://github.com/thrashkit/thrashkit/releases/download/"+k.tag,
			server.URL,
		)
		if err := os.WriteFile(manifest, []byte(local), 0o644); err != nil {
			t.Fatal(err)
		}
		k.run(t, filepath.Join(k.krew, "validate-krew-manifest"), "-manifest", manifest)
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "plugins"}} {
		if out, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", index}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	k.kubectl(t, "krew", "index", "add", "ours", "file://"+index)
	for _, name := range plugins {
		k.kubectl(t, "krew", "install", "ours/"+name)
	}
	checkInstalled(t, k.home, k.tag)
	if found := k.kubectl(t, "krew", "search", "rsmap"); !strings.Contains(found, "ours/rsmap") || !strings.Contains(found, "blocks it") {
		t.Errorf("kubectl krew search rsmap:\n%s", found)
	}
	for _, name := range plugins {
		k.kubectl(t, "krew", "uninstall", name)
	}
	if listed := k.kubectl(t, "krew", "list"); strings.Contains(listed, "rsmap") {
		t.Errorf("kubectl krew list after uninstalling:\n%s", listed)
	}
}
