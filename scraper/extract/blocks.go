package extract

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"archiver/article"

	"golang.org/x/net/html/atom"
)

// A builder makes the units of a body into blocks.
type builder struct {
	base   *url.URL
	list   []article.Block
	bold   []bool // which blocks are a bold line and could serve as a heading
	links  []article.Link
	images []article.Link
}

// blocks makes the body's units into blocks, in reading order.
func (r *reader) blocks() *builder {
	n := len(r.body)
	b := &builder{base: r.base, list: make([]article.Block, 0, n), bold: make([]bool, 0, n)}
	units := make([]*unit, n)
	for n, i := range r.body {
		units[n] = &r.units[i]
	}
	looseTables(units)
	for n := 0; n < len(units); {
		u := units[n]
		switch {
		case u.image != nil:
			n += b.image(units[n:])
		case u.cell != nil:
			n += b.table(units[n:])
		case u.item != nil:
			n += b.items(units[n:])
		case u.level > 0:
			b.heading(u)
			n++
		case u.quote != nil:
			b.block(article.BlockQuote, u.segments)
			n++
		default:
			n += b.paragraphs(units[n:])
		}
	}
	b.finish()
	return b
}

// block adds a block of inline content.
func (b *builder) block(kind article.BlockKind, segs []segment) {
	text := textOfSegments(segs)
	if text == "" {
		return
	}
	segs = b.resolve(segs)
	markdown := inlineMarkdown(segs, true)
	if kind == article.BlockQuote {
		markdown = "> " + strings.ReplaceAll(markdown, "\n", "\n> ")
	}
	b.add(article.Block{Kind: kind, Text: text, Markdown: markdown}, kind == article.BlockParagraph && allBold(segs))
}

func (b *builder) add(block article.Block, bold bool) {
	b.list = append(b.list, block)
	b.bold = append(b.bold, bold)
}

// heading adds a heading of the page's own markup. Markdown has no headings of
// several lines.
func (b *builder) heading(u *unit) {
	segs := oneLine(b.resolve(u.segments))
	b.add(article.Block{
		Kind: article.BlockHeading, Text: textOfSegments(segs), Level: u.level,
		Markdown: strings.Repeat("#", u.level) + " " + inlineMarkdown(segs, false),
	}, false)
}

// image adds a picture, with its caption where one is printed beside it, and
// returns how many units that took.
func (b *builder) image(units []*unit) int {
	u := units[0]
	block := article.Block{Kind: article.BlockImage}
	text, taken := u.image.alt, 1
	if captioned(units) {
		segs := b.resolve(units[1].segments)
		block.Text = textOfSegments(segs)
		block.Markdown = inlineMarkdown(segs, true)
		text, taken = fold(block.Text), 2
	}
	if address := b.address(u.image.src); address != "" {
		b.images = append(b.images, article.Link{Text: text, URL: address})
		b.add(block, false)
	} else if block.Text != "" {
		block.Kind = article.BlockParagraph
		b.add(block, false)
	}
	return taken
}

// captioned reports whether the image at the head of units has a caption: the
// unit behind it is marked as one, or it and the image have a small element to
// themselves.
func captioned(units []*unit) bool {
	if len(units) < 2 || units[1].image != nil || units[1].level > 0 || units[1].item != nil {
		return false
	}
	if units[1].zone&inCaption != 0 {
		return true
	}
	around := meet(units[0].box, units[1].box)
	if around == units[1].box || units[1].words > 40 {
		return false // the image lies in the paragraph itself
	}
	return len(units) > 2 && !around.holds(units[2].box)
}

// items adds a list with all items of the outermost list around the first unit.
func (b *builder) items(units []*unit) int {
	root := outermost(units[0].item, atom.Ul, atom.Ol)
	n := 0
	var items []item
	for n < len(units) && units[n].item != nil && root.holds(units[n].item) {
		u := units[n]
		n++
		if u.image != nil {
			b.image([]*unit{u})
			continue
		}
		segs := b.resolve(u.segments)
		if len(items) > 0 && items[len(items)-1].node == u.item {
			last := &items[len(items)-1]
			last.segs = append(append(last.segs, segment{text: "\n"}), segs...)
			continue
		}
		items = append(items, item{node: u.item, segs: segs, depth: depth(u.item, root), ordered: u.item.up.is(atom.Ol)})
	}
	b.listOf(items, root.is(atom.Ol), first(root))
	return n
}

