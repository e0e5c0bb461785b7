package search

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"archiver/article"
)

// A Query says what is looked for. The zero value finds everything, newest first.
type Query struct {
	Words  string         // in the language that the program's help describes
	Typing bool           // the last of them may go on
	Filter article.Filter // must hold, too; its Query is not looked at
	Sort   Sort
	Limit  int  // how many hits are returned; default: 20, and less than 0 is all
	Offset int  // how many are left out before
	Counts bool // count the hits by site, kind and so on
}

// Sort is an order of hits.
type Sort string

// The orders of hits.
const (
	ByRank Sort = ""     // the best first; of equals the newest
	ByDate Sort = "date" // the newest first; what has no time last
)

// DefaultLimit is how many hits a query returns that does not say.
const DefaultLimit = 20

// Results is what a query finds.
type Results struct {
	Total   int     // of all hits
	Hits    []Hit   // those between Offset and Limit
	Counts  *Counts // if they were asked for
	Suggest string  // where nothing is found: a query that finds something; or ""
}

// A Hit is a release that was found.
type Hit struct {
	ID         string         `json:"id"`
	URL        string         `json:"url"`
	Site       string         `json:"site"`
	Force      string         `json:"force"`
	Status     article.Status `json:"status"`
	Title      string         `json:"title"`
	TitleMarks []Span         `json:"title_marks"` // the words of the query in the title
	Published  article.Time   `json:"published,omitzero"`
	Kind       article.Kind   `json:"kind"`
	Topics     []string       `json:"topics"`
	Quotes     int            `json:"quotes"`   // how many
	Revision   int            `json:"revision"` // more than 1: it has changed
	Score      float64        `json:"score"`    // 0 where nothing is ranked
	Snippet    string         `json:"snippet"`  // a passage of the text, cut with "…"
	Marks      []Span         `json:"marks"`    // the words of the query in it
}

// Counts is how many hits there are of each kind, the most first.
type Counts struct {
	Sites    []Count `json:"sites"`
	Kinds    []Count `json:"kinds"`
	Topics   []Count `json:"topics"` // and those above them
	Years    []Count `json:"years"`  // in their order
	Statuses []Count `json:"statuses"`
	Has      []Count `json:"has"` // quotes, advice, changes
}

// A Count is how many hits have a value.
type Count struct {
	Value string `json:"value"`
	Hits  int    `json:"hits"`
}

// Search finds releases. It brings the index up to date first. What is wrong with the
// query is a [*QueryError].
func (ix *Index) Search(ctx context.Context, q Query) (*Results, error) {
	tree, err := q.parse(false)
	if err != nil {
		return nil, err
	}
	var results *Results
	err = ix.guarded(ctx, func(v *view) error {
		found, err := v.find(ofReleases, tree, q.Filter)
		if err != nil {
			return err
		}
		results = &Results{Total: found.total, Hits: []Hit{}}
		m := newMarker(tree)
		for _, r := range found.top(q) {
			d, err := readDocument(v.tx, r.slot)
			if err != nil {
				return err
			}
			results.Hits = append(results.Hits, newHit(d, r, m))
		}
		if q.Counts {
			if results.Counts, err = v.counts(found); err != nil {
				return err
			}
		}
		if found.total == 0 {
			results.Suggest, err = v.suggest(q, ofReleases, found.finder.terms)
		}
		return err
	})
	return results, err
}

func newHit(d *document, r ranked, m *marker) Hit {
	h := Hit{
		ID: d.ID, URL: d.URL, Site: d.Site, Force: d.Force, Status: d.Status, Title: d.Title, Published: d.Published,
		Kind: d.Kind, Topics: d.Topics, Quotes: len(d.Quotes), Revision: d.Revision,
		Score: math.Round(float64(r.score)*100) / 100, TitleMarks: m.marks(d.Title, true),
	}
	if h.Topics == nil {
		h.Topics = []string{}
	}
	h.Snippet, h.Marks = m.snippet(d)
	return h
}

