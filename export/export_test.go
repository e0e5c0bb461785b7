package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archiver/article"
	"archiver/export"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden writes each testdata/*.json, a record, in every format. A further
// case is one file; the others come with -update.
func TestGolden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*.json")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no records in testdata: %v", err)
	}
	variants := []struct {
		suffix, format string
		opts           export.Options
	}{
		{".md", "markdown", export.Options{}},
		{".ascii.md", "markdown", export.Options{ASCII: true}},
		{".links.md", "markdown", export.Options{Links: true}},
		{".hugo.md", "markdown", export.Options{FrontMatter: "hugo"}},
		{".txt", "text", export.Options{}},
		{".jsonl", "jsonl", export.Options{}},
	}
	for _, input := range inputs {
		r := readRecord(t, input)
		for _, v := range variants {
			golden := strings.TrimSuffix(input, ".json") + v.suffix
			t.Run(filepath.Base(golden), func(t *testing.T) {
				got := write(t, v.format, v.opts, r)
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
	}
}

func TestSeveral(t *testing.T) {
	a, b := release("a", 1), release("b", 2)
	for _, format := range []string{"markdown", "text"} {
		got := write(t, format, export.Options{}, a, b)
		want := write(t, format, export.Options{}, a) + "\n" + write(t, format, export.Options{}, b)
		if got != want {
			t.Errorf("%s: got %q, want %q", format, got, want)
		}
	}
	got := write(t, "jsonl", export.Options{}, a, b)
	if want := write(t, "jsonl", export.Options{}, a) + write(t, "jsonl", export.Options{}, b); got != want {
		t.Errorf("jsonl: got %q, want %q", got, want)
	}
}

func TestEmptyRelease(t *testing.T) {
	r := &article.Record{URL: "https://www.northmarsh.example/empty/", Site: "northmarsh"}
	r.Fill()
	if got := write(t, "text", export.Options{}, r, release("a", 1), r, r); got != write(t, "text", export.Options{}, release("a", 1)) {
		t.Errorf("text: got %q", got)
	}
	want := "```yaml\narea: ''\nog: {}\ntitle: ''\nurl: https://www.northmarsh.example/empty/\n```\n"
	if got := write(t, "markdown", export.Options{}, r); got != want {
		t.Errorf("markdown: got %q, want %q", got, want)
	}
}

func TestImages(t *testing.T) {
	r := release("a", 1)
	without := write(t, "markdown", export.Options{}, r)
	r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockImage, Markdown: "![](card.jpg)"})
	if got := write(t, "markdown", export.Options{}, r); got != without {
		t.Errorf("an image without a caption: got %q", got)
	}
	r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockImage, Text: "A card", Markdown: "A _card_"})
	if got := write(t, "markdown", export.Options{}, r); got != without+"\nA _card_\n" {
		t.Errorf("an image with a caption: got %q", got)
	}
}

func TestDatelineIsText(t *testing.T) {
	r := release("a", 1)
	for dateline, want := range map[string]string{
		"11:39 27/08/2020":  "11:39 27/08/2020",
		"Mar 24, 2021 BST":  "Mar 24, 2021 BST",
		"3. May":            `3\. May`,
		"# [a](b) **c** <b": `\# \[a\](b) \*\*c\*\* \<b`,
		"a\n\n---\n":        "a ---",
	} {
		r.PublishedText = dateline
		_, rest, _ := strings.Cut(write(t, "markdown", export.Options{}, r), "\n```\n\n")
		if got, _, _ := strings.Cut(rest, "\n"); got != want {
			t.Errorf("dateline %q: got %q, want %q", dateline, got, want)
		}
	}
}

func TestJSONLReadsBack(t *testing.T) {
	want := []*article.Record{readRecord(t, "testdata/release.json"), release("a&b<c>\u2028", 1)}
	dec := json.NewDecoder(strings.NewReader(write(t, "jsonl", export.Options{}, want...)))
	for _, w := range want {
		var got article.Record
		if err := dec.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(w, &got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	if dec.More() {
		t.Error("there is more than was written")
	}
}

func TestExportIsTheSameTwice(t *testing.T) {
	r := readRecord(t, "testdata/release.json")
	for _, format := range export.Formats() {
		opts := export.Options{Pages: pagesBy(pageOf)}
		first := writeAny(t, format, opts, r)
		times := 20 // maps are in the record
		if testing.Short() {
			times = 3
		}
		for range times {
			if diff := cmp.Diff(first, writeAny(t, format, opts, r)); diff != "" {
				t.Fatalf("%s: -first +second:\n%s", format, diff)
			}
		}
	}
}

// TestNone holds that formats of which nothing is an empty file write nothing. What
// the others write of no records other programs read in readers_test.go and
// loaders_test.go, and package warc in warc_test.go.
func TestNone(t *testing.T) {
	for _, format := range []string{"markdown", "text", "jsonl"} {
		if got := write(t, format, export.Options{}); got != "" {
			t.Errorf("%s: got %q for no records", format, got)
		}
	}
}

var errRead = errors.New("read archive: page 7 is torn")

func TestWriteStopsAtAnError(t *testing.T) {
	var buf bytes.Buffer
	n, err := export.Write(&buf, "jsonl", failing(release("a", 1)), export.Options{})
	if n != 1 || !errors.Is(err, errRead) {
		t.Errorf("got %d, %v", n, err)
	}
	if got, want := buf.String(), write(t, "jsonl", export.Options{}, release("a", 1)); got != want {
		t.Errorf("the record before the error was not written: %q", got)
	}
	n, err = export.Write(brokenWriter{}, "text", records(release("a", 1)), export.Options{})
	if n != 1 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %d, %v for a writer that fails", n, err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestUnknown(t *testing.T) {
	tests := []struct {
		format string
		opts   export.Options
		want   string // KNOWN stands for all formats
	}{
		{"json", export.Options{}, `format "json" is unknown: did you mean jsonl? (known: KNOWN)`},
		{"MD", export.Options{}, `format "MD" is unknown: did you mean markdown? (known: KNOWN)`},
		{".txt", export.Options{}, `format ".txt" is unknown: did you mean text? (known: KNOWN)`},
		{"markdwon", export.Options{}, `format "markdwon" is unknown: did you mean markdown? (known: KNOWN)`},
		{"xlsx", export.Options{}, `format "xlsx" is unknown: did you mean csv? (known: KNOWN)`},
		{"word", export.Options{}, `format "word" is unknown: did you mean docx? (known: KNOWN)`},
		{"", export.Options{}, `format "" is unknown (known: KNOWN)`},
		{"rss", export.Options{Feed: "Atom"}, `feed "Atom" is unknown: did you mean atom? (known: rss, atom, json)`},
		{"rss", export.Options{Newest: -1}, `newest "-1" is unknown (known: 0, 1, 2 …)`},
		{"markdown", export.Options{FrontMatter: "Hugo"}, `front matter "Hugo" is unknown: did you mean hugo? (known: hugo)`},
		{"csv", export.Options{Table: "quote"}, `table "quote" is unknown: did you mean quotes? (known: releases, quotes, advice, references, related, topics, revisions)`},
		{"csv", export.Options{Table: "references_"}, `table "references_" is unknown: did you mean references? (known: releases, quotes, advice, references, related, topics, revisions)`},
		{"parquet", export.Options{Partition: []string{"site", "month"}}, `partition "month" is unknown (known: site, year)`},
		{"parquet", export.Options{Partition: []string{"year", "year"}}, `partition "year,year" is unknown (known: site, year)`},
		{"jsonl", export.Options{Table: "quotes"}, "--table is nothing for format jsonl: leave it out, or use --format csv"},
		{"sqlite", export.Options{Raw: true}, "--raw is nothing for format sqlite: leave it out, or use --format csv"},
		{"csv", export.Options{Partition: []string{"site"}}, "--partition is nothing for format csv: leave it out, or use --format parquet"},
		{"text", export.Options{Links: true}, "--links is nothing for format text: leave it out, or use --format markdown"},
	}
	for _, test := range tests {
		_, err := export.Write(io.Discard, test.format, records(), test.opts)
		want := strings.ReplaceAll(test.want, "KNOWN", strings.Join(export.Formats(), ", "))
		if _, ok := errors.AsType[*export.ChoiceError](err); !ok || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, name := range export.Formats() {
		f, err := export.Lookup(name)
		if err != nil || f.Name != name || f.Description == "" || !strings.HasPrefix(f.Extension, ".") {
			t.Errorf("%s: got %+v, %v", name, f, err)
		}
	}
}

func ExampleWrite() {
	r := &article.Record{
		Area:          "Northmarsh",
		URL:           "https://www.northmarsh.example/news/parcel-trick/",
		PageTitle:     "Parcel trick | Northmarsh Constabulary",
		PublishedText: "11:39 27/08/2020",
		Blocks: []article.Block{{
			Kind: article.BlockParagraph, Lead: true,
			Markdown: "**Do not pay at the door. [Our advice](https://www.northmarsh.example/advice/)**",
		}},
	}
	if _, err := export.Write(os.Stdout, "markdown", records(r), export.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ```yaml
	// area: Northmarsh
	// og: {}
	// title: Parcel trick | Northmarsh Constabulary
	// url: https://www.northmarsh.example/news/parcel-trick/
	// ```
	//
	// 11:39 27/08/2020
	//
	// **Do not pay at the door. Our advice**
}

func readRecord(t testing.TB, path string) *article.Record {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := &article.Record{}
	if err := json.Unmarshal(data, r); err != nil {
		t.Fatal(err)
	}
	if err := r.Validate(); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return r
}

// release makes a small release of a day in May 2024.
func release(slug string, day int) *article.Record {
	text := "A release named " + slug + "."
	r := &article.Record{
		URL:           "https://www.northmarsh.example/news/2024/may/" + slug + "/",
		Site:          "northmarsh",
		Area:          "Northmarsh",
		Status:        article.StatusLive,
		Kind:          article.KindOther,
		Title:         "Of " + slug,
		PageTitle:     "Of " + slug + " | Northmarsh Constabulary",
		Published:     article.At(time.Date(2024, time.May, day, 9, 30, 0, 0, article.London)),
		PublishedText: fmt.Sprintf("09:30 %02d/05/2024", day),
		Lead:          text,
		Blocks:        []article.Block{{Kind: article.BlockParagraph, Text: text, Lead: true, Markdown: text}},
		Revision:      1,
	}
	r.Fill()
	return r
}

func records(list ...*article.Record) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// failing yields the records, then an error.
func failing(list ...*article.Record) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for r := range records(list...) {
			if !yield(r, nil) {
				return
			}
		}
		yield(nil, errRead)
	}
}

func write(t testing.TB, format string, opts export.Options, list ...*article.Record) string {
	t.Helper()
	var buf bytes.Buffer
	n, err := export.Write(&buf, format, records(list...), opts)
	if err != nil || n != len(list) {
		t.Fatalf("write %s: %d records, %v", format, n, err)
	}
	return buf.String()
}

// writeAny writes in a format that makes a file or a folder: name → content.
func writeAny(t *testing.T, format string, opts export.Options, list ...*article.Record) map[string]string {
	t.Helper()
	if f, err := export.Lookup(format); err != nil || f.Layout != export.Folder {
		return map[string]string{"": write(t, format, opts, list...)}
	}
	dir := t.TempDir()
	if n, err := export.To(t.Context(), dir, nil, format, records(list...), opts); err != nil || n != len(list) {
		t.Fatalf("write %s: %d records, %v", format, n, err)
	}
	return files(t, dir)
}
