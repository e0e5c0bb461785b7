package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"
)

// imported gives visits to Import and returns what became of each.
func imported(t testing.TB, s *store.Store, visits ...article.Visit) []article.Outcome {
	t.Helper()
	outcomes, err := s.Import(visits...)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// life tells of each revision of a record its text and the hours at which it was
// first and last seen.
func life(t testing.TB, s *store.Store, ref string) string {
	t.Helper()
	revisions, err := s.Revisions(ref)
	if errors.Is(err, article.ErrNotFound) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for n, r := range revisions {
		if r.Revision != n+1 {
			t.Errorf("revision %d counts %d", n+1, r.Revision)
		}
		if !r.FirstSeen.Equal(revisions[0].LastChanged.Time) {
			t.Errorf("revision %d was first seen at %v, the first one at %v", n+1, r.FirstSeen, revisions[0].LastChanged)
		}
		p, err := s.Page(ref, r.Revision)
		if err != nil {
			t.Fatal(err)
		}
		if p.Capture() != r.Capture || !strings.Contains(string(p.Body), r.Text) {
			t.Errorf("revision %d has another's page", n+1)
		}
		parts = append(parts, fmt.Sprintf("%s %d-%d", r.Text, hour(r.LastChanged), hour(r.LastSeen)))
	}
	return strings.Join(parts, ", ")
}

func TestImportInOrder(t *testing.T) {
	const new, changed, unchanged, none = article.OutcomeNew, article.OutcomeChanged, article.OutcomeUnchanged, article.OutcomeNone
	type look struct {
		text string
		hour int
		want article.Outcome
		life string
	}
	tests := []struct {
		name  string
		looks []look
	}{
		{"one after the other", []look{
			{"A", 1, new, "A 1-1"}, {"A", 3, unchanged, "A 1-3"}, {"B", 4, changed, "A 1-3, B 4-4"}, {"A", 5, changed, "A 1-3, B 4-4, A 5-5"},
		}},
		{"backwards", []look{
			{"C", 5, new, "C 5-5"}, {"B", 3, changed, "B 3-3, C 5-5"}, {"A", 1, changed, "A 1-1, B 3-3, C 5-5"},
			{"A", 2, unchanged, "A 1-2, B 3-3, C 5-5"}, {"C", 4, unchanged, "A 1-2, B 3-3, C 4-5"}, {"A", 0, unchanged, "A 0-2, B 3-3, C 4-5"},
		}},
		{"again", []look{
			{"A", 1, new, "A 1-1"}, {"A", 1, unchanged, "A 1-1"}, {"B", 3, changed, "A 1-1, B 3-3"}, {"A", 1, unchanged, "A 1-1, B 3-3"}, {"B", 3, unchanged, "A 1-1, B 3-3"},
		}},
		{"between two looks that saw the same", []look{
			{"A", 1, new, "A 1-1"}, {"A", 5, unchanged, "A 1-5"}, {"B", 3, changed, "A 1-1, B 3-3, A 5-5"},
			{"B", 3, unchanged, "A 1-1, B 3-3, A 5-5"}, {"A", 5, unchanged, "A 1-1, B 3-3, A 5-5"}, {"A", 2, unchanged, "A 1-2, B 3-3, A 5-5"},
			{"A", 4, unchanged, "A 1-2, B 3-3, A 4-5"},
		}},
		{"at the same time", []look{
			{"A", 1, new, "A 1-1"}, {"B", 1, changed, "A 1-1, B 1-1"}, {"A", 1, unchanged, "A 1-1, B 1-1"}, {"B", 1, unchanged, "A 1-1, B 1-1"},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := create(t)
			for _, l := range test.looks {
				if got := imported(t, s, visit(1, l.text, at(l.hour))); got[0] != l.want || got[0] == none {
					t.Errorf("%s at %d: got %q, want %q", l.text, l.hour, got[0], l.want)
				}
				if got := life(t, s, urlOf(1)); got != l.life {
					t.Fatalf("%s at %d: got %s, want %s", l.text, l.hour, got, l.life)
				}
			}
			if got, want := count(t, s.Records(store.Range{})), 1; got != want {
				t.Errorf("%d records, want %d", got, want)
			}
		})
	}
}

// Whatever the order in which looks at a page are imported, the revisions tell
// what was seen when.
func TestImportInAnyOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures many orders; without the race detector it runs in full")
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		var looks []article.Visit
		var want []string
		for hour := range 2 + random.IntN(7) {
			text := string(rune('A' + random.IntN(3)))
			looks = append(looks, visit(1, text, at(hour)))
			if len(want) == 0 || want[len(want)-1] != text {
				want = append(want, text)
			}
		}
		random.Shuffle(len(looks), func(i, j int) { looks[i], looks[j] = looks[j], looks[i] })
		s, err := store.Create(t.TempDir() + "/a.db")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range looks {
			imported(t, s, l)
		}
		imported(t, s, looks...)
		revisions, err := s.Revisions(urlOf(1))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range revisions {
			got = append(got, r.Text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %s, want %v", life(t, s, urlOf(1)), want)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
	}
}

// A crawl goes on where an import has been, and the other way round.
func TestImportAndSave(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "B", at(10)))
	imported(t, s, visit(1, "A", at(1)))
	save(t, s, visit(1, "B", at(11)), visit(1, "C", at(12)))
	if got, want := life(t, s, urlOf(1)), "A 1-1, B 10-11, C 12-12"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// What was read again takes the place of the right revision.
	p, err := s.Page(urlOf(1), 2)
	if err != nil {
		t.Fatal(err)
	}
	better := *visit(1, "B", at(10)).Record
	better.Kind = article.KindFraud
	save(t, s, article.Visit{Address: article.Address{Record: urlOf(1)}, Page: p, Record: &better})
	revisions, err := s.Revisions(urlOf(1))
	if err != nil || len(revisions) != 3 || revisions[1].Kind != article.KindFraud || revisions[0].Kind == article.KindFraud {
		t.Errorf("got %v, %v", revisions, err)
	}
}

