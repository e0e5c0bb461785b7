package export

import (
	"archive/zip"
	"crypto/sha1"
	_ "embed"
	"fmt"
	"hash"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/typeset"
)

// epub writes an e-book, EPUB 3: a title page, the contents by year and month, a
// chapter for each release in the order of the selection. Chapters go out as they
// come; the contents, which follow them in the file, wait in a spool. For each
// chapter memory holds what the index of a zip file takes, some 200 bytes.
//
// The book's identifier follows from the releases that are in it, the time of its
// last change from theirs.
type epub struct {
	out      container
	chapters *packer
	all      whole
	nav      spool
	year     string // of the contents so far; "" before the first
	month    string
	ids      hash.Hash
	from, to time.Time
	origins  map[string]bool
}

//go:embed epub/style.css
var epubStyle []byte

const (
	epubType      = "application/epub+zip"
	epubContainer = `<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
`
)

func newEpub(t target, _ Options) (Encoder, error) {
	e := &epub{out: newContainer(t.stream), ids: sha1.New(), origins: map[string]bool{}}
	if err := e.out.copy(raw("mimetype", []byte(epubType), []byte(epubType), zip.Store)); err != nil {
		return nil, err
	}
	if err := e.out.add("META-INF/container.xml", []byte(epubContainer)); err != nil {
		return nil, err
	}
	if err := e.out.add("EPUB/style.css", epubStyle); err != nil {
		return nil, err
	}
	e.chapters = e.out.packer()
	return e, nil
}

func (e *epub) Encode(r *article.Record) error {
	e.gather(r)
	if err := e.contents(r); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(`<section epub:type="chapter">` + "\n")
	fmt.Fprintf(&b, "<p class=\"kicker\">%s · %s</p>\n", typeset.Escape(typeset.Source(r)), typeset.Escape(typeset.Kind(r.Kind)))
	fmt.Fprintf(&b, "<h1>%s</h1>\n<p class=\"dateline\">%s</p>\n", typeset.Escape(typeset.Title(r)), typeset.Escape(published(r)))
	if s := typeset.Removed(r.Status); s != "" {
		fmt.Fprintf(&b, "<p><strong>%s</strong></p>\n", typeset.Escape(s))
	}
	b.WriteString(string(typeset.Style{XML: true, Speakers: true}.Body(r)))
	b.WriteString("<div class=\"facts\">\n")
	if address := typeset.Address(r.URL); address != "" {
		fmt.Fprintf(&b, "<p>Source: <a href=\"%s\" rel=\"noopener nofollow\">%s</a></p>\n", typeset.Escape(address), typeset.Escape(typeset.Line(r.URL)))
	} else {
		fmt.Fprintf(&b, "<p>Source: %s</p>\n", typeset.Escape(typeset.Line(r.URL)))
	}
	if s := captured(r); s != "" {
		fmt.Fprintf(&b, "<p>Captured: %s</p>\n", typeset.Escape(s))
	}
	fmt.Fprintf(&b, "<p>To cite it: %s</p>\n</div>\n</section>\n", typeset.Escape(typeset.Cite(r).String()))
	return e.chapters.add("EPUB/"+chapterName(e.all.n), []byte(xhtml(typeset.Title(r), "../", b.String())))
}

// gather notes what the book says of itself.
func (e *epub) gather(r *article.Record) {
	e.all.add(r)
	fmt.Fprintln(e.ids, r.ID, r.Revision)
	if at := r.Published; !at.IsZero() {
		if e.from.IsZero() || at.Before(e.from) {
			e.from = at.Time
		}
		if at.After(e.to) {
			e.to = at.Time
		}
	}
	if u, err := url.Parse(typeset.Address(r.URL)); err == nil && u.Host != "" {
		e.origins[u.Scheme+"://"+u.Host+"/"] = true
	}
}

// contents adds a release to the table of contents.
func (e *epub) contents(r *article.Record) error {
	year, month, day := "Time unknown", "", ""
	if !r.Published.IsZero() {
		at := r.Published.In(article.London)
		year, month, day = at.Format("2006"), at.Format("January 2006"), at.Format("2 January: ")
	}
	s := ""
	if year != e.year || month != e.month {
		s = e.endMonth(year != e.year)
		if year != e.year {
			s += fmt.Sprintf("<li><span>%s</span>\n<ol>\n", year)
		}
		if month != "" {
			s += fmt.Sprintf("<li><span>%s</span>\n<ol>\n", month)
		}
		e.year, e.month = year, month
	}
	s += fmt.Sprintf("<li><a href=\"%s\">%s</a></li>\n", chapterName(e.all.n), typeset.Escape(day+typeset.Title(r)))
	_, err := io.WriteString(&e.nav, s)
	return err
}

