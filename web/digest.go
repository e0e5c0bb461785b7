package web

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unique"

	"archiver/article"
	"archiver/revision"
)

// A digest is what the pages that count the whole archive need of each release: some
// hundred bytes. It follows the archive by reading only what has changed since.
type digest struct {
	following follower
	archive   Archive

	comparing sync.Mutex // held by who compares revisions
	forces    sync.Map   // the names of sites, as their releases have them

	// outlines are written by the follower alone, which takes mu for that; others take it
	// to read.
	mu       sync.Mutex
	outlines map[string]*outline
	list     []*outline          // all of them, in no order
	changes  map[string][]change // of the releases that changed last
}

// An outline is what is remembered of a release.
type outline struct {
	id                                 string
	hash                               uint64
	site                               string
	kind                               article.Kind
	status                             article.Status
	published, first, changed, stateAt article.Time
	revision                           int
	topics                             []article.Topic // without their evidence
	speakers                           []string        // one for each quotation
}

// batch is how many releases are read between two looks at whether to go on.
const batch = 500

// follow makes ready to follow the archive.
func (d *digest) follow() {
	d.outlines, d.changes = map[string]*outline{}, map[string][]change{}
	d.following.update, d.following.fault = d.read, "the archive cannot be counted"
}

// read reads what has changed since. What was read stays when ctx ends it.
func (d *digest) read(ctx context.Context) error {
	there := map[string]bool{}
	hashes := map[string]uint64{}
	var stale []string
	for mark, err := range d.archive.Marks() {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		there[mark.ID] = true
		if known := d.outlines[mark.ID]; known == nil || known.hash != mark.Hash {
			stale = append(stale, mark.ID)
			hashes[mark.ID] = mark.Hash
		}
	}
	var left []string
	for id := range d.outlines {
		if !there[id] {
			left = append(left, id)
		}
	}
	d.take(nil, left)
	for ids := range slices.Chunk(stale, batch) {
		var read []*outline
		left := map[string]bool{} // since
		for _, id := range ids {
			left[id] = true
		}
		for r, err := range d.archive.RecordsOf(ids...) {
			if err = cmp.Or(err, ctx.Err()); err != nil {
				return err
			}
			read = append(read, newOutline(r, hashes[r.ID]))
			if r.Force != "" {
				d.forces.Store(r.Site, r.Force)
			}
			delete(left, r.ID)
		}
		d.take(read, slices.Collect(maps.Keys(left)))
	}
	list := slices.Collect(maps.Values(d.outlines))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = list
	return nil
}

// take takes in what was read of releases, and leaves out those that have left.
func (d *digest) take(read []*outline, left []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, o := range read {
		d.outlines[o.id] = o
		delete(d.changes, o.id)
	}
	for _, id := range left {
		delete(d.outlines, id)
		delete(d.changes, id)
	}
}

func newOutline(r *article.Record, hash uint64) *outline {
	same := func(s string) string { return unique.Make(s).Value() }
	o := &outline{
		id: r.ID, hash: hash, site: same(r.Site), kind: article.Kind(same(string(r.Kind))), status: r.Status,
		published: r.Published, first: r.FirstSeen, changed: r.LastChanged, stateAt: r.StatusSince, revision: r.Revision,
	}
	for _, t := range r.Topics {
		o.topics = append(o.topics, article.Topic{ID: same(t.ID)})
	}
	for _, q := range r.Quotes {
		o.speakers = append(o.speakers, same(q.Speaker))
	}
	return o
}

// all returns the outlines of the archive as it is. They are not to be changed.
func (d *digest) all(ctx context.Context) ([]*outline, error) {
	if ready, err := d.following.ready(ctx, answerTimeout); err != nil {
		return nil, err
	} else if !ready {
		return nil, context.DeadlineExceeded
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.list, nil
}

// force is the name of a site, "" if no release that was read so far has one.
func (d *digest) force(site string) string {
	name, _ := d.forces.Load(site)
	force, _ := name.(string)
	return force
}

// state says whether the names of sites are known yet.
func (d *digest) state() string {
	known := 0
	for range d.forces.Range {
		known++
	}
	return fmt.Sprint(" ", known)
}

// record makes of an outline as much of its record as it tells, in r.
func (o *outline) record(r *article.Record) {
	quotes := r.Quotes[:0]
	for _, speaker := range o.speakers {
		quotes = append(quotes, article.Quote{Speaker: speaker})
	}
	*r = article.Record{
		ID: o.id, Site: o.site, Kind: o.kind, Status: o.status, Published: o.published, FirstSeen: o.first, LastChanged: o.changed,
		StatusSince: o.stateAt, Revision: o.revision, Topics: o.topics, Quotes: quotes,
	}
}

// A change is an edit of a release, or that its page was taken down.
type change struct {
	ID       string
	At       article.Time
	Revision int            // 0 where the page was taken down
	Class    revision.Class // of an edit
	Status   article.Status // "" of an edit
	Fields   []string
	Removed  int // words
	Added    int
}

// weight sorts the changes of a day: what matters most comes first.
func (c change) weight() int {
	if c.Status != "" {
		return len(revision.Classes)
	}
	return slices.Index(revision.Classes, c.Class)
}

// mostChanges is how many releases, those that changed last, changes tells of.
const mostChanges = 1000

// recent returns the latest edits and withdrawals of the releases that a filter
// selects, newest day first and within a day what matters most.
func (d *digest) recent(ctx context.Context, f *article.Filter) ([]change, error) {
	all, err := d.all(ctx)
	if err != nil {
		return nil, err
	}
	var edited []*outline
	var list []change
	var r article.Record
	for _, o := range all {
		o.record(&r)
		if !f.Match(&r) {
			continue
		}
		if o.revision > 1 {
			edited = append(edited, o)
		}
		if o.status != article.StatusLive && !o.stateAt.IsZero() {
			list = append(list, change{ID: o.id, At: o.stateAt, Status: o.status})
		}
	}
	slices.SortFunc(edited, func(a, b *outline) int {
		return cmp.Or(b.changed.Compare(a.changed.Time), strings.Compare(a.id, b.id))
	})
	d.comparing.Lock()
	defer d.comparing.Unlock()
	for _, o := range edited[:min(len(edited), mostChanges)] {
		edits, err := d.edits(ctx, o)
		if err != nil {
			return nil, err
		}
		list = append(list, edits...)
	}
	slices.SortFunc(list, func(a, b change) int {
		return cmp.Or(strings.Compare(dayKey(b.At), dayKey(a.At)), b.weight()-a.weight(), b.At.Compare(a.At.Time), strings.Compare(a.ID, b.ID), b.Revision-a.Revision)
	})
	return list, nil
}

func dayKey(t article.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(article.London).Format("2006-01-02")
}

// edits returns what each revision of a release changed.
func (d *digest) edits(ctx context.Context, o *outline) ([]change, error) {
	d.mu.Lock()
	known, ok := d.changes[o.id]
	d.mu.Unlock()
	if ok {
		return known, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	revisions, err := d.archive.Revisions(o.id)
	if err != nil {
		if isGone(err) {
			return nil, nil
		}
		return nil, err
	}
	edits := []change{}
	for i := 1; i < len(revisions); i++ {
		older, newer := revisions[i-1], revisions[i]
		difference := revision.Compare(older, newer)
		edits = append(edits, change{
			ID: newer.ID, At: newer.LastChanged, Revision: newer.Revision, Class: difference.Class, Fields: difference.Fields(),
			Removed: difference.Removed, Added: difference.Added,
		})
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.outlines[o.id] == o { // it is still as it was
		d.changes[o.id] = edits
	}
	return edits, nil
}
