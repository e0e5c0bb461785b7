package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"archiver/article"
)

// An attribution is what a lead-in or a trailing clause says of a speaker.
type attribution struct {
	found   bool
	name    string // as printed here, without rank; "" for none
	role    string // rank and title as printed here
	unit    string
	cue     string // the verb
	pronoun bool   // he, she, they, the officer: the speaker before
}

// unnamed marks a speaker without a name in the memory of the last one.
const unnamed = "\x00"

// abbreviations end in a stop and do not end a sentence.
var abbreviations = regexp.MustCompile(`(?i)(?:^|[\s(])(?:mr|mrs|ms|dr|st|det|sgt|insp|supt|ch|con|cllr|rev|prof|hon|no|rd|ave|approx|\p{L})$`)

// abbreviated reports whether a text ends in one.
func abbreviated(s string) bool { return abbreviations.MatchString(s[max(0, len(s)-10):]) }

// lastSentence returns the last sentence of a text.
func lastSentence(s string) string {
	for end := len(s); end > 0; {
		i := lastStop(s[:end])
		if i < 0 {
			break
		}
		if abbreviated(s[:i]) || i+1 >= len(s) || s[i+1] != ' ' {
			end = i
			continue
		}
		return strings.TrimSpace(s[i+1:])
	}
	return strings.TrimSpace(s)
}

func lastStop(s string) int { return strings.LastIndexAny(s, ".!?") }

// firstSentence returns the first sentence of a text.
func firstSentence(s string) string {
	for i := 0; i < len(s); i++ {
		if (s[i] == '.' || s[i] == '!' || s[i] == '?') && (i+1 == len(s) || s[i+1] == ' ') && !abbreviated(s[:i]) {
			return s[:i+1]
		}
	}
	return s
}

// Ranks of the police, with the short forms, honours and slips of the pen that
// releases print. Longer ones come first.
const (
	rankWords = `Chief Superintendents?|Chief Constable|Chief Inspector|Chief Insp\.?|Chief Supt\.?|Ch\.? ?Insp\.?|Ch\.? ?Supt\.?|C/Insp|C/Supt|` +
		`Superintendent|Superintendant|Supt\.?|Inspector|Insp\.?|Sergeant|Seargent|Sargeant|Serjeant|Sgt\.?|Constable|Con\.?|Commander|` +
		`Commissioner|Detective`
	shortRanks = `DCC|ACC|CC|DCS|DCI|DSU|D/?Supt|D/?Insp|D/?Sgt|D/?Con|DI|DS|DC|PS|PC|WPC|SC|PCSOs?|CPSO|TDC|TDS|TDI|ACSO|MPC|PSI|SIO|Ch`
	ranks      = `(?:(?:Temporary|Temp\.?|Acting|Retired|Former|Deputy|Assistant|Special|Police|Neighbourhood Policing|T/|A/|T/ |Det\.?|Detective) ?)*(?:` +
		`(?:Police Community Support Officer|Special (?:Sergeant|Inspector|Constable)|` + rankWords + `|(?:T/|A/)?(?:` + shortRanks + `)))\b\.?`
	// A commissioner's title can hold the area, before it or behind.
	commissioner = `(?:Deputy )?(?:Police,? (?:(?:and|&) Crime|Fire (?:and|&) Crime) Commissioner|D?PCC)(?: (?:for|of) (?:the )?\p{Lu}[\p{L}-]+(?:(?: and| &)? \p{Lu}[\p{L}-]+)*)?`
	// Titles stand where a rank would. Those that are honours give way to a
	// title before them.
	honours = `Cllr\.?|Councillor|Dr\.?|Doctor|Professor|Prof\.?|Reverend|Revd?\.?|Rev'd|Sir|Dame|Lord|Lady|Judge|Justice|Mr|Mrs|Ms|Miss|Mx`
)

var (
	rankForm    = regexp.MustCompile(`^(?:` + commissioner + `|` + ranks + `(?: \([A-Z/]+\))?(?:,? (?:` + ranks + `))?)`)
	honourForm  = regexp.MustCompile(`\b(?:` + honours + `)(?: |$)`)
	pronounForm = regexp.MustCompile(`(?i)^(?:(?:and|but|however),? )?(?:he|she|they|the (?:officer|detective|inspector|sergeant|superintendent|constable|chief constable|commissioner))$`)
	theRank     = regexp.MustCompile(`^[Tt]he (` + ranks + `)$`)
	initialsEnd = regexp.MustCompile(`(?: (?:QPM|MBE|OBE|CBE|BEM|KPM|MP|MSc|BSc|PhD|JP|DL|QC|KC))+$`)
)

