package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Words, in texts and in queries alike: runs of letters and digits, in lower case
// and without diacritics. An apostrophe inside a word is left out ("don't" is dont)
// and a possessive 's with it ("officer's" is officer). Commas that group digits are
// left out ("9,200" is 9200). Parts with a hyphen between are words one after the
// other, and a word joined as well ("co-operation" is co, operation and cooperation);
// so are digits that stand in groups as in telephone numbers.

const (
	longestWord    = 60 // bytes; the rest is cut off, in the text as in the query
	fewestDigits   = 7  // of a number that is known by its joined groups
	mostDigits     = 15
	widestDigitGap = 3 // code points between groups of digits: ") "
)

// A token is a word where it stands in a text.
type token struct {
	from, to   int // the folded word, in words.arena
	start, end int // code points of the text, end exclusive
	pos        int // of the word in the row of words; a joined word has that of its first part
	joined     bool
	gap        byte // what stands between this word and the one before: see below
	digits     bool // it has only digits
}

// What stands between two words.
const (
	gapOther  = iota
	gapHyphen // a hyphen alone
	gapDigits // what may stand between groups of digits: spaces, a hyphen, brackets
)

// words are the words of a text. The zero value is ready; it can be used again.
type words struct {
	arena  []byte
	tokens []token
	plus   []bool // by token: a plus sign stands before it
}

func (w *words) term(i int) []byte { return w.arena[w.tokens[i].from:w.tokens[i].to] }

// read makes w the words of s. The words proper come in order; the joined ones
// follow them.
func (w *words) read(s string) {
	w.arena, w.tokens, w.plus = w.arena[:0], w.tokens[:0], w.plus[:0]
	var (
		n        int  // code points read
		open     bool // a word has begun
		cur      token
		apos          = -1 // where in the arena the last apostrophe of the word stood
		gap      byte = gapOther
		gapRunes int
		plus     bool
	)
	finish := func() {
		if !open {
			return
		}
		open = false
		if apos >= 0 && apos == len(w.arena)-1 && w.arena[apos] == 's' && apos > cur.from {
			w.arena = w.arena[:apos]
		}
		if len(w.arena)-cur.from > longestWord {
			w.arena = w.arena[:cur.from+longestWord]
			for !utf8.Valid(w.arena[cur.from:]) {
				w.arena = w.arena[:len(w.arena)-1]
			}
		}
		cur.to, cur.pos = len(w.arena), len(w.tokens)
		if cur.to > cur.from {
			w.tokens, w.plus = append(w.tokens, cur), append(w.plus, plus)
		}
		apos, gapRunes, plus = -1, 0, false
		gap = gapOther
	}
	for i, c := range s {
		n++
		word := c < utf8.RuneSelf && isWord[c] || c >= utf8.RuneSelf && (unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c) && open)
		if word {
			if !open {
				open, cur = true, token{from: len(w.arena), start: n - 1, gap: gap, digits: true}
			}
			switch {
			case c < utf8.RuneSelf:
				if 'A' <= c && c <= 'Z' {
					c += 'a' - 'A'
				}
				cur.digits = cur.digits && c <= '9'
				w.arena = append(w.arena, byte(c))
			default:
				cur.digits = false
				w.arena = appendFolded(w.arena, c)
			}
			cur.end = n
			continue
		}
		if open {
			_, size := utf8.DecodeRuneInString(s[i:])
			next, _ := utf8.DecodeRuneInString(s[i+size:])
			switch {
			case isApostrophe(c) && unicode.IsLetter(next):
				apos = len(w.arena)
				continue
			case c == ',' && cur.digits && groupOfThree(s[i+1:]):
				continue
			case c == '\u00ad', c == '\u200b', c == '\u2060', c == '\ufeff':
				continue // they are not seen
			}
			finish()
		}
		// What stands between words.
		gapRunes++
		plus = c == '+'
		switch {
		case isHyphen(c) && gapRunes == 1:
			gap = gapHyphen
		case (unicode.IsSpace(c) && c != '\n' || isHyphen(c) || c == '(' || c == ')') && gapRunes <= widestDigitGap && (gapRunes == 1 || gap != gapOther):
			gap = gapDigits
		default:
			gap = gapOther
		}
	}
	finish()
	w.join()
}

