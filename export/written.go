package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/text/unicode/norm"
)

// writtenName is the file in which a folder lists what exports have put there, a JSON
// object a line:
//
//	{"path":"demo/2024/03/a-kayak.md","sha256":"…","release":"4e30…"}
//
// By it a later export knows which files are its own, and may be deleted: those of a
// release that was suppressed, and those of a whole, such as a site, that this export
// has made again without them. What somebody has changed since is nobody's to delete.
// Data sets have a list of their own, manifest.json.
const writtenName = ".archiver-export"

// An owner is what a file of a folder belongs to: a release, a whole, or both. The
// zero value is nothing that a list need know.
type owner struct {
	release string // id
	whole   string // what is made at once: by its next export it has no other files
}

// A listing is a file that an export has made.
type listing struct {
	of  owner
	sum [sha256.Size]byte
}

// A writtenLine is a listing as the file has it.
type writtenLine struct {
	Path    string `json:"path"`
	SHA256  string `json:"sha256"`
	Release string `json:"release,omitempty"`
	Whole   string `json:"whole,omitempty"`
}

// list notes that a file is of this export. Memory holds some 200 bytes for each.
func (d *folder) list(name string, of owner, sum [sha256.Size]byte) {
	if of == (owner{}) {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.listed[name] = listing{of, sum}
}

// settle ends an export that has written all it had to, or was ended by cause: the
// list is brought up to date and, if all is well, what is out of date is deleted.
func (d *folder) settle(ctx context.Context, cause error, whole string, opts Options) error {
	if err := d.wait(); cause == nil {
		cause = err
	}
	if err := d.settleList(ctx, cause == nil, whole, opts); cause == nil {
		cause = err
	}
	return cause
}

func (d *folder) settleList(ctx context.Context, clear bool, whole string, opts Options) error {
	// Two exports can fill one folder, and each adds to the list. Where the file system
	// has no locks they are trusted not to end at the same time.
	turn := flock.New(d.root.Name(), flock.SetFlag(os.O_RDONLY))
	if _, err := turn.TryLockContext(ctx, 10*time.Millisecond); err != nil && ctx.Err() != nil {
		clear = false // but what was written is listed
	}
	defer turn.Close()

	old, err := d.read(writtenName)
	former := readWritten(old)
	if err != nil || len(former) == 0 && len(d.listed) == 0 {
		return err
	}
	if clear {
		if err := d.clear(former, whole, opts); err != nil {
			return err
		}
	}
	for name, l := range d.listed {
		former[name] = l
	}
	if len(former) == 0 {
		return d.root.Remove(writtenName)
	}
	var list bytes.Buffer
	list.Grow(200 * len(former))
	enc := json.NewEncoder(&list)
	enc.SetEscapeHTML(false)
	for _, name := range slices.Sorted(maps.Keys(former)) {
		l := former[name]
		if err := enc.Encode(writtenLine{name, hex.EncodeToString(l.sum[:]), l.of.release, l.of.whole}); err != nil {
			return err // unreachable: it is of texts
		}
	}
	if bytes.Equal(old, list.Bytes()) {
		return nil
	}
	return d.write(writtenName, owner{}, list.Bytes())
}

// readWritten reads the list that earlier exports have left.
func readWritten(data []byte) map[string]listing {
	former := map[string]listing{}
	for line := range bytes.Lines(data) {
		var w writtenLine
		// A line that is none of ours makes no file ours.
		if json.Unmarshal(line, &w) != nil || !fs.ValidPath(w.Path) {
			continue
		}
		if sum, ok := readSum(w.SHA256); ok {
			former[w.Path] = listing{owner{w.Release, w.Whole}, sum}
		}
	}
	return former
}

func readSum(digits string) (sum [sha256.Size]byte, ok bool) {
	data, err := hex.DecodeString(digits)
	return sum, err == nil && len(data) == len(sum) && copy(sum[:], data) > 0
}

// clear deletes what is out of date of former, and takes it from there.
func (d *folder) clear(former map[string]listing, whole string, opts Options) error {
	if len(former) == 0 {
		return nil
	}
	suppressed, err := d.suppressed(former, opts)
	if err != nil {
		return err
	}
	now := map[string]bool{}
	for name := range d.listed {
		now[nameKey(name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(former)) {
		of := former[name].of
		stale := suppressed[of.release] || of.whole != "" && of.whole == whole
		if now[nameKey(name)] || !stale {
			continue
		}
		changed, err := d.delete(name, former[name].sum)
		if err != nil {
			return err
		}
		if !changed {
			delete(former, name)
		} else if opts.Kept != nil {
			opts.Kept(d.path(name))
		}
	}
	return nil
}

// suppressed finds out which of the releases that have files are suppressed.
func (d *folder) suppressed(former map[string]listing, opts Options) (map[string]bool, error) {
	of := map[string]bool{}
	for _, l := range former {
		if l.of.release != "" {
			of[l.of.release] = true
		}
	}
	hidden := map[string]bool{}
	if opts.Suppressed == nil || len(of) == 0 {
		return hidden, nil
	}
	list, err := opts.Suppressed(slices.Sorted(maps.Keys(of))...)
	for _, id := range list {
		hidden[id] = true
	}
	return hidden, err
}

// delete deletes a file that has this hash, and the folders that are then empty. It
// reports whether the file is another by now, and stays.
func (d *folder) delete(name string, sum [sha256.Size]byte) (changed bool, err error) {
	info, err := d.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return true, nil
	}
	if now, err := d.sum(name); err != nil || now != sum {
		return true, err
	}
	if err := d.root.Remove(name); err != nil {
		return false, err
	}
	for dir := path.Dir(name); dir != "." && d.root.Remove(dir) == nil; dir = path.Dir(dir) {
	}
	return false, nil
}

// sum hashes a file.
func (d *folder) sum(name string) (sum [sha256.Size]byte, err error) {
	f, err := d.root.Open(name)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, fmt.Errorf("read %s: %w", d.path(name), reason(err))
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// nameKey is a name as a file system sees it for which upper and lower case, and the
// two ways to write an accent, are the same.
func nameKey(name string) string { return strings.ToLower(norm.NFD.String(name)) }
