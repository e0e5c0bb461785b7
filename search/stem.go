package search

import "strings"

// stem takes the endings of number and time off an English word: frauds is fraud,
// burglaries and burglary are burglari, charged, charging and charge are charg. It is
// the first step of Porter's algorithm and a final e; what comes after that step there
// makes "operation" and "operate" one, which is more than a person who looks for a
// word expects. The word is folded.
func stem(word string) string {
	if len(word) < 4 || whole[word] || strings.ContainsFunc(word, func(c rune) bool { return c < 'a' || c > 'z' }) {
		return word
	}
	s := word
	switch {
	case strings.HasSuffix(s, "sses"), strings.HasSuffix(s, "ies"):
		s = s[:len(s)-2]
	case strings.HasSuffix(s, "ss"), strings.HasSuffix(s, "us"), strings.HasSuffix(s, "is"):
	case strings.HasSuffix(s, "s"):
		s = s[:len(s)-1]
	}
	switch {
	case strings.HasSuffix(s, "eed"):
		if measure(s[:len(s)-3]) > 0 {
			s = s[:len(s)-1]
		}
	case strings.HasSuffix(s, "ed") && hasVowel(s[:len(s)-2]):
		s = mend(s[:len(s)-2])
	case strings.HasSuffix(s, "ing") && hasVowel(s[:len(s)-3]):
		s = mend(s[:len(s)-3])
	}
	if strings.HasSuffix(s, "y") && len(s) > 2 && !vowel(s, len(s)-2) {
		s = s[:len(s)-1] + "i"
	}
	if strings.HasSuffix(s, "e") {
		if rest := s[:len(s)-1]; measure(rest) > 1 || measure(rest) == 1 && !shortEnd(rest) {
			s = rest
		}
	}
	return s
}

// whole are words that only look as if they had such an ending, and would be taken
// for another word without it.
var whole = map[string]bool{
	"missing": true, "news": true, "evening": true, "evenings": true, "being": true, "during": true, "outing": true,
	"united": true, "hundred": true, "sacred": true, "species": true, "series": true, "wales": true,
}

// mend is what follows when -ed or -ing has gone: sitt is sit, charg stays, and
// an e comes back where one was (locat, hop).
func mend(s string) string {
	switch {
	case strings.HasSuffix(s, "at"), strings.HasSuffix(s, "bl"), strings.HasSuffix(s, "iz"):
		return s + "e"
	case len(s) > 1 && s[len(s)-1] == s[len(s)-2] && !vowel(s, len(s)-1) && !strings.ContainsAny(s[len(s)-1:], "lsz"):
		return s[:len(s)-1]
	case measure(s) == 1 && shortEnd(s):
		return s + "e"
	}
	return s
}

// vowel reports whether the letter at i is one; y is after a consonant.
func vowel(s string, i int) bool {
	switch s[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	case 'y':
		return i > 0 && !vowel(s, i-1)
	}
	return false
}

func hasVowel(s string) bool {
	for i := range len(s) {
		if vowel(s, i) {
			return true
		}
	}
	return false
}

// measure counts how often a vowel is followed by a consonant.
func measure(s string) (n int) {
	for i := 1; i < len(s); i++ {
		if vowel(s, i-1) && !vowel(s, i) {
			n++
		}
	}
	return n
}

// shortEnd reports whether s ends in a consonant, a vowel and a consonant that is
// not w, x or y.
func shortEnd(s string) bool {
	n := len(s)
	return n >= 3 && !vowel(s, n-3) && vowel(s, n-2) && !vowel(s, n-1) && !strings.ContainsAny(s[n-1:], "wxy")
}
