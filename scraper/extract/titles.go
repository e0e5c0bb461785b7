package extract

import (
	"regexp"
	"strings"
	"unicode"
)

// unitOf reads what stands behind a ranked name: the team, or the organisation
// in a title.
func unitOf(rest string) string {
	rest = trimInitials(strings.TrimSpace(rest))
	for part := range strings.SplitSeq(rest, ",") {
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
		// A title: its organisation, if it names one.
		for _, sep := range []string{" of the ", " for the ", " from the ", " at ", " for ", " from ", " with "} {
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
	for _, sep := range []string{" who ", " which ", " that ", " and who ", " - ", " – ", " leading ", " has ", " is ", " was ", " have ", " investigating "} {
		if i := strings.Index(s, sep); i > 0 {
			s = s[:i]
		}
	}
	return strings.TrimSpace(s)
}

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
	if name := leadingName(first); strings.Contains(name, " ") && strings.HasPrefix(first[len(name):], " the ") && titleNouns.in(first[len(name):]) {
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
		if name == "" || !(titleNouns.in(words[i-1]) || kinNouns.in(strings.Join(words[:i], " ")) || p.known(name)) {
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
	if somebody(s) || kinNouns.in(s) || titleNouns.in(s) || rankIn(s, 0) != nil {
		return unnamedSpeaker(s)
	}
	return attribution{}
}

func (p *people) known(name string) bool { return p.is[name] }

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
	word, _ := firstWord(s)
	if honours[strings.TrimSuffix(word, ".")] {
		return word
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
		if rest, ok := cutUnitLead(part); ok {
			if unit == "" {
				unit = bareUnit(cutClause(rest))
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
		if unit == "" && (endsInOrg(part)) {
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
	s = trimDeterminer(strings.TrimSpace(cutClause(s)))
	words := strings.Fields(s)
	for i := 1; i < len(words); i++ {
		org := strings.Join(words[:i], " ")
		rest := strings.Join(words[i:], " ")
		if !upper(words[i]) && !titleNouns.in(words[i]) {
			continue
		}
		isOrg := isAcronym(words[0]) && i == 1 ||
			(endsInOrg(org) && !strings.HasSuffix(org, "and") && words[i] != "and" && words[i] != "&" && words[i] != "of")
		if isOrg && titleNouns.in(rest) && !titleNouns.in(org) && !strings.Contains(s, "Crime Commissioner") {
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
		if i := strings.Index(s, sep); i > 0 && titleNouns.in(s[:i]) {
			if unit := bareUnit(s[i+len(sep):]); hasOrg(unit) || isAcronym(unit) {
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
