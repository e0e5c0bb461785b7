package demo_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var renderedAt = time.Date(2024, 8, 20, 8, 5, 9, 0, time.UTC)

func TestRender(t *testing.T) {
	for _, r := range demo.Releases() {
		for _, d := range demo.Designs {
			t.Run(r.Name+"/"+d.String(), func(t *testing.T) {
				got := pageText(render(t, r, d))
				for _, line := range strings.Split(article.PlainText(truth(t, r.Name).Blocks), "\n") {
					for _, cell := range strings.Split(line, " | ") {
						if !strings.Contains(got, cell) {
							t.Errorf("the page does not have %q", cell)
						}
					}
				}
			})
		}
	}
}

// What stands around an article stands on every page, in the platform's order.
func TestRenderFurniture(t *testing.T) {
	r := release(t, "cctv-appeal")
	for _, d := range demo.Designs {
		t.Run(d.String(), func(t *testing.T) {
			rest := pageText(render(t, r, d))
			for _, want := range []string{
				"Current timestamp: 20/08/2024 09:05:09", // summer time
				"Age", "Zoom Out",
				"Quickly exit this site by pressing the Escape key",
				"Leave this site",
				"cookies",
				"Skip to main content",
				"This site is a beta",
				"Search this website",
				"News",
				r.Title,
				"15:35 12/11/2024",
				"CCTV",
				"Prev", "Next",
				truth(t, r.Name).Lead,
				"Is there a problem with this page?",
				"Share this page",
				"Published: 18:31 24/12/2024", // of a related release
				"An invented force",
			} {
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("%q is not where it belongs, before %q", want, rest[:min(200, len(rest))])
				}
				rest = after
			}
		})
	}
}

func TestRenderDateline(t *testing.T) {
	for name, want := range map[string]string{
		"courier-fraud":    "11:39 14/08/2024",
		"crypto-platforms": "Published: 10:15 22/05/2024",
		"spoofed-calls":    "",
	} {
		r := release(t, name)
		for _, d := range demo.Designs {
			got := pageText(render(t, r, d))
			got = got[strings.Index(got, "Search this website"):strings.Index(got, "Is there a problem")]
			if strings.Contains(got, r.PublishedText()) != (want != "") || !strings.Contains(got, want) {
				t.Errorf("%s in design %s: dateline is not %q", name, d, want)
			}
			if labelled := strings.Contains(got, "Published:"); labelled != strings.HasPrefix(want, "Published:") {
				t.Errorf("%s in design %s: label %t", name, d, labelled)
			}
		}
	}
}

func TestRenderHead(t *testing.T) {
	for _, d := range demo.Designs {
		t.Run(d.String(), func(t *testing.T) {
			head := func(name string) (title string, meta map[string]string) {
				return headOf(parse(t, render(t, release(t, name), d)))
			}
			title, meta := head("courier-fraud")
			if want := "Couple lose &#163;9,200 to callers posing as detectives | Mereshire Police"; title != want {
				t.Errorf("title is %q, want %q", title, want)
			}
			if want := "Couple lose £9,200 to callers posing as detectives"; meta["og:title"] != want {
				t.Errorf("og:title is %q, want %q", meta["og:title"], want)
			}
			if want := truth(t, "courier-fraud").Lead; meta["og:description"] != want {
				t.Errorf("og:description is %q, want %q", meta["og:description"], want)
			}
			if !strings.Contains(meta["og:image"], "&amp;w=600") {
				t.Errorf("og:image is %q, want an ampersand encoded twice", meta["og:image"])
			}
			want := demo.Base + "/news/mereshire/news/articles/2024/8/couple-lose-9200-to-callers-posing-as-detectives/"
			if meta["og:url"] != want || meta["canonical"] != want {
				t.Errorf("og:url is %q, canonical %q, want %q", meta["og:url"], meta["canonical"], want)
			}
			if _, ok := meta["article:published_time"]; ok {
				t.Error("the page has an article:published_time")
			}
			if _, meta := head("crypto-platforms"); !strings.Contains(meta["og:description"], "&#163;1.4 million") {
				t.Errorf("og:description is %q, want an entity in it", meta["og:description"])
			}
			if _, meta := head("money-mules"); meta["og:title"] != "Freshers told not to become money mules" {
				t.Errorf("og:title is %q", meta["og:title"])
			}
		})
	}
}

