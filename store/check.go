package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// maxFaults is how many faults Check looks for.
const maxFaults = 100

// Check reads the whole archive and reports what is wrong with it, up to a
// hundred faults joined into one error that wraps [ErrDamaged], or nil: faults
// in the structure of the file, values that cannot be decoded, records that
// break their own rules, pages that are not those their records were made from,
// and indexes that say something else than what they are of. It changes
// nothing. A crawl waits while the structure is looked at, and goes on during
// the rest.
func (s *Store) Check() error {
	if err := s.checkStructure(); err != nil {
		return err
	}
	c := checker{store: s}
	for _, b := range []struct {
		name string
		fn   func(r reader, key, value []byte) error
	}{
		{bucketAddresses, checkAddressValue},
		{bucketSites, checkSiteEntry},
		{bucketRecords, checkRecord},
		{bucketByDate, checkDateEntry},
		{bucketPages, checkPage},
	} {
		if err := c.walk(b.name, b.fn); err != nil {
			return err
		}
	}
	if len(c.faults) == 0 {
		return nil
	}
	return s.wrap(fmt.Errorf("%w: %w", ErrDamaged, errors.Join(c.faults...)))
}

// checkStructure leaves the keys and values aside. bbolt's own check comes
// second: it trusts the file enough to crash on some damages.
func (s *Store) checkStructure() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	err := s.use(false, func(db *bbolt.DB, file *os.File) error {
		if err := checkLayout(file, true); err != nil {
			return err
		}
		return db.View(func(tx *bbolt.Tx) error {
			var faults []error
			for err := range tx.Check() {
				if len(faults) < maxFaults {
					faults = append(faults, err)
				}
			}
			if faults != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, errors.Join(faults...))
			}
			_, err := schema(tx)
			return err
		})
	})
	if err != nil {
		return s.wrap(err)
	}
	return nil
}

type checker struct {
	store  *Store
	faults []error
}

// walk calls fn for each key of a bucket, in one transaction after another.
// What fn looks up for a key is of the same transaction, so that a crawl that
// goes on makes no false alarm.
func (c *checker) walk(bucket string, fn func(r reader, key, value []byte) error) error {
	var last []byte
	for more := true; more; {
		more = false
		err := c.store.view(func(tx *bbolt.Tx) error {
			r := newReader(tx)
			cursor := tx.Bucket([]byte(bucket)).Cursor()
			key, value := cursor.Seek(last)
			if last != nil && bytes.Equal(key, last) {
				key, value = cursor.Next()
			}
			for n := 0; key != nil && n < batchLen && len(c.faults) < maxFaults; n++ {
				if err := fn(r, key, value); err != nil {
					c.faults = append(c.faults, err)
				}
				last, more = bytes.Clone(key), true
				key, value = cursor.Next()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
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
		return fmt.Errorf("address %s is not in its index as it is", a.URL)
	}
	return nil
}

func checkSiteEntry(r reader, key, value []byte) error {
	e, err := parseSiteEntry(key, value)
	if err != nil {
		return err
	}
	a, known, err := r.address(e.id)
	if err != nil {
		return err
	}
	if !known || siteEntryOf(a) != e {
		return fmt.Errorf("the index of addresses has %v, which is not so", e.id)
	}
	return nil
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
	if page == nil || page.Capture().SHA256 != record.Capture.SHA256 || !page.Capture().Fetched.Equal(record.Capture.Fetched.Time) {
		return fmt.Errorf("record %v was made from another page than the one kept", v)
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
	e := dateEntryOf(record)
	entry := r.byDate.Get(e.key())
	if hidden := a.State == article.StateSuppressed; hidden && entry != nil || !hidden && !bytes.Equal(entry, e.value()) {
		return fmt.Errorf("record %v is not in its index as it is", v)
	}
	return nil
}

func checkDateEntry(r reader, key, value []byte) error {
	e, err := parseDateEntry(key, value)
	if err != nil {
		return err
	}
	record, err := r.newest(e.version.id)
	if err != nil {
		return err
	}
	if record == nil || dateEntryOf(record) != e {
		return fmt.Errorf("the index of records has %v, which is not so", e.version)
	}
	return nil
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
	_, err = decodePage(v, value)
	return err
}
