package search_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/invented"
	"archiver/search"

	"github.com/google/go-cmp/cmp"
)

// releases is how many most tests have.
const releases = 100

func crowded() *memory {
	m := newMemory()
	for r := range invented.Records(releases) {
		m.put(r)
	}
	return m
}

// release makes a release of paragraphs, the first of which is the standfirst.
func release(n int, title string, paragraphs ...string) *article.Record {
	r := &article.Record{
		URL: fmt.Sprintf("https://www.mereshire.police.test/news/%d/", n), Site: "mereshire", Force: "Mereshire Police", Area: "Mereshire",
		Status: article.StatusLive, Kind: article.KindAppeal, Title: title, Revision: 1,
	}
	r.Published = article.At(time.Date(2024, 5, n, 12, 0, 0, 0, article.London))
	for i, p := range paragraphs {
		r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: p, Markdown: p, Lead: i == 0})
	}
	r.Fill()
	return r
}

// titles searches and returns the titles of what is found, in order.
func titles(t *testing.T, ix *search.Index, words string) []string {
	t.Helper()
	found, err := ix.Search(t.Context(), search.Query{Words: words, Limit: -1})
	if err != nil {
		t.Fatalf("%s: %v", words, err)
	}
	list := []string{}
	for _, h := range found.Hits {
		list = append(list, h.Title)
	}
	if found.Total != len(list) {
		t.Errorf("%s: %d hits are %d in all", words, len(list), found.Total)
	}
	return list
}

