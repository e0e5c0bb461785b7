package scraper

import "sync"

// maxRefusals in a row close a host for the run.
const maxRefusals = 3

// A breaker stops asking hosts that refuse to answer. It is shared by all sites
// of a run.
type breaker struct {
	mu    sync.Mutex
	hosts map[string]*refusals
}

type refusals struct {
	row    int    // since the last good answer
	closed string // why the host is not asked any more; "" while it is
}

func newBreaker() *breaker { return &breaker{hosts: map[string]*refusals{}} }

func (b *breaker) host(key string) *refusals {
	h := b.hosts[key]
	if h == nil {
		h = &refusals{}
		b.hosts[key] = h
	}
	return h
}

// refused counts a refusal: 401, 403, a challenge page, or 429 and 503 once their
// tries are used up. A 500 or a dropped connection is none.
func (b *breaker) refused(key, cause string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.host(key)
	if h.row++; h.row >= maxRefusals && h.closed == "" {
		h.closed = cause + ", three times in a row"
	}
}

// answered resets the count: the host has given a good answer.
func (b *breaker) answered(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.host(key).row = 0
}

// close stops asking a host at once.
func (b *breaker) close(key, cause string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if h := b.host(key); h.closed == "" {
		h.closed = cause
	}
}

// closed returns why a host is not asked any more, "" if it is.
func (b *breaker) closed(key string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.host(key).closed
}
