package extract

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// prose reports whether a unit reads like a sentence of running text. It is found
// out once.
func (u *unit) prose() bool {
	if u.reads == 0 {
		u.reads = -1
		if u.readsAsProse() {
			u.reads = 1
		}
	}
	return u.reads > 0
}

func (u *unit) readsAsProse() bool {
	if u.image != nil || u.words < 4 || u.links*2 > u.words || u.level > 0 ||
		u.words <= 12 && (u.says(lineEnding|lineWeakEnding)) {
		return false
	}
	return u.words >= 12 || strings.ContainsRune(".!?:;,\"'”’…", lastRune(u.segments, len(u.segments)-1))
}

// findBody finds the units of the body: those from below the headline and
// dateline to where the article ends, less what is furniture.
//
// Where it ends is decided by several signals: a line that is known to begin what
// follows an article; headlines of other stories; and the tree, in which an
// article lies together and what surrounds it lies apart (scope.go).
func (r *reader) findBody() {
	start := max(r.title, r.dateline) + 1
	if r.dateline > r.title && r.title >= 0 {
		// A standfirst between the headline and the dateline belongs to the body.
		for i := r.title + 1; i < r.dateline; i++ {
			if u := &r.units[i]; (u.prose() || u.level > 1 && u.links == 0 && r.column.first > i) && u.words >= 8 && u.zone&outside == 0 && !r.furniture(i) {
				start = i
				break
			}
		}
	}
	card, _ := r.cards(start)
	r.card = card

	var units []int
	end := r.copyFrom(start)
	ends := r.cardsEnd(card)
	before := 0
	for i := start; i < end; i++ {
		if card[i] {
			if !r.passing(i) && ends(i, before) {
				break
			}
			continue
		}
		if r.units[i].zone&outside == 0 && !r.furniture(i) {
			units = append(units, i)
			if r.units[i].prose() {
				before += r.units[i].words
			}
		}
	}
	units = r.designedPart(units)
	units = r.untilEnding(units)
	units = r.inScope(units)
	units = r.withoutBoxes(units)
	if len(r.proseOf(units)) == 0 {
		units = r.fewWords(units)
	}
	r.body = r.trim(units)
	r.related = r.otherStories()
	if r.fields["blocks"] == "" {
		r.fields["blocks"] = "signals: " + r.landmarks()
	}
}

// furniture reports whether a unit is furniture wherever it stands.
func (r *reader) furniture(i int) bool {
	u := &r.units[i]
	if u.image != nil {
		return false
	}
	if r.dated[i] || u.says(lineBeginning) || renders(u.text) {
		return true
	}
	return u.words <= 60 && notices.matches(u.text)
}

// proseOf returns those of some units that are prose.
func (r *reader) proseOf(units []int) []int {
	var prose []int
	for _, i := range units {
		if r.units[i].prose() {
			prose = append(prose, i)
		}
	}
	return prose
}

// words counts the words of prose among some units.
func (r *reader) words(units []int) int {
	n := 0
	for _, i := range units {
		if r.units[i].prose() {
			n += r.units[i].words
		}
	}
	return n
}

// copyFrom returns where a second copy of the article begins, which some sites
// have for narrow screens or for print: the headline again, and below it words
// that have been read. Without one it is the number of units.
func (r *reader) copyFrom(start int) int {
	if r.title < 0 {
		return len(r.units)
	}
	headline := r.units[r.title].text
	again := start
	for again < len(r.units) && r.units[again].text != headline {
		again++
	}
	if again == len(r.units) {
		return again // as on most pages
	}
	read := map[string]bool{}
	for i := start; i < len(r.units); i++ {
		u := &r.units[i]
		if u.text == headline && len(read) > 0 {
			for j := i + 1; j < len(r.units) && j < i+8; j++ {
				if r.units[j].words > 6 && read[r.units[j].text] {
					return i
				}
			}
		}
		if u.prose() {
			read[u.text] = true
		}
	}
	return len(r.units)
}

// cardsEnd returns a function that reports whether the cards from unit i on end
// the article: there are several, and what prose follows them is less than the
// words of prose before.
func (r *reader) cardsEnd(card []bool) func(i, before int) bool {
	headlines, after := make([]int, len(card)+1), make([]int, len(card)+1)
	for i := len(card) - 1; i >= 0; i-- {
		headlines[i], after[i] = headlines[i+1], after[i+1]
		u := &r.units[i]
		switch {
		case card[i] && r.teaser(i) != "":
			headlines[i]++
		case !card[i] && u.prose() && u.zone&outside == 0:
			after[i] += u.words
		}
	}
	return func(i, before int) bool {
		return before > 0 && headlines[i] >= 3 && (after[i] < before || before >= 40 && after[i] < 2*before)
	}
}

