package typeset

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestShortcuts holds that texts which are taken as they are would come to the same on
// the long way, and that there are such.
func TestShortcuts(t *testing.T) {
	short := map[string]int{}
	piece := rapid.OneOf(rapid.SampledFrom([]string{
		"https://", "http://", "HTTPS://", "www.", "a", "xn--", "-", ".", "..", "example", "/", "//", ":80", "@", "?", "#", "%41", "%zz", "~", "_", "A",
		"\x00", "\x7f", "\t", "\n", "\r", " ", "  ", "é", "’", "\u00a0", "\u2028", "\ufffd", "\ufffe", "\xff", "<", "&", "'", "\"", "+", "words of a line",
	}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom([]string{"", "https://www.example/"}).Draw(t, "beginning") + strings.Join(rapid.SliceOfN(piece, 0, 6).Draw(t, "pieces"), "")
		for name, way := range map[string][2]string{
			"Line": {Line(s), line(s)}, "Address": {Address(s), address(s)}, "Escape": {Escape(s), escape(s)}, "Clean": {Clean(s), strings.Map(clean, s)},
		} {
			if way[0] != way[1] {
				t.Errorf("%s of %q is %q, on the long way %q", name, s, way[0], way[1])
			}
		}
		if usual(s) {
			short["Address"]++
		}
		if oneLine(s) {
			short["Line"]++
		}
	})
	if short["Address"] == 0 || short["Line"] == 0 {
		t.Errorf("shortcuts taken: %v", short)
	}
}
