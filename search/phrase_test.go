package search_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"archiver/search"
)

var (
	apart      = regexp.MustCompile(`[^a-z0-9]+`)
	possessive = regexp.MustCompile(`[’']s?\b`)
)

// plain is a text as phrases see it, with a space around each word.
func plain(text string) string {
	return " " + strings.TrimSpace(apart.ReplaceAllString(possessive.ReplaceAllString(strings.ToLower(text), ""), " ")) + " "
}

// TestPhrases asks for rows of words from the releases, common and rare, and holds the
// answers against a look at all texts. Beginnings of words, too.
func TestPhrases(t *testing.T) {
	archive := crowded()
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), archive)
	texts := map[string][]string{} // by id
	var all []string
	for _, id := range slices.Sorted(maps.Keys(archive.records)) {
		r := archive.records[id]
		texts[id] = append(texts[id], plain(r.Title))
		for _, b := range r.Blocks {
			texts[id] = append(texts[id], plain(b.Text))
		}
		all = append(all, texts[id]...)
	}
	dice := rand.New(rand.NewPCG(5, 6))
	phrases := []string{"of the", "in the early hours of the", "of the and", "to the police", "the the"}
	for len(phrases) < 300 {
		words := strings.Fields(all[dice.IntN(len(all))])
		n := 2 + dice.IntN(5)
		if len(words) < n {
			continue
		}
		from := dice.IntN(len(words) - n + 1)
		phrase := strings.Join(words[from:from+n], " ")
		if strings.ContainsAny(phrase, "0123456789") {
			continue // which join in other ways
		}
		if last := words[from+n-1]; len(last) > 3 && dice.IntN(3) == 0 {
			phrase = phrase[:len(phrase)-len(last)+3] + "*"
		}
		phrases = append(phrases, phrase)
	}
	several := 0
	for _, phrase := range phrases {
		wanted, prefix := strings.CutSuffix(" "+phrase, "*")
		if !prefix {
			wanted += " "
		}
		var want, got []string
		for id, list := range texts {
			if slices.ContainsFunc(list, func(text string) bool { return strings.Contains(text, wanted) }) {
				want = append(want, id)
			}
		}
		found, err := ix.Search(t.Context(), search.Query{Words: fmt.Sprintf("%q", phrase), Limit: -1})
		if err != nil {
			t.Fatalf("%s: %v", phrase, err)
		}
		for _, h := range found.Hits {
			got = append(got, h.ID)
			if h.Score <= 0 {
				t.Errorf("%s: a score of %v", phrase, h.Score)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %d are found, want %d", phrase, len(got), len(want))
		}
		if len(want) > 1 {
			several++
		}
	}
	if several < 50 {
		t.Errorf("only %d phrases are in several releases", several)
	}
}

// A phrase stands where its first word does: in a quotation or a headline, if it is
// looked for there.
func TestPhraseZones(t *testing.T) {
	archive := newMemory(
		release(1, "Out of the woods", "Nobody was hurt.", "She came of the age."),
		release(2, "Woods", "He is out of the house, and what of the cellar?"),
	)
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), archive)
	for words, want := range map[string]int{
		`title:"of the"`: 1, `title:"out of the"`: 1, `title:"of the house"`: 0, `title:"of the woods"`: 1,
		`"of the"`: 2, `"out of the"`: 2, `"out of the house"`: 1, `"what of the cellar"`: 1, `quote:"of the"`: 0, `"and what of"`: 1, `"of of the"`: 0,
	} {
		if got := titles(t, ix, words); len(got) != want {
			t.Errorf("%s: %q", words, got)
		}
	}
}
