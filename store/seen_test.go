package store_test

import (
	"errors"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

// unchanged is a check that was told that the page is as it was.
func unchanged(n int, checked time.Time) article.Visit {
	return known(urlOf(n), article.StateUnchanged, checked)
}

// seenEverywhere returns when a record was last seen, as everything tells it that
// tells of records.
func seenEverywhere(t *testing.T, s *store.Store, url string) map[string]string {
	t.Helper()
	told := map[string]string{}
	note := func(by string, r *article.Record, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", by, err)
		}
		if r.URL == url {
			told[by] = r.LastSeen.String()
		}
	}
	r, err := s.Record(url)
	note("Record", r, err)
	revisions, err := s.Revisions(url)
	if err != nil {
		t.Fatal(err)
	}
	note("Revisions", revisions[len(revisions)-1], nil)
	for r, err := range s.Records(all) {
		note("Records", r, err)
	}
	for r, err := range s.RecordsOf(article.ID(url)) {
		note("RecordsOf", r, err)
	}
	for v, err := range s.Pages() {
		note("Pages", v.Record, err)
	}
	for r, err := range s.Removed(all) {
		note("Removed", r.Record, err)
	}
	return told
}

// wantSeen fails unless a record was last seen at that time, whoever tells it, and
// the archive is sound.
func wantSeen(t *testing.T, s *store.Store, after, url string, want time.Time) {
	t.Helper()
	for by, got := range seenEverywhere(t, s, url) {
		if got != article.At(want).String() {
			t.Errorf("after %s it was last seen %s by %s, want %s", after, got, by, article.At(want))
		}
	}
	if err := s.Check(); err != nil {
		t.Errorf("after %s: %v", after, err)
	}
}

// Everything that shows a record tells when it was last seen, whatever has happened to
// it before or since.
func TestLastSeen(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(t *testing.T, s *store.Store)
		url  string // of the record then; "" for that of release 1
		want time.Time
	}{
		{name: "nothing", do: func(*testing.T, *store.Store) {}, want: at(3)},
		{name: "an earlier check", do: func(t *testing.T, s *store.Store) { save(t, s, unchanged(1, at(2))) }, want: at(3)},
		{name: "a later check", do: func(t *testing.T, s *store.Store) { save(t, s, unchanged(1, at(5))) }, want: at(5)},
		{name: "the same page", do: func(t *testing.T, s *store.Store) { save(t, s, visit(1, "One.", at(5))) }, want: at(5)},
		{name: "the same page, of earlier", do: func(t *testing.T, s *store.Store) { save(t, s, visit(1, "One.", at(2))) }, want: at(3)},
		{name: "another revision", do: func(t *testing.T, s *store.Store) { save(t, s, visit(1, "Two.", at(5))) }, want: at(5)},
		{name: "another revision, of earlier", do: func(t *testing.T, s *store.Store) { imported(t, s, visit(1, "Zero.", at(0))) }, want: at(3)},
		{name: "an imported revision", do: func(t *testing.T, s *store.Store) { imported(t, s, visit(1, "Two.", at(5))) }, want: at(5)},
		{name: "going missing", do: func(t *testing.T, s *store.Store) { save(t, s, gone(1, at(5))) }, want: at(3)},
		{name: "coming back", do: func(t *testing.T, s *store.Store) { save(t, s, gone(1, at(5)), unchanged(1, at(6))) }, want: at(6)},
		{name: "a failed check", do: func(t *testing.T, s *store.Store) { save(t, s, known(urlOf(1), article.StateFailed, at(5))) }, want: at(3)},
		{name: "compact", do: func(t *testing.T, s *store.Store) { compact(t, s) }, want: at(3)},
		{name: "a move", do: func(t *testing.T, s *store.Store) {
			save(t, s, visitOf(urlOf(1), urlOf(1)+"moved/", "Appeal 1", "One.", at(0), at(5)))
		}, url: urlOf(1) + "moved/", want: at(5)},
		{name: "reading it again", do: func(t *testing.T, s *store.Store) {
			for v, err := range s.Pages() {
				if err != nil {
					t.Fatal(err)
				}
				r := *v.Record
				r.Title = "Read again"
				v.Record = &r
				save(t, s, v)
			}
		}, want: at(3)},
		{name: "being suppressed and shown again", do: func(t *testing.T, s *store.Store) {
			suppress(t, s, store.Order{Reason: "asked to"}, urlOf(1))
			if _, err := s.Lift(store.Order{Reason: "asked to"}, urlOf(1)); err != nil {
				t.Fatal(err)
			}
		}, want: at(3)},
		{name: "merging one that saw it later", do: func(t *testing.T, s *store.Store) {
			other := filled(t, visit(1, "One.", at(1)), unchanged(1, at(7)))
			merge(t, s, other)
		}, want: at(7)},
		{name: "merging one that saw it earlier", do: func(t *testing.T, s *store.Store) {
			other := filled(t, visit(1, "One.", at(1)), unchanged(1, at(2)))
			merge(t, s, other)
		}, want: at(3)},
		{name: "being merged into an empty one and back", do: func(t *testing.T, s *store.Store) {
			other := create(t)
			merge(t, other, s)
			wantSeen(t, other, "merging", urlOf(1), at(3))
			merge(t, s, other)
		}, want: at(3)},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := create(t)
			save(t, s, visit(1, "One.", at(1)), visit(2, "Other.", at(1)))
			save(t, s, unchanged(1, at(3)))
			wantSeen(t, s, "a check", urlOf(1), at(3))
			test.do(t, s)
			if test.url == "" {
				test.url = urlOf(1)
			}
			wantSeen(t, s, test.name, test.url, test.want)
		})
	}
}

