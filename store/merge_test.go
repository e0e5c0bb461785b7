package store_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// contents writes down all that an archive shows, and its audit, as lines of
// JSON.
func contents(t fatal, s *store.Store) string {
	var b strings.Builder
	write := func(what string, v any, err error) {
		if err == nil {
			var data []byte
			data, err = json.Marshal(v)
			fmt.Fprintf(&b, "%s %s\n", what, data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var addresses []article.Address
	for a, err := range s.AddressesOf("") {
		if err != nil {
			t.Fatal(err)
		}
		addresses = append(addresses, a)
	}
	slices.SortFunc(addresses, func(a, b article.Address) int { return strings.Compare(a.URL, b.URL) })
	for _, a := range addresses {
		write("address", a, nil)
	}
	for newest, err := range s.Records(store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		revisions, err := s.Revisions(newest.ID)
		if err != nil {
			t.Fatal(err)
		}
		changes, err := s.StatusChanges(newest.ID)
		write("life", changes, err)
		for _, r := range revisions {
			r.Extraction.Fields = nil
			write("record", r, nil)
			p, err := s.Page(r.ID, r.Revision)
			if err != nil {
				t.Fatal(err)
			}
			write("page", map[string]any{"url": p.URL, "fetched": p.Fetched, "body": string(p.Body)}, nil)
		}
	}
	suppressions, err := s.Suppressions()
	write("suppressed", suppressions, err)
	state, err := s.State("x")
	write("state", string(state), err)
	return b.String()
}

// fatal is what rapid.T and testing.T have in common here.
type fatal interface {
	Helper()
	Fatal(args ...any)
}

func merge(t fatal, s *store.Store, from ...*store.Store) (last store.Merging) {
	t.Helper()
	for _, f := range from {
		var err error
		if last, err = s.Merge(background(), 0, f.Path(), nil); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// filled makes an archive with what the visits brought.
func filled(t *testing.T, visits ...article.Visit) *store.Store {
	t.Helper()
	s := create(t)
	save(t, s, visits...)
	return s
}

func texts(t *testing.T, s *store.Store, ref string) (texts []string) {
	t.Helper()
	revisions, err := s.Revisions(ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range revisions {
		texts = append(texts, r.Text)
	}
	return texts
}

func TestMergeRevisions(t *testing.T) {
	a := filled(t, visit(1, "One.", at(1)), visit(1, "Two.", at(5)), visit(2, "Alone.", at(1)))
	b := filled(t, visit(1, "One.", at(2)), visit(1, "Between.", at(3)), visit(1, "Two.", at(4)), visit(3, "Alone.", at(1)))
	m := merge(t, a, b)
	if m.New != 1 || m.Changed != 1 || m.Addresses != 2 || m.Unreadable != 0 {
		t.Errorf("got %+v", m)
	}
	if diff := cmp.Diff([]string{"One.", "Between.", "Two."}, texts(t, a, urlOf(1))); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
	r := record(t, a, urlOf(1))
	if !r.FirstSeen.Equal(at(1)) || !r.LastChanged.Equal(at(4)) || !r.LastSeen.Equal(at(5)) {
		t.Errorf("seen first %v, changed %v, seen last %v", r.FirstSeen, r.LastChanged, r.LastSeen)
	}
	if got := address(t, a, urlOf(1)); !got.Checked.Equal(at(5)) {
		t.Errorf("the address was checked %v", got.Checked)
	}
	if n := count(t, a.Records(all)); n != 3 {
		t.Errorf("%d records, want 3", n)
	}
	if again := merge(t, a, b); again.New+again.Changed != 0 {
		t.Errorf("the second time: %+v", again)
	}
}

// What the watches of another archive have told is nothing to this one; other notes
// are joined.
func TestMergeKeepsOwnWatches(t *testing.T) {
	a, b := filled(t), filled(t)
	for _, x := range []struct {
		s     *store.Store
		notes map[string][]byte
	}{
		{a, map[string][]byte{store.NoteWatches: []byte("own"), "other": []byte("a")}},
		{b, map[string][]byte{store.NoteWatches: []byte("zzz"), "other": []byte("b")}},
	} {
		if err := x.s.SetStates(x.notes); err != nil {
			t.Fatal(err)
		}
	}
	merge(t, a, b)
	for key, want := range map[string]string{store.NoteWatches: "own", "other": "b"} {
		if got, err := a.State(key); err != nil || string(got) != want {
			t.Errorf("note %q: got %q, %v, want %q", key, got, err, want)
		}
	}
}

// What one archive saw before and after another saw something else is what the
// page says now.
func TestMergeSeenAgain(t *testing.T) {
	a := filled(t, visit(1, "One.", at(1)), visit(1, "One.", at(5)))
	b := filled(t, visit(1, "Two.", at(3)))
	merge(t, a, b)
	if diff := cmp.Diff([]string{"One.", "Two.", "One."}, texts(t, a, urlOf(1))); diff != "" {
		t.Errorf("revisions (-want +got):\n%s", diff)
	}
	if r := record(t, a, urlOf(1)); !r.LastChanged.Equal(at(5)) || !r.LastSeen.Equal(at(5)) {
		t.Errorf("changed %v, seen last %v", r.LastChanged, r.LastSeen)
	}
}

// What one machine knows to have moved takes the other's history with it.
func TestMergeMoved(t *testing.T) {
	final := urlOf(1) + "moved/"
	a := filled(t, visit(1, "One.", at(1)), visit(1, "Two.", at(2)))
	b := filled(t, visitOf(urlOf(1), final, "Appeal 1", "Three.", at(0), at(3)))
	want := []string{"One.", "Two.", "Three."}
	merge(t, a, b)
	for _, ref := range []string{urlOf(1), final} {
		if diff := cmp.Diff(want, texts(t, a, ref)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", ref, diff)
		}
	}
	if n := count(t, a.Records(all)); n != 1 {
		t.Errorf("%d records, want 1", n)
	}
	if got := address(t, a, urlOf(1)); got.State != article.StateAlias || got.Record != final {
		t.Errorf("got %+v", got)
	}
}

// What is suppressed on either side is on both.
func TestMergeSuppressed(t *testing.T) {
	order := store.Order{By: "me", Reason: "asked to", At: at(7)}
	for name, erase := range map[string]bool{"kept": false, "erased": true} {
		t.Run(name, func(t *testing.T) {
			order := order
			order.Erase = erase
			a := filled(t, visit(1, "One.", at(1)), visit(2, "Two.", at(1)))
			b := filled(t, visit(1, "One!", at(2)), visit(2, "Two.", at(2)), visit(3, "Three.", at(2)))
			if _, err := a.Suppress(order, urlOf(1)); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Suppress(order, urlOf(2)); err != nil {
				t.Fatal(err)
			}
			merge(t, a, b)
			merge(t, b, a)
			for _, s := range []*store.Store{a, b} {
				if n := count(t, s.Records(all)); n != 1 {
					t.Errorf("%d records, want 1", n)
				}
				for _, n := range []int{1, 2} {
					if _, err := s.Record(urlOf(n)); !errors.Is(err, article.ErrNotFound) {
						t.Errorf("record %d: got %v, want ErrNotFound", n, err)
					}
				}
			}
			if diff := cmp.Diff(contents(t, a), contents(t, b)); diff != "" {
				t.Errorf("they differ (-a +b):\n%s", diff)
			}
			// A lift that comes later counts on both, too.
			if _, err := a.Lift(store.Order{By: "me", At: at(9)}, urlOf(1)); err != nil {
				t.Fatal(err)
			}
			merge(t, b, a)
			_, err := b.Record(urlOf(1))
			if erase != errors.Is(err, article.ErrNotFound) {
				t.Errorf("after the lift: %v", err)
			}
		})
	}
}

// A record that is suppressed where it was stays so where another machine knows
// that it has moved.
func TestMergeSuppressedMoved(t *testing.T) {
	final := urlOf(1) + "moved/"
	a := filled(t, visit(1, "One.", at(1)))
	if _, err := a.Suppress(store.Order{Reason: "asked to", At: at(2)}, urlOf(1)); err != nil {
		t.Fatal(err)
	}
	b := filled(t, visit(1, "One.", at(1)), visitOf(urlOf(1), final, "Appeal 1", "Three.", at(0), at(3)))
	merge(t, a, b)
	if n := count(t, a.Records(all)); n != 0 {
		t.Errorf("%d records, want none", n)
	}
	for _, url := range []string{urlOf(1), final} {
		if _, err := a.Record(url); !errors.Is(err, article.ErrNotFound) {
			t.Errorf("%s: got %v, want ErrNotFound", url, err)
		}
		if got := address(t, a, url); got.State != article.StateSuppressed {
			t.Errorf("%s is %s, so a crawl would ask for it", url, got.State)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	s := filled(t, visit(1, "One.", at(1)))
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(s.Path(), link); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("text ", 3000)), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		s.Path(): "it is the archive itself", link: "it is the archive itself",
		"none.db": "not found", text: "not an archive",
	} {
		if _, err := s.Merge(t.Context(), 0, path, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it to say %q", path, err, want)
		}
	}
	unlock, err := s.Lock(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	other := filled(t, visit(2, "Two.", at(1)))
	if _, err := s.Merge(t.Context(), 0, other.Path(), nil); !errors.Is(err, store.ErrInUse) {
		t.Errorf("beside a crawl: got %v, want ErrInUse", err)
	}
}

// An archive of every schema there was can be merged, and stays as it is.
func TestMergeSchemas(t *testing.T) {
	archives, err := filepath.Glob("testdata/schema-*.db")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range archives {
		before, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s := create(t)
		if _, err := s.Merge(t.Context(), 0, name, nil); err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"testdata/schema-1.db": 3, "testdata/schema-2.db": 4, "testdata/schema-3.db": 4}[name]
		if n := count(t, s.Records(all)); n != want {
			t.Errorf("%s: %d records, want %d", name, n, want)
		}
		if after, err := os.ReadFile(name); err != nil || string(after) != string(before) {
			t.Errorf("%s has changed, or %v", name, err)
		}
		if left := files(t, filepath.Dir(s.Path())); len(left) != 3 { // the archive, its lock and turnstile
			t.Errorf("%d files are left", len(left))
		}
	}
}

// Archives of machines that look at one site, each at its own times, come to the
// same whatever is merged into what, in which order and how often.
func TestMergeAnyOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures many orders; without the race detector it runs in full")
	}
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("15"); err != nil { // one makes a dozen archives
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := checks.Value.Set(checks.DefValue); err != nil {
				t.Error(err)
			}
		})
	}
	dir := inMemory(t)
	rapid.Check(t, func(t *rapid.T) {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		w := newWorld(t)
		machines := make([]*store.Store, 3)
		for i := range machines {
			machines[i] = w.archive(t, filepath.Join(dir, fmt.Sprint("machine", i, ".db")))
		}
		n := 0
		merged := func(base *store.Store, from ...*store.Store) string {
			n++
			path := filepath.Join(dir, fmt.Sprint("merged", n, ".db"))
			s, err := store.Create(path)
			if base != nil {
				if _, err := base.Backup(background(), path, nil); err != nil {
					t.Fatal(err)
				}
				s, err = store.Open(path)
			}
			if err != nil {
				t.Fatal(err)
			}
			merge(t, s, from...)
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
			return contents(t, s)
		}
		a, b, c := machines[0], machines[1], machines[2]
		want := merged(nil, a, b, c)
		for name, got := range map[string]string{
			"c b a": merged(nil, c, b, a), "b a c": merged(nil, b, a, c), "again": merged(nil, a, b, c, a, b, b, c),
			"into a": merged(a, c, b), "into b": merged(b, a, c), "into c": merged(c, b, a),
		} {
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Fatalf("%s (-a b c +%s):\n%s", name, name, diff)
			}
		}
		// Through an archive of two.
		path := filepath.Join(dir, "two.db")
		two, err := store.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		merge(t, two, b, c)
		if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(merged(nil, two, a, b), "\n")); diff != "" {
			t.Fatalf("through two (-a b c +two a):\n%s", diff)
		}
	})
}

