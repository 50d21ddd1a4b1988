package bundle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// readDir reads a directory and all below it in the order of their names.
// Hidden directories are skipped. Symbolic links to files are followed if they
// stay inside of the directory; a link that leads out of it is an error.
func (in *input) readDir(ctx context.Context) error {
	root, err := os.OpenRoot(in.arg)
	if err != nil {
		return err
	}
	defer root.Close()
	seen := 0
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("read %s: %w", in.arg, err)
		}
		if seen++; seen > in.limits.maxEntries+1 {
			return in.tooManyFiles()
		}
		if !d.IsDir() {
			return in.readDirFile(ctx, root, name, d)
		}
		if isHidden(name) {
			return fs.SkipDir
		}
		return nil
	})
}

// isHidden reports whether a directory below the root is hidden, like .git.
func isHidden(name string) bool { return name != "." && strings.HasPrefix(path.Base(name), ".") }

// readDirFile reads one file of a folder, unless it holds neither objects nor a log. Symbolic
// links are followed only within the folder: a bundle may come from a stranger.
func (in *input) readDirFile(ctx context.Context, root *os.Root, name string, d fs.DirEntry) error {
	objects := holdsObjects(name)
	if !objects && !isLog(name) {
		return nil
	}
	info, err := root.Stat(name) // follows links inside of the root only
	if err != nil {
		return in.unreadable(name, d, err)
	}
	if !info.Mode().IsRegular() {
		return nil
	}
	e := &entry{in: in, path: name, size: info.Size()}
	in.entries = append(in.entries, e)
	if !objects {
		return nil // the logs that a verdict asks for are read later
	}
	return in.readDirText(ctx, root, e)
}

// readDirText reads the text of a file that may hold objects, and gives it to be decoded. The error ends the
// reading of the folder; any other is the gap of the file.
func (in *input) readDirText(ctx context.Context, root *os.Root, e *entry) error {
	if err := in.digest.admit(ctx, e); err != nil {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	e.data, e.gap = in.openText(root, e.path, e.size)
	in.digest.take(e)
	if fatal(e.gap) {
		return fmt.Errorf("read %s: %w", in.arg, e.gap)
	}
	return nil
}

// unreadable handles a file of a folder that cannot be read. A link to nothing, which collectors leave behind, is
// a gap if it should lead to objects; anything else is an error.
func (in *input) unreadable(name string, d fs.DirEntry, err error) error {
	if d.Type()&fs.ModeSymlink == 0 {
		return fmt.Errorf("read %s: %w", in.arg, err)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read %s: refuse symbolic link %s: %w", in.arg, name, err)
	}
	if holdsObjects(name) {
		in.entries = append(in.entries, &entry{in: in, path: name, gap: errDangling})
	}
	return nil
}

// errDangling is the gap of a link in a directory whose file is not there.
var errDangling = errors.New("it is a symbolic link to a file that is not there")

// openText reads a file within the root, as far as the limits allow.
func (in *input) openText(root *os.Root, name string, length int64) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return in.limits.objects(spending{f, in.limits}, length)
}
