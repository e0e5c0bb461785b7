package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"

	"github.com/yuin/goldmark"
	ghtml "github.com/yuin/goldmark/renderer/html"
)

// An invented release at an address of a real force, met through a proxy: what is
// exported is the same in every design of the page.
func TestCrawlThroughProxy(t *testing.T) {
	var first string
	for _, design := range demo.Designs {
		w := newWeb(t)
		w.host("www.cheshire.police.uk", serveRelease(t, carried(t, "courier-fraud"), design, "/news/cheshire/news/articles/2024/8/an-invented-one/"))
		dir := t.TempDir()
		address := "https://www.cheshire.police.uk/news/cheshire/news/articles/2024/8/an-invented-one/"
		if r := archiver(t, dir, w.env(), "crawl", "--delay", "0s", address); r.status != 0 || r.stdout != "" || r.stderr != "" {
			t.Fatalf("%v: crawl: %+v\nasked %v", design, r, w.requests())
		}
		r := archiver(t, dir, nil, "export", "--url", address)
		if r.status != 0 || !strings.Contains(r.stdout, "\n11:39 14/08/2024\n") {
			t.Fatalf("%v: export: %+v", design, r)
		}
		if first == "" {
			first = r.stdout
		}
		if r.stdout != first {
			t.Errorf("%v: the export differs:\n%s\nand\n%s", design, r.stdout, first)
		}
	}
}

// A server that sends more than it says gets nothing into what cron mails: net/http
// would print what it has too much, to the log that all share.
func TestCrawlLyingLength(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nshortSmuggled words")
	}))
	defer server.Close()
	dir := t.TempDir()
	for range 5 { // it is not printed every time
		r := archiver(t, dir, nil, "crawl", "--delay", "50ms", server.URL+"/news/a/")
		if r.status != 0 || strings.Contains(r.stderr, "Smuggled") || !strings.Contains(r.stderr, "not found") {
			t.Fatalf("%+v", r)
		}
	}
}

// serveRelease is a site of one page.
func serveRelease(t *testing.T, r demo.Release, design demo.Design, path string) http.Handler {
	t.Helper()
	r.Path = path
	return http.HandlerFunc(func(rw http.ResponseWriter, request *http.Request) {
		if request.URL.Path != path {
			http.NotFound(rw, request)
			return
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		around := demo.Around{Base: "https://www.cheshire.police.uk", Force: "Cheshire Constabulary"}
		if err := demo.Render(rw, r, design, around); err != nil {
			t.Error(err)
		}
	})
}

func carried(t *testing.T, name string) demo.Release {
	t.Helper()
	for _, r := range demo.Releases() {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("the demo has no release %q", name)
	return demo.Release{}
}

// The whole demo site, from its feed, listings, search pages and sitemap into the
// archive: every release, once.
func TestCrawlWholeSite(t *testing.T) {
	w := newWeb(t)
	site := &demo.Site{}
	w.host("www.mereshire.police.example", site.Handler())
	dir := t.TempDir()
	writeProfile(t, dir)
	crawl := func(args ...string) result {
		t.Helper()
		return archiver(t, dir, w.env(), append([]string{"crawl", "demo", "--sites", "sites", "--delay", "0s", "--report", "report.json"}, args...)...)
	}
	if r := crawl("--full"); r.status != 0 || r.stderr != "" {
		t.Fatalf("crawl: %+v", r)
	}
	asked := map[string]int{}
	for _, request := range w.requests() {
		asked[request]++
	}
	for request, n := range asked {
		if n > 1 {
			t.Errorf("asked %d times: %s", n, request)
		}
		if strings.Contains(request, "ct=") || strings.Contains(request, "GetPaginatedResults") {
			t.Errorf("asked: %s", request)
		}
	}
	recs := exported(t, dir)
	if len(recs) != len(demo.Releases()) {
		t.Errorf("%d records of %d releases", len(recs), len(demo.Releases()))
	}
	for _, r := range recs {
		if err := r.Validate(); err != nil {
			t.Error(err)
		}
		if r.Site != "demo" || r.Revision != 1 || r.FirstSeen.IsZero() {
			t.Errorf("%s: site %q, revision %d, first seen %v", r.URL, r.Site, r.Revision, r.FirstSeen)
		}
	}
	// Asked again there is nothing new, and hardly anything is asked.
	before := len(w.requests())
	if r := crawl(); r.status != 0 || r.stderr != "" || r.stdout != "" {
		t.Errorf("second crawl: %+v", r)
	}
	if n := len(w.requests()) - before; n > 4 {
		t.Errorf("the second crawl asked %d times: %v", n, w.requests()[before:])
	}
}

func writeProfile(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "sites"), 0o755); err != nil {
		t.Fatal(err)
	}
	profile := fmt.Sprintf("id: demo\nextends: soh\nforce: %s\narea: %s\nbase: %s\nslug: %s\n", demo.Force, demo.Area, demo.Base, demo.Slug)
	if err := os.WriteFile(filepath.Join(dir, "sites", "demo.yaml"), []byte(profile), 0o644); err != nil {
		t.Fatal(err)
	}
}

