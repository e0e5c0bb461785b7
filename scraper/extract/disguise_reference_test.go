package extract_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"archiver/demo"
	"archiver/scraper/extract"
	"archiver/scraper/sites"
)

// On the reference releases no word of a speaker's name is left on a page under
// invented names, and the page gives as many quotations, of the same roles.
func TestReferenceDisguise(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it measures many releases; without the race detector it runs in full")
	}
	files, err := filepath.Glob(filepath.Join(reference(t), "*", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no releases: %v", err)
	}
	set := profiles(t)
	replaced, left, words, quotes, moved := 0, 0, 0, 0, 0
	for _, file := range files {
		d := readDocument(t, file)
		p := d.page(t, demo.DesignPlatform)
		site := set.ForURL(p.URL)
		if site == nil {
			if site, err = sites.Generic(p.URL); err != nil {
				t.Fatal(err)
			}
		}
		before, err := extract.Extract(p, site)
		if err != nil {
			t.Fatalf("%s: %v", d.file, err)
		}
		data, told, err := extract.Disguise(p, site)
		if err != nil {
			t.Fatalf("%s: %v", d.file, err)
		}
		replaced += len(told.Names)
		p.Body = data
		after, err := extract.Extract(p, site)
		if err != nil || len(after.Quotes) != len(before.Quotes) || len(after.Blocks) != len(before.Blocks) {
			t.Errorf("%s: another record: %v", d.file, err)
			continue
		}
		for i, q := range before.Quotes {
			quotes++
			if got := after.Quotes[i]; (got.Speaker == "") != (q.Speaker == "") || got.Cue != q.Cue || len(strings.Fields(got.Role)) != len(strings.Fields(q.Role)) {
				moved++
			}
			for word := range strings.FieldsSeq(q.Speaker) {
				if len(word) < 4 {
					continue
				}
				words++
				if regexp.MustCompile(`\b` + regexp.QuoteMeta(word) + `\b`).Match(data) {
					left++
					t.Logf("%s: a word of quotation %d's speaker is left", d.file, i)
				}
			}
		}
	}
	t.Logf("%d releases: %d names replaced; %d of %d words of speakers left; %d of %d quotations with another attribution", len(files), replaced, left, words, moved, quotes)
	if left*50 > words || moved*50 > quotes {
		t.Error("more than one in fifty")
	}
}
