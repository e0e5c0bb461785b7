// Package stats counts releases: by site, time, kind, topic and speaker, and each
// of these over months or years. A [Counter] is given one record after the other
// and keeps none.
package stats

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"archiver/article"
)

// A Dimension is what releases are counted by. A release can have several values
// in it, such as topics, and then counts for each once; or none.
type Dimension string

// The dimensions.
const (
	BySite    Dimension = "site"
	ByYear    Dimension = "year"
	ByMonth   Dimension = "month"
	ByKind    Dimension = "kind"
	ByTopic   Dimension = "topic"
	ByFraud   Dimension = "fraud" // the kinds of fraud alone
	BySpeaker Dimension = "speaker"
	ByStatus  Dimension = "status"
)

// Dimensions lists what releases can be counted by.
var Dimensions = []Dimension{BySite, ByYear, ByMonth, ByKind, ByTopic, ByFraud, BySpeaker, ByStatus}

// Periods lists the dimensions that others can be counted over.
var Periods = []Dimension{ByYear, ByMonth}

// fraudFamily begins the ids of the kinds of fraud.
const fraudFamily = "fraud/"

// values iterates over what a record is in a dimension; it may repeat itself.
func (d Dimension) values(r *article.Record) iter.Seq[string] {
	return func(yield func(string) bool) {
		switch d {
		case BySite:
			yield(r.Site)
		case ByKind:
			yield(string(r.Kind))
		case ByStatus:
			yield(string(r.Status))
		case ByYear, ByMonth:
			if !r.Published.IsZero() {
				yield(d.period(r.Published))
			}
		case ByTopic, ByFraud:
			for _, t := range r.Topics {
				if (d == ByTopic || strings.HasPrefix(t.ID, fraudFamily)) && !yield(t.ID) {
					return
				}
			}
		case BySpeaker:
			for _, q := range r.Quotes {
				if q.Speaker != "" && !yield(q.Speaker) {
					return
				}
			}
		}
	}
}

// layouts are how the periods are written.
var layouts = map[Dimension]string{ByYear: "2006", ByMonth: "2006-01"}

func (d Dimension) period(t article.Time) string { return t.In(article.London).Format(layouts[d]) }

// A Counter counts the records that it is given. The zero value is not ready for
// use; [New] makes one.
type Counter struct {
	by, over Dimension

	counted int
	rows    map[string]*row
	values  []string // of one record
}

type row struct {
	releases, quotes int
	first, last      article.Time
	over             map[string]int
}

// New returns a counter by a dimension. With over, one of Periods, it counts over
// time as well; over may be "".
func New(by, over Dimension) *Counter {
	return &Counter{by: by, over: over, rows: map[string]*row{}}
}

// Add counts a record, which is only lent.
func (c *Counter) Add(r *article.Record) {
	c.counted++
	c.values = slices.AppendSeq(c.values[:0], c.by.values(r))
	slices.Sort(c.values)
	c.values = slices.Compact(c.values)
	for _, value := range c.values {
		at := c.rows[value]
		if at == nil {
			at = &row{over: map[string]int{}}
			c.rows[strings.Clone(value)] = at
		}
		at.releases++
		for _, q := range r.Quotes {
			if c.by != BySpeaker || q.Speaker == value {
				at.quotes++
			}
		}
		if r.Published.IsZero() {
			continue
		}
		if at.first.IsZero() || r.Published.Before(at.first.Time) {
			at.first = r.Published
		}
		if r.Published.After(at.last.Time) {
			at.last = r.Published
		}
		if c.over != "" {
			at.over[c.over.period(r.Published)]++
		}
	}
}

// A Table is what was counted.
type Table struct {
	By       Dimension `json:"by"`
	Over     Dimension `json:"over,omitempty"`
	Counted  int       `json:"counted"`             // records in all, also those that no row counts
	Periods  []string  `json:"periods,omitempty"`   // of Over, in order and without a gap
	Rows     []Row     `json:"rows"`                // in order of time, else the most releases first
	LeftAway int       `json:"left_away,omitempty"` // rows that Top cut off
}

// A Row is one value of the dimension.
type Row struct {
	Value    string       `json:"value"`
	Releases int          `json:"releases"`
	Quotes   int          `json:"quotes"` // in those releases; of a speaker, his or her own
	First    article.Time `json:"first,omitzero"`
	Last     article.Time `json:"last,omitzero"`
	Over     []int        `json:"over,omitempty"` // releases in each of the table's periods
}

// Table returns what has been counted so far.
func (c *Counter) Table() Table {
	t := Table{By: c.by, Over: c.over, Counted: c.counted, Rows: []Row{}}
	var first, last article.Time
	for _, r := range c.rows {
		if !r.first.IsZero() && (first.IsZero() || r.first.Before(first.Time)) {
			first = r.first
		}
		if r.last.After(last.Time) {
			last = r.last
		}
	}
	if c.over != "" && !first.IsZero() {
		t.Periods = between(first, last, c.over)
	}
	values := slices.Sorted(maps.Keys(c.rows))
	if layouts[c.by] != "" && len(values) > 0 {
		values = between(first, last, c.by)
	}
	for _, value := range values {
		counted := Row{Value: value}
		if r := c.rows[value]; r != nil {
			counted = Row{Value: value, Releases: r.releases, Quotes: r.quotes, First: r.first, Last: r.last}
		}
		for _, p := range t.Periods {
			n := 0
			if r := c.rows[value]; r != nil {
				n = r.over[p]
			}
			counted.Over = append(counted.Over, n)
		}
		t.Rows = append(t.Rows, counted)
	}
	if layouts[c.by] == "" {
		slices.SortStableFunc(t.Rows, func(a, b Row) int { return cmp.Compare(b.Releases, a.Releases) })
	}
	return t
}

// between lists every period from one time to another.
func between(first, last article.Time, d Dimension) []string {
	at := first.In(article.London)
	months := 1
	at = time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, article.London)
	if d == ByYear {
		at = time.Date(at.Year(), 1, 1, 0, 0, 0, 0, article.London)
		months = 12
	}
	var out []string
	for ; !at.After(last.Time); at = at.AddDate(0, months, 0) {
		out = append(out, at.Format(layouts[d]))
	}
	return out
}

// Top returns the table with the n rows of the most releases, or all where n is
// 0. Rows that stand in order of time are the latest n.
func (t Table) Top(n int) Table {
	if n == 0 || len(t.Rows) <= n {
		return t
	}
	t.LeftAway = len(t.Rows) - n
	if layouts[t.By] != "" {
		t.Rows = t.Rows[t.LeftAway:]
		return t
	}
	t.Rows = t.Rows[:n]
	return t
}
