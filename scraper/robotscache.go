package scraper

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
)

// agentToken is the product token by which robots.txt files can name us.
const agentToken = "archiver"

// maxRobotsHops is how many redirects a robots.txt may lie behind, as RFC 9309
// has it.
const maxRobotsHops = 5

// A robotsCache reads the robots.txt of each origin at most once a run.
type robotsCache struct {
	net *network
	log *slog.Logger

	mu      sync.Mutex
	origins map[string]*robotsEntry
}

type robotsEntry struct {
	done  chan struct{} // closed when the others are set
	rules robotRules
	err   error
}

func newRobotsCache(net *network, log *slog.Logger) *robotsCache {
	return &robotsCache{net: net, log: log, origins: map[string]*robotsEntry{}}
}

// of returns the rules for the origin of u. An error is a *fault, closed or
// unreachable, or that of ctx.
func (c *robotsCache) of(ctx context.Context, u *url.URL, m *meter) (robotRules, error) {
	origin := originOf(u)
	c.mu.Lock()
	e := c.origins[origin]
	first := e == nil
	if first {
		e = &robotsEntry{done: make(chan struct{})}
		c.origins[origin] = e
	}
	c.mu.Unlock()
	if first {
		c.fill(ctx, u, e, m)
	}
	select {
	case <-e.done:
		return e.rules, e.err
	case <-ctx.Done():
		return robotRules{}, ctx.Err()
	}
}

// fill reads the robots.txt of an origin into its entry.
func (c *robotsCache) fill(ctx context.Context, u *url.URL, e *robotsEntry, m *meter) {
	defer close(e.done)
	e.err = unreadable("internal error") // should what follows panic
	e.rules, e.err = c.fetch(ctx, u, e, m)
	if e.rules.delay > c.net.pacer.delay {
		c.log.Info("robots.txt asks for a longer pause", "url", originOf(u), "delay", e.rules.delay)
		c.net.pacer.slow(hostKey(u), e.rules.delay)
	}
}

// allows returns nil if u may be asked for, else a *fault.
func (c *robotsCache) allows(ctx context.Context, u *url.URL, m *meter) error {
	rules, err := c.of(ctx, u, m)
	if err != nil {
		return err
	}
	if !rules.allows(u) {
		return &fault{verdict: forbidden, cause: "robots.txt forbids it"}
	}
	return nil
}

// fetch asks for a robots.txt. It is not tried again: whoever cannot tell what a
// site allows leaves it alone until the next run.
func (c *robotsCache) fetch(ctx context.Context, u *url.URL, e *robotsEntry, m *meter) (robotRules, error) {
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	for range maxRobotsHops + 1 {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
		if err != nil {
			return robotRules{}, unreadable(err.Error())
		}
		req.Header.Set("User-Agent", c.net.agent)
		a, err := c.net.exchange(req, m)
		if ctx.Err() != nil {
			return robotRules{}, ctx.Err()
		}
		if err != nil {
			return robotRules{}, unreadable(plain(err))
		}
		to, err := a.location()
		if err != nil {
			return robotRules{}, unreadable(err.Error())
		}
		if to == nil {
			return c.read(a)
		}
		if err := checkHop(at, to); err != nil {
			return robotRules{}, unreadable(err.Error())
		}
		if known := c.alias(to, e); known != nil {
			return known.rules, known.err
		}
		at = to
	}
	return robotRules{}, unreadable("too many redirects")
}

// alias makes the entry that is being read that of another origin too, to whose
// robots.txt a redirect has led, so that it is not asked for again there. If it
// has been read already, alias returns that entry.
func (c *robotsCache) alias(to *url.URL, e *robotsEntry) *robotsEntry {
	if to.Path != "/robots.txt" {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.origins[originOf(to)]
	if known == nil {
		c.origins[originOf(to)] = e
		return nil
	}
	select {
	case <-known.done:
		return known
	default: // being read by another site, or by us: waiting could wait for ever
		return nil
	}
}

// read makes rules of an answer. Where the RFC would have us ignore a 401 or 403
// as "no robots.txt", we take it as what it says: keep out.
func (c *robotsCache) read(a *answer) (robotRules, error) {
	status := a.status
	switch {
	case challenged(a):
		return robotRules{}, &fault{verdict: closed, cause: "robots.txt: a challenge page"}
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusTooManyRequests, status >= 500:
		return robotRules{}, &fault{verdict: closed, cause: "robots.txt: " + statusText(status)}
	case status >= 400:
		return robotRules{}, nil // there is none
	case status < 200 || status >= 300:
		return robotRules{}, unreadable(statusText(status))
	}
	if len(a.body) > robotsLimit {
		c.log.Warn("robots.txt is too long, its end does not count", "url", a.url.String(), "bytes", len(a.body))
	}
	return parseRobots(a.body, agentToken), nil
}

func unreadable(cause string) *fault {
	return &fault{verdict: unreachable, cause: fmt.Sprintf("robots.txt could not be read: %s", cause)}
}
