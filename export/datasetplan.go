package export

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"archiver/article"
)

// A split is one of the three parts of a data set.
type split int

const (
	train split = iota
	validation
	test
)

var splitNames = []string{"train", "validation", "test"}

func (s split) String() string { return splitNames[s] }

// Of so many releases one is in test, and one in validation.
const heldOut = 10

// A plan divides releases into splits, so that a model which has learned from one
// split knows nothing of the next:
//
//   - by time: the latest tenth of the releases that have a time is test, the tenth
//     before validation, the rest train; those without a time are train;
//   - by text: a release and all its copies are a group, which is whole in the split
//     of its latest member.
//
// So nothing in train was published after the beginning of validation, and no text of
// it has a copy in another split. Were it the split of the earliest member, train
// would have copies that were published, and perhaps added to, after the test begins.
// The price is that test has the earlier copies of its texts, which are older than
// it: the rows say so, and can be left out when a model is tested, while a model that
// has learned too much cannot be mended.
//
// Copies are the clusters that the records carry and, because texts of a line or two
// are in none, those with the same words. The chain of a story, from appeal to
// sentence, is no copy.
//
// A plan holds some 200 bytes for each release.
type plan struct {
	index    map[string]int32 // by id
	releases []planned
	clusters map[string]int32 // a member
	words    map[uint64]int32 // a release that has them
	begins   [3]time.Time     // when the splits do; zero where nothing is in them by time
}

type planned struct {
	id        string
	published int64 // seconds; undated where it is not known
	parent    int32 // in the tree of its group
	first     int32 // of the root: the earliest of the group
	split     split // of the root: its group's
	own       split // by time
	copied    bool  // of the root: there are several
}

const undated = -1 << 62

// A seat is where a release is in a data set.
type seat struct {
	split  split
	group  string // id of the earliest of its copies
	basis  string // "time", "copy" or, of those without a time, "undated"
	copies bool   // there are others in the group
}

func newPlan() *plan {
	return &plan{index: map[string]int32{}, clusters: map[string]int32{}, words: map[uint64]int32{}}
}

// add takes a release into the plan.
func (p *plan) add(r *article.Record) error {
	if _, twice := p.index[r.ID]; twice {
		return fmt.Errorf("%s comes twice; a data set has each release once", r.URL)
	}
	i := int32(len(p.releases))
	id := strings.Clone(r.ID)
	p.index[id] = i
	published := int64(undated)
	if !r.Published.IsZero() {
		published = r.Published.Unix()
	}
	p.releases = append(p.releases, planned{id: id, published: published, parent: i, first: i})
	if r.Copies != nil && r.Copies.Cluster != "" {
		tie(p, p.clusters, strings.Clone(r.Copies.Cluster), i)
	}
	if hash, any := hashOfWords(r.Text); any {
		tie(p, p.words, hash, i)
	}
	return nil
}

// tie puts a release into the group of another that has the same key.
func tie[K comparable](p *plan, by map[K]int32, key K, i int32) {
	other, there := by[key]
	if !there {
		by[key] = i
		return
	}
	a, b := p.root(i), p.root(other)
	p.releases[max(a, b)].parent = min(a, b)
}

func (p *plan) root(i int32) int32 {
	for p.releases[i].parent != i {
		p.releases[i].parent = p.releases[p.releases[i].parent].parent
		i = p.releases[i].parent
	}
	return i
}

// settle decides, once all releases are added.
func (p *plan) settle() {
	p.clusters, p.words = nil, nil
	times := make([]int64, 0, len(p.releases))
	for i := range p.releases {
		if at := p.releases[i].published; at != undated {
			times = append(times, at)
		}
	}
	slices.Sort(times)
	n := len(times) / heldOut
	var begins [3]int64
	if n > 0 {
		for s := validation; s <= test; s++ {
			begins[s] = times[len(times)-n*(1+int(test-s))]
			p.begins[s] = time.Unix(begins[s], 0)
		}
	}
	for i := range p.releases {
		r := &p.releases[i]
		for s := validation; n > 0 && s <= test; s++ {
			if r.published != undated && r.published >= begins[s] {
				r.own = s
			}
		}
		g := &p.releases[p.root(int32(i))]
		g.split = max(g.split, r.own)
		g.copied = g.copied || g != r
		if p.earlier(r, &p.releases[g.first]) {
			g.first = int32(i)
		}
	}
}

// earlier orders releases by time, then id; those without a time are last.
func (p *plan) earlier(a, b *planned) bool {
	if (a.published == undated) != (b.published == undated) {
		return b.published == undated
	}
	return cmp.Or(cmp.Compare(a.published, b.published), strings.Compare(a.id, b.id)) < 0
}

// rows counts the releases of each split.
func (p *plan) rows() (n [3]int) {
	for i := range p.releases {
		n[p.releases[p.root(int32(i))].split]++
	}
	return n
}

// seat returns where a release is; of one that was not added it reports false.
func (p *plan) seat(r *article.Record) (seat, bool) {
	i, ok := p.index[r.ID]
	if !ok {
		return seat{}, false
	}
	own, group := &p.releases[i], &p.releases[p.root(i)]
	s := seat{split: group.split, group: p.releases[group.first].id, basis: "time", copies: group.copied}
	switch {
	case group.split != own.own:
		s.basis = "copy"
	case own.published == undated:
		s.basis = "undated"
	}
	return s, true
}

// hashOfWords hashes what two texts have in common that differ in nothing but
// punctuation, capitals and white space; it reports whether there are words at all.
func hashOfWords(text string) (hash uint64, any bool) {
	h := fnv.New64a()
	buf := make([]byte, 0, 1<<10+utf8.UTFMax+1)
	within := false
	word := func() {
		if !within && any {
			buf = append(buf, ' ')
		}
		within, any = true, true
	}
	for _, c := range text {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9': // most of it
			word()
			buf = append(buf, byte(c))
		case unicode.IsLetter(c), unicode.IsDigit(c), unicode.IsMark(c):
			word()
			buf = utf8.AppendRune(buf, unicode.ToLower(c))
		case c != '\'' && c != '’':
			within = false
		}
		if len(buf) > 1<<10 {
			h.Write(buf)
			buf = buf[:0]
		}
	}
	h.Write(buf)
	return h.Sum64(), any
}
