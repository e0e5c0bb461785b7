package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"archiver/article"
	"archiver/chart"
	"archiver/stats"
	"archiver/typeset"
)

// A figure is something counted, as a drawing and as a table.
type figure struct {
	Title    string
	Drawing  template.HTML
	Table    stats.Table
	SVG, CSV string // addresses
}

// overview is what the page counts that is asked for nothing else.
var overview = []counted{
	{stats.ByMonth, ""}, {stats.BySite, ""}, {stats.ByKind, stats.ByYear}, {stats.ByFraud, stats.ByYear}, {stats.BySpeaker, ""},
}

// dimensionNames are the dimensions in words for readers.
var dimensionNames = map[stats.Dimension]string{
	stats.BySite: "force", stats.ByYear: "year", stats.ByMonth: "month", stats.ByKind: "kind", stats.ByTopic: "topic",
	stats.ByFraud: "kind of fraud", stats.BySpeaker: "person quoted", stats.ByStatus: "state",
}

const mostRows = 15

type statisticsPage struct {
	Filter     filter
	Dimensions []choice
	Periods    []choice
	Kinds      []choice
	Sites      []choice
	Figures    []figure
	Chosen     []chosen
	Total      int
}

// A choice is an option of a form.
type choice struct {
	Value, Name string
	Selected    bool
}

// asked reads what a request wants counted; by is "" for the overview.
func asked(v url.Values) (by, over stats.Dimension, err error) {
	by, over = stats.Dimension(v.Get("by")), stats.Dimension(v.Get("over"))
	switch {
	case by != "" && !slices.Contains(stats.Dimensions, by):
		return "", "", &badRequest{fmt.Sprintf("by %q is unknown", by)}
	case over != "" && !slices.Contains(stats.Periods, over):
		return "", "", &badRequest{fmt.Sprintf("over %q is unknown", over)}
	case over != "" && by == "":
		return "", "", &badRequest{"over needs by: what is to be counted over time?"}
	case slices.Contains(stats.Periods, by):
		over = "" // a time itself
	}
	return by, over, nil
}

// counted is a pair of dimensions.
type counted struct{ by, over stats.Dimension }

// count counts what a filter selects, in one go for all tables.
func (s *server) count(r *http.Request, f filter, what []counted) ([]stats.Table, int, error) {
	all, err := s.digest.all(r.Context())
	if err != nil {
		return nil, 0, err
	}
	if f.Words != "" || len(f.Has) > 0 {
		return nil, 0, &badRequest{"statistics are of whole releases: filter by force, kind, topic, person or date"}
	}
	selection := f.article()
	var counters []*stats.Counter
	for _, w := range what {
		counters = append(counters, stats.New(w.by, w.over))
	}
	var record article.Record
	total := 0
	for _, o := range all {
		o.record(&record)
		if !selection.Match(&record) {
			continue
		}
		total++
		for _, c := range counters {
			c.Add(&record)
		}
	}
	var tables []stats.Table
	for _, c := range counters {
		tables = append(tables, c.Table())
	}
	return tables, total, nil
}

// valueName is a value of a dimension in words for readers.
func (s *server) valueName(by stats.Dimension, value string) string {
	switch by {
	case stats.BySite:
		return typeset.Line(s.force(value))
	case stats.ByKind:
		return typeset.Kind(article.Kind(value))
	case stats.ByTopic, stats.ByFraud:
		return typeset.Topic(value)
	case stats.ByStatus:
		return statusName(article.Status(value))
	}
	return typeset.Line(value)
}

func titleOf(c counted) string {
	title := "Releases by " + dimensionNames[c.by]
	if c.over != "" {
		title += ", over the " + string(c.over) + "s"
	}
	return title
}

// draw draws a table whose values are named already.
func draw(title string, t stats.Table, alone bool) ([]byte, error) {
	var b bytes.Buffer
	options := chart.Options{Alone: alone}
	switch {
	case t.Over != "":
		var series []chart.Series
		for _, r := range t.Rows {
			series = append(series, chart.Series{Name: r.Value, Values: r.Over})
		}
		return lines(&b, title, t.Periods, series, options)
	case slices.Contains(stats.Periods, t.By):
		one := chart.Series{Name: "Releases"}
		var periods []string
		for _, r := range t.Rows {
			periods, one.Values = append(periods, r.Value), append(one.Values, r.Releases)
		}
		return lines(&b, title, periods, []chart.Series{one}, options)
	}
	var bars []chart.Bar
	for _, r := range t.Rows {
		bars = append(bars, chart.Bar{Name: r.Value, Value: r.Releases})
	}
	err := chart.Bars(&b, title, bars, options)
	return b.Bytes(), err
}

