package scraper

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"archiver/scraper/sites"

	"github.com/gocolly/colly/v2"
)

// A fetcher asks one site for pages, one after another. It is used by one
// goroutine.
type fetcher struct {
	site    *sites.Site
	courier *courier
	pages   *colly.Collector // sees no bodies
	cards   *colly.Collector // parses listings
	read    *listing         // what cards found on the last page
	fault   error            // why it found nothing
}

// newFetcher sets up the colly of a site. What the traps are is said where one
// is gone round; see also courier.
func newFetcher(ctx context.Context, n *network, m *meter, site *sites.Site) *fetcher {
	f := &fetcher{site: site, courier: &courier{net: n, meter: m, listing: leadsToListing(site)}}
	// Not NewCollector: its options give way to COLLY_… in the environment, and
	// one that it does not know is printed to the log of all.
	c := &colly.Collector{}
	c.Init()
	c.Context = ctx
	c.UserAgent = n.agent
	c.AllowURLRevisit = true // visited is recorded before the fetch, so a 503 could not be tried again
	c.MaxBodySize = 0        // which would cut a body without a word; courier bounds it
	c.IgnoreRobotsTxt = true // which asks again for redirects and prefixes; courier reads it better
	c.SetRequestTimeout(0)   // 10 s by default, and our waiting would count
	c.DisableCookies()
	c.WithTransport(f.courier)
	c.SetRedirectHandler(f.courier.follow)
	f.pages = c
	f.cards = c.Clone() // without the callbacks, with the client and so its redirect handler
	f.cards.OnHTML("html", func(e *colly.HTMLElement) {
		// A panic in a callback would end the process if colly were asynchronous;
		// as it is, the site's loop makes a failure of it.
		f.read = readListing(e.DOM.Nodes[0], e.Request.URL.String(), site)
	})
	return f
}

// validators make a request conditional.
type validators struct{ etag, modified string }

// page asks for an article, a feed or a sitemap.
func (f *fetcher) page(address string, v validators) (*answer, error) {
	return f.ask(f.pages, address, v)
}

// listing asks for a page of cards and reads them. The listing is nil unless
// the answer is a good one.
func (f *fetcher) listing(address string, v validators) (*answer, *listing, error) {
	a, err := f.ask(f.cards, address, v)
	if err != nil || a.status != http.StatusOK {
		return a, nil, err
	}
	switch {
	case f.fault != nil:
		return nil, nil, &fault{verdict: failed, cause: fmt.Sprintf("the page cannot be read: %v", f.fault)}
	case f.read == nil: // colly parses nothing else
		return nil, nil, &fault{verdict: failed, cause: fmt.Sprintf("%s, not a web page", mediaType(a))}
	}
	return a, f.read, nil
}

func (f *fetcher) ask(c *colly.Collector, address string, v validators) (*answer, error) {
	header := http.Header{}
	if v.etag != "" {
		header.Set("If-None-Match", v.etag)
	}
	if v.modified != "" {
		header.Set("If-Modified-Since", v.modified)
	}
	f.read, f.fault = nil, nil
	f.courier.begin(c == f.cards, len(header) > 0)
	err := c.Request(http.MethodGet, address, nil, nil, header)
	a := f.courier.last
	// colly's errors have no types. One of the client's is of the network or
	// ours; any other that comes with an answer is about its status, which we
	// look at ourselves, or about parsing it.
	var client *url.Error
	switch {
	case errors.As(err, &client):
		return nil, client.Err
	case a == nil:
		return nil, &fault{verdict: failed, cause: fmt.Sprintf("cannot be asked for: %v", err)}
	case a.status == http.StatusOK:
		f.fault = err
	}
	return a, nil
}

// leadsToListing returns what tells that a redirect from an article leads to a
// page where articles are listed, so that the article is gone.
func leadsToListing(site *sites.Site) func(from, to *url.URL) bool {
	paths := map[string]bool{"": true, "/": true}
	for _, list := range append(append([]string{site.Search}, site.Listings...), site.Feeds...) {
		if u, err := url.Parse(list); err == nil {
			paths[u.Path] = true
		}
	}
	return func(from, to *url.URL) bool { return !paths[from.Path] && paths[to.Path] }
}
