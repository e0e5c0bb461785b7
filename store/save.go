package store

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"archiver/article"

	"go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"
)

// Save keeps all that the visits brought, in one transaction: all of it or
// nothing. It changes none of what it is given.
//
// An address is written as it is given, but for what is known of it already:
// when it was first found, the fullest card that led to it, and that it was
// suppressed. A visit to a suppressed address is dropped. A known address that
// is found again, in [article.StateNew], stays in its state.
//
// A page with a record is kept as a new revision where the record's content
// differs from the newest one's ([article.SameContent]), also as today's reader
// reads that one's page, see [Store.Reread]; where it does not, or the page is the
// same to the byte, the record is only seen again. A page takes the place of a
// document with the same words, as with [Store.Import]. The state of
// the address becomes fetched or unchanged by what it was. A record that
// lacks a publication time keeps the one that the archive has. A page without a
// record is kept until the next one, or until a better reader makes a record of
// it. After a permanent redirect all of this happens at the final address; the
// listed one becomes an alias, and the history that a record had there moves to
// the new record, unless that has one of its own.
//
// Without a page the state tells what becomes of the record at the address:
// unchanged, it was seen at Checked and is live; missing or gone, so is it.
//
// A visit with a page and a record whose address has no URL is one of
// [Store.Pages] that was read again: its record takes the place of the one that
// was made from that page, which is not a new revision.
//
// The outcomes say, visit by visit, what it did to the record. Errors name the
// address; a record that [article.Record.Validate] does not accept is one.
func (s *Store) Save(visits ...article.Visit) ([]article.Outcome, error) {
	return s.SaveWith(nil, visits...)
}

