package scraper

import (
	"bytes"
	"errors"
	"html"

	"archiver/article"
	"archiver/scraper/sites"

	"github.com/mmcdole/gofeed"
)

// errNoFeed is returned for a page in a feed's place: the site has no feed there.
var errNoFeed = errors.New("not a feed")

// readFeed reads an RSS, Atom or JSON feed.
func readFeed(body []byte, address string, site *sites.Site) (*listing, error) {
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if errors.Is(err, gofeed.ErrFeedTypeNotDetected) {
		return nil, errNoFeed
	}
	if err != nil {
		return nil, err
	}
	l := &listing{}
	for _, item := range feed.Items {
		link := item.Link
		if link == "" {
			link = item.GUID // of a feed that has its permanent links there
		}
		to, err := join(address, link)
		if err != nil || !site.IsArticle(to) {
			continue
		}
		c := article.Card{URL: to, Title: plainSpace(html.UnescapeString(item.Title))}
		if at := item.PublishedParsed; at != nil && !at.IsZero() {
			c.Published = at.In(article.London)
			c.PublishedText = publishedText(*at)
		}
		l.cards = append(l.cards, c)
	}
	return l, nil
}
