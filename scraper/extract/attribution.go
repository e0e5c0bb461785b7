package extract

import (
	"strings"
)

// An attribution is what a lead-in or a trailing clause says of a speaker.
type attribution struct {
	found   bool
	name    string // as printed here, without rank; "" for none
	role    string // rank and title as printed here
	unit    string
	cue     string // the verb
	pronoun bool   // he, she, they, the officer: the speaker before
	he      string // "he" or "she", where it is that
	rank    string // "Sergeant", where it is "the sergeant"
}

// unnamed marks a speaker without a name in the memory of the last one.
const unnamed = "\x00"

// attribution reads a lead-in ("DS Ann Lee, of the Fraud Unit, said:") or a
// trailing clause ("said DS Lee").
func (p *people) attribution(text string) attribution {
	s := lastSentence(strings.TrimRight(strings.TrimSpace(withoutMarkup(text)), " :;,-–—"))
	s = asides(strings.Trim(s, " ."))
	s = strings.TrimSuffix(strings.TrimSuffix(s, " reads"), " read")
	statement := strings.Contains(s, "statement")
	for _, from := range []string{"A statement from ", "In a statement from ", "The statement from "} {
		s = strings.TrimPrefix(s, from)
	}
	all := verbsIn(s)
	if len(all) == 0 {
		if from := appealing(s); from > 0 {
			return p.subject(trimAdverbs(s[:from]))
		}
		if a := p.subject(s); a.found && (a.role != "" && a.name != "" || a.pronoun || statement && kinNouns.in(s)) {
			return a
		}
		return attribution{}
	}
	m := all[len(all)-1]
	verb := s[m.from:m.to]
	if strings.HasSuffix(verb, "ing") {
		m = all[0] // "has paid tribute to him, saying": the subject is that of the first verb
	} else if len(all) > 1 && strings.Contains(s[all[0].to:m.from], " which ") {
		m = all[0] // "said in a statement which was read to the court"
	}
	before := strings.TrimSpace(s[:m.from])
	after := strings.TrimSpace(s[m.to:min(len(s), m.to+reach/2)])
	before = trimAdverbs(before)
	a := p.subject(before)
	if !a.found && after != "" && !strings.HasPrefix(after, "to ") { // "wrote to the judge"
		a = p.subject(cutWhile(after))
	}
	a.cue = verb
	return a
}

// cutWhile ends a speaker where what goes on meanwhile begins: "said the mayor as
// she cut the ribbon".
func cutWhile(s string) string {
	for _, while := range []string{" as he ", " as she ", " as they ", " as the ", " while "} {
		s, _, _ = strings.Cut(s, while)
	}
	return s
}

// appealing returns where a text goes on with an appeal that somebody has made,
// "has issued a direct appeal", or 0.
func appealing(s string) int {
	_, what, ok := strings.Cut(s, " a")
	if !ok || !appeals.in(what) {
		return 0
	}
	for _, verb := range []string{" issued a", " made a", " released a"} {
		if i := strings.Index(s, verb); i > 0 {
			return i
		}
	}
	return 0
}

var appeals = wordSet(`appeal plea`)

// subject reads the words before or behind the verb: who speaks.
func (p *people) subject(s string) attribution {
	s = strings.TrimSpace(strings.Trim(clip(s, reach/2), " ,"))
	if s == "" {
		return attribution{}
	}
	s = p.withoutIntro(s)
	if name, role := calledHere(s); name != "" {
		return attribution{found: true, name: name, role: role}
	}
	s = beforeAnd(s)
	if rank, ok := cutFold(s, "the "); ok && rank != "" && rankAt(rank) == len(rank) {
		return attribution{found: true, pronoun: true, role: rank}
	}
	if isPronoun(s) {
		_, he := lastWord(strings.ToLower(s))
		if he != "he" && he != "she" {
			he = ""
		}
		return attribution{found: true, pronoun: true, he: he, rank: rankMeant(s)}
	}
	if m := lastRank(s); m != nil && !complement(s[:m[0]]) {
		return p.ranked(s, m)
	}
	return p.titled(s)
}

// beforeAnd ends the words for a speaker where a sentence tells what else they did,
// "Mrs Lee has promised to wait and, when pressed,": the name, its rank or honour.
func beforeAnd(s string) string {
	head, clause, ok := strings.Cut(s, " and, ")
	if !ok || strings.Contains(clause, ", ") || upper(clause) || !strings.ContainsAny(head, "\"“”") && !(strings.Contains(head, " has ") || strings.Contains(head, " had ")) {
		return s
	}
	honour := honourOf(head)
	if m := rankIn(head, 0); m != nil && m[0] == 0 {
		honour = head[:m[1]]
	}
	name := rankedName(strings.TrimLeft(head[len(honour):], " "))
	if honour == "" || name == "" {
		return s
	}
	return honour + " " + name
}

