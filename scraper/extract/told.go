package extract

import "strings"

// told reports whether the public is told to use a number. The words near it
// decide, the nearest first.
func (r *indicatorReader) told(d dialled) bool {
	switch {
	case d.national():
		return true
	case r.message.reading:
		return false
	case shortNumber(d.digits):
		return r.toldShort(d)
	case len(d.digits) == 5:
		return true // "text … to 60599", or it would not have been read
	}
	return r.toldLong(d)
}

// toldShort decides on a number such as 101, which can be a plain number:
// something has to tell to call it.
func (r *indicatorReader) toldShort(d dialled) bool {
	next := r.at(d.to)
	switch {
	case r.glued(d.from) && strings.ContainsRune(",.£", r.at(d.from-1).sign) && r.at(d.from-2).kind == tokenDigits,
		r.glued(d.to) && strings.ContainsRune(",.:", next.sign) && r.glued(d.to+1) && r.at(d.to+1).kind == tokenDigits:
		return false // "1,101", "101.5"
	case next.line:
	case next.kind == tokenDigits && r.word(d.to) != "24", next.cue.any(cueCount) && !next.cue.any(cueOn):
		return false // "the 999 call"
	}
	if r.chained(d.from) {
		return true // "101 or 999", "101 (999 in an emergency)"
	}
	if r.lastPhone >= 0 && r.at(d.from-1).cue.any(cueJoin) && condition(r.word(d.to)) && r.sameSentence(r.lastPhone, d.from) {
		return true // "on 101 when it is over and 999 while it is going on"
	}
	if r.word(d.to) == "in" && r.within(d.to, 4, cueEmergency) {
		return true // "Police: 999 in an emergency"
	}
	return r.led(d)
}

// led reports whether the words before a short number lead to it: "call us on",
// "dial", "the non-emergency number is".
func (r *indicatorReader) led(d dialled) bool {
	next := r.at(d.to)
	// Whether the words after it take it for a number that counts nothing.
	goesOn := next.kind == tokenMark || next.line || next.cue.any(cueOn) || next.kind == tokenWeb || next.kind == tokenDigits || capital(r.word(d.to)[0])
	for j := d.from - 1; j >= max(0, d.from-8); j-- {
		t := r.at(j)
		switch {
		case t.cue.any(cueCall) && !r.indefinite(j-1):
			return !r.past(j) && !r.instructed(j, 5)
		case t.cue.any(cueText):
			return true
		case t.cue.any(cueVia) && r.plain(j+1, d.from):
			return goesOn && !r.called(j)
		case t.cue.any(cueCalled):
			return false
		case t.kind == tokenMark:
			if t.stop && t.sign != ':' && t.sign != '-' && t.sign != '–' {
				return r.alone(d)
			}
		case t.cue.any(cueLine | cueService | cueIs), capital(r.word(j)[0]):
		default:
			return goesOn && r.at(d.from-1).kind == tokenMark && r.before(d.from, 12, cueCall|cueService)
		}
	}
	return goesOn && (r.alone(d) || r.before(d.from, 8, cueCall|cueService|cueEmergency))
}

func capital(c byte) bool { return 'A' <= c && c <= 'Z' }

// alone reports whether a number is all that a block holds: a table's cell, a way
// to get in touch in a list.
func (r *indicatorReader) alone(d dialled) bool {
	return r.at(d.from).line && r.at(d.to).line && len(r.tokens) <= 4
}

// indefinite reports whether a token makes a thing of the word after it: "a call".
func (r *indicatorReader) indefinite(i int) bool {
	switch strings.ToLower(r.word(i)) {
	case "a", "another":
		return true
	}
	return false
}

// past reports whether "calling" is told of somebody: "after calling 999".
func (r *indicatorReader) past(i int) bool {
	switch strings.ToLower(r.word(i - 1)) {
	case "after", "before", "despite", "kept", "since", "was", "were":
		return strings.HasSuffix(r.word(i), "ing")
	}
	return false
}

// instructed reports whether a swindler is who tells to call: "she was told to hang
// up and dial 999". The n words before the word for telling say who tells.
func (r *indicatorReader) instructed(i, n int) bool {
	for j := i - 1; j >= max(0, i-8) && !r.at(j).stop; j-- {
		t := r.at(j)
		if t.cue.any(cueShould) || t.cue.any(cueAsk) && r.at(j-1).cue.any(cueIs) {
			return false
		}
		if r.ordered(j, n) {
			return true
		}
	}
	return false
}

// ordered reports whether a word tells what a swindler or his message asks for.
func (r *indicatorReader) ordered(i, n int) bool {
	return r.at(i).cue.any(cueAsk) &&
		(r.at(i-1).cue.any(cueWas) || r.before(i, n, cueSwindler|cueMessage) && !r.before(i, n, cuePolice))
}

// called reports whether "on" belongs to a call that was made: "who called police
// on 999". What can be or is to be reported on 101 is told to the public.
func (r *indicatorReader) called(via int) bool {
	for j := via - 1; j >= max(0, via-4) && !r.at(j).stop; j-- {
		t := r.at(j)
		if t.cue.any(cueCall) {
			return false
		}
		if t.cue.any(cueCalled) && !strings.EqualFold(r.word(j), "calls") {
			return !r.before(j, 3, cueIs)
		}
	}
	return false
}

