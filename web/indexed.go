package web

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"archiver/search"

	"github.com/dustin/go-humanize"
)

// patience is how long a reader waits for the search index, which is usually brought
// up to date in no time.
const patience = time.Second

// indexed is the search index of the archive. The first time, and after very much has
// changed, it takes long to make: nobody waits for that, and whoever needs it is told
// how far it is.
type indexed struct {
	index       *search.Index
	patience    time.Duration
	background  func(work func(context.Context))
	done, total atomic.Int64 // releases read for what is being made

	mu   sync.Mutex
	made chan struct{} // is closed once the index is up to date, or cannot be; nil while nothing is done
	err  error
}

// watch counts how far the index is.
func (x *indexed) watch() {
	told := x.index.Progress
	x.index.Progress = func(done, total int) {
		x.done.Store(int64(done))
		x.total.Store(int64(total))
		if told != nil {
			told(done, total)
		}
	}
}

// An indexingError says that the search index is being made.
type indexingError struct{ done, total int64 }

func (e *indexingError) Error() string {
	if e.total == 0 {
		return "the search index is being made"
	}
	return fmt.Sprintf("the search index is being made: %s of %s releases", humanize.Comma(e.done), humanize.Comma(e.total))
}

// update begins to bring the index up to date, unless that is being done. What it
// returns is closed at the end.
func (x *indexed) update() chan struct{} {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.made != nil {
		return x.made
	}
	made := make(chan struct{})
	x.made = made
	x.done.Store(0)
	x.total.Store(0)
	x.background(func(ctx context.Context) {
		err := x.index.Update(ctx)
		x.mu.Lock()
		x.made, x.err = nil, err
		x.mu.Unlock()
		close(made)
	})
	return made
}

// ready waits a moment for the index, and some more where few releases have to be read
// for it. It returns an [*indexingError] where that is not enough.
func (x *indexed) ready(ctx context.Context) error {
	const few, moments = 2000, 8
	made := x.update()
	for range moments {
		select {
		case <-made:
			x.mu.Lock()
			defer x.mu.Unlock()
			return x.err
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(x.patience):
		}
		if x.total.Load() > few {
			break
		}
	}
	return &indexingError{x.done.Load(), x.total.Load()}
}

func (x *indexed) search(ctx context.Context, q search.Query) (*search.Results, error) {
	if err := x.ready(ctx); err != nil {
		return nil, err
	}
	return x.index.Search(ctx, q)
}

func (x *indexed) quotes(ctx context.Context, q search.Query) (*search.Quotations, error) {
	if err := x.ready(ctx); err != nil {
		return nil, err
	}
	return x.index.Quotes(ctx, q)
}

func (x *indexed) speakers(ctx context.Context, q search.Query) ([]search.SpeakerCount, int, error) {
	if err := x.ready(ctx); err != nil {
		return nil, 0, err
	}
	return x.index.Speakers(ctx, q)
}

// isIndexing reports whether an error says that the index is being made.
func isIndexing(err error) (*indexingError, bool) {
	var e *indexingError
	return e, errors.As(err, &e)
}
