package revision_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"archiver/article"
	"archiver/revision"
)

// release makes a record of paragraphs, the first of which is the lead. What
// stands between “ and ” is a quotation of whom "NAME:" before the text names.
func release(title string, paragraphs ...string) *article.Record {
	r := &article.Record{
		URL: "https://www.mereshire.police.example/news/one/", Site: "demo", Status: article.StatusLive,
		Kind: article.KindOther, Title: title, Published: article.At(time.Date(2024, 8, 14, 10, 39, 0, 0, time.UTC)), Revision: 1,
	}
	for i, p := range paragraphs {
		speaker := ""
		if name, rest, ok := strings.Cut(p, "|"); ok {
			speaker, p = name, rest
		}
		r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: p, Markdown: p, Lead: i == 0})
		for at := 0; ; {
			from := strings.Index(p[at:], "“")
			to := strings.Index(p[at:], "”")
			if from < 0 || to < from {
				break
			}
			from, to = at+from+len("“"), at+to
			words := p[from:to]
			r.Quotes = append(r.Quotes, article.Quote{
				Speaker: speaker, Paragraphs: []string{words}, Text: words, Block: i,
				Spans: []article.Span{{i, utf8.RuneCountInString(p[:from]), utf8.RuneCountInString(p[:to])}},
			})
			at = to + len("”")
		}
	}
	if len(paragraphs) > 0 {
		r.Lead = r.Blocks[0].Text
	}
	r.Fill()
	return r
}

const (
	lead = "Officers are looking into a collision near the market in Harrowmere."
	tail = "Anybody who saw what happened is asked to ring 101 and to quote IML 123456."
)

