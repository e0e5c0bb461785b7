package extract

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The Markdown of a block is CommonMark, to be read with hard line breaks:
// **bold**, _italic_ (*italic* inside a word), [text](address), and a bare
// newline for a line break. Text is escaped only where it would otherwise be
// taken for markup, so ordinary prose stands as printed. Whatever the text, a
// CommonMark reader gives it back unchanged; FuzzMarkdown holds us to that. Where
// emphasis could not be written so that it is read as such (inside a word, next
// to punctuation), it is narrowed or left out, never the text.

// inlineMarkdown renders segments. If start is false, the first line does not
// begin a block of its own (the text of a heading), and needs no guarding
// against being taken for one.
func inlineMarkdown(segs []segment, start bool) string {
	if len(segs) == 1 && segs[0].plain() && !special(segs[0].text) {
		return segs[0].text
	}
	m := markdown{}
	m.render(settle(segs), bold|italic|link)
	return m.escaped(start)
}

// special reports whether any character of s could be markup somewhere.
func special(s string) bool {
	for i := 0; i < len(s); i++ {
		if marksUp[s[i]] {
			return true
		}
	}
	for line := range strings.SplitSeq(s, "\n") {
		if line != "" && (line[0] == '-' || line[0] == '+' || ('0' <= line[0] && line[0] <= '9')) {
			return true
		}
	}
	return false
}

// marksUp are the characters that can be markup anywhere in a line.
var marksUp = func() (table [256]bool) {
	for _, c := range []byte("\\`*_[]<>&#~=!") {
		table[c] = true
	}
	return table
}()

// A format is one of the ways in which a segment can be set off.
type format uint8

const (
	bold format = 1 << iota
	italic
	link
)

func (s segment) has(f format) bool {
	switch f {
	case bold:
		return s.bold
	case italic:
		return s.italic
	}
	return s.href != ""
}

func (s *segment) clear(f format) {
	switch f {
	case bold:
		s.bold = false
	case italic:
		s.italic = false
	}
}

// settle returns segments whose emphasis CommonMark will read as emphasis. A
// delimiter between a word character outside and punctuation inside is not
// taken for one, so such punctuation is moved out of the emphasis, and the
// space that was before it.
func settle(segs []segment) []segment {
	out := make([]segment, 0, len(segs)+2)
	out = append(out, segs...)
	disentangle(out)
	for _, f := range []format{bold, italic} {
		for i := 0; i < len(out); i++ {
			if !out[i].has(f) {
				continue
			}
			if i == 0 || !out[i-1].has(f) { // it opens here
				before := lastRune(out, i-1)
				first, size := utf8.DecodeRuneInString(out[i].text)
				if unicode.IsSpace(first) || wordRune(before) && punctRune(first) {
					out = split(out, i, size)
					out[i].clear(f)
					continue
				}
			}
			if i == len(out)-1 || !out[i+1].has(f) { // it closes here
				after := firstRune(out, i+1)
				final, size := utf8.DecodeLastRuneInString(out[i].text)
				if unicode.IsSpace(final) || wordRune(after) && punctRune(final) {
					at := len(out[i].text) - size
					out = split(out, i, at)
					if at > 0 {
						out[i+1].clear(f)
						i-- // what is left may end in punctuation too
					} else {
						out[i].clear(f)
					}
				}
			}
		}
	}
	return out
}

// disentangle takes the slant off bold text where a stretch of italics begins
// inside it and ends outside, or the other way about: Markdown's emphasis nests.
func disentangle(segs []segment) {
	for i := 0; i < len(segs); {
		end, bolds := i, 0
		for end < len(segs) && segs[end].italic {
			if segs[end].bold {
				bolds++
			}
			end++
		}
		if bolds > 0 && bolds < end-i {
			for j := i; j < end; j++ {
				segs[j].italic = segs[j].italic && !segs[j].bold
			}
		}
		i = max(end, i+1)
	}
}

// split divides segment i at a byte offset. At either end there is nothing to
// divide.
func split(segs []segment, i, at int) []segment {
	if at <= 0 || at >= len(segs[i].text) {
		return segs
	}
	tail := segs[i]
	tail.text = tail.text[at:]
	segs[i].text = segs[i].text[:at]
	segs = append(segs, segment{})
	copy(segs[i+2:], segs[i+1:])
	segs[i+1] = tail
	return segs
}

func lastRune(segs []segment, i int) rune {
	if i < 0 {
		return ' '
	}
	c, _ := utf8.DecodeLastRuneInString(segs[i].text)
	return c
}

func firstRune(segs []segment, i int) rune {
	if i >= len(segs) {
		return ' '
	}
	c, _ := utf8.DecodeRuneInString(segs[i].text)
	return c
}

