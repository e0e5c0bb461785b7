package topics

import (
	"unicode"
	"unicode/utf8"
)

// A class says what can be told of a word without knowing it.
type class uint8

const (
	plain  class = iota
	number       // begins with a digit: "12", "5ft", "6.30pm", "1,200"
	money        // a number with a pound sign: "£1,200", "£2k"
)

// longest is the length in bytes of the longest word that is told from others.
const longest = 40

// A reader takes a text to words: letters and figures folded to lower case, an
// apostrophe left out ("don't" is dont) together with an s that ends the word
// after it ("man's" is man). All else divides words, hyphens too ("e-mail" is
// two words). The word last read is in buf[:n], or n is 0 if it was too long.
type reader struct {
	text       string
	at         int
	start, end int // of the word last read, in bytes
	class      class
	n          int
	hash       uint32 // of the word last read
	buf        [longest + utf8.UTFMax]byte
}

// next reads one word. It returns false at the end of a sentence and at the end of
// the text; at the latter r.at is len(r.text).
func (r *reader) next() bool {
	prev := r.n // length of the word before, to know "Mr." and initials
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c == '\n' || c == '\r':
			r.at++
			r.n = 0
			return false
		case c == '.' || c == '!' || c == '?':
			r.at++
			if r.ends() && (c != '.' || !r.abbreviated(prev)) {
				r.n = 0
				return false
			}
		case isWord(c):
			r.word(plain)
			return true
		case c < utf8.RuneSelf:
			r.at++
		default:
			ch, size := utf8.DecodeRuneInString(r.text[r.at:])
			switch {
			case ch == '£' && r.at+size < len(r.text) && isDigit(r.text[r.at+size]):
				r.word(money)
				return true
			case unicode.IsLetter(ch) || unicode.IsDigit(ch):
				r.word(plain)
				return true
			}
			r.at += size
		}
	}
	r.n = 0
	return false
}

// ends reports whether what stands at r.at can follow a sentence: white space, a
// closing mark, or nothing.
func (r *reader) ends() bool {
	if r.at >= len(r.text) {
		return true
	}
	switch c := r.text[r.at]; c {
	case ' ', '\n', '\r', '\t', '"', '\'', ')':
		return true
	default:
		if c < utf8.RuneSelf {
			return false
		}
	}
	ch, _ := utf8.DecodeRuneInString(r.text[r.at:])
	return ch == '”' || ch == '’' || unicode.IsSpace(ch)
}

// abbreviated reports whether the word before a full stop, n bytes in buf, is one
// that goes on: an initial or a title.
func (r *reader) abbreviated(n int) bool {
	switch string(r.buf[:n]) {
	case "mr", "mrs", "ms", "dr", "st", "det", "insp", "sgt", "supt":
		return true
	}
	return n == 1 && !isDigit(r.buf[0])
}

// word reads the word that begins at r.at. Of money only the class is known.
func (r *reader) word(c class) {
	r.start, r.class, r.n, r.hash = r.at, c, 0, hashStart
	if c == money {
		r.at += len("£")
	} else if isDigit(r.text[r.at]) {
		r.class = number
	}
	quote, before := -1, uint32(0) // where the last apostrophe stood in buf, and the hash up to it
	for r.at < len(r.text) {
		b := r.text[r.at]
		if low := folded[b]; low != 0 {
			r.put(low)
			r.at++
			continue
		}
		switch {
		case b == '\'' && r.letterAt(r.at+1):
			quote, before = r.n, r.hash
			r.at++
			continue
		case b == ',' || b == '.' || b == ':':
			if r.class != plain && r.at+1 < len(r.text) && isDigit(r.text[r.at+1]) {
				r.put(b)
				r.at++
				continue
			}
		case b >= utf8.RuneSelf:
			ch, size := utf8.DecodeRuneInString(r.text[r.at:])
			if unicode.IsLetter(ch) || unicode.IsDigit(ch) || unicode.IsMark(ch) {
				var letter [utf8.UTFMax]byte
				for _, b := range letter[:utf8.EncodeRune(letter[:], unicode.ToLower(ch))] {
					r.put(b)
				}
				r.at += size
				continue
			}
			if (ch == '’' || ch == 'ʼ' || ch == '‘') && r.letterAt(r.at+size) {
				quote, before = r.n, r.hash
				r.at += size
				continue
			}
			if ch == '\u00ad' || ch == '\u200b' || ch == '\u200d' || ch == '\ufeff' { // seen by nobody
				r.at += size
				continue
			}
		}
		break
	}
	r.end = r.at
	if quote > 0 && r.n == quote+1 && r.buf[quote] == 's' {
		r.n, r.hash = quote, before
	}
	if r.n > longest {
		r.n = 0
	}
}

func (r *reader) put(b byte) {
	if r.n < len(r.buf) {
		r.buf[r.n] = b
		r.n++
	}
	r.hash = hash(r.hash, b)
}

// letterAt reports whether a letter stands at that byte.
func (r *reader) letterAt(at int) bool {
	if at >= len(r.text) {
		return false
	}
	if b := r.text[at]; b < utf8.RuneSelf {
		return isWord(b) && !isDigit(b)
	}
	ch, _ := utf8.DecodeRuneInString(r.text[at:])
	return unicode.IsLetter(ch)
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isWord(b byte) bool { return folded[b] != 0 }

// folded holds the small letter or the figure for every byte that is a letter or a
// figure by itself, and 0 for the others.
var folded = func() (table [256]byte) {
	for b := byte('a'); b <= 'z'; b++ {
		table[b], table[b-'a'+'A'] = b, b
	}
	for b := byte('0'); b <= '9'; b++ {
		table[b] = b
	}
	return table
}()
