package search

import (
	"cmp"
	"database/sql"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"time"
)

// hits are the documents of a chunk that a part of a query finds, each with what it
// scores, which is of no meaning for the others.
type hits struct {
	set   bitset
	score [chunkSize]float32
}

// An evaluator finds the documents of one chunk after the other. out comes with an
// empty set and scores of 0. Others than those of within are not asked for, though they
// may be found; nil is all of them.
type evaluator interface {
	eval(chunk int, within *bitset, out *hits) error
	// atMost is about how many documents it finds, in all chunks: those that find few
	// are asked first.
	atMost() int
}

// A finder makes a query into evaluators, on the documents of one space.
type finder struct {
	v     *view
	s     *space
	lists map[string]*termLists
	terms []match // the single words that were asked for, for suggestions

	tails    *sql.Stmt
	unpacked unpacked
}

// A termLists is the lists of a term, by chunk.
type termLists struct {
	documents int
	chunks    [][]stored
}

// stored is a list as it is read; its tail is read when it is wanted.
type stored struct {
	number     int64 // of its row
	term       string
	count      int
	head, tail []byte
}

func newFinder(v *view, space int) (*finder, error) {
	s, err := v.space(space)
	return &finder{v: v, s: s, lists: map[string]*termLists{}}, err
}

// inexact is what another form of a word counts, of what the word itself does.
const inexact = 0.8

// make makes a node into an evaluator.
func (f *finder) make(n node) (evaluator, error) {
	switch n := n.(type) {
	case all:
		e := &allOf{hits: new(hits)}
		for _, part := range n {
			if not, ok := part.(not); ok {
				sub, err := f.make(not.of)
				if err != nil {
					return nil, err
				}
				e.without = append(e.without, sub)
				continue
			}
			sub, err := f.make(part)
			if err != nil {
				return nil, err
			}
			e.with = append(e.with, sub)
		}
		if len(e.with) == 0 {
			e.with = append(e.with, everything{f.s})
		}
		slices.SortStableFunc(e.with, func(a, b evaluator) int { return cmp.Compare(a.atMost(), b.atMost()) })
		return e, nil
	case either:
		e := &anyOf{hits: new(hits)}
		for _, part := range n {
			sub, err := f.make(part)
			if err != nil {
				return nil, err
			}
			e.of = append(e.of, sub)
		}
		return e, nil
	case not:
		return f.make(all{n})
	case match:
		return f.match(n)
	case value:
		e := &valueOf{f: f}
		for _, v := range n.values {
			lists, err := f.term(string(n.kind)+v, n.prefix)
			if err != nil {
				return nil, err
			}
			e.lists = append(e.lists, lists)
		}
		return e, nil
	case during:
		return published{f.s, seconds(n.since), seconds(n.until)}, nil
	case numbers:
		return n, nil
	case changedSince:
		return changed{f.s, seconds(time.Time(n))}, nil
	}
	return everything{f.s}, nil
}

// match makes a word or a phrase into an evaluator.
func (f *finder) match(m match) (evaluator, error) {
	kind := string(m.kind)
	if len(m.words) > 1 {
		return f.phrase(m)
	}
	e := &wordOf{zones: m.zones, f: f}
	word := m.words[0]
	switch {
	case m.prefix && m.kind == termWord && len(word) == startSize:
		lists, err := f.term(string(termStart)+word, false)
		if err != nil {
			return nil, err
		}
		e.forms = []form{{lists, 1}}
	case m.prefix:
		lists, err := f.term(kind+word, true)
		if err != nil {
			return nil, err
		}
		e.forms = []form{{lists, 1}}
	default:
		f.terms = append(f.terms, m)
		terms, err := f.forms(kind+word, m.exact)
		if err != nil {
			return nil, err
		}
		for _, term := range terms {
			lists, err := f.term(term, false)
			if err != nil {
				return nil, err
			}
			weight := float32(1)
			if term != kind+word {
				weight = inexact
			}
			e.forms = append(e.forms, form{lists, weight})
		}
	}
	documents := 0
	for _, form := range e.forms {
		documents += form.lists.documents
	}
	e.idf = idf(min(documents, f.s.used), f.s.used)
	return e, nil
}

// forms returns a term and the others of its stem. The vocabulary says which there are.
func (f *finder) forms(term string, exact bool) ([]string, error) {
	if exact {
		return []string{term}, nil
	}
	rows, err := f.v.tx.Query("SELECT term, documents, seal FROM vocabulary WHERE space=? AND stem=?", f.s.number, stemOf(term))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []string{term}
	for rows.Next() {
		var (
			other     string
			documents int
			stored    int64
		)
		if err := rows.Scan(&other, &documents, &stored); err != nil {
			return nil, err
		}
		if stored != sealOfTerm(f.s.number, other, documents) {
			return nil, errDamaged
		}
		if other != term {
			list = append(list, other)
		}
	}
	return list, rows.Err()
}

