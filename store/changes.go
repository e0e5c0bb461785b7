package store

import (
	"encoding/hex"
	"fmt"
	"iter"
	"os"

	"archiver/article"

	"github.com/cespare/xxhash/v2"
	"go.etcd.io/bbolt"
)

// Generation returns a word that is another after every change of the archive, also
// where another file has taken its place. What is kept beside an archive, such as
// an index, remembers it, and need not look at the archive while it is the same.
// It is made from the file alone, in a few microseconds.
func (s *Store) Generation() (string, error) {
	info, err := os.Stat(s.path)
	if err != nil {
		return "", s.wrap(explain(err, "cannot be read"))
	}
	var transaction int
	err = s.view(func(tx *bbolt.Tx) error {
		transaction = tx.ID()
		return nil
	})
	return fmt.Sprintf("%d-%d-%d", transaction, info.Size(), info.ModTime().UnixNano()), err
}

// Withheld returns a number that is another after anything was suppressed or lifted.
// What shows an archive a moment later than it is must not do so where this changes.
func (s *Store) Withheld() (uint64, error) {
	hash := xxhash.New()
	err := s.view(func(tx *bbolt.Tx) error {
		return s.reader(tx).suppressed.ForEach(func(key, value []byte) error {
			_, _ = hash.Write(key) // which never fails
			_, _ = hash.Write(value)
			return nil
		})
	})
	return hash.Sum64(), err
}

// A Mark tells whether a record is still as it was, but for when it was last seen.
type Mark struct {
	ID   string // of the record
	Hash uint64 // of its newest revision and its status log as they are kept
}

// Marks iterates over the mark of every record in r, in the order of
// [Store.Records] and without those that are suppressed, but decodes none: it
// takes about a microsecond a record. It shows the archive as it was when the loop
// began.
func (s *Store) Marks(r Range) iter.Seq2[Mark, error] {
	return func(yield func(Mark, error) bool) {
		versions, err := s.versions(r)
		if err != nil {
			yield(Mark{}, err)
			return
		}
		inBatches(s, versions, inTurn(yield), func(tx reader, v version) (later[Mark], int, error) {
			// Whoever asks for the record learns whether it has moved or been suppressed
			// since the keys were read.
			value := tx.records.Get(v.key())
			if value == nil {
				return nil, 0, nil
			}
			mark := Mark{v.id.String(), xxhash.Sum64(value)}
			if log := tx.lives.Get(v.id[:]); log != nil {
				// By which the page may be live again since it was last seen.
				mark.Hash ^= xxhash.Sum64(log) ^ xxhash.Sum64(tx.seen.Get(v.id[:]))
			}
			return func() (Mark, error) { return mark, nil }, 0, nil
		})
	}
}

// Hidden returns those of these ids that are of records which are suppressed, or of
// addresses that lead to such.
func (s *Store) Hidden(ids ...string) ([]string, error) {
	var hidden []string
	err := s.view(func(tx *bbolt.Tx) error {
		r := s.reader(tx)
		for _, name := range ids {
			i, ok := parseID(name)
			if !ok {
				continue
			}
			yes, err := r.hidden(i)
			if err != nil {
				return err
			}
			if yes {
				hidden = append(hidden, name)
			}
		}
		return nil
	})
	return hidden, err
}

// parseID reads a whole id, and reports whether it is one.
func parseID(name string) (i id, ok bool) {
	if len(name) != hex.EncodedLen(len(i)) {
		return i, false
	}
	_, err := hex.Decode(i[:], []byte(name))
	return i, err == nil
}

// RecordsOf iterates over the newest revisions of the records with these ids, in
// their order. Those that are not there, or are suppressed, are left out. As with
// [Store.Records] no transaction is open while the caller works.
func (s *Store) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		inBatches(s, ids, inTurn(yield), func(tx reader, ref string) (later[*article.Record], int, error) {
			i, ok := parseID(ref)
			if !ok {
				return nil, 0, nil
			}
			v, _ := tx.newestValue(i)
			v, value, err := tx.shown(tx.records, v)
			if value == nil {
				return nil, 0, err
			}
			l, err := tx.log(v)
			return func() (*article.Record, error) { return s.decodeNewest(v, value, l) }, len(value), err
		})
	}
}
