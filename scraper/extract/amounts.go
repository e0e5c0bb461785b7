package extract

import (
	"math"
	"strings"

	"archiver/article"
)

// A decimal is a number as printed: digits without their commas, and how many of
// them stand after the point. Sums stay exact until they are made a float64.
type decimal struct {
	digits int64
	scale  int // the power of ten to multiply by
}

func (d decimal) float() float64 {
	if d.scale < 0 {
		return float64(d.digits) / math.Pow10(-d.scale)
	}
	return float64(d.digits) * math.Pow10(d.scale)
}

// readDecimal reads a number at byte i: "9,200", "1.2", "200". Commas are
// dropped wherever they stand between digits, for editors misplace them.
func readDecimal(text string, i int) (d decimal, end int) {
	n, point := 0, false
	for i < len(text) {
		c := text[i]
		switch {
		case '0' <= c && c <= '9':
			if n++; n > 15 { // beyond any sum, and beyond what a float64 tells apart
				return decimal{}, 0
			}
			d.digits = d.digits*10 + int64(c-'0')
			if point {
				d.scale--
			}
		case (c == ',' && !point || c == '.' && !point) && n > 0 && i+1 < len(text) && '0' <= text[i+1] && text[i+1] <= '9':
			point = c == '.'
		default:
			return d, i
		}
		i++
	}
	return d, i
}

// tokenFrom returns the first token from i on that begins at or after a byte.
func (r *indicatorReader) tokenFrom(i, at int) int {
	for i < len(r.tokens) && int(r.tokens[i].start) < at {
		i++
	}
	return i
}

// magnitude reads the word after a number that multiplies it: "k", "m",
// "million". Its power of ten is 0 where there is none.
func (r *indicatorReader) magnitude(i int) (power, next int) {
	if r.at(i).kind == tokenMark && r.at(i).sign == '-' && r.glued(i) && r.glued(i+1) { // "£1-million"
		if power, next := r.magnitude(i + 1); power > 0 {
			return power, next
		}
	}
	t := r.at(i)
	if t.kind != tokenWord || t.end-t.start > 9 || t.line {
		return 0, i
	}
	letters := r.glued(i) || !r.glued(i+1) || r.at(i+1).kind != tokenDigits // "£5 m" but not "£5 M6"
	switch strings.ToLower(r.word(i)) {
	case "k":
		if letters {
			return 3, i + 1
		}
	case "thousand", "thousands":
		return 3, i + 1
	case "hundred":
		return 2, i + 1
	case "m", "mn", "mil", "mill":
		if letters {
			return 6, i + 1
		}
	case "million", "millions":
		return 6, i + 1
	case "b", "bn":
		if letters {
			return 9, i + 1
		}
	case "billion", "billions":
		return 9, i + 1
	}
	return 0, i
}

func (r *indicatorReader) amount(start, end int, value float64) {
	text, from, to := r.span(start, end)
	r.amounts = append(r.amounts, article.Amount{Text: text, Value: value, Block: r.block, Start: from, End: to})
}

// readSterling reads the sum after a "£", and the other end of a range: "£50-£60"
// and "£50-60" are two sums, and "£2-3 million" are two of millions.
func (r *indicatorReader) readSterling(i int) int {
	sum, power, next := r.sterling(i)
	if next == 0 {
		return r.sterlingInWords(i)
	}
	start, end := int(r.at(i).start), int(r.at(next-1).end)
	second := next
	if !strings.ContainsRune("-–—", r.at(second).sign) || r.at(second).sign == 0 {
		r.amount(start, end, decimal{sum.digits, sum.scale + power}.float())
		return r.pastPounds(next)
	}
	second++
	other, otherPower, after := r.sterling(second)
	if after == 0 || r.at(second).sign != '£' && (power > 0 && otherPower == 0 || !r.glued(second) || !r.glued(next)) {
		r.amount(start, end, decimal{sum.digits, sum.scale + power}.float())
		return next
	}
	if power == 0 && sum.float() < other.float() {
		power = otherPower
	}
	r.amount(start, end, decimal{sum.digits, sum.scale + power}.float())
	r.amount(int(r.at(second).start), int(r.at(after-1).end), decimal{other.digits, other.scale + otherPower}.float())
	return r.pastPounds(after)
}