// Each case is one paragraph as it was and as it became, in a release that says
// the same before and behind it; the fields are those of the change.
var classes = []struct {
	old, new string
	class    revision.Class
	fields   string
}{
	// White space, marks, case.
	{"The car  was red.", "The car was red.", revision.Cosmetic, "body"},
	{"The car was red.", "The car was\nred.", revision.Cosmetic, "body"},
	{"It was \"only\" a car.", "It was “only” a car.", revision.Cosmetic, "body"},
	{"It was 'only' a car.", "It was only a car.", revision.Cosmetic, "body"},
	{"The officer’s car was red.", "The officer's car was red.", revision.Cosmetic, "body"},
	{"The car, which was red, stopped.", "The car which was red stopped.", revision.Cosmetic, "body"},
	{"The car stopped – and left.", "The car stopped - and left.", revision.Cosmetic, "body"},
	{"A well known shop was hit.", "A well-known shop was hit.", revision.Cosmetic, "body"},
	{"POLICE want to hear from you.", "Police want to hear from you.", revision.Cosmetic, "body"},
	{"He had life threatening injuries.", "He had life-threatening injuries.", revision.Cosmetic, "body"},
	{"The loss came to £9,200 in all.", "The loss came to £9200 in all.", revision.Cosmetic, "body"},
	{"JOHN HARGRAVE stood at the door.", "John Hargrave stood at the door.", revision.Cosmetic, "body"},
	// Typing.
	{"The inquiry contineus today.", "The inquiry continues today.", revision.Cosmetic, "body"},
	{"Officers recieved a call.", "Officers received a call.", revision.Cosmetic, "body"},
	{"They went to teh the shop.", "They went to the the shop.", revision.Minor, "body"}, // three letters tell too little
	{"They went to the the shop.", "They went to the shop.", revision.Cosmetic, "body"},
	{"He was chraged with murder.", "He was charged with murder.", revision.Cosmetic, "body"},
	{"The invesigtation goes on.", "The investigation goes on.", revision.Cosmetic, "body"},
	{"It happened in Harowmere on the bridge.", "It happened in Harrowmere on the bridge.", revision.Cosmetic, "body"},
	{"They came form the shop.", "They came from the shop.", revision.Minor, "body"},
	{"There were many peopl in the street.", "There were many people in the street.", revision.Cosmetic, "body"},
	// Wording.
	{"The car was red.", "The car was dark.", revision.Minor, "body"},
	{"The car stopped at the kerb.", "The vehicle came to a stop at the kerb.", revision.Minor, "body"},
	{"We would like to hear from you.", "We would be glad to hear from you.", revision.Minor, "body"},
	{"The shop was open then.", "The shop was open when it happened.", revision.Minor, "body"},
	{"A man was seen nearby.", "A motorist was seen nearby.", revision.Minor, "body"},
	{"Look at the shop.", "Lock at the shop.", revision.Minor, "body"},
	// Names and ranks.
	{"The court heard from John Hargrave.", "The court heard from James Hargrave.", revision.Material, "body names"},
	{"The man lives with Mary Ellwood.", "The man lives with a friend.", revision.Material, "body names"},
	{"It happened near the station.", "It happened near the station in Cwmhelyg.", revision.Material, "body names"},
	{"Smithson was seen there.", "Smythson was seen there.", revision.Material, "body names"},
	{"Tolworth was seen there.", "Wetherby was seen there.", revision.Material, "body names"},
	{"The case is led by Inspector Ann Lee.", "The case is led by Sergeant Ann Lee.", revision.Material, "body names"},
	{"Officers went to the house.", "Detectives went to the house.", revision.Minor, "body"},
	// Offences and outcomes.
	{"He is accused of murder.", "He is accused of manslaughter.", revision.Material, "body offences"},
	{"He is accused of murder.", "He is accused of attempted murder.", revision.Material, "body offences"},
	{"The man is being asked about it.", "The man is being asked about a burglary.", revision.Material, "body offences"},
	{"The driver is in hospital.", "The driver has died in hospital.", revision.Material, "body outcome"},
	{"A man was arrested at the scene.", "A man was charged at the scene.", revision.Material, "body outcome"},
	{"The jury found him guilty.", "The jury found him not guilty.", revision.Material, "body outcome sense"},
	{"The jury found him quickly.", "The jury acquitted him quickly.", revision.Material, "body outcome"},
	// Money, references, telephones, addresses.
	{"They lost £9,200 to him.", "They lost £9,400 to him.", revision.Material, "body amounts"},
	{"They lost £2 thousand to him.", "They lost £2 million to him.", revision.Material, "body amounts"},
	{"They lost money to him.", "They lost money to him, about £300.", revision.Material, "body amounts"},
	{"Quote 23*118822 when you call.", "Quote 23*118823 when you call.", revision.Material, "body references"},
	{"Ring the office on 0300 555 0123.", "Ring the office on 0300 555 0124.", revision.Material, "body phones"},
	// Ages, people, dates, figures, sense.
	{"A 34-year-old was seen.", "A 35-year-old was seen.", revision.Material, "body ages"},
	{"Ada Quillfeather, 34, was there.", "Ada Quillfeather, 43, was there.", revision.Material, "body ages"},
	{"Three men were in the car.", "Four men were in the car.", revision.Material, "body people"},
	{"A man was in the car.", "A woman was in the car.", revision.Material, "body people"},
	{"A man was in the car.", "Two men were in the car.", revision.Material, "body people"},
	{"It began on 12 August.", "It began on 13 August.", revision.Material, "body dates"},
	{"It began on Monday.", "It began on Tuesday.", revision.Material, "body dates"},
	{"It began at 3.15pm.", "It began at 4.15pm.", revision.Material, "body dates"},
	{"He was given 18 months.", "He was given 16 months.", revision.Material, "body figures"},
	{"She was hurt badly.", "She was not hurt badly.", revision.Material, "body sense"},
	// Quotations.
	{"Ann Lee|Ann Lee said: “We will find them.”", "Ann Lee|Ann Lee said: “We hope to find them.”", revision.Material, "body quotes"},
	{"Ann Lee|Ann Lee said: “We will fnid them soon.”", "Ann Lee|Ann Lee said: “We will find them soon.”", revision.Cosmetic, "body"},
	{"Ann Lee|Ann Lee said: “We will find them.”", "Bob Marl|Bob Marl said: “We will find them.”", revision.Material, "body speakers names"},
	{"Ann Lee|Ann Lee said: “We will find them.”", "Ann Lee|Later Ann Lee said: “We will find them.”", revision.Minor, "body"},
	{"The man came back.", "Ann Lee|The man came back. “We will find him,” they said.", revision.Material, "body quotes"},
}