// An item is one of a list while it is made.
type item struct {
	node    *box
	segs    []segment
	depth   int
	ordered bool
}

// listOf adds a list block. Items of inner lists stand in one row with the
// others, indented in Markdown.
func (b *builder) listOf(items []item, ordered bool, number int) {
	if len(items) == 0 {
		return
	}
	block := article.Block{Kind: article.BlockList, Ordered: ordered}
	var md strings.Builder
	numbers := []int{number}
	indents := []int{0}
	for n, it := range items {
		for len(numbers) <= it.depth {
			numbers = append(numbers, 1)
			indents = append(indents, indents[len(indents)-1]+len(marker(items[max(0, n-1)].ordered, numbers[len(numbers)-2])))
		}
		numbers, indents = numbers[:it.depth+1], indents[:it.depth+1]
		block.Items = append(block.Items, textOfSegments(it.segs))
		mark := marker(it.ordered, numbers[it.depth])
		numbers[it.depth]++
		indent := strings.Repeat(" ", indents[it.depth])
		text := inlineMarkdown(it.segs, true)
		if n > 0 {
			md.WriteByte('\n')
		}
		md.WriteString(indent + mark)
		if strings.HasPrefix(text, "*") && only([]byte(text), '*') {
			md.WriteByte('\\') // with the bullet it would be a rule across the page
		}
		md.WriteString(strings.ReplaceAll(text, "\n", "\n"+indent+strings.Repeat(" ", len(mark))))
	}
	block.Text = strings.Join(block.Items, "\n")
	block.Markdown = md.String()
	b.add(block, false)
}

func marker(ordered bool, number int) string {
	if ordered {
		return " " + strconv.Itoa(number) + ". "
	}
	return " * "
}

// first returns the number that an ordered list begins with.
func first(list *box) int {
	if n, err := strconv.Atoi(attr(list.node, "start")); err == nil && n >= 0 && n < 1e6 {
		return n
	}
	return 1
}

// depth counts the lists between an item and the outermost one.
func depth(item, root *box) int {
	n := -1
	for at := item; at != nil; at = at.up {
		if at.node.DataAtom == atom.Ul || at.node.DataAtom == atom.Ol {
			n++
		}
		if at == root {
			break
		}
	}
	return max(n, 0)
}

// outermost returns the topmost ancestor of n among some elements, or n.
func outermost(n *box, atoms ...atom.Atom) *box {
	top := n
	for at := n; at != nil; at = at.up {
		for _, a := range atoms {
			if at.node.DataAtom == a {
				top = at
			}
		}
	}
	return top
}

// looseTables takes the units of tables that are but frames around paragraphs out
// of their cells: tables of one column, and those with lists, headings, other
// tables or several paragraphs in a cell.
func looseTables(units []*unit) {
	type grid struct {
		rows  map[*box]map[*box]int
		cells int
		frame bool
	}
	grids := map[*box]*grid{}
	for _, u := range units {
		if u.cell == nil {
			continue
		}
		table := tableOf(u.cell)
		g := grids[table]
		if g == nil {
			g = &grid{rows: map[*box]map[*box]int{}}
			grids[table] = g
			for outer := table.up; outer != nil; outer = outer.up {
				if g := grids[outer]; g != nil {
					g.frame = true
				}
			}
		}
		row := g.rows[u.cell.up]
		if row == nil {
			row = map[*box]int{}
			g.rows[u.cell.up] = row
		}
		row[u.cell]++
		g.cells = max(g.cells, len(row))
		g.frame = g.frame || u.item != nil || u.level > 0 || row[u.cell] > 2
	}
	for _, u := range units {
		if u.cell != nil {
			if g := grids[tableOf(u.cell)]; g.frame || g.cells < 2 {
				u.cell = nil
			}
		}
	}
}

