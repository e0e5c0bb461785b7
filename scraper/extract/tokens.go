package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A tokenKind says what a token is.
type tokenKind uint8

const (
	tokenMark   tokenKind = iota // one character that is none of the others
	tokenWord                    // letters, with apostrophes between them
	tokenDigits                  // 0 to 9
	tokenWeb                     // a web address: its digits mean nothing
	tokenMail                    // an e-mail address
)

// A token is a stretch of a block's text as the readers of numbers see it.
type token struct {
	start, end int32 // bytes
	kind       tokenKind
	space      bool // white space stands before it
	line       bool // a line break stands before it
	stop       bool // it ends a sentence
	sign       rune // of a tokenMark
	cue        cue  // of a tokenWord
}

// tokenise appends the tokens of a text. It goes through the text once; at an
// "@" it takes back the tokens of the address's first half.
func tokenise(tokens []token, text string) []token {
	space, line := false, true
	mail := 0 // no web address begins before this byte
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\n':
			space, line = true, true
			i++
			continue
		case c == ' ', c == '\t', c == '\r':
			space = true
			i++
			continue
		}
		t := token{start: int32(i), space: space, line: line}
		switch {
		case '0' <= c && c <= '9':
			t.kind = tokenDigits
			for i < len(text) && '0' <= text[i] && text[i] <= '9' {
				i++
			}
		case letter(c):
			t.kind = tokenWord
			i = wordEnd(text, i)
			if i < len(text) && int(t.start) >= mail && strings.IndexByte(".-:", text[i]) >= 0 {
				end, at := webEnd(text, int(t.start))
				if mail = at; end > i {
					t.kind, i = tokenWeb, end
					break
				}
			}
			t.cue = cueAt(text, int(t.start), i)
		case c < utf8.RuneSelf:
			if c == '@' {
				if from, to := mailAround(text, i); to > 0 {
					for len(tokens) > 0 && int(tokens[len(tokens)-1].start) >= from {
						t.space, t.line = tokens[len(tokens)-1].space, tokens[len(tokens)-1].line
						tokens = tokens[:len(tokens)-1]
					}
					t.start, t.kind, i = int32(from), tokenMail, to
					break
				}
			}
			t.sign = rune(c)
			i++
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			switch {
			case unicode.IsSpace(r):
				space = true
				i += n
				continue
			case r == '\u200b' || r == '\u2060' || r == '\ufeff': // no width: not there for a reader
				i += n
				continue
			case unicode.IsLetter(r):
				t.kind = tokenWord
				i = wordEnd(text, i)
			default:
				t.sign = r
				i += n
			}
		}
		t.end = int32(i)
		space, line = false, false
		if n := len(tokens); n > 0 {
			if last := &tokens[n-1]; last.kind == tokenMark || t.line {
				last.stop = t.line || t.space && ends(tokens, n-1)
			}
		}
		tokens = append(tokens, t)
	}
	return tokens
}

// ends reports whether a sentence ends with a mark that white space follows.
func ends(tokens []token, i int) bool {
	switch tokens[i].sign {
	case '!', '?':
		return true
	case '.':
		// "Ref. 123", "No. 123", "Tel. 101"
		return i == 0 || !tokens[i-1].cue.any(cueReference|cueNumber|cueCall|cueOperation)
	}
	return false
}

// wordEnd returns the end of the word that begins at i. An apostrophe belongs
// to it if a letter follows.
func wordEnd(text string, i int) int {
	for i < len(text) {
		c := text[i]
		switch {
		case letter(c):
			i++
		case c == '\'' && i+1 < len(text) && letter(text[i+1]):
			i += 2
		case c < utf8.RuneSelf:
			return i
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			if r == '’' && i+n < len(text) && letter(text[i+n]) {
				i += n
				continue
			}
			if !unicode.IsLetter(r) && !unicode.IsMark(r) {
				return i
			}
			i += n
		}
	}
	return i
}

// webEnd returns the end of a web address that begins at i, or i. Addresses
// without scheme are known by "www." or by a stop between small letters. Where
// the letters turn out to be those of an e-mail address, at is its "@".
func webEnd(text string, i int) (end, at int) {
	rest := text[i:]
	j := 0
	switch {
	case strings.HasPrefix(rest, "http://"), strings.HasPrefix(rest, "https://"), strings.HasPrefix(rest, "www."):
		j = 4
	default:
		for j < min(len(rest), 64) && (letter(rest[j]) || rest[j] == '-') { // RFC 1035, 2.3.4: a label has 63 octets
			j++
		}
		if j+2 >= len(rest) || rest[j] != '.' || !small(rest[j-1]) || !small(rest[j+1]) || !small(rest[j+2]) {
			return i, 0
		}
	}
	for j < len(rest) && rest[j] > ' ' && rest[j] < utf8.RuneSelf && strings.IndexByte(`"()[]{}<>,`, rest[j]) < 0 {
		if rest[j] == '@' {
			return i, i + j
		}
		j++
	}
	return i + j, 0
}

func small(c byte) bool { return 'a' <= c && c <= 'z' }

// A ruler tells the code points before a byte of a text. It remembers the last
// answer, so that going through a text costs the text's length once.
type ruler struct {
	text   string
	at, of int // the byte, and the code points before it
}

func (r *ruler) points(at int) int {
	if at >= r.at {
		r.of += utf8.RuneCountInString(r.text[r.at:at])
	} else {
		r.of -= utf8.RuneCountInString(r.text[at:r.at])
	}
	r.at = at
	return r.of
}
