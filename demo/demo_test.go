package demo_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"archiver/demo"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const courierPath = "/news/mereshire/news/articles/2024/8/couple-lose-9200-to-callers-posing-as-detectives/"

func TestRobots(t *testing.T) {
	got := get(t, new(demo.Site).Handler(), "/robots.txt").body
	want := "user-agent: *\r\nDisallow: /*/mediacentre\r\nDisallow: /*/?u=media\r\nDisallow: /*/GetPdf/?\r\n" +
		"Disallow: /*/GetPaginatedResults/?\r\nDisallow: /*.aspx$\r\nDisallow: /500.html\r\nDisallow: /api/*\r\n" +
		"Sitemap: /sitemap.xml\r\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFeed(t *testing.T) {
	answer := get(t, new(demo.Site).Handler(), "/news/mereshire/news/GetNewsRss/")
	if got := answer.header.Get("Content-Type"); !strings.HasPrefix(got, "application/rss+xml") {
		t.Errorf("content type is %q", got)
	}
	checkFeed(t, answer.body, 10, func(link string) time.Time {
		for _, r := range demo.Releases() {
			if "http://force.test"+r.Address() == link {
				return r.Published
			}
		}
		return time.Time{}
	})
}

// checkFeed parses a feed of n items and compares each date with that of its link.
func checkFeed(t *testing.T, body string, n int, published func(link string) time.Time) {
	t.Helper()
	var feed struct {
		Version string `xml:"version,attr"`
		Channel struct {
			Items []struct {
				Title       string `xml:"title"`
				Link        string `xml:"link"`
				Description string `xml:"description"`
				PubDate     string `xml:"pubDate"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatal(err)
	}
	if feed.Version != "2.0" || len(feed.Channel.Items) != n {
		t.Errorf("version %q with %d items, want 2.0 with %d", feed.Version, len(feed.Channel.Items), n)
	}
	var last time.Time
	for _, item := range feed.Channel.Items {
		got, err := time.Parse(time.RFC1123, item.PubDate)
		if err != nil {
			t.Error(err)
		}
		if want := published(item.Link); want.IsZero() || !got.Equal(want) {
			t.Errorf("%s is of %s, want %s", item.Link, got, want)
		}
		if item.Title == "" || item.Description == "" {
			t.Errorf("%s has title %q and description %q", item.Link, item.Title, item.Description)
		}
		if !last.IsZero() && got.After(last) {
			t.Errorf("%s is newer than the item before it", item.Link)
		}
		last = got
	}
}

func TestLatest(t *testing.T) {
	answer := get(t, new(demo.Site).Handler(), "/news/mereshire/news/")
	cards := cardsOf(parse(t, answer.body))
	if len(cards) != 7 {
		t.Errorf("%d cards, want 7", len(cards))
	}
	for _, link := range []string{"/news/news-search/", "/news/news-search/?ct=Appeals"} {
		if !strings.Contains(answer.body, `href="`+link+`"`) {
			t.Errorf("no link to %s", link)
		}
	}
}

// The search pages end, hold every release that they should once, newest first,
// and every card has its time.
func TestSearchPages(t *testing.T) {
	site := &demo.Site{}
	h := site.Handler()
	published := map[string]string{}
	for _, r := range demo.Releases() {
		published[r.Address()] = r.PublishedText()
	}
	for query, want := range map[string]int{
		"":                            searchable(func(r demo.Release) bool { return true }),
		"?q=&fdte=&tdte=&page=1":      searchable(func(r demo.Release) bool { return true }),
		"?ct=Appeals":                 searchable(func(r demo.Release) bool { return r.Category == "Appeals" }),
		"?ct=Policing":                0,
		"?q=rogue+ROOFS":              2,
		"?q=zebra":                    0,
		"?fdte=2024-03-31&tdte=":      searchable(func(r demo.Release) bool { return r.Published.After(london(t, "00:00 31/03/2024")) }),
		"?fdte=&tdte=31/03/2024":      searchable(func(r demo.Release) bool { return r.Published.Before(london(t, "00:00 01/04/2024")) }),
		"?fdte=yesterday&page=cheese": searchable(func(r demo.Release) bool { return true }),
		"?page=99":                    0,
	} {
		t.Run(query, func(t *testing.T) {
			var found []string
			address := "/news/news-search/" + query
			for pages := 0; address != ""; pages++ {
				if pages == 10 {
					t.Fatal("the pages do not end")
				}
				doc := parse(t, get(t, h, address).body)
				cards := cardsOf(doc)
				if len(cards) > 10 {
					t.Errorf("%s has %d cards", address, len(cards))
				}
				for _, c := range cards {
					if c.published != "Published: "+published[c.path] || c.summary == "" {
						t.Errorf("card of %s says %q, with the summary %q", c.path, c.published, c.summary)
					}
					found = append(found, c.path)
				}
				address = linkCalled(doc, "Next page")
			}
			if len(found) != want {
				t.Errorf("%d cards, want %d: %q", len(found), want, found)
			}
			if unique := slices.Compact(slices.Sorted(slices.Values(found))); len(unique) != len(found) {
				t.Errorf("a card stands twice: %q", found)
			}
		})
	}
	doc := parse(t, get(t, h, "/news/news-search/?ct=News&page=2").body)
	if got := linkCalled(doc, "Previous page"); got != "/news/news-search/?ct=News&page=1" {
		t.Errorf("the previous page is %q", got)
	}
}

func searchable(keep func(demo.Release) bool) int {
	n := 0
	for _, r := range demo.Releases() {
		if (r.Listed == demo.ListedEverywhere || r.Listed == demo.ListedInSearch) && keep(r) {
			n++
		}
	}
	return n
}

func london(t *testing.T, text string) time.Time {
	t.Helper()
	got, err := time.ParseInLocation("15:04 02/01/2006", text, demo.Releases()[0].Published.Location())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Releases that one way alone leads to are found that way and no other, and all
// together are all there are.
func TestWaysToReleases(t *testing.T) {
	h := new(demo.Site).Handler()
	ways := map[demo.Listed]string{
		demo.ListedInFeed:    get(t, h, "/news/mereshire/news/GetNewsRss/").body,
		demo.ListedInSitemap: get(t, h, "/sitemap.xml").body,
	}
	for page := 1; page <= 4; page++ {
		ways[demo.ListedInSearch] += get(t, h, fmt.Sprintf("/news/news-search/?q=&fdte=&tdte=&page=%d", page)).body
	}
	front := get(t, h, "/news/mereshire/news/").body + get(t, h, courierPath).body
	for _, r := range demo.Releases() {
		var by []demo.Listed
		for _, way := range slices.Sorted(maps.Keys(ways)) {
			if strings.Contains(ways[way], r.Address()+"<") || strings.Contains(ways[way], r.Address()+`"`) {
				by = append(by, way)
			}
		}
		switch {
		case len(by) == 0:
			t.Errorf("no way leads to %s", r.Address())
		case r.Listed != demo.ListedEverywhere && (len(by) != 1 || by[0] != r.Listed):
			t.Errorf("%s is found by %q, want %q alone", r.Address(), by, r.Listed)
		case r.Listed != demo.ListedEverywhere && strings.Contains(front, r.Address()):
			t.Errorf("a page leads to %s", r.Address())
		}
		if got := get(t, h, r.Address()); got.status != http.StatusOK {
			t.Errorf("%s: status %d", r.Address(), got.status)
		}
	}
}

