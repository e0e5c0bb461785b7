package store

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// A Fault is something in an archive that is not as it should be.
type Fault struct {
	Where    string `json:"where"`              // what it is in: "structure", "address", "record", "page", "index" …
	ID       string `json:"id,omitempty"`       // of the address or record, where it is of one
	URL      string `json:"url,omitempty"`      // of the same, where the archive tells
	Revision int    `json:"revision,omitempty"` // of the record or page; 0 for none
	Problem  string `json:"problem"`
	Advice   string `json:"advice"` // what to do about it

	err error
}

// Error says what is wrong, and where.
func (f Fault) Error() string { return f.err.Error() }

// Unwrap returns [ErrDamaged].
func (f Fault) Unwrap() error { return ErrDamaged }

// What there is to do about a fault.
const (
	adviceStructure = "stop what uses it, take a copy of the file, and restore a backup"
	adviceContent   = `restore a backup, and bring into it what is newer and sound: "archiver merge --archive BACKUP %s"`
	adviceIndex     = `no release is lost: run "archiver compact", which makes the indexes and first pages anew`
	adviceNote      = `no release is lost: run "archiver compact", which leaves the note out; the next crawl reads that listing anew`
)

// An indexError is a fault in what can be made anew from the rest.
type indexError struct{ error }

// maxFaults is how many faults Check reports.
const maxFaults = 100

// Check is [Store.Verify] without the details: nil, or one error that wraps
// [ErrDamaged] and joins the first hundred faults.
func (s *Store) Check() error {
	var faults []error
	for fault, err := range s.Verify(nil) {
		if err != nil {
			return err
		}
		if faults = append(faults, fault.err); len(faults) == maxFaults {
			break
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return s.wrap(fmt.Errorf("%w: %w", ErrDamaged, errors.Join(faults...)))
}

// Verify reads the whole archive and iterates over what is wrong with it: faults
// in the structure of the file, values that cannot be decoded, records that break
// their own rules, pages that are not those their records were made from, and
// indexes that say something else than what they are of, or lack it. It changes
// nothing. A crawl waits while the structure is looked at, and goes on during
// the rest. An error is one of reading, such as a file that is no archive at all;
// it ends the loop, as does a fault in the structure, beyond which nothing can
// be trusted.
//
// Progress, unless nil, is told how many of the archive's entries were looked at.
func (s *Store) Verify(progress func(done, total int)) iter.Seq2[Fault, error] {
	return func(yield func(Fault, error) bool) {
		if progress == nil {
			progress = func(int, int) {}
		}
		faults, err := s.checkStructure()
		for _, fault := range faults {
			if !yield(fault, nil) {
				return
			}
		}
		if err != nil {
			yield(Fault{}, err)
			return
		}
		for _, fault := range faults {
			var index indexError
			if !errors.As(fault.err, &index) {
				return
			}
		}
		c := checker{store: s, progress: progress, yield: yield}
		if err := c.count(); err != nil {
			yield(Fault{}, err)
			return
		}
		for _, b := range []struct {
			where, bucket string
			fn            func(r reader, key, value []byte) error
		}{
			{"address", bucketAddresses, checkAddressValue},
			{"index", bucketSites, checkSiteEntry},
			{"record", bucketRecords, checkRecord},
			{"index", bucketByDate, checkDateEntry},
			{"page", bucketPages, checkPage},
			{"dictionary", bucketDictionaries, checkDictionary},
			{"suppression", bucketSuppressed, checkSuppression},
			{"sighting", bucketSightings, checkSighting},
			{"status log", bucketLives, checkLife},
			{"last seen", bucketSeen, checkSeen},
			{"note", bucketStates, checkState},
		} {
			if more, err := c.walk(b.where, b.bucket, b.fn); err != nil {
				yield(Fault{}, err)
				return
			} else if !more {
				return
			}
		}
	}
}

// checkStructure leaves the keys and values aside. bbolt's own check comes
// second, because it trusts the file: on a page that leads to itself it would run
// until the stack is used up, and a fault on mapped memory in the goroutine that
// it starts could not be recovered from here. What else damaged pages make bbolt
// panic with, it and [Store.use] recover, and it becomes a fault.
func (s *Store) checkStructure() (faults []Fault, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	add := func(err error) {
		advice := adviceStructure
		var index indexError
		if errors.As(err, &index) {
			advice = adviceIndex
		}
		problem := strings.TrimSuffix(strings.TrimPrefix(err.Error(), ErrDamaged.Error()+": "), ": "+restore)
		faults = append(faults, Fault{Where: "structure", Problem: problem, Advice: advice, err: err})
	}
	err = s.use(false, func(db *bbolt.DB, file *os.File) error {
		if err := checkLayout(file, true); err != nil {
			return err
		}
		if err := db.View(func(tx *bbolt.Tx) error {
			for err := range tx.Check() {
				if len(faults) < maxFaults { // it must be drained
					add(err)
				}
			}
			version, err := schema(tx)
			if err == nil && version < len(migrations) {
				err = olderError(version)
			}
			return err
		}); err != nil {
			return err
		}
		return checkMetas(file, add)
	})
	if errors.Is(err, ErrDamaged) {
		add(err)
		return faults, nil
	}
	if err != nil {
		err = s.wrap(err)
	}
	return faults, err
}

// checkMetas looks at the first two pages, of which bbolt needs one. Where the
// newer is spoilt, the archive is as it was before the last commit.
func checkMetas(file *os.File, add func(error)) error {
	m, err := readMeta(file)
	if err != nil {
		return err
	}
	for n := range int64(2) {
		if _, ok := metaAt(file, n*m.pageSize); !ok {
			add(indexError{fmt.Errorf("page %d is spoilt, and the other in use: what was saved last may be missing, until it is crawled again", n)})
		}
	}
	return nil
}

// A checker goes through an archive.
type checker struct {
	store       *Store
	yield       func(Fault, error) bool
	progress    func(done, total int)
	done, total int
}

// count counts the entries that there are to look at.
func (c *checker) count() error {
	return c.store.view(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			cursor := tx.Bucket([]byte(name)).Cursor()
			for k, _ := cursor.First(); k != nil && name != bucketMeta; k, _ = cursor.Next() {
				c.total++
			}
		}
		return nil
	})
}

