package export

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/typeset"
)

// site makes a folder of linked pages that need nothing but a browser: all
// addresses within it are relative and name a file, no page asks another host for
// anything, and none has a script.
//
//	index.html, newest/2.html …        all releases, newest first
//	dates/, forces/, topics/           the same by month, by force, by topic
//	releases/SITE/YYYY/MM/SLUG-ID.html one page for each release
//	style.css
//
// A release is set when it comes. What stands around it (the stories of its page
// that are in the selection, its neighbours) is known when all have come: until
// then it waits in a spool, of which memory holds some 300 bytes a release.
// So an export that fails or is stopped while it reads has written nothing.
type site struct {
	dir   *folder
	of    owner
	spool spool

	pages  []sitePage
	byID   map[string]int // the page of a release; the newest of its revisions
	taken  map[string]bool
	group  []leaf // the revisions so far of the release in hand
	all    whole
	latest time.Time // when the last of the pages was captured
}

// A sitePage is a page of a release, as memory holds it.
type sitePage struct {
	path   string
	head   stretch // a leaf
	body   stretch // the part that was set
	site   string
	month  string // "2024-08"; "" without a time
	topics []string
	older  bool // not the newest of the release's revisions: on no list
}

// A leaf is a page of a release as the spool holds it, without what was set.
type leaf struct {
	Item      siteItem
	Related   []article.Headline
	Revisions []siteLink // of its release

	id       string
	revision int
	seen     string
	record   siteArticle
	page     sitePage
	place    *place
}

// A siteItem is a release on a list.
type siteItem struct {
	Path, Title, Lead, Source, Kind string
	Day, Date, Time, At             string // as people and programs read them
	Changed, Removed                string
}

// A siteLink leads somewhere: to a page of the site or to the web.
type siteLink struct{ Name, Path, Address, Words string }

// siteList is one thing that is said about a release, several times.
type siteList struct {
	Name   string
	Values []siteLink
}

// siteArticle is what the template of a release needs.
type siteArticle struct {
	siteItem
	Root, SourcePath, Superseded string
	Published, Printed, Captured string
	URL, Address, SHA256         string
	Body                         template.HTML
	Lists                        []siteList
	Cite                         typeset.Citation
}

//go:embed site/site.html
var siteFiles embed.FS

var siteTemplates = template.Must(template.ParseFS(siteFiles, "site/site.html"))

func newSite(t target, _ Options) (Encoder, error) {
	return &site{dir: t.folder, of: owner{whole: t.whole}, byID: map[string]int{}, taken: map[string]bool{}}, nil
}

func (e *site) Encode(r *article.Record) error {
	if len(e.group) > 0 && e.group[0].id != r.ID {
		if err := e.settle(); err != nil {
			return err
		}
	}
	l := leaf{Item: itemOf(r), Related: r.Related, id: r.ID, revision: r.Revision, place: newPlace(r, ".html")}
	l.place.level = 1
	if !r.LastChanged.IsZero() {
		l.seen = r.LastChanged.In(article.London).Format("seen " + shortLayout)
	}
	l.page.site, l.page.month = cmp.Or(r.Site, "unknown"), monthOf(r)
	for _, t := range r.Topics {
		if !slices.Contains(l.page.topics, t.ID) && t.ID != "" {
			l.page.topics = append(l.page.topics, t.ID)
		}
	}
	l.record = articleOf(r, l.Item)
	l.record.Body = typeset.Style{Speakers: true}.Body(r)
	e.group = append(e.group, l)
	if fetched := r.Capture.Fetched; fetched.After(e.latest) {
		e.latest = fetched.Time
	}
	e.all.add(r)
	return nil
}

func monthOf(r *article.Record) string {
	if r.Published.IsZero() {
		return ""
	}
	return r.Published.In(article.London).Format("2006-01")
}

func itemOf(r *article.Record) siteItem {
	i := siteItem{
		Title: typeset.Title(r), Lead: typeset.Snip(typeset.Line(r.Lead), 280), Source: typeset.Source(r), Kind: typeset.Kind(r.Kind), Removed: typeset.Removed(r.Status),
		Day: "Time unknown",
	}
	if !r.Published.IsZero() {
		at := r.Published.In(article.London)
		i.Day, i.Date, i.Time, i.At = at.Format(dayLayout), at.Format(time.DateOnly), at.Format("15:04"), article.At(at).String()
	}
	if r.Revision > 1 && !r.LastChanged.IsZero() {
		i.Changed = r.LastChanged.In(article.London).Format(shortLayout)
	}
	return i
}

