package extract

import "strings"

// A numberRun is a stretch of letters, digits and marks without white space that
// may be a reference.
type numberRun struct {
	start, end             int // tokens, end exclusive
	digits, letters, marks int
	longest                int  // digits in a row
	date                   bool // 4/5/2020
	clock                  bool // 10.30pm, 10:30
	counted                bool // 20th, 5ft, 12% and the like
	short                  bool // 50p, A55, M6, 30s: with a date it can be one, "312S 180521"
}

// run reads the stretch that begins at i.
func (r *indicatorReader) run(i int) numberRun {
	u := numberRun{start: i}
	j := i
	if t := r.at(i); t.kind == tokenWord && (r.expect.strength > expectNothing || t.cue.any(cueIML)) {
		if n := r.number(i); n > i {
			j = n
			u.letters = int(t.end - t.start)
		}
	}
	first := j
	for ; j < min(len(r.tokens), first+24) && (j == first || r.glued(j)); j++ { // longer is no reference
		t := r.at(j)
		size := int(t.end - t.start)
		if t.kind == tokenDigits {
			u.digits += size
			u.longest = max(u.longest, size)
			continue
		}
		if t.kind == tokenWord {
			word := r.word(j)
			if capitals(word) && size <= 6 || size == 1 || t.cue.any(cueMonth) && r.at(j-1).kind == tokenDigits || t.cue.any(cueIML) {
				u.letters += size
				continue
			}
			switch word {
			case "st", "nd", "rd", "th", "am", "pm", "ft", "in", "cm", "mph", "kg", "yrs", "hrs", "km", "pence", "ins", "mm", "x":
				u.counted = j > first
			}
			if r.at(j-1).kind == tokenMark {
				j-- // "123-quoting"
				u.marks--
			}
			break
		}
		if t.kind != tokenMark || t.sign >= 128 || strings.IndexByte("/*-_.:+", byte(t.sign)) < 0 ||
			!r.glued(j+1) || r.at(j+1).kind == tokenMark && t.sign != '*' {
			if (t.sign == '%' || t.sign == ',' && r.glued(j+1) && r.at(j+1).kind == tokenDigits) && u.letters == 0 && u.marks == 0 {
				u.counted = true
			}
			break
		}
		u.marks++
	}
	if r.at(u.start).cue.any(cueIML) && u.marks == 0 { // "IML 123 456"
		for g := r.at(j); g.kind == tokenDigits && !g.line && g.end-g.start == 3 && u.digits+3 <= 8 && u.digits > 0 && !shortNumber(r.word(j)); g = r.at(j) {
			u.digits += 3
			j++
		}
	}
	u.end = j
	if u.letters == 0 && u.marks == 2 && r.numericDate(u.start) == u.end {
		u.date = true
	}
	if u.letters <= 1 && u.marks == 1 && u.digits <= 4 && j-u.start >= 3 {
		m := r.at(u.start + 1).sign
		u.clock = m == '.' || m == ':'
	}
	u.short = u.letters == 1 && u.marks == 0 && u.digits <= 3
	return u
}

// certain reports whether a run after a word such as "incident" is a reference
// and not a count or a year. Few plain numbers follow "log", and few a telephone
// number: "call 101, incident 123".
func (u numberRun) certain(kind string, dated, phone bool) bool {
	least := 5
	if u.letters > 0 || u.marks > 0 || phone || kind == kindLog || kind == kindSerial || kind == kindOccurrence {
		least = 3
	}
	return dated || u.digits >= least
}

// like reports whether a run can stand in a row with a reference of so many
// digits.
func (u numberRun) like(digits int, dated bool) bool {
	return dated || u.letters > 0 && u.digits >= 3 || u.marks > 0 && u.digits >= 4 || u.digits >= 5 || u.digits >= 3 && u.digits == digits
}

// shaped reports whether a run is a reference whatever stands before it: Kent's
// and others' 46/123456/20, Leicestershire's 20*123456, Surrey's
// PR/45200012345.
func (r *indicatorReader) shaped(u numberRun) bool {
	n := u.end - u.start
	if r.glued(u.start) && r.at(u.start-1).sign == '/' || r.glued(u.end) && r.at(u.end).sign == '/' {
		return false
	}
	size := func(i int) int32 { return r.at(i).end - r.at(i).start }
	mark := func(i int, sign rune) bool { return r.at(i).sign == sign }
	switch {
	case u.marks >= 2 && u.letters <= 2 && mark(u.start+1, '/') && size(u.start) == 2 && u.longest >= 4 && u.digits >= 8 && !u.date:
		return mark(u.end-2, '/') && size(u.end-1) == 2 && r.at(u.end-1).kind == tokenDigits
	case n == 3 && u.marks == 1 && mark(u.start+1, '*'):
		return size(u.start) <= 2 && size(u.start+2) >= 5 && u.letters == 0
	case u.letters > 0 && u.longest >= 8 && mark(u.start+1, '/'):
		return true
	case u.letters == 3 && strings.EqualFold(r.word(u.start), "cri"):
		return u.digits >= 5
	}
	return false
}
