package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"archiver/article"
	"archiver/search"
	"archiver/typeset"
)

// What one may ask at most.
const (
	maxPage   = 100_000
	maxSize   = 100 // entries on a page of the API
	maxValues = 50  // values of a filter
	maxWords  = 500 // bytes of what is looked for
	maxDate   = 2200
)

// A filter is a choice of releases, or of what they say, as it stands in an address.
// The names of its parameters are those of the command line's flags.
type filter struct {
	Words        string   // q
	Sites        []string // site
	Kinds        []string // kind
	Topics       []string // topic
	Statuses     []string // status
	Has          []string // has: quotes, advice, changes
	Speaker      string   // speaker
	Since, Until string   // days in London, both included
	Changed      string   // changed-since: a day
	Sort         string   // "date", or "" for the best first
	Page         int      // from 1
	Size         int      // per-page
	typing       bool     // the last word may go on
}

// hasValues are those of the parameter has.
var hasValues = []string{"quotes", "advice", "changes"}

// readFilter reads the filter of a request; size is how many entries a page has
// that does not say.
func readFilter(r *http.Request, size int) (filter, error) {
	return filterOf(r.URL.Query(), size)
}

func filterOf(v url.Values, size int) (filter, error) {
	f := filter{
		Words: strings.TrimSpace(v.Get("q")), Sites: v["site"], Kinds: v["kind"], Topics: v["topic"], Statuses: v["status"], Has: v["has"],
		Speaker: strings.TrimSpace(v.Get("speaker")), Since: v.Get("since"), Until: v.Get("until"), Changed: v.Get("changed-since"),
		Sort: v.Get("sort"), Page: 1, Size: size, typing: v.Get("typing") == "1",
	}
	if len(f.Words) > maxWords || len(f.Speaker) > maxWords {
		return f, &badRequest{"what is looked for is too long"}
	}
	for _, list := range []*[]string{&f.Sites, &f.Kinds, &f.Topics, &f.Statuses, &f.Has} {
		*list = slices.DeleteFunc(slices.Clone(*list), func(s string) bool { return s == "" })
		slices.Sort(*list)
		*list = slices.Compact(*list)
		if len(*list) > maxValues {
			return f, &badRequest{fmt.Sprintf("a filter has at most %d values", maxValues)}
		}
	}
	check := func(name string, values, known []string) error {
		for _, value := range values {
			if value != "" && !slices.Contains(known, value) {
				return &badRequest{fmt.Sprintf("%s %q is unknown; there are %s", name, value, strings.Join(known, ", "))}
			}
		}
		return nil
	}
	var kinds, statuses []string
	for _, k := range article.Kinds {
		kinds = append(kinds, string(k))
	}
	for _, s := range article.Statuses {
		statuses = append(statuses, string(s))
	}
	for _, c := range []struct {
		name          string
		values, known []string
	}{{"kind", f.Kinds, kinds}, {"status", f.Statuses, statuses}, {"has", f.Has, hasValues}, {"sort", []string{f.Sort}, []string{"date", "rank"}}} {
		if err := check(c.name, c.values, c.known); err != nil {
			return f, err
		}
	}
	if f.Sort == "rank" {
		f.Sort = ""
	}
	for _, d := range []string{f.Since, f.Until, f.Changed} {
		if t, err := day(d); err != nil {
			return f, err
		} else if t.Year() > maxDate {
			return f, &badRequest{fmt.Sprintf("%q is too far off", d)}
		}
	}
	if f.Since != "" && f.Until != "" && f.Since > f.Until {
		return f, &badRequest{fmt.Sprintf("%s is after %s", f.Since, f.Until)}
	}
	for _, n := range []struct {
		name string
		to   *int
		most int
	}{{"page", &f.Page, maxPage}, {"per-page", &f.Size, maxSize}} {
		if text := v.Get(n.name); text != "" {
			number, err := strconv.Atoi(text)
			if err != nil || number < 1 || number > n.most {
				return f, &badRequest{fmt.Sprintf("%s is a number from 1 to %d", n.name, n.most)}
			}
			*n.to = number
		}
	}
	return f, nil
}

// day reads a date as the midnight in London that begins it.
func day(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, article.London)
	if err != nil {
		return time.Time{}, &badRequest{fmt.Sprintf("%q is no date; write it like 2024-05-31", s)}
	}
	return t, nil
}

