// Package extract reads a page into a record. It is pure: no network, no disk,
// no clock; the same page gives the same record.
//
// The way of a page: [decode] its charset, parse it, [walk] the tree once into a
// row of units (what a reader sees as one paragraph, heading or item), find the
// column of running text (column.go), the headline, the dateline and the body
// among them, take out the boxes between (aside.go), make the body's units into
// blocks, and read the blocks for quotations and advice. A site's profile is
// asked first, but nothing hangs on its selectors: what they bring is held
// against the signals of the content, which have to do alone where a design has
// changed.
package extract

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/scraper/sites"
	"archiver/scraper/topics"

	"github.com/PuerkitoBio/goquery"
	xhtml "golang.org/x/net/html"
)

// Version is that of the reader, kept in every record. It grows when the same
// page would give another record.
const Version = "3"

// ErrNotArticle is returned for a page that is no release: a listing, a
// section, a page that says that there is nothing.
var ErrNotArticle = errors.New("not an article")

// errNoBody is the ErrNotArticle of a page on which no text was found.
var errNoBody = fmt.Errorf("%w", ErrNotArticle)

// ErrNotHTML is returned for a body that is no web page, and for an empty one.
var ErrNotHTML = errors.New("not a web page")

// Extract reads a page of a site into a record. The site may be one without a
// profile (see [sites.Generic]).
//
// The record is complete but for what the archive alone knows (when it was
// first seen, its revision). What the page shows and the record cannot say for
// sure stands in Extraction.Warnings. An error wraps [ErrNotArticle] or
// [ErrNotHTML], or says why the page could not be parsed.
func Extract(p article.Page, site *sites.Site) (*article.Record, error) {
	return Extractor{}.Extract(p, site)
}

// An Extractor reads pages into records. The zero value is ready for use.
type Extractor struct {
	Rules *topics.Rules // what a release is judged by; default: topics.Default()
}

// Extract is [Extract] by the rules of x.
func (x Extractor) Extract(p article.Page, site *sites.Site) (*article.Record, error) {
	switch kind := p.Get("Content-Type"); {
	case webPage(kind, p.Body):
	case kind == "":
		return nil, fmt.Errorf("%w: it does not look like HTML", ErrNotHTML)
	default:
		return nil, fmt.Errorf("%w: its content type is %q", ErrNotHTML, kind)
	}
	text, warning := decode(p)
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrNotHTML)
	}
	root, err := xhtml.Parse(bytes.NewReader(text))
	if err != nil {
		// The parser has no other complaint: it refuses pages that nest deeper
		// than 512 elements, and takes all else as a browser would.
		return nil, fmt.Errorf("the page nests its elements too deep to be read: %w", err)
	}
	r := newReader(p, site, warning)
	r.layout(root)
	err = r.read(root)
	if err != nil && r.designed != nil {
		// The profile's selectors can have led astray: without them once more.
		r.recycle()
		r = newReader(p, site, warning)
		r.warn("the profile's layouts do not fit this page; it was read by its content alone")
		err = r.read(root)
	}
	if errors.Is(err, errNoBody) && r.fallback(text) {
		err = nil
	}
	var rec *article.Record
	if err == nil {
		rec = r.record(x.Rules)
	}
	r.recycle()
	return rec, err
}

func newReader(p article.Page, site *sites.Site, warning string) *reader {
	r := &reader{page: p, site: site, fields: make(map[string]string, 32), datelines: map[string]*dateline{}}
	r.warn(warning)
	return r
}

// read walks the page and finds the article in it.
func (r *reader) read(root *xhtml.Node) error {
	r.walker = walk(root, r.drop, r.designed)
	r.base = r.head.baseOf(r.page)
	r.wanted = r.head.headline(r.site.Force)
	r.readSelf()
	r.divide()
	r.boxes.settle(r.units)
	return r.find()
}

