package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"

	"github.com/google/go-cmp/cmp"
)

// missing404 is a visit that did not find a page.
func missing404(url string, checked time.Time) article.Visit {
	v := known(url, article.StateMissing, checked)
	v.Address.Reason, v.Cause = "HTTP status 404 Not Found", article.CauseNotFound
	return v
}

// gone is a visit that did not find an article for the last time.
func gone(n int, checked time.Time) article.Visit {
	v := missing404(urlOf(n), checked)
	v.Address.State = article.StateGone
	return v
}

// lifeOf tells of each change of a record's status what it was, at which hour, and
// why.
func lifeOf(t testing.TB, s *store.Store, ref string) string {
	t.Helper()
	changes, err := s.StatusChanges(ref)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, c := range changes {
		parts = append(parts, strings.TrimRight(fmt.Sprintf("%s %d %s", c.Status, hour(article.At(c.At)), c.Cause), " "))
	}
	return strings.Join(parts, ", ")
}

func wantLife(t testing.TB, s *store.Store, ref, want string) {
	t.Helper()
	if got := lifeOf(t, s, ref); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLife(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", at(1)), visit(2, "Two.", at(1)))
	wantLife(t, s, urlOf(1), "")
	save(t, s, missing404(urlOf(1), at(2)), known(urlOf(1), article.StateFailed, at(3)), missing404(urlOf(1), at(4)), gone(1, at(5)), gone(1, at(6)))
	wantLife(t, s, urlOf(1), "missing 2 404, gone 5 404")
	// With what it was, with something else, and unasked for a page.
	save(t, s, visit(1, "One.", at(7)))
	wantLife(t, s, urlOf(1), "missing 2 404, gone 5 404, live 7")
	withdrawn := known(urlOf(1), article.StateMissing, at(8))
	withdrawn.Cause, withdrawn.Address.Reason = article.CauseGone, "HTTP status 410 Gone"
	save(t, s, withdrawn, visit(1, "Changed.", at(9)), known(urlOf(1), article.StateMissing, at(10)), known(urlOf(1), article.StateUnchanged, at(11)))
	const want = "missing 2 404, gone 5 404, live 7, missing 8 410, live 9, missing 10 unknown, live 11"
	wantLife(t, s, urlOf(1), want)
	wantLife(t, s, urlOf(2), "")
	changes, err := s.StatusChanges(urlOf(1))
	if err != nil || changes[3].Reason != "HTTP status 410 Gone" || changes[4].Reason != "" {
		t.Errorf("got %+v, %v", changes, err)
	}
	r := record(t, s, urlOf(1))
	if r.Status != article.StatusLive || !r.StatusSince.Equal(at(11)) || r.Revision != 2 {
		t.Errorf("%s since %v, revision %d", r.Status, r.StatusSince, r.Revision)
	}
	compact(t, s)
	wantLife(t, s, urlOf(1), want)
}

// An address may have been missed before it had a record: that comes from another
// machine, or from a file.
func TestLifeBeforeRecord(t *testing.T) {
	s := create(t)
	save(t, s, missing404(urlOf(1), at(5)), missing404(urlOf(2), at(5)), missing404(urlOf(3), at(5)))
	if _, err := s.StatusChanges(urlOf(1)); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("a life without a record: %v", err)
	}
	imported(t, s, visit(1, "One.", at(1)))
	merge(t, s, filled(t, visit(2, "Two.", at(1))))
	save(t, s, visit(3, "Three.", at(7)))
	wantLife(t, s, urlOf(1), "missing 5 404")
	wantLife(t, s, urlOf(2), "missing 5 404")
	wantLife(t, s, urlOf(3), "missing 5 404, live 7")
}

// When a run that was not sure of its site was the first to miss a page, that is
// when the page went missing.
func TestLifeMissedBefore(t *testing.T) {
	s := create(t)
	v := missing404(urlOf(1), at(6))
	v.Address.MissingSince = at(4)
	save(t, s, visit(1, "One.", at(1)), v)
	wantLife(t, s, urlOf(1), "missing 4 404")
}

// The log is bounded, whatever a site does.
func TestLifeBounded(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", at(0)))
	var visits []article.Visit
	for n := range 150 {
		v := missing404(urlOf(1), at(2*n+1))
		v.Address.Reason = strings.Repeat("é", 5000)
		visits = append(visits, v, known(urlOf(1), article.StateUnchanged, at(2*n+2)))
	}
	save(t, s, visits...)
	changes, err := s.StatusChanges(urlOf(1))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(changes); n != 100 || !changes[n-1].At.Equal(at(300)) || !changes[0].At.Equal(at(201)) {
		t.Errorf("%d changes, from %v to %v", n, changes[0].At, changes[n-1].At)
	}
	if reason := changes[0].Reason; len(reason) > 410 || !strings.HasSuffix(reason, "é …") {
		t.Errorf("its words are %q", reason)
	}
}

