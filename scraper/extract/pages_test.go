package extract_test

import (
	"errors"
	"strings"
	"testing"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const address = "https://www.cheshire.police.uk/news/cheshire/news/articles/2024/8/a-made-up-story/"

// pageOf makes a page of Cheshire's from a body.
func pageOf(contentType, body string) article.Page {
	return article.Page{URL: address, Status: 200, Body: []byte(body), Header: map[string][]string{"Content-Type": {contentType}}}
}

const story = `<title>Café owner thanks “heroes” | Cheshire Constabulary</title><h1>Café owner thanks “heroes”</h1><p>11:39 27/08/2024</p>
<p>The owner of a café has thanked two officers – and their dog – who found £300 in a hedge.</p><p>She said it was the best Tuesday of the year, and that the dog could have cake.</p>`

// Below a short headline stands the dateline, whatever the headline tells of.
func TestShortHeadlines(t *testing.T) {
	for _, headline := range []string{"Church gate stolen", "Bull seen", "Bail deadline", "Update", "Wanted man taken"} {
		for _, heading := range []string{"<h1>" + headline + "</h1>", "<div>" + headline + "</div>"} {
			got, err := extract.Extract(pageOf("text/html", "<title>"+headline+" | Cheshire Constabulary</title>"+heading+
				"<p>10:00 13/08/2024</p><p>A gate was stolen from a church in Harrow on Monday.</p><p>Call 101 if you saw it.</p>"), profiles(t).ByID("cheshire"))
			if err != nil {
				t.Errorf("%s: %v", heading, err)
				continue
			}
			if got.PublishedText != "10:00 13/08/2024" || got.Lead != "A gate was stolen from a church in Harrow on Monday." || got.Title != headline {
				t.Errorf("%s: title %q, published %q, lead %q", heading, got.Title, got.PublishedText, got.Lead)
			}
		}
	}
	got, err := extract.Extract(pageOf("text/html", "<title>Church gate stolen | Cheshire Constabulary</title><h1>Church gate stolen</h1><p>Last updated</p>"+
		"<p>10:00 13/08/2024</p><p>A gate was stolen from a church in Harrow on Monday.</p><p>Call 101 if you saw it.</p>"), profiles(t).ByID("cheshire"))
	if err != nil || got.PublishedText != "" {
		t.Errorf("below \"Last updated\": %q, %v; want none", got.PublishedText, err)
	}
}

// A label and what stands under a picture are no lead.
func TestLeads(t *testing.T) {
	const first = "A man has been arrested in Harrow after a church gate was taken off its hinges and sold."
	for line, want := range map[string]string{
		"Apêl / Appeal":                                 first,
		"Sgroliwch i lawr am y Gymraeg":                 first,
		"Scroll down for the Welsh version":             first,
		"PC Ida Plum with the gate":                     first,
		"PC Ida Plum and PC Sol Crane outside St Ann's": first,
		"PC Ida Plum found the gate":                    "PC Ida Plum found the gate",
		"Man arrested over gate":                        "Man arrested over gate",
		"A Welsh farmer lost a gate":                    "A Welsh farmer lost a gate",
		"PC Ida Plum with the gate was glad.":           "PC Ida Plum with the gate was glad.",
	} {
		got, err := extract.Extract(pageOf("text/html", "<title>Gate found in Harrow | Cheshire Constabulary</title><h1>Gate found in Harrow</h1><p>10:00 13/08/2024</p><p>"+line+"</p><p>"+first+"</p><p>Call 101 if you saw it being taken.</p>"), profiles(t).ByID("cheshire"))
		if err != nil || got.Lead != want {
			t.Errorf("%s: lead %q, %v", line, got.Lead, err)
		}
	}
}

// A page reads the same in whatever charset it comes, declared or not.
func TestCharsets(t *testing.T) {
	encode := func(e interface {
		String(string) (string, error)
	}, s string) string {
		t.Helper()
		out, err := e.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	windows := encode(charmap.Windows1252.NewEncoder(), story)
	for name, tc := range map[string]struct {
		kind, body string
		warned     bool
	}{
		"utf-8 in the header":           {"text/html; charset=utf-8", story, false},
		"utf-8 in a meta tag":           {"text/html", `<meta charset="utf-8">` + story, false},
		"utf-8, not declared":           {"text/html", story, false},
		"utf-8, a long ASCII head":      {"text/html", "<!-- " + strings.Repeat("x", 5000) + " -->" + story, false},
		"windows-1252 in the header":    {"text/html; charset=windows-1252", windows, false},
		"windows-1252 in a meta tag":    {"text/html", `<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=windows-1252">` + windows, false},
		"windows-1252, not declared":    {"text/html", windows, true},
		"windows-1252 called utf-8":     {"text/html; charset=utf-8", windows, true},
		"utf-8 called iso-8859-1":       {"text/html; charset=iso-8859-1", story, true},
		"an unknown charset":            {"text/html; charset=x-unheard-of", story, true},
		"utf-8 with a byte order mark":  {"text/html", "\ufeff" + story, false},
		"utf-16 with a byte order mark": {"text/html", encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), story), false},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := extract.Extract(pageOf(tc.kind, tc.body), profiles(t).ByID("cheshire"))
			if err != nil {
				t.Fatal(err)
			}
			if want := "Café owner thanks “heroes”"; r.Title != want {
				t.Errorf("title %q, want %q", r.Title, want)
			}
			if want := "The owner of a café has thanked two officers – and their dog – who found £300 in a hedge."; r.Lead != want {
				t.Errorf("lead %q, want %q", r.Lead, want)
			}
			if warned := strings.Contains(strings.Join(r.Extraction.Warnings, " "), "read as"); warned != tc.warned {
				t.Errorf("warnings %q, want one of the charset: %v", r.Extraction.Warnings, tc.warned)
			}
		})
	}
}

