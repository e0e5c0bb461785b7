package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// The column is the running text of a page, found by repetition alone: the
// paragraphs of an article hang in the tree in one way, one after another, and
// what stands between them (a newsletter to sign up to, stories to read next, a
// player) hangs in others, whatever it is called. It is looked for before the
// headline, in which it helps.
//
// A short release has no column: two paragraphs repeat nothing. The page's own
// description can then tell which text it is, for it is the lead on four pages of
// five.
type column struct {
	first, last int   // units; first is -1 where there is no column
	words       int   // of its prose
	upTo        []int // how many units of it stand before unit i
	units       []int // which they are
}

// What a group must have to be the column: fewer words or pieces can be any box of
// the page.
const (
	leastWords  = 80
	leastPieces = 3
)

// A group is the prose of one shape.
type group struct {
	box           *box // of its first unit
	first         int
	words, pieces int
}

// findColumn marks the units that are the column.
func (r *reader) findColumn() {
	r.column = column{first: -1}
	groups := map[uint64]*group{}
	var order []*group
	for i := range r.units {
		u := &r.units[i]
		if !r.running(i) {
			continue
		}
		g := groups[u.box.kin()]
		if g == nil {
			g = &group{box: u.box, first: i}
			groups[u.box.kin()] = g
			order = append(order, g)
		}
		words := max(0, u.words-2*u.links)
		if u.item != nil {
			words /= 2 // a list is part of a text more often than all of it
		}
		g.words += words
		g.pieces++
	}
	r.described = r.findDescribed()
	var best, next *group
	for _, g := range order {
		switch {
		case ofReaders(g.box):
		case best == nil || g.words > best.words:
			best, next = g, best
		case next == nil || g.words > next.words:
			next = g
		}
	}
	if best == nil {
		return
	}
	lead := false // the description names a paragraph of the group
	if r.described >= 0 {
		own := groups[r.units[r.described].box.kin()]
		standfirst := own != nil && own.pieces == 1 && best.first > r.described && best.pieces >= 2
		if own != nil && own != best && !standfirst && (best.first < r.described || best.words < 3*own.words) {
			best = own
		}
		lead = own == best
	}
	switch {
	case best.words >= leastWords && best.pieces >= leastPieces:
	case lead:
	case !r.site.Generic():
		return
	case best.pieces >= 2 && best.words >= leastWords/4 && (next == nil || best.words*3 >= next.words*4):
	default:
		return
	}
	r.mark(best)
}

// running reports whether a unit can be a paragraph of running text: prose that is
// no caption and no teaser of another story.
func (r *reader) running(i int) bool {
	u := &r.units[i]
	if u.zone&(outside|inCaption) != 0 || !u.prose() || r.promotes(u) {
		return false
	}
	for _, j := range [2]int{i - 1, i + 1} {
		if j < 0 || j >= len(r.units) || r.units[j].links == 0 {
			continue
		}
		if b := meet(u.box, r.units[j].box); b.to-b.from <= 5 && b != u.box && r.teaser(j) != "" {
			return false
		}
	}
	return true
}

// mark marks the units of a group, and the prose that stands in one element with
// them: a first paragraph or a note has often a class of its own. An article that
// follows below, with a headline of its own, is another.
func (r *reader) mark(g *group) {
	c := column{first: -1, upTo: make([]int, len(r.units)+1)}
	kin := g.box.kin()
	like := func(i int) bool { return r.units[i].box.kin() == kin && r.running(i) }
	for i := range r.units {
		c.upTo[i+1] = c.upTo[i]
		if i >= g.first && like(i) {
			c.upTo[i+1]++
		}
	}
	main := r.mainCluster(g, &c)
	if main == nil {
		return
	}
	holders := map[*box]bool{}
	for i := main.from; i < main.to; i++ {
		if c.upTo[i+1] > c.upTo[i] {
			holders[r.units[i].holder()] = true
		}
	}
	r.sisters(g, main, holders)
	for i := main.from; i < main.to; i++ {
		u := &r.units[i]
		if c.first >= 0 && u.level == 1 && u.links == 0 && u.words >= 3 && c.words >= leastWords && !r.saysTitle(u) {
			break
		}
		if like := u.box.kin() == kin; (u.item == nil || like) && (holders[u.holder()] || like) && r.sentence(u) {
			if c.first < 0 {
				c.first = i
			}
			c.last = i
			c.words += u.words
			u.column = true
		}
	}
	for i := range r.units {
		c.upTo[i+1] = c.upTo[i]
		if r.units[i].column {
			c.upTo[i+1]++
			c.units = append(c.units, i)
		}
	}
	if c.first >= 0 {
		r.column = c
	}
}

// mainCluster returns the element that the group lies in. Where the elements around
// its paragraphs have names, that is one that holds them all; where they are bare
// divs, two parts of a page can be alike by chance, and it is the one that holds
// most.
func (r *reader) mainCluster(g *group, c *column) *box {
	var all, best *box
	words := map[*box]int{}
	for i := g.first; i < len(r.units); i++ {
		if c.upTo[i+1] == c.upTo[i] {
			continue
		}
		u := &r.units[i]
		b := u.holder()
		for b.up != nil && c.within(b) < 2 {
			b = b.up
		}
		words[b] += u.words
		if best == nil || words[b] > words[best] {
			best = b
		}
		if all == nil {
			all = u.holder()
		}
		all = meet(all, u.box)
	}
	for b := best; b != all && b != nil; b = b.up {
		if b.named() {
			return all
		}
	}
	if best == nil || best == all || c.within(best) == c.upTo[len(r.units)] {
		return all
	}
	if best.up != nil && !best.up.is(atom.Body) && c.within(best.up) > c.within(best) {
		return best.up // parts of one element, with something between
	}
	if c.within(best) < leastPieces || words[best] < leastWords {
		return nil
	}
	return best
}