// tableOf returns the innermost table around a cell.
func tableOf(cell *box) *box {
	for n := cell; n != nil; n = n.up {
		if n.node.DataAtom == atom.Table {
			return n
		}
	}
	return cell // unreachable: the parser puts cells in tables alone
}

// table adds a table as one block.
func (b *builder) table(units []*unit) int {
	root := tableOf(units[0].cell)
	n := 0
	for n < len(units) && units[n].cell != nil && tableOf(units[n].cell) == root {
		n++
	}
	type row struct {
		node  *box
		cells []*box
		segs  [][]segment
	}
	var rows []row
	for _, u := range units[:n] {
		if u.image != nil {
			b.image([]*unit{u})
			continue
		}
		segs := oneLine(b.resolve(u.segments))
		tr := u.cell.up
		if len(rows) == 0 || rows[len(rows)-1].node != tr {
			rows = append(rows, row{node: tr})
		}
		last := &rows[len(rows)-1]
		if c := len(last.cells); c > 0 && last.cells[c-1] == u.cell {
			last.segs[c-1] = append(append(last.segs[c-1], segment{text: " "}), segs...)
		} else {
			last.cells = append(last.cells, u.cell)
			last.segs = append(last.segs, segs)
		}
	}
	var all []segment
	for i, r := range rows {
		if i > 0 {
			all = append(all, segment{text: "\n"})
		}
		for j, cell := range r.segs {
			if j > 0 {
				all = append(all, segment{text: " | "})
			}
			all = append(all, cell...)
		}
	}
	b.add(article.Block{Kind: article.BlockTable, Text: textOfSegments(all), Markdown: inlineMarkdown(all, true)}, false)
	return n
}

// oneLine returns segments without their line breaks.
func oneLine(segs []segment) []segment {
	if !slices.ContainsFunc(segs, func(s segment) bool { return strings.Contains(s.text, "\n") }) {
		return segs
	}
	segs = slices.Clone(segs)
	for i := range segs {
		segs[i].text = strings.ReplaceAll(segs[i].text, "\n", " ")
	}
	return segs
}

// bullet is a typed bullet or number at the start of a line.
var bullet = regexp.MustCompile(`^(?:[•·●▪◦‣∙○■□►➢➤✓✔⁃*–—-]|(\d{1,2})(?:[.)]| [-–]))[ ]|^[•●▪‣■►➢➤✓✔⁃]`)

// A line is one line of a paragraph, with what a typed bullet at its start says.
type line struct {
	segs   []segment
	mark   int // bytes of the bullet, 0 for none
	number int // of a typed number, -1 for a bullet
}

// paragraphs adds the paragraph units at the head of units and returns how many.
// Two or more lines with typed bullets or numbers in a row, whether lines of one
// paragraph or paragraphs of their own, become a list; one alone stays.
func (b *builder) paragraphs(units []*unit) int {
	if !typed(units[0]) {
		b.block(article.BlockParagraph, units[0].segments)
		return 1
	}
	n := 0
	var lines []line
	ends := map[int]bool{} // after which lines a paragraph ends
	for n < len(units) && units[n].image == nil && units[n].cell == nil && units[n].item == nil &&
		units[n].level == 0 && units[n].quote == nil && typed(units[n]) {
		for _, segs := range splitLines(units[n].segments) {
			lines = append(lines, mark(segs))
		}
		ends[len(lines)-1] = true
		n++
	}
	var rest []segment
	flush := func() {
		b.block(article.BlockParagraph, rest)
		rest = nil
	}
	for i := 0; i < len(lines); {
		run := listRun(lines[i:])
		if run < 2 {
			if len(rest) > 0 {
				rest = append(rest, segment{text: "\n"})
			}
			rest = append(rest, lines[i].segs...)
			if ends[i] {
				flush()
			}
			i++
			continue
		}
		flush()
		var items []item
		ordered := lines[i].number >= 0
		for _, l := range lines[i : i+run] {
			items = append(items, item{segs: b.resolve(cutLeft(l.segs, l.mark)), ordered: ordered})
		}
		b.listOf(items, ordered, max(lines[i].number, 0))
		i += run
	}
	flush()
	return n
}

