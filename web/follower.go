package web

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A follower brings what is made of the archive up to date in the background, so that
// while a crawl changes the archive all the time readers are shown what was there a
// moment ago and do not wait. It follows at once where that is quickly done; and where
// something was suppressed nothing is shown before it has followed.
type follower struct {
	source     source
	update     func(context.Context) error
	background func(work func(context.Context))
	brief      time.Duration // how long readers wait for what has changed since
	now        func() time.Time
	log        *slog.Logger
	fault      string // what is said where it cannot be done

	mu         sync.Mutex
	known      bool          // it was up to date once
	generation string        // of the archive, when it was
	withheld   uint64        // and what was suppressed in it
	made       chan struct{} // is closed at the end of what is being done; nil while nothing is
	err        error         // of what was done last
	ended      time.Time     // when that was
	took       time.Duration
}

// A source is what is followed: an archive.
type source interface {
	Generation() (string, error)
	Withheld() (uint64, error)
}

// rest is how many times the time that following takes it rests between two times, so
// that no more than a fifth of a processor goes into it.
const rest = 4

// begin begins to follow, unless that is being done. What it returns is closed at the
// end.
func (f *follower) begin() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.beginLocked()
}

func (f *follower) beginLocked() <-chan struct{} {
	if f.made != nil {
		return f.made
	}
	made, began := make(chan struct{}), f.now()
	f.made = made
	f.background(func(ctx context.Context) {
		generation, err := f.source.Generation()
		var withheld uint64
		if err == nil {
			withheld, err = f.source.Withheld()
		}
		if err == nil {
			err = f.update(ctx)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if err != nil && ctx.Err() == nil && (f.err == nil || f.err.Error() != err.Error()) {
			f.log.Warn(f.fault, "err", err)
		}
		f.made, f.err, f.ended = nil, err, f.now()
		if f.known { // the first time says nothing of the others
			f.took = f.ended.Sub(began)
		}
		if err == nil {
			f.known, f.generation, f.withheld = true, generation, withheld
		}
		close(made)
	})
	return made
}

// settled reports whether what is followed is as the archive is.
func (f *follower) settled(generation string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.known && f.generation == generation
}

// ready returns once there is something to show, as new as it can be had without much
// waiting. Where nothing was ever made, or something was suppressed since, it waits so
// long at most, and reports false if that was not enough.
func (f *follower) ready(ctx context.Context, patience time.Duration) (bool, error) {
	generation, err := f.source.Generation()
	if err != nil {
		return false, err
	}
	if f.settled(generation) {
		return true, nil
	}
	withheld, err := f.source.Withheld()
	if err != nil {
		return false, err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		f.mu.Lock()
		showable := f.known && f.withheld == withheld
		if showable && f.made == nil && f.now().Sub(f.ended) < rest*f.took {
			f.mu.Unlock()
			return true, nil
		}
		made := f.beginLocked()
		f.mu.Unlock()
		if showable {
			timer.Reset(f.brief)
		}
		select {
		case <-made:
		case <-timer.C:
			return showable, nil
		case <-ctx.Done():
			return showable, ctx.Err()
		}
		f.mu.Lock()
		showable, err := f.known && f.withheld == withheld, f.err
		f.mu.Unlock()
		switch {
		case showable:
			return true, nil // if not of now, of a moment ago
		case err != nil:
			return false, err
		}
		// It was begun before the suppression: once more.
	}
}