func TestSitemap(t *testing.T) {
	h := new(demo.Site).Handler()
	var m struct {
		URLs []struct {
			Loc string `xml:"loc"`
		} `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 url"`
	}
	if err := xml.Unmarshal([]byte(get(t, h, "/sitemap.xml").body), &m); err != nil {
		t.Fatal(err)
	}
	if len(m.URLs) < len(demo.Releases()) {
		t.Errorf("%d addresses", len(m.URLs))
	}
	for _, u := range m.URLs {
		path, ok := strings.CutPrefix(u.Loc, "http://force.test")
		if !ok {
			t.Errorf("%s is on another host", u.Loc)
		}
		if got := get(t, h, path); got.status != http.StatusOK {
			t.Errorf("%s: status %d", u.Loc, got.status)
		}
	}
}

func TestOtherAddresses(t *testing.T) {
	h := new(demo.Site).Handler()
	for path, want := range map[string]struct {
		status      int
		contentType string
	}{
		"/favicon.ico": {200, "image/png"},
		"/SysSiteAssets/media/images/mereshire/a.jpg": {200, "image/png"},
		"/nothing/here/": {404, "text/html; charset=utf-8"},
		"/news/mereshire/news/articles/2024/8/gone/": {404, "text/html; charset=utf-8"},
		strings.ToUpper(courierPath):                 {404, "text/html; charset=utf-8"},
		strings.TrimSuffix(courierPath, "/"):         {301, "text/html; charset=utf-8"},
		"/news/mereshire/news":                       {307, "text/html; charset=utf-8"},
	} {
		got := get(t, h, path)
		if got.status != want.status || got.header.Get("Content-Type") != want.contentType {
			t.Errorf("%s: status %d, content type %q, want %v", path, got.status, got.header.Get("Content-Type"), want)
		}
		if want.status == 404 && !strings.Contains(got.body, "Page not found") {
			t.Errorf("%s: the page does not say that it was not found", path)
		}
	}
	if got := get(t, h, strings.TrimSuffix(courierPath, "/")).header.Get("Location"); got != courierPath {
		t.Errorf("redirected to %q", got)
	}
}