// parse reads the words of a query.
func (q *Query) parse(quotations bool) (node, error) {
	words := q.Words
	if q.Typing {
		words = typing(words)
	}
	return parse(words, quotations)
}

// typing lets the last word of a query go on, if it is long enough and not in
// quotation marks.
func typing(s string) string {
	if strings.Count(s, `"`)%2 == 1 || strings.Contains(s, "“") {
		return s
	}
	from := strings.LastIndexFunc(s, func(c rune) bool { return unicode.IsSpace(c) || c == '(' || c == '-' || c == ':' }) + 1
	last := s[from:]
	field := ""
	if from > 0 && s[from-1] == ':' {
		field = s[strings.LastIndexFunc(s[:from-1], func(c rune) bool { return !unicode.IsLetter(c) })+1 : from-1]
	}
	if utf8.RuneCountInString(last) < startSize || strings.ContainsFunc(last, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) ||
		field != "" && !isText(strings.ToLower(field)) || last == "AND" || last == "NOT" {
		return s
	}
	return s[:from] + "(" + last + " OR " + last + "*)"
}

// found is what a query finds.
type found struct {
	finder *finder
	chunks []hits
	total  int
}

// find runs a query.
func (v *view) find(number int, tree node, filter article.Filter) (*found, error) {
	f, err := newFinder(v, number)
	if err != nil {
		return nil, err
	}
	whole, err := f.filters(filter)
	if err != nil {
		return nil, err
	}
	if tree != nil {
		whole = append(all{tree}, whole...)
	}
	e, err := f.make(whole)
	if err != nil {
		return nil, err
	}
	out := &found{finder: f, chunks: make([]hits, len(f.s.chunks))}
	for i := range f.s.chunks {
		if err := e.eval(i, nil, &out.chunks[i]); err != nil {
			return nil, err
		}
		out.total += out.chunks[i].set.len()
	}
	return out, nil
}

// filters are the parts of a query that a filter is.
func (f *finder) filters(filter article.Filter) (all, error) {
	var parts all
	values := func(kind byte, list []string) {
		if len(list) > 0 {
			for i := range list {
				list[i] = strings.ToLower(list[i])
			}
			parts = append(parts, value{kind: kind, values: list})
		}
	}
	values(termSite, slices.Clone(filter.Sites))
	values(termTopic, slices.Clone(filter.Topics))
	values(termKind, texts(filter.Kinds))
	values(termStatus, texts(filter.Statuses))
	if !filter.Since.IsZero() || !filter.Until.IsZero() {
		parts = append(parts, during{filter.Since, filter.Until})
	}
	if !filter.Changed.IsZero() {
		parts = append(parts, changedSince(filter.Changed.Add(time.Second-1))) // times are kept without fractions
	}
	if len(filter.URLs) > 0 || len(filter.IDs) > 0 {
		ids := filter.IDs
		if len(filter.URLs) > 0 {
			var exact []string
			for _, u := range filter.URLs {
				exact = append(exact, article.ID(u))
			}
			n, err := f.byID(exact)
			if err != nil {
				return nil, err
			}
			parts = append(parts, n)
		}
		if len(ids) > 0 {
			n, err := f.byID(ids)
			if err != nil {
				return nil, err
			}
			parts = append(parts, n)
		}
	}
	if len(filter.Speakers) > 0 {
		n, err := f.bySpeaker(filter.Speakers)
		if err != nil {
			return nil, err
		}
		parts = append(parts, n)
	}
	return parts, nil
}

