package store

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// How much a transaction of an iterator reads before it ends. The caller works
// between the transactions, so that a crawl can go on however long that takes.
const (
	batchLen   = 200
	batchBytes = 2 << 20
)

// A later is what is left to do for a value once its transaction has ended.
type later[V any] func() (V, error)

// inBatches hands over what read finds for each of the keys, until that returns false.
// It calls read in transactions that end before anything is handed over; read returns
// nil where there is nothing, else how many bytes it holds on to.
func inBatches[K, V any](s *Store, keys []K, hand func(batch []later[V]) bool, read func(tx reader, key K) (later[V], int, error)) {
	for len(keys) > 0 {
		batch := make([]later[V], 0, batchLen)
		done := 0
		err := s.view(func(tx *bbolt.Tx) error {
			r := s.reader(tx)
			for size := 0; done < len(keys) && len(batch) < batchLen && size < batchBytes; done++ {
				value, n, err := read(r, keys[done])
				if err != nil {
					value = func() (v V, _ error) { return v, s.wrap(err) }
				}
				if value != nil {
					batch = append(batch, value)
					size += n
				}
			}
			return nil
		})
		if err != nil {
			hand([]later[V]{func() (none V, _ error) { return none, err }})
			return
		}
		keys = keys[done:]
		if !hand(batch) {
			return
		}
	}
}

// inTurn makes each value of a batch when the one before has been taken.
func inTurn[V any](yield func(V, error) bool) func(batch []later[V]) bool {
	return func(batch []later[V]) bool {
		for _, value := range batch {
			if !yield(value()) {
				return false
			}
		}
		return true
	}
}

// abreast makes all values of a batch side by side, on as many processors as there
// are, and then yields them.
func abreast[V any](yield func(V, error) bool) func(batch []later[V]) bool {
	type result struct {
		value V
		err   error
	}
	return func(batch []later[V]) bool {
		results := make([]result, len(batch))
		var next atomic.Int32
		var side sync.WaitGroup
		for range min(runtime.GOMAXPROCS(0), len(batch)) {
			side.Go(func() {
				for i := int(next.Add(1)) - 1; i < len(batch); i = int(next.Add(1)) - 1 {
					results[i].value, results[i].err = batch[i]()
				}
			})
		}
		side.Wait()
		for i := range results {
			if !yield(results[i].value, results[i].err) {
				return false
			}
			results[i] = result{} // which may be large
		}
		return true
	}
}

// shown returns a copy of what a bucket of revisions has of one, also if its
// record has moved to another address meanwhile: nil if it is not there, or
// suppressed.
func (r reader) shown(b *bbolt.Bucket, v version) (version, []byte, error) {
	value := b.Get(v.key())
	if value == nil {
		home, err := r.home(v.id)
		if err != nil {
			return v, nil, err
		}
		v.id = home
		value = b.Get(v.key())
	}
	if hidden, err := r.hidden(v.id); err != nil || hidden {
		return v, nil, err
	}
	value, err := keep(value)
	return v, value, err
}

// A Range narrows what [Store.Records] iterates over. The zero value is all.
type Range struct {
	Site  string    // "" for all
	Since time.Time // published then or later; zero for all
	Until time.Time // published before; zero for all
	// Abreast has records decoded side by side, on as many processors as there are, a
	// batch of up to a hundred at a time: for those who wait for many.
	Abreast bool
}

// Records iterates over the newest revision of every record in r, ordered by
// time of publication, then by address; records without a time come last, or
// not at all where r has a time. Suppressed records are left out.
//
// It shows the archive as it was when the loop began, though it keeps no
// transaction open while the caller works: what a crawl saves meanwhile neither
// repeats a record nor hides one. It takes a few dozen bytes of memory a record.
// After an error about one record the loop may go on.
func (s *Store) Records(r Range) iter.Seq2[*article.Record, error] {
	return each(s, r, nil, s.whole)
}