// calledHere reads a speaker whose name the release gives them: "One of the
// victims, whom we will call Michael".
func calledHere(s string) (name, role string) {
	who, rest, ok := strings.Cut(s, ", who")
	if !ok {
		return "", ""
	}
	rest = strings.TrimPrefix(rest, "m")
	for _, call := range []string{" we will call ", " we are calling ", " we shall call ", " we'll call ", " we’ll call ", " is being called "} {
		if name, ok = strings.CutPrefix(rest, call); ok {
			name = strings.Trim(name, " ,\"'“”‘’")
			return name[:len(leadingName(name))], who
		}
	}
	return "", ""
}

// withoutMarkup takes the stars and underscores of an editor's Markdown, which
// pages print now and then, off a text.
func withoutMarkup(s string) string {
	if !strings.ContainsAny(s, "*_") {
		return s
	}
	return strings.Join(strings.Fields(strings.NewReplacer("*", "", "_", "").Replace(s)), " ")
}

// asides sets what stands in brackets or between dashes behind a speaker
// between commas, as another part of what is said of them, and drops what is
// none: "(pictured)", "(not her real name)". Short forms stay: "(IFED)".
func asides(s string) string {
	if strings.Contains(s, "- ") || strings.Contains(s, "– ") || strings.Contains(s, "— ") {
		s = dashes.Replace(s)
	}
	for from := 0; ; {
		i := strings.Index(s[from:], "(")
		if i < 0 {
			return s
		}
		i += from
		inside, rest, ok := strings.Cut(s[i+1:], ")")
		switch first, _ := firstWord(inside); {
		case !ok:
			return s
		case isAcronym(inside) || isShort(inside):
			from = len(s) - len(rest)
		case asideWords.has(first) || inside != "" && '0' <= inside[0] && inside[0] <= '9':
			s, from = strings.TrimRight(s[:i], " ")+rest, max(i-1, 0)
		case inTitle(s[:i]) && upper(inside):
			from = len(s) - len(rest) // "Vice President (Welfare), Ann Lee"
		default:
			head := strings.TrimRight(s[:i], " ") + ", " + inside
			s, from = head+","+rest, len(head)
		}
	}
}

// inTitle reports whether a text ends in a word for an office, no name before it:
// what brackets behind it hold is the field.
func inTitle(s string) bool {
	rest, last := lastWord(strings.TrimRight(s, " "))
	return rest != "" && titleNouns.has(last) && rankAt(last) == 0
}

var dashes = strings.NewReplacer(" – ", ", ", " — ", ", ", " - ", ", ")

// asideWords begin what is set in brackets behind a name and says nothing of
// the speaker's office.
var asideWords = wordSet(`pictured not left right above below centre name names aged formerly nee née also he she they who seen standing
	monday tuesday wednesday thursday friday saturday sunday today yesterday`)

// withoutIntro drops a clause before the speaker: "Speaking after the hearing, ".
func (p *people) withoutIntro(s string) string {
	if m := rankIn(s, 0); m != nil && strings.HasSuffix(s[:m[0]], " is ") && !strings.Contains(s[:m[0]], ",") {
		return s[m[0]:] // "Leading the enquiry is DI Lee"
	}
	for introduced(s) {
		if strings.HasPrefix(s, "One of ") && unnamedNouns.in(s) && !rankFollows(s) {
			return s // "One of the victims, who was 11 then, said:"
		}
		i := strings.Index(s, ", ")
		if i < 0 {
			// No comma: the speaker begins at the first rank, or the last name.
			if m := rankIn(s, 0); m != nil && m[0] > 0 {
				return s[m[0]:]
			}
			if from := relation(s); from > 0 {
				return s[from:]
			}
			return s[honouredAt(s):]
		}
		// "In her statement Mr Ray's widow, Dr Ann Ray,": the relation is hers.
		if from := relation(s[:i]); from > 0 && possessed(s[from:i]) && personName(honourless(s[i+2:])) != "" {
			return s[from:]
		}
		s = strings.TrimSpace(s[i+2:])
	}
	return s
}