// walk calls fn for each key of a bucket, in one transaction after another.
// What fn looks up for a key is of the same transaction, so that a crawl that
// goes on makes no false alarm. It reports whether the caller wants more.
func (c *checker) walk(where, bucket string, fn func(r reader, key, value []byte) error) (bool, error) {
	var last []byte
	for more := true; more; {
		more = false
		var faults []Fault
		err := c.store.view(func(tx *bbolt.Tx) error {
			r := c.store.reader(tx)
			cursor := tx.Bucket([]byte(bucket)).Cursor()
			key, value := cursor.Seek(last)
			if last != nil && bytes.Equal(key, last) {
				key, value = cursor.Next()
			}
			for n, size := 0, 0; key != nil && n < batchLen && size < batchBytes; n++ {
				if err := fn(r, key, value); err != nil {
					faults = append(faults, c.fault(r, where, key, err))
				}
				c.done++
				size += len(value)
				last, more = bytes.Clone(key), true
				key, value = cursor.Next()
			}
			return nil
		})
		if err != nil {
			return false, err
		}
		c.progress(c.done, max(c.done, c.total))
		for _, fault := range faults {
			if !c.yield(fault, nil) {
				return false, nil
			}
		}
	}
	return true, nil
}

// fault describes what is wrong with a key of a bucket.
func (c *checker) fault(r reader, where string, key []byte, err error) Fault {
	f := Fault{Where: where, Problem: strings.TrimPrefix(err.Error(), ErrDamaged.Error()+": "), err: err}
	if where == "record" && strings.HasPrefix(f.Problem, "page ") { // which is looked at with its record
		f.Where = "page"
	}
	var index indexError
	switch {
	case where == "index" || errors.As(err, &index):
		f.Where, f.Advice = "index", adviceIndex
	case where == "note":
		f.Advice = adviceNote
	default:
		f.Advice = fmt.Sprintf(adviceContent, c.store.path)
	}
	switch where {
	case "address", "record", "page", "suppression", "sighting", "status log", "last seen":
		if len(key) < len(id{}) {
			break
		}
		i := id(key[:len(id{})])
		f.ID = i.String()
		if v, err := parseVersion(key); err == nil && where != "sighting" {
			f.Revision = int(v.revision)
		}
		if a, _, err := r.address(i); err == nil {
			f.URL = a.URL
		}
	}
	return f
}

