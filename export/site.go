package export

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
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

	scratch []byte

	pages  []sitePage
	byID   map[string]int // the page of a release; the newest of its revisions
	taken  map[string]bool
	group  []*siteRelease // the revisions so far of the release in hand
	all    whole
	latest time.Time // when the last of the pages was captured
}

// A sitePage is a page of a release, as memory holds it.
type sitePage struct {
	path   string
	entry  stretch // a siteEntry
	story  stretch // a siteStory
	site   string
	date   string // "2024-08-01"; "" without a time
	topics []string
	older  bool // not the newest of the release's revisions: on no list
}

// month is that of publication, "2024-08"; "" without a time.
func (p *sitePage) month() string { return p.date[:min(len(p.date), len("2006-01"))] }

// A siteEntry is what other pages say of a release.
type siteEntry struct {
	title, source string
	item          []byte // markup: on a list, from behind its path
}

// A siteStory is what is on the page of a release, but for what follows from other
// releases.
type siteStory struct {
	head      []byte // markup: the article up to the notice that there is a newer revision
	notice    []byte // markup; empty for the newest
	article   []byte // markup: the rest of it
	revisions []byte // markup: links to the release's others; empty if it has none
	related   []siteRelated
}

// siteRelated is another story on the page of a release.
type siteRelated struct {
	id      string
	name    string
	address string // "" if it can have no link
}

// A siteRelease is a release whose path is not known yet.
type siteRelease struct {
	siteEntry
	siteStory
	markup *bytes.Buffer // that holds theirs
	place  *place
	seen   string // when the revision was, for people
	url    string
	page   sitePage
}

func newSite(t target, _ Options) (Encoder, error) {
	return &site{dir: t.folder, of: owner{whole: t.whole}, byID: map[string]int{}, taken: map[string]bool{}}, nil
}

func (e *site) Encode(r *article.Record) error { return beginAndEnd(e, r) }

func (e *site) begin(r *article.Record) (func() error, error) {
	s := &siteRelease{url: r.URL, place: newPlace(r, ".html")}
	s.place.level = 1
	if !r.LastChanged.IsZero() {
		s.seen = r.LastChanged.In(article.London).Format("seen " + shortLayout)
	}
	s.page.site = cmp.Or(r.Site, "unknown")
	if !r.Published.IsZero() {
		s.page.date = r.Published.In(article.London).Format(time.DateOnly)
	}
	for _, t := range r.Topics {
		if !slices.Contains(s.page.topics, t.ID) && t.ID != "" {
			s.page.topics = append(s.page.topics, t.ID)
		}
	}
	s.title, s.source, s.markup = typeset.Title(r), typeset.Source(r), lend()
	m, root := markup{s.markup}, rootOf(s.path())
	m.head(r, root)
	head := m.Len()
	m.article(r, root)
	rest := m.Len()
	m.item(r)
	all := m.Bytes()
	s.head, s.article, s.item = all[:head], all[head:rest], all[rest:]
	for _, h := range r.Related {
		if name := cmp.Or(typeset.Line(h.Title), typeset.Line(h.URL)); name != "" {
			s.related = append(s.related, siteRelated{article.ID(h.URL), name, typeset.Address(h.URL)})
		}
	}
	return func() error { return e.add(s, r) }, nil
}

func (s *siteRelease) path() string { return "releases/" + s.place.name(".html") }

func (e *site) add(s *siteRelease, r *article.Record) error {
	if len(e.group) > 0 && e.group[0].place.id != s.place.id {
		if err := e.settle(); err != nil {
			return err
		}
	}
	e.group = append(e.group, s)
	if fetched := r.Capture.Fetched; fetched.After(e.latest) {
		e.latest = fetched.Time
	}
	e.all.add(r)
	return nil
}

// settle writes the revisions of the release in hand to the spool. The last is
// the newest: it alone is on the lists, and its page has the plain name.
func (e *site) settle() error {
	group := e.group
	e.group = nil
	for i, s := range group {
		if i < len(group)-1 {
			s.page.older = true
			s.place.level = 2
		}
		for ; e.taken[nameKey(s.place.name(".html"))]; s.place.level++ {
			if s.place.level == maxLevel {
				return fmt.Errorf("revision %d of %s comes twice", s.place.revision, s.url)
			}
		}
		e.taken[nameKey(s.place.name(".html"))] = true
		s.page.path = s.path()
	}
	for i, s := range group {
		s.revisions = revisionsOf(group, i)
		s.notice = superseded(group, i)
		if err := e.keep(s); err != nil {
			return err
		}
		if !s.page.older {
			e.byID[s.place.id] = len(e.pages)
		}
		e.pages = append(e.pages, s.page)
	}
	return nil
}

// keep puts a release into the spool.
func (e *site) keep(s *siteRelease) (err error) {
	defer giveBack(s.markup)
	t := texts(e.scratch[:0])
	t.add([]byte(s.title), []byte(s.source), s.item)
	if s.page.entry, err = e.spool.add(t); err != nil {
		return err
	}
	t = t[:0]
	t.add(s.head, s.notice, s.article, s.revisions)
	for _, r := range s.related {
		t.add([]byte(r.id), []byte(r.name), []byte(r.address))
	}
	s.page.story, err = e.spool.add(t)
	e.scratch = t
	return err
}

// entrySize is what most entries have room in.
const entrySize = 2 << 10

// entry returns what pages say of one, in data if there is room.
func (e *site) entry(page int, data []byte) (siteEntry, error) {
	data, err := e.spool.read(e.pages[page].entry, data)
	t := texts(data)
	if err != nil {
		return siteEntry{}, err
	}
	return siteEntry{string(t.next()), string(t.next()), t.next()}, nil
}

// story returns what is on a page, in data if there is room.
func (e *site) story(page int, data []byte) (siteStory, error) {
	data, err := e.spool.read(e.pages[page].story, data)
	t := texts(data)
	if err != nil {
		return siteStory{}, err
	}
	s := siteStory{head: t.next(), notice: t.next(), article: t.next(), revisions: t.next()}
	for len(t) > 0 {
		s.related = append(s.related, siteRelated{string(t.next()), string(t.next()), string(t.next())})
	}
	return s, nil
}

// texts are several, each behind its length.
type texts []byte

func (t *texts) add(all ...[]byte) {
	for _, s := range all {
		*t = append(binary.AppendUvarint(*t, uint64(len(s))), s...)
	}
}

// next takes the first away.
func (t *texts) next() []byte {
	n, width := binary.Uvarint(*t)
	end := width + int(n)
	first := (*t)[width:end:end]
	*t = (*t)[end:]
	return first
}

func (e *site) Close(error) error {
	// What is still being made reads the spool. What fails is told when the folder is
	// settled.
	_ = e.dir.wait()
	return e.spool.close()
}

// rootOf leads from a page to the folder of the site.
func rootOf(name string) string { return strings.Repeat("../", strings.Count(name, "/")) }
