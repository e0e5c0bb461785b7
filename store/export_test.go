package store

import (
	"bytes"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
)

// CountText counts where a text stands in an archive: in every value, opened, and
// in the bytes of its file.
func CountText(t *testing.T, s *Store, text string) (n int) {
	t.Helper()
	err := s.view(func(tx *bbolt.Tx) error {
		r := s.reader(tx)
		for _, name := range buckets {
			if err := tx.Bucket([]byte(name)).ForEach(func(key, value []byte) error {
				data := value
				if f, err := r.frame(version{}, value); err == nil {
					if opened, err := f.open(); err == nil {
						data = opened
					}
				}
				n += bytes.Count(data, []byte(text)) + bytes.Count(key, []byte(text))
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// PageBytes returns what the pages and the dictionaries of an archive take.
func PageBytes(t *testing.T, s *Store) (pages, dictionaries int) {
	t.Helper()
	if err := s.view(func(tx *bbolt.Tx) error {
		count := func(n *int) func(key, value []byte) error {
			return func(_, value []byte) error {
				*n += len(value)
				return nil
			}
		}
		r := s.reader(tx)
		if err := r.pages.ForEach(count(&pages)); err != nil {
			return err
		}
		return r.dicts.ForEach(count(&dictionaries))
	}); err != nil {
		t.Fatal(err)
	}
	return pages, dictionaries
}

// SortBytes bounds what a sorter holds in memory, for the length of a test.
func SortBytes(t *testing.T, n int) {
	t.Helper()
	was := sortBytes
	sortBytes = n
	t.Cleanup(func() { sortBytes = was })
}

// SetGlancesLen sets how many lines a transaction of [Glances] reads, for the length
// of a test.
func SetGlancesLen(t *testing.T, n int) {
	t.Helper()
	was := glancesLen
	glancesLen = n
	t.Cleanup(func() { glancesLen = was })
}

// StrayBuckets returns the buckets of an archive that its schema does not know.
func StrayBuckets(t *testing.T, s *Store) (stray []string) {
	t.Helper()
	if err := s.view(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			if !slices.Contains(buckets, string(name)) {
				stray = append(stray, string(name))
			}
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	return stray
}
