package scraper

import (
	"context"
	"sync"
	"time"
)

// A pacer lets the requests of each host through one after another, a pause
// apart. It is shared by all sites of a run, because two may share a host.
type pacer struct {
	delay time.Duration // least pause between the end of a request and the start of the next

	mu    sync.Mutex
	hosts map[string]*pace
}

// A pace is that of one host.
type pace struct {
	turn  chan struct{} // held by whoever asks
	delay time.Duration
	ended time.Time // of the last request
	until time.Time // the host wishes not to be asked before
}

func newPacer(delay time.Duration) *pacer {
	return &pacer{delay: delay, hosts: map[string]*pace{}}
}

func (p *pacer) host(key string) *pace {
	h := p.hosts[key]
	if h == nil {
		h = &pace{turn: make(chan struct{}, 1), delay: p.delay}
		p.hosts[key] = h
	}
	return h
}

// acquire waits until a host may be asked. Who has asked calls release, once.
func (p *pacer) acquire(ctx context.Context, key string) (release func(), err error) {
	p.mu.Lock()
	h := p.host(key)
	p.mu.Unlock()
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	for {
		wait := p.wait(h)
		if wait <= 0 {
			break
		}
		if err := sleep(ctx, wait); err != nil {
			<-h.turn
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		<-h.turn
		return nil, err
	}
	return func() {
		p.mu.Lock()
		h.ended = time.Now()
		p.mu.Unlock()
		<-h.turn
	}, nil
}

func (p *pacer) wait(h *pace) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := h.until
	if !h.ended.IsZero() && h.ended.Add(h.delay).After(next) {
		next = h.ended.Add(h.delay)
	}
	return time.Until(next)
}

// slow sets the pause of a host to what its robots.txt asks for, if that is
// longer.
func (p *pacer) slow(key string, delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.host(key)
	h.delay = max(h.delay, delay)
}

// hold keeps a host from being asked for some time.
func (p *pacer) hold(key string, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.host(key)
	if until := time.Now().Add(d); until.After(h.until) {
		h.until = until
	}
}

// sleep waits, unless ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
