package export

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
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
	wings []*wing // in the order in which they were begun
}

// A room is one of them. It stays open while somebody is in it.
type room struct {
	*os.Root
	wing  *wing // that it is in; nil for none
	err   error
	ready sync.Once
	users int
	last  int // time that it was entered
}

// A wing is a room that was not there, with all that is in it. It gets its name when that
// is on the disk. As nobody sees it before, its files have their names from the first,
// which takes a third of the time.
type wing struct {
	*intact.Folder
	name  string
	above *room // which stays open, as the room itself does
}

// openRooms is how many stay open at most, besides those that somebody is in: of records
// by time of some eighty forces, those of a month, of its year and of the force.
const openRooms = 256

// maxWings is how many wings there are at most: usually one for each force or each month.
// Each holds three files open.
const maxWings = 64

func newRooms(root *os.Root) *rooms {
	return &rooms{root: root, open: map[string]*room{}, new: map[string]bool{}, swept: map[string]bool{}}
}

// enter opens a room, which is made if it is not there: as a wing or in one, if the
// caller can make its files there. Whoever enters it leaves it.
func (r *rooms) enter(name string, wings bool) (*room, error) {
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
	here.ready.Do(func() { here.err = r.make(here, name, wings) })
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

func (r *rooms) make(here *room, name string, wings bool) (err error) {
	if name == "." {
		here.Root, err = r.root.OpenRoot(name)
		return err
	}
	above, err := r.enter(path.Dir(name), wings)
	if err != nil {
		return err
	}
	defer r.leave(above)
	base, empty := path.Base(name), r.empty(name)
	if here.wing = above.wing; here.wing == nil {
		if here.Root, err = above.OpenRoot(base); !errors.Is(err, fs.ErrNotExist) {
			if err == nil && !empty && r.first(name) {
				intact.SweepIn(here.Root, "")
			}
			return err
		}
		if wings && empty && r.begin(here, above, name) {
			return nil
		}
	}
	if err := above.Mkdir(base, 0o755); err != nil && !errors.Is(err, fs.ErrExist) { // it can have come since
		return err
	}
	here.Root, err = above.OpenRoot(base)
	return err
}

// begin makes a room a wing, if that can be.
func (r *rooms) begin(here, above *room, name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.wings) == maxWings {
		return false
	}
	made, err := intact.CreateFolder(above.Root, path.Base(name))
	if err != nil {
		return false // who makes the room itself will say so
	}
	here.Root, here.wing = made.Root, &wing{made, name, above}
	here.users++
	above.users++
	r.wings = append(r.wings, here.wing)
	return true
}

// finish gives the wings their names, when nobody is in them, and returns the names of
// those that cannot have them and are deleted.
func (r *rooms) finish() (lost []string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.wings) == 0 {
		return nil, nil
	}
	folders := make([]*intact.Folder, len(r.wings))
	for i, w := range r.wings {
		folders[i] = w.Folder
	}
	nameless, err := intact.ReplaceAll(folders...)
	for _, w := range r.wings {
		if slices.Contains(nameless, w.Folder) {
			w.Discard()
			lost = append(lost, w.name)
		}
		w.above.users--
	}
	r.wings = nil
	for name, here := range r.open {
		if here.wing != nil { // it is to be entered by its name now
			here.Close()
			delete(r.open, name)
		}
	}
	return lost, err
}

// find enters a room if it is in a wing, and returns nil if it is not.
func (r *rooms) find(name string) (*room, error) {
	r.mu.Lock()
	there := slices.ContainsFunc(r.wings, func(w *wing) bool {
		return name == w.name || strings.HasPrefix(name, w.name+"/")
	})
	r.mu.Unlock()
	if !there {
		return nil, nil
	}
	return r.enter(name, true)
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
	if here, err := r.enter(name, false); err == nil { // else it stays as it is
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

// close closes all of them, and deletes wings without a name. Nobody is in one any more.
func (r *rooms) close() {
	for _, w := range r.wings {
		w.Discard()
	}
	for _, here := range r.open {
		here.Close()
	}
}
