package extract

import "strings"

// What can stand around the speaker of a sentence: clauses before, adverbs
// behind, articles.

// introWords begin a clause that stands before the speaker: "Speaking after the
// hearing, ".
var introWords = wordSet(`After Following Speaking Commenting Reacting In On At During Describing Responding Today Yesterday Asked Paying Welcoming
 Since When While As Earlier Later Meanwhile Before Upon Outside Reflecting Announcing Thanking Praising Addressing Urging Also And But However
 Sentencing Passing Writing Giving Talking Summing With Having For Of Discussing Appealing Launching Recalling Explaining Referring Offering
 Issuing Celebrating Unveiling Presenting Over Under By Further Because Despite Adding Continuing Concluding Echoing Looking Warning Tonight
 Although Though Finally Then Last Regarding Through Across Confirming`)

// introduced reports whether a text begins with such a clause.
func introduced(s string) bool {
	p, ok := nextWord(s, 0)
	if !ok || p.from > 0 {
		return false
	}
	word := s[:p.to]
	if strings.HasPrefix(s[p.to:], ", ") && strings.HasSuffix(word, "ing") {
		return true // "Prosecuting, Ann Lee told the court"
	}
	return introWords.is(word) || strings.HasPrefix(s, "One of ") ||
		len(word) > 6 && strings.HasSuffix(word, "ing") && upper(word) && !offices.is(word) && strings.Contains(s, ", ") &&
			strings.HasPrefix(s[p.to:], " ") && !upper(s[p.to+1:])
}

// offices end in "ing" and begin a title, not a clause.
var offices = wordSet(`Investigating Arresting Leading Managing Reporting Supervising Housing Building Nursing Parking Planning Training Policing
 Trading Sentencing Presiding Attending Reviewing Prosecuting Visiting Campaigning Neighbouring Safeguarding Licensing Learning Banking Engineering
 Marketing Commissioning`)

// adverbs stand between a speaker and the verb, and behind it.
var adverbs = wordSet(`has have had today also then later now further who yesterday again previously simply publicly subsequently is was and commenting
 speaking afterwards tonight recently finally both`)

// adverbialPhrases are the same in several words.
var adverbialPhrases = []string{" went on to", " this morning", " this afternoon", " this evening", " in a statement", " this week"}

// trimAdverbs takes them off the end of a text.
func trimAdverbs(s string) string {
	for {
		t := strings.TrimRight(strings.TrimSuffix(strings.TrimRight(s, " "), ","), " ")
		if rest, word := lastWord(t); rest != "" && adverbs.has(word) {
			s = strings.TrimSuffix(rest, ",")
			continue
		}
		cut := false
		for _, phrase := range adverbialPhrases {
			if n := len(t) - len(phrase); n > 0 && strings.EqualFold(t[n:], phrase) {
				s, cut = strings.TrimSuffix(t[:n], ","), true
				break
			}
		}
		if !cut {
			return s
		}
	}
}

// rankMeant returns the rank of a speaker who is called by it in small letters:
// "Sergeant" for "the sergeant", or "".
func rankMeant(s string) string {
	rest, word := lastWord(s)
	switch word {
	case "sergeant", "inspector", "superintendent", "constable":
		if !strings.HasSuffix(lower(rest), "the") {
			return "" // "the chief constable"
		}
		return strings.ToUpper(word[:1]) + word[1:]
	}
	return ""
}

// isPronoun reports whether the subject is the speaker of before: "she", "the
// officer".
func isPronoun(s string) bool {
	for _, and := range []string{"and", "but", "however"} {
		if rest, ok := cutFold(s, and); ok {
			if rest = strings.TrimPrefix(rest, ","); strings.HasPrefix(rest, " ") {
				s = rest[1:]
			}
		}
	}
	switch lower(s) {
	case "he", "she", "they", "the officer", "the detective", "the inspector", "the sergeant", "the superintendent", "the constable",
		"the chief constable", "the commissioner":
		return true
	}
	return false
}