// landmarks names what the body was found by.
func (r *reader) landmarks() string {
	switch {
	case r.dateline >= 0 && r.title >= 0:
		return "below headline and dateline"
	case r.dateline >= 0:
		return "below the dateline"
	case r.title >= 0:
		return "below the headline"
	}
	return "the densest text"
}

// designedPart keeps the units that lie where the profile's layout has the
// body, if most of the prose is there. If not, the layout does not fit the page,
// whatever its selectors found, and the signals go on alone.
func (r *reader) designedPart(units []int) []int {
	if r.design == nil {
		return units
	}
	var in []int
	for _, i := range units {
		if r.units[i].zone&inDesign != 0 {
			in = append(in, i)
		}
	}
	if inside := r.words(in); inside == 0 || inside*2 < r.words(units) {
		r.warn("the profile's layout " + r.design.Name + " does not fit this page; it was read by its content alone")
		r.design = nil
		return units
	}
	r.fields["blocks"] = "layout " + r.design.Name + ": " + r.design.Body.String()
	return in
}

// untilEnding cuts the units at the first line that begins what follows an
// article. Such a line above the body, between a standfirst and the text, or
// inside the body's own element with prose on either side, is furniture in
// passing and ends nothing.
func (r *reader) untilEnding(units []int) []int {
	next := r.nextProse(units)
	all, pieces := r.words(units), len(r.proseOf(units))
	var (
		last   *box // the box of the last prose above
		around *box // the innermost element around all prose above
		words  int  // of prose above
		above  int  // pieces of prose above
	)
	for n, i := range units {
		u := &r.units[i]
		if u.prose() {
			last = u.box
			if around == nil {
				around = u.box
			} else {
				around = meet(around, u.box)
			}
			words += u.words
			above++
		}
		if above == 0 || u.words > 12 {
			continue
		}
		standfirst := above == 1 && pieces-above >= 3 && all-words >= 2*words
		switch {
		case standfirst:
		case u.says(lineEnding):
			if !r.passing(i) && !r.amidst(u, last, next[n]) {
				return units[:n]
			}
		case u.says(lineWeakEnding):
			if (above == 1 || !around.holds(u.box)) && u.box.up != last.up && !r.passing(i) {
				return units[:n]
			}
		}
	}
	return units
}

// nextProse returns for each of some units the box of the first prose behind it,
// nil for none.
func (r *reader) nextProse(units []int) []*box {
	next := make([]*box, len(units))
	var box *box
	for n := len(units) - 1; n >= 0; n-- {
		next[n] = box
		if r.units[units[n]].prose() {
			box = r.units[units[n]].box
		}
	}
	return next
}

// amidst reports whether a unit stands inside the element that holds the prose
// before and after it, and that element is the body alone (the headline lies
// outside).
func (r *reader) amidst(u *unit, before, after *box) bool {
	if before == nil || after == nil {
		return false
	}
	around := meet(before, after)
	if !around.holds(u.box) || around.node.DataAtom == atom.Body {
		return false
	}
	return r.title < 0 || !around.holds(r.units[r.title].box)
}

// fewWords keeps what there is of a release without a sentence: the lines that
// follow the dateline in its own part of the page.
func (r *reader) fewWords(units []int) []int {
	if r.dateline < 0 || r.title < 0 {
		return nil
	}
	around := meet(r.units[r.title].box, r.units[r.dateline].box)
	if around.node.DataAtom == atom.Body || around.node.DataAtom == atom.Html {
		return nil
	}
	var kept []int
	for _, i := range units {
		u := &r.units[i]
		if !around.holds(u.box) || u.says(lineEnding) || u.says(lineSocial) {
			break
		}
		if u.image == nil && !u.says(lineLabel) && !u.says(lineControl) && u.links < u.words {
			kept = append(kept, i)
		}
	}
	if len(kept) > 0 {
		r.warn("the body holds no whole sentence")
	}
	return kept
}

// trim takes furniture off the body: labels and other lines about the page where
// it begins, controls inside it, and at its end what led on to something else.
func (r *reader) trim(units []int) []int {
	var kept []int
	begun := false
	for _, i := range units {
		u := &r.units[i]
		if u.image == nil {
			if r.signs(i) {
				continue
			}
			if u.says(lineControl) || sharing(u) || (!begun && (u.says(lineEnding) || r.preamble(u))) {
				continue
			}
			begun = true
		}
		kept = append(kept, i)
	}
	for len(kept) > 0 {
		n := len(kept)
		i := kept[n-1]
		u := &r.units[i]
		picture := n
		if n > 1 && u.image == nil && r.units[kept[n-2]].image != nil && captionOf(&r.units[kept[n-2]], u) && r.column.words > 0 && !u.column {
			picture = n - 1 // with its caption
		}
		switch {
		case u.image != nil && (u.zone&inCaption != 0 || r.beside(kept)), picture < n && r.beside(kept[:picture]):
			return kept
		case u.image != nil, picture < n, u.says(lineEnding), filed.matches(u.text), r.leadsToCards(kept), r.wayBack(u), tagged(u):
			kept = kept[:picture-1]
		default:
			return kept
		}
	}
	return kept
}

