package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/health"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// A statusColumn is a column of the table of sites. In a narrow window those with
// the highest rank are left out first; those of rank 0 never are.
type statusColumn struct {
	name string
	rank int
	cell func(*siteStatus) string
}

var statusColumns = []statusColumn{
	{"Site", 0, func(s *siteStatus) string { return snip(visible(s.Site), 24) }},
	{"Last run", 1, func(s *siteStatus) string { return orDash(s.lastAt()) }},
	{"Ended", 0, func(s *siteStatus) string { return s.ended() }},
	{"New article", 2, func(s *siteStatus) string { return orDash(s.LastNew) }},
	{"Records", 0, func(s *siteStatus) string { return humanize.Comma(int64(s.records())) }},
	{"Gone", 8, func(s *siteStatus) string {
		return humanize.Comma(int64(s.Records[article.StatusMissing] + s.Records[article.StatusGone]))
	}},
	{"Waiting", 3, func(s *siteStatus) string { return humanize.Comma(int64(s.waiting())) }},
	{"Date", 4, func(s *siteStatus) string { return s.percent(health.Dateline) }},
	{"Lead", 7, func(s *siteStatus) string { return s.percent(health.Lead) }},
	{"Text", 5, func(s *siteStatus) string { return s.percent(health.Body) }},
	{"Quotes", 6, func(s *siteStatus) string { return s.percent(health.Quotes) }},
	{"Lag", 4, func(s *siteStatus) string { return s.lag() }},
}

func orDash(t article.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format("2006-01-02 15:04")
}

// percent is the coverage of a part, marked where that of the newest records is
// less by a fifth of all.
func (s *siteStatus) percent(field health.Fields) string {
	if s.records() == 0 {
		return "-"
	}
	c := s.Coverage[field.Name()]
	words := fmt.Sprintf("%.0f%%", 100*c.Share)
	if c.Recent <= c.Share-0.2 {
		words += "↓"
	}
	return words
}

func (s *siteStatus) lag() string {
	if s.Lag == nil {
		return "-"
	}
	return duration(time.Duration(*s.Lag) * time.Second)
}

// duration is a time as a table shows it: "45m", "3h", "12d".
func duration(d time.Duration) string {
	switch {
	case d < 90*time.Minute:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", d/(24*time.Hour))
}

// statusTable shows sites to a person, a line each, and below them what is wrong.
func (a *app) statusTable(list []siteStatus) error {
	if len(list) == 0 {
		fmt.Fprintln(a.stderr, "archiver: the archive knows no site yet")
		return nil
	}
	width, _ := terminal(a.stdout)
	t := a.newTable(a.stdout)
	fillStatus(t, list, width)
	if err := render(a.stdout, t); err != nil {
		return err
	}
	return a.statusTroubles(list, width)
}

// fillStatus fills the table with the columns that fit a window; 0 is one of any
// width.
func fillStatus(t table.Writer, list []siteStatus, width int) {
	columns := slices.Clone(statusColumns)
	cells := func(c statusColumn) []string {
		cells := []string{c.name}
		for i := range list {
			cells = append(cells, c.cell(&list[i]))
		}
		return cells
	}
	total := func() int {
		n := -2
		for _, c := range columns {
			widest := 0
			for _, cell := range cells(c) {
				widest = max(widest, columnsOf(cell))
			}
			n += widest + 2
		}
		return n
	}
	for width > 0 && total() > width {
		least := slices.MaxFunc(columns, func(a, b statusColumn) int { return a.rank - b.rank })
		if least.rank == 0 {
			break
		}
		columns = slices.DeleteFunc(columns, func(c statusColumn) bool { return c.name == least.name })
	}
	rows := make([]table.Row, len(list)+1)
	var configs []table.ColumnConfig
	for i, c := range columns {
		for j, cell := range cells(c) {
			rows[j] = append(rows[j], cell)
		}
		if i > 3 || c.name == "Records" {
			configs = append(configs, table.ColumnConfig{Name: c.name, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
	}
	t.SetColumnConfigs(configs)
	t.AppendHeader(rows[0])
	t.AppendRows(rows[1:])
}

// statusTroubles says what is wrong, a paragraph each.
func (a *app) statusTroubles(list []siteStatus, width int) error {
	if width <= 0 {
		width = 1 << 16
	}
	first := true
	for i := range list {
		for _, words := range list[i].troubles() {
			if first {
				words, first = "\n"+wrap(words, width), false
			} else {
				words = wrap(words, width)
			}
			if _, err := fmt.Fprintln(a.stdout, words); err != nil {
				return wrote(err)
			}
		}
	}
	return nil
}

// troubles says what is wrong with a site, a sentence each.
func (s *siteStatus) troubles() []string {
	var all []string
	if t := s.Trouble; t != nil {
		all = append(all, visible(fmt.Sprintf("%s, since %s: %s", t.Kind.Of(s.Site), orDash(t.Since), t.Cause)))
	}
	if len(s.Waiting) > 0 {
		all = append(all, visible(fmt.Sprintf("%s: addresses wait to be tried again: %s", s.Site, causes(s.Waiting))))
	}
	return all
}

// causes lists the most frequent causes with their counts.
func causes(counts map[string]int) string {
	const most = 3
	var parts []string
	rest := 0
	for i, cause := range health.MostFrequent(counts) {
		if i < most {
			parts = append(parts, fmt.Sprintf("%s (%d)", cause, counts[cause]))
		} else {
			rest += counts[cause]
		}
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("others (%d)", rest))
	}
	return strings.Join(parts, ", ")
}

// statusOfOne shows all of one site.
func (a *app) statusOfOne(s siteStatus) error {
	t := a.newTable(a.stdout)
	row := func(name, value string) {
		if value != "" {
			t.AppendRow(table.Row{name, visible(value)})
		}
	}
	row("Site", s.Site)
	row("Name", s.Force)
	row("Last run", fmt.Sprintf("%s, %s", orDash(s.lastAt()), s.ended()))
	if r := s.LastRun; r != nil {
		row("", fmt.Sprintf("%s; %d requests, %s, %v", r.Words(), r.Requests, humanize.IBytes(uint64(r.Bytes)), r.Finished.Sub(r.Started).Round(time.Second)))
		row("First run", orDash(s.FirstRun))
	}
	row("New article", orDash(s.LastNew))
	row("Lag", s.lag())
	row("Records", tallied(article.Statuses, s.Records))
	row("Addresses", tallied(article.States, s.Addresses))
	if s.records() > 0 {
		row("Of the records", "all    newest 100")
		for field := range health.OfRelease.Each {
			c := s.Coverage[field.Name()]
			row("  "+field.Name(), fmt.Sprintf("%3.0f%%   %3.0f%%", 100*c.Share, 100*c.Recent))
		}
	}
	if err := render(a.stdout, t); err != nil {
		return err
	}
	width, _ := terminal(a.stdout)
	return a.statusTroubles([]siteStatus{s}, width)
}

// tallied lists counts that are not zero, in their order.
func tallied[K ~string](order []K, counts map[K]int) string {
	var parts []string
	for _, k := range order {
		if n := counts[k]; n > 0 {
			parts = append(parts, humanize.Comma(int64(n))+" "+string(k))
		}
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}
