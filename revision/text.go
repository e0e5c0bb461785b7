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

func (f *textForm) paint(code, s string) string {
	if f.colour {
		return code + s + reset
	}
	return s
}

func (f *textForm) title(s string) {
	for _, line := range strings.Split(foldLines(visible(s), f.width), "\n") {
		fmt.Fprintln(f.w, f.paint(bold, line))
	}
}

func (f *textForm) fact(name, value string) {
	s := fmt.Sprintf("%-12s %s", name, strings.ReplaceAll(visible(value), "\n", " "))
	s = strings.ReplaceAll(foldLines(s, f.width-13), "\n", "\n"+strings.Repeat(" ", 13))
	fmt.Fprintln(f.w, s)
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
		fmt.Fprintf(f.w, "\n%s\n", foldLines(text, f.width))
		f.printed = true
	}
}

func (f *textForm) close() {
	if !f.printed {
		fmt.Fprintln(f.w, "\nThe words are the same.")
	}
}

// foldLines breaks lines at spaces before they are longer than so many columns.
// Colours take no column, and are set again on each line.
func foldLines(s string, width int) string {
	if width < 20 {
		return s
	}
	var out strings.Builder
	colour := ""
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		column := 0
		for n, word := range strings.Split(line, " ") {
			size := columns(word)
			if n > 0 {
				if column+1+size > width && column > 0 {
					if colour != "" {
						out.WriteString(reset)
					}
					out.WriteString("\n" + colour)
					column = 0
				} else {
					out.WriteByte(' ')
					column++
				}
			}
			out.WriteString(word)
			column += size
			for rest := word; ; {
				at := strings.Index(rest, "\x1b[")
				if at < 0 {
					break
				}
				end := strings.IndexByte(rest[at:], 'm')
				if end < 0 {
					break
				}
				if colour = rest[at : at+end+1]; colour == reset {
					colour = ""
				}
				rest = rest[at+end+1:]
			}
		}
	}
	return out.String()
}

// columns is how wide a word is, without its colours.
func columns(s string) int {
	n, escape := 0, false
	for _, c := range s {
		switch {
		case c == '\x1b':
			escape = true
		case escape:
			escape = c != 'm'
		case unicode.Is(unicode.Mn, c):
		case c >= 0x1100 && (unicode.Is(unicode.Han, c) || unicode.Is(unicode.Hangul, c) || unicode.Is(unicode.Hiragana, c) || unicode.Is(unicode.Katakana, c) || c >= 0x1F300 && c < 0x1FB00 || c >= 0xFF01 && c <= 0xFF60):
			n += 2
		default:
			n++
		}
	}
	return n
}
