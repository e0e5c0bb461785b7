package extract

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A run is a stretch of inline text under one formatting. A line break is a run
// with the text "\n".
type run struct {
	text   string // as in the document, white space not folded yet
	bold   bool
	italic bool
	href   string // of the link that it lies in, as written
}

const lineBreak = "\n"

// A unit is the inline content of one block element, or of the stretch of it
// between two inner blocks: what a reader sees as one paragraph, heading or
// item. The walk makes the whole page into a row of them, so that everything
// after it can go by what is read and in which order, and by the tree only
// where that helps.
type unit struct {
	box   *box // the innermost block element around it
	runs  []run
	level int  // 1 to 6 in a heading of the markup
	item  *box // the innermost li around it
	cell  *box // the innermost td or th around it
	quote *box // the outermost blockquote around it
	zone  zone
	image *image // set for a unit that is an image

	segments []segment // runs, white space folded
	text     string    // of the segments
	words    int       // of text
	links    int       // of text, within links

	kinds  lineKind // what it is known to say, once looked up
	reads  int8     // whether it is prose: 1 yes, -1 no, 0 not known
	column bool     // it is a paragraph of the column
	story  string   // the address that teaser gave
	asked  bool     // whether it was asked
}

// An image is a picture of the page.
type image struct {
	src, alt string
}

// zone says in which parts of a page a unit lies, as far as its markup says so.
type zone uint8

const (
	inNav     zone = 1 << iota // navigation
	inAside                    // complementary
	inFooter                   // of the page or of a section
	inBanner                   // header of the page (role=banner)
	inCaption                  // figcaption
	inDesign                   // the element in which the profile's layout has the body
)

// outside are the zones that hold no part of a body.
const outside = inNav | inAside | inFooter | inBanner

// A head is what the head of a page says.
type head struct {
	title     string            // <title>
	meta      map[string]string // name or property, in lower case → content, the first of each
	canonical string
	jsonLD    []string
	linked    []any  // what of jsonLD is no broken JSON, decoded
	base      string // <base href>
}

// A walker turns a parsed page into units in one pass over the tree.
type walker struct {
	head  head
	units []unit
	boxes boxes
	runs  []run     // of the unit being gathered
	segs  []segment // of all units, one behind the other

	drop     map[*html.Node]bool
	designed *html.Node
	reveal   *html.Node // shown although its markup hides it

	shown  int        // bytes of text that is shown
	veiled int        // bytes of text in the element that hides most
	veil   *html.Node // that element
}

// frame is what an element inherits from those around it.
type frame struct {
	box, item, cell, quote *box
	level                  int
	zone                   zone
	bold, italic           bool
	href                   string
	pre                    bool
}

// walk reads a whole document. Elements in drop are left out; units inside
// designed are marked.
func walk(doc *html.Node, drop map[*html.Node]bool, designed *html.Node) *walker {
	w := newWalker(drop, designed)
	w.document(doc)
	if w.veiled > 3*w.shown && w.veiled > 500 {
		// The page hides itself, behind a dialogue or until a script has run; a
		// reader sees it all the same.
		veil := w.veil
		w.recycle()
		w = newWalker(drop, designed)
		w.reveal = veil
		w.document(doc)
	}
	return w
}

// walkers keeps what walks have grown for the walks to come: a page's units and
// boxes take a third of the memory that reading it does.
var walkers = sync.Pool{New: func() any { return &walker{units: make([]unit, 0, 96)} }}

func newWalker(drop map[*html.Node]bool, designed *html.Node) *walker {
	w := walkers.Get().(*walker)
	w.head, w.drop, w.designed = head{meta: make(map[string]string, 24)}, drop, designed
	return w
}

// recycle gives back what the walk has grown. Nothing of the walker may be used
// afterwards; texts stay.
func (w *walker) recycle() {
	clear(w.units)
	clear(w.runs[:cap(w.runs)])
	clear(w.segs)
	w.boxes.reset()
	*w = walker{units: w.units[:0], boxes: w.boxes, runs: w.runs[:0], segs: w.segs[:0]}
	walkers.Put(w)
}

func (w *walker) document(doc *html.Node) {
	f := frame{box: w.boxes.open(doc, nil)}
	w.node(doc, f)
	w.flush(f)
	w.boxes.close(f.box)
}