// A release of a test's own is rendered like any other.
func TestRenderForeign(t *testing.T) {
	r := demo.Release{
		Title:     "Title",
		Path:      "/news/elsewhere/1/",
		Published: time.Date(2021, 1, 2, 3, 4, 0, 0, time.UTC),
		Body:      "loose text <p>One <u>two</u>.</p><div><p>Three.</p><ul><li><p>Four</p></li></ul></div><hr><ol><li>Five</li><li>Six</li></ol>",
	}
	for _, d := range demo.Designs {
		var b bytes.Buffer
		around := demo.Around{Base: "https://www.elsewhere.example", Force: "Elsewhere Police", Now: renderedAt, Related: []demo.Release{}}
		if err := demo.Render(&b, r, d, around); err != nil {
			t.Fatal(err)
		}
		title, meta := headOf(parse(t, b.String()))
		if title != "Title | Elsewhere Police" || meta["canonical"] != "https://www.elsewhere.example/news/elsewhere/1/" {
			t.Errorf("%s: title %q, canonical %q", d, title, meta["canonical"])
		}
		got := pageText(b.String())
		for _, want := range []string{"loose text", "One two.", "Three.", "Four", "Five", "Six"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the page does not have %q", d, want)
			}
		}
		if strings.Contains(got, "Published:") {
			t.Errorf("%s: the page has related releases", d)
		}
	}
}

func TestRenderUnknownDesign(t *testing.T) {
	err := demo.Render(&bytes.Buffer{}, release(t, "courier-fraud"), demo.Design(9), demo.Around{})
	if err == nil || !strings.Contains(err.Error(), "Design(9)") {
		t.Errorf("error is %v", err)
	}
}

// The nameless design gives a reader nothing to hold on to but the words.
func TestDesignDivsIsAnonymous(t *testing.T) {
	lists := map[string]int{}
	bold := map[string]int{}
	for _, r := range demo.Releases() {
		for n := range body(parse(t, render(t, r, demo.DesignDivs))).Descendants() {
			if n.Type != html.ElementNode || n.Namespace != "" { // the drawings have names to be drawn by
				continue
			}
			for _, a := range n.Attr {
				if a.Key == "class" || a.Key == "id" || a.Key == "role" {
					t.Errorf("%s: <%s> has a %s", r.Name, n.Data, a.Key)
				}
				if a.Key == "style" && a.Val == "font-weight:bold" {
					bold[n.Data]++
				}
			}
			switch n.DataAtom {
			case atom.P, atom.H1, atom.H2, atom.H3, atom.Strong, atom.Em, atom.Article, atom.Main,
				atom.Header, atom.Footer, atom.Nav, atom.Aside, atom.Time, atom.Figure, atom.Blockquote:
				t.Errorf("%s: the page has a <%s>", r.Name, n.Data)
			case atom.Ul, atom.Ol:
				lists["as lists"]++
			case atom.B:
				bold["b"]++
			case atom.Div:
				if c := n.FirstChild; c != nil && strings.HasPrefix(c.Data, "• ") {
					lists["typed"]++
				}
			}
		}
	}
	if lists["as lists"] == 0 || lists["typed"] == 0 {
		t.Errorf("lists are built in one way only: %v", lists)
	}
	if bold["b"] == 0 || bold["span"] == 0 || bold["div"] == 0 {
		t.Errorf("bold is made in too few ways: %v", bold)
	}
}

func release(t *testing.T, name string) demo.Release {
	t.Helper()
	for _, r := range demo.Releases() {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("there is no release %s", name)
	return demo.Release{}
}

func render(t *testing.T, r demo.Release, d demo.Design) string {
	t.Helper()
	var b bytes.Buffer
	if err := demo.Render(&b, r, d, demo.Around{Now: renderedAt}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func body(doc *html.Node) *html.Node {
	for n := range doc.Descendants() {
		if n.DataAtom == atom.Body {
			return n
		}
	}
	return doc
}

// pageText returns the words of a page's body, white space folded, elements that
// break a line apart by a space, characters without width left out.
func pageText(page string) string {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return ""
	}
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		inline := n.DataAtom == atom.A || n.DataAtom == atom.B || n.DataAtom == atom.Em || n.DataAtom == atom.I ||
			n.DataAtom == atom.Span || n.DataAtom == atom.Strong || n.DataAtom == atom.U
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		} else if !inline {
			b.WriteByte(' ')
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if n.Type == html.ElementNode && !inline {
			b.WriteByte(' ')
		}
	}
	walk(body(doc))
	text := strings.NewReplacer("\u200b", "", "\ufeff", "").Replace(b.String())
	return strings.Join(strings.Fields(text), " ")
}

// headOf returns the title, and the meta and link elements by their names.
func headOf(doc *html.Node) (title string, meta map[string]string) {
	meta = map[string]string{}
	for n := range doc.Descendants() {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		switch n.DataAtom {
		case atom.Title:
			if title == "" { // the drawings have titles too
				title = n.FirstChild.Data
			}
		case atom.Meta:
			meta[at["property"]] = at["content"]
		case atom.Link:
			meta[at["rel"]] = at["href"]
		}
	}
	return title, meta
}
