package scraper

import (
	"net/http"
	"testing"
	"time"

	"archiver/article"
	"archiver/scraper/sites"
)

func TestAsks(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	later := now.Add(time.Minute)
	for _, test := range []struct {
		state        article.State
		next         time.Time
		plain, again bool // without and with Recheck
	}{
		{article.StateNew, later, true, true},
		{article.StateForbidden, time.Time{}, true, true},
		{article.StateForbidden, later, false, true},
		{article.StateForbidden, now, true, true},
		{article.StateFetched, later, false, true},
		{article.StateFetched, now, true, true},
		{article.StateUnchanged, later, false, true},
		{article.StateMissing, later, false, true},
		{article.StateGone, later, false, true},
		{article.StateFailed, later, false, true},
		{article.StateFailed, time.Time{}, true, true},
		{article.StateBlocked, time.Time{}, true, true},
		{article.StateNotArticle, later, false, false},
		{article.StateNotArticle, now, true, true},
		{article.StateSuppressed, time.Time{}, false, false},
	} {
		a := article.Address{State: test.state, Next: test.next}
		if asks(a, false, now) != test.plain || asks(a, true, now) != test.again {
			t.Errorf("%s, next %v: %v, %v", test.state, test.next, asks(a, false, now), asks(a, true, now))
		}
	}
}

func TestAfterAbsent(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := article.Address{State: article.StateFetched, Tries: 2}
	var states []article.State
	for _, d := range []time.Duration{0, day, 13 * day, 14 * day} {
		a = afterAbsent(a, "gone", now.Add(d))
		states = append(states, a.State)
	}
	// Three checks are not enough within thirteen days.
	want := []article.State{article.StateMissing, article.StateMissing, article.StateMissing, article.StateGone}
	for i := range want {
		if states[i] != want[i] {
			t.Errorf("after check %d it is %s, want %s", i+1, states[i], want[i])
		}
	}
	if a.Misses != 4 || !a.MissingSince.Equal(now) || a.Tries != 0 {
		t.Errorf("%+v", a)
	}
	back := afterArticle(a, &sites.Site{}, now, &answer{status: 200, at: now.Add(20 * day), header: http.Header{}})
	if back.Misses != 0 || !back.MissingSince.IsZero() || back.State != article.StateFetched {
		t.Errorf("%+v", back)
	}
	if !afterAbsent(back, "again", now.Add(30*day)).MissingSince.Equal(now.Add(30 * day)) {
		t.Error("a second absence counts from the first")
	}
}

func TestAfterSame(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	same := &answer{status: 304, at: now, header: http.Header{}}
	a := afterSame(article.Address{State: article.StateFailed, HasRecord: true, ETag: `"a"`, Modified: "m", Tries: 3, Reason: "x", Found: now.Add(-day)}, &sites.Site{}, same)
	if a.State != article.StateUnchanged || a.ETag != `"a"` || a.Modified != "m" || a.Tries != 0 || a.Reason != "" || a.Next.Sub(now) != 6*time.Hour {
		t.Errorf("%+v", a)
	}
	a = afterSame(article.Address{State: article.StateNotArticle, Reason: "a section"}, &sites.Site{}, same)
	if a.State != article.StateNotArticle || a.Reason != "a section" || a.Next.Sub(now) != recheckNotArticle {
		t.Errorf("%+v", a)
	}
}

func TestPaging(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	page := func(next string, urls ...string) *listing {
		l := &listing{next: next}
		for _, u := range urls {
			l.cards = append(l.cards, article.Card{URL: u})
		}
		return l
	}
	before, fresh := start.Add(-day), time.Time{}

	// A known page ends a plain crawl, and clears what an earlier one left open.
	p := newPaging("p1", article.FromSearch, false, start, pagingNote{PagingOpen: start.Add(-time.Hour), Ended: before, Reached: "p9"})
	if next := p.read("p1", page("p2", "a", "b"), []time.Time{start.Add(-time.Minute), before}, time.Time{}); next != "p2" {
		t.Errorf("what was found since the paging was open is known: next is %q", next)
	}
	if next := p.read("p2", page("p3", "c"), []time.Time{before}, time.Time{}); next != "" || !p.note.PagingOpen.IsZero() || p.note.Reached != "p9" {
		t.Errorf("next %q, note %+v", next, p.note)
	}

	// A full crawl opens no paging: the page that it has reached says it better.
	p = newPaging("p1", article.FromSearch, true, start, pagingNote{})
	p.read("p1", page("p2", "a"), []time.Time{fresh}, time.Time{})
	p.read("p2", page("p3", "b"), []time.Time{fresh}, time.Time{})
	if p.note.Reached != "p2" || !p.note.PagingOpen.IsZero() {
		t.Errorf("note %+v", p.note)
	}
	p.read("p3", page("", "c"), []time.Time{fresh}, time.Time{})
	if p.note.Reached != "" || p.note.Ended.IsZero() {
		t.Errorf("note at the end %+v", p.note)
	}

	// Until it is back where it was ended, the note stays.
	p = newPaging("p1", article.FromSearch, true, start, pagingNote{Reached: "p7"})
	p.read("p1", page("p2", "a"), []time.Time{fresh}, time.Time{})
	if p.note.Reached != "p7" || !p.note.PagingOpen.Equal(start) {
		t.Errorf("note %+v", p.note)
	}
	if next := p.read("p2", page("p3", "b"), []time.Time{before}, time.Time{}); next != "p7" || p.note.Reached != "p7" || !p.note.PagingOpen.IsZero() {
		t.Errorf("next %q, note %+v", next, p.note)
	}
	// It may have been one of the first pages.
	p = newPaging("p1", article.FromSearch, true, start, pagingNote{Reached: "p1"})
	if next := p.read("p1", page("p2", "a"), []time.Time{before}, time.Time{}); next != "p2" {
		t.Errorf("next %q", next)
	}
}
