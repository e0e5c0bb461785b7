// Package parquet writes records as Parquet files: nested as the record is, with
// its names, times in UTC, compressed with zstd.
//
// Begin with [NewForm]. What a row holds stands in record.go, column by column;
// field.go takes records apart into columns.
package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	pq "github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"archiver/article"
)

const (
	// Rows are written to the file a group at a time: as many as have so many bytes,
	// before they are encoded and compressed.
	groupBytes = 24 << 20
	// A page is what is compressed at once, and is of one column.
	pageBytes = 256 << 10
	// Rows go to their columns' buffers a batch at a time.
	batchRows  = 64
	batchBytes = 1 << 20
)

// A Column is a column that a file has beside those of the record.
type Column struct{ field field[article.Record] }

// Text returns a column of text that value finds for each record.
func Text(name string, value func(*article.Record) string) Column {
	return Column{text(name, value)}
}

// Whole returns a column of whole numbers that value finds for each record.
func Whole(name string, value func(*article.Record) int) Column {
	return Column{whole(name, value)}
}

// A Form is the columns of files. Its zero value is none: see [NewForm]. Writers of
// one form are for one goroutine.
type Form struct {
	row    field[article.Record]
	schema *pq.Schema

	// For the groups of small writers.
	scratch *pq.GenericWriter[any]
	group   bytes.Buffer

	busy chan struct{} // closed when what was begun is done; nil before the first
}

// begin does something in a goroutine of its own, when what was begun before is done.
func (f *Form) begin(do func()) {
	f.Wait()
	busy := make(chan struct{})
	f.busy = busy
	go func() {
		defer close(busy)
		do()
	}()
}

// Wait returns when none of the form's writers is still at work.
func (f *Form) Wait() {
	if f.busy != nil {
		<-f.busy
	}
}

// NewForm returns a form of the fields of the record, but for those that without
// names, and behind them the extra columns. A column whose name is taken, or a
// field to leave out that there is not, is an error.
func NewForm(without []string, extra ...Column) (*Form, error) {
	fields, err := columns(without, extra)
	if err != nil {
		return nil, err
	}
	row := group("record", fields)
	return &Form{row: row, schema: pq.NewSchema("record", row.node)}, nil
}

func columns(without []string, extra []Column) ([]field[article.Record], error) {
	left := map[string]bool{}
	for _, name := range without {
		left[name] = true
	}
	taken := map[string]bool{}
	var fields []field[article.Record]
	for _, f := range record {
		if left[f.name] {
			delete(left, f.name)
			continue
		}
		taken[f.name] = true
		fields = append(fields, f)
	}
	for name := range left {
		return nil, fmt.Errorf("a record has no field %s to leave out", name)
	}
	for _, c := range extra {
		if taken[c.field.name] {
			return nil, fmt.Errorf("there is a column %s already", c.field.name)
		}
		taken[c.field.name] = true
		fields = append(fields, c.field)
	}
	return fields, nil
}

// A Writer writes records to a file. It keeps at most a group of rows, compressed
// for the most part, however many there are. One that is not small writes while the rows
// that come next are made: whoever gives it up before it is closed calls Wait of its form.
type Writer struct {
	form  *Form
	out   io.Writer
	file  *pq.GenericWriter[any] // of a small writer nil, until there is a group to write
	small bool
	batch batch
	size  int // bytes of the rows that have left the batch and are not in the file yet

	written batch // or being written
	err     error // of that; to be read when the form has waited
}

// NewWriter begins a file on w.
func (f *Form) NewWriter(w io.Writer) *Writer {
	return &Writer{form: f, out: w, file: pq.NewGenericWriter[any](w, f.config()), batch: f.batch(), written: f.batch()}
}

// NewSmall begins a file on w, one of many: the writer takes up hardly more than the
// rows that wait in it. It is for the caller to flush it in time.
func (f *Form) NewSmall(w io.Writer) *Writer {
	return &Writer{form: f, out: w, small: true, batch: f.batch()}
}

