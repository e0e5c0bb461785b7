package store_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"
	"archiver/store"
)

// gzipped is the size of a response as a WARC file would hold it but for WARC's
// own headers: status line, header and body in one member.
func gzipped(t *testing.T, p *article.Page) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprintf(w, "HTTP/1.1 %d OK\r\n", p.Status)
	if err := http.Header(p.Header).Write(w); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(w, "\r\n%s", p.Body)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// Pages with their dictionaries take at most half of the same responses as gzip
// makes them, each by itself, and the larger they are the less. The demo site's
// pages have 10 KB, of which the release's own words are a quarter; those are what
// is left. Run it with -v for the figures.
func TestPagesAreSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures sizes; without the race detector it runs in full")
	}
	releases, err := demo.ReadReleases(os.DirFS("../testdata"))
	if err != nil {
		t.Fatal(err)
	}
	releases = append(releases, demo.Releases()...)
	for _, test := range []struct {
		name  string
		pages func(n int) article.Visit
		n     int
		want  float64 // of gzip, after Compact
	}{
		{"demo platform", rendered(t, releases, demo.DesignPlatform), len(releases), 0.35},
		{"demo article", rendered(t, releases, demo.DesignArticle), len(releases), 0.40},
		{"demo divs", rendered(t, releases, demo.DesignDivs), len(releases), 0.45},
		{"pages of 50 KB", func(n int) article.Visit { return release(n, at(n)) }, 200, 0.20},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := create(t)
			raw, zipped := 0, 0
			for n := range test.n {
				v := test.pages(n)
				save(t, s, v) // one a commit, as a polite crawl does
				raw += len(v.Page.Body)
				zipped += gzipped(t, v.Page)
			}
			report := func(when string) float64 {
				pages, dictionaries := store.PageBytes(t, s)
				share := float64(pages+dictionaries) / float64(zipped)
				t.Logf("%s: %d pages of %d bytes: gzip %d, pages %d, dictionaries %d: %.3f of gzip, %d bytes a page; file %d",
					when, test.n, raw/test.n, zipped/test.n, pages, dictionaries, share, (pages+dictionaries)/test.n, size(t, s.Path()))
				return share
			}
			report("crawled")
			compact(t, s)
			if got := report("compacted"); got > test.want {
				t.Errorf("%.3f of gzip, want at most %.2f", got, test.want)
			}
		})
	}
}

// rendered gives the pages of releases in a design, as a server would send them.
func rendered(t *testing.T, releases []demo.Release, design demo.Design) func(n int) article.Visit {
	return func(n int) article.Visit {
		r := releases[n]
		var b bytes.Buffer
		if err := demo.Render(&b, r, design, demo.Around{Now: at(n)}); err != nil {
			t.Fatal(err)
		}
		url := demo.Base + r.Address()
		v := visitOf(url, url, r.Title, "Text.", r.Published, at(n))
		v.Page.Body = b.Bytes()
		v.Page.Header = map[string][]string{
			"Content-Type": {"text/html; charset=utf-8"}, "Date": {at(n).Format(time.RFC1123)},
			"Cache-Control": {"public, max-age=60"}, "Etag": {fmt.Sprintf(`"%x"`, noise(n, 8))}, "Server": {"cloudflare"},
			"Strict-Transport-Security": {"max-age=31536000"}, "Vary": {"Accept-Encoding"},
		}
		return v
	}
}
