package extract

import (
	"strings"
	"time"

	"archiver/article"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// machineTime returns the time of publication that a page gives to programs,
// and where: JSON-LD, then meta tags, then the one <time datetime> at the
// headline. The zero time if there is none or they cannot be read.
func (r *reader) machineTime() (time.Time, string) {
	for _, data := range r.head.linked {
		if t, ok := stamp(search(data, "datePublished", 0)); ok {
			return t, "JSON-LD datePublished"
		}
	}
	for _, name := range []string{"article:published_time", "datepublished", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date"} {
		if t, ok := stamp(r.head.meta[name]); ok {
			return t, "meta " + name
		}
	}
	if r.title >= 0 {
		// The headline's surroundings: up to the third element around it.
		around := r.units[r.title].box
		for range 3 {
			if around.up == nil || around.up.is(atom.Body) {
				break
			}
			around = around.up
		}
		if t, ok := stamp(firstTime(around.node)); ok {
			return t, "<time datetime>"
		}
	}
	return time.Time{}, ""
}

// search finds a text by its name in JSON-LD: in an object, an array of them, or
// a graph.
func search(data any, name string, depth int) string {
	if depth > 4 {
		return ""
	}
	switch v := data.(type) {
	case []any:
		for _, one := range v {
			if s := search(one, name, depth+1); s != "" {
				return s
			}
		}
	case map[string]any:
		if s, ok := v[name].(string); ok {
			return s
		}
		return search(v["@graph"], name, depth+1)
	}
	return ""
}

// stamp reads a time as machines write it. One without a zone is London's; a
// day without an hour is refused, for a record is dated to the minute.
func stamp(s string) (time.Time, bool) {
	if s = strings.TrimSpace(s); s == "" {
		return time.Time{}, false
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, s, article.London); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// firstTime returns the datetime of the first <time> below n.
func firstTime(n *html.Node) string {
	for d := range n.Descendants() {
		if d.DataAtom == atom.Time {
			return attr(d, "datetime")
		}
	}
	return ""
}
