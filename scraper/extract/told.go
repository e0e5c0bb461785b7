package extract

import "strings"

// told reports whether the public is told to use a number. The words near it
// decide, the nearest first.
func (r *indicatorReader) told(d dialled) bool {
	switch {
	case d.national():
		return !r.theirs(d)
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
	if !r.at(i).cue.any(cueAsk) {
		// "The caller said that she must ring"
		return strings.EqualFold(r.word(i), "said") && r.at(i+1).kind == tokenWord && r.before(i, 3, cueSwindler)
	}
	if r.at(i - 1).cue.any(cueWas) {
		return true
	}
	return (r.narrated(i) || r.before(i, n, cueSwindler|cueMessage|cuePretend)) && !r.before(i, n, cuePolice)
}

// narrated reports whether a word tells what somebody in a story was to do: "the
// man told her to ring".
func (r *indicatorReader) narrated(i int) bool {
	to := i + 1
	if word := r.word(to); word == "the" || word == "a" {
		to++
	}
	if !r.at(to).cue.any(cueObject) {
		return false
	}
	switch strings.ToLower(r.word(i)) {
	case "told", "telling", "instructed", "instructing", "persuaded", "directed", "directing":
		return true
	}
	return false
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
	if r.theirs(d) {
		return false
	}
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
		case "the", "a", "an", "number", "numbers", "phone", "mobile", "telephone", "unknown", "this", "following", ":", "landline", "withheld", "uk", "including", "such", "as", "like", "another":
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

// theirs reports whether the words right before or after a number say that it is
// a swindler's, or one that somebody in a story has or rings.
func (r *indicatorReader) theirs(d dialled) bool {
	if r.message.listed || r.another(d) || r.seen(d.to) {
		return true
	}
	for j := d.from - 1; j >= max(0, d.from-10) && !r.at(j).stop; j-- {
		t := r.at(j)
		switch {
		case t.cue.any(cueThing) && r.owned(j), t.cue.any(cueNumber) && r.owned(j):
			return true
		case t.cue.any(cueCall|cueText) && !r.thing(j):
			return r.barred(j)
		case t.cue.any(cueFrom):
			if r.origin(j, d) {
				return true
			}
		case t.cue.any(cueDid) && (r.whose(j+1, d.from) || r.next4(j+1, cueNumber)) && !r.at(j-1).cue.any(cueIs):
			return true // "rang the number on the screen, …"
		case t.cue.any(cueDid) && (strings.EqualFold(r.word(j), "ran") || strings.EqualFold(r.word(j), "operated")) && r.within(j+1, min(6, d.from-j-1), cueLine):
			return true // "ran the “Jay” line, …"
		case t.cue.any(cueSide) && r.before(j, 6, cueNumber), t.cue.any(cueShown) && r.before(j, 4, cueNumber):
			return true
		case t.cue.any(cueWary) && (r.before(j, 4, cueNumber) || r.next4(j+1, cueNumber)):
			return true
		}
		switch strings.ToLower(r.word(j)) {
		case "by":
			if r.whose(j+1, d.from) && r.before(j, 4, cueCalled|cueDid) {
				return true // "has been called by …"
			}
		case "up":
			if r.at(j - 1).cue.any(cueUp) {
				return true
			}
		case "out":
			if (strings.EqualFold(r.word(j-1), "look") || strings.EqualFold(r.word(j-1), "watch")) && r.before(j, 4, cueNumber) {
				return true
			}
		case "include", "included", "are", "were":
			if r.whose(j+1, d.from) && r.before(j, 8, cueNumber) && r.before(j, 8, cueDid|cueFrom|cueSwindler|cueWary) && !r.before(j, 8, cueCall|cueShould) {
				return true // "numbers used in the scam include …"
			}
		case "using":
			if r.whose(j+1, d.from) && r.at(j-1).cue.any(cueIs|cueWas) {
				return true
			}
		case "with":
			if r.next4(j+1, cueNumber) && r.whose(j+1, d.from) && !r.before(j, 8, cueCall|cueText) && !strings.EqualFold(r.word(j-1), "touch") {
				return true // "a van with the number …"
			}
		}
	}
	return false
}

// next4 reports whether one of four tokens has a cue.
func (r *indicatorReader) next4(i int, of cue) bool { return r.within(i, 4, of) }

// another reports whether a number stands in a row with one that was not taken.
func (r *indicatorReader) another(d dialled) bool {
	from := r.message.refused
	if from == 0 || d.from-from > 3 {
		return false
	}
	for j := from; j < d.from; j++ {
		if t := r.at(j); t.sign == '.' && t.stop || t.kind != tokenMark && !t.cue.any(cueJoin) {
			return false
		}
	}
	return true
}

// thing reports whether a word such as "phone" names a thing there and tells
// nobody to telephone.
func (r *indicatorReader) thing(i int) bool {
	switch strings.ToLower(r.word(i)) {
	case "calling", "ringing", "phoning", "dialling", "telephoning":
		// "he was calling from …"
		return r.at(i-1).cue.any(cueWas) || r.before(i, 3, cueSwindler)
	case "call", "contact", "text", "texts":
		return r.indefinite(i-1) || r.at(i-1).cue.any(cueNumber) || strings.EqualFold(r.word(i+1), "from")
	case "phone", "telephone":
	default:
		return false
	}
	if r.at(i + 1).cue.any(cueNumber) {
		return true
	}
	switch word := strings.ToLower(r.word(i - 1)); word {
	case "the", "a", "his", "her", "their", "mobile":
		return true
	default:
		return ownersOf(word)
	}
}

// ownersOf reports whether a word says whose something is: "Tom's".
func ownersOf(word string) bool {
	return strings.HasSuffix(word, "'s") || strings.HasSuffix(word, "’s")
}

// owned reports whether a phone or a number is somebody's who is not to be rung:
// "Tom's phone", "gave his number as". Officers and forces have their own.
func (r *indicatorReader) owned(i int) bool {
	j := i - 1
	if r.at(j).cue.any(cueThing) {
		j-- // "mobile phone"
	}
	switch word := strings.ToLower(r.word(j)); {
	case word == "his", word == "her", word == "their":
	case ownersOf(word):
		owner := cueOf(word[:strings.LastIndexAny(word, "'’")])
		if owner.any(cueSwindler) {
			return true
		}
		if !r.at(i).cue.any(cueThing) || owner.any(cueService|cuePolice|cueOfficer) || r.before(j, 4, cueOfficer) {
			return false
		}
	default:
		return false
	}
	return !r.at(j-1).cue.any(cueVia) && !r.before(j, 8, cueCall|cueText)
}

// barred reports whether a word for calling says not to: "do not call or text",
// "will never ask you to ring back".
func (r *indicatorReader) barred(i int) bool {
	for j := i - 1; j >= max(0, i-5) && !r.at(j).stop; j-- {
		switch word := strings.ToLower(r.word(j)); {
		case r.at(j).cue.any(cueNot):
			return !strings.EqualFold(r.word(j-1), "why")
		case r.at(j).cue.any(cueCall | cueText), word == "to", word == "or", word == "ever", word == "back", word == "answer", word == "you", word == "ask":
		default:
			return false
		}
	}
	return false
}

// origin reports whether "from" says where a call or a message came from: "calls
// from numbers including …", "a text from the bank on …".
func (r *indicatorReader) origin(from int, d dialled) bool {
	if r.whose(from+1, d.from) {
		return true
	}
	if !strings.EqualFold(r.word(d.from-1), "on") || d.from-from > 7 {
		return false
	}
	for j := from - 1; j >= max(0, from-3) && !r.at(j).stop; j-- {
		t := r.at(j)
		if t.cue.any(cueCalled|cueMessage) || t.cue.any(cueCall) && (r.indefinite(j-1) || r.thing(j) && !strings.EqualFold(r.word(j), "call")) {
			return true
		}
	}
	return false
}

// seen reports whether the words after a number say where somebody saw it: "was
// written on the receipt", "on its doors", "came up on the screen".
func (r *indicatorReader) seen(i int) bool {
	was := false
	for j := i; j < min(i+5, len(r.tokens)) && !r.at(j).line; j++ {
		t := r.at(j)
		switch word := strings.ToLower(r.word(j)); {
		case t.stop:
			return false
		case t.kind == tokenMark, word == "last", word == "also", word == "which", word == "had", word == "been" && was:
		case t.cue.any(cueWas):
			was = true
		case t.cue.any(cueWritten):
			return was || word == "written" || word == "painted"
		case t.cue.any(cueUp):
			return strings.EqualFold(r.word(j+1), "up")
		case word == "is", word == "are":
			return !was && r.counterfeit(j+1)
		case word == "that":
			return strings.EqualFold(r.word(j+1), "of")
		case word == "on":
			return r.at(j + 2).cue.any(cueSide)
		default:
			return false
		}
	}
	return false
}

// counterfeit reports whether the next words call a number a scam or not genuine.
func (r *indicatorReader) counterfeit(i int) bool {
	for j := i; j < min(i+3, len(r.tokens)) && r.at(j).kind == tokenWord; j++ {
		switch strings.ToLower(r.word(j)) {
		case "scam", "bogus", "fake", "fraudulent", "hoax":
			return true
		case "not":
			return strings.EqualFold(r.word(j+1), "genuine")
		}
	}
	return false
}
