package copies

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// printed returns the words of a text as they stand in it.
func printed(text string) []string {
	var out []string
	for _, w := range words(text) {
		out = append(out, text[w.start:w.end])
	}
	return out
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		"  … — “ ”":                       "",
		"Don’t. Stop!":                    "Don’t|Stop",
		"'Quoted' rock'n'roll the lads' ": "Quoted|rock'n'roll|the|lads",
		"£9,200.50, and 3,":               "9,200.50|and|3",
		"five-year-old":                   "five|year|old",
		"naïve Siân ŵy":                   "naïve|Siân|ŵy",
		"a\u00adb zero\u200bwidth":        "a\u00adb|zero\u200bwidth",
		"\xff\xfe x":                      "x",
		"110mph A1079":                    "110mph|A1079",
	} {
		if got := strings.Join(printed(text), "|"); got != want {
			t.Errorf("%q gives %q, not %q", text, got, want)
		}
	}
	for a, b := range map[string]string{
		"DON'T pay £9,200": "don’t  pay\n9200", "soft\u00adhyphen": "softhyphen", "Ŵy": "ŵy",
	} {
		if textHash(words(a)) != textHash(words(b)) {
			t.Errorf("%q and %q are other words", a, b)
		}
	}
	if textHash(words("a b")) == textHash(words("b a")) {
		t.Error("order does not count")
	}
}

// Two texts that share MinPassage words in a row share a fingerprint, wherever the
// words stand and whatever stands around them.
func TestWinnowing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.StringMatching(`[a-d]{1,2}`), 0, 40)
		passage := strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-d]{1,2}`), MinPassage, 30).Draw(t, "passage"), " ")
		text := func(name string) []uint32 {
			return printSet(winnow(words(strings.Join(some.Draw(t, name+" before"), " ") + " " + passage + " " + strings.Join(some.Draw(t, name+" behind"), " "))))
		}
		if common(text("one"), text("other")) == 0 {
			t.Fatal("no fingerprint in common")
		}
	})
}

// Passages lie within both texts, have the same words, and do not overlap.
func TestShared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *indexed {
			return newIndexed(words(strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-c]`), 0, 80).Draw(t, name), " ")))
		}
		a, b := draw("a"), draw("b")
		next := 0
		for _, p := range shared(a, b) {
			if p.n < shingle || p.b < next || p.a < 0 || p.a+p.n > len(a.words) || p.b+p.n > len(b.words) {
				t.Fatalf("%+v", p)
			}
			same := func(x, y word) bool { return x.hash == y.hash }
			if !slices.EqualFunc(a.words[p.a:p.a+p.n], b.words[p.b:p.b+p.n], same) {
				t.Fatalf("%+v: other words", p)
			}
			next = p.b + p.n
		}
	})
}

// Texts that repeat themselves, or are very long, take no longer than their length
// gives reason for.
func TestHostileTexts(t *testing.T) {
	const n = 60_000
	for name, text := range map[string]string{
		"one word":    strings.Repeat("a ", n),
		"two words":   strings.Repeat("a b ", n/2),
		"a sentence":  strings.Repeat("the quick brown fox jumps over the lazy dog and ", n/10),
		"one letter":  strings.Repeat("a", 2*n),
		"capitals":    strings.Repeat("Aa Bb ", n/2),
		"marks":       strings.Repeat(",'’. ", n),
		"no UTF-8":    strings.Repeat("\xff\xfea ", n),
		"apostrophes": strings.Repeat("a'", n),
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			r := release("hostile", "a", text, 1)
			other := release("other", "b", "x "+text, 1)
			s := newSketch(r, 1)
			if len(s.prints) > MaxPrints || len(s.keys) > maxKeys {
				t.Errorf("%d fingerprints, %d keys", len(s.prints), len(s.keys))
			}
			ix := &Index{}
			if err := ix.Update(t.Context(), newMemory(r, other), nil); err != nil {
				t.Fatal(err)
			}
			if _, err := ix.Match(text, newMemory(r, other)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