func TestClasses(t *testing.T) {
	for _, c := range classes {
		a := release("Collision near the market", lead, c.old, tail)
		b := release("Collision near the market", lead, c.new, tail)
		d := revision.Compare(a, b)
		if d.Class != c.class || strings.Join(d.Fields(), " ") != c.fields {
			t.Errorf("%q → %q:\n got %s %v %+v\nwant %s [%s]", c.old, c.new, d.Class, d.Fields(), d.Changes, c.class, c.fields)
		}
		if back := revision.Compare(b, a); back.Class != c.class {
			t.Errorf("%q ← %q: %s %v, the other way %s", c.old, c.new, back.Class, back.Fields(), c.class)
		}
		applies(t, a, b, d)
	}
	if len(classes) < 40 {
		t.Errorf("%d cases", len(classes))
	}
}

// applies holds what a difference promises: its old words are the older release,
// its new words the newer.
func applies(t *testing.T, a, b *article.Record, d *revision.Difference) {
	t.Helper()
	title, newTitle := joined(d.Title, nil)
	if title != a.Title || newTitle != b.Title {
		t.Errorf("the titles come out as %q and %q, they are %q and %q", title, newTitle, a.Title, b.Title)
	}
	texts := func(r *article.Record) string {
		var out []string
		for _, block := range r.Blocks {
			if block.Text != "" {
				out = append(out, block.Text)
			}
		}
		return strings.Join(out, "\n\n")
	}
	older, newer := joined(d.Body, d.Moved)
	if older != texts(a) {
		t.Errorf("the older body comes out as\n%q, it is\n%q", older, texts(a))
	}
	if newer != texts(b) {
		t.Errorf("the newer body comes out as\n%q, it is\n%q", newer, texts(b))
	}
	if (d.Class == revision.None) != (len(d.Changes) == 0) {
		t.Errorf("class %s with %d changes", d.Class, len(d.Changes))
	}
}

func joined(edits []revision.Edit, moved [][]revision.Edit) (older, newer string) {
	var x, y strings.Builder
	for _, e := range edits {
		if e.Moved > 0 {
			from, to := joined(moved[e.Moved-1], nil)
			if e.Op == revision.Delete {
				x.WriteString(from)
			} else {
				y.WriteString(to)
			}
			continue
		}
		x.WriteString(e.Old)
		y.WriteString(e.New)
	}
	return x.String(), y.String()
}