// sterling reads a sum in figures, with or without a "£" at its head; next is 0
// where there is none.
func (r *indicatorReader) sterling(i int) (sum decimal, power, next int) {
	if r.at(i).sign == '£' {
		i++
	}
	if r.at(i).kind != tokenDigits || r.at(i).line {
		return sum, 0, 0
	}
	sum, end := readDecimal(r.text, int(r.at(i).start))
	if end == 0 {
		return sum, 0, 0
	}
	next = r.tokenFrom(i, end)
	power, next = r.magnitude(next)
	if power == 0 && r.glued(next) && r.word(next) == "p" { // "£1.50p"
		next++
	}
	return sum, power, next
}

// pastPounds steps over "pounds" after a sum that had its sign: "£2 million pounds".
func (r *indicatorReader) pastPounds(i int) int {
	if r.at(i).cue.any(cuePound) && !r.at(i).line {
		return i + 1
	}
	return i
}

// sterlingInWords reads "£half a million".
func (r *indicatorReader) sterlingInWords(i int) int {
	end := i + 1
	for end < len(r.tokens) && end < i+8 && (r.at(end).cue.any(cueNumeral) || r.at(end).sign == '-') {
		end++
	}
	for end > i+1 && (r.at(end-1).sign != 0 || numeral(r.word(end-1)).kind == numeralLink) {
		end--
	}
	if value := r.numerals(i+1, end); value > 0 {
		r.amount(int(r.at(i).start), int(r.at(end-1).end), value)
		return r.pastPounds(end)
	}
	return i + 1
}

// readPlainAmount reads a sum in figures that has its unit after it: "5,000
// pounds", "50p".
func (r *indicatorReader) readPlainAmount(i int) int {
	t := r.at(i)
	if r.glued(i) && r.at(i-1).kind != tokenMark {
		return i
	}
	sum, end := readDecimal(r.text, int(t.start))
	if end == 0 {
		return i
	}
	next := r.tokenFrom(i, end)
	power, unit := r.magnitude(next)
	if r.at(unit).sign == '-' { // "a 20-pound note"
		unit++
	}
	u := r.at(unit)
	switch {
	case u.line:
	case u.cue.any(cuePound) && !r.weighs(unit, sum.float()*math.Pow10(power)):
		r.amount(int(t.start), int(u.end), decimal{sum.digits, sum.scale + power}.float())
		return unit + 1
	case u.cue.any(cuePence) && power == 0 && !r.hour(unit):
		r.amount(int(t.start), int(u.end), decimal{sum.digits, sum.scale - 2}.float())
		return unit + 1
	}
	return next
}

// hour reports whether a "p" is not that of pence: "5p.m.", "45P", "page 12 p".
func (r *indicatorReader) hour(unit int) bool {
	if r.word(unit) != "p" {
		return r.word(unit) == "P"
	}
	return !r.glued(unit) || r.glued(unit+1) && (r.at(unit+1).kind != tokenMark || r.glued(unit+2) && r.at(unit+2).kind == tokenWord && r.at(unit+1).sign == '.')
}

// weighs reports whether pounds are those of a weight: "20 pounds of cannabis",
// but not "20,000 pounds of damage".
func (r *indicatorReader) weighs(unit int, sum float64) bool {
	return sum < 1000 && strings.EqualFold(r.word(unit+1), "of") && !r.at(unit+1).line
}

