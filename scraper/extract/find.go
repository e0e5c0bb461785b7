package extract

import (
	"fmt"
	"regexp"
	"strings"
)

// find looks for the headline, the dateline and the body among the units.
func (r *reader) find() error {
	r.findTitle()
	r.findDateline()
	r.findBody()
	if says := r.saysNothing(); says != "" {
		return fmt.Errorf("%w: the page says %q", ErrNotArticle, says)
	}
	if len(r.body) == 0 {
		return fmt.Errorf("%w: no text of a release was found on the page", ErrNotArticle)
	}
	return nil
}

// notFound is how servers say, often with status 200, that there is no page.
var notFound = regexp.MustCompile(`(?i)^(?:error )?(?:404\b.*|(?:the |this |that |your )?(?:requested )?page (?:was |is |could |can |you )?(?:not be found|not found|cannot be found|can't be found|can’t be found|does not exist|doesn't exist|no longer (?:exists|available)|is not available|were looking for.*|not available|unavailable)|not found|(?:sorry[,.]? )?(?:we )?(?:can't|can’t|cannot|couldn't|couldn’t|could not) find (?:that|the|this|your) page.*|page missing|oops.*|sorry, .*(?:not found|can't be found|can’t be found|no longer available).*)[.!]?$`)

// saysNothing returns the headline of a page that says that it is not there.
func (r *reader) saysNothing() string {
	words := 0
	for _, i := range r.body {
		words += r.units[i].words
	}
	if r.dateline >= 0 || words > 150 {
		return ""
	}
	headline := r.head.headline(r.site.Force)
	if notFound.MatchString(headline) {
		return headline
	}
	if r.title >= 0 && notFound.MatchString(r.units[r.title].text) {
		return r.units[r.title].text
	}
	return ""
}

// findTitle finds the unit that is the headline: a heading, or any line in a
// design without headings, that says what <title> or og:title says; else the
// one heading of the first level.
func (r *reader) findTitle() {
	r.title = -1
	headline, ogTitle := r.head.headline(r.site.Force), r.head.meta["og:title"]
	want, also := key(headline), key(ogTitle)
	best := 0
	first := r.firstDateline()
	for i := range r.units {
		u := &r.units[i]
		if u.image != nil || u.words > 60 {
			continue
		}
		score := 0
		if u.level == 1 {
			score = 4
		}
		k := ""
		if u.level > 0 || near(len(u.text), len(headline)) || near(len(u.text), len(ogTitle)) {
			k = key(u.text)
		}
		if k != "" && u.level > 0 && want != "" && strings.HasPrefix(k, want) && is(labels, strings.TrimSpace(strings.TrimPrefix(u.text, headline))) {
			k = want // with a label inside the heading
		}
		if k != "" && (k == want || k == also) {
			score += 6
			if u.level > 0 {
				score += 3
			}
			if u.links > 0 {
				score -= 2 // a crumb or a card
			}
			if i < first {
				score++ // before the dateline
			}
		} else if u.level == 1 && want != "" && k != "" && (strings.HasPrefix(want, k) || strings.HasPrefix(k, want)) {
			score += 3
		}
		if u.zone&outside != 0 {
			score -= 5
		}
		// Of lines that are as good, the last before the dateline: crumbs and
		// menus come first.
		if score > best || (score == best && score > 0 && i < first) {
			best, r.title = score, i
		}
	}
}

// near reports whether two lengths are those of texts that can say the same.
func near(a, b int) bool { return a-b < 24 && b-a < 24 }

// titleRule says how the headline was found.
func (r *reader) titleRule() string {
	u := r.units[r.title]
	switch {
	case u.level > 0:
		return fmt.Sprintf("h%d", u.level)
	case same(u.text, r.head.headline(r.site.Force)):
		return "the line that <title> repeats"
	}
	return "the line that og:title repeats"
}

// firstDateline returns the first unit that is a dateline, or the number of
// units.
func (r *reader) firstDateline() int {
	for i := range r.units {
		if _, _, ok := r.datelineAt(i); ok && !r.besideCard(i) {
			return i
		}
	}
	return len(r.units)
}

// datelineAt reads unit i as a dateline. Its label, clock and day may stand in
// units of their own; used says how many it takes.
func (r *reader) datelineAt(i int) (d dateline, used int, ok bool) {
	u := &r.units[i]
	if u.image != nil || u.words == 0 || u.words > 18 || u.zone&outside != 0 {
		return dateline{}, 0, false
	}
	if i > 0 && r.units[i-1].words <= 3 && otherTimes.MatchString(r.units[i-1].text) && !is(labels, r.units[i-1].text) {
		return dateline{}, 0, false // "Last updated", and the time in the next line
	}
	if d, ok := parseDateline(strings.ReplaceAll(u.text, "\n", " | ")); ok {
		return d, 1, true
	}
	line := u.text
	for n := 1; n <= 2 && i+n < len(r.units) && u.words <= 3 && r.units[i+n].words <= 3; n++ {
		line += " " + r.units[i+n].text
		if d, ok := parseDateline(line); ok {
			return d, n + 1, true
		}
	}
	return dateline{}, 0, false
}

// findDateline finds the dateline: the first after the headline that is not a
// card's, else one right above the headline.
func (r *reader) findDateline() {
	r.dateline = -1
	r.dated = map[int]bool{}
	prose := 0
	for i := r.title + 1; i < len(r.units); i++ {
		if d, used, ok := r.datelineAt(i); ok {
			if r.besideCard(i) && (prose > 0 || r.title < 0) {
				continue
			}
			r.took(i, used, d)
			return
		}
		if r.units[i].prose() {
			prose += r.units[i].words
		}
		if prose > 60 {
			break // below the lead there are but cards
		}
	}
	for i := r.title - 1; i >= 0 && i >= r.title-4; i-- {
		if d, used, ok := r.datelineAt(i); ok && i+used <= r.title && !r.besideCard(i) {
			r.took(i, used, d)
			return
		}
	}
}

// took notes the units that are the dateline, with a label of its own above it.
func (r *reader) took(i, used int, d dateline) {
	r.dateline, r.date = i, d
	for n := range used {
		r.dated[i+n] = true
	}
	if i > 0 && i-1 > r.title && r.units[i-1].words <= 3 && publishing.MatchString(r.units[i-1].text) {
		r.dated[i-1] = true
		r.date.labelled = true
	}
	if next := i + used; next < len(r.units) && r.units[next].level == 0 && is(labels, r.units[next].text) {
		r.dated[next] = true
	}
}

// besideCard reports whether a headline of another story stands next to unit i.
func (r *reader) besideCard(i int) bool {
	for j := max(0, i-2); j <= i+2 && j < len(r.units); j++ {
		if r.teaser(j) != "" {
			return true
		}
	}
	return false
}
