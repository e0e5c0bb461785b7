package extract

import (
	"strings"

	"archiver/article"
)

// A dialled is a telephone number as it is read: its digits, and the tokens that
// hold them.
type dialled struct {
	digits        string // without "+", "(0)" and separators
	international bool   // a "+" stands before it
	from, to      int    // tokens, to exclusive
}

// nationalLength reports whether a number with its leading 0 has one of the
// lengths of Ofcom's National Telephone Numbering Plan: eleven digits; ten in
// some old 01 areas and for some 0800 and 0500 numbers; and two short ones,
// 0800 1111 (Childline) and 0845 46 47 (NHS Direct).
func nationalLength(digits string) bool {
	if len(digits) < 2 || digits[0] != '0' || digits[1] == '0' || digits[1] == '4' || digits[1] == '6' {
		return false
	}
	switch len(digits) {
	case 11:
		return true
	case 10:
		return digits[1] == '1' || strings.HasPrefix(digits, "0800") || strings.HasPrefix(digits, "0500")
	}
	return digits == "08001111" || digits == "0845464" || digits == "08454647"
}

// mistyped reports whether a number is one of a length that does not exist but
// is printed as one: "0300 123 204".
func mistyped(digits string, groups int) bool {
	return len(digits) >= 9 && len(digits) <= 12 && groups >= 2 && digits[0] == '0' && strings.IndexByte("12378", digits[1]) >= 0
}

// shortNumber reports whether digits are one of the numbers of Ofcom's plan that
// are the same everywhere and that the public is told to call. They are also
// plain numbers, so that words decide.
func shortNumber(digits string) bool {
	switch digits {
	case "101", "999", "112", "111", "105", "119", "159", "18000": // 18000: the text relay to 999
		return true
	}
	return false
}

// readPhone reads a telephone number that begins at a token, and takes it if the
// public is told to use it. It returns the token after it, taken or not. An
// extension ("101 ext. 1234") is no part of it.
func (r *indicatorReader) readPhone(i int) int {
	t := r.at(i)
	if t.kind != tokenDigits && t.sign != '+' && t.sign != '(' || t.kind == tokenDigits && !r.begins(i) {
		return i
	}
	if t.kind == tokenDigits && r.glued(i) {
		switch p := r.at(i - 1); {
		case p.kind == tokenWord && strings.EqualFold(r.word(i-1), "on"), p.kind == tokenWord && len(r.word(i-1)) >= 4: // "call on101"
		case p.kind != tokenMark, strings.ContainsRune("£$€#*_%", p.sign), strings.ContainsRune("/.,", p.sign) && r.glued(i-1) && r.at(i-2).kind == tokenDigits && !r.after(i):
			return i
		}
	}
	n, ok := r.dialled(i)
	if !ok {
		return i
	}
	if r.told(n) {
		text, from, to := r.span(int(r.at(n.from).start), int(r.at(n.to-1).end))
		r.phones = append(r.phones, article.Number{Text: text, Value: n.value(), Block: r.block, Start: from, End: to})
		r.lastPhone = n.to - 1
	} else if len(n.digits) < 9 {
		return i // a plain number: it may be a sum
	} else {
		r.message.refused = n.to
	}
	return n.to
}

// begins reports whether digits can begin a telephone number: most that stand in
// a text, years and ages, cannot.
func (r *indicatorReader) begins(i int) bool {
	word := r.word(i)
	return word[0] == '0' || shortNumber(word) || word == "116" || word == "116123" || word == "7726" || word == "18001" ||
		len(word) == 5 && word[0] >= '6' && word[0] <= '8'
}

// after reports whether a token follows the number that was taken last and a
// mark: "101/999".
func (r *indicatorReader) after(i int) bool { return r.lastPhone >= 0 && r.lastPhone == i-2 }

