package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"archiver/article"
)

// Names returns the people that a record names, as printed and without ranks and
// honours, in the order in which they are found: who is quoted, who stands behind
// a rank, an honour or a relation, whose age or clause follows, and who has a
// common forename. Further texts of the page, such as its menus, are read too, but
// there a forename is no proof ("Grant Funding"). The record may be nil.
//
// Unsure are further capitalised words in a row of the record's texts of which
// nothing says that they are a person's: most are places.
func Names(r *article.Record, further ...string) (people, unsure []string) {
	n := &names{seen: map[string]bool{}, small: map[string]bool{}}
	var own []string
	if r != nil {
		own = textsOf(r)
		for _, q := range r.Quotes {
			if first, _ := firstWord(q.Speaker); womensNames.is(first) || mensNames.is(first) {
				n.take(q.Speaker) // "Heather Woods" is no wood
			} else {
				n.add(q.Speaker)
			}
		}
	}
	for _, text := range slices.Concat(own, further) {
		n.noteSmall(prose(text))
	}
	told := n.read(own)
	for _, name := range told.names {
		if n.forename(name) {
			n.add(name)
		}
	}
	n.read(further)
	for _, name := range told.names {
		if n.relative(name) {
			n.add(name)
		}
	}
	for _, name := range told.names {
		if !n.seen[name] && !n.part(name) && !namesPlace(name) {
			unsure = append(unsure, name)
		}
	}
	return n.people, unsure
}

// textsOf are the texts of a record in which people are named.
func textsOf(r *article.Record) []string {
	texts := []string{r.Title, r.PageTitle}
	for _, b := range r.Blocks {
		texts = append(texts, strings.Split(b.Text, "\n")...)
	}
	for _, h := range r.Related {
		texts = append(texts, h.Title)
	}
	for _, i := range r.Images {
		texts = append(texts, i.Text)
	}
	for _, key := range []string{"title", "description"} {
		texts = append(texts, r.OG[key])
	}
	return texts
}

// names gathers the names of people.
type names struct {
	people []string
	seen   map[string]bool
	small  map[string]bool // words that the page has in small letters
}

// add takes a name unless it is rather a place's, or no name at all.
func (n *names) add(name string) {
	if name = fold(name); !namesPlace(name) {
		n.take(name)
	}
}

func (n *names) take(name string) {
	name = fold(name)
	head, _, _ := strings.Cut(strings.ReplaceAll(name, "’", "'"), "'") // "I've"
	if len(name) < 2 || n.seen[name] || noNames.is(head) || notNames.is(head) && !nameToo.is(head) || strings.HasSuffix(name, " I") {
		return
	}
	n.seen[name] = true
	n.people = append(n.people, name)
}

// machineWord is a word of a text that is a machine's: an address of e-mail or of
// the web.
var machineWord = regexp.MustCompile(`\S*(?:@|://|www\.)\S*`)

// prose is a text without what is written for machines.
func prose(text string) string { return machineWord.ReplaceAllString(text, " ") }

// noNames are words with capitals that follow an occupation and are nobody.
var noNames = wordSet(`I One Another Both Some Others What Who How Why No Not Yes So Now Then There All Any Each Every Many Most More Here None Very You T`)

// noteSmall notes the words that stand in small letters: "green" on a page makes
// "Grace Green" no proof of a person.
func (n *names) noteSmall(text string) {
	for at := 0; at < len(text); {
		size := wordAt(text, at)
		if size == 0 {
			_, width := firstOf(text[at:])
			at += max(width, 1)
			continue
		}
		if word := text[at : at+size]; !upper(word) {
			n.small[word] = true
		}
		at += size
	}
}

// genitives are taken off before names are read: "Ann Lee's" is Ann Lee.
var genitives = strings.NewReplacer("'s ", " ", "’s ", " ", "'s,", ",", "’s,", ",")

// read finds the people of some texts of whom more than capitals tell.
func (n *names) read(texts []string) *people {
	var blocks []article.Block
	for _, text := range texts {
		n.ranked(text)
		n.relatives(text)
		blocks = append(blocks, article.Block{Text: genitives.Replace(text)})
	}
	p := newPeople(blocks)
	for _, b := range blocks {
		n.introduced(b.Text)
	}
	for _, name := range p.names {
		if p.person[name] && (n.forename(name) || !alwaysPlace(name, blocks)) {
			n.add(name)
		}
	}
	slices.Sort(p.surnames)
	for _, surname := range slices.Compact(p.surnames) {
		// Behind a title a word can begin a sentence: "… her father. Very little …".
		if full := p.full(surname); full != surname || !n.small[strings.ToLower(surname)] || honoured(surname, texts) {
			n.add(full)
		}
	}
	return p
}

