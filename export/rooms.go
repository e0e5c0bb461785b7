package export

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"sync"

	"archiver/intact"
)

// rooms are the folders within a folder, which stay open for a while: the files of a
// month come one after another, and to go there through folders above it, none of
// which may be a way out, takes as long as to make a file. Several goroutines can use
// them at once.
type rooms struct {
	root *os.Root

	mu   sync.Mutex
	open map[string]*room
	made map[string]bool // those that have been open: whether they were not there before
}

// A room is one of them. It stays open while somebody is in it.
type room struct {
	*os.Root
	err   error
	ready sync.Once
	users int
}

// openRooms is how many stay open at most, besides those that somebody is in: of records
// by time of some eighty forces, those of a month, of its year and of the force.
const openRooms = 256

func newRooms(root *os.Root) *rooms {
	return &rooms{root: root, open: map[string]*room{}, made: map[string]bool{}}
}

// enter opens a room, which is made if it is not there. Whoever enters it leaves it.
func (r *rooms) enter(name string) (*room, error) {
	r.mu.Lock()
	here := r.open[name]
	if here == nil {
		r.tidy()
		here = &room{}
		r.open[name] = here
	}
	here.users++
	r.mu.Unlock()
	here.ready.Do(func() { here.Root, here.err = r.make(name) })
	if here.err != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.open[name] == here { // so that the next tries again
			delete(r.open, name)
		}
		return nil, here.err
	}
	return here, nil
}

func (r *rooms) leave(here *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	here.users--
}

// tidy closes what nobody is in, if it is many. The caller holds mu.
func (r *rooms) tidy() {
	if len(r.open) < openRooms {
		return
	}
	for name, here := range r.open {
		if here.users == 0 {
			here.Close()
			delete(r.open, name)
		}
	}
}

func (r *rooms) make(name string) (*os.Root, error) {
	if name == "." {
		return r.root.OpenRoot(name)
	}
	above, err := r.enter(path.Dir(name))
	if err != nil {
		return nil, err
	}
	defer r.leave(above)
	base := path.Base(name)
	r.mu.Lock()
	_, known := r.made[name]
	r.mu.Unlock()
	made := false
	in, err := above.OpenRoot(base)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := above.Mkdir(base, 0o755); err == nil {
			made = true
		} else if !errors.Is(err, fs.ErrExist) { // another program was quicker
			return nil, err
		}
		in, err = above.OpenRoot(base)
	case err == nil && !known:
		intact.SweepIn(in, "")
	}
	if err == nil && !known {
		r.mu.Lock()
		r.made[name] = made
		r.mu.Unlock()
	}
	return in, err
}

// empty reports whether there was nothing in a room before.
func (r *rooms) empty(name string) bool {
	r.mu.Lock()
	made, known := r.made[name]
	r.mu.Unlock()
	if known {
		return made
	}
	_, err := r.root.Lstat(name)
	return errors.Is(err, fs.ErrNotExist)
}

// close closes all of them. Nobody is in one any more.
func (r *rooms) close() {
	for _, here := range r.open {
		here.Close()
	}
}
