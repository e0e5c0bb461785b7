package topics

import (
	"encoding/binary"
	"math"
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
	words      []wordMoves // by number
	moves      []move      // of all words
	numbers    []move      // those that any number makes
	sums       []move      // those that any sum of money makes
	all        []move      // those that every word makes
	nodes      []node
	edges      []edge
	taken      []int32 // the words that edges take
	gaps, uses []int32
}

// wordMoves are the moves that a word makes: all of them, and those from the root
// once more, which are the only ones while no phrase waits at a gap.
type wordMoves struct{ all, first stretch }

// A move leads to a node, from the root or from one that waits.
type move struct{ from, to int32 }

// A node is a place within phrases. What it has lies in the matcher's lists, close
// together, because a scan jumps about among thousands of nodes.
type node struct {
	edges stretch // to the nodes that the next word may lead to
	mask  uint64  // of all these edges together
	gaps  stretch // nodes that wait at a gap which begins here
	uses  stretch // the uses of the phrases that end here
	wait  uint32  // of a node that waits: for how many words; its edges are moves
}

// A stretch is a part of a list.
type stretch struct{ from, to uint32 }

// An edge leads on with the next word.
type edge struct {
	// mask has the bit of every word that it takes, by the last six bits of the
	// word's number: most words are refused by it alone. All bits are set where it
	// takes more than some words.
	mask  uint64
	words stretch // of oneOf, sorted: of the matcher's taken
	kind  stepKind
	to    int32
}

func (m *matcher) takes(e *edge, word int32, c class) bool {
	switch e.kind {
	case oneOf:
		if !masked(e.mask, word) {
			return false
		}
		_, ok := slices.BinarySearch(m.taken[e.words.from:e.words.to], word)
		return ok
	case anyNumber:
		return c != plain
	case anyMoney:
		return c == money
	}
	return true
}

// masked reports whether a mask has the bit of a word.
func masked(mask uint64, word int32) bool { return mask>>(word&63)&1 != 0 }

// A builder makes a matcher of phrases.
type builder struct {
	matcher
	drafts   []draft          // of the nodes
	byWord   [][]move         // the moves, by the number of the word
	numbered map[string]int32 // the words, by which the vocabulary knows them
	children map[string]int32 // by the number of a node and the step from it
	key      []byte
}

// A draft is a node while phrases are added.
type draft struct {
	edges      []edge
	gaps, uses []int32
	wait       uint32
}

// newBuilder returns a builder that numbers words together with others.
func newBuilder(numbered map[string]int32) *builder {
	return &builder{
		numbered: numbered,
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
		e := edge{kind: s.kind, to: to}
		b.taken, e.words = lay(b.taken, words)
		for _, word := range words {
			e.mask |= 1 << (word & 63)
		}
		if s.kind != oneOf {
			e.mask = math.MaxUint64
		}
		b.drafts[at].edges = append(b.drafts[at].edges, e)
		return to
	}
	m := move{at, to}
	switch s.kind {
	case oneOf:
		for _, word := range words {
			for int(word) >= len(b.byWord) {
				b.byWord = append(b.byWord, nil)
			}
			b.byWord[word] = append(b.byWord[word], m)
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

// number returns the number of a word, from 1, which it takes in if need be.
func (b *builder) number(word string) int32 {
	id, ok := b.numbered[word]
	if !ok {
		id = int32(len(b.numbered) + 1)
		b.numbered[word] = id
	}
	return id
}

// finish returns the matcher once all phrases are in, of this builder and of those
// that it shares its words with.
func (b *builder) finish() matcher {
	b.words = make([]wordMoves, len(b.numbered)+1)
	for word, moves := range b.byWord {
		w := &b.words[word]
		b.moves, w.all = lay(b.moves, moves)
		b.moves, w.first = lay(b.moves, slices.DeleteFunc(moves, func(m move) bool { return m.from != 0 }))
	}
	for _, d := range b.drafts {
		n := node{wait: d.wait}
		for _, e := range d.edges {
			n.mask |= e.mask
		}
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

// A vocabulary tells the words that phrases hold, by their numbers. A map would do
// for all of them; this is half of what telling a word costs.
type vocabulary struct {
	slots []slot // a hash table of the words that have a key; their count is a power of 2
	keys  []key  // of the words that have one, by their numbers
	long  map[string]int32
}

// A slot has the hash beside the number: that no phrase holds a word is seen
// without a look at a key.
type slot struct {
	hash   uint32
	number int32 // of the word, 0 for none
}

// newVocabulary makes a vocabulary of words numbered from 1.
func newVocabulary(numbered map[string]int32) vocabulary {
	size := 64
	for size < 2*len(numbered) {
		size *= 2
	}
	v := vocabulary{slots: make([]slot, size), keys: make([]key, len(numbered)+1), long: map[string]int32{}}
	for word, n := range numbered {
		if len(word) > keySize {
			v.long[word] = n
			continue
		}
		k := keyOf(word, len(word))
		h := k.hash()
		at := int(h) & (size - 1)
		for v.slots[at].number != 0 {
			at = (at + 1) & (size - 1)
		}
		v.slots[at], v.keys[n] = slot{h, n}, k
	}
	return v
}

// number returns the number of the word last read, from 1, or 0 for a word that no
// phrase holds.
func (v *vocabulary) number(r *reader) int32 {
	if r.n > keySize {
		return v.long[string(r.buf[:r.n])]
	}
	h := r.key.hash()
	mask := len(v.slots) - 1
	for at := int(h) & mask; ; at = (at + 1) & mask {
		s := v.slots[at]
		if s.number == 0 || s.hash == h && v.keys[s.number] == r.key {
			return s.number
		}
	}
}
