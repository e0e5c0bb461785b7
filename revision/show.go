package revision

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"archiver/article"
)

// A shower goes through a difference and tells a form what to write.
type shower struct {
	form       form
	difference *Difference
	context    int
	open       bool // a paragraph is
}

func (s *shower) head(older, newer *article.Record) {
	s.form.title(newer.Title)
	s.form.fact("Address", newer.URL)
	s.form.fact("Older", seen(older))
	s.form.fact("Newer", seen(newer))
	s.form.fact("Change", string(s.difference.Class))
	if d := s.difference; d.Removed+d.Added > 0 {
		s.form.fact("Words", fmt.Sprintf("%d removed, %d added", d.Removed, d.Added))
	}
}

// seen says which revision a record is.
func seen(r *article.Record) string {
	s := fmt.Sprintf("revision %d", r.Revision)
	if !r.LastChanged.IsZero() {
		s += ", first seen " + r.LastChanged.Format("2 January 2006, 15:04")
	}
	return s
}

// values lists the fields.
func (s *shower) values() {
	for _, c := range s.difference.Changes {
		value := string(c.Class)
		if list := valuesOf(c); list != "" {
			value += ": " + list
		}
		s.form.fact("  "+string(c.Field), value)
	}
}

func valuesOf(c Change) string {
	removed, added := strings.Join(c.Removed, "; "), strings.Join(c.Added, "; ")
	switch {
	case removed != "" && added != "":
		return removed + " → " + added
	case removed != "":
		return "without " + removed
	case added != "":
		return "with " + added
	}
	return ""
}

// passage shows a text if anything differs in it.
func (s *shower) passage(label string, edits []Edit) {
	if !slices.ContainsFunc(edits, func(e Edit) bool { return e.Op != Keep || e.Old != e.New }) {
		return
	}
	if label != "" {
		s.start(label)
	}
	s.edits(edits)
	s.stop()
}

func (s *shower) start(label string) {
	if !s.open {
		s.form.begin(label)
		s.open = true
	}
}

func (s *shower) stop() {
	if s.open {
		s.form.end()
		s.open = false
	}
}

func (s *shower) edits(edits []Edit) {
	for i := 0; i < len(edits); {
		if edits[i].Op == Keep {
			n := i
			for n < len(edits) && edits[n].Op == Keep {
				n++
			}
			run := edits[i:n]
			if e := edits[n-1]; n < len(edits) && edits[n].Op == Delete && trailingSpace(e.New) == "" && trailingSpace(e.Old) != "" {
				// Removed words keep the space that stood before them.
				e.New += " "
				run = append(slices.Clone(run[:len(run)-1]), e)
			}
			s.kept(run, i == 0, n == len(edits))
			i = n
			continue
		}
		switch e := edits[i]; {
		case e.End:
			s.ends(edits, i)
		case e.Moved > 0:
			if i > 0 && !edits[i-1].End {
				s.stop() // another block stands, or stood, in this place
			}
			s.moved(e)
			if i+1 < len(edits) && !edits[i+1].End {
				s.stop()
			}
		default:
			s.start("")
			text := e.Old + e.New
			// What takes the place of removed words brings the space behind them.
			if e.Op == Delete && i+1 < len(edits) && edits[i+1].Op == Insert && !edits[i+1].End && edits[i+1].Moved == 0 {
				text = strings.TrimRightFunc(text, unicode.IsSpace)
			}
			s.form.words(e.Op, text)
		}
		i++
	}
}

// moved shows a block that stands elsewhere now.
func (s *shower) moved(e Edit) {
	s.start("")
	block := s.difference.Moved[e.Moved-1]
	if e.Op == Delete {
		s.form.note("[moved: " + firstWords(block) + "]")
		return
	}
	s.form.note("[moved here]")
	s.form.words(Keep, " ")
	if slices.ContainsFunc(block, func(e Edit) bool { return e.Op != Keep }) {
		s.edits(block)
		return
	}
	s.kept(block, false, true)
}