func checkAddressValue(r reader, key, value []byte) error {
	if len(key) != 20 {
		return fmt.Errorf("address under the key %x", key)
	}
	a, err := decodeAddress(id(key), value)
	if err != nil {
		return err
	}
	if err := checkAddress(a); err != nil {
		return fmt.Errorf("address %s: %w", a.URL, err)
	}
	e := siteEntryOf(a)
	if !bytes.Equal(r.sites.Get(e.key()), e.value()) {
		return indexError{fmt.Errorf("address %s is not in its index as it is", a.URL)}
	}
	x, _, err := r.suppression(id(key))
	if err == nil && x.Active() != (a.State == article.StateSuppressed) {
		return fmt.Errorf("address %s is %s, which the audit of what is suppressed contradicts", a.URL, a.State)
	}
	return nil // a fault of the audit is told with that
}

func checkSiteEntry(r reader, key, value []byte) error {
	e, err := parseSiteEntry(key, value)
	if err != nil {
		return err
	}
	a, known, err := r.address(e.id)
	if err == nil && (!known || siteEntryOf(a) != e) {
		return fmt.Errorf("the index of addresses has %v, which is not so", e.id)
	}
	return nil // a fault of the address is told with that
}

func checkRecord(r reader, key, value []byte) error {
	v, err := parseVersion(key)
	if err != nil {
		return err
	}
	record, err := decodeRecord(v, value)
	if err != nil {
		return err
	}
	if err := record.Validate(); err != nil {
		return fmt.Errorf("record %v: %w", v, err)
	}
	page, err := r.page(v)
	if err != nil {
		return err
	}
	if page == nil {
		return fmt.Errorf("record %v was made from another page than the one kept: there is none", v)
	}
	if c := page.Capture(); c.SHA256 != record.Capture.SHA256 || !c.Fetched.Equal(record.Capture.Fetched.Time) {
		return fmt.Errorf("record %v was made from another page than the one kept: from %.12s of %v, not %.12s of %v",
			v, record.Capture.SHA256, record.Capture.Fetched, c.SHA256, c.Fetched)
	}
	if v.revision > 1 && r.records.Get(version{v.id, v.revision - 1}.key()) == nil {
		return fmt.Errorf("record %v has no revision before it", v)
	}
	if newest, _ := r.newestValue(v.id); newest != v {
		return nil
	}
	a, known, err := r.address(v.id)
	if err != nil {
		return err
	}
	if !known {
		return fmt.Errorf("record %v is of no known address", v)
	}
	want := r.dateEntryOf(record)
	entry := r.byDate.Get(want.key())
	hidden := a.State == article.StateSuppressed
	if line, err := parseDateEntry(want.key(), entry); hidden && entry != nil || !hidden && (err != nil || !line.is(want)) {
		return indexError{fmt.Errorf("record %v is not in its index as it is", v)}
	}
	return r.checkStatus(record)
}

func checkDateEntry(r reader, key, value []byte) error {
	e, err := parseDateEntry(key, value)
	if err != nil {
		return err
	}
	record, err := r.newest(e.version.id)
	if err == nil && (record == nil || !e.is(r.dateEntryOf(record))) {
		return fmt.Errorf("the index of records has %v, which is not so", e.version)
	}
	return nil // a fault of the record is told with that
}

func checkPage(r reader, key, value []byte) error {
	v, err := parseVersion(key)
	if err != nil {
		return err
	}
	if v.revision > 0 { // looked at with its record
		if r.records.Get(v.key()) == nil {
			return fmt.Errorf("page %v has no record", v)
		}
		return nil
	}
	p, err := r.decodePage(v, value)
	if err != nil {
		return err
	}
	if idOf(p.Address()) != v.id {
		return fmt.Errorf("page %v is one of %s", v, p.Address())
	}
	if r.addresses.Get(v.id[:]) == nil {
		return fmt.Errorf("page %v is of no known address", v)
	}
	return nil
}

func checkDictionary(_ reader, key, value []byte) error {
	_, err := decodeDictionary(key, value)
	return err
}

func checkSuppression(r reader, key, value []byte) error {
	if len(key) != len(id{}) {
		return fmt.Errorf("suppression under the key %x", key)
	}
	x, err := decodeSuppression(id(key), value)
	if err != nil {
		return err
	}
	if r.addresses.Get(key) == nil {
		return fmt.Errorf("suppression of %s, which is no known address", x.URL)
	}
	if newest, _ := r.newestValue(id(key)); x.Erased() && newest.revision > 0 {
		return fmt.Errorf("record %v was erased, and is there", newest)
	}
	return nil
}

func checkState(_ reader, key, value []byte) error {
	_, err := decodeState(string(key), value)
	return err
}
