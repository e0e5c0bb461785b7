package extract_test

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"archiver/demo"
)

// Real releases of 21 forces, put into rebuilt pages, come back as they were, in
// each of the designs. The test prints what came back and holds floors.
func TestReference(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures many releases; without the race detector it runs in full")
	}
	dir := reference(t)
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents in %s", dir)
	}
	set := profiles(t)
	for _, design := range demo.Designs {
		t.Run(design.String(), func(t *testing.T) {
			var dates, values, allValues, words, allWords int
			for _, file := range files {
				d := readDocument(t, file)
				got := d.read(t, set, design)
				if got.PublishedText == d.Date.Date {
					dates++
				} else {
					t.Logf("%s: dateline %q, want %q", d.file, got.PublishedText, d.Date.Date)
				}
				for name, pair := range map[string][2]string{
					"area": {got.Area, d.Area}, "title": {got.PageTitle, d.Title}, "url": {got.URL, d.URL},
					"og.title": {got.OG["title"], d.OG["title"]}, "og.description": {got.OG["description"], d.OG["description"]},
					"og.image": {got.OG["image"], d.OG["image"]}, "og.locale": {got.OG["locale"], d.OG["locale"]}, "og.type": {got.OG["type"], d.OG["type"]},
				} {
					allValues++
					if pair[0] == pair[1] {
						values++
					} else {
						t.Logf("%s: %s is %q, want %q", d.file, name, pair[0], pair[1])
					}
				}
				same, n := common(plain(t, got.Text), plain(t, d.text(t)))
				words += same
				allWords += n
				if same < n {
					t.Logf("%s: %d of %d words", d.file, same, n)
				}
			}
			t.Logf("datelines %d of %d, header values %d of %d, words %d of %d", dates, len(files), values, allValues, words, allWords)
			floor(t, "datelines", dates, len(files), 0.999)
			floor(t, "header values", values, allValues, 0.995)
			floor(t, "words", words, allWords, 0.9995)
		})
	}
}

// text returns the words of a document as a reader of its Markdown has them,
// without a label of the platform's at their head.
func (d document) text(t *testing.T) string {
	body := d.body
	for _, label := range []string{"News", "Updated News Post", "Breaking News Post", "Wanted"} {
		body = strings.TrimPrefix(body, label+"\n\n")
	}
	var b bytes.Buffer
	if err := markdown.Convert([]byte(body), &b); err != nil {
		t.Fatal(err)
	}
	return htmlText(t, b.String())
}

// plain returns the words of a text, without typed bullets and what has no
// width.
func plain(t *testing.T, text string) []string {
	t.Helper()
	var words []string
	for _, w := range strings.Fields(strings.NewReplacer("\u200b", "", "\ufeff", "", "\u00a0", " ").Replace(text)) {
		if !typedMark.MatchString(w) {
			words = append(words, w)
		}
	}
	return words
}

// typedMark is a bullet or number that a list has and its text has not.
var typedMark = regexp.MustCompile(`^(?:[-•*]|\d{1,2}[.)])$`)

// common returns how many words two texts share in one order, and how many the
// longer has.
func common(a, b []string) (same, longer int) {
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			above := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)], max(len(a), len(b))
}

func floor(t *testing.T, what string, good, all int, least float64) {
	t.Helper()
	if share := float64(good) / float64(all); share < least {
		t.Errorf("%s: %.4f, floor %.4f", what, share, least)
	}
}
