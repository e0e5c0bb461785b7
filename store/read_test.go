package store_test

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"

	"github.com/google/go-cmp/cmp"
)

var all store.Range

func count[V any](t *testing.T, seq iter.Seq2[V, error]) int {
	t.Helper()
	n := 0
	for _, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestResolve(t *testing.T) {
	s := create(t)
	var visits []article.Visit
	for n := range 40 {
		visits = append(visits, visit(n, "Text.", at(1)))
	}
	save(t, s, visits...)
	save(t, s, known(urlOf(1000), article.StateNew, at(1)))

	ids := map[string][]string{} // by first digit
	for n := range 40 {
		id := article.ID(urlOf(n))
		ids[id[:1]] = append(ids[id[:1]], id)
		for _, ref := range []string{id, strings.ToUpper(id), id[:11], urlOf(n)} {
			if got, err := s.Record(ref); err != nil || got.ID != id {
				t.Errorf("%s: got %+v, %v, want %s", ref, got, err, id)
			}
		}
	}
	for digit, ids := range ids {
		got, err := s.Record(digit)
		if len(ids) == 1 {
			if err != nil || got.ID != ids[0] {
				t.Errorf("%s: got %+v, %v, want %s", digit, got, err, ids[0])
			}
			continue
		}
		if err == nil || errors.Is(err, article.ErrNotFound) || !strings.Contains(err.Error(), "beginning of several ids") {
			t.Errorf("%s: got %+v, %v, want an error that names several", digit, got, err)
			continue
		}
		slices.Sort(ids)
		if want := ids[0][:10] + " (https://"; !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v does not say %q", digit, err, want)
		}
	}
	for _, ref := range []string{
		"", "xyz", "0123456789", urlOf(1000), urlOf(99), article.ID(urlOf(1000)), article.ID(urlOf(1)) + "0", "é",
	} {
		if _, err := s.Record(ref); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("%q: got %v, want ErrNotFound", ref, err)
		}
	}
}

// Addresses that lead to each other do not make it run in a circle.
func TestResolveCircle(t *testing.T) {
	s := create(t)
	for n := range 2 {
		v := known(urlOf(n), article.StateAlias, at(1))
		v.Address.Record = urlOf(1 - n)
		save(t, s, v)
	}
	if _, err := s.Record(urlOf(0)); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestPageMissing(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", at(1)))
	for _, revision := range []int{2, -1, math.MaxInt} {
		if _, err := s.Page(urlOf(1), revision); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("revision %d: got %v, want ErrNotFound", revision, err)
		}
	}
	if _, err := s.Page(urlOf(2), 0); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("unknown address: got %v, want ErrNotFound", err)
	}
}

func TestRecordsOrder(t *testing.T) {
	s := create(t)
	save(t, s,
		visitOf("https://b.test/", "https://b.test/", "B", "Text.", at(3), at(9)),
		visitOf("https://c.test/", "https://c.test/", "C", "Text.", time.Time{}, at(9)),
		visitOf("https://a.test/", "https://a.test/", "A", "Text.", at(3), at(9)),
		visitOf("https://d.test/", "https://d.test/", "D", "Text.", time.Date(1962, 10, 5, 9, 0, 0, 0, time.UTC), at(9)),
		visitOf("https://A.test/", "https://A.test/", "A", "Text.", time.Time{}, at(9)),
		visitOf("https://e.test/", "https://e.test/", "E", "Text.", at(2), at(9)),
	)
	for _, test := range []struct {
		r    store.Range
		want string
	}{
		{store.Range{}, "d e a b A c"},
		{store.Range{Site: "x"}, "d e a b A c"},
		{store.Range{Site: "y"}, ""},
		{store.Range{Since: at(2)}, "e a b"},
		{store.Range{Since: at(2).Add(1)}, "a b"},
		{store.Range{Until: at(3)}, "d e"},
		{store.Range{Until: at(3).Add(1)}, "d e a b"},
		{store.Range{Since: at(2), Until: at(3), Site: "x"}, "e"},
	} {
		var got []string
		for r, err := range s.Records(test.r) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, r.URL[8:9])
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%+v: got %q, want %q", test.r, got, test.want)
		}
		if n, err := s.Len(test.r); err != nil || n != len(got) {
			t.Errorf("%+v: %d are counted (%v), and %d were there", test.r, n, err, len(got))
		}
	}
	suppress(t, s, store.Order{Reason: "A request."}, "https://e.test/")
	if n, err := s.Len(store.Range{}); err != nil || n != 5 {
		t.Errorf("with one of six suppressed %d are counted (%v)", n, err)
	}
	var newest []string
	for r, err := range s.Newest() {
		if err != nil {
			t.Fatal(err)
		}
		newest = append(newest, r.URL[8:9])
	}
	if got := strings.Join(newest, " "); got != "b a d" {
		t.Errorf("the newest first: got %q", got)
	}
}

