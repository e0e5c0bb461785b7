package export

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/dustin/go-humanize"
	"go.yaml.in/yaml/v4"

	"archiver/article"
	"archiver/export/parquet"
	"archiver/export/tables"
	"archiver/stats"
	"archiver/typeset"
)

// figures are what the card of a data set says about its rows.
type figures struct {
	sites, years, kinds, topics *stats.Counter
	names                       map[string]string // of sites
	readers, rules, profiles    tally

	Rows, Words, Quotes, Named, Quoting    int
	AdviceLists, AdviceItems, Advising     int
	Untopical, Copied, Warned              int
	undated, pageless, missing, gone, bare int

	published, captured, seen stretchOfTime
	splits                    [3]splitFigures
}

type splitFigures struct {
	rows, moved int
	published   stretchOfTime
}

// A stretchOfTime is from the first to the last of the times that it was given.
type stretchOfTime struct{ first, last time.Time }

func (s *stretchOfTime) add(t article.Time) {
	if t.IsZero() {
		return
	}
	if s.first.IsZero() || t.Before(s.first) {
		s.first = t.Time
	}
	if t.After(s.last) {
		s.last = t.Time
	}
}

// A tally counts by name.
type tally map[string]int

func (t tally) add(name string) {
	if _, there := t[name]; !there {
		name = strings.Clone(name)
	}
	t[name]++
}

type tallied struct {
	Name  string
	Count int
}

// list returns the most frequent first.
func (t tally) list() []tallied {
	var list []tallied
	for _, name := range slices.Sorted(maps.Keys(t)) {
		list = append(list, tallied{name, t[name]})
	}
	slices.SortStableFunc(list, func(a, b tallied) int { return cmp.Compare(b.Count, a.Count) })
	return list
}

func newFigures() *figures {
	return &figures{
		sites: stats.New(stats.BySite, stats.ByYear), years: stats.New(stats.ByYear, ""), kinds: stats.New(stats.ByKind, ""), topics: stats.New(stats.ByTopic, ""),
		names: map[string]string{}, readers: tally{}, rules: tally{}, profiles: tally{},
	}
}

func (f *figures) add(r *article.Record, s seat) {
	for _, c := range []*stats.Counter{f.sites, f.years, f.kinds, f.topics} {
		c.Add(r)
	}
	if _, there := f.names[r.Site]; !there {
		f.names[strings.Clone(r.Site)] = strings.Clone(typeset.Source(r))
	}
	f.readers.add(cmp.Or(r.Extraction.Version, "unknown"))
	if rules, ok := strings.CutPrefix(r.Extraction.Fields["kind"], "rules "); ok {
		version, _, _ := strings.Cut(rules, ":")
		f.rules.add("rules " + version)
	}
	if r.Extraction.Profile == "" {
		f.profiles.add("without a profile of the site")
	} else {
		f.profiles.add("profile " + r.Extraction.Profile)
	}
	f.Rows++
	f.Words += wordsOf(r)
	f.Quotes += len(r.Quotes)
	f.AdviceLists += len(r.Advice)
	for _, q := range r.Quotes {
		f.Named += one(q.Speaker != "")
	}
	for _, a := range r.Advice {
		f.AdviceItems += len(a.Items)
	}
	f.Quoting += one(len(r.Quotes) > 0)
	f.Advising += one(len(r.Advice) > 0)
	f.Untopical += one(len(r.Topics) == 0)
	f.Copied += one(s.copies)
	f.Warned += one(len(r.Extraction.Warnings) > 0)
	f.undated += one(r.Published.IsZero())
	f.pageless += one(r.Capture.Status == 0)
	f.missing += one(r.Status == article.StatusMissing)
	f.gone += one(r.Status == article.StatusGone)
	f.bare += one(r.Text == "")
	f.published.add(r.Published)
	f.captured.add(r.Capture.Fetched)
	f.seen.add(r.LastSeen)
	of := &f.splits[s.split]
	of.rows++
	of.moved += one(s.basis == "copy")
	of.published.add(r.Published)
}

func wordsOf(r *article.Record) int { return tables.Words(r.Text) }

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// A card is what the template of the README is filled with.
type card struct {
	*figures
	Title, Program, Selection, Version       string
	First, Last, CapturedFirst, CapturedLast string
	ValidationFrom, TestFrom                 string
	Readers, Rules, Profiles                 []tallied
	Sources                                  []cardSource
	Years, Kinds, Topics                     []stats.Row
	Fields                                   []cardField
	Splits                                   []cardSplit
	Gaps                                     []string
}

