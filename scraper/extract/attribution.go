package extract

import (
	"regexp"
	"strings"
	"unicode"
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

var (
	pronounForm = regexp.MustCompile(`(?i)^(?:(?:and|but|however),? )?(?:he|she|they|the (?:officer|detective|inspector|sergeant|superintendent|constable|chief constable|commissioner))$`)
	intro       = regexp.MustCompile(`^(?:After|Following|Speaking|Commenting|Reacting|In|On|At|During|Describing|Responding|Today|Yesterday|Asked|Paying|Welcoming|Since|When|While|As|Earlier|Later|Meanwhile|Before|Upon|Outside|Reflecting|Announcing|Thanking|Praising|Addressing|Urging|Also|And|But|However|Sentencing|Passing|Writing|Giving|Talking|Summing|One of|With|Having|For|Of|Discussing|Appealing|Launching|Recalling|Explaining|Referring|Offering|Issuing|Celebrating|Unveiling|Presenting|Over|Under|By|Further|Because|Despite|Adding|Continuing|Concluding|Echoing)\b`)
	adverbs     = regexp.MustCompile(`(?i)(?:,?\s+(?:has|have|had|today|also|then|later|now|further|who|yesterday|again|previously|simply|publicly|subsequently|went on to|is|was|and|commenting|speaking|later|afterwards|this morning|this afternoon|tonight|in a statement))+,?$`)
)

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
	after := strings.TrimSpace(s[m.to:min(len(s), m.to+reach/2)])
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
	s = strings.TrimSpace(strings.Trim(clip(s, reach/2), " ,"))
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
		title = determiner.ReplaceAllString(title, "")
		if titleNouns.MatchString(title) && !intro.MatchString(title) && countWords(title) <= 8 {
			role = title + ", " + role
		}
	default:
		title := strings.TrimSpace(determiner.ReplaceAllString(prefix+" ", ""))
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
