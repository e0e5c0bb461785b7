package scraper

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"archiver/article"
	"archiver/health"
	"archiver/scraper/sites"
)

// A siteRun is the crawl of one site. One goroutine runs it and asks for one
// thing after another; readers and the saver report back under mu.
type siteRun struct {
	*run
	goal  *goal
	site  *sites.Site
	log   *slog.Logger
	host  string // as the pacer and the breaker name it
	fetch *fetcher
	meter meter
	rules robotRules

	// What is to be asked, in this order: what is due again, what must come first,
	// articles, the rest.
	later retryQueue
	first []*task // feeds and the first pages of listings: together they say most of an article
	queue []*task // articles
	todo  []*task // addresses of earlier runs, further pages, sitemaps

	queued   map[addressKey]*task     // articles of queue
	met      map[addressKey]time.Time // articles of this run, when they were found if before it
	dateless map[addressKey]string    // addresses of those that nothing has given a date
	sitemaps map[addressKey]bool      // that were or will be asked for
	known    *knownArticles           // of a recheck, what is left of them
	planned  []article.Card
	last     LastRun // the one before this
	total    int     // articles that were put into queue
	done     int     // of them
	over     bool
	finished bool // nothing is left to ask
	ways     ways
	reading  sync.WaitGroup

	mu     sync.Mutex
	report SiteReport
	held   []article.Visit // of pages that were not found, until it is clear that the site is well
	kept   int             // known articles that were there
	lost   int             // known articles in whose place a page without one was

	shapeNote ShapeNote
	observed  bool // shapeNote has changed
}

// ways counts what the ways to find articles came to.
type ways struct {
	answered, absent, forbidden, failed int
	links                               int // to articles
	good, refused                       int // answers of any kind, articles' too
	refusal                             string
}

// A task is something to be asked for.
type task struct {
	kind  taskKind
	url   string
	tries int
	due   time.Time

	addr    article.Address // of an article
	hand    bool            // an article named by the operator
	unshown bool            // a known article that nothing has shown in this run
	paging  *paging         // of a listing
	depth   int             // of a sitemap: how many lie above it
	rest    *sitemap        // what is still to be read of one
	limit   int             // of pending addresses
}

type taskKind int

const (
	taskArticle taskKind = iota
	taskFeed
	taskListing
	taskSitemap
	taskSitemapRest // asks nothing
	taskPending     // asks nothing
	taskKnown       // asks nothing
	taskDue         // asks nothing
)

func newSiteRun(r *run, g *goal) *siteRun {
	s := &siteRun{
		run: r, goal: g, site: g.site,
		log:      r.log.With("site", g.site.ID),
		queued:   map[addressKey]*task{},
		met:      map[addressKey]time.Time{},
		dateless: map[addressKey]string{},
		sitemaps: map[addressKey]bool{},
	}
	s.report.Site = g.site.ID
	return s
}

// crawl runs the site to its end. The error is the archive's.
func (r *siteRun) crawl(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	r.report.Started = time.Now()
	if err := r.begins(); err != nil {
		return err
	}
	err := r.work(ctx)
	if r.known != nil {
		r.known.stop()
	}
	r.reading.Wait()
	if err == nil {
		r.update(func() { r.report.Stopped = r.stopped(ctx) })
		r.finish()
	}
	r.report.Finished = time.Now()
	r.ends()
	r.event(Event{Site: r.site.ID, Phase: PhaseDone, Found: r.counts().Found, Total: r.total, Done: r.done})
	return err
}

func (r *siteRun) work(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("internal error", "err", p, "stack", string(debug.Stack()))
			r.failure(r.site.Base, 0, fmt.Sprintf("internal error: %v", p))
		}
	}()
	base, err := parseURL(r.site.Base)
	if err != nil {
		r.failure(r.site.Base, 0, "the site's profile has no address")
		return nil
	}
	r.host = hostKey(base)
	r.fetch = newFetcher(ctx, r.net, &r.meter, r.site)
	if err := r.start(ctx, base); err != nil {
		return err
	}
	for ctx.Err() == nil && !r.over {
		if cause := r.breaker.closed(r.host); cause != "" {
			r.blocked(cause)
			return nil
		}
		t, wait := r.next(time.Now())
		switch {
		case t != nil:
			if err := r.do(ctx, t); err != nil {
				return err
			}
		case wait > 0:
			_ = sleep(ctx, wait) // that ctx has ended is seen above
		default:
			r.finished = true
			return nil
		}
	}
	return nil
}

