package main

import (
	"fmt"
	"iter"
	"strings"

	"archiver/article"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// explain shows a person, record by record, what was read and how that is known.
func (a *app) explain(records iter.Seq2[*article.Record, error]) error {
	width, tty := terminal(a.stdout)
	if !tty {
		width = 80
	}
	e := &explanation{app: a, width: min(width, 120), colour: coloured(a.stdout)}
	first := true
	for r, err := range records {
		if err != nil {
			return err
		}
		e.Reset()
		if !first {
			fmt.Fprintf(e, "\n%s\n\n", e.paint(text.Faint, strings.Repeat("─", e.width)))
		}
		first = false
		e.record(r)
		if _, err := fmt.Fprint(a.stdout, e.String()); err != nil {
			return wrote(err)
		}
	}
	return nil
}

// An explanation is the page that is being written.
type explanation struct {
	strings.Builder
	app    *app
	width  int
	colour bool
}

func (e *explanation) paint(c text.Color, s string) string {
	if e.colour {
		return text.Colors{c}.Sprint(s)
	}
	return s
}

func (e *explanation) heading(s string) {
	fmt.Fprintln(e)
	e.para("", s, text.Bold)
}

// para writes a text under a bullet, wrapped, and in a colour if one is given.
func (e *explanation) para(bullet, s string, colour ...text.Color) {
	n := len([]rune(bullet))
	lines := strings.Split(wrap(visible(s), max(e.width-n, 10)), "\n")
	for i, line := range lines {
		for _, c := range colour {
			lines[i] = e.paint(c, line)
		}
	}
	fmt.Fprintln(e, indent(strings.Join(lines, "\n"), bullet))
}

func (e *explanation) record(r *article.Record) {
	e.para("", r.Title, text.Bold)
	fmt.Fprintln(e, visible(r.URL)) // whole, so that it can be opened
	e.para("", readBy(r))
	e.fields(r)
	e.topics(r)
	e.quotes(r)
	e.warnings(r)
}

// readBy says which profile and layout the page was read with.
func readBy(r *article.Record) string {
	profile, layout, ok := strings.Cut(r.Extraction.Profile, "/")
	s := "Read without a site profile, by the page's content alone"
	switch {
	case ok:
		s = fmt.Sprintf("Read with the profile %s, layout %s", profile, layout)
	case profile != "":
		s = fmt.Sprintf("Read with the profile %s; no layout of it fits, so by the page's content alone", profile)
	}
	return s + "; reader " + r.Extraction.Version
}

// fields writes the table: field, value, rule and place. On a narrow terminal
// the rule has a line of its own.
func (e *explanation) fields(r *article.Record) {
	var absent []string
	t := e.app.newTable(e.app.stdout)
	longest := 0
	rows := explained(r)
	for _, row := range rows {
		longest = max(longest, len(row.name))
	}
	narrow := e.width < 60
	fmt.Fprintln(e)
	if !narrow {
		t.AppendHeader(table.Row{"Field", "Value", "Rule and place"})
	}
	for _, row := range rows {
		rule := r.Extraction.Fields[row.name]
		switch {
		case row.value == "" && rule == "":
			absent = append(absent, row.name)
		case narrow:
			e.para("", row.name, text.Bold)
			e.para("  ", shorten(row.value, 160))
			e.para("  ", "by "+rule, text.Faint)
		default:
			t.AppendRow(table.Row{row.name, visible(shorten(row.value, 160)), visible(shorten(rule, 160))})
		}
	}
	if !narrow {
		rest := e.width - longest - 4 // two columns of two spaces between them
		value := rest * 3 / 5
		t.SetColumnConfigs([]table.ColumnConfig{
			{Number: 2, WidthMax: value, WidthMaxEnforcer: wrap},
			{Number: 3, WidthMax: rest - value, WidthMaxEnforcer: wrap, Colors: e.faint()},
		})
		for line := range strings.SplitSeq(t.Render(), "\n") {
			fmt.Fprintln(e, strings.TrimRight(line, " "))
		}
	}
	if len(absent) > 0 {
		e.para("", "Not on the page: "+strings.Join(absent, ", "))
	}
}

func (e *explanation) faint() text.Colors {
	if e.colour {
		return text.Colors{text.Faint}
	}
	return nil
}

// topics writes what the release is about, and the words that decided.
func (e *explanation) topics(r *article.Record) {
	if len(r.Topics) == 0 {
		return
	}
	e.heading("Topics, and the words that decided")
	for _, topic := range r.Topics {
		e.para("  • ", topic.ID+": “"+strings.Join(topic.Evidence, "”, “")+"”")
	}
}

// quotes writes whose each quotation is, and where that is said.
func (e *explanation) quotes(r *article.Record) {
	if len(r.Quotes) == 0 {
		return
	}
	e.heading("Quotations")
	for i, q := range r.Quotes {
		e.para(fmt.Sprintf("%3d. ", i+1), speaker(q), text.Bold)
		cue := "no cue"
		if q.Cue != "" {
			cue = "cue “" + q.Cue + "”"
		}
		e.para("     ", cue+"; "+attributed(r, i))
		e.para("     ", fmt.Sprintf("%s, %s: “%s”", paragraphs(len(q.Paragraphs)), words(q.Text), shorten(q.Text, 140)))
	}
}

func (e *explanation) warnings(r *article.Record) {
	e.heading("Warnings")
	if len(r.Extraction.Warnings) == 0 {
		fmt.Fprintln(e, "  none: what the page says in several places agrees")
	}
	for _, w := range r.Extraction.Warnings {
		e.para("  • ", w, text.FgYellow)
	}
}

// shorten folds a text into one line and ends it behind so many characters.
func shorten(s string, most int) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) <= most {
		return string(runes)
	}
	cut := string(runes[:most])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + " …"
}

func words(s string) string {
	if n := len(strings.Fields(s)); n != 1 {
		return fmt.Sprintf("%d words", n)
	}
	return "1 word"
}
