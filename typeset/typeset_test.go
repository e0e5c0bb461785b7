package typeset_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"archiver/article"
	"archiver/typeset"
)

func paragraph(text, md string) article.Block {
	return article.Block{Kind: article.BlockParagraph, Text: text, Markdown: md}
}

func recordOf(blocks ...article.Block) *article.Record {
	r := &article.Record{URL: "https://www.northmarsh.example/news/a/", Site: "northmarsh", Blocks: blocks}
	r.Fill()
	return r
}

func TestBlocks(t *testing.T) {
	officer := article.Quote{Speaker: "Ivy Marrable", Role: "Detective Constable", Unit: "Parcel Team"}
	tests := []struct {
		name   string
		block  article.Block
		change func(r *article.Record)
		want   string
	}{
		{"plain", paragraph("Two & two < five\nsaid \"he\".", ""), nil, "<p>Two &amp; two &lt; five<br>\nsaid &#34;he&#34;.</p>\n"},
		{"lead", article.Block{Kind: article.BlockParagraph, Text: "Hello", Markdown: "**Hello**", Lead: true}, nil, "<p class=\"lead\"><strong>Hello</strong></p>\n"},
		{"emphasis", paragraph("a b c", "a **b _c_**"), nil, "<p>a <strong>b <em>c</em></strong></p>\n"},
		{"escapes", paragraph(`*a* [b] \&amp; c`, `\*a\* \[b\] \\\&amp; **c**`), nil, `<p>*a* [b] \&amp;amp; <strong>c</strong></p>` + "\n"},
		{
			"link", paragraph("see here now", "see [here](<https://a.example/x y?q=\"b\">) now"), nil,
			`<p>see <a href="https://a.example/x%20y?q=%22b%22" rel="noopener nofollow">here</a> now</p>` + "\n",
		},
		{"script link", paragraph("see here", "see [here](javascript:alert(1))"), nil, "<p>see here</p>\n"},
		{"tel link", paragraph("ring 101", "ring [**101**](tel:101)"), nil, "<p>ring <strong>101</strong></p>\n"},
		{"markdown of other words", paragraph("abc", "**abd**"), nil, "<p>abc</p>\n"},
		{"html in markdown", paragraph("abc", "**abc**<script>"), nil, "<p>abc</p>\n"},
		{"heading", article.Block{Kind: article.BlockHeading, Text: "What now", Level: 4, Markdown: "#### What now"}, nil, "<h2>What now</h2>\n"},
		{"bold line", article.Block{Kind: article.BlockHeading, Text: "What now", Markdown: "**What _now_**"}, nil, "<h2>What <em>now</em></h2>\n"},
		{"caption", article.Block{Kind: article.BlockImage, Text: "A card"}, nil, "<p class=\"caption\">A card</p>\n"},
		{"no caption", article.Block{Kind: article.BlockImage}, nil, ""},
		{"set off", article.Block{Kind: article.BlockQuote, Text: "a"}, nil, "<blockquote>\n<p>a</p>\n</blockquote>\n"},
		{
			"list", article.Block{Kind: article.BlockList, Text: "a\nb\nc", Items: []string{"a\nb", "c"}, Markdown: " * a\n   **b**\n * c"}, nil,
			"<ul>\n<li>a<br>\n<strong>b</strong></li>\n<li>c</li>\n</ul>\n",
		},
		{
			"table", article.Block{Kind: article.BlockTable, Text: "a | b | c\nd\ne | £5", Markdown: "**a** | b | c\nd\ne | £5"}, func(r *article.Record) {
				r.Amounts = []article.Amount{{Text: "£5", Start: 16, End: 18}}
			},
			"<div class=\"table\"><table>\n<tbody>\n<tr><td><strong>a</strong></td><td>b</td><td>c</td></tr>\n<tr><td colspan=\"3\">d</td></tr>\n" +
				"<tr><td>e</td><td colspan=\"2\"><span class=\"amount\" title=\"Sum of money\">£5</span></td></tr>\n</tbody>\n</table></div>\n",
		},
		{
			"quotation", paragraph("Ivy said: “é😀 go”.", ""), func(r *article.Record) {
				q := officer
				q.Spans = []article.Span{{0, 10, 17}}
				r.Quotes = []article.Quote{q}
			},
			`<p>Ivy said: <span class="quote s1" title="Detective Constable Ivy Marrable, Parcel Team">“é😀 go”</span>.</p>` + "\n",
		},
	}
	for _, test := range tests {
		r := recordOf(test.block)
		if test.change != nil {
			test.change(r)
		}
		got := string(typeset.Style{}.Body(r))
		if got != test.want {
			t.Errorf("%s:\ngot  %q\nwant %q", test.name, got, test.want)
		}
	}
}

