package scraper

import (
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"archiver/article"
	"archiver/scraper/sites"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A listing is what a page of cards, a feed or a sitemap says: which articles
// there are, and where to read on.
type listing struct {
	cards []article.Card
	next  string // address of the next page; "" on the last
}

// readListing reads a page of cards. It goes by the addresses of the site's
// articles and not by the page's markup: a card is as much around a link to one
// as holds no link to another. Where a layout's card selector matches, it says
// better what a card is.
func readListing(page *html.Node, address string, site *sites.Site) *listing {
	for page.Parent != nil {
		page = page.Parent
	}
	base, err := addressParser.Parse(address)
	if err != nil {
		return &listing{} // unreachable: it was asked for
	}
	p := &listingPage{
		site: site, address: address, base: newJoiner(base),
		owner: map[*html.Node]string{}, many: map[*html.Node]bool{},
		cards: map[*html.Node]bool{}, datesBefore: map[*html.Node]bool{},
	}
	p.scan(page)
	l := &listing{next: p.next(page)}
	seen := map[string]bool{}
	for _, link := range p.mainLinks() {
		if !seen[link.url] {
			seen[link.url] = true
			l.cards = append(l.cards, p.card(link))
		}
	}
	return l
}

type listingPage struct {
	site    *sites.Site
	address string
	base    joiner
	links   []pageLink // to articles
	others  []pageLink // one of them may lead to the next page

	owner       map[*html.Node]string // the article that the first link in a node leads to
	many        map[*html.Node]bool   // nodes with links to several
	cards       map[*html.Node]bool   // nodes that are cards, by the selector of a layout
	datesBefore map[*html.Node]bool   // parents of cards: dates stand before the links
}

type pageLink struct {
	node *html.Node
	url  string
}

// scan finds the links of a page.
func (p *listingPage) scan(page *html.Node) {
	for _, layout := range p.site.Layouts {
		if layout.Card.String() == "" {
			continue
		}
		for _, n := range goquery.NewDocumentFromNode(page).FindMatcher(layout.Card).Nodes {
			p.cards[n] = true
		}
	}
	isArticle := map[string]bool{}
	based := false
	for n := range page.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Base:
			if to, err := p.base.url.Parse(attr(n, "href")); err == nil && !based {
				p.base, based = newJoiner(to), true
			}
		case atom.A, atom.Link:
			href := attr(n, "href")
			if href == "" {
				continue
			}
			to, err := p.base.join(href)
			if err != nil {
				continue
			}
			is, known := isArticle[to]
			if !known {
				is = p.site.IsArticle(to)
				isArticle[to] = is
			}
			if !is || n.DataAtom == atom.Link || isNext(n) {
				p.others = append(p.others, pageLink{n, to})
				continue
			}
			p.links = append(p.links, pageLink{n, to})
			p.own(n, to)
		}
	}
}

// own notes at a link and all around it which article it leads to.
func (p *listingPage) own(n *html.Node, to string) {
	for ; n != nil; n = n.Parent {
		switch p.owner[n] {
		case "":
			p.owner[n] = to
		case to:
		default:
			if p.many[n] {
				return // then so is all around it
			}
			p.many[n] = true
		}
	}
}

// mainLinks returns the links in the main content, without navigation and
// asides; if there are none, all there are: a page of anonymous elements has no
// main content to go by.
func (p *listingPage) mainLinks() []pageLink {
	var inMain, outside []pageLink
	for _, l := range p.links {
		main, furniture := place(l.node)
		switch {
		case furniture:
		case main:
			inMain = append(inMain, l)
		default:
			outside = append(outside, l)
		}
	}
	switch {
	case len(inMain) > 0:
		return inMain
	case len(outside) > 0:
		return outside
	}
	return p.links
}

func place(n *html.Node) (main, furniture bool) {
	for ; n != nil; n = n.Parent {
		switch n.DataAtom {
		case atom.Main:
			main = true
		case atom.Nav, atom.Aside:
			furniture = true
		case atom.Header, atom.Footer:
			furniture = furniture || !inContent(n)
		default:
			switch attr(n, "role") {
			case "main":
				main = true
			case "navigation", "complementary", "banner", "contentinfo":
				furniture = true
			}
		}
	}
	return main, furniture
}

// inContent reports whether a header or footer is that of a part of the content,
// such as a card, and not of the page.
func inContent(n *html.Node) bool {
	return within(n, atom.Main, atom.Article, atom.Section, atom.Li)
}

