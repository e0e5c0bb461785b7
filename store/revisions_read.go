package store

import (
	"iter"
	"slices"

	"archiver/article"

	"go.etcd.io/bbolt"
)

// A Removal is a record whose page is not where it was, and what is known of its
// address.
type Removal struct {
	Record  *article.Record // the newest revision
	Address article.Address
	Changes []article.StatusChange // as StatusChanges returns them
}

// Removed iterates over the records in r that are missing or gone, in the order
// of [Store.Records] and with its promises. Record and address are of the same
// moment.
func (s *Store) Removed(r Range) iter.Seq2[Removal, error] {
	return func(yield func(Removal, error) bool) {
		versions, err := s.removedVersions(r)
		if err != nil {
			yield(Removal{}, err)
			return
		}
		inBatches(s, versions, inTurn(yield), func(tx reader, v version) (later[Removal], int, error) {
			v, value, err := tx.shown(tx.records, v)
			if value == nil {
				return nil, 0, err
			}
			a, _, err := tx.address(v.id)
			if err != nil {
				return nil, 0, err
			}
			l, err := tx.log(v)
			return func() (Removal, error) {
				record, err := s.decodeRecord(v, value)
				if err != nil {
					return Removal{}, err
				}
				changes, err := l.tell(record)
				if err != nil {
					err = s.wrap(err)
				}
				return Removal{record, a, changes}, err
			}, len(value), err
		})
	}
}

// removedVersions lists the newest revisions in r that are missing or gone. The
// index by date says which, so that no other record is read.
func (s *Store) removedVersions(r Range) ([]version, error) {
	inRange, err := s.versions(r)
	if err != nil || len(inRange) == 0 {
		return nil, err
	}
	removed := map[version]bool{}
	err = s.view(func(tx *bbolt.Tx) error {
		c := s.reader(tx).byDate.Cursor()
		for k, value := c.First(); k != nil; k, value = c.Next() {
			e, err := parseDateEntry(k, value)
			if err != nil {
				return err
			}
			if e.status == article.StatusMissing || e.status == article.StatusGone {
				removed[e.version] = true
			}
		}
		return nil
	})
	return slices.DeleteFunc(inRange, func(v version) bool { return !removed[v] }), err
}