// exported returns all records of the archive in a folder.
func exported(t *testing.T, dir string) []*article.Record {
	t.Helper()
	r := archiver(t, dir, nil, "export", "--format", "jsonl")
	if r.status != 0 {
		t.Fatalf("export: %+v", r)
	}
	var recs []*article.Record
	for line := range strings.Lines(r.stdout) {
		var rec article.Record
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&rec); err != nil {
			t.Fatal(err)
		}
		recs = append(recs, &rec)
	}
	return recs
}

// The two documents that the project was made from, each served at its own
// address, come out byte for byte, whatever the page's design.
func TestSeeds(t *testing.T) {
	reference := os.Getenv("ARCHIVER_REFERENCE")
	if reference == "" {
		t.Skip("ARCHIVER_REFERENCE names no folder: the two documents are not part of the project")
	}
	release := seed(t, reference, "release.md")
	head, body, _ := strings.Cut(release, "\n```\n\n")
	value := func(key string) string {
		for line := range strings.Lines(head) {
			if v, ok := strings.CutPrefix(line, key+": "); ok {
				return strings.TrimSpace(v)
			}
		}
		t.Fatalf("the seed has no %s", key)
		return ""
	}
	dateline, body, _ := strings.Cut(body, "\n\n")
	published, err := time.ParseInLocation("15:04 02/01/2006", dateline, article.London)
	if err != nil {
		t.Fatal(err)
	}
	headline, force, _ := strings.Cut(value("title"), " | ")
	r := demo.Release{
		Title: headline, Path: "/", Published: published, Body: rendered(t, body),
		OGTitle: value("  title"), OGDescription: value("  description"), OGImage: value("  image"),
	}
	address := value("url")
	base, path := address[:strings.Index(address, "/news/")], address[strings.Index(address, "/news/"):]
	r.Path = path

	for _, design := range demo.Designs {
		w := newWeb(t)
		w.host("www.cheshire.police.uk", page(path, func(rw http.ResponseWriter) error {
			return demo.Render(rw, r, design, demo.Around{Base: base, Force: force})
		}))
		dir := t.TempDir()
		if got := archiver(t, dir, w.env(), "crawl", "--delay", "0s", address); got.status != 0 {
			t.Fatalf("%v: crawl: %+v", design, got)
		}
		got := archiver(t, dir, nil, "export", "--format", "markdown")
		if got.stdout != release {
			t.Errorf("%v: the release differs:\n%s", design, firstDifference(got.stdout, release))
		}
		records := exported(t, dir)
		if len(records) != 1 || len(records[0].Quotes) != 2 || len(records[0].Quotes[0].Paragraphs) != 4 || len(records[0].Quotes[1].Paragraphs) != 3 ||
			records[0].Quotes[0].Role != "Detective Sergeant" || len(records[0].Advice) != 1 || len(records[0].Advice[0].Items) != 3 {
			t.Errorf("%v: quotations or advice differ: %+v", design, records)
		}
	}
}

