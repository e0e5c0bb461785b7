package extract

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// inlineElements are the elements within a line of text: a name can begin in one and end
// in the next.
var inlineElements = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Cite: true, atom.Code: true, atom.Em: true, atom.Font: true, atom.I: true,
	atom.Ins: true, atom.Mark: true, atom.Q: true, atom.S: true, atom.Small: true, atom.Span: true, atom.Strong: true,
	atom.Sub: true, atom.Sup: true, atom.Time: true, atom.U: true,
}

// lines calls f with the text nodes of each line of text of a tree.
func lines(n *html.Node, f func([]*html.Node)) {
	var line []*html.Node
	flush := func() {
		if len(line) > 0 {
			f(line)
			line = nil
		}
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				if n.DataAtom != atom.Script {
					line = append(line, c)
				}
			case inlineElements[c.DataAtom]:
				walk(c)
			default:
				flush()
				walk(c)
				flush()
			}
		}
	}
	walk(n)
	flush()
}

func joined(line []*html.Node) string {
	var b strings.Builder
	for _, n := range line {
		b.WriteString(n.Data)
	}
	return b.String()
}

// pageTexts are the texts of a page, a line each: those that are read, and those
// of attributes that are.
func pageTexts(root *html.Node) []string {
	var texts []string
	add := func(s string) {
		if s = fold(s); s != "" && len(s) < 20_000 {
			texts = append(texts, s)
		}
	}
	lines(root, func(line []*html.Node) { add(joined(line)) })
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if isWords(a.Key) && !isAddress(a.Val) {
				add(a.Val)
			}
		}
		if n.DataAtom == atom.Script && n.FirstChild != nil {
			for _, literal := range jsonString.FindAllString(n.FirstChild.Data, -1) {
				var s string
				if json.Unmarshal([]byte(literal), &s) == nil && strings.Contains(s, " ") {
					add(s)
				}
			}
		}
	}
	return texts
}

// bylines are the authors that a page names to machines, as a byline would.
func bylines(root *html.Node) []string {
	var all []string
	for n := range root.Descendants() {
		switch {
		case n.DataAtom == atom.Meta && strings.Contains(strings.ToLower(attr(n, "name")+attr(n, "property")), "author"):
			all = append(all, "By "+fold(attr(n, "content")))
		case n.DataAtom == atom.Script && n.FirstChild != nil:
			var data any
			if json.Unmarshal([]byte(n.FirstChild.Data), &data) == nil {
				all = append(all, authors(data, 0)...)
			}
		}
	}
	return all
}

// authors are the people of a JSON-LD document.
func authors(data any, depth int) []string {
	var all []string
	if depth > 20 {
		return nil
	}
	switch v := data.(type) {
	case []any:
		for _, each := range v {
			all = append(all, authors(each, depth+1)...)
		}
	case map[string]any:
		if name, ok := v["name"].(string); ok && v["@type"] == "Person" {
			all = append(all, "By "+fold(name))
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if name, ok := v[key].(string); ok && key == "author" {
				all = append(all, "By "+fold(name))
			}
			all = append(all, authors(v[key], depth+1)...)
		}
	}
	return all
}

// isWords reports whether an attribute holds words that are read.
func isWords(key string) bool {
	switch key {
	case "content", "alt", "title", "aria-label", "label", "summary", "value", "placeholder":
		return true
	}
	return false
}

// isAddress reports whether a text is a web address or a path.
func isAddress(s string) bool {
	return s != "" && !strings.ContainsAny(s, " \n\t") && strings.Contains(s, "/")
}