// start looks at robots.txt and finds out what there is to ask.
func (r *siteRun) start(ctx context.Context, base *url.URL) error {
	r.event(Event{Site: r.site.ID, Phase: PhaseRobots, URL: originOf(base) + "/robots.txt"})
	var err error
	if r.rules, err = r.net.robots.of(ctx, base, &r.meter); err != nil {
		if ctx.Err() == nil {
			r.shutOut(judge(nil, err))
		}
		return nil
	}
	if err := r.named(r.goal.urls); err != nil || !r.goal.all {
		return err
	}
	return r.discover()
}

// next returns what is to be asked for now, or how long to wait until something
// is.
func (r *siteRun) next(now time.Time) (*task, time.Duration) {
	t, wait := r.later.pop(now)
	for _, list := range []*[]*task{&r.first, &r.queue, &r.todo} {
		if t == nil && len(*list) > 0 {
			t, (*list)[0] = (*list)[0], nil
			*list = (*list)[1:]
		}
	}
	return t, wait
}

// do does one task. Whatever panics in it, a page has upset it.
func (r *siteRun) do(ctx context.Context, t *task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("internal error", "url", t.url, "err", p, "stack", string(debug.Stack()))
			r.failed(t, fault{cause: fmt.Sprintf("internal error: %v", p)})
		}
	}()
	phase := PhaseListings
	if t.kind == taskArticle {
		phase = PhaseArticles
	}
	r.event(Event{Site: r.site.ID, Phase: phase, Found: r.counts().Found, Total: r.total, Done: r.done, URL: t.url})
	switch t.kind {
	case taskArticle:
		return r.article(ctx, t)
	case taskFeed:
		return r.feed(ctx, t)
	case taskListing:
		return r.listing(ctx, t)
	case taskSitemap:
		return r.sitemap(ctx, t)
	case taskSitemapRest:
		return r.sitemapRest(t)
	case taskPending:
		return r.pending(t)
	case taskDue:
		return r.due()
	default:
		return r.recheck()
	}
}

// settle does what a verdict asks for whatever the page is, and reports whether
// the task will be tried again in this run.
func (r *siteRun) settle(t *task, f fault) (again bool) {
	t.tries++
	overloaded := f.status == http.StatusTooManyRequests || f.status == http.StatusServiceUnavailable
	switch f.verdict {
	case good, same, absent:
		r.ways.good++
		r.breaker.answered(r.host)
	case refused:
		r.refusal(f.cause)
	case passing:
		if overloaded && f.wait <= longestWait {
			r.net.pacer.hold(r.host, f.wait) // it is the server that asks for time, not the page
		}
		if t.tries < maxTries && f.wait <= longestWait {
			t.due = time.Now().Add(max(retryDelay(t.tries), f.wait))
			r.later.push(t)
			r.log.Debug("failed, will be tried again", "url", t.url, "err", f.cause, "tries", t.tries)
			return true
		}
		if overloaded {
			r.refusal(f.cause)
		}
	case closed, unreachable:
		r.shutOut(f)
	}
	return false
}

// refusal counts that the site would not answer.
func (r *siteRun) refusal(cause string) {
	r.ways.refused++
	r.ways.refusal = cause
	r.breaker.refused(r.host, cause)
}

// shutOut ends the site's crawl where its robots.txt keeps us out, or cannot be
// read.
func (r *siteRun) shutOut(f fault) {
	r.over = true
	if f.verdict == closed {
		r.breaker.close(r.host, f.cause)
		r.blocked(f.cause)
		return
	}
	r.failure(r.site.Base+"/robots.txt", 1, f.cause)
}