// nameParticles stand between the words of a name.
var nameParticles = wordSet(`de da di van von der den la le al el bin ap ab ferch`)

// notNames are capitalised words that are no part of a person's name.
var notNames = wordSet(`Police Constabulary Force Unit Team Group Squad Department Directorate Command Crime Fraud Action
 Officer Officers Manager Director Head Lead Leader Chief Deputy Assistant Commissioner Commander Coordinator Co-ordinator Spokesman
 Spokeswoman Spokesperson Chair Chairman Chairwoman President Secretary Minister Mayor Council Councillor Cllr Trust Foundation
 Service Services Office Bureau Agency Authority Association Society Community Neighbourhood Policing Safety Road Roads Rural
 Investigating Investigation Investigations Senior Detective Inspector Sergeant Constable Superintendent Temporary Acting
 England Wales Britain UK CEO CID NPT NST RPU MIT The A An His Her Their In On At After Following Speaking Reacting Commenting
 Today Yesterday He She They We It This That These Those Local Area District County City Town North South East West Serious Organised
 Major Economic Operation Op Court Judge Mr Mrs Ms Miss Dr Professor Sir Dame Lord Lady PC DC DS DI DCI PCSO SC ACC DCC Sgt Insp Supt
 Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December
 Anyone Officers Thank Thanks Please If As When While Since For From And But Our Your My Executive General Managing Special Reverend Force
 Trading Standards Highways Network Rail National Seargent Sargeant Serjeant Superintendant Regional International Prevention Protection Support Victim Victims Family Mother Father`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// occupations stand before a name as a rank does: "Farmer Ann Lee".
const occupations = `greengrocer|examiner|farmer|shopkeeper|baker|butcher|publican|landlord|landlady|businessman|businesswoman|pensioner|resident|volunteer|headmaster|headmistress|governor|vicar|priest|imam|rabbi|bishop|churchwarden|postmaster|postmistress|librarian|lifeguard|coach|student|surgeon|consultant|lecturer|researcher|campaigner|author|singer|actor|actress|footballer|cyclist|walker|fisherman|gamekeeper|vet|pharmacist|hairdresser|builder|electrician|plumber|curator|caretaker|receptionist|cashier|shopworker|taxi driver|bus driver|survivor|victim|neighbour|witness|colleague|graduate|apprentice|cadet|veteran|widow|widower|mother|father|grandmother|grandfather|holidaymaker|tenant|homeowner|householder|motorist|motorcyclist|pilot|skipper|coxswain|lifeboatman|harbourmaster|verger|organist|conductor|instructor|mentor|counsellor|therapist|psychologist|scientist|archaeologist|economist|auditor|accountant|broker|banker|underwriter|registrar|bursar|dean|provost|chancellor|rector|canon|deacon|minister|chef|waiter|waitress|barber|florist|jeweller|grocer|newsagent|storekeeper|trader|stallholder|dealer|collector|courier|postman|postwoman|milkman|dustman|gardener|groundsman|forester|shepherd|drover|smallholder`

// occupations_ are the same as a set, for single words.
var occupations_ = wordSet(strings.ReplaceAll(occupations, "|", " "))

// orgNouns end the name of a team or an organisation.
const orgNouns = `Police|Constabulary|Force|Unit|Team|Teams|Group|Squad|Department|Directorate|Command|CID|NPT|NST|RPU|SIT|MIT|CMPG|PPU|SNT|NPU|Section|Branch|` +
	`Council|Trust|Foundation|Service|Services|Office|Bureau|Agency|Authority|Association|Society|Partnership|Bank|Building Society|University|College|School|Hospital|` +
	`England|Wales|Insurance|Network|Rail|Standards|Fraud|Crimestoppers|Centre|Hub|Company|Ltd|Limited|plc|Charity|Federation|Institute|Alliance|Board|Commission|Support|Room|Station|station|unit|team|group|squad|department|district|hub`

var (
	orgEnd     = regexp.MustCompile(`(?:\b(?:` + orgNouns + `)|\b[A-Z]{2,}[A-Za-z]*)(?: \([A-Z]+\))?$`)
	orgIn      = regexp.MustCompile(`\b(?:` + orgNouns + `)\b`)
	acronym    = regexp.MustCompile(`^[A-Z][A-Z&]+$`)
	titleNouns = regexp.MustCompile(`(?i)\b(?:officer|manager|director|head|lead|leader|chief|deputy|commissioner|commander|co-?ordinator|spokes(?:man|woman|person)|chair(?:man|woman|person)?|president|secretary|minister|mayor|chaplain|ceo|executive|member|detective|investigator|adviser|advisor|analyst|champion|ambassador|founder|owner|trainer|engineer|nurse|midwife|teacher|headteacher|councillor|superintendent|inspector|sergeant|constable|supervisor|specialist|prosecutor|solicitor|barrister|coroner|judge|sheriff|warden|ranger|trustee|partner|organiser|planner|handler|driver|paramedic|firefighter|` + occupations + `)s?\b`)
	somebody   = regexp.MustCompile(`(?i)^(?:an?|the|one|another|his|her|their) (?:[\w-]+ ){0,4}(?:couple|pensioner|woman|man|lady|gentleman|boy|girl|teenager|resident|shopkeeper|owner|neighbour|witness|victim|survivor|student|investor|driver|passenger|customer|worker|member|officer|source|caller|statement)s?\b`)
	kin        = regexp.MustCompile(`(?i)\b(?:(?:his|her|their|my|[\p{Lu}][\p{L}'’-]+(?:'s|’s|s'|s’)) (?:\w+ )?)?(?:mother|father|mum|mam|dad|parents?|daughters?|sons?|wife|husband|partner|fianc[eé]e?|widow|widower|sisters?|brothers?|siblings|niece|nephew|aunt|uncle|cousin|grand(?:mother|father|parents|daughter|son)|nan|nana|family|friends?|loved ones|children|twin)\b`)
	intro      = regexp.MustCompile(`^(?:After|Following|Speaking|Commenting|Reacting|In|On|At|During|Describing|Responding|Today|Yesterday|Asked|Paying|Welcoming|Since|When|While|As|Earlier|Later|Meanwhile|Before|Upon|Outside|Reflecting|Announcing|Thanking|Praising|Addressing|Urging|Also|And|But|However|Sentencing|Passing|Writing|Giving|Talking|Summing|One of|With|Having|For|Of|Discussing|Appealing|Launching|Recalling|Explaining|Referring|Offering|Issuing|Celebrating|Unveiling|Presenting|Over|Under|By|Further|Because|Despite|Adding|Continuing|Concluding|Echoing)\b`)
	article_   = regexp.MustCompile(`^(?i:the|a|an|our|its|their|one of the)\s+`)
	adverbs    = regexp.MustCompile(`(?i)(?:,?\s+(?:has|have|had|today|also|then|later|now|further|who|yesterday|again|previously|simply|publicly|subsequently|went on to|is|was|and|commenting|speaking|later|afterwards|this morning|this afternoon|tonight|in a statement))+,?$`)
	unitLead   = regexp.MustCompile(`^(?:(?:who (?:is|works?) )?(?:from|form|of|with|based (?:at|in|with)|attached to|in|at|for|representing))\s+`)
)

// A people is what a release tells of the persons in it.
type people struct {
	names []string          // full names, as first printed
	role  map[string]string // full name → the role last printed
	unit  map[string]string
}

func newPeople(blocks []article.Block) *people {
	p := &people{role: map[string]string{}, unit: map[string]string{}}
	for _, b := range blocks {
		p.collect(b.Text)
	}
	return p
}

// rankStarts are the words with which a rank can begin. The expression for ranks
// is tried only where one of them stands, which keeps it off most of the text.
var rankStarts = wordSet(`Temporary Temp Acting Retired Former Deputy Assistant Special Police Neighbourhood T A Det Detective Chief Ch C
 Superintendent Superintendant Supt Inspector Insp Sergeant Seargent Sargeant Serjeant Sgt Constable Con Commander Commissioner
 DCC ACC CC DCS DCI DSU DSupt DInsp DSgt DCon D DI DS DC PS PC WPC SC PCSO PCSOs CPSO TDC TDS TDI ACSO MPC PSI SIO PCC DPCC
 TDCI TDSupt TSupt TInsp TACC TDCC`)

// rankIn finds the first rank of a text from a byte on, or nil.
func rankIn(s string, from int) []int {
	for i := from; i < len(s); i++ {
		if s[i] < 'A' || s[i] > 'Z' || (i > 0 && wordByte(s[i-1])) {
			continue
		}
		end := i
		for end < len(s) && letter(s[end]) {
			end++
		}
		if rankStarts[s[i:end]] {
			if m := rankForm.FindStringIndex(s[i:]); m != nil {
				return []int{i, i + m[1]}
			}
		}
		i = end
	}
	return nil
}

// ranksIn finds all ranks of a text.
func ranksIn(s string) [][]int {
	var all [][]int
	for at := 0; ; {
		m := rankIn(s, at)
		if m == nil {
			return all
		}
		all = append(all, m)
		at = m[1]
	}
}

func wordByte(c byte) bool { return letter(c) || ('0' <= c && c <= '9') || c == '_' || c >= 0x80 }

// collect notes the full names that stand behind a rank, a title or a relation,
// and, of two or three capitalised words in a row, those that look like names.
func (p *people) collect(text string) {
	for _, m := range ranksIn(text) {
		rest := strings.TrimLeft(text[m[1]:], " ,")
		if name := leadingName(rest); strings.Contains(name, " ") {
			p.add(name)
			if p.role[name] == "" {
				p.role[name] = strings.TrimSpace(text[m[0]:m[1]])
			}
		}
	}
	for i := 0; i < len(text); {
		c, size := firstOf(text[i:])
		if !unicode.IsUpper(c) || (i > 0 && text[i-1] != ' ' && text[i-1] != '\n' && text[i-1] != '(') {
			i += size
			continue
		}
		name := leadingName(text[i:])
		if strings.Contains(name, " ") {
			p.add(name)
		}
		i += max(len(name), size)
	}
}

func (p *people) add(name string) {
	for _, known := range p.names {
		if known == name {
			return
		}
	}
	p.names = append(p.names, name)
}

// leadingName returns the person's name that a text begins with, or "": up to
// four capitalised words in a row, with the particles between them, of which
// none is a rank, a title, an organisation or a day.
func leadingName(s string) string {
	end, words := 0, 0
	for at := 0; words < 4; {
		from := at
		for words > 0 { // particles
			n := wordAt(s, at)
			if n == 0 || !nameParticles[s[at:at+n]] || at+n >= len(s) || s[at+n] != ' ' {
				break
			}
			at += n + 1
		}
		n := wordAt(s, at)
		word := s[at : at+n]
		c, _ := firstOf(word)
		if n == 0 || !unicode.IsUpper(c) || notNames[word] || notNames[strings.TrimRight(word, "s'’")] ||
			isAcronym(word) || (words == 0 && occupations_[lower(word)]) || genitive(word) {
			break
		}
		_ = from
		end, words = at+n, words+1
		if end >= len(s) || s[end] != ' ' {
			break
		}
		at = end + 1
	}
	return s[:end]
}

// wordAt returns the length of the word at a byte of a text: letters, with
// apostrophes and hyphens between them.
func wordAt(s string, at int) int {
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

func isAcronym(w string) bool { return len(w) > 1 && acronym.MatchString(w) }

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

// attribution reads a lead-in ("DS Ann Lee, of the Fraud Unit, said:") or a
// trailing clause ("said DS Lee").
func (p *people) attribution(text string) attribution {
	s := lastSentence(strings.TrimRight(strings.TrimSpace(text), " :;,-–—"))
	s = strings.Trim(s, " .*_")
	all := verbsIn(s)
	if len(all) == 0 {
		if a := p.subject(s); a.found && (a.role != "" && a.name != "" || a.pronoun) {
			return a
		}
		return attribution{}
	}
	m := all[len(all)-1]
	verb := s[m.from:m.to]
	if strings.HasSuffix(verb, "ing") {
		m = all[0] // "has paid tribute to him, saying": the subject is that of the first verb
	}
	before := strings.TrimSpace(s[:m.from])
	after := strings.TrimSpace(s[m.to:])
	before = adverbs.ReplaceAllString(before, "")
	a := p.subject(before)
	if !a.found && after != "" {
		a = p.subject(after)
	}
	a.cue = verb
	return a
}

// subject reads the words before or behind the verb: who speaks.
func (p *people) subject(s string) attribution {
	s = strings.TrimSpace(strings.Trim(s, " ,"))
	if s == "" {
		return attribution{}
	}
	s = p.withoutIntro(s)
	if pronounForm.MatchString(s) {
		return attribution{found: true, pronoun: true}
	}
	if m := theRank.FindStringSubmatch(s); m != nil {
		return attribution{found: true, pronoun: true, role: m[1]}
	}
	if m := lastRank(s); m != nil {
		return p.ranked(s, m)
	}
	return p.titled(s)
}

// withoutIntro drops a clause before the speaker: "Speaking after the hearing, ".
func (p *people) withoutIntro(s string) string {
	for intro.MatchString(s) {
		i := strings.Index(s, ", ")
		if i < 0 {
			// No comma: the speaker begins at the first rank, or the last name.
			if m := rankIn(s, 0); m != nil && m[0] > 0 {
				return s[m[0]:]
			}
			if m := kin.FindStringIndex(s); m != nil && m[0] > 0 {
				return s[m[0]:]
			}
			return s
		}
		s = strings.TrimSpace(s[i+2:])
	}
	return s
}

// lastRank finds the rank that stands before a name, or the only one.
func lastRank(s string) []int {
	var found []int
	for _, m := range ranksIn(s) {
		rest := strings.TrimLeft(s[m[1]:], " ")
		if strings.Contains(s[m[0]:m[1]], "ommissioner") || strings.Contains(s[m[0]:m[1]], "PCC") {
			rest = strings.TrimLeft(rest, ", ")
		}
		if leadingName(rest) != "" {
			found = m
			break
		}
	}
	return found
}

// ranked reads "[title or unit] Rank Name[, of unit][, title]".
func (p *people) ranked(s string, m []int) attribution {
	a := attribution{found: true}
	role := strings.TrimSpace(s[m[0]:m[1]])
	rest := strings.TrimLeft(s[m[1]:], " ")
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
	switch {
	case prefix == "":
	case strings.HasSuffix(prefix, ","):
		// "Investigating officer, PC Lee": a title; "One of them, PC Lee": not.
		title := strings.TrimSuffix(prefix, ",")
		if i := strings.LastIndex(title, ", "); i >= 0 && intro.MatchString(title) {
			title = title[i+2:]
		}
		title = article_.ReplaceAllString(title, "")
		if titleNouns.MatchString(title) && !intro.MatchString(title) && countWords(title) <= 8 {
			role = title + ", " + role
		}
	default:
		title := strings.TrimSpace(article_.ReplaceAllString(prefix+" ", ""))
		switch {
		case title == "":
		case orgEnd.MatchString(title):
			a.unit = title
		case countWords(title) <= 8 && unicode.IsUpper([]rune(title)[0]) || titleNouns.MatchString(title):
			role = strings.TrimSpace(title + " " + role)
		}
	}
	a.role = role
	if unit := unitOf(rest); unit != "" {
		a.unit = unit
	}
	return a
}

// policeOf moves "Police" from the head of a rank to the force named before it:
// "Mereshire Police Detective Sergeant". A police constable keeps it.
func policeOf(prefix, rank string) (force, bareRank string) {
	rest, ok := strings.CutPrefix(rank, "Police ")
	if !ok || prefix == "" || strings.HasSuffix(prefix, ",") || !unicode.IsUpper([]rune(prefix)[0]) ||
		strings.HasPrefix(rest, "Constable") || strings.HasPrefix(rest, "Community") || strings.Contains(rank, "Crime Commissioner") {
		return "", ""
	}
	return prefix + " Police", rest
}

// rankedName returns the name that follows a rank. There even a word such as
// "Friday" is a surname.
func rankedName(s string) string {
	name := leadingName(s)
	if name == "" || strings.Contains(name, " ") {
		return name
	}
	rest := strings.Fields(s[len(name):])
	if len(rest) > 0 && s[len(name)] == ' ' && surnames[strings.TrimRight(rest[0], ",.")] {
		return name + " " + strings.TrimRight(rest[0], ",.")
	}
	return name
}

// surnames are words that are surnames too, behind a rank and a forename.
var surnames = wordSet(`Friday Monday March May June August Judge Constable Major North South East West Head Chief Lord England Wales Rail Sergeant Council Marshall`)

// unitOf reads what stands behind a ranked name: the team, or the organisation
// in a title.
func unitOf(rest string) string {
	rest = initialsEnd.ReplaceAllString(strings.TrimSpace(rest), "")
	for part := range strings.SplitSeq(rest, ",") {
		part = strings.TrimSpace(strings.Trim(part, " -–—"))
		if i := strings.Index(part, " - "); i > 0 {
			part = part[:i]
		}
		if m := unitLead.FindStringIndex(part); m != nil {
			unit := cutClause(part[m[1]:])
			if unit = bareUnit(unit); unit != "" && (strings.ContainsFunc(unit, unicode.IsUpper) || orgIn.MatchString(unit)) {
				return unit
			}
			continue
		}
		// A title: its organisation, if it names one.
		for _, sep := range []string{" of the ", " for the ", " from the ", " at ", " for ", " from ", " with "} {
			i := strings.Index(part, sep)
			if i < 0 {
				continue
			}
			unit := bareUnit(cutClause(part[i+len(sep):]))
			if unit != "" && unicode.IsUpper([]rune(unit)[0]) && orgIn.MatchString(unit) {
				return unit
			}
		}
	}
	return ""
}

// cutClause ends a unit where a clause begins.
func cutClause(s string) string {
	for _, sep := range []string{" who ", " which ", " that ", " and who ", " - ", " – ", " leading ", " has ", " is ", " was ", " have ", " investigating "} {
		if i := strings.Index(s, sep); i > 0 {
			s = s[:i]
		}
	}
	return strings.TrimSpace(s)
}

// bareUnit takes the article off a unit, and "force's".
func bareUnit(s string) string {
	s = article_.ReplaceAllString(strings.TrimSpace(s), "")
	for _, own := range []string{"force's ", "force’s ", "Force's ", "Force’s "} {
		s = strings.TrimPrefix(s, own)
	}
	return strings.Trim(s, " .")
}

// titled reads a speaker without a rank: title first, name first, a relation,
// or somebody unnamed.
func (p *people) titled(s string) attribution {
	parts := splitComma(s)
	// Name first: "Ann Lee, head of Fraud at the Bank".
	first := honourless(parts[0])
	if name := leadingName(first); name != "" && strings.Trim(first[len(name):], " ") == "" && (len(parts) > 1 || strings.Contains(name, " ") || p.full(name) != name || len(strings.Fields(s)) <= 2) {
		a := attribution{found: true, name: name}
		if h := honourOf(parts[0]); h != "" {
			a.role = h
		}
		if len(parts) > 1 {
			a.role, a.unit = titleAfter(parts[1:], a.role)
		}
		return a
	}
	// "Ann Lee the Commissioner stated".
	if name := leadingName(first); strings.Contains(name, " ") && strings.HasPrefix(first[len(name):], " the ") && titleNouns.MatchString(first[len(name):]) {
		role, unit := titleBefore(first[len(name)+1:])
		return attribution{found: true, name: name, role: role, unit: unit}
	}
	// Name first with its unit straight behind: "Ann Lee from Victim Support".
	if name := leadingName(first); strings.Contains(name, " ") {
		if unit := unitOf(first[len(name):]); unit != "" {
			return attribution{found: true, name: name, unit: unit, role: honourOf(parts[0])}
		}
	}
	// Title first: "Commissioner for X, Ann Lee"; "Fraud Manager Ann Lee".
	last := honourless(parts[len(parts)-1])
	if name := leadingName(last); len(parts) > 1 && name != "" && name == last {
		role, unit := titleBefore(strings.Join(parts[:len(parts)-1], ", "))
		if role != "" {
			return attribution{found: true, name: name, role: role, unit: unit}
		}
	}
	words := strings.Fields(parts[0])
	for i := 1; i < len(words); i++ {
		tail := honourless(strings.Join(words[i:], " "))
		name := leadingName(tail)
		if name == "" || !(titleNouns.MatchString(words[i-1]) || kin.MatchString(strings.Join(words[:i], " ")) || p.known(name)) {
			continue
		}
		after := strings.TrimSpace(tail[len(name):])
		if after != "" && unitOf(after) == "" {
			continue
		}
		title := strings.Join(words[:i], " ")
		if h := honourOf(strings.Join(words[i:], " ")); h == "Ms" || h == "Mr" || h == "Mrs" || h == "Miss" {
			name = h + " " + name
			if full := p.full(strings.TrimPrefix(name, h+" ")); countWords(full) > 1 {
				name = full
			}
		}
		role, unit := titleBefore(title)
		if u := unitOf(after + "," + strings.Join(parts[1:], ",")); u != "" {
			unit = u
		}
		if role != "" {
			return attribution{found: true, name: name, role: role, unit: unit}
		}
	}
	// Somebody unnamed.
	if somebody.MatchString(s) || kin.MatchString(s) || titleNouns.MatchString(s) || strings.Contains(strings.ToLower(s), "victim") || rankIn(s, 0) != nil {
		return unnamedSpeaker(s)
	}
	return attribution{}
}

func (p *people) known(name string) bool {
	for _, n := range p.names {
		if n == name {
			return true
		}
	}
	return false
}

func splitComma(s string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return []string{""}
	}
	return parts
}

func honourless(s string) string {
	s = initialsEnd.ReplaceAllString(strings.TrimSpace(s), "")
	for {
		m := honourForm.FindStringIndex(s)
		if m == nil || m[0] != 0 {
			return s
		}
		s = strings.TrimSpace(s[m[1]:])
	}
}

// honourOf returns the honour before a name: "Councillor", "Dr".
func honourOf(s string) string {
	if m := honourForm.FindStringIndex(s); m != nil && m[0] == 0 {
		return strings.TrimSpace(s[:m[1]])
	}
	return ""
}

// titleAfter reads the parts behind a name as title and organisation.
func titleAfter(parts []string, honour string) (role, unit string) {
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if strings.HasPrefix(part, "who ") || strings.HasPrefix(part, "which ") || strings.HasPrefix(part, "whose ") || part == "" || isAge(part) {
			continue
		}
		if m := unitLead.FindStringIndex(part); m != nil {
			if unit == "" {
				unit = bareUnit(cutClause(part[m[1]:]))
			}
			continue
		}
		if role == "" {
			role, unit = titleBefore(part)
			if i := strings.Index(role, " at "); i > 0 && unit == "" {
				role, unit = role[:i], bareUnit(cutClause(role[i+4:]))
			} else if i := strings.Index(role, " of "); i > 0 && unit == "" && strings.HasPrefix(role, "member") {
				unit = strings.TrimPrefix(bareUnit(role[i+4:]), "both ")
			}
			continue
		}
		if unit == "" && (orgEnd.MatchString(part) || acronym.MatchString(part)) {
			unit = bareUnit(part)
		}
	}
	if plainHonour := honour != "" && honour != "Mr" && honour != "Mrs" && honour != "Ms" && honour != "Miss"; plainHonour {
		role = honour
	}
	return role, unit
}