// punctRune is a punctuation character as CommonMark 0.31 has it.
func punctRune(c rune) bool { return unicode.IsPunct(c) || unicode.IsSymbol(c) }

func wordRune(c rune) bool { return !unicode.IsSpace(c) && !punctRune(c) }

// markdown is text being assembled, with a note of which bytes are markup.
type markdown struct {
	text   []byte
	markup []bool
	inLink int
	links  []bool // which bytes lie in the text of a link
}

func (m *markdown) literal(s string) {
	m.text = append(m.text, s...)
	for range len(s) {
		m.markup = append(m.markup, false)
		m.links = append(m.links, m.inLink > 0)
	}
}

func (m *markdown) mark(s string) {
	m.text = append(m.text, s...)
	for range len(s) {
		m.markup = append(m.markup, true)
		m.links = append(m.links, false)
	}
}

// render writes segments with those of their formats that are still open to
// choice. Of several at one place the one that reaches furthest goes outermost.
func (m *markdown) render(segs []segment, open format) {
	for i := 0; i < len(segs); {
		best, reach := format(0), 0
		for _, f := range []format{bold, italic, link} {
			if open&f == 0 || !segs[i].has(f) {
				continue
			}
			n := 1
			for i+n < len(segs) && segs[i+n].has(f) && (f != link || segs[i+n].href == segs[i].href) {
				n++
			}
			if n > reach {
				best, reach = f, n
			}
		}
		if best == 0 {
			m.literal(segs[i].text)
			i++
			continue
		}
		inner := segs[i : i+reach]
		switch best {
		case bold:
			m.emphasis("**", inner, open&^bold, lastRune(segs, i-1), firstRune(segs, i+reach))
		case italic:
			m.emphasis("_", inner, open&^italic, lastRune(segs, i-1), firstRune(segs, i+reach))
		case link:
			m.link(inner, open&^link)
		}
		i += reach
	}
}

// emphasis writes segments between delimiters. An underscore beside a word is
// no delimiter, so there it is a star, unless that would touch another star.
func (m *markdown) emphasis(delimiter string, inner []segment, open format, before, after rune) {
	if delimiter == "_" && (wordRune(before) || wordRune(after)) {
		delimiter = "*"
		touches := len(m.text) > 0 && m.text[len(m.text)-1] == '*'
		if touches || (open&bold != 0 && (inner[0].bold || inner[len(inner)-1].bold)) {
			m.render(inner, open)
			return
		}
	}
	if n := len(m.text); n > 0 && m.markup[n-1] && m.text[n-1] == delimiter[0] {
		// Two delimiters in a row would be read as one longer.
		m.render(inner, open)
		return
	}
	m.mark(delimiter)
	m.render(inner, open)
	m.mark(delimiter)
}

func (m *markdown) link(inner []segment, open format) {
	m.mark("[")
	m.inLink++
	m.render(inner, open)
	m.inLink--
	m.mark("](" + destination(inner[0].href) + ")")
}

