package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"archiver/article"
)

// A people is what a release tells of the persons in it.
type people struct {
	names []string        // full names, as first printed
	is    map[string]bool // the same
	// person are those of which more than capitals say that they are people: a
	// rank or a title before them, an age, a relative clause or a verb behind.
	person   map[string]bool
	aged     map[string]bool   // full names with an age behind: no officers
	surnames []string          // behind an honour, as printed
	office   map[string]string // full name → the noun of an office that stands before it: "manager"
	first    map[string]int    // full name → the block where it first stands
	block    int               // the one that is being read
	role     map[string]string // full name → the role last printed
	unit     map[string]string
}

func newPeople(blocks []article.Block) *people {
	p := &people{is: map[string]bool{}, person: map[string]bool{}, aged: map[string]bool{}, office: map[string]string{}, first: map[string]int{}, role: map[string]string{}, unit: map[string]string{}}
	for i, b := range blocks {
		p.block = i
		p.collect(b.Text)
	}
	for _, surname := range p.surnames {
		p.person[p.full(surname)] = true
	}
	return p
}

// collect notes the full names that stand behind a rank, a title or a relation,
// and, of two or three capitalised words in a row, those that look like names.
func (p *people) collect(text string) {
	for _, m := range ranksIn(text) {
		rest := behindRank(strings.TrimLeft(text[m[1]:], " ,"))
		if name := rankedName(rest); strings.Contains(name, " ") {
			p.add(name)
			p.person[name] = true
			if p.role[name] == "" {
				p.role[name] = strings.TrimSuffix(strings.TrimSpace(text[m[0]:m[1]]), "s") // "PCs Ann Lee and Tom Ray"
			}
		}
	}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && !capital(c) {
			i++
			continue
		}
		c, size := firstOf(text[i:])
		if !unicode.IsUpper(c) || (i > 0 && text[i-1] != ' ' && text[i-1] != '\n' && text[i-1] != '(') {
			i += size
			continue
		}
		name := leadingName(text[i:])
		if name == "" {
			i += size
			continue
		}
		if _, last := lastWord(name); last != name && !streets.is(last) {
			p.add(name)
			if p.role[name] == "" {
				p.role[name] = titleBehind(text[i+len(name):])
			}
			if isAged(text[i+len(name):]) {
				p.aged[name] = true
			}
			titled := titledBefore(text[:i])
			if titled && p.office[name] == "" {
				p.office[name] = officeBefore(text[:i])
				if p.role[name] == "" {
					p.role[name] = officeNamed(text[:i])
				}
			}
			if !p.person[name] && (titled || isPerson(text[i+len(name):])) {
				p.person[name] = true
			}
		}
		if p.role[name] == "" {
			if role := kinBefore(text[:i]); role != "" {
				p.role[name] = role
			}
		}
		if !strings.Contains(name, " ") && titledBefore(text[:i]) {
			p.surnames = append(p.surnames, name) // "Mr Lee"
		}
		i += len(name)
	}
}

// isPerson reports whether what stands behind a name makes it a person's: an
// age, a clause with "who", an office, a verb of saying.
func isPerson(behind string) bool {
	behind = behind[:min(len(behind), 24)]
	rest, comma := strings.CutPrefix(behind, ",")
	rest, ok := strings.CutPrefix(rest, " ")
	if !ok {
		return false
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "("), "aged ")
	first, _ := firstWord(rest)
	switch {
	case first == "":
		return false
	case '0' <= first[0] && first[0] <= '9':
		return len(strings.TrimRight(first, ",).")) <= 2
	case first == "who" || first == "whose":
		return true
	case comma:
		return titleNouns.in(rest) || strings.HasPrefix(rest, "a ") || strings.HasPrefix(rest, "an ")
	}
	return verbs.is(first)
}

// kinBefore returns the relation ("Tom's mother") or the occupation ("Farmer")
// that ends a text, before a name.
func kinBefore(before string) string {
	before = before[max(0, len(before)-40):]
	if _, last := lastWord(strings.TrimRight(before, " ,")); !kinNouns.is(last) && !occupation.has(last) {
		return ""
	}
	before = before[strings.LastIndexAny(before, ".\n:;\"“”")+1:]
	rest, comma := strings.CutSuffix(strings.TrimSuffix(before, " "), ",")
	head, word := lastWord(rest)
	switch {
	case !comma && upper(word) && occupation.has(word):
		return word
	case !kinNouns.is(word):
		return ""
	}
	if from := relation(rest); from >= 0 && possessed(rest[from:]) && from < len(rest)-len(word) && head != "" {
		return rest[from:]
	}
	return ""
}

