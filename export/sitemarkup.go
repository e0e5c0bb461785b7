package export

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/typeset"
)

// markup is HTML in the making. Its tags are constants; whatever else goes into it
// does so through text, path or webLink, or has done so before raw takes it.
//
// html/template, which would be safe by itself, took a third of the time of a site.
type markup struct{ *bytes.Buffer }

func (m *markup) tags(parts ...string) {
	for _, s := range parts {
		m.WriteString(s)
	}
}

// raw is markup that was made before.
func (m *markup) raw(parts ...[]byte) {
	for _, p := range parts {
		m.Write(p)
	}
}

func (m *markup) text(s string) { m.WriteString(typeset.Escape(s)) }

// wrapped is text between tags, or nothing.
func (m *markup) wrapped(before, s, after string) {
	if s != "" {
		m.tags(before)
		m.text(s)
		m.tags(after)
	}
}

// link leads to a file of the site.
func (m *markup) link(root, path, name string) {
	m.tags(`<a href="`, root)
	m.path(path)
	m.tags(`">`)
	m.text(name)
	m.tags(`</a>`)
}

// path is the name of a file of the site, as part of an address.
func (m *markup) path(name string) { m.text((&url.URL{Path: name}).EscapedPath()) }

// webLink leads to an address, as typeset.Address has made it, unless it is "".
func (m *markup) webLink(address, name string) {
	if address == "" {
		m.text(name)
		return
	}
	m.tags(`<a href="`)
	m.text(address)
	m.tags(`" rel="noopener nofollow">`)
	m.text(name)
	m.tags(`</a>`)
}

// time is a time as programs and as people read it; at can be "".
func (m *markup) time(at, words string) {
	if at == "" {
		m.text(words)
		return
	}
	m.tags(`<time datetime="`)
	m.text(at)
	m.tags(`">`)
	m.text(words)
	m.tags(`</time>`)
}

// A siteFrame is what every page says.
type siteFrame struct{ name, size string }

// A siteTop is what the head of a page needs.
type siteTop struct {
	title, root string
	way         string // of siteWays; "" for none
}

// siteWays are the ways through the site.
var siteWays = []struct{ name, path string }{
	{"Newest", "index.html"}, {"Dates", "dates/index.html"}, {"Forces", "forces/index.html"}, {"Topics", "topics/index.html"},
}

func (m *markup) top(frame siteFrame, t siteTop) {
	m.tags(`<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="script-src 'none'; object-src 'none'; frame-src 'none'; img-src 'none'; font-src 'none'; connect-src 'none'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>`)
	m.text(t.title)
	if t.title != frame.name {
		m.tags(" – ")
		m.text(frame.name)
	}
	m.tags(`</title>
<link rel="stylesheet" href="`, t.root, `style.css">
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
<header class="head">
<a class="name" href="`, t.root, `index.html">`)
	m.text(frame.name)
	m.tags(`</a>
<nav aria-label="Archive"><ul>`)
	for _, way := range siteWays {
		m.tags("\n<li><a href=\"", t.root, way.path, `"`)
		if way.name == t.way {
			m.tags(` aria-current="true"`)
		}
		m.tags(">", way.name, "</a></li>")
	}
	m.tags(`
</ul></nav>
</header>
<main id="main">
`)
}

func (m *markup) bottom(frame siteFrame) {
	m.tags("\n</main>\n<footer class=\"foot\">\n<p>")
	m.text(frame.size)
	m.tags("</p>\n<p>", typeset.Rights, "</p>\n</footer>\n</body>\n</html>\n")
}

// item is a release on a list, from behind its path.
func (m *markup) item(r *article.Record) {
	m.tags(`">`)
	m.text(typeset.Title(r))
	m.tags("</a></h3>\n")
	m.wrapped(`<p class="standfirst">`, typeset.Snip(typeset.Line(r.Lead), 280), "</p>\n")
	m.tags(`<p class="meta">`)
	if !r.Published.IsZero() {
		at := r.Published.In(article.London)
		m.time(article.At(at).String(), at.Format("15:04"))
		m.tags(" ")
	}
	m.tags(`<span class="source">`)
	m.text(typeset.Source(r))
	m.tags(`</span> <span class="kind">`)
	m.text(typeset.Kind(r.Kind))
	m.tags(`</span>`)
	m.wrapped(` <span class="changed">Changed `, changed(r), `</span>`)
	m.wrapped(` <span class="gone">`, typeset.Removed(r.Status), `</span>`)
	m.tags("</p>\n</li>\n")
}

// changed says when a release came to its revision: "" for the first.
func changed(r *article.Record) string {
	if r.Revision < 2 || r.LastChanged.IsZero() {
		return ""
	}
	return r.LastChanged.In(article.London).Format(shortLayout)
}