var ageForm = regexp.MustCompile(`^(?:aged )?\d{1,3}$`)

func isAge(s string) bool { return ageForm.MatchString(s) }

// titleBefore divides a title from the organisation before it: "IPO CEO".
func titleBefore(s string) (role, unit string) {
	s = article_.ReplaceAllString(strings.TrimSpace(cutClause(s)), "")
	words := strings.Fields(s)
	for i := 1; i < len(words); i++ {
		org := strings.Join(words[:i], " ")
		rest := strings.Join(words[i:], " ")
		if !unicode.IsUpper([]rune(words[i])[0]) && !titleNouns.MatchString(words[i]) {
			continue
		}
		isOrg := acronym.MatchString(words[0]) && i == 1 ||
			(orgEnd.MatchString(org) && !strings.HasSuffix(org, "and") && words[i] != "and" && words[i] != "&" && words[i] != "of")
		if isOrg && titleNouns.MatchString(rest) && !titleNouns.MatchString(org) && !strings.Contains(s, "Crime Commissioner") {
			return rest, org
		}
	}
	return s, ""
}

// unnamedSpeaker keeps the words for somebody unnamed as the role.
func unnamedSpeaker(s string) attribution {
	a := attribution{found: true}
	s = cutClause(s)
	if i := strings.Index(s, ","); i > 0 {
		s = s[:i]
	}
	for _, sep := range []string{" for the ", " for ", " from the ", " from ", " of the ", " at "} {
		if i := strings.Index(s, sep); i > 0 && titleNouns.MatchString(s[:i]) {
			if unit := bareUnit(s[i+len(sep):]); orgIn.MatchString(unit) || acronym.MatchString(unit) {
				a.unit = unit
				s = s[:i]
				break
			}
		}
	}
	// "A Mereshire Police detective constable": the organisation, then the rank.
	if m := rankIn(s, 0); m != nil {
		org := article_.ReplaceAllString(strings.TrimSpace(s[:m[0]]), "")
		if force, rank := policeOf(org, s[m[0]:]); force != "" {
			a.unit, a.role = force, rank
			return a
		}
		if org != "" && orgEnd.MatchString(org) {
			a.unit, s = org, strings.TrimSpace(s[m[0]:])
		} else if org == "" {
			s = strings.TrimSpace(s[m[0]:])
		}
	}
	a.role = strings.TrimSpace(s)
	return a
}

