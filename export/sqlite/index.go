package sqlite

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// A search is a full-text index over a table. It holds no texts: those of the table
// are shown. Datasette knows by its "content" that the table can be searched.
type search struct {
	shape   int
	columns []string
}

var searches = []search{
	{releasesAt, []string{"title", "text"}},
	{quotesAt, []string{"speaker", "role", "unit", "text"}},
}

// table is the one that is searched; its key comes first of its cells.
func (s search) table() string { return shapes[s.shape].name }

func (s search) create() string {
	return fmt.Sprintf(`CREATE VIRTUAL TABLE %[1]s_fts USING fts5 (%[2]s, content="%[1]s", content_rowid="%[3]s", tokenize="unicode61 remove_diacritics 2");
`, s.table(), strings.Join(s.columns, ", "), shapes[s.shape].keys[0].Name)
}

// set says with how much memory the index is filled, without merging it meanwhile.
func (s search) set(memory int) string {
	return fmt.Sprintf("INSERT INTO %[1]s_fts (%[1]s_fts, rank) VALUES ('hashsize', %[2]d), ('automerge', 0);\n", s.table(), memory)
}

func (s search) insert() string {
	return fmt.Sprintf("INSERT INTO %s_fts (rowid, %s) VALUES (?%s)", s.table(), strings.Join(s.columns, ", "), strings.Repeat(", ?", len(s.columns)))
}

// cells tells which cells of a row the index has.
func (s search) cells() []int {
	at := []int{0}
	for _, name := range s.columns {
		for i, c := range shapes[s.shape].of.Columns {
			if c.Name == name {
				at = append(at, len(shapes[s.shape].keys)+i)
			}
		}
	}
	return at
}

// hashSize is how many bytes of an index are gathered in memory before they become a piece
// of it on the disk. With twice as much, which the processor's cache no longer has room for,
// the export takes a thirtieth longer.
const hashSize = 8 << 20

// An index is the full-text indexes in the making. As they take as long as the tables,
// they are made beside them, in a database of their own, and moved when all rows are there.
type index struct {
	*file
	path    string
	inserts []insert
}

func newIndex(path string) (_ *index, err error) {
	ix := &index{path: path}
	if ix.file, err = open(path); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	if err := ix.begin(); err != nil {
		return nil, errors.Join(err, ix.close())
	}
	return ix, nil
}

func (ix *index) begin() error {
	statements := "BEGIN;\n"
	var texts []string
	for _, s := range searches {
		statements += s.create() + s.set(hashSize)
		texts = append(texts, s.insert())
	}
	if err := ix.exec(statements); err != nil {
		return err
	}
	prepared, err := ix.prepare(texts...)
	for i, p := range prepared {
		ix.inserts = append(ix.inserts, insert{p, searches[i].shape, searches[i].cells()})
	}
	return err
}

// finish ends the indexes.
func (ix *index) finish() error {
	err := errors.Join(ix.release(), ix.exec("COMMIT;"), ix.file.close())
	ix.file = nil
	return err
}

// moveTo moves the indexes to a database that has the tables. An index of FTS5 is the
// rows of tables of its own, which a dump of a database copies in the same way. Its settings
// are not moved: for who adds to the file they are as they are by default.
func (ix *index) moveTo(f *file) error {
	if err := f.exec("ATTACH ? AS made", ix.path); err != nil {
		return err
	}
	statements := "BEGIN;\n"
	for _, s := range searches {
		statements += s.create()
		for _, part := range []string{"data", "idx", "docsize"} {
			name := s.table() + "_fts_" + part
			statements += fmt.Sprintf("DELETE FROM main.%[1]s; INSERT INTO main.%[1]s SELECT * FROM made.%[1]s;\n", name)
		}
	}
	return f.exec(statements + "COMMIT; DETACH made;")
}

func (ix *index) close() error {
	var err error
	if ix.file != nil {
		err = ix.file.close()
	}
	return errors.Join(err, os.Remove(ix.path))
}
