package tables

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWords(t *testing.T) {
	parts := rapid.SliceOf(rapid.SampledFrom([]string{"a", "é", " ", "\n", "\u00a0", "\u0085", "\u2028", "\x00", "\x1c", "\xff", "-"}))
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(parts.Draw(t, "parts"), "")
		if got, want := Words(s), len(strings.Fields(s)); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	})
}
