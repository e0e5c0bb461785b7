package scraper

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"archiver/article"
)

// read makes a record of a page and has both saved. It runs while the next page
// is on its way.
func (r *siteRun) read(t *task, a *answer, size int64) {
	saved := false
	defer func() { r.quota.give(saved) }()
	page := article.Page{
		URL: t.url, FinalURL: a.final, Moved: a.moved,
		Status: a.status, Header: a.header, Fetched: a.at, Body: a.body, Card: t.addr.Card,
	}
	kind, known := mediaType(a), t.addr.HasRecord
	var record *article.Record
	var err error
	switch {
	case isHTML(kind):
		record, err = r.record(page)
	case known: // its text has not gone, something else is wrong
		err = fmt.Errorf("%s, not a web page", kind)
	default:
		err = fmt.Errorf("%w: %s", ErrNotArticle, kind)
	}
	visit := article.Visit{}
	switch {
	case errors.Is(err, ErrNotArticle) && known:
		// The text says that the page is gone, whatever the status does.
		r.update(func() { r.report.Fetched++; r.lost++ })
		r.seesPage(t, nil)
		r.absent(t, article.CauseSoft404, err.Error(), a.at)
		r.saver.memory.Release(size)
		return
	case errors.Is(err, ErrNotArticle):
		r.log.Debug("not an article", "url", t.url, "err", err)
		visit.Address = afterNotArticle(t.addr, err.Error(), a)
		if isHTML(kind) {
			visit.Page = &page // a better reader may find one
		}
		r.update(func() { r.report.Fetched++ })
		if t.addr.State == article.StateNew { // one that was none before says nothing new
			r.seesPage(t, nil)
		}
		if t.hand {
			r.noRecord(t, err.Error())
		}
		r.put(visit, size, func(article.Outcome) { r.report.NotArticle++ })
		return
	case err != nil:
		visit.Address = afterFailure(t.addr, fault{cause: err.Error()}, a.at)
		if !known && isHTML(kind) {
			visit.Page = &page
		}
		r.update(func() { r.report.Fetched++ })
		r.failure(t.url, t.tries, err.Error())
		r.put(visit, size, nil)
		return
	case !known && !t.hand && r.outside(record.Published.Time):
		// Kept in the card, so that no later run with such bounds asks for it.
		card := t.addr.Card
		card.Published, card.PublishedText = record.Published.Time, publishedText(record.Published.Time)
		r.update(func() { r.report.Fetched++; r.report.Skipped++ })
		r.put(article.Visit{Address: article.Address{
			URL: t.url, Site: t.addr.Site, State: article.StateNew, Card: card, Found: t.addr.Found,
		}}, size, nil)
		return
	}
	saved = true
	r.seesPage(t, record)
	visit.Address = afterArticle(t.addr, r.site, record.Published.Time, a)
	visit.Page, visit.Record = &page, record
	r.update(func() {
		r.report.Fetched++
		if known {
			r.kept++
		}
	})
	r.put(visit, size, func(o article.Outcome) {
		switch o {
		case article.OutcomeNew:
			r.report.New++
		case article.OutcomeChanged:
			r.report.Changed++
		case article.OutcomeUnchanged:
			r.report.Unchanged++
		}
		r.log.Info("saved", "url", t.url, "outcome", string(o))
	})
}

// record reads a page. An error that wraps ErrNotArticle says that there is
// nothing to read, any other that the reader has failed.
func (r *siteRun) record(page article.Page) (record *article.Record, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("the reader has failed", "url", page.URL, "err", p, "stack", string(debug.Stack()))
			record, err = nil, fmt.Errorf("the reader has failed: %v", p)
		}
	}()
	if record, err = r.Read(page, r.site); err != nil {
		return nil, err
	}
	if record == nil {
		return nil, errors.New("the reader has given neither a record nor a reason")
	}
	if record.URL != page.Address() {
		return nil, fmt.Errorf("the reader has made a record of another address, %s", record.URL)
	}
	// The archive refuses a record that breaks its rules, and with it all that is
	// saved at the same time.
	checked := *record
	if checked.Status == "" {
		checked.Status = article.StatusLive
	}
	if err := checked.Validate(); err != nil {
		return nil, fmt.Errorf("the reader has made a bad record: %w", err)
	}
	return record, nil
}

// outside reports whether a time of publication is known and lies outside the
// bounds of this run.
func (r *run) outside(published time.Time) bool {
	if published.IsZero() {
		return false
	}
	return !r.Since.IsZero() && published.Before(r.Since) || !r.Until.IsZero() && published.After(r.Until)
}
