package extract_test

import (
	"bytes"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"github.com/yuin/goldmark"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"go.yaml.in/yaml/v4"
)

// A document is a release of the reference corpus, which is no part of the
// project: it names real people and is nobody's to republish.
type document struct {
	file  string
	Area  string            `yaml:"area"`
	Title string            `yaml:"title"`
	URL   string            `yaml:"url"`
	OG    map[string]string `yaml:"og"`
	Date  struct {
		Date string `yaml:"date"`
	} `yaml:"publish"`
	body string // Markdown
}

// reference returns the folder of the reference corpus, and skips the test where
// there is none.
func reference(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("ARCHIVER_REFERENCE")
	if dir == "" {
		t.Skip("ARCHIVER_REFERENCE names no folder: the reference releases are not part of the project")
	}
	return filepath.Join(dir, "samples")
}

var starred = regexp.MustCompile(`(\d)\*(\d)`)

var datelineOnly = regexp.MustCompile(`^\d{1,2}:\d{2} \d{2}/\d{2}/\d{4}$`)

// readDocument reads a document in the form of the corpus.
func readDocument(t testing.TB, file string) document {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := strings.Cut(strings.TrimPrefix(string(data), "```yaml\n"), "\n```\n")
	if !ok {
		t.Fatalf("%s is no document of the corpus", file)
	}
	d := document{file: filepath.Base(file)}
	if err := yaml.Load([]byte(head), &d); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	d.body = strings.TrimSpace(body)
	// A dateline, or a label and a dateline, stand before the body.
	lines := strings.SplitN(d.body, "\n\n", 3)
	for i, line := range lines[:min(2, len(lines))] {
		if datelineOnly.MatchString(line) {
			d.Date.Date = line
			d.body = strings.TrimSpace(strings.TrimPrefix(strings.Join(lines[:i], "\n\n")+"\n\n"+strings.Join(lines[i+1:], "\n\n"), "\n\n"))
			break
		}
	}
	return d
}

var markdown = goldmark.New(goldmark.WithRendererOptions(ghtml.WithUnsafe(), ghtml.WithHardWraps()))

// page rebuilds the page of a document in a design.
func (d document) page(t testing.TB, design demo.Design) article.Page {
	t.Helper()
	var fragment, page bytes.Buffer
	body := starred.ReplaceAllString(d.body, `$1\*$2`) // "20*12": no emphasis
	if err := markdown.Convert([]byte(body), &fragment); err != nil {
		t.Fatal(err)
	}
	published, err := time.ParseInLocation("15:04 02/01/2006", d.Date.Date, article.London)
	if err != nil {
		t.Fatalf("%s: %v", d.file, err)
	}
	headline, force, _ := strings.Cut(d.Title, " | ")
	host, path := splitURL(d.URL)
	r := demo.Release{
		Title: html.UnescapeString(headline), PageTitle: headline, Path: path, Published: published, Body: fragment.String(),
		OGTitle: d.OG["title"], OGDescription: d.OG["description"], OGImage: d.OG["image"],
	}
	if err := demo.Render(&page, r, design, demo.Around{Base: host, Force: force, Now: time.Date(2026, 5, 25, 11, 15, 55, 0, article.London)}); err != nil {
		t.Fatal(err)
	}
	return article.Page{URL: d.URL, Status: 200, Body: page.Bytes(), Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}}}
}

func splitURL(address string) (base, path string) {
	i := strings.Index(address[len("https://"):], "/") + len("https://")
	return address[:i], address[i:]
}

// read reads the page of a document in a design.
func (d document) read(t testing.TB, set *sites.Set, design demo.Design) *article.Record {
	t.Helper()
	r, err := extract.Extract(d.page(t, design), set.ForURL(d.URL))
	if err != nil {
		t.Fatalf("%s in %v: %v", d.file, design, err)
	}
	if err := r.Validate(); err != nil {
		t.Errorf("%s in %v: %v", d.file, design, err)
	}
	return r
}

func profiles(t testing.TB) *sites.Set {
	t.Helper()
	set, err := sites.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return set
}
