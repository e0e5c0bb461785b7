package revision

import (
	"slices"
	"strings"

	"archiver/article"
)

const (
	// A place is small enough for one fact to have taken another's place if
	// neither side has more words.
	fewWords = 12
	// A passage that was added or removed is long from so many words on.
	longPassage = 40
)

// A place is a hunk on its way to its class.
type place struct {
	stream             *stream
	hunk               hunk
	class              Class
	olds, news         []int // words
	oldFacts, newFacts []fact
}

// note puts a change of a field on record.
func (c *comparison) note(f Field, class Class, removed, added []string) {
	change := c.changes[f]
	if change == nil {
		change = &Change{Field: f, Class: class}
		c.changes[f] = change
	}
	if change.Class.less(class) {
		change.Class = class
	}
	put := func(list *[]string, values []string) {
		for _, v := range values {
			if v != "" && !slices.Contains(*list, v) && len(*list) < mostValues {
				*list = append(*list, v)
			}
		}
	}
	put(&change.Removed, removed)
	put(&change.Added, added)
}

// mostValues bounds what a change lists.
const mostValues = 100

// classify gives every place its class and notes what it changes.
func (c *comparison) classify() {
	streams := append([]*stream{c.title, c.body}, c.moves...)
	var places []*place
	oldAt, newAt := make([]*place, len(c.old.tokens)), make([]*place, len(c.new.tokens))
	for _, st := range streams {
		st.classes = make([]Class, len(st.hunks))
		for _, h := range st.hunks {
			p := &place{stream: st, hunk: h}
			p.olds, p.news = c.gather(st.old[h.a0:h.a1], c.old, oldAt, p), c.gather(st.new[h.b0:h.b1], c.new, newAt, p)
			places = append(places, p)
		}
	}
	assign(c.old, oldAt, func(p *place, f fact) { p.oldFacts = append(p.oldFacts, f) })
	assign(c.new, newAt, func(p *place, f fact) { p.newFacts = append(p.newFacts, f) })
	oldValues, newValues := values(c.old), values(c.new)
	n := map[*stream]int{}
	for _, p := range places {
		c.judge(p, oldValues, newValues)
		p.stream.classes[n[p.stream]] = p.class
		n[p.stream]++
	}
	if len(c.moves) > 0 {
		c.note(FieldOrder, Minor, nil, nil)
	}
}

// gather returns the words among a hunk's tokens and notes whose they are.
func (c *comparison) gather(numbers []int32, s *side, at []*place, p *place) (words []int) {
	for _, n := range numbers {
		if n < 0 {
			continue
		}
		at[n] = p
		if s.tokens[n].word() {
			words = append(words, int(n))
		}
	}
	return words
}

// assign gives each fact to the places that touch it.
func assign(s *side, at []*place, add func(*place, fact)) {
	for _, f := range s.facts {
		var last *place
		for i := f.from; i < f.to; i++ {
			p := at[i]
			if p == nil || p == last || !s.tokens[i].word() {
				continue
			}
			if last == nil && i == f.from && whole(s, at, f, p) {
				add(p, f)
				break
			}
			f.partly = true
			add(p, f)
			last = p
		}
	}
}

func whole(s *side, at []*place, f fact, p *place) bool {
	for i := f.from; i < f.to; i++ {
		if at[i] != p && s.tokens[i].word() {
			return false
		}
	}
	return true
}

// values are the facts of a side.
func values(s *side) map[Field]map[string]bool {
	all := map[Field]map[string]bool{}
	for _, f := range s.facts {
		if all[f.field] == nil {
			all[f.field] = map[string]bool{}
		}
		all[f.field][f.value] = true
	}
	return all
}

// judge gives a place its class.
func (c *comparison) judge(p *place, oldValues, newValues map[Field]map[string]bool) {
	p.class = c.cosmetic(p)
	c.removed += len(p.olds)
	c.added += len(p.news)
	if p.class == Cosmetic {
		c.parts(p)
		return
	}
	p.class = Minor
	if p.stream == c.title || len(p.olds) >= longPassage || len(p.news) >= longPassage {
		p.class = Material
	}
	quoted := func(s *side, words []int) bool {
		return slices.ContainsFunc(words, func(i int) bool { return s.tokens[i].quoted })
	}
	if quoted(c.old, p.olds) || quoted(c.new, p.news) {
		p.class = Material
		c.note(FieldQuotes, Material, nil, nil)
	}
	few := len(p.olds) <= fewWords && len(p.news) <= fewWords
	for _, field := range factFields {
		if len(p.oldFacts)+len(p.newFacts) == 0 {
			break
		}
		gone := c.counts(field, c.old, p.oldFacts, p.newFacts, c.new, newValues[field], few)
		come := c.counts(field, c.new, p.newFacts, p.oldFacts, c.old, oldValues[field], few)
		if field == FieldSense && (!few || len(gone) > 0 && len(come) > 0) {
			continue
		}
		if len(gone)+len(come) > 0 {
			p.class = Material
			c.note(field, Material, c.printed(c.old, gone), c.printed(c.new, come))
		}
	}
	c.parts(p)
}

