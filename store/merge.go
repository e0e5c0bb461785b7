package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"archiver/article"

	"go.etcd.io/bbolt"
)

const (
	// How much of another archive Merge takes into one commit: so many addresses, or
	// so many bytes of their pages as compressed there. It is what a kill loses, and
	// what readers wait for.
	mergeLen   = 64
	mergeBytes = 1 << 20
	// How many faults of another archive Merge describes.
	mergeFaults = 5
)

// A Merging says what Merge did.
type Merging struct {
	Addresses  int      // of the other archive
	New        int      // records that were not there
	Changed    int      // records that were there and have something from the other archive now
	Suppressed int      // addresses of the other archive that are suppressed here now
	Unreadable int      // values of the other archive that could not be read and were left out
	Faults     []string // the first few of them
}

// Merge brings what another archive holds into this one. Of each record the
// captures of both are its history: in the order of time, those that say what the
// one before says joined into one revision. The state of an address is by its
// newest check, it was first found and first seen when either says so first, and
// what leads to another address takes its history there. What either has noted of
// pages that went missing and came back is noted. What either has
// suppressed is suppressed, until a later lift in either; what either has erased
// stays so. Of a note of the crawl that both have, one is kept.
//
// It can be repeated, and archives can be merged in any order, in either
// direction: the outcome is the same, as long as they agree where an address has
// moved to, and but for what one fetched after another had erased it and before
// that was lifted. A merge that is ended by ctx, by an error or by a kill has taken over
// part, and is completed by another. The other archive is only read; one of an
// older form is copied and the copy brought up to date. What cannot be read in it
// is left out and counted: the way to save what is sound in a damaged one.
//
// It holds the lock of a crawl, for which it waits at most so long. Its memory
// does not grow with the archives. Progress, unless nil, is told addresses.
func (s *Store) Merge(ctx context.Context, wait time.Duration, from string, progress func(done, total int)) (result Merging, err error) {
	if err := s.isOther(from); err != nil {
		return result, err
	}
	unlock, err := s.Lock(ctx, wait)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	other, done, err := s.openOther(ctx, from)
	if err != nil {
		return result, fmt.Errorf("merge: %w", err)
	}
	defer func() { err = errors.Join(err, done()) }()
	m := merger{Store: s, other: other, progress: progress}
	for _, step := range []func(context.Context) error{m.addresses, m.moveHistories, m.states} {
		if err := step(ctx); err != nil {
			return m.result, s.wrapOnce(err)
		}
	}
	return m.result, nil
}

func (s *Store) isOther(from string) error {
	info, err := os.Stat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("merge %s: not found", from)
	}
	if err != nil {
		return fmt.Errorf("merge %s: %w", from, explain(err, "cannot be read"))
	}
	own, err := os.Stat(s.path)
	if err != nil {
		return s.wrap(explain(err, "cannot be read"))
	}
	if os.SameFile(own, info) {
		return fmt.Errorf("merge %s: it is the archive itself: name another", from)
	}
	return nil
}

// openOther opens another archive, or a copy of one that is of an older form.
func (s *Store) openOther(ctx context.Context, from string) (other *Store, done func() error, err error) {
	done = func() error { return nil }
	if other, err = Open(from); !errors.Is(err, errOlder) {
		return other, done, err
	}
	dir, err := os.MkdirTemp(filepath.Dir(s.path), ".merge-")
	if err != nil {
		return nil, done, err
	}
	done = func() error { return os.RemoveAll(dir) }
	copied := filepath.Join(dir, filepath.Base(from))
	if _, err = (&Store{path: from}).Backup(ctx, copied, nil); err == nil {
		other, err = Upgrade(copied)
	}
	if err != nil {
		return nil, done, errors.Join(err, done())
	}
	return other, done, nil
}

// A merger is one run of Merge.
type merger struct {
	*Store
	other    *Store
	progress func(done, total int)
	result   Merging
}