// titleBehind returns the title that follows a name ("Ann Lee, police and crime
// commissioner for Mereshire"), or "".
func titleBehind(s string) string {
	s, ok := strings.CutPrefix(s, ", ")
	if !ok {
		return ""
	}
	s = s[:min(len(s), reach/4)]
	ends := func(c rune) bool {
		return c == '.' || c == ';' || c == ':' || c == '\n' || c == '"' || c == '“' || c == '”'
	}
	if i := strings.IndexFunc(s, ends); i >= 0 {
		s = s[:i]
	}
	if m := rankIn(s, 0); m != nil && m[0] == 0 {
		if rankedName(behindRank(strings.TrimLeft(s[m[1]:], " ,"))) != "" {
			return "" // the rank of the next in a row of names
		}
		return s[:m[1]]
	}
	parts := splitComma(s)
	if word, _ := firstWord(parts[0]); word == "is" || word == "was" || word == "has" {
		return "" // "Her sister, Ann Lee, is a nurse"
	}
	if !titleNouns.in(parts[0]) || saysSomething(parts[0]) || countWords(parts[0]) > 14 || accusedWords.in(parts[0]) {
		return ""
	}
	role, _ := titleAfter(parts[:1], "")
	return role
}

// isAged reports whether an age stands behind a name: "Tom Reed, 34,".
func isAged(behind string) bool {
	rest, ok := strings.CutPrefix(behind[:min(len(behind), 12)], ", ")
	if !ok {
		rest, ok = strings.CutPrefix(behind[:min(len(behind), 12)], " (")
	}
	rest = strings.TrimPrefix(rest, "aged ")
	return ok && len(rest) > 2 && '0' <= rest[0] && rest[0] <= '9' && '0' <= rest[1] && rest[1] <= '9' && !alnum(rest[2])
}

// titledBefore reports whether a text ends in an honour, a title or a relation:
// the name behind it is a person's.
func titledBefore(before string) bool {
	before = strings.TrimRight(before[max(0, len(before)-24):], " ,")
	_, last := lastWord(before)
	last = strings.TrimRight(last, ".,")
	return last != "" && (honours.is(last) || titleNouns.has(last) || kinNouns.has(last))
}

// officeBefore returns the noun of the office that ends a text, before a name, in
// small letters, or "".
func officeBefore(before string) string {
	_, last := lastWord(strings.TrimRight(before[max(0, len(before)-24):], " ,"))
	if !titleNouns.has(last) {
		return ""
	}
	return strings.ToLower(last)
}

// officeNamed returns the office that ends a text, before a name, where capitals set
// it off: "Force chaplain", "Branch Manager". Else "".
func officeNamed(before string) string {
	before = before[max(0, len(before)-80):]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	rest, noun := lastWord(withoutMarkup(strings.TrimSuffix(before, " ")))
	if !titleNouns.has(noun) || rankAt(noun) > 0 {
		return ""
	}
	title := noun
	for range 4 {
		head, word := lastWord(strings.TrimRight(rest, " "))
		if !upper(word) || introWords.is(word) || trimDeterminer(word+" ") == "" || wordAt(word, 0) < len(word) {
			break
		}
		rest, title = head, word+" "+title
	}
	if !upper(title) || title == noun {
		return ""
	}
	return title
}

func (p *people) add(name string) {
	if !p.is[name] && len(p.names) < mostNames {
		p.is[name], p.first[name] = true, p.block
		p.names = append(p.names, name)
	}
}

// mostNames bounds the names that a release is taken to hold.
const mostNames = 400

