package scraper

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"archiver/article"
	"archiver/health"
)

// A ShapeNote is what the crawl has learned of a site's shape: what its pages
// always have, and the cards of each of its listings and feeds, by their
// addresses. It is kept in the archive under [ShapeKey].
type ShapeNote struct {
	Changed time.Time                 `json:"changed"` // in UTC; first, see [health.Sample]
	Pages   health.Sample             `json:"pages"`
	Cards   map[string]*health.Sample `json:"cards,omitempty"`
}

// ShapeKey names the note of a site's shape.
func ShapeKey(site string) string { return "shape/" + site }

// Settle ends a run, see [health.Sample.Settle].
func (n *ShapeNote) Settle(now time.Time) {
	n.Changed = now.UTC()
	n.Pages.Settle(now)
	for _, cards := range n.Cards {
		cards.Settle(now)
	}
}

// Lost says in words what the pages and cards of a site have lost, "" if nothing.
func (n *ShapeNote) Lost() string {
	words := ""
	add := func(whose string, lost []health.Loss) {
		if len(lost) > 0 {
			words += whose + " have " + health.LossWords(lost)
		}
	}
	add("its pages", n.Pages.Lost())
	for _, source := range slices.Sorted(maps.Keys(n.Cards)) {
		if words == "" {
			add("the cards of "+source, n.Cards[source].Lost())
		}
	}
	return words
}

// seesPage takes note of what a page has: nothing, where it should have held an
// article and did not. The back file says what a site had in other years, and so
// does what no listing shows any more, unless all is read again: of that what is
// taken down singly says nothing.
func (r *siteRun) seesPage(t *task, record *article.Record) {
	if t.unshown && (record == nil || !r.Recheck) {
		return
	}
	var has health.Fields
	if record != nil {
		has = health.Of(record) & health.Watched
	}
	r.update(func() {
		if pages := &r.shapeNote.Pages; !r.Full || t.addr.HasRecord || !pages.Full() {
			pages.Add(article.ID(t.addr.URL), has)
			r.observed = true
		}
	})
}

// seesCards takes note of what the cards of the first page of a listing have.
func (r *siteRun) seesCards(source string, cards []article.Card) {
	if len(cards) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shapeNote.Cards == nil {
		r.shapeNote.Cards = map[string]*health.Sample{}
	}
	s := r.shapeNote.Cards[source]
	if s == nil {
		s = &health.Sample{}
		r.shapeNote.Cards[source] = s
	}
	s.Turn()
	for _, c := range slices.Backward(cards) { // the newest stands first
		var has health.Fields
		if !c.Published.IsZero() {
			has = health.CardDate
		}
		s.Add(article.ID(c.URL), has)
		r.observed = true
	}
}

// drift says what the site has lost by all that is known after this run, whose
// pages have all been read.
func (r *siteRun) drift() string {
	if !r.goal.all {
		return ""
	}
	before := r.shapeNote.Lost()
	r.shapeNote.Settle(time.Now())
	if r.observed || before != "" {
		r.keep(ShapeKey(r.site.ID), r.shapeNote)
	}
	return r.shapeNote.Lost()
}

// A LastRun is what the archive knows of the last crawl of a site, under
// [LastRunKey].
type LastRun struct {
	At    time.Time `json:"at"`             // of this note, in UTC; first, as in a ShapeNote
	First time.Time `json:"first"`          // when the site was first crawled
	Began time.Time `json:"began,omitzero"` // of a run that has not ended: it goes on, or was killed
	// Report is that of the last run that has ended, without the addresses that
	// failed; its Started is zero if none has.
	Report SiteReport `json:"report"`
	// Since is when the trouble of the report began; zero if it has none.
	Since time.Time `json:"since,omitzero"`
}

// LastRunKey names the note of a site's last run.
func LastRunKey(site string) string { return "run/" + site }

// Trouble returns what was wrong with a site in a run, nil if nothing was.
func (s *SiteReport) Trouble() *health.Trouble {
	switch {
	case s.Shape != "":
		return &health.Trouble{Kind: health.KindShape, Cause: s.Shape}
	case s.Blocked != "":
		return &health.Trouble{Kind: health.KindRefused, Cause: s.Blocked}
	case len(s.Causes) > 0:
		return &health.Trouble{Kind: health.KindPages, Cause: health.MostFrequent(s.Causes)[0]}
	}
	return nil
}

// begins notes that the site is being crawled.
func (r *siteRun) begins() error {
	if !r.goal.all {
		return nil
	}
	if err := cmp.Or(r.note(ShapeKey(r.site.ID), &r.shapeNote), r.note(LastRunKey(r.site.ID), &r.last)); err != nil {
		return err
	}
	now := time.Now()
	if r.last.First.IsZero() {
		r.last.First = now
	}
	begun := r.last
	begun.At, begun.Began = now.UTC(), now
	r.keep(LastRunKey(r.site.ID), begun)
	return nil
}

// ends notes how the site's crawl went, behind all that it has saved.
func (r *siteRun) ends() {
	if !r.goal.all || r.Plan {
		return
	}
	r.saver.in <- saving{key: LastRunKey(r.site.ID), value: func() []byte {
		r.mu.Lock()
		defer r.mu.Unlock()
		last := LastRun{At: r.report.Finished.UTC(), First: r.last.First, Report: r.summed()}
		last.Report.Failures, last.Report.Notes = []Failure{}, []Failure{}
		if trouble, old := last.Report.Trouble(), r.last.Report.Trouble(); trouble != nil {
			last.Since = r.report.Started
			if old != nil && old.Kind == trouble.Kind && health.Gist(old.Cause) == health.Gist(trouble.Cause) {
				last.Since = r.last.Since
			}
		}
		data, err := json.Marshal(last)
		if err != nil {
			return nil // unreachable: the note is plain data
		}
		return data
	}}
}

// stopped says why the site's crawl ended before its work was done, "" if it did
// not.
func (r *siteRun) stopped(ctx context.Context) string {
	switch {
	case r.finished:
		return ""
	case errors.Is(context.Cause(ctx), errMaxTime):
		return errMaxTime.Error()
	case ctx.Err() != nil:
		return "interrupted"
	case r.over && r.limited.Load():
		return "limit"
	}
	return ""
}
