package search

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"archiver/article"
)

// Quotations is what a query finds of what was said.
type Quotations struct {
	Total   int // of all hits
	Hits    []Quotation
	Counts  *Counts // of quotations, if they were asked for
	Suggest string  // as of Results
}

// A Quotation is one turn of somebody, and where it stands.
type Quotation struct {
	Quotation string         `json:"quotation"` // the words, paragraphs with a blank line between
	Marks     []Span         `json:"marks"`     // the words of the query in them
	Speaker   string         `json:"speaker"`
	Role      string         `json:"role"`
	Unit      string         `json:"unit"`
	Cue       string         `json:"cue"`
	Block     int            `json:"block"`
	Spans     []article.Span `json:"spans"` // in the release's blocks
	ID        string         `json:"id"`    // of the release
	URL       string         `json:"url"`
	Site      string         `json:"site"`
	Force     string         `json:"force"`
	Status    article.Status `json:"status"`
	Title     string         `json:"title"`
	Published article.Time   `json:"published,omitzero"`
	Kind      article.Kind   `json:"kind"`
	Score     float64        `json:"score"`
}

// Quotes finds quotations: words are looked for in what was said, fields and
// filters as by [Index.Search], but speaker, role and unit are those of the quotation.
func (ix *Index) Quotes(ctx context.Context, q Query) (*Quotations, error) {
	tree, err := q.parse(true)
	if err != nil {
		return nil, err
	}
	var results *Quotations
	err = ix.guarded(ctx, func(v *view) error {
		found, err := v.find(ofQuotations, tree, q.Filter)
		if err != nil {
			return err
		}
		results = &Quotations{Total: found.total, Hits: []Quotation{}}
		m := newMarker(tree)
		for _, r := range found.top(q) {
			hit, err := v.quotation(r, m)
			if err != nil {
				return err
			}
			results.Hits = append(results.Hits, hit)
		}
		if q.Counts {
			if results.Counts, err = v.counts(found); err != nil {
				return err
			}
		}
		if found.total == 0 {
			results.Suggest, err = v.suggest(q, ofQuotations, found.finder.terms)
		}
		return err
	})
	return results, err
}

func (v *view) quotation(r ranked, m *marker) (Quotation, error) {
	d, err := readDocument(v.tx, r.row.release)
	if err != nil {
		return Quotation{}, err
	}
	if r.row.ordinal >= len(d.Quotes) {
		return Quotation{}, errDamaged
	}
	q := d.Quotes[r.row.ordinal]
	hit := Quotation{
		Quotation: q.Text, Marks: m.marks(q.Text, false), Speaker: q.Speaker, Role: q.Role, Unit: q.Unit, Cue: q.Cue,
		Block: q.Block, Spans: q.Spans, ID: d.ID, URL: d.URL, Site: d.Site, Force: d.Force, Status: d.Status,
		Title: d.Title, Published: d.Published, Kind: d.Kind, Score: math.Round(float64(r.score)*100) / 100,
	}
	if hit.Spans == nil {
		hit.Spans = []article.Span{}
	}
	return hit, nil
}

// Speakers counts what a query for quotations finds, by who said it; the most quoted
// first, or by ByDate who was quoted last. It returns how many there are in all, those
// without a name as one.
func (ix *Index) Speakers(ctx context.Context, q Query) (list []SpeakerCount, total int, err error) {
	tree, err := q.parse(true)
	if err != nil {
		return nil, 0, err
	}
	err = ix.guarded(ctx, func(v *view) error {
		found, err := v.find(ofQuotations, tree, q.Filter)
		if err != nil {
			return err
		}
		list, total, err = v.speakers(found, q)
		return err
	})
	return list, total, err
}

// A tally is what is counted of one speaker.
type tally struct {
	number      int
	quotations  int
	releases    map[int]bool
	sites       map[string]bool
	first, last int64
	newest      row
}

func (v *view) speakers(f *found, q Query) ([]SpeakerCount, int, error) {
	sites, err := v.sitesOf(f.finder.s)
	if err != nil {
		return nil, 0, err
	}
	tallies := map[int]*tally{}
	for i := range f.chunks {
		c := f.finder.s.chunks[i]
		each(&f.chunks[i].set, func(j int) {
			r := c.row(j)
			t := tallies[r.speaker]
			if t == nil {
				t = &tally{number: r.speaker, releases: map[int]bool{}, sites: map[string]bool{}, first: noTime, last: noTime}
				tallies[r.speaker] = t
			}
			t.quotations++
			t.releases[r.release] = true
			t.sites[sites[i*chunkSize+j]] = true
			if r.published != noTime && (t.first == noTime || r.published < t.first) {
				t.first = r.published
			}
			if t.quotations == 1 || r.published > t.last {
				t.last, t.newest = r.published, r
			}
		})
	}
	all := slices.SortedFunc(maps.Values(tallies), func(a, b *tally) int {
		if q.Sort == ByDate {
			return cmp.Or(cmp.Compare(b.last, a.last), cmp.Compare(b.quotations, a.quotations), cmp.Compare(a.newest.id, b.newest.id), cmp.Compare(a.newest.ordinal, b.newest.ordinal))
		}
		return cmp.Or(cmp.Compare(b.quotations, a.quotations), cmp.Compare(b.last, a.last), cmp.Compare(a.newest.id, b.newest.id), cmp.Compare(a.newest.ordinal, b.newest.ordinal))
	})
	limit := q.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	from := min(max(q.Offset, 0), len(all))
	to := len(all)
	if limit > 0 {
		to = min(to, from+limit)
	}
	list := []SpeakerCount{}
	for _, t := range all[from:to] {
		s := SpeakerCount{Quotations: t.quotations, Releases: len(t.releases), Sites: slices.Sorted(maps.Keys(t.sites)), First: moment(t.first), Last: moment(t.last)}
		if t.number != 0 {
			d, err := readDocument(v.tx, t.newest.release)
			if err != nil {
				return nil, 0, err
			}
			if t.newest.ordinal >= len(d.Quotes) {
				return nil, 0, errDamaged
			}
			said := d.Quotes[t.newest.ordinal]
			s.Speaker, s.Role, s.Unit = said.Speaker, said.Role, said.Unit
		}
		list = append(list, s)
	}
	return list, len(all), nil
}

func moment(seconds int64) article.Time {
	if seconds == noTime {
		return article.Time{}
	}
	return article.At(time.Unix(seconds, 0))
}

// sitesOf returns the site of each document of a space.
func (v *view) sitesOf(s *space) ([]string, error) {
	sets, err := v.values(s)
	if err != nil {
		return nil, err
	}
	sites := make([]string, len(s.chunks)*chunkSize)
	for _, have := range sets {
		if have.kind != termSite {
			continue
		}
		for i, set := range have.chunks {
			if set != nil {
				each(set, func(j int) { sites[i*chunkSize+j] = have.value })
			}
		}
	}
	return sites, nil
}
