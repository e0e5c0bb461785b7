package demo

import (
	"fmt"
	"html/template"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parseFragment returns what stands in a fragment of a page's body.
func parseFragment(fragment string) ([]*html.Node, error) {
	body := &html.Node{Type: html.ElementNode, DataAtom: atom.Body, Data: "body"}
	return html.ParseFragment(strings.NewReader(fragment), body)
}

// plainText returns the words of a fragment, elements apart by a space.
func plainText(fragment string) string {
	nodes, err := parseFragment(fragment)
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, n := range nodes {
		writeText(&b, n)
		b.WriteByte(' ')
	}
	return fold(b.String())
}

// firstParagraph returns the words of the first paragraph that has any.
func firstParagraph(fragment string) string {
	nodes, err := parseFragment(fragment)
	if err != nil {
		return ""
	}
	for _, n := range nodes {
		if n.DataAtom != atom.P {
			continue
		}
		var b strings.Builder
		writeText(&b, n)
		if text := fold(b.String()); text != "" {
			return text
		}
	}
	return ""
}

func writeText(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(n.Data)
	case n.DataAtom == atom.Br || n.DataAtom == atom.Li || n.DataAtom == atom.Td || n.DataAtom == atom.Th:
		b.WriteByte(' ')
	}
	for c := range n.ChildNodes() {
		writeText(b, c)
	}
}

// fold makes every run of white space one plain space and drops what has no
// width, at the ends of the text all of it.
func fold(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// anonymous turns a fragment into the nested, nameless div elements of
// DesignDivs. The seed chooses, for each release differently, which of several
// ways a list or a heading is built.
func anonymous(fragment string, seed int) (template.HTML, error) {
	nodes, err := parseFragment(fragment)
	if err != nil {
		return "", fmt.Errorf("parse body: %w", err)
	}
	a := anonymizer{turn: seed}
	var b strings.Builder
	for _, n := range nodes {
		for _, block := range a.block(n) {
			if err := html.Render(&b, block); err != nil {
				return "", fmt.Errorf("render body: %w", err)
			}
			b.WriteByte('\n')
		}
	}
	return template.HTML(b.String()), nil
}

type anonymizer struct {
	turn  int  // advances with every choice made
	typed bool // the last block was a list typed as lines
}

func (a *anonymizer) next(n int) int {
	a.turn++
	return a.turn % n
}

// block returns what stands for an element that is a block of the body.
func (a *anonymizer) block(n *html.Node) []*html.Node {
	if n.Type != html.ElementNode {
		if strings.TrimSpace(n.Data) == "" {
			return nil
		}
		return []*html.Node{a.wrap(a.inline(n))}
	}
	wasTyped := a.typed
	a.typed = false
	switch n.DataAtom {
	case atom.P:
		return []*html.Node{a.wrap(a.children(n)...)}
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if a.next(2) == 0 {
			return []*html.Node{with(element("div", a.children(n)...), "style", "font-weight:bold")}
		}
		return []*html.Node{a.wrap(a.bold(a.children(n)...))}
	case atom.Ul, atom.Ol:
		return a.list(n, wasTyped)
	case atom.Figure:
		return []*html.Node{a.figure(n)}
	case atom.Table:
		return []*html.Node{a.bare(n)}
	case atom.Div, atom.Blockquote, atom.Section:
		var inner []*html.Node
		for c := range n.ChildNodes() {
			inner = append(inner, a.block(c)...)
		}
		return []*html.Node{element("div", inner...)}
	}
	return []*html.Node{a.wrap(a.inline(n))}
}

// wrap puts inline content into one to three div elements.
func (a *anonymizer) wrap(content ...*html.Node) *html.Node {
	out := element("div", content...)
	for range a.next(3) {
		out = element("div", out)
	}
	return out
}

// list returns a list as such or as lines that begin with a bullet or a number.
// A list of one item and a list that follows a typed one stay lists: typed they
// could not be told from a paragraph or from the list before.
func (a *anonymizer) list(n *html.Node, afterTyped bool) []*html.Node {
	var items []*html.Node
	for c := range n.ChildNodes() {
		if c.DataAtom == atom.Li {
			items = append(items, c)
		}
	}
	if a.next(2) == 0 || len(items) < 2 || afterTyped {
		list := element(n.Data)
		for _, item := range items {
			list.AppendChild(element("li", a.children(item)...))
		}
		return []*html.Node{list}
	}
	a.typed = true
	var lines []*html.Node
	for i, item := range items {
		mark := "• "
		if n.DataAtom == atom.Ol {
			mark = fmt.Sprintf("%d. ", i+1)
		}
		content := append([]*html.Node{text(mark)}, a.children(item)...)
		lines = append(lines, element("div", content...))
	}
	return []*html.Node{element("div", lines...)}
}

// figure returns an image between the controls of its gallery and its caption.
func (a *anonymizer) figure(n *html.Node) *html.Node {
	out := element("div", element("div", text("Prev")), element("div", text("Next")))
	picture := element("div")
	for c := range n.ChildNodes() {
		switch c.DataAtom {
		case atom.Img:
			picture.AppendChild(a.inline(c))
		case atom.Figcaption:
			picture.AppendChild(element("div", a.children(c)...))
		}
	}
	out.AppendChild(picture)
	return out
}

// bare returns an element and all below it without attributes.
func (a *anonymizer) bare(n *html.Node) *html.Node {
	if n.Type != html.ElementNode || n.DataAtom == atom.A || n.DataAtom == atom.Strong || n.DataAtom == atom.Em {
		return a.inline(n)
	}
	out := element(n.Data)
	for c := range n.ChildNodes() {
		out.AppendChild(a.bare(c))
	}
	return out
}

func (a *anonymizer) children(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := range n.ChildNodes() {
		out = append(out, a.inline(c))
	}
	return out
}

// inline returns what stands for text or an element within a block.
func (a *anonymizer) inline(n *html.Node) *html.Node {
	if n.Type != html.ElementNode {
		return text(n.Data)
	}
	inner := a.children(n)
	switch n.DataAtom {
	case atom.B, atom.Strong:
		return a.bold(inner...)
	case atom.I, atom.Em:
		if a.next(2) == 0 {
			return element("i", inner...)
		}
		return styled("font-style:italic", inner...)
	case atom.A:
		return with(element("a", inner...), "href", attribute(n, "href"))
	case atom.Img:
		return with(with(element("img"), "src", attribute(n, "src")), "alt", attribute(n, "alt"))
	case atom.Br:
		return element("br")
	}
	if style := attribute(n, "style"); style != "" {
		return styled(style, inner...)
	}
	return element("span", inner...)
}

// bold returns the content in bold, by an element or by a style.
func (a *anonymizer) bold(content ...*html.Node) *html.Node {
	if a.next(2) == 0 {
		return element("b", content...)
	}
	return styled("font-weight:bold", content...)
}

func text(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

func element(name string, children ...*html.Node) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: atom.Lookup([]byte(name)), Data: name}
	for _, c := range children {
		n.AppendChild(c)
	}
	return n
}

func styled(style string, children ...*html.Node) *html.Node {
	return with(element("span", children...), "style", style)
}

func with(n *html.Node, key, value string) *html.Node {
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
	return n
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
