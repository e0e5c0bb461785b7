package typeset

import (
	"cmp"
	"slices"
	"strings"

	"archiver/article"
)

// A kind is a reason to set words off. Where several meet, the first of them is
// the outermost element.
type kind int

const (
	quotation kind = iota
	reference
	phone
	email
	amount
	kinds // of marks; what follows comes from the Markdown

	link = iota - 1
	strong
	emphasis
)

// A mark sets off the code points from start to end of a block.
type mark struct {
	kind       kind
	start, end int
	index      int // in the record's list of that kind
}

// marksOf gathers what the record marks in each block.
func marksOf(r *article.Record) [][]mark {
	marks := make([][]mark, len(r.Blocks))
	add := func(k kind, index, block, start, end int) {
		if block >= 0 && block < len(marks) {
			marks[block] = append(marks[block], mark{k, start, end, index})
		}
	}
	for i, q := range r.Quotes {
		for _, s := range q.Spans {
			add(quotation, i, s[0], s[1], s[2])
		}
	}
	for i, m := range r.References {
		add(reference, i, m.Block, m.Start, m.End)
	}
	for i, m := range r.Phones {
		add(phone, i, m.Block, m.Start, m.End)
	}
	for i, m := range r.Emails {
		add(email, i, m.Block, m.Start, m.End)
	}
	for i, m := range r.Amounts {
		add(amount, i, m.Block, m.Start, m.End)
	}
	return marks
}

// read takes a block in hand.
func (w *setter) read(i int) {
	b := &w.r.Blocks[i]
	for k := range w.spans {
		w.spans[k] = w.spans[k][:0]
	}
	w.text, w.at, w.looks, w.links = b.Text, w.at[:0], nil, nil
	if w.bare = len(w.marks[i]) == 0 && plain(b) && b.Kind != article.BlockList && b.Kind != article.BlockTable; w.bare {
		return
	}
	for i := range b.Text {
		w.at = append(w.at, i)
	}
	w.at = append(w.at, len(b.Text))
	w.looks, w.links = looksOf(b)
	if b.Kind == article.BlockHeading { // which is bold as it is
		for n := range w.looks {
			w.looks[n].strong = false
		}
	}
	for _, m := range w.marks[i] {
		w.spans[m.kind] = append(w.spans[m.kind], m)
	}
	for k := range w.spans {
		w.spans[k] = apart(w.spans[k], w.length())
	}
}

// length is that of the block in hand, in code points.
func (w *setter) length() int { return len(w.at) - 1 }

// part is its text from one code point to another.
func (w *setter) part(from, to int) string { return w.text[w.at[from]:w.at[to]] }

// apart orders marks of one kind and shortens them so that they fit a text of n
// code points and do not overlap: an element within one of its kind says nothing.
func apart(marks []mark, n int) []mark {
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.start, b.start) })
	kept, end := marks[:0], 0
	for _, m := range marks {
		m.start, m.end = max(m.start, end), min(m.end, n)
		if m.start < m.end {
			kept = append(kept, m)
			end = m.end
		}
	}
	return kept
}

// A wrap is an element around words.
type wrap struct {
	kind  kind
	index int
}

// runs calls fn for each stretch of words that are set off in the same way, with
// the elements around it, outermost first. They are only lent.
func (w *setter) runs(from, to int, fn func(from, to int, around []wrap)) {
	var around []wrap
	var next [kinds]int // of each kind the first mark that does not end before pos
	for pos := from; pos < to; {
		end := to
		around = around[:0]
		for k := range w.spans {
			for next[k] < len(w.spans[k]) && w.spans[k][next[k]].end <= pos {
				next[k]++
			}
			if next[k] == len(w.spans[k]) {
				continue
			}
			if m := w.spans[k][next[k]]; m.start <= pos {
				around = append(around, wrap{m.kind, m.index})
				end = min(end, m.end)
			} else {
				end = min(end, m.start)
			}
		}
		if w.looks != nil {
			l := w.looks[pos]
			around = l.wraps(around)
			n := pos + 1
			for n < end && w.looks[n] == l {
				n++
			}
			end = n
		}
		fn(pos, end, around)
		pos = end
	}
}

// inline sets the words from one code point to another. Elements are opened in
// the order of their kinds and closed in the reverse one, so that they nest
// whatever overlaps.
func (w *setter) inline(from, to int) {
	var open []wrap
	w.runs(from, to, func(from, to int, want []wrap) {
		same := 0
		for same < len(open) && same < len(want) && open[same] == want[same] {
			same++
		}
		w.close(open[same:])
		for _, e := range want[same:] {
			w.open(e)
		}
		open = append(open[:same], want[same:]...)
		w.words(w.part(from, to))
	})
	w.close(open)
}

func (w *setter) open(e wrap) {
	switch e.kind {
	case quotation:
		w.span("quote "+voice(w.voices[e.index]), Speaker(w.r.Quotes[e.index]))
	case reference:
		w.span("reference", "Reference: "+w.r.References[e.index].Kind)
	case phone:
		w.span("phone", "Telephone "+w.r.Phones[e.index].Value)
	case email:
		w.span("email", "E-mail address")
	case amount:
		w.span("amount", "Sum of money")
	case link:
		w.tags(`<a href="`, Escape(w.links[e.index]), `" rel="noopener nofollow">`)
	case strong:
		w.WriteString("<strong>")
	case emphasis:
		w.WriteString("<em>")
	}
}

func (w *setter) span(class, title string) {
	w.tags(`<span class="`, class, `" title="`, Escape(title), `">`)
}

func (w *setter) close(open []wrap) {
	for _, e := range slices.Backward(open) {
		switch e.kind {
		case link:
			w.WriteString("</a>")
		case strong:
			w.WriteString("</strong>")
		case emphasis:
			w.WriteString("</em>")
		default:
			w.WriteString("</span>")
		}
	}
}

// words writes text with its line breaks.
func (w *setter) words(text string) {
	for more := true; more; {
		var line string
		line, text, more = strings.Cut(text, "\n")
		if w.WriteString(Escape(line)); more {
			w.WriteString(w.breaks)
		}
	}
}
