package scraper

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"slices"
	"time"

	"archiver/article"
)

// maxSitemapIndex is how many sitemaps may lie above one.
const maxSitemapIndex = 3

// discover lists the ways in which articles of the site are found, in the order
// in which they are gone: feeds and the first pages of listings, whose cards
// together say most of the newest articles; what earlier runs have left; the
// search pages; in a full crawl, the sitemaps that robots.txt names; and the known
// articles that are due for another look, in a recheck all of them. The articles of
// each page are fetched before the next one is asked for, so that a run that is
// interrupted has kept something.
func (r *siteRun) discover() error {
	for _, address := range r.site.Feeds {
		r.first = append(r.first, &task{kind: taskFeed, url: address})
	}
	for _, address := range r.site.Listings {
		t, err := r.paging(address, article.FromListing)
		if err != nil {
			return err
		}
		r.first = append(r.first, t)
	}
	r.todo = append(r.todo, &task{kind: taskPending, limit: pendingBatch})
	if r.site.Search != "" {
		t, err := r.paging(r.site.Search, article.FromSearch)
		if err != nil {
			return err
		}
		r.todo = append(r.todo, t)
	}
	if r.Full && r.site.Sitemap {
		for _, address := range r.rules.sitemaps {
			if to, err := join(r.site.Base+"/robots.txt", address); err == nil {
				r.addSitemap(to, 0)
			}
		}
	}
	if r.Recheck {
		r.known = &knownArticles{}
		r.known.next, r.known.stop = iter.Pull2(r.Archive.AddressesOf(r.site.ID))
		r.todo = append(r.todo, &task{kind: taskKnown})
	} else {
		r.todo = append(r.todo, &task{kind: taskDue})
	}
	return nil
}

func (r *siteRun) paging(first, from string) (*task, error) {
	var note pagingNote
	if err := r.note(pagingKey+first, &note); err != nil {
		return nil, err
	}
	return &task{kind: taskListing, url: first, paging: newPaging(first, from, r.Full, r.started, note)}, nil
}

// way notes what a listing, feed or sitemap came to and reports whether there is
// something to read.
func (r *siteRun) way(t *task, f fault) bool {
	if r.settle(t, f) {
		return false
	}
	switch f.verdict {
	case good, same:
		r.ways.answered++
		return true
	case absent: // no failure while another way finds articles
		r.log.Warn("a listing is not there", "url", t.url, "err", f.cause)
		r.ways.absent++
	case forbidden:
		r.log.Warn("robots.txt forbids a listing", "url", t.url)
		r.ways.forbidden++
		r.update(func() { r.report.Forbidden++ })
	case refused:
		r.ways.failed++
		r.log.Warn("refused", "url", t.url, "err", f.cause)
		r.update(func() {
			r.report.Refused++
			r.fails(t.url, t.tries, f.cause)
		})
	case passing, failed:
		r.ways.failed++
		r.failed(t, f)
	}
	return false
}

func (r *siteRun) feed(ctx context.Context, t *task) error {
	var note listingNote
	if err := r.note(listingKey+t.url, &note); err != nil {
		return err
	}
	a, err := r.fetch.page(t.url, validators{note.ETag, note.Modified})
	if ctx.Err() != nil {
		return nil
	}
	f := judge(a, err)
	var l *listing
	switch f.verdict {
	case same:
		l = &listing{cards: note.Cards}
	case good:
		l, err = readFeed(a.body, a.url.String(), r.site)
		if errors.Is(err, errNoFeed) {
			f = fault{verdict: absent, cause: "a page that is no feed"}
		} else if err != nil {
			f = fault{verdict: failed, cause: fmt.Sprintf("the feed cannot be read: %v", err)}
		}
	}
	if !r.way(t, f) {
		return nil
	}
	known, err := r.lookUp(l.cards)
	if err != nil {
		return err
	}
	if f.verdict == good {
		r.seesCards(t.url, l.cards)
	}
	r.meet(l.cards, known, article.FromFeed, t.url)
	r.keepListing(t.url, a, l)
	return nil
}

// listing reads one page of a listing.
func (r *siteRun) listing(ctx context.Context, t *task) error {
	p := t.paging
	var note listingNote
	if t.url == p.first {
		if err := r.note(listingKey+t.url, &note); err != nil {
			return err
		}
	}
	a, l, err := r.fetch.listing(t.url, validators{note.ETag, note.Modified})
	if ctx.Err() != nil {
		return nil
	}
	f := judge(a, err)
	if f.verdict == same {
		l = &listing{cards: note.Cards, next: note.Next}
	}
	if !r.way(t, f) {
		if f.verdict == absent && p.pages > 0 {
			p.end("") // the link to a next page led nowhere: there is none
			r.keepPaging(p)
		}
		return nil
	}
	known, err := r.lookUp(l.cards)
	if err != nil {
		return err
	}
	found := make([]time.Time, len(l.cards))
	for i, c := range l.cards {
		if at, met := r.met[keyOf(c.URL)]; met {
			found[i] = at
		} else if addr, ok := known[c.URL]; ok {
			found[i] = foundBefore(addr, ok)
		}
	}
	next := p.read(t.url, l, found, r.Since)
	if next != "" && p.pages == 1 {
		// Before its articles are known: else a kill between the two would make the
		// next run think that all behind this page is known too.
		if err := r.keepPagingNow(p); err != nil {
			return err
		}
	}
	r.meet(l.cards, known, p.from, t.url)
	if t.url == p.first {
		if f.verdict == good {
			r.seesCards(t.url, l.cards)
		}
		r.keepListing(t.url, a, l)
	}
	if next != "" {
		r.todo = slices.Insert(r.todo, 0, &task{kind: taskListing, url: next, paging: p})
	}
	r.keepPaging(p)
	return nil
}