func TestQueries(t *testing.T) {
	a := release(1, "Appeal after café burglary", "Officers don’t know who took £9,200 from the Café Zoë.", "Ring 0300 123 2040, or +44 (0)1606 123456.")
	a.Quotes = []article.Quote{{Speaker: "Ottoline Brackenwhistle", Role: "Detective Sergeant", Unit: "Fraud Team", Text: "A heartless crime.", Paragraphs: []string{"A heartless crime."}, Block: 0, Spans: []article.Span{{0, 0, 8}}}}
	a.References = []article.Mention{{Kind: "iml", Text: "IML 123 456", Value: "IML123456"}}
	a.Phones = []article.Number{{Text: "0300 123 2040", Value: "+443001232040"}}
	a.Topics = []article.Topic{{ID: "fraud/courier"}}
	b := release(2, "Two frauds in a day", "Fraudsters' co-operation with the officer's own bank.", "They charged 4,000 for a burglary alarm.")
	b.Kind, b.Status, b.Revision = article.KindFraud, article.StatusGone, 3
	c := release(3, "Missing: have you seen Miss Fenwick?", "She missed the bus. Cooperation is asked for. Ring 03001232040.", "Don't worry.")
	c.Kind = article.KindMissing
	c.Advice = []article.Advice{{Heading: "Advice"}}
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), newMemory(a, b, c))
	names := map[string]string{"a": a.Title, "b": b.Title, "c": c.Title}
	for _, test := range []struct{ query, want string }{
		{"burglary", "ab"}, {"burglaries", "ab"}, {"BURGLARY", "ab"}, {`"burglaries"`, ""}, {"title:burglary", "a"},
		{"fraud", "b"}, {"fraudster", "b"}, {`"frauds"`, "b"}, {`"fraud"`, ""},
		{"cafe zoe", "a"}, {`"café zoë"`, "a"}, {"caf*", "a"}, {"zoe burglary", "a"},
		{"don't", "ac"}, {"dont", "ac"}, {"don’t", "ac"}, {`"officers don't know"`, "a"},
		{"officer", "ab"}, {`"officer own bank"`, "b"}, {`"officer's own"`, "b"},
		{"co-operation", "bc"}, {"cooperation", "bc"}, {`"co operation"`, "b"}, {`"co-operation is asked"`, "c"}, {`"co-operation with"`, "b"},
		{"03001232040", "ac"}, {"0300 123 2040", "ac"}, {"01606 123456", "a"}, {"+441606123456", "a"}, {"phone:03001232040", "a"}, {`phone:"+44 300 123 2040"`, "a"},
		{"9200", "a"}, {"£9,200", "a"}, {"4,000", "b"},
		{"ref:iml123456", "a"}, {`ref:"IML 123456"`, "a"}, {"ref:iml123*", "a"},
		{"burglary -zoe", "b"}, {"burglary NOT zoe", "b"}, {"-burglary", "c"}, {"burglary -(zoe OR alarm)", ""}, {"burglary -\"café zoë\"", "b"},
		{"zoe OR alarm", "ab"}, {"(zoe OR alarm) officer", "ab"}, {"zoe OR", "a"}, {"OR zoe", "a"}, {"zoe AND burglary", "a"},
		{"speaker:brackenwhistle", "a"}, {"speaker:bracken*", "a"}, {`speaker:"ottoline brackenwhistle"`, "a"}, {`speaker:"brackenwhistle ottoline"`, ""},
		{"role:sergeant", "a"}, {`role:"fraud team"`, "a"}, {"quote:officers", "a"}, {"quote:zoe", ""},
		{"force:mereshire", "abc"}, {"site:mereshire zoe", "a"}, {"site:kent,mereshire kind:fraud", "b"}, {"site:kent", ""},
		{"kind:fraud", "b"}, {"kind:fraud,appeal", "ab"}, {"status:gone", "b"}, {"topic:fraud", "a"}, {"topic:fraud/courier", "a"}, {"topic:fraud/romance", ""},
		{"has:quotes", "a"}, {"has:advice", "c"}, {"has:changes", "b"},
		{"since:2024-05-02", "bc"}, {"until:2024-05-02", "ab"}, {"since:2024-05-02 until:2024-05-02", "b"}, {"until:2023", ""}, {"since:2024-05 fraud", "b"},
		{"missing", "c"}, {"missed", "c"}, {"title:miss", "c"}, {"miss*", "c"}, {`"who took" `, "a"}, {`"zoë ring"`, ""},
		{"", "abc"}, {"  ", "abc"}, {"-", "abc"}, {"()", "abc"}, {`""`, "abc"}, {"title:", "abc"}, {"zoe - burglary", "a"}, {`"café`, "a"}, {"zoe)", "a"}, {"((zoe", "a"},
		{"title: burglary", "a"}, {"title:(burglary OR frauds)", "ab"}, {"Missing: have you seen", "c"}, {"https://x.test/zoe", ""},
	} {
		want := []string{}
		for _, name := range test.want {
			want = append(want, names[string(name)])
		}
		got := titles(t, ix, test.query)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.query, diff)
		}
	}
	for query, want := range map[string]string{
		"titel:x":                              `did you mean "title:"`,
		"colour:red":                           "fields: title, speaker",
		"kind:fruad":                           "known: appeal, court",
		"since:monday":                         "since:2024-05-31",
		"ab*":                                  "at least 3 letters",
		"site:(kent)":                          "site: a value is wanted",
		strings.Repeat("(", 50) + "a":          "brackets",
		strings.Repeat("word ", 200):           "too many parts",
		strings.Repeat("a", 5000):              "too long",
		`"` + strings.Repeat("a b ", 99) + `"`: "too many words",
	} {
		_, err := ix.Search(t.Context(), search.Query{Words: query})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: error %v, want one with %q", query, err, want)
		}
	}
}

