package typeset

import (
	"html"
	"regexp"
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"archiver/article"
)

// A look is how the Markdown of a block has a character: in bold, in italics, in
// a link.
type look struct {
	strong, emphasis bool
	link             int // an index, from 1; 0 for none
}

// and is what two looks share.
func (l look) and(m look) look {
	both := look{strong: l.strong && m.strong, emphasis: l.emphasis && m.emphasis}
	if l.link == m.link {
		both.link = l.link
	}
	return both
}

func (l look) wraps(list []wrap) []wrap {
	if l.link > 0 {
		list = append(list, wrap{link, l.link - 1})
	}
	if l.strong {
		list = append(list, wrap{kind: strong})
	}
	if l.emphasis {
		list = append(list, wrap{kind: emphasis})
	}
	return list
}

// looksOf reads the Markdown of a block and returns how each code point of its
// text looks, with the addresses of the links: nil if all is plain, or if the
// Markdown does not hold the words of the text. White space need not be the same.
func looksOf(b *article.Block) ([]look, []string) {
	if plain(b) {
		return nil, nil
	}
	r := reading{source: []byte(b.Markdown)}
	if !r.read(markdown.Parse(text.NewReader(r.source)), look{}) || !r.any {
		return nil, nil
	}
	runes := []rune(b.Text)
	looks := make([]look, len(runes))
	i := 0
	for pos, c := range runes {
		if unicode.IsSpace(c) {
			continue
		}
		if i == len(r.chars) || r.chars[i].c != c {
			return nil, nil
		}
		looks[pos] = r.chars[i].look
		i++
	}
	if i < len(r.chars) {
		return nil, nil
	}
	// Space looks as the words on both sides of it do.
	for pos, end := 0, 0; pos < len(runes); pos = end + 1 {
		for end = pos; end < len(runes) && unicode.IsSpace(runes[end]); end++ {
		}
		if pos > 0 && pos < end && end < len(runes) {
			both := looks[pos-1].and(looks[end])
			for i := pos; i < end; i++ {
				looks[i] = both
			}
		}
	}
	return looks, r.links
}

// plain reports whether there is no emphasis and no link in a block, for most
// blocks without reading it.
func plain(b *article.Block) bool {
	md := b.Markdown
	if md == b.Text || md == "" {
		return true
	}
	if b.Kind == article.BlockList { // whose bullets are stars, too
		return !strings.ContainsAny(md, "_[") && strings.Count(md, "*")-strings.Count(md, " * ") == 0
	}
	return !strings.ContainsAny(md, "*_[")
}

// markdown reads what blocks are written in: CommonMark. No package knows the
// address of a reference, so that a link always carries its own.
var markdown = parser.NewParser(
	parser.WithBlockParsers(parser.DefaultBlockParsers()...),
	parser.WithInlineParsers(parser.DefaultInlineParsers()...),
)

// A char is a character of the Markdown that is no white space.
type char struct {
	c    rune
	look look
}

// A reading goes through the tree of a block's Markdown.
type reading struct {
	source []byte
	chars  []char
	links  []string
	any    bool // something does not look plain
}

// read reads what is below a node. It reports whether all of it is something that
// blocks are written with.
func (r *reading) read(n ast.Node, l look) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		inner := l
		switch c := c.(type) {
		case *ast.Text:
			r.add(string(c.Segment.Value(r.source)), l)
			continue
		case *ast.String:
			r.add(string(c.Value), l)
			continue
		case *ast.Emphasis:
			inner.strong = l.strong || c.Level == 2
			inner.emphasis = l.emphasis || c.Level == 1
		case *ast.Link:
			if address := Address(unescape(string(c.Destination))); address != "" {
				r.links = append(r.links, address)
				inner.link = len(r.links)
			}
		case *ast.Paragraph, *ast.TextBlock, *ast.Heading, *ast.List, *ast.ListItem, *ast.Blockquote:
		default:
			return false
		}
		if !r.read(c, inner) {
			return false
		}
	}
	return true
}

func (r *reading) add(raw string, l look) {
	for _, c := range unescape(raw) {
		if !unicode.IsSpace(c) {
			r.chars = append(r.chars, char{c, l})
			r.any = r.any || l != look{}
		}
	}
}

var entity = regexp.MustCompile(`^&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);`)

// unescape undoes the backslashes and entities of Markdown.
func unescape(s string) string {
	if !strings.ContainsAny(s, `\&`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]):
			i++
			b.WriteByte(s[i])
		case s[i] == '&':
			e := entity.FindString(s[i:])
			if e == "" {
				b.WriteByte('&')
				continue
			}
			b.WriteString(html.UnescapeString(e))
			i += len(e) - 1
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
