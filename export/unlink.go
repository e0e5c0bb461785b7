package export

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unlink reduces the links of a block of Markdown to their text. It reads the
// Markdown that blocks of a record hold: emphasis with ** and _, links
// [text](address), a line break as such, and a backslash before whatever would
// otherwise be markup. All else stays as it is; but where words come to stand
// beside others than before, they are escaped or their emphasis is given up, so
// that no word is lost and none becomes markup.
func unlink(md string) string {
	if !strings.Contains(md, "](") {
		return md
	}
	tokens := tokenize(md)
	if !slices.ContainsFunc(tokens, func(t *token) bool { return t.kind == linkEnd }) {
		return md
	}
	pairEmphasis(md, tokens)
	linked := dropLinks(tokens)
	tokens = live(tokens)
	for n := 0; settle(tokens, n < maxPasses); n++ {
		tokens = live(tokens)
	}
	escapeJoins(md, tokens)
	return escapeLines(md, join(tokens), linked)
}

// maxPasses is how often emphasis is looked at that gives way in turn before all
// of it is given up. Two are usual.
const maxPasses = 20

// A token is a piece of a block's Markdown.
type token struct {
	kind   tokenKind
	raw    string // "" once it is dropped
	pos    int    // in the Markdown
	mate   *token // of emphasis: the other end
	linked bool   // within a link
	edge   bool   // what stood before it is gone

	canOpen, canClose bool // of stars: what CommonMark allows where they stand
}

type tokenKind int

const (
	words     tokenKind = iota // text that is markup nowhere but at the start of a line
	escaped                    // a backslash and what it escapes
	literal                    // a character that is markup in another place
	stars                      // a run of * or of _; literal, unless it has a mate
	lineBreak                  // a bare newline
	linkStart                  // the [ of a link
	linkEnd                    // its ](address)
)

func (t *token) opens() bool  { return t.mate != nil && t.pos < t.mate.pos }
func (t *token) closes() bool { return t.mate != nil && t.pos > t.mate.pos }

// escape puts a backslash before each character of the token.
func (t *token) escape() {
	var b strings.Builder
	for i := range len(t.raw) {
		b.WriteByte('\\')
		b.WriteByte(t.raw[i])
	}
	t.kind, t.raw = escaped, b.String()
}

// joins reports whether two runs of stars would be one, side by side.
func (t *token) joins(u *token) bool {
	return u.kind == stars && u.raw != "" && u.raw[0] == t.raw[0]
}

// drop takes both ends of a stretch of emphasis away.
func (t *token) drop() { t.raw, t.mate.raw = "", "" }

// tokenize splits Markdown into tokens and finds the links: as in CommonMark
// the inner one where brackets stand within brackets.
func tokenize(md string) []*token {
	var tokens, open []*token // open: brackets that may begin a link
	outer := 0                // how many of them cannot, as a link begins after them
	for pos := 0; pos < len(md); {
		rest := md[pos:]
		t := &token{kind: literal, raw: rest[:1], pos: pos}
		size := 1
		switch rest[0] {
		case '\\':
			if len(rest) > 1 && isPunct(rest[1]) {
				size = 2
				t.kind, t.raw = escaped, rest[:size]
			}
		case '*', '_':
			size = len(rest) - len(strings.TrimLeft(rest, rest[:1]))
			t.kind, t.raw = stars, rest[:size]
		case '\n':
			t.kind = lineBreak
		case '`':
			size = len(rest) - len(strings.TrimLeft(rest, "`"))
			t.raw = rest[:size]
		case '<', '&':
		case '[':
			open = append(open, t)
		case ']':
			if len(open) == 0 {
				break
			}
			start := open[len(open)-1]
			open = open[:len(open)-1]
			if len(open) < outer {
				outer = len(open)
			} else if n := addressLen(rest[1:]); n > 0 {
				size = 1 + n
				start.kind, t.kind, t.raw = linkStart, linkEnd, rest[:size]
				outer = len(open)
			}
		default:
			if size = strings.IndexAny(rest, "\\*_\n`<&[]"); size < 0 {
				size = len(rest)
			}
			t.kind, t.raw = words, rest[:size]
		}
		tokens = append(tokens, t)
		pos += size
	}
	return tokens
}

