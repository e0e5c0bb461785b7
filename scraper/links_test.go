package scraper

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/scraper/sites"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

func linksSite(t testing.TB, extra string) *sites.Site {
	t.Helper()
	_, site := loadSite(t, "id: test\nbase: https://www.test.example\narticles:\n  - ^/news/articles/[^/]+/?$\n"+extra)
	return site
}

func parsePage(t testing.TB, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

const linksPage = "https://www.test.example/news/"

// short shows a listing as lines of "slug | title | date", and the next page.
func short(l *listing) []string {
	var out []string
	for _, c := range l.cards {
		out = append(out, strings.TrimPrefix(c.URL, "https://www.test.example/news/articles/")+" | "+c.Title+" | "+c.PublishedText)
	}
	return append(out, "next: "+strings.TrimPrefix(l.next, "https://www.test.example"))
}

func TestReadListing(t *testing.T) {
	want := []string{
		"one/ | First £5 fraud | 11:39 27/08/2020",
		"two/ | Second | 09:05 01/01/2021",
		"Three---X | Third | ",
		"next: /news/?page=2",
	}
	for name, page := range map[string]string{
		"platform": `<header><a href="/news/articles/promoted/">Promoted</a></header>
			<nav><ul><li><a href="/news/articles/menu/">Menu</a></li></ul></nav>
			<main><h1>News</h1><p>Current timestamp: 25/05/2022 11:15:55</p><ul>
			<li><a href="/news/articles/one/"><img alt=""></a><h3><a href="/news/articles/one/">First &pound;5 <b>fraud</b></a></h3><p>At 10:00 on 1/1 …</p><p>Published: 11:39&nbsp;27/08/2020</p></li>
			<li><h3><a href="/news/articles/two/#top">Second</a></h3><p>Seen 08:00 03/03/1999</p><p>Published: 09:05 01/01/2021</p><a href="/news/articles/two/">Read more</a></li>
			<li><h3><a href="/news/articles/Three---X">Third</a></h3></li></ul>
			<a href="/news/articles/">All</a><a href="/contact/">Contact</a>
			<a href="?page=2#results">Next page</a></main><footer><a href="/news/articles/foot/">Foot</a></footer>`,
		"article and time": `<main><article><header><h2><a href="/news/articles/one/">First £5 fraud</a></h2></header><time datetime="2020-08-27T11:39:00+01:00">27 August 2020</time></article>
			<article><h2><a href="/news/articles/two/">Second</a></h2><time datetime="2021-01-01T09:05">1 January 2021</time></article>
			<article><h2><a href="/news/articles/Three---X">Third</a></h2></article></main>
			<aside><article><a href="/news/articles/popular/">Popular</a></article></aside><nav><a rel="next" href="/news/?page=2">›</a></nav>`,
		"anonymous divs": `<div><div><div><div><a href="/news/articles/one/">First £5 fraud</a></div><div>Summary.</div><div><span>Published:</span> <span>11:39 27/08/2020</span></div></div>
			<div><div><a href="/news/articles/two/">Second</a></div><div>Summary.</div><div>09:05 01/01/2021</div></div>
			<div><div><a href="/news/articles/Three---X">Third</a></div></div></div><div><a href="/news/?page=2">Next</a></div></div>`,
		"side by side": `<div><h3><a href="/news/articles/one/">First £5 fraud</a></h3><p>Summary</p><p>11:39 27/08/2020</p>
			<h3><a href="/news/articles/two/">Second</a></h3><p>09:05 01/01/2021</p><h3><a href="/news/articles/Three---X">Third</a></h3></div><a href="/news/?page=2">NEXT »</a>`,
		"dates before": `<div><p>11:39 27/08/2020</p><h3><a href="/news/articles/one/">First £5 fraud</a></h3>
			<p>09:05 01/01/2021</p><h3><a href="/news/articles/two/">Second</a></h3><h3><a href="/news/articles/Three---X">Third</a></h3></div><a title="Next page" href="/news/?page=2">→</a>`,
		"whole card a link": `<div><a href="/news/articles/one/"><div>First £5 fraud</div><div>Summary</div><div>Published: 11:39 27/08/2020</div></a>
			<a href="/news/articles/two/"><span>Second</span> <span>Published: 09:05 01/01/2021</span></a>
			<a href="/news/articles/Three---X">Third</a></div><a aria-label="Next page" href="/news/?page=2"><svg><title>arrow</title></svg></a>`,
		"base": `<base href="https://www.test.example/news/articles/"><div><div><a href="one/">First £5 fraud</a> 11:39 27/08/2020</div><div><a href="two/">Second</a> 09:05 01/01/2021</div><div><a href="Three---X">Third</a></div></div><link rel="next" href="/news/?page=2">`,
		"category asked for by the site": `<div><a href="/news/articles/one/">First £5 fraud</a> 11:39 27/08/2020</div><div><a href="/news/articles/two/">Second</a> 09:05 01/01/2021</div><div><a href="/news/articles/Three---X">Third</a></div>
			<a href="/news/GetPaginatedResults/?page=2" rel="next">More</a><a href="/news/?ct=News&amp;page=2">Next page</a>`,
	} {
		t.Run(name, func(t *testing.T) {
			l := readListing(parsePage(t, "<html><body>"+page+"</body></html>"), linksPage, linksSite(t, ""))
			if diff := cmp.Diff(want, short(l)); diff != "" {
				t.Error(diff)
			}
			for _, c := range l.cards {
				if !c.Published.IsZero() && c.Published.Location() != article.London {
					t.Errorf("%s is in %v", c.PublishedText, c.Published.Location())
				}
			}
		})
	}
}

func TestReadListingLayout(t *testing.T) {
	site := linksSite(t, "layouts:\n  - name: new\n    card: div.teaser\n    next: a.forward\n")
	l := readListing(parsePage(t, `<section><div class=teaser><h2>A title apart</h2><p><a href="/news/articles/one/">Read more</a></p></div> 10:10 10/10/2010
		<div><a href="/news/articles/extra/">Extra</a></div></section><a class=forward href="/news/more/">Older</a><a href="/news/?page=9">Next</a>`), linksPage, site)
	want := []string{"one/ | A title apart | ", "extra/ | Extra | ", "next: /news/more/"}
	want[0] = "one/ | A title apart | 10:10 10/10/2010"
	if diff := cmp.Diff(want, short(l)); diff != "" {
		t.Error(diff)
	}
}

func TestReadListingNext(t *testing.T) {
	site := linksSite(t, "")
	for page, want := range map[string]string{
		`<a href="/news/articles/next-steps/">Next steps</a>`:                          "",
		`<a href="/advice/next/">Next of kin</a>`:                                      "",
		`<a href="/news/?page=3">Next 10 results</a>`:                                  "/news/?page=3",
		`<a href="/news/articles/2/" rel="nofollow next">2</a>`:                        "/news/articles/2/",
		`<a href="https://other.example/?page=2">Next</a>`:                             "https://other.example/?page=2",
		`<a href="javascript:next()">Next</a>`:                                         "",
		`<a>Next</a>`:                                                                  "",
		`<a href="/news/?a=1&ct=&b=2&page=2">Next page</a>`:                            "/news/?a=1&b=2&page=2",
		`<p>Next</p><a href="/news/?page=2">2</a><a href="/news/?page=1">Previous</a>`: "",
	} {
		l := readListing(parsePage(t, page), linksPage, site)
		if strings.HasPrefix(want, "https://other") {
			want = "" // leaves the site
		}
		if got := strings.TrimPrefix(l.next, "https://www.test.example"); got != want {
			t.Errorf("%s: next is %q, want %q", page, got, want)
		}
	}
	// A profile that asks for a category wants it on every page.
	l := readListing(parsePage(t, `<a href="?ct=News&amp;page=2">Next</a>`), linksPage+"?ct=News&page=1", site)
	if want := "https://www.test.example/news/?ct=News&page=2"; l.next != want {
		t.Errorf("next is %q, want %q", l.next, want)
	}
}

func TestFindDate(t *testing.T) {
	for text, want := range map[string]string{
		"11:39 27/08/2020":                                "2020-08-27T11:39:00+01:00",
		"Published: 7:05 1/2/2021.":                       "2021-02-01T07:05:00Z",
		"Published:11:39 27/08/2020":                      "2020-08-27T11:39:00+01:00",
		"at 10:00 01/01/2001. Published 11:00 02/02/2002": "2002-02-02T11:00:00Z",
		"25/05/2022 11:15:55":                             "",
		"25/05/2022 11:15:55 25/05/2022":                  "",
		"24:00 27/08/2020":                                "",
		"11:60 27/08/2020":                                "",
		"11:39 31/02/2020":                                "",
		"11:39 27/13/2020":                                "",
		"11:39 00/00/0000":                                "",
		"01:30 25/10/2020":                                "2020-10-25T01:30:00Z", // twice that night
		"111:39 27/08/2020":                               "",
		"":                                                "",
	} {
		got := ""
		if at, ok := dateIn(text); ok {
			got = at.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Reading takes time in proportion to the page, however it is built.
func TestReadListingLarge(t *testing.T) {
	var flat strings.Builder
	for i := range 5_000 {
		fmt.Fprintf(&flat, `<h3><a href="/news/articles/a%d/">A</a></h3><p>x</p>`, i)
	}
	site := linksSite(t, "")
	start := time.Now()
	l := readListing(parsePage(t, "<div>"+strings.Repeat("<i>y</i>", 5_000)+flat.String()+"</div>"), linksPage, site)
	if len(l.cards) != 5_000 {
		t.Errorf("%d cards", len(l.cards))
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzReadListing(f *testing.F) {
	f.Add(`<main><li><h3><a href="/news/articles/x/">T</a></h3>Published: 11:39 27/08/2020</li><a href=?page=2>Next</a></main>`)
	f.Add(`<a href="/news/articles/x/"><table><base href=//x><a href=articles/y/ rel=next>`)
	_, site := loadSite(f, "id: test\nbase: https://www.test.example\narticles:\n  - ^/news/articles/[^/]+/?$\nlayouts:\n  - name: a\n    card: li, div > p\n    next: a[rel=next]\n")
	f.Fuzz(func(t *testing.T, page string) {
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			return
		}
		l := readListing(doc, linksPage, site)
		checkListing(t, l, site)
		if l.next != "" && !covers(site, l.next) {
			t.Errorf("the next page %q is not of the site", l.next)
		}
	})
}

// checkListing fails the test for what no listing may say.
func checkListing(t *testing.T, l *listing, site *sites.Site) {
	t.Helper()
	for _, c := range l.cards {
		if !site.IsArticle(c.URL) || strings.Contains(c.URL, "#") {
			t.Errorf("%q is no article", c.URL)
		}
		if c.Title != plainSpace(c.Title) {
			t.Errorf("title %q", c.Title)
		}
		if c.Published.IsZero() != (c.PublishedText == "") {
			t.Errorf("%v is %q", c.Published, c.PublishedText)
		}
	}
}
