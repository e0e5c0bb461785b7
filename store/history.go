package store

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"time"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// A history is all that archives know of a record: every capture of its page, by
// whichever of them. It is a set, and its revisions follow from what is in it, so
// joining histories gives the same in any order and any number of times.
type history struct {
	first    article.Time // seen first; zero if there is no capture
	captures map[capture]*held
}

// held is a capture: the record as it was read, and its page. LastChanged and
// LastSeen are from when to when the page is known to have said that.
type held struct {
	record article.Record
	page   frame
	own    bool // the frame is one of the archive that is written
}

// history gathers what the archive knows of a record. Captures that cannot be
// read are left out and told to skip; where that is nil they are an error.
func (r reader) history(i id, own bool, skip func(error)) (history, error) {
	h := history{captures: map[capture]*held{}}
	bad := func(err error) error {
		if skip == nil || !errors.Is(err, ErrDamaged) {
			return err
		}
		skip(err)
		return nil
	}
	noted, err := r.sightingsOf(i, bad)
	if err != nil {
		return h, err
	}
	newest, _ := r.newestValue(i)
	copies := map[capture]*article.Record{}
	for v := (version{i, 1}); v.revision <= newest.revision; v.revision++ {
		record, page, err := r.held(v)
		if err == nil && record == nil {
			continue
		}
		var c capture
		if err == nil {
			c, err = captureOf(record.Capture)
		}
		if err != nil {
			if err = bad(err); err != nil {
				return h, err
			}
			continue
		}
		x := noted[c]
		if x.Copy {
			copies[c] = record
			continue
		}
		if v == newest {
			record.Status = article.StatusLive // of the address, which is joined by itself
		}
		if x.Record != nil && x.Page == nil {
			undoMerge(record, x)
		}
		h.add(c, &held{*record, page, own})
	}
	for c, x := range noted {
		if x.Page == nil {
			continue
		}
		page, err := r.frame(version{id: i}, x.Page)
		if err == nil {
			h.add(c, &held{*x.Record, page, own})
		} else if err = bad(err); err != nil {
			return h, err
		}
	}
	for c, record := range copies {
		h.seenAgain(c, record, noted[c])
	}
	return h, nil
}

func (r reader) sightingsOf(i id, bad func(error) error) (map[capture]sighting, error) {
	noted := map[capture]sighting{}
	cursor := r.sightings.Cursor()
	for k, value := cursor.Seek(i[:]); bytes.HasPrefix(k, i[:]); k, value = cursor.Next() {
		_, c, err := parseCapture(k)
		var x sighting
		if err == nil {
			x, err = decodeSighting(i, c, value)
		}
		if err == nil {
			noted[c] = x
		} else if err = bad(err); err != nil {
			return nil, err
		}
	}
	return noted, nil
}

// held returns a revision and its page; nil if there is no such revision.
func (r reader) held(v version) (*article.Record, frame, error) {
	value, page := r.records.Get(v.key()), r.pages.Get(v.key())
	if value == nil || page == nil {
		return nil, frame{}, nil
	}
	record, err := r.decode(v, value)
	if err != nil {
		return nil, frame{}, err
	}
	f, err := r.frame(v, page)
	return record, f, err
}

// undoMerge takes out of a revision what an earlier merging made of it; what was
// seen since stays.
func undoMerge(r *article.Record, x sighting) {
	if !r.LastSeen.After(x.LastSeen) {
		r.LastSeen = x.Record.LastSeen
	}
	r.LastChanged = x.Record.LastChanged
	r.Status = x.Record.Status
	if x.Record.Published.IsZero() {
		r.Published, r.PublishedText = article.Time{}, ""
	}
}

// seenAgain takes a revision apart that merging made: it says only that an
// earlier capture was seen to be so again. It may have been seen since.
func (h *history) seenAgain(c capture, copied *article.Record, x sighting) {
	var source *held
	for other, e := range h.captures {
		if other.sha == c.sha && other.fetched <= c.fetched && (source == nil || e.record.LastChanged.After(source.record.LastChanged.Time)) {
			source = e
		}
	}
	if source != nil && copied.LastSeen.After(x.LastSeen) {
		source.record.LastSeen = latest(source.record.LastSeen, copied.LastSeen)
	}
}

func (h *history) add(c capture, e *held) {
	if h.first.IsZero() || e.record.FirstSeen.Before(h.first.Time) {
		h.first = e.record.FirstSeen
	}
	old := h.captures[c]
	if old == nil {
		h.captures[c] = e
		return
	}
	// The same page, of which two archives may have read different things.
	best, other := old, e
	if better(&e.record, &old.record) > 0 {
		best, other = e, old
	}
	joined := *best
	joined.record.LastSeen = latest(best.record.LastSeen, other.record.LastSeen)
	if other.record.LastChanged.Before(best.record.LastChanged.Time) {
		joined.record.LastChanged = other.record.LastChanged
	}
	if slices.Index(article.Statuses, other.record.Status) > slices.Index(article.Statuses, best.record.Status) {
		joined.record.Status = other.record.Status
	}
	if old.own {
		joined.page, joined.own = old.page, true
	}
	h.captures[c] = &joined
}