// term reads the lists of a term, or of all that begin with it.
func (f *finder) term(term string, prefix bool) (*termLists, error) {
	key := term
	if prefix {
		key += "*"
	}
	if l := f.lists[key]; l != nil {
		return l, nil
	}
	l := &termLists{chunks: make([][]stored, len(f.s.chunks))}
	f.lists[key] = l
	if err := f.heads(l, term, prefix); err != nil {
		return nil, err
	}
	// Two witnesses: what a list has lost is noticed, and a list that is lost, or has
	// another key.
	var (
		documents int
		err       error
	)
	if prefix {
		err = f.v.tx.QueryRow("SELECT coalesce(sum(documents), 0) FROM vocabulary INDEXED BY vocabulary_terms WHERE space=? AND "+terms(true),
			append([]any{f.s.number}, ends(term, true)...)...).Scan(&documents)
	} else {
		documents, err = f.documents(term)
	}
	switch {
	case err != nil:
		return nil, err
	case documents != l.documents:
		return nil, errDamaged
	}
	l.documents = min(l.documents, f.s.used)
	return l, nil
}

// documents asks the vocabulary how many documents have a term.
func (f *finder) documents(term string) (documents int, err error) {
	var sealed int64
	err = f.v.tx.QueryRow("SELECT documents, seal FROM vocabulary WHERE space=? AND stem=? AND term=?", f.s.number, stemOf(term), term).Scan(&documents, &sealed)
	switch {
	case err == sql.ErrNoRows:
		return 0, nil
	case err != nil:
		return 0, err
	case sealed != sealOfTerm(f.s.number, term, documents):
		return 0, errDamaged
	}
	return documents, nil
}

// heads reads the heads of the lists of a term, or of all that begin with it.
func (f *finder) heads(l *termLists, term string, prefix bool) error {
	rows, err := f.v.tx.Query("SELECT number, chunk, term, head FROM postings WHERE space=? AND "+terms(prefix)+" ORDER BY term, chunk",
		append([]any{f.s.number}, ends(term, prefix)...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			chunk int
			head  []byte
			list  stored
		)
		if err := rows.Scan(&list.number, &chunk, &list.term, &head); err != nil {
			return err
		}
		if chunk < 0 || chunk >= len(l.chunks) {
			return errDamaged
		}
		if list.count, list.head, err = readHead(f.s.number, chunk, list.term, head); err != nil {
			return err
		}
		l.documents += list.count
		l.chunks[chunk] = append(l.chunks[chunk], list)
	}
	return rows.Err()
}

// terms is the condition for a term, or for all that begin with it, and ends are its
// parameters.
func terms(prefix bool) string {
	if prefix {
		return "term>=? AND term<?"
	}
	return "term=?"
}

func ends(term string, prefix bool) []any {
	if prefix {
		return []any{term, term + "\xff"}
	}
	return []any{term}
}

// everything finds all documents.
type everything struct{ s *space }

func (e everything) eval(chunk int, _ *bitset, out *hits) error {
	out.set = e.s.chunks[chunk].used
	return nil
}

func (e everything) atMost() int { return e.s.used }

// numbers finds documents by their numbers, which are sorted into chunks.
type numbers []bitset

func (s *space) numbers() numbers { return make(numbers, len(s.chunks)) }

func (n numbers) add(slot int) { n[slot/chunkSize].set(slot % chunkSize) }

func (n numbers) eval(chunk int, _ *bitset, out *hits) error {
	out.set = n[chunk]
	return nil
}

func (n numbers) atMost() (total int) {
	for i := range n {
		total += n[i].len()
	}
	return total
}

// published finds what was published from one time to before another. What has no
// time is not found.
type published struct {
	s            *space
	since, until int64
}

func (p published) eval(chunk int, _ *bitset, out *hits) error {
	until := p.until
	if until == noTime {
		until = math.MaxInt64
	}
	c := p.s.chunks[chunk]
	each(&c.used, func(i int) {
		if at := c.published(i); at != noTime && at >= p.since && at < until {
			out.set.set(i)
		}
	})
	return nil
}

func (p published) atMost() int { return p.s.used }

// changedSince is what was first seen or has changed since.
type changedSince time.Time

type changed struct {
	s     *space
	since int64
}

func (c changed) eval(chunk int, _ *bitset, out *hits) error {
	ch := c.s.chunks[chunk]
	each(&ch.used, func(i int) {
		if ch.changed(i) >= c.since {
			out.set.set(i)
		}
	})
	return nil
}

func (c changed) atMost() int { return c.s.used }

// A form is one of the forms of a word.
type form struct {
	lists  *termLists
	weight float32
}

