package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/store"
)

// A crawl with a newer reader makes no revision of a page that says what it said,
// whatever the older reader took for its text.
func TestCrawlWithBetterReader(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(changingSite(filepath.Join(dir, "www")))
	defer server.Close()
	write("sites/mere.yaml", fmt.Sprintf("id: mere\nforce: Mereshire Police\narea: Mereshire\nbase: %s\nlistings: [/news/]\narticles: ['^/news/[a-z-]+/$']\n", server.URL))
	page := func(name, last, banner string) {
		write("www/news/"+name+"/index.html", `<!DOCTYPE html><html><head><title>Gate taken from church | Mereshire Police</title></head><body>`+banner+
			`<main><h1>Gate taken from church</h1><p>10:00 01/05/2024</p><p>A gate of wrought iron was taken from the church of Saltmarsh Cross on Sunday night.</p><p>`+
			last+`</p></main></body></html>`)
	}
	const asked = "Anybody who saw a van near the church is asked to ring police on 101."
	page("furniture", asked, "")
	page("text", asked, "")
	urls := []string{server.URL + "/news/furniture/", server.URL + "/news/text/"}
	crawl := func() {
		t.Helper()
		r := archiver(t, dir, nil, append([]string{"crawl", "--sites", "sites", "--delay", "0s"}, urls...)...)
		if r.status != 0 || r.stderr != "" {
			t.Fatalf("%+v", r)
		}
	}
	crawl()
	archive, err := store.Open(filepath.Join(dir, "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	var visits []article.Visit
	for v, err := range archive.Pages() {
		if err != nil {
			t.Fatal(err)
		}
		old := *v.Record
		old.Extraction.Version = "0"
		old.Blocks = append(old.Blocks, article.Block{Kind: article.BlockParagraph, Text: "Share this page", Markdown: "Share this page"})
		old.Fill()
		v.Record = &old
		visits = append(visits, v)
	}
	if _, err := archive.Save(visits...); err != nil || len(visits) != 2 {
		t.Fatalf("%d pages, %v", len(visits), err)
	}
	page("furniture", asked, `<div class="banner"><a href="/">Home</a></div>`)
	page("text", "The gate was found in a ditch near Harrowmere on Tuesday.", "")
	crawl()
	for n, want := range [][]string{{"101."}, {"101.", "Tuesday."}} {
		revisions, err := archive.Revisions(urls[n])
		if err != nil || len(revisions) != len(want) {
			t.Fatalf("%s has %d revisions, want %d; %v", urls[n], len(revisions), len(want), err)
		}
		for i, r := range revisions {
			if r.Extraction.Version != extract.Version || !strings.HasSuffix(r.Text, want[i]) {
				t.Errorf("%s revision %d, by reader %s, says %q", urls[n], r.Revision, r.Extraction.Version, r.Text)
			}
		}
	}
}
