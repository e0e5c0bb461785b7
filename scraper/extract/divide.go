package extract

import "strings"

// divide splits units that hold several lines of which each is something of its
// own: a headline and a dateline with a line break between, a list of links.
func (r *reader) divide() {
	var out []unit
	for i := range r.units {
		u := &r.units[i]
		if u.image != nil || !strings.Contains(u.text, "\n") || !r.divides(u) {
			if out != nil {
				out = append(out, *u)
			}
			continue
		}
		if out == nil {
			out = append(make([]unit, 0, len(r.units)+8), r.units[:i]...)
		}
		for _, segs := range splitLines(u.segments) {
			line := *u
			line.segments = segs
			line.count()
			if line.words > 0 {
				out = append(out, line)
			}
		}
	}
	if out != nil {
		r.units = out
	}
}

// divides reports whether the lines of a unit stand for themselves.
func (r *reader) divides(u *unit) bool {
	links, last := 0, ""
	for n, segs := range splitLines(u.segments) {
		text := textOfSegments(segs)
		if n < 4 && u.words <= 80 {
			if _, ok := parseDateline(text); ok {
				return true
			}
			if n == 0 && same(text, r.wanted) {
				return true
			}
		}
		for _, s := range segs {
			if s.href != "" && s.href != last && countWords(s.text)*2 >= countWords(text) && countWords(s.text) >= 2 {
				links++
				last = s.href
				break
			}
		}
	}
	return links >= 3
}
