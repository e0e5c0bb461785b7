package store_test

import (
	"errors"
	"strings"
	"testing"

	"archiver/article"
	"archiver/store"

	"github.com/google/go-cmp/cmp"
)

// suppress suppresses or fails.
func suppress(t *testing.T, s *store.Store, o store.Order, refs ...string) []store.Suppression {
	t.Helper()
	done, err := s.Suppress(o, refs...)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// mustHide looks for a record in every way there is.
func mustHide(t *testing.T, s *store.Store, refs ...string) {
	t.Helper()
	for _, ref := range refs {
		if _, err := s.Record(ref); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("Record(%s): %v, want ErrNotFound", ref, err)
		}
		if _, err := s.Revisions(ref); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("Revisions(%s): %v, want ErrNotFound", ref, err)
		}
		for revision := range 3 {
			if _, err := s.Page(ref, revision); !errors.Is(err, article.ErrNotFound) {
				t.Errorf("Page(%s, %d): %v, want ErrNotFound", ref, revision, err)
			}
		}
	}
	for r, err := range s.Records(all) {
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range refs {
			if r.URL == ref || strings.HasPrefix(r.ID, ref) {
				t.Errorf("%s is listed", ref)
			}
		}
	}
	for v, err := range s.Pages() {
		if err != nil {
			t.Fatal(err)
		}
		for _, ref := range refs {
			if v.Page.URL == ref || v.Page.Address() == ref {
				t.Errorf("the page of %s is listed", ref)
			}
		}
	}
}

func TestSuppress(t *testing.T) {
	order := store.Order{By: "me", Reason: "asked to", At: at(5)}
	final := urlOf(1) + "moved/"
	// By its id, by its address, and by one that leads to it.
	for _, ref := range []string{article.ID(final)[:9], final, urlOf(1)} {
		s := filled(t, visit(1, "One.", at(1)), visitOf(urlOf(1), final, "Appeal 1", "Two.", at(1), at(2)), visit(2, "Two.", at(1)))
		done := suppress(t, s, order, ref)
		want := []store.SuppressionEvent{{What: store.EventSuppressed, At: at(5), By: "me", Reason: "asked to"}}
		if len(done) != 1 || done[0].URL != final || done[0].ID != article.ID(final) || !done[0].Active() || done[0].Erased() || !cmp.Equal(done[0].Events, want) {
			t.Errorf("%s: got %+v", ref, done)
		}
		mustHide(t, s, final, urlOf(1), article.ID(final)[:9])
		gone := []string{article.ID(urlOf(1)), article.ID(final)}
		if hidden, err := s.Hidden(append(gone, article.ID(urlOf(2)), article.ID("unknown"), "no id")...); err != nil || !cmp.Equal(hidden, gone) {
			t.Errorf("hidden: %q, %v", hidden, err)
		}
		// Later crawls do not bring it back, by whatever way they come.
		save(t, s, visit(1, "Three.", at(6)), visitOf(urlOf(1), final, "Appeal 1", "Three.", at(1), at(6)),
			visitOf(final, final, "Appeal 1", "Three.", at(1), at(6)), visitOf(urlOf(9), final, "Appeal 1", "Three.", at(1), at(6)))
		mustHide(t, s, final, urlOf(1), urlOf(9))
		pending, err := s.Pending("x", at(999), 0)
		if err != nil || len(pending) > 0 {
			t.Errorf("to be asked for: %v, %v", pending, err)
		}
		if n := count(t, s.Records(all)); n != 1 {
			t.Errorf("%d records, want 1", n)
		}

		// Lifted, it is what it was, and a crawl may ask for it.
		if _, err := s.Lift(store.Order{By: "you", Reason: "set aside", At: at(7)}, ref); err != nil {
			t.Fatal(err)
		}
		if got := texts(t, s, urlOf(1)); !cmp.Equal(got, []string{"One.", "Two."}) {
			t.Errorf("lifted: %q", got)
		}
		if a := address(t, s, final); a.State != article.StateFetched || !a.Next.IsZero() || a.Reason != "" {
			t.Errorf("lifted: %+v", a)
		}
		if a := address(t, s, urlOf(1)); a.State != article.StateAlias || a.Record != final {
			t.Errorf("lifted: %+v", a)
		}
		audit, err := s.Suppressions()
		if err != nil || len(audit) != 1 || audit[0].Active() || len(audit[0].Events) != 2 || audit[0].Events[1].By != "you" {
			t.Errorf("the audit is %+v, %v", audit, err)
		}
		save(t, s, visitOf(urlOf(1), final, "Appeal 1", "Three.", at(1), at(8)))
		if got := texts(t, s, final); len(got) != 3 {
			t.Errorf("after the next crawl: %q", got)
		}
	}
}

func TestSuppressErase(t *testing.T) {
	order := store.Order{By: "me", Reason: "asked to", At: at(5)}
	s := filled(t, visit(1, "One.", at(1)), visit(1, "Two.", at(2)), visit(2, "Two.", at(1)))
	suppress(t, s, order, urlOf(1))
	order.Erase = true
	order.At = at(6)
	for range 2 { // the second time changes nothing
		done := suppress(t, s, order, article.ID(urlOf(1))[:9])
		if len(done) != 1 || !done[0].Erased() || len(done[0].Events) != 2 || !done[0].Since().At.Equal(at(5)) {
			t.Fatalf("got %+v", done)
		}
	}
	mustHide(t, s, urlOf(1))
	if n := store.CountText(t, s, "Appeal 1"); n != 0 {
		t.Errorf("its title is still there %d times", n)
	}
	if _, err := s.Lift(order, urlOf(1)); err != nil {
		t.Fatal(err)
	}
	pending, err := s.Pending("x", at(9), 0)
	if err != nil || len(pending) != 1 || pending[0].URL != urlOf(1) {
		t.Errorf("to be asked for: %v, %v", pending, err)
	}
	save(t, s, visit(1, "Three.", at(9)))
	if r := record(t, s, urlOf(1)); r.Revision != 1 || r.Text != "Three." {
		t.Errorf("fetched again: revision %d, %q", r.Revision, r.Text)
	}
}

// All or none; what is unknown is said.
func TestSuppressUnknown(t *testing.T) {
	s := filled(t, visit(1, "One.", at(1)), known(urlOf(2), article.StateNew, at(1)))
	order := store.Order{By: "me", Reason: "asked to"}
	for _, ref := range []string{urlOf(9), "0123456789", ""} {
		if _, err := s.Suppress(order, urlOf(1), ref); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("%q: got %v, want ErrNotFound", ref, err)
		}
	}
	record(t, s, urlOf(1))
	if _, err := s.Lift(order, urlOf(1)); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("lift of what is not suppressed: got %v, want ErrNotFound", err)
	}
	// An address without a record can be kept out, too.
	suppress(t, s, order, urlOf(2))
	if pending, err := s.Pending("x", at(9), 0); err != nil || len(pending) > 0 {
		t.Errorf("to be asked for: %v, %v", pending, err)
	}
	save(t, s, visit(2, "Two.", at(2)))
	mustHide(t, s, urlOf(2))
}

// What is suppressed is not imported.
func TestSuppressImport(t *testing.T) {
	s := filled(t, visit(1, "One.", at(1)))
	suppress(t, s, store.Order{By: "me", Reason: "asked to", Erase: true}, urlOf(1))
	if _, err := s.Import(visit(1, "Before.", at(0))); err != nil {
		t.Fatal(err)
	}
	mustHide(t, s, urlOf(1))
	if n := store.CountText(t, s, "Before."); n != 0 {
		t.Errorf("it is there %d times", n)
	}
}