// addressLen returns the length of the address in round brackets that s begins
// with, 0 where it begins with none.
func addressLen(s string) int {
	if !strings.HasPrefix(s, "(") {
		return 0
	}
	angled := strings.HasPrefix(s, "(<")
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && isPunct(s[i+1]):
			i++
		case c == '\n' || angled && c == '<' && i > 1 || !angled && (c <= ' ' || c == 0x7f):
			return 0
		case angled && c == '>':
			if strings.HasPrefix(s[i:], ">)") {
				return i + 2
			}
			return 0
		case angled:
		case c == '(':
			if depth++; depth > 32 { // or many that stay open take long
				return 0
			}
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// pairEmphasis finds the ends of emphasis that belong together. A link's text
// is a world of its own.
func pairEmphasis(md string, tokens []*token) {
	open := map[string][]*token{}
	closeFrom := func(pos int) { // what opens there and later belongs to nothing more
		for raw, stack := range open {
			for len(stack) > 0 && stack[len(stack)-1].pos >= pos {
				stack = stack[:len(stack)-1]
			}
			open[raw] = stack
		}
	}
	link := -1 // where the link begins that we are in
	for _, t := range tokens {
		switch t.kind {
		case linkStart:
			link = t.pos
		case linkEnd:
			closeFrom(link)
			link = -1
		case stars:
			if t.raw != "**" && t.raw != "_" {
				break
			}
			canOpen, canClose := flanks(t.raw[0], lastRune(md[:t.pos]), firstRune(md[t.pos+len(t.raw):]))
			stack := open[t.raw]
			if n := len(stack); canClose && n > 0 && stack[n-1].pos > link {
				t.mate, stack[n-1].mate = stack[n-1], t
				closeFrom(t.mate.pos)
			} else if canOpen {
				open[t.raw] = append(stack, t)
			}
		}
		t.linked = link >= 0
	}
}

// flanks says what CommonMark lets a run of * or _ do between two characters.
func flanks(c byte, before, after rune) (canOpen, canClose bool) {
	spaceBefore, spaceAfter := unicode.IsSpace(before), unicode.IsSpace(after)
	punctBefore, punctAfter := isPunctRune(before), isPunctRune(after)
	left := !spaceAfter && (!punctAfter || spaceBefore || punctBefore)
	right := !spaceBefore && (!punctBefore || spaceAfter || punctAfter)
	if c == '_' {
		return left && (!right || punctBefore), right && (!left || punctAfter)
	}
	return left, right
}

// firstRune returns the first character of s; where s ends, CommonMark sees space.
func firstRune(s string) rune {
	if s == "" {
		return ' '
	}
	c, _ := utf8.DecodeRuneInString(s)
	return c
}

// lastRune is firstRune from the other end.
func lastRune(s string) rune {
	if s == "" {
		return ' '
	}
	c, _ := utf8.DecodeLastRuneInString(s)
	return c
}

func isPunctRune(c rune) bool { return unicode.IsPunct(c) || unicode.IsSymbol(c) }

func isPunct(c byte) bool { return c < utf8.RuneSelf && isPunctRune(rune(c)) }

// dropLinks drops the links' own characters and returns which lines had any.
func dropLinks(tokens []*token) (linked []bool) {
	linked = []bool{false}
	for _, t := range tokens {
		switch t.kind {
		case lineBreak:
			linked = append(linked, false)
		case linkStart, linkEnd:
			t.raw = ""
			linked[len(linked)-1] = true
		}
	}
	return linked
}

// live returns the tokens that have not been dropped.
func live(tokens []*token) []*token {
	kept, edge := tokens[:0], false
	for _, t := range tokens {
		if t.raw == "" {
			edge = true
			continue
		}
		t.edge = t.edge || edge
		edge = false
		kept = append(kept, t)
	}
	return kept
}

// settle makes the emphasis hold in its new place, or go if it does not or none
// is to be kept. It reports whether something changed: then it must look again.
func settle(tokens []*token, keep bool) (changed bool) {
	depth := map[string]int{}
	for i, t := range tokens {
		next := &token{}
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		switch {
		case t.raw == "":
		case t.opens() && (next == t.mate || depth[t.raw] > 0): // around nothing, or within its like
			t.drop()
			changed = true
		case t.opens():
			depth[t.raw]++
		case t.closes() && next.opens() && next.raw == t.raw: // one stretch goes on in the next
			t.mate.mate, next.mate.mate = next.mate, t.mate
			t.raw, next.raw = "", ""
			changed = true
		case t.closes():
			depth[t.raw]--
		}
	}
	if changed {
		return true
	}
	firstOpen, lastClose := placeStars(tokens)
	for i, t := range tokens {
		switch {
		case t.kind != stars || t.raw == "":
		case t.opens() && !(keep && t.canOpen && t.mate.canClose):
			t.drop()
			changed = true
		case t.mate == nil && (t.canOpen && i < lastClose[t.raw[0]] || t.canClose && i > firstOpen[t.raw[0]] ||
			i > 0 && t.joins(tokens[i-1]) || i+1 < len(tokens) && t.joins(tokens[i+1])):
			t.escape()
			changed = true
		}
	}
	return changed
}

// placeStars finds what each run of stars can do where it now stands, and for
// either character the first run that can open and the last that can close.
func placeStars(tokens []*token) (firstOpen, lastClose map[byte]int) {
	firstOpen = map[byte]int{'*': len(tokens), '_': len(tokens)}
	lastClose = map[byte]int{'*': -1, '_': -1}
	before := ""
	for i, t := range tokens {
		if t.kind == stars {
			after := ""
			if i+1 < len(tokens) {
				after = tokens[i+1].raw
			}
			c := t.raw[0]
			t.canOpen, t.canClose = flanks(c, lastRune(before), firstRune(after))
			if t.canOpen {
				firstOpen[c] = min(firstOpen[c], i)
			}
			if t.canClose {
				lastClose[c] = i
			}
		}
		before = t.raw
	}
	return firstOpen, lastClose
}

// escapeJoins escapes literal characters that have become markup by what now
// follows them, and takes the backslash from an exclamation mark that only a
// link made dangerous.
func escapeJoins(md string, tokens []*token) {
	for i, t := range tokens {
		next := &token{edge: true}
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		switch t.raw[0] {
		case '\\':
			if t.raw == `\!` && next.edge && strings.HasPrefix(md[t.pos:], `\![`) {
				t.raw = "!"
			}
			if t.kind == literal && strings.HasPrefix(next.raw, " ") { // which may go
				t.escape()
			}
		case '`':
			if t.linked || t.edge || next.edge {
				t.escape()
			}
		case '<':
			if tagStart.MatchString(next.raw) {
				t.escape()
			}
		case ']':
			if linkLike.MatchString("]"+next.raw) && (next.edge || next.raw[0] == '(') {
				t.escape()
			}
		case '&':
			if entity.MatchString(join(tokens[i:min(i+5, len(tokens))])) && !entity.MatchString(md[t.pos:]) {
				t.escape()
			}
		}
	}
}

var (
	tagStart = regexp.MustCompile(`^[A-Za-z/!?]`)
	entity   = regexp.MustCompile(`^&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
)

// join puts tokens together. Square brackets that are escaped only for standing
// in a link's text lose their backslash, unless they could then make a link.
func join(tokens []*token) string {
	var strict, loose strings.Builder
	for _, t := range tokens {
		strict.WriteString(t.raw)
		if t.linked && (t.raw == `\[` || t.raw == `\]`) {
			loose.WriteString(t.raw[1:])
		} else {
			loose.WriteString(t.raw)
		}
	}
	if s := loose.String(); !linkLike.MatchString(s) {
		return s
	}
	return strict.String()
}

// linkLike is what makes a link of text in square brackets, or the address of
// such links.
var linkLike = regexp.MustCompile(`\][(\[:]`)

// escapeLines escapes what has become the start of a block at the start of a
// line, or the end of a heading at its end, on the lines that had links. The
// marks that a line of md begins with (of a list, a heading, a quotation) are
// real. Lines that had nothing but a link without text are left out.
func escapeLines(md, s string, linked []bool) string {
	before, lines := strings.Split(md, "\n"), strings.Split(s, "\n")
	kept := lines[:0]
	for i, line := range lines {
		if linked[i] {
			marks := lineMarks.FindString(before[i])
			line = strings.Trim(line[len(marks):], " \t")
			if strings.Contains(marks, "#") {
				line = headingEnd.ReplaceAllString(line, `$1\$2`)
			} else {
				line = escapeStart(line)
			}
			if line = marks + line; strings.Trim(line, " ") == "" {
				continue
			}
		}
		if i > 0 && len(kept) == 0 { // it begins the block now
			line = escapeStart(strings.TrimLeft(line, " \t"))
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

var (
	lineMarks  = regexp.MustCompile(`^ *(?:(?:>|[-*+]|\d{1,9}[.)]|#{1,6})(?: +|$))*`)
	headingEnd = regexp.MustCompile(`(^|[ \t])(#+)$`)
)
