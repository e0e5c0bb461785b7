package health

import (
	"math/bits"
	"slices"
	"time"
)

const (
	lagMost    = 500 // of the newest releases, by which the lag is measured
	recentOnes = 100 // of the newest releases, by which coverage is held against all
)

// A Summary sums up the records of one site, one after another, in memory that
// does not grow with them. The zero value is that of a site without records.
type Summary struct {
	Records   int
	Newest    time.Time // when the newest record was first seen
	Published time.Time // the latest time of publication
	has       tally     // of all records

	newest [recentOnes]Fields // a ring
	lags   [lagMost]lag       // a ring
	next   int                // of lags
}

// A tally counts records with a part, by its place in Fields.
type tally [16]int

func (t *tally) add(f Fields) {
	for i := 0; f != 0; i, f = i+1, f>>1 {
		t[i] += int(f & 1)
	}
}

// of returns the share of records with a part.
func (t *tally) of(field Fields, records int) float64 {
	if records == 0 {
		return 0
	}
	return float64(t[bits.TrailingZeros16(uint16(field))]) / float64(records)
}

type lag struct{ published, seen time.Time }

// Add takes a record. Records come in the order of their publication.
func (s *Summary) Add(r *Outline) {
	has := r.Fields()
	s.has.add(has)
	s.newest[s.Records%recentOnes] = has
	s.Records++
	if seen := r.FirstSeen.Time; seen.After(s.Newest) {
		s.Newest = seen
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
func (s *Summary) Share(field Fields) float64 { return s.has.of(field, s.Records) }

// Recent returns the share of the newest hundred.
func (s *Summary) Recent(field Fields) float64 {
	var has tally
	n := min(s.Records, recentOnes)
	for _, f := range s.newest[:n] {
		has.add(f)
	}
	return has.of(field, n)
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
