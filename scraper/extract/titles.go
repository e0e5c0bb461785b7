package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// unitOf reads what stands behind a ranked name: the team, or the organisation
// in a title.
func unitOf(rest string) string {
	rest = trimInitials(strings.TrimSpace(rest))
	n := -1
	for part := range strings.SplitSeq(rest, ",") {
		n++
		part = strings.TrimSpace(strings.Trim(part, " -–—"))
		if i := strings.Index(part, " - "); i > 0 {
			part = part[:i]
		}
		if unit, ok := cutUnitLead(part); ok {
			if unit = bareUnit(cutClause(unit)); unit != "" && (strings.ContainsFunc(unit, unicode.IsUpper) || hasOrg(unit)) {
				return unit
			}
			continue
		}
		if owner, _ := ownedBy(part); owner != "" { // "Mereshire Police's lead for fraud"
			return owner
		}
		if n > 0 && upper(part) && endsInOrg(part) && !titleNouns.in(part) { // "DC Lee, Harrow CID, said"
			return bareUnit(part)
		}
		// A title: its organisation, if it names one.
		for _, sep := range []string{" of the ", " for the ", " from the ", " leads the ", " heads the ", " runs the ", " at ", " for ", " from ", " with ", " of "} {
			i := strings.Index(part, sep)
			if i < 0 {
				continue
			}
			unit := bareUnit(cutClause(part[i+len(sep):]))
			if unit != "" && upper(unit) && hasOrg(unit) {
				return unit
			}
		}
	}
	return ""
}

// cutClause ends a unit where a clause begins.
func cutClause(s string) string {
	for _, sep := range []string{" who ", " which ", " that ", " and who ", " on behalf ", " based ", " - ", " – ", " leading ", " has ", " is ", " was ", " have ", " investigating "} {
		if i := strings.Index(s, sep); i > 0 {
			s = s[:i]
		}
	}
	for _, verb := range []string{" is", " was", " has"} { // "of the Fraud Team is"
		s = strings.TrimSuffix(s, verb)
	}
	return strings.TrimSpace(s)
}

// ownedBy divides a title from the organisation whose it is: "Mereshire Police's
// lead for fraud". A town keeps its own: "Harrow's inspector".
func ownedBy(s string) (owner, title string) {
	for _, s1 := range []string{"'s ", "’s ", "s' ", "s’ "} {
		before, after, ok := strings.Cut(s, s1)
		if ok && ofOffice(before) {
			break // "Head of Mereshire Police's Fraud Team"
		}
		if s1[0] == 's' {
			before += "s" // "Federation of Small Businesses' regional chair"
		}
		if ok && upper(before) && countWords(before) <= 6 &&
			(endsInOrg(before) || isAcronym(before) || strings.HasPrefix(before, "UK ") || strings.HasPrefix(before, "University of ") || strings.HasPrefix(before, "Federation of ") ||
				countWords(before) > 1 && headOf(after)) && rankIn(before, 0) == nil {
			return trimDeterminer(before), strings.TrimSpace(after)
		}
	}
	return "", ""
}

// ofOffice reports whether a text is an office and, behind a preposition, whose:
// "Head of Mereshire Police".
func ofOffice(s string) bool {
	for _, sep := range []string{" of ", " from ", " at ", " for ", " with "} {
		office, _, ok := strings.Cut(s, sep)
		if _, last := lastWord(office); ok && titleNouns.has(last) {
			return true
		}
	}
	return false
}

// headOf reports whether a title is one of those who lead an organisation or a
// part of it.
func headOf(title string) bool {
	title = strings.ToLower(title)
	for _, office := range []string{"head of ", "director of ", "chief executive", "managing director", "ceo", "chair of ", "regional chair"} {
		if strings.HasPrefix(title, office) {
			return true
		}
	}
	return false
}

// genitiveIn reports whether a text has a word such as "Lee's".
func genitiveIn(s string) bool { return strings.Contains(s, "'s ") || strings.Contains(s, "’s ") }

// bareUnit takes the article off a unit, and "force's".
func bareUnit(s string) string {
	s = trimDeterminer(strings.TrimSpace(s))
	for _, own := range []string{"force's ", "force’s ", "Force's ", "Force’s "} {
		s = strings.TrimPrefix(s, own)
	}
	return strings.Trim(s, " .")
}