// byID finds the releases, or their quotations, whose ids have these beginnings.
func (f *finder) byID(beginnings []string) (numbers, error) {
	releases, err := load(f.v.tx, ofReleases, f.v.state.Chunks[ofReleases], true)
	if err != nil {
		return nil, err
	}
	n := releases.numbers()
	for i, c := range releases.chunks {
		for j, m := range c.marks {
			id := fmt.Sprintf("%x", m.id[:])
			if c.inUse(j) && slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(id, b) }) {
				n.add(i*chunkSize + j)
			}
		}
	}
	if f.s.number == ofReleases {
		return n, nil
	}
	of := f.s.numbers()
	for i, c := range f.s.chunks {
		for j := range c.len() {
			r := c.row(j)
			if r.used && r.release/chunkSize < len(n) && n[r.release/chunkSize].has(r.release%chunkSize) {
				of.add(i*chunkSize + j)
			}
		}
	}
	return of, nil
}

// bySpeaker finds the releases, or the quotations, of those whose names hold one of
// these, in any letter case.
func (f *finder) bySpeaker(parts []string) (numbers, error) {
	rows, err := f.v.tx.Query("SELECT number, folded, name, quotations, seal FROM speakers")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	wanted := map[int]bool{0: slices.Contains(parts, "")}
	for rows.Next() {
		var (
			number, quotations int
			folded, name       string
			stored             int64
		)
		if err := rows.Scan(&number, &folded, &name, &quotations, &stored); err != nil {
			return nil, err
		}
		if stored != sealOfSpeaker(number, name, quotations) {
			return nil, errDamaged
		}
		lower := strings.ToLower(name)
		if slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(lower, strings.ToLower(part)) }) {
			wanted[number] = true
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	quotations, err := f.v.space(ofQuotations)
	if err != nil {
		return nil, err
	}
	n := f.s.numbers()
	for i, c := range quotations.chunks {
		for j := range c.len() {
			r := c.row(j)
			switch {
			case !r.used || !wanted[r.speaker]:
			case f.s.number == ofQuotations:
				n.add(i*chunkSize + j)
			case r.release/chunkSize >= len(n):
				return nil, errDamaged
			default:
				n.add(r.release)
			}
		}
	}
	return n, nil
}

// ranked is a hit among others.
type ranked struct {
	slot  int
	score float32
	step  int // of the score, by which it is ranked
	row   row
}

// rankStep is by how much the scores of two hits must differ for the better to stand
// before the newer.
const rankStep = 0.05

func compare(a, b ranked) int {
	if a.step != b.step {
		return b.step - a.step
	}
	return cmp.Or(cmp.Compare(b.row.published, a.row.published), cmp.Compare(a.row.id, b.row.id), cmp.Compare(a.row.ordinal, b.row.ordinal), cmp.Compare(a.slot, b.slot))
}

// top returns the hits that are wanted, in order.
func (f *found) top(q Query) []ranked {
	limit := q.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	offset := max(q.Offset, 0)
	if offset >= f.total {
		return nil
	}
	if limit < 0 || limit > f.total-offset {
		limit = f.total - offset
	}
	wanted := offset + limit
	// The best are kept, and as many again that may be: then they are put in order.
	room := max(2*wanted, 64)
	best := make([]ranked, 0, min(room, f.total))
	least := ranked{step: -1, row: row{published: noTime}} // of those that are good enough
	// The last are the newest, mostly, and so soon leave the others no hope.
	for i := len(f.chunks) - 1; i >= 0; i-- {
		c, scores := f.finder.s.chunks[i], &f.chunks[i].score
		backwards(&f.chunks[i].set, func(j int) {
			step := 0
			if q.Sort == ByRank {
				step = int(scores[j] / rankStep)
			}
			if step < least.step || step == least.step && c.published(j) < least.row.published {
				return
			}
			best = append(best, ranked{slot: i*chunkSize + j, score: scores[j], step: step, row: c.row(j)})
			if len(best) == room {
				slices.SortFunc(best, compare)
				best, least = best[:wanted], best[wanted-1]
			}
		})
	}
	slices.SortFunc(best, compare)
	return best[offset:wanted]
}

// valueSets is which documents have a value.
type valueSets struct {
	kind   byte
	value  string
	chunks []*bitset // nil: none
}

