package watch

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"archiver/article"
)

// margin is how far behind the last telling something may come to light and is still
// news: what an import or a merge brings was seen by another machine before.
const margin = 30 * 24 * time.Hour

// A Position is what a watch has told. The zero value is that of a watch that has
// told nothing yet. Its JSON form is kept from one time to the next; it holds no word
// of a release.
type Position struct {
	Search string    `json:"search"` // a checksum of it: of another one the position is worth nothing
	Since  time.Time `json:"since"`  // what happened before is no news, in UTC
	// Known has eight bytes of the id of each release that ever matched, in order.
	Known []byte `json:"known,omitempty"`
	// Told is the changes and removals since Since that were told, with their times.
	Told map[string]time.Time `json:"told,omitempty"`
}

// checksum is another where a watch is to begin anew.
func (w *Watch) checksum() string {
	data, err := json.Marshal([]any{w.Words, w.Sites, w.Topics, w.Kinds, w.Speakers, w.New, w.Changed, w.Removed})
	if err != nil {
		panic(err) // unreachable: it is plain data
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// Begun reports whether p is a position of the search of w. One that is not is to be
// replaced by what [Look] returns, before what is to be told comes into the archive.
func (p Position) Begun(w *Watch) bool { return p.Search == w.checksum() }

// MostEntries is how many entries News has at most: of a back file that was crawled
// nobody reads all.
const MostEntries = 100

// News is what a watch has to tell.
type News struct {
	Entries []Entry      // the newest first, of each release one; no more than [MostEntries]
	Counts  map[What]int // of all
}

// Total is how many releases there is news of.
func (n News) Total() int { return n.Counts[New] + n.Counts[Changed] + n.Counts[Removed] }

// Look returns what a watch has not told yet, and the position that is to be kept
// once that is told. Of a position that has not begun there is no news.
//
// A release is new if it never matched before, and something has happened to it since
// the position: that a better reader finds a topic in it is no news. What is told is
// never told again, but for a page that was live in between and is taken down once more.
func Look(ctx context.Context, a Archive, w *Watch, p Position, now time.Time) (News, Position, error) {
	begun := p.Begun(w)
	if !begun {
		p = Position{Since: now.UTC()}
	}
	p.Since = p.Since.Truncate(time.Second) // times of the archive have no fractions
	l := look{watch: w, archive: a, begun: begun, since: p.Since, told: p.Told, next: map[string]time.Time{}, known: p.known()}
	l.Counts = map[What]int{}
	if err := l.look(ctx); err != nil {
		return News{}, p, fmt.Errorf("watch %s: %w", w.Name, err)
	}
	next := Position{Search: w.checksum(), Since: p.Since, Known: packed(l.known)}
	if back := now.UTC().Add(-margin).Truncate(time.Second); back.After(next.Since) {
		next.Since = back
	}
	for key, at := range l.next {
		if !at.Before(next.Since) {
			if next.Told == nil {
				next.Told = map[string]time.Time{}
			}
			next.Told[key] = at
		}
	}
	if !begun {
		return News{}, next, nil
	}
	l.Entries = newest(l.Entries, MostEntries)
	return l.News, next, nil
}

// A look is what Look finds out.
type look struct {
	News
	watch   *Watch
	archive Archive
	since   time.Time
	told    map[string]time.Time // before
	next    map[string]time.Time // with what is told now
	known   map[uint64]bool
	begun   bool
}

func (l *look) look(ctx context.Context) error {
	w := l.watch
	for key, at := range l.told {
		l.next[key] = at
	}
	var looked []string
	find := func(q Query) error {
		ids, err := l.archive.IDs(ctx, q)
		looked = append(looked, ids...)
		return err
	}
	fresh := map[string]bool{}
	if w.New {
		ids, err := l.archive.IDs(ctx, w.query())
		if err != nil {
			return err
		}
		for _, id := range ids {
			if short := shortID(id); !l.known[short] {
				l.known[short], fresh[id] = true, true
				if l.begun {
					looked = append(looked, id)
				}
			}
		}
	}
	if w.Changed {
		q := w.query()
		q.Filter.Changed = l.since
		if err := find(q); err != nil {
			return err
		}
	}
	if w.Removed {
		q := w.query()
		q.Filter.Statuses = removed
		if err := find(q); err != nil {
			return err
		}
	}
	slices.Sort(looked)
	for r, err := range l.archive.RecordsOf(slices.Compact(looked)...) {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = l.weigh(r, fresh[r.ID])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// weigh says what is news of a release.
func (l *look) weigh(r *article.Record, fresh bool) error {
	var found []Entry // what weighs most first
	if l.watch.Removed && r.Status != article.StatusLive && !r.StatusSince.Before(l.since) {
		since, reason, err := l.archive.Absence(r.ID)
		switch {
		case errors.Is(err, article.ErrNotFound):
			return nil // suppressed meanwhile
		case err != nil:
			return err
		}
		if l.isNew(r.ID+" removed "+since.UTC().Format(time.RFC3339), since) {
			found = append(found, Entry{Removed, since, r, reason})
		}
	}
	if fresh && !r.FirstSeen.Before(l.since) {
		found = append(found, Entry{What: New, At: appeared(r), Record: r})
	}
	if l.watch.Changed && r.Revision > 1 && l.isNew(fmt.Sprint(r.ID, " ", r.Revision), r.LastChanged.Time) {
		found = append(found, Entry{What: Changed, At: r.LastChanged.Time, Record: r})
	}
	if fresh {
		// It was there before, and matches since it has changed.
		if at := latest(r.LastChanged.Time, r.StatusSince.Time); !at.Before(l.since) {
			found = append(found, Entry{What: New, At: at, Record: r})
		}
	}
	if len(found) > 0 {
		l.Counts[found[0].What]++
		if l.Entries = append(l.Entries, found[0]); len(l.Entries) > 4*MostEntries {
			l.Entries = newest(l.Entries, MostEntries)
		}
	}
	return nil
}

// isNew reports whether something is still to be told, and notes that it will be.
func (l *look) isNew(key string, at time.Time) bool {
	if at.Before(l.since) {
		return false
	}
	_, told := l.told[key]
	l.next[key] = at.UTC()
	return !told
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// shortID is the first eight bytes of an id.
func shortID(id string) uint64 {
	var b [8]byte
	_, _ = hex.Decode(b[:], []byte(id[:min(len(id), 16)])) // an id is hexadecimal
	return binary.BigEndian.Uint64(b[:])
}

func (p Position) known() map[uint64]bool {
	known := make(map[uint64]bool, len(p.Known)/8)
	for b := p.Known; len(b) >= 8; b = b[8:] {
		known[binary.BigEndian.Uint64(b)] = true
	}
	return known
}

func packed(known map[uint64]bool) []byte {
	list := make([]uint64, 0, len(known))
	for id := range known {
		list = append(list, id)
	}
	slices.Sort(list)
	b := make([]byte, 0, 8*len(list))
	for _, id := range list {
		b = binary.BigEndian.AppendUint64(b, id)
	}
	return b
}
