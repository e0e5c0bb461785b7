// Package typeset sets releases as HTML, for every place that shows one: the
// static site, e-books, feeds and web pages. [Style.Body] sets the body of a
// release; [Stylesheet] is what makes it, and the pages around it, good to read.
//
// What a release says was written by strangers. All of it goes through the
// escaping of html/template, every tag is a constant of this package, and of
// links only those that lead to a web page remain. The words of a block are those
// of its text, to the letter; its Markdown and the spans of the record only say
// what to set off, and where they do not fit the text they are left out.
package typeset

import (
	_ "embed"
	"html/template"
	"strconv"
	"strings"
	"unicode/utf8"

	"archiver/article"
)

// Stylesheet is the style of pages that show releases: light and dark, for every
// width and for print.
//
//go:embed style.css
var Stylesheet string

// A Style says how a body is set. The zero value is HTML for any place.
type Style struct {
	XML      bool // as XHTML, in which empty elements are closed
	Heading  int  // the level of headings within the body; default: 2
	Speakers bool // before each quotation a note says who speaks
}

// Body sets the blocks of a release.
func (s Style) Body(r *article.Record) template.HTML {
	w := newSetter(s, r)
	size := 0
	for i := range r.Blocks {
		size += len(r.Blocks[i].Text) + 100 // for what is around it
	}
	w.Grow(size + 200*len(r.Quotes))
	boxes := adviceBoxes(r)
	var last int // the block that ends the open box, from 1
	for i := range r.Blocks {
		if end, ok := boxes[i]; ok && last == 0 {
			w.WriteString("<div class=\"advice\">\n")
			last = end + 1
		}
		w.block(i)
		if i+1 == last {
			w.WriteString("</div>\n")
			last = 0
		}
	}
	return template.HTML(w.String())
}

// adviceBoxes returns the blocks at which a box begins, with those that end it: a
// list of advice, and its heading where that is the block before.
func adviceBoxes(r *article.Record) map[int]int {
	var boxes map[int]int
	for _, a := range r.Advice {
		if a.Block < 0 || a.Block >= len(r.Blocks) {
			continue
		}
		if boxes == nil {
			boxes = map[int]int{}
		}
		from := a.Block
		if from > 0 && a.Heading != "" && r.Blocks[from-1].Text == a.Heading {
			from--
		}
		boxes[from] = a.Block
	}
	return boxes
}

// A setter sets the blocks of one release.
type setter struct {
	strings.Builder
	style  Style
	r      *article.Record
	marks  [][]mark // by block
	voices []int    // by quotation: which of the speakers it is, from 0
	noted  []bool   // by quotation: the note on its speaker has been set
	breaks string   // the element for a line break

	// Of the block in hand.
	bare  bool // nothing is set off in it, and what follows is not needed
	text  string
	at    []int  // where in text each code point begins; the last is its end
	looks []look // by code point; nil where nothing is set off by the Markdown
	links []string
	spans [kinds][]mark // those of a kind do not overlap
}

func newSetter(s Style, r *article.Record) *setter {
	w := &setter{style: s, r: r, marks: marksOf(r), voices: voicesOf(r), noted: make([]bool, len(r.Quotes)), breaks: "<br>\n"}
	if s.Heading == 0 {
		w.style.Heading = 2
	}
	if s.XML {
		w.breaks = "<br/>\n"
	}
	return w
}

// voicesOf numbers the speakers in the order in which they come.
func voicesOf(r *article.Record) []int {
	known := map[string]int{}
	voices := make([]int, len(r.Quotes))
	for i, q := range r.Quotes {
		name := q.Speaker
		if name == "" {
			name = q.Role + "\n" + q.Unit // which no name holds
		}
		if _, ok := known[name]; !ok {
			known[name] = len(known)
		}
		voices[i] = known[name]
	}
	return voices
}

func (w *setter) block(i int) {
	b := &w.r.Blocks[i]
	if b.Text == "" {
		return
	}
	w.read(i)
	w.notes()
	switch b.Kind {
	case article.BlockHeading:
		level := strconv.Itoa(w.style.Heading)
		w.whole("h"+level, "", b)
	case article.BlockList:
		w.list(b)
	case article.BlockTable:
		w.table()
	case article.BlockQuote:
		w.WriteString("<blockquote>\n")
		w.whole("p", "", b)
		w.WriteString("</blockquote>\n")
	case article.BlockImage:
		w.whole("p", "caption", b)
	default:
		class := ""
		if b.Lead {
			class = "lead"
		}
		w.whole("p", class, b)
	}
}

// notes says before a block who speaks in the quotations that begin in it.
func (w *setter) notes() {
	if !w.style.Speakers {
		return
	}
	for _, m := range w.spans[quotation] {
		if w.noted[m.index] {
			continue
		}
		w.noted[m.index] = true
		q := w.r.Quotes[m.index]
		name, rest := named(q)
		w.tags(`<p class="speaker `, voice(w.voices[m.index]), `"><b>`, Escape(name), "</b>")
		if rest != "" {
			w.tags(" <span>", Escape(rest), "</span>")
		}
		w.tags("</p>\n")
	}
}

// voice is the class of a speaker. The colours of the stylesheet begin again after
// the sixth.
func voice(n int) string { return "s" + strconv.Itoa(n%6+1) }

// whole is an element of all words of the block in hand.
func (w *setter) whole(name, class string, b *article.Block) {
	w.begin(name, class)
	if w.bare {
		w.words(b.Text)
	} else {
		w.inline(0, w.length())
	}
	w.end(name)
}

func (w *setter) begin(name, class string) {
	w.tags("<", name)
	if class != "" {
		w.tags(` class="`, class, `"`)
	}
	w.tags(">")
}

func (w *setter) end(name string) { w.tags("</", name, ">\n") }

// tags writes parts of markup.
func (w *setter) tags(parts ...string) {
	for _, s := range parts {
		w.WriteString(s)
	}
}

func (w *setter) list(b *article.Block) {
	name := "ul"
	if b.Ordered {
		name = "ol"
	}
	items := b.Items
	if strings.Join(items, "\n") != b.Text {
		items = strings.Split(b.Text, "\n")
	}
	w.tags("<", name, ">\n")
	at := 0
	for _, item := range items {
		n := utf8.RuneCountInString(item)
		w.begin("li", "")
		w.inline(at, at+n)
		w.end("li")
		at += n + 1
	}
	w.end(name)
}

// table sets a row for each line and a cell for each " | ". Which cells are
// headings the record does not tell.
func (w *setter) table() {
	rows := strings.Split(w.text, "\n")
	widest := 1
	for _, row := range rows {
		widest = max(widest, strings.Count(row, separator)+1)
	}
	w.WriteString("<div class=\"table\"><table>\n<tbody>\n")
	at := 0
	for _, row := range rows {
		w.WriteString("<tr>")
		cells := strings.Split(row, separator)
		for i, cell := range cells {
			n := utf8.RuneCountInString(cell)
			if i == len(cells)-1 && len(cells) < widest {
				w.tags(`<td colspan="`, strconv.Itoa(min(widest-i, maxColumns)), `">`)
			} else {
				w.WriteString("<td>")
			}
			w.inline(at, at+n)
			w.WriteString("</td>")
			at += n + len(separator)
		}
		at += 1 - len(separator) // a line break, and no separator, ends the row
		w.WriteString("</tr>\n")
	}
	w.WriteString("</tbody>\n</table></div>\n")
}

const (
	separator  = " | " // of the cells of a row, see article.Block
	maxColumns = 1000  // that a cell may span in HTML
)