// card reads the card around a link.
func (p *listingPage) card(l pageLink) article.Card {
	around := p.around(l)
	c := article.Card{URL: l.url, Title: strings.ToValidUTF8(p.title(around, l), "�")}
	at, ok := dateIn(text(around))
	if !ok {
		at, ok = p.dateBeside(around)
	}
	if !ok {
		at, ok = machineDate(around)
	}
	if ok {
		c.Published, c.PublishedText = at, publishedText(at)
	}
	return c
}

// around returns the element that is the card of a link.
func (p *listingPage) around(l pageLink) *html.Node {
	top := l.node
	for n := l.node; n != nil && !p.many[n]; n = n.Parent {
		if p.cards[n] {
			return n
		}
		if n.DataAtom == atom.Body || n.DataAtom == atom.Main || n.DataAtom == atom.Html || n.Type == html.DocumentNode {
			break
		}
		top = n
	}
	return top
}

// title returns the heading that belongs to the link, else the first line of the
// longest text of a link to the same article, else any heading of the card.
func (p *listingPage) title(around *html.Node, l pageLink) string {
	heading, inCard, longest := "", "", ""
	for n := range nodes(around) {
		if n.DataAtom == atom.A && p.owner[n] == l.url {
			line := firstLine(n)
			if len(line) > len(longest) && !isMore(line) {
				longest = line
			}
			continue
		}
		if !isHeading(n) {
			continue
		}
		words := plainSpace(text(n))
		if p.owner[n] == l.url || within(n, atom.A) {
			if heading == "" {
				heading = words
			}
		} else if inCard == "" {
			inCard = words
		}
	}
	for _, s := range []string{heading, longest, inCard} {
		if s != "" {
			return s
		}
	}
	return ""
}

// isMore reports whether the words of a link say nothing of where it leads.
func isMore(words string) bool {
	switch strings.ToLower(strings.Trim(words, " .…>»›→")) {
	case "read more", "more", "find out more", "continue reading", "full story", "view", "read":
		return true
	}
	return false
}

// dateBeside finds the date of a card whose parts lie side by side in an element
// that holds other cards too: before the card, where the first date stands
// before the first link, else behind it.
func (p *listingPage) dateBeside(around *html.Node) (time.Time, bool) {
	parent := around.Parent
	if parent == nil {
		return time.Time{}, false
	}
	before, known := p.datesBefore[parent]
	if !known {
		for n := parent.FirstChild; n != nil && p.owner[n] == "" && !before; n = n.NextSibling {
			_, before = dateIn(text(n))
		}
		p.datesBefore[parent] = before
	}
	step := func(n *html.Node) *html.Node {
		if before {
			return n.PrevSibling
		}
		return n.NextSibling
	}
	for n := step(around); n != nil && p.owner[n] == ""; n = step(n) {
		if at, ok := dateIn(text(n)); ok {
			return at, true
		}
	}
	return time.Time{}, false
}

// machineDate returns the time that a card gives for machines only.
func machineDate(around *html.Node) (time.Time, bool) {
	for n := range nodes(around) {
		if n.DataAtom != atom.Time {
			continue
		}
		value := attr(n, "datetime")
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
			if at, err := time.ParseInLocation(layout, value, article.London); err == nil {
				return at.In(article.London), true
			}
		}
	}
	return time.Time{}, false
}

// datePattern is a date as the platform prints it, "11:39 27/08/2020"; what it
// prints of the time of rendering is the other way round.
var datePattern = regexp.MustCompile(`(?i)(published:?[\s\x{a0}]*)?\b(\d{1,2}):(\d\d)[\s\x{a0}]+(\d{1,2})/(\d{1,2})/(\d{4})\b`)

// findDate returns the date in a text as a time of London, and where it begins:
// the first one that is said to be of publication, else the first.
func findDate(s string) (at time.Time, start int) {
	start = -1
	for _, m := range datePattern.FindAllStringSubmatchIndex(s, -1) {
		var v [5]int
		for i := range v {
			v[i], _ = strconv.Atoi(s[m[2*i+4]:m[2*i+5]]) // the pattern has digits there
		}
		hour, minute, day, month, year := v[0], v[1], v[2], v[3], v[4]
		t := time.Date(year, time.Month(month), day, hour, minute, 0, 0, article.London)
		labelled := m[2] >= 0
		switch {
		case hour > 23 || minute > 59 || t.Day() != day || t.Month() != time.Month(month): // 31/02/2020
		case !labelled && m[4] > 0 && s[m[4]-1] == ':': // minutes and seconds, with the next date behind
		case labelled:
			return t, m[0]
		case start < 0:
			at, start = t, m[0]
		}
	}
	return at, start
}

func dateIn(s string) (time.Time, bool) {
	at, start := findDate(s)
	return at, start >= 0
}

