package store_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"archiver/article"
	"archiver/store"
)

func generation(t *testing.T, s *store.Store) string {
	t.Helper()
	word, err := s.Generation()
	if err != nil {
		t.Fatal(err)
	}
	return word
}

// marks returns the marks of an archive by the ids of the records.
func marks(t *testing.T, s *store.Store) map[string]uint64 {
	t.Helper()
	out := map[string]uint64{}
	for mark, err := range s.Marks(all) {
		if err != nil {
			t.Fatal(err)
		}
		out[mark.ID] = mark.Hash
	}
	return out
}

func TestGeneration(t *testing.T) {
	s := create(t)
	seen := map[string]string{}
	fresh := func(after string) {
		t.Helper()
		word := generation(t, s)
		if earlier, ok := seen[word]; ok {
			t.Errorf("after %s it is what it was after %s: %s", after, earlier, word)
		}
		seen[word] = after
		if again := generation(t, s); again != word {
			t.Errorf("after %s it went from %s to %s by itself", after, word, again)
		}
	}
	fresh("making it")
	save(t, s, visit(1, "Text.", at(1)))
	fresh("a save")
	if err := s.SetState("x", []byte("y")); err != nil {
		t.Fatal(err)
	}
	fresh("a note")
	if _, err := s.Compact(t.Context(), 0, nil); err != nil {
		t.Fatal(err)
	}
	fresh("compact")
	reopened, err := store.Open(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	if a, b := generation(t, s), generation(t, reopened); a != b {
		t.Errorf("another program sees %s, not %s", b, a)
	}
	away := s.Path() + ".away"
	if err := os.Rename(s.Path(), away); err != nil {
		t.Fatal(err)
	}
	if word, err := s.Generation(); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("without the file: %q, %v, want that it is not found", word, err)
	}
	if err := os.Rename(away, s.Path()); err != nil {
		t.Fatal(err)
	}
}

// What is suppressed, and that alone, changes what is withheld.
func TestWithheld(t *testing.T) {
	s := create(t)
	withheld := func() uint64 {
		t.Helper()
		n, err := s.Withheld()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := withheld()
	save(t, s, visit(1, "One.", at(1)), visit(2, "Two.", at(1)))
	if withheld() != before {
		t.Error("a save has changed it")
	}
	seen := map[uint64]bool{before: true}
	for i, do := range []func() error{
		func() error { _, err := s.Suppress(store.Order{Reason: "A request."}, urlOf(1)); return err },
		func() error { _, err := s.Suppress(store.Order{Reason: "A request."}, urlOf(2)); return err },
		func() error { _, err := s.Lift(store.Order{Reason: "A mistake."}, urlOf(1)); return err },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		if now := withheld(); seen[now] {
			t.Errorf("step %d has not changed it", i)
		} else {
			seen[now] = true
		}
	}
}

func TestMarks(t *testing.T) {
	s := create(t)
	one := visit(1, "One.", at(1))
	one.Record.OG = map[string]string{"description": "One.", "image": "/one.png", "locale": "en_GB", "title": "Appeal 1", "type": "article"}
	save(t, s, one, visit(2, "Two.", at(1)), visit(3, "Three.", at(1)))
	before := marks(t, s)
	if len(before) != 3 {
		t.Fatalf("got %d marks, want 3", len(before))
	}
	save(t, s, visit(2, "Two, changed.", at(2)))
	save(t, s, unchanged(1, at(2)))
	sameAgain := visit(1, "One.", at(3))
	sameAgain.Record.OG = one.Record.OG
	sameBytes := one // as a cache would serve it
	page := *one.Page
	page.Fetched = at(4)
	sameBytes.Page, sameBytes.Address.Checked = &page, at(4)
	save(t, s, sameAgain, sameBytes) // release 1 is only seen again, three times
	suppress(t, s, store.Order{Reason: "A request."}, urlOf(3))
	save(t, s, visit(4, "Four.", at(2)))

	after := marks(t, s)
	changed := map[string]string{}
	for id := range before {
		switch hash, ok := after[id]; {
		case !ok:
			changed[id] = "went"
		case hash != before[id]:
			changed[id] = "changed"
		}
	}
	if len(changed) != 2 || changed[article.ID(urlOf(2))] != "changed" || changed[article.ID(urlOf(3))] != "went" {
		t.Errorf("got %v, want release 2 changed and release 3 gone", changed)
	}
	if _, ok := after[article.ID(urlOf(4))]; !ok || len(after) != 3 {
		t.Errorf("got %v, want release 4 among three", after)
	}
}

func TestRecordsOf(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", at(1)), visit(2, "Two.", at(1)), visit(3, "Three.", at(1)))
	save(t, s, visit(1, "One, changed.", at(2)))
	suppress(t, s, store.Order{Reason: "A request."}, urlOf(3))
	ids := []string{article.ID(urlOf(2)), article.ID(urlOf(3)), "", "xyz", article.ID(urlOf(99)), article.ID(urlOf(1)), article.ID(urlOf(1))[:39]}
	var got []string
	for r, err := range s.RecordsOf(ids...) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Text)
	}
	if want := []string{"Two.", "One, changed."}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