// endMonth closes what is open in the table of contents: the month and, if asked
// for, the year.
func (e *epub) endMonth(year bool) string {
	const end = "</ol>\n</li>\n"
	s := ""
	if e.month != "" {
		s = end
	}
	if year && e.year != "" {
		s += end
	}
	return s
}

func chapterName(n int) string { return fmt.Sprintf("text/r%06d.xhtml", n) }

func xhtml(title, root, body string) string {
	return `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en-GB" xml:lang="en-GB">
<head>
<meta charset="utf-8"/>
<title>` + typeset.Escape(title) + `</title>
<link rel="stylesheet" type="text/css" href="` + root + `style.css"/>
</head>
<body>
` + body + `</body>
</html>
`
}

func (e *epub) Close(cause error) error {
	defer e.nav.close()
	if err := e.chapters.end(); err != nil || cause != nil {
		return err
	}
	title := e.all.title()
	if span := e.span(); span != "" {
		title += ", " + span
	}
	front := fmt.Sprintf("<section epub:type=\"titlepage\" class=\"cover\">\n<h1>%s</h1>\n<p>%s</p>\n<p>%s</p>\n</section>\n",
		typeset.Escape(title), typeset.Escape(e.size()), typeset.Rights)
	if err := e.out.add("EPUB/title.xhtml", []byte(xhtml(title, "", front))); err != nil {
		return err
	}
	if err := e.writeNav(); err != nil {
		return err
	}
	if err := e.writePackage(title); err != nil {
		return err
	}
	return e.out.Close()
}

func (e *epub) size() string {
	if e.all.n == 0 {
		return "No release is selected."
	}
	return count(e.all.n)
}

// span is the days that the releases are of.
func (e *epub) span() string {
	if e.from.IsZero() {
		return ""
	}
	from, to := e.from.In(article.London).Format(datedLayout), e.to.In(article.London).Format(datedLayout)
	if from == to {
		return from
	}
	return from + " to " + to
}

func (e *epub) writeNav() error {
	w, err := e.out.begin("EPUB/nav.xhtml")
	if err != nil {
		return err
	}
	const body = "<nav epub:type=\"toc\" id=\"toc\">\n<h1>Contents</h1>\n<ol>\n<li><a href=\"title.xhtml\">Title page</a></li>\n"
	before, after, _ := strings.Cut(xhtml("Contents", "", "\x00"), "\x00")
	if _, err := io.WriteString(w, before+body); err != nil {
		return err
	}
	if _, err := e.nav.WriteTo(w); err != nil {
		return err
	}
	_, err = io.WriteString(w, e.endMonth(true)+"</ol>\n</nav>\n"+after)
	return err
}

func (e *epub) writePackage(title string) error {
	w, err := e.out.begin("EPUB/package.opf")
	if err != nil {
		return err
	}
	at := e.all.modified
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en-GB">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:%s</dc:identifier>
<dc:title>%s</dc:title>
<dc:language>en-GB</dc:language>
<dc:creator>%s</dc:creator>
<dc:rights>%s</dc:rights>
`, uuid(e.ids.Sum(nil)), typeset.Escape(title), typeset.Escape(e.all.publisher()), typeset.Rights)
	for _, origin := range slices.Sorted(maps.Keys(e.origins)) {
		fmt.Fprintf(&b, "<dc:source>%s</dc:source>\n", typeset.Escape(origin))
	}
	fmt.Fprintf(&b, `<meta property="dcterms:modified">%s</meta>
</metadata>
<manifest>
<item id="style" href="style.css" media-type="text/css"/>
<item id="title" href="title.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
`, at.UTC().Format(time.RFC3339))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return err
	}
	for n := range e.all.n {
		if _, err := fmt.Fprintf(w, "<item id=\"r%06d\" href=\"%s\" media-type=\"application/xhtml+xml\"/>\n", n+1, chapterName(n+1)); err != nil {
			return err
		}
	}
	if _, err := io.WriteString(w, "</manifest>\n<spine>\n<itemref idref=\"title\"/>\n<itemref idref=\"nav\"/>\n"); err != nil {
		return err
	}
	for n := range e.all.n {
		if _, err := fmt.Fprintf(w, "<itemref idref=\"r%06d\"/>\n", n+1); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "</spine>\n</package>\n")
	return err
}
