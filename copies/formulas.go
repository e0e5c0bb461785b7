package copies

import "slices"

// When a fingerprint is a formula: so many texts that are no copies of each other
// have it.
const (
	formulaAnywhere = 60 // of all sites
	formulaLeast    = 4  // of one site: a part of its releases, within these bounds
	formulaMost     = 8
	formulaPart     = 25
)

// partitions is into how many parts fingerprints are divided by their value, so
// that not all have to be sorted at once.
const partitions = 16

// A table of fingerprints: those that are formulas, and for the others that
// several records have, which records these are.
type table struct {
	formulas formulas
	// lists[starts[i]:starts[i+1]] are the records with prints[i], the oldest first.
	prints []uint32
	starts []uint32
	lists  []int32
}

// How many records of one fingerprint are listed: the oldest.
const (
	listedOfGroup = 3
	listedInAll   = 256
)

// newTable makes the table of all fingerprints.
func newTable(sketches []*sketch, group []int32) *table {
	t := &table{}
	sites, siteOf := numberSites(sketches)
	bounds := make([]int, len(sites))
	for i, n := range sites {
		bounds[i] = min(max(n/formulaPart, formulaLeast), formulaMost)
	}
	var (
		pairs  []uint64 // fingerprint, record
		seen   []uint64 // site, group
		counts = make([]int, len(sites))
	)
	for part := range uint32(partitions) {
		pairs = pairs[:0]
		const width = 1 << 32 / partitions
		for i, s := range sketches {
			at, _ := slices.BinarySearch(s.prints, part*width)
			for _, p := range s.prints[at:] {
				if p/width != part {
					break
				}
				pairs = append(pairs, uint64(p)<<32|uint64(i))
			}
		}
		slices.Sort(pairs)
		for rest := pairs; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n]>>32 == rest[0]>>32 {
				n++
			}
			run := rest[:n]
			rest = rest[n:]
			if n == 1 {
				continue
			}
			value := uint32(run[0] >> 32)
			seen = seen[:0]
			for _, p := range run {
				i := uint32(p)
				seen = append(seen, uint64(siteOf[i])<<32|uint64(group[i]))
			}
			if n >= formulaLeast && t.isFormula(seen, counts, bounds) {
				t.formulas = append(t.formulas, value)
				continue
			}
			t.list(value, run, group)
		}
	}
	t.starts = append(t.starts, uint32(len(t.lists)))
	return t
}

// isFormula counts the groups of texts that have a fingerprint, by site and
// altogether.
func (t *table) isFormula(seen []uint64, counts, bounds []int) bool {
	slices.Sort(seen)
	seen = slices.Compact(seen)
	found := false
	for _, s := range seen {
		site := s >> 32
		counts[site]++
		found = found || counts[site] >= bounds[site]
	}
	for _, s := range seen {
		counts[s>>32] = 0
	}
	if found || len(seen) < formulaAnywhere {
		return found
	}
	for i := range seen {
		seen[i] &= 1<<32 - 1
	}
	slices.Sort(seen)
	return len(slices.Compact(seen)) >= formulaAnywhere
}

// list notes which records have a fingerprint.
func (t *table) list(value uint32, run []uint64, group []int32) {
	start := len(t.lists)
	for _, p := range run {
		i := int32(uint32(p))
		same := 0
		for _, j := range t.lists[start:] {
			if group[j] == group[i] {
				same++
			}
		}
		if same < listedOfGroup {
			t.lists = append(t.lists, i)
		}
		if len(t.lists)-start == listedInAll {
			break
		}
	}
	t.prints = append(t.prints, value)
	t.starts = append(t.starts, uint32(start))
}

// with returns the records that have a fingerprint which is no formula, if there
// are several.
func (t *table) with(value uint32) []int32 {
	i, ok := slices.BinarySearch(t.prints, value)
	if !ok {
		return nil
	}
	return t.lists[t.starts[i]:t.starts[i+1]]
}

// formulas are fingerprints, in order.
type formulas []uint32

func (f formulas) has(value uint32) bool {
	_, ok := slices.BinarySearch(f, value)
	return ok
}

// numberSites counts the records of each site, and returns the number of the site
// of each record.
func numberSites(sketches []*sketch) (counts []int, of []int32) {
	number := map[string]int32{}
	of = make([]int32, len(sketches))
	for i, s := range sketches {
		n, ok := number[s.site]
		if !ok {
			n = int32(len(counts))
			number[s.site] = n
			counts = append(counts, 0)
		}
		counts[n]++
		of[i] = n
	}
	return counts, of
}
