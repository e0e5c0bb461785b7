package copies

import (
	"cmp"
	"slices"
)

// A pair is two records that may be copies of each other, the older first.
type pair struct{ a, b int32 }

const (
	candidateShare  = 0.25 // of the fingerprints, formulas left out, of one of the two
	candidatePrints = 2
	maxCandidates   = 8 // that one record has among the older ones
)

// candidates returns the pairs that are worth laying side by side: for each record
// the older ones that share most of its fingerprints.
func candidates(sketches []*sketch, t *table) []pair {
	var (
		out     []pair
		shared  = make([]uint16, len(sketches)) // with the record in hand
		own     = make([]int32, len(sketches))  // fingerprints that are no formula
		touched []int32
	)
	for i, s := range sketches {
		touched = touched[:0]
		for _, p := range s.prints {
			if t.formulas.has(p) {
				continue
			}
			own[i]++
			for _, j := range t.with(p) {
				if int(j) >= i {
					break
				}
				if shared[j] == 0 {
					touched = append(touched, j)
				}
				shared[j]++
			}
		}
		touched = slices.DeleteFunc(touched, func(j int32) bool {
			least := max(candidatePrints, candidateShare*float64(min(own[i], own[j])))
			if float64(shared[j]) >= least {
				return false
			}
			shared[j] = 0
			return true
		})
		slices.SortFunc(touched, func(j, k int32) int {
			return cmp.Or(cmp.Compare(shared[k], shared[j]), cmp.Compare(j, k))
		})
		for n, j := range touched {
			if n < maxCandidates {
				out = append(out, pair{j, int32(i)})
			}
			shared[j] = 0
		}
	}
	return out
}