// TestOverlaps holds that marks that overlap nest, and that of two quotations in
// one place the earlier stays whole.
func TestOverlaps(t *testing.T) {
	r := recordOf(paragraph("abcdefgh", "ab**cde**fgh"))
	r.Quotes = []article.Quote{{Speaker: "A", Spans: []article.Span{{0, 3, 6}}}, {Speaker: "B", Spans: []article.Span{{0, 5, 99}, {7, 0, 1}, {0, 4, 2}}}}
	r.References = []article.Mention{{Kind: "crime", Start: 4, End: 7}, {Start: -3, End: 0}}
	want := `<p>ab<strong>c</strong>` +
		`<span class="quote s1" title="A"><strong>d</strong><span class="reference" title="Reference: crime"><strong>e</strong>f</span></span>` +
		`<span class="quote s2" title="B"><span class="reference" title="Reference: crime">g</span>h</span></p>` + "\n"
	if got := string(typeset.Style{}.Body(r)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAdviceAndSpeakers(t *testing.T) {
	r := recordOf(
		paragraph("PC Vera Quill said: “Wait.", ""), paragraph("“Then ring.”", ""),
		article.Block{Kind: article.BlockHeading, Text: "Do this:"},
		article.Block{Kind: article.BlockList, Text: "Wait", Items: []string{"Wait"}},
		paragraph("End", ""),
	)
	r.Advice = []article.Advice{{Heading: "Do this:", Items: []string{"Wait"}, Block: 3}, {Block: 3}, {Block: 17}}
	r.Quotes = []article.Quote{{Speaker: "Vera <Quill>", Role: "PC", Unit: "Team", Spans: []article.Span{{0, 20, 26}, {1, 0, 12}}}}
	got := string(typeset.Style{Speakers: true, Heading: 3}.Body(r))
	want := `<p class="speaker s1"><b>Vera &lt;Quill&gt;</b> <span>PC, Team</span></p>
<p>PC Vera Quill said: <span class="quote s1" title="PC Vera &lt;Quill&gt;, Team">“Wait.</span></p>
<p><span class="quote s1" title="PC Vera &lt;Quill&gt;, Team">“Then ring.”</span></p>
<div class="advice">
<h3>Do this:</h3>
<ul>
<li>Wait</li>
</ul>
</div>
<p>End</p>
`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestAddress(t *testing.T) {
	for given, want := range map[string]string{
		"https://a.example/b?c=d#e":         "https://a.example/b?c=d#e",
		" HTTP://A.example:8080/%zz/%41":    "",
		"http://A.example:8080/ä b":         "http://a.example:8080/%C3%A4%20b",
		"https://bücher.example/":           "https://xn--bcher-kva.example/",
		"https://a.example/?a=<b>'\"|\\^`{": "https://a.example/?a=%3Cb%3E'%22%7C%5C%5E%60%7B",
		"https://a.example/\u202egnp":       "https://a.example/%E2%80%AEgnp",
		"https://police.uk@evil.example/":   "",
		"https:///path":                     "",
		"//a.example/":                      "",
		"javascript:alert(1)":               "",
		"JaVaScRiPt:alert(1)//https://a.b/": "",
		"data:text/html,<script>":           "",
		"https:a.example":                   "",
		"https://a\"onclick=.example/":      "",
		"tel:101":                           "",
		"file:///etc/passwd":                "",
		"https://a.example/\x00":            "",
	} {
		if got := typeset.Address(given); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	const given = "a\x00b\tc\r\nd\u0085\u202e\ufffe\ufdd0\U0001fffff\xff😀"
	want := "a\uFFFDb\tc \nd\uFFFD\u202e\uFFFD\uFFFD\uFFFDf\uFFFD😀"
	if got := typeset.Clean(given); got != want || len([]rune(got)) != len([]rune(given)) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// pieces are words that mean harm, and what Markdown and spans are made of.
var pieces = []string{
	"<script>alert(1)</script>", "</p>", "<!--", "-->", "]]>", "&amp;", "&#0;", "<img src=x onerror=y>", `" onclick="x`, "'", "{{.}}", "\x00", "\x1b[31m", "\u202e", "\u2028", "\xff",
	"é", "e\u0301", "😀", "\n", " ", " | ", "**", "_", "*", "[a](https://a.example/)", "[b](javascript:x)", `\*`, "\\", "`", "<https://a.example>", "![i](u)", "# ", " * ", "1. ", "> ", "word", "£5", "“", "”", "\t", "\r",
}

func blockGen(t *rapid.T) article.Block {
	words := rapid.OneOf(rapid.SampledFrom(pieces), rapid.String())
	join := func(label string) string {
		return strings.Join(rapid.SliceOfN(words, 1, 8).Draw(t, label), "")
	}
	b := article.Block{Kind: rapid.SampledFrom([]article.BlockKind{
		article.BlockParagraph, article.BlockHeading, article.BlockList, article.BlockQuote, article.BlockTable, article.BlockImage, "other",
	}).Draw(t, "kind")}
	b.Text = join("text")
	b.Markdown = rapid.SampledFrom([]string{b.Text, "**" + b.Text + "**", "[" + b.Text + "](https://a.example/)", "_" + b.Text + "_", join("markdown")}).Draw(t, "markdown")
	if b.Kind == article.BlockList && rapid.Bool().Draw(t, "items") {
		b.Items = strings.Split(b.Text, " ")
		b.Text = strings.Join(b.Items, "\n")
	}
	return b
}

// TestWordsStay holds for hostile blocks with marks anywhere: what a reader of
// HTML and one of XML see are the words of the block, in elements that this
// package makes, and no address but those of web pages.
func TestWordsStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := blockGen(t)
		r := &article.Record{Blocks: []article.Block{b}}
		place := rapid.IntRange(-3, len([]rune(b.Text))+3)
		for i := range rapid.IntRange(0, 4).Draw(t, "marks") {
			from, to := place.Draw(t, "from"), place.Draw(t, "to")
			name := rapid.SampledFrom(pieces).Draw(t, "name")
			r.Quotes = append(r.Quotes, article.Quote{Speaker: name, Role: name, Unit: name, Spans: []article.Span{{0, from, to}, {i, to, from}}})
			r.References = append(r.References, article.Mention{Kind: name, Start: to, End: from})
			r.Phones = append(r.Phones, article.Number{Value: name, Start: from + 1, End: to})
			r.Amounts = append(r.Amounts, article.Amount{Start: from, End: to + 1})
			r.Emails = append(r.Emails, article.Number{Start: from, End: to - 1})
			r.Advice = append(r.Advice, article.Advice{Block: i})
		}
		want := typeset.Clean(b.Text)
		got := string(typeset.Style{}.Body(r))
		if text := textOf(t, got); text != want {
			t.Fatalf("HTML says %q, want %q\n%s", text, want, got)
		}
		strict := string(typeset.Style{XML: true, Speakers: true}.Body(r))
		xmlText(t, strict) // is well-formed
		if without := string(typeset.Style{XML: true}.Body(r)); xmlText(t, without) != want {
			t.Fatalf("XML says %q, want %q\n%s", xmlText(t, without), want, without)
		}
		checkElements(t, strict)
		checkElements(t, got)
	})
}

type fataler interface {
	Helper()
	Fatalf(string, ...any)
}

// textOf returns what a reader of HTML sees of one block, with the line breaks
// and cell borders of the record's text.
func textOf(t fataler, s string) string {
	t.Helper()
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	items, cells, rows := 0, 0, 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.Fatalf("%v", z.Err())
			}
			return b.String()
		case html.TextToken:
			b.WriteString(between(string(z.Text())))
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			border(&b, string(name), &items, &cells, &rows)
		}
	}
}

