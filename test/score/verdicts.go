package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/tools/txtar"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/thrashkit/thrashkit/pkg/cli"
	"github.com/thrashkit/thrashkit/pkg/diagnose"
	"github.com/thrashkit/thrashkit/plugins/thrash"
)

// verdicts returns the items that the command reports for a recorded snapshot.
func verdicts(file string) ([]diagnose.Item, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(file, ".txtar") {
		if text, err = tarOf(txtar.Parse(text).Files); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
	}
	items, err := itemsIn(text)
	if err != nil {
		return nil, fmt.Errorf("diagnose %s: %w", file, err)
	}
	return items, nil
}

// itemsIn returns the items that the command reports for an archive.
func itemsIn(archive []byte) ([]diagnose.Item, error) {
	out, err := report(archive, "-o", "json")
	if err != nil {
		return nil, err
	}
	return itemsOf(out)
}

// report runs kubectl thrash on an archive, as if it came through a pipe, and
// returns what it prints.
func report(archive []byte, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	env := &cli.Env{
		IOStreams: genericiooptions.IOStreams{In: bytes.NewReader(archive), Out: &stdout, ErrOut: &stderr},
		Getenv:    func(string) string { return "" },
		Width:     func() int { return 0 },
	}
	cmd := thrash.NewCommand(env)
	cmd.SetArgs(append([]string{"-f", "-", "-A"}, args...))
	if err := cmd.ExecuteContext(context.Background()); err != nil {
		return "", fmt.Errorf("%w: %s", err, stderr.String())
	}
	return stdout.String(), nil
}

// itemsOf returns the items of a report in JSON.
func itemsOf(report string) ([]diagnose.Item, error) {
	var doc struct {
		Items []diagnose.Item `json:"items"`
	}
	err := json.Unmarshal([]byte(report), &doc)
	return doc.Items, err
}

// tarOf returns the files as a tar archive.
func tarOf(files []txtar.File) ([]byte, error) {
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	for _, f := range files {
		head := &tar.Header{Name: f.Name, Mode: 0o644, Size: int64(len(f.Data))}
		if err := archive.WriteHeader(head); err != nil {
			return nil, err
		}
		if _, err := io.Copy(archive, bytes.NewReader(f.Data)); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
