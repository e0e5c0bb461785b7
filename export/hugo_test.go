package export_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"archiver/article"
	"archiver/export"
)

// TestHugoFrontMatter holds that front matter has every field of the record,
// each under its own name or under Hugo's.
func TestHugoFrontMatter(t *testing.T) {
	r := readRecord(t, "testdata/release.json")
	got, _ := hugoPage(t, r)
	if got.Title != r.Title || !got.Date.Equal(r.Published.Time) || !got.Lastmod.Equal(r.LastChanged.Time) {
		t.Errorf("got %q, %v, %v", got.Title, got.Date, got.Lastmod)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for _, elsewhere := range []string{"title", "published", "last_changed", "blocks", "text"} {
		delete(want, elsewhere)
	}
	params, err := json.Marshal(got.Params)
	if err != nil {
		t.Fatal(err)
	}
	got.Params = nil
	if err := json.Unmarshal(params, &got.Params); err != nil { // numbers as JSON has them
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Params); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestHugoHostile(t *testing.T) {
	for _, s := range hostile {
		r := release("a", 1)
		r.Title, r.Lead, r.OG = s, s, article.OpenGraph{s: s}
		got, _ := hugoPage(t, r)
		og := got.Params["og"].(map[string]any)
		if got.Title != s || got.Params["lead"] != s || og[s] != s {
			t.Errorf("%q: got %q, %q, %q", s, got.Title, got.Params["lead"], og)
		}
	}
}

func TestHugoUndated(t *testing.T) {
	r := release("a", 1)
	r.Published = article.Time{}
	if doc := write(t, "markdown", export.Options{FrontMatter: "hugo"}, r); strings.Contains(doc, "\ndate:") {
		t.Errorf("there is a date:\n%s", doc)
	}
}

func TestHugoWithoutNumber(t *testing.T) {
	r := release("a", 1)
	r.Copies = &article.Copies{Score: nanValue()}
	if _, err := export.Write(io.Discard, "markdown", records(r), export.Options{FrontMatter: "hugo"}); err == nil {
		t.Error("no error")
	}
}

// TestHugoActsOnNothing holds that the words of a release stay words.
func TestHugoActsOnNothing(t *testing.T) {
	r := release("a", 1)
	r.Blocks[0].Markdown = "a {{< figure >}} {{% b %}} {{{<c>}} \\<!--more--> [d](https://example.org/{{<e>}})"
	for _, links := range []bool{false, true} {
		doc := write(t, "markdown", export.Options{FrontMatter: "hugo", Links: links}, r)
		for _, mark := range []string{"{{<", "{{%", "<!--more-->"} {
			if strings.Contains(doc, mark) {
				t.Errorf("%s is in\n%s", mark, doc)
			}
		}
	}
}

type page struct {
	Title         string
	Date, Lastmod time.Time
	Params        map[string]any
}

// hugoPage takes a document apart as Hugo does.
func hugoPage(t *testing.T, r *article.Record) (p page, body string) {
	t.Helper()
	doc := write(t, "markdown", export.Options{FrontMatter: "hugo"}, r)
	rest, ok := strings.CutPrefix(doc, "---\n")
	if !ok {
		t.Fatalf("no front matter:\n%s", doc)
	}
	head, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		t.Fatalf("the front matter has no end:\n%s", doc)
	}
	if err := yaml.Load([]byte(head+"\n"), &p, yaml.WithKnownFields()); err != nil {
		t.Fatalf("%v in\n%s", err, doc)
	}
	return p, body
}