func TestImportKeepsStates(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "A", at(10)), known(urlOf(2), article.StateNew, at(10)))
	gone := known(urlOf(1), article.StateGone, at(20))
	gone.Address.Reason, gone.Address.Misses, gone.Address.MissingSince = "HTTP status 404", 3, at(15)
	save(t, s, gone)

	// Older than the check that did not find it.
	imported(t, s, visit(1, "A", at(12)), visit(1, "B", at(5)), visit(2, "X", at(5)), visit(3, "Y", at(5)))
	if a, r := address(t, s, urlOf(1)), record(t, s, urlOf(1)); a.State != article.StateGone || a.Misses != 3 || r.Status != article.StatusGone {
		t.Errorf("got %+v, %s", a, r.Status)
	}
	if a := address(t, s, urlOf(2)); a.State != article.StateNew {
		t.Errorf("a crawl was to ask for %s, which is now %s", a.URL, a.State)
	}
	if a := address(t, s, urlOf(3)); a.State != article.StateFetched || !a.Checked.Equal(at(5)) || !a.Found.Equal(noon) {
		t.Errorf("got %+v", a)
	}
	// Later: it is there again.
	imported(t, s, visit(1, "A", at(30)))
	if a, r := address(t, s, urlOf(1)), record(t, s, urlOf(1)); a.State != article.StateFetched || a.Misses != 0 || r.Status != article.StatusLive {
		t.Errorf("got %+v, %s", a, r.Status)
	}
}

func TestImportNotArticle(t *testing.T) {
	s := create(t)
	v := visit(1, "A", at(1))
	v.Record, v.Address.State = nil, article.StateNotArticle
	save(t, s, v)
	imported(t, s, visit(1, "A", at(2)))
	if a := address(t, s, urlOf(1)); a.State != article.StateFetched {
		t.Errorf("got %+v", a)
	}
	if got := life(t, s, urlOf(1)); got != "A 2-2" {
		t.Errorf("got %s", got)
	}
}

func TestImportMoved(t *testing.T) {
	s := create(t)
	// The page tells where it moved; the visit may know better.
	imported(t, s, visitOf(urlOf(1), urlOf(2), "Appeal", "A", noon, at(1)))
	v := visit(3, "B", at(2))
	v.Address.Record = urlOf(4)
	imported(t, s, v, article.Visit{Address: article.Address{URL: urlOf(5), Site: "x", State: article.StateAlias, Record: urlOf(4)}})
	// What has moved since moves on.
	imported(t, s, visit(3, "C", at(3)))
	for _, ref := range []string{urlOf(1), urlOf(2)} {
		if got := life(t, s, ref); got != "A 1-1" {
			t.Errorf("%s: got %s", ref, got)
		}
	}
	for _, ref := range []string{urlOf(3), urlOf(4), urlOf(5)} {
		if got := life(t, s, ref); got != "B 2-2, C 3-3" {
			t.Errorf("%s: got %s", ref, got)
		}
		if a := address(t, s, ref); a.State != article.StateAlias && ref != urlOf(4) {
			t.Errorf("got %+v", a)
		}
	}
	if got := count(t, s.Records(store.Range{})); got != 2 {
		t.Errorf("got %d records", got)
	}
}

