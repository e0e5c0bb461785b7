package extract

import (
	"regexp"
	"strings"
	"unicode"
)

// occupations stand before a name as a rank does: "Farmer Ann Lee".
const occupations = `greengrocer|examiner|farmer|shopkeeper|baker|butcher|publican|landlord|landlady|businessman|businesswoman|pensioner|resident|volunteer|headmaster|headmistress|governor|vicar|priest|imam|rabbi|bishop|churchwarden|postmaster|postmistress|librarian|lifeguard|coach|student|surgeon|consultant|lecturer|researcher|campaigner|author|singer|actor|actress|footballer|cyclist|walker|fisherman|gamekeeper|vet|pharmacist|hairdresser|builder|electrician|plumber|curator|caretaker|receptionist|cashier|shopworker|taxi driver|bus driver|survivor|victim|neighbour|witness|colleague|graduate|apprentice|cadet|veteran|widow|widower|mother|father|grandmother|grandfather|holidaymaker|tenant|homeowner|householder|motorist|motorcyclist|pilot|skipper|coxswain|lifeboatman|harbourmaster|verger|organist|conductor|instructor|mentor|counsellor|therapist|psychologist|scientist|archaeologist|economist|auditor|accountant|broker|banker|underwriter|registrar|bursar|dean|provost|chancellor|rector|canon|deacon|minister|chef|waiter|waitress|barber|florist|jeweller|grocer|newsagent|storekeeper|trader|stallholder|dealer|collector|courier|postman|postwoman|milkman|dustman|gardener|groundsman|forester|shepherd|drover|smallholder`

// occupation are the same as a set, for single words.
var occupation = wordSet(strings.ReplaceAll(occupations, "|", " "))

// orgNouns end the name of a team or an organisation.
const orgNouns = `Police|Constabulary|Force|Unit|Team|Teams|Group|Squad|Department|Directorate|Command|CID|NPT|NST|RPU|SIT|MIT|CMPG|PPU|SNT|NPU|Section|Branch|` +
	`Council|Trust|Foundation|Service|Services|Office|Bureau|Agency|Authority|Association|Society|Partnership|Bank|Building Society|University|College|School|Hospital|` +
	`England|Wales|Insurance|Network|Rail|Standards|Fraud|Crimestoppers|Centre|Hub|Company|Ltd|Limited|plc|Charity|Federation|Institute|Alliance|Board|Commission|Support|Room|Station|station|unit|team|group|squad|department|district|hub`

var (
	initialsEnd = regexp.MustCompile(`(?: (?:QPM|MBE|OBE|CBE|BEM|KPM|MP|MSc|BSc|PhD|JP|DL|QC|KC))+$`)
	orgEnd      = regexp.MustCompile(`(?:\b(?:` + orgNouns + `)|\b[A-Z]{2,}[A-Za-z]*)(?: \([A-Z]+\))?$`)
	orgIn       = regexp.MustCompile(`\b(?:` + orgNouns + `)\b`)
	acronym     = regexp.MustCompile(`^[A-Z][A-Z&]+$`)
	titleNouns  = regexp.MustCompile(`(?i)\b(?:officer|manager|director|head|lead|leader|chief|deputy|commissioner|commander|co-?ordinator|spokes(?:man|woman|person)|chair(?:man|woman|person)?|president|secretary|minister|mayor|chaplain|ceo|executive|member|detective|investigator|adviser|advisor|analyst|champion|ambassador|founder|owner|trainer|engineer|nurse|midwife|teacher|headteacher|councillor|superintendent|inspector|sergeant|constable|supervisor|specialist|prosecutor|solicitor|barrister|coroner|judge|sheriff|warden|ranger|trustee|partner|organiser|planner|handler|driver|paramedic|firefighter|` + occupations + `)s?\b`)
	somebody    = regexp.MustCompile(`(?i)^(?:an?|the|one|another|his|her|their) (?:[\w-]+ ){0,4}(?:couple|pensioner|woman|man|lady|gentleman|boy|girl|teenager|resident|shopkeeper|owner|neighbour|witness|victim|survivor|student|investor|driver|passenger|customer|worker|member|officer|source|caller|statement)s?\b`)
	kin         = regexp.MustCompile(`(?i)\b(?:(?:his|her|their|my|[\p{Lu}][\p{L}'’-]+(?:'s|’s|s'|s’)) (?:\w+ )?)?(?:mother|father|mum|mam|dad|parents?|daughters?|sons?|wife|husband|partner|fianc[eé]e?|widow|widower|sisters?|brothers?|siblings|niece|nephew|aunt|uncle|cousin|grand(?:mother|father|parents|daughter|son)|nan|nana|family|friends?|loved ones|children|twin)\b`)
	determiner  = regexp.MustCompile(`^(?i:the|a|an|our|its|their|one of the)\s+`)
	unitLead    = regexp.MustCompile(`^(?:(?:who (?:is|works?) )?(?:from|form|of|with|based (?:at|in|with)|attached to|in|at|for|representing))\s+`)
)

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
	s = determiner.ReplaceAllString(strings.TrimSpace(s), "")
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
	s = determiner.ReplaceAllString(strings.TrimSpace(cutClause(s)), "")
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
		org := determiner.ReplaceAllString(strings.TrimSpace(s[:m[0]]), "")
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
