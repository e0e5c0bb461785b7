package export

import (
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
	item          string // markup: on a list, from behind its path
}

// A siteStory is what is on the page of a release, but for what follows from other
// releases.
type siteStory struct {
	head      string // markup: the article up to the notice that there is a newer revision
	notice    string // markup; "" for the newest
	article   string // markup: the rest of it
	revisions string // markup: links to the release's others; "" if it has none
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
	place *place
	seen  string // when the revision was, for people
	url   string
	page  sitePage
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
	s.title, s.source, s.item = typeset.Title(r), typeset.Source(r), itemOf(r)
	s.head, s.article = articleOf(r, rootOf(s.path()))
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
	if s.page.entry, err = e.spool.add(joined(s.title, s.source, s.item)); err != nil {
		return err
	}
	story := []string{s.head, s.notice, s.article, s.revisions}
	for _, r := range s.related {
		story = append(story, r.id, r.name, r.address)
	}
	s.page.story, err = e.spool.add(joined(story...))
	return err
}

func (e *site) entry(page int) (siteEntry, error) {
	data, err := e.spool.read(e.pages[page].entry)
	if err != nil {
		return siteEntry{}, err
	}
	t := separated(data)
	return siteEntry{t[0], t[1], t[2]}, nil
}

func (e *site) story(page int) (siteStory, error) {
	data, err := e.spool.read(e.pages[page].story)
	if err != nil {
		return siteStory{}, err
	}
	t := separated(data)
	s := siteStory{head: t[0], notice: t[1], article: t[2], revisions: t[3]}
	for t = t[4:]; len(t) > 0; t = t[3:] {
		s.related = append(s.related, siteRelated{t[0], t[1], t[2]})
	}
	return s, nil
}

// joined makes one of several texts, of which separated makes the texts again.
func joined(texts ...string) []byte {
	size := 0
	for _, s := range texts {
		size += binary.MaxVarintLen32 + len(s)
	}
	data := make([]byte, 0, size)
	for _, s := range texts {
		data = append(binary.AppendUvarint(data, uint64(len(s))), s...)
	}
	return data
}

func separated(data []byte) (texts []string) {
	all := string(data)
	for at := 0; at < len(all); {
		n, width := binary.Uvarint(data[at:])
		end := at + width + int(n)
		texts = append(texts, all[at+width:end])
		at = end
	}
	return texts
}

func (e *site) Close(error) error {
	// What is still being made reads the spool. What fails is told when the folder is
	// settled.
	_ = e.dir.wait()
	return e.spool.close()
}

// rootOf leads from a page to the folder of the site.
func rootOf(name string) string { return strings.Repeat("../", strings.Count(name, "/")) }
