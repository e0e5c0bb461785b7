package web

import (
	"bytes"
	"encoding/xml"
	"net/http"

	"archiver/article"
)

// about says what the archive is, how to search and how to cite.
func (s *server) about(w http.ResponseWriter, r *http.Request) error {
	all, err := s.digest.all(r.Context())
	if err != nil {
		return err
	}
	data := struct {
		Total, Sites  int
		First, Newest article.Time
	}{Total: len(all)}
	sites := map[string]bool{}
	for _, o := range all {
		sites[o.site] = true
		if !o.published.IsZero() && (data.First.IsZero() || o.published.Before(data.First.Time)) {
			data.First = o.published
		}
		if o.published.After(data.Newest.Time) {
			data.Newest = o.published
		}
	}
	data.Sites = len(sites)
	return s.show(w, http.StatusOK, "about", page{Title: "About", Current: "About", Data: data})
}

// openSearch lets a browser search the archive from its address bar. Addresses in it
// have to be whole; the host has been checked.
func (s *server) openSearch(w http.ResponseWriter, r *http.Request) error {
	var host bytes.Buffer
	if err := xml.EscapeText(&host, []byte(origin(r))); err != nil {
		return err
	}
	body := xml.Header + `<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>Police news</ShortName>
<Description>Search the archive of police news releases</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image width="32" height="32" type="image/svg+xml">` + host.String() + `/static/icon.svg</Image>
<Url type="text/html" template="` + host.String() + `/?q={searchTerms}"/>
<Url type="application/atom+xml" template="` + host.String() + `/feed.atom?q={searchTerms}"/>
</OpenSearchDescription>
`
	return send(w, http.StatusOK, "application/opensearchdescription+xml; charset=utf-8", []byte(body))
}

// robots keeps crawlers out: the releases are their publishers'.
func (s *server) robots(w http.ResponseWriter, _ *http.Request) error {
	return send(w, http.StatusOK, "text/plain; charset=utf-8", []byte("User-agent: *\nDisallow: /\n"))
}

// healthy says whether the archive can be read, and whether searches have to wait.
func (s *server) healthy(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.Archive.Generation(); err != nil {
		s.Log.Error("the archive cannot be read", "err", err)
		return send(w, http.StatusServiceUnavailable, "text/plain; charset=utf-8", []byte("the archive cannot be read\n"))
	}
	said := "ok\n"
	if err := s.index.ready(r.Context()); err != nil {
		said = "ok; " + err.Error() + "\n"
	}
	return send(w, http.StatusOK, "text/plain; charset=utf-8", []byte(said))
}
