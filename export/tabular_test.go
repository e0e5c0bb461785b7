package export_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archiver/article"
	"archiver/export"
	"archiver/invented"
)

// tabular are the formats that other programs load.
var tabular = []string{"csv", "parquet", "sqlite"}

// TestTabularIsTheSameTwice holds that to bytes at a size at which each format has
// written more than once to its file.
func TestTabularIsTheSameTwice(t *testing.T) {
	n := 2500
	if testing.Short() {
		n = 100
	}
	list := slices.Collect(invented.Records(n))
	for _, format := range tabular {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			var first []byte
			for i := range 2 {
				path := fmt.Sprint(dir, "/", i)
				save(t, path, format, export.Options{}, list)
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if i == 1 && !bytes.Equal(data, first) {
					t.Errorf("%d and %d bytes differ", len(first), len(data))
				}
				first = data
			}
			if got := write(t, format, export.Options{}, list...); got != string(first) {
				t.Errorf("standard output: %d bytes, want the %d of the file", len(got), len(first))
			}
		})
	}
}

// TestTabularStops holds that what stops an export leaves the old file and no other,
// also no temporary one.
func TestTabularStops(t *testing.T) {
	home, temp := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	list := slices.Collect(invented.Records(400))
	stopped := errors.New("stopped by hand")
	for _, format := range tabular {
		for _, after := range []int{0, 1, 300} {
			t.Run(fmt.Sprint(format, after), func(t *testing.T) {
				dir := filepath.Join(home, format, fmt.Sprint(after))
				if err := os.MkdirAll(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, "all")
				if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
					t.Fatal(err)
				}
				for _, to := range []string{path, "-"} {
					ctx, cancel := context.WithCancelCause(t.Context())
					recs := func(yield func(*article.Record, error) bool) {
						for n, r := range list {
							if n == after {
								cancel(stopped)
							}
							if !yield(r, nil) {
								return
							}
						}
					}
					if n, err := export.To(ctx, to, io.Discard, format, recs, export.Options{}); n != after || !errors.Is(err, stopped) {
						t.Errorf("to %s: got %d, %v", to, n, err)
					}
				}
				wantFiles(t, dir, map[string]string{"all": "old"})
				wantFiles(t, temp, map[string]string{})
			})
		}
	}
}

// TestTabularDiskFull holds that an error of the output is one of the export.
func TestTabularDiskFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no /dev/full here")
	}
	for _, format := range tabular {
		if _, err := export.To(t.Context(), "/dev/full", nil, format, records(release("a", 1)), export.Options{}); err == nil {
			t.Errorf("%s: no error", format)
		}
	}
}

// TestHistory holds that the tables of revisions have every revision of each release
// once, whichever are selected.
func TestHistory(t *testing.T) {
	first, second, other := release("a", 1), release("a", 1), release("b", 2)
	second.Revision, second.Title = 2, "Changed"
	opts := export.Options{Table: "revisions", History: func(r *article.Record) ([]*article.Record, error) {
		if r.ID == other.ID {
			return nil, fmt.Errorf("read: %w", article.ErrNotFound) // suppressed meanwhile
		}
		return []*article.Record{first, second}, nil
	}}
	for _, selected := range [][]*article.Record{{second, other}, {first, second, other}} {
		lines := strings.Split(write(t, "csv", opts, selected...), "\r\n")
		want := []string{"id,revision", first.ID + ",1", first.ID + ",2", other.ID + ",1", ""}
		for i, line := range lines {
			if !strings.HasPrefix(line, want[i]) || len(lines) != len(want) {
				t.Fatalf("got %q, want %q", lines, want)
			}
		}
		path := filepath.Join(t.TempDir(), "a.sqlite")
		save(t, path, "sqlite", export.Options{History: opts.History}, selected)
		tables := load[map[string][][]any](t, path)[path]
		if got, want := len(tables["releases"]), len(selected); got != want {
			t.Errorf("%d releases, want %d", got, want)
		}
		var got []string
		for _, row := range tables["revisions"] {
			got = append(got, fmt.Sprint(row[0] == first.ID, row[1], row[2]))
		}
		slices.Sort(got)
		if want := []string{"false 1 " + fmt.Sprint(len(selected)), "true 1 1", "true 2 1"}; !slices.Equal(got, want) {
			t.Errorf("revisions: got %q, want %q", got, want)
		}
		if got := tables["latest"]; len(got) != 2 || got[1][3] != "Changed" {
			t.Errorf("latest: got %v", got)
		}
	}
}

