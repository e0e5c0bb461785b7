package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html/atom"
)

// What stands between the paragraphs of a column is either part of the article (a
// heading, a list, a quotation set off, a table, a picture) or a box that has
// nothing to do with it. The two are told apart by where they hang and what they
// hold, never by a site's words alone.

// passing reports whether unit i stands between paragraphs of the column, in an
// element of its own: whatever it says, the article goes on below it.
func (r *reader) passing(i int) bool {
	c := &r.column
	if c.first < 0 || i <= c.first || i >= c.last || r.units[i].column {
		return false
	}
	before, after := r.neighbours(i)
	m := meet(r.units[before].box, r.units[after].box)
	flat := r.title >= 0 && m.holds(r.units[r.title].box) || m.is(atom.Body)
	branch := m.branch(r.units[i].box)
	if !flat && m != r.units[i].box {
		return true
	}
	if branch == nil || branch == r.units[i].box || c.within(branch) > 0 {
		return false
	}
	// The headline lies in the same element: what follows can be anything, so it
	// has to be much, or each paragraph in a wrapper of its own.
	return r.units[after].holder() != m || 3*(c.upTo[len(r.units)]-c.upTo[i]) >= c.upTo[i]
}

// neighbours returns the units of the column before and after unit i.
func (r *reader) neighbours(i int) (before, after int) {
	n := r.column.upTo[i]
	return r.column.units[n-1], r.column.units[n]
}

// withoutBoxes takes out of the units what is no part of the article: between the
// paragraphs of the column, before them all but a standfirst, and after them what
// does not go on in their element.
func (r *reader) withoutBoxes(units []int) []int {
	if r.column.first < 0 {
		return units
	}
	var kept, stretch []int
	last := -1 // the paragraph before the stretch
	for _, i := range units {
		if !r.units[i].column {
			stretch = append(stretch, i)
			continue
		}
		if last < 0 {
			kept = append(kept, r.standfirst(stretch, i)...)
		} else {
			kept = append(kept, r.between(stretch, last, i)...)
		}
		stretch = stretch[:0]
		kept = append(kept, i)
		last = i
	}
	if last < 0 {
		return units
	}
	return append(kept, r.tail(stretch, last)...)
}

// A part is the units of one branch, of those between two paragraphs.
type part struct {
	branch *box // nil where they lie in the element itself
	units  []int
}

// parts divides units by the branch of b that they lie in.
func (r *reader) parts(units []int, b *box) []part {
	var out []part
	for _, i := range units {
		branch := b.branch(r.units[i].box)
		if n := len(out); n > 0 && branch != nil && out[n-1].branch == branch {
			out[n-1].units = append(out[n-1].units, i)
			continue
		}
		out = append(out, part{branch, []int{i}})
	}
	return out
}

// between keeps what belongs to the article of the units between two paragraphs.
func (r *reader) between(units []int, before, after int) []int {
	if len(units) == 0 {
		return nil
	}
	var kept []int
	heading := -1 // how many were kept before a heading that nothing has followed yet
	boxed := false
	for _, p := range r.parts(units, meet(r.units[before].box, r.units[after].box)) {
		switch r.kind(p, &r.units[before]) {
		case partHeading:
			if heading >= 0 {
				kept = kept[:heading]
			}
			heading = len(kept)
			kept = append(kept, p.units...)
			boxed = false
		case partText:
			kept = append(kept, p.units...)
			heading, boxed = -1, false
		case partPicture:
			kept = append(kept, r.picture(p.units)...)
		case partBox:
			if heading >= 0 && !boxed {
				kept = kept[:heading] // it was the heading of the box
				heading = -1
			}
			boxed = true
		}
	}
	return kept
}

// The kinds of part.
type partKind uint8

const (
	partBox partKind = iota
	partText
	partHeading
	partPicture
)

