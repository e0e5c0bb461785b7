package copies

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync/atomic"

	"archiver/article"

	"golang.org/x/sync/errgroup"
)

// An Index knows the copies among the records of an archive, as they were when it
// was last brought up to date. Between updates it can be used by several
// goroutines at once.
type Index struct {
	path       string
	generation string    // of the archive; "" for none
	sketches   []*sketch // in the order of older
	links      []link    // in the order of their pairs
	clusters   []Cluster
	place      map[string][2]int // id → cluster, member
	formulas   formulas
	unsaved    error
}

// Open opens the index that is kept in a file. One that is not there, is damaged,
// or was made by another version is empty, and the next update makes it anew.
func Open(path string) *Index {
	ix, err := readFile(path)
	if err != nil {
		ix = &Index{}
	}
	ix.path = path
	ix.cluster()
	return ix
}

// Update brings the index up to date with an archive: it reads the records that
// are new or have changed, forgets those that are not shown any more, and writes
// its file. While the archive's generation is the same there is nothing to do. The
// function, if there is one, is told how much of the work is done; it may be called
// by any goroutine, but not by two at once.
//
// Records that cannot be read are left out. A file that cannot be written is no
// error, but see [Index.Unsaved].
func (ix *Index) Update(ctx context.Context, archive Archive, progress func(done, total int)) error {
	generation, err := archive.Generation()
	if err != nil {
		return err
	}
	if generation == ix.generation && ix.generation != "" {
		return nil
	}
	w := work{ctx: ctx, archive: archive, progress: progress}
	sketches, err := w.sketch(ix.sketches)
	if err != nil {
		return err
	}
	slices.SortFunc(sketches, older)
	t := newTable(sketches, groups(sketches))
	links, err := w.lay(sketches, t, candidates(sketches, t), newCache(ix))
	if err != nil {
		return err
	}
	ix.generation, ix.sketches, ix.links, ix.formulas = generation, sketches, links, t.formulas
	ix.cluster()
	ix.unsaved = ix.save()
	return nil
}

// Unsaved returns why the last update could not write the index's file, nil if it
// could: the index is good, and the next one will have to be made again.
func (ix *Index) Unsaved() error { return ix.unsaved }

// cluster makes the clusters from the links.
func (ix *Index) cluster() {
	ix.clusters = newClusters(ix.sketches, ix.links)
	ix.place = map[string][2]int{}
	for n, c := range ix.clusters {
		for k, m := range c.Members {
			ix.place[m.ID] = [2]int{n, k}
		}
	}
}

// Clusters returns all clusters, ordered by when their heads came out.
func (ix *Index) Clusters() []Cluster { return ix.clusters }

// Cluster returns the cluster of a record, if it is in one.
func (ix *Index) Cluster(id string) (Cluster, bool) {
	at, ok := ix.place[id]
	if !ok {
		return Cluster{}, false
	}
	return ix.clusters[at[0]], true
}

// Of returns what a record carries of its copies, nil if it has none.
func (ix *Index) Of(id string) *article.Copies {
	at, ok := ix.place[id]
	if !ok {
		return nil
	}
	c := ix.clusters[at[0]]
	return c.Record(c.Members[at[1]])
}

// work is what an update does, over all processors.
type work struct {
	ctx      context.Context
	archive  Archive
	progress func(done, total int)

	done, total atomic.Int64
	report      chan struct{} // of one place: who holds it may call progress
}

// begin sets how much there is to do.
func (w *work) begin(n int) {
	w.done.Store(0)
	w.total.Store(int64(n))
	w.report = make(chan struct{}, 1)
}

func (w *work) did(n int) {
	done := w.done.Add(int64(n))
	if w.progress == nil {
		return
	}
	select {
	case w.report <- struct{}{}:
		w.progress(int(done), int(w.total.Load()))
		<-w.report
	default: // somebody else is telling
	}
}

// chunk is how many records or pairs a goroutine takes at a time.
const chunk = 128

// inChunks calls fn for 0 to n-1 in pieces, side by side.
func (w *work) inChunks(n int, fn func(from, to int) error) error {
	g, ctx := errgroup.WithContext(w.ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < n; from += chunk {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return fn(from, min(from+chunk, n))
		})
	}
	return errors.Join(g.Wait(), w.ctx.Err())
}

