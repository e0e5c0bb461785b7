package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A box is a block element of the page. The boxes are a tree of their own beside
// the parser's, without what is inline, in which it takes no climbing to tell
// whether one holds another or which units lie in it: a page of tens of thousands
// of elements, nested hundreds deep, is read in a time that grows with its size
// alone.
type box struct {
	node *html.Node
	up   *box // the next around it, nil for the document

	order, end int // those inside have order < their order < end, in the order of the page
	from, to   int // the units inside are from ≤ i < to

	// shape is the same for boxes that hang in the tree in the same way: under
	// elements of the same tags and, but for what a machine has numbered, of the
	// same classes. The paragraphs of an article repeat one shape; what stands
	// between them has others.
	shape uint64
	tags  uint64 // the shape without the classes

	controls bool  // it holds controls of a form
	hint     hint8 // what its names say, once asked
}

type hint8 int8

// boxes makes the boxes of a page. They are kept in chunks, so that their
// addresses hold.
type boxes struct {
	chunks [][]box // those behind the last box are empty: they are left from another page
	n      int
}

const chunk = 64

// open adds the box of n, inside up.
func (t *boxes) open(n *html.Node, up *box) *box {
	if t.n/chunk == len(t.chunks) {
		t.chunks = append(t.chunks, make([]box, 0, chunk))
	}
	last := &t.chunks[t.n/chunk]
	*last = (*last)[:len(*last)+1]
	b := &(*last)[len(*last)-1] // empty
	b.node, b.up, b.order = n, up, t.n
	shape, tags := uint64(offset), uint64(offset)
	if up != nil {
		shape, tags = up.shape, up.tags
	}
	b.tags = mix(tags, n.Data)
	b.shape = mixClasses(mix(shape, n.Data), attr(n, "class"))
	t.n++
	return b
}

// reset forgets the boxes and keeps their memory.
func (t *boxes) reset() {
	for i, c := range t.chunks {
		clear(c)
		t.chunks[i] = c[:0]
	}
	t.n = 0
}

// close ends a box: all that come after it lie outside.
func (t *boxes) close(b *box) { b.end = t.n }

// settle notes in each box which units lie in it.
func (t *boxes) settle(units []unit) {
	for _, c := range t.chunks {
		for i := range c {
			c[i].from, c[i].to = len(units), 0
		}
	}
	for i := range units {
		b := units[i].box
		b.from, b.to = min(b.from, i), max(b.to, i+1)
	}
	for n := len(t.chunks) - 1; n >= 0; n-- {
		for i := len(t.chunks[n]) - 1; i >= 0; i-- {
			if b := &t.chunks[n][i]; b.up != nil {
				b.up.from, b.up.to = min(b.up.from, b.from), max(b.up.to, b.to)
			}
		}
	}
}

// holds reports whether inner is b or lies in it.
func (b *box) holds(inner *box) bool {
	return b.order <= inner.order && inner.order < b.end
}

// meet returns the innermost box that holds both.
func meet(a, b *box) *box {
	for !a.holds(b) {
		a = a.up
	}
	return a
}

// branch returns the box directly in b that holds inner; nil if inner is b
// itself, or lies outside.
func (b *box) branch(inner *box) *box {
	if inner == b || !b.holds(inner) {
		return nil
	}
	for inner.up != b {
		inner = inner.up
	}
	return inner
}

// is reports whether b is one of some elements.
func (b *box) is(atoms ...atom.Atom) bool {
	for _, a := range atoms {
		if b.node.DataAtom == a {
			return true
		}
	}
	return false
}

// control notes that b holds a control.
func (b *box) control() {
	for ; b != nil && !b.controls; b = b.up {
		b.controls = true
	}
}

// hinted reports whether the names of an element are those of furniture.
func (b *box) hinted() bool {
	if b.hint == 0 {
		b.hint = -1
		if hintedName(attr(b.node, "class")) || hintedName(attr(b.node, "id")) {
			b.hint = 1
		}
	}
	return b.hint > 0
}

func hintedName(names string) bool {
	for name := range strings.FieldsFuncSeq(names, func(c rune) bool { return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') }) {
		if len(name) < 16 && hints.is(strings.ToLower(name)) {
			return true
		}
	}
	return false
}

// kin is the shape of b; of a paragraph without its own classes, of which editors
// and machines make what they like.
func (b *box) kin() uint64 {
	if b.up == nil || b.node.DataAtom != atom.P {
		return b.shape
	}
	return mix(b.up.shape, b.node.Data)
}

// named reports whether b has a class that says something.
func (b *box) named() bool {
	return mixClasses(offset, attr(b.node, "class")) != offset
}

// mixClasses mixes the classes that no machine has numbered.
func mixClasses(h uint64, class string) uint64 {
	for from := 0; from < len(class); {
		to, numbered := from, false
		for to < len(class) && class[to] > ' ' {
			numbered = numbered || '0' <= class[to] && class[to] <= '9'
			to++
		}
		if to > from && !numbered {
			h = mix(h, class[from:to])
		}
		from = to + 1
	}
	return h
}

// offset is where FNV-1a begins.
const offset = 14695981039346656037

// mix is FNV-1a, with an end mark.
func mix(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return (h ^ 0xff) * 1099511628211
}
