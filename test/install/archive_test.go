package install_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// formats are the first bytes of the programs of each system.
var formats = map[string]string{"linux": "\x7fELF", "darwin": "\xcf\xfa\xed\xfe", "windows": "MZ"}

// TestReleaseIsComplete looks into each archive of the release that
// THRASHKIT_DIST names: what it holds, and that nothing in it names the
// machine that made it.
func TestReleaseIsComplete(t *testing.T) {
	if os.Getenv("THRASHKIT_DIST") == "" {
		t.Skip("SKIPPED: no release to look at: make release-snapshot builds one")
	}
	dist, tag := release(t)
	sums := content(t, filepath.Join(dist, "checksums.txt"))
	for _, name := range plugins {
		for _, archive := range archives(name, tag) {
			path := filepath.Join(dist, archive)
			if !strings.Contains(sums, hashOf(t, path)+"  "+archive+"\n") {
				t.Errorf("checksums.txt does not know %s", archive)
			}
			program := "kubectl-" + name
			script := "kubectl_complete-" + name
			if strings.HasSuffix(archive, ".zip") {
				program += ".exe"
				script += ".cmd"
			}
			files := filesOf(t, path)
			modes := map[string]string{}
			for file, f := range files {
				modes[file] = f.mode.String()
				if f.time != files["LICENSE"].time || f.owner != files["LICENSE"].owner {
					t.Errorf("%s: %s is of %d, %s", archive, file, f.time, f.owner)
				}
			}
			want := map[string]string{program: "-rwxr-xr-x", script: "-rwxr-xr-x", "LICENSE": "-rw-r--r--", "kubectl-" + name + ".1": "-rw-r--r--"}
			if diff := cmp.Diff(want, modes); diff != "" {
				t.Errorf("%s (-want +got)\n%s", archive, diff)
				continue
			}
			if owner := files["LICENSE"].owner; owner != "" && owner != "root:root 0:0" {
				t.Errorf("%s is of %s", archive, owner)
			}
			if licence := content(t, filepath.Join(top, "LICENSE")); string(files["LICENSE"].data) != licence {
				t.Errorf("%s: LICENSE is another one", archive)
			}
			if system := strings.Split(archive, "_")[2]; !bytes.HasPrefix(files[program].data, []byte(formats[system])) {
				t.Errorf("%s: %s begins with %q", archive, program, files[program].data[:4])
			}
			if sbom := strings.NewReplacer(".tar.gz", ".cdx.json", ".zip", ".cdx.json").Replace(archive); !strings.Contains(
				content(t, filepath.Join(dist, sbom)),
				`"bomFormat": "CycloneDX"`,
			) {
				t.Errorf("%s is no SBOM", sbom)
			}
		}
	}
}

// TestCompletionScriptsAreCurrent holds the scripts that archives carry to what
// the plugins write.
func TestCompletionScriptsAreCurrent(t *testing.T) {
	for _, name := range plugins {
		script := content(t, filepath.Join(top, "krew", "completion", "kubectl_complete-"+name))
		for _, want := range []string{"kubectl " + name + " completion kubectl > ~/.krew/bin/kubectl_complete-" + name + "\n", "\nexec kubectl-" + name + " __complete \"$@\"\n"} {
			if !strings.Contains(script, want) {
				t.Errorf("no %q in the script of %s:\n%s", want, name, script)
			}
		}
		script = content(t, filepath.Join(top, "krew", "completion", "kubectl_complete-"+name+".cmd"))
		if want := "\r\n@kubectl-" + name + " __complete %*\r\n"; !strings.HasSuffix(script, want) {
			t.Errorf("no %q in the script of %s for Windows:\n%s", want, name, script)
		}
	}
}

// packed is a file in an archive.
type packed struct {
	mode  os.FileMode
	owner string // empty in a zip, which has none
	time  int64
	data  []byte
}

// filesOf returns what a .tar.gz or .zip holds.
func filesOf(t *testing.T, archive string) map[string]packed {
	t.Helper()
	files := map[string]packed{}
	if strings.HasSuffix(archive, ".zip") {
		in, err := zip.OpenReader(archive)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = in.Close() }()
		for _, f := range in.File {
			from, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(from)
			if err != nil {
				t.Fatalf("read %s of %s: %v", f.Name, archive, err)
			}
			files[f.Name] = packed{f.Mode(), "", f.Modified.Unix(), data}
		}
		return files
	}
	unzipped, err := gzip.NewReader(strings.NewReader(content(t, archive)))
	if err != nil {
		t.Fatal(err)
	}
	for in := tar.NewReader(unzipped); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil || !filepath.IsLocal(h.Name) {
			t.Fatalf("read %s: %v, %v", archive, h, err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatalf("read %s of %s: %v", h.Name, archive, err)
		}
		files[h.Name] = packed{h.FileInfo().Mode(), fmt.Sprintf("%s:%s %d:%d", h.Uname, h.Gname, h.Uid, h.Gid), h.ModTime.Unix(), data}
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
