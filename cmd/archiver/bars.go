package main

import (
	"sync"
	"time"

	"archiver/scraper"

	"github.com/jedib0t/go-pretty/v6/progress"
)

// bars shows a bar for each site on the terminal, with rate and time left. The
// second function ends the show.
func (a *app) bars() (func(scraper.Event), func()) {
	w := progress.NewWriter()
	w.SetOutputWriter(a.stderr)
	w.SetAutoStop(false)
	w.SetTrackerLength(24)
	w.SetMessageLength(22)
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
	var show sync.WaitGroup
	show.Go(w.Render)

	trackers := map[string]*progress.Tracker{}
	event := func(e scraper.Event) {
		t := trackers[e.Site]
		if t == nil {
			t = &progress.Tracker{Message: e.Site}
			trackers[e.Site] = t
			w.AppendTracker(t)
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
	return event, func() {
		for w.LengthActive() > 0 {
			for _, t := range trackers {
				t.MarkAsDone()
			}
			time.Sleep(10 * time.Millisecond)
		}
		w.Stop()
		show.Wait()
	}
}
