package article

import "testing"

// The text of a record is that of its blocks, and no other.
func TestIsPlainText(t *testing.T) {
	for _, texts := range [][]string{{}, {""}, {"one"}, {"one", "two"}, {"", "one", "", "two", ""}, {"one\ntwo", "three"}} {
		var blocks []Block
		for _, s := range texts {
			blocks = append(blocks, Block{Text: s})
		}
		text := PlainText(blocks)
		if !isPlainText(text, blocks) {
			t.Errorf("%q is not the text of %q", text, texts)
		}
		for _, other := range []string{text + "\n", "\n" + text, text + "x", text + "\nx", "x" + text, text[:max(0, len(text)-1)]} {
			if other != text && isPlainText(other, blocks) {
				t.Errorf("%q is taken for the text of %q", other, texts)
			}
		}
	}
}
