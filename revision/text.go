package revision

import (
	"bufio"
	"fmt"
	"strings"
	"unicode"
)

// textForm is plain text, or with the colours of a terminal.
type textForm struct {
	w       *bufio.Writer
	colour  bool
	width   int
	wrap    func(string, int) string // nil: lines are not broken
	par     strings.Builder
	printed bool // a paragraph
}

const (
	red   = "\x1b[31;9m"
	green = "\x1b[32m"
	faint = "\x1b[2m"
	bold  = "\x1b[1m"
	reset = "\x1b[0m"
)

func (f *textForm) fold(s string, width int) string {
	if f.wrap == nil || f.width < 20 {
		return s
	}
	return f.wrap(s, width)
}

func (f *textForm) paint(code, s string) string {
	if f.colour {
		return code + s + reset
	}
	return s
}

func (f *textForm) title(s string) {
	fmt.Fprintln(f.w, f.fold(f.paint(bold, visible(s)), f.width))
}

func (f *textForm) fact(name, value string) {
	s := f.fold(strings.ReplaceAll(visible(value), "\n", " "), f.width-13)
	fmt.Fprintf(f.w, "%-12s %s\n", name, strings.ReplaceAll(s, "\n", "\n"+strings.Repeat(" ", 13)))
}

func (f *textForm) begin(label string) {
	if label != "" {
		f.par.WriteString(f.paint(faint, label+":") + " ")
	}
}

func (f *textForm) words(op Op, s string) {
	write := func(s string) { f.par.WriteString(s) }
	s = visible(s)
	plain := func(s string) string { return s }
	switch {
	case op == Keep:
		write(s)
	case f.colour && op == Delete:
		marked(s, write, red, reset, plain)
	case f.colour:
		marked(s, write, green, reset, plain)
	case op == Delete:
		marked(s, write, "[-", "-]", plain)
	default:
		marked(s, write, "{+", "+}", plain)
	}
}

func (f *textForm) note(s string) { f.par.WriteString(f.paint(faint, visible(s))) }

func (f *textForm) end() {
	text := strings.TrimRightFunc(f.par.String(), unicode.IsSpace)
	f.par.Reset()
	if text != "" {
		fmt.Fprintf(f.w, "\n%s\n", f.fold(text, f.width))
		f.printed = true
	}
}

func (f *textForm) close() {
	if !f.printed {
		fmt.Fprintln(f.w, "\nThe words are the same.")
	}
}
