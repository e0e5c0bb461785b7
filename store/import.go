package store

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// Import keeps pages that came by another way than a crawl, such as a file of
// another archive: all of them or none. Unlike [Store.Save] it gives each page
// its place in time, so that they may come in any order and again and again:
//
//   - A page with the content ([article.SameContent]) that the record had just
//     before or just after the page was fetched is a sighting of that revision.
//   - Any other is a revision of its own, between its neighbours; the revisions
//     behind it get higher numbers.
//   - Where a revision was seen both before and after a page with another
//     content, it is a revision twice: the second has its page again, with the
//     time at which it was seen to be the same.
//   - A page without a status is no answer of a server but a document that was
//     made of one. It is kept where the archive has no page with the same text,
//     and such a page takes its place.
//
// The newest revision stays the newest unless the page was fetched later than it
// was last seen, and what later checks found of the address stays true: that it
// is missing, its validators, that a crawl is to ask for it. An address that was
// not known becomes one that has been fetched.
//
// The record is kept at the address that the visit's Address names in Record,
// else at the page's own, [article.Page.Address], or where that has moved to
// since. The visit's address is noted as another address of it. A visit without a
// page notes that alone. Known addresses are left as they are, and suppressed
// ones alone: [article.OutcomeNone] says of a visit with a page that its address
// or that of the record is suppressed, or that the page was erased before that was
// lifted.
func (s *Store) Import(visits ...article.Visit) ([]article.Outcome, error) {
	drafts := make([]draft, len(visits))
	for i, v := range visits {
		var err error
		switch drafts[i], err = s.newDraft(v); {
		case err != nil:
		case drafts[i].again():
			err = errors.New("there is no address")
		case v.Page != nil && v.Record == nil:
			err = errors.New("there is a page without a record")
		case v.Page == nil && v.Address.Record == "":
			err = errors.New("there is no page, and no address that it leads to")
		}
		if err != nil {
			return nil, s.wrap(fmt.Errorf("import %s: %w", drafts[i].name(), err))
		}
	}
	outcomes := make([]article.Outcome, len(visits))
	err := s.update(func(tx *bbolt.Tx) error {
		w := s.writer(tx)
		for i, d := range drafts {
			var err error
			if outcomes[i], err = w.place(d); err != nil {
				return fmt.Errorf("import %s: %w", d.name(), err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// place is Import of one visit.
func (w writer) place(d draft) (article.Outcome, error) {
	target := d.Address.Record
	if target == "" {
		target = d.Page.Address()
	}
	home, err := w.home(idOf(target))
	if err != nil {
		return article.OutcomeNone, err
	}
	a, known, err := w.address(home)
	if err != nil {
		return article.OutcomeNone, err
	}
	if !known {
		a = d.Address
		a.URL, a.Record = target, ""
	}
	listed, listedKnown, err := w.address(idOf(d.Address.URL))
	if err != nil || a.State == article.StateSuppressed || listed.State == article.StateSuppressed {
		return article.OutcomeNone, err
	}
	if !listedKnown && d.Address.URL != a.URL {
		alias := d.Address
		alias.State, alias.Record = article.StateAlias, a.URL
		if err := w.putAddress(alias); err != nil {
			return article.OutcomeNone, err
		}
	}
	if d.Page == nil {
		return article.OutcomeNone, nil
	}
	for _, url := range []string{a.URL, d.Address.URL} {
		if x, _, err := w.suppression(idOf(url)); err != nil || x.erases(d.Page.Fetched) {
			return article.OutcomeNone, err
		}
	}
	if err := w.fit(&d); err != nil {
		return article.OutcomeNone, err
	}
	t, err := w.timeline(idOf(a.URL))
	if err != nil {
		return article.OutcomeNone, err
	}
	r := *d.Record
	r.URL, r.ID = a.URL, article.ID(a.URL)
	r.Capture, r.Status = d.capture, statusBy(a)
	outcome, newest := t.add(&r, d.packed)
	if newest && known && d.Address.Checked.After(a.Checked) {
		t.moments[len(t.moments)-1].record.Status = article.StatusLive
		var old *article.Record
		if n := len(t.was); n > 0 {
			old = &t.was[n-1]
		}
		if err := w.turn(a.URL, old, article.StatusChange{Status: article.StatusLive, At: d.Address.Checked}); err != nil {
			return article.OutcomeNone, err
		}
	}
	if err := w.putTimeline(t); err != nil {
		return article.OutcomeNone, err
	}
	return outcome, w.settle(a, d.Address, known, outcome, newest)
}

// statusIn is the status of a record at an address of that state.
func statusIn(state article.State) article.Status {
	switch state {
	case article.StateMissing:
		return article.StatusMissing
	case article.StateGone:
		return article.StatusGone
	}
	return article.StatusLive
}

// settle writes the address that a page was imported for. It takes from the
// visit only what no later check has told.
func (w writer) settle(a, given article.Address, known bool, outcome article.Outcome, newest bool) error {
	if a.State == article.StateNotArticle && outcome == article.OutcomeNew {
		a.State, a.Reason = article.StateFetched, ""
		if err := w.pages.Delete(version{idOf(a.URL), 0}.key()); err != nil {
			return err
		}
	}
	// What a crawl is to ask for stays so.
	if known && newest && given.Checked.After(a.Checked) {
		a.Misses, a.MissingSince = 0, given.MissingSince
		if !waiting[a.State] {
			a.State, a.Reason, a.Checked = given.State, "", given.Checked
			a.ETag, a.Modified = given.ETag, given.Modified
		}
	}
	a.Card = mergeCards(given.Card, a.Card)
	return w.putAddress(a)
}

// A timeline is all revisions of a record, oldest first. What was seen at
// LastChanged and at LastSeen of one is taken to have stood between.
type timeline struct {
	id      id
	moments []moment
	was     []article.Record // as they are in the archive
}

// A moment is a revision with the value of its page.
type moment struct {
	record *article.Record
	page   []byte
}

func (w writer) timeline(i id) (*timeline, error) {
	newest, err := w.newest(i)
	if err != nil || newest == nil {
		return &timeline{id: i}, err
	}
	t := &timeline{id: i}
	for revision := range uint32(newest.Revision) {
		v := version{i, revision + 1}
		r, err := w.record(v)
		if err != nil {
			return nil, err
		}
		t.was = append(t.was, *r)
		t.moments = append(t.moments, moment{r, bytes.Clone(w.pages.Get(v.key()))})
	}
	return t, nil
}

// add gives a record its place. It reports whether its content is that of the
// newest revision, as far as is known at the time of its page.
func (t *timeline) add(r *article.Record, page []byte) (outcome article.Outcome, newest bool) {
	seen := r.Capture.Fetched
	r.FirstSeen, r.LastSeen, r.LastChanged = seen, seen, seen
	if len(t.moments) == 0 {
		t.moments = []moment{{r, page}}
		return article.OutcomeNew, true
	}
	next := 0 // the first revision that began later
	for next < len(t.moments) && !t.moments[next].record.LastChanged.After(seen.Time) {
		next++
	}
	for n, m := range t.moments {
		keepPublished(r, m.record)
		during := !seen.Before(m.record.LastChanged.Time) && !seen.After(m.record.LastSeen.Time)
		if (during || isDocument(r)) && sameSight(r, m.record) {
			t.better(n, r, page)
			return article.OutcomeUnchanged, n == len(t.moments)-1
		}
	}
	if next == 0 {
		for _, m := range t.moments {
			m.record.FirstSeen = seen
		}
	} else {
		before := t.moments[next-1].record
		r.FirstSeen = before.FirstSeen
		switch {
		case seen.Before(before.LastSeen.Time): // and with another content
			again := *before
			again.LastChanged, before.LastSeen = before.LastSeen, before.LastChanged
			t.insert(next, moment{r, page}, moment{&again, t.moments[next-1].page})
			return article.OutcomeChanged, false
		case sameSight(r, before):
			before.LastSeen = seen
			t.better(next-1, r, page)
			return article.OutcomeUnchanged, next == len(t.moments)
		}
	}
	if next < len(t.moments) && sameSight(r, t.moments[next].record) {
		t.moments[next].record.LastChanged = seen
		t.better(next, r, page)
		return article.OutcomeUnchanged, next == len(t.moments)-1
	}
	t.insert(next, moment{r, page})
	return article.OutcomeChanged, next == len(t.moments)-1
}

func (t *timeline) insert(at int, moments ...moment) {
	t.moments = append(t.moments[:at:at], append(moments, t.moments[at:]...)...)
}

// better puts a page in the place of a document with the same content.
func (t *timeline) better(n int, r *article.Record, page []byte) {
	old := t.moments[n].record
	if !isDocument(old) || isDocument(r) {
		return
	}
	r.Status, r.FirstSeen, r.LastSeen, r.LastChanged = old.Status, old.FirstSeen, old.LastSeen, old.LastChanged
	t.moments[n] = moment{r, page}
}

// isDocument reports whether a record was made of a document in the place of a
// page.
func isDocument(r *article.Record) bool { return r.Capture.Status == 0 }

// sameSight reports whether two looks at a page saw the same. A document has
// lost the links, and what it made of emphasis, paragraphs and marks is its own:
// the words are what it has in common with its page.
func sameSight(a, b *article.Record) bool {
	if a.Capture.SHA256 == b.Capture.SHA256 || article.SameContent(a, b) {
		return true
	}
	return isDocument(a) != isDocument(b) && a.Published.Equal(b.Published.Time) &&
		lettersOf(a.Title) == lettersOf(b.Title) && lettersOf(a.Text) == lettersOf(b.Text)
}

// lettersOf is a text without all that stands between its letters and figures.
func lettersOf(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, text)
}

// putTimeline writes the revisions that have changed.
func (w writer) putTimeline(t *timeline) error {
	if err := w.takeSeen(t.id); err != nil {
		return err
	}
	for n, m := range t.moments {
		m.record.Revision = n + 1
		v := version{t.id, uint32(n + 1)}
		if n < len(t.was) && sameLife(m.record, &t.was[n]) {
			continue
		}
		if m.record.LastChanged.After(m.record.Capture.Fetched.Time) { // it is there a second time
			var err error
			if m.page, err = w.seenAgain(v, m); err != nil {
				return err
			}
		}
		if err := errors.Join(w.putRevision(m.record), w.pages.Put(v.key(), m.page)); err != nil {
			return err
		}
	}
	var old *article.Record
	if len(t.was) > 0 {
		old = &t.was[len(t.was)-1]
	}
	return w.putRecord(t.moments[len(t.moments)-1].record, old)
}

// sameLife reports whether a revision is still what it was in the archive.
func sameLife(r, was *article.Record) bool {
	return r.Capture == was.Capture && r.Status == was.Status && r.Revision == was.Revision &&
		r.FirstSeen.Equal(was.FirstSeen.Time) && r.LastSeen.Equal(was.LastSeen.Time) && r.LastChanged.Equal(was.LastChanged.Time)
}

// seenAgain returns the page of a revision that is there twice, with the time at
// which it was seen the second time, and notes that time in the record.
func (w writer) seenAgain(v version, m moment) ([]byte, error) {
	p, err := w.decodePage(v, m.page)
	if err != nil {
		return nil, err
	}
	p.Fetched = m.record.LastChanged.Time
	m.record.Capture = p.Capture()
	data, err := encode(p)
	if err != nil {
		return nil, err
	}
	return w.packPage(m.record.Site, data)
}