// trimDeterminer takes the article off a text: "the", "their", "one of the".
func trimDeterminer(s string) string {
	for _, article := range []string{"the ", "a ", "an ", "our ", "its ", "their ", "one of the "} {
		if rest, ok := cutFold(s, article); ok {
			return strings.TrimLeft(rest, " ")
		}
	}
	return s
}

// cutUnitLead takes off a text the preposition that makes it the speaker's team:
// "of the", "who works for".
func cutUnitLead(s string) (rest string, ok bool) {
	for _, who := range []string{"who is ", "who works "} {
		if rest, ok = strings.CutPrefix(s, who); ok {
			s = rest
			break
		}
	}
	for _, lead := range []string{"from ", "form ", "of ", "with ", "based at ", "based in ", "based with ", "attached to ", "in ", "at ", "for ", "representing "} {
		if rest, ok = strings.CutPrefix(s, lead); ok {
			return strings.TrimLeft(rest, " "), true
		}
	}
	return s, false
}

// trimInitials takes honours off the end of a name: "QPM", "MBE".
func trimInitials(s string) string {
	for {
		rest, word := lastWord(s)
		if !initials.is(word) {
			return s
		}
		s = rest
	}
}

// endsInOrg reports whether a text ends in what an organisation's name ends in,
// or in an acronym, with its short form in brackets behind.
func endsInOrg(s string) bool {
	if i := strings.LastIndex(s, " ("); i > 0 && strings.HasSuffix(s, ")") && isAcronym(s[i+2:len(s)-1]) {
		s = s[:i]
	}
	from := len(s)
	for from > 0 && letter(s[from-1]) {
		from--
	}
	if word := s[from:]; orgNouns.is(word) {
		return true
	} else if len(word) < 2 || word[0] < 'A' || word[0] > 'Z' || word[1] < 'A' || word[1] > 'Z' {
		return false
	}
	return from == 0 || !wordByte(s[from-1])
}

// hasOrg reports whether a text names an organisation or a team.
func hasOrg(s string) bool { return orgNouns.inAsPrinted(s) }

// somebody reports whether a text begins with a person who has no name: "a
// 70-year-old woman", "the shop's owner".
func somebody(s string) bool {
	first, rest := firstWord(s)
	switch lower(first) {
	case "a", "an", "the", "one", "another", "his", "her", "their", "some", "two":
	default:
		return false
	}
	for range 5 {
		var word string
		word, rest = firstWord(rest)
		if unnamedNouns.in(word) {
			return true
		}
		if word == "" || strings.HasSuffix(word, ",") {
			return false
		}
	}
	return false
}

// relation returns where a text names somebody's relative or friend, with whose
// one it is ("his elder sister", "Tom's mother"), or -1.
func relation(s string) int {
	p, ok := kinNouns.first(s)
	if !ok {
		return -1
	}
	from := p.from
	at := from
	for range 2 {
		rest, word := lastWord(strings.TrimRight(s[:at], " "))
		switch {
		case word == "":
			return from
		case possessive(word):
			at = len(s[:at]) - len(strings.TrimLeft(s[len(rest):at], " "))
			if rest, honour := lastWord(strings.TrimRight(s[:at], " ")); honours.is(honour) {
				at = len(rest)
				for at < len(s) && s[at] == ' ' {
					at++
				}
			}
			return at
		}
		at = len(rest)
		if at == 0 {
			break
		}
	}
	return from
}

// possessed reports whether a text begins with whose relation somebody is.
func possessed(s string) bool {
	for range 3 {
		word, rest := firstWord(s)
		if possessive(word) {
			return true
		}
		s = rest
	}
	return false
}

func possessive(word string) bool {
	switch lower(word) {
	case "his", "her", "their", "my":
		return true
	}
	return upper(word) && (genitive(word) || strings.HasSuffix(word, "s'") || strings.HasSuffix(word, "s’"))
}
