package extract

import (
	"strings"
	"unicode/utf8"
)

// A segment is a stretch of a unit's text under one formatting, with white
// space folded and invisible characters taken out. White space at the edge of a
// formatting belongs to a segment without one.
type segment struct {
	text         string
	bold, italic bool
	href         string
}

func (s segment) plain() bool { return !s.bold && !s.italic && s.href == "" }

func (s segment) like(t segment) bool {
	return s.bold == t.bold && s.italic == t.italic && s.href == t.href
}

// measure works out a unit's segments, text and size.
func (w *walker) measure(u *unit) {
	from := len(w.segs)
	w.segs = segments(w.segs, u.runs)
	u.segments = w.segs[from:len(w.segs):len(w.segs)]
	u.runs = nil
	u.count()
}

// count works out the text and size of the unit's segments.
func (u *unit) count() {
	u.text, u.links, u.kinds, u.reads = "", 0, 0, 0
	switch len(u.segments) {
	case 0:
	case 1:
		u.text = u.segments[0].text
	default:
		u.text = concat(u.segments)
	}
	if u.words = 0; u.text != "" { // folded: one space or line break between two words
		u.words = 1 + strings.Count(u.text, " ") + strings.Count(u.text, "\n")
	}
	if len(u.segments) == 1 {
		if u.segments[0].href != "" {
			u.links = u.words
		}
		return
	}
	for _, s := range u.segments {
		if s.href != "" {
			u.links += countWords(s.text)
		}
	}
}

// concat returns the text of segments.
func concat(segs []segment) string {
	size := 0
	for i := range segs {
		size += len(segs[i].text)
	}
	var b strings.Builder
	b.Grow(size)
	for i := range segs {
		b.WriteString(segs[i].text)
	}
	return b.String()
}

// segments folds the white space of runs as a browser does: runs of it become
// one space, none stands at the ends of a line, a line break stays. Spaces that
// do not break become plain ones; characters without width go. It adds what comes
// of it to others.
func segments(to []segment, runs []run) []segment {
	if len(runs) == 1 && runs[0].text != lineBreak {
		r := runs[0]
		if text := strings.Trim(r.text, " \n\t\r"); folded(text) {
			if text == "" {
				return to
			}
			return append(to, segment{text: text, bold: r.bold, italic: r.italic, href: r.href})
		}
	}
	f := folder{out: to}
	for _, r := range runs {
		if r.text == lineBreak {
			f.breakLine()
			continue
		}
		f.write(r)
	}
	f.flush()
	return f.out
}

// A folder gathers segments.
type folder struct {
	out   []segment
	now   segment // being gathered; its text is in buf
	buf   strings.Builder
	space bool // white space is due before the next character
	brk   bool // a line break is due before the next character
	any   bool // something was written
	last  rune
}

// breakLine asks for a line break before the next visible character, so that
// none stands at an end and two together are one.
func (f *folder) breakLine() { f.brk, f.space = true, false }

func (f *folder) write(r run) {
	format := segment{bold: r.bold, italic: r.italic, href: r.href}
	text := r.text
	if inner := strings.Trim(text, " "); inner != "" && folded(inner) {
		if text[0] == ' ' && f.any && !f.brk {
			f.space = true
		}
		f.visible(format, inner)
		f.last, _ = utf8.DecodeLastRuneInString(inner)
		f.space = text[len(text)-1] == ' '
		return
	}
	for i := 0; i < len(text); {
		// The common case first: a stretch of plain characters.
		j := i
		for j < len(text) && text[j] > ' ' && text[j] < 0x7f {
			j++
		}
		if j > i {
			f.visible(format, text[i:j])
			f.last = rune(text[j-1])
			i = j
			continue
		}
		c, size := utf8.DecodeRuneInString(text[i:])
		switch kindOf(c, f.last) {
		case charSpace:
			if f.any && !f.brk {
				f.space = true
			}
		case charBreak:
			f.breakLine()
		case charVisible:
			f.visible(format, text[i:i+size])
			f.last = c
		}
		i += size
	}
}