// kind tells what a part is, beside a paragraph of the column.
func (r *reader) kind(p part, beside *unit) partKind {
	first := &r.units[p.units[0]]
	words, links, prose, images, headings := 0, 0, 0, 0, 0
	listed := false
	for _, i := range p.units {
		u := &r.units[i]
		words += u.words
		links += u.links
		listed = listed || u.item != nil
		switch {
		case u.image != nil:
			images++
		case u.level > 0:
			headings++
		case u.prose():
			prose++
		}
		if u.image == nil && (u.says(lineControl) || sharing(u) || r.promotes(u) || u.words <= 12 && u.says(lineEnding)) {
			return partBox
		}
	}
	switch {
	case images > 0 && headings == 0 && words <= 80 && links*2 <= words:
		return partPicture
	case words == 0 || links*2 > words && (len(p.units) > 1 || r.site.Generic() && leadsAway(first)) || strings.HasPrefix(first.text, "©"):
		return partBox
	case headings == 1 && len(p.units) == 1:
		if boxHeading.MatchString(first.text) || first.says(lineWeakEnding) && p.branch != first.box {
			return partBox
		}
		return partHeading
	case len(p.units) == 1 && r.site.Generic() && first.item == nil && first.words <= 6 && strings.HasSuffix(first.text, ":"):
		return partHeading
	case p.branch == nil || len(p.units) == 1 && (p.branch == first.box && p.branch.is(atom.P, atom.Dt, atom.Dd, atom.Pre) || first.box.shape == beside.box.shape):
		if first.zone&inCaption != 0 || r.site.Generic() && leadsAway(first) {
			return partBox
		}
		return partText
	case p.branch.is(atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Li):
		return partText
	case p.branch.is(atom.Blockquote):
		if r.posted(p.units) {
			return partBox
		}
		return partText
	case p.branch.is(atom.Aside, atom.Form, atom.Figure) || p.branch.controls || p.branch.hinted() || first.zone&(outside|inCaption) != 0:
		return partBox
	case !r.site.Generic():
		if links*5 > words {
			return partBox
		}
		return partText
	case boxHeading.MatchString(first.text), links > 0, headings > 0 && prose > 0 && words < 60 && !listed:
		return partBox
	case prose == 0 && (len(p.units) > 1 || !nameless(p.branch) || beside.box.is(atom.P)):
		return partBox
	}
	return partText
}

// nameless reports whether an element says nothing of what it is for.
func nameless(b *box) bool {
	return b.is(atom.Div, atom.Span) && attr(b.node, "class") == "" && attr(b.node, "id") == ""
}

// picture keeps of a picture's units the picture and the caption below it.
func (r *reader) picture(units []int) []int {
	var kept []int
	captioned := false
	for _, i := range units {
		if r.units[i].image != nil {
			kept = append(kept, i)
			captioned = false
		} else if !captioned && len(kept) > 0 {
			r.units[i].zone |= inCaption
			kept = append(kept, i)
			captioned = true
		}
	}
	return kept
}

// allLinks reports whether units are lines of links alone.
func (r *reader) allLinks(units []int) bool {
	for _, i := range units {
		if u := &r.units[i]; u.image != nil || u.links < u.words {
			return false
		}
	}
	return true
}

// pictured reports whether a part is a picture with a few words to it, none of them
// the page's description.
func (r *reader) pictured(p part) bool {
	words, images := 0, 0
	for _, i := range p.units {
		u := &r.units[i]
		if u.level > 0 || i == r.described || i == r.title {
			return false
		}
		if u.image != nil {
			images++
		}
		words += u.words
	}
	return images > 0 && words <= 60
}

// posted reports whether a quotation set off is a post of a social network.
func (r *reader) posted(units []int) bool {
	for _, i := range units {
		for _, s := range r.units[i].segments {
			for _, host := range [...]string{"twitter.com/", "//x.com/", "//t.co/", "instagram.com/", "facebook.com/", "tiktok.com/", "threads.net/", "bsky.app/"} {
				if strings.Contains(s.href, host) {
					return true
				}
			}
		}
	}
	return false
}

// standfirst keeps of the units above the column the standfirst, and pictures.
func (r *reader) standfirst(units []int, first int) []int {
	top := r.units[first].box
	if r.title >= 0 {
		top = meet(top, r.units[r.title].box)
	}
	var kept []int
	if !r.site.Generic() {
		for _, p := range r.parts(units, top) {
			if len(p.units) < 2 || !r.allLinks(p.units) {
				kept = append(kept, p.units...)
			}
		}
		return kept
	}
	found := false
	for _, p := range r.parts(units, top) {
		if p.branch != nil && r.pictured(p) {
			kept = append(kept, r.picture(p.units)...)
			continue
		}
		for _, i := range r.standing(p) {
			if r.units[i].image != nil {
				kept = append(kept, i)
				continue
			}
			if !found || i == r.described {
				kept = append(kept, i)
			}
		}
		for _, i := range kept {
			found = found || r.units[i].image == nil && r.units[i].zone&inCaption == 0
		}
	}
	return kept
}

// standing returns the units of a part that can be a standfirst.
func (r *reader) standing(p part) []int {
	var kept []int
	pictured := false
	for n, i := range p.units {
		u := &r.units[i]
		switch {
		case u.image != nil:
			kept = append(kept, i)
			pictured = true
		case pictured && n > 0 && r.units[p.units[n-1]].image != nil && captionOf(&r.units[p.units[n-1]], u):
			kept = append(kept, i) // with its picture
		case i == r.described:
			kept = append(kept, i)
		case u.words < 5, u.links*5 > u.words, u.zone&(outside|inCaption) != 0, r.promotes(u), u.level == 0 && !u.prose() && u.words < 8,
			u.level == 1, r.dated[i], byline.matches(u.text), filed.matches(u.text), boxHeading.MatchString(u.text), r.saysTitle(u):
		case u.box.up != nil && u.box.up.controls && u.box.up.to-u.box.up.from <= 8:
		case u.level == 0 && n > 0 && r.units[p.units[n-1]].level > 0 && !r.units[p.units[n-1]].prose() && p.units[n-1] != r.title && r.units[p.units[n-1]].words < 5:
			// the text of a small box with a heading
		default:
			kept = append(kept, i)
		}
	}
	return kept
}

