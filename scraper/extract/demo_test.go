package extract_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"github.com/google/go-cmp/cmp"
)

// The reader must make of every release of the demo site, in every design, what
// a person makes of it.
func TestDemoReleases(t *testing.T) {
	site := mereshire(t)
	for _, design := range demo.Designs {
		for _, release := range demo.Releases() {
			t.Run(design.String()+"/"+release.Name, func(t *testing.T) {
				truth, err := demo.Truth(release.Name)
				if err != nil {
					t.Fatal(err)
				}
				want := truth.For(design)
				got := readRelease(t, site, release, design)
				if got.Title != want.Title {
					t.Errorf("title: got %q, want %q", got.Title, want.Title)
				}
				if got.Published.String() != want.Published.String() || got.PublishedText != want.PublishedText {
					t.Errorf("published: got %v %q, want %v %q", got.Published, got.PublishedText, want.Published, want.PublishedText)
				}
				if diff := cmp.Diff(outline(want.Blocks), outline(got.Blocks)); diff != "" {
					t.Errorf("blocks (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(speech(want.Quotes), speech(got.Quotes)); diff != "" {
					t.Errorf("quotes (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(advices(want.Advice), advices(got.Advice)); diff != "" {
					t.Errorf("advice (-want +got):\n%s", diff)
				}
				if got.Lead != want.Lead {
					t.Errorf("lead: got %q, want %q", got.Lead, want.Lead)
				}
			})
		}
	}
}

func mereshire(t testing.TB) *sites.Site {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, dir+"/demo.yaml", "id: demo\nextends: soh\nforce: "+demo.Force+"\narea: "+demo.Area+"\nbase: "+demo.Base+"\nslug: "+demo.Slug+"\n")
	set, err := sites.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return set.ByID("demo")
}

func renderRelease(t testing.TB, r demo.Release, design demo.Design) article.Page {
	t.Helper()
	var b bytes.Buffer
	if err := demo.Render(&b, r, design, demo.Around{Now: time.Date(2026, 5, 25, 11, 15, 55, 0, article.London)}); err != nil {
		t.Fatal(err)
	}
	return article.Page{
		URL: demo.Base + r.Address(), Status: 200, Body: b.Bytes(),
		Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}},
		Card:   article.Card{Published: r.Published, PublishedText: r.PublishedText(), From: article.FromFeed},
	}
}

func readRelease(t testing.TB, site *sites.Site, r demo.Release, design demo.Design) *article.Record {
	t.Helper()
	return readPage(t, site, renderRelease(t, r, design))
}

func readPage(t testing.TB, site *sites.Site, page article.Page) *article.Record {
	t.Helper()
	got, err := extract.Extract(page, site)
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Validate(); err != nil {
		t.Fatalf("the record is not valid: %v", err)
	}
	return got
}

// outline shows blocks as lines, for a difference that one can read.
func outline(blocks []article.Block) []string {
	var lines []string
	for _, b := range blocks {
		line := string(b.Kind)
		if b.Kind == article.BlockHeading {
			line += " " + string(rune('0'+b.Level))
		}
		if b.Ordered {
			line += " ordered"
		}
		if b.Kind == article.BlockImage && b.Text == "" {
			continue
		}
		lines = append(lines, line+": "+strings.Join(slices.Concat([]string{b.Text}), ""))
	}
	return lines
}

// speech shows quotations as lines: who, as what, of where, and the words.
func speech(quotes []article.Quote) []string {
	var lines []string
	for _, q := range quotes {
		lines = append(lines, q.Speaker+" | "+q.Role+" | "+q.Unit)
		for _, p := range q.Paragraphs {
			lines = append(lines, "    "+strings.Join(strings.Fields(p), " "))
		}
	}
	return lines
}

func advices(advice []article.Advice) []string {
	var lines []string
	for _, a := range advice {
		lines = append(lines, a.Heading)
		for _, item := range a.Items {
			lines = append(lines, "    "+item)
		}
	}
	return lines
}
