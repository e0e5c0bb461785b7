package export

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"archiver/article"
)

// TestDatasetShards has more rows than a file takes. What a later export of fewer has
// no use for is deleted, if it is as it was written, and nothing else is.
func TestDatasetShards(t *testing.T) {
	small := Format{Name: "dataset", Layout: Folder, open: func(t target, opts Options) (Encoder, error) {
		enc, err := newDataset(t, opts)
		if err == nil {
			enc.(*dataset).shardRows = 10
		}
		return enc, err
	}}
	dir := t.TempDir()
	export := func(n int) {
		t.Helper()
		recs := func(yield func(*article.Record, error) bool) {
			for i := range n {
				r := &article.Record{URL: fmt.Sprint("https://www.northmarsh.example/", i), Published: article.At(time.Unix(int64(i)*3600, 0))}
				r.Fill()
				if !yield(r, nil) {
					return
				}
			}
		}
		if got, err := small.to(t.Context(), dir, nil, recs, Options{}); err != nil || got != n {
			t.Fatal(got, err)
		}
	}
	data := func() (names []string) {
		t.Helper()
		list, err := os.ReadDir(filepath.Join(dir, "data"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			names = append(names, f.Name())
		}
		return names
	}
	shards := func(split string, n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprintf("%s-%05d-of-%05d.parquet", split, i, n))
		}
		return names
	}

	export(100)
	want := slices.Concat(shards("test", 1), shards("train", 8), shards("validation", 1))
	if got := data(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}

	foreign, changed := "train-mine.parquet", "train-00003-of-00008.parquet"
	for _, name := range []string{foreign, changed} {
		if err := os.WriteFile(filepath.Join(dir, "data", name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	export(50)
	want = slices.Concat(shards("test", 1), shards("train", 4), shards("validation", 1), []string{foreign, changed})
	slices.Sort(want)
	if got := data(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	export(300)
	if got := len(data()); got != 3+24+3+2 {
		t.Errorf("%d files", got)
	}
}
