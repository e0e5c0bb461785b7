package scraper

import (
	"context"
	"sync"
)

// A quota counts the articles that a run may still save. As articles are read
// while others are fetched, whoever is about to fetch takes a share, and gives
// it back when it is clear whether the article was saved.
type quota struct {
	mu      sync.Mutex
	limited bool
	left    int
	taken   int
	changed chan struct{} // closed and replaced at every change
}

func newQuota(limit int) *quota {
	return &quota{limited: limit > 0, left: limit, changed: make(chan struct{})}
}

// take reports whether one more article may be fetched. Where that depends on
// articles that others are still reading, it waits.
func (q *quota) take(ctx context.Context) bool {
	for {
		q.mu.Lock()
		if !q.limited || q.taken < q.left {
			q.taken++
			q.mu.Unlock()
			return true
		}
		none, changed := q.left == 0, q.changed
		q.mu.Unlock()
		if none {
			return false
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// give ends what take began.
func (q *quota) give(saved bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.taken--
	if saved {
		q.left--
	}
	close(q.changed)
	q.changed = make(chan struct{})
}
