package marks

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Score adds up how the reader did on many releases. The zero value is one of
// none.
type Score struct {
	releases int
	tallies  map[string][]tally // by field, one for each release in which it was marked
}

// A tally counts what was marked, what was read, and what of it was right.
type tally struct{ marked, read, right int }

// A Difference is something that a person marked and the reader did not find, or
// the other way round.
type Difference struct {
	Field  string
	Text   string
	Marked bool // by the person; else found by the reader alone
}

// Add scores a release and returns what differs.
func (s *Score) Add(marked, read Marks) []Difference {
	if s.tallies == nil {
		s.tallies = map[string][]tally{}
	}
	s.releases++
	var out []Difference
	for _, f := range fields {
		want := f.of(marked)
		if want == nil {
			continue
		}
		t, differences := compare(f.name, squashed(want), squashed(f.of(read)))
		s.tallies[f.name] = append(s.tallies[f.name], t)
		out = append(out, differences...)
	}
	return out
}

func compare(name string, want, got []string) (tally, []Difference) {
	t := tally{marked: len(want), read: len(got)}
	var out []Difference
	for _, g := range got {
		if i := slices.Index(want, g); i >= 0 {
			want = slices.Delete(want, i, i+1)
			t.right++
		} else {
			out = append(out, Difference{Field: strings.TrimSpace(name), Text: g})
		}
	}
	for _, w := range want {
		out = append(out, Difference{Field: strings.TrimSpace(name), Text: w, Marked: true})
	}
	return t, out
}

func squashed(texts []string) []string {
	var out []string
	for _, text := range texts {
		if text = squash(text); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// Releases returns how many releases were scored.
func (s *Score) Releases() int { return s.releases }

// A Line is the score of one field.
type Line struct {
	Field     string   `json:"field"`    // with two spaces before what refines the field above
	Releases  int      `json:"releases"` // in which it was marked
	Marked    int      `json:"marked"`
	Read      int      `json:"read"`
	Right     int      `json:"right"`
	Precision Interval `json:"precision"` // of what was read, the share that is right
	Recall    Interval `json:"recall"`    // of what was marked, the share that was read
	F1        Interval `json:"f1"`        // the harmonic mean of both
}

// An Interval is a share with the bounds between which the true one lies in 95 of
// 100 such samples. All are 1 where there was nothing to find.
type Interval struct {
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Lines returns the scores of all fields that were marked anywhere, in order.
//
// The bounds come from drawing the same number of releases again, with
// replacement, two thousand times (the bootstrap of percentiles): what is in one
// release goes right or wrong together, and so an interval over single items would
// be too narrow. Where all is right or all is wrong that shows no spread; then the
// bound is that of Wilson over the releases in which there was something to find.
func (s *Score) Lines() []Line {
	var out []Line
	for _, f := range fields {
		tallies := s.tallies[f.name]
		if len(tallies) == 0 {
			continue
		}
		all := sum(tallies)
		line := Line{Field: f.name, Releases: len(tallies), Marked: all.marked, Read: all.read, Right: all.right}
		line.Precision.Share, line.Recall.Share, line.F1.Share = all.shares()
		line.bound(tallies)
		out = append(out, line)
	}
	return out
}

func sum(tallies []tally) tally {
	var all tally
	for _, t := range tallies {
		all.marked += t.marked
		all.read += t.read
		all.right += t.right
	}
	return all
}

func (t tally) shares() (precision, recall, f1 float64) {
	return ratio(t.right, t.read), ratio(t.right, t.marked), ratio(2*t.right, t.marked+t.read)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

const draws = 2000

func (l *Line) bound(tallies []tally) {
	dice := rand.New(rand.NewPCG(1, 2)) // the same bounds every time
	found := 0
	for _, t := range tallies {
		if t.marked+t.read > 0 {
			found++
		}
	}
	var drawn [3][]float64
	again := make([]tally, len(tallies))
	for range draws {
		for i := range again {
			again[i] = tallies[dice.IntN(len(tallies))]
		}
		precision, recall, f1 := sum(again).shares()
		drawn[0], drawn[1], drawn[2] = append(drawn[0], precision), append(drawn[1], recall), append(drawn[2], f1)
	}
	for i, interval := range []*Interval{&l.Precision, &l.Recall, &l.F1} {
		slices.Sort(drawn[i])
		interval.Low, interval.High = drawn[i][draws*25/1000], drawn[i][draws*975/1000]
		if interval.Low == interval.High && found > 0 {
			interval.Low, interval.High = wilson(interval.Share, found)
		}
	}
}

// wilson returns the bounds of Wilson's score interval at 95 % for a share of n.
func wilson(share float64, n int) (low, high float64) {
	const z = 1.959964
	count := float64(n)
	middle := (share + z*z/(2*count)) / (1 + z*z/count)
	half := z / (1 + z*z/count) * math.Sqrt(share*(1-share)/count+z*z/(4*count*count))
	return min(max(middle-half, 0), share), max(min(middle+half, 1), share)
}
