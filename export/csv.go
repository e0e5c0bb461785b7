package export

import (
	"io"
	"strconv"
	"strings"

	"archiver/article"
	"archiver/export/tables"
)

// csvTables are the tables that csv can write, the usual one first.
var csvTables = append([]*tables.Table{tables.Releases}, append(tables.Parts, tables.Revisions)...)

// Tables lists the names of the tables that csv can write, the usual one first.
func Tables() []string {
	names := make([]string, len(csvTables))
	for i, t := range csvTables {
		names[i] = t.Name
	}
	return names
}

// sheet writes a table as CSV: RFC 4180, so lines end in CR LF, in UTF-8, with a
// row of names at the top, also where there is no other. Line breaks within a cell
// are left as they are, lists are joined by "; ", and what is not known is an empty
// cell.
type sheet struct {
	w       io.Writer
	table   *tables.Table
	context bool // the row begins with the release that it is of
	raw     bool
	history history
	line    []byte
	filled  int // cells of the line
}

func newCSV(w io.Writer, opts Options) Encoder {
	e := &sheet{w: w, table: tables.Releases, raw: opts.Raw, history: history{of: opts.History}}
	for _, t := range csvTables {
		if t.Name == opts.Table {
			e.table = t
		}
	}
	e.context = e.table != tables.Releases
	if e.context {
		e.names(tables.Context)
	}
	e.names(e.table)
	return e
}

func (e *sheet) names(t *tables.Table) {
	for _, c := range t.Columns {
		e.cell(c.Name)
	}
}

func (e *sheet) Encode(r *article.Record) error {
	if e.table == tables.Revisions {
		return e.history.each(r, e.rows)
	}
	return e.rows(r)
}

func (e *sheet) rows(r *article.Record) error {
	return e.table.Rows(r, func(row []any) error {
		if err := e.end(); err != nil { // of the row before
			return err
		}
		if e.context {
			err := tables.Context.Rows(r, func(context []any) error {
				e.cells(context)
				return nil
			})
			if err != nil {
				return err
			}
		}
		e.cells(row)
		return nil
	})
}

func (e *sheet) Close(cause error) error {
	if cause != nil {
		return nil
	}
	return e.end()
}

// end writes the line.
func (e *sheet) end() error {
	e.line = append(e.line, "\r\n"...)
	_, err := e.w.Write(e.line)
	e.line, e.filled = e.line[:0], 0
	return err
}

func (e *sheet) cells(row []any) {
	for _, cell := range row {
		switch v := cell.(type) {
		case string:
			e.cell(v)
		case int:
			e.cell(strconv.Itoa(v))
		case float64:
			e.cell(strconv.FormatFloat(v, 'f', -1, 64))
		case article.Time:
			e.cell(v.String())
		case []string:
			e.cell(strings.Join(v, "; "))
		case nil:
			e.cell("")
		}
	}
}

// cell adds a cell to the line.
func (e *sheet) cell(s string) {
	if e.filled++; e.filled > 1 {
		e.line = append(e.line, ',')
	}
	guard := !e.raw && isFormula(s)
	if !strings.ContainsAny(s, ",\"\r\n") {
		if guard {
			e.line = append(e.line, '\'')
		}
		e.line = append(e.line, s...)
		return
	}
	e.line = append(e.line, '"')
	if guard {
		e.line = append(e.line, '\'')
	}
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		e.line = append(append(e.line, s[:i]...), `""`...)
		s = s[i+1:]
	}
	e.line = append(append(e.line, s...), '"')
}

// isFormula reports whether a spreadsheet can take a cell for a formula.
func isFormula(s string) bool {
	return s != "" && strings.IndexByte("=+-@\t\r\n", s[0]) >= 0
}
