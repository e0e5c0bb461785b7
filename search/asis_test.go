package search_test

import (
	"iter"
	"path/filepath"
	"testing"

	"archiver/article"
	"archiver/search"
)

// A gated archive hands out no release before it may.
type gated struct {
	*memory
	asked chan struct{} // is sent to when a release is asked for
	gate  chan struct{}
}

func (g gated) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	if g.gate != nil && len(ids) > 0 {
		g.asked <- struct{}{}
		<-g.gate
	}
	return g.memory.RecordsOf(ids...)
}

// While an index is brought up to date, searches that take it as it is go on, and
// those that want it as the archive is wait for it.
func TestAsIs(t *testing.T) {
	archive := gated{memory: newMemory(release(1, "Gate stolen", "A gate was stolen."))}
	path := filepath.Join(t.TempDir(), "index")
	if err := open(t, path, archive).Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	archive.asked, archive.gate = make(chan struct{}), make(chan struct{})
	ix := open(t, path, archive)
	ix.AsIs = true
	found := func() int {
		t.Helper()
		results, err := ix.Search(t.Context(), search.Query{Words: "gate"})
		if err != nil {
			t.Fatal(err)
		}
		return results.Total
	}
	if n := found(); n != 1 {
		t.Errorf("%d found, before any change", n)
	}
	archive.put(release(2, "Second gate stolen", "Another gate was stolen."))
	updated := make(chan error, 1)
	go func() { updated <- ix.Update(t.Context()) }()
	<-archive.asked // it is in the middle of it
	if n := found(); n != 1 {
		t.Errorf("%d found, while the second is taken in", n)
	}
	close(archive.gate)
	if err := <-updated; err != nil {
		t.Fatal(err)
	}
	if n := found(); n != 2 {
		t.Errorf("%d found, once it was taken in", n)
	}
}
