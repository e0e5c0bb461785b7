package scraper

import (
	"context"
	"fmt"
	"sync"
	"time"

	"archiver/article"

	"golang.org/x/sync/semaphore"
)

const (
	// A commit waits for more until nothing has come for settleTime, and never
	// longer than latestTime: so a crawl at full speed makes a few large commits, a
	// polite one commits each page, and a kill loses less than a second of work.
	settleTime = 50 * time.Millisecond
	latestTime = 250 * time.Millisecond
	// A commit holds at most so many pages, or four times as many visits without one:
	// what many small changes share is written once.
	saveBatch   = 256
	visitWeight = 1
	pageWeight  = 4
	// pageMemory bounds the bodies that wait to be read and saved.
	pageMemory = 64 << 20
)

// A saver commits what all sites of a run bring, a batch at a time.
type saver struct {
	archive Archive
	failed  func(error)
	in      chan saving
	memory  *semaphore.Weighted
	done    sync.WaitGroup
	err     error // of the archive; read after end
}

// A saving is a visit to be saved, or a note of what was saved before it.
type saving struct {
	visit article.Visit
	saved func(article.Outcome) // called once the visit is committed; may be nil
	size  int64                 // of pageMemory, to be given back

	key   string        // of a note; "" for a visit
	value func() []byte // called once all that was put before it is saved
}

func (x saving) weight() int {
	if x.visit.Page != nil {
		return pageWeight
	}
	return visitWeight
}

func newSaver(archive Archive, failed func(error)) *saver {
	return &saver{
		archive: archive, failed: failed,
		in:     make(chan saving, saveBatch),
		memory: semaphore.NewWeighted(pageMemory),
	}
}

// reserve waits until there is memory for a page of that size.
func (s *saver) reserve(ctx context.Context, size int) (int64, error) {
	n := min(int64(size), pageMemory)
	return n, s.memory.Acquire(ctx, n)
}

func (s *saver) begin() { s.done.Go(s.work) }

// end commits the rest.
func (s *saver) end() error {
	close(s.in)
	s.done.Wait()
	return s.err
}

func (s *saver) work() {
	var batch []saving
	var first time.Time
	weight := 0
	timer := time.NewTimer(latestTime)
	defer timer.Stop()
	timer.Stop()
	for {
		select {
		case x, ok := <-s.in:
			if !ok {
				s.commit(batch)
				return
			}
			if len(batch) == 0 {
				first = time.Now()
			}
			batch = append(batch, x)
			weight += x.weight()
			if weight < saveBatch*pageWeight {
				timer.Reset(min(settleTime, time.Until(first.Add(latestTime))))
				continue
			}
		case <-timer.C:
		}
		timer.Stop()
		s.commit(batch)
		clear(batch) // or the pages of the last commit stay in memory
		batch, weight = batch[:0], 0
	}
}

// commit saves a batch: all visits in one transaction, and the notes in one behind
// it, so that no note says of a page what a kill could make untrue.
func (s *saver) commit(batch []saving) {
	visits := make([]article.Visit, 0, len(batch))
	var size int64
	for _, x := range batch {
		size += x.size
		if x.key == "" {
			visits = append(visits, x.visit)
		}
	}
	defer s.memory.Release(size)
	if s.err != nil || len(batch) == 0 {
		return // the archive has failed: nothing of the rest is kept
	}
	var outcomes []article.Outcome
	if len(visits) > 0 {
		var err error
		outcomes, err = s.archive.Save(visits...)
		if err == nil && len(outcomes) != len(visits) {
			err = fmt.Errorf("save: %d outcomes of %d visits", len(outcomes), len(visits))
		}
		if err != nil {
			s.fail(err)
			return
		}
	}
	i := 0
	notes := map[string][]byte{}
	for _, x := range batch {
		if x.key != "" {
			notes[x.key] = x.value()
			continue
		}
		if x.saved != nil {
			x.saved(outcomes[i])
		}
		i++
	}
	if len(notes) > 0 {
		if err := s.archive.SetStates(notes); err != nil {
			s.fail(err)
		}
	}
}

func (s *saver) fail(err error) {
	s.err = err
	s.failed(err)
}