// What is no release is said to be none, and why.
func TestNotArticle(t *testing.T) {
	cards := ""
	for _, s := range []string{"one", "two", "three", "four"} {
		cards += `<li><h3><a href="/news/cheshire/news/articles/2024/8/story-number-` + s + `/">Story number ` + s + ` is here</a></h3><p>A summary of what happened in story ` + s + ` on that day.</p><p>Published: 10:00 01/08/2024</p></li>`
	}
	for name, tc := range map[string]struct {
		page article.Page
		want error
	}{
		"empty":             {pageOf("text/html", ""), extract.ErrNotHTML},
		"white space":       {pageOf("text/html", " \n\t "), extract.ErrNotHTML},
		"a picture":         {pageOf("image/png", "\x89PNG"), extract.ErrNotHTML},
		"JSON":              {pageOf("application/json", `{"a":1}`), extract.ErrNotHTML},
		"plain text":        {pageOf("text/plain", "hello"), extract.ErrNotHTML},
		"no words":          {pageOf("text/html", "<html><body><img src=a.png></body></html>"), extract.ErrNotArticle},
		"a listing":         {pageOf("text/html", "<title>News | Cheshire Constabulary</title><h1>News</h1><ul>"+cards+"</ul>"), extract.ErrNotArticle},
		"a listing of divs": {pageOf("text/html", "<title>News</title><div><div>News</div>"+strings.NewReplacer("<li>", "<div>", "</li>", "</div>", "<h3>", "<div>", "</h3>", "</div>", "<p>", "<div>", "</p>", "</div>").Replace(cards)+"</div>"), extract.ErrNotArticle},
		"page not found":    {pageOf("text/html", "<title>Page not found | Cheshire Constabulary</title><h1>Page not found</h1><p>The page you asked for may have been moved or may no longer exist.</p>"), extract.ErrNotArticle},
		"sorry":             {pageOf("text/html", "<title>Error 404</title><h1>Sorry, the page you were looking for can't be found</h1><p>Please try the search above, or go to our home page instead.</p>"), extract.ErrNotArticle},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := extract.Extract(tc.page, profiles(t).ByID("cheshire"))
			if !errors.Is(err, tc.want) {
				t.Errorf("got %v, %v; want %v", r, err, tc.want)
			}
		})
	}
}

