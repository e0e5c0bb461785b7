package web

import (
	"bytes"
	"net/http"
	"strings"

	"archiver/article"
	"archiver/export"
)

// feedSize is how many releases a feed has.
const feedSize = 50

// feed is the newest releases of any filter of the front page, as Atom or JSON Feed.
func (s *server) feed(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, feedSize)
	if err != nil {
		return err
	}
	return s.writeFeed(w, r, f, strings.TrimPrefix(r.URL.Path, "/feed."))
}

func (s *server) writeFeed(w http.ResponseWriter, r *http.Request, f filter, form string) error {
	f.Sort, f.Page, f.Size = "date", 1, feedSize
	results, records, err := s.find(r, f, false)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	_, err = export.Write(&b, "rss", func(yield func(*article.Record, error) bool) {
		for i := range results.Hits { // a feed is given the oldest first
			record := records[results.Hits[len(results.Hits)-1-i].ID]
			if record != nil && !yield(record, nil) {
				return
			}
		}
	}, export.Options{Feed: form, Home: origin(r) + "/", Self: origin(r) + r.URL.RequestURI()})
	if err != nil {
		return err
	}
	return send(w, http.StatusOK, feedType(form), b.Bytes())
}

func feedType(form string) string {
	if form == "json" {
		return "application/feed+json; charset=utf-8"
	}
	return "application/atom+xml; charset=utf-8"
}
