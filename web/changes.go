package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"archiver/article"
	"archiver/revision"
	"archiver/typeset"
)

// changesPerPage is how many changes, or withdrawals, a page shows.
const changesPerPage = 40

// A changeLine is a change with the release that it is of.
type changeLine struct {
	Event     string         `json:"event"` // revision, missing, gone
	ID        string         `json:"id"`
	URL       string         `json:"url"`
	Site      string         `json:"site"`
	Force     string         `json:"force"`
	Title     string         `json:"title"`
	Kind      article.Kind   `json:"kind"`
	Published article.Time   `json:"published,omitzero"`
	Time      article.Time   `json:"time,omitzero"`
	Revision  int            `json:"revision,omitempty"`
	Class     revision.Class `json:"class,omitempty"`
	Fields    []string       `json:"fields"`
	Removed   int            `json:"removed"` // words
	Added     int            `json:"added"`
}

type changeDay struct {
	Name  string
	Lines []changeLine
}

type changesPage struct {
	Classes []classLink
	Days    []changeDay
	Chosen  []chosen
	Pager   pager
	Most    int
}

type classLink struct {
	Name, Address string
	Current       bool
}

// changeClasses are what the list of changes can be narrowed to.
var changeClasses = []string{"material", "minor", "cosmetic", "removed"}

// changed returns a page of the changes that a request asks for.
func (s *server) changed(r *http.Request) (f filter, class string, total int, lines []changeLine, err error) {
	if f, err = readFilter(r, changesPerPage); err != nil {
		return
	}
	class = r.URL.Query().Get("class")
	if class != "" && !slices.Contains(changeClasses, class) {
		return f, class, 0, nil, &badRequest{"class is one of " + strings.Join(changeClasses, ", ")}
	}
	selection := f.article()
	all, err := s.digest.recent(r.Context(), &selection)
	if err != nil {
		return
	}
	all = slices.DeleteFunc(all, func(c change) bool {
		return class == "removed" && c.Status == "" || class != "" && class != "removed" && string(c.Class) != class
	})
	total = len(all)
	lines, err = s.changeLines(all[min(len(all), (f.Page-1)*f.Size):min(len(all), f.Page*f.Size)])
	return
}

// changeLines adds to changes what their releases are; those that have left the
// archive since are left out.
func (s *server) changeLines(list []change) ([]changeLine, error) {
	var ids []string
	for _, c := range list {
		if !slices.Contains(ids, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	records := map[string]*article.Record{}
	for r, err := range s.Archive.RecordsOf(ids...) {
		if err != nil {
			return nil, err
		}
		records[r.ID] = r
	}
	lines := []changeLine{}
	for _, c := range list {
		r := records[c.ID]
		if r == nil {
			continue
		}
		line := changeLine{
			Event: "revision", ID: r.ID, URL: r.URL, Site: r.Site, Force: r.Force, Title: r.Title, Kind: r.Kind, Published: r.Published,
			Time: c.At, Revision: c.Revision, Class: c.Class, Fields: c.Fields, Removed: c.Removed, Added: c.Added,
		}
		if line.Fields == nil {
			line.Fields = []string{}
		}
		if c.Status != "" {
			line.Event = string(c.Status)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (s *server) changes(w http.ResponseWriter, r *http.Request) error {
	f, class, total, lines, err := s.changed(r)
	if err != nil {
		return err
	}
	data := changesPage{Chosen: f.chosen(s, "/changes"), Pager: f.pager("/changes", total), Most: mostChanges}
	if class != "" {
		for _, to := range []*string{&data.Pager.First, &data.Pager.Prev, &data.Pager.Next, &data.Pager.End} {
			*to = withParameter(*to, "class", class)
		}
		for i := range data.Chosen {
			data.Chosen[i].Without = withParameter(data.Chosen[i].Without, "class", class)
		}
	}
	for _, c := range append([]string{""}, changeClasses...) {
		v := f.values()
		name := "All"
		if c != "" {
			v.Set("class", c)
			name = typeset.Capital(c)
		}
		data.Classes = append(data.Classes, classLink{name, address("/changes", v), c == class})
	}
	for _, line := range lines {
		name := "Time unknown"
		if !line.Time.IsZero() {
			name = line.Time.In(article.London).Format("Monday 2 January 2006")
		}
		if n := len(data.Days); n == 0 || data.Days[n-1].Name != name {
			data.Days = append(data.Days, changeDay{Name: name})
		}
		d := &data.Days[len(data.Days)-1]
		d.Lines = append(d.Lines, line)
	}
	return s.show(w, http.StatusOK, "changes", page{Title: "Changes", Current: "Changes", Data: data})
}

// withParameter adds a parameter to an address; "" stays "".
func withParameter(to, name, value string) string {
	if to == "" {
		return ""
	}
	if strings.Contains(to, "?") {
		return to + "&" + name + "=" + value
	}
	return to + "?" + name + "=" + value
}

// removals returns a page of what was taken down, the last missed first.
func (s *server) removals(r *http.Request) (f filter, total int, list []article.Removal, err error) {
	if f, err = readFilter(r, changesPerPage); err != nil {
		return
	}
	all, err := s.digest.all(r.Context())
	if err != nil {
		return
	}
	selection := f.article()
	var record article.Record
	var taken []*outline
	for _, o := range all {
		if o.status == article.StatusLive {
			continue
		}
		if o.record(&record); selection.Match(&record) {
			taken = append(taken, o)
		}
	}
	slices.SortFunc(taken, func(a, b *outline) int {
		return cmp.Or(b.stateAt.Compare(a.stateAt.Time), strings.Compare(a.id, b.id))
	})
	total = len(taken)
	list = []article.Removal{}
	for _, o := range taken[min(total, (f.Page-1)*f.Size):min(total, f.Page*f.Size)] {
		one, err := s.removal(o.id)
		switch {
		case isGone(err):
		case err != nil:
			return f, 0, nil, err
		default:
			list = append(list, one)
		}
	}
	return
}

func (s *server) removal(id string) (article.Removal, error) {
	r, err := s.Archive.Record(id)
	if err != nil {
		return article.Removal{}, err
	}
	states, err := s.Archive.StatusChanges(id)
	if err != nil {
		return article.Removal{}, err
	}
	where, err := s.Archive.Address(r.URL)
	if err != nil && !isGone(err) {
		return article.Removal{}, err
	}
	return article.NewRemoval(r, where, states), nil
}

// whyWords says a cause in words.
func whyWords(c article.Cause) string {
	switch c {
	case article.CauseNotFound:
		return "the site says that there is no such page (404)"
	case article.CauseGone:
		return "the site says that the page is gone for good (410)"
	case article.CauseRedirect:
		return "its address leads elsewhere now"
	case article.CauseSoft404:
		return "a page comes that says it is not there"
	}
	return "why, nobody noted"
}

type removedPage struct {
	Total  int
	List   []article.Removal
	Chosen []chosen
	Pager  pager
}

func (s *server) removed(w http.ResponseWriter, r *http.Request) error {
	f, total, list, err := s.removals(r)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Force = cmp.Or(typeset.Line(list[i].Force), typeset.Line(list[i].Site))
	}
	return s.show(w, http.StatusOK, "removed", page{Title: "Removed", Current: "Removed", Data: removedPage{
		Total: total, List: list, Chosen: f.chosen(s, "/removed"), Pager: f.pager("/removed", total),
	}})
}