var isWord = func() (is [utf8.RuneSelf]bool) {
	for c := range is {
		is[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
	}
	return is
}()

func isApostrophe(c rune) bool {
	return c == '\'' || c == '’' || c == '‘' || c == 'ʼ' || c == '`' || c == '´'
}

func isHyphen(c rune) bool { return c == '-' || c == '‐' || c == '‑' }

// groupOfThree reports whether s begins with three digits and no fourth.
func groupOfThree(s string) bool {
	digits := 0
	for digits < len(s) && digits < 4 && '0' <= s[digits] && s[digits] <= '9' {
		digits++
	}
	return digits == 3
}

// appendFolded appends a code point without its case and diacritics.
func appendFolded(to []byte, c rune) []byte {
	if s, ok := spelled[unicode.ToLower(c)]; ok {
		return append(to, s...)
	}
	for _, d := range norm.NFKD.String(string(c)) {
		switch {
		case unicode.IsMark(d):
		case d >= utf8.RuneSelf || isWord[d]: // not the slash of a fraction's sign
			to = utf8.AppendRune(to, unicode.ToLower(d))
		}
	}
	return to
}

// spelled are letters that Unicode does not take apart.
var spelled = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ı': "i", 'ħ': "h"}

// join appends the joined words.
func (w *words) join() {
	proper := len(w.tokens)
	for i := 0; i < proper; {
		// The run of words from i that hyphens hold together.
		end := i + 1
		for end < proper && w.tokens[end].gap == gapHyphen {
			end++
		}
		if end-i > 1 && !allDigits(w.tokens[i:end]) {
			w.add(i, end, 0)
			i = end
			continue
		}
		// The run of groups of digits.
		end = i + 1
		digits := w.tokens[i].to - w.tokens[i].from
		for end < proper && w.tokens[i].digits && w.tokens[end].digits && w.tokens[end].gap != gapOther {
			digits += w.tokens[end].to - w.tokens[end].from
			end++
		}
		international := w.plus[i] && strings.HasPrefix(string(w.term(i)), "44")
		if w.tokens[i].digits && digits >= fewestDigits && digits <= mostDigits && (end-i > 1 || international) {
			cut := 0
			if international {
				cut = 2
			}
			w.add(i, end, cut)
		}
		i = end
	}
}

// add appends the joined word of the tokens from i to end; where cut is not 0, so
// many digits, those of the country, are a 0 instead.
func (w *words) add(i, end, cut int) {
	t := token{from: len(w.arena), start: w.tokens[i].start, end: w.tokens[end-1].end, pos: i, joined: true}
	if cut > 0 {
		w.arena = append(w.arena, '0')
	}
	for k := i; k < end; k++ {
		part := w.arena[w.tokens[k].from:w.tokens[k].to]
		if k == i {
			part = part[cut:]
		}
		if k == i+1 && cut > 0 && string(part) == "0" {
			continue // +44 (0) 300 …
		}
		w.arena = append(w.arena, part...)
	}
	if len(w.arena)-t.from > longestWord {
		w.arena = w.arena[:t.from]
		return
	}
	t.to = len(w.arena)
	w.tokens = append(w.tokens, t)
}

func allDigits(tokens []token) bool {
	for _, t := range tokens {
		if !t.digits {
			return false
		}
	}
	return true
}

// fold returns the words of s with a space between, without the joined ones.
func fold(s string) string {
	var w words
	w.read(s)
	var b strings.Builder
	for i, t := range w.tokens {
		if t.joined {
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.Write(w.term(i))
	}
	return b.String()
}

// code is what stays of a reference or another code: letters and digits alone.
func code(s string) string { return strings.ReplaceAll(fold(s), " ", "") }

// dialled is a telephone number as one dials it in Britain: its digits, a leading
// +44 or 0044 as 0.
func dialled(s string) string {
	digits := strings.Map(func(c rune) rune {
		if '0' <= c && c <= '9' {
			return c
		}
		return -1
	}, s)
	if strings.HasPrefix(strings.TrimSpace(s), "+44") {
		return "0" + strings.TrimPrefix(digits[2:], "0")
	}
	if strings.HasPrefix(digits, "0044") {
		return "0" + strings.TrimPrefix(digits[4:], "0")
	}
	return digits
}