// tagged reports whether a unit is a label and a few short links, by which the site
// files its stories: "Read about: Fraud, Savings".
func tagged(u *unit) bool {
	if u.links == 0 || u.words > 24 {
		return false
	}
	label, links, longest := "", 0, 0
	for _, s := range u.segments {
		switch {
		case s.href != "":
			links++
			longest = max(longest, countWords(s.text))
		case links == 0:
			label += s.text
		case strings.Trim(s.text, " ,|·•/\n;") != "" && strings.TrimSpace(s.text) != "and":
			return false
		}
	}
	return countWords(label) <= 4 && strings.HasSuffix(strings.TrimSpace(label), ":") && longest <= 3
}

// preamble reports whether a line above the body's first is about the page: a
// label, a category, the headline once more.
func (r *reader) preamble(u *unit) bool {
	if u.level == 0 && u.says(lineLabel) {
		return true
	}
	if r.date.tail != "" && same(u.text, r.date.tail) {
		return true
	}
	if u.words <= 4 && (u.links == u.words || clockOnly.MatchString(u.text)) {
		return true
	}
	return filed.matches(u.text) || byline.matches(u.text) || r.title >= 0 && u.text == r.units[r.title].text ||
		r.site.Force != "" && same(u.text, r.site.Force)
}

// signs reports whether a unit is a by-line in two parts, "Written by" above a name,
// where the text begins: both are about the page.
func (r *reader) signs(i int) bool {
	u := &r.units[i]
	if u.words > 4 || u.prose() || u.level > 0 {
		return false
	}
	if writtenBy.matches(u.text) {
		return true
	}
	return i > 0 && writtenBy.matches(r.units[i-1].text) && u.box != r.units[i-1].box
}

// writtenBy is the label of a by-line.
var writtenBy = newLineForm("written|words|story|report|by|author|writer",
	`(?i)^(?:(?:written |words |story |report(?:ed|ing)? )?by|author|reporter|writer):?$`)

var (
	clockOnly = regexp.MustCompile(`^\d{1,2}:\d{2}(?: ?/ ?\d{1,2}:\d{2})?$`)
	byline    = newLineForm("written by|by |0|1|2|3|4|5|6|7|8|9",
		`(?i)^(?:(?:written )?by (?:the )?[\p{L}'’. -]{3,40}|\d{1,2} min(?:ute)?s?(?: read)?)$`)
)

// sharing reports whether a unit is a button of a share bar.
func sharing(u *unit) bool {
	return u.says(lineSocial) && (u.links > 0 || u.words <= 2) || u.words <= 12 && shares.matches(u.text)
}

// wayBack reports whether a unit is a link back to a listing, or runs a script.
func (r *reader) wayBack(u *unit) bool {
	if u.links == 0 || u.links < u.words || u.words > 8 {
		return false
	}
	href := u.segments[0].href
	if strings.HasPrefix(href, "javascript:") || href == "#" {
		return true
	}
	address, err := r.base.Parse(href)
	return err == nil && slices.Contains(r.site.Listings, address.String())
}

// beside reports whether the image that ends the body lies beside its text.
func (r *reader) beside(kept []int) bool {
	if len(kept) < 2 {
		return false
	}
	around := meet(r.units[kept[len(kept)-1]].box, r.units[kept[len(kept)-2]].box)
	return r.title < 0 || !around.holds(r.units[r.title].box)
}

// leadsToCards reports whether the last unit is the heading of other stories, or
// the date of the first of them. A heading in words that nobody knows is told by
// what comes next, and by its face, or by standing together with the stories and
// apart from the text.
func (r *reader) leadsToCards(kept []int) bool {
	i := kept[len(kept)-1]
	u := &r.units[i]
	if u.prose() || u.words > 8 || i+1 >= len(r.units) {
		return false
	}
	if _, _, ok := r.datelineAt(i); r.beforeCard(i) && (ok || u.level > 0) {
		return true
	}
	next := i + 1
	for next+1 < len(r.units) && r.units[next].image != nil {
		next++
	}
	if !r.card[next] {
		return false
	}
	if u.level > 0 {
		return true
	}
	if len(kept) < 2 || u.words < 2 {
		return false
	}
	if allBold(u.segments) && servesAsHeading(u.text) && u.holder().holds(r.units[next].box) {
		return true
	}
	return !meet(u.box, r.units[next].box).holds(r.units[kept[len(kept)-2]].box)
}

// beforeCard reports whether the headline of another story comes next after i.
func (r *reader) beforeCard(i int) bool {
	for j := i + 1; j < len(r.units) && j <= i+2; j++ {
		if r.teaser(j) != "" {
			return true
		}
	}
	return false
}