// node reads one node and all below it. The parser refuses pages nested deeper
// than 512 elements, so the recursion is bounded.
func (w *walker) node(n *html.Node, f frame) {
	switch n.Type {
	case html.TextNode:
		w.add(n.Data, f)
		return
	case html.ElementNode:
	default:
		w.children(n, f)
		return
	}
	if w.drop[n] {
		w.flush(f)
		return
	}
	switch n.DataAtom {
	case atom.Title:
		if w.head.title == "" {
			w.head.title = textOf(n)
		}
		return
	case atom.Meta:
		w.meta(n)
		return
	case atom.Link:
		if strings.EqualFold(attr(n, "rel"), "canonical") && w.head.canonical == "" {
			w.head.canonical = attr(n, "href")
		}
		return
	case atom.Base:
		if w.head.base == "" {
			w.head.base = attr(n, "href")
		}
		return
	case atom.Script:
		if strings.HasPrefix(attr(n, "type"), "application/ld+json") {
			text := textOf(n)
			w.head.jsonLD = append(w.head.jsonLD, text)
			var data any
			if json.Unmarshal([]byte(text), &data) == nil {
				w.head.linked = append(w.head.linked, data)
			}
		}
		return
	case atom.Br:
		w.runs = append(w.runs, run{text: lineBreak, bold: f.bold, italic: f.italic, href: f.href})
		return
	case atom.Img:
		w.image(n, f)
		return
	case atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Math, atom.Iframe, atom.Object,
		atom.Video, atom.Audio, atom.Canvas, atom.Map, atom.Label, atom.Datalist, atom.Progress, atom.Meter:
		return
	case atom.Input, atom.Textarea, atom.Select:
		if attr(n, "type") != "hidden" {
			f.box.control()
		}
		return
	case atom.Button:
		f.box.control()
		if f.level == 0 {
			return
		}
		// A heading that folds its section away is a button too.
	}
	if n != w.reveal && hidden(n) {
		if size := textSize(n); size > w.veiled {
			w.veiled, w.veil = size, n
		}
		return
	}
	f.inline(n)
	if !isBlock(n.DataAtom) && !laidOut(n) {
		w.children(n, f)
		return
	}
	w.flush(f)
	f.block(n, w.boxes.open(n, f.box))
	if n == w.designed {
		f.zone |= inDesign
	}
	w.children(n, f)
	w.flush(f)
	w.boxes.close(f.box)
}

func (w *walker) children(n *html.Node, f frame) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, f)
	}
}

// inline takes up the formatting of an element.
func (f *frame) inline(n *html.Node) {
	switch n.DataAtom {
	case atom.B, atom.Strong:
		f.bold = true
	case atom.I, atom.Em, atom.Cite:
		f.italic = true
	case atom.A:
		if href := strings.TrimSpace(attr(n, "href")); href != "" {
			f.href = href
		}
	}
	if style := attr(n, "style"); style != "" {
		f.style(style)
	}
}

// style takes up what an inline style says of weight and slant: editors' paste
// leaves bold that way.
func (f *frame) style(style string) {
	for declaration := range strings.SplitSeq(strings.ToLower(style), ";") {
		name, value, _ := strings.Cut(declaration, ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "font-weight":
			switch value {
			case "bold", "bolder", "600", "700", "800", "900":
				f.bold = true
			case "normal", "lighter", "300", "400":
				f.bold = false
			}
		case "font-style":
			switch value {
			case "italic", "oblique":
				f.italic = true
			case "normal":
				f.italic = false
			}
		}
	}
}

// block takes up the place of a block element.
func (f *frame) block(n *html.Node, b *box) {
	f.box = b
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		f.level = int(n.Data[1] - '0')
	case atom.Li:
		f.item = b
	case atom.Td, atom.Th:
		f.cell = b
	case atom.Blockquote:
		if f.quote == nil {
			f.quote = b
		}
	case atom.Pre:
		f.pre = true
	case atom.Nav, atom.Menu:
		f.zone |= inNav
	case atom.Aside:
		f.zone |= inAside
	case atom.Footer:
		f.zone |= inFooter
	case atom.Figcaption:
		f.zone |= inCaption
	}
	switch attr(n, "role") {
	case "navigation", "menu", "menubar", "search":
		f.zone |= inNav
	case "complementary", "dialog", "alertdialog":
		f.zone |= inAside
	case "contentinfo":
		f.zone |= inFooter
	case "banner":
		f.zone |= inBanner
	}
}

