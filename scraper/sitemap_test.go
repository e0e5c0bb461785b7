package scraper

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func gzipped(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readSitemap(body []byte) (pages, maps []string, err error) {
	s, err := newSitemap("https://www.test.example/sitemap.xml", body)
	for err == nil {
		var p, m []string
		p, m, err = s.next()
		pages, maps = append(pages, p...), append(maps, m...)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return pages, maps, err
}

func TestSitemap(t *testing.T) {
	const urls = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
		<url><loc> https://www.test.example/a?x=1&amp;y=2 </loc><lastmod>2020-01-01</lastmod><image:image><image:loc>https://www.test.example/p.jpg</image:loc></image:image></url>
		<url><loc><![CDATA[/b/]]></loc></url><url><loc>mailto:x</loc></url><url><loc></loc></url><url><loc>/c&d</loc></url></urlset>`
	want := []string{"https://www.test.example/a?x=1&y=2", "https://www.test.example/b/", "https://www.test.example/c&d"}
	for name, body := range map[string][]byte{"plain": []byte(urls), "gzip": gzipped(t, urls)} {
		pages, maps, err := readSitemap(body)
		if err != nil || maps != nil || !slices.Equal(pages, want) {
			t.Errorf("%s: %q, %q, %v", name, pages, maps, err)
		}
	}
	pages, maps, err := readSitemap([]byte(`<sitemapindex><sitemap><loc>/s1.xml.gz</loc></sitemap><sitemap><loc>https://www.test.example/s2.xml</loc></sitemap></sitemapindex>`))
	if err != nil || pages != nil || !slices.Equal(maps, []string{"https://www.test.example/s1.xml.gz", "https://www.test.example/s2.xml"}) {
		t.Errorf("index: %q, %q, %v", pages, maps, err)
	}
	// What stands before a fault counts.
	pages, _, err = readSitemap([]byte(`<urlset><url><loc>/a</loc></url><url><loc>/b</wrong`))
	if err == nil || len(pages) != 1 {
		t.Errorf("a broken one: %q, %v", pages, err)
	}
	for name, body := range map[string][]byte{
		"bomb": gzipped(t, strings.Repeat(" ", maxBody+1)), "cut": gzipped(t, urls)[:60], "no gzip": {0x1f, 0x8b, 0},
		"deep": []byte(strings.Repeat("<a>", 100)),
	} {
		if _, _, err := readSitemap(body); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A full crawl reads all sitemaps of the site that robots.txt leads to, in
// batches, once each.
func TestCrawlSitemaps(t *testing.T) {
	n := newNewsroom(t, 0)
	n.profile("id: test\nbase: %s\nlistings: [/news/]\nsitemap: true\narticles:\n  - ^/news/articles/[^/]+/?$\n")
	n.handle("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "Sitemap: /index.xml\nSitemap: https://other.example/sitemap.xml\nSitemap: %s/index.xml\n", n.server.URL)
	})
	n.handle("/index.xml", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<sitemapindex><sitemap><loc>/one.xml.gz</loc></sitemap><sitemap><loc>/two.xml</loc></sitemap><sitemap><loc>/index.xml</loc></sitemap><sitemap><loc>/gone.xml</loc></sitemap></sitemapindex>")
	})
	const many = sitemapBatch + 50
	n.handle("/one.xml.gz", func(w http.ResponseWriter, _ *http.Request) {
		var b strings.Builder
		for i := range many {
			fmt.Fprintf(&b, "<url><loc>/news/articles/a%d/</loc></url>", i)
		}
		w.Header().Set("Content-Type", "application/gzip")
		_, _ = w.Write(gzipped(t, "<urlset>"+b.String()+"<url><loc>/contact/</loc></url></urlset>"))
	})
	n.handle("/two.xml", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<urlset><url><loc>/news/articles/a1/</loc></url><url><loc>/news/articles/b/</loc></url></urlset>")
	})
	for i := range many {
		n.articles = append(n.articles, release{slug: fmt.Sprintf("a%d", i), title: "A", body: "A.", unlisted: true})
	}
	n.articles = append(n.articles, release{slug: "b", title: "B", body: "B."})
	s := n.scraper(newMemory())
	s.Full = true
	report := n.crawl(s)
	if report.Total.New != many+1 || report.Status() != 0 {
		t.Errorf("report: %+v", report)
	}
	asked := n.requests()
	if len(asked) != 1+1+4+many+1 {
		t.Errorf("%d requests", len(asked))
	}
	// The first batch is fetched before the second is looked at, so before /two.xml.
	if slices.Index(asked, "/two.xml") < slices.Index(asked, "/news/articles/a0/") {
		t.Error("the articles of a sitemap were not fetched before the next one was asked for")
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte("<urlset><url><loc>/a</loc></url></urlset>"))
	f.Add([]byte("<sitemapindex><sitemap><loc>//x/y</loc></sitemap></x></sitemapindex>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		pages, maps, _ := readSitemap(body)
		for _, address := range append(pages, maps...) {
			if again, err := clean(address); err != nil || again != address {
				t.Errorf("%q is not a clean address: %q, %v", address, again, err)
			}
		}
	})
}
