package store_test

import (
	"slices"
	"testing"

	"archiver/article"
	"archiver/store"
)

// Removed gives what is missing or gone with its address, in the order of
// Records, and nothing that is live, suppressed, or outside the range.
func TestRemoved(t *testing.T) {
	s := create(t)
	for n := range 6 {
		save(t, s, visit(n, "Text.", at(1)))
	}
	states := map[int]article.State{
		1: article.StateMissing, 2: article.StateGone, 3: article.StateMissing, 4: article.StateUnchanged, 5: article.StateSuppressed,
	}
	for n, state := range states {
		v := known(urlOf(n), state, at(2))
		v.Address.Misses, v.Address.Reason = n, "HTTP status 404 Not Found"
		save(t, s, v)
	}
	var got []string
	for r, err := range s.Removed(store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Record.URL)
		if r.Address.URL != r.Record.URL || urlOf(r.Address.Misses) != r.Record.URL {
			t.Errorf("%s comes with the address %+v", r.Record.URL, r.Address)
		}
		if r.Record.Status == article.StatusLive {
			t.Errorf("%s is live", r.Record.URL)
		}
	}
	var want []string
	for r, err := range s.Records(store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != article.StatusLive {
			want = append(want, r.URL)
		}
	}
	if len(got) != 3 || !slices.Equal(got, want) {
		t.Errorf("removed: %v, want %v", got, want)
	}
	if n := count(t, s.Removed(store.Range{Site: "nowhere"})); n != 0 {
		t.Errorf("%d of another site", n)
	}
}
