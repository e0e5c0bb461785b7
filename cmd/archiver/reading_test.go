package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"archiver/article"
)

// The exit statuses of the commands that read pages without an archive.
func TestReadingStatuses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"rules.yaml": "topics:\n  - id: x\n",
		"page.html":  "<title>A story</title><h1>A story</h1><p>10:00 01/12/2024</p><p>Something happened in the town today, and a good many people saw it happen.</p>",
		"none.html":  "<html><title>Nothing</title><h1>Nothing</h1></html>",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		words string
		want  int
	}{
		{"crawl --rules rules.yaml", statusUsage},
		{"crawl --rules missing.yaml", statusUsage},
		{"extract --rules rules.yaml page.html", statusUsage},
		{"extract --explain page.html", statusDone},
		{"extract --explain page.html none.html", statusSomeFailed},
		{"extract --explain --format text page.html", statusUsage},
		{"extract --explain --format jsonl page.html", statusUsage},
		{"sites test nowhere", statusUsage},
		{"sites test --pages missing", statusUsage},
		{"sites test --update", statusUsage},
		{"sites test --format xml", statusUsage},
		{"sites test durham", statusDone},
		{"snapshot missing.html", statusFailed},
		{"snapshot page.html --url nowhere", statusUsage},
		{"snapshot page.html --url https://a.example/x/ --replace-names --output out.html", statusDone},
	} {
		got := archiver(t, dir, nil, strings.Fields(tc.words)...)
		if got.status != tc.want {
			t.Errorf("archiver %s: status %d, want %d\n%s%s", tc.words, got.status, tc.want, got.stdout, got.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "archive.db")); err == nil {
		t.Error("an archive was made")
	}
}

// A paragraph that came in is one difference, and not as many as follow it.
func TestDifferences(t *testing.T) {
	for name, tc := range map[string]struct {
		want, got string
		found     []difference
	}{
		"equal":         {`{"a": [1, {"b": "x"}]}`, `{"a":[1,{"b":"x"}]}`, nil},
		"a value":       {`{"a": "x", "b": 1}`, `{"a": "y", "b": 1}`, []difference{{"a", `"x"`, `"y"`}}},
		"within":        {`{"a": [{"b": "x"}, {"b": "y"}]}`, `{"a": [{"b": "x"}, {"b": "<z>"}]}`, []difference{{"a[1].b", `"y"`, `"<z>"`}}},
		"a new field":   {`{}`, `{"a": 1}`, []difference{{"a", "", "1"}}},
		"a lost field":  {`{"a": 1}`, `{}`, []difference{{"a", "1", ""}}},
		"one more":      {`{"a": [1, 2, 4, 5]}`, `{"a": [1, 2, 3, 4, 5]}`, []difference{{"a[2]", "", "3"}}},
		"one less":      {`{"a": ["x", "y"]}`, `{"a": ["y"]}`, []difference{{"a[0]", `"x"`, ""}}},
		"twice the one": {`{"a": [1, 1]}`, `{"a": [1]}`, []difference{{"a[1]", "1", ""}}},
		"other kinds":   {`{"a": [1]}`, `{"a": {"b": 1}}`, []difference{{"a", "[1]", `{"b":1}`}}},
		"null":          {`{"a": null}`, `{"a": []}`, []difference{{"a", "null", "[]"}}},
	} {
		found, err := differences([]byte(tc.want), []byte(tc.got))
		if err != nil || !slices.Equal(found, tc.found) {
			t.Errorf("%s: got %v, %v; want %v", name, found, err, tc.found)
		}
	}
	if _, err := differences([]byte("<"), []byte("{}")); err == nil {
		t.Error("a record that is no JSON is no error")
	}
}

// Where an attribution stands, in each of the ways in which one can.
func TestAttributed(t *testing.T) {
	r := &article.Record{Blocks: []article.Block{
		{Text: `DC Lee said: "One."`},
		{Text: `"Two," added DC Lee.`},
		{Text: `"Three," said DC Lee, "and four."`},
		{Text: `DC Lee said:`},
		{Text: `"Five."`},
		{Text: `"Six."`},
	}}
	quote := func(cue string, speaker string, spans ...article.Span) article.Quote {
		return article.Quote{Speaker: speaker, Cue: cue, Block: spans[0][0], Spans: spans}
	}
	r.Quotes = []article.Quote{
		quote("said", "Ann Lee", article.Span{0, 14, 18}),
		quote("added", "Ann Lee", article.Span{1, 1, 5}),
		quote("said", "Ann Lee", article.Span{2, 1, 7}, article.Span{2, 23, 32}),
		quote("said", "Ann Lee", article.Span{4, 1, 6}),
		quote("", "Ann Lee", article.Span{5, 1, 5}),
		quote("", "", article.Span{5, 1, 5}),
	}
	for i, want := range []string{
		"attributed before its words, block 0: DC Lee said",
		"attributed behind its words, block 1: added DC Lee",
		"attributed between its words, block 2: said DC Lee",
		"attributed in the narration before it, block 3: DC Lee said",
		"named in block 3: DC Lee said",
		"no attribution found, so nobody is named",
	} {
		if got := attributed(r, i); got != want {
			t.Errorf("quotation %d: got %q, want %q", i, got, want)
		}
	}
}

// The explanation fits windows of any width, and a hostile page cannot write to
// the terminal through it.
func TestExplanationFits(t *testing.T) {
	r := &article.Record{
		URL: "https://a.example/", Title: "A \x1b[31mred\x07 title " + strings.Repeat("long ", 40),
		Lead:   strings.Repeat("unbroken", 60),
		Topics: []article.Topic{{ID: "theft", Evidence: []string{"\x1b]0;x\x07steal"}}},
		Extraction: article.Extraction{
			Profile:  "own/2025",
			Fields:   map[string]string{"title": "h1\x1b[1m", "lead": strings.Repeat("the first paragraph ", 20)},
			Warnings: []string{"\x1b[2Jsomething " + strings.Repeat("disagrees ", 30)},
		},
	}
	for _, width := range []int{20, 32, 59, 60, 80, 120} {
		e := &explanation{app: &app{}, width: width}
		e.record(r)
		for line := range strings.Lines(e.String()) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > width && !strings.HasPrefix(line, "https://") {
				t.Errorf("width %d: a line of %d columns: %q", width, n, line)
			}
		}
		if strings.ContainsAny(e.String(), "\x1b\x07") {
			t.Errorf("width %d: control characters came through: %q", width, e.String())
		}
		if !strings.HasSuffix(strings.TrimSpace(e.String()), "disagrees") {
			t.Errorf("width %d: the warnings do not come last", width)
		}
	}
}
