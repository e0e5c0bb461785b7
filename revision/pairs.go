package revision

import (
	"cmp"
	"slices"
	"strings"
)

// A pair is a block of each side that belong together.
type pair struct {
	old, new int
	weight   int // words
	exact    bool
	inPlace  bool // in the same order as the other pairs that are
}

// Blocks of fewer words are not looked for elsewhere: "Notes:" is no moved
// paragraph; and if they are like each other only, of fewer than the second.
const (
	leastMoved   = 4
	leastSimilar = 8
	similar      = 0.7
	mostSimilar  = 200 // blocks on each side that are compared with each other
)

// pairs finds the blocks that both bodies have, and which of them moved: all
// but the heaviest sequence that stands in the same order on both sides.
func (c *comparison) pairs() []pair {
	oldKeys, oldWords := c.blockKeys(c.old)
	newKeys, newWords := c.blockKeys(c.new)
	var pairs []pair
	usedOld, usedNew := make([]bool, len(oldKeys)), make([]bool, len(newKeys))
	take := func(i, j int, exact bool) {
		usedOld[i], usedNew[j] = true, true
		pairs = append(pairs, pair{old: i, new: j, weight: newWords[j], exact: exact})
	}
	hunks := append(script(oldKeys, newKeys), hunk{len(oldKeys), len(oldKeys), len(newKeys), len(newKeys)})
	i, j := 0, 0
	for _, h := range hunks {
		for ; i < h.a0; i, j = i+1, j+1 {
			take(i, j, true)
		}
		i, j = h.a1, h.b1
	}
	left := map[int32][]int{}
	for j, k := range newKeys {
		if !usedNew[j] && newWords[j] >= leastMoved {
			left[k] = append(left[k], j)
		}
	}
	for i, k := range oldKeys {
		if at := left[k]; !usedOld[i] && len(at) > 0 {
			take(i, at[0], true)
			left[k] = at[1:]
		}
	}
	c.similarPairs(usedOld, usedNew, oldWords, newWords, take)
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.old, b.old) })
	inOrder(pairs)
	return pairs
}

// blockKeys returns for each block the number of its words as far as they
// matter, and how many they are. A short block's is its own.
func (c *comparison) blockKeys(s *side) (keys []int32, words []int) {
	keys, words = make([]int32, len(s.blocks)), make([]int, len(s.blocks))
	var b strings.Builder
	for n, at := range s.blocks {
		b.Reset()
		b.WriteByte(0) // so that it is no token's
		for i := at.from; i < at.to; i++ {
			if t := &s.tokens[i]; t.word() {
				words[n]++
				b.WriteString(t.fold)
				b.WriteByte(' ')
			}
		}
		if words[n] < leastMoved {
			keys[n] = -int32(n) - 1
			if s == c.new {
				keys[n] -= int32(len(c.old.blocks))
			}
			continue
		}
		keys[n] = c.key(b.String())
	}
	return keys, words
}

// similarPairs pairs blocks that share most of their words, best first.
func (c *comparison) similarPairs(usedOld, usedNew []bool, oldWords, newWords []int, take func(i, j int, exact bool)) {
	rest := func(used []bool, words []int) []int {
		var out []int
		for i := range used {
			if !used[i] && words[i] >= leastSimilar {
				out = append(out, i)
			}
		}
		return out
	}
	olds, news := rest(usedOld, oldWords), rest(usedNew, newWords)
	if len(olds) == 0 || len(news) == 0 || len(olds) > mostSimilar || len(news) > mostSimilar {
		return
	}
	bags := make([]map[string]int, len(news))
	for n, j := range news {
		bags[n] = map[string]int{}
		for _, t := range c.new.tokens[c.new.blocks[j].from:c.new.blocks[j].to] {
			if t.word() {
				bags[n][t.fold]++
			}
		}
	}
	type match struct {
		i, j  int
		score float64
	}
	var matches []match
	for _, i := range olds {
		own := map[string]int{}
		for _, t := range c.old.tokens[c.old.blocks[i].from:c.old.blocks[i].to] {
			if t.word() {
				own[t.fold]++
			}
		}
		for n, j := range news {
			if total := oldWords[i] + newWords[j]; 2*float64(min(oldWords[i], newWords[j])) < similar*float64(total) {
				continue
			}
			common := 0
			for w, k := range own {
				common += min(k, bags[n][w])
			}
			if score := 2 * float64(common) / float64(oldWords[i]+newWords[j]); score >= similar {
				matches = append(matches, match{i, j, score})
			}
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return cmp.Compare(b.score, a.score) })
	for _, m := range matches {
		if !usedOld[m.i] && !usedNew[m.j] {
			take(m.i, m.j, false)
		}
	}
}

// inOrder marks the heaviest sequence of pairs, sorted by their old places, whose
// new places rise as well. Exact pairs go before others of the same weight.
func inOrder(pairs []pair) {
	most := 0
	for _, p := range pairs {
		most = max(most, p.new+1)
	}
	// best[k] is the last pair of the heaviest sequence that ends at a new place
	// within what k stands for in a Fenwick tree; sum is its weight.
	best, sum := make([]int, most+1), make([]int, len(pairs))
	before := make([]int, len(pairs))
	for k := range best {
		best[k] = -1
	}
	last := -1
	for n, p := range pairs {
		before[n] = -1
		for k := p.new; k > 0; k -= k & -k {
			if m := best[k]; m >= 0 && (before[n] < 0 || sum[m] > sum[before[n]]) {
				before[n] = m
			}
		}
		sum[n] = 2*p.weight + 1
		if p.exact {
			sum[n]++
		}
		if before[n] >= 0 {
			sum[n] += sum[before[n]]
		}
		for k := p.new + 1; k <= most; k += k & -k {
			if m := best[k]; m < 0 || sum[n] > sum[m] {
				best[k] = n
			}
		}
		if last < 0 || sum[n] > sum[last] {
			last = n
		}
	}
	for ; last >= 0; last = before[last] {
		pairs[last].inPlace = true
	}
}