// What is not of the words, and what is of no text at all.
func TestFields(t *testing.T) {
	paragraphs := []string{lead, "The car was red and stood at the kerb for long.", "Two people saw it.", tail}
	for name, c := range map[string]struct {
		change func(*article.Record)
		class  revision.Class
		fields string
	}{
		"nothing": {func(*article.Record) {}, revision.None, ""},
		"furniture": {func(r *article.Record) {
			r.Related = []article.Headline{{Title: "Man jailed", URL: "https://x.example/"}}
			r.OG = article.OpenGraph{"image": "x.png"}
			r.PageTitle, r.Kind, r.Topics = "Another | Force", article.KindAppeal, []article.Topic{{ID: "fraud"}}
			r.Images = []article.Link{{URL: "https://x.example/a.png"}}
			r.Status, r.Extraction.Version = article.StatusGone, "9"
			r.Advice = []article.Advice{{Items: []string{"Look out."}}}
			r.PublishedText = "another form"
		}, revision.None, ""},
		"an older reader's lists": {func(r *article.Record) {
			r.References = []article.Mention{{Kind: "iml", Text: "IML 123456", Value: "123456", Block: 3, Start: 64, End: 74}}
			r.Quotes = []article.Quote{{Text: "red", Paragraphs: []string{"red"}, Block: 1, Spans: []article.Span{{1, 12, 15}}}}
		}, revision.None, ""},
		"title":          {func(r *article.Record) { r.Title = "Collision at the market" }, revision.Material, "title"},
		"title's case":   {func(r *article.Record) { r.Title = "Collision Near The Market" }, revision.Cosmetic, "title"},
		"title's typing": {func(r *article.Record) { r.Title = "Collison near the market" }, revision.Cosmetic, "title"},
		"time":           {func(r *article.Record) { r.Published = article.At(r.Published.Add(time.Hour)) }, revision.Material, "published"},
		"no time":        {func(r *article.Record) { r.Published = article.Time{} }, revision.Material, "published"},
		"lead": {func(r *article.Record) {
			r.Blocks[0].Text = strings.Replace(lead, "looking into", "asking about", 1)
			r.Lead = r.Blocks[0].Text
		}, revision.Minor, "lead"},
		"bold":               {func(r *article.Record) { r.Blocks[1].Markdown = "**" + r.Blocks[1].Text + "**" }, revision.Cosmetic, "markup"},
		"heading":            {func(r *article.Record) { r.Blocks[1].Kind = article.BlockHeading }, revision.Cosmetic, "markup"},
		"a short one's kind": {func(r *article.Record) { r.Blocks[2].Kind = article.BlockQuote }, revision.Cosmetic, "markup"},
		"link":               {func(r *article.Record) { r.Links = []article.Link{{Text: "car", URL: "https://x.example/"}} }, revision.Minor, "links"},
		"picture": {func(r *article.Record) {
			r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockImage, Markdown: "![](a.png)"})
		}, revision.Minor, "images"},
		"order": {func(r *article.Record) { r.Blocks[1], r.Blocks[3] = r.Blocks[3], r.Blocks[1] }, revision.Minor, "order"},
		"divided": {func(r *article.Record) {
			r.Blocks[1].Text = "The car was red"
			r.Blocks = append(r.Blocks[:2:2], append([]article.Block{{Kind: article.BlockParagraph, Text: "and stood at the kerb for long."}}, r.Blocks[2:]...)...)
		}, revision.Cosmetic, "body"},
		"joined": {func(r *article.Record) {
			r.Blocks[1].Text += " Two people saw it."
			r.Blocks = append(r.Blocks[:2:2], r.Blocks[3])
		}, revision.Cosmetic, "body"},
		"white space": {func(r *article.Record) { r.Blocks[1].Text = strings.Replace(r.Blocks[1].Text, " was", "\u00a0was", 1) }, revision.Cosmetic, "body"},
		"a long passage": {func(r *article.Record) {
			r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: strings.Repeat("so it was and is ", 8) + "there."})
		}, revision.Material, "body"},
		"a short passage": {func(r *article.Record) {
			r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: strings.Repeat("so it was and is ", 2) + "there."})
		}, revision.Minor, "body"},
		"all gone": {func(r *article.Record) { r.Blocks, r.Lead = nil, "" }, revision.Material, "lead body names references"},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := release("Collision near the market", paragraphs...), release("Collision near the market", paragraphs...)
			c.change(b)
			b.Fill()
			d := revision.Compare(a, b)
			if d.Class != c.class || strings.Join(d.Fields(), " ") != c.fields {
				t.Errorf("got %s %+v, want %s [%s]", d.Class, d.Changes, c.class, c.fields)
			}
			if !article.SameContent(a, b) && d.Class == revision.None {
				t.Error("the archive makes a revision of it, and there is no difference")
			}
			applies(t, a, b, d)
			applies(t, b, a, revision.Compare(b, a))
		})
	}
}

// Few words are shown as changed: a paragraph that moved or was divided is not
// new.
func TestFewWords(t *testing.T) {
	older, newer := updated()
	d := revision.Compare(older, newer)
	if d.Removed > 20 || d.Added > 20 || len(d.Moved) != 1 {
		t.Errorf("%d words removed, %d added, %d blocks moved", d.Removed, d.Added, len(d.Moved))
	}
	// One that moved and was touched.
	a := release("One", lead, "The car stood at the kerb for most of the day, with a window open.", "Nobody in the street had heard a thing of it.", tail)
	b := release("One", lead, "Nobody in the street had heard a thing of it.", "The car stood at the kerb for most of a day, with the window open.", tail)
	if d = revision.Compare(a, b); d.Class != revision.Minor || d.Removed+d.Added > 4 || len(d.Moved) != 1 {
		t.Errorf("moved and touched: %+v", d)
	}
}

