package export

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"archiver/intact"

	"golang.org/x/sync/errgroup"
)

// A folder is a place for files that an export makes. Whatever their names,
// they stay inside of it. Names have forward slashes. Several files can be written
// at once. What it has written it lists, see written.go.
type folder struct {
	root    *os.Root
	rooms   *rooms
	writing errgroup.Group
	open    chan struct{} // holds one for each file that is being laid
	inWings atomic.Int64  // files that were laid in wings

	mu     sync.Mutex
	failed error   // the first error of put
	whole  []*file // that have no names yet
	listed map[string]listing
}

func openFolder(path string) (*folder, error) {
	root, err := os.OpenRoot(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: make it first", path)
	}
	if err != nil {
		return nil, err
	}
	d := &folder{root: root, rooms: newRooms(root), open: make(chan struct{}, atOnce+64), listed: map[string]listing{}}
	d.writing.SetLimit(writers)
	return d, nil
}

func (d *folder) close() {
	d.rooms.close()
	d.root.Close()
}

// create begins a file, and the folders that its name asks for. It is listed as
// being of what of says, unless that is of nothing. Who uses it uses neither put nor
// putLater, whose folders change while a file is open.
func (d *folder) create(name string, of owner) (*file, error) {
	in, err := d.rooms.enter(path.Dir(name), false)
	if err != nil {
		return nil, err
	}
	return d.createIn(in, name, of)
}

// createIn is create in the room of the file, which it leaves.
func (d *folder) createIn(in *room, name string, of owner) (*file, error) {
	// The temporary file is made beside it: in the root, thousands would be in the way of
	// one another.
	pending, err := intact.CreateIn(in.Root, path.Base(name), 0o644)
	if err != nil {
		d.rooms.leave(in)
		return nil, fmt.Errorf("create %s: %w", d.path(name), reason(err))
	}
	f := &file{pending: pending, path: d.path(name), dir: d, in: in, name: name, of: of}
	if of != (owner{}) {
		f.hash = sha256.New()
	}
	return f, nil
}

// path returns a name as a person finds it.
func (d *folder) path(name string) string { return filepath.Join(d.root.Name(), name) }

// write makes a file of data.
func (d *folder) write(name string, of owner, data []byte) error {
	f, err := d.create(name, of)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return f.finish(err)
}

const (
	// writers is how many files are written at once.
	writers = 8

	// atOnce is how many files get their names at once. A file is on the disk before it
	// has its name, or a power cut could leave an empty one; on ext4 a small one takes
	// 0.04 ms in this way, and 0.12 ms where each is waited for. Until then it is open, as
	// its folder is: with those that stay open (openRooms, three for each of maxWings) they
	// are to be fewer than the 1024 that a program may have at the least.
	atOnce = 256

	// syncEvery is how many files of wings are brought to the disk at once, while others
	// are written.
	syncEvery = 4096
)

// put makes a file of data, which it gives back, unless old, what there is, is the same.
// It returns before that is done: what has failed is told by a later put, or by wait.
func (d *folder) put(name string, of owner, old []byte, data *bytes.Buffer) error {
	if old != nil && bytes.Equal(old, data.Bytes()) {
		d.keep(name, of, old)
		giveBack(data)
		return nil
	}
	return d.background(func() error {
		defer giveBack(data)
		return d.lay(name, of, data.Bytes())
	})
}

// putLater is put of what is written to data, side by side with others.
func (d *folder) putLater(name string, of owner, write func(data *bytes.Buffer) error) error {
	return d.background(func() error {
		data := lend()
		defer giveBack(data)
		if err := write(data); err != nil {
			return err
		}
		if !d.rooms.empty(path.Dir(name)) {
			if old, err := d.read(name); err != nil {
				return err
			} else if old != nil && bytes.Equal(old, data.Bytes()) {
				d.keep(name, of, old)
				return nil
			}
		}
		return d.lay(name, of, data.Bytes())
	})
}

// keep lists a file that is there and holds data.
func (d *folder) keep(name string, of owner, data []byte) {
	d.list(name, of, sha256.Sum256(data))
	d.rooms.tidyUp(path.Dir(name))
}

// background does something while others do, unless something has failed.
func (d *folder) background(do func() error) error {
	if err := d.failure(nil); err != nil {
		return err
	}
	d.writing.Go(func() error { return d.failure(do()) })
	return nil
}

// lay writes a file, which gets its name with others.
func (d *folder) lay(name string, of owner, data []byte) error {
	in, err := d.rooms.enter(path.Dir(name), true)
	if err != nil {
		return err
	}
	if in.wing != nil {
		defer d.rooms.leave(in)
		return d.layIn(in, name, of, data)
	}
	d.open <- struct{}{}
	f, err := d.createIn(in, name, of)
	if err != nil {
		<-d.open
		return err
	}
	f.laid = true
	if _, err := f.Write(data); err != nil {
		return f.finish(err)
	}
	var all []*file
	d.mu.Lock()
	if d.whole = append(d.whole, f); len(d.whole) == atOnce {
		all, d.whole = d.whole, nil
	}
	d.mu.Unlock()
	return finishAll(all)
}