// between drops the line breaks that stand between elements: those of the text
// are elements.
func between(text string) string { return strings.ReplaceAll(text, "\n", "") }

func border(b *strings.Builder, name string, items, cells, rows *int) {
	switch name {
	case "br":
		b.WriteByte('\n')
	case "li":
		if *items++; *items > 1 {
			b.WriteByte('\n')
		}
	case "tr":
		*cells = 0
		if *rows++; *rows > 1 {
			b.WriteByte('\n')
		}
	case "td":
		if *cells++; *cells > 1 {
			b.WriteString(" | ")
		}
	}
}

func xmlText(t fataler, s string) string {
	t.Helper()
	var b strings.Builder
	d := xml.NewDecoder(strings.NewReader("<body>" + s + "</body>"))
	items, cells, rows := 0, 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v in %s", err, s)
		}
		switch token := token.(type) {
		case xml.CharData:
			b.WriteString(between(string(token)))
		case xml.StartElement:
			border(&b, token.Name.Local, &items, &cells, &rows)
		}
	}
}

var elements = map[string]bool{
	"p": true, "h2": true, "ul": true, "ol": true, "li": true, "blockquote": true, "div": true, "table": true, "tbody": true, "tr": true, "td": true,
	"br": true, "span": true, "b": true, "strong": true, "em": true, "a": true,
}

