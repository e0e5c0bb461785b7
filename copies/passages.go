package copies

import "slices"

// A Passage is a row of words that two texts share: where it begins in each, in
// words, and how many words it has.
type passage struct{ a, b, n int }

// maxPlaces is at how many places of a text one shingle is looked up, so that a
// text that repeats itself costs no more than another.
const maxPlaces = 16

// An indexed text can be searched for the passages of others.
type indexed struct {
	words  []word
	places map[uint32][]int32 // shingle → where it begins
	prints []print
}

func newIndexed(text []word) *indexed {
	x := &indexed{words: text, places: make(map[uint32][]int32, len(text)), prints: winnow(text)}
	for i, h := range shingles(text) {
		if list := x.places[h]; len(list) < maxPlaces {
			x.places[h] = append(list, int32(i))
		}
	}
	return x
}

// shared returns the passages of at least five words that a and b share, in the
// order of b, where none overlaps another: at each word the longest.
func shared(a, b *indexed) []passage {
	var out []passage
	hashes := shingles(b.words)
	next := -1 // where the last passage ended in a, which is where to go on
	for j := 0; j < len(hashes); {
		best := passage{n: 0}
		for _, i := range a.places[hashes[j]] {
			n := extend(a.words[i:], b.words[j:])
			if n > best.n || n == best.n && abs(int(i)-next) < abs(best.a-next) {
				best = passage{int(i), j, n}
			}
		}
		if best.n < shingle { // none, or two shingles of one hash
			j++
			continue
		}
		out = append(out, best)
		next = best.a + best.n
		j += best.n
	}
	return out
}

func extend(a, b []word) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i].hash != b[i].hash {
			return i
		}
	}
	return n
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// formulaic marks the words of a text that are formula: those of shingles between
// fingerprints that are.
func (x *indexed) formulaic(formula func(uint32) bool) []bool {
	mask := make([]bool, len(x.words))
	begun := -1 // the first of the formulas in a row
	for _, p := range x.prints {
		if !formula(p.value) {
			begun = -1
			continue
		}
		if begun < 0 {
			begun = p.at
		}
		for i := p.at + shingle - 1; i >= begun && !mask[i]; i-- {
			mask[i] = true
		}
	}
	return mask
}

// solid leaves of passages those that are no accident: of so many words, or
// neighbours of one where a few words took the place of a few others.
func solid(all []passage) []passage {
	const (
		long = 8 // words
		gap  = 4 // words between neighbours
	)
	beside := func(p, q passage) bool {
		a, b := q.a-p.a-p.n, q.b-p.b-p.n
		return 0 <= a && a <= gap && 0 <= b && b <= gap
	}
	keep := make([]bool, len(all))
	for i, p := range all {
		keep[i] = keep[i] || p.n >= long || i > 0 && keep[i-1] && beside(all[i-1], p)
	}
	for i := len(all) - 2; i >= 0; i-- {
		keep[i] = keep[i] || keep[i+1] && beside(all[i], all[i+1])
	}
	out := slices.Clone(all[:0])
	for i, p := range all {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}