// join adds another history, whose records become ones of the address.
func (h *history) join(other history, url string) {
	for c, e := range other.captures {
		moved := *e
		moved.record.URL, moved.record.ID = url, article.ID(url)
		h.add(c, &moved)
	}
}

// without takes out what was erased.
func (h *history) without(x Suppression) {
	h.first = article.Time{}
	for c, e := range h.captures {
		if x.erases(e.record.Capture.Fetched.Time) {
			delete(h.captures, c)
		} else if h.first.IsZero() || e.record.FirstSeen.Before(h.first.Time) {
			h.first = e.record.FirstSeen
		}
	}
}

// better orders readings of one page: by the version of the reader, then one with
// a time, then any order that is always the same.
func better(a, b *article.Record) int {
	version := func(r *article.Record) string { return r.Extraction.Version }
	dated := func(r *article.Record) int {
		if r.Published.IsZero() {
			return 0
		}
		return 1
	}
	if n := cmp.Or(cmp.Compare(len(version(a)), len(version(b))), cmp.Compare(version(a), version(b)), cmp.Compare(dated(a), dated(b))); n != 0 {
		return n
	}
	return bytes.Compare(bare(a), bare(b))
}

// bare encodes what a reader made of a page, without what the archive adds.
func bare(r *article.Record) []byte {
	c := *r
	c.Status, c.Revision = "", 0
	c.FirstSeen, c.LastSeen, c.LastChanged = article.Time{}, article.Time{}, article.Time{}
	data, err := encMode.Marshal(c)
	if err != nil {
		return nil // unreachable: a record is plain data
	}
	return data
}

// A run is captures in a row that say the same: a revision.
type run struct {
	view article.Record
	rep  *held   // whose page it is
	all  []*held // oldest first
	copy bool    // of an earlier run, which was seen to be so again at the end
}

// runs derives the revisions, oldest first.
func (h *history) runs() []run {
	var order []*held
	for _, e := range h.captures {
		order = append(order, e)
	}
	slices.SortFunc(order, func(a, b *held) int {
		x, _ := captureOf(a.record.Capture)
		y, _ := captureOf(b.record.Capture)
		return cmp.Or(a.record.LastChanged.Compare(b.record.LastChanged.Time), x.compare(y))
	})
	var runs []run
	for _, e := range order {
		r := e.record
		if n := len(runs); n > 0 {
			last := &runs[n-1]
			keepPublished(&r, &last.view)
			if sameSight(&r, &last.view) {
				last.extend(e)
				continue
			}
		}
		runs = append(runs, run{view: r, rep: e, all: []*held{e}})
	}
	return h.again(runs)
}

// extend adds a capture that says the same. A page takes the place of a document.
func (r *run) extend(e *held) {
	r.all = append(r.all, e)
	if isDocument(&r.rep.record) && !isDocument(&e.record) {
		changed, seen, published, text := r.view.LastChanged, r.view.LastSeen, r.view.Published, r.view.PublishedText
		r.rep, r.view = e, e.record
		r.view.LastChanged, r.view.LastSeen = changed, seen
		if r.view.Published.IsZero() {
			r.view.Published, r.view.PublishedText = published, text
		}
	}
	r.view.LastSeen = latest(r.view.LastSeen, e.record.LastSeen)
}

// again adds a last revision where another than the last was seen last: one
// archive saw it before and after another saw something else.
func (h *history) again(runs []run) []run {
	if len(runs) < 2 {
		return runs
	}
	last := len(runs) - 1
	for n := range runs[:last] {
		if runs[n].view.LastSeen.After(runs[last].view.LastSeen.Time) {
			last = n
		}
	}
	if last == len(runs)-1 {
		return runs
	}
	back := run{view: runs[last].view, rep: runs[last].rep, copy: true}
	seen := back.view.LastSeen
	back.view.LastChanged, back.view.Capture.Fetched = seen, seen
	if c, err := captureOf(back.view.Capture); err != nil || h.captures[c] != nil {
		return runs // it is there by itself
	}
	return append(runs, back)
}