func checkElements(t fataler, s string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(s))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Type {
		case html.TextToken, html.EndTagToken:
			continue
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			t.Fatalf("%v in %s", token, s)
		}
		if !elements[token.Data] {
			t.Fatalf("element %s in %s", token.Data, s)
		}
		for _, a := range token.Attr {
			switch a.Key {
			case "class", "title", "rel", "colspan":
			case "href":
				if a.Val != "https://a.example/" {
					t.Fatalf("link to %s in %s", a.Val, s)
				}
			default:
				t.Fatalf("attribute %s in %s", a.Key, s)
			}
		}
	}
}

// BenchmarkBody sets a release of the usual length.
func BenchmarkBody(b *testing.B) {
	r := &article.Record{}
	words := strings.Repeat("Callers have cost residents of the marsh dear again. ", 4)
	for i := range 12 {
		text := fmt.Sprint(words, "Paragraph ", i, ".")
		md := text
		if i%4 == 0 {
			md = strings.Replace(text, "residents", "[residents](https://www.northmarsh.example/residents/)", 1)
		}
		r.Blocks = append(r.Blocks, paragraph(text, md))
		if i%3 == 0 {
			r.Quotes = append(r.Quotes, article.Quote{Speaker: "Ivy Marrable", Spans: []article.Span{{i, 0, len(words)}}})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		typeset.Style{Speakers: true}.Body(r)
	}
}

// TestRuns holds that runs say the words of their blocks.
func TestRuns(t *testing.T) {
	r := recordOf(paragraph("a b c", "a **b _c_**"), paragraph("see x", "[see x](https://a.example/)"))
	r.Quotes = []article.Quote{{Spans: []article.Span{{0, 2, 3}}}}
	r.Amounts = []article.Amount{{Block: 1, Start: 4, End: 5}} // which is no look of its own
	want := [][]typeset.Run{
		{{Text: "a "}, {Text: "b", Strong: true, Quote: true}, {Text: " ", Strong: true}, {Text: "c", Strong: true, Emphasis: true}},
		{{Text: "see x", Link: "https://a.example/"}},
	}
	if got := typeset.Runs(r); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		b := blockGen(t)
		r := &article.Record{Blocks: []article.Block{b}}
		place := rapid.IntRange(-1, len([]rune(b.Text))+1)
		r.Quotes = []article.Quote{{Spans: []article.Span{{0, place.Draw(t, "from"), place.Draw(t, "to")}}}}
		got := ""
		for _, run := range typeset.Runs(r)[0] {
			got += run.Text
		}
		if want := typeset.Clean(b.Text); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}
