package extract

import (
	"cmp"
	"encoding/json"
	"errors"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"archiver/article"
	"archiver/scraper/sites"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Disguised says what [Disguise] replaced on a page.
type Disguised struct {
	Names  map[string]string // people's names as printed → the invented ones
	Phones int               // telephone numbers that can be a person's
	Emails int               // e-mail addresses that can be a person's
	Places int               // streets that people are said to live in, houses with their number, postcodes
	// Unsure are words that can be names and were left as they are, because
	// nothing on the page says so.
	Unsure []string
}

// Disguise is [Snapshot] with the people of the page under invented names: in its
// texts, its title, its meta tags, JSON-LD, alternative texts and addresses, in
// full, by surname or forename alone, in the genitive and in capitals. A name
// keeps its number of words, its initials and its letter case. Telephone numbers,
// e-mail addresses and streets go where they can be told to be somebody's.
//
// The page reads as before but for the names. It is no anonymous page: ages,
// towns, dates and pictures are as they were, and so is a name that nothing marks
// as one. A person has to read it.
func Disguise(p article.Page, site *sites.Site) ([]byte, Disguised, error) {
	root, d, err := disguised(p, site)
	if err != nil {
		return nil, Disguised{}, err
	}
	data, err := renderSnapshot(root, d.address(p.Address()), p.Fetched)
	return data, d.told(), err
}

// disguised returns the tree of a page with its names replaced, and how.
func disguised(p article.Page, site *sites.Site) (*html.Node, *disguise, error) {
	record, err := Extract(p, site)
	if err != nil && !errors.Is(err, ErrNotArticle) {
		return nil, nil, err
	}
	root, err := snapshotTree(p)
	if err != nil {
		return nil, nil, err
	}
	d := newDisguise(record, site, root, p.Address())
	d.page(root)
	return root, d, nil
}

// A disguise replaces the names of one page.
type disguise struct {
	*pseudonyms
	people []string
	unsure []string
	// phrases are the names of people and streets of several words, by their first.
	phrases map[string][]phrase
	single  map[string]bool // words of names that may be replaced alone
	wary    map[string]bool // of these, those that are words of the page as well
	stiff   map[string]bool // of these, those that are only replaced behind a rank or an honour
	small   map[string]bool // words that the page has in small letters
	*contacts
}

// A phrase is a name of several words, and what stands for it.
type phrase struct {
	words, invented []string // in small letters
}

// newDisguise finds the people of a page and gives each a name.
func newDisguise(r *article.Record, site *sites.Site, root *html.Node, address string) *disguise {
	texts := append(pageTexts(root), bylines(root)...)
	hash := fnv.New32a()
	hash.Write([]byte(address))
	small, all := map[string]bool{}, map[string]bool{}
	for _, text := range texts {
		for _, w := range wordsOf(text) {
			all[strings.ToLower(w.text)] = true
		}
		for _, w := range wordsOf(prose(text)) {
			if !upper(w.text) {
				small[w.text] = true
			}
		}
	}
	d := &disguise{
		pseudonyms: newPseudonyms(all, int(hash.Sum32()%997)),
		phrases:    map[string][]phrase{}, single: map[string]bool{}, wary: map[string]bool{}, stiff: map[string]bool{},
		contacts: newContacts(r), small: small,
	}
	d.people, d.unsure = Names(r, texts...)
	for _, name := range d.people {
		d.person(name)
	}
	for _, text := range texts {
		for _, street := range streetsOf(text) {
			d.street(street)
		}
	}
	own := map[string]bool{}
	for _, w := range wordsOf(site.Force + " " + site.Area) {
		own[strings.ToLower(w.text)] = true
	}
	for word := range d.single {
		as := capitalised(word)
		d.stiff[word] = notNames.is(as) || nameToo.is(as) || orgNouns.is(as) || streetNouns.is(as) || placeNouns.is(as) ||
			titleNouns.is(word) || kinNouns.is(word) || own[word]
		d.wary[word] = small[word] || verbs.is(word)
	}
	return d
}

// person gives a person another name.
func (d *disguise) person(name string) {
	last := strings.LastIndexByte(name, ' ') // the surname begins behind it
	p := phrase{}
	for _, w := range wordsOf(name) {
		word := strings.ToLower(w.text)
		invented := word
		switch apostrophe := strings.HasPrefix(name[w.to:], "'") || strings.HasPrefix(name[w.to:], "’"); {
		case apostrophe && len(word) == 1, nameParticles.is(w.text), w.text == "St": // "O'Hare", "St John"
		case len(word) == 1:
			invented = string(initial(rune(word[0])))
		default:
			invented = d.give(word, classOf(word, w.from < last))
			d.single[word] = true
		}
		p.words, p.invented = append(p.words, word), append(p.invented, invented)
	}
	d.phrase(p)
}

// street gives a street another name: its noun stays.
func (d *disguise) street(name string) {
	if d.places[name] {
		return
	}
	d.places[name] = true
	var p phrase
	parts := wordsOf(name)
	for i, w := range parts {
		word := strings.ToLower(w.text)
		invented := word
		if i < len(parts)-1 && len(word) > 1 {
			if invented = d.given[word]; invented == "" {
				// For streets alone: elsewhere the word is a word.
				invented = d.give("street "+word, surname)
			}
		}
		p.words, p.invented = append(p.words, word), append(p.invented, invented)
	}
	d.phrase(p)
}

func (d *disguise) phrase(p phrase) {
	if len(p.words) < 2 {
		return
	}
	list := append(d.phrases[p.words[0]], p)
	slices.SortStableFunc(list, func(a, b phrase) int { return cmp.Compare(len(b.words), len(a.words)) })
	d.phrases[p.words[0]] = list
}

// told says what was replaced.
func (d *disguise) told() Disguised {
	t := Disguised{
		Names: map[string]string{}, Unsure: d.unsure,
		Phones: len(d.phones), Emails: len(d.emails), Places: len(d.places),
	}
	for _, name := range d.people {
		t.Names[name] = d.whole(name)
	}
	return t
}

// whole returns what stands for a name in full.
func (d *disguise) whole(name string) string {
	at := wordsOf(name)
	if p := d.phraseAt(name, at, betweenWords, true); p != nil && len(p.words) == len(at) {
		return apply(name, p.edits(at))
	}
	var found []edit
	for _, w := range at {
		if given := d.given[strings.ToLower(w.text)]; given != "" {
			found = append(found, edit{w.from, w.to, likeCase(given, w.text)})
		}
	}
	return apply(name, found)
}

// page replaces the names of a tree.
func (d *disguise) page(root *html.Node) {
	lines(root, d.line)
	for n := range root.Descendants() {
		for i, a := range n.Attr {
			n.Attr[i].Val = d.attribute(n, a)
		}
		if n.DataAtom == atom.Script && n.FirstChild != nil {
			n.FirstChild.Data = jsonString.ReplaceAllStringFunc(n.FirstChild.Data, d.literal)
		}
	}
}

// markup are the attributes that say how a page is built, and name nobody.
var markup = wordSet(`class style rel type lang role charset media width height property itemprop itemtype http-equiv method target rowspan colspan datetime`)

func (d *disguise) attribute(n *html.Node, a html.Attribute) string {
	key := strings.ToLower(a.Key)
	switch {
	case markup.is(key), key == "name" && n.DataAtom == atom.Meta:
		return a.Val
	case isWords(key) && !isAddress(a.Val):
		return d.text(a.Val)
	case strings.HasPrefix(a.Val, "tel:"), strings.HasPrefix(a.Val, "mailto:"), strings.HasPrefix(a.Val, "sms:"):
		return d.text(a.Val)
	case strings.ContainsAny(a.Val, " {"):
		return d.text(a.Val) // such as JSON in a data attribute
	}
	return d.address(a.Val)
}

// jsonString is a string of JSON as written.
var jsonString = regexp.MustCompile(`"(?:[^"\\\n]|\\.)*"`)

// literal replaces the names in a string of JSON.
func (d *disguise) literal(literal string) string {
	var s string
	if json.Unmarshal([]byte(literal), &s) != nil {
		return literal
	}
	replace := d.text
	if isAddress(s) {
		replace = d.address
	}
	replaced := replace(s)
	if replaced == s {
		return literal
	}
	out, err := json.Marshal(replaced)
	if err != nil {
		return literal // unreachable: strings can be written
	}
	return string(out)
}

// line replaces the names in one line of text, which can go over several nodes:
// what stands for a name that does stands where the name begins.
func (d *disguise) line(nodes []*html.Node) {
	edits := d.edits(joined(nodes))
	from := 0 // of the node, in the line
	for _, n := range nodes {
		to := from + len(n.Data)
		var b strings.Builder
		at := from
		for len(edits) > 0 && edits[0].from < to {
			e := edits[0]
			b.WriteString(n.Data[at-from : max(e.from, at)-from])
			if e.from >= from {
				b.WriteString(e.with)
			}
			at = min(e.to, to)
			if e.to > to {
				break // the rest of the name is in the next node
			}
			edits = edits[1:]
		}
		b.WriteString(n.Data[at-from:])
		n.Data = b.String()
		from = to
	}
}

// text replaces the names in a text.
func (d *disguise) text(s string) string { return apply(s, d.edits(s)) }

// An edit puts other words in the place of some.
type edit struct {
	from, to int
	with     string
}

// apply makes edits, which are in order and do not overlap.
func apply(s string, edits []edit) string {
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(s[at:e.from])
		b.WriteString(e.with)
		at = e.to
	}
	b.WriteString(s[at:])
	return b.String()
}
