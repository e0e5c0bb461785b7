package topics

import (
	"math"
	"slices"

	"archiver/article"
)

// A place is where in a release words stand.
type place uint8

const (
	inTitle place = iota
	inLead
	inBody
	places
)

// shortLead is the number of words up to which a first block is a label or the
// caption of a picture, and what follows belongs to the lead too.
const shortLead = 9

// longestSentence is the number of words after which a sentence is taken to end.
// It bounds what is compared with what, so that a text without a full stop costs
// no more than another.
const longestSentence = 150

// A span is a stretch of one text of a release.
type span struct {
	text       string
	start, end int32 // in bytes
}

// A hit is a use of a phrase, found in the sentence that is being read.
type hit struct {
	use        int32
	start, end int32
}

// A step forward is made by a word, from a phrase that began at start.
type forward struct{ to, start int32 }

// A phrase that has begun can go on by the edges of the node that it has reached.
type begun struct {
	mask  uint64 // the node's
	edges stretch
	start int32
}

// A tally is what was seen of one use.
type tally struct {
	seen  [places]uint8
	first span  // where it was first seen
	text  int32 // the text of the release, counted from 0, where it was last seen
	end   int32 // and where there its words ended
}

// A scan reads one release. Its slices are kept for the next.
type scan struct {
	r        *Rules
	reader   reader
	texts    int32    // read so far, of this release
	turn     uint32   // counts words
	until    []uint32 // by node that waits: the last turn at which a phrase can go on from it
	starts   []int32  // by node that waits: where that phrase began, in bytes
	waiting  uint32   // the last turn at which any phrase can go on from a node that waits
	fresh    []begun  // of the nodes reached by the last word
	forwards []forward
	hits     []hit
	tallies  []tally  // by use
	touched  []int32  // uses with a tally
	voided   []int32  // rules that the sentence does not count for
	excepted []hit    // words of the sentence that do not count for their rules
	needs    []bool   // by rule: a companion has been seen
	scores   []int    // by rule
	telling  []int    // by rule: what of its score telling phrases earned
	opening  []int    // by rule: what of its score the title and the lead earned
	fired    []bool   // by rule
	folders  []string // of the address
	reasons  []string // by rule: the section or the topic that counted for it
	order    []int32  // of rules or uses, while they are sorted
}

// scan runs over the words of a release, once. The caller returns the result to
// the pool.
func (r *Rules) scan(rel Release) *scan {
	s, _ := r.pool.Get().(*scan)
	if s == nil {
		nodes, rules := max(len(r.head.nodes), len(r.body.nodes)), len(r.rules)
		s = &scan{
			until: make([]uint32, nodes), starts: make([]int32, nodes), tallies: make([]tally, len(r.uses)),
			needs: make([]bool, rules), fired: make([]bool, rules), reasons: make([]string, rules),
			scores: make([]int, rules), telling: make([]int, rules), opening: make([]int, rules),
		}
	}
	s.r = r
	for _, use := range s.touched {
		s.tallies[use] = tally{}
	}
	s.touched = s.touched[:0]
	clear(s.needs)
	s.texts = 0

	s.read(rel.Title, inTitle)
	opening := 0 // words of the lead so far
	if rel.Lead != "" {
		opening = s.read(rel.Lead, inLead)
	}
	known := rel.Lead != ""
	for i := range rel.Blocks {
		b := &rel.Blocks[i]
		switch {
		case b.Text == "" || b.Kind == article.BlockImage:
		case rel.Lead != "" && known && b.Text == rel.Lead:
			known = false // read already; a second time it is body
		case opening <= shortLead:
			opening += s.read(b.Text, inLead)
		default:
			s.read(b.Text, inBody)
		}
	}
	s.reader.text = ""
	return s
}

// read runs over one text and returns the number of its words.
func (s *scan) read(text string, at place) int {
	m := &s.r.head
	if at == inBody {
		m = &s.r.body
	}
	s.reader.text, s.reader.at, s.reader.n = text, 0, 0
	words, inSentence := 0, 0
	for s.reader.at < len(text) {
		more := s.reader.next()
		if !more || inSentence == longestSentence {
			s.sentence(text, at)
			inSentence = 0
		}
		if !more {
			continue
		}
		words++
		inSentence++
		s.word(m, s.r.vocabulary.number(&s.reader))
	}
	s.sentence(text, at)
	s.texts++
	return words
}