// keepPaging has the note of a paging saved behind the articles of its pages.
func (r *siteRun) keepPaging(p *paging) {
	if p.note != p.kept {
		r.keep(pagingKey+p.first, p.note)
		p.kept = p.note
	}
}

// keepPagingNow saves it at once.
func (r *siteRun) keepPagingNow(p *paging) error {
	if r.Plan || p.note == p.kept {
		return nil
	}
	data, err := json.Marshal(p.note)
	if err != nil {
		return err // unreachable: the note is plain data
	}
	p.kept = p.note
	return r.Archive.SetState(pagingKey+p.first, data)
}

// keepListing notes what a feed or the first page of a listing said, so that it
// can be asked for conditionally.
func (r *siteRun) keepListing(address string, a *answer, l *listing) {
	n := listingNote{ETag: a.header.Get("ETag"), Modified: a.header.Get("Last-Modified"), Cards: l.cards, Next: l.next}
	if a.status == http.StatusOK && (n.ETag != "" || n.Modified != "") {
		r.keep(listingKey+address, n)
	}
}

func (r *siteRun) sitemap(ctx context.Context, t *task) error {
	a, err := r.fetch.page(t.url, validators{})
	if ctx.Err() != nil {
		return nil
	}
	f := judge(a, err)
	var s *sitemap
	if f.verdict == good {
		if s, err = newSitemap(a.url.String(), a.body); err != nil {
			f = fault{verdict: failed, cause: fmt.Sprintf("the sitemap cannot be read: %v", err)}
		}
	}
	if r.way(t, f) {
		r.sitemapLater(s, t)
	}
	return nil
}

// sitemapLater has some more of a sitemap read once the articles that it has
// shown so far are fetched.
func (r *siteRun) sitemapLater(s *sitemap, t *task) {
	r.todo = slices.Insert(r.todo, 0, &task{kind: taskSitemapRest, url: t.url, depth: t.depth, rest: s})
}

func (r *siteRun) sitemapRest(t *task) error {
	pages, further, err := t.rest.next()
	for _, address := range further {
		r.addSitemap(address, t.depth+1)
	}
	var cards []article.Card
	for _, address := range pages {
		if r.site.IsArticle(address) {
			cards = append(cards, article.Card{URL: address})
		}
	}
	known, failed := r.lookUp(cards)
	if failed != nil {
		return failed
	}
	r.meet(cards, known, article.FromSitemap, t.url)
	switch {
	case err == nil:
		r.sitemapLater(t.rest, t)
	case !errors.Is(err, io.EOF):
		r.failure(t.url, 1, err.Error())
	}
	return nil
}

// addSitemap has a sitemap of the site asked for, once.
func (r *siteRun) addSitemap(address string, depth int) {
	key := keyOf(address)
	switch {
	case r.sitemaps[key] || !covers(r.site, address):
	case depth > maxSitemapIndex || len(r.sitemaps) >= maxSitemaps:
		r.log.Warn("a sitemap is left out, there are too many", "url", address)
	default:
		r.sitemaps[key] = true
		r.todo = append(r.todo, &task{kind: taskSitemap, url: address, depth: depth})
	}
}

// pendingBatch is how many addresses of earlier runs are looked at together.
const pendingBatch = 200

// pending takes up what earlier runs have found and not fetched.
func (r *siteRun) pending(t *task) error {
	list, err := r.Archive.Pending(r.site.ID, time.Now(), t.limit)
	if err != nil {
		return err
	}
	fresh := 0
	for _, a := range list {
		if r.firstMet(a) {
			fresh++
			r.want(&task{addr: a})
		}
	}
	if len(list) == t.limit {
		// What was asked for is not pending any more, but for what the bounds of this
		// run leave out: where that fills a batch, only a larger one brings more.
		limit := t.limit
		if fresh == 0 {
			limit *= 2
		}
		r.todo = slices.Insert(r.todo, 0, &task{kind: taskPending, limit: limit})
	}
	return nil
}

// dueMost is how many known articles that nothing has shown a run asks for: where
// thousands fall due together, as half a year after a full crawl, they are spread
// over the runs.
const dueMost = 500