// captionOf reports whether a unit is what is printed below a picture: it is marked
// so, or the two have a small element to themselves.
func captionOf(picture, u *unit) bool {
	if u.zone&inCaption != 0 {
		return true
	}
	b := meet(picture.box, u.box)
	return b != u.box && b.to-b.from <= 3 && u.words <= 60
}

// tail keeps of the units below the column those that go on in its element.
func (r *reader) tail(units []int, last int) []int {
	if !r.site.Generic() {
		return units
	}
	holder := r.units[last].holder()
	var kept []int
	for _, p := range r.parts(units, holder) {
		if p.branch == nil && !holder.holds(r.units[p.units[0]].box) {
			break
		}
		switch r.kind(p, &r.units[last]) {
		case partText:
			kept = append(kept, p.units...)
		case partHeading:
			kept = append(kept, p.units...)
		case partPicture:
			kept = append(kept, r.picture(p.units)...)
		case partBox:
			return kept
		}
	}
	return kept
}

// leadsAway reports whether a paragraph does nothing but lead to another story:
// "READ MORE: Goose adopts bus shelter".
func leadsAway(u *unit) bool {
	if u.links == 0 || u.links*2 < u.words {
		return false
	}
	if strings.HasPrefix(u.text, "[") || boxHeading.MatchString(u.text) {
		return true
	}
	beside := u.words - u.links
	return beside < 5 && (!stops(u.text) || u.words < 8)
}

// stops reports whether a line ends as a sentence does.
func stops(s string) bool {
	s = strings.TrimRight(s, "\"'”’)")
	return s != "" && strings.ContainsRune(".!?…", rune(s[len(s)-1])) || strings.HasSuffix(s, "…")
}

var (
	// boxHeading begins the heading of a box.
	boxHeading = regexp.MustCompile(`(?i)^(?:read (?:more|next|also)|more (?:on|from|about|news|stories)|most (?:read|popular|viewed)|related|recommended|sign up|subscribe|follow us|follow \w+ on|join (?:our|the|us)|get (?:the|our|your|all)|don['’]?t miss|trending|top (?:news )?stories|watch (?:more|now|next|:)|listen (?:to|live|now)|latest|newsletter|have your say|our free app|you (?:may|might)|see also|in pictures|enjoyed this|support (?:us|our)|comments?\b|article bookmarked|advert)`)
	// invites is what a line says that asks the reader to do something for the site.
	invites = regexp.MustCompile(`(?i)\b(?:sign(?:ing)?[- ]up|subscrib\w+|follow(?:ing)? (?:us|our|@?\S+(?: \S+){0,4} on)|join(?:ing)? (?:our|the|us|now)|click(?:ing)? (?:here|this link)|tap here|download|listen (?:to|live)|like (?:us|our page)|visit our|send (?:us )?your (?:story|stories)|get (?:the|all the|our|more|breaking|your)|for (?:all )?(?:the )?latest|don['’]?t miss|try .{0,30} premium|become a (?:member|supporter|subscriber)|never miss|keep up|first for|read more of|read our|scan the qr)\b`)
	// asks begins a line with such a request.
	asks = regexp.MustCompile(`(?i)^(?:sign up|subscribe|follow|join|get|download|click|tap|don['’]?t miss|keep up|visit our|never miss)\b`)
	// media are what such a line is about.
	media = regexp.MustCompile(`(?i)\b(?:newsletters?|whatsapp|inbox|our app|free app|the app|rayo app|app store|facebook|twitter|instagram|tiktok|youtube|podcasts?|breaking news|premium|news alerts|top stories|court stories|homepage|home page|subscribers?|live ?blog|our (?:journalism|website|site|community|channel|page)|privacy (?:notice|policy)|global player|latest news|news pages?|magazine|mailing list|bookmarks)\b`)
)

// promotes reports whether a line of a site without a profile asks its reader to
// sign up, to follow or to read on: an invitation and a medium in one line, that is
// linked, or set apart by its face.
func (r *reader) promotes(u *unit) bool {
	if !r.site.Generic() || u.words > 70 || u.words < 4 {
		return false
	}
	marked := u.links > 0 || u.level > 0 || asks.MatchString(u.text)
	if !marked {
		marked = true
		for _, s := range u.segments {
			if !s.bold && !s.italic && !isSpace(s.text) {
				marked = false
				break
			}
		}
	}
	return marked && invites.MatchString(u.text) && media.MatchString(u.text)
}