// visible adds characters, after the white space that is due.
func (f *folder) visible(format segment, text string) {
	if gap := f.gap(); gap != "" {
		if f.now.like(format) {
			f.buf.WriteString(gap)
		} else {
			// Between two formattings the gap has what both have.
			f.begin(segment{
				bold:   f.now.bold && format.bold,
				italic: f.now.italic && format.italic,
				href:   common(f.now.href, format.href),
			})
			f.buf.WriteString(gap)
		}
	}
	f.begin(format)
	f.buf.WriteString(text)
	f.any = true
}

func common(a, b string) string {
	if a == b {
		return a
	}
	return ""
}

// gap returns the white space that is due, and takes it off.
func (f *folder) gap() string {
	defer func() { f.space, f.brk = false, false }()
	switch {
	case !f.any:
		return ""
	case f.brk:
		return "\n"
	case f.space:
		return " "
	}
	return ""
}

// begin starts a segment of another formatting, if it is another.
func (f *folder) begin(format segment) {
	if f.now.like(format) {
		return
	}
	f.flush()
	f.now = format
}

func (f *folder) flush() {
	if f.buf.Len() == 0 {
		return
	}
	f.now.text = f.buf.String()
	f.buf.Reset()
	f.out = append(f.out, f.now)
}

// The kinds of character.
type charKind uint8

const (
	charVisible charKind = iota
	charSpace
	charBreak
	charNone // nothing to see: dropped
)

// folded reports whether a text is as folding leaves it, so that it can stand as
// it is. Most are: words with one space between, of the characters that English
// pages have. It may say no of a text that folding leaves alone.
func folded(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if ' ' < c && c < 0x7f {
			continue
		}
		switch {
		case c == ' ':
			if i == 0 || s[i-1] == ' ' {
				return false
			}
		case c == 0xC3 && i+1 < len(s) && s[i+1]&0xC0 == 0x80, // À to ÿ
			c == 0xC2 && i+1 < len(s) && s[i+1] == 0xA3: // £
			i++
		case c == 0xE2 && i+2 < len(s) && s[i+1] == 0x80 && 0x90 <= s[i+2] && s[i+2] <= 0xA6 && s[i+2] != 0xA0: // ‐ to …
			i += 2
		default:
			return false
		}
	}
	return s == "" || s[len(s)-1] != ' '
}

// kindOf tells what a character is to a reader. A zero-width joiner counts only
// inside an emoji, after prev.
func kindOf(c, prev rune) charKind {
	switch {
	case c == '\n' || c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
		return charSpace
	case c < ' ' || c == 0x7f:
		return charNone
	case c < 0x80:
		return charVisible
	}
	switch c {
	case 0xa0, 0x1680, 0x202f, 0x205f, 0x3000:
		return charSpace
	case 0x85, 0x2028, 0x2029:
		return charBreak
	case 0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200e, 0x200f, 0x2060, 0xfeff, 0xfffc:
		return charNone
	case 0x200d:
		if prev >= 0x2190 {
			return charVisible
		}
		return charNone
	}
	switch {
	case c < 0xa0: // control characters of Latin-1
		return charNone
	case 0x2000 <= c && c <= 0x200a:
		return charSpace
	case 0x202a <= c && c <= 0x202e, 0x2066 <= c && c <= 0x2069: // direction marks
		return charNone
	case 0xe000 <= c && c <= 0xf8ff: // private use: icon fonts
		return charNone
	}
	return charVisible
}

// fold makes a text one line: white space folded, invisible characters out.
func fold(s string) string {
	if folded(s) {
		return s
	}
	return strings.ReplaceAll(concat(segments(nil, []run{{text: s}})), "\n", " ")
}

// isSpace reports whether a text is white space alone.
func isSpace(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ' ', '\n', '\t', '\r', '\f':
		default:
			return false
		}
	}
	return true
}

// invisible reports whether a reader sees nothing of a text.
func invisible(s string) bool {
	for _, c := range s {
		if kindOf(c, 0) == charVisible {
			return false
		}
	}
	return true
}

// countWords counts the stretches between white space.
func countWords(s string) int {
	n, in := 0, false
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' || s[i] == '\n' {
			in = false
		} else if !in {
			in = true
			n++
		}
	}
	return n
}
