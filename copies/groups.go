package copies

import (
	"slices"
	"sort"
)

// MinHash with LSH: of each set of fingerprints there are bands × rows minima, and
// two sets meet where all rows of a band agree. Of two that share half of their
// fingerprints 88 % meet, of those that share seven tenths 99 %.
const (
	bands = 16
	rows  = 3

	groupShare      = 0.5 // Jaccard, of the fingerprints
	groupShareShort = 0.8 // of texts that are mostly what stands under each release
	shortPrints     = 25
	maxLeaders      = 4 // of a bucket, that a text is compared with
)

// seeds are odd numbers, one for each hash function.
var seeds = func() (out [bands * rows]uint32) {
	x := uint64(0x5eed)
	for i := range out {
		x = mix(x, uint64(i)+1)
		out[i] = uint32(x>>32) | 1
	}
	return out
}()

// bandKey hashes the minima of one band.
func bandKey(set []uint32, band int) uint64 {
	key := uint64(band)
	for _, seed := range seeds[band*rows : (band+1)*rows] {
		least := ^uint32(0)
		for _, h := range set {
			x := (h ^ h>>15) * seed
			x ^= x >> 13
			least = min(least, x*0x85ebca6b)
		}
		key = mix(key, uint64(least))
	}
	return key
}

// groups puts sketches whose texts are nearly the same into groups, and returns
// the group of each, named by its first member. Formulas count here, as they are
// not known yet; groups serve to find them.
func groups(sketches []*sketch) []int32 {
	group := newUnion(len(sketches))
	type entry struct {
		key uint64
		at  int32
	}
	entries := make([]entry, 0, len(sketches))
	for band := range bands {
		entries = entries[:0]
		for i, s := range sketches {
			if len(s.prints) > 0 {
				entries = append(entries, entry{bandKey(s.prints, band), int32(i)})
			}
		}
		sort.Slice(entries, func(i, j int) bool {
			a, b := entries[i], entries[j]
			return a.key < b.key || a.key == b.key && a.at < b.at
		})
		for len(entries) > 0 {
			n := 1
			for n < len(entries) && entries[n].key == entries[0].key {
				n++
			}
			var leaders []int32
			for _, e := range entries[:n] {
				met := slices.ContainsFunc(leaders, func(leader int32) bool {
					if group.find(leader) != group.find(e.at) && !alike(sketches[leader].prints, sketches[e.at].prints) {
						return false
					}
					group.join(leader, e.at)
					return true
				})
				if !met && len(leaders) < maxLeaders {
					leaders = append(leaders, e.at)
				}
			}
			entries = entries[n:]
		}
	}
	return group.all()
}

// alike reports whether two sets of fingerprints are nearly the same.
func alike(a, b []uint32) bool {
	wanted := groupShare
	if min(len(a), len(b)) < shortPrints {
		wanted = groupShareShort
	}
	if float64(min(len(a), len(b))) < wanted*float64(max(len(a), len(b))) {
		return false
	}
	both := common(a, b)
	return float64(both) >= wanted*float64(len(a)+len(b)-both)
}

// common counts what two ordered sets share.
func common(a, b []uint32) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n++
			a, b = a[1:], b[1:]
		}
	}
	return n
}

// A union joins numbers into sets, each named by its least.
type union struct{ parent []int32 }

func newUnion(n int) *union {
	u := &union{make([]int32, n)}
	for i := range u.parent {
		u.parent[i] = int32(i)
	}
	return u
}

func (u *union) find(i int32) int32 {
	for u.parent[i] != i {
		u.parent[i] = u.parent[u.parent[i]]
		i = u.parent[i]
	}
	return i
}

func (u *union) join(i, j int32) {
	i, j = u.find(i), u.find(j)
	u.parent[max(i, j)] = min(i, j)
}

// all returns the set of each number.
func (u *union) all() []int32 {
	for i := range u.parent {
		u.parent[i] = u.find(int32(i))
	}
	return u.parent
}
