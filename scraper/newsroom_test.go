package scraper

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"archiver/article"
	"archiver/scraper/sites"

	"github.com/PuerkitoBio/goquery"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A newsroom is a news site that misbehaves on command.
type newsroom struct {
	t      testing.TB
	server *httptest.Server
	wires  http.RoundTripper // to the server, where it is in memory
	site   *sites.Site
	set    *sites.Set

	mu       sync.Mutex
	articles []release // newest first
	handlers map[string]http.HandlerFunc
	asked    []request
	open     int // requests that are being answered
}

type release struct {
	slug, title, body string
	published         time.Time
	unlisted          bool // in no listing, only in the sitemap
	noDate            bool // the page prints none
}

type request struct {
	path       string // with its query
	header     http.Header
	start, end time.Time
	open       int // requests that were being answered when it came in
}

const perPage = 5

const newsroomProfile = `
id: test
force: Test Police
area: Testshire
base: %s
feeds: [/news/feed/]
listings: [/news/]
search: /search/?q=&page=1
sitemap: true
articles:
  - ^/news/articles/[^/]+/?$
`

func newNewsroom(t testing.TB, articles int) *newsroom {
	n := newClosedNewsroom(t, articles)
	n.server = httptest.NewServer(n)
	t.Cleanup(n.server.Close)
	n.profile(newsroomProfile)
	return n
}

// newsroomInMemory is a newsroom in the bubble of t.
func newsroomInMemory(t testing.TB, articles int) *newsroom {
	n := newClosedNewsroom(t, articles)
	n.server, n.wires = serveInMemory(t, n)
	n.profile(newsroomProfile)
	return n
}

// newClosedNewsroom is one that nobody can reach.
func newClosedNewsroom(t testing.TB, articles int) *newsroom {
	n := &newsroom{t: t, handlers: map[string]http.HandlerFunc{}}
	for i := range articles {
		n.articles = append(n.articles, release{
			slug:      fmt.Sprintf("release-%03d", articles-i),
			title:     fmt.Sprintf("Release number %d", articles-i),
			body:      "Officers were called to the scene.",
			published: time.Date(2025, 6, 30, 12, 0, 0, 0, article.London).Add(-time.Duration(i) * 24 * time.Hour),
		})
	}
	return n
}

// profile sets what is known of the site; %s in it is its address.
func (n *newsroom) profile(yaml string) {
	n.t.Helper()
	n.set, n.site = loadSite(n.t, fmt.Sprintf(yaml, n.server.URL))
}

func loadSite(t testing.TB, yaml string) (*sites.Set, *sites.Site) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, dir, "test.yaml", yaml)
	set := loadSites(t, dir)
	return set, set.ByID("test")
}

func writeFile(t testing.TB, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func loadSites(t testing.TB, dir string) *sites.Set {
	t.Helper()
	set, err := sites.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func (n *newsroom) url(path string) string { return n.server.URL + path }

func (n *newsroom) article(i int) string { return n.url("/news/articles/" + n.articles[i].slug + "/") }

// handle sets what answers a path, in place of the site.
func (n *newsroom) handle(path string, h http.HandlerFunc) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.handlers[path] = h
}

func (n *newsroom) status(path string, code int) {
	n.handle(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}

func (n *newsroom) change(do func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	do()
}

// requests returns the paths that were asked for since the last call.
func (n *newsroom) requests() []string {
	var paths []string
	for _, r := range n.log() {
		paths = append(paths, r.path)
	}
	n.change(func() { n.asked = nil })
	return paths
}

func (n *newsroom) log() []request {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.asked)
}

func (n *newsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	i := len(n.asked)
	n.asked = append(n.asked, request{path: r.URL.RequestURI(), header: r.Header.Clone(), start: time.Now(), open: n.open})
	n.open++
	h := n.handlers[r.URL.RequestURI()]
	if h == nil {
		h = n.handlers[r.URL.Path]
	}
	n.mu.Unlock()
	// Before the answer is out, or the next request could come in first.
	buffered := httptest.NewRecorder()
	done := func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.open--
		if i < len(n.asked) {
			n.asked[i].end = time.Now()
		}
	}
	if h != nil {
		defer done()
		h(w, r)
		return
	}
	n.serve(buffered, r)
	done()
	for k, v := range buffered.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(buffered.Code)
	_, _ = w.Write(buffered.Body.Bytes())
}