// leadingName returns the person's name that a text begins with, or "": up to
// four capitalised words in a row, with the particles between them, of which
// none is a rank, a title, an organisation or a day.
func leadingName(s string) string {
	end, words := 0, 0
	for at := 0; words < 4; {
		for words > 0 && at < len(s) && small(s[at]) { // particles
			n := wordAt(s, at)
			if n == 0 || !nameParticles.is(s[at:at+n]) || at+n >= len(s) || s[at+n] != ' ' {
				break
			}
			at += n + 1
		}
		n := wordAt(s, at)
		word := s[at : at+n]
		if !upper(word) {
			break
		}
		if words == 0 && (notNames.is(word) || orgNouns.is(word)) {
			break
		}
		if title := word != "Dean" && titleNouns.has(word); title && words == 0 {
			break
		} else if title && at+n+1 < len(s) && s[at+n] == ' ' && upper(s[at+n+1:]) {
			return "" // "Station Manager Ann Lee"
		}
		if words > 0 && (notNames.is(word) || isVerb(word)) || n > 4 && word[n-1] == 's' && notNames.is(word[:n-1]) ||
			isAcronym(word) || genitive(word) || strings.Contains(word, "-of-") || hyphened(word) {
			break
		}
		end, words = at+n, words+1
		if n == 1 && strings.HasPrefix(s[end:], ". ") { // an initial
			if next, _ := firstOf(s[end+2:]); unicode.IsUpper(next) {
				end++
			}
		}
		if end >= len(s) || s[end] != ' ' {
			break
		}
		at = end + 1
		if words == 1 {
			if n := nicknameAt(s[at:]); n > 0 {
				at += n
			}
		}
	}
	if rest, ok := strings.CutPrefix(s[end:], " "); ok && end > 0 && upper(rest) {
		if word := rest[:wordAt(rest, 0)]; orgNouns.is(word) && !nameToo.is(word) {
			return "" // "Harrow Borough Council"
		}
	}
	return s[:end]
}

// hyphened reports whether a word is an office of two parts: "Co-founder".
func hyphened(word string) bool {
	_, noun, ok := strings.Cut(word, "-")
	return ok && noun != "" && small(noun[0]) && titleNouns.is(noun)
}

// nicknameAt returns the length of a nickname in marks with the space behind it,
// where a surname follows: "'Tiny' ", or 0.
func nicknameAt(s string) int {
	c, size := firstOf(s)
	if !isSingle(c) && !isDouble(c) {
		return 0
	}
	n := wordAt(s, size)
	closing, width := firstOf(s[size+n:])
	if n == 0 || !upper(s[size:]) || !isSingle(closing) && !isDouble(closing) {
		return 0
	}
	end := size + n + width
	if !strings.HasPrefix(s[end:], " ") || !upper(s[end+1:]) {
		return 0
	}
	return end + 1
}

// wordAt returns the length of the word at a byte of a text: letters, with
// apostrophes and hyphens between them.
func wordAt(s string, at int) int {
	// Most words are ASCII, and so is what ends them.
	end := at
	for end < len(s) && letter(s[end]) {
		end++
	}
	if end == len(s) || s[end] < utf8.RuneSelf && s[end] != '\'' && s[end] != '-' {
		return end - at
	}
	n := 0
	for i, c := range s[at:] {
		switch {
		case unicode.IsLetter(c):
			n = i + utf8.RuneLen(c)
		case (c == '\'' || c == '’' || c == '-') && i > 0 && n == i:
		default:
			return n
		}
		if c == '\'' || c == '’' || c == '-' {
			n = i + utf8.RuneLen(c)
			next, _ := firstOf(s[at+n:])
			if !unicode.IsLetter(next) {
				return i
			}
		}
	}
	return n
}

// genitive reports whether a word is one: "Lee's" is no speaker.
func genitive(word string) bool {
	return strings.HasSuffix(word, "'s") || strings.HasSuffix(word, "’s")
}

