package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations end in a stop and do not end a sentence, as a single letter
// does not.
var abbreviations = wordSet(`mr mrs ms dr st det sgt insp supt ch con cllr rev prof hon no rd ave approx`)

// abbreviated reports whether a text ends in one.
func abbreviated(s string) bool {
	from := len(s)
	for from > 0 && s[from-1] != ' ' && s[from-1] != '\n' && s[from-1] != '\t' && s[from-1] != '(' && len(s)-from < 8 {
		from--
	}
	word := s[from:]
	if c, size := firstOf(word); size == len(word) {
		return unicode.IsLetter(c)
	}
	return abbreviations.has(word)
}

// reach bounds how much of a text is looked at for who says something: no sentence
// that does so is longer, and hostile pages are.
const reach = 600

// clip returns the last bytes of a text, at most n and whole characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = s[len(s)-n:]
	for s != "" && !utf8.RuneStart(s[0]) {
		s = s[1:]
	}
	return s
}

// lastSentence returns the last sentence of a text.
func lastSentence(s string) string {
	s = clip(s, reach)
	for end := len(s); end > 0; {
		i := lastStop(s[:end])
		if i < 0 {
			break
		}
		if !runOn(s, i) && (abbreviated(s[:i]) || i+1 >= len(s) || s[i+1] != ' ') {
			end = i
			continue
		}
		return strings.TrimSpace(s[i+1:])
	}
	return strings.TrimSpace(s)
}

// runOn reports whether the stop at a byte has lost the space behind it: "…the
// programme.The officer said:".
func runOn(s string, i int) bool {
	return i > 2 && i+2 < len(s) && s[i] == '.' && 'a' <= s[i-1] && s[i-1] <= 'z' && 'a' <= s[i-2] && s[i-2] <= 'z' &&
		'A' <= s[i+1] && s[i+1] <= 'Z' && 'a' <= s[i+2] && s[i+2] <= 'z'
}

func lastStop(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' || s[i] == '!' || s[i] == '?' {
			return i
		}
	}
	return -1
}

// firstSentence returns the first sentence of a text.
func firstSentence(s string) string {
	for i := 0; i < min(len(s), reach); i++ {
		if (s[i] == '.' || s[i] == '!' || s[i] == '?') && (i+1 == len(s) || s[i+1] == ' ') && !abbreviated(s[:i]) {
			return s[:i+1]
		}
	}
	return s
}
