package health

import (
	"slices"
	"time"

	"archiver/article"
)

// lagMost is how many of the newest releases the lag is measured by.
const lagMost = 500

// A Summary sums up the records of one site, one after another, in memory that
// does not grow with them. The zero value is that of a site without records.
type Summary struct {
	Records   int
	Newest    time.Time // when the newest record was first seen
	Published time.Time // the latest time of publication
	has       [16]int   // records with a part, by its place in Fields

	lags [lagMost]lag // a ring
	next int
}

type lag struct{ published, seen time.Time }

// Add takes a record. Records come in the order of their publication.
func (s *Summary) Add(r *article.Record) {
	s.Records++
	if seen := r.FirstSeen.Time; seen.After(s.Newest) {
		s.Newest = seen
	}
	for i, f := 0, Of(r); f != 0; i, f = i+1, f>>1 {
		s.has[i] += int(f & 1)
	}
	// A document of the reference corpus has no page that was fetched.
	if r.Published.IsZero() || r.Capture.Status == 0 {
		return
	}
	s.Published = r.Published.Time
	s.lags[s.next%lagMost] = lag{r.Published.Time, r.FirstSeen.Time}
	s.next++
}

// Share returns the share of the records that have a part, from 0 to 1.
func (s *Summary) Share(field Fields) float64 {
	if s.Records == 0 {
		return 0
	}
	n := 0
	for i, f := 0, field; f != 0; i, f = i+1, f>>1 {
		n += s.has[i] * int(f&1)
	}
	return float64(n) / float64(s.Records)
}

// Lag returns the median time between the publication of a release and when it
// was first seen, of the newest releases that came out since then. It is not ok
// where there are none: of older ones it would say when somebody first crawled.
func (s *Summary) Lag(since time.Time) (median time.Duration, ok bool) {
	var lags []time.Duration
	for _, l := range s.lags[:min(s.next, lagMost)] {
		if !since.IsZero() && !l.published.Before(since) {
			lags = append(lags, max(0, l.seen.Sub(l.published)))
		}
	}
	if lags == nil {
		return 0, false
	}
	slices.Sort(lags)
	return lags[len(lags)/2], true
}
