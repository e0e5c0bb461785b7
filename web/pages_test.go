package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"archiver/article"
)

const releases = 60

// Every link of every page leads somewhere, and every page is a sound one: one h1,
// headings in order, ids once, a label for each control, nothing from elsewhere.
func TestEveryLink(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	waiting := []string{"/"}
	seen := map[string]bool{"/": true}
	// So many pages of a kind are enough: filters can be put together without end.
	most := 12
	if testing.Short() {
		most = 3
	}
	enough := func(u *url.URL) int { return most >> (2 * len(u.Query())) }
	kinds := map[string]int{}
	for len(waiting) > 0 {
		path := waiting[0]
		waiting = waiting[1:]
		response := s.get(path)
		if response.StatusCode == http.StatusFound {
			continue
		}
		if response.StatusCode != http.StatusOK {
			t.Fatalf("%s: status %d", path, response.StatusCode)
		}
		if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			continue
		}
		page := s.page(path)
		sound(t, path, page)
		for _, e := range page.all(func(e *node) bool { return e.has("href") || e.has("src") || e.has("action") }) {
			for _, name := range []string{"href", "src", "action"} {
				link := e.attr(name)
				u, err := url.Parse(link)
				if err != nil {
					t.Errorf("%s: %s %q: %v", path, name, link, err)
					continue
				}
				if u.Host != "" || link == "" || strings.HasPrefix(link, "#") {
					if u.Host != "" && (e.Data != "a" || !strings.Contains(e.attr("rel"), "noreferrer")) {
						t.Errorf("%s: <%s> leads to %s", path, e.Data, link)
					}
					continue
				}
				u.Fragment = ""
				to := u.String()
				kind := kindOf(u)
				if !seen[to] && kinds[kind] <= enough(u) {
					seen[to] = true
					kinds[kind]++
					waiting = append(waiting, to)
				}
			}
		}
	}
	for _, want := range []string{
		"/changes", "/removed", "/quotations", "/quotations/speakers", "/quotations/recycled", "/statistics", "/sites", "/watches", "/about",
		"/feed.atom", "/api/openapi.json", "/release/" + id(0, releases) + "/history", "/statistics/chart.svg?by=month",
	} {
		if !seen[want] && !testing.Short() { // a few pages of each kind do not lead to all
			t.Errorf("nothing leads to %s", want)
		}
	}
	t.Logf("%d addresses", len(seen))
}

// kindOf is an address without what differs between the pages of one kind.
func kindOf(u *url.URL) string {
	parts := strings.Split(u.Path, "/")
	for i, part := range parts {
		if len(part) >= 40 {
			parts[i] = "ID" + part[40:]
		}
	}
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(parts, "/") + "?" + strings.Join(names, "&")
}

// sound holds a page against what every page has to be.
func sound(t *testing.T, path string, page *node) {
	t.Helper()
	ids := map[string]bool{}
	for _, e := range page.all(func(e *node) bool { return e.has("id") }) {
		if ids[e.attr("id")] {
			t.Errorf("%s: the id %q is there twice", path, e.attr("id"))
		}
		ids[e.attr("id")] = true
	}
	level := 0
	for _, e := range page.named("h1", "h2", "h3", "h4", "h5", "h6") {
		now := int(e.Data[1] - '0')
		if now > level+1 {
			t.Errorf("%s: an %s %q after an h%d", path, e.Data, e.words(), level)
		}
		if e.words() == "" {
			t.Errorf("%s: an empty %s", path, e.Data)
		}
		level = now
	}
	if n := len(page.named("h1")); n != 1 {
		t.Errorf("%s: %d h1", path, n)
	}
	labels := map[string]bool{}
	for _, e := range page.named("label") {
		labels[e.attr("for")] = e.words() != ""
	}
	for _, e := range page.named("input", "select", "textarea") {
		if e.attr("type") != "hidden" && !labels[e.attr("id")] {
			t.Errorf("%s: no label for the %s %q", path, e.Data, e.attr("name"))
		}
	}
	for _, e := range page.named("a", "button", "summary") {
		if e.words() == "" && e.Data != "summary" {
			t.Errorf("%s: an empty <%s> %s", path, e.Data, e.attr("href"))
		}
	}
	for _, e := range page.named("table") {
		if len(e.named("caption")) != 1 || len((&node{e.Parent}).named("th")) == 0 {
			if slices.Contains(strings.Fields((&node{e.Parent}).attr("class")), "table") && len(e.named("th")) == 0 {
				continue // a table of a release's
			}
			t.Errorf("%s: a table without a caption or headings", path)
		}
	}
	for _, e := range page.named("th") {
		if e.attr("scope") == "" {
			t.Errorf("%s: <th> %q has no scope", path, e.words())
		}
	}
	for _, e := range page.all(func(e *node) bool { return true }) {
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s: <%s> has the attribute %s", path, e.Data, a.Key)
			}
		}
	}
	for _, e := range page.named("script", "style", "iframe", "object", "img", "base") {
		if e.Data != "script" || !strings.HasPrefix(e.attr("src"), "/static/") || e.FirstChild != nil {
			t.Errorf("%s: <%s> %s", path, e.Data, e.attr("src"))
		}
	}
	if len(page.named("main")) != 1 || page.named("html")[0].attr("lang") == "" || page.named("title")[0].words() == "" {
		t.Errorf("%s: no main, no language or no title", path)
	}
}

