package web

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"archiver/search"

	"github.com/dustin/go-humanize"
)

// patience is how long a reader waits for a search index that is being made.
const patience = time.Second

// indexed is the search index of the archive. The first time it takes long to make:
// nobody waits for that, and whoever needs it is told how far it is.
type indexed struct {
	following   follower
	index       *search.Index
	patience    time.Duration
	done, total atomic.Int64 // releases read for what is being made
}

// follow makes ready to follow the archive.
func (x *indexed) follow() {
	told := x.index.Progress
	x.index.Progress = func(done, total int) {
		x.done.Store(int64(done))
		x.total.Store(int64(total))
		if told != nil {
			told(done, total)
		}
	}
	x.index.AsIs = true
	x.following.fault = "the search index cannot be made"
	x.following.update = func(ctx context.Context) error {
		x.done.Store(0)
		x.total.Store(0)
		return x.index.Update(ctx)
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

// ready waits a moment for an index where there is none, and some more where few
// releases have to be read for it. It returns an [*indexingError] where that is not
// enough.
func (x *indexed) ready(ctx context.Context) error {
	const few, moments = 2000, 8
	for range moments {
		if ready, err := x.following.ready(ctx, x.patience); ready || err != nil {
			return err
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