// typed reports whether any line of a unit begins with a typed bullet.
func typed(u *unit) bool {
	for l := range strings.SplitSeq(u.text, "\n") {
		if mayBeBullet(l) && bullet.MatchString(l) {
			return true
		}
	}
	return false
}

// mayBeBullet is a quick look at a line before the expression gets to see it:
// most begin with a letter or a quotation mark, some with a number that no list has.
func mayBeBullet(l string) bool {
	if n := digitsBehind(l, 0); n > 0 {
		return n <= 2 && n+1 < len(l) && (l[n] == '.' || l[n] == ')' || l[n] == ' ' && !alnum(l[n+1]))
	}
	c := from(l, 0)
	return c == '*' || c == '-' || c >= utf8.RuneSelf && !isDouble(c) && !isSingle(c)
}

func mark(segs []segment) line {
	text := textOfSegments(segs)
	m := bullet.FindStringSubmatchIndex(text)
	if m == nil || strings.TrimSpace(text[m[1]:]) == "" {
		return line{segs: segs}
	}
	l := line{segs: segs, mark: m[1], number: -1}
	if len(m) > 3 && m[2] >= 0 {
		l.number, _ = strconv.Atoi(text[m[2]:m[3]]) // digits alone
	}
	return l
}

// listRun returns how many lines from the first on are one list: all bulleted,
// or numbered upwards one by one.
func listRun(lines []line) int {
	if lines[0].mark == 0 {
		return 0
	}
	n := 1
	for n < len(lines) && lines[n].mark > 0 {
		if lines[0].number < 0 && lines[n].number >= 0 {
			break
		}
		if lines[0].number >= 0 && lines[n].number != lines[n-1].number+1 {
			break
		}
		n++
	}
	return n
}

// splitLines divides segments at their line breaks.
func splitLines(segs []segment) [][]segment {
	out := [][]segment{nil}
	for _, s := range segs {
		for i, part := range strings.Split(s.text, "\n") {
			if i > 0 {
				out = append(out, nil)
			}
			if part != "" {
				piece := s
				piece.text = part
				out[len(out)-1] = append(out[len(out)-1], piece)
			}
		}
	}
	return out
}

// cutLeft takes n bytes and the space after them off the head of segments.
func cutLeft(segs []segment, n int) []segment {
	var out []segment
	for _, s := range segs {
		if cut := min(n, len(s.text)); cut > 0 {
			s.text = s.text[cut:]
			n -= cut
		}
		if len(out) == 0 {
			s.text = strings.TrimLeft(s.text, " ")
		}
		if s.text != "" {
			out = append(out, s)
		}
	}
	return out
}

// resolve makes the addresses of links absolute, notes each link, and drops
// those that lead nowhere a reader should go.
func (b *builder) resolve(segs []segment) []segment {
	out := segs
	if slices.ContainsFunc(segs, func(s segment) bool { return s.href != "" }) {
		out = slices.Clone(segs)
	}
	for i := 0; i < len(out); {
		if out[i].href == "" {
			b.typedLinks(out[i].text)
			i++
			continue
		}
		raw, address := out[i].href, b.address(out[i].href)
		text := ""
		for ; i < len(out) && out[i].href == raw; i++ {
			text += out[i].text
			out[i].href = address
		}
		if address != "" {
			b.links = append(b.links, article.Link{Text: fold(text), URL: address})
		}
	}
	return out
}

// address returns an absolute address fit for a record, or "".
func (b *builder) address(href string) string {
	u, err := b.base.Parse(strings.TrimSpace(href))
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https":
		if u.Host == "" {
			return ""
		}
	case "mailto", "tel":
	default:
		return ""
	}
	return clean(u.String())
}

// typedLink is a web address typed as text.
var typedLink = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"“”‘’|]+`)

// typedLinks notes the web addresses in a text.
func (b *builder) typedLinks(text string) {
	if !strings.Contains(text, "://") && !hasWWW(text) {
		return
	}
	for _, typed := range typedLink.FindAllString(text, -1) {
		typed = strings.TrimRight(typed, ".,;:!?)]}'*_")
		address := typed
		if !strings.Contains(typed, "://") {
			address = "https://" + typed
		}
		if u, err := url.Parse(address); err == nil && strings.Contains(u.Host, ".") {
			b.links = append(b.links, article.Link{Text: typed, URL: address})
		}
	}
}