func TestFront(t *testing.T) {
	archive := newStore(t, releases)
	s := newSite(t, archive)
	var all []*article.Record
	for i := range releases {
		r, err := archive.Record(id(i, releases))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	count := func(want func(*article.Record) bool) int {
		n := 0
		for _, r := range all {
			if want(r) {
				n++
			}
		}
		return n
	}
	first := all[0]
	day := first.Published.In(article.London).Format("2006-01-02")
	for _, c := range []struct {
		name, query string
		want        int
	}{
		{"all", "", releases},
		{"a force", "site=" + first.Site, count(func(r *article.Record) bool { return r.Site == first.Site })},
		{"two forces", "site=" + first.Site + "&site=" + all[1].Site, count(func(r *article.Record) bool { return r.Site == first.Site || r.Site == all[1].Site })},
		{"a kind", "kind=" + string(first.Kind), count(func(r *article.Record) bool { return r.Kind == first.Kind })},
		{"a topic", "topic=fraud", count(func(r *article.Record) bool {
			return slices.ContainsFunc(r.Topics, func(t article.Topic) bool { return t.ID == "fraud" || strings.HasPrefix(t.ID, "fraud/") })
		})},
		{"a day", "since=" + day + "&until=" + day, count(func(r *article.Record) bool { return r.Published.In(article.London).Format("2006-01-02") == day })},
		{"quotations", "has=quotes", count(func(r *article.Record) bool { return len(r.Quotes) > 0 })},
		{"changed", "has=changes", 1},
		{"removed", "status=gone&status=missing", 2},
		{"words and what they have", "q=again&has=changes", 1},
		{"no such force", "site=nowhere", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := s.page("/?" + c.query)
			said := page.classed("about")[0].words()
			want := strconv.Itoa(c.want) + " release"
			if c.want == 0 {
				want = "Nothing was found"
			}
			if !strings.HasPrefix(said, want) {
				t.Errorf("it says %q, not %s", said, want)
			}
			shown := 0
			for next := "/?" + c.query; next != ""; {
				page := s.page(next)
				shown += len(page.classed("item"))
				next = ""
				for _, a := range page.named("a") {
					if a.attr("rel") == "next" {
						next = a.attr("href")
					}
				}
			}
			if shown != c.want {
				t.Errorf("its pages show %d, not %d", shown, c.want)
			}
		})
	}
}

func TestSearchMarksWhatItFound(t *testing.T) {
	s := newSite(t, newStore(t, releases))
	page := s.page("/?q=again")
	marks := page.named("mark")
	if len(marks) == 0 || marks[0].words() != "again" {
		t.Errorf("%d marks", len(marks))
	}
	if value := page.named("input")[0].attr("value"); value != "again" {
		t.Errorf("the field holds %q", value)
	}
}

// What a reader asks wrongly is said in words, with a status of its own.
func TestWrongRequests(t *testing.T) {
	s := newSite(t, newStore(t, 10))
	one := id(0, 10)
	for path, want := range map[string]int{
		"/?since=yesterday":                              400,
		"/?since=2024-02-01&until=2024-01-01":            400,
		"/?since=99999-01-01":                            400,
		"/?kind=gossip":                                  400,
		"/?status=suppressed":                            400,
		"/?has=everything":                               400,
		"/?page=0":                                       400,
		"/?page=1000000000000000000000":                  400,
		"/?page=99999":                                   200,
		"/?per-page=101":                                 400,
		"/?q=%22":                                        200,
		"/?q=" + strings.Repeat("a", 501):                400,
		"/?q=nosuchfield:x":                              400,
		"/?q=" + strings.Repeat("(", 100):                400,
		"/?" + strings.Repeat("site=a&", 400):            414,
		"/?site=" + strings.Repeat("&site=x", 3):         200,
		"/?q=%00%ff%fe":                                  200,
		"/release/nothing":                               404,
		"/release/" + strings.Repeat("0", 40):            404,
		"/release/" + strings.ToUpper(one):               404,
		"/release/" + one + ".exe":                       404,
		"/release/..%2f..%2fetc%2fpasswd":                404,
		"/release/" + one + "?revision=99":               404,
		"/release/" + one + "?revision=x":                400,
		"/release/" + one + "/history?from=1&to=99":      404,
		"/release/" + one + "/page?revision=99":          404,
		"/statistics?by=nonsense":                        400,
		"/statistics?over=year":                          400,
		"/statistics?by=site&q=words":                    400,
		"/statistics/chart.svg":                          400,
		"/changes?class=huge":                            400,
		"/watch/nobody.atom":                             404,
		"/watch/courier%20fraud.exe":                     404,
		"/nowhere":                                       404,
		"/api/nowhere":                                   404,
		"/api/releases?per-page=1000":                    400,
		"/api/releases/" + one + "/difference?from=zero": 400,
		"/static/../web.go":                              301, // cleaned, to what is not there
	} {
		response := s.get(path)
		if path == "/static/../web.go" && (response.StatusCode == 301 || response.StatusCode == 307 || response.StatusCode == 308) {
			continue
		}
		if response.StatusCode != want {
			t.Errorf("%.80s: status %d, not %d", path, response.StatusCode, want)
		}
		if response.StatusCode == 400 && !strings.HasPrefix(path, "/api/") && !strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%.80s: the error is %s", path, response.Header.Get("Content-Type"))
		}
	}
}
