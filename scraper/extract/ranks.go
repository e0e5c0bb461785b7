package extract

import (
	"regexp"
	"strings"
)

// Ranks of the police, with the short forms and the slips of the pen that
// releases print: words before a rank, and ranks.
var (
	beforeRank = wordSet(`Temporary Temp Acting Retired Former Deputy Assistant Special Police Detective Det T A`)
	rankWords  = wordSet(`Superintendent Superintendents Superintendant Inspector Sergeant Seargent Sargeant Serjeant Constable
		Commander Commissioner Detective`)
	shortRanks = wordSet(`Supt Insp Sgt DCC ACC CC DCS DCI DSU DI DS DC PS PC PCs DCs WPC SC PCSO PCSOs CPSO TDC TDS TDI TDCI TDSupt TSupt TInsp
		TACC TDCC ACSO MPC PSI SIO DSupt DInsp DSgt DCon D/Supt D/Insp D/Sgt D/Con C/Insp C/Supt ChInsp ChSupt`)
	// behindChief are the ranks that "Chief" or "Ch" can stand before.
	behindChief = wordSet(`Superintendent Superintendents Constable Inspector Insp Supt`)
)

// rankStarts are the words with which a rank can begin. It is read only where
// one of them stands.
var rankStarts = wordSet(`Temporary Temp Acting Retired Former Deputy Assistant Special Police Neighbourhood T A Det Detective Chief Ch C
 Superintendent Superintendants Superintendant Supt Inspector Insp Sergeant Seargent Sargeant Serjeant Sgt Constable Con Commander Commissioner
 DCC ACC CC DCS DCI DSU DSupt DInsp DSgt DCon D DI DS DC PS PC PCs DCs WPC SC PCSO PCSOs CPSO TDC TDS TDI ACSO MPC PSI SIO PCC DPCC
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
		if rankStarts.is(s[i:end]) {
			// No rank is longer than this, with an area in it and another rank behind.
			if n := rankAt(s[i:min(len(s), i+160)]); n > 0 {
				return []int{i, i + n}
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

// commissioner is the title of one: it can hold the area behind it.
var commissioner = regexp.MustCompile(`^(?:Deputy )?(?:Police,? (?:(?:and|&) Crime|Fire (?:and|&) Crime) Commissioner|D?PCC)` +
	`(?: (?:for|of) (?:the )?\p{Lu}[\p{L}-]+(?:(?: and| &)? \p{Lu}[\p{L}-]+)*)?`)

// rankAt returns the length of the rank that a text begins with, or 0: a
// commissioner's title; or a rank, with a second one behind it ("T/DCI",
// "Detective Constable (DC)", "Inspector, SIO").
func rankAt(s string) int {
	if head := s[:min(len(s), 48)]; strings.Contains(head, "Commissioner") || strings.Contains(head, "PCC") {
		if m := commissioner.FindStringIndex(s); m != nil {
			return m[1]
		}
	}
	n := oneRank(s)
	if n == 0 {
		return 0
	}
	if short, _, ok := strings.Cut(strings.TrimPrefix(s[n:], " ("), ")"); ok && strings.HasPrefix(s[n:], " (") && isShort(short) {
		n += len(" (") + len(short) + len(")")
	}
	second := strings.TrimPrefix(s[n:], ",")
	if rest, ok := strings.CutPrefix(second, " "); ok {
		if m := oneRank(rest); m > 0 {
			n = len(s) - len(rest) + m
		}
	}
	return n
}

// oneRank returns the length of one rank with the words before it.
func oneRank(s string) int {
	const communityOfficer, policing = "Police Community Support Officer", "Neighbourhood Policing "
	end := 0
	for at := 0; ; {
		if strings.HasPrefix(s[at:], policing) {
			at += len(policing)
		}
		if strings.HasPrefix(s[at:], communityOfficer) {
			return at + len(communityOfficer)
		}
		word := rankWord(s[at:])
		if word == "" {
			return end
		}
		stop := 0
		if strings.HasPrefix(s[at+len(word):], ".") && !rankWords.is(word) {
			stop = 1
		}
		next := at + len(word) + stop
		switch {
		case word == "Chief" || word == "Ch":
			if rest := strings.TrimLeft(s[next:], " "); behindChief.is(rankWord(rest)) {
				at = len(s) - len(rest)
				continue
			}
			return end
		case word == "Con" && at == 0: // "Con artist"
			return 0
		case word == "Con" || rankWords.is(word) || shortRanks.is(word):
			end = next
			if !beforeRank.is(word) {
				return end
			}
		case word == "T/" || word == "A/" || beforeRank.is(word):
		default:
			return end
		}
		at = next
		if strings.HasPrefix(s[at:], " ") {
			at++
		}
	}
}

// rankWord returns the word that a text begins with, as far as it can be one of
// a rank: "Sgt", "D/Sgt", the "T/" of "T/DCI".
func rankWord(s string) string {
	n := 0
	for n < len(s) && letter(s[n]) {
		n++
	}
	switch {
	case n == len(s) || s[n] != '/':
	case s[:n] == "T" || s[:n] == "A":
		return s[:n+1]
	case n == 1:
		m := n + 1
		for m < len(s) && letter(s[m]) {
			m++
		}
		return s[:m]
	}
	if n < len(s) && wordByte(s[n]) {
		return "" // a letter beyond ASCII goes on with the word
	}
	return s[:n]
}

// isShort reports whether what stands in brackets behind a rank is its short
// form: "(DC)", "(T/DI)".
func isShort(s string) bool {
	return s != "" && len(s) <= 8 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ/") == ""
}

// longRanks are ranks in full, by their short forms.
var longRanks = map[string]string{
	"pc": "constable", "wpc": "constable", "dc": "detective constable", "tdc": "detective constable", "con": "constable",
	"ps": "sergeant", "sgt": "sergeant", "ds": "detective sergeant", "insp": "inspector", "di": "detective inspector",
	"dci": "detective chief inspector", "supt": "superintendent", "dsu": "detective superintendent", "det": "detective",
	"dcs": "detective chief superintendent", "ch": "chief", "acc": "assistant chief constable", "dcc": "deputy chief constable",
	"cc": "chief constable", "pcso": "police community support officer", "pcc": "police and crime commissioner",
}

// sameRank reports whether two ranks are one, in full or short: "DC", "Detective
// Constable". What stands before or behind the rank in a title is not asked.
func sameRank(role, rank string) bool {
	if role == "" {
		return false
	}
	if m := rankIn(role, 0); m != nil {
		role = role[m[0]:m[1]]
	}
	full, by := inFull(role), inFull(rank)
	return full == by || by == "commissioner" && strings.HasSuffix(full, "crime commissioner")
}

// ranksClash reports whether two ranks cannot be those of one person: a constable's
// and a superintendent's. An inspector can be a detective inspector.
func ranksClash(role, rank string) bool {
	one, other := rankIn(role, 0), rankIn(rank, 0)
	if one == nil || other == nil {
		return false
	}
	a, b := inFull(role[one[0]:one[1]]), inFull(rank[other[0]:other[1]])
	_, a = lastWord(a)
	_, b = lastWord(b)
	return ladder[a] > 0 && ladder[b] > 0 && ladder[a] != ladder[b]
}

// ladder are the ranks that two people do not share, by the last word.
var ladder = map[string]int{"constable": 1, "sergeant": 2, "inspector": 3, "superintendent": 4}

func inFull(rank string) string {
	fields := strings.FieldsFunc(strings.ToLower(rank), func(c rune) bool { return c == ' ' || c == '/' || c == '.' })
	for i, word := range fields {
		if long := longRanks[word]; long != "" {
			fields[i] = long
		}
	}
	full := strings.Join(fields, " ")
	for _, before := range []string{"temporary ", "acting ", "t ", "a ", "police "} {
		if rest := strings.TrimPrefix(full, before); rest != "constable" || before != "police " {
			full = rest
		}
	}
	return full
}

// collarNumber follows the rank of a constable: "PC 4512 Plum".
var collarNumber = regexp.MustCompile(`^\d{2,6}[A-Z]? `)

// behindRank returns what follows a rank: the name.
func behindRank(s string) string {
	s = strings.TrimLeft(s, " ")
	if s != "" && '0' <= s[0] && s[0] <= '9' {
		return s[len(collarNumber.FindString(s)):]
	}
	return s
}

// policeOf moves "Police" from the head of a rank to the force named before it:
// "Mereshire Police Detective Sergeant". A police constable keeps it.
func policeOf(prefix, rank string) (force, bareRank string) {
	rest, ok := strings.CutPrefix(rank, "Police ")
	if !ok || prefix == "" || strings.HasSuffix(prefix, ",") || !upper(prefix) ||
		strings.HasPrefix(rest, "Constable") || strings.HasPrefix(rest, "Community") || strings.Contains(rank, "Crime Commissioner") {
		return "", ""
	}
	return prefix + " Police", rest
}

// rankedName returns the name that follows a rank. There even a word such as
// "Friday" or "April" is a name, unless the capitals go on to be a team's.
func rankedName(s string) string {
	name := leadingName(s)
	end, count := len(name), countWords(name)
	for ; count < 4; count++ {
		at := end
		if at > 0 {
			if !strings.HasPrefix(s[at:], " ") {
				break
			}
			at++
		}
		n := wordAt(s, at)
		if count == 0 && nameParticles.is(s[at:at+n]) && strings.HasPrefix(s[at+n:], " ") { // "DC van Rooyen"
			if surname := leadingName(s[at+n+1:]); surname != "" && !strings.Contains(surname, " ") {
				return s[:at+n+1+len(surname)]
			}
		}
		if n == 0 || !upper(s[at:]) {
			break
		}
		word := s[at : at+n]
		initial := n == 1 && strings.HasPrefix(s[at+n:], ". ")
		capitals := count > 0 && isAcronym(word) && len(word) > 2 && !orgNouns.is(word) && !initials.is(word) // "PC Ann LEE"
		if !nameToo.is(word) && !initial && !capitals && (notNames.is(word) || isAcronym(word) || genitive(word)) {
			if orgWord.has(word) {
				return name
			}
			break
		}
		if isVerb(word) {
			break
		}
		end = at + n
		if initial {
			end++
		}
	}
	if rest, ok := strings.CutPrefix(s[end:], " "); ok && end > 0 && upper(rest) && genitive(rest[:wordAt(rest, 0)]) {
		return "" // "Inspector Lee Ray's widow"
	}
	return s[:end]
}