func firstWords(block []Edit) string {
	var b strings.Builder
	for _, e := range block {
		b.WriteString(e.Old)
	}
	words := strings.Fields(b.String())
	if len(words) > 5 {
		return strings.Join(words[:5], " ") + " …"
	}
	return strings.Join(words, " ")
}

// ends shows the end of a block that only one side has: as such where the whole
// block is of that side, else as a mark.
func (s *shower) ends(edits []Edit, i int) {
	op := edits[i].Op
	one := func(from, step int) bool {
		any := false
		for n := from; n >= 0 && n < len(edits); n += step {
			switch e := edits[n]; {
			case e.End:
				return any
			case e.Op != op:
				return false
			}
			any = true
		}
		return any
	}
	if !one(i-1, -1) && !one(i+1, 1) {
		s.start("")
		s.form.words(op, "¶")
		if op == Delete {
			s.form.words(Keep, " ")
			return
		}
	}
	s.stop()
}

// kept shows a run that both sides have, or of a long one some words at its ends.
func (s *shower) kept(run []Edit, first, last bool) {
	var blocks []string // of the run, between ends of blocks
	var b strings.Builder
	for _, e := range run {
		if e.End {
			blocks = append(blocks, b.String())
			b.Reset()
			continue
		}
		b.WriteString(e.New)
	}
	blocks = append(blocks, b.String())
	if s.context < 0 {
		for i, text := range blocks {
			if i > 0 {
				s.stop()
			}
			if text != "" {
				s.start("")
				s.form.words(Keep, text)
			}
		}
		return
	}
	if len(blocks) == 1 {
		s.shortened(blocks[0], first, last)
		return
	}
	head, tail := blocks[0], blocks[len(blocks)-1]
	between := blocks[1 : len(blocks)-1]
	skipped := strings.TrimSpace(strings.Join(between, "")) != ""
	if first || s.context == 0 {
		skipped = skipped || head != ""
	} else if head != "" {
		s.shortened(head, false, true)
	}
	s.stop()
	if last || s.context == 0 {
		skipped = skipped || tail != ""
	}
	// The words before or behind may say already that some are left out.
	cut := func(text string, free bool) bool {
		return text != "" && !free && len(wordEnds(text)) >= s.context+leastCut
	}
	if skipped && s.context > 0 {
		skipped = !cut(head, first) && !cut(tail, last)
	}
	if skipped {
		s.form.begin("")
		s.form.note("…")
		s.form.end()
	}
	if !last && s.context != 0 && tail != "" {
		s.start("")
		s.shortened(tail, true, false)
	}
}

// leastCut is how many words a cut has to save.
const leastCut = 4

// shortened shows a text within one block. At an end that is free no change
// stands beside it, so no words need be shown there.
func (s *shower) shortened(text string, freeHead, freeTail bool) {
	if text == "" {
		return
	}
	ends := wordEnds(text)
	head, tail := s.context, s.context
	if freeHead {
		head = 0
	}
	if freeTail {
		tail = 0
	}
	s.start("")
	if len(ends) < head+tail+leastCut {
		s.form.words(Keep, text)
		return
	}
	if head > 0 {
		s.form.words(Keep, text[:ends[head-1]])
		s.form.words(Keep, " ")
	} else if !freeHead {
		s.form.words(Keep, leadingSpace(text))
	}
	s.form.note("…")
	if tail > 0 {
		s.form.words(Keep, " ")
		s.form.words(Keep, strings.TrimLeftFunc(text[ends[len(ends)-tail-1]:], unicode.IsSpace))
	} else if !freeTail {
		s.form.words(Keep, trailingSpace(text))
	}
}

func leadingSpace(s string) string {
	return s[:len(s)-len(strings.TrimLeftFunc(s, unicode.IsSpace))]
}

func trailingSpace(s string) string { return s[len(strings.TrimRightFunc(s, unicode.IsSpace)):] }

// wordEnds returns where the words of a text end.
func wordEnds(text string) []int {
	var ends []int
	inside := false
	for i, c := range text {
		if unicode.IsSpace(c) {
			if inside {
				ends = append(ends, i)
			}
			inside = false
		} else {
			inside = true
		}
	}
	if inside {
		ends = append(ends, len(text))
	}
	return ends
}
