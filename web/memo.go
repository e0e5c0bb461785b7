package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"archiver/article"
)

// A memo remembers one thing that takes long to find out about the whole archive,
// and finds it out at most once at a time. The zero value remembers nothing yet.
type memo[T any] struct {
	mu         sync.Mutex
	known      bool
	value      T
	generation string
	made       time.Time
}

// get returns what make found out of the archive as it is, or as it was at most so
// long ago. Who waits for another's finding gets the same.
func (m *memo[T]) get(archive Archive, now time.Time, fresh time.Duration, make func() (T, error)) (T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	generation, err := archive.Generation()
	if err != nil {
		return m.value, err
	}
	if m.known && (generation == m.generation || now.Sub(m.made) < fresh) {
		return m.value, nil
	}
	value, err := make()
	if err != nil {
		return value, err
	}
	m.known, m.value, m.generation, m.made = true, value, generation, now
	return value, nil
}

func isGone(err error) bool { return errors.Is(err, article.ErrNotFound) }

// fresh is how old what a page says of the whole archive may be while a crawl
// changes it all the time.
const fresh = 30 * time.Second

// detached is a context for what others may wait for as well: it does not end with
// the request that happened to be the first.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
}