func (w *walker) add(text string, f frame) {
	w.shown += len(text)
	if f.pre {
		for i, line := range strings.Split(text, "\n") {
			if i > 0 {
				w.runs = append(w.runs, run{text: lineBreak})
			}
			w.runs = append(w.runs, run{text: line, bold: f.bold, italic: f.italic, href: f.href})
		}
		return
	}
	if len(w.runs) == 0 && isSpace(text) {
		return
	}
	if text == lineBreak {
		text = " " // a line of the source is no line of the page
	}
	w.runs = append(w.runs, run{text: text, bold: f.bold, italic: f.italic, href: f.href})
}

// image adds a picture as a unit of its own. One inside a sentence is moved
// before it: the words stay whole.
func (w *walker) image(n *html.Node, f frame) {
	src := strings.TrimSpace(attr(n, "src"))
	if lazy := strings.TrimSpace(attr(n, "data-src")); lazy != "" && (src == "" || strings.HasPrefix(src, "data:")) {
		src = lazy
	}
	if src == "" || strings.HasPrefix(src, "data:") {
		return
	}
	w.units = append(w.units, unit{
		box: f.box, zone: f.zone, item: f.item, cell: f.cell, quote: f.quote,
		image: &image{src: src, alt: fold(attr(n, "alt"))},
	})
}

// flush ends the unit being gathered. Two line breaks in a row end a paragraph
// too: editors who know no paragraphs type them so.
func (w *walker) flush(f frame) {
	runs := w.runs
	w.runs = w.runs[:0] // what is measured keeps none of them
	for start := 0; start < len(runs); {
		end, next := paragraphEnd(runs, start)
		u := unit{
			box: f.box, level: f.level, item: f.item, cell: f.cell, quote: f.quote,
			zone: f.zone, runs: runs[start:end],
		}
		if w.measure(&u); u.words > 0 {
			w.units = append(w.units, u)
		}
		start = next
	}
}

// paragraphEnd finds where the paragraph that begins at start ends, and where
// the next begins.
func paragraphEnd(runs []run, start int) (end, next int) {
	breaks, first := 0, 0
	for i := start; i < len(runs); i++ {
		switch {
		case runs[i].text == lineBreak:
			if breaks == 0 {
				first = i
			}
			if breaks++; breaks >= 2 {
				for i+1 < len(runs) && (runs[i+1].text == lineBreak || invisible(runs[i+1].text)) {
					i++
				}
				return first, i + 1
			}
		case !invisible(runs[i].text):
			breaks = 0
		}
	}
	return len(runs), len(runs)
}

func (w *walker) meta(n *html.Node) {
	content := attr(n, "content")
	for _, key := range []string{"property", "name", "itemprop"} {
		if name := strings.ToLower(strings.TrimSpace(attr(n, key))); name != "" {
			if _, seen := w.head.meta[name]; !seen {
				w.head.meta[name] = content
			}
			return
		}
	}
}

// hidden reports whether a reader sees nothing of an element: it is hidden, or
// shown to screen readers alone.
func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return a.Val != "until-found"
		case "aria-hidden":
			if a.Val == "true" {
				return true
			}
		case "style":
			style := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		case "class":
			if !strings.Contains(a.Val, "hid") && !strings.Contains(a.Val, "sr-") && !strings.Contains(a.Val, "screen") {
				continue
			}
			for class := range strings.FieldsSeq(a.Val) {
				switch class {
				case "visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "screenreader", "u-hidden":
					return true
				}
			}
		}
	}
	return false
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Center, atom.Dd,
		atom.Details, atom.Dialog, atom.Dir, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figcaption,
		atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Head, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li, atom.Main,
		atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Search, atom.Section, atom.Summary,
		atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul, atom.Caption:
		return true
	}
	return false
}

// laidOut reports whether an element that HTML takes for inline is set as a block:
// by its own style, or because it is an element of the site's own invention, which
// are built to hold parts of a page.
func laidOut(n *html.Node) bool {
	if n.DataAtom == 0 && strings.Contains(n.Data, "-") {
		return true
	}
	style := attr(n, "style")
	return strings.Contains(style, "display") && blockStyle.MatchString(style)
}

var blockStyle = regexp.MustCompile(`(?i)display\s*:\s*(?:block|flex|grid|table|list-item)`)

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// textSize counts the bytes of text below n.
func textSize(n *html.Node) int {
	size := 0
	for d := range n.Descendants() {
		if d.Type == html.TextNode && !isSpace(d.Data) && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			size += len(d.Data)
		}
	}
	return size
}

// textOf returns the text directly inside an element whose content is text
// alone, such as title and script.
func textOf(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