// webPage reports whether a body can be HTML. Servers that say nothing, or
// "text/plain" of a page, are given the benefit of the body's first bytes.
func webPage(kind string, body []byte) bool {
	kind = strings.ToLower(kind)
	switch {
	case strings.Contains(kind, "html"):
		return true
	case kind == "", strings.HasPrefix(kind, "text/plain"), strings.Contains(kind, "octet-stream"):
		head := bytes.ToLower(body[:min(len(body), 1024)])
		return bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html")) ||
			bytes.Contains(head, []byte("<body")) || bytes.Contains(head, []byte("<p"))
	}
	return false
}

// A reader holds what is known of one page while it is read.
type reader struct {
	page article.Page
	site *sites.Site
	*walker

	design   *sites.Layout // the profile's layout that fits, or nil
	designed *xhtml.Node   // the element in which that layout has the body
	drop     map[*xhtml.Node]bool
	base     *url.URL
	wanted   string     // the headline that <title> gives
	self     []*url.URL // addresses of this page
	link     url.URL    // the one looked at last

	column    column
	described int // the unit that the page's description repeats, or -1

	title     int // the unit that is the headline, or -1
	dateline  int // the unit that is the dateline, or -1
	date      dateline
	dated     map[int]bool         // the units that are the dateline
	datelines map[string]*dateline // lines that were read as one; nil for no dateline
	card      []bool               // the units that belong to headlines of other stories
	body      []int                // the units of the body
	related   []article.Headline

	fields   map[string]string
	warnings []string
}

func (r *reader) warn(warning string) {
	if warning != "" && !slices.Contains(r.warnings, warning) {
		r.warnings = append(r.warnings, warning)
	}
}

// layout finds the profile's layout that the page is in: the first whose body
// selector finds something.
func (r *reader) layout(root *xhtml.Node) {
	page := goquery.NewDocumentFromNode(root)
	for i := range r.site.Layouts {
		l := &r.site.Layouts[i]
		if l.Body.Selector == nil {
			continue
		}
		if body := page.FindMatcher(goquery.SingleMatcher(l.Body)); body.Length() > 0 {
			r.take(l, body)
			return
		}
	}
}

// take takes a layout, with the element in which it has the body.
func (r *reader) take(l *sites.Layout, body *goquery.Selection) {
	r.design, r.designed = l, body.Nodes[0]
	if l.Drop.Selector == nil {
		return
	}
	r.drop = map[*xhtml.Node]bool{}
	for _, n := range body.FindMatcher(l.Drop).Nodes {
		r.drop[n] = true
	}
}

// readSelf notes the addresses under which other parts of the page may link to
// the page itself.
func (r *reader) readSelf() {
	addresses := []string{r.page.URL, r.page.FinalURL, r.head.canonical, r.head.meta["og:url"]}
	for i, address := range addresses {
		if address == "" || slices.Contains(addresses[:i], address) {
			continue
		}
		if u, err := r.base.Parse(address); err == nil {
			r.self = append(r.self, u)
		}
	}
}

// isSelf reports whether an address is one of this page.
func (r *reader) isSelf(u *url.URL) bool {
	return slices.ContainsFunc(r.self, func(own *url.URL) bool {
		return strings.TrimSuffix(own.Path, "/") == strings.TrimSuffix(u.Path, "/") && own.RawQuery == u.RawQuery &&
			strings.EqualFold(strings.TrimPrefix(own.Host, "www."), strings.TrimPrefix(u.Host, "www."))
	})
}

