package health_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/health"
)

func TestOf(t *testing.T) {
	full := &article.Record{
		Title: "A headline", Published: article.At(time.Now()), Lead: "The lead.",
		Blocks: []article.Block{{Kind: article.BlockParagraph, Text: "The lead.", Lead: true}, {Kind: article.BlockParagraph, Text: "More."}},
		Quotes: []article.Quote{{}}, Advice: []article.Advice{{}}, References: []article.Mention{{}}, Phones: []article.Number{{}},
		Images: []article.Link{{}}, Related: []article.Headline{{}}, Topics: []article.Topic{{}},
		Extraction: article.Extraction{Fields: map[string]string{"title": "h1", "published": "listing, on the day of the dateline"}},
	}
	for field := range health.OfRelease.Each {
		if health.Of(full)&field == 0 {
			t.Errorf("no %s", field.Name())
		}
	}
	around := *full
	around.Blocks = []article.Block{{Kind: article.BlockParagraph, Text: "The lead.", Lead: true}, {Kind: article.BlockHeading, Text: "A"}, {Kind: article.BlockImage, Text: "B"}}
	around.Extraction.Fields = map[string]string{"title": "og:title", "published": "feed"}
	if got, want := health.Of(&around)&health.Watched, health.Lead; got != want {
		t.Errorf("of a page that has them from elsewhere: %b, want %b", got, want)
	}
	if got := health.Of(&article.Record{}); got != 0 {
		t.Errorf("of an empty record: %b", got)
	}
}

func learned(t *testing.T, pages, with int) *health.Sample {
	t.Helper()
	s := &health.Sample{}
	for i := range pages {
		has := health.Watched
		if i >= with {
			has &^= health.Dateline
		}
		s.Add(fmt.Sprintf("b%07d", i), has)
	}
	s.Settle(time.Now())
	return s
}

func TestSampleThresholds(t *testing.T) {
	for _, test := range []struct {
		before, had, recent, has int
		lost                     bool
	}{
		{20, 20, 4, 0, false}, // too few to say
		{20, 20, 5, 0, true},
		{20, 20, 5, 1, true},
		{20, 20, 5, 2, false},
		{20, 20, 10, 3, true},
		{20, 20, 10, 4, false},
		{20, 18, 10, 0, true}, // nine in ten
		{20, 17, 10, 0, false},
		{9, 9, 10, 0, false}, // too few to have learned by
		{10, 10, 5, 0, true},
	} {
		s := learned(t, test.before, test.had)
		for i := range test.recent {
			has := health.Watched
			if i < test.recent-test.has {
				has &^= health.Dateline
			}
			s.Add(fmt.Sprintf("recent%02d", i), has)
		}
		lost := s.Lost()
		if (len(lost) > 0) != test.lost {
			t.Errorf("%+v: lost %+v", test, lost)
		}
		if test.lost && (lost[0].Field != "dateline" || lost[0].Has != test.has || lost[0].Had != test.had) {
			t.Errorf("%+v: lost %+v", test, lost)
		}
	}
}

// What sites do: "x" is a page with a dateline, "-" one without, a space the end of
// a run. The loss is told at the end of the runs that are named, and of no other.
func TestSampleSequences(t *testing.T) {
	for _, test := range []struct {
		name        string
		before, had int
		runs        string
		lost        []int
	}{
		{"a new layout, three releases a run", 100, 100, "xx x --- -- -", []int{3, 4, 5}},
		{"a new layout, one release a run", 200, 200, "x x - - - - -", []int{5, 6, 7}},
		{"a new layout of which little is known", 20, 20, "xxx xx --- - - -", []int{5, 6}},
		{"a new layout of a site with pages that have none", 200, 190, "xxx xxx --- -- --", []int{4, 5}},
		{"a new layout on the first day", 60, 60, "---", []int{1}},
		{"the layout comes back", 100, 100, "xx --- --x xx xxxxxxxxxx", []int{2}},
		{"one page without", 200, 200, "xx - xx xxx", nil},
		{"two without", 200, 200, "xx -- xx xxx", nil},
		{"three without, not in a row", 200, 200, "xx -x-x- x-x x-x", nil},
		{"three in a row, once one has lacked it", 200, 199, "xx --- xx", nil},
		{"one in ten lacks it", 200, 180, "xxx-xxxxx xxxx-xxxxx xxxxxxx-- xxxxxxx---x", nil},
		{"half of the pages have it", 200, 100, "----- ----- -----", nil},
		{"every other one from now on", 200, 200, "x-x-x-x- x-x-x-x-", nil},
		{"a drift to one in four", 200, 200, "xx-x x--x x-- x--- x---x---", []int{4, 5}},
		{"nothing new", 200, 200, "", nil},
	} {
		s := learned(t, test.before, test.had)
		now := time.Now()
		var lost []int
		page := 0
		for run, pages := range strings.Fields(test.runs) {
			for _, c := range pages {
				has := health.Watched
				if c == '-' {
					has &^= health.Dateline
				}
				s.Add(fmt.Sprintf("r%07d", page), has)
				page++
			}
			now = now.Add(8 * time.Hour)
			s.Settle(now)
			if len(s.Lost()) > 0 {
				lost = append(lost, run+1)
			}
		}
		if !slices.Equal(lost, test.lost) {
			t.Errorf("%s: lost after the runs %v, want %v", test.name, lost, test.lost)
		}
	}
}

