package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A changing archive is another with every change.
type changing struct{ changes, suppressed atomic.Int64 }

func (c *changing) Withheld() (uint64, error) { return uint64(c.suppressed.Load()), nil }

func (c *changing) Generation() (string, error) { return fmt.Sprint(c.changes.Load()), nil }

// While an archive changes all the time, readers are shown what was there a moment
// ago, and following it rests.
func TestFollower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		archive := &changing{}
		var done atomic.Int64
		takes := 10 * time.Second
		var full atomic.Bool // the disk
		var said bytes.Buffer
		f := &follower{
			source: archive, brief: 100 * time.Millisecond, now: time.Now, fault: "cannot follow",
			log:        slog.New(slog.NewTextHandler(&said, nil)),
			background: func(work func(context.Context)) { go work(t.Context()) },
			update: func(context.Context) error {
				time.Sleep(takes)
				if full.Load() {
					return errors.New("disk full")
				}
				done.Add(1)
				return nil
			},
		}
		ask := func(patience time.Duration) (bool, time.Duration) {
			t.Helper()
			began := time.Now()
			ready, err := f.ready(t.Context(), patience)
			if err != nil {
				t.Fatal(err)
			}
			return ready, time.Since(began)
		}
		if ready, waited := ask(time.Second); ready || waited != time.Second {
			t.Errorf("the first reader: ready %v after %v", ready, waited)
		}
		if ready, waited := ask(time.Minute); !ready || waited != 9*time.Second || done.Load() != 1 {
			t.Errorf("a patient reader: ready %v after %v, made %d times", ready, waited, done.Load())
		}
		if ready, waited := ask(time.Minute); !ready || waited != 0 {
			t.Errorf("with no change: ready %v after %v", ready, waited)
		}

		takes = 50 * time.Millisecond
		archive.changes.Add(1)
		if ready, waited := ask(time.Minute); !ready || waited != takes || done.Load() != 2 || !f.settled("1") {
			t.Errorf("with a change: ready %v after %v, made %d times", ready, waited, done.Load())
		}

		takes = time.Second
		archive.changes.Add(1)
		if ready, waited := ask(time.Minute); !ready || waited != 100*time.Millisecond && waited != 0 {
			t.Errorf("with a large change: ready %v after %v", ready, waited)
		}
		time.Sleep(time.Minute)
		before, began := done.Load(), time.Now()
		for time.Since(began) < time.Minute {
			archive.changes.Add(1)
			if ready, waited := ask(time.Minute); !ready || waited > 100*time.Millisecond {
				t.Fatalf("with changes all the time: ready %v after %v", ready, waited)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := done.Load() - before; n < 11 || n > 13 { // a second of work, four of rest
			t.Errorf("it followed %d times in a minute", n)
		}

		// What was suppressed is shown to nobody, also where following has begun before.
		time.Sleep(time.Minute)
		archive.changes.Add(1)
		ask(time.Minute) // begins
		archive.changes.Add(1)
		archive.suppressed.Add(1)
		if ready, waited := ask(time.Minute); !ready || waited != 1900*time.Millisecond {
			t.Errorf("after a suppression: ready %v after %v", ready, waited)
		}
		archive.changes.Add(1)
		archive.suppressed.Add(1)
		if ready, waited := ask(500 * time.Millisecond); ready || waited != 500*time.Millisecond {
			t.Errorf("after a suppression, for a hasty reader: ready %v after %v", ready, waited)
		}

		time.Sleep(time.Minute)
		full.Store(true)
		for range 3 {
			archive.changes.Add(1)
			if ready, _ := ask(time.Minute); !ready {
				t.Error("what was there a moment ago is not shown where it cannot be followed")
			}
			time.Sleep(time.Minute)
		}
		if n := strings.Count(said.String(), "cannot follow"); n != 1 {
			t.Errorf("it is said %d times: %s", n, &said)
		}
	})
}

// What cannot be made at all is an error.
func TestFollowerFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &follower{
			source: &changing{}, now: time.Now, log: slog.New(slog.DiscardHandler),
			background: func(work func(context.Context)) { go work(t.Context()) },
			update:     func(context.Context) error { return errors.New("disk full") },
		}
		if ready, err := f.ready(t.Context(), time.Second); ready || err == nil {
			t.Errorf("ready %v, error %v", ready, err)
		}
	})
}
