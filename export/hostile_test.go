package export_test

import (
	"fmt"
	"strings"

	"archiver/article"
	"archiver/typeset"
)

// hostileWords mean harm to one reader or another.
var hostileWords = []string{
	"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "]]><x>&amp;&lt;&#0;", "a\x00b\x01\x0b\x1b[31m\x7f\u0085", "\u202egnp.exe\u202c \u200f\u2066", "😀👩‍👩‍👧 e\u0301 \U0001f1ec\U0001f1e7",
	"../../../etc/passwd", `..\..\C:\con.txt`, "=cmd|' /C calc'!A0", "%00%2e%2e/", "{{.Root}} ${x} <%= y %>", "\ufffe\ufdd0\xff\xc0\xaf", "--- # : [a](javascript:alert(1)) **b**", "PAGE \\* MERGEFORMAT", "a\r\nb\tc",
	"</w:t></w:r></w:p>", "-->", "javascript:alert(1)", "\u2028\u2029", strings.Repeat("long ", 400),
}

// hostileReleases makes a release for each of the words, which has it in every field.
func hostileReleases() []*article.Record {
	var list []*article.Record
	for i, w := range hostileWords {
		r := release(fmt.Sprint("hostile-", i), 1+i)
		r.URL += "?" + w
		r.ID = article.ID(r.URL)
		r.Site, r.Force, r.Area, r.Title, r.PageTitle, r.PublishedText = w, w, w, w, w, w
		r.Kind, r.Status, r.Lead = article.Kind(w), article.Status(w), w
		if i == 3 {
			r.Status = article.StatusGone
		}
		text := "Words, " + w + ", and £5 on 101."
		n := len([]rune(text))
		r.Blocks = []article.Block{
			{Kind: article.BlockParagraph, Text: text, Lead: true, Markdown: "**" + text + "**"},
			{Kind: article.BlockHeading, Text: w, Level: 2, Markdown: "## " + w},
			{Kind: article.BlockList, Text: w + "\n" + w, Items: []string{w, w}, Markdown: " * " + w + "\n * " + w},
			{Kind: article.BlockList, Ordered: true, Text: "one\n" + w, Items: []string{"one", w}, Markdown: " 1. one\n 2. " + w},
			{Kind: article.BlockTable, Text: "a | b | c\n" + w + "\nd | e", Markdown: w},
			{Kind: article.BlockQuote, Text: w, Markdown: w},
			{Kind: article.BlockImage, Text: w, Markdown: w},
			{Kind: article.BlockKind(w), Text: w, Markdown: "[" + w + "](" + w + ")"},
			{Kind: article.BlockParagraph, Text: "A link", Markdown: "[A link](https://www.northmarsh.example/" + strings.ReplaceAll(strings.ReplaceAll(w, "\n", ""), ">", "") + ")"},
		}
		r.Quotes = []article.Quote{{Speaker: w, Role: w, Unit: w, Cue: w, Paragraphs: []string{w}, Text: w, Spans: []article.Span{{0, 2, n - 3}, {5, 0, 3}}}}
		r.Advice = []article.Advice{{Heading: w, Items: []string{w, w}, Block: 2}}
		r.References = []article.Mention{{Kind: w, Text: w, Value: w, Start: 7, End: n - 10}}
		r.Phones = []article.Number{{Text: w, Value: w, Start: n - 4, End: n - 1}}
		r.Emails = []article.Number{{Text: w, Value: w, Start: 0, End: 1}}
		r.Amounts = []article.Amount{{Text: w, Value: 5, Start: n - 10, End: n - 8}}
		r.Topics = []article.Topic{{ID: w, Evidence: []string{w}}, {ID: "fraud/" + w}}
		r.Related = []article.Headline{{Title: w, URL: w}, {Title: w, URL: "https://www.northmarsh.example/" + w}, {URL: release(fmt.Sprint("hostile-", i), 1).URL}}
		r.OG = article.OpenGraph{w: w}
		r.Capture = article.Capture{SHA256: w, ContentType: w, Fetched: r.Published}
		r.LastChanged = r.Published
		list = append(list, r)
	}
	return list
}

// told is what a reader has to find of a release.
type told struct {
	Title  string   `json:"title"`
	Link   string   `json:"link"`
	Text   string   `json:"text"`   // of all blocks, without white space
	Blocks []string `json:"blocks"` // the paragraphs, items and cells
}

func toldOf(list []*article.Record) []told {
	var all []told
	for _, r := range list {
		t := told{Title: typeset.Title(r), Link: typeset.Address(r.URL)}
		for _, b := range r.Blocks {
			switch b.Kind {
			case article.BlockList:
				for _, item := range b.Items {
					t.Blocks = append(t.Blocks, typeset.Clean(item))
				}
			case article.BlockTable:
				for row := range strings.SplitSeq(b.Text, "\n") {
					for cell := range strings.SplitSeq(row, " | ") {
						t.Blocks = append(t.Blocks, typeset.Clean(cell))
					}
				}
			default:
				if b.Text != "" {
					t.Blocks = append(t.Blocks, typeset.Clean(b.Text))
				}
			}
		}
		t.Text = squeezed(strings.Join(t.Blocks, ""))
		all = append(all, t)
	}
	return all
}

// squeezed takes white space out of a text.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }
