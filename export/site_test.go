package export_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/html"

	"archiver/article"
	"archiver/export"
	"archiver/invented"
	"archiver/typeset"
)

// siteOf exports a site and returns its files.
func siteOf(t *testing.T, opts export.Options, list ...*article.Record) map[string]string {
	t.Helper()
	return writeAny(t, "html", opts, list...)
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// content is the text of the first element for which is holds.
func content(doc *html.Node, is func(*html.Node) bool) string {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			var b strings.Builder
			for c := range n.Descendants() {
				if c.Type == html.TextNode {
					b.WriteString(c.Data)
				}
			}
			return b.String()
		}
	}
	return ""
}

func element(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == name }
}

func class(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(strings.Fields(attr(n, "class")), name) }
}

// checkSite holds what is true of every site: each link within it leads to a file
// of it, all others to pages of the web; nothing is loaded but its stylesheet; no
// page has a script; every page can be reached from the front page.
func checkSite(t *testing.T, site map[string]string) {
	t.Helper()
	links := map[string][]string{}
	for name, page := range site {
		if name == "style.css" {
			if strings.Contains(page, "url(") || strings.Contains(page, "@import") {
				t.Error("the stylesheet loads something")
			}
			continue
		}
		if !strings.HasSuffix(name, ".html") {
			t.Errorf("%s is no page", name)
		}
		for n := range parse(t, page).Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			for _, a := range n.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "src", a.Key == "srcset":
					t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
				case a.Key != "href" || strings.HasPrefix(a.Val, "#"):
				case n.Data == "a" && (strings.HasPrefix(a.Val, "https://") || strings.HasPrefix(a.Val, "http://")):
					if attr(n, "rel") != "noopener nofollow" {
						t.Errorf("%s: link to %s without rel", name, a.Val)
					}
				default:
					u, err := url.Parse(a.Val)
					if err != nil || u.IsAbs() || u.Host != "" {
						t.Errorf("%s: link to %q", name, a.Val)
						continue
					}
					target := path.Join(path.Dir(name), u.Path)
					if _, ok := site[target]; !ok {
						t.Errorf("%s: %q leads nowhere", name, a.Val)
					}
					links[name] = append(links[name], target)
				}
			}
			if slices.Contains(strings.Fields("script iframe object embed form img svg base style video audio"), n.Data) {
				t.Errorf("%s: <%s>", name, n.Data)
			}
		}
	}
	seen := map[string]bool{}
	var follow func(name string)
	follow = func(name string) {
		if !seen[name] {
			seen[name] = true
			for _, target := range links[name] {
				follow(target)
			}
		}
	}
	follow("index.html")
	for name := range site {
		if !seen[name] {
			t.Errorf("%s cannot be reached", name)
		}
	}
}

