// Package demo is a small invented police force on the web: Mereshire Police,
// its site and its releases, carried in the program. The demo command crawls it
// over loopback, so that a newcomer sees the whole job without a network, and
// tests use it as a site that they can make misbehave.
//
// Nothing in it is real: no place, person, operation or release. It is written
// after real ones in everything else: how they are worded, how they are marked
// up, what they get wrong, and what stands around them on the page.
//
// Begin with [Site], the server. [Releases] are what it publishes, [Truth] is
// what a reader should make of each, and [Render] prints any release, also one
// of a test's own, in each of the three [Design]s that the site can wear.
// [Republisher] is a second site, a radio station that copies some of them.
package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The force that the site belongs to.
const (
	ID    = "demo"      // of the site, among the program's sites
	Slug  = "mereshire" // of the force, in its addresses
	Area  = "Mereshire"
	Force = "Mereshire Police" // also what ends a page's title
	Base  = "https://www.mereshire.police.example"
)

// newsPath is where the force's news begins; articles lie below it.
const newsPath = "/news/" + Slug + "/news/"

// How many releases the latest page, the feed and a page of search results show.
const (
	latestCards = 7
	feedItems   = 10
	searchCards = 10
)

// A Site serves the force's news. Its zero value is ready for use; its fields
// are set before Handler is called and not changed after that. A Site must not
// be copied once it serves.
type Site struct {
	// Design is how article pages are built; default: DesignPlatform.
	Design Design
	// DesignFor chooses a design for one request; default: always Design.
	DesignFor func(*http.Request) Design
	// Releases are what the site publishes; default: Releases().
	Releases []Release
	// Clock gives the time of rendering, which every page prints; default:
	// time.Now.
	Clock func() time.Time
	// Delay is waited before every answer, intercepted ones too; default: none.
	Delay time.Duration
	// Intercept is called before every answer. True means that it has answered
	// itself. Default: none.
	Intercept func(http.ResponseWriter, *http.Request) bool
	// NoETag and NoLastModified take that validator off article pages.
	NoETag         bool
	NoLastModified bool

	log requestLog
}

// Handler returns the site's pages. It serves them on any host, and the absolute
// addresses in them are of the host that was asked.
func (s *Site) Handler() http.Handler {
	v := &visitor{site: s, releases: newestFirst(s.Releases)}
	if s.Releases == nil {
		v.releases = Releases()
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /robots.txt", robots)
	mux.HandleFunc("GET /sitemap.xml", v.sitemap)
	mux.HandleFunc("GET "+newsPath+"{$}", v.latest)
	mux.HandleFunc("GET "+newsPath+"GetNewsRss/{$}", v.feed)
	mux.HandleFunc("GET "+newsPath+"{path...}", v.article)
	mux.HandleFunc("GET /news/news-search/{$}", v.search)
	for _, plain := range plainPages {
		mux.HandleFunc("GET "+plain.path+"{$}", func(w http.ResponseWriter, r *http.Request) {
			v.page(w, r, http.StatusOK, page{Title: plain.title, Text: plain.text})
		})
	}
	mux.HandleFunc("GET /favicon.ico", picture)
	mux.HandleFunc("GET /SysSiteAssets/", picture)
	mux.HandleFunc("/", v.notFound)
	return s.log.wrap(mux, s.Delay, s.Intercept)
}

// Requests returns the requests so far, in the order in which they came in.
func (s *Site) Requests() []Request { return s.log.all() }

// A visitor answers the requests for one Site.
type visitor struct {
	site     *Site
	releases []Release // newest first
}

func (v *visitor) now() time.Time {
	if v.site.Clock == nil {
		return time.Now()
	}
	return v.site.Clock()
}

func (v *visitor) design(r *http.Request) Design {
	if v.site.DesignFor == nil {
		return v.site.Design
	}
	return v.site.DesignFor(r)
}

// reachable returns the releases that one way of finding them shows.
func (v *visitor) reachable(by Listed) []Release {
	var out []Release
	for _, r := range v.releases {
		if r.Listed == ListedEverywhere || r.Listed == by {
			out = append(out, r)
		}
	}
	return out
}

func (v *visitor) article(w http.ResponseWriter, r *http.Request) {
	for _, release := range v.releases {
		switch release.Address() {
		case r.URL.Path:
			v.release(w, r, release)
			return
		case r.URL.Path + "/":
			http.Redirect(w, r, release.Address(), http.StatusMovedPermanently)
			return
		}
	}
	v.notFound(w, r)
}

// release answers with an article page. http.ServeContent does the conditional
// requests by the validators that are set here.
func (v *visitor) release(w http.ResponseWriter, r *http.Request, release Release) {
	around := Around{Base: base(r), Related: v.related(release)}
	var page, content bytes.Buffer
	// The entity tag is of the page without its time of rendering, which is
	// different on every page sent.
	around.Now = time.Unix(0, 0)
	if err := Render(&content, release, v.design(r), around); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	around.Now = v.now()
	if err := Render(&page, release, v.design(r), around); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if !v.site.NoETag {
		sum := sha256.Sum256(content.Bytes())
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	}
	var modified time.Time
	if !v.site.NoLastModified {
		modified = release.Published
	}
	http.ServeContent(w, r, "", modified, bytes.NewReader(page.Bytes()))
}

// related returns the releases that an article page shows below the body.
func (v *visitor) related(of Release) []Release {
	return others(v.reachable(ListedEverywhere), of)
}

// base returns scheme and host of the address that was asked for.
func base(r *http.Request) string {
	u := url.URL{Scheme: "http", Host: r.Host}
	if r.TLS != nil {
		u.Scheme = "https"
	}
	return u.String()
}

// robots answers in the form of the platform: lower case, CRLF, and a relative
// address of the sitemap.
func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	lines := []string{
		"user-agent: *",
		"Disallow: /*/mediacentre",
		"Disallow: /*/?u=media",
		"Disallow: /*/GetPdf/?",
		"Disallow: /*/GetPaginatedResults/?",
		"Disallow: /*.aspx$",
		"Disallow: /500.html",
		"Disallow: /api/*",
		"Sitemap: /sitemap.xml",
	}
	send(w, strings.Join(lines, "\r\n")+"\r\n")
}
