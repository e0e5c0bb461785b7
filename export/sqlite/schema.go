package sqlite

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"archiver/export/tables"
)

const (
	// version is that of the tables: PRAGMA user_version.
	version = 1
	// applicationID says whose file it is, to file(1) for one: "arch".
	applicationID = 0x61726368
)

// A shape is a table of the file: the rows of a table, and what ties them to those
// of releases.
type shape struct {
	of   *tables.Table
	name string
	keys []tables.Column // before the table's own columns
	end  string          // of the statement that makes it, behind the columns
}

var (
	number  = tables.Column{Name: "number", Type: tables.Whole, About: "number of the row, which other tables have as release"}
	release = tables.Column{Name: "release", Type: tables.Whole, About: "number of the row of releases"}
	row     = tables.Column{Name: "row", Type: tables.Whole, About: "number of the row"}
	of      = []tables.Column{
		{Name: "id", Type: tables.Text, About: "id of the release"},
		{Name: "revision", Type: tables.Whole, About: "version of the release, from 1"},
		{Name: "release", Type: tables.Whole, About: "number of the row of releases, the first where that has several of its versions"},
	}
)

// shapes are the tables of the file.
var shapes = []shape{
	releasesAt:  {tables.Releases, "releases", []tables.Column{number}, "PRIMARY KEY (number))"},
	quotesAt:    {tables.Quotes, "quotes", []tables.Column{row, release}, foreign + ", PRIMARY KEY (row))"},
	adviceAt:    {tables.Advice, "advice", []tables.Column{release}, clustered("release, number, item")},
	referenceAt: {tables.References, "references_", []tables.Column{release}, clustered("release, number")},
	relatedAt:   {tables.Related, "related", []tables.Column{release}, clustered("release, number")},
	topicsAt:    {tables.Topics, "topics", []tables.Column{release}, clustered("release, number")},
	revisionsAt: {tables.Revisions, "revisions", of, clustered("id, revision")},
}

const (
	releasesAt = iota
	quotesAt
	adviceAt
	referenceAt
	relatedAt
	topicsAt
	revisionsAt
)

const foreign = "FOREIGN KEY (release) REFERENCES releases (number)"

func clustered(key string) string {
	return foreign + ", PRIMARY KEY (" + key + ")) WITHOUT ROWID"
}

// create returns the statement that makes the table. What each column is stands
// in it as a comment, which SQLite keeps.
func (s shape) create() string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s ( -- %s\n", s.name, s.of.About)
	for _, c := range slices.Concat(s.keys, s.of.Columns) {
		fmt.Fprintf(&b, "  %s %s, -- %s\n", quoted(c.Name), declared(c), c.About)
	}
	b.WriteString("  " + s.end)
	return b.String()
}

func declared(c tables.Column) string {
	switch {
	case c.Name == "release":
		return "INTEGER NOT NULL"
	case c.Type == tables.Whole:
		return "INTEGER"
	case c.Type == tables.Number:
		return "REAL"
	}
	return "TEXT"
}

// quoted makes a name of it where it is a word of SQL.
func quoted(name string) string { return `"` + name + `"` }

func (s shape) width() int { return len(s.keys) + len(s.of.Columns) }

func (s shape) insert() string {
	return "INSERT INTO " + s.name + " VALUES (?" + strings.Repeat(", ?", s.width()-1) + ")"
}

// finish makes what is quicker to make when all rows are there.
//
//go:embed schema.sql
var finish string