// sisters adds to the holders of a group those beside them that are built alike but
// for a class more or less, such as one for the part of an article that is shown
// later.
func (r *reader) sisters(g *group, main *box, holders map[*box]bool) {
	ref := r.units[g.first].holder()
	if ref == r.units[g.first].box || ref.up == nil {
		return
	}
	ups := map[uint64]bool{}
	for h := range holders {
		ups[h.up.shape] = true
	}
	for i := main.from; i < main.to; i++ {
		u := &r.units[i]
		if h := u.holder(); !holders[h] && h.up != nil && ups[h.up.shape] && u.box.tags == g.box.tags && r.running(i) && !h.controls && !h.hinted() &&
			subset(attr(ref.node, "class"), attr(h.node, "class")) {
			holders[h] = true
		}
	}
}

// subset reports whether all classes of one list are in the other.
func subset(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if strings.TrimSpace(a) == "" {
		return false
	}
	have := strings.Fields(b)
	for class := range strings.FieldsSeq(a) {
		if !slices.Contains(have, class) {
			return false
		}
	}
	return true
}

// sentence reports whether a unit beside paragraphs of the column is one of them:
// prose, or a line that is linked for the most part and a sentence all the same.
func (r *reader) sentence(u *unit) bool {
	if u.image != nil || u.level > 0 || u.zone&(outside|inCaption) != 0 || u.words < 4 || r.promotes(u) || strings.HasPrefix(u.text, "©") {
		return false
	}
	return u.prose() || r.site.Generic() && !leadsAway(u) && (u.words >= 12 || stops(u.text))
}

// saysTitle reports whether a unit repeats what <title> or og:title says.
func (r *reader) saysTitle(u *unit) bool {
	return alike(u.text, r.wanted) || alike(u.text, r.head.meta["og:title"])
}

// holder returns the element in which a paragraph stands beside others.
func (u *unit) holder() *box {
	if u.box.up != nil && u.box.is(atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) {
		return u.box.up
	}
	return u.box
}

// within counts the units of the column in a box.
func (c *column) within(b *box) int {
	if c.upTo == nil || b.to <= b.from {
		return 0
	}
	return c.upTo[b.to] - c.upTo[b.from]
}

// ofReaders reports whether a box lies among comments: they are prose of one shape
// too, and can be longer than the article.
func ofReaders(b *box) bool {
	for ; b != nil; b = b.up {
		for _, key := range [2]string{"class", "id"} {
			if names := attr(b.node, key); len(names) >= len("comment") && strings.Contains(strings.ToLower(names), "comment") && !strings.Contains(names, "has-comment") {
				return true
			}
		}
		if b.is(atom.Article, atom.Main, atom.Body) {
			break
		}
	}
	return false
}

// findDescribed returns the unit that the page's description repeats, or -1.
func (r *reader) findDescribed() int {
	for _, name := range [3]string{"og:description", "description", "twitter:description"} {
		text := r.head.meta[name]
		if len(text) < 30 {
			continue
		}
		for i := range r.units {
			if u := &r.units[i]; u.words >= 5 && u.image == nil && u.zone&(outside|inCaption) == 0 && begins(u.text, text) {
				return i
			}
		}
	}
	return -1
}

// begins reports whether the letters and digits of two texts are the same, to the
// end of the shorter, a description cut short by dots allowed for.
func begins(text, description string) bool {
	letters := 0
	for {
		a, n := nextLetter(text)
		b, m := nextLetter(description)
		switch {
		case m == 0:
			return letters >= 24 // the description ends, or is cut
		case n == 0:
			return letters >= 24 && letters*3 >= len(description)
		case a != b:
			return false
		}
		letters++
		text, description = text[n:], description[m:]
	}
}

// alike reports whether two lines have the same letters and digits.
func alike(a, b string) bool {
	some := false
	for {
		c, n := nextLetter(a)
		d, m := nextLetter(b)
		if n == 0 || m == 0 {
			return some && n == 0 && m == 0
		}
		if c != d {
			return false
		}
		some = true
		a, b = a[n:], b[m:]
	}
}

// leads reports whether the letters and digits of a text begin with those of a
// headline.
func leads(headline, text string) bool {
	some := false
	for {
		c, n := nextLetter(headline)
		if n == 0 {
			return some
		}
		d, m := nextLetter(text)
		if m == 0 || c != d {
			return false
		}
		some = true
		headline, text = headline[n:], text[m:]
	}
}

// nextLetter returns the next letter or digit of s, in lower case, and the bytes up
// to its end; 0 bytes where there is none.
func nextLetter(s string) (c rune, n int) {
	for n < len(s) {
		c := rune(s[n])
		size := 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(s[n:])
		}
		n += size
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			return c, n
		case 'A' <= c && c <= 'Z':
			return c + 'a' - 'A', n
		case c >= utf8.RuneSelf && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			return unicode.ToLower(c), n
		}
	}
	return 0, 0
}
