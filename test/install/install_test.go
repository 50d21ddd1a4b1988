package install_test

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestInstallAsKrewDoes installs each plugin into a clean folder and calls it
// through the real kubectl. The archives are built here, or taken from the
// release that THRASHKIT_DIST names, a folder that goreleaser has filled.
func TestInstallAsKrewDoes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links and shell scripts are not for Windows")
	}
	kubectl := labKubectl(t)
	dist, tag := os.Getenv("THRASHKIT_DIST"), "v0.0.0"
	if dist == "" {
		dist = t.TempDir()
		pack(t, dist, tag)
	} else {
		tag = tagOf(t, dist)
	}
	root := t.TempDir()
	bin := filepath.Join(root, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, m := range render(t, tag, dist) {
		if wrong := check(m, name+".yaml", tag); len(wrong) > 0 {
			t.Errorf("%s: %q", name, wrong)
		}
		install(t, m, dist, filepath.Join(root, "store", name, tag), bin)
	}
	if err := os.Symlink(kubectl, filepath.Join(bin, "kubectl")); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "kubectl"), args...)
		cmd.Env = []string{"PATH=" + bin + string(os.PathListSeparator) + "/usr/bin" + string(os.PathListSeparator) + "/bin", "HOME=" + root}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("kubectl %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	listed := run("plugin", "list")
	if strings.Contains(strings.ToLower(listed), "warning") || strings.Contains(listed, "kubectl_complete") {
		t.Errorf("kubectl plugin list:\n%s", listed)
	}
	for _, name := range plugins {
		if !strings.Contains(listed, filepath.Join(bin, "kubectl-"+name)) {
			t.Errorf("kubectl plugin list does not know %s:\n%s", name, listed)
		}
		if help := run(name, "--help"); !strings.Contains(help, "kubectl "+name) {
			t.Errorf("kubectl %s --help:\n%s", name, help)
		}
		if version := run(name, "--version"); !strings.Contains(version, tag) {
			t.Errorf("kubectl %s --version: %s, want %s", name, version, tag)
		}
		if done := run("__complete", name, "--color", ""); !strings.Contains(done, "always\n") {
			t.Errorf("completion of %s --color gives:\n%s", name, done)
		}
	}
}

// labKubectl returns the program that is kubectl when it is called so.
func labKubectl(t *testing.T) string {
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
// archive, take out the files that are named, link the program. Then it links
// the completion script as the caveats say.
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
		script := "kubectl_complete-" + m.Metadata.Name
		for link, to := range map[string]string{"kubectl-" + m.Metadata.Name: p.Bin, script: script} {
			if err := os.Symlink(filepath.Join(store, to), filepath.Join(bin, link)); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	t.Skipf("SKIPPED: no release for %s/%s", runtime.GOOS, runtime.GOARCH)
}

func extract(t *testing.T, archive, dir string) {
	t.Helper()
	file, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(unzipped); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil || !filepath.IsLocal(header.Name) {
			t.Fatalf("read %s: %v, %v", archive, header, err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, header.Name), data, header.FileInfo().Mode()); err != nil {
			t.Fatal(err)
		}
	}
}

func hashOf(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// pack builds the archives of this platform, and invents those of the others:
// their checksums stand in the manifests.
func pack(t *testing.T, dist, tag string) {
	t.Helper()
	built := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w -X github.com/thrashkit/thrashkit/pkg/cli.version="+tag, "-o", built+string(filepath.Separator), "./cmd/...")
	cmd.Dir, cmd.Env = top, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	var sums strings.Builder
	for _, name := range plugins {
		for _, archive := range archives(name, tag) {
			path := filepath.Join(dist, archive)
			if strings.Contains(archive, "_"+runtime.GOOS+"_"+runtime.GOARCH+".") {
				write(t, path, filepath.Join(built, "kubectl-"+name), filepath.Join(top, "LICENSE"), filepath.Join(top, "krew", "completion", "kubectl_complete-"+name))
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