// article asks for one article and hands the page to a reader.
func (r *siteRun) article(ctx context.Context, t *task) error {
	delete(r.queued, keyOf(t.url))
	if !r.quota.take(ctx) {
		r.over = true
		if ctx.Err() == nil {
			r.limited.Store(true)
		}
		return nil
	}
	handed := false
	defer func() {
		if !handed {
			r.quota.give(false)
		}
	}()
	a, err := r.fetch.page(t.url, validators{t.addr.ETag, t.addr.Modified})
	if ctx.Err() != nil {
		return nil // being stopped is nobody's fault
	}
	f := judge(a, err)
	if f.verdict == good && a.final != "" && r.site.IsArticle(t.url) && !r.site.IsArticle(a.final) {
		f = fault{verdict: absent, cause: "leads to " + a.final + " now", code: article.CauseRedirect}
	}
	if r.settle(t, f) {
		return nil
	}
	r.done++
	switch f.verdict {
	case good:
		if r.finalTaken(a, t) {
			return nil
		}
		size, err := r.saver.reserve(ctx, len(a.body))
		if err != nil {
			return nil
		}
		handed = true
		r.reading.Add(1)
		r.hand(func() {
			defer r.reading.Done()
			r.read(t, a, size)
		})
	case same:
		addr := afterSame(t.addr, r.site, a)
		r.update(func() { r.kept++ })
		r.put(article.Visit{Address: addr}, 0, func(article.Outcome) {
			if addr.State == article.StateUnchanged {
				r.report.Unchanged++
			} else {
				r.report.NotArticle++
			}
		})
	case absent:
		r.absent(t, f.code, f.cause, time.Now())
	case forbidden:
		r.update(func() { r.report.Forbidden++ })
		if t.hand {
			r.noRecord(t, f.cause)
		}
		if addr := afterForbidden(t.addr, r.fetch.courier.hops > 0, f.cause, time.Now()); t.addr.State != addr.State || !addr.Next.IsZero() {
			r.put(article.Visit{Address: addr}, 0, nil)
		}
	case refused:
		r.log.Warn("refused", "url", t.url, "err", f.cause)
		r.update(func() {
			r.report.Refused++
			r.fails(t.url, t.tries, f.cause)
		})
		r.put(article.Visit{Address: afterRefusal(t.addr, f.cause, time.Now())}, 0, nil)
	case passing, failed:
		r.failed(t, f)
	}
	return nil
}

// finalTaken reports whether an article has moved to an address that this run
// has met already: then only the way there is new. Else it counts as met now.
func (r *siteRun) finalTaken(a *answer, t *task) bool {
	if a.final == "" || !a.moved || keyOf(a.final) == keyOf(t.url) {
		return false
	}
	key := keyOf(a.final)
	_, met := r.met[key]
	if !met {
		r.met[key] = time.Time{}
		return false
	}
	if q := r.queued[key]; q != nil {
		r.unqueue(q) // the page is here now, so it need not be asked for
		return false
	}
	alias := settled(t.addr, article.StateAlias, "", a)
	alias.Record, alias.ETag, alias.Modified, alias.Next = a.final, "", "", time.Time{}
	r.put(article.Visit{Address: alias}, 0, nil)
	return true
}

// unqueue takes an article out of the queue.
func (r *siteRun) unqueue(q *task) {
	delete(r.queued, keyOf(q.url))
	for i, t := range r.queue {
		if t == q {
			r.queue = append(r.queue[:i:i], r.queue[i+1:]...)
			r.total--
			break
		}
	}
}

// failed notes that a task has failed for this run.
func (r *siteRun) failed(t *task, f fault) {
	r.failure(t.url, t.tries, f.cause)
	if t.kind == taskArticle {
		r.put(article.Visit{Address: afterFailure(t.addr, f, time.Now())}, 0, nil)
	}
}

// failure counts a failure and names it in the report.
func (r *siteRun) failure(address string, tries int, cause string) {
	r.log.Warn("failed", "url", address, "err", cause)
	r.update(func() {
		r.report.Failed++
		r.fails(address, tries, cause)
	})
}

// noRecord says why an address that was named by hand gave no record.
func (r *siteRun) noRecord(t *task, cause string) {
	r.log.Warn("no record", "url", t.url, "err", cause)
	r.update(func() { r.report.Notes = append(r.report.Notes, Failure{URL: t.url, Cause: cause, Tries: t.tries}) })
}

// fails names a failure in the report. The caller holds mu.
func (r *siteRun) fails(address string, tries int, cause string) {
	if r.report.Causes == nil {
		r.report.Causes = map[string]int{}
	}
	r.report.Causes[health.Gist(cause)]++
	if len(r.report.Failures) < maxFailures {
		r.report.Failures = append(r.report.Failures, Failure{URL: address, Cause: cause, Tries: tries})
	}
}

func (r *siteRun) blocked(cause string) {
	r.log.Warn("the site refuses to answer, it is left alone", "err", cause)
	r.update(func() { r.report.Blocked = cmp.Or(r.report.Blocked, cause) })
}

// absent notes that an article was not found. That is saved at the end only: a
// site that refuses or has changed its shape says nothing about its articles.
func (r *siteRun) absent(t *task, code article.Cause, cause string, now time.Time) {
	r.log.Info("not found", "url", t.url, "err", cause)
	if t.hand && !t.addr.HasRecord {
		r.noRecord(t, "not found: "+cause)
	}
	r.update(func() { r.held = append(r.held, article.Visit{Address: afterAbsent(t.addr, cause, now), Cause: code}) })
}

