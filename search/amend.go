package search

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
)

// newSerial is a number that no index had before, as good as certainly.
func newSerial() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // which never fails
	return int64(binary.LittleEndian.Uint64(b[:]) >> 1)
}

// An amendment is a change of an index. What it writes is kept together or not at all.
type amendment struct {
	tx     *sql.Tx
	state  state
	spaces [2]*space
	free   [2][]int // numbers that no document has, the lowest last
	edits  [2]map[int]*edit
	dirty  [2]map[int]bool // chunks whose rows have changed
	x      indexer
}

// An edit is what happens to the lists of a chunk.
type edit struct {
	leave bitset
	terms map[string]bool // of the documents that leave
	*builder
}

// amend brings the file up to date. It gives errTooMuch where building it again is
// quicker. The caller holds the turn.
func (ix *Index) amend(ctx context.Context, generation string) (err error) {
	defer damage(&err)
	db, err := connect(ix.where(), "rw", "journal_mode(DELETE)", "secure_delete(1)", "synchronous(NORMAL)", "cache_size(-131072)", "cache_spill(0)")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.Exec("BEGIN IMMEDIATE; COMMIT"); err != nil {
		return err // it cannot be written, which is to be known before all is read
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it is committed by then, if all goes well
	a := &amendment{tx: tx}
	if a.state, err = readState(tx); err != nil {
		return err
	}
	if a.state.Generation == generation {
		return nil
	}
	for i := range a.spaces {
		if a.spaces[i], err = load(tx, i, a.state.Chunks[i], i == ofReleases); err != nil {
			return err
		}
		a.spaces[i].weigh()
		a.edits[i], a.dirty[i] = map[int]*edit{}, map[int]bool{}
		for slot := len(a.spaces[i].chunks)*chunkSize - 1; slot >= 0; slot-- {
			if c := a.spaces[i].chunks[slot/chunkSize]; slot%chunkSize < c.len() && !c.inUse(slot%chunkSize) {
				a.free[i] = append(a.free[i], slot)
			}
		}
	}
	todo, numbers, err := differences(ix.archive, a.spaces[ofReleases])
	if err != nil {
		return err
	}
	if n := len(todo.read) + len(todo.leave); n > few && n > a.spaces[ofReleases].used/4 {
		return errTooMuch
	}
	for _, number := range todo.leave {
		if err := a.remove(number); err != nil {
			return err
		}
	}
	err = ix.readings(ctx, todo.read, todo.marks, func(r reading) error {
		number, known := numbers[string(r.mark.id[:])]
		if !known {
			return a.add(r)
		}
		m := &a.spaces[ofReleases].chunks[number/chunkSize].marks[number%chunkSize]
		if m.hash == r.mark.hash { // it was seen again, and is the same
			m.mark = r.mark.mark
			a.dirty[ofReleases][number/chunkSize] = true
			return nil
		}
		if err := a.remove(number); err != nil {
			return err
		}
		return a.add(r)
	})
	if err != nil {
		return err
	}
	return a.finish(generation)
}

func (a *amendment) edit(space, slot int) *edit {
	i := slot / chunkSize
	a.dirty[space][i] = true
	e := a.edits[space][i]
	if e == nil {
		e = &edit{terms: map[string]bool{}, builder: newBuilder()}
		a.edits[space][i] = e
	}
	return e
}

// remove takes a release and its quotations out.
func (a *amendment) remove(number int) error {
	d, err := readDocument(a.tx, number)
	if err != nil {
		return err
	}
	e := a.edit(ofReleases, number)
	e.leave.set(number % chunkSize)
	a.x.release(d, e.leaves)
	a.clear(ofReleases, number)
	if _, err := a.tx.Exec("DELETE FROM releases WHERE number=?", number); err != nil {
		return err
	}
	for i, c := range a.spaces[ofQuotations].chunks {
		for j := range c.len() {
			r := c.row(j)
			if !r.used || r.release != number {
				continue
			}
			if r.ordinal >= len(d.Quotes) {
				return errDamaged
			}
			slot := i*chunkSize + j
			e := a.edit(ofQuotations, slot)
			e.leave.set(j)
			a.x.quotation(d, &d.Quotes[r.ordinal], e.leaves)
			if err := a.quoted(r.speaker, -1); err != nil {
				return err
			}
			a.clear(ofQuotations, slot)
		}
	}
	return nil
}

func (e *edit) leaves(key []byte, _ int, _ byte) {
	if !e.terms[string(key)] {
		e.terms[string(key)] = true
	}
}

// clear frees a number.
func (a *amendment) clear(space, slot int) {
	c := a.spaces[space].chunks[slot/chunkSize]
	c.put(slot%chunkSize, row{})
	if space == ofReleases {
		c.marks[slot%chunkSize] = mark{}
	}
}

// slot finds a number for one more document. One that a document of this amendment
// has left is not given away again, so that leaving and coming do not mix.
func (a *amendment) slot(space int) int {
	if n := len(a.free[space]); n > 0 {
		slot := a.free[space][n-1]
		a.free[space] = a.free[space][:n-1]
		return slot
	}
	s := a.spaces[space]
	if n := len(s.chunks); n == 0 || s.chunks[n-1].len() == chunkSize {
		s.extend()
	}
	i := len(s.chunks) - 1
	c := s.chunks[i]
	c.put(c.len(), row{})
	if space == ofReleases {
		c.marks = append(c.marks, mark{})
	}
	return i*chunkSize + c.len() - 1
}

// add takes a release and its quotations in.
func (a *amendment) add(r reading) error {
	number := a.slot(ofReleases)
	e := a.edit(ofReleases, number)
	e.slot = number % chunkSize
	a.spaces[ofReleases].chunks[number/chunkSize].put(e.slot, newRow(r, a.x.release(r.doc, e.stand)))
	e.end()
	a.spaces[ofReleases].chunks[number/chunkSize].marks[number%chunkSize] = r.mark
	if _, err := a.tx.Exec("INSERT INTO releases VALUES (?, ?)", number, r.packed); err != nil {
		return err
	}
	for i := range r.doc.Quotes {
		q := &r.doc.Quotes[i]
		slot := a.slot(ofQuotations)
		e := a.edit(ofQuotations, slot)
		e.slot = slot % chunkSize
		row := newRow(r, a.x.quotation(r.doc, q, e.stand))
		e.end()
		speaker, err := a.speaker(q.Speaker)
		if err != nil {
			return err
		}
		row.release, row.ordinal, row.speaker = number, i, speaker
		a.spaces[ofQuotations].chunks[slot/chunkSize].put(slot%chunkSize, row)
	}
	return nil
}

// speaker counts a quotation of somebody and returns their number; 0 is nobody.
func (a *amendment) speaker(name string) (int, error) {
	folded := fold(name)
	if folded == "" {
		return 0, nil
	}
	var number int
	err := a.tx.QueryRow("SELECT number FROM speakers WHERE folded=?", folded).Scan(&number)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if err := a.tx.QueryRow("SELECT coalesce(max(number), 0) + 1 FROM speakers").Scan(&number); err != nil {
			return 0, err
		}
		_, err := a.tx.Exec("INSERT INTO speakers VALUES (?, ?, ?, 1, ?)", number, folded, name, sealOfSpeaker(number, name, 1))
		return number, err
	case err != nil:
		return 0, err
	}
	return number, a.quoted(number, 1)
}

