package health

import (
	"cmp"
	"math/bits"
	"slices"
	"time"
)

const (
	lagMost    = 500 // of the newest releases, by which the lag is measured
	recentOnes = 100 // of the newest releases, by which coverage is held against all
)

// A Summary sums up the records of one site, in any order and in memory that does
// not grow with them. The zero value is that of a site without records.
type Summary struct {
	Records   int
	Newest    time.Time // when the newest record was first seen
	Published time.Time // the latest time of publication

	has    tally     // of all records
	latest []release // those published last, and at most as many others
}

// A release is what is kept of a record.
type release struct {
	at, seen time.Time // at is when it was published, or seen where nobody knows
	has      Fields
	timed    bool // it says how late its page was fetched
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

// Add takes a record.
func (s *Summary) Add(o *Outline) {
	r := release{at: o.Published.Time, seen: o.FirstSeen.Time, has: o.Fields()}
	s.Records++
	s.has.add(r.has)
	if r.seen.After(s.Newest) {
		s.Newest = r.seen
	}
	if r.at.After(s.Published) {
		s.Published = r.at
	}
	if r.at.IsZero() {
		r.at = r.seen
	} else {
		r.timed = o.Capture.Status != 0 // a document of the reference corpus is no page
	}
	if s.latest = append(s.latest, r); len(s.latest) == 2*lagMost {
		s.newest(lagMost)
	}
}

// newest returns the n releases that were published last, and forgets those beyond
// what is ever asked for.
func (s *Summary) newest(n int) []release {
	slices.SortFunc(s.latest, func(a, b release) int { return cmp.Or(b.at.Compare(a.at), b.seen.Compare(a.seen)) })
	s.latest = s.latest[:min(lagMost, len(s.latest))]
	return s.latest[:min(n, len(s.latest))]
}

// Share returns the share of the records that have a part, from 0 to 1.
func (s *Summary) Share(field Fields) float64 { return s.has.of(field, s.Records) }

// Recent returns the share of the newest hundred.
func (s *Summary) Recent(field Fields) float64 {
	var has tally
	newest := s.newest(recentOnes)
	for _, r := range newest {
		has.add(r.has)
	}
	return has.of(field, len(newest))
}

// Lag returns the median time between the publication of a release and when it
// was first seen, of the newest releases that came out since then. It is not ok
// where there are none: of older ones it would say when somebody first crawled.
func (s *Summary) Lag(since time.Time) (median time.Duration, ok bool) {
	var lags []time.Duration
	for _, r := range s.newest(lagMost) {
		if r.timed && !since.IsZero() && !r.at.Before(since) {
			lags = append(lags, max(0, r.seen.Sub(r.at)))
		}
	}
	if lags == nil {
		return 0, false
	}
	slices.Sort(lags)
	return lags[len(lags)/2], true
}