// SaveWith is Save that in the same transaction sets the values of [Store.State].
// A value of nil deletes it.
func (s *Store) SaveWith(states map[string][]byte, visits ...article.Visit) ([]article.Outcome, error) {
	drafts, err := s.newDrafts(visits)
	if err != nil {
		return nil, s.wrap(err)
	}
	if err := s.reread(drafts); err != nil {
		return nil, err
	}
	outcomes := make([]article.Outcome, len(visits))
	err = s.update(func(tx *bbolt.Tx) error {
		w := s.writer(tx)
		for i, d := range drafts {
			var err error
			if outcomes[i], err = w.save(d); err != nil {
				return fmt.Errorf("save %s: %w", d.name(), err)
			}
		}
		for key, value := range states {
			if err := w.setState(key, value); err != nil {
				return fmt.Errorf("save state %q: %w", key, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// SetState sets the value of [Store.State]; nil deletes it.
func (s *Store) SetState(key string, value []byte) error {
	_, err := s.SaveWith(map[string][]byte{key: value})
	return err
}

// SetStates sets several of them, in one transaction.
func (s *Store) SetStates(notes map[string][]byte) error {
	_, err := s.SaveWith(notes)
	return err
}

// A draft is a visit with the work done that needs no transaction.
type draft struct {
	article.Visit
	packed  []byte          // of the page; nil until fit, where its site has no dictionary
	capture article.Capture // of the page
	kept    *article.Record // the newest revision of the archive, as today's reader reads it; nil if it was not asked
}

// encoders is how many pages are compressed side by side. Each takes 2 MB for
// each dictionary in use.
const encoders = 2

func (s *Store) newDrafts(visits []article.Visit) ([]draft, error) {
	drafts, errs := make([]draft, len(visits)), make([]error, len(visits))
	var g errgroup.Group
	g.SetLimit(encoders)
	for i, v := range visits {
		if v.Page == nil { // next to no work
			drafts[i], errs[i] = s.newDraft(v)
			continue
		}
		g.Go(func() error {
			drafts[i], errs[i] = s.newDraft(v)
			return nil
		})
	}
	_ = g.Wait() // which of several errors comes first is not for chance to say
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("save %s: %w", drafts[i].name(), err)
		}
	}
	return drafts, nil
}

func (s *Store) newDraft(v article.Visit) (draft, error) {
	d := draft{Visit: v}
	if err := d.check(); err != nil || v.Page == nil {
		return d, err
	}
	d.capture = v.Page.Capture()
	data, err := encode(v.Page)
	if err != nil {
		return d, fmt.Errorf("the page %w", err)
	}
	d.packed, err = s.packPage(d.site(), data)
	return d, err
}

// site is whose page it is, by whose dictionary it is compressed.
func (d draft) site() string {
	if d.again() {
		return d.Record.Site
	}
	return d.Address.Site
}

// name is the address that errors name.
func (d draft) name() string {
	if d.again() && d.Page != nil {
		return d.Page.URL
	}
	return d.Address.URL
}

// again says that the visit is of a page of ours that was read again.
func (d draft) again() bool { return d.Address.URL == "" }

func (d draft) check() error {
	a, p, r := d.Address, d.Page, d.Record
	if d.again() {
		if p == nil || r == nil {
			return errors.New("there is no address, and no page that was read again")
		}
	} else if err := checkAddress(a); err != nil {
		return err
	}
	if p != nil {
		switch {
		case !d.again() && p.URL != a.URL:
			return fmt.Errorf("the page is of another address, %s", p.URL)
		case !d.again() && a.State == article.StateNew:
			return errors.New("there is a page, and the state says that it was not asked for")
		case p.Fetched.IsZero():
			return errors.New("the page has no time of fetching")
		}
	}
	if r == nil {
		return nil
	}
	switch {
	case p == nil:
		return errors.New("there is a record without its page")
	case r.URL != p.Address():
		return fmt.Errorf("the record is of another address, %s", r.URL)
	}
	given := *r
	given.Status = cmp.Or(r.Status, article.StatusLive) // it is the archive that sets it
	if err := given.Validate(); err != nil {
		return fmt.Errorf("the record breaks its own rules: %w", err)
	}
	return nil
}

func checkAddress(a article.Address) error {
	u, err := url.Parse(a.URL)
	switch {
	case err != nil || u.Scheme == "":
		return fmt.Errorf("%q is not an address", a.URL)
	case a.Site == "" || strings.ContainsAny(a.Site, "\x00 "):
		return fmt.Errorf("%q is no name of a site", a.Site)
	case !slices.Contains(article.States, a.State):
		return fmt.Errorf("state %q is unknown", a.State)
	}
	return nil
}

// A writer is a write transaction.
type writer struct {
	reader
}

func (s *Store) writer(tx *bbolt.Tx) writer { return writer{s.reader(tx)} }

func (w writer) save(d draft) (article.Outcome, error) {
	if err := w.fit(&d); err != nil {
		return article.OutcomeNone, err
	}
	if d.again() {
		return article.OutcomeNone, w.readAgain(d)
	}
	a := d.Address
	old, known, err := w.address(idOf(a.URL))
	if err != nil || known && old.State == article.StateSuppressed {
		return article.OutcomeNone, err
	}
	if d.Page == nil {
		if a.Record == "" && a.State != article.StateNew {
			a.Record = old.Record
		}
		if a.State == article.StateSuppressed {
			bare := a
			bare.State, bare.Reason = cmp.Or(old.State, article.StateNew), old.Reason
			if err := w.putAddress(bare); err != nil {
				return article.OutcomeNone, err
			}
			_, err := w.suppress(idOf(a.URL), "", Order{Reason: a.Reason, At: a.Checked})
			return article.OutcomeNone, err
		}
		outcome, err := w.mark(a, old, d.Cause)
		if err != nil {
			return outcome, err
		}
		return outcome, w.putAddressOver(a, old, known)
	}
	if final := d.Page.Address(); final != a.URL {
		alias := a
		alias.State, alias.Record = article.StateAlias, final
		if err := w.putAddress(alias); err != nil {
			return article.OutcomeNone, err
		}
		if old, known, err = w.address(idOf(final)); err != nil || known && old.State == article.StateSuppressed {
			return article.OutcomeNone, err
		}
		if d.Record != nil {
			if err := w.move(idOf(a.URL), final); err != nil {
				return article.OutcomeNone, err
			}
		}
		a.URL = final
	}
	a.Record = ""
	state, outcome, err := w.look(d, a.URL)
	if err != nil {
		return article.OutcomeNone, err
	}
	a.State = state
	return outcome, w.putAddressOver(a, old, known)
}

// look keeps the page and the record that a look at the web brought for an
// address, and returns the state that the address has by that, and what became
// of the record.
func (w writer) look(d draft, url string) (article.State, article.Outcome, error) {
	i := idOf(url)
	if d.Record == nil {
		state := d.Address.State
		if state == article.StateAlias { // which is the listed address, not this one
			state = article.StateNotArticle
		}
		return state, article.OutcomeNone, w.pages.Put(version{i, 0}.key(), d.packed)
	}
	old, err := w.newest(i)
	if err != nil {
		return "", "", err
	}
	r := *d.Record
	r.URL, r.ID = url, article.ID(url)
	seen := d.capture.Fetched
	r.Status, r.Capture = article.StatusLive, d.capture
	r.Revision, r.FirstSeen, r.LastSeen, r.LastChanged = 1, seen, seen, seen
	state, outcome := article.StateFetched, article.OutcomeNew
	page := old == nil // it is to be kept
	if err := w.turn(url, old, article.StatusChange{Status: article.StatusLive, At: d.Page.Fetched}); err != nil {
		return "", "", err
	}
	if old != nil {
		outcome = article.OutcomeChanged
		keepPublished(&r, old)
		r.FirstSeen = old.FirstSeen
		was := old // as the same reader reads it
		if again := d.reading(old); again != nil {
			was = again
		}
		switch {
		case d.capture.SHA256 == old.Capture.SHA256: // perhaps by a better reader, so this reading is kept
			r.Capture, r.Revision, r.LastChanged = old.Capture, old.Revision, old.LastChanged
		case isDocument(old) && sameSight(&r, was): // the page takes its place
			r.Revision, r.LastChanged = old.Revision, old.LastChanged
			page = true
		case article.SameContent(&r, old):
			r = *old
			r.Status = article.StatusLive
		case article.SameContent(&r, was):
			r = *was
			r.Status = article.StatusLive
		default:
			r.Revision = old.Revision + 1
			if was != old || w.seen.Get(i[:]) != nil {
				if err := w.putRevision(was); err != nil {
					return "", "", err
				}
			}
		}
		r.LastSeen = latest(old.LastSeen, seen)
		if r.Revision == old.Revision {
			state, outcome = article.StateUnchanged, article.OutcomeUnchanged
		} else {
			page = true
		}
	}
	if page {
		if err := w.pages.Put(version{i, uint32(r.Revision)}.key(), d.packed); err != nil {
			return "", "", err
		}
		if err := w.pages.Delete(version{i, 0}.key()); err != nil {
			return "", "", err
		}
	}
	return state, outcome, w.putRecord(&r, old)
}

// readAgain puts a record in the place of the one that was made from the same
// page.
func (w writer) readAgain(d draft) error {
	i := idOf(d.Address.Record)
	done, err := w.replace(d, i)
	if err != nil || done {
		return err
	}
	home, err := w.home(i) // it may have moved since the page was given out
	if err != nil {
		return err
	}
	if done, err = w.replace(d, home); err == nil && !done {
		err = errors.New("it has no address, and the archive has no such page")
	}
	return err
}

// replace is readAgain for the record of one address. It reports whether the
// page was there.
func (w writer) replace(d draft, i id) (done bool, err error) {
	a, known, err := w.address(i)
	if err != nil || !known || a.State == article.StateSuppressed {
		return known, err
	}
	newest, err := w.newest(i)
	if err != nil {
		return false, err
	}
	for v := (version{i, 1}); newest != nil && v.revision <= uint32(newest.Revision); v.revision++ {
		old, err := w.record(v)
		if err != nil {
			return false, err
		}
		if old.Capture.SHA256 != d.capture.SHA256 || !old.Capture.Fetched.Equal(d.capture.Fetched.Time) {
			continue
		}
		r := as(d.Record, old)
		if old.Revision < newest.Revision {
			return true, w.putRevision(r)
		}
		return true, w.putRecord(r, newest)
	}
	// A page that was no article may be one to a better reader.
	kept, err := w.page(version{i, 0})
	if err != nil || kept == nil || !kept.Fetched.Equal(d.Page.Fetched) || !bytes.Equal(kept.Body, d.Page.Body) {
		return false, err
	}
	state, _, err := w.look(d, a.URL)
	if err != nil || a.State != article.StateNotArticle {
		return true, err
	}
	a.State = state
	return true, w.putAddress(a)
}

// mark notes at the record of an address what its state says of the record. The
// address, which was otherwise until now, is still to be written.
func (w writer) mark(a, was article.Address, cause article.Cause) (article.Outcome, error) {
	i := idOf(a.URL)
	switch a.State {
	case article.StateUnchanged, article.StateMissing, article.StateGone:
	default:
		return article.OutcomeNone, nil
	}
	if newest, _ := w.newestValue(i); a.State == article.StateUnchanged && newest.revision > 0 && isLive(was) && w.lives.Get(i[:]) == nil {
		return article.OutcomeUnchanged, w.noteSeen(newest, article.At(a.Checked))
	}
	old, err := w.newest(i)
	if err != nil {
		return article.OutcomeNone, err
	}
	change := article.StatusChange{Status: statusIn(a.State), At: a.Checked}
	if a.State != article.StateUnchanged {
		change.Cause, change.Reason = cause, a.Reason
	}
	if a.State == article.StateMissing && !a.MissingSince.IsZero() {
		change.At = a.MissingSince // a run that could not be sure may have missed it first
	}
	if err := w.turn(a.URL, old, change); err != nil || old == nil {
		return article.OutcomeNone, err
	}
	r := *old
	r.Status = change.Status
	if a.State != article.StateUnchanged {
		return article.OutcomeNone, w.putRecord(&r, old)
	}
	r.LastSeen = latest(r.LastSeen, article.At(a.Checked))
	return article.OutcomeUnchanged, w.putRecord(&r, old)
}

// isLive reports whether the last check of an address found its record there.
func isLive(a article.Address) bool {
	return a.State == article.StateFetched || a.State == article.StateUnchanged
}

// move gives the record at an address, with all its history, the address that
// the site has moved it to, unless there is a record already.
func (w writer) move(from id, to string) error {
	if there, err := w.newest(idOf(to)); err != nil || there != nil {
		return err
	}
	newest, err := w.newest(from)
	if err != nil || newest == nil {
		return err
	}
	if err := w.byDate.Delete(dateEntryOf(newest).key()); err != nil {
		return err
	}
	for revision := range uint32(newest.Revision) {
		old, v := version{from, revision + 1}, version{idOf(to), revision + 1}
		r, err := w.record(old)
		if err != nil {
			return err
		}
		r.URL, r.ID = to, article.ID(to)
		page := bytes.Clone(w.pages.Get(old.key()))
		if err := errors.Join(
			w.records.Delete(old.key()), w.putRevision(r),
			w.pages.Delete(old.key()), w.pages.Put(v.key(), page),
		); err != nil {
			return err
		}
		newest = r
	}
	e := w.dateEntryOf(newest)
	return errors.Join(w.seen.Delete(from[:]), w.byDate.Put(e.key(), e.value()), w.moveLife(from, to))
}

// putRecord writes the newest revision of a record with its line in the index;
// old is the newest one so far, or nil.
func (w writer) putRecord(r, old *article.Record) error {
	i := idOf(r.URL)
	if old != nil && onlySeen(r, old) {
		if !r.LastSeen.After(old.LastSeen.Time) {
			return nil
		}
		return w.noteSeen(version{i, uint32(r.Revision)}, r.LastSeen)
	}
	if err := errors.Join(w.putRevision(r), w.seen.Delete(i[:])); err != nil {
		return err
	}
	e := w.dateEntryOf(r)
	if old != nil {
		if key := dateEntryOf(old).key(); !bytes.Equal(key, e.key()) {
			if err := w.byDate.Delete(key); err != nil {
				return err
			}
		}
	}
	return w.byDate.Put(e.key(), e.value())
}

// onlySeen reports whether a record is what it was, but that it was seen again.
func onlySeen(r, old *article.Record) bool {
	return r.Status == old.Status && r.Revision == old.Revision && sameTime(r.FirstSeen, old.FirstSeen) &&
		sameTime(r.LastChanged, old.LastChanged) && bytes.Equal(bare(r), bare(old))
}

func (w writer) putRevision(r *article.Record) error {
	value, err := encodeRecord(*r)
	if err != nil {
		return fmt.Errorf("the record %w", err)
	}
	return w.records.Put(version{idOf(r.URL), uint32(r.Revision)}.key(), value)
}

// putAddress writes an address, with what was known of it before and shall not
// be lost, and its line in the index.
func (w writer) putAddress(a article.Address) error {
	old, known, err := w.address(idOf(a.URL))
	if err != nil {
		return err
	}
	return w.putAddressOver(a, old, known)
}

// putAddressOver is putAddress where it is known what the archive has of the address.
func (w writer) putAddressOver(a, old article.Address, known bool) error {
	i := idOf(a.URL)
	if known {
		card := mergeCards(old.Card, a.Card)
		if a.State == article.StateNew {
			a = old
		}
		a.Card = card
		if !old.Found.IsZero() {
			a.Found = old.Found
		}
		if key := siteEntryOf(old).key(); !bytes.Equal(key, siteEntryOf(a).key()) {
			if err := w.sites.Delete(key); err != nil {
				return err
			}
		}
	}
	value, err := encodeAddress(a)
	if err != nil {
		return err
	}
	e := siteEntryOf(a)
	if err := w.sites.Put(e.key(), e.value()); err != nil {
		return err
	}
	return w.addresses.Put(i[:], value)
}

func (w writer) setState(key string, value []byte) error {
	if value == nil {
		return w.states.Delete([]byte(key))
	}
	return w.states.Put([]byte(key), compress(value))
}

// mergeCards returns a card with what it lacks from an older one. Where it was
// found is said of the one that told more.
func mergeCards(old, card article.Card) article.Card {
	merged := card
	if card.From == "" || worth(old) > worth(card) {
		merged.From, merged.Source = old.From, old.Source
	}
	if card.Published.IsZero() {
		merged.Published, merged.PublishedText = old.Published, old.PublishedText
	}
	merged.URL = cmp.Or(card.URL, old.URL)
	merged.Title = cmp.Or(card.Title, old.Title)
	return merged
}

// worth ranks cards by what they tell.
func worth(c article.Card) int {
	switch {
	case !c.Published.IsZero():
		return 2
	case c.Title != "":
		return 1
	}
	return 0
}

// keepPublished keeps the time that a listing gave once, long after it has
// scrolled out of the listing.
func keepPublished(r, old *article.Record) {
	if r.Published.IsZero() && !old.Published.IsZero() {
		r.Published, r.PublishedText = old.Published, old.PublishedText
	}
}

func latest(a, b article.Time) article.Time {
	if b.After(a.Time) {
		return b
	}
	return a
}
