package scraper

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gocolly/colly/v2"
)

// benchPages is how many articles the benchmark's site has.
const benchPages = 1200

// benchSite serves articles as large as the platform's, twenty on a search page.
func benchSite(b *testing.B) *httptest.Server {
	var filler strings.Builder
	for i := range 150 {
		fmt.Fprintf(&filler, `<li class="nav-item nav-item--%d"><a class="link" href="/advice/topic-%d/"><span>Advice on topic %d</span></a></li>`, i, i, i)
	}
	paragraph := "<p>" + strings.Repeat("Officers were called to the scene and are asking anyone who saw what happened to come forward. ", 4) + "</p>"
	list := func(w http.ResponseWriter, page int) {
		var out bytes.Buffer
		out.WriteString("<html><body><nav>" + filler.String() + "</nav><main><ul>")
		for i := (page - 1) * 20; i < min(page*20, benchPages); i++ {
			fmt.Fprintf(&out, `<li><h3><a href="/news/articles/release-%d/">Release %d</a></h3><p>Published: 12:00 27/08/2020</p></li>`, i, i)
		}
		out.WriteString("</ul>")
		if page*20 < benchPages {
			fmt.Fprintf(&out, `<a href="?q=&page=%d">Next page</a>`, page+1)
		}
		out.WriteString("</main></body></html>")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(out.Bytes())
	}
	article := []byte("<html><head><title>Release | Test Police</title></head><body><nav>" + filler.String() + "</nav><main><h1>Release</h1><p class=date>12:00 27/08/2020</p><div class=body>" +
		strings.Repeat(paragraph, 12) + "</div></main></body></html>")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/robots.txt":
			fmt.Fprint(w, "user-agent: *\nDisallow: /api/\n")
		case r.URL.Path == "/search/":
			page, _ := strconv.Atoi(r.URL.Query().Get("page"))
			list(w, page)
		case strings.HasPrefix(r.URL.Path, "/news/articles/"):
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(article)
		default:
			http.NotFound(w, r)
		}
	}))
	b.Cleanup(server.Close)
	return server
}

const benchProfile = `
id: test
base: %s
search: /search/?q=&page=1
articles:
  - ^/news/articles/[^/]+/?$
`

// BenchmarkCrawl is a full crawl of 1,200 articles, one request at a time, each
// page read and saved.
func BenchmarkCrawl(b *testing.B) {
	server := benchSite(b)
	set, _ := loadSite(b, fmt.Sprintf(benchProfile, server.URL))
	b.ReportAllocs()
	for b.Loop() {
		m := newMemory()
		s := &Scraper{Archive: m, Read: readPage, Sites: set, Full: true}
		report, err := s.Crawl(b.Context(), "test")
		if err != nil {
			b.Fatal(err)
		}
		if report.Total.New != benchPages {
			b.Fatalf("%d new, want %d: %+v", report.Total.New, benchPages, report)
		}
	}
	b.ReportMetric(float64(benchPages*b.N)/b.Elapsed().Seconds(), "pages/s")
}

// BenchmarkBareColly is the yardstick: colly alone, two requests at a time, that
// follows the same links and keeps nothing.
func BenchmarkBareColly(b *testing.B) {
	server := benchSite(b)
	b.ReportAllocs()
	for b.Loop() {
		crawlBare(b, server)
	}
	b.ReportMetric(float64(benchPages*b.N)/b.Elapsed().Seconds(), "pages/s")
}

func crawlBare(b *testing.B, server *httptest.Server) {
	c := colly.NewCollector(colly.Async())
	if err := c.Limit(&colly.LimitRule{DomainGlob: "*", Parallelism: 2}); err != nil {
		b.Fatal(err)
	}
	articles := c.Clone()
	c.OnHTML("main a[href]", func(e *colly.HTMLElement) {
		to := e.Request.AbsoluteURL(e.Attr("href"))
		if strings.Contains(to, "/articles/") {
			_ = articles.Visit(to)
		} else {
			_ = c.Visit(to)
		}
	})
	var pages atomic.Int64
	articles.OnHTML("main", func(e *colly.HTMLElement) {
		_ = e.ChildText("h1")
		_ = e.ChildText("div.body p")
		pages.Add(1)
	})
	if err := c.Visit(server.URL + "/search/?q=&page=1"); err != nil {
		b.Fatal(err)
	}
	c.Wait()
	articles.Wait()
	if pages.Load() != benchPages {
		b.Fatalf("%d pages, want %d", pages.Load(), benchPages)
	}
}