// destination writes the address of a link so that nothing in it ends it.
func destination(href string) string {
	if href != "" && !strings.ContainsAny(href, " \t\n\r<>()\\&*_[]`") && !hasControl(href) {
		return href
	}
	var b strings.Builder
	b.WriteByte('<')
	for i := 0; i < len(href); i++ {
		switch c := href[i]; {
		case c == '<':
			b.WriteString("%3C")
		case c == '>':
			b.WriteString("%3E")
		case c == '\\':
			b.WriteString("%5C")
		case c < ' ' || c == 0x7f:
			const hex = "0123456789ABCDEF"
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		case c == '&' && entity(href[i:]):
			b.WriteString(`\&`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('>')
	return b.String()
}

func hasControl(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			return true
		}
	}
	return false
}

// entity reports whether s begins with a character reference.
func entity(s string) bool {
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	return end > 1 && html.UnescapeString(s[:end+1]) != s[:end+1]
}

// escaped returns the assembled text with a backslash before each character
// that would be read as markup and is none.
func (m *markdown) escaped(start bool) string {
	delimiters := m.delimiters()
	ticks := bytes.Count(m.text, []byte("`"))
	out := make([]byte, 0, len(m.text)+8)
	for i := 0; i < len(m.text); i++ {
		c := m.text[i]
		if m.markup[i] {
			out = append(out, c)
			continue
		}
		if i == 0 || m.text[i-1] == '\n' {
			if at := m.blockStart(i, start); at >= 0 {
				out = append(out, m.text[i:at]...)
				out = append(out, '\\', m.text[at])
				i = at
				continue
			}
		}
		escape := false
		switch c {
		case '\\':
			escape = i+1 < len(m.text) && (asciiPunct(m.text[i+1]) || m.text[i+1] == '\n')
		case '`':
			escape = ticks > 1
		case '*', '_':
			escape = delimiters[i]
		case '[':
			escape = m.links[i] || bytes.Contains(m.text[i:], []byte("](")) || bytes.Contains(m.text[i:], []byte("]:"))
		case ']':
			escape = m.links[i]
		case '!':
			escape = i+1 < len(m.text) && m.text[i+1] == '[' && m.markup[i+1]
		case '<':
			escape = i+1 < len(m.text) && (letter(m.text[i+1]) || strings.IndexByte("/!?", m.text[i+1]) >= 0)
		case '&':
			escape = entity(string(m.text[i:min(len(m.text), i+40)]))
		case '#':
			// At the end of a heading it would be read as the closing of one.
			escape = !start && i == len(m.text)-1 && (i == 0 || m.text[i-1] == ' ' || m.text[i-1] == '#')
		}
		if escape {
			out = append(out, '\\')
		}
		out = append(out, c)
	}
	return string(out)
}

// delimiters returns the places of literal stars and underscores that could
// open or close emphasis together with another of their kind.
func (m *markdown) delimiters() map[int]bool {
	var found map[int]bool
	for _, c := range []byte("*_") {
		var runs []delimiterRun
		for i := 0; i < len(m.text); i++ {
			if m.text[i] == c {
				runs = append(runs, m.runAt(i))
				i = runs[len(runs)-1].to - 1
			}
		}
		for n, r := range runs {
			if m.markup[r.from] || len(runs) == 1 {
				continue
			}
			beside := (n > 0 && runs[n-1].to == r.from) || (n+1 < len(runs) && runs[n+1].from == r.to)
			paired := beside || r.opens && slices.ContainsFunc(runs[n+1:], func(other delimiterRun) bool { return other.closes }) ||
				r.closes && slices.ContainsFunc(runs[:n], func(other delimiterRun) bool { return other.opens })
			for i := r.from; paired && i < r.to; i++ {
				if found == nil {
					found = map[int]bool{}
				}
				found[i] = true
			}
		}
	}
	return found
}

// A delimiterRun is a row of stars or underscores.
type delimiterRun struct {
	from, to      int
	opens, closes bool // emphasis, by the rules of CommonMark 0.31, 6.2
}

func (m *markdown) runAt(from int) delimiterRun {
	c, to := m.text[from], from+1
	for to < len(m.text) && m.text[to] == c && m.markup[to] == m.markup[from] {
		to++
	}
	before, after := ' ', ' '
	if from > 0 {
		before, _ = utf8.DecodeLastRune(m.text[:from])
	}
	if to < len(m.text) {
		after, _ = utf8.DecodeRune(m.text[to:])
	}
	left := !unicode.IsSpace(after) && (!punctRune(after) || !wordRune(before))
	right := !unicode.IsSpace(before) && (!punctRune(before) || !wordRune(after))
	if c == '_' {
		return delimiterRun{from, to, left && (!right || punctRune(before)), right && (!left || punctRune(after))}
	}
	return delimiterRun{from, to, left, right}
}

// blockStart looks at the line that begins at i and returns the place of the
// character to escape lest the line be read as the start of another block, or -1.
func (m *markdown) blockStart(i int, start bool) int {
	if i == 0 && !start {
		return -1
	}
	line := m.text[i:]
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	free := func(n int) bool { return n == len(line) || line[n] == ' ' }
	switch c := line[0]; c {
	case '>':
		return i
	case '#':
		n := 0
		for n < len(line) && line[n] == '#' {
			n++
		}
		if n <= 6 && free(n) {
			return i
		}
	case '-', '+', '*', '_', '=':
		// A list item, a rule across the page, the underline of a heading.
		item := free(1) && c != '_' && c != '='
		rule := only(line, c) && bytes.Count(line, []byte{c}) >= 3 && c != '+' && c != '='
		under := only(line, c) && i > 0 && (c == '-' || c == '=')
		if item || rule || under {
			return i
		}
	case '~', '`':
		if len(line) >= 3 && line[1] == c && line[2] == c {
			return i
		}
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		n := 0
		for n < len(line) && '0' <= line[n] && line[n] <= '9' {
			n++
		}
		// Inside a paragraph only a list that begins with 1 can begin.
		if n <= 9 && n < len(line) && (line[n] == '.' || line[n] == ')') && free(n+1) &&
			(i == 0 || strings.TrimLeft(string(line[:n]), "0") == "1") {
			return i + n
		}
	}
	return -1
}

// only reports whether a line consists of c and spaces.
func only(line []byte, c byte) bool {
	for _, d := range line {
		if d != c && d != ' ' {
			return false
		}
	}
	return true
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func asciiPunct(c byte) bool {
	return c < 0x80 && c > ' ' && c != 0x7f && !letter(c) && (c < '0' || c > '9')
}
