package extract

import (
	"strings"
	"unicode"
)

// The text side of the reader asks of every sentence of every page which words
// it has: ranks, titles, verbs of saying. It looks words up in tables. Regular
// expressions over the same lists took four fifths of its time.

// words is a set of words. Of most words that are asked for, a look at the length and
// at the letters at both ends tells that the set does not have them.
type words struct {
	all   map[string]bool
	edges [longestWord + 1]edges // by length in bytes
}

// edges are the bytes with which words begin and end, by their last five bits, which a
// letter has in common with its capital.
type edges struct{ first, last uint32 }

// wordSet makes a set of the words of a text.
func wordSet(list string) *words {
	w := &words{all: map[string]bool{}}
	for word := range strings.FieldsSeq(list) {
		w.add(word)
	}
	return w
}

func (w *words) add(word string) {
	w.all[word] = true
	e := &w.edges[len(word)]
	e.first |= 1 << (word[0] & 31)
	e.last |= 1 << (word[len(word)-1] & 31)
}

// may reports whether the set can have a word, in some capitals.
func (w *words) may(word string) bool {
	if word == "" || len(word) > longestWord {
		return false
	}
	e := &w.edges[len(word)]
	return e.first>>(word[0]&31)&1 != 0 && e.last>>(word[len(word)-1]&31)&1 != 0
}

// is reports whether a word is in the set as printed, capitals and all.
func (w *words) is(word string) bool { return w.may(word) && w.all[word] }

// in reports whether a text has one of the words, which are in lower case and
// without hyphens: of "co-ordinator" the parts are looked up.
func (w *words) in(s string) bool {
	_, ok := w.first(s)
	return ok
}

// has reports whether a word is in the set, whatever its capitals.
func (w *words) has(word string) bool {
	if !w.may(word) {
		return false
	}
	var small [longestWord]byte
	return w.all[string(lowered(word, &small))] // does not allocate
}

// longestWord is the length in bytes of the longest word that a table has.
const longestWord = 24

// lowered writes a word in small letters into a buffer. A longer one than that
// is none that a table has, and comes back as nothing. Letters beyond ASCII stay
// as they are: the few in our tables begin no sentence.
func lowered(word string, small *[longestWord]byte) []byte {
	if len(word) > len(small) {
		return nil
	}
	for i := 0; i < len(word); i++ {
		c := word[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		small[i] = c
	}
	return small[:len(word)]
}

// first finds the first word of a text that is in the set.
func (w *words) first(s string) (place, bool) {
	for p, ok := nextWord(s, 0); ok; p, ok = nextWord(s, p.to) {
		if w.has(s[p.from:p.to]) {
			return p, true
		}
	}
	return place{}, false
}

// inAsPrinted reports whether a text has one of the words, capitals and all.
func (w *words) inAsPrinted(s string) bool {
	for p, ok := nextWord(s, 0); ok; p, ok = nextWord(s, p.to) {
		if w.is(s[p.from:p.to]) {
			return true
		}
	}
	return false
}

// nextWord finds the next row of ASCII letters and digits in a text from a byte
// on.
func nextWord(s string, at int) (place, bool) {
	for at < len(s) && !alnum(s[at]) {
		at++
	}
	from := at
	for at < len(s) && alnum(s[at]) {
		at++
	}
	return place{from, at}, at > from
}

func alnum(c byte) bool { return letter(c) || '0' <= c && c <= '9' }

// wordByte reports whether a byte can be part of a word, letters beyond ASCII
// included.
func wordByte(c byte) bool { return alnum(c) || c == '_' || c >= 0x80 }

// firstWord divides a text behind its first word.
func firstWord(s string) (word, rest string) {
	word, rest, _ = strings.Cut(s, " ")
	return word, rest
}

// lastWord divides a text before its last word.
func lastWord(s string) (rest, word string) {
	i := strings.LastIndexByte(s, ' ')
	return strings.TrimRight(s[:max(i, 0)], " "), s[i+1:]
}

// lower is strings.ToLower for a short ASCII word, without an allocation where
// it is lower case already.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] < 'a' && (s[i] < '0' || s[i] > '9') {
			return strings.ToLower(s)
		}
	}
	return s
}

// cutFold takes a prefix off a text, whatever its capitals.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// upper reports whether a text begins with a capital.
func upper(s string) bool {
	c, _ := firstOf(s)
	return unicode.IsUpper(c)
}