func (f *Form) batch() batch { return batch{columns: make([][]pq.Value, f.row.leaves)} }

func (f *Form) config() *pq.WriterConfig {
	c := pq.DefaultWriterConfig()
	c.Schema = f.schema
	c.Compression = codec
	c.CreatedBy = "archiver"
	c.DataPageVersion = 1 // which every reader knows
	c.PageBufferSize = pageBytes
	return c
}

// codec is shared, as its buffers are.
var codec = &zstd.Codec{Level: zstd.SpeedFastest}

// Write adds a row. The record is only lent.
func (w *Writer) Write(r *article.Record) error {
	w.form.row.put(&w.batch, place{}, r)
	w.batch.rows++
	if w.small || w.batch.rows < batchRows && w.batch.size < batchBytes {
		return nil
	}
	return w.send(false)
}

// send has the rows of the batch given to their columns' buffers and, if these are full or
// in any case, the buffers to the file.
func (w *Writer) send(anyhow bool) error {
	w.form.Wait()
	if w.err != nil {
		return w.err
	}
	w.batch, w.written = w.written, w.batch
	w.size += w.written.size
	full := anyhow || w.size >= groupBytes
	if full {
		w.size = 0
	}
	w.form.begin(func() {
		w.err = w.written.write(w.file)
		w.written.reset()
		if w.err == nil && full {
			w.err = w.file.Flush()
		}
	})
	return nil
}

// Pending tells about how many bytes of rows wait for their group to be written.
func (w *Writer) Pending() int { return w.size + w.batch.size }

// Flush ends a group of rows and writes it. A writer that is not small does so by
// itself.
func (w *Writer) Flush() error {
	if w.small {
		return w.copyGroup(w.take())
	}
	if err := w.send(true); err != nil {
		return err
	}
	w.form.Wait()
	return w.err
}

// FlushLater is Flush of a small writer in two parts: it takes the rows that wait, and
// what it returns writes them. That may be called in another goroutine, after those
// that were returned before it by any small writer of the form, and by no two at once.
func (w *Writer) FlushLater() func() error {
	rows := w.take()
	return func() error { return w.copyGroup(rows) }
}

// CloseLater is Close of a small writer, in the same two parts.
func (w *Writer) CloseLater() func() error {
	rows := w.take()
	return func() error { return w.end(rows) }
}

// take takes the rows that wait.
func (w *Writer) take() batch {
	rows := w.batch
	w.batch = w.form.batch()
	return rows
}

// copyGroup writes rows to a file in memory, and copies its one group to the writer's
// own. The writer's columns then need no buffers, which take megabytes.
func (w *Writer) copyGroup(rows batch) error {
	if rows.rows == 0 {
		return nil
	}
	w.form.group.Reset()
	if err := w.whole(rows, &w.form.group); err != nil {
		return err
	}
	if w.file == nil {
		w.file = pq.NewGenericWriter[any](w.out, w.form.config())
	}
	data := w.form.group.Bytes()
	file, err := pq.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, g := range file.RowGroups() {
		if _, err := w.file.WriteRowGroup(g); err != nil {
			return err
		}
	}
	return nil
}

// whole writes rows as a file.
func (w *Writer) whole(rows batch, out io.Writer) error {
	f := w.form
	if f.scratch == nil {
		f.scratch = pq.NewGenericWriter[any](out, f.config())
	} else {
		f.scratch.Reset(out)
	}
	err := rows.write(f.scratch)
	return errors.Join(err, f.scratch.Close())
}

// Close ends the file, which without rows is an empty one. It does not close the
// stream.
func (w *Writer) Close() error {
	if w.small {
		return w.end(w.take())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return w.file.Close()
}

// end ends the file of a small writer, with the last rows.
func (w *Writer) end(rows batch) error {
	if w.file == nil {
		return w.whole(rows, w.out)
	}
	if err := w.copyGroup(rows); err != nil {
		return err
	}
	return w.file.Close()
}