// article is the filter as records are held against it. It has been checked.
func (f *filter) article() article.Filter {
	out := article.Filter{Sites: f.Sites, Topics: f.Topics}
	for _, k := range f.Kinds {
		out.Kinds = append(out.Kinds, article.Kind(k))
	}
	for _, s := range f.Statuses {
		out.Statuses = append(out.Statuses, article.Status(s))
	}
	if f.Speaker != "" {
		out.Speakers = []string{f.Speaker}
	}
	out.Since, _ = day(f.Since)
	out.Changed, _ = day(f.Changed)
	if until, _ := day(f.Until); !until.IsZero() {
		out.Until = until.AddDate(0, 0, 1) // the day is included
	}
	return out
}

// query is the filter as the index takes it.
func (f *filter) query() search.Query {
	words := f.Words
	typing := f.typing && words != "" && len(f.Has) == 0
	if words != "" && len(f.Has) > 0 {
		words = "(" + words + ")"
	}
	for _, has := range f.Has {
		words = strings.TrimSpace(words + " has:" + has)
	}
	return search.Query{
		Words: words, Typing: typing, Filter: f.article(), Sort: search.Sort(f.Sort),
		Limit: f.Size, Offset: (f.Page - 1) * f.Size,
	}
}

// values are the parameters of the filter, without the page.
func (f *filter) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": f.Words, "speaker": f.Speaker, "since": f.Since, "until": f.Until, "changed-since": f.Changed, "sort": f.Sort} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for name, list := range map[string][]string{"site": f.Sites, "kind": f.Kinds, "topic": f.Topics, "status": f.Statuses, "has": f.Has} {
		if len(list) > 0 {
			v[name] = list
		}
	}
	return v
}

// address is a page of the filter's under a path.
func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// A chosen is a part of a filter that holds, and the address without it.
type chosen struct{ Name, Without string }

// chosen lists the parts of the filter; words have their own field.
func (f *filter) chosen(s *server, path string) []chosen {
	var list []chosen
	v := f.values()
	add := func(name, value, words string) {
		without := url.Values{}
		for k, values := range v {
			for _, other := range values {
				if k != name || other != value {
					without.Add(k, other)
				}
			}
		}
		list = append(list, chosen{words, address(path, without)})
	}
	for _, x := range f.Sites {
		add("site", x, s.force(x))
	}
	for _, x := range f.Kinds {
		add("kind", x, typeset.Kind(article.Kind(x)))
	}
	for _, x := range f.Topics {
		add("topic", x, typeset.Topic(x))
	}
	for _, x := range f.Has {
		add("has", x, hasName(x))
	}
	for _, x := range f.Statuses {
		add("status", x, statusName(article.Status(x)))
	}
	for _, x := range []struct{ name, value, words string }{
		{"speaker", f.Speaker, "Quoted: " + f.Speaker}, {"since", f.Since, "From " + dayName(f.Since)}, {"until", f.Until, "Until " + dayName(f.Until)},
		{"changed-since", f.Changed, "Changed since " + dayName(f.Changed)},
	} {
		if x.value != "" {
			add(x.name, x.value, x.words)
		}
	}
	return list
}

func dayName(s string) string {
	t, err := day(s)
	if err != nil {
		return s
	}
	return t.Format("2 January 2006")
}

func hasName(s string) string {
	switch s {
	case "quotes":
		return "With quotations"
	case "advice":
		return "With advice"
	case "changes":
		return "Changed since published"
	}
	return s
}

// hasShort is a value of has below the word "With".
func hasShort(s string) string {
	switch s {
	case "quotes":
		return "Quotations"
	case "advice":
		return "Advice"
	case "changes":
		return "Later changes"
	}
	return s
}

// force is the name of a site.
func (s *server) force(site string) string {
	return cmp.Or(s.Forces[site], s.digest.force(site), site)
}

// hidden are the parameters that a form of these fields does not have itself.
type hidden struct{ Name, Value string }

func (f *filter) hidden(fields ...string) []hidden {
	var list []hidden
	v := f.values()
	for _, name := range []string{"q", "site", "kind", "topic", "status", "has", "speaker", "since", "until", "changed-since", "sort"} {
		if slices.Contains(fields, name) {
			continue
		}
		for _, value := range v[name] {
			list = append(list, hidden{name, value})
		}
	}
	return list
}

// A pager leads through a long list.
type pager struct {
	Page, Of               int
	First, Prev, Next, End string // addresses; "" where there is none
}

func (f *filter) pager(path string, total int) pager {
	p := pager{Page: f.Page, Of: max(1, (total+f.Size-1)/f.Size)}
	at := func(n int) string {
		v := f.values()
		if n > 1 {
			v.Set("page", strconv.Itoa(n))
		}
		return address(path, v)
	}
	if p.Page > 1 {
		p.First, p.Prev = at(1), at(min(p.Page-1, p.Of))
	}
	if p.Page < p.Of {
		p.Next, p.End = at(p.Page+1), at(p.Of)
	}
	return p
}
