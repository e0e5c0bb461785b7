package extract

import (
	"regexp"
	"strings"
	"unicode"
)

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
	rankForm   = regexp.MustCompile(`^(?:` + commissioner + `|` + ranks + `(?: \([A-Z/]+\))?(?:,? (?:` + ranks + `))?)`)
	honourForm = regexp.MustCompile(`\b(?:` + honours + `)(?: |$)`)
	theRank    = regexp.MustCompile(`^[Tt]he (` + ranks + `)$`)
)

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
			// No rank is longer than this, with an area in it and another rank behind.
			if m := rankForm.FindStringIndex(s[i:min(len(s), i+160)]); m != nil {
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
