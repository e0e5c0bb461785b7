package extract

import (
	"strings"

	"archiver/article"
)

// The kinds of a reference. What a force calls its numbers says little of what
// they are, so the kind is that of the word before the number, and "reference"
// where no word tells.
const (
	kindReference  = "reference"
	kindIML        = "iml"        // Cheshire's numbers for incidents
	kindCrime      = "crime"      // "crime number"
	kindIncident   = "incident"   // "incident", "event"
	kindLog        = "log"        // "log", "CAD"
	kindSerial     = "serial"     // "serial"
	kindOccurrence = "occurrence" // "occurrence", "Niche"
	kindCase       = "case"       // "case", "URN"
	kindOperation  = "operation"  // a name: "Operation Juniper"
)

// mentionKind returns the kind that a word before a number tells, or "".
func mentionKind(c cue) string {
	switch {
	case c.any(cueIML):
		return kindIML
	case c.any(cueCrime):
		return kindCrime
	case c.any(cueIncident):
		return kindIncident
	case c.any(cueLog):
		return kindLog
	case c.any(cueSerial):
		return kindSerial
	case c.any(cueOccurrence):
		return kindOccurrence
	case c.any(cueCase):
		return kindCase
	}
	return ""
}

const cueKinds = cueCrime | cueIncident | cueLog | cueSerial | cueOccurrence | cueCase | cueIML

// An expectation is what the words so far say of the number that may follow.
type expectation struct {
	strength expectStrength
	kind     string
	quoted   bool // "quoting" stood
	after    bool // a reference stood; "or" and "and" bring others
	digits   int  // of that one
	open     int  // tokens since a bracket opened behind it, 0 for none
}

type expectStrength uint8

const (
	expectNothing expectStrength = iota
	expectWeakly                 // "incident", "log": also plain words
	expectQuoted                 // "quoting"
	expectSurely                 // "reference", "crime number"
)

func (e *expectation) end() { *e = expectation{} }

// step takes a token that is no reference.
func (e *expectation) step(tokens []token, i int) {
	t := tokens[i]
	if e.open > 0 { // "20*1 (Mill Lane) or 20*2"
		e.open++
		switch {
		case t.sign == ')':
			e.open = 0
		case e.open > 12:
			e.end()
		}
		return
	}
	if t.stop && t.sign != ':' && t.sign != '-' && t.sign != '–' && t.cue == 0 {
		e.end()
		return
	}
	switch {
	case t.cue.any(cueQuote):
		e.strength, e.quoted, e.after = max(e.strength, expectQuoted), true, false
	case t.cue.any(cueReference), t.cue.any(cueIML):
		e.strength, e.after = expectSurely, false
		if e.kind == "" {
			e.kind = mentionKind(t.cue)
		}
	case t.cue.any(cueKinds):
		e.strength, e.after = max(e.strength, expectWeakly), false
		if e.kind == "" || e.kind == kindReference {
			e.kind = mentionKind(t.cue)
		}
	case e.strength == expectNothing:
	case t.cue.any(cueNumber):
		e.strength = expectSurely
	case t.cue.any(cueBetween), e.strength == expectSurely && t.cue.any(cueFor), e.strength == expectQuoted && t.cue.any(cueTo):
	case t.cue.any(cueJoin) && (e.after || e.strength >= expectQuoted):
	case t.kind == tokenMark && e.after && t.sign == '(':
		e.open = 1
	case t.kind == tokenMark && strings.ContainsRune(":-–—,('\"“”‘’#.&/;[)]", t.sign):
	default:
		e.end()
	}
}

