// Package sqlite writes records as an SQLite database: the tables of package
// tables, with keys, indexes, views and full-text search.
//
// Begin with [Create]. The tables stand in schema.go, what is made of them in
// schema.sql. The same records give the same bytes.
package sqlite

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"archiver/article"
)

// A Writer fills a database. Its rows are written by a goroutine of its own, and indexed
// by another, while the caller finds the next ones; its memory does not grow with their
// number.
type Writer struct {
	file  *file
	index *index

	batch   *batch
	to      []chan *batch // for each of the goroutines
	free    chan *batch
	working sync.WaitGroup

	mu  sync.Mutex
	err error // the first of a goroutine

	rows  mark
	id    string // of the last release
	first int    // its first row
}

// A mark tells how many rows there are.
type mark struct{ release, quote int }

// Create begins a database in a file that is empty or not there. Another such file is for
// what is needed meanwhile: it is deleted.
func Create(path, meanwhile string) (*Writer, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	ix, err := newIndex(meanwhile)
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	w := &Writer{file: f, index: ix}
	if err := w.begin(); err != nil {
		return nil, errors.Join(err, f.close(), ix.close())
	}
	return w, nil
}

// batches is how many there are: as the index is what takes longest, the tables are done
// while some wait for it, and what is made of the tables takes that time.
const batches = 16

// begin makes the tables and begins to fill them.
func (w *Writer) begin() error {
	var b strings.Builder
	fmt.Fprintf(&b, "PRAGMA application_id = %d; PRAGMA user_version = %d; BEGIN;\n", applicationID, version)
	var texts []string
	for _, s := range shapes {
		b.WriteString(s.create() + ";\n")
		texts = append(texts, s.insert())
	}
	if err := w.file.exec(b.String()); err != nil {
		return err
	}
	prepared, err := w.file.prepare(texts...)
	if err != nil {
		return err
	}
	rows := make([]insert, len(prepared))
	for table, p := range prepared {
		rows[table] = insert{p, table, nil}
		for cell := range shapes[table].width() {
			rows[table].cells = append(rows[table].cells, cell)
		}
	}
	w.free = make(chan *batch, batches)
	w.batch = &batch{}
	for range batches - 1 {
		w.free <- &batch{}
	}
	for _, inserts := range [][]insert{rows, w.index.inserts} {
		to := make(chan *batch, batches)
		w.to = append(w.to, to)
		w.working.Go(func() { w.work(to, inserts) })
	}
	return nil
}

// Write adds a record, which is only lent.
func (w *Writer) Write(r *article.Record) error {
	w.rows.release++
	if r.ID != w.id {
		w.id, w.first = r.ID, w.rows.release
	}
	for i, s := range shapes[:revisionsAt] {
		err := s.of.Rows(r, func(row []any) error {
			if i == quotesAt {
				w.rows.quote++
				w.batch.add(i, row, w.rows.quote, w.rows.release)
			} else {
				w.batch.add(i, row, w.rows.release)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return w.send(false)
}

// Revision adds a revision of the release that was written last. The record is
// only lent.
func (w *Writer) Revision(r *article.Record) error {
	err := shapes[revisionsAt].of.Rows(r, func(row []any) error {
		w.batch.add(revisionsAt, row, r.ID, r.Revision, w.first)
		return nil
	})
	if err != nil {
		return err
	}
	return w.send(false)
}

// send hands the batch to the goroutines if it is full, or in any case.
func (w *Writer) send(anyhow bool) error {
	if !anyhow && len(w.batch.tables) < batchRows && w.batch.size < batchBytes {
		return nil
	}
	w.batch.users.Store(int32(len(w.to)))
	for _, to := range w.to {
		to <- w.batch
	}
	w.batch = <-w.free
	return w.failure(nil)
}

// work writes batches until there are no more. After an error it takes those that
// still come, so that nobody waits for it.
func (w *Writer) work(batches <-chan *batch, inserts []insert) {
	for b := range batches {
		if w.failure(nil) == nil {
			_ = w.failure(b.write(inserts))
		}
		if b.users.Add(-1) == 0 {
			b.empty()
			w.free <- b
		}
	}
}

// failure notes an error and returns the first.
func (w *Writer) failure(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	return w.err
}

// Close ends the database, or with a cause that is not nil gives it up: the file is
// then worth nothing.
func (w *Writer) Close(cause error) error {
	err := w.failure(cause)
	if err == nil {
		err = w.send(true)
	}
	for _, to := range w.to {
		close(to)
	}
	w.working.Wait()
	if err == nil {
		err = w.failure(nil)
	}
	if err == nil {
		err = w.finish()
	}
	// What the connections could still say would follow from the first error.
	closed := errors.Join(w.file.close(), w.index.close())
	switch {
	case cause != nil:
		return nil
	case err != nil:
		return err
	}
	return closed
}

// finish makes what is made of the rows.
func (w *Writer) finish() error {
	var making errgroup.Group
	making.Go(func() error { return w.file.exec(finish + "COMMIT;") })
	making.Go(w.index.finish)
	if err := making.Wait(); err != nil {
		return err
	}
	return w.index.moveTo(w.file)
}
