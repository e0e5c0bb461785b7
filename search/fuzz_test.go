package search_test

import (
	"errors"
	"path/filepath"
	"testing"

	"archiver/invented"
	"archiver/search"
)

// Whatever is typed, it finds something, nothing, or is said to be wrong.
func FuzzQuery(f *testing.F) {
	for _, seed := range append(asked, `a "b c" -d (e OR f*) title:g`, "+44 (0) 300", "don’t co-op*", `speaker:"x`, "((((", "NOT NOT -", "\x00\xff", "a:b:c", "since:2024 until:2", `""*"`, "ﬁne ½ Ⅳ ǅ") {
		f.Add(seed, true)
	}
	archive := newMemory()
	for r := range invented.Records(40) {
		archive.put(r)
	}
	ix := open(f, filepath.Join(f.TempDir(), "x.search"), archive)
	f.Fuzz(func(t *testing.T, words string, typing bool) {
		q := search.Query{Words: words, Typing: typing, Limit: 3}
		var wrong *search.QueryError
		found, err := ix.Search(t.Context(), q)
		if err != nil {
			if !errors.As(err, &wrong) {
				t.Fatalf("%q: %v", words, err)
			}
			return
		}
		for _, h := range found.Hits {
			inside(t, h.Title, h.TitleMarks)
			inside(t, h.Snippet, h.Marks)
		}
		if _, err := ix.Quotes(t.Context(), q); err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if found.Suggest != "" {
			if again, err := ix.Search(t.Context(), search.Query{Words: found.Suggest}); err != nil || again.Total == 0 {
				t.Fatalf("%q: the suggestion %q finds nothing, %v", words, found.Suggest, err)
			}
		}
	})
}

// FuzzText indexes any text and finds each of its words, and marks them inside it.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"The otter’s café", "co-operation+44 300", "ﬁne ½ Ⅳ ǅ\u00adx", "'''a'''s's", "1,234,5", "\xff\x00", "a\xff", "a'\xff", "日本語 テキスト", "e\u0301a\u200bb"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, title, text string) {
		ix := open(t, filepath.Join(t.TempDir(), "x.search"), newMemory(release(1, title, text)))
		for _, words := range []string{title, text} {
			found, err := ix.Search(t.Context(), search.Query{Words: `"` + clean(words) + `"`})
			var wrong *search.QueryError
			if errors.As(err, &wrong) {
				continue
			}
			if err != nil || found.Total != 1 {
				t.Fatalf("%q is not found: %v", words, err)
			}
			inside(t, found.Hits[0].Title, found.Hits[0].TitleMarks)
			inside(t, found.Hits[0].Snippet, found.Hits[0].Marks)
		}
	})
}

// clean leaves out of a text what ends a phrase.
func clean(s string) string {
	out := []rune{}
	for _, c := range s {
		switch c {
		case '"', '“', '”', '„', '*':
			c = ' '
		}
		out = append(out, c)
	}
	return string(out)
}

// inside checks that marks are in order and inside their text.
func inside(t *testing.T, s string, marks []search.Span) {
	t.Helper()
	at, n := 0, len([]rune(s))
	for _, m := range marks {
		if m[0] < at || m[1] <= m[0] || m[1] > n {
			t.Fatalf("marks %v of %q, of %d code points", marks, s, n)
		}
		at = m[1]
	}
}