// A revision that another follows was last seen when it was, which no later check
// moves.
func TestLastSeenOfEarlierRevisions(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", at(1)))
	save(t, s, unchanged(1, at(3)))
	save(t, s, visit(1, "Two.", at(5)))
	save(t, s, unchanged(1, at(7)))
	imported(t, s, visit(1, "Three.", at(9)))
	save(t, s, unchanged(1, at(11)))
	var got []string
	revisions, err := s.Revisions(urlOf(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range revisions {
		got = append(got, r.LastSeen.String())
	}
	want := []string{article.At(at(3)).String(), article.At(at(7)).String(), article.At(at(11)).String()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("last seen (-want +got):\n%s", diff)
	}
	for v, err := range s.Pages() {
		if err != nil {
			t.Fatal(err)
		}
		if n := v.Record.Revision; v.Record.LastSeen.String() != want[n-1] {
			t.Errorf("revision %d was last seen %s with its page, want %s", n, v.Record.LastSeen, want[n-1])
		}
	}
}

// What was erased leaves no note, and neither does what has moved, here or in an
// archive that is merged into this one: Check would tell.
func TestNoNoteOfNothing(t *testing.T) {
	s := create(t)
	for n := range 4 {
		save(t, s, visit(n, "Text.", at(1)))
		save(t, s, unchanged(n, at(3)))
	}
	other := filled(t, visit(2, "Text.", at(1)), visit(3, "Text.", at(1)))
	suppress(t, s, store.Order{Reason: "asked to", Erase: true}, urlOf(0))
	suppress(t, other, store.Order{Reason: "asked to", At: at(5), Erase: true}, urlOf(2))
	if _, err := other.Lift(store.Order{Reason: "asked to", At: at(6)}, urlOf(2)); err != nil {
		t.Fatal(err)
	}
	save(t, s, visitOf(urlOf(1), urlOf(1)+"moved/", "Appeal 1", "Text.", at(0), at(5)))
	save(t, other, visitOf(urlOf(3), urlOf(3)+"moved/", "Appeal 3", "Text.", at(0), at(5)))
	merge(t, s, other)
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	if n := count(t, s.Records(all)); n != 2 {
		t.Errorf("%d records, want the two that have moved", n)
	}
}

// A record that is missing is live again once its page was seen, though its log is
// lost.
func TestSeenWithoutLog(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", at(1)), gone(1, at(2)))
	db, err := bbolt.Open(s.Path(), 0o644, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
		key, _ := tx.Bucket([]byte("lives")).Cursor().First()
		return tx.Bucket([]byte("lives")).Delete(key)
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
	save(t, s, unchanged(1, at(3)))
	if r := record(t, s, urlOf(1)); r.Status != article.StatusLive {
		t.Errorf("it is %s", r.Status)
	}
}
