package web

import (
	"bytes"
	"encoding/json"
	"net/http"

	"archiver/article"
	"archiver/revision"
	"archiver/search"
	"archiver/stats"
)

// The API gives what the pages show. Its answers are documented by apiDocument, which
// is made of the same types, so the two cannot differ.

// A problem is an answer that says what is wrong.
type problem struct {
	Error string `json:"error"`
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	return send(w, status, "application/json", b.Bytes())
}

// apiSize is how many entries a page of the API has that does not say.
const apiSize = 20

// A listing is a page of a long list.
type listing[T any] struct {
	Total   int    `json:"total"`
	Page    int    `json:"page"`
	PerPage int    `json:"per_page"`
	Next    string `json:"next"` // the address of the next page; "" on the last
	Items   []T    `json:"items"`
}

func newListing[T any](r *http.Request, f filter, total int, items []T) listing[T] {
	l := listing[T]{Total: total, Page: f.Page, PerPage: f.Size, Items: items}
	if l.Items == nil {
		l.Items = []T{}
	}
	if f.Page*f.Size < total {
		v := r.URL.Query()
		v.Set("page", itoa(f.Page+1))
		l.Next = address(r.URL.Path, v)
	}
	return l
}

// A releaseList is what a search finds: the records, and how they were found.
type releaseList struct {
	listing[*article.Record]
	Found   []found        `json:"found"`            // for each item
	Counts  *search.Counts `json:"counts,omitempty"` // of all hits, with counts=1
	Suggest string         `json:"suggest"`          // where nothing is found: a query that finds something
}

type found struct {
	ID         string        `json:"id"`
	Score      float64       `json:"score"`
	TitleMarks []search.Span `json:"title_marks"`
	Snippet    string        `json:"snippet"`
	Marks      []search.Span `json:"marks"`
}

func (s *server) apiReleases(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, apiSize)
	if err != nil {
		return err
	}
	results, records, err := s.find(r, f, r.URL.Query().Get("counts") == "1")
	if err != nil {
		return err
	}
	var items []*article.Record
	list := releaseList{Found: []found{}, Counts: results.Counts, Suggest: results.Suggest}
	for _, h := range results.Hits {
		record := records[h.ID]
		if record == nil {
			continue
		}
		record.Copies = s.kin.copiesOf(s, record.ID)
		items = append(items, record)
		list.Found = append(list.Found, found{h.ID, h.Score, spans(h.TitleMarks), h.Snippet, spans(h.Marks)})
	}
	list.listing = newListing(r, f, results.Total, items)
	return writeJSON(w, http.StatusOK, list)
}

func spans(list []search.Span) []search.Span {
	if list == nil {
		return []search.Span{}
	}
	return list
}

func (s *server) apiRelease(w http.ResponseWriter, r *http.Request) error {
	number, err := numberOf(r, "revision")
	if err != nil {
		return err
	}
	record, err := s.record(r.PathValue("id"), number)
	if err != nil {
		return err
	}
	record.Copies = s.kin.copiesOf(s, record.ID)
	return writeJSON(w, http.StatusOK, record)
}

type historyAnswer struct {
	ID     string            `json:"id"`
	URL    string            `json:"url"`
	Events []revision.Moment `json:"events"`
}

func (s *server) apiHistory(w http.ResponseWriter, r *http.Request) error {
	record, err := s.record(r.PathValue("id"), 0)
	if err != nil {
		return err
	}
	revisions, err := s.Archive.Revisions(record.ID)
	if err != nil {
		return err
	}
	moments, err := s.past(revisions)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, historyAnswer{record.ID, record.URL, moments})
}

func (s *server) apiDifference(w http.ResponseWriter, r *http.Request) error {
	record, err := s.record(r.PathValue("id"), 0)
	if err != nil {
		return err
	}
	revisions, err := s.Archive.Revisions(record.ID)
	if err != nil {
		return err
	}
	older, newer, err := pair(r, revisions)
	switch {
	case err != nil:
		return err
	case older == nil:
		return &badRequest{"this release has one revision alone"}
	}
	return writeJSON(w, http.StatusOK, revision.NewLine(older, newer, revision.Compare(older, newer)))
}

type kinAnswer struct {
	ID    string     `json:"id"`
	Ready bool       `json:"ready"` // copies have been looked for
	Items []relative `json:"items"`
}

func (s *server) apiKin(w http.ResponseWriter, r *http.Request) error {
	record, err := s.record(r.PathValue("id"), 0)
	if err != nil {
		return err
	}
	list, ready, err := s.kin.of(s, record)
	if err != nil {
		return err
	}
	if list == nil {
		list = []relative{}
	}
	return writeJSON(w, http.StatusOK, kinAnswer{record.ID, ready, list})
}

func (s *server) apiChanges(w http.ResponseWriter, r *http.Request) error {
	f, _, total, lines, err := s.changed(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, newListing(r, f, total, lines))
}

func (s *server) apiRemoved(w http.ResponseWriter, r *http.Request) error {
	f, total, list, err := s.removals(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, newListing(r, f, total, list))
}

func (s *server) apiQuotations(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, apiSize)
	if err != nil {
		return err
	}
	quoted, err := s.quoted(r.Context(), f)
	if err != nil {
		return err
	}
	for i := range quoted.Hits {
		quoted.Hits[i].Marks = spans(quoted.Hits[i].Marks)
	}
	return writeJSON(w, http.StatusOK, newListing(r, f, quoted.Total, quoted.Hits))
}

func (s *server) apiSpeakers(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, apiSize)
	if err != nil {
		return err
	}
	list, total, err := s.index.speakers(r.Context(), f.query())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, newListing(r, f, total, list))
}

func (s *server) apiRecycled(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, apiSize)
	if err != nil {
		return err
	}
	list, total, err := s.recycledQuotes(r, f)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, newListing(r, f, total, list))
}

func (s *server) apiStatistics(w http.ResponseWriter, r *http.Request) error {
	_, t, err := s.one(r)
	if err != nil {
		return err
	}
	if t.Rows == nil {
		t.Rows = []stats.Row{}
	}
	return writeJSON(w, http.StatusOK, t)
}

type sitesAnswer struct {
	Items []Source `json:"items"`
}

func (s *server) apiSites(w http.ResponseWriter, r *http.Request) error {
	list, err := s.health(r)
	if err != nil {
		return err
	}
	if list == nil {
		list = []Source{}
	}
	return writeJSON(w, http.StatusOK, sitesAnswer{list})
}

type watchesAnswer struct {
	Items []watchAnswer `json:"items"`
}

type watchAnswer struct {
	Name     string `json:"name"`
	Hits     int    `json:"hits"`
	Releases string `json:"releases"` // the address of its releases
	Atom     string `json:"atom"`
	JSON     string `json:"json"`
}

func (s *server) apiWatches(w http.ResponseWriter, r *http.Request) error {
	if err := s.index.ready(r.Context()); err != nil {
		return err
	}
	lines, err := s.watched(r)
	if err != nil {
		return err
	}
	answer := watchesAnswer{[]watchAnswer{}}
	for _, l := range lines {
		answer.Items = append(answer.Items, watchAnswer{l.Name, l.Hits, "/api/releases" + l.Address[1:], l.Atom, l.JSON})
	}
	return writeJSON(w, http.StatusOK, answer)
}
