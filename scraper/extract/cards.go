package extract

import (
	"net/url"
	"strings"

	"archiver/article"

	"golang.org/x/net/html/atom"
)

// teaser returns the address of the other story that unit i is the headline of:
// a line that is one link, to what can be an article. "" if it is none.
func (r *reader) teaser(i int) string {
	u := &r.units[i]
	if !u.asked {
		u.asked, u.story = true, r.storyOf(u)
	}
	return u.story
}

func (r *reader) storyOf(u *unit) string {
	if u.links < 2 || u.links+2 < u.words || u.words > 40 {
		return ""
	}
	href, beside := "", ""
	for _, s := range u.segments {
		switch {
		case s.href == "":
			beside += s.text
		case href == "":
			href = s.href
		}
	}
	if u.links < u.words {
		if _, ok := parseDateline(strings.TrimSpace(beside)); !ok {
			return "" // more than a link, and its date
		}
	}
	return r.storyAt(href)
}

// storyAt returns the address that a link leads to, "" if it is none of a story.
func (r *reader) storyAt(href string) string {
	if strings.HasPrefix(href, "#") {
		return ""
	}
	address, err := r.resolve(href)
	if err != nil || (address.Scheme != "http" && address.Scheme != "https") || !r.isStory(address) || r.isSelf(address) {
		return ""
	}
	address.Fragment = ""
	return address.String()
}

// resolve returns the address that a link leads to, which holds until the next call.
// Most are paths of the site, and need no parser.
func (r *reader) resolve(href string) (*url.URL, error) {
	if r.base.Host != "" && plainPath(href) {
		r.link = url.URL{Scheme: r.base.Scheme, Host: r.base.Host, Path: href}
		return &r.link, nil
	}
	return r.base.Parse(href)
}

// plainPath reports whether an address is a path that means what it says, byte for
// byte.
func plainPath(href string) bool {
	if len(href) < 2 || href[0] != '/' || href[1] == '/' {
		return false
	}
	for i := 1; i < len(href); i++ {
		switch c := href[i]; {
		case c <= ' ', c >= 0x7f, c == '?', c == '#', c == '%', c == '\\', c == '.' && href[i-1] == '/':
			return false
		}
	}
	return true
}

