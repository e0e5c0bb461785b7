package revision

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// tidy makes the hunks of a stream such as a reader would have them.
func (c *comparison) tidy(st *stream) {
	c.slide(st)
	c.absorb(st)
	c.join(st)
}

// absorb adds to a hunk in which whole blocks were replaced the marks at their
// ends, which both sides have only because all blocks have.
func (c *comparison) absorb(st *stream) {
	for n := range st.hunks {
		h := &st.hunks[n]
		if h.a0 == h.a1 || h.b0 == h.b1 {
			continue
		}
		floor, ceiling := 0, len(st.old)
		if n > 0 {
			floor = st.hunks[n-1].a1
		}
		if n+1 < len(st.hunks) {
			ceiling = st.hunks[n+1].a0
		}
		mark := func(i int) bool { return st.old[i] >= 0 && !c.old.tokens[st.old[i]].word() }
		from, to := h.a0, h.a1
		for from > floor && mark(from-1) {
			from--
		}
		for to < ceiling && mark(to) {
			to++
		}
		if from == 0 || st.old[from-1] == endOfBlock {
			from = h.a0 - from
		} else {
			from = -1
		}
		if to == len(st.old) || st.old[to] == endOfBlock {
			to -= h.a1
		} else {
			to = -1
		}
		special := func(n int32) bool { return n < 0 }
		across := slices.ContainsFunc(st.old[h.a0:h.a1], special) || slices.ContainsFunc(st.new[h.b0:h.b1], special)
		if !across && (from < 0 || to < 0 || from+to == 0 || h.a1-h.a0 < 4) {
			continue
		}
		if from > 0 {
			h.a0, h.b0 = h.a0-from, h.b0-from
		}
		if to > 0 {
			h.a1, h.b1 = h.a1+to, h.b1+to
		}
	}
}

// slide moves a run that was only added, or only removed, along equal words
// until it begins where a block or a sentence does.
func (c *comparison) slide(st *stream) {
	for n := range st.hunks {
		h := &st.hunks[n]
		floor, ceilA, ceilB := 0, len(st.a), len(st.b)
		if n > 0 {
			floor = st.hunks[n-1].a1 + 1
		}
		if n+1 < len(st.hunks) {
			ceilA, ceilB = st.hunks[n+1].a0-1, st.hunks[n+1].b0-1
		}
		switch {
		case h.b0 == h.b1:
			d := c.best(st.a, st.old, c.old, h.a0, h.a1, floor, min(ceilA, h.a1+ceilB-h.b1))
			h.shift(d)
		case h.a0 == h.a1:
			gap := h.a0 - floor // tokens that may be passed
			d := c.best(st.b, st.new, c.new, h.b0, h.b1, h.b0-gap, min(ceilB, h.b1+ceilA-h.a1))
			h.shift(d)
		}
	}
}

func (h *hunk) shift(d int) { h.a0, h.a1, h.b0, h.b1 = h.a0+d, h.a1+d, h.b0+d, h.b1+d }

// mostSlide bounds how far a run is moved.
const mostSlide = 200

// best returns by how much the run keys[from:to] is to be moved.
func (c *comparison) best(keys, numbers []int32, s *side, from, to, floor, ceiling int) int {
	// worth says how good a beginning a place is.
	worth := func(i int) int {
		switch {
		case i == 0 || numbers[i-1] == endOfBlock:
			return 5
		case numbers[i] == endOfBlock:
			return 4 // the end of a block, before the run
		}
		if i >= len(numbers) || numbers[i] < 0 || numbers[i-1] < 0 {
			return 3
		}
		before := &s.tokens[numbers[i-1]]
		switch {
		case strings.Contains(before.space, "\n"):
			return 3
		case !before.word() && before.space != "" && strings.ContainsAny(before.text, ".?!"):
			return 2
		case !before.word() && before.space != "":
			return 1
		}
		return 0
	}
	shift, most := 0, worth(from)
	for d := -1; d >= -mostSlide && from+d >= floor && from+d >= 0 && keys[from+d] == keys[to+d]; d-- {
		if w := worth(from + d); w > most {
			shift, most = d, w
		}
	}
	for d := 1; d <= mostSlide && to+d <= ceiling && keys[from+d-1] == keys[to+d-1]; d++ {
		if w := worth(from + d); w > most {
			shift, most = d, w
		}
	}
	return shift
}

// A few words that both sides have between two longer changes only confuse, if
// they are no more than these and no longer than either change.
const mostJoined = 4

// join makes one hunk of such two.
func (c *comparison) join(st *stream) {
	out := st.hunks[:0]
	for _, h := range st.hunks {
		for len(out) > 0 && c.joins(st, out[len(out)-1], h) {
			last := out[len(out)-1]
			h.a0, h.b0 = last.a0, last.b0
			out = out[:len(out)-1]
		}
		out = append(out, h)
	}
	st.hunks = out
}

func (c *comparison) joins(st *stream, x, y hunk) bool {
	if y.a0-x.a1 > mostJoined {
		return false
	}
	between := 0
	for i := x.a1; i < y.a0; i++ {
		if st.old[i] < 0 {
			return false
		}
		t := &c.old.tokens[st.old[i]]
		between += utf8.RuneCountInString(t.text)
		if strings.Contains(t.space, "\n") {
			return false
		}
	}
	return between <= c.size(st, x) && between <= c.size(st, y)
}

// size is how many letters the longer side of a hunk has, up to a bound.
func (c *comparison) size(st *stream, h hunk) int {
	const enough = 80
	count := func(s *side, numbers []int32) int {
		n := 0
		for _, i := range numbers {
			if i >= 0 {
				n += utf8.RuneCountInString(s.tokens[i].text)
			}
			if n > enough {
				break
			}
		}
		return n
	}
	return max(count(c.old, st.old[h.a0:h.a1]), count(c.new, st.new[h.b0:h.b1]))
}
