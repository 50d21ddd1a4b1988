package hostile_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// overlapping returns a zip archive whose two entries share their data.
func overlapping(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range []string{"a.yaml", "b.yaml"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data := out.Bytes()
	second := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[second+42:], 0) // the offset of its data: that of the first
	return data
}

// unsupported returns a zip archive whose entry is compressed by an unknown method.
func unsupported(t *testing.T) []byte {
	t.Helper()
	data := overlapping(t)
	for _, at := range []int{8, bytes.Index(data, []byte("PK\x01\x02")) + 10, bytes.LastIndex(data, []byte("PK\x01\x02")) + 10} {
		binary.LittleEndian.PutUint16(data[at:], 99)
	}
	second := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[second+42:], uint32(bytes.LastIndex(data, []byte("PK\x03\x04"))))
	binary.LittleEndian.PutUint16(data[bytes.LastIndex(data, []byte("PK\x03\x04"))+8:], 99)
	return data
}

// longName returns a tar archive whose entry has a name that no system unpacks.
func longName(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: strings.Repeat("n", 900_000) + ".yaml", Format: tar.FormatPAX}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestNothingRead has files of which nothing can be read: each command fails,
// names the file and the reason, and judges nothing.
func TestNothingRead(t *testing.T) {
	written := map[string][]byte{
		"empty.yaml": nil, "blank.json": []byte(" \n"), "brackets.json": []byte("{}"), "null.json": []byte("null"),
		"foreign.yaml":     []byte("apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"),
		"foreign.json":     []byte(`{"apiVersion":"v1","kind":"SecretList","items":[]}`),
		"status.json":      []byte(`{"apiVersion":"v1","kind":"Status","status":"Failure","message":"pods is forbidden"}`),
		"numbers.json":     []byte(`{"apiVersion":"v1","kind":"PodList","items":5}`),
		"overlapping.zip":  overlapping(t),
		"unsupported.zip":  unsupported(t),
		"long-name.tar":    longName(t),
		"behind-flow.yaml": []byte("{apiVersion: v1, kind: Pod, metadata: {name: a}} garbage\n"),
	}
	dir := t.TempDir()
	for name, data := range written {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, why := range map[string]string{
		"empty.yaml": "no Kubernetes objects", "blank.json": "no Kubernetes objects", "brackets.json": "apiVersion and kind are missing",
		"null.json": "no Kubernetes objects", "foreign.yaml": "it holds 1 Secret, but no",
		"foreign.json": "it holds empty lists of other kinds, but no",
		"status.json":  "it holds 1 Status, but no", "numbers.json": "items of PodList is not a list",
		"overlapping.zip": "overlaps", "unsupported.zip": "number 99", "long-name.tar": "more than 4096 bytes", "behind-flow.yaml": "line 1",
		"testdata/files/encrypted.zip": "encrypted", "testdata/files/cut.tar.gz": "unexpected EOF",
		"testdata/files/json-trailing-garbage.json": "invalid character", "testdata/files/json-trailing-word.json": "invalid character",
	} {
		path := name
		if !strings.HasPrefix(name, "testdata") {
			path = filepath.Join(dir, name)
		}
		for plugin := range plugins {
			if plugin == "explainfields" && (strings.HasPrefix(name, "foreign") || name == "status.json") {
				continue // which explains any kind
			}
			got := run(t, plugin, "-f", path)
			if got.code != 1 || !strings.Contains(got.stderr, filepath.Base(path)) || strings.Contains(got.stdout, "Nothing thrashes") {
				t.Errorf("%s -f %s: exit code %d\n%s%s", plugin, name, got.code, got.stdout, got.stderr)
			}
			if plugin != "explainfields" && !strings.Contains(got.stderr, why) {
				t.Errorf("%s -f %s: does not report %q\n%s", plugin, name, why, got.stderr)
			}
		}
	}
}

// TestPartlyRead has archives whose damage leaves objects readable: they are
// shown, and the damage is a warning.
func TestPartlyRead(t *testing.T) {
	for name, why := range map[string]string{"badcrc.tar.gz": "invalid checksum", "cut-between-entries.tar": "cut off"} {
		for plugin := range plugins {
			got := run(t, plugin, "-f", "testdata/files/"+name)
			if got.code != 0 || (!strings.Contains(got.stdout, "web-bbb-x") && !strings.Contains(got.stdout, "web")) || !strings.Contains(got.stderr, why) {
				t.Errorf("%s -f %s: exit code %d\n%s%s", plugin, name, got.code, got.stdout, got.stderr)
			}
		}
	}
}

// An empty list is a valid answer, too.
func TestEmptyListIsAnAnswer(t *testing.T) {
	for _, text := range []string{
		`{"apiVersion":"v1","kind":"PodList","items":[]}`, `{"apiVersion":"v1","kind":"List","items":null}`,
		"apiVersion: v1\nkind: List\nitems: []\n",
	} {
		path := filepath.Join(t.TempDir(), "none.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, plugin := range []string{"thrash", "rsmap"} {
			if got := run(t, plugin, "-f", path); got.code != 0 {
				t.Errorf("%s of %s: exit code %d\n%s", plugin, text, got.code, got.stderr)
			}
		}
	}
}

func TestListInList(t *testing.T) {
	got := run(t, "rsmap", "-f", "testdata/files/list-in-list.json")
	if got.code != 0 || !strings.Contains(got.stdout, "web") {
		t.Errorf("rsmap: exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	got = run(t, "thrash", "-f", "testdata/files/list-in-list.json")
	if got.code != 0 || strings.Contains(got.stdout, "0 pods") {
		t.Errorf("thrash: exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// TestNoSecretOfFilesIsShown explains objects with credentials in fields that
// are misspelt, unknown, nested or of kinds without documentation: all of the
// credentials of these files begin with zq, or are base64 of such a text.
func TestNoSecretOfFilesIsShown(t *testing.T) {
	for _, name := range []string{"secret-misspelt.yaml", "secrets-anywhere.yaml"} {
		for _, format := range []string{"text", "json", "yaml", "html", "table", "markdown"} {
			got := run(t, "explainfields", "-f", "testdata/files/"+name, "-o", format)
			if all := got.stdout + got.stderr; strings.Contains(all, "zq") || strings.Contains(all, "enF") {
				t.Errorf("%s as %s:\n%s", name, format, all)
			}
		}
	}
}

// The output of a test run is no password.
func TestPassIsNoPassword(t *testing.T) {
	const text = "--- PASS: TestThing (0.01s)\nPASS: TestOther (0.02s)\nPASS\n"
	if got, n := redact.Text(text); got != text || n != 0 {
		t.Errorf("%d redacted: %s", n, got)
	}
}

// TestMaxInput has inputs that are over each limit. The refusal names the input
// and the flag, and the flag lets it through.
func TestMaxInput(t *testing.T) {
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\n"
	aliases := pod + "x: &x " + strings.Repeat("y", 100_000) + "\nl: [" + strings.Repeat("*x, ", 400) + "*x]\n"
	for name, c := range map[string]struct{ text, limit, why string }{
		"file.yaml":    {pod + "# " + strings.Repeat("x", 8<<10), "64Ki", "a file of objects of more than 4Ki"},
		"line.yaml":    {pod + "x: " + strings.Repeat("y", 80<<10), "16Mi", "a line of YAML of more than 65536 bytes"},
		"form.yaml":    {pod + "x: >\n" + strings.Repeat("  some words that are folded\n", 3000), "16Mi", "a document of more than 65536 bytes"},
		"aliases.yaml": {aliases, "2Gi", "its aliases unpack to more than"},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := run(t, "thrash", "-f", path, "--max-input", c.limit)
		if got.code != 1 || !strings.Contains(got.stderr, name) || !strings.Contains(got.stderr, c.why) || !strings.Contains(got.stderr, "--max-input") {
			t.Errorf("%s, --max-input %s: exit code %d\n%s", name, c.limit, got.code, got.stderr)
		}
		if got := run(t, "thrash", "-f", path, "--max-input", "16Gi"); got.code != 0 {
			t.Errorf("%s, --max-input 16Gi: exit code %d\n%s", name, got.code, got.stderr)
		}
	}
	shown := filepath.Join(t.TempDir(), "large.json")
	text := `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"` + strings.Repeat("x", 80<<10) + `"}}`
	if err := os.WriteFile(shown, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got := run(t, "explainfields", "-f", shown, "--max-input", "16Mi")
	if got.code != 1 || !strings.Contains(got.stderr, "large.json:1: a document of more than 64Ki: --max-input 64Mi") {
		t.Errorf("explainfields --max-input 16Mi: exit code %d\n%s", got.code, got.stderr)
	}
	if got := run(t, "explainfields", "-f", shown); got.code != 0 {
		t.Errorf("explainfields of %d bytes: exit code %d\n%s", len(text), got.code, got.stderr)
	}
	if got := run(t, "thrash", "-f", "x", "--max-input", "much"); got.code != 2 || !strings.Contains(got.stderr, "16Gi") {
		t.Errorf("--max-input much: exit code %d\n%s", got.code, got.stderr)
	}
	path := filepath.Join(t.TempDir(), "deep.json")
	if err := os.WriteFile(path, []byte(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","x":`+strings.Repeat(`{"f:a":`, 9000)+"{}"+strings.Repeat("}", 9000)+"}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for plugin := range plugins {
		if got := run(t, plugin, "-f", path); got.code != 1 || !strings.Contains(got.stderr, "nested more than 200 levels deep") {
			t.Errorf("%s of a deep object: exit code %d\n%s", plugin, got.code, got.stderr)
		}
	}
}

// A compressed file that was cut is an error, also if it ends between two documents,
// and so is one with something after it.
func TestCompressedFilesThatAreCut(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for i := range 20 {
		fmt.Fprintf(z, "apiVersion: v1\nkind: Pod\nmetadata: {name: p-%d, namespace: shop}\n---\n", i)
		if err := z.Flush(); err != nil { // so that a cut can be between documents
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	whole := packed.Bytes()
	files := map[string][]byte{"whole": whole, "text after it": append(slices.Clone(whole), "garbage"...)}
	for _, length := range []int{len(whole) - 1, len(whole) - 5, len(whole) - 9, len(whole) / 2, len(whole) / 3, 40} {
		files[fmt.Sprintf("%d of %d bytes", length, len(whole))] = whole[:length]
	}
	for name, data := range files {
		path := filepath.Join(t.TempDir(), "pods.yaml.gz")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for plugin := range plugins {
			got := run(t, plugin, "-n", "shop", "-f", path)
			if name == "whole" {
				if strings.Contains(got.stderr, "damaged") {
					t.Errorf("%s of the whole file: exit code %d\n%s", plugin, got.code, got.stderr)
				}
				continue
			}
			if got.code != 1 || !strings.Contains(got.stderr, "damaged") {
				t.Errorf("%s, %s: exit code %d\n%s%s", plugin, name, got.code, got.stdout, got.stderr)
			}
		}
	}
}