// counted are the kinds of terms that hits are counted by.
var counted = []byte{termHas, termKind, termSite, termTopic, termStatus, termYear}

// values reads which documents have which value, once for each state of the index.
func (v *view) values(s *space) ([]valueSets, error) {
	v.ix.cache.Lock()
	defer v.ix.cache.Unlock()
	if s.counts != nil {
		return s.counts, nil
	}
	sets := []valueSets{}
	known := map[string]int{}
	for _, kind := range counted {
		rows, err := v.tx.Query("SELECT term, chunk, head FROM postings WHERE space=? AND term>=? AND term<?", s.number, string(kind), string(kind+1))
		if err != nil {
			return nil, err
		}
		if err := readValues(rows, s, &sets, known); err != nil {
			return nil, err
		}
	}
	if err := v.witnessed(s, sets); err != nil {
		return nil, err
	}
	s.counts = sets
	return sets, nil
}

// witnessed holds the values against the vocabulary, so that one that has been lost is
// noticed.
func (v *view) witnessed(s *space, sets []valueSets) error {
	known := map[string]int{}
	for _, have := range sets {
		n := 0
		for _, set := range have.chunks {
			if set != nil {
				n += set.len()
			}
		}
		known[string(have.kind)+have.value] = n
	}
	for _, kind := range counted {
		rows, err := v.tx.Query("SELECT term, documents FROM vocabulary WHERE space=? AND stem>=? AND stem<?", s.number, string(kind), string(kind+1))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var (
				term      string
				documents int
			)
			if err := rows.Scan(&term, &documents); err != nil {
				return err
			}
			if known[term] != documents {
				return errDamaged
			}
			delete(known, term)
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	if len(known) > 0 {
		return errDamaged
	}
	return nil
}

func readValues(rows *sql.Rows, s *space, sets *[]valueSets, known map[string]int) error {
	defer rows.Close()
	for rows.Next() {
		var (
			term  string
			chunk int
			head  []byte
		)
		if err := rows.Scan(&term, &chunk, &head); err != nil {
			return err
		}
		if chunk < 0 || chunk >= len(s.chunks) {
			return errDamaged
		}
		_, head, err := readHead(s.number, chunk, term, head)
		if err != nil {
			return err
		}
		at, ok := known[term]
		if !ok {
			at = len(*sets)
			known[term] = at
			*sets = append(*sets, valueSets{kind: term[0], value: term[1:], chunks: make([]*bitset, len(s.chunks))})
		}
		set := &bitset{}
		for cur := (cursor{head: head}); cur.next(); {
			set.set(cur.slot)
		}
		(*sets)[at].chunks[chunk] = set
	}
	return rows.Err()
}

// counts counts the hits by their values.
func (v *view) counts(f *found) (*Counts, error) {
	sets, err := v.values(f.finder.s)
	if err != nil {
		return nil, err
	}
	out := &Counts{Sites: []Count{}, Kinds: []Count{}, Topics: []Count{}, Years: []Count{}, Statuses: []Count{}, Has: []Count{}}
	lists := map[byte]*[]Count{
		termHas: &out.Has, termKind: &out.Kinds, termSite: &out.Sites, termTopic: &out.Topics, termStatus: &out.Statuses, termYear: &out.Years,
	}
	for _, have := range sets {
		n := 0
		for i, set := range have.chunks {
			if set != nil {
				n += set.common(&f.chunks[i].set)
			}
		}
		if n > 0 {
			list := lists[have.kind]
			*list = append(*list, Count{have.value, n})
		}
	}
	for _, list := range [][]Count{out.Sites, out.Kinds, out.Topics, out.Statuses, out.Has} {
		slices.SortFunc(list, func(a, b Count) int { return cmp.Or(cmp.Compare(b.Hits, a.Hits), cmp.Compare(a.Value, b.Value)) })
	}
	slices.SortFunc(out.Years, func(a, b Count) int { return cmp.Compare(a.Value, b.Value) })
	return out, nil
}
