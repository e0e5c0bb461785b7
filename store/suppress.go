package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// An EventKind is what was done to a suppressed record.
type EventKind string

// What can be done to a suppressed record.
const (
	EventSuppressed EventKind = "suppressed"
	EventErased     EventKind = "erased" // its pages and revisions were deleted
	EventLifted     EventKind = "lifted"
)

// A SuppressionEvent is a line of the audit.
type SuppressionEvent struct {
	What   EventKind `json:"what"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
}

// A Suppression is the audit of one address: all that was done, for good, also
// once it was lifted. It is the latest event that counts.
type Suppression struct {
	ID     string             `json:"id" cbor:"-"` // of the address
	URL    string             `json:"url"`
	Site   string             `json:"site"`
	Of     string             `json:"of,omitempty"` // the record's address, where this is another that leads to it
	Events []SuppressionEvent `json:"events"`       // oldest first

	Was article.Address `json:"-" cbor:"was"` // the address as it is without the suppression
}

// Active reports whether the address is suppressed.
func (s Suppression) Active() bool {
	return len(s.Events) > 0 && s.Events[len(s.Events)-1].What != EventLifted
}

// Erased reports whether it is suppressed and its pages and revisions were
// deleted, so that they may not come back by way of another archive either.
func (s Suppression) Erased() bool {
	for _, e := range slices.Backward(s.Events) {
		switch e.What {
		case EventLifted:
			return false
		case EventErased:
			return true
		}
	}
	return false
}

// erases reports whether what was fetched at that time was erased, or would have
// been: until a lift an erased record has nothing.
func (s Suppression) erases(fetched time.Time) bool {
	erased := false
	for _, e := range s.Events {
		switch {
		case e.What == EventErased:
			erased = true
		case e.What == EventLifted && erased && fetched.Before(e.At):
			return true
		case e.What == EventLifted:
			erased = false
		}
	}
	return erased
}

// since is the event that the suppression began with.
func (s Suppression) since() SuppressionEvent {
	var first SuppressionEvent
	for _, e := range slices.Backward(s.Events) {
		if e.What == EventLifted {
			break
		}
		first = e
	}
	return first
}

// Since returns when the record was suppressed, by whom and why; the zero value
// if it is not.
func (s Suppression) Since() SuppressionEvent {
	if !s.Active() {
		return SuppressionEvent{}
	}
	return s.since()
}

// An Order is by whom, when and why something is suppressed or lifted.
type Order struct {
	By     string
	Reason string
	At     time.Time // default: now
	Erase  bool      // also delete pages and revisions; of Suppress only
}

func (o Order) event(what EventKind) SuppressionEvent {
	at := o.At
	if at.IsZero() {
		at = time.Now()
	}
	return SuppressionEvent{what, at.UTC(), o.By, o.Reason}
}

// Suppress takes records out of everything that shows records, and keeps them
// out: a crawl does not ask for them again, and Save, Import and Merge do not
// bring them back. It does so with all refs (see [Store.Record]) or, with an
// error, with none. A ref can also be an address that the archive knows and has
// no record of, or a record that is suppressed already: that one is erased if the
// order says so and it was not, else left as it is. All addresses that lead to a
// record are suppressed with it.
//
// What is erased leaves the archive at once and its file with [Store.Compact].
func (s *Store) Suppress(o Order, refs ...string) ([]Suppression, error) {
	var done []Suppression
	err := s.update(func(tx *bbolt.Tx) error {
		w := s.writer(tx)
		done = nil
		ids, err := w.toSuppress(refs)
		if err != nil {
			return err
		}
		leading, err := w.leadingTo(ids)
		if err != nil {
			return err
		}
		for _, i := range ids {
			record, err := w.suppress(i, "", o)
			if err != nil {
				return err
			}
			done = append(done, record)
			for _, alias := range leading[i] {
				if _, err := w.suppress(alias, record.URL, o); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return done, err
}

// Lift makes suppressed records records like others again, all refs or none. What
// was not erased is shown again; what was is asked for by the next crawl that
// finds it.
func (s *Store) Lift(o Order, refs ...string) ([]Suppression, error) {
	var done []Suppression
	err := s.update(func(tx *bbolt.Tx) error {
		w := s.writer(tx)
		done = nil
		for _, ref := range refs {
			i, err := w.resolveSuppressed(ref)
			if err != nil {
				return err
			}
			x, _, err := w.suppression(i)
			if err != nil {
				return err
			}
			all, err := w.suppressions()
			if err != nil {
				return err
			}
			for _, other := range all {
				if other.Active() && (other.URL == x.URL || other.Of == x.URL) {
					if err := w.lift(other, o.event(EventLifted)); err != nil {
						return err
					}
				}
			}
			x.Events = append(x.Events, o.event(EventLifted))
			done = append(done, x)
		}
		return nil
	})
	return done, err
}

// Suppressions returns the audit of all that is or was suppressed, in the order
// in which it began, records only: the addresses that lead to them are left out.
func (s *Store) Suppressions() ([]Suppression, error) {
	var all []Suppression
	err := s.view(func(tx *bbolt.Tx) (err error) {
		all, err = s.reader(tx).suppressions()
		return err
	})
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(x Suppression) bool { return x.Of != "" })
	slices.SortStableFunc(all, func(a, b Suppression) int {
		return cmp.Or(a.Events[0].At.Compare(b.Events[0].At), cmp.Compare(a.URL, b.URL))
	})
	return all, nil
}

func (r reader) suppression(i id) (x Suppression, known bool, err error) {
	value := r.suppressed.Get(i[:])
	if value == nil {
		return x, false, nil
	}
	x, err = decodeSuppression(i, value)
	return x, true, err
}

func decodeSuppression(i id, value []byte) (Suppression, error) {
	var x Suppression
	err := unpack(value, &x)
	switch {
	case err != nil:
	case idOf(x.URL) != i:
		err = fmt.Errorf("it holds that of %s", x.URL)
	case len(x.Events) == 0:
		err = errors.New("it holds no event")
	}
	if err != nil {
		return x, fmt.Errorf("%w: suppression of %v: %w", ErrDamaged, i, err)
	}
	x.ID = i.String()
	return x, nil
}

func (r reader) suppressions() ([]Suppression, error) {
	var all []Suppression
	err := r.suppressed.ForEach(func(key, value []byte) error {
		if len(key) != len(id{}) {
			return fmt.Errorf("%w: suppression under the key %x", ErrDamaged, key)
		}
		x, err := decodeSuppression(id(key), value)
		all = append(all, x)
		return err
	})
	return all, err
}

// toSuppress resolves the refs of Suppress, each id once.
func (r reader) toSuppress(refs []string) ([]id, error) {
	var ids []id
	for _, ref := range refs {
		i, err := r.resolve(ref)
		if errors.Is(err, article.ErrNotFound) {
			if j, otherwise := r.resolveSuppressed(ref); !errors.Is(otherwise, article.ErrNotFound) {
				i, err = j, otherwise
			}
		}
		if errors.Is(err, article.ErrNotFound) && isAddress(ref) {
			if j, otherwise := r.home(idOf(ref)); otherwise != nil || r.addresses.Get(j[:]) != nil {
				i, err = j, otherwise
			}
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, i) {
			ids = append(ids, i)
		}
	}
	return ids, nil
}

// resolveSuppressed is resolve for records that are suppressed.
func (r reader) resolveSuppressed(ref string) (id, error) {
	var found []Suppression
	add := func(i id) (bool, error) {
		x, known, err := r.suppression(i)
		if err != nil || !known || !x.Active() {
			return err == nil, err
		}
		if x.Of != "" {
			if x, known, err = r.suppression(idOf(x.Of)); err != nil || !known || !x.Active() {
				return err == nil, err
			}
		}
		if !slices.ContainsFunc(found, func(f Suppression) bool { return f.URL == x.URL }) {
			found = append(found, x)
		}
		return len(found) < 2, nil
	}
	var err error
	if isAddress(ref) {
		_, err = add(idOf(ref))
		if home, homeErr := r.home(idOf(ref)); err == nil && len(found) == 0 {
			if err = homeErr; err == nil {
				_, err = add(home)
			}
		}
	} else {
		err = eachWithPrefix(r.suppressed, ref, add)
	}
	switch {
	case err != nil:
		return id{}, err
	case len(found) == 0:
		return id{}, fmt.Errorf("%s: %w among what is suppressed", ref, article.ErrNotFound)
	case len(found) > 1:
		return id{}, fmt.Errorf("%s is the beginning of several ids, give more of it: %.10s (%s), %.10s (%s) …",
			ref, found[0].ID, found[0].URL, found[1].ID, found[1].URL)
	}
	return idOf(found[0].URL), nil
}

// leadingTo finds the addresses that lead to others. It has to look at all of
// them: nothing else asks that way round.
func (r reader) leadingTo(ids []id) (map[id][]id, error) {
	leading := map[id][]id{}
	err := r.addresses.ForEach(func(key, value []byte) error {
		if len(key) != len(id{}) {
			return fmt.Errorf("%w: address under the key %x", ErrDamaged, key)
		}
		a, err := decodeAddress(id(key), value)
		if err != nil || a.Record == "" {
			return err
		}
		home, err := r.home(id(key))
		if err == nil && home != id(key) && slices.Contains(ids, home) {
			leading[home] = append(leading[home], id(key))
		}
		return err
	})
	return leading, err
}

// suppress takes one address out.
func (w writer) suppress(i id, of string, o Order) (Suppression, error) {
	a, known, err := w.address(i)
	if err != nil {
		return Suppression{}, err
	}
	x, _, err := w.suppression(i)
	if err != nil {
		return x, err
	}
	if !known {
		return x, fmt.Errorf("%w: record %v is of no known address: %s", ErrDamaged, i, restore)
	}
	x.ID, x.URL, x.Site, x.Of = i.String(), a.URL, a.Site, of
	if !x.Active() {
		x.Events = append(x.Events, o.event(EventSuppressed))
	}
	if o.Erase && !x.Erased() {
		x.Events = append(x.Events, o.event(EventErased))
	}
	return x, w.putSuppression(x, x.bare(a))
}

// putSuppression writes what is suppressed, and makes the rest of the archive
// agree with it. The address is given as it is without that.
func (w writer) putSuppression(x Suppression, a article.Address) error {
	i := idOf(x.URL)
	newest, err := w.newest(i)
	if err != nil {
		return err
	}
	if newest != nil {
		if err := w.byDate.Delete(dateEntryOf(newest).key()); err != nil {
			return err
		}
	}
	// Once it is lifted a crawl is to ask for it, and so that it hears of a page.
	a.Next, a.Tries, a.ETag, a.Modified = time.Time{}, 0, "", ""
	if x.Erased() {
		title := a.Card.Title
		if newest != nil {
			title = newest.Title
		}
		if err := w.erase(i, a.URL, title); err != nil {
			return err
		}
		a.Card, a.Reason = article.Card{}, ""
	}
	x.Was = a
	value, err := pack(x)
	if err != nil {
		return err
	}
	if err := w.suppressed.Put(i[:], value); err != nil {
		return err
	}
	a.State, a.Reason = article.StateSuppressed, x.since().Reason
	return w.replaceAddress(a)
}

// bare returns an address as it is without a suppression.
func (x Suppression) bare(a article.Address) article.Address {
	if a.State == article.StateSuppressed && x.Was.URL == a.URL {
		return x.Was
	}
	return a
}

// erase deletes what the archive holds of an address, but for the address
// itself.
func (w writer) erase(i id, url, title string) error {
	for _, b := range []*bbolt.Bucket{w.records, w.pages, w.sightings, w.lives, w.seen} {
		if err := deletePrefix(b, i[:]); err != nil {
			return err
		}
	}
	// The crawl's notes are its own, but a listing's holds headlines. Without its
	// note a listing is read anew.
	quoted, err := json.Marshal(url)
	if err != nil {
		return err
	}
	var drop [][]byte
	if err := w.states.ForEach(func(key, value []byte) error {
		note, err := decodeState(string(key), value)
		if bytes.Contains(note, quoted) || bytes.Contains(note, []byte(url)) || title != "" && bytes.Contains(note, []byte(title)) {
			drop = append(drop, bytes.Clone(key))
		}
		return err
	}); err != nil {
		return err
	}
	for _, key := range drop {
		if err := w.states.Delete(key); err != nil {
			return err
		}
	}
	return nil
}

// deletePrefix deletes all keys of a bucket that begin so.
func deletePrefix(b *bbolt.Bucket, prefix []byte) error {
	var keys [][]byte
	c := b.Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys { // deleting under a cursor makes it skip keys
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// lift makes an address one like others again.
func (w writer) lift(x Suppression, e SuppressionEvent) error {
	erased := x.Erased()
	x.Events = append(x.Events, e)
	i := idOf(x.URL)
	a, known, err := w.address(i)
	if err != nil {
		return err
	}
	if !known {
		return fmt.Errorf("%w: suppression of %s, which is no known address: %s", ErrDamaged, x.URL, restore)
	}
	a = x.bare(a)
	if erased && a.State != article.StateAlias {
		a.State, a.Reason = article.StateNew, ""
	}
	return w.putLifted(x, a)
}

// putLifted writes the audit of what is not suppressed any more, and shows its
// record.
func (w writer) putLifted(x Suppression, a article.Address) error {
	x.Was = article.Address{}
	value, err := pack(x)
	if err != nil {
		return err
	}
	i := idOf(x.URL)
	if err := errors.Join(w.suppressed.Put(i[:], value), w.replaceAddress(a)); err != nil {
		return err
	}
	newest, err := w.newest(i)
	if err != nil || newest == nil {
		return err
	}
	e := w.dateEntryOf(newest)
	return w.byDate.Put(e.key(), e.value())
}

// replaceAddress writes an address as it is, with its line in the index.
func (w writer) replaceAddress(a article.Address) error {
	i := idOf(a.URL)
	old, known, err := w.address(i)
	if err != nil {
		return err
	}
	if known {
		if err := w.sites.Delete(siteEntryOf(old).key()); err != nil {
			return err
		}
	}
	value, err := encodeAddress(a)
	if err != nil {
		return err
	}
	e := siteEntryOf(a)
	return errors.Join(w.sites.Put(e.key(), e.value()), w.addresses.Put(i[:], value))
}
