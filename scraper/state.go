package scraper

import (
	"encoding/json"
	"time"

	"archiver/article"
)

// The notes that the crawl keeps in the archive:
//
//	paging/URL   pagingNote, of the listing that begins at URL
//	listing/URL  listingNote, of a feed or of the first page of a listing
//	shape/SITE   ShapeNote, what the pages and cards of a site have
//	run/SITE     LastRun, of a site
//
// All are JSON. A note that cannot be read counts as none.
const (
	pagingKey  = "paging/"
	listingKey = "listing/"
)

// A pagingNote says how far the pages of a listing have been read.
type pagingNote struct {
	// PagingOpen is the start of the first run whose paging did not come to its
	// end: what was found since does not say that all older articles are known.
	PagingOpen time.Time `json:"paging_open,omitzero"`
	// Ended is when the paging first came to an end; zero before that.
	Ended time.Time `json:"ended,omitzero"`
	// Reached is the page that a full crawl had come to when it was ended; "" if
	// none was.
	Reached string `json:"reached,omitempty"`
}

// A listingNote is what a listing said last, for when it says that it has not
// changed since.
type listingNote struct {
	ETag     string         `json:"etag,omitempty"`
	Modified string         `json:"modified,omitempty"`
	Cards    []article.Card `json:"cards"`
	Next     string         `json:"next,omitempty"`
}

// note reads a note of an earlier run into v, which stays as it is if there is
// none.
func (r *run) note(key string, v any) error {
	data, err := r.Archive.State(key)
	if err != nil || data == nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		r.log.Warn("a note of an earlier run cannot be read and is ignored", "key", key, "err", err)
	}
	return nil
}

// keep has a note saved behind all visits that were put before it.
func (r *run) keep(key string, v any) {
	if r.Plan {
		return
	}
	if data, err := json.Marshal(v); err == nil { // always: the notes are plain data
		r.saver.in <- saving{key: key, value: func() []byte { return data }}
	}
}
