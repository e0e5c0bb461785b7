package copies

import (
	"unicode"
	"unicode/utf8"

	"github.com/cespare/xxhash/v2"
)

// A word is one word of a text: what it is, and where it stands.
type word struct {
	hash       uint64 // of the word in lower case
	start, end int    // bytes of the text, from the first letter to behind the last
	fact       bool   // a figure, a month or a day of the week
}

// words cuts a text into its words. Letters and figures make words, in lower case;
// an apostrophe within a word, and a comma or stop within a number, are left out;
// everything else parts words. So "Don’t" and "don't", "£9,200" and "9200" are the
// same, and "five-year-old" is three words.
func words(text string) []word {
	var out []word
	buffer := make([]byte, 0, 64)
	start, digits := -1, false
	flush := func(end int) {
		if start >= 0 {
			out = append(out, word{xxhash.Sum64(buffer), start, end, digits || dateWords[string(buffer)]})
			start, digits, buffer = -1, false, buffer[:0]
		}
	}
	last := 0 // behind the last letter
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case c < 0x80 && ('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'),
			c >= 0x80 && (unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c)):
			if start < 0 {
				start = i
			}
			digits = digits || unicode.IsDigit(c)
			if 'A' <= c && c <= 'Z' {
				buffer = append(buffer, byte(c)|0x20)
			} else if c < 0x80 {
				buffer = append(buffer, byte(c))
			} else {
				buffer = utf8.AppendRune(buffer, unicode.ToLower(c))
			}
			last = i + n
		case start >= 0 && last == i && joins(c, text[i+n:], digits):
		case c == 0x200b || c == 0x00ad || c == 0xfeff || c == 0x2060: // without width
			if last == i {
				last = i + n
			}
		default:
			flush(last)
		}
		i += n
	}
	flush(last)
	return out
}

// joins reports whether a mark stands within a word: more of it follows.
func joins(c rune, rest string, digits bool) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	switch c {
	case '\'', '’', '‘', 'ʼ':
		return unicode.IsLetter(next)
	case ',', '.':
		return digits && unicode.IsDigit(next)
	}
	return false
}

// dateWords are words that say when.
var dateWords = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range []string{
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
		"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
	} { // "may" is mostly another word
		set[w] = true
	}
	return set
}()

// textHash tells texts of different words apart.
func textHash(text []word) uint64 {
	h := uint64(len(text))
	for _, w := range text {
		h = mix(h, w.hash)
	}
	return h
}

// mix adds a hash to another, so that order counts.
func mix(h, x uint64) uint64 {
	h = (h ^ x) * 0x9e3779b97f4a7c15
	return h ^ h>>29
}
