// Package tables lays records out flat: a row for each release, and for each
// quotation, list of advice and so on of one. CSV and SQLite have the same
// tables, with the same columns; they stand in releases.go and parts.go.
package tables

import (
	"slices"
	"unicode/utf8"

	"archiver/article"
)

// Type is the type of a column's values.
type Type int

// The types, and what a cell of one holds: a string, an int, a float64, an
// [article.Time], a []string. A cell of any of them may hold nil: nothing is
// known. Text is UTF-8: what of a record is not is replaced, as in JSON.
const (
	Text Type = iota
	Whole
	Number
	Time
	List
)

// A Column is a column of a table.
type Column struct {
	Name  string
	Type  Type
	About string // one line, for who reads the table
}

// A Table is rows of one kind that can be made from records.
type Table struct {
	Name    string
	About   string // one line
	Columns []Column

	rows func(r *article.Record, row []any, yield func() error) error
}

// Rows calls yield for each row that the table has of a record, and stops at its
// first error. The row is only lent.
func (t *Table) Rows(r *article.Record, yield func(row []any) error) error {
	row := make([]any, len(t.Columns))
	return t.rows(r, row, func() error { return yield(row) })
}

// A column is a column of rows that are made from an E.
type column[E any] struct {
	Column
	cell func(*E) any
}

func text[E any](name, about string, cell func(*E) string) column[E] {
	return column[E]{Column{name, Text, about}, func(e *E) any { return valid(cell(e)) }}
}

func whole[E any](name, about string, cell func(*E) int) column[E] {
	return column[E]{Column{name, Whole, about}, func(e *E) any { return cell(e) }}
}

func moment[E any](name, about string, cell func(*E) article.Time) column[E] {
	return column[E]{Column{name, Time, about}, func(e *E) any {
		if t := cell(e); !t.IsZero() {
			return t
		}
		return nil
	}}
}

func list[E any](name, about string, cell func(*E) []string) column[E] {
	return column[E]{Column{name, List, about}, func(e *E) any {
		values := cell(e)
		for i, v := range values {
			if !utf8.ValidString(v) {
				values = slices.Clone(values) // they may be the record's own
				values[i] = valid(v)
			}
		}
		return values
	}}
}

func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s)) // each bad byte is U+FFFD
}

// define makes a table. Its rows are those elements that each finds in a record.
func define[E any](name, about string, each func(r *article.Record, yield func(E) error) error, columns ...column[E]) *Table {
	t := &Table{Name: name, About: about}
	for _, c := range columns {
		t.Columns = append(t.Columns, c.Column)
	}
	t.rows = func(r *article.Record, row []any, yield func() error) error {
		return each(r, func(e E) error {
			for i, c := range columns {
				row[i] = c.cell(&e)
			}
			return yield()
		})
	}
	return t
}

// itself is the one element of a table that has a row for each record.
func itself(r *article.Record, yield func(article.Record) error) error { return yield(*r) }

// A part is an element of one of a record's lists, and its number, from 1.
type part[E any] struct {
	of     *E
	number int
}

func parts[E any](get func(*article.Record) []E) func(*article.Record, func(part[E]) error) error {
	return func(r *article.Record, yield func(part[E]) error) error {
		list := get(r)
		for i := range list {
			if err := yield(part[E]{&list[i], i + 1}); err != nil {
				return err
			}
		}
		return nil
	}
}

func number[E any](of string) column[part[E]] {
	return whole("number", "which "+of+" of the release it is, from 1", func(p *part[E]) int { return p.number })
}