// quoted changes how many quotations somebody has. Who has none leaves.
func (a *amendment) quoted(number, by int) error {
	if number == 0 {
		return nil
	}
	var (
		name       string
		quotations int
		stored     int64
	)
	if err := a.tx.QueryRow("SELECT name, quotations, seal FROM speakers WHERE number=?", number).Scan(&name, &quotations, &stored); err != nil {
		return err
	}
	if stored != sealOfSpeaker(number, name, quotations) {
		return errDamaged
	}
	quotations += by
	if quotations <= 0 {
		_, err := a.tx.Exec("DELETE FROM speakers WHERE number=?", number)
		return err
	}
	_, err := a.tx.Exec("UPDATE speakers SET quotations=?, seal=? WHERE number=?", quotations, sealOfSpeaker(number, name, quotations), number)
	return err
}

// finish writes what has changed.
func (a *amendment) finish(generation string) error {
	for space := range a.spaces {
		change := map[string]int{}
		for _, i := range slices.Sorted(maps.Keys(a.edits[space])) {
			if err := a.lists(space, i, change); err != nil {
				return err
			}
		}
		for _, term := range slices.Sorted(maps.Keys(change)) {
			if err := a.term(space, term, change[term]); err != nil {
				return err
			}
		}
		s := a.spaces[space]
		for i := range s.chunks {
			if a.dirty[space][i] {
				if err := writeChunk(a.tx, s, i); err != nil {
					return err
				}
			}
		}
		s.weigh()
		a.state.Chunks[space] = len(s.chunks)
	}
	a.state.Releases, a.state.Quotations = a.spaces[ofReleases].used, a.spaces[ofQuotations].used
	a.state.Generation, a.state.Serial = generation, newSerial()
	if _, err := a.tx.Exec("UPDATE meta SET state=?", a.state.seal()); err != nil {
		return err
	}
	return a.tx.Commit()
}

