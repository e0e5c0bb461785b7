package web

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"archiver/article"
	"archiver/copies"
)

// A kin keeps the index of copies. Another is made beside it once the archive has
// changed, and takes its place; the pages never wait. What it says is held against
// the archive, so it shows nothing that the archive does not.
type kin struct {
	open func(context.Context) (*copies.Index, error)

	mu         sync.Mutex
	index      *copies.Index // nil until the first is ready
	generation string
	began      time.Time
	busy       bool
}

// current returns the index, nil while there is none, and has it brought up to date.
func (k *kin) current(s *server) *copies.Index {
	if k.open == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	generation, err := s.Archive.Generation()
	if err == nil && generation != k.generation && !k.busy && s.Now().Sub(k.began) > fresh {
		k.busy, k.began = true, s.Now()
		s.background(func(ctx context.Context) { k.renew(ctx, s, generation) })
	}
	return k.index
}

// look makes the first index.
func (k *kin) look(ctx context.Context, s *server) {
	if k.open == nil {
		return
	}
	generation, err := s.Archive.Generation()
	if err != nil {
		return
	}
	k.mu.Lock()
	busy := k.busy
	k.busy, k.began = true, s.Now()
	k.mu.Unlock()
	if !busy {
		k.renew(ctx, s, generation)
	}
}

func (k *kin) renew(ctx context.Context, s *server, generation string) {
	index, err := k.open(ctx)
	if err != nil && ctx.Err() == nil {
		s.Log.Warn("copies cannot be looked for", "err", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.busy = false
	if err == nil {
		k.index, k.generation = index, generation
	}
}

// A relative is a release that belongs to another.
type relative struct {
	Relation  string         `json:"relation"` // copy, story
	ID        string         `json:"id"`
	URL       string         `json:"url"`
	Site      string         `json:"site"`
	Force     string         `json:"force"`
	Kind      article.Kind   `json:"kind"`
	Status    article.Status `json:"status"`
	Title     string         `json:"title"`
	Published article.Time   `json:"published,omitzero"`
	Band      copies.Band    `json:"band,omitempty"`
	Share     float64        `json:"share,omitempty"` // of the release that the copy has taken over
	Head      bool           `json:"head,omitempty"`  // the earliest of the copies
	Ties      []copies.Tie   `json:"ties,omitempty"`
}

// mostKin bounds the kin that a page shows.
const mostKin = 50

// of returns the copies of a release and the others of its story, by date. It is
// not ready while the first index is made.
func (k *kin) of(s *server, r *article.Record) (list []relative, ready bool, err error) {
	index := k.current(s)
	if index == nil {
		return nil, k.open == nil, nil
	}
	add := func(relation string, other *article.Record) *relative {
		list = append(list, relative{
			Relation: relation, ID: other.ID, URL: other.URL, Site: other.Site, Force: other.Force, Kind: other.Kind, Status: other.Status,
			Title: other.Title, Published: other.Published,
		})
		return &list[len(list)-1]
	}
	found, err := index.Copies(r, s.Kin, mostKin)
	if err != nil {
		return nil, true, err
	}
	for _, c := range found {
		one := add("copy", c.Record)
		one.Band, one.Share, one.Head = c.Likeness.Band, c.Likeness.Of[0], c.Head
	}
	story, err := index.Kin(r, s.Kin)
	if err != nil {
		return nil, true, err
	}
	for _, other := range story[:min(len(story), mostKin-len(list))] {
		add("story", other.Record).Ties = other.Ties
	}
	slices.SortStableFunc(list, func(a, b relative) int {
		return cmp.Or(cmp.Compare(b.Relation, a.Relation), a.Published.Compare(b.Published.Time))
	})
	return list, true, nil
}

// copiesOf is what a record carries of its copies.
func (k *kin) copiesOf(s *server, id string) *article.Copies {
	index := k.current(s)
	if index == nil {
		return nil
	}
	c := index.Of(id)
	if c == nil {
		return nil
	}
	for head, err := range s.Archive.RecordsOf(c.Head) {
		if err == nil && head.ID == c.Head {
			return c
		}
	}
	return nil // its head has left the archive since
}