// publishedText is a time in the form in which the platform prints it.
func publishedText(t time.Time) string { return t.In(article.London).Format("15:04 02/01/2006") }

// next finds the link to the next page of a listing.
func (p *listingPage) next(page *html.Node) string {
	var candidates []pageLink
	add := func(match func(pageLink) bool) {
		for _, l := range p.others {
			if match(l) {
				candidates = append(candidates, l)
			}
		}
	}
	for _, layout := range p.site.Layouts {
		if layout.Next.String() != "" {
			add(func(l pageLink) bool { return layout.Next.Match(l.node) })
		}
	}
	add(func(l pageLink) bool { return isNext(l.node) })
	add(func(l pageLink) bool {
		return l.node.DataAtom == atom.A && strings.HasPrefix(strings.ToLower(text(l.node)), "next") && p.isPaging(l.url)
	})
	for _, l := range candidates {
		if to := pagingAddress(l.url, p.address); to != "" && covers(p.site, to) {
			return to
		}
	}
	return ""
}

// isPaging reports whether an address is that of the listing itself, but for the
// query, or lies below it: "Next steps for victims" leads elsewhere.
func (p *listingPage) isPaging(address string) bool {
	here, err := parseURL(p.address)
	if err != nil {
		return false
	}
	to, err := parseURL(address)
	return err == nil && strings.HasPrefix(to.Path, here.Path)
}

// isNext reports whether a link says in so many words that it leads to the next
// page. Such a link is none to an article, whatever its address looks like.
func isNext(n *html.Node) bool {
	for rel := range strings.FieldsSeq(strings.ToLower(attr(n, "rel"))) {
		if rel == "next" {
			return true
		}
	}
	if n.DataAtom != atom.A {
		return false
	}
	for _, words := range []string{text(n), attr(n, "aria-label"), attr(n, "title")} {
		switch strings.ToLower(strings.Trim(plainSpace(words), " .…>»›→")) {
		case "next", "next page", "next results", "next page of results":
			return true
		}
	}
	return false
}

// pagingAddress returns the address of a further page of a listing as we ask for
// it: without a category that the listing itself was not asked for, since that
// only hides articles, and never a fragment that the platform's robots.txt
// forbids.
func pagingAddress(address, listing string) string {
	u, err := parseURL(address)
	if err != nil || strings.Contains(strings.ToLower(u.Path), "getpaginatedresults") {
		return ""
	}
	if from, err := parseURL(listing); err == nil && from.Query().Has("ct") {
		return address
	}
	parts := strings.Split(u.RawQuery, "&")
	u.RawQuery = strings.Join(slices.DeleteFunc(parts, func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return strings.EqualFold(name, "ct")
	}), "&")
	return u.String()
}

func covers(site *sites.Site, address string) bool {
	u, err := parseURL(address)
	return err == nil && site.Covers(u)
}

// nodes yields n and all below it.
func nodes(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		if !yield(n) {
			return
		}
		for d := range n.Descendants() {
			if !yield(d) {
				return
			}
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text returns the words of n, those of neighbouring elements apart.
func text(n *html.Node) string { return strings.Join(lines(n), " ") }

// firstLine returns the first line of n, without a date.
func firstLine(n *html.Node) string {
	for _, line := range lines(n) {
		if _, start := findDate(line); start >= 0 {
			line = strings.TrimSpace(line[:start])
		}
		if line != "" {
			return line
		}
	}
	return ""
}

// lines returns the words of n, a line for each element that is not mere
// emphasis.
func lines(n *html.Node) []string {
	var out []string
	var line strings.Builder
	end := func() {
		if s := plainSpace(line.String()); s != "" {
			out = append(out, s)
		}
		line.Reset()
	}
	var walk func(*html.Node) // no deeper than the parser lets elements nest
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			line.WriteString(n.Data)
			return
		case n.Type == html.ElementNode:
			switch n.DataAtom {
			case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Svg:
				return
			}
		}
		inline := isInline(n)
		if !inline {
			end()
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if !inline {
			end()
		}
	}
	walk(n)
	end()
	return out
}

func isInline(n *html.Node) bool {
	switch n.DataAtom {
	case atom.A, atom.Abbr, atom.B, atom.Em, atom.I, atom.Mark, atom.Small, atom.Span, atom.Strong, atom.Sub, atom.Sup, atom.U:
		return true
	}
	return false
}

func isHeading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func within(n *html.Node, kinds ...atom.Atom) bool {
	for n = n.Parent; n != nil; n = n.Parent {
		if slices.Contains(kinds, n.DataAtom) {
			return true
		}
	}
	return false
}
