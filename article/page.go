package article

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// A Page is an answer of a server, as it was sent.
type Page struct {
	URL      string              // the address exactly as listed or asked for: the key
	FinalURL string              // where redirects led; "" where they led nowhere else
	Moved    bool                // every redirect on the way was permanent (301, 308)
	Status   int                 // HTTP status of the last answer
	Header   map[string][]string // of the last answer, names in canonical form
	Fetched  time.Time           // when the last byte had arrived
	Body     []byte              // as sent, content encoding undone, charset untouched
	Card     Card                // what the listing that led here said of the page
}

// Address returns the address that a record of this page has: the final one
// after a permanent redirect, else the one that was asked for.
func (p Page) Address() string {
	if p.Moved && p.FinalURL != "" {
		return p.FinalURL
	}
	return p.URL
}

// Get returns the first value of a header of p, "" where there is none. The
// name is in canonical form ("Content-Type").
func (p Page) Get(name string) string {
	if v := p.Header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Capture describes the page for the record made from it.
func (p Page) Capture() Capture {
	sum := sha256.Sum256(p.Body)
	return Capture{
		SHA256:      hex.EncodeToString(sum[:]),
		Status:      p.Status,
		Fetched:     At(p.Fetched),
		Bytes:       len(p.Body),
		ContentType: p.Get("Content-Type"),
	}
}

// A Card is what a listing, a feed or a sitemap says of an article.
type Card struct {
	URL           string    `json:"url,omitempty"` // of the article
	Title         string    `json:"title,omitempty"`
	Published     time.Time `json:"published,omitzero"`       // zero where none was given
	PublishedText string    `json:"published_text,omitempty"` // "15:04 02/01/2006"
	From          string    `json:"from,omitempty"`           // one of the From constants
	Source        string    `json:"source,omitempty"`         // address of the listing
}

// Where an address can have been found.
const (
	FromFeed    = "feed"
	FromListing = "listing"
	FromSearch  = "search"
	FromSitemap = "sitemap"
	FromHand    = "hand" // named on the command line
)