// hasWWW reports whether a text has a "www.", whatever its capitals.
func hasWWW(text string) bool {
	for i := strings.IndexByte(text, '.'); i >= 0; {
		if i >= 3 && text[i-1]|0x20 == 'w' && text[i-2]|0x20 == 'w' && text[i-3]|0x20 == 'w' {
			return true
		}
		next := strings.IndexByte(text[i+1:], '.')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return false
}

func textOfSegments(segs []segment) string {
	if len(segs) == 1 {
		return strings.TrimSpace(segs[0].text)
	}
	return strings.TrimSpace(concat(segs))
}

func allBold(segs []segment) bool {
	for _, s := range segs {
		if !s.bold && !isSpace(s.text) {
			return false
		}
	}
	return true
}

// finish settles which block is the lead and which bold lines are headings.
func (b *builder) finish() {
	lead := -1
	for i, block := range b.list {
		if block.Kind != article.BlockParagraph {
			continue
		}
		// A few bold words over the first paragraph are a heading too.
		if b.bold[i] && countWords(block.Text) <= 6 && servesAsHeading(block.Text) &&
			i+1 < len(b.list) && b.list[i+1].Kind == article.BlockParagraph && countWords(b.list[i+1].Text) > 12 {
			continue
		}
		if i+1 < len(b.list) && overLead(block.Text, b.list[i+1]) {
			continue
		}
		lead = i
		b.list[i].Lead = true
		break
	}
	for i := range b.list {
		block := &b.list[i]
		if b.bold[i] && i != lead && i < len(b.list)-1 && servesAsHeading(block.Text) {
			block.Kind = article.BlockHeading
		}
	}
}

// overLead reports whether a line is but a label in two languages, the way to the
// other one, or what stands under a picture of an officer, and the next is prose.
func overLead(line string, next article.Block) bool {
	if len(line) > 100 || strings.ContainsAny(line[max(0, len(line)-1):], ".!?:") || next.Kind != article.BlockParagraph || countWords(next.Text) <= 12 {
		return false
	}
	if one, other, ok := strings.Cut(line, " / "); ok && countWords(one) <= 3 && countWords(other) <= 3 {
		return true
	}
	if languages.in(line) && countWords(line) <= 9 && (scrolling.in(line) || countWords(line) <= 2) {
		return true
	}
	n := rankAt(line)
	if n == 0 {
		return false
	}
	name := rankedName(behindRank(line[n:]))
	word, _ := firstWord(strings.TrimLeft(strings.TrimPrefix(behindRank(line[n:]), name), " "))
	return name != "" && (word == "with" || word == "and" || word == "holding" || word == "outside" || strings.HasPrefix(word, "("))
}

var (
	languages = wordSet(`welsh english gymraeg cymraeg saesneg`)
	scrolling = wordSet(`scroll sgroliwch version below isod fersiwn see gweler read darllenwch`)
)

// speech are the verbs of saying that make of a line whose last sentence has one
// the introduction of a quotation, and no heading.
var speech = wordSet(`said says added adds continued commented explained told stated urged concluded`)

// servesAsHeading reports whether a bold line is short and no sentence, so that
// it does the work of a heading.
func servesAsHeading(text string) bool {
	if strings.Contains(text, "\n") || countWords(text) > 12 || len(text) > 100 || speech.in(text[strings.LastIndexByte(text, '.')+1:]) {
		return false
	}
	runes := []rune(text)
	first, last := runes[0], runes[len(runes)-1]
	if (isDouble(first) || isSingle(first)) && (isDouble(last) || isSingle(last)) && len(runes) > 2 {
		// A few quoted words over the paragraphs that they are taken from.
		last = runes[len(runes)-2]
		first = runes[1]
	}
	return !strings.ContainsRune(".,;!\"'“‘(", last) && !strings.ContainsRune("\"'“‘(", first) &&
		strings.ContainsFunc(text, wordRune)
}
