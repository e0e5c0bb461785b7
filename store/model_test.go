package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"archiver/article"
	"archiver/store"

	"pgregory.net/rapid"
)

// Whatever a few addresses go through, the archive stays consistent, and its
// listing shows each record that is not suppressed once, as asking for it does.
func TestAnyHistory(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures many histories; without the race detector it runs in full")
	}
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "a.db")
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		s, err := store.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		site := rapid.IntRange(0, 3)
		text := rapid.SampledFrom([]string{"Appeal.", "Charged.", "Court."})
		for hour := range rapid.IntRange(1, 12).Draw(t, "hours") {
			n := site.Draw(t, "address")
			v := visit(n, text.Draw(t, "text"), at(hour))
			switch rapid.SampledFrom([]string{"look", "look", "look", "undated", "move", "listing", "state", "again"}).Draw(t, "event") {
			case "undated":
				v.Record.Published = article.Time{}
			case "move":
				v = visitOf(urlOf(n), urlOf(site.Draw(t, "final")), v.Record.Title, v.Record.Text, at(-1), at(hour))
			case "listing":
				v.Record, v.Address.State = nil, article.StateNotArticle
			case "state":
				v = known(urlOf(n), rapid.SampledFrom([]article.State{
					article.StateNew, article.StateUnchanged, article.StateFailed, article.StateMissing,
					article.StateGone, article.StateSuppressed,
				}).Draw(t, "state"), at(hour))
			case "again":
				for page, err := range s.Pages() {
					if err != nil {
						t.Fatal(err)
					}
					page.Record = visitOf(page.Page.URL, page.Page.Address(), "Again", fmt.Sprint(hour), at(0), page.Page.Fetched).Record
					if _, err := s.Save(page); err != nil {
						t.Fatal(err)
					}
				}
				continue
			}
			if _, err := s.Save(v); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		var listed []string
		for r, err := range s.Records(all) {
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(listed, r.ID) {
				t.Fatalf("%s is listed twice", r.URL)
			}
			listed = append(listed, r.ID)
			if asked, err := s.Record(r.ID); err != nil || asked.Revision != r.Revision || asked.URL != r.URL {
				t.Fatalf("%s is listed, but not there: %v", r.URL, err)
			}
			revisions, err := s.Revisions(r.ID)
			if err != nil || len(revisions) != r.Revision {
				t.Fatalf("%s has %d revisions, want %d: %v", r.URL, len(revisions), r.Revision, err)
			}
			for i, old := range revisions {
				p, err := s.Page(r.ID, i+1)
				if err != nil || old.Capture.SHA256 != p.Capture().SHA256 {
					t.Fatalf("%s revision %d: page %v, %v", r.URL, i+1, p, err)
				}
				if old.LastSeen.Before(old.LastChanged.Time) || old.LastChanged.Before(old.FirstSeen.Time) {
					t.Fatalf("%s revision %d: first seen %v, changed %v, last seen %v", r.URL, i+1, old.FirstSeen, old.LastChanged, old.LastSeen)
				}
			}
		}
		for n := range 4 {
			if r, err := s.Record(urlOf(n)); err == nil && !slices.Contains(listed, r.ID) {
				t.Fatalf("%s is there, but not listed", r.URL)
			}
		}
	})
}
