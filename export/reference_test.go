package export_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"archiver/article"
	"archiver/export"
)

// reference returns a path in the folder with documents of the reference corpus,
// which are nobody's to republish and so no part of the project.
func reference(t *testing.T, elem ...string) string {
	t.Helper()
	dir := os.Getenv("ARCHIVER_REFERENCE")
	if dir == "" {
		t.Skip("ARCHIVER_REFERENCE does not name a folder with samples/ and seeds/ of the reference corpus")
	}
	return filepath.Join(append([]string{dir}, elem...)...)
}

// TestReferenceHeaders writes the header of every sample from what a reader of
// YAML makes of it: less publish, it must come out as it went in.
func TestReferenceHeaders(t *testing.T) {
	samples, err := filepath.Glob(reference(t, "samples", "*", "*.md"))
	if err != nil || len(samples) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, sample := range samples {
		want, _ := splitHeader(t, sample)
		want = withoutPublish(want)
		r := headerRecord(t, want)
		if got := write(t, "markdown", export.Options{ASCII: true}, r); got != "```yaml\n"+want+"```\n" {
			t.Errorf("%s: -want +got:\n%s", sample, cmp.Diff("```yaml\n"+want+"```\n", got))
		}
	}
	t.Logf("%d samples", len(samples))
}

// TestSeedMarkdown builds the record of the seed by hand and writes it.
func TestSeedMarkdown(t *testing.T) {
	path := reference(t, "seeds", "release.md")
	head, body := splitHeader(t, path)
	r := headerRecord(t, head)
	parts := strings.Split(strings.TrimSuffix(body, "\n"), "\n\n")
	r.PublishedText = parts[0]
	for _, md := range parts[1:] {
		r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: "-", Markdown: md})
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), write(t, "markdown", export.Options{}, r)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSeedText(t *testing.T) {
	want, err := os.ReadFile(reference(t, "seeds", "republished.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := &article.Record{}
	lines := strings.Split(strings.TrimSuffix(string(want), "\n"), "\n")
	const related = 20 // headlines below the release
	body, headlines := lines[:len(lines)-related], lines[len(lines)-related:]
	for i := 0; i < len(body); i++ {
		var items []string
		for ; strings.HasPrefix(body[i], "- "); i++ {
			items = append(items, body[i][2:])
		}
		if items != nil {
			r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockList, Items: items})
		}
		r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: body[i]})
	}
	for _, h := range headlines {
		r.Related = append(r.Related, article.Headline{Title: h})
	}
	if diff := cmp.Diff(string(want), write(t, "text", export.Options{}, r)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// splitHeader returns the lines between a document's fences and what follows the
// blank line after them.
func splitHeader(t *testing.T, path string) (head, body string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rest, ok := strings.CutPrefix(string(data), "```yaml\n")
	if !ok {
		t.Fatalf("%s begins with no header", path)
	}
	head, body, ok = strings.Cut(rest, "\n```\n\n")
	if !ok {
		t.Fatalf("%s: the header has no end", path)
	}
	return head + "\n", body
}

func withoutPublish(head string) string {
	var kept strings.Builder
	inside := false
	for line := range strings.Lines(head) {
		if !strings.HasPrefix(line, " ") {
			inside = strings.HasPrefix(line, "publish:")
		}
		if !inside {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

// headerRecord reads a header as a record.
func headerRecord(t interface {
	Helper()
	Fatalf(string, ...any)
}, head string) *article.Record {
	t.Helper()
	var fields struct {
		Area, Title, URL string
		OG               map[string]string
	}
	if err := yaml.Load([]byte(head), &fields, yaml.WithKnownFields()); err != nil {
		t.Fatalf("%v in header:\n%s", err, head)
	}
	return &article.Record{Area: fields.Area, OG: fields.OG, PageTitle: fields.Title, URL: fields.URL}
}
