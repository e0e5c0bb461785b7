package watch_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"archiver/article"
	"archiver/watch"
)

// A watching is a watch with its position as it is kept.
type watching struct {
	*watch.Watch
	kept []byte
}

// look tells, and keeps the position unless the program is killed before.
func (w *watching) look(t *testing.T, m *memory, now time.Time, killed bool) watch.News {
	t.Helper()
	var p watch.Position
	if w.kept != nil {
		if err := json.Unmarshal(w.kept, &p); err != nil {
			t.Fatal(err)
		}
	}
	news, next, err := watch.Look(t.Context(), m, w.Watch, p, now)
	if err != nil {
		t.Fatal(err)
	}
	if news.Total() < len(news.Entries) {
		t.Errorf("%d entries, %d in all", len(news.Entries), news.Total())
	}
	if !killed {
		if w.kept, err = json.Marshal(next); err != nil {
			t.Fatal(err)
		}
	}
	return news
}

// Runs an hour apart: what happened before each, and what is told.
func TestLook(t *testing.T) {
	type step struct {
		do     func(m *memory, at time.Time)
		told   string
		killed bool
	}
	save := func(slug, title string) func(*memory, time.Time) {
		return func(m *memory, at time.Time) { m.save(at, slug, title) }
	}
	turn := func(slug string, status article.Status) func(*memory, time.Time) {
		return func(m *memory, at time.Time) { m.turn(at, slug, status) }
	}
	nothing := func(*memory, time.Time) {}
	onNew, all := watch.Watch{Words: "fraud", New: true}, watch.Watch{Words: "fraud", New: true, Changed: true, Removed: true}
	for name, test := range map[string]struct {
		watch watch.Watch
		steps []step
	}{
		"new": {onNew, []step{
			{save("a", "fraud"), "", false}, // it was there before the watch
			{save("b", "fraud"), "new:b1", false},
			{save("c", "theft"), "", false},
			{save("b", "fraud again"), "", false},
			{nothing, "", false},
		}},
		"matches since it has changed": {onNew, []step{
			{save("a", "theft"), "", false},
			{save("a", "fraud"), "new:a2", false},
			{save("a", "theft"), "", false},
			{save("a", "fraud"), "", false}, // a match is told once
		}},
		"killed between": {onNew, []step{
			{nothing, "", false},
			{save("a", "fraud"), "new:a1", true},
			{save("b", "fraud"), "new:b1 new:a1", true},
			{nothing, "new:b1 new:a1", false},
			{nothing, "", false},
		}},
		"all": {all, []step{
			{save("a", "fraud"), "", false},
			{save("a", "fraud twice"), "changed:a2", false},
			{turn("a", article.StatusMissing), "removed:a2", false},
			{nothing, "", false},
			{turn("a", article.StatusLive), "", false},
			{turn("a", article.StatusMissing), "removed:a2", false},
			{save("b", "fraud"), "new:b1", false},
			{save("b", "theft"), "", false},
			{save("b", "fraud once more"), "changed:b3", false},
		}},
		"changes alone": {watch.Watch{Words: "fraud", Changed: true}, []step{
			{save("a", "fraud"), "", false},
			{save("b", "fraud"), "", false},
			{save("a", "fraud twice"), "changed:a2", true},
			{save("a", "fraud thrice"), "changed:a3", false},
			{turn("a", article.StatusMissing), "", false},
		}},
		"removals alone": {watch.Watch{Removed: true}, []step{
			{save("a", "fraud"), "", false},
			{save("b", "fraud"), "", false},
			{turn("b", article.StatusGone), "removed:b1", false},
		}},
		"suppressed": {all, []step{
			{nothing, "", false},
			{func(m *memory, at time.Time) {
				m.save(at, "a", "fraud")
				m.save(at, "b", "fraud")
				m.suppress("a")
			}, "new:b1", false},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMemory()
			test.watch.Name = "w"
			w := watching{Watch: &test.watch}
			for i, s := range test.steps {
				now := start.Add(time.Duration(i) * time.Hour)
				s.do(m, now.Add(-time.Minute))
				if got := told(w.look(t, m, now, s.killed).Entries); got != s.told {
					t.Fatalf("step %d: told %q, want %q", i, got, s.told)
				}
			}
		})
	}
}

// Another search begins anew; who is told does not matter to it.
func TestLookAtAnotherSearch(t *testing.T) {
	m := newMemory()
	w := watching{Watch: &watch.Watch{Name: "w", Words: "fraud", New: true}}
	w.look(t, m, start, false)
	for i := range 20 {
		m.save(start.Add(time.Duration(i+1)*time.Minute), fmt.Sprint("a", i), "theft")
	}
	w.Watch = &watch.Watch{Name: "w", Words: "theft", New: true}
	if news := w.look(t, m, start.Add(time.Hour), false); news.Total() != 0 {
		t.Errorf("told of %d", news.Total())
	}
	w.Notify = "https://hooks.example.org/"
	m.save(start.Add(time.Hour), "b", "theft")
	if news := w.look(t, m, start.Add(2*time.Hour), false); told(news.Entries) != "new:b1" {
		t.Errorf("told %q", told(news.Entries))
	}
}