// word takes every phrase on that goes on with a word, and opens those that begin
// with it. All moves are found before any is made, because a move changes what the
// next would find.
func (s *scan) word(m *matcher, word int32) {
	s.turn++
	if word == 0 && s.reader.class == plain && len(s.fresh) == 0 && len(m.all) == 0 {
		return // a word that no phrase holds, and none has begun
	}
	s.forwards = s.forwards[:0]
	for _, f := range s.fresh {
		if !masked(f.mask, word) {
			continue
		}
		edges := m.edges[f.edges.from:f.edges.to]
		for i := range edges {
			if e := &edges[i]; m.takes(e, word, s.reader.class) {
				s.forwards = append(s.forwards, forward{e.to, f.start})
			}
		}
	}
	s.fresh = s.fresh[:0]
	if word > 0 {
		moves := m.words[word].all
		if s.waiting < s.turn {
			moves = m.words[word].first
		}
		s.find(m.moves[moves.from:moves.to])
	}
	if s.reader.class != plain {
		s.find(m.numbers)
		if s.reader.class == money {
			s.find(m.sums)
		}
	}
	s.find(m.all)
	for _, f := range s.forwards {
		s.reach(m, f)
	}
}

// find adds the moves that can be made now, from the root and from where phrases wait.
func (s *scan) find(moves []move) {
	for _, mv := range moves {
		if mv.from == 0 {
			s.forwards = append(s.forwards, forward{mv.to, int32(s.reader.start)})
		} else if s.until[mv.from] >= s.turn {
			s.forwards = append(s.forwards, forward{mv.to, s.starts[mv.from]})
		}
	}
}

// reach notes that a phrase has come to a node. Where two wait at one gap, the one
// that began last stays: its words are the fewest, and it may wait the longest.
func (s *scan) reach(m *matcher, f forward) {
	n := &m.nodes[f.to]
	for _, use := range m.uses[n.uses.from:n.uses.to] {
		s.hits = append(s.hits, hit{use: use, start: f.start, end: int32(s.reader.end)})
	}
	if n.edges.from < n.edges.to {
		s.fresh = append(s.fresh, begun{n.mask, n.edges, f.start})
	}
	for _, gap := range m.gaps[n.gaps.from:n.gaps.to] {
		s.until[gap] = s.turn + 1 + m.nodes[gap].wait
		s.waiting = max(s.waiting, s.until[gap])
		s.starts[gap] = f.start
	}
}

// sentence counts what was found in the sentence that ends here.
func (s *scan) sentence(text string, at place) {
	s.fresh = s.fresh[:0]
	s.turn += longestGap + 1 // no phrase goes on
	if s.turn > math.MaxUint32/2 {
		clear(s.until)
		s.turn, s.waiting = 0, 0
	}
	if len(s.hits) == 0 {
		return
	}
	s.voided, s.excepted = s.voided[:0], s.excepted[:0]
	ignored := false
	for _, h := range s.hits {
		switch u := &s.r.uses[h.use]; u.role {
		case ignores:
			ignored = true
		case voids:
			s.voided = append(s.voided, u.rule)
		case excepts:
			s.excepted = append(s.excepted, h)
		}
	}
	for _, h := range s.hits {
		u := &s.r.uses[h.use]
		switch u.role {
		case needed:
			s.needs[u.rule] = true
			continue
		case counts:
		default:
			continue
		}
		rule := &s.r.rules[u.rule]
		if u.factors[at] == 0 || ignored && rule.sort != kindRule ||
			slices.Contains(s.voided, u.rule) || s.isExcepted(h, u.rule) {
			continue
		}
		t := &s.tallies[h.use]
		switch {
		case t.seen == [places]uint8{}:
			s.touched = append(s.touched, h.use)
			t.first = span{text, h.start, h.end}
		case t.text == s.texts && h.start < t.end:
			continue // the same words, reached in two ways
		}
		t.text, t.end = s.texts, h.end
		t.seen[at] = min(t.seen[at]+1, mostSeen[at])
	}
	s.hits = s.hits[:0]
}

// isExcepted reports whether a hit touches words that do not count for its rule.
func (s *scan) isExcepted(h hit, rule int32) bool {
	for _, e := range s.excepted {
		if s.r.uses[e.use].rule == rule && e.start < h.end && h.start < e.end {
			return true
		}
	}
	return false
}
