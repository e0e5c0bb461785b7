package store

import (
	"bytes"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"
)

// sortBytes is how much of an index a sorter holds in memory. A test makes it less.
var sortBytes = 4 << 20

// A sorter brings the entries of an index into their order. They come in that of
// what the index is of, and there may be any number of them, so they are sorted in
// runs, each in a bucket of its own of the file that is being written. Once the runs
// are deleted their room is free for what is written next.
type sorter struct {
	bucket string // the index
	db     *bbolt.DB

	entries []entry
	size    int // bytes of them, as held in memory
	runs    int
}

// An entry is a key with its value.
type entry struct{ key, value []byte }

func (x *sorter) add(e entry) {
	const heads = 48 // bytes of the slices themselves
	x.entries = append(x.entries, e)
	x.size += heads + len(e.key) + len(e.value)
}

func (x *sorter) sort() {
	slices.SortFunc(x.entries, func(a, b entry) int { return bytes.Compare(a.key, b.key) })
}

func (x *sorter) run(n int) []byte { return fmt.Appendf(nil, "%s run %d", x.bucket, n) }

// spill writes a run if there is enough for one.
func (x *sorter) spill() error {
	if x.size < sortBytes {
		return nil
	}
	x.sort()
	err := x.db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket(x.run(x.runs))
		if err != nil {
			return err
		}
		b.FillPercent = 1
		for _, e := range x.entries {
			if err := b.Put(e.key, e.value); err != nil {
				return err
			}
		}
		return nil
	})
	clear(x.entries)
	x.entries, x.size = x.entries[:0], 0
	x.runs++
	return err
}

// each gives out all entries in their order, so many at a time, and deletes the runs.
func (x *sorter) each(atOnce int, put func([]entry) error) error {
	x.sort()
	rest := x.entries
	var last []byte
	for {
		var batch []entry
		if err := x.db.View(func(tx *bbolt.Tx) error {
			batch, rest = x.next(tx, rest, last, atOnce)
			return nil
		}); err != nil {
			return err
		}
		if len(batch) == 0 {
			break
		}
		if err := put(batch); err != nil {
			return err
		}
		last = batch[len(batch)-1].key
	}
	return x.db.Update(func(tx *bbolt.Tx) error {
		for n := range x.runs {
			if err := tx.DeleteBucket(x.run(n)); err != nil {
				return err
			}
		}
		return nil
	})
}

// next merges what comes after last in the runs with the rest of what is in memory,
// and returns what remains of that.
func (x *sorter) next(tx *bbolt.Tx, rest []entry, last []byte, atOnce int) (batch, left []entry) {
	cursors, heads := make([]*bbolt.Cursor, x.runs), make([]entry, x.runs)
	for n := range cursors {
		cursors[n] = tx.Bucket(x.run(n)).Cursor()
		heads[n].key, heads[n].value = cursors[n].Seek(last)
		if last != nil && bytes.Equal(heads[n].key, last) {
			heads[n].key, heads[n].value = cursors[n].Next()
		}
	}
	for len(batch) < atOnce {
		least, from := entry{}, -1
		if len(rest) > 0 {
			least = rest[0]
		}
		for n, head := range heads {
			if head.key != nil && (least.key == nil || bytes.Compare(head.key, least.key) < 0) {
				least, from = head, n
			}
		}
		switch {
		case least.key == nil:
			return batch, rest
		case from < 0:
			batch, rest = append(batch, least), rest[1:]
		default:
			batch = append(batch, entry{bytes.Clone(least.key), bytes.Clone(least.value)})
			heads[from].key, heads[from].value = cursors[from].Next()
		}
	}
	return batch, rest
}