func lines(b *bytes.Buffer, title string, periods []string, series []chart.Series, o chart.Options) ([]byte, error) {
	err := chart.Lines(b, title, periods, series, o)
	return b.Bytes(), err
}

// named returns a table of the rows that are shown, with their names for readers.
func (s *server) named(t stats.Table) stats.Table {
	most := mostRows
	if slices.Contains(stats.Periods, t.By) {
		most = 0
	}
	t = t.Top(most)
	t.Rows = slices.Clone(t.Rows)
	for i := range t.Rows {
		t.Rows[i].Value = s.valueName(t.By, t.Rows[i].Value)
	}
	return t
}

func (s *server) statistics(w http.ResponseWriter, r *http.Request) error {
	f, err := readFilter(r, perPage)
	if err != nil {
		return err
	}
	by, over, err := asked(r.URL.Query())
	if err != nil {
		return err
	}
	what := []counted{{by, over}}
	if by == "" {
		what = overview
	}
	// The sites of the form are counted as well: one can choose those alone.
	tables, total, err := s.count(r, f, append(slices.Clone(what), counted{by: stats.BySite}))
	if err != nil {
		return err
	}
	data := statisticsPage{Filter: f, Chosen: f.chosen(s, "/statistics"), Total: total}
	for i, c := range what {
		t := s.named(tables[i])
		drawing, err := draw(titleOf(c), t, false)
		if err != nil {
			return err
		}
		v := f.values()
		v.Set("by", string(c.by))
		if c.over != "" {
			v.Set("over", string(c.over))
		}
		data.Figures = append(data.Figures, figure{titleOf(c), template.HTML(drawing), t, address("/statistics/chart.svg", v), address("/statistics/table.csv", v)})
	}
	data.Dimensions = append(data.Dimensions, choice{"", "an overview", by == ""})
	for _, d := range stats.Dimensions {
		data.Dimensions = append(data.Dimensions, choice{string(d), dimensionNames[d], d == by})
	}
	data.Periods = []choice{{"", "not over time", over == ""}, {"year", "over the years", over == stats.ByYear}, {"month", "over the months", over == stats.ByMonth}}
	data.Kinds = append(data.Kinds, choice{"", "all kinds", len(f.Kinds) == 0})
	for _, k := range article.Kinds {
		data.Kinds = append(data.Kinds, choice{string(k), typeset.Kind(k), slices.Contains(f.Kinds, string(k))})
	}
	data.Sites = append(data.Sites, choice{"", "all forces", len(f.Sites) == 0})
	for _, row := range tables[len(tables)-1].Rows {
		data.Sites = append(data.Sites, choice{row.Value, s.force(row.Value), slices.Contains(f.Sites, row.Value)})
	}
	slices.SortStableFunc(data.Sites[1:], func(a, b choice) int { return strings.Compare(a.Name, b.Name) })
	return s.show(w, http.StatusOK, "statistics", page{Title: "Statistics", Current: "Statistics", Data: data})
}

// one counts the one thing that a download asks for.
func (s *server) one(r *http.Request) (counted, stats.Table, error) {
	f, err := readFilter(r, perPage)
	if err != nil {
		return counted{}, stats.Table{}, err
	}
	by, over, err := asked(r.URL.Query())
	if err != nil {
		return counted{}, stats.Table{}, err
	}
	if by == "" {
		return counted{}, stats.Table{}, &badRequest{"by says what is to be counted"}
	}
	c := counted{by, over}
	tables, _, err := s.count(r, f, []counted{c})
	if err != nil {
		return c, stats.Table{}, err
	}
	return c, tables[0], nil
}

func (s *server) statisticsChart(w http.ResponseWriter, r *http.Request) error {
	c, t, err := s.one(r)
	if err != nil {
		return err
	}
	drawing, err := draw(titleOf(c), s.named(t), true)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", disposition("attachment", "releases-by-"+string(c.by)+".svg"))
	return send(w, http.StatusOK, "image/svg+xml", drawing)
}

func (s *server) statisticsTable(w http.ResponseWriter, r *http.Request) error {
	c, t, err := s.one(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	header := []string{string(c.by), "releases", "quotes", "first", "last"}
	rows := [][]string{append(header, t.Periods...)}
	for _, row := range t.Rows {
		line := []string{cell(row.Value), strconv.Itoa(row.Releases), strconv.Itoa(row.Quotes), row.First.String(), row.Last.String()}
		for _, n := range row.Over {
			line = append(line, strconv.Itoa(n))
		}
		rows = append(rows, line)
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", disposition("attachment", "releases-by-"+string(c.by)+".csv"))
	return send(w, http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}

// cell is a text that a spreadsheet does not take for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
