package export

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"

	"archiver/intact"
)

// rooms are the folders within a folder, which stay open for a while: the files of a
// month come one after another, and to go there through folders above it, none of
// which may be a way out, takes as long as to make a file. Several goroutines can use
// them at once.
type rooms struct {
	root *os.Root

	mu    sync.Mutex
	open  map[string]*room
	times int             // that one was entered
	new   map[string]bool // whether a room was not there before, where that is known
	swept map[string]bool
}

// A room is one of them. It stays open while somebody is in it.
type room struct {
	*os.Root
	err   error
	ready sync.Once
	users int
	last  int // time that it was entered
}

// openRooms is how many stay open at most, besides those that somebody is in: of records
// by time of some eighty forces, those of a month, of its year and of the force.
const openRooms = 256

func newRooms(root *os.Root) *rooms {
	return &rooms{root: root, open: map[string]*room{}, new: map[string]bool{}, swept: map[string]bool{}}
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
	r.times++
	here.last = r.times
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

// tidy closes a quarter of what is open, if it is many: of what nobody is in, that in
// which nobody has been for longest. The caller holds mu.
func (r *rooms) tidy() {
	if len(r.open) < openRooms {
		return
	}
	var idle []string
	for name, here := range r.open {
		if here.users == 0 {
			idle = append(idle, name)
		}
	}
	slices.SortFunc(idle, func(a, b string) int { return r.open[a].last - r.open[b].last })
	for _, name := range idle[:min(len(idle), openRooms/4)] {
		r.open[name].Close()
		delete(r.open, name)
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
	if !r.empty(name) {
		in, err := above.OpenRoot(base)
		if err == nil && r.first(name) {
			intact.SweepIn(in, "")
		}
		if !errors.Is(err, fs.ErrNotExist) { // it can have gone since
			return in, err
		}
	}
	if err := above.Mkdir(base, 0o755); err != nil && !errors.Is(err, fs.ErrExist) { // or have come
		return nil, err
	}
	return above.OpenRoot(base)
}

// empty reports whether there was nothing in a room before.
func (r *rooms) empty(name string) bool {
	if name == "." {
		return false
	}
	if r.empty(path.Dir(name)) {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	empty, known := r.new[name]
	if !known {
		_, err := r.root.Lstat(name)
		empty = errors.Is(err, fs.ErrNotExist)
		r.new[name] = empty
	}
	return empty
}

// tidyUp clears a room of what killed exports have left, for one that nothing is written
// to.
func (r *rooms) tidyUp(name string) {
	r.mu.Lock()
	swept := r.swept[name]
	r.mu.Unlock()
	if swept {
		return
	}
	if here, err := r.enter(name); err == nil { // else it stays as it is
		r.leave(here)
	}
}

// first reports whether this is the first time that it is asked of a room.
func (r *rooms) first(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	swept := r.swept[name]
	r.swept[name] = true
	return !swept
}

// close closes all of them. Nobody is in one any more.
func (r *rooms) close() {
	for _, here := range r.open {
		here.Close()
	}
}
