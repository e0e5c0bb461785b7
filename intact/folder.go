package intact

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
)

// A Folder is a folder that is not whole yet. Its files are made in its root, under their
// own names. Whoever has made one calls [ReplaceAll], or Discard; the root is closed
// apart from that, and can be used after it.
type Folder struct {
	*os.Root
	in   *os.Root
	name string // that it is to have
	temp string
	dir  *os.File // itself, locked, so that nobody takes it for a leftover

	mu     sync.Mutex
	failed error // of Sync: the system tells it once
}

// CreateFolder begins a folder within a root, where there is none of the name. The error
// is [errors.ErrUnsupported] where the files of a folder cannot be synced at once, see
// [SyncAll]: each is then a [File] of its own.
func CreateFolder(in *os.Root, name string) (*Folder, error) {
	if !folders {
		return nil, errors.ErrUnsupported
	}
	above, err := in.Open(".")
	if err != nil {
		return nil, err
	}
	defer above.Close()
	if !syncsWhole(above) {
		return nil, errors.ErrUnsupported
	}
	f := &Folder{in: in, name: name}
	for try := 1; ; try++ {
		f.temp = fmt.Sprintf(".%s.%d%s", name, rand.Uint32(), ending)
		err := in.Mkdir(f.temp, 0o755)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrExist) || try == 100 {
			return nil, err
		}
	}
	if err := f.open(); err != nil {
		f.Discard()
		return nil, err
	}
	return f, nil
}

func (f *Folder) open() (err error) {
	if f.Root, err = f.in.OpenRoot(f.temp); err != nil {
		return err
	}
	if f.dir, err = f.Root.Open("."); err != nil {
		return errors.Join(err, f.Root.Close())
	}
	if !lock(f.dir) {
		return errors.Join(errors.ErrUnsupported, f.Root.Close())
	}
	return nil
}

// Sync brings to the disk what was written so far, so that ReplaceAll has less to do.
func (f *Folder) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed == nil {
		f.failed = syncFolders(f.dir)
	}
	return f.failed
}

// ReplaceAll syncs folders and gives them their names, in their order. Where there is a
// folder of the name by then, the files move there, in place of those that have their
// names. It returns those that have no name: all if they could not be synced, now or by
// Sync before, else those whose names cannot be had.
func ReplaceAll(all ...*Folder) (nameless []*Folder, err error) {
	dirs := make([]*os.File, len(all))
	for i, f := range all {
		if f.failed != nil {
			return all, f.failed
		}
		dirs[i] = f.dir
	}
	if err := syncFolders(dirs...); err != nil {
		return all, err
	}
	for _, f := range all {
		if f.in.Rename(f.temp, f.name) != nil {
			if moved := move(f.in, f.temp, f.name); moved != nil {
				nameless, err = append(nameless, f), errors.Join(err, moved)
				continue
			}
		}
		_ = f.dir.Close() // nothing was written to it
	}
	return nameless, err
}

// move moves what is in one folder to another.
func move(in *os.Root, from, to string) error {
	dir, err := in.Open(from)
	if err != nil {
		return err
	}
	entries, err := dir.ReadDir(-1)
	if err := errors.Join(err, dir.Close()); err != nil {
		return err
	}
	if err := in.Mkdir(to, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	for _, entry := range entries {
		from, to := filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name())
		err := in.Rename(from, to)
		if err != nil && entry.IsDir() {
			err = move(in, from, to)
		}
		if err != nil {
			return err
		}
	}
	return in.Remove(from)
}

// Discard deletes the folder and what is in it, unless ReplaceAll has named it.
func (f *Folder) Discard() {
	_ = f.in.RemoveAll(f.temp) // it has another name by then, if all went well
	if f.dir != nil {
		_ = f.dir.Close()
	}
}
