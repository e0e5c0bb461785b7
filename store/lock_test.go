package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archiver/store"
)

func TestLock(t *testing.T) { inBubble(t, testLock) }

func testLock(t *testing.T) {
	s := create(t)
	ctx := t.Context()
	unlock, err := s.Lock(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}

	other, err := store.Open(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, wait := range []time.Duration{0, 20 * time.Minute} {
		start := time.Now()
		_, err = other.Lock(ctx, wait)
		if took := time.Since(start); took != wait {
			t.Errorf("waited %v: it took %v", wait, took)
		}
		var in *store.InUseError
		if !errors.Is(err, store.ErrInUse) || !errors.As(err, &in) {
			t.Fatalf("waited %v: got %v, want ErrInUse", wait, err)
		}
		host, _ := os.Hostname()
		if in.PID != os.Getpid() || in.Host != host || time.Since(in.Since) != wait || !strings.Contains(in.Command, "test") {
			t.Errorf("waited %v: got %+v", wait, in)
		}
		if want := fmt.Sprintf("process %d on %s", os.Getpid(), host); !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
	}
	// Readers and writers do not need it.
	save(t, s, visit(1, "One.", noon))
	record(t, other, urlOf(1))

	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := other.Lock(stopped, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: got %v, want context.Canceled", err)
	}

	stopped, cancel = context.WithTimeout(ctx, time.Minute)
	defer cancel()
	start := time.Now()
	if _, err := other.Lock(stopped, time.Hour); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
		t.Errorf("stopped after a minute: got %v after %v", err, time.Since(start))
	}

	got := make(chan error)
	start = time.Now()
	go func() {
		unlock, err := other.Lock(ctx, time.Hour)
		if err == nil {
			err = unlock()
		}
		got <- err
	}()
	time.Sleep(30*time.Minute + time.Millisecond) // in the bubble
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Errorf("after unlock: %v", err)
	}
	if took := time.Since(start); took <= 30*time.Minute || took > 30*time.Minute+time.Second {
		t.Errorf("it was got after %v", took)
	}
}

// One who holds the lock but has not said who it is is in use all the same.
func TestLockUnsigned(t *testing.T) {
	s := create(t)
	unlock, err := s.Lock(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if err := os.WriteFile(s.Path()+".lock", []byte(`{"pid":`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lock(t.Context(), 0); !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), "--wait") {
		t.Errorf("got %v", err)
	}
}

// quickly is what a commit or a read may take beside others that never pause.
// The median counts: other programs have this machine's processors too.
const quickly = 500 * time.Millisecond

func median(durations []time.Duration) time.Duration {
	slices.Sort(durations)
	return durations[len(durations)/2]
}

// The two tests below are about how long a real lock of the system takes to change
// hands among threads, which no clock of a bubble can tell.

// A commit gets through beside readers of other processes that never pause, and
// every one of its records is there at once. (To bbolt, stores of one process
// are like processes of their own.)
func TestWriterBesideReaders(t *testing.T) {
	s := create(t)
	save(t, s, visit(0, "Text.", noon))
	var stop atomic.Bool
	var reads atomic.Int64
	var readers sync.WaitGroup
	for range 4 {
		other, err := store.Open(s.Path())
		if err != nil {
			t.Fatal(err)
		}
		readers.Go(func() {
			for !stop.Load() {
				if _, err := other.Record(urlOf(0)); err != nil {
					t.Error(err)
					return
				}
				reads.Add(1)
			}
		})
	}
	var took []time.Duration
	for n := range 25 {
		start := time.Now()
		save(t, s, visit(n, "Text.", noon))
		took = append(took, time.Since(start))
		record(t, s, urlOf(n))
	}
	stop.Store(true)
	readers.Wait()
	if got := median(took); got > quickly {
		t.Errorf("a commit took %v, want at most %v; all: %v", got, quickly, took)
	}
	t.Logf("%d reads", reads.Load())
}

// Readers get through beside a writer that never pauses.
func TestReadersBesideWriter(t *testing.T) {
	s := create(t)
	save(t, s, visit(0, "Text.", noon))
	var stop atomic.Bool
	var commits atomic.Int64
	var writer, readers sync.WaitGroup
	writer.Go(func() {
		for n := 1; !stop.Load(); n++ {
			if err := s.SetState("n", fmt.Append(nil, n)); err != nil {
				t.Error(err)
				return
			}
			commits.Add(1)
		}
	})
	var took [4][]time.Duration
	for i := range took {
		other, err := store.Open(s.Path())
		if err != nil {
			t.Fatal(err)
		}
		readers.Go(func() {
			for range 30 {
				start := time.Now()
				if _, err := other.Record(urlOf(0)); err != nil {
					t.Error(err)
					return
				}
				took[i] = append(took[i], time.Since(start))
			}
		})
	}
	readers.Wait()
	stop.Store(true)
	writer.Wait()
	for _, took := range took {
		if len(took) > 0 && median(took) > quickly {
			t.Errorf("a read took %v, want at most %v; all: %v", median(took), quickly, took)
		}
	}
	t.Logf("%d commits", commits.Load())
}
