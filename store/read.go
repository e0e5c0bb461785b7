package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// A reader is a transaction.
type reader struct {
	addresses, sites, records, byDate, pages, states *bbolt.Bucket
	dicts, suppressed, sightings, lives, seen        *bbolt.Bucket

	cache  *dictionaries
	glance func(*article.Record) string
}

func (s *Store) reader(tx *bbolt.Tx) reader {
	bucket := func(name string) *bbolt.Bucket { return tx.Bucket([]byte(name)) }
	return reader{
		bucket(bucketAddresses), bucket(bucketSites), bucket(bucketRecords),
		bucket(bucketByDate), bucket(bucketPages), bucket(bucketStates),
		bucket(bucketDictionaries), bucket(bucketSuppressed), bucket(bucketSightings), bucket(bucketLives), bucket(bucketSeen),
		&s.dicts, s.Glance,
	}
}

// Record returns the newest revision of the record that ref leads to: an id, the
// beginning of one that no other shares, or an address, which may be one that has
// moved. An error that wraps [article.ErrNotFound] says that there is none, or that
// it is suppressed; one for a beginning of several ids names some of them.
func (s *Store) Record(ref string) (*article.Record, error) {
	v, value, l, err := s.newestAndLog(ref)
	if err != nil {
		return nil, err
	}
	return s.decodeNewest(v, value, l)
}

// newestAndLog reads the newest revision of the record that ref leads to and its log.
func (s *Store) newestAndLog(ref string) (v version, value []byte, l log, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		r := s.reader(tx)
		i, err := r.resolve(ref)
		if err != nil {
			return err
		}
		v, value = r.newestValue(i)
		if value, err = keep(value); err == nil {
			l, err = r.log(v)
		}
		return err
	})
	return v, value, l, err
}

// Revisions returns all revisions of the record that ref leads to, oldest first.
func (s *Store) Revisions(ref string) ([]*article.Record, error) {
	var i id
	var values [][]byte
	var l log
	err := s.view(func(tx *bbolt.Tx) (err error) {
		r := s.reader(tx)
		if i, err = r.resolve(ref); err != nil {
			return err
		}
		c := r.records.Cursor()
		for k, value := c.Seek(i[:]); bytes.HasPrefix(k, i[:]); k, value = c.Next() {
			if value, err = keep(value); err != nil {
				return err
			}
			values = append(values, value)
		}
		l, err = r.log(version{i, uint32(len(values))})
		return err
	})
	if err != nil {
		return nil, err
	}
	records := make([]*article.Record, len(values))
	for n, value := range values {
		if records[n], err = s.decodeRecord(version{i, uint32(n + 1)}, value); err != nil {
			return nil, err
		}
	}
	if n := len(records); n > 0 {
		if _, err := l.tell(records[n-1]); err != nil {
			return nil, s.wrap(err)
		}
	}
	return records, nil
}

// Page returns the page that a revision of the record that ref leads to was
// made from; revision 0 is the newest. An address whose page is no article has
// just that page, as revision 0.
func (s *Store) Page(ref string, revision int) (*article.Page, error) {
	var v version
	var f frame
	err := s.view(func(tx *bbolt.Tx) (err error) {
		v, f, err = s.reader(tx).frameOf(ref, revision)
		return err
	})
	if err != nil {
		return nil, err
	}
	p, err := f.page(v)
	if err != nil {
		return nil, s.wrap(err)
	}
	return p, nil
}

// PagesOf iterates over the pages that these records were made from, in their order:
// for many of them it takes a fraction of the time of [Store.Page]. One that is not
// there, or is suppressed by now, is an error that wraps [article.ErrNotFound].
func (s *Store) PagesOf(records ...*article.Record) iter.Seq2[*article.Page, error] {
	return func(yield func(*article.Page, error) bool) {
		inBatches(s, records, abreast(yield), func(tx reader, r *article.Record) (later[*article.Page], int, error) {
			v, f, err := tx.frameOf(r.ID, r.Revision)
			if err != nil {
				return nil, 0, err
			}
			return func() (*article.Page, error) {
				p, err := f.page(v)
				if err != nil {
					return nil, s.wrap(err)
				}
				return p, nil
			}, len(f.data), nil
		})
	}
}

// frameOf finds the page of a revision, see [Store.Page].
func (r reader) frameOf(ref string, revision int) (v version, f frame, err error) {
	unknown := fmt.Errorf("page of %s, revision %d: %w", ref, revision, article.ErrNotFound)
	if revision < 0 || revision > math.MaxInt32 {
		return v, f, unknown
	}
	if v, err = r.versionOf(ref, revision); err != nil {
		return v, f, err
	}
	hidden, err := r.hidden(v.id)
	if err != nil {
		return v, f, err
	}
	value := r.pages.Get(v.key())
	if value == nil || hidden {
		return v, f, unknown
	}
	f, err = r.frame(v, value)
	return v, f, err
}

