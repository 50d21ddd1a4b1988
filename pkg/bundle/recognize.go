package bundle

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// IsBundle reports whether a path is a directory or an archive in one of the layouts of
// support tools. It looks at names until one shows that, and at a limited number of them:
// what cannot be read is none, and is an error when it is read.
func IsBundle(path string) bool {
	const most = 10_000
	seen := 0
	found := false
	eachName(path, func(name string) (more bool) {
		found = showsLayout(name)
		seen++
		return !found && seen < most
	})
	return found
}

// showsLayout reports whether a path is one that only a support tool writes.
func showsLayout(name string) bool {
	parts := strings.Split(name, "/")
	return slices.ContainsFunc(layouts, func(l *layout) bool { return l.marks(parts) })
}

// eachName calls visit with the names of the files below a path, or in an archive, as long
// as it returns true.
func eachName(path string, visit func(name string) bool) {
	info, err := os.Stat(path)
	if err != nil {
		return
	}
	if info.IsDir() {
		eachBelow(path, visit)
		return
	}
	if !info.Mode().IsRegular() {
		return // a pipe can be read only once
	}
	if archive, err := zip.OpenReader(path); err == nil { // it reads the index only, and fails at once if there is none
		eachInZip(archive, visit)
		return
	}
	eachInTar(path, visit)
}

// eachInZip closes the archive when all names are visited, or enough.
func eachInZip(archive *zip.ReadCloser, visit func(string) bool) {
	defer archive.Close()
	for _, f := range archive.File {
		if !visit(f.Name) {
			return
		}
	}
}

// eachBelow visits the files below a directory. Links to directories are not followed.
func eachBelow(path string, visit func(string) bool) {
	_ = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // what cannot be read is an error when it is read
		}
		below, err := filepath.Rel(path, name)
		if err == nil && !visit(filepath.ToSlash(below)) {
			return fs.SkipAll
		}
		return nil
	})
}

// eachInTar reads a tar archive, which can be compressed with gzip, up to a size that
// unpacks in a second.
func eachInTar(path string, visit func(string) bool) {
	const most = 256 << 20
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	buffered := bufio.NewReader(f)
	var unpacked io.Reader = buffered
	if first, err := buffered.Peek(2); err == nil && isGzip(first) {
		if unpacked, err = gzip.NewReader(buffered); err != nil {
			return
		}
	}
	archive := tar.NewReader(io.LimitReader(unpacked, most))
	for {
		header, err := archive.Next()
		if err != nil || !visit(header.Name) {
			return
		}
	}
}
