package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"sync"
	"syscall"
	"time"

	"archiver/article"
	"archiver/copies"
	"archiver/store"
)

// copiesFile is the name of the file beside an archive that remembers which of its
// releases are copies of each other. It can be deleted at any time.
func copiesFile(archive *store.Store) string { return archive.Path() + ".copies" }

// compared is an archive as package copies reads it.
type compared struct{ *store.Store }

var _ copies.Archive = compared{}

func (c compared) Marks() iter.Seq2[copies.Mark, error] {
	return func(yield func(copies.Mark, error) bool) {
		for mark, err := range c.Store.Marks(store.Range{}) {
			if !yield(copies.Mark(mark), err) {
				return
			}
		}
	}
}

// copies returns the index of copies, up to date with the archive. On a terminal it
// shows what is done where that takes more than a moment. Where its file cannot be
// written the index serves all the same.
func (a *app) copies(ctx context.Context, archive *store.Store) (*copies.Index, error) {
	index := copies.Open(copiesFile(archive))
	var (
		begun      = time.Now()
		once       sync.Once
		show, end  = func(int, int) {}, func() {}
		afterwards = func(done, total int) {
			if time.Since(begun) > soon {
				once.Do(func() { show, end = a.bar("comparing") })
				show(done, total)
			}
		}
	)
	err := index.Update(ctx, compared{archive}, afterwards)
	end()
	if err != nil {
		return nil, err
	}
	if err := index.Unsaved(); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS) {
		fmt.Fprintf(a.stderr, "archiver: what was found out about copies cannot be kept, and is found out anew each time: %v\n", err)
	}
	return index, nil
}

// forgetCopies takes what was suppressed out of the index of copies: at once, or
// with the index.
func (a *app) forgetCopies(ctx context.Context, archive *store.Store) error {
	name := copiesFile(archive)
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	index := copies.Open(name)
	if err := index.Update(ctx, compared{archive}, nil); err == nil && index.Unsaved() == nil {
		return nil
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s still has fingerprints of it; delete that file: %w", name, err)
	}
	return nil
}

// withCopies fills in which releases the records are copies of. It is the newest
// revision of each that is compared; an older one has the same. With leftOut, a
// record that came or changed since then is left out, also when the records are
// iterated over again, and leftOut is told of it.
func (a *app) withCopies(ctx context.Context, archive *store.Store, recs iter.Seq2[*article.Record, error], leftOut func(id string)) iter.Seq2[*article.Record, error] {
	var index *copies.Index
	return func(yield func(*article.Record, error) bool) {
		var err error
		if index == nil {
			index, err = a.copies(ctx, archive)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for r, err := range recs {
			if err == nil {
				if leftOut != nil && !index.Knows(r) {
					leftOut(r.ID)
					continue
				}
				r.Copies = index.Of(r.ID)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