// titled reads a speaker without a rank: title first, name first, a relation,
// or somebody unnamed.
func (p *people) titled(s string) attribution {
	s = strings.ReplaceAll(s, " who ", ", who ")
	if i := relation(s); i >= 0 && ofSomebody(s[i:]) && !named(s[:i]) {
		return unnamedSpeaker(s)
	}
	if crowd.is(s) || bodies[lower(s)] {
		return attribution{found: true, role: s} // "Police said: …"
	}
	if owner, rest := ownedBy(s); owner != "" {
		// "HMRC's Ann Lee, Assistant Director"
		if a := p.titled(rest); a.name != "" && strings.HasPrefix(honourless(rest), a.name) {
			if a.unit == "" {
				a.unit = owner
			}
			return a
		}
	}
	parts := splitComma(s)
	// Name first: "Ann Lee, head of Fraud at the Bank".
	first := honourless(parts[0])
	if name := personName(first); name == "" && honourOf(parts[0]) != "" && rankedName(first) == first {
		a := attribution{found: true, name: first, role: honourOf(parts[0])} // "Mr May", "Ms Court"
		if len(parts) > 1 {
			a.role, a.unit = titleAfter(parts[1:], a.role)
		}
		return a
	}
	if name := personName(first); name != "" && strings.Trim(first[len(name):], " ") == "" && (len(parts) > 1 || strings.Contains(name, " ") || honourOf(parts[0]) != "" || p.full(name) != name || len(strings.Fields(s)) <= 2) {
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
	if name := personName(first); strings.Contains(name, " ") && strings.HasPrefix(first[len(name):], " the ") && titleNouns.in(first[len(name):]) {
		role, unit := titleBefore(first[len(name)+1:])
		return attribution{found: true, name: name, role: role, unit: unit}
	}
	// Name first with its unit straight behind: "Ann Lee from Victim Support".
	if name := personName(first); strings.Contains(name, " ") {
		if unit := unitOf(first[len(name):]); unit != "" {
			return attribution{found: true, name: name, unit: unit, role: honourOf(parts[0])}
		}
	}
	// Title first: "Commissioner for X, Ann Lee"; "Fraud Manager Ann Lee".
	for len(parts) > 2 && clauseBehind(parts[len(parts)-1]) { // "Her daughter, Ann, aged nine"
		parts = parts[:len(parts)-1]
	}
	last := honourless(parts[len(parts)-1])
	if name := personName(last); len(parts) > 1 && name != "" && name == last {
		before := strings.Join(parts[:len(parts)-1], ", ")
		role, unit := titleBefore(before)
		if titleNouns.in(before) || kinNouns.in(before) || rankIn(before, 0) != nil {
			return attribution{found: true, name: name, role: role, unit: unit}
		}
	}
	words := strings.Fields(parts[0])
	for i := 1; i < len(words); i++ {
		tail := honourless(strings.Join(words[i:], " "))
		name := personName(tail)
		if prepositions.has(words[i-1]) {
			continue // "a mother from near Harrow"
		}
		if name == "" || !(titleNouns.in(words[i-1]) || honourOf(strings.Join(words[i:], " ")) != "" && titleNouns.in(strings.Join(words[:i], " ")) || kinNouns.in(strings.Join(words[:i], " ")) || p.known(name)) {
			continue
		}
		after := strings.TrimSpace(tail[len(name):])
		if after != "" && unitOf(after) == "" {
			continue
		}
		title := strings.Join(words[:i], " ")
		if i := strings.LastIndex(title, " by "); i > 0 {
			title = title[i+len(" by "):] // "heard by Recorder Ann Lee"
		}
		if h := strings.TrimSuffix(words[i], "."); h == "Judge" || h == "Justice" || h == "Reverend" || h == "Rev" || h == "Honour" {
			continue // "His Honour Judge Ann Lee"
		}
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
	if len(parts) > 1 && titleNouns.in(parts[0]) && rankIn(parts[0], 0) == nil {
		// "Investigating officer, Fraud Investigator Ann Lee".
		if a := p.titled(strings.Join(parts[1:], ", ")); a.name != "" && titleNouns.in(a.role) {
			a.role = trimDeterminer(parts[0]) + ", " + a.role
			return a
		}
	}
	// Somebody unnamed.
	if upper(s) && endsInOrg(s) && !titleNouns.in(s) && !kinNouns.in(s) && !somebody(s) {
		return attribution{found: true, role: s} // "Mereshire Police said: …"
	}
	if somebody(s) || kinNouns.in(s) || titleNouns.in(s) || rankIn(s, 0) != nil {
		return unnamedSpeaker(s)
	}
	return attribution{}
}

// named reports whether a text is a name and a comma: "Ann Lee, mum of Tom".
func named(s string) bool {
	name, ok := strings.CutSuffix(s, ", ")
	return ok && personName(name) == name
}

// ofSomebody reports whether a relation is followed by whose it is: "family of
// Tom Reed", not "mother of two".
func ofSomebody(s string) bool {
	_, rest := firstWord(s)
	rest, ok := strings.CutPrefix(rest, "of ")
	return ok && (upper(rest) || strings.HasPrefix(rest, "the "))
}

// personName returns the name of a person that a text begins with, or "". Its
// first word is plainly one, and so the next may be a word such as "Court".
func personName(s string) string {
	if leadingName(s) == "" {
		return ""
	}
	return rankedName(s)
}

func (p *people) known(name string) bool { return p.is[name] }

// clauseBehind reports whether a part behind a name tells more of the person and no
// office: an age, a clause with "who".
func clauseBehind(part string) bool {
	word, rest := firstWord(part)
	return isAge(part) || word == "who" || word == "whose" || word == "aged" && countWords(rest) == 1
}

// splitComma divides a text at its commas, but for those within a title: "Police,
// Fire and Crime Commissioner", "Head of Roads, Armed Policing and Dogs".
func splitComma(s string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if n := len(parts) - 1; n >= 0 && strings.HasSuffix(parts[n], "Police") && strings.HasPrefix(part, "Fire ") {
			parts[n] += ", " + part
			continue
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return []string{""}
	}
	for i := 0; i < len(parts); i++ {
		if n := fieldsBehind(parts[i:]); n > 0 {
			parts = slices.Replace(parts, i, i+n+1, strings.Join(parts[i:i+n+1], ", "))
		}
	}
	return parts
}

// fieldsBehind returns how many parts go on with the fields of the office in the
// first: "Head of Student Life", "Wellbeing and Belonging".
func fieldsBehind(parts []string) int {
	at := strings.Index(parts[0], " of ")
	if i := strings.Index(parts[0], " for "); i > 0 && (at < 0 || i < at) {
		at = i
	}
	if at < 0 {
		return 0
	}
	office, field := parts[0][:at], strings.TrimPrefix(strings.TrimPrefix(parts[0][at+1:], "of "), "for ")
	if _, last := lastWord(office); !titleNouns.has(last) || isOrgName(field) || trimDeterminer(field) != field {
		return 0
	}
	for n, part := range parts[1:min(len(parts), 5)] {
		if upper(part) != upper(field) || trimDeterminer(part) != part || introduced(part) || personName(honourless(part)) == part {
			return 0
		}
		fields, of := part, ""
		for _, sep := range []string{" at ", " for ", " of ", " with ", " from "} {
			if i := strings.Index(fields, sep); i > 0 {
				fields, of = fields[:i], fields[i:]
			}
		}
		if countWords(fields) > 5 || isOrgName(fields) && of == "" || saysSomething(fields) {
			return 0
		}
		if strings.Contains(fields, " and ") || strings.Contains(fields, " & ") || strings.HasPrefix(fields, "and ") {
			return n + 1
		}
		if of != "" {
			return 0
		}
	}
	return 0
}

// isOrgName reports whether a text ends as an organisation's name does, and not as
// that of a field of work.
func isOrgName(s string) bool {
	_, last := lastWord(s)
	return endsInOrg(s) && !trade.is(last)
}

func honourless(s string) string {
	s = trimInitials(strings.TrimSpace(s))
	for {
		honour := honourOf(s)
		if honour == "" {
			return s
		}
		s = strings.TrimSpace(s[len(honour):])
	}
}

// honourOf returns the honour before a name: "Councillor", "Dr".
func honourOf(s string) string {
	n := 0
	for {
		word, _ := firstWord(s[n:])
		if !honours.is(strings.TrimSuffix(word, ".")) {
			return strings.TrimRight(s[:n], " ")
		}
		n = min(n+len(word)+1, len(s))
	}
}

// titleAfter reads the parts behind a name as title and organisation.
func titleAfter(parts []string, honour string) (role, unit string) {
	aged := false
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if isAge(part) {
			aged = true
			continue
		}
		if first, _ := firstWord(part); first == "which" || first == "whose" || first == "" || asideWords.is(first) && first != "who" {
			continue
		}
		if rest, ok := cutUnitLead(part); ok {
			// "Ann Lee, 42, from Harrow": where she lives.
			if unit == "" && (!aged || hasOrg(rest)) {
				unit = bareUnit(cutClause(rest))
			}
			continue
		}
		if office, ok := strings.CutPrefix(part, "who is "); ok && role == "" { // "who is the manager of the shop"
			if office = trimDeterminer(office); titleNouns.in(office) && !upper(office) {
				role, unit = titleBefore(office)
				if i := strings.Index(role, " of "); i > 0 && !upper(role[i+4:]) {
					role = role[:i]
				}
			}
			continue
		}
		if strings.HasPrefix(part, "who ") || !office(part) {
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
		if unit == "" && (endsInOrg(part) || organisation(part)) {
			unit = bareUnit(part)
		}
	}
	switch honour {
	case "":
	case "Mr", "Mrs", "Ms", "Miss", "Mx":
	case "Lord", "Lady", "Sir", "Dame":
		if role == "" {
			role = honour
		}
	default:
		role = honour
	}
	return role, unit
}

// office reports whether a part of a sentence behind a name can be what the
// person is: it has an article, a capital, or a word for a person. "Ann Lee, who
// is 64, does not believe it" has none.
func office(part string) bool {
	return upper(part) || trimDeterminer(part) != part || titleNouns.in(part) || kinNouns.in(part) || unnamedNouns.in(part)
}

// organisation reports whether what stands behind a title is the name of one
// that does not say so: "UK Finance", "Age Mereshire". All its words have
// capitals, and there are several.
func organisation(s string) bool {
	n := 0
	for word := range strings.FieldsSeq(s) {
		if !upper(word) && word != "and" && word != "of" && word != "&" && word != "the" {
			return false
		}
		n++
	}
	return n > 1 && n <= 6 && upper(s) && !titleNouns.in(s)
}

var ageForm = regexp.MustCompile(`^(?:aged )?\d{1,3}$`)

func isAge(s string) bool { return ageForm.MatchString(s) }

// titleBefore divides a title from the organisation before it: "IPO CEO".
func titleBefore(s string) (role, unit string) {
	s = trimDeterminer(strings.TrimSpace(cutClause(s)))
	if owner, title := ownedBy(s); owner != "" && title != "" {
		return title, owner
	}
	if strings.Contains(s, "Crime Commissioner") || strings.Contains(s, "Majesty’s Inspector") || strings.Contains(s, "Majesty's Inspector") {
		return s, ""
	}
	if role, unit = officeOf(s); unit != "" {
		return role, unit
	}
	words := strings.Fields(s)
	for i := 1; i < len(words); i++ {
		org := strings.Join(words[:i], " ")
		rest := strings.Join(words[i:], " ")
		acronym := isAcronym(words[0]) && i == 1 && !things.is(words[0])
		if !acronym && !upper(words[i]) && !titleNouns.in(words[i]) {
			continue
		}
		isOrg := acronym ||
			(endsInOrg(org) && !(orgNouns.is(org) && org != "Crimestoppers") && !trade.is(words[i-1]) && !strings.HasSuffix(org, " and") && words[i] != "and" && words[i] != "&" && words[i] != "of")
		if isOrg && titleNouns.in(rest) && !titleNouns.in(org) {
			return rest, org
		}
	}
	return s, ""
}

// officeOf divides an office from the organisation behind it: "chair of Harrow
// Parish Council", "Senior Crown Prosecutor for CPS Mereshire". A title that
// names a field keeps it: "Director of Public Health for South Mereshire".
func officeOf(s string) (role, unit string) {
	if n := rankAt(s); n > 0 && n < len(s) {
		rest, ok := cutUnitLead(strings.TrimLeft(s[n:], " "))
		if unit = bareUnit(rest); ok && hasOrg(unit) {
			return s[:n], unit
		}
		return s, ""
	}
	if office, of, ok := strings.Cut(s, " of "); ok && titleNouns.in(office) && !ofPlace(office) {
		rest, the := strings.CutPrefix(of, "the ")
		_, last := lastWord(rest)
		if owner, _ := ownedBy(rest); upper(rest) && (owner != "" || placeNouns.is(last) || the && !isOrgName(rest) && !trade.is(last)) {
			return office, rest
		}
	}
	for _, sep := range []string{" from the ", " at ", " with ", " from ", " for ", " of ", " in "} {
		i := strings.LastIndex(s, sep)
		if i < 0 || !titleNouns.in(s[:i]) {
			continue
		}
		unit = bareUnit(s[i+len(sep):])
		for _, kind := range []string{"independent charity ", "charity "} {
			if name := strings.TrimPrefix(unit, kind); upper(name) {
				unit = name
			}
		}
		if !upper(unit) && !(executive(s[:i]) && strings.ContainsFunc(unit, unicode.IsUpper)) {
			continue
		}
		_, last := lastWord(unit)
		first, _ := firstWord(unit)
		switch {
		case sep == " in ":
			if !isOrgName(unit) {
				continue
			}
		case sep == " at " || sep == " with " || sep == " from " || sep == " from the ":
		case endsInOrg(unit) && !trade.is(last) && (!isAcronym(unit) || len(unit) > 2):
		case isAcronym(first) && len(first) > 2 && !things.is(first):
		case sep == " of " && executive(s[:i]):
		case sep == " for " && employed(s[:i]) && organisation(unit):
		default:
			continue
		}
		return s[:i], unit
	}
	return s, ""
}

// ofPlace reports whether an office is one that people hold of a place or a realm,
// which is part of the title: "Mayor of the West Fells", "Secretary of State".
func ofPlace(office string) bool {
	_, last := lastWord(office)
	switch strings.ToLower(last) {
	case "mayor", "secretary", "minister", "commissioner", "member", "sheriff", "lieutenant", "bishop", "vicar", "rector", "dean", "canon":
		return true
	}
	return false
}

// employed reports whether an office is one that people have with an
// organisation, so that what follows "for" is its name and no field.
func employed(title string) bool {
	_, last := lastWord(title)
	switch strings.ToLower(last) {
	case "manager", "officer", "lawyer", "prosecutor", "solicitor", "executive", "spokesman", "spokeswoman", "spokesperson":
		return true
	}
	return false
}

// executive reports whether an office is one that a whole organisation has.
func executive(title string) bool {
	title = strings.ToLower(title)
	for _, office := range []string{"chief executive", "chief executive officer", "ceo", "chair", "chairman", "chairwoman", "founder", "co-founder", "trustee"} {
		if title == office || strings.HasSuffix(title, " "+office) {
			return true
		}
	}
	return false
}

// unnamedSpeaker keeps the words for somebody unnamed as the role.
func unnamedSpeaker(s string) attribution {
	a := attribution{found: true}
	if strings.Contains(s, " heard ") || strings.Contains(s, " how ") {
		return attribution{} // "The court heard how Reed rang the victim and said"
	}
	s = cutClause(s)
	if i := strings.Index(s, ","); i > 0 {
		s = s[:i]
	}
	for _, sep := range []string{" for the ", " for ", " from the ", " from ", " of the ", " at "} {
		if i := strings.Index(s, sep); i > 0 && titleNouns.in(s[:i]) {
			if unit := bareUnit(s[i+len(sep):]); hasOrg(unit) || isAcronym(unit) || upper(unit) && strings.Contains(s[:i], "spokes") {
				a.unit = unit
				s = s[:i]
				break
			}
		}
	}
	// "A Mereshire Police detective constable": the organisation, then the rank.
	if m := rankIn(s, 0); m != nil {
		org := trimDeterminer(strings.TrimSpace(s[:m[0]]))
		if force, rank := policeOf(org, s[m[0]:]); force != "" {
			a.unit, a.role = force, rank
			return a
		}
		if org != "" && endsInOrg(org) {
			a.unit, s = org, strings.TrimSpace(s[m[0]:])
		} else if org == "" {
			s = strings.TrimSpace(s[m[0]:])
		}
	}
	a.role = strings.TrimSpace(s)
	return a
}
