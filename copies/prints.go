package copies

import "slices"

const (
	shingle = 5 // words
	window  = 8 // shingles, of which at least one is kept
)

// MaxPrints is how many fingerprints of one record are kept at most, those with
// the smallest values: a text of more than some 37,000 words is remembered less
// densely, so that no single record can fill the index.
const MaxPrints = 8192

// A print is a fingerprint where it stands.
type print struct {
	value uint32
	at    int // of the first word of its shingle
}

// shingles returns the hash of each row of five words.
func shingles(text []word) []uint32 {
	if len(text) < shingle {
		return nil
	}
	out := make([]uint32, len(text)-shingle+1)
	for i := range out {
		h := uint64(shingle)
		for _, w := range text[i : i+shingle] {
			h = mix(h, w.hash)
		}
		out[i] = uint32(h >> 32)
	}
	return out
}

// winnow keeps of each window of shingles the one with the smallest hash, of
// several the last; one that is kept already stays. A text of fewer shingles than
// a window keeps one.
func winnow(text []word) []print {
	hashes := shingles(text)
	var out []print
	kept := -1
	for end := min(window, len(hashes)); end <= len(hashes) && end > 0; end++ {
		begin := max(0, end-window)
		if kept >= begin && hashes[end-1] > hashes[kept] {
			continue
		}
		best := kept
		if kept < begin {
			best = begin
		}
		for i := begin; i < end; i++ {
			if hashes[i] < hashes[best] || hashes[i] == hashes[best] && kept < begin {
				best = i
			}
		}
		if best != kept {
			kept = best
			out = append(out, print{hashes[best], best})
		}
	}
	return out
}

// printSet returns the values of the fingerprints, each once, in order.
func printSet(prints []print) []uint32 {
	out := make([]uint32, len(prints))
	for i, p := range prints {
		out[i] = p.value
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.Clip(out[:min(len(out), MaxPrints)])
}