// The log goes where the record goes.
func TestLifeMoved(t *testing.T) {
	s := create(t)
	final := urlOf(1) + "moved/"
	save(t, s, visit(1, "One.", at(1)), missing404(urlOf(1), at(2)), visitOf(urlOf(1), final, "Appeal 1", "One.", at(0), at(3)))
	wantLife(t, s, final, "missing 2 404, live 3")
	wantLife(t, s, urlOf(1), "missing 2 404, live 3")
}

func TestLifeErased(t *testing.T) {
	s := create(t)
	v := missing404(urlOf(1), at(2))
	v.Address.Reason = "leads to https://www.x.test/secret/ now"
	save(t, s, visit(1, "One.", at(1)), v)
	order := store.Order{By: "me", Reason: "asked to", At: at(3)}
	if _, err := s.Suppress(order, urlOf(1)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.StatusChanges(urlOf(1)); err == nil {
		t.Error("a suppressed record tells its life")
	}
	if _, err := s.Lift(store.Order{By: "me", At: at(4)}, urlOf(1)); err != nil {
		t.Fatal(err)
	}
	wantLife(t, s, urlOf(1), "missing 2 404")
	backup := t.TempDir() + "/backup.db"
	if _, err := s.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	other, err := store.Open(backup)
	if err != nil {
		t.Fatal(err)
	}
	wantLife(t, other, urlOf(1), "missing 2 404")
	order.Erase, order.At = true, at(5)
	if _, err := s.Suppress(order, urlOf(1)); err != nil {
		t.Fatal(err)
	}
	merge(t, s, other) // it must not come back
	if n := store.CountText(t, s, "secret"); n != 0 {
		t.Errorf("what was erased stands in %d places", n)
	}
	if _, err := s.Lift(store.Order{By: "me", At: at(6)}, urlOf(1)); err != nil {
		t.Fatal(err)
	}
	save(t, s, visit(1, "One.", at(7)), missing404(urlOf(1), at(8)))
	merge(t, s, other)
	wantLife(t, s, urlOf(1), "missing 8 404")
}

// Two machines have each seen a part of what became of a page.
func TestLifeMerged(t *testing.T) {
	one := func(visits ...article.Visit) *store.Store {
		return filled(t, append([]article.Visit{visit(1, "One.", at(1))}, visits...)...)
	}
	same := func(hour int) article.Visit { return known(urlOf(1), article.StateUnchanged, at(hour)) }
	miss := func(hour int) article.Visit { return missing404(urlOf(1), at(hour)) }
	for name, c := range map[string]struct {
		a, b *store.Store
		want string
	}{
		"both noted it":                                     {one(miss(2)), one(miss(3)), "missing 2 404"},
		"one was there in time":                             {one(miss(2), same(8)), one(miss(3), same(5)), "missing 2 404, live 5"},
		"one never missed it":                               {one(miss(2)), one(same(5)), "missing 2 404, live 5"},
		"one never missed it, but too late":                 {one(miss(6)), one(same(5)), "missing 6 404"},
		"one after the other":                               {one(miss(2), same(3)), one(same(4), miss(5)), "missing 2 404, live 3, missing 5 404"},
		"missed by who never saw it go":                     {one(miss(2)), one(miss(1), same(4), known(urlOf(1), article.StateFailed, at(9))), "missing 1 404, live 4"},
		"one still misses it, and the other saw it between": {one(miss(2), miss(9)), one(miss(3), same(5)), "missing 2 404, live 5, missing 9 unknown"},
		"gone for one":                                      {one(miss(2), gone(1, at(9))), one(miss(4)), "missing 2 404, gone 9 404"},
	} {
		for _, order := range [][2]*store.Store{{c.a, c.b}, {c.b, c.a}} {
			s := create(t)
			merge(t, s, order[0], order[1], order[0])
			if got := lifeOf(t, s, urlOf(1)); got != c.want {
				t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
			if again := merge(t, s, order[1]); again.Changed != 0 {
				t.Errorf("%s: merging again changed %d", name, again.Changed)
			}
		}
	}
	// What the merging has found out outlives the next change.
	s := create(t)
	merge(t, s, one(miss(2)), one(same(5)))
	save(t, s, miss(7))
	wantLife(t, s, urlOf(1), "missing 2 404, live 5, missing 7 404")
}

// A page that is imported may say that the release was there again.
func TestLifeImported(t *testing.T) {
	s := filled(t, visit(1, "One.", at(1)), missing404(urlOf(1), at(4)))
	imported(t, s, visit(1, "One.", at(3)))
	wantLife(t, s, urlOf(1), "missing 4 404")
	imported(t, s, visit(1, "Two.", at(6)))
	wantLife(t, s, urlOf(1), "missing 4 404, live 6")
	// One whose last check failed is as missing as the check before found it.
	failed := known(urlOf(1), article.StateFailed, at(9))
	failed.Address.MissingSince = at(8)
	save(t, s, missing404(urlOf(1), at(8)), failed)
	imported(t, s, visit(1, "Three.", at(7)))
	if r := record(t, s, urlOf(1)); r.Revision != 3 || r.Status != article.StatusMissing {
		t.Errorf("revision %d is %s, want 3, missing", r.Revision, r.Status)
	}
	imported(t, s, visit(1, "Three.", at(10)))
	wantLife(t, s, urlOf(1), "missing 4 404, live 6, missing 8 404, live 10")
	if a := address(t, s, urlOf(1)); !a.MissingSince.IsZero() || a.State != article.StateFailed {
		t.Errorf("got %+v", a)
	}
}

// What was taken down since is what has changed since, and so is what came back.
func TestChangedSince(t *testing.T) {
	s := filled(t, visit(1, "One.", at(1)), visit(2, "Two.", at(1)), visit(3, "Three.", at(1)), missing404(urlOf(1), at(5)),
		missing404(urlOf(2), at(3)), known(urlOf(2), article.StateUnchanged, at(7)))
	for since, want := range map[int]string{0: "1 2 3", 2: "1 2", 5: "1 2", 6: "2", 8: ""} {
		f := article.Filter{Changed: at(since)}
		var got []string
		for r, err := range s.Records(all) {
			if err != nil {
				t.Fatal(err)
			}
			one := record(t, s, r.ID)
			revisions, err := s.Revisions(r.ID)
			if err != nil {
				t.Fatal(err)
			}
			ways := []*article.Record{one, revisions[len(revisions)-1]}
			for r, err := range s.RecordsOf(r.ID) {
				if err != nil {
					t.Fatal(err)
				}
				ways = append(ways, r)
			}
			for _, way := range ways {
				if f.Match(r) != f.Match(way) {
					t.Errorf("%s: it depends on how it is read", r.Title)
				}
			}
			if f.Match(r) {
				got = append(got, strings.TrimPrefix(r.Title, "Appeal "))
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("since %d (-want +got):\n%s", since, diff)
		}
	}
	var removed []string
	for r, err := range s.Removed(all) {
		if err != nil {
			t.Fatal(err)
		}
		removed = append(removed, fmt.Sprintf("%s %s", r.Record.Title, r.Changes[0].Cause))
		if !r.Record.StatusSince.Equal(at(5)) {
			t.Errorf("it was taken down %v", r.Record.StatusSince)
		}
	}
	if want := "Appeal 1 404"; strings.Join(removed, ", ") != want {
		t.Errorf("removed: %v, want %s", removed, want)
	}
}

// The mark of a record is another once merging has told more of its life.
func TestMarkOfLife(t *testing.T) {
	marks := func(s *store.Store) (all []store.Mark) {
		for m, err := range s.Marks(store.Range{}) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
		return all
	}
	same := known(urlOf(1), article.StateUnchanged, at(5))
	s := filled(t, visit(1, "One.", at(1)), same)
	before := marks(s)
	merge(t, s, filled(t, visit(1, "One.", at(1)), missing404(urlOf(1), at(2))))
	if after := marks(s); len(after) != 1 || after[0].ID != before[0].ID || after[0].Hash == before[0].Hash {
		t.Errorf("before %v, after %v", before, after)
	}
}

// A check that does not tell its time is noted all the same.
func TestLifeWithoutTime(t *testing.T) {
	s := filled(t, visit(1, "One.", at(1)))
	save(t, s, missing404(urlOf(1), time.Time{}))
	if changes, err := s.StatusChanges(urlOf(1)); err != nil || len(changes) != 1 || changes[0].At.IsZero() {
		t.Errorf("got %+v, %v", changes, err)
	}
}