// versionOf finds what the page of a revision would be kept under.
func (r reader) versionOf(ref string, revision int) (v version, err error) {
	i, whole := parseID(ref)
	if v = (version{i, uint32(revision)}); whole && revision > 0 && r.pages.Get(v.key()) != nil {
		return v, nil // as in most cases
	}
	i, err = r.resolve(ref)
	switch {
	case err == nil:
		v, _ = r.newestValue(i)
	case errors.Is(err, article.ErrNotFound) && isAddress(ref):
		v = version{}
		if v.id, err = r.home(idOf(ref)); err != nil {
			return v, err
		}
	default:
		return v, err
	}
	if revision != 0 {
		v.revision = uint32(revision)
	}
	return v, nil
}

// Address returns what is known of an address, which may be suppressed. The
// error for an unknown one wraps [article.ErrNotFound].
func (s *Store) Address(url string) (article.Address, error) {
	found, err := s.Addresses(url)
	if err != nil {
		return article.Address{}, err
	}
	a, ok := found[url]
	if !ok {
		return a, s.wrap(fmt.Errorf("%s: %w", url, article.ErrNotFound))
	}
	return a, nil
}

// Addresses returns those of the addresses that are known.
func (s *Store) Addresses(urls ...string) (map[string]article.Address, error) {
	found := make(map[string]article.Address, len(urls))
	err := s.view(func(tx *bbolt.Tx) error {
		r := s.reader(tx)
		for _, url := range urls {
			if a, ok, err := r.known(idOf(url)); err != nil {
				return err
			} else if ok {
				found[url] = a
			}
		}
		return nil
	})
	return found, err
}

// NoteWatches is the key of the note of what watches have told. It is of one archive
// and its operator: [Store.Merge] does not bring in that of another.
const NoteWatches = "watches"

// State returns a note that was set with [Store.SetState], nil if there is none.
func (s *Store) State(key string) ([]byte, error) {
	var value []byte
	err := s.view(func(tx *bbolt.Tx) error {
		packed := s.reader(tx).states.Get([]byte(key))
		if packed == nil {
			return nil
		}
		var err error
		value, err = decodeState(key, packed)
		return err
	})
	return value, err
}

// StateKeys returns the keys of the notes that begin so, sorted.
func (s *Store) StateKeys(prefix string) ([]string, error) {
	var keys []string
	err := s.view(func(tx *bbolt.Tx) error {
		c := s.reader(tx).states.Cursor()
		for k, _ := c.Seek([]byte(prefix)); bytes.HasPrefix(k, []byte(prefix)); k, _ = c.Next() {
			keys = append(keys, string(k))
		}
		return nil
	})
	return keys, err
}

// keep copies a value so that it outlives its transaction.
func keep(value []byte) ([]byte, error) {
	if len(value) > maxValue {
		return nil, fmt.Errorf("%w: a value claims to have %d bytes", ErrDamaged, len(value))
	}
	return bytes.Clone(value), nil
}

func (s *Store) decodeRecord(v version, value []byte) (*article.Record, error) {
	r, err := decodeRecord(v, value)
	if err != nil {
		return nil, s.wrap(err)
	}
	return r, nil
}

// decodeNewest is decodeRecord for a newest revision, with its record's log.
func (s *Store) decodeNewest(v version, value []byte, l log) (*article.Record, error) {
	r, err := s.decodeRecord(v, value)
	if err != nil {
		return nil, err
	}
	if _, err := l.tell(r); err != nil {
		return nil, s.wrap(err)
	}
	return r, nil
}