// A crawl that goes on during a loop neither repeats a record nor hides one,
// and the loop may save what it was given.
func TestRecordsWhileSaving(t *testing.T) {
	const n = 250
	s := create(t)
	var visits []article.Visit
	for i := range n {
		visits = append(visits, visit(i, "First.", at(1)))
	}
	save(t, s, visits...)

	seen := map[string]int{}
	i := 0
	for r, err := range s.Records(all) {
		if err != nil {
			t.Fatal(err)
		}
		seen[r.Title]++
		if i%25 == 0 {
			// The next records: one changes and gets another time, one moves,
			// one is new.
			next := urlOf(i + 110)
			save(t, s, visitOf(next, next, "Appeal "+fmt.Sprint(i+110), "Second.", at(100), at(2)))
			next = urlOf(i + 120)
			save(t, s, visitOf(next, next+"moved/", "Appeal "+fmt.Sprint(i+120), "First.", noon.Add(time.Duration(i+120)*time.Minute), at(2)))
			save(t, s, visit(1000+i, "New.", at(2)))
		}
		i++
	}
	for i := range n {
		if got := seen[fmt.Sprintf("Appeal %d", i)]; got != 1 {
			t.Errorf("record %d was seen %d times", i, got)
		}
	}
	if len(seen) != n {
		t.Errorf("%d records were seen, want %d", len(seen), n)
	}
	// And the caller may stop at any time.
	for range s.Records(all) {
		break
	}
}