// What an import brings of long ago, and what a better reader finds, is no news; what
// another machine saw a week ago is, once.
func TestLookAtWhatIsOld(t *testing.T) {
	m := newMemory()
	w := watching{Watch: &watch.Watch{Name: "w", Words: "fraud", New: true, Changed: true}}
	old := m.save(start.AddDate(0, 0, -2), "read-better", "theft")
	w.look(t, m, start, false)
	old.Title = "fraud"
	m.save(start.AddDate(-3, 0, 0), "imported", "fraud")
	m.save(start.Add(-time.Second), "just-before", "fraud")
	now := start.AddDate(0, 0, 20)
	if news := w.look(t, m, now, false); news.Total() != 0 {
		t.Errorf("told %q", told(news.Entries))
	}
	m.save(now.AddDate(0, 0, -7), "merged", "fraud")
	m.save(now.AddDate(0, 0, -6), "merged", "fraud twice")
	for day, want := range []string{"new:merged2", "", ""} {
		if got := told(w.look(t, m, now.AddDate(0, 0, 20*day), false).Entries); got != want {
			t.Errorf("day %d: told %q, want %q", 20*day, got, want)
		}
	}
}

// Of a back file the newest are told, and how many there are; and a position does not
// grow by what was told long ago.
func TestLookAtMany(t *testing.T) {
	m := newMemory()
	w := watching{Watch: &watch.Watch{Name: "w", New: true, Changed: true}}
	w.look(t, m, start, false)
	const many = 1000
	for i := range many { // the newest is crawled first
		r := m.save(start.Add(time.Duration(i)*time.Second), fmt.Sprintf("n%04d", i), "fraud")
		r.Published = article.At(start.AddDate(0, 0, -i))
	}
	news := w.look(t, m, start.Add(time.Hour), false)
	if news.Total() != many || news.Counts[watch.New] != many || len(news.Entries) != watch.MostEntries || news.Entries[0].Record.URL != "https://www.mereshire.police.test/news/n0000/" {
		t.Errorf("told of %d, %d entries, first %q", news.Total(), len(news.Entries), told(news.Entries[:1]))
	}
	for i := range many {
		m.save(start.Add(2*time.Hour), fmt.Sprintf("n%04d", i), "fraud twice")
	}
	if news = w.look(t, m, start.Add(3*time.Hour), false); news.Counts[watch.Changed] != many {
		t.Errorf("told of %v", news.Counts)
	}
	big := len(w.kept)
	w.look(t, m, start.AddDate(0, 2, 0), false)
	if len(w.kept) > big/4 || len(w.kept) > 12*many {
		t.Errorf("the position takes %d bytes, before %d", len(w.kept), big)
	}
}

// Where the archive fails nothing is told, and nothing taken for told.
func TestLookFails(t *testing.T) {
	m := newMemory()
	m.fails = errors.New("it is burning")
	_, _, err := watch.Look(t.Context(), m, &watch.Watch{Name: "w", New: true}, watch.Position{}, start)
	if err == nil || err.Error() != "watch w: it is burning" {
		t.Errorf("got %v", err)
	}
}

func TestFeed(t *testing.T) {
	m := newMemory()
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	m.save(at(0), "a", "fraud")
	m.save(at(10), "b", "fraud")
	m.save(at(20), "c", "theft")
	m.save(at(30), "a", "fraud twice")
	m.save(at(40), "a", "fraud thrice")
	m.turn(at(35), "b", article.StatusMissing)
	m.save(at(50), "d", "fraud")
	m.suppress("d")
	now := at(24 * 300)
	for _, test := range []struct {
		watch watch.Watch
		n     int
		want  string
	}{
		{watch.Watch{Words: "fraud", New: true}, 10, "new:b1 new:a3"},
		{watch.Watch{Words: "fraud", New: true}, 1, "new:b1"},
		{watch.Watch{Words: "fraud", New: true}, 0, ""},
		{watch.Watch{Words: "fraud", New: true, Changed: true, Removed: true}, 10, "changed:a3 removed:b1 changed:a2 new:b1 new:a3"},
		{watch.Watch{Words: "fraud", New: true, Changed: true, Removed: true}, 2, "changed:a3 removed:b1"},
		{watch.Watch{Changed: true}, 1, "changed:a3"},
		{watch.Watch{Removed: true}, 9, "removed:b1"},
		{watch.Watch{Words: "theft", Changed: true, Removed: true}, 9, ""},
	} {
		test.watch.Name = "w"
		got, err := watch.Feed(t.Context(), m, &test.watch, test.n, now)
		if err != nil || told(got) != test.want {
			t.Errorf("%+v, %d: %v, got %q, want %q", test.watch, test.n, err, told(got), test.want)
		}
	}
}

// The newest removals are found whatever the order in which pages turned.
func TestFeedOfRemovals(t *testing.T) {
	m := newMemory()
	for i := range 50 {
		slug := fmt.Sprintf("n%02d", i)
		m.save(start, slug, "fraud")
		m.turn(start.Add(time.Duration(i*37%50)*time.Hour), slug, article.StatusGone)
	}
	got, err := watch.Feed(t.Context(), m, &watch.Watch{Name: "w", Removed: true}, 5, start)
	if err != nil || len(got) != 5 {
		t.Fatal(err, told(got))
	}
	for i, e := range got {
		if want := start.Add(time.Duration(49-i) * time.Hour); !e.At.Equal(want) || e.Reason == "" {
			t.Errorf("entry %d: %s at %v, want %v", i, e.Record.URL, e.At, want)
		}
	}
}