func TestRepublishedSeed(t *testing.T) {
	reference := os.Getenv("ARCHIVER_REFERENCE")
	if reference == "" {
		t.Skip("ARCHIVER_REFERENCE names no folder: the two documents are not part of the project")
	}
	text := seed(t, reference, "republished.txt")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	last := 0
	for i, line := range lines {
		if strings.Contains(line, "https://") {
			last = i
		}
	}
	var body strings.Builder
	for i := 0; i <= last; i++ {
		line := lines[i]
		if item, ok := strings.CutPrefix(line, "- "); ok {
			if !strings.HasPrefix(lines[i-1], "- ") {
				body.WriteString("<ul>")
			}
			fmt.Fprintf(&body, "<li>%s</li>", html.EscapeString(item))
			if !strings.HasPrefix(lines[i+1], "- ") {
				body.WriteString("</ul>")
			}
			continue
		}
		fmt.Fprintf(&body, "<p>%s</p>\n", html.EscapeString(line))
	}
	const address = "https://www.silk1069.com/news/local-news/a-republished-release/"
	for name, wrap := range map[string][2]string{
		"list":  {"<ul>", "<li><a href=\"/news/local-news/%s/\">%s</a></li>"},
		"lines": {"", "<p><a href=\"/news/local-news/%s/\">%s</a></p>"},
		"heads": {"<h2>More from Local News</h2>", "<div><h3><a href=\"/news/local-news/%s/\">%s</a></h3></div>"},
		"divs":  {"", "<div><div><a href=\"/news/local-news/%s/\">%s</a></div></div>"},
	} {
		t.Run(name, func(t *testing.T) {
			var related strings.Builder
			for i, headline := range lines[last+1:] {
				fmt.Fprintf(&related, wrap[1], fmt.Sprintf("another-story-number-%d", i), html.EscapeString(headline))
			}
			w := newWeb(t)
			w.host("www.silk1069.com", page("/news/local-news/a-republished-release/", func(rw http.ResponseWriter) error {
				_, err := fmt.Fprintf(rw, `<!DOCTYPE html><html><head><meta charset="utf-8"><title>Warning about calls - Silk 106.9</title>
<meta property="og:title" content="Warning about calls"></head><body><div><div>On Air Now</div><div>The Afternoon Show 1pm - 4pm</div><div>Now Playing</div>
<div>Some Song</div><div>Some Band</div></div><div><a href="/">Home</a> <a href="/news/">News</a></div><div><h1>Warning about calls</h1>
<div>%s%s%s</div></div><div>© Radio 2026</div></body></html>`, body.String(), wrap[0], related.String())
				return err
			}))
			dir := t.TempDir()
			if got := archiver(t, dir, w.env(), "crawl", "--delay", "0s", address); got.status != 0 {
				t.Fatalf("crawl: %+v", got)
			}
			if got := archiver(t, dir, nil, "export", "--format", "text"); got.stdout != text {
				t.Errorf("the text differs:\n%s", firstDifference(got.stdout, text))
			}
		})
	}
}

// page is a site of one page.
func page(path string, write func(http.ResponseWriter) error) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path {
			http.NotFound(rw, r)
			return
		}
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := write(rw); err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
		}
	})
}

func seed(t *testing.T, reference, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(reference, "seeds", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// rendered makes the HTML of a text in Markdown.
func rendered(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithRendererOptions(ghtml.WithHardWraps())).Convert([]byte(text), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "(end)", "(end)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			return fmt.Sprintf("line %d: got  %q\nwant %q", i+1, a, b)
		}
	}
	return "the same lines, another end"
}
