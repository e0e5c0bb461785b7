package revision

import (
	"cmp"
	"slices"

	"archiver/article"
)

// A side is one of the two records, cut into tokens: the headline's first.
type side struct {
	tokens []token
	blocks []span // of the body, by the record's numbers; empty for those without text
	title  span
	facts  []fact
	words  map[string]int // folded words, and how often each stands
	// Made when first asked for.
	nameWords map[string]bool
	letters   string
	searches  int
}

// A span is a stretch of a side's tokens, end exclusive.
type span struct{ from, to int }

func (s span) len() int { return s.to - s.from }

func newSide(r *article.Record) *side {
	s := &side{blocks: make([]span, len(r.Blocks))}
	s.tokens = tokenise(r.Title, -1)
	s.title = span{0, len(s.tokens)}
	for i, b := range r.Blocks {
		s.blocks[i].from = len(s.tokens)
		s.tokens = append(s.tokens, tokenise(b.Text, i)...)
		s.blocks[i].to = len(s.tokens)
	}
	s.quotations(r)
	s.words = make(map[string]int, len(s.tokens)/2)
	for i := range s.tokens {
		if t := &s.tokens[i]; t.word() {
			s.words[t.fold]++
		}
	}
	return s
}

// quotations marks the tokens that stand in the record's quotations.
func (s *side) quotations(r *article.Record) {
	inside := make([][]span, len(r.Blocks))
	for _, q := range r.Quotes {
		for _, at := range q.Spans {
			if b := at[0]; b >= 0 && b < len(inside) {
				inside[b] = append(inside[b], span{at[1], at[2]})
			}
		}
	}
	for b, spans := range inside {
		slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.from, y.from) })
		next, end := 0, 0
		for i := s.blocks[b].from; i < s.blocks[b].to; i++ {
			t := &s.tokens[i]
			for ; next < len(spans) && spans[next].from <= t.start; next++ {
				end = max(end, spans[next].to)
			}
			t.quoted = t.start < end && t.word()
		}
	}
}

// A stream is a part of both records side by side: the tokens of each by their
// numbers, and where they differ.
type stream struct {
	old, new []int32
	a, b     []int32 // their keys, by which they are compared
	hunks    []hunk
	classes  []Class // of the hunks
}

// Beside numbers of tokens a stream has these.
const (
	endOfBlock = -1
	movedBase  = -2 // and less: a block that has moved, the first as -2
)

// A comparison is two records on the way to their Difference.
type comparison struct {
	before, after  *article.Record
	old, new       *side
	keys           map[string]int32
	title, body    *stream
	moves          []*stream // blocks that stand elsewhere now
	inPlace        []pair    // blocks with the same words, in order
	changes        map[Field]*Change
	added, removed int
}

// key returns the number of a text; equal texts have equal ones.
func (c *comparison) key(s string) int32 {
	k, ok := c.keys[s]
	if !ok {
		k = int32(len(c.keys)) + 1
		c.keys[s] = k
	}
	return k
}

// Keys of what is no text.
const (
	keyEnd      = -1
	keyMovedOld = -2 // these two never match
	keyMovedNew = -3
)

// add appends a stretch of tokens to a stream, with their keys.
func (c *comparison) add(to, keys *[]int32, s *side, at span) {
	for i := at.from; i < at.to; i++ {
		*to, *keys = append(*to, int32(i)), append(*keys, c.key(s.tokens[i].text))
	}
}

// compare fills in where the stream's sides differ, from an offset of each on.
func (c *comparison) compare(st *stream, a, b int) {
	for _, h := range script(st.a[a:], st.b[b:]) {
		st.hunks = append(st.hunks, hunk{h.a0 + a, h.a1 + a, h.b0 + b, h.b1 + b})
	}
}

// align lays the two records side by side.
func (c *comparison) align() {
	c.title = &stream{}
	c.add(&c.title.old, &c.title.a, c.old, c.old.title)
	c.add(&c.title.new, &c.title.b, c.new, c.new.title)
	c.compare(c.title, 0, 0)
	c.tidy(c.title)

	pairs := c.pairs()
	movedOld, movedNew := map[int]int32{}, map[int]int32{}
	anchors := map[int]int{}
	for _, p := range pairs {
		switch {
		case !p.inPlace:
			st := &stream{}
			c.add(&st.old, &st.a, c.old, c.old.blocks[p.old])
			c.add(&st.new, &st.b, c.new, c.new.blocks[p.new])
			c.compare(st, 0, 0)
			c.tidy(st)
			n := int32(movedBase - len(c.moves))
			movedOld[p.old], movedNew[p.new] = n, n
			c.moves = append(c.moves, st)
		case p.exact:
			anchors[p.old] = p.new
			c.inPlace = append(c.inPlace, p)
		}
	}

	// Between blocks that have the same words the rest is compared word by word,
	// across the ends of blocks: a paragraph may have been divided.
	c.body = &stream{}
	atOld, atNew := 0, 0 // what is compared so far
	j, first, firstNew := 0, true, true
	putNew := func(until int) {
		for ; j < until; j++ {
			c.block(&c.body.new, &c.body.b, c.new, j, movedNew, keyMovedNew, &firstNew)
		}
	}
	for i := range c.old.blocks {
		partner, anchored := anchors[i]
		if anchored {
			putNew(partner)
			c.compare(c.body, atOld, atNew)
			atOld, atNew = len(c.body.old), len(c.body.new)
		}
		c.block(&c.body.old, &c.body.a, c.old, i, movedOld, keyMovedOld, &first)
		if anchored {
			putNew(partner + 1)
			c.compare(c.body, atOld, atNew)
			atOld, atNew = len(c.body.old), len(c.body.new)
		}
	}
	putNew(len(c.new.blocks))
	c.compare(c.body, atOld, atNew)
	c.tidy(c.body)
}

// block appends a block to the body's stream, behind the end of the one before.
func (c *comparison) block(to, keys *[]int32, s *side, n int, moved map[int]int32, movedKey int32, first *bool) {
	if s.blocks[n].len() == 0 {
		return
	}
	if !*first {
		*to, *keys = append(*to, endOfBlock), append(*keys, keyEnd)
	}
	*first = false
	if m, ok := moved[n]; ok {
		*to, *keys = append(*to, m), append(*keys, movedKey)
		return
	}
	c.add(to, keys, s, s.blocks[n])
}
