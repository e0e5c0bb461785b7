package watch_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/watch"
)

// An archive of the tests, in memory: the revisions of each release, oldest first.
type memory struct {
	releases map[string][]*article.Record
	fails    error
}

func newMemory() *memory { return &memory{releases: map[string][]*article.Record{}} }

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, article.London)

// save keeps a release, or a new revision of one.
func (m *memory) save(at time.Time, slug, title string) *article.Record {
	url := "https://www.mereshire.police.test/news/" + slug + "/"
	r := &article.Record{URL: url, Site: "mereshire", Status: article.StatusLive, Kind: article.KindAppeal, Title: title, FirstSeen: article.At(at), Revision: 1}
	r.Fill()
	r.Published = article.At(at.Add(-time.Hour))
	if old := m.releases[r.ID]; len(old) > 0 {
		r.FirstSeen, r.Published, r.Revision = old[0].FirstSeen, old[0].Published, len(old)+1
	}
	r.LastSeen, r.LastChanged = article.At(at), article.At(at)
	m.releases[r.ID] = append(m.releases[r.ID], r)
	return r
}

// turn is a change of what a page is.
func (m *memory) turn(at time.Time, slug string, status article.Status) {
	list := m.releases[article.ID("https://www.mereshire.police.test/news/"+slug+"/")]
	newest := *list[len(list)-1]
	newest.Status, newest.StatusSince = status, article.At(at)
	list[len(list)-1] = &newest
}

func (m *memory) suppress(slug string) {
	delete(m.releases, article.ID("https://www.mereshire.police.test/news/"+slug+"/"))
}

func (m *memory) IDs(_ context.Context, q watch.Query) ([]string, error) {
	if m.fails != nil {
		return nil, m.fails
	}
	words, changes := strings.CutSuffix(q.Words, "has:changes")
	words, either := strings.CutSuffix(words, "(has:changes OR status:missing,gone)")
	f := q.Filter
	f.Query = strings.Trim(words, "() ")
	var found []*article.Record
	for _, list := range m.releases {
		r := list[len(list)-1]
		if !f.Match(r) || changes && r.Revision == 1 || either && r.Revision == 1 && r.Status == article.StatusLive {
			continue
		}
		found = append(found, r)
	}
	slices.SortFunc(found, func(a, b *article.Record) int { return b.Published.Compare(a.Published.Time) })
	var ids []string
	for i, r := range found {
		if q.Limit == 0 || i < q.Limit {
			ids = append(ids, r.ID)
		}
	}
	return ids, nil
}

func (m *memory) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for _, id := range ids {
			if list := m.releases[id]; len(list) > 0 && !yield(list[len(list)-1], nil) {
				return
			}
		}
	}
}

func (m *memory) Revisions(id string) ([]*article.Record, error) {
	if len(m.releases[id]) == 0 {
		return nil, article.ErrNotFound
	}
	return m.releases[id], nil
}

func (m *memory) Absence(id string) (time.Time, string, error) {
	list := m.releases[id]
	if len(list) == 0 {
		return time.Time{}, "", article.ErrNotFound
	}
	return list[len(list)-1].StatusSince.Time, "HTTP status 404 Not Found", nil
}

// told is entries in a line: what, and of which release.
func told(entries []watch.Entry) string {
	var list []string
	for _, e := range entries {
		slug := strings.Split(e.Record.URL, "/")[4]
		list = append(list, fmt.Sprintf("%s:%s%d", e.What, slug, e.Record.Revision))
	}
	return strings.Join(list, " ")
}
