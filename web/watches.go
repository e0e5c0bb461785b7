package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"archiver/article"
	"archiver/search"
)

// A Watch is a search that the operator has saved. Watches are edited on the command
// line alone: a browser can only read.
type Watch struct {
	Name  string     // as it stands in addresses
	Query url.Values // the parameters of the front page
	// Feed writes what is new in it as "atom" or "json": releases, and changes and
	// removals if the watch tells of them. Home is the address of the archive, Self that
	// of the feed.
	Feed func(ctx context.Context, to io.Writer, form, home, self string) error
}

type watchLine struct {
	Name, Address, Atom, JSON string
	Chosen                    []chosen
	Words                     string
	Hits                      int
	Making                    bool // the index that knows how many there are
}

// watched reads the watches, each with how many releases it finds.
func (s *server) watched(r *http.Request) ([]watchLine, error) {
	list, err := s.Watches()
	if err != nil {
		return nil, err
	}
	lines := []watchLine{}
	making := false
	for _, one := range list {
		f, err := filterOf(one.Query, 1)
		if err != nil {
			return nil, err
		}
		results := &search.Results{}
		if !making { // it is waited for once
			results, err = s.index.search(r.Context(), f.query())
			if _, making = isIndexing(err); making {
				results = &search.Results{}
			} else if err != nil {
				return nil, err
			}
		}
		path := "/watch/" + url.PathEscape(one.Name)
		lines = append(lines, watchLine{one.Name, address("/", f.values()), path + ".atom", path + ".json", f.chosen(s, "/"), f.Words, results.Total, making})
	}
	return lines, nil
}

func (s *server) watches(w http.ResponseWriter, r *http.Request) error {
	lines, err := s.watched(r)
	if err != nil {
		return err
	}
	return s.show(w, http.StatusOK, "watches", page{Title: "Watches", Current: "Watches", Data: lines})
}

// watchFeed is the feed of one watch: NAME.atom or NAME.json.
func (s *server) watchFeed(w http.ResponseWriter, r *http.Request) error {
	name, form, _ := cutLast(r.PathValue("name"), ".")
	list, err := s.Watches()
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.Name != name || form != "atom" && form != "json" {
			continue
		}
		var b bytes.Buffer
		if err := one.Feed(r.Context(), &b, form, origin(r)+"/", origin(r)+r.URL.EscapedPath()); err != nil {
			return err
		}
		return send(w, http.StatusOK, feedType(form), b.Bytes())
	}
	return article.ErrNotFound
}

// cutLast cuts a text at the last of a separator.
func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}
