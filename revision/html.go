package revision

import (
	"bufio"
	"fmt"
	"html"
	"strings"
)

// htmlForm is a fragment of HTML.
type htmlForm struct {
	w       *bufio.Writer
	facts   bool // a list of facts is open
	printed bool
}

// text escapes what a browser is to show, without characters that it must not get.
func (f *htmlForm) text(s string) string {
	return html.EscapeString(strings.ToValidUTF8(visible(s), "\uFFFD"))
}

func (f *htmlForm) title(s string) { fmt.Fprintf(f.w, "<article>\n<h2>%s</h2>\n", f.text(s)) }

func (f *htmlForm) fact(name, value string) {
	if !f.facts {
		f.w.WriteString("<dl>\n")
		f.facts = true
	}
	fmt.Fprintf(f.w, "<dt>%s</dt><dd>%s</dd>\n", f.text(strings.TrimSpace(name)), f.text(value))
}

func (f *htmlForm) begin(label string) {
	f.endFacts()
	f.w.WriteString("<p>")
	if label != "" {
		fmt.Fprintf(f.w, "<b>%s:</b> ", f.text(label))
	}
	f.printed = true
}

func (f *htmlForm) words(op Op, s string) {
	write := func(s string) {
		if s == "\n" {
			s = "<br>\n"
		}
		f.w.WriteString(s)
	}
	switch op {
	case Delete:
		marked(s, write, "<del>", "</del>", f.text)
	case Insert:
		marked(s, write, "<ins>", "</ins>", f.text)
	default:
		marked(s, write, "", "", f.text)
	}
}

func (f *htmlForm) note(s string) { fmt.Fprintf(f.w, "<small>%s</small>", f.text(s)) }

func (f *htmlForm) end() { f.w.WriteString("</p>\n") }

func (f *htmlForm) endFacts() {
	if f.facts {
		f.w.WriteString("</dl>\n")
		f.facts = false
	}
}

func (f *htmlForm) close() {
	f.endFacts()
	if !f.printed {
		f.w.WriteString("<p>The words are the same.</p>\n")
	}
	f.w.WriteString("</article>\n")
}
