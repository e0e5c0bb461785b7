package extract_test

import (
	"strings"
	"testing"

	"archiver/demo"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"github.com/google/go-cmp/cmp"
)

// twoLayouts is a site whose pages were built anew: this year's design first,
// last year's behind it.
const twoLayouts = `layouts:
  - name: "2026"
    title: .c-page-header__title
    dateline: .c-news-article__date
    body: .c-news-article__body
  - name: "2025"
    title: article h1
    body: main > article
    drop: footer
`

// A page in last year's design is still read, with the layout that the profile
// keeps of it, and the record says which that was. A design that no layout fits is
// read by its content.
func TestOlderLayout(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir+"/demo.yaml", "id: demo\nforce: "+demo.Force+"\narea: "+demo.Area+"\nbase: "+demo.Base+
		"\nslug: "+demo.Slug+"\narticles: ['^/news/{slug}/.+']\n"+twoLayouts)
	set, err := sites.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	site := set.ByID("demo")
	for design, want := range map[demo.Design]string{
		demo.DesignPlatform: "demo/2026",
		demo.DesignArticle:  "demo/2025",
		demo.DesignDivs:     "demo",
	} {
		for _, release := range demo.Releases() {
			truth, err := demo.Truth(release.Name)
			if err != nil {
				t.Fatal(err)
			}
			got := readRelease(t, site, release, design)
			if got.Extraction.Profile != want {
				t.Errorf("%s in %s: profile %q, want %q", release.Name, design, got.Extraction.Profile, want)
			}
			_, layout, ok := strings.Cut(want, "/")
			if rule := got.Extraction.Fields["blocks"]; ok && !strings.HasPrefix(rule, "layout "+layout+": ") {
				t.Errorf("%s in %s: the body is by %q", release.Name, design, rule)
			}
			wanted := truth.For(design)
			if got.Title != wanted.Title || got.PublishedText != wanted.PublishedText {
				t.Errorf("%s in %s: title %q, published %q", release.Name, design, got.Title, got.PublishedText)
			}
			if diff := cmp.Diff(outline(wanted.Blocks), outline(got.Blocks)); diff != "" {
				t.Errorf("%s in %s: blocks (-want +got):\n%s", release.Name, design, diff)
			}
		}
	}
}

// Without the older layout the page is read all the same, but nothing vouches for
// it: so a profile keeps its layouts.
func TestLayoutTakenAway(t *testing.T) {
	dir := t.TempDir()
	only, _, _ := strings.Cut(twoLayouts, "  - name: \"2025\"")
	writeFile(t, dir+"/demo.yaml", "id: demo\nbase: "+demo.Base+"\n"+only)
	set, err := sites.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	release, ok := findRelease("courier-fraud")
	if !ok {
		t.Fatal("no such release")
	}
	got, err := extract.Extract(renderRelease(t, release, demo.DesignArticle), set.ByID("demo"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Extraction.Profile != "demo" || !strings.HasPrefix(got.Extraction.Fields["blocks"], "signals") {
		t.Errorf("profile %q, blocks by %q", got.Extraction.Profile, got.Extraction.Fields["blocks"])
	}
}