// readReference reads a reference that begins at a token.
func (r *indicatorReader) readReference(i int) int {
	t := r.at(i)
	if t.kind == tokenMark && t.sign != '*' || r.glued(i) && r.at(i-1).kind != tokenMark {
		return i
	}
	start := i
	if t.sign == '*' && !(r.glued(i+1) && r.at(i+1).kind == tokenDigits) { // "*012345"
		return i
	}
	e := r.expect
	if t.kind == tokenWord {
		if t.cue.any(cueOfficer) && !r.glued(i+1) {
			return i
		}
		// Letters that belong to the number: "IML 1234567", "MP 1234".
		first := r.number(i)
		switch {
		case first < 0:
			return i
		case t.cue.any(cueIML):
			e.strength, e.kind = expectSurely, kindIML
		case e.strength == expectNothing:
		case first > i && t.cue != 0:
			return i
		}
	}
	if e.open > 0 {
		return i
	}
	run := r.run(i)
	if run.digits == 0 || run.digits > 24 {
		return i
	}
	next := r.dated(run)
	switch {
	case run.counted, run.short && next == run.end:
		return i
	case r.shaped(run):
	case t.cue.any(cueIML) && run.digits >= 5:
	case e.strength == expectNothing:
		return i
	case run.date || run.clock:
		return i
	case e.after && !run.like(e.digits, next > run.end), e.after && t.kind == tokenDigits && shortNumber(r.word(i)) && run.marks == 0 && next == run.end:
		return i
	case e.strength == expectWeakly && !run.certain(e.kind, next > run.end, r.lastPhone >= 0 && r.sameSentence(r.lastPhone, i)):
		return i
	case (e.kind == kindSerial || e.kind == kindCase) && next == run.end && !e.quoted:
		return i // that of a thing or a court: "a rifle, serial number 123-4567"
	case run.digits < 2 && next == run.end && run.marks == 0 && run.letters == 0:
		return i
	case r.telephone(i, run):
		return i
	}
	kind := e.kind
	if kind == "" {
		kind = kindReference
	}
	r.reference(kind, start, run.end, next)
	r.expect = expectation{strength: expectSurely, kind: e.kind, quoted: true, after: true, digits: run.digits}
	if kind == kindIML {
		r.expect.kind = ""
	}
	return next
}

// telephone reports whether a run that a reference is expected at is rather a
// telephone number: it has spaces where such a number has them.
func (r *indicatorReader) telephone(i int, run numberRun) bool {
	if r.at(i).kind != tokenDigits || r.text[r.at(i).start] != '0' || run.letters > 0 {
		return false
	}
	d, ok := r.dialled(i)
	return ok && len(d.digits) >= 8 && (d.to > run.end || r.expect.strength < expectSurely)
}

// number returns the token at which the digits of a reference begin whose
// letters are at i: the same where they are glued to it ("CRI00123/45",
// "PR/45200012345"), a later one for "IML 1234567", "IML number 1234567" and
// "MP 1234", -1 for no reference.
func (r *indicatorReader) number(i int) int {
	t := r.at(i)
	word := r.word(i)
	if r.glued(i + 1) {
		for j := i + 1; j < min(i+8, len(r.tokens)) && r.glued(j); j++ {
			if r.at(j).kind == tokenDigits {
				if !capitals(word) && t.end-t.start > 1 && !t.cue.any(cueIML) {
					return -1
				}
				return i
			}
			if m := r.at(j); m.kind == tokenMark && !t.cue.any(cueIML) && strings.IndexByte("/*-_", byte(min(m.sign, 127))) < 0 {
				break
			}
		}
		if !t.cue.any(cueIML) {
			return -1
		}
	}
	if t.cue.any(cueIML) || capitals(word) && t.end-t.start <= 4 && r.expect.strength >= expectQuoted {
		j := i + 1
		for t.cue.any(cueIML) && j < i+5 && !r.at(j).line && (r.at(j).cue.any(cueNumber|cueReference|cueLog|cueIncident) || r.at(j).kind == tokenMark && strings.ContainsRune(":-.#–", r.at(j).sign)) {
			j++
		}
		if r.at(j).kind == tokenDigits && !r.at(j).line {
			return j
		}
	}
	return -1
}

func capitals(word string) bool {
	for i := range len(word) {
		if !capital(word[i]) {
			return false
		}
	}
	return true
}

// reference takes the tokens from start to end, of which those from date on are
// its date.
func (r *indicatorReader) reference(kind string, start, date, end int) {
	text, from, to := r.span(int(r.at(start).start), int(r.at(end-1).end))
	r.refs = append(r.refs, article.Mention{Kind: kind, Text: text, Value: r.normal(kind, start, date, end), Block: r.block, Start: from, End: to})
}

// normal returns the value of a reference: upper case, white space folded, "IML"
// with one space and its digits, and a date after the number as "OF 4 MAY" or
// "OF 4 MAY 2020", the year as far as it is printed.
func (r *indicatorReader) normal(kind string, start, date, end int) string {
	var b strings.Builder
	b.Grow(32)
	if kind == kindIML && r.at(start).cue.any(cueIML) {
		b.WriteString("IML ")
		for i := start; i < end; i++ {
			if r.at(i).kind == tokenDigits {
				b.WriteString(r.word(i))
			}
		}
		return b.String()
	}
	for i := start; i < end; i++ {
		if i > start && r.at(i).space {
			if day, month, year, ok := r.dateParts(i, end); ok && i >= date {
				b.WriteString(" OF " + day + " " + month)
				if year != "" {
					b.WriteString(" " + year)
				}
				return b.String()
			}
			b.WriteByte(' ')
		}
		b.WriteString(strings.ToUpper(r.word(i)))
	}
	return b.String()
}