// Newest iterates over the newest revision of every record that has a time of
// publication, the latest first. As with Records, no transaction is open while the
// caller works.
func (s *Store) Newest() iter.Seq2[*article.Record, error] {
	dated := Range{Until: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	return each(s, dated, slices.Reverse, s.whole)
}

// whole decodes a record.
func (s *Store) whole(tx reader, v version, value []byte) (later[*article.Record], error) {
	l, err := tx.log(v)
	return func() (*article.Record, error) { return s.decodeNewest(v, value, l) }, err
}

// Each is [Store.Records] for those who need little of a record, in any order: V is
// a struct with some of the fields that an archive keeps of one, by their names in
// JSON. The others are not decoded, and records are read as they lie in the file:
// that takes less time. A last_seen may be earlier than the one that Records gives.
func Each[V any](s *Store, r Range) iter.Seq2[*V, error] {
	return each(s, r, byKey, decodeInto[V](s))
}

// Glances is [Each] for those who may make a V of what the index has of a record
// alone, see [Store.Glance]: that takes a fraction of the time. Where glance
// returns nil the record is read. A record whose time of publication is changed
// meanwhile may come twice, or not at all.
func Glances[V any](s *Store, r Range, glance func(site string, published time.Time, glance string) *V) iter.Seq2[*V, error] {
	return func(yield func(*V, error) bool) {
		var unread []version
		for from := ""; ; {
			var batch []dateEntry
			err := s.view(func(tx *bbolt.Tx) error {
				batch = batch[:0]
				return s.reader(tx).eachByDate(r, from, func(e dateEntry) bool {
					batch = append(batch, e)
					return len(batch) < glancesLen
				})
			})
			if err != nil {
				yield(nil, err)
				return
			}
			for _, e := range batch {
				published, _ := time.Parse(secondLayout, e.published) // zero for noTime
				v := glance(e.site, published, e.glance)
				switch {
				case v == nil:
					unread = append(unread, e.version)
				case !yield(v, nil):
					return
				}
			}
			if len(batch) < glancesLen {
				break
			}
			from = string(batch[len(batch)-1].key()) + "\x00" // the next key there can be
		}
		byKey(unread)
		readEach(s, unread, inTurn(yield), decodeInto[V](s))
	}
}

// glancesLen is how many lines of the index a transaction of Glances reads.
var glancesLen = 2000

func byKey(all []version) {
	slices.SortFunc(all, func(a, b version) int { return bytes.Compare(a.id[:], b.id[:]) })
}

// decodeInto decodes those fields of a record that a V has.
func decodeInto[V any](s *Store) func(reader, version, []byte) (later[*V], error) {
	return func(_ reader, of version, value []byte) (later[*V], error) {
		return func() (*V, error) {
			v := new(V)
			if err := unpack(value, v); err != nil {
				return nil, s.wrap(fmt.Errorf("%w: record %v: %w", ErrDamaged, of, err))
			}
			return v, nil
		}, nil
	}
}

// each yields what decode makes of records, by publication or in another order.
func each[V any](s *Store, r Range, arrange func([]version), decode func(reader, version, []byte) (later[*V], error)) iter.Seq2[*V, error] {
	return func(yield func(*V, error) bool) {
		versions, err := s.versions(r)
		if err != nil {
			yield(nil, err)
			return
		}
		if arrange != nil {
			arrange(versions)
		}
		hand := inTurn(yield)
		if r.Abreast {
			hand = abreast(yield)
		}
		readEach(s, versions, hand, decode)
	}
}

// readEach is each for revisions that were listed.
func readEach[V any](s *Store, versions []version, hand func(batch []later[*V]) bool, decode func(reader, version, []byte) (later[*V], error)) {
	inBatches(s, versions, hand, func(tx reader, v version) (later[*V], int, error) {
		v, value, err := tx.shown(tx.records, v)
		if value == nil {
			return nil, 0, err
		}
		decoded, err := decode(tx, v, value)
		return decoded, len(value), err
	})
}

// versions lists the newest revisions in r, in order.
func (s *Store) versions(r Range) ([]version, error) {
	var versions []version
	err := s.view(func(tx *bbolt.Tx) error {
		return s.reader(tx).eachByDate(r, "", func(e dateEntry) bool {
			versions = append(versions, e.version)
			return true
		})
	})
	return versions, err
}

// Len returns how many records there are in r: [Store.Records] iterates over so many.
func (s *Store) Len(r Range) (n int, err error) {
	err = s.view(func(tx *bbolt.Tx) error {
		n = 0
		return s.reader(tx).eachByDate(r, "", func(dateEntry) bool {
			n++
			return true
		})
	})
	return n, err
}

// eachByDate goes through the lines of the newest revisions in r, in order, those
// before a key left out, until fn returns false.
func (r reader) eachByDate(in Range, from string, fn func(dateEntry) bool) error {
	start, end := "", ""
	if !in.Since.IsZero() {
		start, end = roundUp(in.Since), noTime
	}
	if !in.Until.IsZero() {
		end = roundUp(in.Until)
	}
	c := r.byDate.Cursor()
	for k, value := c.Seek([]byte(max(start, from))); k != nil && (end == "" || string(k) < end); k, value = c.Next() {
		e, err := parseDateEntry(k, value)
		if err != nil {
			return err
		}
		if (in.Site == "" || in.Site == e.site) && !fn(e) {
			return nil
		}
	}
	return nil
}

// roundUp returns the key of the first whole second that is not before t.
func roundUp(t time.Time) string { return dateKey(t.Add(time.Second - time.Nanosecond)) }

// Pages iterates over every page of the archive, with the record that was made
// from it or none, oldest revision first for each record, so that today's reader
// can be run over them: with another record a visit can be given to [Store.Save]
// as it is. Its address has no URL and names in Record only what the page is
// kept for. Pages of suppressed records are left out. As with Records, the loop
// shows the archive as it was at its beginning and keeps no transaction open.
func (s *Store) Pages() iter.Seq2[article.Visit, error] {
	return func(yield func(article.Visit, error) bool) {
		var versions []version
		err := s.view(func(tx *bbolt.Tx) error {
			c := s.reader(tx).pages.Cursor()
			for k, _ := c.First(); k != nil; k, _ = c.Next() {
				v, err := parseVersion(k)
				if err != nil {
					return err
				}
				versions = append(versions, v)
			}
			return nil
		})
		if err != nil {
			yield(article.Visit{}, err)
			return
		}
		inBatches(s, versions, inTurn(yield), func(tx reader, v version) (later[article.Visit], int, error) {
			v, value, err := tx.shown(tx.pages, v)
			if value == nil {
				return nil, 0, err
			}
			page, err := tx.frame(v, value)
			if err != nil {
				return nil, 0, err
			}
			a, _, err := tx.address(v.id)
			if err != nil {
				return nil, 0, err
			}
			seen, err := tx.seenOf(v)
			if err != nil {
				return nil, 0, err
			}
			record, err := keep(tx.records.Get(v.key()))
			return func() (article.Visit, error) { return s.decodeVisit(v, a.URL, page, record, seen) }, len(value) + len(record), err
		})
	}
}

func (s *Store) decodeVisit(v version, url string, page frame, record []byte, seen article.Time) (article.Visit, error) {
	p, err := page.page(v)
	if err != nil {
		return article.Visit{}, s.wrap(err)
	}
	visit := article.Visit{Address: article.Address{Record: url}, Page: p}
	if record != nil {
		if visit.Record, err = s.decodeRecord(v, record); err == nil {
			visit.Record.LastSeen = latest(visit.Record.LastSeen, seen)
		}
	}
	return visit, err
}

// AddressesOf iterates over the addresses of a site, or of all sites where it is
// "", oldest found first, as [Store.Records] does over records.
func (s *Store) AddressesOf(site string) iter.Seq2[article.Address, error] {
	return s.AddressesIn(site)
}

// AddressesIn is AddressesOf for those in one of these states; without any, for
// all.
func (s *Store) AddressesIn(site string, states ...article.State) iter.Seq2[article.Address, error] {
	return func(yield func(article.Address, error) bool) {
		var ids []id
		err := s.view(func(tx *bbolt.Tx) error {
			return s.reader(tx).eachOfSite(site, func(e siteEntry) bool {
				if len(states) == 0 || slices.Contains(states, e.state) {
					ids = append(ids, e.id)
				}
				return true
			})
		})
		if err != nil {
			yield(article.Address{}, err)
			return
		}
		inBatches(s, ids, inTurn(yield), func(tx reader, i id) (later[article.Address], int, error) {
			a, ok, err := tx.known(i)
			if !ok {
				return nil, 0, err
			}
			return func() (article.Address, error) { return a, nil }, len(a.URL), nil
		})
	}
}

// waiting are the states in which an address waits to be asked for.
var waiting = map[article.State]bool{article.StateNew: true, article.StateFailed: true, article.StateBlocked: true}

// Pending returns the addresses of a site that a crawl is to ask for: those
// that are new, have failed or were refused, and whose Next has come. Oldest
// found come first, at most limit of them; 0 is no limit.
func (s *Store) Pending(site string, now time.Time, limit int) ([]article.Address, error) {
	var pending []article.Address
	due := stamp(now)
	err := s.view(func(tx *bbolt.Tx) error {
		r := s.reader(tx)
		var failed error
		err := r.eachOfSite(site, func(e siteEntry) bool {
			if !waiting[e.state] || e.next > due {
				return true
			}
			a, ok, err := r.known(e.id)
			if ok {
				pending = append(pending, a)
			}
			failed = err
			return err == nil && len(pending) != limit
		})
		return errors.Join(err, failed)
	})
	return pending, err
}

// checked are the states of an address that a crawl looks at again when its Next comes,
// also if nothing shows it.
var checked = map[article.State]bool{
	article.StateFetched: true, article.StateUnchanged: true, article.StateMissing: true, article.StateGone: true,
	article.StateForbidden: true,
}

// Due returns the addresses of a site where there was or should have been an article
// when a crawl last looked, and whose Next has come: the one that has been due
// longest first, at most limit of them; 0 is no limit. Those that an import brought,
// and no crawl has asked for, have no Next and are never due.
func (s *Store) Due(site string, now time.Time, limit int) ([]article.Address, error) {
	var due []article.Address
	from, until := stamp(time.Time{}), stamp(now)
	err := s.view(func(tx *bbolt.Tx) error {
		r := s.reader(tx)
		var entries []siteEntry
		err := r.eachOfSite(site, func(e siteEntry) bool {
			if checked[e.state] && from < e.next && e.next <= until {
				entries = append(entries, e)
			}
			return true
		})
		if err != nil {
			return err
		}
		slices.SortStableFunc(entries, func(a, b siteEntry) int { return cmp.Compare(a.next, b.next) })
		if limit > 0 && len(entries) > limit {
			entries = entries[:limit]
		}
		for _, e := range entries {
			a, ok, err := r.known(e.id)
			if err != nil {
				return err
			}
			if ok {
				due = append(due, a)
			}
		}
		return nil
	})
	return due, err
}

// A Count is how much the archive has of a site.
type Count struct {
	Site      string
	Records   map[article.Status]int // suppressed ones are not counted
	Addresses map[article.State]int
}

// Counts returns the counts of all sites, ordered by their names.
func (s *Store) Counts() ([]Count, error) {
	counts := map[string]Count{}
	of := func(site string) Count {
		if _, ok := counts[site]; !ok {
			counts[site] = Count{site, map[article.Status]int{}, map[article.State]int{}}
		}
		return counts[site]
	}
	err := s.view(func(tx *bbolt.Tx) error {
		r := s.reader(tx)
		c := r.byDate.Cursor()
		for k, value := c.First(); k != nil; k, value = c.Next() {
			e, err := parseDateEntry(k, value)
			if err != nil {
				return err
			}
			of(e.site).Records[e.status]++
		}
		return r.eachOfSite("", func(e siteEntry) bool {
			of(e.site).Addresses[e.state]++
			return true
		})
	})
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(counts), func(a, b Count) int { return cmp.Compare(a.Site, b.Site) }), nil
}

// eachOfSite goes through the index of the addresses of a site, or of all where
// it is "", until fn returns false.
func (r reader) eachOfSite(site string, fn func(siteEntry) bool) error {
	var prefix []byte
	if site != "" {
		prefix = []byte(site + "\x00")
	}
	c := r.sites.Cursor()
	for k, value := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, value = c.Next() {
		e, err := parseSiteEntry(k, value)
		if err != nil {
			return err
		}
		if !fn(e) {
			return nil
		}
	}
	return nil
}