// wordOf finds a word in any of its forms.
type wordOf struct {
	forms []form
	zones byte
	idf   float32
	f     *finder
}

func (w *wordOf) eval(chunk int, within *bitset, out *hits) error {
	c := w.f.s.chunks[chunk]
	alone := len(w.forms) == 1 && len(w.forms[0].lists.chunks[chunk]) == 1
	for _, form := range w.forms {
		for _, list := range form.lists.chunks[chunk] {
			for _, p := range w.f.unpacked.read(list.head) {
				if p.mark>>4&w.zones == 0 || within != nil && !within.has(int(p.slot)) {
					continue
				}
				if int(p.slot) >= len(c.norm) {
					return errDamaged
				}
				out.set.set(int(p.slot))
				weight := levelWeight[p.mark&15] * form.weight
				if alone {
					out.score[p.slot] = bm25(w.idf, weight, c.norm[p.slot])
				} else {
					out.score[p.slot] += weight
				}
			}
		}
	}
	if !alone {
		each(&out.set, func(i int) {
			out.score[i] = bm25(w.idf, out.score[i], c.norm[i])
		})
	}
	return nil
}

func (w *wordOf) atMost() (n int) {
	for _, form := range w.forms {
		n += form.lists.documents
	}
	return n
}

func bm25(idf, weight, norm float32) float32 {
	return idf * weight * (saturation + 1) / (weight + norm)
}

// levelWeight is the weight that a level stands for.
var levelWeight = func() (w [16]float32) {
	for i, l := range levels {
		w[i] = float32(l) / 2
	}
	return w
}()

// each calls do with each number of a set.
func each(b *bitset, do func(i int)) {
	for w, word := range b {
		for ; word != 0; word &= word - 1 {
			do(w<<6 | bits.TrailingZeros64(word))
		}
	}
}

// backwards is each from the last to the first.
func backwards(b *bitset, do func(i int)) {
	for w := len(b) - 1; w >= 0; w-- {
		for word := b[w]; word != 0; {
			i := 63 - bits.LeadingZeros64(word)
			do(w<<6 | i)
			word &^= 1 << i
		}
	}
}

// valueOf finds any of some values. It scores nothing.
type valueOf struct {
	f     *finder
	lists []*termLists
}

func (v *valueOf) eval(chunk int, _ *bitset, out *hits) error {
	for _, lists := range v.lists {
		for _, list := range lists.chunks[chunk] {
			for _, p := range v.f.unpacked.read(list.head) {
				out.set.set(int(p.slot))
			}
		}
	}
	return nil
}

func (v *valueOf) atMost() (n int) {
	for _, lists := range v.lists {
		n += lists.documents
	}
	return n
}

// uvarint is binary.Uvarint for numbers that mostly have one byte. What it reads is
// under a checksum.
func uvarint(b []byte) (uint64, int) {
	if b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	v, n := binary.Uvarint(b)
	return v, max(n, 1)
}

// allOf finds what all of some find, the first of them the fewest, and none of others.
type allOf struct {
	with, without []evaluator
	hits          *hits
}

func (a *allOf) eval(chunk int, within *bitset, out *hits) error {
	if err := a.with[0].eval(chunk, within, out); err != nil {
		return err
	}
	for _, e := range a.with[1:] {
		if out.set.empty() {
			return nil
		}
		*a.hits = hits{}
		if err := e.eval(chunk, &out.set, a.hits); err != nil {
			return err
		}
		out.set.and(&a.hits.set)
		if scores(e) {
			each(&out.set, func(i int) { out.score[i] += a.hits.score[i] })
		}
	}
	for _, e := range a.without {
		if out.set.empty() {
			return nil
		}
		*a.hits = hits{}
		if err := e.eval(chunk, &out.set, a.hits); err != nil {
			return err
		}
		out.set.without(&a.hits.set)
	}
	return nil
}

func (a *allOf) atMost() int { return a.with[0].atMost() }

// scores reports whether what an evaluator finds is ranked.
func scores(e evaluator) bool {
	switch e.(type) {
	case *valueOf, numbers, published, changed, everything:
		return false
	}
	return true
}

// anyOf finds what any of some find.
type anyOf struct {
	of   []evaluator
	hits *hits
}

func (a *anyOf) eval(chunk int, within *bitset, out *hits) error {
	for _, e := range a.of {
		*a.hits = hits{}
		if err := e.eval(chunk, within, a.hits); err != nil {
			return err
		}
		each(&a.hits.set, func(i int) { out.score[i] += a.hits.score[i] })
		out.set.or(&a.hits.set)
	}
	return nil
}

func (a *anyOf) atMost() (n int) {
	for _, e := range a.of {
		n += e.atMost()
	}
	return n
}