// topic returns the person whom a line of narration is about: the subject of its
// last sentence that begins with one.
func (p *people) topic(line string) attribution {
	var found attribution
	for rest := line; rest != ""; {
		sentence := firstSentence(rest)
		rest = strings.TrimSpace(rest[len(sentence):])
		sentence = strings.TrimSpace(sentence)
		if m, ok := firstVerb(sentence); ok && m.from > 0 {
			before := adverbs.ReplaceAllString(strings.TrimSpace(sentence[:m.from]), "")
			if a := p.subject(before); a.name != "" {
				found = a
				continue
			}
		}
		if a := p.subjectOf(sentence); a.name != "" {
			found = a
		}
	}
	return found
}

// subjectOf reads the person with whom a sentence begins.
func (p *people) subjectOf(s string) attribution {
	s = p.withoutIntro(s)
	if m := rankIn(s, 0); m != nil && m[0] <= 60 && !saysSomething(s[:m[0]]) {
		if name := rankedName(strings.TrimLeft(s[m[1]:], " ")); name != "" && countWords(s[:m[0]]) <= 4 {
			end := len(s)
			if c, ok := firstVerb(s[m[1]:]); ok {
				end = m[1] + c.from
			}
			return p.ranked(s[:end], m)
		}
	}
	s = strings.TrimLeft(s, "“\"'‘")
	name := leadingName(honourless(s))
	if name == "" {
		return attribution{}
	}
	if m := introduces.FindStringIndex(s[min(len(name), len(s)):]); m != nil && strings.HasPrefix(s, name) {
		return attribution{found: true, name: name} // "Osric, who is 71, had …"
	}
	if full := p.full(name); p.known(full) && (full != name || strings.Contains(name, " ")) {
		a := attribution{found: true, name: name}
		if after := honourless(s)[len(name):]; strings.HasPrefix(after, ", a") {
			clause, _, _ := strings.Cut(after[2:], ",")
			if titleNouns.MatchString(clause) {
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

// introduces follows the name of a person of whom a sentence tells.
var introduces = regexp.MustCompile(`^["”'’]?,"?”? (?:who\b|whose\b|aged\b|\d{1,3}\b)`)

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
	if last != "" {
		return attribution{found: true, pronoun: true}
	}
	return attribution{}
}

// settle makes an attribution into the speaker, role and unit of a quotation,
// and remembers them.
func (p *people) settle(a attribution, last string) (speaker, role, unit string) {
	if !a.found {
		return "", "", ""
	}
	if a.pronoun {
		role, unit = p.role[last], p.unit[last]
		if a.role != "" {
			role = a.role
			p.role[last] = role
		}
		if strings.HasPrefix(last, unnamed) {
			return "", role, unit
		}
		return last, role, unit
	}
	if a.name == "" {
		p.role[unnamed], p.unit[unnamed] = a.role, a.unit
		return "", a.role, a.unit
	}
	speaker = p.full(a.name)
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
