package scraper

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxTries is how often a run asks for a page that fails for a passing
	// reason.
	maxTries = 3
	// longestWait is the longest Retry-After that a run waits for. A page that
	// asks for more is left for the next run.
	longestWait = 2 * time.Minute
)

// retryDelay is the pause before the next try after some have failed: about one
// second, then about four. The jitter keeps many crawlers from coming back at
// the same moment.
func retryDelay(tries int) time.Duration {
	d := time.Second << (2 * (tries - 1))
	return d*4/5 + rand.N(d*2/5)
}

// retryAfter reads a Retry-After header in either form, seconds or a date.
func retryAfter(h http.Header, now time.Time) (wait time.Duration, ok bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil {
		const most = 365 * 24 * time.Hour // beyond it a Duration would overflow
		return time.Duration(min(seconds, uint64(most/time.Second))) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now)), true
	}
	return 0, false
}

// A retryQueue holds what is to be asked again, the earliest first.
type retryQueue []*task

func (q *retryQueue) push(t *task) {
	i, _ := slices.BinarySearchFunc(*q, t, func(a, b *task) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return -1 // behind those that are due at the same moment
	})
	*q = slices.Insert(*q, i, t)
}

// pop returns the first task if it is due, else how long it is until then; with
// no task both are zero.
func (q *retryQueue) pop(now time.Time) (*task, time.Duration) {
	if len(*q) == 0 {
		return nil, 0
	}
	t := (*q)[0]
	if wait := t.due.Sub(now); wait > 0 {
		return nil, wait
	}
	*q = slices.Delete(*q, 0, 1)
	return t, 0
}
