package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"archiver/article"
	"archiver/chart"
	"archiver/stats"

	"github.com/dustin/go-humanize"
	"github.com/guptarohit/asciigraph"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
)

// statsFormats are the forms of stats.
var statsFormats = []string{"table", "plot", "jsonl", "svg"}

func (a *app) stats() *cobra.Command {
	var (
		format, by, over string
		top              int
		s                *selection
	)
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Count the releases by site, time, kind, topic or speaker",
		Long: `Stats counts the releases that the filters select. Alone it gives an overview; with
--by it counts by one thing, and with --over also over time:

  site, kind, status   one for each release
  year, month          of publication, in London, those without a release as well
  topic, fraud         all topics, or the kinds of fraud alone; a release can have several
  speaker              people who are quoted

The table's quotes are the turns of speech in those releases, and with --by speaker
that person's own. A release without a time of publication counts for no year or
month. --top cuts what is long: the rows with the most releases stay or, of months
and years, the latest.

The formats: a table; a plot for the terminal (--over draws lines, of the first
six rows); a drawing as SVG, which browsers and word processors take; or jsonl, a row
a line, with by, value, releases, quotes, first, last and, with --over, over: how
many releases in each period.`,
		Example: `  archiver stats
  archiver stats --by fraud --over year
  archiver stats --by fraud --over month --since 2023-01-01 --format plot
  archiver stats --by kind --site cheshire --format svg > kinds.svg`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case top < 0:
				return usagef("--top %d is less than none; 0 is all", top)
			case over != "" && by == "":
				return usagef("--over needs --by: what is to be counted over time?")
			case over != "" && slices.Contains(stats.Periods, stats.Dimension(by)):
				return usagef("--by %s is a time itself; leave --over out", by)
			case by == "" && format == "svg":
				return usagef("--format svg draws one thing; say which with --by")
			}
			return a.showStats(s, stats.Dimension(by), stats.Dimension(over), top, format)
		},
	}
	f := cmd.Flags()
	choose(cmd, &by, "by", "count by `THING`: ", names(stats.Dimensions), "")
	choose(cmd, &over, "over", "and over `TIME`: ", names(stats.Periods), "")
	f.IntVar(&top, "top", 15, "at most so many `ROWS`; 0 is all")
	choose(cmd, &format, "format", "in this `FORMAT`: ", statsFormats, "table")
	s = filterFlags(cmd)
	return cmd
}

// overview is what stats without --by counts by.
var overview = []stats.Dimension{stats.BySite, stats.ByKind, stats.ByTopic, stats.BySpeaker, stats.ByYear}