// One store serves many goroutines.
func TestConcurrently(t *testing.T) {
	s := create(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 4 {
				url := urlOf(10*i + n)
				if _, err := s.Save(visit(10*i+n, "Text.", at(1))); err != nil {
					t.Error(err)
				}
				if r, err := s.Record(url); err != nil || r.URL != url {
					t.Errorf("got %v, %v", r, err)
				}
				for _, err := range s.Records(store.Range{}) {
					if err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if n := count(t, s.Records(store.Range{})); n != 32 {
		t.Errorf("%d records, want 32", n)
	}
}

func TestDue(t *testing.T) {
	s := create(t)
	due := func(n int, state article.State, next int) article.Visit {
		v := known(urlOf(n), state, at(1))
		if next != 0 {
			v.Address.Next = at(next)
		}
		return v
	}
	other := due(9, article.StateFetched, 1)
	other.Address.Site = "xy"
	save(t, s, other,
		due(1, article.StateFetched, 4), due(2, article.StateUnchanged, 3), due(3, article.StateMissing, 5), due(4, article.StateGone, 2),
		due(5, article.StateFetched, 0), due(6, article.StateNew, 1), due(7, article.StateNotArticle, 1), due(8, article.StateFailed, 1),
		due(10, article.StateForbidden, 7), due(11, article.StateForbidden, 0))
	for _, test := range []struct {
		site       string
		now, limit int
		want       []string
	}{
		{"x", 4, 0, []string{urlOf(4), urlOf(2), urlOf(1)}},
		{"x", 9, 9, []string{urlOf(4), urlOf(2), urlOf(1), urlOf(3), urlOf(10)}},
		{"x", 9, 2, []string{urlOf(4), urlOf(2)}},
		{"x", 1, 9, nil},
		{"xy", 9, 9, []string{urlOf(9)}},
	} {
		addresses, err := s.Due(test.site, at(test.now), test.limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range addresses {
			got = append(got, a.URL)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s at %d, %d (-want +got):\n%s", test.site, test.now, test.limit, diff)
		}
	}
}

func TestPending(t *testing.T) {
	s := create(t)
	pending := func(n int, state article.State, found, next int) article.Visit {
		v := known(urlOf(n), state, at(found))
		if next != 0 {
			v.Address.Next = at(next)
		}
		return v
	}
	other := pending(9, article.StateNew, 1, 0)
	other.Address.Site = "xy"
	save(t, s, other,
		pending(1, article.StateNew, 4, 0), pending(2, article.StateNew, 1, 0), pending(3, article.StateFailed, 2, 5),
		pending(4, article.StateFailed, 3, 6), pending(5, article.StateGone, 1, 0), pending(6, article.StateFetched, 1, 0), pending(7, article.StateBlocked, 4, 5))
	for _, test := range []struct {
		site  string
		now   int
		limit int
		want  []string
	}{
		{"x", 5, 0, []string{urlOf(2), urlOf(3), urlOf(7), urlOf(1)}},
		{"x", 5, 2, []string{urlOf(2), urlOf(3)}},
		{"x", 6, 9, []string{urlOf(2), urlOf(3), urlOf(4), urlOf(7), urlOf(1)}},
		{"x", 4, 9, []string{urlOf(2), urlOf(1)}},
		{"xy", 4, 9, []string{urlOf(9)}},
		{"y", 4, 9, nil},
	} {
		addresses, err := s.Pending(test.site, at(test.now), test.limit)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range addresses {
			got = append(got, a.URL)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s at %d, %d (-want +got):\n%s", test.site, test.now, test.limit, diff)
		}
	}
}

func TestAddresses(t *testing.T) {
	s := create(t)
	var visits []article.Visit
	for n := range 230 {
		visits = append(visits, known(urlOf(n), article.StateNew, noon.Add(time.Duration(n)*time.Nanosecond)))
	}
	save(t, s, visits...)
	n := 0
	for a, err := range s.AddressesOf("x") {
		if err != nil {
			t.Fatal(err)
		}
		if a.URL != urlOf(n) {
			t.Fatalf("address %d is %s", n, a.URL)
		}
		n++
	}
	if n != len(visits) {
		t.Errorf("%d addresses, want %d", n, len(visits))
	}
	got, err := s.Addresses(urlOf(3), urlOf(999), urlOf(4))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]article.Address{urlOf(3): visits[3].Address, urlOf(4): visits[4].Address}
	if diff := cmp.Diff(want, got, sameTimes); diff != "" {
		t.Errorf("three addresses (-want +got):\n%s", diff)
	}
	if _, err := s.Address(urlOf(999)); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestCounts(t *testing.T) {
	s := create(t)
	y := visit(9, "Nine.", at(1))
	y.Address.Site, y.Record.Site = "a.y", "a.y"
	save(t, s, visit(1, "One.", at(1)), visit(2, "Two.", at(1)), visit(3, "Three.", at(1)), visit(4, "Four.", at(1)), y,
		known(urlOf(2), article.StateMissing, at(2)), known(urlOf(3), article.StateSuppressed, at(2)), known(urlOf(5), article.StateNew, at(2)))
	got, err := s.Counts()
	if err != nil {
		t.Fatal(err)
	}
	want := []store.Count{
		{Site: "a.y", Records: map[article.Status]int{"live": 1}, Addresses: map[article.State]int{"fetched": 1}},
		{Site: "x", Records: map[article.Status]int{"live": 2, "missing": 1},
			Addresses: map[article.State]int{"fetched": 2, "missing": 1, "suppressed": 1, "new": 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// TestPagesOf holds that many pages are those that are got one by one, in any order,
// until one is not there.
func TestPagesOf(t *testing.T) {
	s := create(t)
	for n := range 30 {
		save(t, s, visit(n, "Text.", at(1)))
	}
	save(t, s, visit(3, "Another text.", at(2)))
	var records []*article.Record
	for r, err := range s.Records(store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	revisions, err := s.Revisions(urlOf(3))
	if err != nil || len(revisions) != 2 {
		t.Fatalf("got %d revisions, %v", len(revisions), err)
	}
	records = append(records, revisions...)
	slices.Reverse(records)
	i := 0
	for got, err := range s.PagesOf(records...) {
		if err != nil {
			t.Fatal(err)
		}
		want, err := s.Page(records[i].ID, records[i].Revision)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("page %d: -want +got:\n%s", i, diff)
		}
		i++
	}
	if i != len(records) {
		t.Errorf("got %d pages of %d records", i, len(records))
	}

	if _, err := s.Suppress(store.Order{Reason: "Asked for.", At: at(3)}, records[5].URL); err != nil {
		t.Fatal(err)
	}
	i = 0
	for _, err := range s.PagesOf(records...) {
		if i == 5 {
			if !errors.Is(err, article.ErrNotFound) || !strings.Contains(err.Error(), records[5].ID) {
				t.Errorf("suppressed: got %v", err)
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		i++
	}
	if i != 5 {
		t.Errorf("got %d pages before the one that is suppressed", i)
	}
}

// TestAbreast holds that records that are decoded side by side come in the same order,
// and that a loop can end before the last.
func TestAbreast(t *testing.T) {
	s := create(t)
	var visits []article.Visit
	for n := range 250 {
		visits = append(visits, visit(n, "Text.", at(1)))
	}
	save(t, s, visits...)
	var want, got []*article.Record
	for _, list := range []struct {
		of      *[]*article.Record
		abreast bool
	}{{&want, false}, {&got, true}} {
		for r, err := range s.Records(store.Range{Abreast: list.abreast}) {
			if err != nil {
				t.Fatal(err)
			}
			*list.of = append(*list.of, r)
		}
	}
	if len(want) != len(visits) {
		t.Fatalf("got %d records of %d", len(want), len(visits))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("abreast: -one by one +abreast:\n%s", diff)
	}
	n := 0
	for range s.Records(store.Range{Abreast: true}) {
		if n++; n == 150 {
			break
		}
	}
	if n != 150 {
		t.Errorf("the loop ended after %d", n)
	}
}