// ranked adds who stands behind a rank, also by surname alone.
func (n *names) ranked(text string) {
	for _, m := range ranksIn(text) {
		rest := behindRank(strings.TrimLeft(text[m[1]:], " ,"))
		word, _ := firstWord(rest)
		if genitive(strings.Trim(word, ".,;:")) && upper(word) { // "PC Lee's dog"
			n.add(word[:strings.LastIndexAny(word, "'’")])
			continue
		}
		n.take(rankedName(rest))
	}
}

// relatives adds those whose family a text speaks of: "Ann Lee's mother".
func (n *names) relatives(text string) {
	for _, m := range kinBehind.FindAllStringSubmatch(text, -1) {
		if kinNouns.is(m[2]) {
			if name := leadingName(m[1]); name == m[1] {
				n.add(name)
			}
		}
	}
}

var kinBehind = regexp.MustCompile(`(\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+){0,2})['’]s? (\p{Ll}+)`)

// introduced adds those whose age follows, also by forename alone ("Tom, 14, was
// last seen"), those whom a text introduces ("named as Tom Plum"), and those who
// pleaded, were charged or died.
func (n *names) introduced(text string) {
	if rest, ok := strings.CutPrefix(text, "By "); ok { // who wrote the page
		if name := leadingName(rest); strings.Contains(name, " ") {
			n.add(name)
		}
		text = rest
	}
	for i := 0; i < len(text); {
		c, size := firstOf(text[i:])
		if !unicode.IsUpper(c) || i > 0 && text[i-1] != ' ' && text[i-1] != '\n' && text[i-1] != '(' {
			i += max(size, 1)
			continue
		}
		name := leadingName(text[i:])
		alone := !strings.Contains(name, " ")
		if next, _ := firstWord(strings.TrimPrefix(text[i+len(name):], " ")); alone && unnamedNouns.is(strings.Trim(next, ".,")) {
			name = "" // "the death of a Harrow man"
		}
		if name != "" && !(alone && (len(name) < 3 || n.small[strings.ToLower(name)])) && (ageBehind.MatchString(text[i+len(name):]) || introBefore.MatchString(text[max(0, i-40):i]) ||
			!alone && (fateBehind.MatchString(text[i+len(name):]) || reachBefore.MatchString(text[max(0, i-20):i]) && reachBehind.MatchString(text[i+len(name):]))) {
			n.add(name)
		}
		i += max(len(name), size, 1)
	}
}

var (
	ageBehind = regexp.MustCompile(`^(?:, (?:aged |who is )?\d{1,2}\b(?:[,.;)]| (?:and|of|from|was|is|has|had)\b)| \((?:\d{1,2}\)|left|right|centre|pictured|above|below|custody|inset)|,? aged \d{1,2}\b| \(\d{1,2}/\d{1,2}/(?:\d{2}|\d{4})\)|,? (?:[–-] )?of (?:no fixed |` + streetWord + streetNoun + `))`)
	// introBefore ends what introduces a person.
	introBefore = regexp.MustCompile(`(?:(?:named (?:locally )?as|identified as|known as|called|believed to be|looking for|help (?:to )?find|appeal to find|\d-year-old|tributes? to|` +
		`(?:Jailed|Pictured|Victim|Wanted|Missing|Charged|Sentenced|Convicted|Name|Reporter|Author|Photo|Picture|Credit):)|` +
		`(?:murder|manslaughter|killing|death|stabbing|disappearance|body|family|parents|friends|colleagues|memory|safety|welfare) of) $`)
	// reachBefore and reachBehind stand around whom readers are to call: "call Ann Lee
	// on 101".
	reachBefore = regexp.MustCompile(`(?:[Cc]all|[Cc]ontact|[Rr]ing|[Pp]hone|[Tt]elephone|[Ss]peak to|[Aa]sk for|[Ee]-?mail) $`)
	reachBehind = regexp.MustCompile(`^ (?:on|at|by|via|or|from) `)
	// fateBehind begins what happens to people alone.
	fateBehind = regexp.MustCompile(`^(?:, of \p{Lu}| (?:(?:pleaded|denie[ds]|admitted|died|told|stole|lived|admits|committed|appeared (?:at|before|in))\b|` +
		`(?:was|is|were|are|has been|had been|have been) (?:today |also |then )?(?:jailed|sentenced|arrested|charged|remanded|convicted|found (?:guilty|safe)|last seen|described|banned|disqualified|imprisoned|fined|given|wanted|missing|reported missing|pronounced)\b))`)
)

