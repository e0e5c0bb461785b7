package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"

	"archiver/intact"
)

// A folder is a place for files that an export makes. Whatever their names,
// they stay inside of it. Names have forward slashes. Several files can be written
// at once.
type folder struct {
	root *os.Root
	mu   sync.Mutex
	made string // the folder within that was last seen to
}

func openFolder(path string) (*folder, error) {
	root, err := os.OpenRoot(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: make it first", path)
	}
	if err != nil {
		return nil, err
	}
	return &folder{root: root}, nil
}

func (d *folder) close() { d.root.Close() }

// create begins a file, and the folders that its name asks for.
func (d *folder) create(name string) (*file, error) {
	if err := d.make(path.Dir(name)); err != nil {
		return nil, err
	}
	pending, err := intact.CreateIn(d.root, name, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", d.path(name), reason(err))
	}
	return &file{pending: pending, path: d.path(name)}, nil
}

func (d *folder) make(sub string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if sub == d.made {
		return nil
	}
	if err := d.root.MkdirAll(sub, 0o755); err != nil {
		return err
	}
	d.made = sub
	return nil
}

// path returns a name as a person finds it.
func (d *folder) path(name string) string { return filepath.Join(d.root.Name(), name) }

// write makes a file of data.
func (d *folder) write(name string, data []byte) error {
	f, err := d.create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return f.finish(err)
}

// read returns what a file holds, nothing where there is none.
func (d *folder) read(name string) ([]byte, error) {
	data, err := d.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

func (d *folder) rename(from, to string) error { return d.root.Rename(from, to) }

// A file has its name only when it is whole; until then it is a temporary one.
type file struct {
	pending *intact.File
	path    string
}

func (f *file) Write(p []byte) (n int, err error) {
	if n, err = f.pending.Write(p); err != nil {
		err = fmt.Errorf("write %s: %w", f.path, reason(err))
	}
	return n, err
}

// finish puts the file in the place of the one that has its name or, given an
// error, leaves that one alone. It returns the error, its own if there was none.
func (f *file) finish(err error) error {
	if err == nil {
		if err = f.pending.Replace(); err == nil {
			return nil
		}
		err = fmt.Errorf("write %s: %w", f.path, reason(err))
	}
	f.pending.Discard()
	return err
}

// reason returns an error of a file without the name of the file, which is a
// temporary one.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