func (n *newsroom) serve(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	articles := slices.Clone(n.articles)
	n.mu.Unlock()
	w.Header().Set("Set-Cookie", "visitor=1; Path=/")
	listed := slices.DeleteFunc(slices.Clone(articles), func(r release) bool { return r.unlisted })
	switch path := r.URL.Path; {
	case path == "/robots.txt":
		fmt.Fprint(w, "user-agent: *\r\nDisallow: /private/\r\nSitemap: /sitemap.xml\r\n")
	case path == "/news/feed/":
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>`)
		for _, a := range listed[:min(3, len(listed))] {
			fmt.Fprintf(w, "<item><title>%s</title><link>%s/news/articles/%s/</link><pubDate>%s</pubDate></item>",
				a.title, n.server.URL, a.slug, a.published.Format(time.RFC1123Z))
		}
		fmt.Fprint(w, `</channel></rss>`)
	case path == "/news/":
		writeListing(w, listed[:min(4, len(listed))], "")
	case path == "/search/":
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		from := min(len(listed), (page-1)*perPage)
		to := min(len(listed), from+perPage)
		next := ""
		if to < len(listed) {
			next = fmt.Sprintf("?ct=&q=&page=%d", page+1)
		}
		writeListing(w, listed[from:to], next)
	case path == "/sitemap.xml":
		fmt.Fprint(w, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for _, a := range articles {
			fmt.Fprintf(w, "<url><loc>%s/news/articles/%s/</loc></url>", n.server.URL, a.slug)
		}
		fmt.Fprint(w, `</urlset>`)
	case strings.HasPrefix(path, "/news/articles/"):
		for _, a := range articles {
			if path == "/news/articles/"+a.slug+"/" {
				body := articlePage(a)
				w.Header().Set("ETag", fmt.Sprintf(`"%x"`, len(body)*31+len(a.title)))
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				http.ServeContent(w, r, "", a.published, bytes.NewReader([]byte(body)))
				return
			}
		}
		http.Error(w, "not here", http.StatusNotFound)
	default:
		http.NotFound(w, r)
	}
}

func writeListing(w http.ResponseWriter, list []release, next string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, `<html><head><title>News</title></head><body><nav><a href="/news/articles/menu/">Menu</a></nav><main><h1>News</h1><ul>`)
	for _, a := range list {
		fmt.Fprintf(w, `<li><h3><a href="/news/articles/%s/">%s</a></h3><p>Summary</p><p>Published: %s</p></li>`,
			a.slug, html.EscapeString(a.title), a.published.Format("15:04 02/01/2006"))
	}
	fmt.Fprint(w, `</ul>`)
	if next != "" {
		fmt.Fprintf(w, `<a href="%s">Next page</a>`, html.EscapeString(next))
	}
	fmt.Fprint(w, `</main></body></html>`)
}

func articlePage(a release) string {
	date := ""
	if !a.noDate {
		date = `<p class="date">` + a.published.Format("15:04 02/01/2006") + `</p>`
	}
	return `<html><head><title>` + html.EscapeString(a.title) + ` | Test Police</title></head><body><main><h1>` +
		html.EscapeString(a.title) + `</h1>` + date + `<div class="body"><p>` + html.EscapeString(a.body) + `</p></div></main></body></html>`
}

// readPage is a reader good enough for the pages of a newsroom.
func readPage(p article.Page, site *sites.Site) (*article.Record, error) {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(p.Body))
	if err != nil {
		return nil, err
	}
	body := doc.Find("div.body p").First().Text()
	if body == "" {
		return nil, fmt.Errorf("%w: there is no body", ErrNotArticle)
	}
	if strings.Contains(body, "PANIC") {
		panic("upset by this page")
	}
	r := &article.Record{
		URL: p.Address(), Site: site.ID, Status: article.StatusLive, Kind: article.KindOther,
		Title:  plainSpace(doc.Find("h1").First().Text()),
		Blocks: []article.Block{{Kind: article.BlockParagraph, Text: plainSpace(body), Markdown: plainSpace(body)}},
	}
	if at, ok := dateIn(doc.Find("p.date").Text()); ok {
		r.Published = article.At(at)
		r.Extraction.Fields = map[string]string{"published": "dateline"}
	} else {
		r.Published = article.At(p.Card.Published)
		r.Extraction.Fields = map[string]string{"published": p.Card.From}
	}
	r.Fill()
	return r, nil
}

// scraper returns one that crawls the newsroom at full speed.
func (n *newsroom) scraper(m *memory) *Scraper {
	return &Scraper{Archive: m, Read: readPage, Sites: n.set, Version: "1.0", Contact: "news@example.org", Timeout: 5 * time.Second, Transport: n.wires}
}

// crawl crawls the newsroom, or other targets, and fails the test on an error.
func (n *newsroom) crawl(s *Scraper, targets ...string) *Report {
	n.t.Helper()
	if targets == nil {
		targets = []string{"test"}
	}
	report, err := s.Crawl(n.t.Context(), targets...)
	if err != nil {
		n.t.Fatal(err)
	}
	return report
}