// A parcel is what the other archive has of one address.
type parcel struct {
	id          id
	address     article.Address
	history     history
	life        []article.StatusChange
	page        *frame // of no article
	suppression Suppression
}

// skip leaves out what cannot be read.
func (m *merger) skip(err error) {
	if m.result.Unreadable++; len(m.result.Faults) < mergeFaults {
		m.result.Faults = append(m.result.Faults, err.Error())
	}
}

func (m *merger) addresses(ctx context.Context) error {
	total := 0
	if err := m.other.view(func(tx *bbolt.Tx) error {
		c := m.other.reader(tx).addresses.Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			total++
		}
		return nil
	}); err != nil {
		return err
	}
	var batch []parcel
	return m.other.batches(ctx, bucketAddresses, func(r reader, key, value []byte) (int, error) {
		p, err := m.parcel(r, key, value)
		if errors.Is(err, ErrDamaged) {
			m.skip(err)
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		batch = append(batch, p)
		size := compactBytes / mergeLen // so that a batch ends after so many
		for _, e := range p.history.captures {
			size += len(e.page.data) * (compactBytes / mergeBytes)
		}
		return size, nil
	}, func() error {
		if err := m.update(func(tx *bbolt.Tx) error {
			w := m.writer(tx)
			for _, p := range batch {
				if err := m.join(w, p); err != nil {
					return fmt.Errorf("merge %s: %w", p.address.URL, err)
				}
			}
			return nil
		}); err != nil {
			return err
		}
		m.result.Addresses += len(batch)
		batch = batch[:0]
		if m.progress != nil {
			m.progress(m.result.Addresses, max(total, m.result.Addresses))
		}
		return nil
	})
}

func (m *merger) parcel(r reader, key, value []byte) (p parcel, err error) {
	if len(key) != len(p.id) {
		return p, fmt.Errorf("%w: address under the key %x", ErrDamaged, key)
	}
	p.id = id(key)
	if p.address, err = decodeAddress(p.id, value); err != nil {
		return p, err
	}
	if p.suppression, _, err = r.suppression(p.id); err != nil {
		return p, err
	}
	if p.history, err = r.history(p.id, false, m.skip); err != nil {
		return p, err
	}
	l, err := r.life(p.id)
	if err != nil {
		m.skip(err)
	}
	p.life = l.Changes
	for c, e := range p.history.captures {
		// A page is looked at before it comes in: once here, with what was read from it.
		if page, err := e.page.page(version{id: p.id}); err != nil {
			m.skip(err)
			delete(p.history.captures, c)
		} else if got, _ := captureOf(page.Capture()); got != c {
			m.skip(fmt.Errorf("record of %s: its page is another than the one that it was made from", p.address.URL))
			delete(p.history.captures, c)
		}
	}
	if v := (version{p.id, 0}); r.pages.Get(v.key()) != nil {
		f, err := r.frame(v, r.pages.Get(v.key()))
		if err == nil {
			_, err = f.page(v)
		}
		if err != nil {
			m.skip(err)
		} else {
			p.page = &f
		}
	}
	return p, nil
}

// join brings in what the other archive has of one address.
func (m *merger) join(w writer, p parcel) error {
	a, known, err := w.address(p.id)
	if err != nil {
		return err
	}
	x, _, err := w.suppression(p.id)
	if err != nil {
		return err
	}
	bare := x.bare(a)
	x = joinSuppressions(x, p.suppression)
	joined := p.suppression.bare(p.address)
	if known {
		joined = joinAddresses(bare, joined)
	}
	if x.Active() {
		m.result.Suppressed++
	}
	if err := w.putJoined(joined, x); err != nil {
		return err
	}
	if joined, _, err = w.address(p.id); err != nil {
		return err
	}
	if err := m.joinHistory(w, joined, x, p.history, p.life); err != nil {
		return err
	}
	return w.joinPage(joined, x, p.page)
}

