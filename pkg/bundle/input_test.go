package bundle

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// threeFiles writes three small files as a folder, a tar and a zip archive.
func threeFiles(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	var tarred, zipped bytes.Buffer
	tw := tar.NewWriter(&tarred)
	zw := zip.NewWriter(&zipped)
	for i := range 3 {
		name := fmt.Sprintf("%d.yaml", i)
		text := []byte("kind: Pod")
		zf, err := zw.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			os.MkdirAll(filepath.Join(dir, "d"), 0o755),
			os.WriteFile(filepath.Join(dir, "d", name), text, 0o644),
			tw.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Typeflag: tar.TypeReg}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		_, tarErr := tw.Write(text)
		_, zipErr := zf.Write(text)
		if tarErr != nil || zipErr != nil {
			t.Fatal(tarErr, zipErr)
		}
	}
	paths := []string{filepath.Join(dir, "d"), filepath.Join(dir, "a.tar"), filepath.Join(dir, "a.zip")}
	for _, err := range []error{tw.Close(), zw.Close(), os.WriteFile(paths[1], tarred.Bytes(), 0o644), os.WriteFile(paths[2], zipped.Bytes(), 0o644)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

func TestBundleLimits(t *testing.T) {
	for _, path := range threeFiles(t) {
		for name, c := range map[string]struct {
			change func(*limits)
			fails  string
			gaps   int
		}{
			"enough": {func(l *limits) {
				l.max = 1 << 20
				l.maxFile = 9
				l.maxEntries = 3
			}, "", 0},
			"long files":    {func(l *limits) { l.maxFile = 8 }, "", 3},
			"much together": {func(l *limits) { l.max = 26 }, "more than 26 of input: --max-input 104 raises the limits", 0},
			"many files":    {func(l *limits) { l.maxEntries = 2 }, "more than 2 files: --max-input 16Gi raises the limits", 0},
		} {
			l := newLimits(0)
			c.change(l)
			in, err := openInput(t.Context(), path, nil, l, nil)
			if c.fails != "" {
				if err == nil || !strings.HasSuffix(err.Error(), c.fails) {
					t.Errorf("%s, %s: error %v", filepath.Base(path), name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s, %s: %v", filepath.Base(path), name, err)
				continue
			}
			gaps := 0
			for _, e := range in.entries {
				if e.gap != nil && e.gap.Error() == "a file of objects of more than 8: --max-input 16Gi raises the limits" {
					gaps++
				}
			}
			if gaps != c.gaps || len(in.entries) != 3 {
				t.Errorf("%s, %s: %d gaps of %d files", filepath.Base(path), name, gaps, len(in.entries))
			}
		}
	}
	if _, err := (&limits{maxTails: 10, maxFile: 100}).logs("x.log", strings.NewReader("more than ten")); err == nil {
		t.Error("logs of a stream have no limit")
	}
}
