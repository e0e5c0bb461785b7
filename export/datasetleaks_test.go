package export_test

import (
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pq "github.com/parquet-go/parquet-go"

	"archiver/article"
	"archiver/copies"
	"archiver/export"
	"archiver/invented"
)

// inMemory is an archive as the index of copies reads one.
type inMemory map[string]*article.Record

func (m inMemory) Generation() (string, error) { return "1", nil }

func (m inMemory) Marks() iter.Seq2[copies.Mark, error] {
	return func(yield func(copies.Mark, error) bool) {
		for id := range m {
			if !yield(copies.Mark{ID: id, Hash: 1}, nil) {
				return
			}
		}
	}
}

func (m inMemory) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for _, id := range ids {
			if !yield(m[id], nil) {
				return
			}
		}
	}
}

// A datasetRow is what the tests of splits read of a row.
type datasetRow struct {
	ID    string `parquet:"id"`
	Text  string `parquet:"text"`
	Split string `parquet:"split"`
	By    string `parquet:"split_by"`
	Group string `parquet:"group"`
}

func datasetRows(t *testing.T, dir string) []datasetRow {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "data", "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	var all []datasetRow
	for _, path := range paths {
		rows, err := pq.ReadFile[datasetRow](path)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if !strings.HasPrefix(filepath.Base(path), r.Split+"-") {
				t.Errorf("%s is in %s and of split %s", r.ID, filepath.Base(path), r.Split)
			}
		}
		all = append(all, rows...)
	}
	return all
}

// TestDatasetLeaks looks for texts of test and validation in train, knowing nothing of
// how the export goes about it: for the copies that were made, which are known, and for
// any text that shares its rows of five words with one text of train.
func TestDatasetLeaks(t *testing.T) {
	if testing.Short() {
		t.Skip("compares 2,000 releases with each other")
	}
	const n = 2000
	list := slices.Collect(invented.Records(n))
	// Copies come out soon after their originals, which a split by time alone would
	// hardly part: here they come at any time.
	var times []article.Time
	for _, r := range list {
		times = append(times, r.Published)
	}
	for i, r := range list {
		r.Published = times[i*787%n]
	}
	archive := inMemory{}
	for _, r := range list {
		archive[r.ID] = r
	}
	index := copies.Open(filepath.Join(t.TempDir(), "copies"))
	if err := index.Update(t.Context(), archive, nil); err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		r.Copies = index.Of(r.ID)
	}
	dir := t.TempDir()
	save(t, dir, "dataset", export.Options{}, list)

	rows := map[string]datasetRow{}
	bySplit := map[string][]datasetRow{}
	for _, r := range datasetRows(t, dir) {
		rows[r.ID] = r
		bySplit[r.Split] = append(bySplit[r.Split], r)
	}
	if len(rows) != n {
		t.Fatalf("%d rows, want %d", len(rows), n)
	}
	made, across := 0, 0
	for i, r := range list {
		of, like := invented.Original(i)
		if like == invented.Unlike {
			continue
		}
		made++
		if own, original := rows[r.ID], rows[list[of].ID]; own.Split != original.Split {
			t.Errorf("release %d, in %s, is made from %d, in %s (%s)", i, own.Split, of, original.Split, like)
		} else if own.By != original.By {
			across++
		}
	}
	if across < made/10 {
		t.Errorf("%d of %d copies were moved: that tests little", across, made)
	}
	for split, least := range map[string]int{"train": n * 7 / 10, "validation": n * 9 / 100, "test": n / 10} {
		if got := len(bySplit[split]); got < least {
			t.Errorf("%d rows in %s, want at least %d", got, split, least)
		}
	}

	in := shinglesOf(bySplit["train"])
	most, which := 0.0, ""
	for _, r := range append(bySplit["test"], bySplit["validation"]...) {
		if share, id := in.largest(r.Text); share > most {
			most, which = share, fmt.Sprintf("%s of %s in %s of train", r.ID[:8], r.Split, id[:8])
		}
	}
	t.Logf("%d, %d and %d rows; %d copies were made, %d of them or of their originals were moved; of a text's rows of five words at most %.3f stand in one text of train (%s)", len(bySplit["train"]), len(bySplit["validation"]), len(bySplit["test"]), made, across, most, which)
	if most > 0.5 {
		t.Errorf("%.3f of %s", most, which)
	}

	// The count finds what leaks: without knowing of copies it is most of a text.
	for _, r := range list {
		r.Copies = nil
	}
	dir = t.TempDir()
	save(t, dir, "dataset", export.Options{}, list)
	clear(bySplit)
	for _, r := range datasetRows(t, dir) {
		bySplit[r.Split] = append(bySplit[r.Split], r)
	}
	in, most = shinglesOf(bySplit["train"]), 0
	for _, r := range append(bySplit["test"], bySplit["validation"]...) {
		share, _ := in.largest(r.Text)
		most = max(most, share)
	}
	if most < 0.8 {
		t.Errorf("without clusters at most %.3f is found in train: the count finds nothing", most)
	}
}

// shingles say in which texts a row of five words stands.
type shingles struct {
	in map[string][]int
	of []datasetRow
}

func rowsOfFive(text string) map[string]bool {
	set := map[string]bool{}
	words := strings.Fields(strings.ToLower(text))
	for i := 0; i+5 <= len(words); i++ {
		set[strings.Join(words[i:i+5], " ")] = true
	}
	return set
}

func shinglesOf(rows []datasetRow) shingles {
	s := shingles{map[string][]int{}, rows}
	for i, r := range rows {
		for five := range rowsOfFive(r.Text) {
			s.in[five] = append(s.in[five], i)
		}
	}
	return s
}

// largest returns what share of a text's shingles stands in one other text, and in
// which. What stands in more than one text of fifty is boilerplate, and left out.
func (s shingles) largest(text string) (share float64, id string) {
	n, shared := 0, map[int]int{}
	for five := range rowsOfFive(text) {
		if len(s.in[five]) > len(s.of)/50 {
			continue
		}
		n++
		for _, i := range s.in[five] {
			shared[i]++
		}
	}
	for i, k := range shared {
		if of := float64(k) / float64(n); of > share || of == share && s.of[i].ID < id {
			share, id = of, s.of[i].ID
		}
	}
	return share, id
}