// resolve returns the id of the record that ref leads to, see [Store.Record].
func (r reader) resolve(ref string) (id, error) {
	const few = 5
	var found []id
	// add adds what is shown to the public; it returns false once that is enough.
	add := func(i id) (bool, error) {
		hidden, err := r.hidden(i)
		if v, _ := r.newestValue(i); err == nil && !hidden && v.revision > 0 && !slices.Contains(found, i) {
			found = append(found, i)
		}
		return err == nil && len(found) < few, err
	}
	// follow adds where an address has moved to.
	follow := func(i id) (bool, error) {
		home, err := r.home(i)
		if err != nil || home == i {
			return err == nil, err
		}
		return add(home)
	}
	var err error
	if isAddress(ref) {
		if _, err = follow(idOf(ref)); err == nil && len(found) == 0 {
			_, err = add(idOf(ref))
		}
	} else if err = eachWithPrefix(r.records, ref, add); err == nil && len(found) == 0 {
		err = eachWithPrefix(r.addresses, ref, follow)
	}
	switch {
	case err != nil:
		return id{}, err
	case len(found) == 0:
		return id{}, fmt.Errorf("%q: %w: give the beginning of an ID that \"archiver list\" shows, or the address of a release", ref, article.ErrNotFound)
	case len(found) == 1:
		return found[0], nil
	}
	var names []string
	for _, i := range found {
		a, _, err := r.address(i)
		if err != nil {
			return i, err
		}
		names = append(names, fmt.Sprintf("%.10s (%s)", i, a.URL))
	}
	return id{}, fmt.Errorf("%s is the beginning of several ids, give more of it: %s …", ref, strings.Join(names, ", "))
}

// isAddress tells an address from an id, which has no colon.
func isAddress(ref string) bool { return strings.Contains(ref, ":") }

// eachWithPrefix calls fn for the ids in the keys of a bucket that begin with
// these hexadecimal digits, until fn returns false.
func eachWithPrefix(b *bbolt.Bucket, digits string, fn func(id) (bool, error)) error {
	digits = strings.ToLower(digits)
	start, err := hex.DecodeString(digits[:len(digits)/2*2])
	if err != nil || digits == "" {
		return nil // the beginning of no id
	}
	var last id
	c := b.Cursor()
	for k, _ := c.Seek(start); len(k) >= len(last); k, _ = c.Next() {
		i := id(k[:len(last)])
		name := i.String()
		switch {
		case i == last:
			continue
		case !strings.HasPrefix(name, digits):
			if name > digits {
				return nil
			}
			continue
		}
		last = i
		if more, err := fn(i); err != nil || !more {
			return err
		}
	}
	return nil
}

// hidden reports whether the record of an address is suppressed, or the one that
// the address has moved to.
func (r reader) hidden(i id) (bool, error) {
	a, _, err := r.address(i)
	if err == nil && a.Record != "" && a.State != article.StateSuppressed {
		if i, err = r.home(i); err == nil {
			a, _, err = r.address(i)
		}
	}
	return a.State == article.StateSuppressed, err
}

// home follows an address that has moved to where its record is now.
func (r reader) home(i id) (id, error) {
	for range 8 { // more is a circle, as sites make them
		a, ok, err := r.address(i)
		if err != nil {
			return i, err
		}
		if !ok || a.Record == "" || a.Record == a.URL {
			break
		}
		i = idOf(a.Record)
	}
	return i, nil
}

func (r reader) address(i id) (a article.Address, ok bool, err error) {
	value := r.addresses.Get(i[:])
	if value == nil {
		return a, false, nil
	}
	a, err = decodeAddress(i, value)
	return a, true, err
}

// known returns what the archive hands out of an address.
func (r reader) known(i id) (a article.Address, ok bool, err error) {
	if a, ok, err = r.address(i); ok && err == nil {
		k, _ := r.records.Cursor().Seek(i[:])
		a.HasRecord = bytes.HasPrefix(k, i[:])
	}
	return a, ok, err
}

// newestValue returns the newest revision of a record, which is 0 if there is
// no record. It goes forward, because bbolt's cursor may stop on its way back at
// a page whose keys this transaction has all deleted.
func (r reader) newestValue(i id) (version, []byte) {
	newest, newestValue := version{id: i}, []byte(nil)
	c := r.records.Cursor()
	for k, value := c.Seek(i[:]); bytes.HasPrefix(k, i[:]); k, value = c.Next() {
		if v, err := parseVersion(k); err == nil {
			newest, newestValue = v, value
		}
	}
	return newest, newestValue
}

// newest returns the newest revision of a record, nil if there is no record.
func (r reader) newest(i id) (*article.Record, error) {
	v, value := r.newestValue(i)
	if value == nil {
		return nil, nil
	}
	return r.decode(v, value)
}

func (r reader) record(v version) (*article.Record, error) {
	return r.decode(v, r.records.Get(v.key()))
}

// decode is decodeRecord with what is noted beside the revision.
func (r reader) decode(v version, value []byte) (*article.Record, error) {
	record, err := decodeRecord(v, value)
	if err != nil {
		return nil, err
	}
	seen, err := r.seenOf(v)
	record.LastSeen = latest(record.LastSeen, seen)
	return record, err
}

// page returns a page, nil if there is none.
func (r reader) page(v version) (*article.Page, error) {
	value := r.pages.Get(v.key())
	if value == nil {
		return nil, nil
	}
	return r.decodePage(v, value)
}