// showStats counts the selected releases and shows the result.
func (a *app) showStats(s *selection, by, over stats.Dimension, top int, format string) error {
	s.bare = true
	recs, err := a.records(s)
	if err != nil {
		return err
	}
	dimensions := overview
	if by != "" {
		dimensions = []stats.Dimension{by}
	}
	var counters []*stats.Counter
	for _, d := range dimensions {
		counters = append(counters, stats.New(d, over))
	}
	bar := a.count("counted", true)
	n, quotes := 0, 0
	for r, err := range recs {
		if err != nil {
			bar.end()
			return err
		}
		for _, c := range counters {
			c.Add(r)
		}
		n++
		quotes += len(r.Quotes)
		bar.set(n)
	}
	bar.end()
	if n == 0 {
		fmt.Fprintln(a.stderr, "archiver: no release is selected")
	}
	if format == "svg" {
		return wrote(a.drawing(counters[0].Table().Top(top)))
	}
	if n > 0 && by == "" && format != "jsonl" {
		if err := a.say(folded(a.stdout, inAll(n, quotes, counters))); err != nil {
			return err
		}
	}
	for i, c := range counters {
		t := c.Table().Top(top)
		if format == "jsonl" {
			if err := writeLines(a.stdout, lines(t)); err != nil {
				return err
			}
			continue
		}
		if len(t.Rows) == 0 {
			continue
		}
		if i > 0 || by == "" {
			if err := a.say(""); err != nil {
				return err
			}
		}
		show := a.statsTable
		if format == "plot" {
			show = a.plot
		}
		if err := show(t); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) say(line string) error {
	_, err := fmt.Fprintln(a.stdout, line)
	return wrote(err)
}

// folded breaks a line that is longer than the window.
func folded(to io.Writer, line string) string {
	if width, ok := terminal(to); ok {
		return wrap(line, width)
	}
	return line
}

// inAll says in a sentence what was counted.
func inAll(n, quotes int, counters []*stats.Counter) string {
	said := fmt.Sprintf("%s of %s", counted(n, "release"), counted(len(counters[0].Table().Rows), "site"))
	if years := counters[len(counters)-1].Table().Rows; len(years) > 0 {
		first, last := years[0].First, years[len(years)-1].Last
		said += fmt.Sprintf(", %s to %s", first.Format("2 January 2006"), last.Format("2 January 2006"))
	}
	return said + ", with " + counted(quotes, "quotation")
}

// A statsLine is a row as programs read it.
type statsLine struct {
	By       stats.Dimension `json:"by"`
	Value    string          `json:"value"`
	Releases int             `json:"releases"`
	Quotes   int             `json:"quotes"`
	First    article.Time    `json:"first,omitzero"`
	Last     article.Time    `json:"last,omitzero"`
	Over     map[string]int  `json:"over,omitempty"`
}

func lines(t stats.Table) []statsLine {
	out := make([]statsLine, len(t.Rows))
	for i, r := range t.Rows {
		out[i] = statsLine{By: t.By, Value: r.Value, Releases: r.Releases, Quotes: r.Quotes, First: r.First, Last: r.Last}
		if len(t.Periods) > 0 {
			out[i].Over = make(map[string]int, len(t.Periods))
		}
		for k, p := range t.Periods {
			out[i].Over[p] = r.Over[k]
		}
	}
	return out
}

// statsTable writes what was counted as a table with bars.
func (a *app) statsTable(t stats.Table) error {
	if len(t.Periods) > 0 {
		return a.trendTable(t)
	}
	width, ok := terminal(a.stdout)
	if !ok {
		width = 80
	}
	longest, most := len(capital(string(t.By))), 1
	for _, r := range t.Rows {
		longest, most = max(longest, columnsOf(visible(r.Value))), max(most, r.Releases)
	}
	// A narrow window has neither days nor, if need be, all of a name.
	const counts, days, least = "  Releases  Quotes  ", "2006-01-02  2006-01-02  ", 8
	header := table.Row{capital(string(t.By)), "Releases", "Quotes", "First", "Last", ""}
	narrow := longest+len(counts+days)+least > width
	room := width - len(counts)
	if !narrow {
		room -= len(days)
	} else {
		header = append(header[:3], "")
		longest = min(longest, max(room-least, 8))
	}
	room = max(room-longest, 1)
	w := a.newTable(a.stdout)
	w.AppendHeader(header)
	w.SetColumnConfigs([]table.ColumnConfig{rightAligned(2), rightAligned(3)})
	for _, r := range t.Rows {
		row := table.Row{snip(visible(r.Value), longest), humanize.Comma(int64(r.Releases)), blankZero(r.Quotes)}
		switch {
		case narrow:
		case r.Releases > 0:
			row = append(row, dayOf(r.First), dayOf(r.Last))
		default:
			row = append(row, "", "") // a month in which nothing came out
		}
		w.AppendRow(append(row, strings.Repeat("█", (r.Releases*room+most-1)/most)))
	}
	if err := render(a.stdout, w); err != nil {
		return err
	}
	if t.LeftAway > 0 {
		return a.say(fmt.Sprintf("… and %d more; --top 0 shows all", t.LeftAway))
	}
	return nil
}

// trendTable writes what was counted over time: a line for each period, with as
// many columns as the window has room for.
func (a *app) trendTable(t stats.Table) error {
	w := a.newTable(a.stdout)
	header := table.Row{capital(string(t.Over))}
	var configs []table.ColumnConfig
	room, ok := terminal(a.stdout)
	room -= len("2006-01") + 2
	columns := 0
	for _, r := range t.Rows {
		name := visible(r.Value)
		if ok && columns == 0 {
			name = snip(name, max(room-2, 8))
		}
		room -= columnsOf(name) + 2
		if ok && room < 0 && columns > 0 {
			break
		}
		header = append(header, name)
		columns++
		configs = append(configs, rightAligned(columns+1))
	}
	w.AppendHeader(header)
	w.SetColumnConfigs(configs)
	for i, p := range t.Periods {
		row := table.Row{p}
		for _, r := range t.Rows[:columns] {
			row = append(row, blankZero(r.Over[i]))
		}
		w.AppendRow(row)
	}
	if err := render(a.stdout, w); err != nil {
		return err
	}
	if more := len(t.Rows) - columns + t.LeftAway; more > 0 {
		return a.say(folded(a.stdout, fmt.Sprintf("… and %d more; --top 0 --format jsonl has all", more)))
	}
	return nil
}

func rightAligned(column int) table.ColumnConfig {
	return table.ColumnConfig{Number: column, Align: text.AlignRight, AlignHeader: text.AlignRight}
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return humanize.Comma(int64(n))
}

// lineColours are those of a plot's lines, which people who see few colours can
// tell apart.
var lineColours = []asciigraph.AnsiColor{asciigraph.DodgerBlue, asciigraph.Orange, asciigraph.SeaGreen, asciigraph.Orchid, asciigraph.Gold, asciigraph.SkyBlue}

// plot draws what was counted: lines over time, else bars.
func (a *app) plot(t stats.Table) error {
	most := 1
	values := func(n int, value func(i int) int) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = float64(value(i))
			most = max(most, value(i))
		}
		return out
	}
	var series [][]float64
	var legends, periods []string
	switch {
	case len(t.Periods) > 0:
		periods = t.Periods
		for _, r := range t.Rows[:min(len(t.Rows), chart.MostSeries)] {
			series = append(series, values(len(r.Over), func(i int) int { return r.Over[i] }))
			legends = append(legends, visible(r.Value))
		}
	case slices.Contains(stats.Periods, t.By):
		series = append(series, values(len(t.Rows), func(i int) int { return t.Rows[i].Releases }))
		legends = []string{"releases"}
		for _, r := range t.Rows {
			periods = append(periods, r.Value)
		}
	}
	if len(periods) < 2 {
		return a.statsTable(t)
	}
	width, ok := terminal(a.stdout)
	if !ok {
		width = 80
	}
	options := []asciigraph.Option{
		asciigraph.Height(min(most, 14)), asciigraph.Width(max(width-10, 20)), asciigraph.Precision(0), asciigraph.LowerBound(0),
		asciigraph.Caption(fmt.Sprintf("%s to %s", periods[0], periods[len(periods)-1])),
	}
	if coloured(a.stdout) {
		var key []string // one line of it could be longer than the window
		for i, legend := range legends {
			key = append(key, lineColours[i].String()+"■"+asciigraph.Default.String()+"\u00a0"+strings.ReplaceAll(legend, " ", "\u00a0"))
		}
		options = append(options, asciigraph.SeriesColors(lineColours[:len(series)]...))
		return a.say(asciigraph.PlotMany(series, options...) + "\n" + hang(strings.Join(key, "  "), "  ", width))
	}
	// Without colours nobody could tell the lines apart: a plot for each.
	for i := range series {
		options := append(options[:len(options):len(options)], asciigraph.Height(min(most, 6)), asciigraph.Caption(legends[i]+", "+periods[0]+" to "+periods[len(periods)-1]))
		if err := a.say(asciigraph.Plot(series[i], options...)); err != nil {
			return err
		}
	}
	return nil
}

// drawing writes what was counted as SVG.
func (a *app) drawing(t stats.Table) error {
	title := "Releases by " + string(t.By)
	if t.Over != "" {
		var series []chart.Series
		for _, r := range t.Rows {
			series = append(series, chart.Series{Name: r.Value, Values: r.Over})
		}
		return chart.Lines(a.stdout, title+" over time", t.Periods, series, chart.Options{Alone: true})
	}
	if slices.Contains(stats.Periods, t.By) {
		one := chart.Series{Name: "releases"}
		var periods []string
		for _, r := range t.Rows {
			periods, one.Values = append(periods, r.Value), append(one.Values, r.Releases)
		}
		return chart.Lines(a.stdout, title, periods, []chart.Series{one}, chart.Options{Alone: true})
	}
	var bars []chart.Bar
	for _, r := range t.Rows {
		bars = append(bars, chart.Bar{Name: r.Value, Value: r.Releases})
	}
	return chart.Bars(a.stdout, title, bars, chart.Options{Alone: true})
}
