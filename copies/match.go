package copies

import (
	"cmp"
	"slices"

	"archiver/article"
)

const (
	// matchWords is how long a passage has to be to be shown, in words that are no
	// formula, and how many a release has to have given in all.
	matchPassage = 8
	matchWords   = 12
	// matchLoaded is how many releases are laid beside the text, those first that
	// share most of its fingerprints.
	matchLoaded = 300
)

// A Match is a release from which a text has taken words, or the other way round.
type Match struct {
	Record *article.Record
	// Words counts the words of the passages, formulas left out. OfText is their
	// share of the text's own words, OfRecord of the release's.
	Words            int
	OfText, OfRecord float64
	Passages         []Passage // the longest first
}

// A Passage is a row of words that stands in a text and in a release.
type Passage struct {
	Words          int     // how many
	Text, Record   Stretch // where
	InText, InBody string  // as printed in each
}

// A Stretch is a row of words, the first counted from 1.
type Stretch struct{ From, To int }

// Match holds a text against the records of the archive, and returns from which of
// them it took how much, most first, of the same the earliest. Every passage of [MinPassage] words that are
// no formula is found in the three hundred releases that share most with the text,
// and most of eight words or more. A release is named from twelve words on; what
// is shorter happens by accident.
func (ix *Index) Match(text string, archive Archive) ([]Match, error) {
	in := newIndexed(words(text))
	wanted := printSet(in.prints)
	wanted = slices.DeleteFunc(wanted, ix.formulas.has)
	type hit struct {
		s *sketch
		n int
	}
	var hits []hit
	for _, s := range ix.sketches {
		if n := common(wanted, s.prints); n > 0 {
			hits = append(hits, hit{s, n})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.n, a.n), older(a.s, b.s)) })
	var ids []string
	for _, h := range hits[:min(len(hits), matchLoaded)] {
		ids = append(ids, h.s.name())
	}
	var out []Match
	for r, err := range archive.RecordsOf(ids...) {
		if err != nil {
			return nil, err
		}
		if m, ok := ix.match(text, in, r); ok {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Words, a.Words), a.Record.Published.Compare(b.Record.Published.Time))
	})
	return out, nil
}

// match lays one release beside a text.
func (ix *Index) match(text string, in *indexed, r *article.Record) (m Match, ok bool) {
	body := newIndexed(words(r.Text))
	maskText, maskBody := in.formulaic(ix.formulas.has), body.formulaic(ix.formulas.has)
	m.Record = r
	taken := make([]bool, len(body.words)) // of the release, each word once
	given := make([]bool, len(in.words))
	for _, p := range shared(body, in) {
		own := 0
		for i := range p.n {
			if !maskBody[p.a+i] && !maskText[p.b+i] {
				own++
			}
		}
		if own < matchPassage {
			continue
		}
		for i := range p.n {
			taken[p.a+i], given[p.b+i] = true, true
		}
		m.Passages = append(m.Passages, Passage{
			Words: p.n, Text: Stretch{p.b + 1, p.b + p.n}, Record: Stretch{p.a + 1, p.a + p.n},
			InText: text[in.words[p.b].start:in.words[p.b+p.n-1].end],
			InBody: r.Text[body.words[p.a].start:body.words[p.a+p.n-1].end],
		})
	}
	m.Words = count(given, maskText)
	if m.Words < matchWords {
		return m, false
	}
	m.OfText = float64(m.Words) / float64(max(1, own(maskText)))
	m.OfRecord = float64(count(taken, maskBody)) / float64(max(1, own(maskBody)))
	slices.SortStableFunc(m.Passages, func(a, b Passage) int { return cmp.Compare(b.Words, a.Words) })
	return m, true
}

// CountWords counts the words of a text as [Match] does.
func CountWords(text string) int { return len(words(text)) }
