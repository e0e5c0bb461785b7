// Package scraper is the network side of the program: it discovers the articles
// of a site, fetches them with good manners, has them read, and saves what came
// of it.
//
// Begin with [Scraper.Crawl]. What one site goes through is in site.go, step by
// step, and in discover.go, how its articles are found. What decides something
// is a pure function (check.go, links.go, verdict.go, robots.go); what reaches
// the network is in fetch.go and transport.go: colly asks and parses, and below
// it a RoundTripper of ours keeps the manners, hop by hop.
package scraper

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"archiver/article"
	"archiver/scraper/sites"

	"golang.org/x/sync/errgroup"
)

var (
	// ErrNotArticle is what Read returns, wrapped, for a page that holds no
	// release: a listing, a section, a text that says "not found".
	ErrNotArticle = errors.New("not an article")
	// ErrTarget is returned, wrapped, for a target that is neither a known site
	// nor a web address. Nothing has been asked then.
	ErrTarget = errors.New("not a known site or a web address")
)

// An Archive is what the scraper needs of storage. Its methods are called by
// several goroutines at once.
type Archive interface {
	// Addresses returns those of the addresses that are known.
	Addresses(urls ...string) (map[string]article.Address, error)
	// Pending returns addresses of a site that are new, or have failed or were
	// refused and are due, the one found first foremost.
	Pending(site string, now time.Time, limit int) ([]article.Address, error)
	// Due returns addresses of a site where there was an article, and whose Next has
	// come, the one that has been due longest foremost. One without Next is never due.
	Due(site string, now time.Time, limit int) ([]article.Address, error)
	// AddressesOf iterates over all addresses of a site. It may be left for a while
	// between two of them.
	AddressesOf(site string) iter.Seq2[article.Address, error]
	// Save keeps what the visits brought, in one transaction, and says of each
	// what it did to the record. A visit in [article.StateNew] to an address that
	// is known adds to its card and changes nothing else.
	Save(visits ...article.Visit) ([]article.Outcome, error)
	// State returns a note of an earlier run, nil where there is none.
	State(key string) ([]byte, error)
	SetState(key string, value []byte) error
	// SetStates sets several notes, in one transaction.
	SetStates(notes map[string][]byte) error
}

// A Scraper crawls news sites into an archive. Archive and Read must be set.
type Scraper struct {
	Archive Archive
	// Read makes a record of a page. It must be safe for concurrent use; a panic
	// in it is a failure of that page.
	Read func(article.Page, *sites.Site) (*article.Record, error)
	// Sites are those that targets can name; default: none.
	Sites *sites.Set

	Version string // of the program, in the user agent; default: "dev"
	Contact string // how to reach the operator, in the user agent; default: nothing

	// Delay is the least pause between the end of a request to a host and the
	// start of the next; a longer Crawl-delay wins. Default: no pause, which is
	// for one's own server only.
	Delay time.Duration
	// Timeout bounds one request with its body; default: 30 s.
	Timeout time.Duration
	// MaxTime ends the run in good order; default: no limit.
	MaxTime time.Duration
	// Parallel is how many sites are crawled at a time; default, and most: 8.
	Parallel int

	Full    bool // read the back file and the sitemaps to their end
	Recheck bool // ask again for all known articles, however lately they were checked
	// Plan only finds out what would be asked for: nothing but robots.txt files and
	// listings are asked, and nothing is written.
	Plan bool
	// Since and Until bound the time of publication, both included; default: no
	// bound. They do not hold for an address that is a target itself.
	Since, Until time.Time
	// Limit is how many articles are fetched and saved; default: no limit.
	Limit int

	Log *slog.Logger // default: discard
	// Progress is told how far the run has come, by one goroutine at a time.
	Progress func(Event)
	// Transport reaches the web; default: one that honours the proxy variables of
	// the environment and connects to no private address that the operator has
	// not named.
	Transport http.RoundTripper
}

// maxParallel is how many hosts are asked side by side.
const maxParallel = 8

// errMaxTime ends a run early and in good order.
var errMaxTime = errors.New("max-time")

// Crawl crawls the targets: ids of sites, "all", or single web addresses. What
// goes wrong with a page or a site is in the report, not in the error. The error
// is that of the archive, or of ctx where it ended the run; the report is there
// even then. Without a report nothing has been asked: the targets, or the
// Scraper itself, are wrong.
func (s *Scraper) Crawl(ctx context.Context, targets ...string) (*Report, error) {
	if s.Archive == nil || s.Read == nil {
		return nil, errors.New("crawl: a Scraper needs an Archive and Read")
	}
	goals, err := s.goals(targets)
	if err != nil {
		return nil, err
	}
	r := newRun(s)
	if r.own != nil {
		for _, g := range goals {
			g.trust(r.own)
		}
		defer r.own.CloseIdleConnections()
	}
	report := &Report{Started: r.started}
	work, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if s.MaxTime > 0 {
		var cancel context.CancelFunc
		work, cancel = context.WithTimeoutCause(work, s.MaxTime, errMaxTime)
		defer cancel()
	}
	r.stop = stop

	r.begin()
	siteRuns := make([]*siteRun, len(goals))
	g, crawl := errgroup.WithContext(work)
	g.SetLimit(r.parallel)
	for i, goal := range goals {
		siteRuns[i] = newSiteRun(r, goal)
	}
	for _, site := range siteRuns {
		g.Go(func() error { return site.crawl(crawl) })
	}
	err = errors.Join(g.Wait(), r.end())
	report.finish(siteRuns)
	switch cause := context.Cause(work); {
	case err != nil:
		report.Stopped = "archive"
		for i := range report.Sites {
			if s := &report.Sites[i]; s.Stopped == "interrupted" && ctx.Err() == nil {
				s.Stopped = report.Stopped // it was not the operator who ended them
			}
		}
		return report, err
	case ctx.Err() != nil:
		report.Stopped = "interrupted"
		return report, context.Cause(ctx)
	case errors.Is(cause, errMaxTime):
		report.Stopped = errMaxTime.Error()
	case r.limited.Load():
		report.Stopped = "limit"
	}
	return report, nil
}

