package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"pgregory.net/rapid"
)

func TestWrap(t *testing.T) {
	bold := text.Bold.Sprint
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""},
		{"one two three", 7, "one two|three"},
		{"one two three", 30, "one two three"},
		{"a break\nis kept, and so  are spaces", 18, "a break|is kept, and so|are spaces"},
		{"one\n\ntwo", 10, "one||two"},
		{"before incomprehensibilities after", 10, "before|incomprehe|nsibilitie|s after"},
		{"盗まれた自転車", 5, "盗ま|れた|自転|車"}, // two columns each: none stands half outside
		{"the 盗まれた自転車", 8, "the 盗ま|れた自転|車"},
		{"e\u0301e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301e\u0301"},
		{"👮🏽‍♀️ 👮🏽‍♀️", 4, "👮🏽‍♀️|👮🏽‍♀️"},
		{bold("one two"), 4, bold("one") + "|" + bold("two")},
	} {
		if got := strings.ReplaceAll(wrap(c.text, c.width), "\n", "|"); got != c.want {
			t.Errorf("wrap(%q, %d) is %q, want %q", c.text, c.width, got, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"shorter", "shorter"}, {"just right", "just right"}, {"a bit longer", "a bit lon…"}, {"盗まれた自転車", "盗まれた…"}, {"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", strings.Repeat("e\u0301", 10)},
	} {
		if got := snip(c.text, 10); got != c.want {
			t.Errorf("snip(%q) is %q, want %q", c.text, got, c.want)
		}
	}
}

// Whatever the text, no line is wider than the window, and nothing but white space
// is lost.
func TestWrapAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := visible(rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune(" \n\u0301\u200d🏽👩自aé-\u0627🇬🇧\ufe0f❤")), rapid.Rune())).Draw(t, "text"))
		width := rapid.IntRange(2, 30).Draw(t, "width")
		got := wrap(s, width)
		for line := range strings.SplitSeq(got, "\n") {
			seen := slices.DeleteFunc(glyphs(line), func(g glyph) bool { return g.width == 0 })
			if n := columnsOf(line); n > width && len(seen) > 1 {
				t.Fatalf("%d columns, not %d: %q", n, width, line)
			}
		}
		bare := strings.NewReplacer(" ", "", "\n", "").Replace
		if bare(got) != bare(s) {
			t.Fatalf("%q became %q", s, got)
		}
		if cut := snip(strings.ReplaceAll(s, "\n", ""), width); columnsOf(cut) > width {
			t.Fatalf("%q is cut to %q, wider than %d", s, cut, width)
		}
	})
}
