package bundle_test

import (
	"archive/tar"
	"bytes"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/thrashkit/thrashkit/pkg/bundle"
	"github.com/thrashkit/thrashkit/pkg/snapshot"
)

// readAny reads data in every way: as a snapshot with its logs, and as
// documents. Errors are welcome, panics are not.
func readAny(t *testing.T, data []byte) {
	f := bundle.New([]string{"-"}, bundle.Options{Stdin: bytes.NewReader(data)})
	s := &snapshot.Snapshot{}
	q := everythingWithLogs()
	if err := f.Load(t.Context(), s, q); err != nil {
		return
	}
	docs, _, err := f.Documents(t.Context())
	if err != nil {
		t.Errorf("documents of what loads: %v", err)
	}
	for _, d := range docs {
		if d.Index < 1 || d.Line < 1 || (!bytes.Contains(data, d.Text) && !bytes.ContainsAny(data, "\x00\xfe\xff\x1f")) {
			t.Errorf("document %d at line %d is not in the input: %q", d.Index, d.Line, d.Text)
		}
		for _, o := range d.Objects {
			if u, err := o.Unstructured(); err == nil && u.GetKind() != o.Kind {
				t.Errorf("object of kind %q is a %q", o.Kind, u.GetKind())
			}
		}
	}
}

func storyFiles(f *testing.F) []txtar.File {
	f.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		f.Fatal("no testdata", err)
	}
	var files []txtar.File
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		files = append(files, archive.Files...)
	}
	return files
}

// FuzzDocuments reads anything as documents on standard input.
func FuzzDocuments(f *testing.F) {
	for _, file := range storyFiles(f) {
		f.Add(file.Data)
	}
	f.Add([]byte(twoPods))
	f.Add(
		[]byte(
			dumpOnOneStream(
				map[string]string{"nodes.json": "{}", "shop/web-1-a/logs.txt": "==== START logs for container app of pod shop/web-1-a ====\nx"},
			),
		),
	)
	f.Add([]byte(bomb()))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("--- {a: b}\n...\n[{}]\n--- null"))
	f.Add([]byte(`{"kind":"List","apiVersion":"v1","items":[null,1,"x",[],{"kind":7}]}`))
	f.Add([]byte(`{"kind":"Pod","apiVersion":"v1","metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z","deletionGracePeriodSeconds":-9}}{`))
	f.Fuzz(func(t *testing.T, data []byte) { readAny(t, data) })
}

// FuzzArchive reads anything as an archive on standard input: as it is, in
// gzip, and as the files of a tar and a zip archive with a path of its own.
func FuzzArchive(f *testing.F) {
	for _, file := range storyFiles(f) {
		f.Add(file.Name, file.Data)
	}
	f.Add("../x", []byte("x"))
	f.Add("a/b.log", tarOf(f, map[string]string{"namespaces/a/core/pods.yaml": "x"}))
	f.Add("x.zip", zipOf(f, map[string]string{"cluster-resources/pods/a.json": "[]"}))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		readAny(t, data)
		readAny(t, append([]byte("\x1f\x8b\x08"), data...))
		readAny(t, append([]byte("PK\x03\x04"), data...))
		var packed bytes.Buffer
		w := tar.NewWriter(&packed)
		if w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o600, Typeflag: tar.TypeReg}) != nil {
			return
		}
		if _, err := w.Write(data); err != nil || w.Close() != nil {
			t.Fatal("write tar")
		}
		readAny(t, packed.Bytes())
		readAny(t, gzipOf(t, packed.Bytes()))
		readAny(t, zipOf(t, map[string]string{name: string(data)}))
	})
}