// What is kept is bounded, and a page that is read again counts once.
func TestSampleIsBounded(t *testing.T) {
	s := learned(t, 300, 300)
	for i := range 300 {
		s.Add(fmt.Sprintf("%08d", i%30), health.Watched)
	}
	if len(s.Base) != 200 || len(s.Recent) != 10 {
		t.Errorf("%d and %d pages are kept", len(s.Base), len(s.Recent))
	}
	s = learned(t, 20, 20)
	for range 10 {
		s.Add("the same", 0)
	}
	if lost := s.Lost(); lost != nil {
		t.Errorf("one page is enough: %+v", lost)
	}
}

// Through its JSON form a sample goes on as it was; a loss is told until it is
// over, or two weeks are.
func TestSampleAccepts(t *testing.T) {
	s := learned(t, 50, 50)
	start := time.Now()
	for i := range 30 {
		s.Add(fmt.Sprintf("w%07d", i), health.Headline|health.Body)
	}
	s.Settle(start)
	since := s.LostSince
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	s = &health.Sample{}
	if err := json.Unmarshal(data, s); err != nil {
		t.Fatal(err)
	}
	s.Settle(start.Add(13 * 24 * time.Hour))
	if lost := s.Lost(); len(lost) != 2 || !s.LostSince.Equal(since) || since.IsZero() {
		t.Fatalf("after 13 days: %+v, since %v", lost, s.LostSince)
	}
	if got, want := health.LossWords(s.Lost()), "no dateline any more (0 of the last 10; before, 50 of 50), no standfirst any more (0 of the last 10; before, 50 of 50)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s.Settle(start.Add(14 * 24 * time.Hour))
	if lost := s.Lost(); lost != nil || !s.LostSince.IsZero() {
		t.Errorf("after 14 days: %+v, since %v", lost, s.LostSince)
	}
	// And then it is what the site is held against.
	for i := range 8 {
		s.Add(fmt.Sprintf("later%d", i), health.Headline)
	}
	if lost := s.Lost(); len(lost) != 1 || lost[0].Field != "body" {
		t.Errorf("the next loss: %+v", lost)
	}
}

func TestGist(t *testing.T) {
	for cause, want := range map[string]string{
		"HTTP status 503 Service Unavailable, three times in a row": "HTTP status 503 Service Unavailable, three times in a row",
		"its listings (3 were read) hold no link":                   "its listings (… were read) hold no link",
		"leads to https://a.example/b?c=1 now":                      "leads to … now",
		"dial tcp 192.0.2.7:443: i/o timeout":                       "dial tcp ….….….…:…: i/o timeout",
	} {
		if got := health.Gist(cause); got != want {
			t.Errorf("%q: got %q, want %q", cause, got, want)
		}
	}
	if got := health.MostFrequent(map[string]int{"b": 1, "a": 1, "c": 5}); !slices.Equal(got, []string{"c", "a", "b"}) {
		t.Errorf("most frequent: %v", got)
	}
}

func TestSummary(t *testing.T) {
	since := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var s health.Summary
	if s.Share(health.Body) != 0 {
		t.Error("a share of nothing")
	}
	add := func(published time.Time, lag time.Duration, status int, title string) {
		s.Add(health.OutlineOf(&article.Record{
			Title: title, Published: article.Time{Time: published}, FirstSeen: article.Time{Time: published.Add(lag)},
			Capture: article.Capture{Status: status},
		}))
	}
	add(since.AddDate(-2, 0, 0), 700*24*time.Hour, 200, "old") // seen when the site was first crawled
	if _, ok := s.Lag(since); ok {
		t.Error("a lag of what came out before anybody looked")
	}
	for i := range 1000 {
		add(since.Add(time.Duration(i)*time.Hour), time.Duration(i%3+1)*time.Hour, 200, "")
	}
	add(since.AddDate(1, 0, 0), 99*time.Hour, 0, "a document of the corpus")
	if lag, ok := s.Lag(since); !ok || lag != 2*time.Hour {
		t.Errorf("lag %v, %v", lag, ok)
	}
	if _, ok := s.Lag(time.Time{}); ok {
		t.Error("a lag although nobody knows since when")
	}
	if s.Records != 1002 || s.Share(health.Headline) != 2.0/1002 || s.Share(health.Dateline) != 1 {
		t.Errorf("%d records, shares %v and %v", s.Records, s.Share(health.Headline), s.Share(health.Dateline))
	}
	if s.Recent(health.Headline) != 0.01 || s.Recent(health.Dateline) != 1 {
		t.Errorf("recent shares %v and %v", s.Recent(health.Headline), s.Recent(health.Dateline))
	}
	if want := since.AddDate(1, 0, 0).Add(99 * time.Hour); !s.Newest.Equal(want) {
		t.Errorf("newest %v, want %v", s.Newest, want)
	}
}