// putJoined writes an address, given as it is without a suppression, and its
// suppression if it has one.
func (w writer) putJoined(a article.Address, x Suppression) error {
	switch {
	case x.Active():
		return w.putSuppression(x, a)
	case len(x.Events) > 0:
		return w.putLifted(x, a)
	}
	return w.replaceAddress(a)
}

// joinHistory joins the histories of one address.
func (m *merger) joinHistory(w writer, a article.Address, x Suppression, other history, life []article.StatusChange) error {
	i := idOf(a.URL)
	own, err := w.history(i, true, nil)
	if err != nil {
		return err
	}
	had := len(own.captures) > 0
	own.join(other, a.URL)
	turned, err := w.joinLife(a.URL, x, life)
	if err != nil {
		return err
	}
	if own.without(x); !had && len(own.captures) == 0 {
		return nil
	}
	changed, err := w.putHistory(i, own, a)
	switch {
	case !had:
		m.result.New++
	case changed, turned:
		m.result.Changed++
	}
	return err
}

// joinPage keeps the later page that is no article, unless a capture of the
// record is as late.
func (w writer) joinPage(a article.Address, x Suppression, other *frame) error {
	v := version{idOf(a.URL), 0}
	own := w.pages.Get(v.key())
	if own == nil && other == nil {
		return nil
	}
	var page *article.Page
	var err error
	if own != nil {
		if page, err = w.decodePage(v, own); err != nil {
			return err
		}
	}
	mine := page
	if other != nil {
		theirs, err := other.page(v)
		if err != nil {
			return err
		}
		if page == nil || theirs.Fetched.After(page.Fetched) || theirs.Fetched.Equal(page.Fetched) && bytes.Compare(theirs.Body, page.Body) > 0 {
			page = theirs
		}
	}
	h, err := w.history(v.id, true, nil)
	if err != nil {
		return err
	}
	drop := x.erases(page.Fetched)
	for c := range h.captures {
		drop = drop || c.fetched >= page.Fetched.Unix()
	}
	switch {
	case drop:
		return w.pages.Delete(v.key())
	case page == mine:
		return nil
	}
	data, err := encode(page)
	if err != nil {
		return err
	}
	value, err := w.packPage(a.Site, data)
	if err != nil {
		return err
	}
	return w.pages.Put(v.key(), value)
}

// moveHistories takes the history of each address that leads to another there.
// What is suppressed by one of them is by all.
func (m *merger) moveHistories(ctx context.Context) error {
	if err := m.eachLeading(ctx, m.moveHistory); err != nil {
		return err
	}
	return m.eachLeading(ctx, m.shareSuppression)
}