func TestValidators(t *testing.T) {
	now := renderedAt
	site := &demo.Site{Clock: func() time.Time { return now }}
	h := site.Handler()
	first := get(t, h, courierPath)
	tag, modified := first.header.Get("ETag"), first.header.Get("Last-Modified")
	if tag == "" || modified != "Wed, 14 Aug 2024 10:39:00 GMT" {
		t.Fatalf("ETag %q, Last-Modified %q", tag, modified)
	}

	now = now.Add(time.Hour)
	second := get(t, h, courierPath)
	if second.body == first.body {
		t.Error("the time of rendering has not changed")
	}
	if got := second.header.Get("ETag"); got != tag {
		t.Errorf("ETag went from %s to %s with the time of rendering", tag, got)
	}
	if got := get(t, h, "/news/mereshire/news/articles/2024/9/students-warned-lend-your-account/").header.Get("ETag"); got == tag {
		t.Error("two releases have the same ETag")
	}

	changed := demo.Releases()
	for i := range changed {
		changed[i].Body += "<p>One more thing.</p>"
	}
	edited := &demo.Site{Releases: changed}
	if got := get(t, edited.Handler(), courierPath).header.Get("ETag"); got == tag {
		t.Error("an edit did not change the ETag")
	}

	const before = "Wed, 14 Aug 2024 10:38:59 GMT"
	for name, tt := range map[string]struct {
		header map[string]string
		want   int
	}{
		"tag":                    {map[string]string{"If-None-Match": tag}, 304},
		"weak tag":               {map[string]string{"If-None-Match": "W/" + tag}, 304},
		"one of several":         {map[string]string{"If-None-Match": `"x", ` + tag}, 304},
		"other tag":              {map[string]string{"If-None-Match": `"x"`}, 200},
		"modified then":          {map[string]string{"If-Modified-Since": modified}, 304},
		"modified since":         {map[string]string{"If-Modified-Since": before}, 200},
		"other tag, not changed": {map[string]string{"If-None-Match": `"x"`, "If-Modified-Since": modified}, 200},
		"tag, but changed":       {map[string]string{"If-None-Match": tag, "If-Modified-Since": before}, 304},
	} {
		got := get(t, h, courierPath, tt.header)
		if got.status != tt.want {
			t.Errorf("%s: status %d, want %d", name, got.status, tt.want)
		}
		if got.status == 304 && (got.body != "" || got.header.Get("ETag") != tag) {
			t.Errorf("%s: body %q, ETag %q", name, got.body, got.header.Get("ETag"))
		}
	}

	neither := (&demo.Site{NoETag: true, NoLastModified: true}).Handler()
	got := get(t, neither, courierPath, map[string]string{"If-None-Match": tag, "If-Modified-Since": modified})
	if got.status != 200 || got.header.Get("ETag") != "" || got.header.Get("Last-Modified") != "" {
		t.Errorf("without validators: status %d, header %v", got.status, got.header)
	}
}

func TestDesignFor(t *testing.T) {
	site := &demo.Site{Design: demo.DesignArticle}
	if !strings.Contains(get(t, site.Handler(), courierPath).body, "<article>") {
		t.Error("the page is not in the design of the site")
	}
	site = &demo.Site{DesignFor: func(r *http.Request) demo.Design {
		if r.Header.Get("Plain") != "" {
			return demo.DesignDivs
		}
		return demo.DesignPlatform
	}}
	h := site.Handler()
	if got := get(t, h, courierPath).body; !strings.Contains(got, "c-news-article") {
		t.Error("the first page is not in the platform's design")
	}
	if got := get(t, h, courierPath, map[string]string{"Plain": "yes"}).body; strings.Contains(got, "class=") {
		t.Error("the second page is not in the nameless design")
	}
}

func TestReleasesOfATest(t *testing.T) {
	site := &demo.Site{Releases: []demo.Release{}}
	if got := cardsOf(parse(t, get(t, site.Handler(), "/news/news-search/").body)); len(got) != 0 {
		t.Errorf("a site without releases has the cards %v", got)
	}
	old := demo.Release{Title: "Old", Path: "old/", Published: renderedAt, Body: "<p>Once.</p>"}
	young := demo.Release{Title: "Young", Path: "young/", Published: renderedAt.Add(time.Hour), Body: "<p>Now.</p>"}
	site = &demo.Site{Releases: []demo.Release{old, young}}
	got := cardsOf(parse(t, get(t, site.Handler(), "/news/mereshire/news/").body))
	if len(got) != 2 || got[0].path != "/news/mereshire/news/young/" {
		t.Errorf("the cards are %v", got)
	}
}

