package search

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// build makes the index anew, under another name until it is whole, and opens it. The
// caller holds the turn.
func (ix *Index) build(ctx context.Context, generation string) (err error) {
	defer func() {
		if err != nil && !errors.Is(err, context.Canceled) {
			err = fmt.Errorf("index of the archive: %w", err)
		}
	}()
	draft := ix.where() + ".new"
	for _, left := range []string{draft, draft + "-journal"} { // by one that was killed
		if err := os.Remove(left); err != nil && !gone(err) {
			return err
		}
	}
	// SQLite would say that it cannot open it, not why.
	if file, err := os.OpenFile(draft, os.O_RDWR|os.O_CREATE, 0o644); err != nil {
		return err
	} else if err := file.Close(); err != nil {
		return err
	}
	defer os.Remove(draft) // which has another name by then, if all goes well
	db, err := connect(draft, "rwc", "page_size(8192)", "journal_mode(OFF)", "synchronous(OFF)", "locking_mode(EXCLUSIVE)", "cache_size(-32768)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	err = ix.fill(ctx, db, generation)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := flushed(draft); err != nil {
		return err
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if err := ix.shutLocked(); err != nil {
		return err
	}
	// A journal of the old file is not the new one's.
	if err := os.Remove(ix.where() + "-journal"); err != nil && !gone(err) {
		return err
	}
	if err := os.Rename(draft, ix.where()); err != nil {
		return err
	}
	return ix.openLocked()
}

func flushed(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// A filling is an index while it is built: the chunk at the end of each space is in
// memory, all before it are in the file.
type filling struct {
	tx       *sql.Tx
	insert   *sql.Stmt // of postings
	release  *sql.Stmt
	spaces   [2]*space
	builders [2]*builder
	terms    [2]map[string]int // in how many documents
	speakers map[string]*speaker
	x        indexer
}

// A speaker is somebody who is quoted.
type speaker struct {
	number     int
	name       string
	quotations int
}

func (ix *Index) fill(ctx context.Context, db *sql.DB, generation string) error {
	for _, statement := range schema {
		if _, err := db.Exec(statement); err != nil {
			return err
		}
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it is committed by then, or the file is thrown away
	f := &filling{tx: tx, speakers: map[string]*speaker{}}
	for i := range f.spaces {
		f.spaces[i], f.builders[i], f.terms[i] = &space{number: i}, newBuilder(), map[string]int{}
	}
	if f.insert, err = tx.Prepare("INSERT INTO postings (space, term, chunk, head, tail) VALUES (?, ?, ?, ?, ?)"); err != nil {
		return err
	}
	defer f.insert.Close()
	if f.release, err = tx.Prepare("INSERT INTO releases VALUES (?, ?)"); err != nil {
		return err
	}
	defer f.release.Close()

	var ids []string
	marks := map[string]Mark{}
	for m, err := range ix.archive.Marks() {
		if err != nil {
			return err
		}
		ids = append(ids, m.ID)
		marks[m.ID] = m
	}
	if err := ix.readings(ctx, ids, marks, f.add); err != nil {
		return err
	}
	st := state{Version: version, Generation: generation, Serial: newSerial()}
	for i, s := range f.spaces {
		if err := f.flush(i); err != nil {
			return err
		}
		for j, c := range s.chunks {
			if err := writeChunk(tx, s, j); err != nil {
				return err
			}
			if i == ofReleases {
				st.Releases += c.len()
			} else {
				st.Quotations += c.len()
			}
		}
		st.Chunks[i] = len(s.chunks)
	}
	if err := f.vocabulary(); err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO meta VALUES (1, ?)", st.seal()); err != nil {
		return err
	}
	return tx.Commit()
}

// slot makes room for one more document and returns its number.
func (f *filling) slot(space int) (int, error) {
	s := f.spaces[space]
	if n := len(s.chunks); n == 0 || s.chunks[n-1].len() == chunkSize {
		if err := f.flush(space); err != nil {
			return 0, err
		}
		s.extend()
	}
	i := len(s.chunks) - 1
	f.builders[space].slot = s.chunks[i].len()
	return i*chunkSize + s.chunks[i].len(), nil
}

// add takes a release and its quotations.
func (f *filling) add(r reading) error {
	number, err := f.slot(ofReleases)
	if err != nil {
		return err
	}
	words := f.x.release(r.doc, f.builders[ofReleases].stand)
	f.builders[ofReleases].end()
	c := f.spaces[ofReleases].chunks[number/chunkSize]
	c.put(number%chunkSize, newRow(r, words))
	c.marks = append(c.marks, r.mark)
	if _, err := f.release.Exec(number, r.packed); err != nil {
		return err
	}
	for i := range r.doc.Quotes {
		q := &r.doc.Quotes[i]
		slot, err := f.slot(ofQuotations)
		if err != nil {
			return err
		}
		row := newRow(r, f.x.quotation(r.doc, q, f.builders[ofQuotations].stand))
		f.builders[ofQuotations].end()
		row.release, row.ordinal, row.speaker = number, i, f.speaker(q.Speaker)
		c := f.spaces[ofQuotations].chunks[slot/chunkSize]
		c.put(slot%chunkSize, row)
	}
	return nil
}

// speaker counts a quotation of somebody and returns their number; 0 is nobody.
func (f *filling) speaker(name string) int {
	folded := fold(name)
	if folded == "" {
		return 0
	}
	s := f.speakers[folded]
	if s == nil {
		s = &speaker{number: len(f.speakers) + 1, name: name}
		f.speakers[folded] = s
	}
	s.quotations++
	return s.number
}

// flush writes the lists of the last chunk of a space.
func (f *filling) flush(space int) error {
	b := f.builders[space]
	if len(b.lists) == 0 {
		return nil
	}
	i := len(f.spaces[space].chunks) - 1
	for _, term := range slices.Sorted(maps.Keys(b.lists)) {
		l := b.lists[term]
		head, tail := l.stored(space, i, term)
		if _, err := f.insert.Exec(space, term, i, head, tail); err != nil {
			return err
		}
		f.terms[space][term] += l.count
	}
	f.builders[space] = newBuilder()
	return nil
}

// vocabulary writes the terms and speakers.
func (f *filling) vocabulary() error {
	insert, err := f.tx.Prepare("INSERT INTO vocabulary VALUES (?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for space, terms := range f.terms {
		type entry struct{ stem, term string }
		entries := make([]entry, 0, len(terms))
		for term := range terms {
			entries = append(entries, entry{stemOf(term), term})
		}
		slices.SortFunc(entries, func(a, b entry) int {
			return cmp.Or(strings.Compare(a.stem, b.stem), strings.Compare(a.term, b.term))
		})
		for _, e := range entries {
			n := terms[e.term]
			if _, err := insert.Exec(space, e.stem, e.term, n, sealOfTerm(space, e.term, n)); err != nil {
				return err
			}
		}
	}
	for folded, s := range f.speakers {
		if _, err := f.tx.Exec("INSERT INTO speakers VALUES (?, ?, ?, ?, ?)", s.number, folded, s.name, s.quotations, sealOfSpeaker(s.number, s.name, s.quotations)); err != nil {
			return err
		}
	}
	return nil
}
