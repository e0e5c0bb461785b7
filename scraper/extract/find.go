package extract

import (
	"fmt"
	"regexp"
	"strings"
)

// find looks for the headline, the dateline and the body among the units.
func (r *reader) find() error {
	r.title = -1
	r.findColumn()
	r.findTitle()
	r.findDateline()
	r.findBody()
	if says := r.saysNothing(); says != "" {
		return fmt.Errorf("%w: the page says %q", ErrNotArticle, says)
	}
	if len(r.body) == 0 {
		return fmt.Errorf("%w: no text of a release was found on the page", errNoBody)
	}
	if why := r.thin(); why != "" {
		return fmt.Errorf("%w: %s", ErrNotArticle, why)
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
	headline := r.wanted
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
	headline, ogTitle := r.wanted, r.head.meta["og:title"]
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
		if u.level == 2 && r.column.first >= 0 && i < r.column.first && i+20 > r.column.first {
			score = 1
		}
		says := same(u.text, headline) || ogTitle != headline && same(u.text, ogTitle)
		if !says && u.level > 0 && headline != "" && len(u.text) > len(headline) && leads(headline, u.text) {
			says = is(labels, strings.TrimSpace(strings.TrimPrefix(u.text, headline))) // with a label inside the heading
		}
		switch {
		case says && (u.level > 0 || near(len(u.text), len(headline)) || near(len(u.text), len(ogTitle))):
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
			if r.column.first >= 0 && i > r.column.first {
				score -= 15 // below the text: a card, a share bar
			}
		case u.level == 1 && headline != "" && (leads(headline, u.text) || leads(u.text, headline)):
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
	case same(u.text, r.wanted):
		return "the line that <title> repeats"
	}
	return "the line that og:title repeats"
}

// headlines reports whether a unit is a headline of the page, by its heading or by
// <title>: below "Church gate stolen" stands the dateline, and no time of a theft.
func (r *reader) headlines(i int) bool {
	return r.units[i].level == 1 || r.wanted != "" && same(r.units[i].text, r.wanted)
}

// firstDateline returns the first unit that is a dateline, or the number of
// units.
func (r *reader) firstDateline() int {
	for i := range r.units {
		if d, _, ok := r.datelineAt(i); ok && !d.dayOnly && !r.besideCard(i) {
			return i
		}
	}
	return len(r.units)
}

// datelineAt reads unit i as a dateline. Its label, clock and day may stand in
// units of their own; used says how many it takes.
func (r *reader) datelineAt(i int) (d dateline, used int, ok bool) {
	u := &r.units[i]
	if u.image != nil || u.words == 0 || u.words > 18 || len(u.text) > maxDateline || u.zone&(outside|inCaption) != 0 && !r.inHead(i) {
		return dateline{}, 0, false
	}
	if !r.yearAt(i) {
		return dateline{}, 0, false
	}
	if i > 0 && r.units[i-1].words <= 3 && otherTimes.in(r.units[i-1].text) && !r.units[i-1].says(lineLabel) && !r.headlines(i-1) {
		return dateline{}, 0, false // "Last updated", and the time in the next line
	}
	if i > 0 && r.units[i-1].image != nil && captionOf(&r.units[i-1], u) {
		return dateline{}, 0, false // the time at which a picture was taken
	}
	day, days := dateline{}, 0
	line := u.text
	for n := 0; n <= 2; n++ {
		if n > 0 {
			if i+n >= len(r.units) || u.words > 4 || r.units[i+n].words > 4 || r.units[i+n].image != nil {
				break
			}
			line += " " + r.units[i+n].text
		}
		if d, ok := r.readDateline(line); ok {
			if !d.dayOnly {
				return d, n + 1, true
			}
			if days == 0 && n == 0 {
				day, days = d, 1
			}
		}
	}
	return day, days, days > 0
}

// yearAt reports whether unit i holds a year, or begins a dateline in several lines
// that do.
func (r *reader) yearAt(i int) bool {
	if yearIn(r.units[i].text) {
		return true
	}
	for n := i + 1; n < len(r.units) && n <= i+2 && r.units[n-1].words <= 4 && r.units[n].words <= 4; n++ {
		if yearIn(r.units[n].text) {
			return true
		}
	}
	return false
}

// inHead reports whether a unit lies between the headline and the text, where even a
// footer or what is marked as beside the article can hold its date.
func (r *reader) inHead(i int) bool {
	return r.title >= 0 && r.title < i && i < r.column.first && r.units[i].zone&(inNav|inCaption) == 0
}

// readDateline reads a line in the platform's form, else in words. A day alone is
// taken on sites without a profile. The few lines of a page that hold a year are
// asked for several times, and read once.
func (r *reader) readDateline(line string) (dateline, bool) {
	d, known := r.datelines[line]
	if !known {
		if own, ok := r.parseLine(line); ok {
			d = &own
		}
		r.datelines[line] = d
	}
	if d == nil {
		return dateline{}, false
	}
	return *d, true
}

func (r *reader) parseLine(line string) (dateline, bool) {
	if strings.Contains(line, "\n") {
		line = strings.ReplaceAll(line, "\n", " | ")
	}
	if d, ok := parseDateline(line); ok {
		return d, true
	}
	d, ok := parseWritten(line)
	return d, ok && (!d.dayOnly || r.site.Generic())
}

// findDateline finds the dateline: the first after the headline that is not a
// card's, else one right above the headline. A day alone gives way to one with a
// time of day.
func (r *reader) findDateline() {
	r.dateline = -1
	r.dated = map[int]bool{}
	prose := 0
	for i := r.title + 1; i < len(r.units); i++ {
		if r.units[i].column && prose > 0 {
			break
		}
		if d, used, ok := r.datelineAt(i); ok {
			if r.besideCard(i) && (prose > 0 || r.title < 0) {
				continue
			}
			if r.dateline < 0 || !d.dayOnly {
				r.took(i, used, d)
			} else {
				r.dated[i] = true
			}
			if !d.dayOnly {
				return
			}
			continue
		}
		if r.units[i].prose() {
			prose += r.units[i].words
		}
		if prose > 60 {
			break // below the lead there are but cards
		}
	}
	if r.dateline >= 0 {
		return
	}
	for i := r.title - 1; i >= 0 && i >= r.title-6; i-- {
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
	if i > 0 && i-1 > r.title && r.units[i-1].words <= 3 && publishing.in(r.units[i-1].text) {
		r.dated[i-1] = true
		r.date.labelled = true
	}
	if next := i + used; next < len(r.units) && r.units[next].level == 0 && r.units[next].says(lineLabel) {
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