func TestRequests(t *testing.T) {
	site := &demo.Site{}
	h := site.Handler()
	get(t, h, "/robots.txt", map[string]string{"User-Agent": "tester"})
	get(t, h, "/nowhere?a=b")
	log := site.Requests()
	if len(log) != 2 {
		t.Fatalf("%d requests in the log", len(log))
	}
	if q := log[0]; q.Method != "GET" || q.URL != "/robots.txt" || q.Status != 200 || q.Header.Get("User-Agent") != "tester" {
		t.Errorf("first request is %+v", q)
	}
	if q := log[1]; q.URL != "/nowhere?a=b" || q.Status != 404 || q.Start.Before(log[0].End) || q.End.Before(q.Start) {
		t.Errorf("second request is %+v", q)
	}
}

// Whoever has read an answer finds its end in the log, and no later than then.
func TestRequestsOverTheNetwork(t *testing.T) {
	site := &demo.Site{Intercept: func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/cut" {
			return false
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return true
		}
		return conn.Close() == nil
	}}
	server := httptest.NewServer(site.Handler())
	t.Cleanup(server.Close)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, path := range []string{courierPath, "/sitemap.xml"} {
				res, err := server.Client().Get(server.URL + path)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil {
					t.Error(err)
				}
				if err := res.Body.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	read := time.Now()
	log := site.Requests()
	if len(log) != 8 {
		t.Errorf("%d requests in the log, want 8", len(log))
	}
	for _, q := range log {
		if q.End.IsZero() || q.End.After(read) || q.Status != http.StatusOK {
			t.Errorf("%s: from %s to %s, status %d", q.URL, q.Start, q.End, q.Status)
		}
	}
	if _, err := server.Client().Get(server.URL + "/cut"); err == nil {
		t.Error("the connection was not cut")
	}
}

func TestIntercept(t *testing.T) {
	busy := true
	site := &demo.Site{Intercept: func(w http.ResponseWriter, _ *http.Request) bool {
		if !busy {
			return false
		}
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}}
	h := site.Handler()
	if got := get(t, h, courierPath); got.status != 503 || got.header.Get("Retry-After") != "120" {
		t.Errorf("status %d, header %v", got.status, got.header)
	}
	busy = false
	if got := get(t, h, courierPath); got.status != 200 {
		t.Errorf("status %d", got.status)
	}
	if log := site.Requests(); log[0].Status != 503 || log[1].Status != 200 {
		t.Errorf("the log is %+v", log)
	}
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := &demo.Site{Delay: 3 * time.Second}
		h := site.Handler()
		start := time.Now()
		get(t, h, "/robots.txt")
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("the answer took %s", got)
		}
		if q := site.Requests()[0]; q.End.Sub(q.Start) != 3*time.Second {
			t.Errorf("the log says %s", q.End.Sub(q.Start))
		}
	})
}

func TestDelayEndsWithTheAsker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		site := &demo.Site{Delay: time.Hour}
		r := httptest.NewRequest("GET", "/robots.txt", nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		w := httptest.NewRecorder()
		site.Handler().ServeHTTP(w, r.WithContext(ctx))
		if w.Body.Len() != 0 || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Errorf("answered %q", w.Body)
		}
		if q := site.Requests()[0]; q.Status != 0 || q.End.Sub(q.Start) != time.Second {
			t.Errorf("the log is %+v", q)
		}
	})
}

type answer struct {
	status int
	header http.Header
	body   string
}

func get(t *testing.T, h http.Handler, path string, headers ...map[string]string) answer {
	t.Helper()
	r := httptest.NewRequest("GET", "http://force.test"+path, nil)
	for _, header := range headers {
		for key, value := range header {
			r.Header.Set(key, value)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Result().Header, w.Body.String()}
}

type card struct{ path, title, summary, published string }

// cardsOf returns the listed cards of a page: a heading with a link, and the two
// paragraphs after it.
func cardsOf(doc *html.Node) []card {
	var out []card
	for n := range doc.Descendants() {
		if n.DataAtom != atom.H3 || n.FirstChild == nil || n.FirstChild.DataAtom != atom.A {
			continue
		}
		c := card{path: n.FirstChild.Attr[0].Val, title: text(n)}
		var after []string
		for s := n.NextSibling; s != nil; s = s.NextSibling {
			if s.DataAtom == atom.P {
				after = append(after, text(s))
			}
		}
		if len(after) == 2 {
			c.summary, c.published = after[0], after[1]
		}
		out = append(out, c)
	}
	return out
}

func linkCalled(doc *html.Node, words string) string {
	for n := range doc.Descendants() {
		if n.DataAtom == atom.A && text(n) == words {
			u, err := url.Parse(n.Attr[0].Val)
			if err != nil {
				return ""
			}
			return u.String()
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
