package sqlite

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/json"
	"strings"
	"sync/atomic"

	"archiver/article"
)

const (
	batchRows  = 1024
	batchBytes = 1 << 20
)

// A batch is rows on their way to the goroutines that write and index them.
type batch struct {
	tables []int          // of each row
	cells  []driver.Value // of all rows, one after another
	size   int            // bytes of text
	users  atomic.Int32   // goroutines that have still to write it
}

func (b *batch) empty() {
	clear(b.cells)
	b.tables, b.cells, b.size = b.tables[:0], b.cells[:0], 0
}

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

// An insert takes cells of the rows of a table.
type insert struct {
	statement
	table int
	cells []int
}

// write makes inserts, one table after another: to go to and fro between them, or between
// indexes, takes the processor longer.
func (b *batch) write(inserts []insert) error {
	var values []driver.NamedValue
	for _, to := range inserts {
		cells := b.cells
		for _, table := range b.tables {
			if table == to.table {
				values = values[:0]
				for i, at := range to.cells {
					values = append(values, driver.NamedValue{Ordinal: i + 1, Value: cells[at]})
				}
				if _, err := to.ExecContext(context.Background(), values); err != nil {
					return err
				}
			}
			cells = cells[shapes[table].width():]
		}
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
