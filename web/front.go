package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"archiver/article"
	"archiver/search"
	"archiver/typeset"
)

// perPage is how many releases a page of the list has.
const perPage = 25

// An item is a release on a list.
type item struct {
	ID, Force, Site string
	Title           template.HTML // with what was found
	Lead            template.HTML
	Kind            article.Kind
	Topics          []string
	Published       article.Time
	Status          article.Status
	Revision        int
	Changed         article.Time
	Quotes          int
}

type itemDay struct {
	Name  string
	Items []item
}

// A facet is something to filter by, with how many hits each value has.
type facet struct {
	Name   string
	Values []facetValue
	More   []facetValue // behind a fold
}

type facetValue struct {
	Name, Address string
	Hits          int
}

type frontPage struct {
	Filter  filter
	Total   int
	Days    []itemDay // by day where the order is that of time
	Facets  []facet
	Chosen  []chosen
	Hidden  []hidden // of the form of words
	Dates   []hidden // of the form of dates
	Pager   pager
	Suggest string // an address
	Instead string // what it looks for
	ByDate  string // the address of the other order; "" where there is one alone
	ByRank  string
	Empty   bool   // the archive has nothing
	Making  string // why there is no more than the newest; "" as a rule
	Atom    string
	JSON    string
}

// front is the list of releases, filtered or not.
func (s *server) front(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, perPage)
	if err != nil {
		return err
	}
	f.Size = perPage
	results, records, err := s.find(r, f, true)
	if making, ok := isIndexing(err); ok {
		return s.provisional(w, f, making)
	}
	if err != nil {
		return err
	}
	data := frontPage{
		Filter: f, Total: results.Total, Chosen: f.chosen(s, "/"), Hidden: f.hidden("q"), Dates: f.hidden("since", "until"),
		Pager: f.pager("/", results.Total), Atom: address("/feed.atom", f.values()), JSON: address("/feed.json", f.values()),
	}
	data.Facets = s.facets(f, results.Counts)
	data.Empty = results.Total == 0 && len(f.values()) == 0
	if results.Suggest != "" {
		g := f
		g.Words = results.Suggest
		data.Instead, data.Suggest = results.Suggest, address("/", g.values())
	}
	dated := f.Words == "" || f.Sort == "date"
	if f.Words != "" {
		other := f
		if other.Sort = "date"; f.Sort == "date" {
			other.Sort = ""
			data.ByRank = address("/", other.values())
		} else {
			data.ByDate = address("/", other.values())
		}
	}
	for _, hit := range results.Hits {
		record := records[hit.ID]
		if record == nil {
			continue // suppressed a moment ago
		}
		name := ""
		if dated {
			name = dayOf(hit.Published)
		}
		data.add(name, newItem(record, hit, f.Words != ""))
	}
	p := page{Current: "Releases", Atom: data.Atom, JSON: data.JSON, Data: data}
	if f.Words != "" {
		p.Title = "Search: " + f.Words
	}
	return s.show(w, http.StatusOK, "front", p)
}

func dayOf(t article.Time) string {
	if t.IsZero() {
		return "Time unknown"
	}
	return t.In(article.London).Format("Monday 2 January 2006")
}

// add puts an item at the end of the list.
func (p *frontPage) add(day string, i item) {
	if n := len(p.Days); n == 0 || p.Days[n-1].Name != day {
		p.Days = append(p.Days, itemDay{Name: day})
	}
	d := &p.Days[len(p.Days)-1]
	d.Items = append(d.Items, i)
}