func TestImportSuppressed(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "A", at(1)), known(urlOf(1), article.StateSuppressed, at(2)))
	moved := visitOf(urlOf(2), urlOf(1), "Appeal", "B", noon, at(3))
	if got := imported(t, s, visit(1, "B", at(3)), moved); !slices.Equal(got, []article.Outcome{article.OutcomeNone, article.OutcomeNone}) {
		t.Errorf("got %v", got)
	}
	if got := count(t, s.Records(store.Range{})); got != 0 {
		t.Errorf("got %d records", got)
	}
	if _, err := s.Address(urlOf(2)); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// What was erased is not brought back, not even once that is lifted; what was
// fetched since is.
func TestImportErased(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "A", at(1)))
	if _, err := s.Suppress(store.Order{By: "a test", Reason: "asked for", At: at(2), Erase: true}, urlOf(1)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lift(store.Order{By: "a test", Reason: "asked for", At: at(3)}, urlOf(1)); err != nil {
		t.Fatal(err)
	}
	if got := imported(t, s, visit(1, "A", at(1)), visit(1, "B", at(4))); !slices.Equal(got, []article.Outcome{article.OutcomeNone, article.OutcomeNew}) {
		t.Errorf("got %v", got)
	}
}

// document is a visit whose page is a document.
func document(n int, text string, fetched time.Time) article.Visit {
	v := visit(n, text, fetched)
	v.Page.Status, v.Page.Header = 0, map[string][]string{"Content-Type": {"text/markdown"}}
	v.Record.Links = nil
	v.Record.Capture = v.Page.Capture()
	v.Record.Fill()
	return v
}

func TestImportDocuments(t *testing.T) {
	linked := func(text string, fetched time.Time) article.Visit {
		v := visit(1, text, fetched)
		v.Record.Links = []article.Link{{Text: "a", URL: "https://x.test/"}}
		return v
	}
	status := func(s *store.Store, want ...int) {
		t.Helper()
		revisions, err := s.Revisions(urlOf(1))
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, r := range revisions {
			got = append(got, r.Capture.Status)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got pages with the statuses %v, want %v", got, want)
		}
	}
	// A page takes the place of a document.
	s := create(t)
	imported(t, s, document(1, "A", at(1)))
	status(s, 0)
	if got := imported(t, s, linked("A", at(5)), document(1, "A", at(1))); !slices.Equal(got, []article.Outcome{article.OutcomeUnchanged, article.OutcomeUnchanged}) {
		t.Errorf("got %v", got)
	}
	status(s, 200)
	// A document takes no page's place.
	s = create(t)
	imported(t, s, linked("A", at(5)), document(1, "A", at(1)))
	status(s, 200)
	// One with another text is a revision.
	imported(t, s, document(1, "B", at(2)))
	status(s, 0, 200)
}

func TestImportRefuses(t *testing.T) {
	s := create(t)
	noPage := visit(1, "A", at(1))
	noPage.Page, noPage.Record = nil, nil
	noRecord := visit(1, "A", at(1))
	noRecord.Record = nil
	noAddress := visit(1, "A", at(1))
	noAddress.Address = article.Address{}
	for _, v := range []article.Visit{noPage, noRecord, noAddress} {
		if _, err := s.Import(visit(2, "B", at(1)), v); err == nil {
			t.Errorf("%+v was imported", v.Address)
		}
	}
	if got := count(t, s.Records(store.Range{})); got != 0 {
		t.Errorf("%d records were kept", got)
	}
}

func BenchmarkImport(b *testing.B) {
	s := create(b)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		var visits []article.Visit
		for range 64 {
			n++
			visits = append(visits, visit(n, strings.Repeat("Officers were called. ", 200), at(n)))
		}
		imported(b, s, visits...)
	}
}