func articleOf(r *article.Record, item siteItem) siteArticle {
	a := siteArticle{
		siteItem: item, SourcePath: forcePath(cmp.Or(r.Site, "unknown")), Published: published(r), Printed: typeset.Line(r.PublishedText), Captured: captured(r),
		URL: typeset.Line(r.URL), Address: typeset.Address(r.URL), SHA256: typeset.Line(r.Capture.SHA256), Cite: typeset.Cite(r),
	}
	list := func(name string, values []siteLink) {
		if len(values) > 0 {
			a.Lists = append(a.Lists, siteList{name, values})
		}
	}
	var about, references, phones, emails, amounts []siteLink
	once := func(values []siteLink, name, words string) []siteLink {
		l := siteLink{Name: typeset.Line(name), Words: typeset.Line(words)}
		if slices.Contains(values, l) {
			return values
		}
		return append(values, l)
	}
	for _, t := range r.Topics {
		if t.ID != "" {
			about = append(about, siteLink{Name: typeset.Topic(t.ID), Path: topicPath(t.ID), Words: typeset.Line(strings.Join(t.Evidence, ", "))})
		}
	}
	for _, m := range r.References {
		references = once(references, m.Text, m.Kind)
	}
	for _, m := range r.Phones {
		phones = once(phones, m.Text, "")
	}
	for _, m := range r.Emails {
		emails = once(emails, m.Text, "")
	}
	for _, m := range r.Amounts {
		amounts = once(amounts, m.Text, "")
	}
	list("About", about)
	list("References", references)
	list("Telephones", phones)
	list("E-mail", emails)
	list("Sums", amounts)
	return a
}

// settle writes the revisions of the release in hand to the spool. The last is
// the newest: it alone is on the lists, and its page has the plain name.
func (e *site) settle() error {
	if len(e.group) == 0 {
		return nil
	}
	group := e.group
	e.group = nil
	for i := range group {
		l := &group[i]
		if i < len(group)-1 {
			l.page.older = true
			l.place.level = 2
		}
		for ; e.taken[e.key(l)]; l.place.level++ {
			if l.place.level == maxLevel {
				return fmt.Errorf("revision %d of %s comes twice", l.revision, l.record.URL)
			}
		}
		e.taken[e.key(l)] = true
		l.page.path = "releases/" + l.place.name(".html")
		l.Item.Path = l.page.path
	}
	newest := group[len(group)-1].page.path
	for i := range group {
		l := &group[i]
		if len(group) > 1 {
			for j := range slices.Backward(group) {
				link := siteLink{Name: fmt.Sprintf("Revision %d", group[j].revision), Words: group[j].seen}
				if j != i {
					link.Path = group[j].page.path
				}
				l.Revisions = append(l.Revisions, link)
			}
		}
		l.record.Root = rootOf(l.page.path)
		if l.page.older {
			l.record.Superseded = newest
		}
		if err := e.keep(l); err != nil {
			return err
		}
	}
	return nil
}

func (e *site) key(l *leaf) string { return nameKey(l.place.name(".html")) }

// keep puts a page into the spool.
func (e *site) keep(l *leaf) error {
	head, err := json.Marshal(l)
	if err != nil {
		return err
	}
	var set bytes.Buffer
	if err := siteTemplates.ExecuteTemplate(&set, "article", l.record); err != nil {
		return err
	}
	if l.page.head, err = e.spool.add(head); err != nil {
		return err
	}
	if l.page.body, err = e.spool.add(set.Bytes()); err != nil {
		return err
	}
	if !l.page.older {
		e.byID[l.id] = len(e.pages)
	}
	e.pages = append(e.pages, l.page)
	return nil
}

func (e *site) leaf(page int) (l leaf, err error) {
	data, err := e.spool.read(e.pages[page].head)
	if err == nil {
		err = json.Unmarshal(data, &l)
	}
	return l, err
}

func (e *site) Close(error) error { return e.spool.close() }

// rootOf leads from a page to the folder of the site.
func rootOf(name string) string { return strings.Repeat("../", strings.Count(name, "/")) }