// provisional is the front page while there is no index: the newest releases, or that
// what is looked for has to wait.
func (s *server) provisional(w http.ResponseWriter, f filter, making *indexingError) error {
	data := frontPage{Filter: f, Making: sentence(making.Error()), Chosen: f.chosen(s, "/"), Hidden: f.hidden("q"), Dates: f.hidden("since", "until")}
	if len(f.values()) == 0 {
		n := 0
		for r, err := range s.Archive.Newest() {
			if err != nil {
				return err
			}
			data.add(dayOf(r.Published), newItem(r, search.Hit{}, false))
			if n++; n == perPage {
				break
			}
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.show(w, http.StatusOK, "front", page{Current: "Releases", Data: data})
}

// find runs a filter and reads the records of its hits: what has left the archive
// since the index was made is not among them.
func (s *server) find(r *http.Request, f filter, counts bool) (*search.Results, map[string]*article.Record, error) {
	q := f.query()
	q.Counts = counts
	results, err := s.index.search(r.Context(), q)
	if err != nil {
		return nil, nil, err
	}
	var ids []string
	for _, hit := range results.Hits {
		ids = append(ids, hit.ID)
	}
	records := map[string]*article.Record{}
	for record, err := range s.Archive.RecordsOf(ids...) {
		if err != nil {
			return nil, nil, err
		}
		records[record.ID] = record
	}
	return results, records, nil
}

func newItem(r *article.Record, hit search.Hit, found bool) item {
	i := item{
		ID: r.ID, Force: typeset.Source(r), Site: r.Site, Title: template.HTML(typeset.Escape(typeset.Title(r))), Kind: r.Kind,
		Published: r.Published, Status: r.Status, Revision: r.Revision, Changed: r.LastChanged, Quotes: len(r.Quotes),
		Lead: template.HTML(typeset.Escape(typeset.Snip(typeset.Line(r.Lead), 280))),
	}
	for _, t := range r.Topics {
		if !slices.Contains(i.Topics, t.ID) && t.ID != "" {
			i.Topics = append(i.Topics, t.ID)
		}
	}
	if found && hit.Title == r.Title && r.Title != "" {
		i.Title = marked(hit.Title, hit.TitleMarks)
	}
	if found && len(hit.Marks) > 0 {
		i.Lead = marked(hit.Snippet, hit.Marks)
	}
	return i
}

// shownValues is how many values of a facet are shown without unfolding it.
const shownValues, mostFacetValues = 6, 60

// facets are what a list can be narrowed by further.
func (s *server) facets(f filter, c *search.Counts) []facet {
	v := f.values()
	narrow := func(name, parameter string, counts []search.Count, have []string, words func(string) string) facet {
		out := facet{Name: name}
		for _, count := range counts {
			if slices.Contains(have, count.Value) || len(out.Values)+len(out.More) == mostFacetValues {
				continue
			}
			to := url.Values{}
			for k, values := range v {
				to[k] = values
			}
			to[parameter] = append(slices.Clone(v[parameter]), count.Value)
			value := facetValue{Name: words(count.Value), Address: address("/", to), Hits: count.Hits}
			if len(out.Values) < shownValues {
				out.Values = append(out.Values, value)
			} else {
				out.More = append(out.More, value)
			}
		}
		return out
	}
	all := []facet{
		narrow("Force", "site", c.Sites, f.Sites, s.force),
		narrow("Kind", "kind", c.Kinds, f.Kinds, func(k string) string { return typeset.Kind(article.Kind(k)) }),
		narrow("Topic", "topic", c.Topics, f.Topics, typeset.Topic),
		narrow("With", "has", c.Has, f.Has, hasShort),
		narrow("On the web", "status", c.Statuses, f.Statuses, func(x string) string { return statusName(article.Status(x)) }),
	}
	if f.Since == "" && f.Until == "" {
		years := facet{Name: "Year"}
		for _, count := range slices.Backward(c.Years) {
			to := f.values()
			to.Set("since", count.Value+"-01-01")
			to.Set("until", count.Value+"-12-31")
			value := facetValue{Name: count.Value, Address: address("/", to), Hits: count.Hits}
			if _, err := day(count.Value + "-01-01"); err != nil || len(years.More) == mostFacetValues {
				continue
			}
			if len(years.Values) < shownValues {
				years.Values = append(years.Values, value)
			} else {
				years.More = append(years.More, value)
			}
		}
		all = append(all, years)
	}
	return slices.DeleteFunc(all, func(f facet) bool {
		return len(f.Values) == 0 || f.Name == "On the web" && len(f.Values) == 1
	})
}
