package main

import (
	"bytes"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/store"

	"github.com/jedib0t/go-pretty/v6/table"
)

// A long list is shown while it is read, and looks as if it had been read before.
func TestListFlows(t *testing.T) {
	dir := t.TempDir()
	const total = 5*readAhead + 1
	archive := madeUp(t, dir, total)
	read := 0
	counted := func(yield func(*article.Record, error) bool) {
		for r, err := range archive.Records(store.Range{}) {
			read++
			if !yield(r, err) {
				return
			}
		}
	}
	out := &attentive{read: &read}
	a := &app{stdout: out, stderr: io.Discard, archive: filepath.Join(dir, "archive.db")}
	if err := a.table(counted); err != nil {
		t.Fatal(err)
	}
	if out.first == 0 || out.first > readAhead+1 {
		t.Errorf("the first line came when %d of %d releases had been read", out.first, total)
	}
	var rows []table.Row
	for r, err := range archive.Records(store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, table.Row{r.ID[:8], date(r.Published), visible(r.Site), string(r.Kind), mark(r) + visible(r.Title)})
	}
	var want strings.Builder
	if err := a.rowsTo(&want, 0, listHeadings, rows); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != want.String() {
		t.Errorf("a list of %d lines is not the table of %d", strings.Count(got, "\n"), strings.Count(want.String(), "\n"))
	}
}

// attentive notes how much had been read when the first is written.
type attentive struct {
	bytes.Buffer
	read  *int
	first int
}

func (w *attentive) Write(p []byte) (int, error) {
	if w.first == 0 {
		w.first = *w.read
	}
	return w.Buffer.Write(p)
}

// A table that is shown piece by piece has its rows once each, in order, below one
// row of headings, however many they are.
func TestFlow(t *testing.T) {
	headings := []heading{{name: "N"}, {name: "Words"}}
	for _, n := range []int{0, 1, readAhead - 1, readAhead, readAhead + 1, 3 * readAhead} {
		var rows []table.Row
		for i := range n {
			rows = append(rows, table.Row{strings.Repeat("n", 1+i*7%5), strings.Repeat("w", 1+i%3)})
		}
		var out, want strings.Builder
		a := &app{stdout: &out}
		got, err := a.flow(headings, each(rows), func() ([]int, error) { return []int{5}, nil })
		if err != nil || got != n {
			t.Fatalf("%d rows, %v; want %d", got, err, n)
		}
		if n > 0 {
			if err := a.rowsTo(&want, 0, headings, rows); err != nil {
				t.Fatal(err)
			}
		}
		if out.String() != want.String() {
			t.Errorf("of %d rows came\n%s", n, &out)
		}
	}
}

func each(rows []table.Row) iter.Seq2[table.Row, error] {
	return func(yield func(table.Row, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}