// sketch returns a sketch of every record that the archive shows: those that are
// as they were are kept.
func (w *work) sketch(old []*sketch) ([]*sketch, error) {
	known := make(map[[20]byte]*sketch, len(old))
	for _, s := range old {
		known[s.id] = s
	}
	var kept []*sketch
	var changed []Mark
	for mark, err := range w.archive.Marks() {
		if err != nil {
			return nil, err
		}
		if err := w.ctx.Err(); err != nil {
			return nil, err
		}
		id, ok := parseID(mark.ID)
		if !ok {
			continue
		}
		if s := known[id]; s != nil && s.mark == mark.Hash {
			kept = append(kept, s)
		} else {
			changed = append(changed, mark)
		}
	}
	made := make([]*sketch, len(changed))
	w.begin(len(changed))
	err := w.inChunks(len(changed), func(from, to int) error {
		ids := make([]string, 0, to-from)
		place := make(map[string]int, to-from)
		for i, mark := range changed[from:to] {
			ids = append(ids, mark.ID)
			place[mark.ID] = from + i
		}
		for r, err := range w.archive.RecordsOf(ids...) {
			if err != nil {
				continue // of this record alone; the next update tries again
			}
			if i, ok := place[r.ID]; ok {
				made[i] = newSketch(r, changed[i].Hash)
			}
		}
		w.did(to - from)
		return w.ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	for _, s := range made {
		if s != nil {
			kept = append(kept, s)
		}
	}
	return kept, nil
}

// A cache has the links of the index as it was.
type cache map[[2][20]byte]link

func newCache(ix *Index) cache {
	c := make(cache, len(ix.links))
	for _, l := range ix.links {
		c[[2][20]byte{ix.sketches[l.a].id, ix.sketches[l.b].id}] = l
	}
	return c
}

// lay lays pairs side by side; what rests on the same as before is taken from
// there.
func (w *work) lay(sketches []*sketch, t *table, pairs []pair, before cache) ([]link, error) {
	basis := make(map[int32]uint64)
	basisOf := func(i int32) uint64 {
		h, ok := basis[i]
		if !ok {
			h = sketches[i].basis(t.formulas.has)
			basis[i] = h
		}
		return h
	}
	links := make([]link, len(pairs))
	var todo []int
	for i, p := range pairs {
		links[i] = link{pair: p, basis: mix(mix(1, basisOf(p.a)), basisOf(p.b))}
		if home(sketches[p.a], sketches[p.b]) {
			links[i].basis++
		}
		l, ok := before[[2][20]byte{sketches[p.a].id, sketches[p.b].id}]
		if ok && l.basis == links[i].basis {
			links[i].like = l.like
			continue
		}
		todo = append(todo, i)
	}
	w.begin(len(todo))
	err := w.inChunks(len(todo), func(from, to int) error {
		var ids []string
		texts := map[int32]*indexed{}
		number := map[string]int32{}
		for _, i := range todo[from:to] {
			for _, j := range []int32{links[i].a, links[i].b} {
				if id := sketches[j].name(); number[id] == 0 {
					number[id] = j + 1
					ids = append(ids, id)
				}
			}
		}
		for r, err := range w.archive.RecordsOf(ids...) {
			if err != nil {
				continue
			}
			j := number[r.ID] - 1
			text := words(r.Text)
			if j >= 0 && textHash(text) == sketches[j].text { // else it has changed meanwhile
				texts[j] = newIndexed(text)
			}
		}
		for _, i := range todo[from:to] {
			a, b := texts[links[i].a], texts[links[i].b]
			if a != nil && b != nil {
				links[i].like = compare(a, b, home(sketches[links[i].a], sketches[links[i].b]), t.formulas.has)
			} else {
				links[i].basis = 0 // nobody knows
			}
		}
		w.did(to - from)
		return w.ctx.Err()
	})
	return links, err
}

// home reports whether two records are of one site.
func home(a, b *sketch) bool { return a.site == b.site }

// basis hashes what a likeness of a text rests on.
func (s *sketch) basis(formula func(uint32) bool) uint64 {
	h := s.text
	for _, p := range s.prints {
		if formula(p) {
			h = mix(h, uint64(p))
		}
	}
	return h
}

// Compare lays two records side by side, formulas left out.
func (ix *Index) Compare(a, b *article.Record) Likeness {
	return compare(newIndexed(words(a.Text)), newIndexed(words(b.Text)), a.Site == b.Site, ix.formulas.has)
}