func TestSite(t *testing.T) {
	a, b, c := release("a", 1), release("b", 2), release("undated", 3)
	c.Published = article.Time{}
	b.Force, b.Topics = "Northmarsh Constabulary", []article.Topic{{ID: "fraud/courier", Evidence: []string{"a courier"}}}
	b.Related = []article.Headline{{Title: "Of a", URL: a.URL}, {Title: "Elsewhere", URL: "https://www.northmarsh.example/elsewhere/"}, {Title: "Bad", URL: "javascript:alert(1)"}}
	b.Blocks = append(b.Blocks, article.Block{Kind: article.BlockParagraph, Text: "“Wait,” said PC Quill."})
	b.Quotes = []article.Quote{{Speaker: "Vera Quill", Role: "PC", Spans: []article.Span{{1, 0, 7}}}}
	b.Status = article.StatusGone
	site := siteOf(t, export.Options{}, a, b, c)
	checkSite(t, site)

	front := parse(t, site["index.html"])
	var titles []string
	for n := range front.Descendants() {
		if n.Type == html.ElementNode && n.Data == "h3" {
			titles = append(titles, content(n, element("a")))
		}
	}
	if want := []string{"Of b", "Of a", "Of undated"}; !slices.Equal(titles, want) {
		t.Errorf("front page: got %q, want %q", titles, want)
	}
	for _, name := range []string{"dates/2024-05/index.html", "dates/undated/index.html", "forces/northmarsh/index.html", "topics/fraud/index.html", "topics/fraud/courier/index.html", "releases/northmarsh/undated/undated" + tag(c) + ".html"} {
		if site[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	page := site["releases/northmarsh/2024/05/b"+tag(b)+".html"]
	for _, want := range []string{
		`<a href="../../../../releases/northmarsh/2024/05/a` + tag(a) + `.html">Of a</a></li>`,
		`<a href="https://www.northmarsh.example/elsewhere/" rel="noopener nofollow">Elsewhere</a> <span class="elsewhere">on the web</span>`,
		`<li>Bad</li>`, `<a href="` + b.URL + `"`, "The page has been taken down.", `<p class="speaker s1"><b>Vera Quill</b> <span>PC</span></p>`,
		`<a href="../../../../topics/fraud/courier/index.html">Fraud: courier</a> <span class="words">a courier</span>`, "09:30 02/05/2024, as printed",
		`<time datetime="2024-05-02T09:30:00+01:00">Thursday 2 May 2024, 09:30</time>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s\n%s", want, page)
		}
	}
}

func TestSiteOfNothing(t *testing.T) {
	site := siteOf(t, export.Options{})
	checkSite(t, site)
	if !strings.Contains(site["index.html"], "No release is selected") || len(site) != 5 {
		t.Errorf("got %d files, %s", len(site), site["index.html"])
	}
}

// TestSiteOfMany holds that long lists are divided, and nothing is lost between
// the pages.
func TestSiteOfMany(t *testing.T) {
	site := siteOf(t, export.Options{}, some(130)...)
	checkSite(t, site)
	n := 0
	for _, name := range []string{"index.html", "newest/2.html", "newest/3.html"} {
		n += strings.Count(site[name], `<li class="item">`)
	}
	if n != 130 || site["newest/4.html"] != "" {
		t.Errorf("%d releases on three pages", n)
	}
	if pages := strings.Count(strings.Join(slices.Collect(maps.Keys(site)), " "), "releases/"); pages != 130 {
		t.Errorf("%d pages of 130 releases", pages)
	}
}

func TestSiteWithRevisions(t *testing.T) {
	first, second, other := release("a", 1), release("a", 1), release("b", 2)
	first.Title, second.Revision = "First", 2
	second.LastChanged = second.Published
	other.Related = []article.Headline{{Title: "A", URL: first.URL}}
	site := siteOf(t, export.Options{AllRevisions: true}, first, second, other)
	checkSite(t, site)
	const dir = "releases/northmarsh/2024/05/"
	newest, older := dir+"a"+tag(first)+".html", dir+"a"+tag(first)+"-r1.html"
	if strings.Contains(site["index.html"], "First") || !strings.Contains(site["index.html"], newest) {
		t.Error("the front page has another revision than the newest")
	}
	if page := site[newest]; !strings.Contains(page, older+`">Revision 1</a>`) || !strings.Contains(page, "Revision 2, this page") || strings.Contains(page, "An earlier revision") {
		t.Errorf("the newest revision: %s", page)
	}
	if page := site[older]; !strings.Contains(page, "An earlier revision") || !strings.Contains(page, newest+`">Read the newest</a>`) || !strings.Contains(page, "<h1>First</h1>") {
		t.Errorf("the older revision: %s", page)
	}
	if !strings.Contains(site[dir+"b"+tag(other)+".html"], newest+`">A</a>`) {
		t.Error("a related headline does not lead to the newest revision")
	}
}

// TestSiteIsWrittenWhole holds that an export that fails while it reads, or is
// stopped, leaves the old site as it was, and one that finds nothing new does not
// touch it.
func TestSiteIsWrittenWhole(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine.html"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	to(t, dir, "html", release("a", 1), release("b", 2))
	before := files(t, dir)
	if before["mine.html"] != "mine" {
		t.Error("somebody's file is gone")
	}
	stamp := stat(t, filepath.Join(dir, "index.html")).ModTime()
	if _, err := export.To(t.Context(), dir, nil, "html", failing(release("c", 3)), export.Options{}); !errors.Is(err, errRead) {
		t.Errorf("got %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	last := func(yield func(*article.Record, error) bool) {
		yield(release("c", 3), nil)
		stop() // after all have been read
	}
	if _, err := export.To(ctx, dir, nil, "html", last, export.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	to(t, dir, "html", release("a", 1), release("b", 2))
	wantFiles(t, dir, before)
	if !stat(t, filepath.Join(dir, "index.html")).ModTime().Equal(stamp) {
		t.Error("a page was written again that had not changed")
	}
}

// TestSiteNamesNothingTwice holds that lists whose ids are like names of pages, or
// like one another, have files of their own.
func TestSiteNamesNothingTwice(t *testing.T) {
	var list []*article.Record
	sites := []string{"index.html", "2.html", "a b", "a-b", "A-B", "É", "é", "..", "."}
	for i, id := range sites {
		r := release(fmt.Sprint("r", i), i+1)
		r.Site, r.Topics = id, []article.Topic{{ID: "fraud/" + id}, {ID: id}}
		list = append(list, r)
	}
	site := siteOf(t, export.Options{}, list...)
	checkSite(t, site)
	folders := map[string]bool{}
	for name := range site {
		if strings.HasPrefix(name, "forces/") {
			folders[strings.ToLower(path.Dir(name))] = true
		}
	}
	if len(folders) != len(sites)+1 {
		t.Errorf("%d folders of %d sources", len(folders), len(sites))
	}
}

// TestHostileSite holds that whatever the words of a release are, they are words
// on its page, and its files are in the folder and have harmless names.
func TestHostileSite(t *testing.T) {
	list := hostileReleases()
	site := siteOf(t, export.Options{}, list...)
	checkSite(t, site)
	bodies := map[string]bool{}
	for name, page := range site {
		for part := range strings.SplitSeq(name, "/") {
			if strings.HasPrefix(part, ".") || strings.ContainsAny(part, "\\:<>\"|?*\x00\u202e") || len(part) > 110 {
				t.Errorf("name %q", name)
			}
		}
		if strings.HasPrefix(name, "releases/") {
			doc := parse(t, strings.ReplaceAll(page, `<p class="speaker`, `<p hidden class="speaker`))
			var b strings.Builder
			for n := range doc.Descendants() {
				if n.Type == html.ElementNode && class("body")(n) {
					collect(&b, n)
				}
			}
			bodies[content(doc, element("h1"))+"\n"+squeezed(b.String())] = true
		}
	}
	for _, want := range toldOf(list) {
		if !bodies[want.Title+"\n"+want.Text] {
			t.Errorf("no page says %q", want.Title)
		}
	}
	if want := typeset.Title(list[0]); want != "<script>alert(1)</script>" {
		t.Fatal(want)
	}
}

// collect gathers the text of an element, without what is hidden.
func collect(b *strings.Builder, n *html.Node) {
	for c := range n.ChildNodes() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		} else if !slices.ContainsFunc(c.Attr, func(a html.Attribute) bool { return a.Key == "hidden" }) {
			collect(b, c)
		}
	}
}

// A countdown is a context that is done when it has been asked so many times.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// An export that is stopped while its pages are made ends when none is in the making
// any more, and those that have a name are whole.
func TestSiteStopped(t *testing.T) {
	const n = 400
	var list []*article.Record
	for r := range invented.Records(n) {
		list = append(list, r)
	}
	whole := siteOf(t, export.Options{}, list...)
	for _, pages := range []int64{1, 7, 300, n + 3} {
		dir := t.TempDir()
		ctx := &countdown{Context: t.Context()}
		ctx.left.Store(n + pages) // each record asks as well
		if _, err := export.To(ctx, dir, nil, "html", records(list...), export.Options{}); !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d pages: got %v", pages, err)
		}
		made := 0
		err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || entry.Name() == ".archiver-export" {
				return err
			}
			made++
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if name, err = filepath.Rel(dir, name); err == nil && string(data) != whole[filepath.ToSlash(name)] {
				t.Errorf("after %d pages: %s is not what it is to be", pages, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if made == 0 || made > len(whole) {
			t.Errorf("after %d pages: there are %d files", pages, made)
		}
	}
}