// dialled reads groups of digits with one separator between them as far as they
// make a number.
func (r *indicatorReader) dialled(i int) (best dialled, ok bool) {
	var digits [16]byte
	n, groups, j := 0, 0, i
	length, end := 0, 0 // of the longest number so far
	international := r.at(j).sign == '+'
	if international {
		j++
	}
	open := r.at(j).sign == '('
	if open { // "(01632) 960123" and not "(01632 960123)"
		if international || r.at(j+2).sign != ')' || r.at(j+3).kind != tokenDigits || r.at(j+3).line {
			return best, false
		}
		j++
	}
	for j < len(r.tokens) {
		t := r.at(j)
		if t.kind != tokenDigits || n+int(t.end-t.start) > len(digits) || groups > 0 && t.line {
			break
		}
		size := int(t.end - t.start)
		n += copy(digits[n:], r.text[t.start:t.end])
		groups++
		j++
		if open && groups == 1 {
			j++ // ")"
		}
		d := dialled{digits: string(digits[:n]), international: international, from: i, to: j}
		if r.complete(d, groups) && !(length > 0 && size == 1) {
			length, end = n, j
		}
		j = r.separated(j, international && groups == 1)
		if j < 0 {
			break
		}
	}
	if length == 0 {
		return best, false
	}
	return dialled{digits: string(digits[:length]), international: international, from: i, to: end}, true
}

// separated returns the token after a separator of a telephone number's groups:
// a space, hyphen or stop, or "(0)" after the code of the country.
func (r *indicatorReader) separated(j int, country bool) int {
	t := r.at(j)
	switch {
	case j >= len(r.tokens), t.line:
		return -1
	case t.kind == tokenDigits:
		return j
	case country && t.sign == '(' && r.word(j+1) == "0" && r.at(j+2).sign == ')':
		return j + 3
	case t.sign == '-', t.sign == '‑', t.sign == '–', t.sign == '.' && r.glued(j) && r.glued(j+1), t.sign == ')' && r.glued(j):
		if r.at(j+1).kind == tokenDigits && !r.at(j+1).line {
			return j + 1
		}
	}
	return -1
}

// complete reports whether the digits so far make a telephone number.
func (r *indicatorReader) complete(d dialled, groups int) bool {
	next := r.at(d.to)
	if r.glued(d.to) && (next.kind == tokenDigits || next.kind == tokenWord && d.to < len(r.tokens) && next.end-next.start < 4) {
		return false
	}
	if r.glued(d.to) && strings.ContainsRune("%*_", next.sign) {
		return false
	}
	s := d.digits
	if d.international {
		if strings.HasPrefix(s, "44") {
			return len(s) == 12 || len(s) == 11 || len(s) == 13 && s[2] == '0'
		}
		return len(s) >= 10 && len(s) <= 15
	}
	if strings.HasPrefix(s, "0044") {
		return len(s) == 14 || len(s) == 13
	}
	switch {
	case nationalLength(s):
		return true
	case s == "116123", s == "116000", s == "116006", s == "7726", s == "18001101":
		return true
	case groups == 1 && shortNumber(s):
		return true
	case groups == 1 && len(s) == 5 && s[0] >= '6' && s[0] <= '8': // Ofcom: mobile short codes
		return r.at(d.from-1).cue.any(cueVia|cueText) && r.before(d.from, 12, cueText)
	}
	// A number of a wrong length is read no further than to its end.
	return mistyped(s, groups) && r.separated(d.to, false) < 0 && r.at(d.from).end-r.at(d.from).start >= 3 &&
		r.at(d.from-1).cue.any(cueVia|cueCall)
}

// value normalises a number: E.164 with the United Kingdom's code, short numbers
// as they are. A text relay's prefix stays.
func (d dialled) value() string {
	s := d.digits
	switch {
	case d.international && strings.HasPrefix(s, "440"):
		return "+44" + s[3:]
	case d.international:
		return "+" + s
	case strings.HasPrefix(s, "0044"):
		return "+44" + strings.TrimPrefix(s[4:], "0")
	case s[0] == '0' && len(s) >= 9:
		return "+44" + s[1:]
	}
	return s
}

// national reports whether a number is one that the whole country is told to
// call, and that is named as nothing else in a release.
func (d dialled) national() bool {
	switch d.digits {
	case "0800555111", "03001232040", "116123", "116000", "116006", "08001111", "7726", "18001101", "03003033003":
		return true
	}
	return false
}