// lists writes the lists of a chunk that have changed, and notes in change by how
// many documents.
func (a *amendment) lists(space, i int, change map[string]int) error {
	e := a.edits[space][i]
	terms := map[string]bool{}
	maps.Copy(terms, e.terms)
	for term := range e.builder.lists {
		terms[term] = true
	}
	read, err := a.tx.Prepare("SELECT head, tail FROM postings WHERE space=? AND term=? AND chunk=?")
	if err != nil {
		return err
	}
	defer read.Close()
	for _, term := range slices.Sorted(maps.Keys(terms)) {
		old, add := &list{}, e.builder.lists[term]
		if add == nil {
			add = &list{}
		}
		var head, tail []byte
		err := read.QueryRow(space, term, i).Scan(&head, &tail)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			if e.terms[term] {
				return errDamaged
			}
		case err != nil:
			return err
		default:
			if old.count, old.head, err = readHead(space, i, term, head); err != nil {
				return err
			}
			if old.tail, err = readTail(space, i, term, tail); err != nil {
				return err
			}
		}
		now := merge(old, add, &e.leave)
		change[term] += now.count - old.count
		if now.count == 0 {
			_, err = a.tx.Exec("DELETE FROM postings WHERE space=? AND term=? AND chunk=?", space, term, i)
		} else {
			head, tail := now.stored(space, i, term)
			_, err = a.tx.Exec("INSERT INTO postings (space, term, chunk, head, tail) VALUES (?, ?, ?, ?, ?) "+
				"ON CONFLICT DO UPDATE SET head=excluded.head, tail=excluded.tail", space, term, i, head, tail)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// term writes in how many documents a term is.
func (a *amendment) term(space int, term string, by int) error {
	if by == 0 {
		return nil
	}
	var (
		documents int
		stored    int64
	)
	stem := stemOf(term)
	err := a.tx.QueryRow("SELECT documents, seal FROM vocabulary WHERE space=? AND stem=? AND term=?", space, stem, term).Scan(&documents, &stored)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	case stored != sealOfTerm(space, term, documents):
		return errDamaged
	}
	documents += by
	switch {
	case documents < 0:
		return errDamaged
	case documents == 0:
		_, err = a.tx.Exec("DELETE FROM vocabulary WHERE space=? AND stem=? AND term=?", space, stem, term)
	default:
		_, err = a.tx.Exec("INSERT OR REPLACE INTO vocabulary VALUES (?, ?, ?, ?, ?)", space, stem, term, documents, sealOfTerm(space, term, documents))
	}
	return err
}

// readDocument reads what is kept of a release.
func readDocument(q querier, number int) (*document, error) {
	var packed []byte
	if err := q.QueryRow("SELECT document FROM releases WHERE number=?", number).Scan(&packed); err != nil {
		return nil, err
	}
	data, err := unpacker.DecodeAll(packed, nil)
	if err != nil {
		return nil, errors.Join(errDamaged, err)
	}
	return decodeDocument(data)
}
