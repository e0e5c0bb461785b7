package topics

import (
	"encoding/binary"
	"slices"
)

// A matcher is all phrases of all rules as one tree. Phrases that begin alike
// share the way from its root, which is node 0.
//
// From the root, and from the nodes that wait at a gap, it is run the other way
// about: not from the node to the words that lead on, but from a word to the moves
// that it makes possible there. So what a word costs is bounded by the rules,
// whatever stood before it, and most words cost little.
type matcher struct {
	vocabulary vocabulary
	moves      [][]move // by word
	numbers    []move   // those that any number makes
	sums       []move   // those that any sum of money makes
	all        []move   // those that every word makes
	nodes      []node
	edges      []edge
	gaps, uses []int32
}

// A move leads to a node, from the root or from one that waits.
type move struct{ from, to int32 }

// A node is a place within phrases. What it has lies in the matcher's lists, close
// together, because a scan jumps about among thousands of nodes.
type node struct {
	edges stretch // to the nodes that the next word may lead to
	gaps  stretch // nodes that wait at a gap which begins here
	uses  stretch // the uses of the phrases that end here
	wait  uint32  // of a node that waits: for how many words; its edges are moves
}

// A stretch is a part of a list.
type stretch struct{ from, to uint32 }

// An edge leads on with the next word.
type edge struct {
	// mask has the bit of every word that it takes, by the last six bits of the
	// word's number: most words are refused by it alone.
	mask  uint64
	words []int32 // of oneOf, sorted
	kind  stepKind
	to    int32
}

func (e *edge) takes(word int32, c class) bool {
	switch e.kind {
	case oneOf:
		if e.mask>>(word&63)&1 == 0 {
			return false
		}
		_, ok := slices.BinarySearch(e.words, word)
		return ok
	case anyNumber:
		return c != plain
	case anyMoney:
		return c == money
	}
	return true
}

// A builder makes a matcher of phrases.
type builder struct {
	matcher
	drafts   []draft          // of the nodes
	numbered map[string]int32 // the words of the vocabulary
	children map[string]int32 // by the number of a node and the step from it
	key      []byte
}

// A draft is a node while phrases are added.
type draft struct {
	edges      []edge
	gaps, uses []int32
	wait       uint32
}

func newBuilder() *builder {
	return &builder{
		numbered: map[string]int32{},
		matcher:  matcher{moves: make([][]move, 1)},
		drafts:   make([]draft, 1),
		children: map[string]int32{},
	}
}

// add puts a phrase into the tree, to be told of as the given use.
func (b *builder) add(p phrase, use int32) {
	at := int32(0)
	for _, s := range p {
		at = b.child(at, s)
	}
	if n := &b.drafts[at]; !slices.Contains(n.uses, use) {
		n.uses = append(n.uses, use)
	}
}

// child returns the node to which a step leads, which it makes if need be.
func (b *builder) child(at int32, s step) int32 {
	b.key = binary.AppendVarint(b.key[:0], int64(at))
	b.key = append(b.key, byte(s.kind), byte(s.gap))
	for _, word := range s.words {
		b.key = append(append(b.key, word...), ' ')
	}
	if to, ok := b.children[string(b.key)]; ok {
		return to
	}
	to := int32(len(b.drafts))
	b.drafts = append(b.drafts, draft{wait: uint32(s.gap)})
	b.children[string(b.key)] = to
	if s.kind == upTo {
		b.drafts[at].gaps = append(b.drafts[at].gaps, to)
		return to
	}
	words := make([]int32, len(s.words))
	for i, word := range s.words {
		words[i] = b.number(word)
	}
	if at > 0 && b.drafts[at].wait == 0 {
		slices.Sort(words)
		e := edge{kind: s.kind, words: words, to: to}
		for _, word := range words {
			e.mask |= 1 << (word & 63)
		}
		b.drafts[at].edges = append(b.drafts[at].edges, e)
		return to
	}
	m := move{at, to}
	switch s.kind {
	case oneOf:
		for _, word := range words {
			b.moves[word] = append(b.moves[word], m)
		}
	case anyNumber:
		b.numbers = append(b.numbers, m)
	case anyMoney:
		b.sums = append(b.sums, m)
	case anyWord:
		b.all = append(b.all, m)
	}
	return to
}

// number returns the number of a word, which it takes in if need be.
func (b *builder) number(word string) int32 {
	id, ok := b.numbered[word]
	if !ok {
		id = int32(len(b.moves))
		b.numbered[word] = id
		b.moves = append(b.moves, nil)
	}
	return id
}

// A vocabulary is a hash table of the words that phrases hold, by [hash]. A map
// would do; this is half of what telling a word costs.
type vocabulary struct {
	slots []int32 // 0, or the number of a word; their count is a power of 2
	words []string
}

// finish returns the matcher once all phrases are in.
func (b *builder) finish() matcher {
	size := 64
	for size < 4*len(b.moves) {
		size *= 2
	}
	v := vocabulary{slots: make([]int32, size), words: make([]string, len(b.moves))}
	for word, n := range b.numbered {
		v.words[n] = word
		h := hashStart
		for i := range len(word) {
			h = hash(h, word[i])
		}
		at := int(h) & (size - 1)
		for v.slots[at] != 0 {
			at = (at + 1) & (size - 1)
		}
		v.slots[at] = n
	}
	b.vocabulary = v
	for _, d := range b.drafts {
		n := node{wait: d.wait}
		b.edges, n.edges = lay(b.edges, d.edges)
		b.gaps, n.gaps = lay(b.gaps, d.gaps)
		b.uses, n.uses = lay(b.uses, d.uses)
		b.nodes = append(b.nodes, n)
	}
	return b.matcher
}

// lay puts a part at the end of a list, and says where it lies.
func lay[T any](list, part []T) ([]T, stretch) {
	from := len(list)
	list = append(list, part...)
	return list, stretch{uint32(from), uint32(len(list))}
}

// number returns the number of a word, from 1, or 0 for any other word.
func (v *vocabulary) number(word []byte, h uint32) int32 {
	mask := len(v.slots) - 1
	for at := int(h) & mask; v.slots[at] != 0; at = (at + 1) & mask {
		if n := v.slots[at]; v.words[n] == string(word) {
			return n
		}
	}
	return 0
}

// hashStart and hash are FNV-1a, a byte at a time.
const hashStart uint32 = 2166136261

func hash(h uint32, b byte) uint32 { return (h ^ uint32(b)) * 16777619 }
