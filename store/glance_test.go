package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"
)

// glanced is what Glances is asked for in tests.
type glanced struct {
	Title string `json:"title"`
	site  string
	at    time.Time
	read  bool // from the index
}

// glanceOf is the glance of a record in these tests: its title, as a word.
func glanceOf(r *article.Record) string { return fmt.Sprintf("t%x", r.Title) }

func atGlance(site string, published time.Time, glance string) *glanced {
	var title []byte
	if n, err := fmt.Sscanf(glance, "t%x", &title); n != 1 || err != nil {
		return nil
	}
	return &glanced{Title: string(title), site: site, at: published, read: true}
}

// glances returns the titles of all records, "read " before those for which the
// record had to be read.
func glances(t *testing.T, s *store.Store, r store.Range) []string {
	t.Helper()
	var titles []string
	for g, err := range store.Glances(s, r, atGlance) {
		if err != nil {
			t.Fatal(err)
		}
		if !g.read {
			g.Title = "read " + g.Title
		}
		titles = append(titles, g.Title)
	}
	return slices.Sorted(slices.Values(titles))
}

func wantGlances(t *testing.T, s *store.Store, want ...string) {
	t.Helper()
	if got := glances(t, s, store.Range{}); !slices.Equal(got, want) {
		t.Errorf("glances %q, want %q", got, want)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

// The index has what a glance needs of each record, whatever has become of it; for
// the others the record is read.
func TestGlances(t *testing.T) {
	s := create(t)
	title := func(n int, title string) article.Visit {
		return visitOf(urlOf(n), urlOf(n), title, "Text.", at(n), at(n))
	}
	save(t, s, title(1, "One"), title(2, "Two"))
	wantGlances(t, s, "read One", "read Two")

	s.Glance = glanceOf
	save(t, s, title(3, "Three"))
	wantGlances(t, s, "Three", "read One", "read Two")
	save(t, s, title(2, "Second"))
	wantGlances(t, s, "Second", "Three", "read One")
	compact(t, s)
	wantGlances(t, s, "One", "Second", "Three")

	order := store.Order{Reason: "test", At: at(100)}
	if _, err := s.Suppress(order, urlOf(3)); err != nil {
		t.Fatal(err)
	}
	wantGlances(t, s, "One", "Second")
	if _, err := s.Lift(store.Order{At: at(101)}, urlOf(3)); err != nil {
		t.Fatal(err)
	}
	wantGlances(t, s, "One", "Second", "Three")

	all := create(t)
	all.Glance = glanceOf
	merge(t, all, s)
	wantGlances(t, all, "One", "Second", "Three")

	for g, err := range store.Glances(s, store.Range{Site: "x"}, atGlance) {
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]time.Time{"One": at(1), "Second": at(2), "Three": at(3)}[g.Title]; g.site != "x" || !g.at.Equal(want) {
			t.Errorf("%q is of site %q, published %v, want %v", g.Title, g.site, g.at, want)
		}
	}
	if got := glances(t, s, store.Range{Site: "elsewhere"}); got != nil {
		t.Errorf("of another site %q", got)
	}
}

// A glance that does not follow from its record is a fault of the index; one in
// another form, of an earlier version say, is none.
func TestCheckGlance(t *testing.T) {
	s := create(t)
	s.Glance = func(*article.Record) string { return "twrong" }
	save(t, s, visit(1, "Text.", at(1)))
	s.Glance = func(*article.Record) string { return "tother" }
	if err := s.Check(); err == nil {
		t.Error("a glance that is wrong is no fault")
	}
	s.Glance = func(*article.Record) string { return "u" }
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

// More records than a transaction of Glances reads come once each.
func TestGlancesBatches(t *testing.T) {
	store.SetGlancesLen(t, 3)
	s := create(t)
	s.Glance = glanceOf
	var want []string
	for n := range 10 {
		save(t, s, visit(n, "Text.", at(n)))
		want = append(want, fmt.Sprintf("Appeal %d", n))
	}
	wantGlances(t, s, want...)
}
