// Package web shows an archive in a browser: read only, as pages, as feeds and as
// an API that gives the same as JSON. Begin with [New], which makes the handler, and
// with routes, the table of all that it answers.
//
// The package knows no archive: [Config] has what it asks of one. Every page is a
// template under templates, is made whole before its first byte goes out, and works
// without a script. What releases say was written by strangers: it goes through
// html/template and package typeset, and [Guard] forbids a page everything that ours
// do not need.
package web

import (
	"cmp"
	"context"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"archiver/article"
	"archiver/copies"
	"archiver/search"
)

// An Archive is what the pages ask of one. Where a ref, an id or the beginning of
// one, leads to nothing that may be shown, the error wraps [article.ErrNotFound].
type Archive interface {
	// An index of the archive looks at it by these, and so do the counts that pages
	// are made of.
	search.Archive
	Record(ref string) (*article.Record, error)
	Revisions(ref string) ([]*article.Record, error) // oldest first
	Newest() iter.Seq2[*article.Record, error]       // those with a time, the newest first
	Withheld() (uint64, error)                       // is another after anything was suppressed
	StatusChanges(ref string) ([]article.StatusChange, error)
	Address(url string) (article.Address, error)
	Page(ref string, revision int) (*article.Page, error) // 0 is the newest
}

// Config is what a handler is made of. Archive and Index are needed; what else is
// missing has no page, or is not shown.
type Config struct {
	Archive Archive
	Index   *search.Index // of the archive

	// Copies opens an index of copies and brings it up to date, which can take long;
	// the pages go on with the one before meanwhile. Kin is the archive as that index
	// reads it.
	Copies func(context.Context) (*copies.Index, error)
	Kin    copies.Archive

	Sources func(context.Context) ([]Source, error) // the health of each source
	Watches func() ([]Watch, error)                 // the operator's saved searches
	Forces  map[string]string                       // the names of sites
	Version string                                  // of the program
	Log     *slog.Logger                            // default: discard
	Now     func() time.Time                        // default: time.Now

	// Patience is how long a reader waits for an index that many releases have to be read
	// for before a page says so, eight times that where they are few, and a tenth of it
	// for what has changed since an index was made; default: a second.
	Patience time.Duration
}

// A server answers for one archive.
type server struct {
	Config
	style, script asset
	index         indexed
	digest        digest
	kin           kin
	recycled      memo[[]copies.Recycled]
	sources       memo[[]Source]
	memory        memory
	metrics       *metrics
	background    func(work func(context.Context)) // until the handler is not needed any more
}

// New returns the handler of an archive's pages, without the guard of [Guard]. What
// takes long to find out is begun at once, and ends with ctx.
func New(ctx context.Context, c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &server{Config: c, style: stylesheet(), script: script(), metrics: newMetrics()}
	s.digest.archive = c.Archive
	s.kin.open = c.Copies
	s.background = func(work func(context.Context)) { go work(ctx) }
	s.index.index, s.index.patience = c.Index, cmp.Or(c.Patience, patience)
	for _, f := range []*follower{&s.index.following, &s.digest.following} {
		f.source, f.background, f.brief, f.now, f.log = c.Archive, s.background, s.index.patience/10, c.Now, c.Log
	}
	s.index.follow()
	s.digest.follow()
	s.background(s.warm)
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle("GET "+r.pattern, s.metrics.count(r.pattern, s.answer(r.handle)))
	}
	return mux
}

// warm finds out what the first readers would have to wait for.
func (s *server) warm(ctx context.Context) {
	<-s.index.following.begin()
	_, _ = s.index.search(ctx, search.Query{Counts: true}) // the first reader is told what is wrong
	<-s.digest.following.begin()
	if _, err := s.digest.recent(ctx, &article.Filter{}); err != nil && ctx.Err() == nil {
		s.Log.Warn("revisions cannot be compared", "err", err)
	}
	s.kin.look(ctx, s)
}

// A handler answers a request, or says why it cannot.
type handler func(http.ResponseWriter, *http.Request) error

type route struct {
	pattern string
	handle  handler
}

// routes is the table of everything that is answered.
func (s *server) routes() []route {
	routes := []route{
		{"/{$}", s.remembering(s.front, &s.index.following)},
		{"/release/{id}", s.release},
		{"/release/{id}/history", s.history},
		{"/release/{id}/page", s.captured},
		{"/changes", s.remembering(s.changes, &s.digest.following)},
		{"/removed", s.removed},
		{"/quotations", s.remembering(s.quotations, &s.index.following)},
		{"/quotations/speakers", s.remembering(s.speakers, &s.index.following)},
		{"/quotations/recycled", s.recycledPage},
		{"/statistics", s.remembering(s.statistics, &s.digest.following)},
		{"/statistics/chart.svg", s.statisticsChart},
		{"/statistics/table.csv", s.statisticsTable},
		{"/about", s.remembering(s.about, &s.digest.following)},
		{"/feed.atom", s.feed},
		{"/feed.json", s.feed},

		{"/api/{$}", s.apiIndex},
		{"/api/openapi.json", s.apiDocument},
		{"/api/releases", s.apiReleases},
		{"/api/releases/{id}", s.apiRelease},
		{"/api/releases/{id}/history", s.apiHistory},
		{"/api/releases/{id}/difference", s.apiDifference},
		{"/api/releases/{id}/kin", s.apiKin},
		{"/api/changes", s.apiChanges},
		{"/api/removed", s.apiRemoved},
		{"/api/quotations", s.apiQuotations},
		{"/api/speakers", s.apiSpeakers},
		{"/api/recycled", s.apiRecycled},
		{"/api/statistics", s.apiStatistics},

		{"/static/style.css", s.style.serve},
		{"/static/search.js", s.script.serve},
		{"/static/icon.svg", icon.serve},
		{"/opensearch.xml", s.openSearch},
		{"/robots.txt", s.robots},
		{"/healthz", s.healthy},
		{"/metrics", s.metrics.serve},
		{"/", s.missing},
	}
	if s.Sources != nil {
		routes = append(routes, route{"/sites", s.sites}, route{"/api/sites", s.apiSites})
	}
	if s.Watches != nil {
		routes = append(routes, route{"/watches", s.watches}, route{"/watch/{name}", s.watchFeed}, route{"/api/watches", s.apiWatches})
	}
	return routes
}