// head is a release on its page, from which root leads to the folder of the site, up to
// the place of superseded.
func (m *markup) head(r *article.Record, root string) {
	m.tags("<article class=\"release\">\n<header>\n<p class=\"kicker\">")
	m.link(root, forcePath(cmp.Or(r.Site, "unknown")), typeset.Source(r))
	m.tags("\n<span class=\"kind\">")
	m.text(typeset.Kind(r.Kind))
	m.tags("</span></p>\n<h1>")
	m.text(typeset.Title(r))
	m.tags("</h1>\n<p class=\"dateline\">")
	at := ""
	if !r.Published.IsZero() {
		at = article.At(r.Published.In(article.London)).String()
	}
	m.time(at, published(r))
	m.tags("</p>")
	m.wrapped("\n<p class=\"notice\">", typeset.Removed(r.Status), "</p>")
}

// article is what follows there, up to the place of the revisions.
func (m *markup) article(r *article.Record, root string) {
	m.tags("\n</header>\n<div class=\"body\">\n", string(typeset.Style{Speakers: true}.Body(r)), "</div>\n")
	m.facts(r, root)
}

// facts says where a release comes from and what was found in it.
func (m *markup) facts(r *article.Record, root string) {
	m.tags("<section class=\"facts\">\n<h2>Where this comes from</h2>\n<dl>\n<dt>Source</dt><dd>")
	m.text(typeset.Source(r))
	m.tags("</dd>\n<dt>Address</dt><dd>")
	m.webLink(typeset.Address(r.URL), typeset.Line(r.URL))
	m.tags("</dd>")
	m.wrapped("\n<dt>Dateline</dt><dd>", typeset.Line(r.PublishedText), ", as printed</dd>")
	m.wrapped("\n<dt>Captured</dt><dd>", captured(r), "</dd>")
	m.wrapped("\n<dt>Changed</dt><dd>", changed(r), "</dd>")

	var about, references, phones, emails, amounts []siteFact
	for _, t := range r.Topics {
		if t.ID != "" {
			about = append(about, siteFact{typeset.Topic(t.ID), topicPath(t.ID), typeset.Line(strings.Join(t.Evidence, ", "))})
		}
	}
	once := func(list []siteFact, name, words string) []siteFact {
		f := siteFact{name: typeset.Line(name), words: typeset.Line(words)}
		if slices.Contains(list, f) {
			return list
		}
		return append(list, f)
	}
	for _, f := range r.References {
		references = once(references, f.Text, f.Kind)
	}
	for _, f := range r.Phones {
		phones = once(phones, f.Text, "")
	}
	for _, f := range r.Emails {
		emails = once(emails, f.Text, "")
	}
	for _, f := range r.Amounts {
		amounts = once(amounts, f.Text, "")
	}
	m.list("About", root, about)
	m.list("References", root, references)
	m.list("Telephones", root, phones)
	m.list("E-mail", root, emails)
	m.list("Sums", root, amounts)

	cite := typeset.Cite(r)
	m.tags("\n<dt>To cite it</dt><dd>")
	m.text(cite.Before + "‘" + cite.Title + "’" + cite.After)
	m.tags("</dd>\n<dt>Page</dt><dd class=\"hash\">SHA-256 ")
	m.text(typeset.Line(r.Capture.SHA256))
	m.tags("</dd>\n</dl>\n</section>")
}

// A siteFact is something that was found in a release.
type siteFact struct{ name, path, words string }

func (m *markup) list(name, root string, facts []siteFact) {
	if len(facts) == 0 {
		return
	}
	m.tags("\n<dt>", name, "</dt><dd><ul>")
	for _, f := range facts {
		m.tags("<li")
		if f.words != "" {
			m.tags(` class="told"`)
		}
		m.tags(">")
		if f.path != "" {
			m.link(root, f.path, f.name)
		} else {
			m.text(f.name)
		}
		m.wrapped(` <span class="words">`, f.words, "</span>")
		m.tags("</li>")
	}
	m.tags("</ul></dd>")
}

// superseded is a notice on the page of a revision that there is a newer one.
func superseded(group []*siteRelease, this int) []byte {
	if this == len(group)-1 {
		return nil
	}
	m := markup{new(bytes.Buffer)}
	m.tags("\n<p class=\"notice\">An earlier revision. ")
	m.link(rootOf(group[this].page.path), group[len(group)-1].page.path, "Read the newest")
	m.tags("</p>")
	return m.Bytes()
}

// revisionsOf leads from one of the revisions of a release to the others.
func revisionsOf(group []*siteRelease, this int) []byte {
	if len(group) == 1 {
		return nil
	}
	m := markup{new(bytes.Buffer)}
	m.tags("\n<section class=\"more\">\n<h2>Revisions</h2>\n<ol>")
	for i, s := range slices.Backward(group) {
		m.tags("\n<li>")
		if name := fmt.Sprintf("Revision %d", s.place.revision); i == this {
			m.text(name + ", this page")
		} else {
			m.link(rootOf(group[this].page.path), s.page.path, name)
		}
		m.wrapped(` <span class="elsewhere">`, s.seen, "</span>")
		m.tags("</li>")
	}
	m.tags("\n</ol>\n</section>")
	return m.Bytes()
}

// dayName is a day, as sitePage has it, for people.
func dayName(date string) string {
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return "Time unknown"
	}
	return at.Format(dayLayout)
}