// A goal is what a run is to do with one site.
type goal struct {
	site *sites.Site
	all  bool     // crawl the site
	urls []string // addresses of it that were named
}

// goals sorts the targets by site, in the order in which they are named first.
func (s *Scraper) goals(targets []string) ([]*goal, error) {
	known := s.Sites
	if known == nil {
		known = &sites.Set{}
	}
	var goals []*goal
	byID := map[string]*goal{}
	of := func(site *sites.Site) *goal {
		g := byID[site.ID]
		if g == nil {
			g = &goal{site: site}
			byID[site.ID] = g
			goals = append(goals, g)
		}
		return g
	}
	var errs []error
	for _, target := range targets {
		switch site := known.ByID(target); {
		case site != nil:
			of(site).all = true
		case target == "all":
			for _, site := range known.All() {
				of(site).all = true
			}
		case strings.Contains(target, "://"):
			address, err := clean(target)
			if err != nil {
				errs = append(errs, fmt.Errorf("%w: %w", ErrTarget, err))
				continue
			}
			site := known.ForURL(address)
			if site == nil {
				if site, err = sites.Generic(address); err != nil {
					errs = append(errs, fmt.Errorf("%w: %w", ErrTarget, err))
					continue
				}
			}
			of(site).urls = append(of(site).urls, address)
		default:
			errs = append(errs, fmt.Errorf("%q: %w (sites: %s)", target, ErrTarget, strings.Join(known.IDs(), ", ")))
		}
	}
	if len(goals) == 0 && errs == nil {
		errs = append(errs, fmt.Errorf("%w: none was named", ErrTarget))
	}
	return goals, errors.Join(errs...)
}

// trust lets the dialer connect to the hosts that the operator has named.
func (g *goal) trust(t *ownTransport) {
	for _, address := range append([]string{g.site.Base}, g.urls...) {
		if u, err := url.Parse(address); err == nil {
			t.dialer.trust(u)
		}
	}
}

// A run is one call of Crawl: what its sites share.
type run struct {
	*Scraper
	started  time.Time
	log      *slog.Logger
	net      *network
	own      *ownTransport // nil where a test has given its own
	breaker  *breaker
	quota    *quota
	limited  atomic.Bool // the quota has kept an article from being fetched
	saver    *saver
	parallel int
	stop     context.CancelCauseFunc

	pages   chan func()   // for the readers
	more    chan struct{} // calls another one
	readers sync.WaitGroup

	progressMu sync.Mutex
}

func newRun(s *Scraper) *run {
	r := &run{Scraper: s, started: time.Now(), log: s.Log, parallel: min(s.Parallel, maxParallel)}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.parallel <= 0 {
		r.parallel = maxParallel
	}
	timeout := s.Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	base := s.Transport
	if base == nil {
		r.own = newOwnTransport()
		base = r.own
	}
	r.net = &network{base: base, agent: UserAgent(s.Version, s.Contact), timeout: timeout, pacer: newPacer(s.Delay)}
	r.net.robots = newRobotsCache(r.net, r.log)
	r.breaker = newBreaker()
	r.quota = newQuota(s.Limit)
	r.saver = newSaver(s.Archive, func(err error) { r.stop(err) })
	return r
}

// UserAgent says who is asking and how to reach whoever runs it.
func UserAgent(version, contact string) string {
	if version == "" {
		version = "dev"
	}
	agent := agentToken + "/" + version
	// A line break would make a header of its own of what follows.
	if contact = plainSpace(contact); contact != "" {
		agent += " (+" + contact + ")"
	}
	return agent
}

// waitingPages is how many pages can wait to be read, for each reader: with fewer a
// crawl of a quick site stands still while a commit takes the processors.
const waitingPages = 12

// begin starts those who read pages and the one who saves: all sites share them,
// so that reading uses every processor and a commit serves all sites.
func (r *run) begin() {
	readers := runtime.GOMAXPROCS(0)
	r.pages = make(chan func(), waitingPages*readers)
	r.more = make(chan struct{}, readers)
	r.readers.Go(func() {
		defer close(r.more)
		for read := range r.pages {
			read()
		}
	})
	for range readers - 1 {
		r.readers.Go(func() {
			for range r.more {
				r.readWaiting()
			}
		})
	}
	r.saver.begin()
}

// hand gives a page to the readers. One is always there. The others join when pages
// pile up: if all were there at once, they would keep the processors from the
// requests and then stand idle for want of pages.
func (r *run) hand(read func()) {
	r.pages <- read
	if len(r.pages) < cap(r.pages)/2 {
		return
	}
	select {
	case r.more <- struct{}{}:
	default: // enough of them are coming
	}
}

// readWaiting reads until no page waits.
func (r *run) readWaiting() {
	for {
		select {
		case read, ok := <-r.pages:
			if !ok {
				return
			}
			read()
		default:
			return
		}
	}
}

// end waits until all that was fetched is read and saved.
func (r *run) end() error {
	close(r.pages)
	r.readers.Wait()
	return r.saver.end()
}

func (r *run) event(e Event) {
	if r.Progress == nil {
		return
	}
	r.progressMu.Lock()
	defer r.progressMu.Unlock()
	r.Progress(e)
}
