package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// prose reports whether a unit reads like a sentence of running text.
func (u *unit) prose() bool {
	if u.image != nil || u.words < 4 || u.links*2 > u.words || u.level > 0 {
		return false
	}
	return u.words >= 12 || strings.ContainsRune(".!?:;,\"'”’…", lastRune(u.segments, len(u.segments)-1))
}

// findBody finds the units of the body: those from below the headline and
// dateline to where the article ends, less what is furniture.
//
// Where it ends is decided by several signals, of which the clearest wins: a
// line that is known to begin what follows an article; the element that holds
// the prose; the headlines of other stories.
func (r *reader) findBody() {
	start := max(r.title, r.dateline) + 1
	if r.dateline > r.title && r.title >= 0 {
		// A standfirst between the headline and the dateline belongs to the body.
		for i := r.title + 1; i < r.dateline; i++ {
			if u := &r.units[i]; u.prose() && u.words >= 8 && u.zone&outside == 0 && !is(beginnings, u.text) {
				start = i
				break
			}
		}
	}
	card, headlines := r.cards(start)
	r.related = r.headlines(headlines)

	var units []int
	for i := start; i < len(r.units); i++ {
		u := &r.units[i]
		if i == r.dateline || card[i] || u.zone&outside != 0 || renders(u.text) {
			continue
		}
		units = append(units, i)
	}
	units = r.designedPart(units)
	units = r.untilEnding(units)
	units = r.inContainer(units)
	units = r.trim(units)
	r.body = units
	if r.fields["body"] == "" {
		r.fields["body"] = "signals: " + r.landmarks()
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
	inside, all := 0, 0
	for _, i := range units {
		u := &r.units[i]
		within := contains(r.designed, u.box)
		if within {
			in = append(in, i)
		}
		if u.prose() {
			all += u.words
			if within {
				inside += u.words
			}
		}
	}
	if inside*2 < all || inside == 0 {
		r.warn("the profile's layout " + r.design.Name + " does not fit this page; it was read by its content alone")
		r.design = nil
		return units
	}
	r.fields["body"] = "layout " + r.design.Name + ": " + r.design.Body.String()
	return in
}

// untilEnding cuts the units at the first line that begins what follows an
// article. Such a line above the body, or inside the body's own element with
// prose on either side, is furniture in passing and ends nothing.
func (r *reader) untilEnding(units []int) []int {
	words := 0
	for n, i := range units {
		u := &r.units[i]
		if u.prose() {
			words += u.words
		}
		if words == 0 || !is(endings, u.text) {
			continue
		}
		if r.amidst(units, n) {
			continue
		}
		return units[:n]
	}
	return units
}

// amidst reports whether unit n stands inside the element that holds the prose
// around it, and that element is the body alone (the headline lies outside).
func (r *reader) amidst(units []int, n int) bool {
	var before, after *html.Node
	for _, i := range units[:n] {
		if r.units[i].prose() {
			before = r.units[i].box
		}
	}
	for _, i := range units[n+1:] {
		if r.units[i].prose() {
			after = r.units[i].box
			break
		}
	}
	if before == nil || after == nil {
		return false
	}
	around := common2(before, after)
	if !contains(around, r.units[units[n]].box) || around.DataAtom == atom.Body {
		return false
	}
	return r.title < 0 || !contains(around, r.units[r.title].box)
}

// common2 returns the innermost element that holds both nodes.
func common2(a, b *html.Node) *html.Node {
	for n := a; n != nil; n = n.Parent {
		if contains(n, b) {
			return n
		}
	}
	return a // unreachable: the document holds both
}

// inContainer keeps the units that lie in the element that holds the prose.
//
// That is the innermost element around all prose, once stretches of little
// prose at the end that lie apart from the rest have been left out: the teasers
// and notices that follow an article.
func (r *reader) inContainer(units []int) []int {
	var prose []int
	total := 0
	for _, i := range units {
		if r.units[i].prose() {
			prose = append(prose, i)
			total += r.units[i].words
		}
	}
	if len(prose) == 0 {
		return r.fewWords(units)
	}
	// around[n] is the innermost element around the first n+1 pieces of prose.
	around := make([]*html.Node, len(prose))
	around[0] = r.units[prose[0]].box
	for n := 1; n < len(prose); n++ {
		around[n] = common2(around[n-1], r.units[prose[n]].box)
	}
	last := len(prose) - 1
	apart := 0
	for last > 0 {
		i := prose[last]
		apart += r.units[i].words
		if apart*5 > total {
			break // a fifth of the text is no notice
		}
		if r.notice(i, around[last-1]) {
			total -= apart
			apart = 0
			prose = prose[:last]
		}
		last--
	}
	container := around[len(prose)-1]
	end := prose[len(prose)-1]
	var kept []int
	for _, i := range units {
		u := &r.units[i]
		if !contains(container, u.box) && i > prose[0] && u.image == nil {
			continue
		}
		if i > end && (r.unlike(i, end, container) || u.image != nil && !contains(container, u.box)) {
			break
		}
		kept = append(kept, i)
	}
	return kept
}

// notice reports whether prose i, the last of the page, is no part of the body
// whose prose lies in container: it lies in another branch of the tree, and that
// branch is furniture by what it holds or by its name.
func (r *reader) notice(i int, container *html.Node) bool {
	u := &r.units[i]
	if contains(container, u.box) {
		return false
	}
	branch := u.box
	for branch.Parent != nil && !contains(branch.Parent, container) {
		branch = branch.Parent
	}
	if hinted(branch) || hasControls(branch) {
		return true
	}
	f, t := r.within(branch, i)
	words, links := 0, 0
	for j := f; j < t; j++ {
		words += r.units[j].words
		links += r.units[j].links
		if is(endings, r.units[j].text) || is(social, r.units[j].text) {
			return true
		}
	}
	return links*3 > words
}

// hinted reports whether the names of an element or of one directly around it
// are those of furniture.
func hinted(n *html.Node) bool {
	for level := 0; n != nil && level < 2; n, level = n.Parent, level+1 {
		names := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
		if strings.TrimSpace(names) == "" {
			continue
		}
		for _, hint := range hints {
			if strings.Contains(names, hint) {
				return true
			}
		}
	}
	return false
}

// hasControls reports whether an element holds controls of a form.
func hasControls(n *html.Node) bool {
	for d := range n.Descendants() {
		switch d.DataAtom {
		case atom.Input, atom.Button, atom.Textarea, atom.Select:
			return true
		}
	}
	return false
}

// unlike reports whether a short unit i, below the last prose, is no part of
// the body: it is a control, or, where the element that holds the prose holds
// the headline too and so may hold anything, a link apart from it.
func (r *reader) unlike(i, end int, container *html.Node) bool {
	u := &r.units[i]
	if u.image != nil {
		return false
	}
	if is(social, u.text) || is(controls, u.text) || is(endings, u.text) {
		return true
	}
	if r.title >= 0 && !contains(container, r.units[r.title].box) {
		return false
	}
	apart := u.box.Parent != r.units[end].box.Parent && u.item == nil && r.units[end].item == nil
	return apart && (u.links == u.words || hinted(u.box))
}

// fewWords keeps what there is of a release without a sentence: the lines that
// follow the dateline in its own part of the page.
func (r *reader) fewWords(units []int) []int {
	if r.dateline < 0 || r.title < 0 {
		return nil
	}
	around := common2(r.units[r.title].box, r.units[r.dateline].box)
	if around.DataAtom == atom.Body || around.DataAtom == atom.Html {
		return nil
	}
	var kept []int
	for _, i := range units {
		u := &r.units[i]
		if !contains(around, u.box) || is(endings, u.text) || is(social, u.text) {
			break
		}
		if u.image == nil && !is(labels, u.text) && !is(controls, u.text) && u.links < u.words {
			kept = append(kept, i)
		}
	}
	if len(kept) > 0 {
		r.warn("the body holds no whole sentence")
	}
	return kept
}

// trim takes furniture off the body: labels where it begins, controls inside
// it, and at its end the heading of what followed.
func (r *reader) trim(units []int) []int {
	var kept []int
	begun := false
	for _, i := range units {
		u := &r.units[i]
		if u.image == nil {
			if is(controls, u.text) || (i > 0 && is(beginnings, u.text)) || (!begun && is(social, u.text)) || (!begun && is(endings, u.text)) {
				continue
			}
			if !begun && u.level == 0 && is(labels, u.text) {
				continue
			}
			if !begun && r.date.tail != "" && same(u.text, r.date.tail) {
				continue
			}
			if d, ok := r.datelineAt(i); ok && d.time.Equal(r.date.time) && d.tail == "" && !begun {
				continue // printed a second time
			}
			begun = true
		}
		kept = append(kept, i)
	}
	for len(kept) > 0 {
		u := &r.units[kept[len(kept)-1]]
		if u.image != nil && u.zone&inCaption == 0 && !r.follows(kept) {
			kept = kept[:len(kept)-1]
			continue
		}
		if u.image != nil || !is(endings, u.text) && !(u.level > 0 && r.beforeCard(kept[len(kept)-1])) {
			break
		}
		kept = kept[:len(kept)-1]
	}
	return kept
}

// follows reports whether the image that ends the body lies beside its text.
func (r *reader) follows(kept []int) bool {
	if len(kept) < 2 {
		return false
	}
	u, before := r.units[kept[len(kept)-1]], r.units[kept[len(kept)-2]]
	around := common2(u.box, before.box)
	return r.title < 0 || !contains(around, r.units[r.title].box)
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