// plain reports whether the tokens from i to j only say what kind of number
// follows: "the non-emergency number".
func (r *indicatorReader) plain(i, j int) bool {
	for ; i < j; i++ {
		t := r.at(i)
		if t.kind == tokenWord && !t.cue.any(cueLine|cueEmergency|cueService) && !capital(r.word(i)[0]) {
			return false
		}
	}
	return true
}

// chained reports whether a number follows the one that was taken last with no
// more than "or", "and", marks and "in an emergency" between them.
func (r *indicatorReader) chained(i int) bool {
	if r.lastPhone < 0 || i-r.lastPhone > 9 || r.at(i).line {
		return false
	}
	join := false
	for j := r.lastPhone + 1; j < i; j++ {
		t := r.at(j)
		switch {
		case t.line || t.stop:
			return false
		case t.kind == tokenMark, t.cue.any(cueJoin):
			join = true
		case t.cue.any(cueVia | cueIs | cueEmergency | cueLine | cueCall), condition(r.word(j)), r.word(j) == "an":
		default:
			return false
		}
	}
	return join
}

// condition reports whether a word says when a number is to be called.
func condition(word string) bool {
	switch word {
	case "if", "when", "while", "where", "in", "for":
		return true
	}
	return false
}

// sameSentence reports whether no sentence ends between tokens i and j, and no
// more than a sentence of some length is between them.
func (r *indicatorReader) sameSentence(i, j int) bool {
	for k := i; k < j; k++ {
		if r.at(k).stop || k > i+25 {
			return false
		}
	}
	return true
}

// before reports whether one of the last n tokens of the sentence before token i
// has a cue.
func (r *indicatorReader) before(i, n int, of cue) bool {
	for j := i - 1; j >= max(0, i-n) && !r.at(j).stop; j-- {
		if r.at(j).cue.any(of) {
			return true
		}
	}
	return false
}

// within reports whether one of the n tokens from i on has a cue.
func (r *indicatorReader) within(i, n int, of cue) bool {
	for j := i; j < min(i+n, len(r.tokens)); j++ {
		if r.at(j).cue.any(of) {
			return true
		}
	}
	return false
}

// toldLong decides on a number that can be nothing else: it is for the public
// unless the words say whose it is.
func (r *indicatorReader) toldLong(d dialled) bool {
	for j := d.from - 1; j >= max(0, d.from-25) && !r.at(j).stop; j-- {
		t := r.at(j)
		near := d.from-j <= 6
		switch {
		case r.newsroom(j):
			return false
		case near && t.cue.any(cueShown), near && t.cue.any(cueFrom) && r.whose(j+1, d.from):
			return false
		case t.cue.any(cueShould), t.cue.any(cueAsk) && r.at(j-1).cue.any(cueIs):
			return !r.forbidden(d.to) // "is asked to call"
		case r.ordered(j, 15):
			return false // "was told to ring", "the text tells you to call"
		case near && t.cue.any(cueSwindler) && r.at(d.from-1).cue.any(cueIs|cueNumber):
			return false // "the fraudster's number is"
		}
	}
	for j := d.to; j < min(d.to+6, len(r.tokens)) && !r.at(j).line; j++ {
		if r.newsroom(j) || j <= d.to+1 && r.at(j).cue.any(cueShown) {
			return false // "… (for journalists)", "… appeared on the screen"
		}
		if r.at(j).stop {
			break
		}
	}
	return !r.forbidden(d.to)
}

// newsroom reports whether a word is of those who have a number of their own: the
// media, but not the social ones, and the press office.
func (r *indicatorReader) newsroom(i int) bool {
	if r.at(i).cue.any(cueMedia) {
		return !strings.EqualFold(r.word(i-1), "social")
	}
	if !r.at(i).cue.any(cuePress) {
		return false
	}
	switch strings.ToLower(r.word(i + 1)) {
	case "office", "officer", "desk", "team", "enquiries", "enquiry", "contact", "contacts", "bureau":
		return true
	}
	return false
}

// whose reports whether nothing but words for a number stand between "from" and
// the number.
func (r *indicatorReader) whose(i, j int) bool {
	for ; i < j; i++ {
		switch strings.ToLower(r.word(i)) {
		case "the", "a", "an", "number", "numbers", "phone", "mobile", "telephone", "unknown", "this", "following", ":", "landline", "withheld", "uk":
		default:
			return false
		}
	}
	return true
}

// forbidden reports whether the words after a number forbid it: "Please do not
// ring this number".
func (r *indicatorReader) forbidden(i int) bool {
	for j := i; j < min(i+20, len(r.tokens)-2); j++ {
		if r.at(j).cue.any(cueNot) && r.at(j+1).cue.any(cueCall) {
			switch r.word(j + 2) {
			case "this", "that", "the", "it":
				return true
			}
		}
	}
	return false
}