// eachLeading calls fn for each address that leads to a record elsewhere, if there
// is anything to do about it.
func (m *merger) eachLeading(ctx context.Context, fn func(w writer, i, home id, a article.Address) error) error {
	var leading []id
	return m.batches(ctx, bucketAddresses, func(r reader, key, value []byte) (int, error) {
		if len(key) != len(id{}) {
			return 0, fmt.Errorf("%w: address under the key %x", ErrDamaged, key)
		}
		i := id(key)
		none, _ := r.suppressed.Cursor().First()
		if newest, _ := r.newestValue(i); newest.revision == 0 && none == nil && r.lives.Get(key) == nil {
			return 0, nil
		}
		a, err := decodeAddress(i, value)
		if err == nil && a.Record != "" && a.Record != a.URL {
			leading = append(leading, i)
		}
		return len(value), err
	}, func() error {
		if len(leading) == 0 {
			return nil
		}
		err := m.update(func(tx *bbolt.Tx) error {
			w := m.writer(tx)
			for _, i := range leading {
				home, err := w.home(i)
				if err != nil {
					return err
				}
				a, known, err := w.address(home)
				if err == nil && known && home != i && (a.Record == "" || a.Record == a.URL) { // not nowhere, nor in a circle
					err = fn(w, i, home, a)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		leading = leading[:0]
		return err
	})
}

func (m *merger) moveHistory(w writer, i, home id, a article.Address) error {
	leading, _, err := w.suppression(i)
	if err != nil {
		return err
	}
	x, err := w.share(leading, a)
	if err != nil {
		return err
	}
	if a, _, err = w.address(home); err != nil {
		return err
	}
	if err := w.moveLife(i, a.URL); err != nil {
		return err
	}
	if _, err := w.joinLife(a.URL, x, nil); err != nil { // without what was erased
		return err
	}
	newest, err := w.newest(i)
	if err != nil || newest == nil {
		return err
	}
	h, err := w.history(i, true, nil)
	if err != nil {
		return err
	}
	none := bytes.Clone(w.pages.Get(version{i, 0}.key()))
	for _, b := range []*bbolt.Bucket{w.records, w.pages, w.sightings} {
		if err := deletePrefix(b, i[:]); err != nil {
			return err
		}
	}
	if none != nil {
		if err := w.pages.Put(version{i, 0}.key(), none); err != nil {
			return err
		}
	}
	if err := w.byDate.Delete(dateEntryOf(newest).key()); err != nil {
		return err
	}
	own, err := w.history(home, true, nil)
	if err != nil {
		return err
	}
	own.join(h, a.URL)
	own.without(x)
	_, err = w.putHistory(home, own, a)
	return err
}

func (m *merger) shareSuppression(w writer, i, home id, _ article.Address) error {
	x, _, err := w.suppression(home)
	if err != nil {
		return err
	}
	a, _, err := w.address(i)
	if err != nil {
		return err
	}
	x.Of = x.URL
	_, err = w.share(x, a)
	return err
}

// share adds the events of another address' audit to that of an address.
func (w writer) share(from Suppression, a article.Address) (Suppression, error) {
	own, _, err := w.suppression(idOf(a.URL))
	if err != nil || len(from.Events) == 0 {
		return own, err
	}
	joined := joinSuppressions(Suppression{URL: a.URL, Site: a.Site, Of: from.Of, Events: own.Events}, Suppression{Events: from.Events})
	if from.Of == "" || from.Of == a.URL {
		joined.Of = ""
	}
	if len(joined.Events) == len(own.Events) && joined.Of == own.Of && joined.Active() == (a.State == article.StateSuppressed) {
		return joined, nil
	}
	return joined, w.putJoined(own.bare(a), joined)
}

// states joins the notes of the crawl. Each says how far a listing has been read,
// which is as true of all addresses together. Of two the same one is always taken.
// Notes that name what is erased are left out.
func (m *merger) states(ctx context.Context) error {
	erased, err := m.erasedAddresses()
	if err != nil {
		return err
	}
	var batch []entry
	return m.other.batches(ctx, bucketStates, func(_ reader, key, value []byte) (int, error) {
		note, err := decodeState(string(key), value)
		if err != nil {
			m.skip(err)
			return 0, nil
		}
		if !slices.ContainsFunc(erased, func(url []byte) bool { return bytes.Contains(note, url) }) {
			batch = append(batch, entry{bytes.Clone(key), note})
		}
		return len(note), nil
	}, func() error {
		err := m.update(func(tx *bbolt.Tx) error {
			w := m.writer(tx)
			for _, e := range batch {
				if value := w.states.Get(e.key); value != nil {
					own, err := decodeState(string(e.key), value)
					if err != nil {
						return err
					}
					if bytes.Compare(own, e.value) >= 0 {
						continue
					}
				}
				if err := w.setState(string(e.key), e.value); err != nil {
					return err
				}
			}
			return nil
		})
		batch = batch[:0]
		return err
	})
}

// erasedAddresses returns what is erased here, as notes quote it.
func (m *merger) erasedAddresses() (quoted [][]byte, err error) {
	err = m.view(func(tx *bbolt.Tx) error {
		all, err := m.reader(tx).suppressions()
		for _, x := range all {
			if !x.Erased() {
				continue
			}
			q, err := json.Marshal(x.URL)
			if err != nil {
				return err
			}
			quoted = append(quoted, q)
		}
		return err
	})
	return quoted, err
}

// joinSuppressions joins two audits of one address: all events, each once.
func joinSuppressions(a, b Suppression) Suppression {
	joined := a
	joined.URL, joined.Site, joined.Of = cmp.Or(a.URL, b.URL), cmp.Or(a.Site, b.Site), max(a.Of, b.Of)
	joined.Events = slices.Concat(a.Events, b.Events)
	rank := func(k EventKind) int {
		return slices.Index([]EventKind{EventLifted, EventSuppressed, EventErased}, k)
	}
	slices.SortFunc(joined.Events, func(a, b SuppressionEvent) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(rank(a.What), rank(b.What)), cmp.Compare(a.By, b.By), cmp.Compare(a.Reason, b.Reason))
	})
	joined.Events = slices.CompactFunc(joined.Events, func(a, b SuppressionEvent) bool {
		return a.What == b.What && a.At.Equal(b.At) && a.By == b.By && a.Reason == b.Reason
	})
	return joined
}

// joinAddresses joins what two archives know of an address. Every part of it is
// the greater of two by an order of its own, so that neither their order nor
// repeating it matters.
func joinAddresses(a, b article.Address) article.Address {
	last, other := a, b
	if compareChecks(a, b) < 0 {
		last, other = b, a
	}
	joined := last
	if last.Record == "" && !broughtPage[last.State] {
		joined.Record = other.Record // it says nothing of where the address leads
	}
	joined.Found = earliest(a.Found, b.Found)
	joined.Card = joinCards(a.Card, b.Card)
	return joined
}

// broughtPage are the states that a page leaves at its own address.
var broughtPage = map[article.State]bool{
	article.StateFetched: true, article.StateUnchanged: true, article.StateNotArticle: true,
}

// compareChecks orders what two archives say of an address: the later check is to
// be believed.
func compareChecks(a, b article.Address) int {
	state := func(a article.Address) int { return slices.Index(article.States, a.State) }
	if n := cmp.Or(a.Checked.Compare(b.Checked), cmp.Compare(state(a), state(b))); n != 0 {
		return n
	}
	bytesOf := func(a article.Address) []byte {
		a.Found, a.Card = time.Time{}, article.Card{} // which are joined by themselves
		data, err := encMode.Marshal(a)
		if err != nil {
			return nil // unreachable: an address is plain data
		}
		return data
	}
	return bytes.Compare(bytesOf(a), bytesOf(b))
}

// joinCards joins what led to an address. Of what both say, each part is chosen
// by itself.
func joinCards(a, b article.Card) article.Card {
	text := func(a, b string) string {
		if len(a) != len(b) {
			if len(a) > len(b) {
				return a
			}
			return b
		}
		return max(a, b)
	}
	joined := article.Card{URL: max(a.URL, b.URL), Title: text(a.Title, b.Title)}
	date := a
	if a.Published.IsZero() || !b.Published.IsZero() && (b.Published.Before(a.Published) || b.Published.Equal(a.Published) && b.PublishedText > a.PublishedText) {
		date = b
	}
	joined.Published, joined.PublishedText = date.Published, date.PublishedText
	ways := []string{article.FromHand, article.FromSitemap, article.FromSearch, article.FromListing, article.FromFeed}
	way := a
	if n := cmp.Or(cmp.Compare(slices.Index(ways, a.From), slices.Index(ways, b.From)), cmp.Compare(a.From, b.From), cmp.Compare(a.Source, b.Source)); n < 0 {
		way = b
	}
	joined.From, joined.Source = way.From, way.Source
	return joined
}
