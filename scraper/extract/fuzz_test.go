package extract_test

import (
	"bytes"
	"strings"
	"testing"

	"archiver/article"
	"archiver/demo"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"github.com/yuin/goldmark"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// FuzzExtract: whatever the page, the reader does not panic, and a record that
// it makes keeps the promises of the record's form.
func FuzzExtract(f *testing.F) {
	for i, r := range demo.Releases() {
		f.Add(renderRelease(f, r, demo.Designs[i%len(demo.Designs)]).Body)
	}
	f.Add([]byte("<p>"))
	f.Add([]byte("<h1>Title</h1><p>11:39 27/08/2020</p><ul><li><ul><li>a</ul></ul><table><tr><td>x<td>y</table>"))
	site := mereshire(f)
	generic, err := sites.Generic("https://paper.example/news/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, s := range []*sites.Site{site, generic} {
			p := article.Page{
				URL: s.Base + "/news/mereshire/news/articles/2024/8/a-b-c/", Status: 200, Body: body,
				Header: map[string][]string{"Content-Type": {"text/html"}},
			}
			r, err := extract.Extract(p, s)
			if err != nil {
				continue
			}
			if err := r.Validate(); err != nil {
				t.Errorf("%v\n%q", err, body)
			}
		}
	})
}

// FuzzMarkdown: the Markdown of a body, read by a CommonMark reader, gives back
// the body's text.
func FuzzMarkdown(f *testing.F) {
	for _, s := range []string{
		"plain", "a *star* and _line_", "**not bold**", "# no heading", "1. one", "- dash", "> quote", "a\\b \\* c",
		"`code` ``more``", "[link](there)", "![x](y)", "<b>no</b> <!-- no -->", "&amp; &#163; &nosuch;", "===\n---", "a\n===",
		"~~~\nfence", "* * *", "***bold***", "foo_bar_baz", "_x_y", "x*y*z", "trailing \\", "http://a.example/_x_", "[a]: b", "#", "##  #", "\t tab",
		"\u200bzero", "1986. A great year", "a\n1. b", "+", "£5*", "*\u00a0x*", "''quoted''", "a <3 b", "\U0001F600",
	} {
		f.Add(s, uint8(0))
		f.Add(s, uint8(3))
	}
	site, err := sites.Generic("https://paper.example/")
	if err != nil {
		f.Fatal(err)
	}
	md := goldmark.New(goldmark.WithRendererOptions(ghtml.WithHardWraps()))
	f.Fuzz(func(t *testing.T, text string, shape uint8) {
		page := "<title>A headline of the day</title><h1>A headline of the day</h1><p>11:39 27/08/2020</p>" +
			"<p>The first paragraph of the body is a sentence that is long enough to be taken for prose by anybody.</p>" +
			markup(text, shape) +
			"<p>The last paragraph of the body is a sentence, too, and long enough to be taken for prose by anybody.</p>"
		r, err := extract.Extract(article.Page{URL: "https://paper.example/news/a/", Status: 200, Body: []byte(page), Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}}}, site)
		if err != nil {
			return
		}
		for _, b := range r.Blocks {
			var out bytes.Buffer
			if err := md.Convert([]byte(b.Markdown), &out); err != nil {
				t.Fatal(err)
			}
			if got, want := squeeze(htmlText(t, out.String())), squeeze(b.Text); got != want {
				t.Errorf("%s block %q\nas Markdown %q\nreads as   %q\nwant       %q", b.Kind, text, b.Markdown, got, want)
			}
		}
	})
}

// markup puts hostile text into one of several shapes.
func markup(text string, shape uint8) string {
	e := html.EscapeString(text)
	e = strings.ReplaceAll(e, "\n", "<br>")
	switch shape % 8 {
	case 1:
		return "<p><strong>" + e + "</strong>tail</p>"
	case 2:
		return "<p>head<em>" + e + "</em></p>"
	case 3:
		return "<ul><li>" + e + "</li><li><b>" + e + "</b> x</li></ul>"
	case 4:
		return "<h2>" + e + "</h2>"
	case 5:
		return "<p>see <a href=\"https://x.example/(a)_b_*\">" + e + "</a>, " + e + "</p>"
	case 6:
		return "<blockquote><p>" + e + "</p></blockquote>"
	case 7:
		return "<p><b>x" + e + "<i>" + e + "</i></b><i>" + e + "y</i></p>"
	}
	return "<p>" + e + "</p>"
}

// htmlText returns the text of a fragment of HTML.
func htmlText(t *testing.T, s string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && (n.Data == "br" || n.Data == "li" || n.Data == "p") {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// squeeze takes white space out of a text: Markdown does not keep how much.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
