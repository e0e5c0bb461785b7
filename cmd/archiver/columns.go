package main

import (
	"fmt"
	"io"
	"iter"
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
	return a.piece(to, width, headings, widthsOf(headings, rows), rows, true)
}

// readAhead is how many rows a table that is shown as it is read has read before it
// shows them.
const readAhead = 200

// flow shows a table as its rows come, so that the first of a long one need not wait for
// the last. It returns how many there are. A long table has columns at least as wide as
// those that least, which is asked for them alone, returns.
func (a *app) flow(headings []heading, rows iter.Seq2[table.Row, error], least func() ([]int, error)) (n int, err error) {
	var (
		width, _ = terminal(a.stdout)
		held     = make([]table.Row, 0, readAhead)
		widths   []int // once some are shown
	)
	show := func() error {
		wider := widthsOf(headings, held)
		for i, w := range widths {
			wider[i] = max(wider[i], w)
		}
		widths = wider
		err := a.piece(a.stdout, width, headings, widths, held, n == len(held))
		held = held[:0]
		return err
	}
	for row, err := range rows {
		if err != nil {
			return n, err
		}
		if len(held) == readAhead {
			if widths == nil {
				if widths, err = least(); err != nil {
					return n, err
				}
			}
			if err := show(); err != nil {
				return n, err
			}
		}
		held, n = append(held, row), n+1
	}
	if n == 0 {
		return 0, nil
	}
	return n, show()
}

// widthsOf returns how wide the columns of rows are, but for the last.
func widthsOf(headings []heading, rows []table.Row) []int {
	widths := make([]int, len(headings)-1)
	for i := range widths {
		widths[i] = columnsOf(headings[i].name)
		for _, row := range rows {
			widths[i] = max(widths[i], columnsOf(fmt.Sprint(row[i])))
		}
	}
	return widths
}

// piece shows rows of a table with columns of these widths, the first of them below
// the headings.
func (a *app) piece(to io.Writer, width int, headings []heading, widths []int, rows []table.Row, first bool) error {
	others, last := 0, len(headings)-1
	configs := make([]table.ColumnConfig, len(widths))
	for i, w := range widths {
		others += w + 2
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMin: w}
	}
	if width > 0 && width-others < narrowest {
		return a.stacked(to, width, headings, rows)
	}
	t := a.newTable(to)
	t.SetColumnConfigs(configs)
	if first {
		var header table.Row
		for _, h := range headings {
			header = append(header, h.name)
		}
		t.AppendHeader(header)
	}
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