// dueLeast is how many it asks for where the run before was refused or found another
// shape: nothing is learned of them until the site is well again.
const dueLeast = 20

// due takes up the known articles whose next check has come and that nothing has
// shown in this run: what is taken down leaves the listings, too.
func (r *siteRun) due() error {
	most := dueMost
	if r.last.Report.Blocked != "" || r.last.Report.Shape != "" {
		most = dueLeast
	}
	list, err := r.Archive.Due(r.site.ID, time.Now(), most)
	if err != nil {
		return err
	}
	for _, a := range list {
		if r.firstMet(a) {
			r.want(&task{addr: a, unshown: true})
		}
	}
	return nil
}

// firstMet reports whether nothing has shown a known article in this run so far.
func (r *siteRun) firstMet(a article.Address) bool {
	key := keyOf(a.URL)
	if _, met := r.met[key]; met {
		return false
	}
	r.met[key] = foundBefore(a, true)
	return true
}

// knownArticles are all addresses of a site, one after another.
type knownArticles struct {
	next func() (article.Address, error, bool)
	stop func()
}

// recheck takes up the articles that are known and that nothing has shown in this
// run.
func (r *siteRun) recheck() error {
	for range pendingBatch {
		a, err, ok := r.known.next()
		if err != nil || !ok {
			return err
		}
		switch a.State {
		case article.StateFetched, article.StateUnchanged, article.StateMissing, article.StateGone, article.StateFailed, article.StateBlocked:
		case article.StateForbidden:
			if !a.HasRecord {
				continue
			}
		default:
			continue
		}
		if r.firstMet(a) {
			r.want(&task{addr: a, unshown: true})
		}
	}
	r.todo = append(r.todo, &task{kind: taskKnown})
	return nil
}

// lookUp returns what the archive knows of the articles of a listing, and of
// where they have moved.
func (r *siteRun) lookUp(cards []article.Card) (map[string]article.Address, error) {
	if len(cards) == 0 {
		return nil, nil
	}
	urls := make([]string, len(cards))
	for i, c := range cards {
		urls[i] = c.URL
	}
	known, err := r.Archive.Addresses(urls...)
	if err != nil {
		return nil, err
	}
	var moved []string
	for _, a := range known {
		if a.State == article.StateAlias && a.Record != "" {
			moved = append(moved, a.Record)
		}
	}
	if len(moved) == 0 {
		return known, nil
	}
	targets, err := r.Archive.Addresses(moved...)
	if err != nil {
		return nil, err
	}
	maps.Copy(targets, known)
	return targets, nil
}

// meet takes up the articles that a listing shows, each once in a run.
func (r *siteRun) meet(cards []article.Card, known map[string]article.Address, from, source string) {
	for _, c := range cards {
		r.ways.links++
		c.From, c.Source = from, source
		key := keyOf(c.URL)
		if t := r.queued[key]; t != nil {
			t.addr.Card = fuller(t.addr.Card, c)
			continue
		}
		if _, met := r.met[key]; met {
			if address := r.dateless[key]; address != "" && !c.Published.IsZero() {
				delete(r.dateless, key)
				r.found(address, c)
			}
			continue
		}
		a, ok := known[c.URL]
		r.met[key] = foundBefore(a, ok)
		r.update(func() { r.report.Found++ })
		card := fuller(a.Card, c)
		if card.Published.IsZero() {
			r.dateless[key] = c.URL
		}
		if !ok || card != a.Card {
			found := r.found(c.URL, c)
			if !ok {
				a = found
			}
		}
		a.Card = card
		if a.State == article.StateAlias {
			target, ok := known[a.Record]
			if !ok {
				continue
			}
			key := keyOf(target.URL)
			if _, met := r.met[key]; met && key != keyOf(a.URL) {
				continue
			}
			r.met[key] = foundBefore(target, true)
			a = target
		}
		r.want(&task{addr: a})
	}
}

// found has what led to an article saved: all there is to save of a new one, and
// an addition to the card of one that is known.
func (r *siteRun) found(address string, c article.Card) article.Address {
	a := article.Address{URL: address, Site: r.site.ID, State: article.StateNew, Card: c, Found: time.Now()}
	r.put(article.Visit{Address: a}, 0, nil)
	return a
}

// want asks for an article if this run is to have it.
func (r *siteRun) want(t *task) {
	if !asks(t.addr, r.Recheck, time.Now()) || r.outside(t.addr.Card.Published) {
		r.update(func() { r.report.Skipped++ })
		return
	}
	t.kind, t.url = taskArticle, t.addr.URL
	r.ask(t)
}

// fuller returns a card with what a later one says that it does not.
func fuller(card, later article.Card) article.Card {
	if card.From == "" {
		card.From, card.Source = later.From, later.Source
	}
	if card.Published.IsZero() {
		card.Published, card.PublishedText = later.Published, later.PublishedText
	}
	card.URL = cmp.Or(card.URL, later.URL)
	card.Title = cmp.Or(card.Title, later.Title)
	return card
}