func TestTwiceTheSameRecord(t *testing.T) {
	r := release("a", 1)
	_, err := export.Write(io.Discard, "sqlite", records(r, release("b", 1), r), export.Options{})
	if err == nil {
		t.Error("no error for a record that comes twice")
	}
}

func TestPartitionFolders(t *testing.T) {
	at := func(site string, year int) *article.Record {
		r := release(fmt.Sprint(site, year), 1)
		if r.Site = site; year == 0 {
			r.Published = article.Time{}
		} else {
			r.Published = article.Time{Time: r.Published.AddDate(year-2024, 0, 0)}
		}
		return r
	}
	tests := []struct {
		by   []string
		r    *article.Record
		want string
	}{
		{[]string{"site", "year"}, at("cheshire", 2024), "site=cheshire/year=2024"},
		{[]string{"year", "site"}, at("cheshire", 2024), "year=2024/site=cheshire"},
		{[]string{"year"}, at("cheshire", 0), "year=__HIVE_DEFAULT_PARTITION__"},
		{[]string{"site"}, at("", 1), "site=__HIVE_DEFAULT_PARTITION__"},
		{[]string{"site"}, at("__HIVE_DEFAULT_PARTITION__", 1), "site=__%48%49%56%45_%44%45%46%41%55%4C%54_%50%41%52%54%49%54%49%4F%4E__"},
		{[]string{"site"}, at("www.x.example:8080", 1), "site=www.x.example%3A8080"},
		{[]string{"site"}, at("..", 1), "site=.%2E"},
		{[]string{"site"}, at("../../etc", 1), "site=..%2F..%2Fetc"},
		{[]string{"site"}, at("/", 1), "site=%2F"},
		{[]string{"site"}, at("null", 1), "site=%6Eull"},
		{[]string{"site"}, at("a\x00é\xff", 1), "site=a%00%C3%A9%EF%BF%BD"},
		{[]string{"site"}, at(strings.Repeat("x", 101), 1), "site=" + article.ID(strings.Repeat("x", 101))},
	}
	for _, test := range tests {
		dir := filepath.Join(t.TempDir(), "out")
		save(t, dir, "parquet", export.Options{Partition: test.by}, []*article.Record{test.r})
		if got, want := names(t, filepath.Dir(dir)), []string{"out/" + test.want + "/part-0.parquet"}; !slices.Equal(got, want) {
			t.Errorf("%v of %q: got %q, want %q", test.by, test.r.Site, got, want)
		}
	}
	if _, err := export.To(t.Context(), "-", io.Discard, "parquet", records(), export.Options{Partition: []string{"year"}}); err == nil {
		t.Error("no error for standard output")
	}
}

// TestManyPartitions has more sites in turn than files are open at a time: the rows
// are in several files of a partition, and a later export of fewer leaves none of
// them behind.
func TestManyPartitions(t *testing.T) {
	var list []*article.Record
	for round := range 2 {
		for i := range 70 {
			r := release(fmt.Sprint(round, "-", i), 1)
			r.Site = fmt.Sprint("site-", i)
			list = append(list, r)
		}
	}
	dir := t.TempDir()
	opts := export.Options{Partition: []string{"site"}}
	save(t, dir, "parquet", opts, list)
	first := files(t, dir)
	if n := len(first); n != 140 {
		t.Errorf("%d files", n)
	}
	save(t, dir, "parquet", opts, list)
	for name, data := range files(t, dir) {
		if first[name] != data {
			t.Errorf("%s is not the same twice", name)
		}
	}
	save(t, dir, "parquet", opts, list[:70])
	again := files(t, dir)
	empty := again["site=site-0/part-1.parquet"]
	for i := range 70 {
		if got := again[fmt.Sprintf("site=site-%d/part-1.parquet", i)]; got != empty || strings.Contains(got, "northmarsh") {
			t.Errorf("site-%d has rows of before", i)
		}
		if !strings.Contains(again[fmt.Sprintf("site=site-%d/part-0.parquet", i)], fmt.Sprint("0-", i)) {
			t.Errorf("site-%d has lost its row", i)
		}
	}
}

// TestPartitionsStop holds that an export that fails leaves the files that were
// there.
func TestPartitionsStop(t *testing.T) {
	dir := t.TempDir()
	opts := export.Options{Partition: []string{"year"}}
	save(t, dir, "parquet", opts, []*article.Record{release("a", 1)})
	before := files(t, dir)
	if _, err := export.To(t.Context(), dir, nil, "parquet", failing(release("b", 1), release("c", 1)), opts); !errors.Is(err, errRead) {
		t.Errorf("got %v", err)
	}
	wantFiles(t, dir, before)
}
