package demo

import (
	"encoding/xml"
	"net/http"
	"time"
)

// rss is a feed of RSS 2.0.
type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Items       []rssItem `xml:"item"`
}

type rssItem struct {
	Title       string `xml:"title"`
	Link        string `xml:"link"`
	Description string `xml:"description"`
	GUID        string `xml:"guid"`
	Published   string `xml:"pubDate"`
}

// pubDate returns a time in the form of RFC 822 with the four digits of the year
// that RSS asks for.
func pubDate(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

func (v *visitor) feed(w http.ResponseWriter, r *http.Request) {
	found := v.reachable(ListedInFeed)
	channel := rssChannel{
		Title:       Force + " news",
		Link:        base(r) + newsPath,
		Description: "The latest news from " + Force,
		Language:    "en-GB",
	}
	for _, release := range found[:min(feedItems, len(found))] {
		address := base(r) + release.Address()
		channel.Items = append(channel.Items, rssItem{
			Title:       release.Title,
			Link:        address,
			Description: release.summary(),
			GUID:        address,
			Published:   pubDate(release.Published),
		})
	}
	sendXML(w, "application/rss+xml; charset=utf-8", rss{Version: "2.0", Channel: channel})
}

type sitemap struct {
	XMLName xml.Name      `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapPage `xml:"url"`
}

type sitemapPage struct {
	Location string `xml:"loc"`
	Modified string `xml:"lastmod,omitempty"`
}

func (v *visitor) sitemap(w http.ResponseWriter, r *http.Request) {
	var m sitemap
	for _, plain := range plainPages {
		m.URLs = append(m.URLs, sitemapPage{Location: base(r) + plain.path})
	}
	m.URLs = append(m.URLs, sitemapPage{Location: base(r) + newsPath})
	for _, release := range v.reachable(ListedInSitemap) {
		m.URLs = append(m.URLs, sitemapPage{
			Location: base(r) + release.Address(),
			Modified: release.Published.UTC().Format(time.DateOnly),
		})
	}
	sendXML(w, "application/xml; charset=utf-8", m)
}

func sendXML(w http.ResponseWriter, contentType string, document any) {
	data, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	send(w, xml.Header+string(data)+"\n")
}
