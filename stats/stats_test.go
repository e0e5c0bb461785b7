package stats_test

import (
	"testing"
	"time"

	"archiver/article"
	"archiver/invented"
	"archiver/stats"

	"github.com/google/go-cmp/cmp"
)

func at(year int, month time.Month, day int) article.Time {
	return article.At(time.Date(year, month, day, 9, 0, 0, 0, article.London))
}

var records = []*article.Record{
	{Site: "a", Kind: article.KindFraud, Published: at(2023, time.November, 30), Topics: []article.Topic{{ID: "fraud/courier"}, {ID: "theft"}},
		Quotes: []article.Quote{{Speaker: "April Hill"}, {Speaker: "April Hill"}, {Speaker: ""}}},
	// Half an hour into the new year in London, though not in UTC-1.
	{Site: "a", Kind: article.KindFraud, Published: article.At(time.Date(2023, 12, 31, 23, 30, 0, 0, time.FixedZone("", -3600))), Topics: []article.Topic{{ID: "fraud/courier"}}},
	{Site: "b", Kind: article.KindAppeal, Published: at(2024, time.March, 2), Quotes: []article.Quote{{Speaker: "Oswald Plum"}}},
	{Site: "b", Kind: article.KindAppeal}, // nobody knows when
}

func count(by, over stats.Dimension) stats.Table {
	c := stats.New(by, over)
	for _, r := range records {
		c.Add(r)
	}
	return c.Table()
}

func TestCount(t *testing.T) {
	november, march := records[0].Published, records[2].Published
	january := records[1].Published
	for _, test := range []struct {
		by, over stats.Dimension
		want     stats.Table
	}{
		{stats.BySite, "", stats.Table{Rows: []stats.Row{
			{Value: "a", Releases: 2, Quotes: 3, First: november, Last: january},
			{Value: "b", Releases: 2, Quotes: 1, First: march, Last: march},
		}}},
		{stats.ByFraud, stats.ByYear, stats.Table{Periods: []string{"2023", "2024"}, Rows: []stats.Row{
			{Value: "fraud/courier", Releases: 2, Quotes: 3, First: november, Last: january, Over: []int{1, 1}},
		}}},
		{stats.ByTopic, "", stats.Table{Rows: []stats.Row{
			{Value: "fraud/courier", Releases: 2, Quotes: 3, First: november, Last: january},
			{Value: "theft", Releases: 1, Quotes: 3, First: november, Last: november},
		}}},
		{stats.BySpeaker, "", stats.Table{Rows: []stats.Row{
			{Value: "April Hill", Releases: 1, Quotes: 2, First: november, Last: november},
			{Value: "Oswald Plum", Releases: 1, Quotes: 1, First: march, Last: march},
		}}},
		// Months in which nothing came out are there as well.
		{stats.ByMonth, "", stats.Table{Rows: []stats.Row{
			{Value: "2023-11", Releases: 1, Quotes: 3, First: november, Last: november},
			{Value: "2023-12"},
			{Value: "2024-01", Releases: 1, First: january, Last: january},
			{Value: "2024-02"},
			{Value: "2024-03", Releases: 1, Quotes: 1, First: march, Last: march},
		}}},
		{stats.ByKind, stats.ByMonth, stats.Table{
			Periods: []string{"2023-11", "2023-12", "2024-01", "2024-02", "2024-03"},
			Rows: []stats.Row{
				{Value: "appeal", Releases: 2, Quotes: 1, First: march, Last: march, Over: []int{0, 0, 0, 0, 1}},
				{Value: "fraud", Releases: 2, Quotes: 3, First: november, Last: january, Over: []int{1, 0, 1, 0, 0}},
			},
		}},
	} {
		test.want.By, test.want.Over, test.want.Counted = test.by, test.over, len(records)
		if diff := cmp.Diff(test.want, count(test.by, test.over)); diff != "" {
			t.Errorf("by %s over %q (-want +got):\n%s", test.by, test.over, diff)
		}
	}
}

func TestCountNothing(t *testing.T) {
	for _, by := range stats.Dimensions {
		got := stats.New(by, stats.ByMonth).Table()
		if len(got.Rows) != 0 || len(got.Periods) != 0 || got.Counted != 0 {
			t.Errorf("by %s: got %+v of no records", by, got)
		}
	}
}

func TestTop(t *testing.T) {
	sites := count(stats.BySite, "").Top(1)
	if len(sites.Rows) != 1 || sites.Rows[0].Value != "a" || sites.LeftAway != 1 {
		t.Errorf("the first site: got %+v", sites)
	}
	months := count(stats.ByMonth, "").Top(2)
	if len(months.Rows) != 2 || months.Rows[1].Value != "2024-03" || months.LeftAway != 3 {
		t.Errorf("the last two months: got %+v", months)
	}
	if all := count(stats.ByMonth, "").Top(0); len(all.Rows) != 5 || all.LeftAway != 0 {
		t.Errorf("all months: got %+v", all)
	}
}

func BenchmarkCount(b *testing.B) {
	var recs []*article.Record
	for r := range invented.Records(1000) {
		recs = append(recs, r)
	}
	b.ReportAllocs()
	for b.Loop() {
		c := stats.New(stats.ByFraud, stats.ByMonth)
		for _, r := range recs {
			c.Add(r)
		}
		c.Table()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(recs)), "ns/record")
}