// inMemory returns a folder for a test that commits thousands of times, in memory
// where the system has such a place, because there a commit has no disk to wait
// for.
func inMemory(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "archiver-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// A world is what a site shows hour by hour: machines that look at the same hour
// see the same.
type world struct {
	text  [4][12]string
	moved [4]int // from this hour; 99 for never
	// A record may be erased, or its suppression lifted where it stays in its place:
	// for the others the outcome is sound, but not always the same.
	erased [4]bool
}

func newWorld(t *rapid.T) *world {
	w := &world{}
	for n := range w.text {
		for hour := range w.text[n] {
			w.text[n][hour] = rapid.SampledFrom([]string{"Appeal.", "Charged.", "Court."}).Draw(t, "text")
		}
		w.moved[n] = rapid.SampledFrom([]int{99, 99, 4, 8}).Draw(t, "moved")
		w.erased[n] = rapid.Bool().Draw(t, "may be erased")
	}
	return w
}

// archive is that of a machine that looks at some addresses at some hours.
func (w *world) archive(t *rapid.T, path string) *store.Store {
	s, err := store.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]time.Time{}
	for hour := range 12 {
		for n := range w.text {
			url, final := urlOf(n), urlOf(n)
			if hour >= w.moved[n] {
				final = url + "moved/"
				if rapid.Bool().Draw(t, "listed there") {
					url = final
				}
			}
			v := visitOf(url, final, fmt.Sprint("Appeal ", n), w.text[n][hour], at(-n), at(hour))
			v.Page.Body = append(v.Page.Body, url...) // or two looks at one hour could be one page of two addresses
			switch rapid.SampledFrom([]string{"", "", "", "", "look", "look", "undated", "listing", "same", "missing", "failed", "suppress", "erase", "lift"}).Draw(t, "event") {
			case "":
				continue
			case "undated":
				v.Record.Published, v.Record.PublishedText = article.Time{}, ""
			case "listing":
				v.Record, v.Address.State = nil, article.StateNotArticle
			case "same":
				if _, err := s.Record(url); err != nil || final != url {
					continue
				}
				v = known(url, article.StateUnchanged, at(hour))
			case "missing":
				if missing[url].IsZero() {
					missing[url] = at(hour)
				}
				v = missing404(url, at(hour))
				v.Address.MissingSince = missing[url]
			case "failed":
				v = known(url, article.StateFailed, at(hour))
				v.Address.MissingSince = missing[url]
			case "suppress", "erase":
				order := store.Order{By: "me", Reason: "asked to", At: at(hour), Erase: w.erased[n] && rapid.Bool().Draw(t, "erase")}
				if _, err := s.Suppress(order, url); err != nil && !errors.Is(err, article.ErrNotFound) {
					t.Fatal(err)
				}
				continue
			case "lift":
				if w.erased[n] || w.moved[n] < 99 {
					continue
				}
				if _, err := s.Lift(store.Order{By: "me", At: at(hour)}, url); err != nil && !errors.Is(err, article.ErrNotFound) {
					t.Fatal(err)
				}
				continue
			}
			if v.Page != nil {
				delete(missing, url)
				delete(missing, final)
			}
			if _, err := s.Save(v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.SetState("x", []byte(filepath.Base(path))); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	return s
}