// parts notes which part of the release a place belongs to.
func (c *comparison) parts(p *place) {
	if p.stream == c.title {
		c.note(FieldTitle, p.class, nil, nil)
		return
	}
	lead, body, moved := false, false, false
	look := func(numbers []int32, s *side, r *article.Record) {
		for _, n := range numbers {
			switch {
			case n <= movedBase:
				moved = true
			case n == endOfBlock:
			case isLead(r, s.tokens[n].block):
				lead = true
			default:
				body = true
			}
		}
	}
	h := p.hunk
	look(p.stream.old[h.a0:h.a1], c.old, c.before)
	look(p.stream.new[h.b0:h.b1], c.new, c.after)
	if lead {
		c.note(FieldLead, p.class, nil, nil)
	}
	if body || !lead && !moved { // at least the ends of blocks
		c.note(FieldBody, p.class, nil, nil)
	}
}

// isLead reports whether a block is the standfirst.
func isLead(r *article.Record, block int) bool {
	return block >= 0 && (r.Blocks[block].Lead || block == 0 && r.Lead != "" && r.Blocks[0].Text == r.Lead)
}

// counts returns the facts of a field, among those that a place touches on one
// side, that have changed.
func (c *comparison) counts(field Field, own *side, facts, others []fact, other *side, known map[string]bool, few bool) []fact {
	has := map[string]bool{}
	rival := false
	for _, f := range others {
		if f.field == field {
			has[f.value] = true
		}
	}
	mine := map[string]bool{}
	for _, f := range facts {
		if f.field == field {
			mine[f.value] = true
		}
	}
	for v := range has {
		rival = rival || !mine[v]
	}
	var out []fact
	for _, f := range facts {
		if f.field != field || has[f.value] {
			continue
		}
		appears := !f.swap && !known[f.value] && !other.has(own, f)
		if few && rival || appears || f.partly && few || field == FieldSense {
			out = append(out, f)
		}
	}
	return out
}

// has reports whether a side has a fact's words somewhere, though not as a fact:
// a name that begins a sentence there, a number that an older reader did not list.
func (s *side) has(own *side, f fact) bool {
	if f.to-f.from == 1 {
		t := &own.tokens[f.from]
		if f.field == FieldNames {
			return s.names()[f.value]
		}
		return s.words[t.fold] > 0
	}
	if f.field == FieldPhones || f.field == FieldReferences {
		s.searches++
		return len(f.value) > 5 && s.searches < mostSearches && strings.Contains(s.squashed(), f.value)
	}
	return false
}

// mostSearches bounds how often a whole text is searched.
const mostSearches = 200

// names are the side's words without their possessives.
func (s *side) names() map[string]bool {
	if s.nameWords == nil {
		s.nameWords = make(map[string]bool, len(s.tokens))
		for i := range s.tokens {
			s.nameWords[fold(bare(s.tokens[i].text))] = true
		}
	}
	return s.nameWords
}

// squashed are the side's letters and figures in a row.
func (s *side) squashed() string {
	if s.letters == "" {
		var b strings.Builder
		for i := range s.tokens {
			b.WriteString(squash(s.tokens[i].text))
		}
		s.letters = b.String()
	}
	return s.letters
}

// printed returns facts as they stand, those that follow each other as one.
func (c *comparison) printed(s *side, facts []fact) []string {
	var out []string
	for i := 0; i < len(facts); {
		from, to := facts[i].from, facts[i].to
		for i++; i < len(facts) && facts[i].from <= to && s.tokens[max(facts[i].from-1, 0)].block == s.tokens[from].block; i++ {
			to = max(to, facts[i].to)
		}
		var b strings.Builder
		for n := from; n < to; n++ {
			b.WriteString(s.tokens[n].text)
			if n+1 < to && s.tokens[n].space != "" {
				b.WriteByte(' ')
			}
		}
		out = append(out, bare(b.String()))
	}
	return out
}