// put has a visit saved. What saved does is done under mu.
func (r *siteRun) put(v article.Visit, size int64, saved func(article.Outcome)) {
	if r.Plan {
		return
	}
	x := saving{visit: v, size: size}
	if saved != nil {
		x.saved = func(o article.Outcome) { r.update(func() { saved(o) }) }
	}
	r.saver.in <- x
}

// update changes what readers and the saver change too.
func (r *siteRun) update(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

func (r *siteRun) counts() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.report.Counts
}

// finish draws the conclusions of a site's run. No record is marked missing in
// one in which the site refused or had changed its shape.
func (r *siteRun) finish() {
	var held []article.Visit
	lost := r.drift()
	r.update(func() {
		s := &r.report
		w := r.ways
		if r.finished && w.refused > 0 && w.good == 0 {
			s.Blocked = cmp.Or(s.Blocked, w.refusal+", and nothing else was answered")
		}
		if r.finished && w.forbidden > 0 && w.answered+w.failed == 0 {
			s.Blocked = cmp.Or(s.Blocked, "robots.txt forbids all ways to find its articles")
		}
		if s.Blocked == "" {
			s.Shape = cmp.Or(r.shape(), lost)
		}
		if s.Shape != "" {
			r.log.Warn("the site has changed its shape", "err", s.Shape)
		}
		// Of a run that was ended before it saw an article listed, the shape of the
		// site is unknown.
		unsure := r.goal.all && !r.finished && w.links == 0
		if s.Blocked == "" && s.Shape == "" && !unsure {
			held, r.held = r.held, nil
		}
		for _, v := range held {
			if v.Address.State == article.StateGone {
				s.Gone++
			} else {
				s.Missing++
			}
		}
	})
	for _, v := range held {
		r.put(v, 0, nil)
	}
	if n := len(r.held); n > 0 {
		r.log.Warn("pages were not found, but no record is marked missing in such a run", "pages", n)
	}
}

// shape says how a site has changed its shape, "" if it has not. The caller
// holds mu.
func (r *siteRun) shape() string {
	// Known articles without their text come singly, one that is taken down, or
	// all together, and then it is the site that has changed.
	if r.lost >= 3 && r.lost > r.kept {
		return fmt.Sprintf("%d pages that held an article hold none that can be read now", r.lost)
	}
	w := r.ways
	switch {
	case !r.goal.all || !r.finished || w.links > 0 || w.failed > 0:
		return ""
	case w.answered > 0:
		return fmt.Sprintf("its listings (%d were read) hold no link to an article any more", w.answered)
	case w.absent > 0:
		return "none of its listings is there any more"
	}
	return ""
}

// summed returns the report of a run that has ended.
func (r *siteRun) summed() SiteReport {
	s := r.report
	s.Requests, s.Bytes = r.meter.requests.Load(), r.meter.bytes.Load()
	if s.Notes == nil {
		s.Notes = []Failure{}
	}
	if s.Failures == nil {
		s.Failures = []Failure{}
	}
	if s.Causes == nil {
		s.Causes = map[string]int{}
	}
	return s
}

// named queues the addresses that the operator has named.
func (r *siteRun) named(urls []string) error {
	known, err := r.Archive.Addresses(urls...)
	if err != nil {
		return err
	}
	for _, address := range urls {
		key := keyOf(address)
		if _, twice := r.met[key]; twice {
			continue
		}
		a, ok := known[address]
		if !ok {
			a = article.Address{
				URL: address, Site: r.site.ID, State: article.StateNew, Found: time.Now(),
				Card: article.Card{URL: address, From: article.FromHand},
			}
		}
		r.met[key] = foundBefore(a, ok)
		if a.State == article.StateSuppressed {
			r.noRecord(&task{url: address}, "suppressed by the operator, so it was not asked for")
			continue
		}
		r.ask(&task{kind: taskArticle, url: address, addr: a, hand: true})
	}
	return nil
}

// foundBefore is what met holds of an address.
func foundBefore(a article.Address, known bool) time.Time {
	if known && a.Found.IsZero() {
		return time.Unix(0, 0) // once, before all runs
	}
	if !known {
		return time.Time{}
	}
	return a.Found
}

// ask queues an article, or plans it.
func (r *siteRun) ask(t *task) {
	if !r.Plan {
		r.queue = append(r.queue, t)
		r.queued[keyOf(t.url)] = t
		r.total++
		return
	}
	if u, err := parseURL(t.url); err == nil && !r.rules.allows(u) {
		r.update(func() { r.report.Forbidden++ })
		if t.hand {
			r.noRecord(t, "robots.txt forbids it")
		}
		return
	}
	card := t.addr.Card
	card.URL = t.url
	r.planned = append(r.planned, card)
}