func FuzzWords(f *testing.F) {
	for _, c := range classes {
		f.Add(c.old, c.new)
	}
	f.Add("", "a b\n\n c")
	f.Add("a a a b a", "a b a a a a")
	f.Add("\xff\xfe x", " x\u2028y ")
	f.Fuzz(func(t *testing.T, a, b string) {
		older, newer := joined(revision.Words(a, b), nil)
		if older != a || newer != b {
			t.Errorf("%q and %q come out as %q and %q", a, b, older, newer)
		}
		for _, e := range revision.Words(a, a) {
			if e.Op != revision.Keep {
				t.Errorf("%q differs from itself: %+v", a, e)
			}
		}
	})
}

// Two releases of any paragraphs; the fuzzer's bytes also say which are quoted,
// and what the record's lists point at, rightly or not.
func FuzzCompare(f *testing.F) {
	for _, c := range classes {
		f.Add(lead+"\n\n"+c.old+"\n\n"+tail, tail+"\n\n"+c.new+"\n\n"+lead, 1, 3)
	}
	f.Fuzz(func(t *testing.T, x, y string, n, m int) {
		a, b := release(strings.ToValidUTF8(x[:min(len(x), 20)], ""), strings.Split(x, "\n\n")...), release("Two", strings.Split(y, "\n\n")...)
		for _, r := range []*article.Record{a, b} {
			r.References = []article.Mention{{Text: x[:min(len(x), 9)], Block: n, Start: m, End: m + 9}}
			r.Amounts = []article.Amount{{Value: float64(n), Block: m, Start: n, End: m}}
		}
		d := revision.Compare(a, b)
		applies(t, a, b, d)
		if same := revision.Compare(a, a); same.Class != revision.None {
			t.Errorf("a release differs from itself: %+v", same)
		}
		if !article.SameContent(a, b) && d.Class == revision.None {
			t.Error("content differs, and there is no difference")
		}
		for _, format := range revision.Formats {
			for _, context := range []int{-1, 0, 3} {
				if err := revision.Write(io.Discard, format, a, b, d, revision.Options{Context: context, Colour: n > 0, Width: m, Wrap: func(s string, _ int) string { return s }}); err != nil {
					t.Errorf("%s: %v", format, err)
				}
			}
		}
	})
}

// Texts that are made to cost much: words of two kinds at random, which have no
// short way from one to the other.
func hostile(n int, seed uint64) string {
	var b strings.Builder
	rng := rand.New(rand.NewPCG(seed, 1))
	for range n {
		b.WriteString([]string{"here ", "there ", "Where ", "12 ", ". "}[rng.IntN(5)])
	}
	return b.String()
}

func TestHostileTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	start := time.Now()
	same := release("One", strings.Repeat("one and the same ", 30_000), strings.Repeat("“Ada 34 £5 ", 30_000))
	same.Amounts = make([]article.Amount, 10_000)
	if d := revision.Compare(same, same); d.Class != revision.None {
		t.Errorf("a long text differs from itself: %+v", d.Changes)
	}
	a, b := hostile(50_000, 1), hostile(50_000, 2)
	older, newer := joined(revision.Words(a, b), nil)
	if older != a || newer != b {
		t.Error("the texts come out otherwise")
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

// ordinary is a release of so many paragraphs, some of them touched.
func ordinary(paragraphs int, touched bool) *article.Record {
	var list []string
	for i := range paragraphs {
		p := fmt.Sprintf("Officers were called to number %d in Mill Lane by Ada Quillfeather, 34, who said that £%d had been taken from the car in the night, and that nobody had heard a thing of it.", i, i*10)
		if touched && i%5 == 2 {
			p = strings.Replace(p, "the car in the night", "a van during the night", 1)
		}
		list = append(list, p)
	}
	return release("Thefts in Mill Lane", list...)
}

func BenchmarkCompare(b *testing.B) {
	for _, size := range []int{20, 200, 2000} {
		older, newer := ordinary(size, false), ordinary(size, true)
		b.Run(fmt.Sprintf("%d-words", 34*size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				revision.Compare(older, newer)
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for _, size := range []int{1000, 10_000, 100_000} {
		older, newer := release("One", hostile(size, 1)), release("One", hostile(size, 2))
		b.Run(fmt.Sprintf("%d-words", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				revision.Compare(older, newer)
			}
		})
	}
}
