package export_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/export"
	"archiver/invented"
)

// BenchmarkWrite tells what a record costs in each format. The measure is
// BenchmarkDecode, what reading it from the archive costs at the least: no more
// than twice that. Memory does not grow with the number of records.
func BenchmarkWrite(b *testing.B) {
	for _, format := range export.Formats() {
		if f, err := export.Lookup(format); err != nil || f.Layout == export.Folder {
			continue // see the benchmarks of folders
		}
		b.Run(format, func(b *testing.B) { benchmark(b, format, export.Options{Pages: pagesBy(pageOf)}) })
	}
	b.Run("markdown-ascii", func(b *testing.B) { benchmark(b, "markdown", export.Options{ASCII: true}) })
	b.Run("markdown-hugo", func(b *testing.B) { benchmark(b, "markdown", export.Options{FrontMatter: "hugo"}) })
}

func benchmark(b *testing.B, format string, opts export.Options) {
	r := longRelease()
	b.ReportAllocs()
	recs := func(yield func(*article.Record, error) bool) {
		for i := range b.N {
			next := *r
			next.Revision = i + 1 // no record comes twice
			if !yield(&next, nil) {
				return
			}
		}
	}
	if _, err := export.Write(io.Discard, format, recs, opts); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkDecode(b *testing.B) {
	data, err := json.Marshal(longRelease())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var r article.Record
		if err := json.Unmarshal(data, &r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFolder is mostly the disk's: each file is on it before it has its
// name. The second export finds that nothing has changed.
func BenchmarkFolder(b *testing.B) {
	dir := b.TempDir()
	var list []*article.Record
	for i := range 50 {
		r := longRelease()
		r.URL += fmt.Sprint(i)
		list = append(list, r)
	}
	for _, name := range []string{"first", "second"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				out := dir
				if name == "first" {
					out = fmt.Sprint(dir, "/", i)
				}
				if _, err := export.To(b.Context(), out, nil, "markdown", records(list...), export.Options{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(list)), "µs/record")
		})
	}
}

// longRelease makes a release of the usual length: 300 words and more, with
// quotations, a list, a few links.
func longRelease() *article.Record {
	r := release("a-release-of-the-usual-length-", 1)
	r.OG = article.OpenGraph{
		"description": r.Lead, "image": "https://www.northmarsh.example/og.png?crop=(5,0,195,100)&amp;w=600&amp;h=300",
		"locale": "en_GB", "title": "Warning – callers “with a parcel” are about", "type": "website", "url": r.URL,
	}
	words := strings.Repeat("Callers have cost residents of the marsh dear again. ", 4)
	for i := range 12 {
		text := fmt.Sprint(words, "Paragraph ", i, ".")
		md := text
		if i%4 == 0 {
			md = strings.Replace(text, "residents", "[residents](https://www.northmarsh.example/residents/)", 1)
			r.Links = append(r.Links, article.Link{Text: "residents", URL: "https://www.northmarsh.example/residents/"})
		}
		r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: text, Markdown: md})
		if i%3 == 0 {
			r.Quotes = append(r.Quotes, article.Quote{
				Speaker: "Ivy Marrable", Role: "Detective Constable", Cue: "said", Block: i + 1,
				Paragraphs: []string{words}, Text: words, Spans: []article.Span{{i + 1, 0, len(words)}},
			})
		}
	}
	items := []string{"Do not pay at the door.", "Ask for a card.", "Ring 101."}
	r.Blocks = append(r.Blocks, article.Block{
		Kind: article.BlockList, Text: strings.Join(items, "\n"), Items: items, Markdown: " * " + strings.Join(items, "\n * "),
	})
	for i := range 10 {
		r.Related = append(r.Related, article.Headline{Title: fmt.Sprint("Another story of the marsh ", i), URL: r.URL})
	}
	r.Fill()
	return r
}

// BenchmarkDocuments writes invented releases to folders, or to one file each in
// the formats whose parts follow from one another.
func BenchmarkDocuments(b *testing.B) {
	var list []*article.Record
	for r := range invented.Records(200) {
		list = append(list, r)
	}
	for _, test := range []struct {
		name, file, format string
		opts               export.Options
	}{
		{"html", "site", "html", export.Options{}}, {"docx", "all.docx", "docx", export.Options{}}, {"docx-folder", "word", "docx", export.Options{}},
		{"epub", "all.epub", "epub", export.Options{}}, {"rss", "rss.xml", "rss", export.Options{}},
		{"atom", "atom.xml", "rss", export.Options{Feed: "atom"}}, {"json-feed", "feed.json", "rss", export.Options{Feed: "json"}},
	} {
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			dir := b.TempDir()
			for i := 0; b.Loop(); i++ {
				path := filepath.Join(dir, fmt.Sprint(i)) // else it would find that nothing has changed
				if err := os.Mkdir(path, 0o700); err != nil {
					b.Fatal(err)
				}
				if _, err := export.To(b.Context(), filepath.Join(path, test.file), nil, test.format, records(list...), test.opts); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(list)), "µs/record")
		})
	}
}