// forename reports whether a name begins with a common forename, and goes on
// with a word that the page does not have in small letters.
func (n *names) forename(name string) bool {
	first, rest := firstWord(name)
	_, last := lastWord(rest)
	return (womensNames.is(first) || mensNames.is(first)) && rest != "" && !n.small[strings.ToLower(last)]
}

// honoured reports whether a name stands behind an honour anywhere: "Mr Green".
func honoured(name string, texts []string) bool {
	for _, text := range texts {
		for at := 0; ; {
			i := strings.Index(text[at:], " "+name)
			if i < 0 {
				break
			}
			at += i + 1
			if _, word := lastWord(text[:at-1]); honours.is(strings.TrimSuffix(word, ".")) {
				return true
			}
		}
	}
	return false
}

// alwaysPlace reports whether a name stands behind "at", "in" or "near" wherever it
// stands: what follows it has made a person of a place.
func alwaysPlace(name string, blocks []article.Block) bool {
	for _, b := range blocks {
		for at := 0; ; {
			i := strings.Index(b.Text[at:], name)
			if i < 0 {
				break
			}
			at += i
			if _, before := lastWord(strings.TrimSuffix(b.Text[:at], " ")); !placePrepositions.is(before) {
				return false
			}
			at += len(name)
		}
	}
	return true
}

var placePrepositions = wordSet(`at in near outside towards through off into around along`)

// relative reports whether a name ends in the surname of somebody who is known:
// "W. J. Plum", "Mary Plum".
func (n *names) relative(name string) bool {
	_, surname := lastWord(name)
	return slices.ContainsFunc(n.people, func(known string) bool { return strings.HasSuffix(known, " "+surname) })
}

// part reports whether a name is made of the words of people who are known.
func (n *names) part(name string) bool {
	for _, known := range n.people {
		if strings.HasSuffix(known, " "+name) || strings.HasSuffix(name, " "+known) || strings.HasPrefix(name, known+" ") {
			return true
		}
	}
	return false
}

// streetNouns end the names of streets.
var streetNouns = wordSet(`Road Street Lane Avenue Close Drive Way Crescent Gardens Grove Terrace Walk Hill Row Mews Square Court Place Park View Rise Gate Green
 Parade Mount Croft Fold Yard Wharf Quay Crossing Bank Brow Drove Embankment Vale Wynd Loan Meadow Meadows`)

// placeNouns end the names of other places and of organisations.
var placeNouns = wordSet(`Bridge Wood Woods Forest Farm Estate House Building Buildings Tower Hotel Inn Arms Pub Station Airport Hospital School Academy
 College University Church Cathedral Abbey Castle Palace Hall Centre Market Mall Arcade Precinct Reservoir Lake River Canal Lock Marina Harbour Port Beach
 Bay Island Valley Common Heath Moor Fields Playing Stadium Arena Roundabout Junction Motorway Bypass Cup League Day Days Week Month Year Act Prison HMP
 Cemetery Crematorium Theatre Cinema Museum Library Zoo Nature Country Retail Industrial Business Leisure Shopping Sports Golf Cricket Rugby Football
 Crown Magistrates County Combined Bravery Award Awards Festival Fair Show Race Campaign Project Programme Scheme`)

// namesPlace reports whether a name is rather that of a place or an organisation.
func namesPlace(name string) bool {
	rest, last := lastWord(name)
	if rest == "" {
		return streetNouns.is(name) || placeNouns.is(name) || orgNouns.is(name)
	}
	if streetNouns.is(last) && nameToo.is(last) {
		first, _ := firstWord(name)
		return !womensNames.is(first) && !mensNames.is(first) // "Ann Hill"
	}
	return streetNouns.is(last) || placeNouns.is(last) || orgNouns.is(last)
}