// putHistory writes a history as the revisions of a record and what goes beside
// them, and returns whether that changed anything.
func (w writer) putHistory(i id, h history, a article.Address) (changed bool, err error) {
	if err := w.takeSeen(i); err != nil {
		return false, err
	}
	before, err := w.newest(i)
	if err != nil {
		return false, err
	}
	runs := h.runs()
	records, pages, sightings := map[string][]byte{}, map[string][]byte{}, map[string][]byte{}
	var newest *article.Record
	for n, r := range runs {
		v := version{i, uint32(n + 1)}
		r.view.URL, r.view.ID = a.URL, article.ID(a.URL)
		r.view.Revision, r.view.FirstSeen = n+1, h.first
		if r.view.Status = r.rep.record.Status; n == len(runs)-1 {
			r.view.Status = statusBy(a)
			newest = &r.view
		} else if r.copy {
			r.view.Status = article.StatusLive
		}
		if records[string(v.key())], err = encodeRecord(r.view); err != nil {
			return false, err
		}
		if pages[string(v.key())], err = w.pageOfRun(v, r, a.Site); err != nil {
			return false, err
		}
		if err := w.noteRun(i, r, a.Site, sightings, n == len(runs)-1); err != nil {
			return false, err
		}
	}
	none := version{i, 0}.key()
	if value := w.pages.Get(none); value != nil {
		pages[string(none)] = bytes.Clone(value)
	}
	for _, b := range []struct {
		bucket *bbolt.Bucket
		want   map[string][]byte
	}{{w.records, records}, {w.pages, pages}, {w.sightings, sightings}} {
		did, err := replacePrefix(b.bucket, i[:], b.want)
		if err != nil {
			return changed, err
		}
		changed = changed || did
	}
	if before != nil {
		if err := w.byDate.Delete(dateEntryOf(before).key()); err != nil {
			return changed, err
		}
	}
	if newest == nil || a.State == article.StateSuppressed {
		return changed, nil
	}
	e := w.dateEntryOf(newest)
	return changed, w.byDate.Put(e.key(), e.value())
}

// statusBy is the status of the newest revision at an address. What the last
// check did not find out the one before it tells.
func statusBy(a article.Address) article.Status {
	switch a.State {
	case article.StateFailed, article.StateBlocked, article.StateForbidden:
		if !a.MissingSince.IsZero() {
			return article.StatusMissing
		}
	}
	return statusIn(a.State)
}

// pageOfRun returns the value of the page of a revision.
func (w writer) pageOfRun(v version, r run, site string) ([]byte, error) {
	if r.rep.own && !r.copy {
		return r.rep.page.data, nil
	}
	if !r.copy {
		return w.repack(v, r.rep, site)
	}
	// What an earlier merging made is the same, though perhaps not to the byte.
	if old := w.pages.Get(v.key()); old != nil {
		if p, err := w.decodePage(v, old); err == nil && p.Capture().SHA256 == r.view.Capture.SHA256 && p.Fetched.Equal(r.view.Capture.Fetched.Time) {
			return bytes.Clone(old), nil
		}
	}
	p, err := r.rep.page.page(v)
	if err != nil {
		return nil, err
	}
	p.Fetched = r.view.Capture.Fetched.Time
	data, err := encode(p)
	if err != nil {
		return nil, err
	}
	return w.packPage(site, data)
}

// repack compresses a page of another archive for this one.
func (w writer) repack(v version, e *held, site string) ([]byte, error) {
	data, err := e.page.open()
	if err != nil {
		return nil, err
	}
	return w.packPage(site, data)
}

// noteRun writes down what the revisions do not tell of a run.
func (w writer) noteRun(i id, r run, site string, notes map[string][]byte, newest bool) error {
	put := func(c article.Capture, x sighting) error {
		key, err := captureOf(c)
		if err != nil {
			return err
		}
		notes[string(key.key(i))], err = x.encode()
		return err
	}
	if r.copy {
		return put(r.view.Capture, sighting{Copy: true, LastSeen: r.view.LastSeen.Time})
	}
	for _, e := range r.all {
		raw := e.record
		raw.Revision, raw.FirstSeen = 0, article.Time{}
		if e != r.rep {
			page := e.page.data
			if !e.own {
				var err error
				if page, err = w.repack(version{id: i}, e, site); err != nil {
					return err
				}
			}
			raw.FirstSeen = e.record.FirstSeen
			if err := put(raw.Capture, sighting{Record: &raw, Page: page}); err != nil {
				return err
			}
			continue
		}
		if sameTime(raw.LastSeen, r.view.LastSeen) && sameTime(raw.LastChanged, r.view.LastChanged) && sameTime(raw.Published, r.view.Published) &&
			(!newest || raw.Status == article.StatusLive) {
			continue
		}
		short := article.Record{URL: raw.URL, Capture: raw.Capture, Published: raw.Published, LastSeen: raw.LastSeen, LastChanged: raw.LastChanged, Status: raw.Status}
		if err := put(raw.Capture, sighting{Record: &short, LastSeen: r.view.LastSeen.Time}); err != nil {
			return err
		}
	}
	return nil
}

func sameTime(a, b article.Time) bool { return a.Equal(b.Time) }

// replacePrefix makes what a bucket has under a prefix what is wanted, and
// returns whether it was not so already.
func replacePrefix(b *bbolt.Bucket, prefix []byte, want map[string][]byte) (changed bool, err error) {
	var drop [][]byte
	cursor := b.Cursor()
	for k, value := cursor.Seek(prefix); bytes.HasPrefix(k, prefix); k, value = cursor.Next() {
		switch wanted, ok := want[string(k)]; {
		case !ok:
			drop = append(drop, bytes.Clone(k))
		case bytes.Equal(wanted, value):
			delete(want, string(k))
		}
	}
	for _, k := range drop {
		if err := b.Delete(k); err != nil {
			return true, err
		}
	}
	for k, value := range want {
		if err := b.Put([]byte(k), value); err != nil {
			return true, err
		}
	}
	return len(drop)+len(want) > 0, nil
}

// earliest returns the earlier of two times, of which either may be absent.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
