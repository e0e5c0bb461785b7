package topics

import (
	"encoding/binary"
	"slices"
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
// two words). The word last read has n bytes, or n is 0 if it was too long.
type reader struct {
	text       string
	at         int
	start, end int // of the word last read, in bytes
	class      class
	n          int
	key        key                         // of the word last read, if n is at most keySize
	buf        [longest + utf8.UTFMax]byte // the word last read, if n is more
}

// A key is a word of at most keySize bytes, padded with zeros. Every word of every
// release is looked up, and numbers compare faster than texts.
type key struct{ head, tail uint64 }

const keySize = 16

// keyOf returns the key of the first n bytes of a text.
func keyOf(text string, n int) key {
	if len(text) < keySize {
		var padded [keySize]byte
		copy(padded[:], text[:n])
		return key{binary.LittleEndian.Uint64(padded[:]), binary.LittleEndian.Uint64(padded[8:])}
	}
	if n < 8 {
		return key{head: load(text[:8]) & (1<<(8*n) - 1)}
	}
	return key{load(text[:8]), load(text[8:keySize]) & (1<<(8*(n-8)) - 1)}
}

// load returns eight bytes as a number. The compiler makes one load of it.
func load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// small makes the key of a word of ASCII letters and figures that of the same word
// in small letters, by setting the bit in which a letter differs from its capital.
// All figures have it.
func (k key) small() key {
	return key{k.head | k.head>>1&0x2020202020202020, k.tail | k.tail>>1&0x2020202020202020}
}

// hash mixes the bits of a key.
func (k key) hash() uint32 {
	// Two odd constants with well-mixed bits, from the golden ratio and xxHash.
	return uint32((k.head*0x9E3779B97F4A7C15 ^ k.tail*0xC2B2AE3D27D4EB4F) >> 32)
}

// folded returns the word last read.
func (r *reader) folded() string {
	if r.n > keySize {
		return string(r.buf[:r.n])
	}
	var b [keySize]byte
	binary.LittleEndian.PutUint64(b[:], r.key.head)
	binary.LittleEndian.PutUint64(b[8:], r.key.tail)
	return string(b[:r.n])
}

// next reads one word. It returns false at the end of a sentence and at the end of
// the text; at the latter r.at is len(r.text).
func (r *reader) next() bool {
	text := r.text
	for r.at < len(text) {
		c := text[r.at]
		switch byteKinds[c] {
		case other:
			r.at++
		case letterOrDigit:
			r.word(plain)
			return true
		case stop:
			r.at++
			if r.ends() && (c != '.' || !r.abbreviated()) {
				r.n = 0
				return false
			}
		case newLine:
			r.at++
			r.n = 0
			return false
		case beyondASCII:
			ch, size := utf8.DecodeRuneInString(text[r.at:])
			switch {
			case ch == '£' && r.at+size < len(text) && isDigit(text[r.at+size]):
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

// abbreviated reports whether the word before a full stop is one that goes on: an
// initial or a title.
func (r *reader) abbreviated() bool {
	if r.n == 1 {
		return !isDigit(byte(r.key.head))
	}
	return r.n > 1 && r.n <= 4 && slices.Contains(abbreviations, r.key)
}

var abbreviations = func() (keys []key) {
	for _, word := range []string{"mr", "mrs", "ms", "dr", "st", "det", "insp", "sgt", "supt"} {
		keys = append(keys, keyOf(word, len(word)))
	}
	return keys
}()

// word reads the word that begins at r.at. Of money only the class is known.
func (r *reader) word(c class) {
	text, start := r.text, r.at
	r.start, r.class = start, c
	if c == plain {
		if isDigit(text[start]) {
			r.class = number
		}
		// Most words are a few letters of ASCII, and their end is plain.
		end := start
		for end < len(text) && byteKinds[text[end]] == letterOrDigit {
			end++
		}
		if n := end - start; n <= keySize && (end == len(text) || !r.joins(text[end])) {
			r.key, r.n = keyOf(text[start:], n).small(), n
			r.at, r.end = end, end
			return
		}
	}
	r.longWord()
}

// joins reports whether a byte that is neither letter nor figure can go on with a
// word.
func (r *reader) joins(b byte) bool {
	return b == '\'' || b >= utf8.RuneSelf || r.class != plain && (b == ',' || b == '.' || b == ':')
}

// longWord is word for any word, a byte at a time.
func (r *reader) longWord() {
	r.n = 0
	if r.class == money {
		r.at += len("£")
	}
	quote := -1 // where the last apostrophe stood in buf
	for r.at < len(r.text) {
		b := r.text[r.at]
		if isWord(b) {
			if 'A' <= b && b <= 'Z' {
				b |= 0x20
			}
			r.put(b)
			r.at++
			continue
		}
		switch {
		case b == '\'' && r.letterAt(r.at+1):
			quote = r.n
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
				quote = r.n
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
		r.n = quote
	}
	if r.n > longest {
		r.n = 0
	}
	if r.n <= keySize {
		clear(r.buf[r.n:keySize])
		r.key = key{binary.LittleEndian.Uint64(r.buf[:]), binary.LittleEndian.Uint64(r.buf[8:])}
	}
}

func (r *reader) put(b byte) {
	if r.n < len(r.buf) {
		r.buf[r.n] = b
		r.n++
	}
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

func isWord(b byte) bool { return byteKinds[b] == letterOrDigit }

// The kinds of byte, as they begin something of a text.
type byteKind uint8

const (
	other byteKind = iota
	letterOrDigit
	stop
	newLine
	beyondASCII
)

var byteKinds = func() (kinds [256]byteKind) {
	for b := range kinds {
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9':
			kinds[b] = letterOrDigit
		case b == '.' || b == '!' || b == '?':
			kinds[b] = stop
		case b == '\n' || b == '\r':
			kinds[b] = newLine
		case b >= utf8.RuneSelf:
			kinds[b] = beyondASCII
		}
	}
	return kinds
}()
