package store_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/store"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the archive of today's schema, and what the others hold")

// today is the archive of today's schema. Once a version with that schema is
// released, it is not to be written again.
const today = "testdata/schema-3.db"

// makeToday writes an archive with one of everything, in as few bytes as can be.
func makeToday(t *testing.T) {
	t.Helper()
	s := create(t)
	notArticle := known(urlOf(5), article.StateNotArticle, at(1))
	notArticle.Page = visit(5, "Listing.", at(1)).Page
	card := known(urlOf(6), article.StateNew, at(1))
	card.Address.Card = article.Card{URL: urlOf(6), Title: "Found", Published: at(0), PublishedText: "12:00 01/06/2026", From: article.FromFeed}
	save(t, s, visit(1, "Appeal.", at(1)), visit(1, "Charged.", at(2)), visit(2, "Two.", at(1)), visit(3, "Three.", at(1)),
		visitOf(urlOf(4), urlOf(4)+"moved/", "Appeal 4", "Four.", at(0), at(1)), notArticle, card,
		gone(2, at(3)), known(urlOf(3), article.StateSuppressed, at(3)))
	if err := s.SetState("x", []byte(`{"paging_open":"2026-06-01T12:00:00Z"}`)); err != nil {
		t.Fatal(err)
	}
	// A page with a dictionary, an erased record, and what merging leaves.
	long := visit(7, words(7, 300), at(1))
	save(t, s, long, visit(7, words(7, 299), at(2)), visit(8, "Eight.", at(1)))
	if _, err := s.Suppress(store.Order{By: "me", Reason: "asked to", At: at(4), Erase: true}, urlOf(8)); err != nil {
		t.Fatal(err)
	}
	other := filled(t, visit(2, "Two.", at(2)), visit(7, words(7, 299), at(4)))
	if _, err := s.Merge(t.Context(), 0, other.Path(), nil); err != nil {
		t.Fatal(err)
	}
	save(t, s, known(urlOf(1), article.StateUnchanged, at(5)))
	if err := os.RemoveAll(today); err != nil {
		t.Fatal(err)
	}
	compactTo(t, s.Path(), today, 1024)
}

// holds writes down what an archive holds, as JSON.
func holds(t *testing.T, s *store.Store) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "\t")
	write := func(v any, err error) {
		t.Helper()
		if err == nil {
			err = enc.Encode(v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for a, err := range s.AddressesOf("") {
		write(a, err)
	}
	for r, err := range s.Records(all) {
		write(r, err)
		if err == nil {
			write(s.StatusChanges(r.ID))
		}
	}
	for v, err := range s.Pages() {
		write(v, err)
	}
	write(s.Counts())
	state, err := s.State("x")
	write(string(state), err)
	write(s.Suppressions())
	return b.String()
}

// An archive of every schema there was opens, is brought up to date, and holds
// what it held.
func TestSchemas(t *testing.T) {
	if *update {
		makeToday(t)
	}
	archives, err := filepath.Glob("testdata/schema-*.db")
	if err != nil || len(archives) == 0 {
		t.Fatalf("archives: %v, %v", archives, err)
	}
	for _, name := range archives {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(data) >= 64<<10 {
				t.Errorf("it has %d bytes, want less than 64 KiB", len(data))
			}
			path := filepath.Join(t.TempDir(), "a.db")
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
			s, err := store.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Check(); err != nil {
				t.Error(err)
			}
			got, golden := holds(t, s), strings.TrimSuffix(name, ".db")+".json"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("it holds (-want +got):\n%s", diff)
			}
			save(t, s, visit(1, "Court.", at(9)))
			if r := record(t, s, urlOf(1)); r.Revision != 3 {
				t.Errorf("the next revision is %d, want 3", r.Revision)
			}
		})
	}
	t.Run("today", func(t *testing.T) {
		if _, err := store.Open(today); err != nil {
			t.Errorf("%v: it is not of today's schema; if that has changed, so must the constant", err)
		}
	})
}
