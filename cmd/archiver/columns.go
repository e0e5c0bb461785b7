package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// A heading is what stands over a column of a table. In a window that is too narrow
// for columns the values stand below each other, and what is not clear by itself has
// a label.
type heading struct{ name, label string }

// narrowest is the least width of a column of words.
const narrowest = 24

// rows shows a table as the window has room for: in columns, the last of which is cut,
// or else line by line.
func (a *app) rows(headings []heading, rows []table.Row) error {
	width, _ := terminal(a.stdout)
	return a.rowsTo(a.stdout, width, headings, rows)
}

// rowsTo is rows in a window of so many columns; 0 is one of any width.
func (a *app) rowsTo(to io.Writer, width int, headings []heading, rows []table.Row) error {
	others, last := 0, len(headings)-1
	for i, h := range headings[:last] {
		widest := columnsOf(h.name)
		for _, row := range rows {
			widest = max(widest, columnsOf(fmt.Sprint(row[i])))
		}
		others += widest + 2
	}
	if width > 0 && width-others < narrowest {
		return a.stacked(to, width, headings, rows)
	}
	t := a.newTable(to)
	var header table.Row
	for _, h := range headings {
		header = append(header, h.name)
	}
	t.AppendHeader(header)
	for _, row := range rows {
		if width > 0 {
			row = slices.Clone(row)
			row[last] = snip(fmt.Sprint(row[last]), width-others)
		}
		t.AppendRow(row)
	}
	return render(to, t)
}

// stacked shows rows without columns: what leads a row and its last value, then the
// others.
func (a *app) stacked(to io.Writer, width int, headings []heading, rows []table.Row) error {
	last := len(headings) - 1
	lead := max(slices.IndexFunc(headings, func(h heading) bool { return h.name == "ID" }), 0)
	margin := 0
	for _, row := range rows {
		margin = max(margin, columnsOf(fmt.Sprint(row[lead]))+2)
	}
	var b strings.Builder
	for _, row := range rows {
		first := fmt.Sprint(row[lead])
		first += strings.Repeat(" ", margin-columnsOf(first))
		fmt.Fprintln(&b, strings.TrimRight(hang(fmt.Sprint(row[last]), first, width), " "))
		line := ""
		for i, h := range headings[:last] {
			value := fmt.Sprint(row[i])
			if i == lead || value == "" {
				continue
			}
			if h.label != "" {
				value = h.label + " " + value
			}
			if line != "" && margin+columnsOf(line)+2+columnsOf(value) > width {
				fmt.Fprintln(&b, a.faint(hang(line, strings.Repeat(" ", margin), width)))
				line = ""
			}
			if line != "" {
				line += "  "
			}
			line += value
		}
		if line != "" {
			fmt.Fprintln(&b, a.faint(hang(line, strings.Repeat(" ", margin), width)))
		}
	}
	_, err := fmt.Fprint(to, b.String())
	return wrote(err)
}

// hang wraps a text behind something that stands at its beginning, its further lines
// below the first.
func hang(s, first string, width int) string {
	margin := columnsOf(first)
	return first + strings.ReplaceAll(wrap(s, width-margin), "\n", "\n"+strings.Repeat(" ", margin))
}

// padding is what the library puts at the end of lines, coloured or not.
var padding = regexp.MustCompile("(?: |\x1b\\[[0-9;]*m)+$")

// render writes a table, without the padding.
func render(w io.Writer, t table.Writer) error {
	for line := range strings.SplitSeq(t.Render(), "\n") {
		line = padding.ReplaceAllStringFunc(line, func(end string) string {
			if strings.Contains(end, "\x1b") {
				return text.EscapeReset
			}
			return ""
		})
		if _, err := fmt.Fprintln(w, line); err != nil {
			return wrote(err)
		}
	}
	return nil
}

// newTable makes a table in the plain style that all commands share: coloured
// headers on a terminal, nothing but columns elsewhere.
func (a *app) newTable(w io.Writer) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = false
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft = ""
	style.Box.PaddingRight = "  "
	if coloured(w) {
		style.Color.Header = text.Colors{text.Bold}
	}
	t.SetStyle(style)
	return t
}