func TestRanking(t *testing.T) {
	filler := strings.Repeat("Nothing of note was said here. ", 10)
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), newMemory(
		release(1, "in the headline: otter", filler, filler),
		release(2, "in the standfirst", "An otter. "+filler, filler),
		release(3, "in the text", filler, "An otter. "+filler),
		release(4, "the same, later", filler, "An otter. "+filler),
		release(5, "not at all", filler, filler),
	))
	want := []string{"in the headline: otter", "in the standfirst", "the same, later", "in the text"}
	if got := titles(t, ix, "otter"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	found, err := ix.Search(t.Context(), search.Query{Words: "otter", Sort: search.ByDate, Limit: 2, Offset: 1})
	if err != nil {
		t.Fatal(err)
	}
	if found.Total != 4 || len(found.Hits) != 2 || found.Hits[0].Title != "in the text" || found.Hits[1].Title != "in the standfirst" {
		t.Errorf("by date, from the second: %+v", found)
	}
	if found, err = ix.Search(t.Context(), search.Query{Words: "otter", Offset: 10}); err != nil || found.Total != 4 || len(found.Hits) != 0 {
		t.Errorf("behind the last: %+v, %v", found, err)
	}
	if found, err = ix.Search(t.Context(), search.Query{Words: "ott", Typing: true}); err != nil || found.Total != 4 {
		t.Errorf("while typing: %+v, %v", found, err)
	}
	if found, err = ix.Search(t.Context(), search.Query{Words: "oter"}); err != nil || found.Suggest != "otter" {
		t.Errorf("did you mean: %+v, %v", found, err)
	}
}

func TestSnippets(t *testing.T) {
	long := strings.Repeat("Ümlaute ändern nichts. ", 30)
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), newMemory(
		release(1, "The otter’s café", "A standfirst.", long+"The “shy” otters of\nthe café don’t like noise. "+long)))
	found, err := ix.Search(t.Context(), search.Query{Words: `otter "cafe dont"`})
	if err != nil || found.Total != 1 {
		t.Fatal(found, err)
	}
	h := found.Hits[0]
	marked := func(s string, marks []search.Span) (words []string) {
		for _, m := range marks {
			words = append(words, string([]rune(s)[m[0]:m[1]]))
		}
		return words
	}
	if got, want := marked(h.Snippet, h.Marks), []string{"otters", "café don’t"}; !slices.Equal(got, want) {
		t.Errorf("marked %q in %q, want %q", got, h.Snippet, want)
	}
	if got, want := marked(h.Title, h.TitleMarks), []string{"otter’s"}; !slices.Equal(got, want) {
		t.Errorf("marked %q in the title, want %q", got, want)
	}
	if n := len([]rune(h.Snippet)); n > 230 || !strings.HasPrefix(h.Snippet, "…") || !strings.HasSuffix(h.Snippet, "…") || strings.Contains(h.Snippet, "\n") {
		t.Errorf("snippet of %d: %q", n, h.Snippet)
	}
}

// What search finds for words and phrases in quotation marks is what --query of the
// other commands finds.
func TestAsFilter(t *testing.T) {
	archive := crowded()
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), archive)
	seen := map[string]bool{}
	for r := range invented.Records(8) {
		words := strings.Fields(r.Blocks[1].Text) // no phrase runs over paragraphs here
		for i := 0; i+2 < len(words) && i < 20; i += 7 {
			phrase := strings.Trim(strings.Join(words[i:i+1+i%3], " "), ".,:;!?'\"“”‘’()-£*")
			if seen[phrase] || phrase == "" || strings.ContainsAny(phrase, `'’"“”‘,*`) {
				continue // commas in figures and apostrophes are not the same in both
			}
			seen[phrase] = true
			filter := article.Filter{Query: `"` + phrase + `"`}
			var want []string
			for _, r := range archive.records {
				if filter.Match(r) {
					want = append(want, r.ID)
				}
			}
			found, err := ix.Search(t.Context(), search.Query{Words: filter.Query, Limit: -1})
			if err != nil {
				t.Fatal(err)
			}
			if got := ids(found); len(got) != len(want) {
				t.Errorf("%s: %d found, and by --query %d", filter.Query, len(got), len(want))
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d phrases were tried", len(seen))
	}
}

func ids(found *search.Results) []string {
	var list []string
	for _, h := range found.Hits {
		list = append(list, h.ID)
	}
	return list
}

// The filters select what they select elsewhere.
func TestFilters(t *testing.T) {
	archive := crowded()
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), archive)
	var some *article.Record
	for r := range invented.Records(releases) {
		if len(r.Quotes) > 0 && r.Quotes[0].Speaker != "" && len(r.Topics) > 0 {
			some = r
		}
	}
	at := some.Published.Time
	for _, filter := range []article.Filter{
		{}, {Sites: []string{some.Site}}, {Sites: []string{some.Site, "nowhere"}}, {Kinds: []article.Kind{some.Kind}}, {Topics: []string{"fraud"}}, {Topics: []string{some.Topics[0].ID}},
		{Since: at}, {Until: at}, {Since: at.AddDate(-1, 0, 0), Until: at.AddDate(0, 0, 1)}, {Changed: some.LastChanged.Time}, {Changed: some.LastChanged.Add(1)},
		{Speakers: []string{some.Quotes[0].Speaker}}, {Speakers: []string{strings.ToUpper(some.Quotes[0].Speaker[2:5])}}, {Speakers: []string{""}},
		{URLs: []string{some.URL}}, {IDs: []string{some.ID[:4], "ab"}}, {Statuses: []article.Status{article.StatusLive}}, {Statuses: []article.Status{article.StatusGone}},
		{Sites: []string{some.Site}, Kinds: article.Kinds[:3], Since: at.AddDate(-5, 0, 0)},
	} {
		var want []string
		for _, r := range archive.records {
			if filter.Match(r) {
				want = append(want, r.ID)
			}
		}
		found, err := ix.Search(t.Context(), search.Query{Filter: filter, Limit: -1, Counts: true})
		if err != nil {
			t.Fatal(err)
		}
		got := ids(found)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%+v: %d found, %d match", filter, len(got), len(want))
		}
		sum := 0
		for _, c := range found.Counts.Kinds {
			sum += c.Hits
		}
		if sum != found.Total {
			t.Errorf("%+v: %d by kind, %d in all", filter, sum, found.Total)
		}
	}
}