// isStory reports whether an address can be that of a release or a news story.
func (r *reader) isStory(address *url.URL) bool {
	if !r.site.Generic() && r.site.Has(address) {
		return true
	}
	if !r.site.Covers(address) {
		return false
	}
	// On a site without a profile, or in another section of its news: a last path
	// segment of several words, below at least one other.
	if !r.site.Generic() && section(address.Path) != section(r.base.Path) {
		return false
	}
	path := strings.Trim(address.Path, "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	return strings.Contains(path, "/") && strings.Count(last, "-") >= 2
}

// section returns the first segment of a path.
func section(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}

// cards finds the headlines of other stories among the units from start on, and
// which units belong to them: the headline itself, its teaser, its date.
//
// A card may be an element of its own, or, in a page of bare divs, nothing but
// a line among lines; so a group of headlines in a row counts as one stretch,
// with what stands between them.
func (r *reader) cards(start int) (card []bool, headlines []int) {
	card = make([]bool, len(r.units))
	var found []int
	for i := start; i < len(r.units); i++ {
		if r.units[i].zone&inNav == 0 && r.teaser(i) != "" {
			found = append(found, i)
		}
	}
	for n, i := range found {
		from, to := i, i+1
		if len(found) <= mostCards && r.inText(i) {
			continue
		}
		if len(found) <= mostCards {
			from, to = r.cardAround(i)
		}
		for j := from; j < to; j++ {
			card[j] = true
		}
		if to-from == 1 && !r.listed(found, n) {
			card[i] = false
			continue
		}
		headlines = append(headlines, i)
	}
	// The stretch between two headlines, where it is short.
	for n := 0; n+1 < len(headlines); n++ {
		a, b := headlines[n], headlines[n+1]
		if b-a <= 4 && r.wordsBetween(a+1, b) <= 70 {
			for j := a; j <= b; j++ {
				card[j] = true
			}
		}
	}
	// What follows the last headline of a flat list, as much as follows each of
	// the others.
	if n := len(headlines); n >= 2 {
		gap := headlines[n-1] - headlines[n-2]
		if gap <= 4 && r.units[headlines[n-1]].box.up == r.units[headlines[n-2]].box.up {
			for j := headlines[n-1]; j < headlines[n-1]+gap && j < len(r.units); j++ {
				card[j] = true
			}
		}
	}
	return card, headlines
}

// mostCards is how many headlines a page is looked at for the cards around them.
const mostCards = 300

// listed reports whether a lone headline has another close by.
func (r *reader) listed(found []int, n int) bool {
	near := func(m int) bool {
		return m >= 0 && m < len(found) && found[m]-found[n] <= 4 && found[n]-found[m] <= 4 && r.teaser(found[m]) != r.teaser(found[n])
	}
	return near(n-1) || near(n+1)
}

// inText reports whether a link is a line of the text that it stands in: prose is
// above it in the same element, and no other story's headline is there.
func (r *reader) inText(i int) bool {
	parent := r.units[i].box.up
	if i == 0 || !r.units[i-1].prose() || r.units[i-1].box.up != parent {
		return false
	}
	from, to := parent.from, parent.to
	for j := from; j < to; j++ {
		if r.teaser(j) != "" && r.teaser(j) != r.teaser(i) {
			return false
		}
	}
	return true
}

func (r *reader) wordsBetween(from, to int) int {
	n := 0
	for j := from; j < to; j++ {
		n += r.units[j].words
	}
	return n
}

// cardAround returns the units of the largest element around unit i that holds
// no other story's headline, neither headline nor dateline of the page, and
// little text: the card.
func (r *reader) cardAround(i int) (from, to int) {
	from, to = i, i+1
	for n, level := r.units[i].box, 0; n.up != nil && level < 4; n, level = n.up, level+1 {
		if n.is(atom.Body, atom.Main) {
			break
		}
		f, t := n.from, n.to
		if r.wordsBetween(f, t) > 80 || (f <= r.title && r.title < t) || (f <= r.dateline && r.dateline < t) {
			break
		}
		others := false
		for j := f; j < t; j++ {
			switch {
			case j == i:
			case r.teaser(j) != "" && r.teaser(j) != r.teaser(i):
				others = true
			case j < i && r.units[j].prose() && !readMore.matches(r.units[i].text):
				others = true // a card's headline stands above its teaser: this is text, with a link below
			}
		}
		if others {
			break
		}
		from, to = f, t
	}
	return from, to
}

// readMore is what the link of a card says where its headline is no link.
var readMore = newLineForm("read|continue|view|see|find out|full|more",
	`(?i)^(?:read|continue|view|see|find out|full|more)\b.{0,30}$`)

// otherStories returns the headlines of other stories that the page shows, each
// address once, in the order of the page. Where a card links its picture, kind
// and headline alike, the headline is the one that is marked as such, else the
// longest; where it links but "Read more", its first line.
func (r *reader) otherStories() []article.Headline {
	var out []article.Headline
	seen := map[string]story{} // by address
	body := make([]bool, len(r.units))
	for _, i := range r.body {
		body[i] = true
	}
	for i := range r.units {
		address := r.teaser(i)
		if address == "" || body[i] || r.units[i].zone&inNav != 0 && r.site.Generic() {
			continue
		}
		if readMore.matches(r.units[i].text) {
			i = r.cardHeadline(i)
		}
		if s, ok := seen[address]; ok {
			a, b := &r.units[s.unit], &r.units[i]
			if b.level > 0 && a.level == 0 || (b.level > 0) == (a.level > 0) && a.words < 4 && b.words > a.words {
				seen[address] = story{i, s.place}
				out[s.place].Title = b.headline()
			}
			continue
		}
		seen[address] = story{i, len(out)}
		out = append(out, article.Headline{Title: r.units[i].headline(), URL: address})
	}
	return out
}

// A story is another one that the page shows: the unit that is its headline, and
// its place among all.
type story struct{ unit, place int }

// headline returns what a card's line says, without a date beside its link.
func (u *unit) headline() string {
	if u.links == 0 || u.links == u.words {
		return fold(u.text)
	}
	var b strings.Builder
	for _, s := range u.segments {
		if s.href != "" {
			b.WriteString(s.text)
		}
	}
	return fold(b.String())
}

// cardHeadline returns the unit that is the headline of the card around unit i:
// the first that is marked as a heading, else the first.
func (r *reader) cardHeadline(i int) int {
	from, to := r.cardAround(i)
	for j := from; j < to; j++ {
		if r.units[j].level > 0 {
			return j
		}
	}
	if r.units[from].image == nil {
		return from
	}
	return i
}
