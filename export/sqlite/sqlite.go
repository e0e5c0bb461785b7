// Package sqlite writes records as an SQLite database: the tables of package
// tables, with keys, indexes, views and full-text search.
//
// Begin with [Create]. The tables stand in schema.go, what is made of them in
// schema.sql. The same records give the same bytes.
package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"archiver/article"
)

// settings come before all else. The file is nobody else's until it is whole, so
// that it needs no journal, and it is for its caller to sync it.
const settings = `
PRAGMA page_size = 8192;
PRAGMA encoding = 'UTF-8';
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -16384;
`

// The full-text index of so many releases is made at once and merged with none
// before. With an eighth of that the whole export takes a third longer.
const indexEvery = 2048

// A Writer fills a database. Its rows are written by a goroutine of its own, while
// the caller finds the next ones; its memory does not grow with their number.
type Writer struct {
	db   *sql.DB
	conn *sql.Conn

	batch      *batch
	full, free chan *batch
	ended      chan error

	rows  mark
	id    string // of the last release
	first int    // its first row
	cause error  // why it was given up
}

// Create begins a database in a file that is empty or not there.
func Create(path string) (*Writer, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, err
	}
	w := &Writer{
		db: db, batch: &batch{},
		full: make(chan *batch, 1), free: make(chan *batch, 2), ended: make(chan error, 1),
	}
	w.free <- &batch{}
	// All settings are of a connection.
	if w.conn, err = db.Conn(context.Background()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	statements, err := w.begin()
	if err != nil {
		return nil, errors.Join(err, w.conn.Close(), db.Close())
	}
	go w.work(statements)
	return w, nil
}

// begin makes the tables and returns the statements that fill them. They are the
// driver's own: package sql takes a tenth of the time of the export to look at each
// value on its way.
func (w *Writer) begin() ([]driver.Stmt, error) {
	var b strings.Builder
	b.WriteString(settings)
	fmt.Fprintf(&b, "PRAGMA application_id = %d; PRAGMA user_version = %d; BEGIN;\n", applicationID, version)
	for _, s := range shapes {
		b.WriteString(s.create() + ";\n")
	}
	for _, s := range searches {
		b.WriteString(s.create())
	}
	if err := w.exec(b.String()); err != nil {
		return nil, err
	}
	var statements []driver.Stmt
	err := w.conn.Raw(func(conn any) error {
		for _, s := range shapes {
			statement, err := conn.(driver.ConnPrepareContext).PrepareContext(context.Background(), s.insert())
			if err != nil {
				return err
			}
			statements = append(statements, statement)
		}
		return nil
	})
	return statements, err
}

func (w *Writer) exec(statements string, args ...any) error {
	_, err := w.conn.ExecContext(context.Background(), statements, args...)
	return err
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

// send hands the batch to the goroutine if it is full, or in any case.
func (w *Writer) send(anyhow bool) error {
	if !anyhow && len(w.batch.tables) < batchRows && w.batch.size < batchBytes {
		return nil
	}
	w.batch.last = w.rows
	w.full <- w.batch
	w.batch = <-w.free
	return w.batch.err
}

// Close ends the database, or with a cause that is not nil gives it up: the file is
// then worth nothing.
func (w *Writer) Close(cause error) error {
	w.cause = cause
	err := cause
	if err == nil {
		err = w.send(true)
	}
	close(w.full)
	if worked := <-w.ended; err == nil {
		err = worked
	}
	if err == nil {
		err = w.exec(finish + "COMMIT;")
	}
	// What the connection could still say would follow from the first error.
	closed := errors.Join(w.conn.Close(), w.db.Close())
	switch {
	case cause != nil:
		return nil
	case err != nil:
		return err
	}
	return closed
}

const (
	batchRows  = 1024
	batchBytes = 1 << 20
)

// A batch is rows on their way to the goroutine that writes them.
type batch struct {
	tables []int          // of each row
	cells  []driver.Value // of all rows, one after another
	size   int            // bytes of text
	last   mark
	err    error // what became of an earlier batch
}

// A mark tells how many rows there are.
type mark struct{ release, quote int }

func (b *batch) add(table int, row []any, keys ...any) {
	b.tables = append(b.tables, table)
	for _, key := range keys {
		b.cells = append(b.cells, value(key))
	}
	for _, cell := range row {
		v := value(cell)
		if s, ok := v.(string); ok {
			b.size += len(s)
		}
		b.cells = append(b.cells, v)
	}
}

func (b *batch) insert(statements []driver.Stmt) error {
	cells := b.cells
	var row []driver.NamedValue
	for _, table := range b.tables {
		n := shapes[table].width()
		row = row[:0]
		for i, cell := range cells[:n] {
			row = append(row, driver.NamedValue{Ordinal: i + 1, Value: cell})
		}
		if _, err := statements[table].(driver.StmtExecContext).ExecContext(context.Background(), row); err != nil {
			return err
		}
		cells = cells[n:]
	}
	return nil
}

// value returns a cell as SQLite keeps it: a list is a JSON array.
func value(cell any) driver.Value {
	switch v := cell.(type) {
	case int:
		return int64(v)
	case article.Time:
		return v.String()
	case []string:
		if len(v) == 0 {
			return "[]"
		}
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(v); err != nil {
			panic(err) // unreachable: they are strings
		}
		return strings.TrimSuffix(b.String(), "\n")
	}
	return cell
}

// work writes batches until there are no more. After an error it takes those that
// still come, so that nobody waits for it.
func (w *Writer) work(statements []driver.Stmt) {
	var err error
	var indexed, last mark
	for b := range w.full {
		if err == nil {
			err = b.insert(statements)
		}
		last = b.last
		if err == nil && last.release-indexed.release >= indexEvery {
			err = w.index(indexed)
			indexed = last
		}
		clear(b.cells)
		*b = batch{tables: b.tables[:0], cells: b.cells[:0], err: err}
		w.free <- b
	}
	if err == nil && w.cause == nil {
		err = w.index(indexed)
	}
	for _, s := range statements {
		err = errors.Join(err, s.Close())
	}
	w.ended <- err
}

// index brings the full-text indexes up to date, which have the rows up to a mark.
func (w *Writer) index(from mark) error {
	return errors.Join(
		w.exec(searches[0].index(), from.release),
		w.exec(searches[1].index(), from.quote))
}