// layIn writes a file in a wing.
func (d *folder) layIn(in *room, name string, of owner, data []byte) error {
	f, err := in.OpenFile(path.Base(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err == nil {
		_, err = f.Write(data)
		err = cmp.Or(err, f.Close())
	}
	if err == nil {
		d.list(name, of, sha256.Sum256(data))
		if d.inWings.Add(1)%syncEvery == 0 {
			err = in.wing.Sync()
		}
	}
	if err != nil {
		_ = in.Remove(path.Base(name))
		d.mu.Lock()
		delete(d.listed, name)
		d.mu.Unlock()
		return fmt.Errorf("write %s: %w", d.path(name), reason(err))
	}
	return nil
}

// failure notes an error and returns the first.
func (d *folder) failure(err error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed == nil {
		d.failed = err
	}
	return d.failed
}

// written returns when all that was put is written.
func (d *folder) written() error {
	err := d.writing.Wait()
	d.mu.Lock()
	rest := d.whole
	d.whole = nil
	d.mu.Unlock()
	return cmp.Or(err, d.failure(finishAll(rest)))
}

// wait returns when all that was put is written and has its name.
func (d *folder) wait() error {
	err := d.writing.Wait()
	if lost, named := d.rooms.finish(); named != nil {
		_ = d.failure(fmt.Errorf("write %s: %w", d.path(lost[0]), reason(named)))
		d.mu.Lock()
		maps.DeleteFunc(d.listed, func(name string, _ listing) bool {
			return slices.ContainsFunc(lost, func(wing string) bool { return strings.HasPrefix(name, wing+"/") })
		})
		d.mu.Unlock()
	}
	return cmp.Or(err, d.written())
}

// read returns what a file holds, nothing where there is none.
func (d *folder) read(name string) ([]byte, error) {
	read := func() ([]byte, error) { return d.root.ReadFile(name) }
	if in, err := d.rooms.find(path.Dir(name)); err != nil {
		return nil, err
	} else if in != nil {
		defer d.rooms.leave(in)
		read = func() ([]byte, error) { return in.ReadFile(path.Base(name)) }
	}
	data, err := read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// rename gives a file that was put another name in its folder.
func (d *folder) rename(from, to string) error {
	if err := d.written(); err != nil {
		return err
	}
	d.mu.Lock()
	if l, ok := d.listed[from]; ok {
		delete(d.listed, from)
		d.listed[to] = l
	}
	d.mu.Unlock()
	in, err := d.rooms.enter(path.Dir(from), true)
	if err != nil {
		return err
	}
	defer d.rooms.leave(in)
	if err := in.Rename(path.Base(from), path.Base(to)); err != nil {
		return fmt.Errorf("rename %s: %w", d.path(from), reason(err))
	}
	return nil
}

// A file has its name only when it is whole; until then it is a temporary one.
type file struct {
	pending *intact.File
	path    string

	dir  *folder
	in   *room
	name string
	of   owner
	hash hash.Hash // where it will be listed
	laid bool      // it is one of folder.open
}

func (f *file) Write(p []byte) (n int, err error) {
	if n, err = f.pending.Write(p); err != nil {
		err = fmt.Errorf("write %s: %w", f.path, reason(err))
	}
	if f.hash != nil {
		f.hash.Write(p[:n])
	}
	return n, err
}

// finish puts the file in the place of the one that has its name or, given an
// error, leaves that one alone. It returns the error, its own if there was none.
func (f *file) finish(err error) error {
	if err == nil {
		return finishAll([]*file{f})
	}
	f.leave(err)
	return err
}

// finishAll finishes files of one folder that are whole.
func finishAll(files []*file) (err error) {
	if len(files) > 1 {
		pending := make([]*intact.File, len(files))
		for i, f := range files {
			pending[i] = f.pending
		}
		if err = intact.SyncAll(pending...); err != nil {
			err = fmt.Errorf("write %d files to %s: %w", len(files), files[0].dir.root.Name(), reason(err))
		}
	}
	for _, f := range files {
		if err == nil {
			if err = f.pending.Replace(); err != nil {
				err = fmt.Errorf("write %s: %w", f.path, reason(err))
			} else if f.hash != nil {
				f.dir.list(f.name, f.of, [sha256.Size]byte(f.hash.Sum(nil)))
			}
		}
		f.leave(err)
	}
	return err
}

// leave ends all that is to be done with a file; after an error it is deleted.
func (f *file) leave(err error) {
	if err != nil {
		f.pending.Discard()
	}
	f.dir.rooms.leave(f.in)
	if f.laid {
		<-f.dir.open
	}
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