// record makes the record from what was found.
func (r *reader) record(rules *topics.Rules) *article.Record {
	rec := &article.Record{
		URL:       r.page.Address(),
		Site:      r.site.ID,
		Force:     r.site.Force,
		Area:      r.site.Area,
		Status:    article.StatusLive,
		Title:     r.headline(),
		PageTitle: r.head.pageTitle(),
		Related:   r.related,
		OG:        r.head.openGraph(),
		Capture:   r.page.Capture(),
	}
	r.publication(rec)
	blocks := r.blocks()
	rec.Blocks, rec.Links, rec.Images = blocks.list, blocks.links, blocks.images
	for _, b := range rec.Blocks {
		if b.Lead {
			rec.Lead = b.Text
		}
	}
	rec.Quotes = quotes(rec.Blocks, r.warn)
	rec.Advice = advice(rec.Blocks)
	rec.References, rec.Phones, rec.Emails, rec.Amounts = indicators(rec.Blocks)
	r.judge(rec, rules)
	r.compare(rec)
	r.account(rec)
	rec.Extraction = article.Extraction{
		Profile: r.profile(), Version: Version, Fields: r.fields, Warnings: r.warnings,
	}
	rec.Fill()
	return rec
}

// profile names the profile and the layout that were used.
func (r *reader) profile() string {
	switch {
	case r.site.Generic():
		return ""
	case r.design == nil:
		return r.site.ID
	}
	return r.site.ID + "/" + r.design.Name
}

// headline returns the record's title: what the heading says, with entities
// that the site encoded twice decoded.
func (r *reader) headline() string {
	title := ""
	switch {
	case r.title >= 0:
		title = fold(r.units[r.title].text)
		if headline := r.wanted; headline != "" && is(labels, strings.TrimPrefix(title, headline)) {
			title = headline // a label stands inside the heading
		}
		r.fields["title"] = r.titleRule()
	case r.head.meta["og:title"] != "":
		title = fold(r.head.meta["og:title"])
		r.fields["title"] = "og:title"
		r.warn("the page shows no headline; the title is that of og:title")
	default:
		title = r.wanted
		r.fields["title"] = "<title>"
		r.warn("the page shows no headline; the title is that of <title>")
	}
	return fold(html.UnescapeString(title))
}

// publication sets the time of publication: the dateline, else what the page's
// listing said, else what the page says to machines.
func (r *reader) publication(rec *article.Record) {
	card := r.page.Card
	switch {
	case r.dateline >= 0:
		rec.Published = article.At(r.date.time)
		rec.PublishedText = r.date.text
		r.fields["published"] = "dateline"
		if r.date.labelled {
			r.fields["published"] = "dateline with label"
		}
		r.warn(r.date.warning)
		r.timeOfDay(rec)
	case !card.Published.IsZero():
		rec.Published = article.At(card.Published)
		rec.PublishedText = card.PublishedText
		if rec.PublishedText == "" {
			rec.PublishedText = printed(card.Published)
		}
		r.fields["published"] = card.From
		r.warn(fmt.Sprintf("the page prints no dateline; the time is that of the %s", card.From))
	default:
		if t, from := r.machineTime(); !t.IsZero() {
			rec.Published = article.At(t)
			rec.PublishedText = printed(t)
			r.fields["published"] = from
			r.warn("the page prints no dateline; the time is that of " + from)
			return
		}
		r.warn("the page prints no dateline and nothing else tells the time of publication")
	}
}

// timeOfDay adds the time of day where the page prints a day alone: that which it
// gives to machines, or that of its listing, if the day is the same.
func (r *reader) timeOfDay(rec *article.Record) {
	if !r.date.dayOnly {
		return
	}
	t, from := r.machineTime()
	if card := r.page.Card; !sameDay(t, r.date.time) && sameDay(card.Published, r.date.time) {
		t, from = card.Published, card.From
	}
	if sameDay(t, r.date.time) {
		rec.Published = article.At(t)
		r.fields["published"] = from + ", on the day of the dateline"
		return
	}
	r.warn("the page prints the day of publication without a time; the time is the beginning of that day")
}

// sameDay reports whether two times are of one day, in London or in UTC: a site
// can print either.
func sameDay(a, b time.Time) bool {
	if a.IsZero() || b.IsZero() {
		return false
	}
	day := b.In(article.London).Format(time.DateOnly)
	return a.In(article.London).Format(time.DateOnly) == day || a.UTC().Format(time.DateOnly) == day
}
