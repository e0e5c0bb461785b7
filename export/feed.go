package export

import (
	"io"
	"net/url"
	"slices"
	"strconv"
	"time"

	"archiver/article"
	"archiver/typeset"
)

// Feeds lists what a feed can be, the usual one first.
func Feeds() []string { return []string{"rss", "atom", "json"} }

// feed writes RSS 2.0, Atom or JSON Feed 1.1: all releases of the selection,
// newest first, or the newest of them. Records come oldest first and a feed tells
// at its top when it last changed, so the entries wait in a spool, sixteen bytes
// each in memory. A library for feeds (gorilla/feeds) would hold all of them,
// allows one category an entry, and makes up an id at random where none is.
//
// A feed in a file has no address of its own, hence no link to itself.
type feed struct {
	w      io.Writer
	opts   Options
	form   feedForm
	spool  spool
	dated  []stretch
	others []stretch // without a time of publication
	head   feedHead
}

// feedHead is what a feed says of itself.
type feedHead struct {
	whole
	home    string // of the site that the releases are from
	updated time.Time
}

// A feedForm writes one of the kinds of feed.
type feedForm interface {
	entry(e feedEntry) ([]byte, error)
	begin(w io.Writer, h feedHead) error
	between() string // entries
	end() string
}

// A feedEntry is a release.
type feedEntry struct {
	id, link, title, source, lead, content string
	permanent                              bool // the id is the link
	published, updated                     time.Time
	categories                             []string
}

func newFeed(t target, opts Options) (Encoder, error) {
	e := &feed{w: t.stream, opts: opts, form: rssForm{}}
	switch opts.Feed {
	case "atom":
		e.form = atomForm{}
	case "json":
		e.form = jsonForm{}
	}
	return e, nil
}

func (e *feed) Encode(r *article.Record) error {
	e.head.add(r)
	data, err := e.form.entry(entryOf(r, e.opts.AllRevisions))
	if err != nil {
		return err
	}
	p, err := e.spool.add(data)
	if r.Published.IsZero() {
		e.others = append(e.others, p)
	} else {
		e.dated = append(e.dated, p)
	}
	return err
}

func (h *feedHead) add(r *article.Record) {
	h.whole.add(r)
	if u, err := url.Parse(typeset.Address(r.URL)); err == nil && u.Host != "" && h.home == "" {
		h.home = u.Scheme + "://" + u.Host + "/"
	}
}

// finished returns the head once all releases are known.
func (h feedHead) finished() feedHead {
	if !h.single() || h.home == "" {
		h.home = "https://www.police.uk/" // a channel has to have one
	}
	h.updated = h.modified
	if h.updated.IsZero() {
		h.updated = time.Unix(0, 0)
	}
	return h
}

// entryOf makes an entry of a release. Its id is the address of the page, which
// is the release's as long as it is kept; where that is no address of the web, a
// name made from it. Of several revisions each needs one of its own.
func entryOf(r *article.Record, revisions bool) feedEntry {
	e := feedEntry{
		link: typeset.Address(r.URL), title: typeset.Title(r), source: typeset.Source(r), lead: typeset.Line(r.Lead),
		content: string(typeset.Style{}.Body(r)), updated: modified(r),
	}
	e.id, e.permanent = e.link, true
	if e.link == "" {
		e.id, e.permanent = "urn:uuid:"+uuid([]byte(r.URL)), false
	}
	if revisions {
		e.id, e.permanent = e.id+"#revision-"+strconv.Itoa(r.Revision), false
	}
	if !r.Published.IsZero() {
		e.published = r.Published.Time
	}
	if e.updated.IsZero() {
		e.updated = time.Unix(0, 0)
	}
	if r.Kind != "" {
		e.categories = append(e.categories, typeset.Line(string(r.Kind)))
	}
	for _, t := range r.Topics {
		if name := typeset.Line(t.ID); name != "" {
			e.categories = append(e.categories, name)
		}
	}
	return e
}

func (e *feed) Close(cause error) error {
	defer e.spool.close()
	if cause != nil {
		return nil
	}
	if err := e.form.begin(e.w, e.head.finished()); err != nil {
		return err
	}
	n := len(e.dated) + len(e.others)
	if e.opts.Newest > 0 {
		n = min(n, e.opts.Newest)
	}
	slices.Reverse(e.dated)
	for i, entry := range append(e.dated, e.others...)[:n] {
		data, err := e.spool.read(entry)
		if err != nil {
			return err
		}
		if i > 0 {
			data = append([]byte(e.form.between()), data...)
		}
		if _, err := e.w.Write(data); err != nil {
			return err
		}
	}
	_, err := io.WriteString(e.w, e.form.end())
	return err
}

// ukTime is how a feed says a time: with London's offset, as a record does.
func ukTime(t time.Time) string { return article.At(t).String() }