// A page that nests deeper than any honest one is an error, and no hang.
func TestDeepNesting(t *testing.T) {
	for _, tag := range []string{"div", "b", "blockquote", "ul", "table", "span", "a"} {
		body := strings.Repeat("<"+tag+">", 200_000) + story
		r, err := extract.Extract(pageOf("text/html; charset=utf-8", body), profiles(t).ByID("cheshire"))
		if err == nil && r.Validate() != nil {
			t.Errorf("%s: a record that is not valid", tag)
		}
		if err != nil && !strings.Contains(err.Error(), "nest") && !errors.Is(err, extract.ErrNotArticle) {
			t.Errorf("%s: %v", tag, err)
		}
	}
}

// Where the page prints no dateline, the card that led to it tells the time, and
// the record says so.
func TestNoDateline(t *testing.T) {
	r, ok := findRelease("spoofed-calls")
	if !ok {
		t.Fatal("no such release")
	}
	p := renderRelease(t, r, 0)
	got, err := extract.Extract(p, mereshire(t))
	if err != nil {
		t.Fatal(err)
	}
	if got.PublishedText != r.PublishedText() || got.Extraction.Fields["published"] != article.FromFeed {
		t.Errorf("published %q by %q", got.PublishedText, got.Extraction.Fields["published"])
	}
	if !strings.Contains(strings.Join(got.Extraction.Warnings, " "), "prints no dateline") {
		t.Errorf("no warning in %q", got.Extraction.Warnings)
	}
	p.Card = article.Card{}
	if got, err = extract.Extract(p, mereshire(t)); err != nil || !got.Published.IsZero() || got.PublishedText != "" {
		t.Errorf("without a card: published %v %q, %v", got.Published, got.PublishedText, err)
	}
}

// A site without a profile is read by signals alone.
func TestGeneric(t *testing.T) {
	site, err := sites.Generic("https://paper.example/local/cafe-owner-thanks-heroes/")
	if err != nil {
		t.Fatal(err)
	}
	p := pageOf("text/html; charset=utf-8", `<nav><a href="/">Home</a></nav>`+story)
	p.URL = "https://paper.example/local/cafe-owner-thanks-heroes/"
	r, err := extract.Extract(p, site)
	if err != nil {
		t.Fatal(err)
	}
	if r.Site != "paper.example" || r.Force != "" || r.Area != "" || r.Extraction.Profile != "" || len(r.Blocks) != 2 {
		t.Errorf("got %+v", r)
	}
}

// What follows a short release on the platform does not take its place.
func TestShortReleaseAboveFurniture(t *testing.T) {
	for name, body := range map[string]string{
		"two paragraphs": "<p>Applications to join us are open until the end of the month.</p><p>No experience is needed.</p>",
		"one":            "<p>A girl who had gone missing was found safe and well this morning.</p>",
	} {
		page := `<title>A short one | Cheshire Constabulary</title><main><h1>A short one</h1><p>11:39 27/08/2024</p><div>` + body + `</div>` +
			`<div><div>Is there a problem with this page?</div><div>Tell us what went wrong so that we can put it right. Do not include personal or financial details.</div></div></main>`
		r, err := extract.Extract(pageOf("text/html; charset=utf-8", page), profiles(t).ByID("cheshire"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if want := strings.Count(body, "<p>"); len(r.Blocks) != want || strings.Contains(r.Text, "went wrong") {
			t.Errorf("%s: got %q", name, r.Text)
		}
	}
}

// Where an article's text goes on beside the element of its headline, in no element
// of its own, it is read.
func TestProseInNoElement(t *testing.T) {
	body := `<title>Bell stolen from quay</title><div><h1>Bell stolen from quay</h1>
<p>The bell was unbolted from its frame at some point on Monday, officers said today, and was gone by noon.</p></div>
Nobody at the harbour saw anything, the master said, although it was a clear night with a full moon over it all.
<p>It weighs two tonnes and was cast in the town three hundred years ago, and it rang for every ship that went out.</p>`
	r, err := readGeneric(t, "https://paper.example/news/bell-stolen-from-quay/", body)
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"unbolted", "Nobody at the harbour", "two tonnes"} {
		if !strings.Contains(r.Text, words) {
			t.Errorf("%q is missing in %q", words, r.Text)
		}
	}
}