// honouredAt returns where in a text an honour stands that a name follows, "Sentencing
// Reed Judge Lee", or 0. Behind a preposition it is somebody else's.
func honouredAt(s string) int {
	for at := strings.Index(s, " ") + 1; at > 0 && at < len(s); {
		if honour := honourOf(s[at:]); honour != "" && rankedName(strings.TrimLeft(s[at+len(honour):], " ")) != "" {
			before := strings.TrimSuffix(strings.TrimSuffix(s[:at], "His Honour "), "Her Honour ")
			if complement(before) {
				return 0
			}
			return len(before)
		}
		next := strings.Index(s[at:], " ")
		if next < 0 {
			break
		}
		at += next + 1
	}
	return 0
}

// rankFollows reports whether a rank stands behind the first comma of a text:
// "One of them, PC Lee".
func rankFollows(s string) bool {
	_, rest, _ := strings.Cut(s, ", ")
	m := rankIn(rest, 0)
	return m != nil && m[0] == 0
}

// lastRank finds the rank that stands before a name, or the only one.
func lastRank(s string) []int {
	var found []int
	for _, m := range ranksIn(s) {
		rest := behindRank(s[m[1]:])
		if strings.Contains(s[m[0]:m[1]], "ommissioner") || strings.Contains(s[m[0]:m[1]], "PCC") {
			rest = strings.TrimLeft(rest, ", ")
		}
		if rankedName(rest) != "" {
			found = m
			break
		}
	}
	return found
}

// ranked reads "[title or unit] Rank Name[, of unit][, title]".
func (p *people) ranked(s string, m []int) attribution {
	a := attribution{found: true}
	if i := strings.LastIndex(s[:m[0]], ": "); i >= 0 { // "King's Police Medal: PC Lee"
		i += len(": ")
		s, m = s[i:], []int{m[0] - i, m[1] - i}
	}
	role := strings.TrimSpace(s[m[0]:m[1]])
	rest := behindRank(s[m[1]:])
	a.name = rankedName(rest)
	rest = rest[len(a.name):]
	prefix := strings.TrimSpace(strings.TrimRight(s[:m[0]], " "))
	if force, rank := policeOf(prefix, role); force != "" {
		prefix, role = force, rank
	}
	if a.name == "" && strings.HasPrefix(rest, ",") {
		rest = strings.TrimLeft(rest, ", ")
		a.name = leadingName(rest)
		rest = rest[len(a.name):]
	}
	switch owner, rank := ownedBy(prefix + " "); {
	case prefix == "":
	case owner != "" && rank == "": // "Harrow CID's DC Lee"
		a.unit = owner
	case owner == "" && genitiveIn(prefix) && rankIn(prefix, 0) != nil: // "PC Ray's colleague, DC Lee"
	case strings.HasSuffix(prefix, ","):
		// "Investigating officer, PC Lee": a title; "One of them, PC Lee": not.
		title := strings.TrimSuffix(prefix, ",")
		if i := strings.LastIndex(title, ", "); i >= 0 && introduced(title) {
			title = title[i+2:]
		}
		title = trimDeterminer(title)
		if titleNouns.in(title) && !introduced(title) && countWords(title) <= 8 {
			role = title + ", " + role
		}
	default:
		title := strings.TrimSpace(trimDeterminer(prefix + " "))
		switch {
		case title == "":
		case strings.Contains(role, "ommissioner"): // "South Mereshire Police and Crime Commissioner"
			role = title + " " + role
		case strings.HasPrefix(role, "Commander, "): // "Harrow LPA Commander, Superintendent"
			role = title + " " + role
		case endsInOrg(title) && !things.is(title):
			a.unit = title
		case countWords(title) <= 8 && upper(title) || titleNouns.in(title):
			role = strings.TrimSpace(title + " " + role)
		}
	}
	a.role = role
	if unit := unitOf(rest); unit != "" {
		a.unit = unit
	}
	return a
}

// complement reports whether a rank behind a text belongs to somebody of whom
// the speaker is said: "a friend of", "rescued by", "the barrister defending".
func complement(before string) bool {
	_, word := lastWord(strings.TrimRight(before, " "))
	if word == "" || upper(word) || strings.HasSuffix(word, ",") {
		return false
	}
	switch word {
	case "of", "for", "by", "to", "with", "whom", "met", "against", "from", "about", "and", "was", "is", "than":
		return true
	}
	return len(word) > 4 && (strings.HasSuffix(word, "ing") || strings.HasSuffix(word, "ed")) && !offices.is(strings.ToUpper(word[:1])+word[1:])
}