// spelledAmount reads a sum in words at its unit, from which it looks back for
// numerals: "two thousand pounds".
func (r *indicatorReader) spelledAmount(unit int) int {
	if strings.EqualFold(r.word(unit), "p") {
		return unit
	}
	start := unit
	for start > 0 && unit-start < 12 && !r.at(start).line {
		p := r.at(start - 1)
		if p.stop || !p.cue.any(cueNumeral) && (p.sign != '-' || !r.glued(start)) {
			break
		}
		if strings.EqualFold(r.word(start-1), "and") && !r.joins(start-1) {
			break
		}
		start--
	}
	end := unit
	for end > start && r.at(end-1).sign == '-' {
		end--
	}
	for start < end && (r.at(start).sign == '-' || numeral(r.word(start)).kind == numeralLink) {
		start++
	}
	value := r.numerals(start, end)
	if r.at(start-1).sign == '-' && r.glued(start) { // "multi-million pound"
		return unit
	}
	if r.at(unit).cue.any(cuePence) {
		value /= 100
	} else if r.weighs(unit, value) {
		return unit
	}
	if value > 0 {
		r.amount(int(r.at(start).start), int(r.at(unit).end), value)
		return unit + 1
	}
	return unit
}

// joins reports whether an "and" joins numerals into one number: "a hundred and
// fifty", "two and a half", not "one and two thousand".
func (r *indicatorReader) joins(i int) bool {
	if numeral(r.word(i-1)).kind == numeralMagnitude {
		return true
	}
	next := i + 1
	if strings.EqualFold(r.word(next), "a") {
		next++
	}
	return numeral(r.word(next)).kind == numeralPart
}

type numeralKind uint8

const (
	numeralNone      numeralKind = iota
	numeralOne                   // "seven", and "a"
	numeralMagnitude             // "thousand"
	numeralPart                  // "half"
	numeralLink                  // "and", "of"
)

type numeralWord struct {
	kind  numeralKind
	value float64
}

var ones = strings.Fields("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
var tens = strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")

func numeral(word string) numeralWord {
	switch word = strings.ToLower(word); word {
	case "a", "an":
		return numeralWord{numeralOne, 1}
	case "hundred":
		return numeralWord{numeralMagnitude, 100}
	case "thousand":
		return numeralWord{numeralMagnitude, 1e3}
	case "million":
		return numeralWord{numeralMagnitude, 1e6}
	case "billion":
		return numeralWord{numeralMagnitude, 1e9}
	case "half":
		return numeralWord{numeralPart, 0.5}
	case "quarter", "quarters":
		return numeralWord{numeralPart, 0.25}
	case "and", "of":
		return numeralWord{numeralLink, 0}
	}
	for i, w := range ones {
		if w == word {
			return numeralWord{numeralOne, float64(i + 1)}
		}
	}
	for i, w := range tens {
		if w == word {
			return numeralWord{numeralOne, float64(10*i + 20)}
		}
	}
	return numeralWord{}
}

// numerals returns the number that the words from start to end spell, 0 for none.
func (r *indicatorReader) numerals(start, end int) float64 {
	var total, current, last float64
	after := numeralNone // what stood before, links and articles apart
	linked := false
	for i := start; i < end; i++ {
		if r.at(i).kind != tokenWord {
			continue
		}
		n := numeral(r.word(i))
		article := strings.EqualFold(r.word(i), "a") || strings.EqualFold(r.word(i), "an")
		switch n.kind {
		case numeralLink:
			linked = linked || strings.EqualFold(r.word(i), "and")
			continue
		case numeralOne:
			if article && (after != numeralNone || numeral(r.word(i+1)).kind == numeralPart) {
				continue // "half a million", "two and a half"
			}
			current += n.value
		case numeralPart:
			switch {
			case linked && after == numeralMagnitude: // "a million and a half"
				total += last * n.value
			case linked:
				current += n.value
			case current > 0: // "three quarters"
				current *= n.value
			default:
				current = n.value
			}
		case numeralMagnitude:
			if current == 0 {
				return 0 // "thousand pounds": how many is not said
			}
			if n.value == 100 {
				current *= 100
			} else {
				total += current * n.value
				current = 0
			}
			last = n.value
		default:
			return 0
		}
		linked, after = false, n.kind
	}
	return total + current
}
