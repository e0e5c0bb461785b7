package search_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"archiver/article"
	"archiver/search"
)

// The ids are those that a search finds, in its order, however much is left out.
func TestIDs(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), crowded())
	for _, q := range []search.Query{
		{Limit: -1},
		{Limit: -1, Sort: search.ByDate},
		{Words: "police", Limit: 7, Offset: 3, Sort: search.ByDate},
		{Words: "police OR appeal", Limit: -1},
		{Words: "has:quotes", Filter: article.Filter{Changed: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}},
		{Words: "nosuchwordanywhere"},
		{Offset: releases},
	} {
		found, err := ix.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, h := range found.Hits {
			want = append(want, h.ID)
		}
		got, err := ix.IDs(t.Context(), q)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v: %v, got %v, want %v", q, err, got, want)
		}
		if q.Words == "" && q.Limit < 0 && len(got) != releases {
			t.Errorf("%d of %d releases", len(got), releases)
		}
	}
}

func TestCheck(t *testing.T) {
	for words, want := range map[string]string{
		"": "", `fraud "gift cards" -romance since:2024`: "",
		"kind:appeel": "kind:appeel is unknown (known: appeal, court, charge, arrest, fraud, advice, missing, found, statement, operation, community, other)",
	} {
		got := ""
		if err := search.Check(words); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", words, got, want)
		}
	}
}