type cardSource struct {
	Name, Site       string
	Releases, Quotes int
	First, Last      string
	Missing          string // years
}

type cardField struct{ Name, Description string }

type cardSplit struct {
	Name        string
	Rows, Moved int
	First, Last string
	Files       []manifestFile
	unpacked    int64
}

//go:embed dataset/card.md
var cardText string

var cardTemplate = template.Must(template.New("card").Funcs(template.FuncMap{
	"n":    func(n int) string { return humanize.Comma(int64(n)) },
	"md":   inMarkdown,
	"code": func(s string) string { return strings.ReplaceAll(typeset.Line(s), "`", "'") },
}).Parse(cardText))

// inMarkdown writes a text for a line or a cell of Markdown, which shows it as it is.
func inMarkdown(s string) string {
	var b strings.Builder
	for _, c := range typeset.Line(s) {
		if strings.ContainsRune("\\`*_[]<>|~&$:#@", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(article.London).Format(datedLayout)
}

func minuteOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(article.London).Format(shortLayout)
}

func (e *dataset) card() (*card, error) {
	f := e.figures
	c := &card{
		figures: f, Title: "UK police news releases", Program: cmp.Or(e.origin.Program, "devel"), Selection: e.origin.Selection, Version: e.version(),
		First: dayOf(f.published.first), Last: dayOf(f.published.last), CapturedFirst: dayOf(f.captured.first), CapturedLast: dayOf(f.captured.last),
		ValidationFrom: minuteOf(e.plan.begins[validation]), TestFrom: minuteOf(e.plan.begins[test]),
		Readers: f.readers.list(), Rules: f.rules.list(), Profiles: f.profiles.list(),
		Years: f.years.Table().Rows, Kinds: f.kinds.Table().Rows, Topics: f.topics.Table().Rows,
	}
	if !f.published.first.IsZero() {
		from, to := f.published.first.In(article.London).Year(), f.published.last.In(article.London).Year()
		c.Title += fmt.Sprintf(", %d", from)
		if to != from {
			c.Title += fmt.Sprintf("–%d", to)
		}
	}
	table := f.sites.Table()
	for _, row := range table.Rows {
		s := cardSource{Name: f.names[row.Value], Site: row.Value, Releases: row.Releases, Quotes: row.Quotes, First: dayOf(row.First.Time), Last: dayOf(row.Last.Time)}
		s.Missing = strings.Join(emptyBetween(table.Periods, row.Over), ", ")
		c.Sources = append(c.Sources, s)
	}
	for i, name := range splitNames {
		of := f.splits[i]
		s := cardSplit{Name: name, Rows: of.rows, Moved: of.moved, First: minuteOf(of.published.first), Last: minuteOf(of.published.last)}
		for _, shard := range e.shards[i] {
			s.Files = append(s.Files, shard.manifestFile)
			s.unpacked += shard.unpacked
		}
		c.Splits = append(c.Splits, s)
	}
	c.Gaps = f.gaps()
	var err error
	c.Fields, err = fieldsOf(e.form.Columns())
	return c, err
}

// emptyBetween returns the periods without a release after the first that has one
// and before the last.
func emptyBetween(periods []string, counts []int) []string {
	var empty, since []string
	begun := false
	for i, n := range counts {
		switch {
		case n > 0:
			if begun {
				empty = append(empty, since...)
			}
			begun, since = true, nil
		default:
			since = append(since, periods[i])
		}
	}
	return empty
}

// gaps says what the data set does not have.
func (f *figures) gaps() []string {
	gaps := []string{"What a force took down before it was crawled, or never had on its news pages, is not in it."}
	say := func(n int, what string) {
		if n > 0 {
			gaps = append(gaps, what+": "+humanize.Comma(int64(n))+".")
		}
	}
	say(f.undated, "Rows without a time of publication (`published` is null)")
	say(f.pageless, "Rows read from a document of another corpus in place of the page, which is gone (`capture.status` is 0)")
	say(f.missing, "Rows of pages that were not found lately (`status` is `missing`)")
	say(f.gone, "Rows of pages that are gone from their site (`status` is `gone`)")
	say(f.bare, "Rows without text")
	without := 0
	table := f.sites.Table()
	for _, row := range table.Rows {
		without += one(len(emptyBetween(table.Periods, row.Over)) > 0)
	}
	say(without, "Publishers with a year without releases between their first and their last, whether they published none or the archive has none (see the table above)")
	return gaps
}

// fieldsOf describes the columns that are fields of the record, in the words of its
// JSON Schema.
func fieldsOf(columns []parquet.Described) ([]cardField, error) {
	var schema struct {
		Properties map[string]struct{ Description string }
	}
	if err := json.Unmarshal(article.JSONSchema, &schema); err != nil {
		return nil, err
	}
	var fields []cardField
	for _, c := range columns {
		if p, ok := schema.Properties[c.Name]; ok {
			fields = append(fields, cardField{c.Name, p.Description})
		}
	}
	return fields, nil
}

// readme writes the card: what the loader of Hugging Face reads, then what people do.
func (e *dataset) readme(c *card) ([]byte, error) {
	head, err := e.header(c)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "---\n%s---\n\n", head)
	if err := cardTemplate.Execute(&b, c); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (e *dataset) header(c *card) ([]byte, error) {
	files, splits := sequence(), sequence()
	var packed, unpacked int
	for _, s := range c.Splits {
		paths := sequence()
		for _, f := range s.Files {
			paths.Content = append(paths.Content, str(f.Path))
			packed += int(f.Bytes)
		}
		unpacked += int(s.unpacked)
		files.Content = append(files.Content, mapping("split", str(s.Name), "path", paths))
		splits.Content = append(splits.Content, mapping("name", str(s.Name), "num_bytes", integer(int(s.unpacked)), "num_examples", integer(s.Rows)))
	}
	return dump(mapping(
		"pretty_name", str(c.Title),
		"language", sequence(str("en")),
		"license", str("other"),
		"license_name", str("copyright-of-the-publishers"),
		"license_link", str(readmeName),
		"size_categories", sequence(str(sizeCategory(c.Rows))),
		"annotations_creators", sequence(str("machine-generated")),
		"language_creators", sequence(str("found")),
		"multilinguality", sequence(str("monolingual")),
		"source_datasets", sequence(str("original")),
		"tags", sequence(str("news"), str("police"), str("press-releases"), str("crime"), str("fraud"), str("united-kingdom")),
		"configs", sequence(mapping("config_name", str("default"), "data_files", files)),
		"dataset_info", mapping(
			"features", featuresOf(e.form.Columns()),
			"splits", splits,
			"download_size", integer(packed),
			"dataset_size", integer(unpacked),
		),
	), false)
}

// featuresOf writes columns as the loader names them.
func featuresOf(columns []parquet.Described) *yaml.Node {
	all := sequence()
	for _, c := range columns {
		kind, value := "dtype", str(c.Type)
		if c.Type == "" {
			kind, value = "struct", featuresOf(c.Fields)
		}
		if c.List {
			kind = "list"
		}
		all.Content = append(all.Content, mapping("name", str(c.Name), kind, value))
	}
	return all
}

func sizeCategory(rows int) string {
	for _, c := range []struct {
		below int
		name  string
	}{{1000, "n<1K"}, {10_000, "1K<n<10K"}, {100_000, "10K<n<100K"}, {1_000_000, "100K<n<1M"}} {
		if rows < c.below {
			return c.name
		}
	}
	return "1M<n<10M"
}

// citation writes the citation file. Its authors are those who wrote the releases.
func (e *dataset) citation(c *card) ([]byte, error) {
	authors := sequence()
	named := map[string]bool{}
	for _, s := range c.Sources {
		if name := cmp.Or(s.Name, s.Site); name != "" && !named[name] {
			named[name] = true
			authors.Content = append(authors.Content, mapping("name", scalar(name, false)))
		}
	}
	if len(authors.Content) == 0 {
		authors = sequence(mapping("name", str("UK police forces")))
	}
	pairs := []any{
		"cff-version", str("1.2.0"),
		"message", str("Cite a release by its publisher, title, address and time, and the data set as follows."),
		"type", str("dataset"),
		"title", str(c.Title),
		"abstract", str(fmt.Sprintf("%s news releases of UK police forces, with quotations, advice, references and topics, split by time and by copies.", humanize.Comma(int64(c.Rows)))),
		"authors", authors,
		"version", str(c.Version),
	}
	if !c.seen.last.IsZero() {
		pairs = append(pairs, "date-released", str(c.seen.last.In(article.London).Format(time.DateOnly)))
	}
	return dump(mapping(append(pairs, "keywords", sequence(str("police"), str("news"), str("press releases"), str("United Kingdom")))...), false)
}

func str(s string) *yaml.Node { return scalar(s, false) }

func integer(n int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: fmt.Sprint(n)}
}

func sequence(nodes ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Content: nodes}
}
