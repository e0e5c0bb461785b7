package main

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/scraper/sites"

	"github.com/yuin/goldmark"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"go.yaml.in/yaml/v4"
)

// A document of the reference corpus is a release as Markdown with a header of
// YAML, the form that export writes. Its page is gone; the document is what is
// left.
//
// In the archive it stands in the place of a page as it is: its bytes are the
// page's, it has no HTTP status and the content type below, and so the record's
// capture says what the record was made from. Whenever it is read, it is put
// into the plainest page that there can be, and that page is read as any other.
// So reextract can read it again, and a better reader, or a better page made of
// it, is no new revision of it.
const documentType = "text/markdown; charset=utf-8"

// isDocument tells a document from a page as a server sent it.
func isDocument(p article.Page) bool {
	return p.Status == 0 && strings.HasPrefix(p.Get("Content-Type"), "text/markdown")
}

// documentForm is how a document begins.
const documentForm = "```yaml\n"

var errNoDocument = errors.New("is no document of the reference corpus: it does not begin with a fenced yaml head that names the url")

// A document is the parts of one.
type document struct {
	Area  string            `yaml:"area"`
	Title string            `yaml:"title"`
	URL   string            `yaml:"url"`
	OG    map[string]string `yaml:"og"`
	Date  struct {
		Date string `yaml:"date"`
	} `yaml:"publish"`
	body string // Markdown
}

// dateline is how the platform prints a time of publication, alone on its line.
var dateline = regexp.MustCompile(`(?m)^(\d{1,2}:\d{2} \d{1,2}/\d{1,2}/\d{4})$`)

func parseDocument(data []byte) (*document, error) {
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), "\ufeff"), "\r\n", "\n")
	head, body, ok := strings.Cut(strings.TrimPrefix(text, documentForm), "\n```\n")
	if !ok || !strings.HasPrefix(text, documentForm) {
		return nil, errNoDocument
	}
	d := &document{body: strings.TrimSpace(body)}
	if err := yaml.Load([]byte(head), d); err != nil {
		return nil, fmt.Errorf("its head is not good YAML: %w", err)
	}
	if err := webAddress(d.URL); err != nil {
		return nil, errNoDocument
	}
	return d, nil
}

// published returns the time of publication, zero where there is none.
func (d *document) published() time.Time {
	text := d.Date.Date
	// It stands before the body, behind a label at most.
	head := strings.SplitN(d.body, "\n\n", 3)
	if m := dateline.FindString(strings.Join(head[:min(2, len(head))], "\n\n")); m != "" {
		text = m
	}
	t, err := time.ParseInLocation("15:04 2/1/2006", text, article.London)
	if err != nil {
		return time.Time{}
	}
	return t
}

// page returns the document as the archive keeps it. No document says when its
// page was fetched: the time of publication stands for it, so that a page of the
// same release that turns up comes after it, or else other.
func (d *document) page(data []byte, other time.Time) article.Page {
	p := article.Page{URL: d.URL, Header: map[string][]string{"Content-Type": {documentType}}, Body: data, Fetched: d.published()}
	if p.Fetched.IsZero() {
		p.Fetched = other
	}
	return p
}

var (
	markdown = goldmark.New(goldmark.WithRendererOptions(ghtml.WithUnsafe(), ghtml.WithHardWraps()))
	// "20*12" is no emphasis.
	starred = regexp.MustCompile(`(\d)\*(\d)`)
)

var documentPage = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>{{.Title}}</title>
<link rel="canonical" href="{{.URL}}">
{{range .OG}}<meta property="og:{{.Name}}" content="{{.Value}}">
{{end}}</head><body><main><article><h1>{{.Headline}}</h1>
{{with .Dateline}}<p>{{.}}</p>
{{end}}{{.Body}}</article></main></body></html>
`))

// html puts the document into a page.
func (d *document) html() ([]byte, error) {
	var body, page bytes.Buffer
	if err := markdown.Convert([]byte(starred.ReplaceAllString(d.body, `$1\*$2`)), &body); err != nil {
		return nil, err
	}
	headline := d.Title
	if i := strings.LastIndex(headline, " | "); i > 0 {
		headline = headline[:i]
	}
	type property struct{ Name, Value string }
	var og []property
	for _, name := range slices.Sorted(maps.Keys(d.OG)) {
		og = append(og, property{name, d.OG[name]})
	}
	printed := ""
	if !dateline.MatchString(d.body) {
		printed = d.Date.Date
	}
	err := documentPage.Execute(&page, map[string]any{
		"Title": d.Title, "URL": d.URL, "OG": og, "Headline": headline, "Dateline": printed,
		"Body": template.HTML(body.String()), // read by the reader alone, never shown
	})
	return page.Bytes(), err
}

// readDocument makes a record of a document that stands in the place of a page.
func (r pageReader) readDocument(p article.Page, site *sites.Site) (*article.Record, error) {
	d, err := parseDocument(p.Body)
	if err != nil {
		return nil, err
	}
	made := p
	if made.Body, err = d.html(); err != nil {
		return nil, fmt.Errorf("its Markdown cannot be read: %w", err)
	}
	made.Header = map[string][]string{"Content-Type": {"text/html; charset=utf-8"}}
	record, err := r.Extract(made, site)
	if errors.Is(err, extract.ErrNotArticle) {
		return nil, fmt.Errorf("%w: the document holds no text", extract.ErrNotArticle)
	}
	if err != nil {
		return nil, err
	}
	record.Capture = p.Capture()
	if record.Area == "" {
		record.Area = d.Area
	}
	record.Extraction.Warnings = append(record.Extraction.Warnings,
		"made from a document of the reference corpus: its page was not seen, links and related headlines are not known")
	return record, nil
}
