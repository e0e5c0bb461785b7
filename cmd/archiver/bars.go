package main

import (
	"sync"
	"time"

	"archiver/scraper"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// bars are bars on the terminal, a line each, with rate and time left.
type bars struct {
	progress.Writer
	trackers []*progress.Tracker
	show     sync.WaitGroup
}

// newBars begins to show bars, with so much room for the words before each; with 0,
// as much as they need.
func (a *app) newBars(room int) *bars {
	w := progress.NewWriter()
	w.SetOutputWriter(a.stderr)
	w.SetAutoStop(false)
	w.SetTrackerLength(24)
	w.SetMessageLength(room)
	w.SetUpdateFrequency(150 * time.Millisecond)
	w.SetStyle(progress.StyleBlocks)
	style := w.Style()
	style.Visibility.ETA = true
	style.Visibility.Speed = true
	style.Options.TimeInProgressPrecision = time.Second
	style.Options.ETAPrecision = time.Second
	if coloured(a.stderr) {
		style.Colors = progress.StyleColorsExample
	}
	b := &bars{Writer: w}
	b.show.Go(w.Render)
	return b
}

// add shows one more bar.
func (b *bars) add(t *progress.Tracker) {
	b.trackers = append(b.trackers, t)
	b.AppendTracker(t)
}

// end ends the show.
func (b *bars) end() {
	for {
		for _, t := range b.trackers {
			t.MarkAsDone()
		}
		if b.LengthActive() == 0 {
			break
		}
		time.Sleep(10 * time.Millisecond) // it takes it up by the way
	}
	b.Stop()
	b.show.Wait()
}

// siteBars shows a bar for each site of a crawl. The second function ends the show.
func (a *app) siteBars() (func(scraper.Event), func()) {
	b := a.newBars(22)
	trackers := map[string]*progress.Tracker{}
	event := func(e scraper.Event) {
		t := trackers[e.Site]
		if t == nil {
			t = &progress.Tracker{Message: e.Site}
			trackers[e.Site] = t
			b.add(t)
		}
		switch e.Phase {
		case scraper.PhaseRobots, scraper.PhaseListings:
			t.UpdateMessage(e.Site + ": looking")
		case scraper.PhaseArticles:
			t.UpdateMessage(e.Site)
		case scraper.PhaseDone:
			t.UpdateMessage(e.Site)
			t.UpdateTotal(int64(max(e.Done, 1)))
			t.MarkAsDone()
			return
		}
		t.UpdateTotal(int64(e.Total))
		t.SetValue(int64(e.Done))
	}
	return event, b.end
}

// bar shows on a terminal how far a piece of work is; elsewhere it is silent. The
// second function ends the show, and may be called again.
func (a *app) bar(what string) (show func(done, total int), end func()) {
	if _, tty := terminal(a.stderr); !tty {
		return func(int, int) {}, func() {}
	}
	b := a.newBars(0)
	t := &progress.Tracker{Message: what}
	b.add(t)
	show = func(done, total int) {
		t.UpdateTotal(int64(total))
		t.SetValue(int64(done))
	}
	return show, sync.OnceFunc(b.end)
}

// soon is how long work may take that has no bar yet, where it is mostly done sooner.
const soon = 700 * time.Millisecond

// passes is bar for work that may be gone through more than once, each time with a bar
// of its own: done is 1 again then.
func (a *app) passes(what string) (show func(done, total int), end func()) {
	var (
		begun   time.Time
		one     func(done, total int) // nil before it is shown
		oneEnds = func() {}
	)
	show = func(done, total int) {
		if done == 1 {
			oneEnds()
			begun, one = time.Now(), nil
		}
		if one == nil && time.Since(begun) > soon {
			one, oneEnds = a.bar(what)
		}
		if one != nil {
			one(done, total)
		}
	}
	return show, func() { oneEnds() }
}