// isAcronym reports whether a word is all capitals: "CPS", "NSPCC", "B&Q".
func isAcronym(w string) bool {
	return len(w) > 1 && w[0] != '&' && !small(w[1]) && strings.Trim(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ&") == ""
}

// full returns the fullest name known for one printed here: by surname, by
// forename, else as it is.
func (p *people) full(name string) string {
	if name == "" {
		return ""
	}
	best := name
	for _, known := range p.names {
		if strings.HasSuffix(known, " "+name) || strings.HasPrefix(known, name+" ") {
			if countWords(known) > countWords(best) {
				return known
			}
		}
	}
	return best
}

// topic returns the person whom a line of narration is about: the subject of its
// last sentence that begins with one.
func (p *people) topic(line string) attribution {
	var found attribution
	rest := clip(line, 4*reach)
	for range 12 {
		if rest == "" {
			break
		}
		sentence := firstSentence(rest)
		sentence = sentence[:min(len(sentence), reach)]
		rest = strings.TrimSpace(rest[len(sentence):])
		sentence = strings.TrimSpace(sentence)
		if name := pseudonym(sentence); name != "" {
			found = attribution{found: true, name: name}
			continue
		}
		sentence = asides(sentence)
		if accusedWords.in(sentence) {
			continue // of a defendant much is told, and seldom what they say
		}
		if m, ok := firstVerb(sentence); ok && m.from > 0 {
			before := trimAdverbs(strings.TrimSpace(sentence[:m.from]))
			if a := p.subject(before); a.name != "" {
				found = a
				continue
			}
		}
		if a := p.subjectOf(sentence); a.name != "" {
			found = a
		} else if rest, ok := strings.CutPrefix(sentence, "The "); ok {
			if n := rankAt(rest); n > 0 && strings.HasPrefix(rest[n:], " ") {
				if holder := p.holder(rest[:n], ""); holder != "" {
					found = attribution{found: true, name: holder}
				}
			}
		}
	}
	return found
}

// somebody returns the one person without a name of whom a line of narration
// says that they said something: "the judge", or "".
func (p *people) somebody(line string) string {
	sentence := lastSentence(strings.TrimSpace(line))
	m, ok := firstVerb(sentence)
	if !ok || m.from == 0 {
		return ""
	}
	a := p.subject(trimAdverbs(strings.TrimSpace(sentence[:m.from])))
	if a.name != "" || a.pronoun || a.role == "" || crowd.is(a.role) || countWords(a.role) > 5 || !titleNouns.in(a.role) && !unnamedNouns.in(a.role) && !kinNouns.in(a.role) {
		return ""
	}
	return a.role
}

// subjectOf reads the person with whom a sentence begins.
func (p *people) subjectOf(s string) attribution {
	s = p.withoutIntro(s)
	if m := rankIn(s, 0); m != nil && m[0] <= 60 && !saysSomething(s[:m[0]]) {
		if name := rankedName(behindRank(s[m[1]:])); name != "" && countWords(s[:m[0]]) <= 4 {
			end := len(s)
			if c, ok := firstVerb(s[m[1]:]); ok {
				end = m[1] + c.from
			}
			// Behind the name a team, not what the officer does.
			behind := behindRank(s[m[1]:])[len(name):]
			if _, ok := cutUnitLead(strings.TrimLeft(behind, " ")); !ok && !strings.HasPrefix(behind, ",") {
				end = len(s) - len(behind)
			}
			return p.ranked(s[:end], m)
		}
	}
	s = strings.TrimLeft(s, "“\"'‘")
	name := leadingName(honourless(s))
	if name == "" {
		return p.officeFirst(s)
	}
	if m := introduces.FindStringIndex(s[min(len(name), len(s)):]); m != nil && strings.HasPrefix(s, name) {
		return attribution{found: true, name: name} // "Osric, who is 71, had …"
	}
	if office := officeBehind(s[min(len(name), len(s)):]); office != "" && strings.HasPrefix(s, name) {
		a := attribution{found: true, name: name} // "Osric is the manager of …"
		a.role, a.unit = titleAfter([]string{office}, "")
		return a
	}
	if full := p.full(name); p.person[full] && (full != name || strings.Contains(name, " ")) {
		a := attribution{found: true, name: name}
		if after := honourless(s)[len(name):]; strings.HasPrefix(after, ", a") {
			clause, _, _ := strings.Cut(after[2:], ",")
			if titleNouns.in(clause) {
				a.role, a.unit = titleAfter([]string{cutClause(clause)}, "")
				if i := strings.Index(clause, " with "); i > 0 {
					a.unit, _, _ = strings.Cut(clause[i+6:], " since")
				}
			}
		}
		return a
	}
	return attribution{}
}

// parentOf reports whether a word is one such as "mum-of-two".
func parentOf(word string) bool {
	parent, _, ok := strings.Cut(word, "-of-")
	return ok && kinNouns.has(parent)
}

// officeFirst reads a person with whose office a sentence begins: "Skipper Ann Lee
// saw the boat."
func (p *people) officeFirst(s string) attribution {
	at := 0
	for range 5 {
		n := wordAt(s, at)
		if n == 0 || !strings.HasPrefix(s[at+n:], " ") {
			break
		}
		word := s[at : at+n]
		at += n + 1
		name := leadingName(s[at:])
		if name != "" && parentOf(word) { // "Mum-of-two Ann Lee"
			return attribution{found: true, name: name, role: s[:at-1]}
		}
		if !titleNouns.has(word) {
			continue
		}
		if p.person[name] && strings.Contains(name, " ") {
			return attribution{found: true, name: name, role: s[:at-1]}
		}
	}
	return attribution{}
}

// accusedWords are those of a sentence about a defendant.
var accusedWords = wordSet(`pleaded pleads charged jailed sentenced convicted arrested appeared remanded disqualified fined guilty stole stabbed
 assaulted raped murdered denied ordered banned bailed imprisoned caught burgled threatened attacked admitted`)

// introduces follows the name of a person of whom a sentence tells.
var introduces = regexp.MustCompile(`^(?:["”'’]?,"?”? (?:who\b|whose\b|aged\b|\d{1,3}\b)| (?:is|was) (?:only |just )?\d{1,2}\b)`)

// pseudonym returns the name of somebody with whom a sentence begins and who has
// another in truth: "Jemma (not her real name) was …".
func pseudonym(sentence string) string {
	name := leadingName(sentence)
	aside, _, _ := strings.Cut(sentence[len(name):], ")")
	if name == "" || !strings.HasPrefix(aside, " (") || !strings.Contains(aside, "real name") && !strings.Contains(aside, "name has been changed") {
		return ""
	}
	return name
}

// officeBehind returns the office that a sentence says its subject has: "is the
// manager of the shop", or "".
func officeBehind(s string) string {
	for _, is := range []string{" is the ", " is a ", " is an "} {
		rest, ok := strings.CutPrefix(s, is)
		if !ok {
			continue
		}
		rest = strings.TrimRight(rest, ". ")
		for _, clause := range []string{" and she ", " and he ", " and has ", " and was ", ", "} {
			rest, _, _ = strings.Cut(rest, clause)
		}
		office, _, _ := strings.Cut(rest, " of ")
		if _, noun := lastWord(office); titleNouns.has(noun) && countWords(rest) <= 10 && !saysSomething(rest) {
			return rest
		}
	}
	return ""
}

// context guesses the speaker of a quotation that has no attribution of its
// own: the narration before it speaks of somebody who said something, else the
// last speaker goes on. Whom the narration merely speaks of is not taken: that
// is as often the defendant.
func (p *people) context(narration, last string) attribution {
	if narration != "" {
		if saysSomething(narration) {
			if a := p.attribution(narration); a.found {
				return a
			}
		}
	}
	return attribution{}
}

// holder returns the one person whom the release has named so far with a rank that a text calls by
// it alone: "the Chief Constable". The last speaker is asked first; "" where
// nobody has it or several do.
func (p *people) holder(rank, last string) string {
	if rank == "" || strings.HasPrefix(last, unnamed) {
		return ""
	}
	if last != "" && sameRank(p.role[last], rank) {
		return last
	}
	found := ""
	for _, name := range p.names {
		if p.first[name] <= p.block && sameRank(p.role[name], rank) {
			if found != "" {
				return ""
			}
			found = name
		}
	}
	return found
}

// ofRank returns the last speaker where the rank is theirs, a detective's too, else
// the one person named so far who has it, or "".
func (p *people) ofRank(rank, last string) string {
	has := func(name string) bool {
		full, rank := inFull(p.role[name]), strings.ToLower(rank)
		return full == rank || strings.HasSuffix(full, " "+rank)
	}
	if has(last) {
		return last
	}
	found := ""
	for _, name := range p.names {
		if p.first[name] > p.block || !has(name) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// definite returns the one person named so far whom a text calls by an office: "the
// local councillor", and the office. Of two it can be neither, and somebody else's
// ("the pub's manager") is another.
func (p *people) definite(role string) (name, office string) {
	office, ok := cutFold(role, "the ")
	if office = strings.TrimLeft(office, " "); !ok || genitiveIn(office) || rankIn(office, 0) != nil {
		return "", ""
	}
	_, noun := lastWord(office)
	noun = strings.ToLower(noun)
	if !titleNouns.is(noun) || unnamedNouns.is(noun) || crowd.has(noun) {
		return "", ""
	}
	for _, known := range p.names {
		_, last := lastWord(p.role[known])
		if p.first[known] > p.block || p.office[known] != noun && !strings.EqualFold(last, noun) {
			continue
		}
		if name != "" {
			return "", ""
		}
		name = known
	}
	return name, office
}

// settle makes an attribution into the speaker, role and unit of a quotation,
// and remembers them.
func (p *people) settle(a attribution, last string) (speaker, role, unit string) {
	if !a.found {
		return "", "", ""
	}
	if a.rank != "" && !strings.HasPrefix(last, unnamed) {
		if last = p.ofRank(a.rank, last); last == "" {
			role = "the " + strings.ToLower(a.rank) // somebody else
			p.role[unnamed], p.unit[unnamed] = role, ""
			return "", role, ""
		}
	}
	if a.pronoun {
		if holder := p.holder(a.role, last); holder != "" {
			last = holder
			return last, a.role, p.unit[last]
		}
		role, unit = p.role[last], p.unit[last]
		if a.role != "" {
			if role != "" && !strings.HasPrefix(last, unnamed) && rankIn(role, 0) != nil {
				// "The Inspector said" after a sergeant's words: somebody else.
				p.role[unnamed], p.unit[unnamed] = a.role, ""
				return "", a.role, ""
			}
			role = a.role
			p.role[last] = role
		}
		if strings.HasPrefix(last, unnamed) {
			return "", role, unit
		}
		return last, role, unit
	}
	if a.name == "" {
		if name, role := p.definite(a.role); name != "" {
			p.role[name] = role
			return name, role, p.unit[name]
		}
		p.role[unnamed], p.unit[unnamed] = a.role, a.unit
		return "", a.role, a.unit
	}
	speaker = p.fullFor(a.name, a.role)
	if strings.Contains(speaker, " ") {
		p.add(speaker) // for when they come by surname
	}
	role, unit = a.role, a.unit
	if role == "" || role == "Mr" || role == "Mrs" || role == "Ms" || role == "Miss" {
		role = p.role[speaker]
	}
	if unit == "" {
		unit = p.unit[speaker]
	}
	p.role[speaker], p.unit[speaker] = role, unit
	return speaker, role, unit
}

// fullFor is full for a name with what stands before it: a rank takes nobody
// of whom a release says something else, "Mrs" no man; of several it takes
// the one who fits best, and none where it cannot tell.
func (p *people) fullFor(name, before string) string {
	ranked := rankIn(before, 0) != nil
	pronoun := map[string]string{"Mr": "he", "Mrs": "she", "Ms": "she", "Miss": "she"}[before]
	if strings.Contains(name, " ") || !ranked && pronoun == "" {
		return p.full(name)
	}
	var fit, better []string
	surname := false
	for _, known := range p.names {
		if !strings.HasSuffix(known, " "+name) {
			continue
		}
		surname = true
		if pronoun != "" && contradicts(pronoun, known, "") {
			continue
		}
		is := rankIn(p.role[known], 0) != nil || strings.Contains(p.role[known], "superintendent")
		if ranked && !is && (p.aged[known] || kinNouns.in(p.role[known]) || unnamedNouns.in(p.role[known])) {
			continue // the defendant, the widow
		}
		if ranked && ranksClash(p.role[known], before) {
			continue // a superintendent is no constable
		}
		fit = append(fit, known)
		if is == ranked && (!ranked || sameRank(p.role[known], before)) {
			better = append(better, known)
		}
	}
	switch {
	case !surname:
		return p.full(name)
	case len(fit) == 1:
		return fit[0]
	case len(better) == 1:
		return better[0]
	}
	return name
}