func TestQuotes(t *testing.T) {
	archive := crowded()
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), archive)
	type count struct{ quotations, releases int }
	all, by := 0, map[string]count{}
	for _, r := range archive.records {
		here := map[string]bool{}
		for _, q := range r.Quotes {
			all++
			c := by[q.Speaker]
			c.quotations++
			if !here[q.Speaker] {
				c.releases++
			}
			here[q.Speaker] = true
			by[q.Speaker] = c
		}
	}
	found, err := ix.Quotes(t.Context(), search.Query{Limit: -1, Counts: true})
	if err != nil || found.Total != all || len(found.Hits) != all || all == 0 {
		t.Fatalf("%d of %d quotations, %v", found.Total, all, err)
	}
	for i, q := range found.Hits {
		r := archive.records[q.ID]
		if !slices.ContainsFunc(r.Quotes, func(x article.Quote) bool {
			return x.Text == q.Quotation && x.Speaker == q.Speaker && x.Role == q.Role && x.Unit == q.Unit && x.Cue == q.Cue && slices.Equal(x.Spans, q.Spans)
		}) {
			t.Errorf("%s is no quotation of %s", q.Quotation, r.URL)
		}
		if i > 0 && q.Published.After(found.Hits[i-1].Published.Time) {
			t.Error("the newest is not first")
		}
	}
	list, total, err := ix.Speakers(t.Context(), search.Query{Limit: -1})
	if err != nil || total != len(by) || len(list) != len(by) {
		t.Fatalf("%d of %d speakers, %v", total, len(by), err)
	}
	for _, s := range list {
		if c := by[s.Speaker]; c != (count{s.Quotations, s.Releases}) || s.Last.Before(s.First.Time) || len(s.Sites) == 0 {
			t.Errorf("%+v, want %+v", s, c)
		}
	}
	// Words are those of the quotation, not of the release.
	word := strings.Trim(strings.Fields(found.Hits[0].Quotation)[0], ".,“”’'")
	said, err := ix.Quotes(t.Context(), search.Query{Words: `"` + word + `"`, Limit: -1})
	if err != nil || said.Total == 0 {
		t.Fatal(said, err)
	}
	for _, q := range said.Hits {
		if len(q.Marks) == 0 || !strings.Contains(strings.ToLower(q.Quotation), strings.ToLower(word)) {
			t.Errorf("%q without %q", q.Quotation, word)
		}
	}
}
