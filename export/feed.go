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
// A feed in a file has no address of its own, hence no link to itself; that of an
// archive in a browser has.
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
	name    string // its title; "" for one made from its releases
	home    string // of the site that the releases are from
	archive string // the address of an archive in a browser, and of the feed there; or ""
	self    string
	updated time.Time
}

// A FeedEntry is what an entry of a feed tells. The zero value is that there is a
// release.
type FeedEntry struct {
	Label string    // stands before the title: "Changed"
	Key   string    // what the entry's id ends in: one for each that tells of the same release
	At    time.Time // when it happened; default: by the record
}

// tell puts what is told into the entry of a release.
func (e *feedEntry) tell(x FeedEntry) {
	if x.Label != "" {
		e.title = typeset.Line(x.Label) + ": " + e.title
	}
	if x.Key != "" {
		e.id, e.permanent = e.id+"#"+url.PathEscape(x.Key), false
	}
	if !x.At.IsZero() {
		e.updated = x.At
	}
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
	via                                    string // the page it comes from, where the link is another
	permanent                              bool   // the id is the link
	published, updated                     time.Time
	categories                             []string
}

func newFeed(t target, opts Options) (Encoder, error) {
	e := &feed{w: t.stream, opts: opts, form: rssForm{}, head: feedHead{name: opts.Title, archive: opts.Home, self: opts.Self}}
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
	entry := entryOf(r, e.opts.AllRevisions)
	if e.opts.Home != "" {
		entry.via, entry.link, entry.permanent = entry.link, e.opts.Home+"release/"+r.ID, false
	}
	if e.opts.Entry != nil {
		entry.tell(e.opts.Entry(r))
		if entry.updated.After(e.head.modified) {
			e.head.modified = entry.updated
		}
	}
	data, err := e.form.entry(entry)
	if err != nil {
		return err
	}
	p, err := e.spool.add(data)
	if r.Published.IsZero() && e.opts.Entry == nil {
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

// title is that of the feed.
func (h feedHead) title() string {
	if h.name != "" {
		return typeset.Line(h.name)
	}
	return h.whole.title()
}

// finished returns the head once all releases are known.
func (h feedHead) finished() feedHead {
	switch {
	case h.archive != "":
		h.home = h.archive
	case !h.single() || h.home == "":
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
	var data []byte
	for i, entry := range append(e.dated, e.others...)[:n] {
		var err error
		if data, err = e.spool.read(entry, data); err != nil {
			return err
		}
		if i > 0 {
			if _, err := io.WriteString(e.w, e.form.between()); err != nil {
				return err
			}
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
