package main

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/rivo/uniseg"
)

// How text is measured and broken for a terminal. A column is what one Latin letter
// takes; what a reader sees as one character (a letter with its accents, an emoji of
// several) is never divided.

// A glyph is one such character, or a colour, which takes no column.
type glyph struct {
	text   string
	width  int
	colour bool
}

// glyphs returns what a text is made of. Terminals differ in how wide they make a
// character of several code points, so the widest counts: what fits so fits all.
func glyphs(s string) []glyph {
	var list []glyph
	state := -1
	for s != "" {
		if strings.HasPrefix(s, "\x1b[") {
			if end := strings.IndexByte(s, 'm'); end > 0 {
				list = append(list, glyph{text: s[:end+1], colour: true})
				s, state = s[end+1:], -1
				continue
			}
		}
		var g glyph
		var bounds int
		g.text, s, bounds, state = uniseg.StepString(s, state)
		apart := 0
		for _, c := range g.text {
			apart += text.RuneWidth(c)
		}
		g.width = max(bounds>>uniseg.ShiftWidth, apart)
		list = append(list, g)
	}
	return list
}

// columnsOf is how many columns a line takes.
func columnsOf(s string) int {
	n := 0
	for _, g := range glyphs(s) {
		n += g.width
	}
	return n
}

// snip ends a line after so many columns at most.
func snip(s string, width int) string {
	if columnsOf(s) <= width {
		return s
	}
	var b strings.Builder
	n, cut, coloured := 0, false, false
	for _, g := range glyphs(s) {
		if cut = cut || n+g.width > width-1; g.colour || !cut {
			b.WriteString(g.text)
			n += g.width
			coloured = coloured || g.colour
			continue
		}
		if !coloured {
			break
		}
	}
	return b.String() + "…"
}

// wrap breaks a text into lines of at most so many columns, at spaces where it can.
// Breaks that it has it keeps, and colours are set again on each line.
func wrap(s string, width int) string {
	width = max(width, 2) // as a wide character needs
	w := wrapping{width: width}
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.newline()
		}
		for n, word := range strings.Split(line, " ") {
			if n > 0 {
				w.spaces++
			}
			if word != "" {
				w.word(glyphs(word))
			}
		}
		w.spaces = 0
	}
	return w.b.String()
}

type wrapping struct {
	b      strings.Builder
	width  int
	column int
	spaces int    // before the next word
	colour string // that is set
}

func (w *wrapping) newline() {
	if w.colour != "" {
		w.b.WriteString(text.EscapeReset)
	}
	w.b.WriteString("\n" + w.colour)
	w.column, w.spaces = 0, 0
}

func (w *wrapping) word(word []glyph) {
	long := 0
	for _, g := range word {
		long += g.width
	}
	// A word that no line can hold is divided; one of a script that has no spaces
	// begins on the line that is there.
	divided := slices.ContainsFunc(word, func(g glyph) bool { return g.width > 1 }) && long > w.width
	if w.column+w.spaces+long > w.width && w.column > 0 && !(divided && w.column+w.spaces+2 <= w.width) {
		w.newline()
	}
	w.b.WriteString(strings.Repeat(" ", w.spaces))
	w.column, w.spaces = w.column+w.spaces, 0
	for _, g := range word {
		if g.colour {
			if w.colour = g.text; g.text == text.EscapeReset {
				w.colour = ""
			}
		} else if w.column+g.width > w.width && w.column > 0 {
			w.newline()
		}
		w.b.WriteString(g.text)
		w.column += g.width
	}
}
