package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"archiver/article"
)

// Quotations are read line by line. In the texts of the police four quotations
// of five run over several paragraphs, each of which opens with a mark while
// only the last closes; a quarter of all pages hold an odd number of marks. So
// marks are never paired over the text: a line is quoted if a mark stands where
// a quotation begins (at the head of the line, or behind a lead-in), and what
// the lines before it said decides whose words they are.

// A passage is a quoted stretch of one line: bytes of the line.
type passage struct {
	from, to int
	closed   bool
	next     int // where the line goes on behind the closing mark
}

// A turn is a quotation while it is gathered.
type turn struct {
	attribution attribution
	attributed  bool
	after       string     // the narration before the first passage, where there was no lead-in
	paragraphs  [][]string // the pieces of each
	spans       []article.Span
	block       int
	lastBlock   int // of the last passage
}

// add puts more pieces to the last paragraph.
func (t *turn) add(pieces ...string) {
	last := len(t.paragraphs) - 1
	t.paragraphs[last] = append(t.paragraphs[last], pieces...)
}

// words returns the paragraphs.
func (t *turn) words() []string {
	words := make([]string, len(t.paragraphs))
	for i, pieces := range t.paragraphs {
		words[i] = strings.Join(pieces, "")
	}
	return words
}

// A quoter gathers the turns of a release.
type quoter struct {
	blocks  []article.Block
	people  *people
	out     []article.Quote
	now     *turn
	open    bool // the last passage did not close
	single  bool // the marks of this text are single ones
	pending *attribution
	message bool     // the line before leads to the words of a message
	printed string   // the line that is being read, as printed
	before  string   // the last line of narration
	last    string   // the last speaker
	spoke   []string // those with a name, in order
	told    []string // the narration since then
	warn    func(string)
}

// quotes finds the quotations of a body, one entry a turn, in reading order. It
// calls warn with what it could not say for sure.
func quotes(blocks []article.Block, warn func(string)) []article.Quote {
	q := &quoter{blocks: blocks, people: newPeople(blocks), warn: warn, single: singleMarks(blocks)}
	lines := linesOf(blocks)
	for i, l := range lines {
		switch blocks[l.block].Kind {
		case article.BlockParagraph, article.BlockQuote:
			q.printed = l.printed
			q.line(l.block, l.offset, l.text, lines[i+1:])
		case article.BlockImage:
		default:
			q.narrate(l.text)
			q.before = ""
		}
	}
	q.end()
	return q.out
}

// A textLine is one of a block's text, with where it stands there in code points.
type textLine struct {
	block, offset int
	text          string // with '' as one mark
	printed       string
}

func linesOf(blocks []article.Block) []textLine {
	lines := make([]textLine, 0, len(blocks)+8)
	for n, b := range blocks {
		offset := 0
		for rest, more := b.Text, true; more; {
			var text string
			text, rest, more = strings.Cut(rest, "\n")
			lines = append(lines, textLine{n, offset, oneMark(text), text})
			if more {
				offset += utf8.RuneCountInString(text) + 1
			}
		}
	}
	return lines
}

// oneMark makes of two single marks in a row, which some type for a double one,
// that and a space on its outer side, so that all else keeps its place among
// the code points. Only where a quotation can open or close: not within a word.
func oneMark(l string) string {
	if len(l) > longestLine || !strings.Contains(l, "''") && !strings.Contains(l, "‘‘") && !strings.Contains(l, "’’") {
		return l
	}
	var b strings.Builder
	for i := 0; i < len(l); {
		c, next := from(l, i), behind(l, i)
		if !isSingle(c) || from(l, next) != c {
			b.WriteString(l[i:next])
			i = next
			continue
		}
		after := behind(l, next)
		switch prior, following := before(l, i), from(l, after); {
		case (prior == 0 || prior == ' ') && following != ' ' && following != 0:
			b.WriteString(` "`)
		case strings.ContainsRune(".,!?", prior) && (following == 0 || following == ' '):
			b.WriteString(`" `)
		default:
			b.WriteString(l[i:after])
		}
		i = after
	}
	return b.String()
}

// before returns the character before a byte of a text, 0 at its head.
func before(s string, i int) rune {
	if i == 0 {
		return 0
	}
	c, _ := utf8.DecodeLastRuneInString(s[:i])
	return c
}

// from returns the character at a byte of a text, 0 at its end.
func from(s string, i int) rune {
	if i >= len(s) {
		return 0
	}
	c, _ := utf8.DecodeRuneInString(s[i:])
	return c
}

// behind returns the byte behind the character at a byte of a text.
func behind(s string, i int) int {
	_, size := utf8.DecodeRuneInString(s[i:])
	return i + max(size, 1)
}

// singleMarks reports whether a text sets its quotations in single marks, as
// one force in a hundred releases does: where quotations begin, single marks
// stand and no double ones.
func singleMarks(blocks []article.Block) bool {
	single := false
	for _, b := range blocks {
		if b.Kind != article.BlockParagraph && b.Kind != article.BlockQuote {
			continue
		}
		for l := range strings.SplitSeq(b.Text, "\n") {
			for n, part := range []string{l, behindLeadIn(l)} {
				part = strings.TrimLeft(part, " ")
				c, size := firstOf(part)
				switch {
				case size == 0 || (n == 0 && size == len(part)):
				case isDouble(c):
					return false
				case isSingle(c) && startsWord(part[size:]):
					single = true
				}
			}
		}
	}
	return single
}

// behindLeadIn returns a line from the mark behind its first lead-in on.
func behindLeadIn(l string) string {
	for i := nextMark(l, 0); i < len(l); i = nextMark(l, behind(l, i)) {
		lead := strings.TrimRight(l[:i], " ")
		if strings.HasSuffix(lead, ":") || strings.HasSuffix(lead, ";") || endsInVerb(strings.TrimSuffix(lead, ",")) {
			return l[i:]
		}
	}
	return ""
}

func firstOf(s string) (rune, int) {
	c, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return 0, 0
	}
	return c, size
}

func startsWord(s string) bool {
	c, _ := firstOf(s)
	return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '£' || c == '…' || c == '.' || c == '[' || c == '('
}

func isDouble(c rune) bool {
	return c == '"' || c == '“' || c == '”' || c == '„' || c == '«' || c == '»'
}

func isSingle(c rune) bool { return c == '\'' || c == '‘' || c == '’' || c == '`' || c == '´' }

// mark reports whether c is a mark of the kind that sets off quotations here.
func (q *quoter) mark(c rune) bool { return isDouble(c) || (q.single && isSingle(c)) }

// line reads one line of a paragraph. rest are the lines after it.
func (q *quoter) line(block, offset int, l string, rest []textLine) {
	q.people.block = block
	start := skipSpace(l, 0)
	if start == len(l) {
		return
	}
	if len(l) > longestLine {
		q.warn("a paragraph is too long to be read for quotations")
		q.end()
		return
	}
	if q.message && q.opensAt(l, start) {
		q.narrate(l)
		return
	}
	if !q.opensAt(l, start) {
		if q.open && q.goesOn(l, rest) {
			q.passage(block, offset, l, q.close(l, start, 1), true)
			return
		}
		q.open = false
	}
	for at := start; at < len(l); {
		open := q.nextOpening(l, at, start)
		var p passage
		if open >= 0 {
			p = q.close(l, behind(l, open), 1)
		}
		if open == at && q.scare(l, p) {
			// "Tariq", who is 20, said: "…": look on behind the mark.
			if open = q.leadIn(l, at, behind(l, at)); open >= 0 {
				p = q.close(l, behind(l, open), 1)
			}
		}
		if open < 0 {
			q.narrate(l[at:])
			return
		}
		lead := strings.TrimSpace(l[at:open])
		switch {
		case lead == "" && at > start:
			// Directly behind another passage: the same paragraph goes on.
			q.passage(block, offset, l, p, false)
		case lead == "":
			q.begin()
			q.passage(block, offset, l, p, true)
		case at > start && q.now != nil && !endsInColon(lead):
			// "a," said X. "b": one paragraph under the attribution between. But in
			// "a," said X, who called him "b", the second is a few words woven in.
			if !endsClause(lead) {
				left := strings.TrimSpace(l[at:])
				if !q.trailing(left, block) {
					q.narrate(left)
				}
				return
			}
			q.trailing(lead, block)
			if q.now == nil { // there was narration behind the attribution
				q.begin()
			}
			q.passage(block, offset, l, p, false)
		default:
			q.end()
			a := q.people.attribution(lead)
			switch told := strings.TrimSuffix(lead, lastSentence(lead)); {
			case a.pronoun && told != "":
				q.told = append(q.told, told)
			case !a.found && !endsInColon(lead):
				q.told = append(q.told, lead) // a sentence of narration: "…," she said.
			}
			q.now = &turn{attribution: a, attributed: a.found, after: lead, block: block}
			q.pending = nil
			q.passage(block, offset, l, p, true)
		}
		if !p.closed {
			return
		}
		at = p.next
		if left := strings.TrimSpace(l[at:]); left == "" || !strings.ContainsFunc(left, unicode.IsLetter) {
			return
		}
		if q.nextOpening(l, at, start) < 0 {
			left := strings.TrimSpace(l[at:])
			if q.trailing(left, block) {
				return
			}
			q.narrate(left)
			return
		}
	}
}

// endsClause reports whether what stands between two passages of a paragraph
// comes to an end: with a stop, a comma or a verb of saying.
func endsClause(lead string) bool {
	lead = strings.TrimRight(lead, " ")
	return strings.HasSuffix(lead, ".") || strings.HasSuffix(lead, ",") || strings.HasSuffix(lead, "-") || strings.HasSuffix(lead, "–") ||
		strings.HasSuffix(lead, "…") || strings.HasSuffix(lead, "!") || endsInVerb(lead)
}

// longestLine is the length in characters beyond which a line is no paragraph that
// a person wrote: the longest release that was seen has 1,745 words.
const longestLine = 20_000

func skipSpace(l string, i int) int {
	for i < len(l) && (l[i] == ' ' || l[i] == '*' || l[i] == '_') {
		i++
	}
	return i
}

// opensAt reports whether a quotation mark that opens stands at i.
func (q *quoter) opensAt(l string, i int) bool {
	c := from(l, i)
	if c == 0 || !q.mark(c) {
		return false
	}
	next := behind(l, i)
	after := skipSpace(l, next)
	if after >= len(l) {
		return false
	}
	if isSingle(c) {
		return after == next && startsWord(l[after:])
	}
	return true
}

// opensLike reports whether the mark at i stands as one that opens: space
// before it, none behind.
func opensLike(l string, i int) bool {
	c, b := from(l, i), before(l, i)
	next := from(l, behind(l, i))
	opens := i == 0 || b == ' ' || b == '(' || b == '-' || b == '–' || b == '—' || isSingle(b) || c == '“' || c == '‘'
	return opens && next != 0 && next != ' ' && c != '”' && c != '»'
}

// nextOpening finds the next mark from at on with which a quotation begins: at
// the head of the line, behind a lead-in, or, once a passage has closed, any
// that opens.
func (q *quoter) nextOpening(l string, at, start int) int {
	if at == start && q.opensAt(l, at) {
		return at
	}
	if at > start {
		for i := nextMark(l, at); i < len(l); i = nextMark(l, behind(l, i)) {
			if q.mark(from(l, i)) && opensLike(l, i) {
				lead := strings.TrimRight(clip(l[at:i], reach), " ")
				if lead == "" || saysSomething(lead) {
					return i
				}
			}
		}
		return -1
	}
	return q.leadIn(l, at, at)
}

// nextMark returns the byte of the first quotation mark of any kind from i on,
// or the length of the text.
func nextMark(l string, i int) int {
	for ; i < len(l); i++ {
		if !beginsMark[l[i]] {
			continue
		}
		if c := from(l, i); isDouble(c) || isSingle(c) {
			return i
		}
	}
	return len(l)
}

// beginsMark are the bytes with which a quotation mark can begin: « » ´ and the
// curly ones are of several.
var beginsMark = [256]bool{'"': true, '\'': true, '`': true, 0xC2: true, 0xE2: true}

// leadIn finds the first mark from i on that a lead-in, begun at at, introduces.
func (q *quoter) leadIn(l string, at, i int) int {
	for i = nextMark(l, i); i < len(l); i = nextMark(l, behind(l, i)) {
		single := isSingle(from(l, i))
		lead := strings.TrimRight(clip(l[at:i], reach), " *_")
		if single && !q.single && !endsInColon(lead) {
			continue
		}
		next := behind(l, i)
		if !opensLike(l, i) && !(endsInColon(lead) && next < len(l)) {
			continue
		}
		if leadsIn(lead, l[next:min(len(l), next+reach)]) {
			if single {
				q.single = true
			}
			return i
		}
	}
	return -1
}

// leadsIn reports whether text before a mark introduces a quotation, rather
// than going on with a few quoted words.
func leadsIn(lead, quoted string) bool {
	if lead == "" {
		return false
	}
	words := countWords(strings.TrimSpace(quoted))
	first, _ := firstOf(strings.TrimLeft(quoted, " "))
	sentence := lastSentence(lead)
	switch lead[len(lead)-1] {
	case ':', ';':
		if tellsNoPerson(sentence) {
			return false
		}
		if strings.HasSuffix(sentence, " read:") || strings.HasSuffix(sentence, " reads:") {
			return true // "A statement from the family read:"
		}
		return saysSomething(sentence) || (words >= 5 && !unicode.IsLower(first))
	case ',':
		if unicode.IsLower(first) && strings.Contains(strings.TrimSuffix(sentence, ","), ", ") {
			return false // a runner who, she said, "stayed with him"
		}
		return endsInVerb(strings.TrimRight(sentence, ", ")) && words >= 2
	case '-':
		return endsInVerb(strings.TrimRight(sentence, " -")) && words >= 3
	}
	if strings.ContainsRune(".!?", rune(lead[len(lead)-1])) {
		// A sentence of narration, then one that is quoted: "…," she said.
		if words < 2 || !unicode.IsUpper(first) {
			return false
		}
		return cueAfter.MatchString(quoted) || words >= 5 && urging(sentence) && closesLine(quoted)
	}
	if it := strings.ToLower(sentence); strings.HasPrefix(it, "it ") || strings.HasSuffix(it, "which says") || strings.HasSuffix(it, "which said") {
		return false // a message: "It says "Hi Mum""
	}
	return endsInVerb(sentence) && words >= 4 && unicode.IsUpper(first)
}

// urging reports whether a sentence tells what an officer urged or advised: the words
// behind it are the officer's.
func urging(sentence string) bool {
	m := rankIn(sentence, 0)
	if m == nil || m[0] > 0 {
		return false
	}
	verb, ok := firstVerb(sentence)
	return ok && verb.from > m[1] && urges.has(sentence[verb.from:verb.to])
}

var urges = wordSet(`urged urges warned warns advised appealed explained stressed insisted reiterated joked`)

// closesLine reports whether a text is quoted to its end, and in whole sentences.
func closesLine(quoted string) bool {
	rest := strings.TrimRight(quoted, " ")
	c, size := utf8.DecodeLastRuneInString(rest)
	rest = rest[:len(rest)-size]
	return isDouble(c) && rest != "" && strings.ContainsRune(".!?", rune(rest[len(rest)-1])) && strings.IndexFunc(rest, isDouble) < 0
}

// tellsNoPerson reports whether a line that ends in a colon leads to what no
// person says: the words of a fraudulent message, of a notice, of a maxim
// ("Remember:").
func tellsNoPerson(sentence string) bool {
	sentence = strings.TrimSuffix(sentence, ":")
	if bidding.in(sentence) && countWords(sentence) <= 3 {
		return true
	}
	p, ok := messages.first(sentence)
	for ok && inName(sentence, p) {
		next, more := messages.first(sentence[p.to:])
		p, ok = place{p.to + next.from, p.to + next.to}, more
	}
	if !ok {
		return false
	}
	// "In a message to residents, Chief Inspector Lee said:" has one behind it.
	if all := verbsIn(sentence); len(all) > 0 && all[len(all)-1].from > p.to {
		subject := sentence[p.to:all[len(all)-1].from]
		_, last, comma := strings.Cut(subject, ", ")
		if rankIn(subject, 0) != nil || titleNouns.in(subject) || comma && !strings.HasPrefix(last, "which") && strings.ContainsFunc(last, unicode.IsLetter) {
			return false
		}
	}
	// "The officer said in a message:" has a speaker before it.
	before := sentence[:p.from]
	if !saysSomething(sentence) {
		return true
	}
	return !saysSomething(before) && rankIn(before, 0) == nil && !titleNouns.in(before) && !kinNouns.in(before) && !unnamedNouns.in(before)
}

// inName reports whether a word of a sentence is a surname there: "Judge Ann Page".
func inName(sentence string, p place) bool {
	if p.from == 0 || !upper(sentence[p.from:]) || isAcronym(sentence[p.from:p.to]) {
		return false
	}
	if sentence[p.from-1] == '-' {
		return true
	}
	_, word := lastWord(strings.TrimRight(sentence[:p.from], " "))
	return leadingName(word) == word && word != ""
}

var (
	messages = plural(wordSet(`message text email sms letter leaflet advert advertisement website webpage page caption banner placard sign slogan sticker
		scam scammer fraudster caller criminal script recording voicemail pop popup whatsapp note words wording phrases link post tweet`))
	bidding = wordSet(`remember never always say think ask tell answer`)
)

// cueAfter finds the verb shortly behind a closing mark.
var cueAfter = regexp.MustCompile(`^[^"“”]{5,}[,.!?]["”] ?(?:[^"“”.:]{0,40} )?(?:said|says|added|explained|continued|recalled|told|revealed|warned|warns|joked|admitted|insisted|stressed|urged|commented|laughed)\b`)

func endsInColon(s string) bool { return strings.HasSuffix(strings.TrimRight(s, " "), ":") }

// close finds where the passage that begins at start ends. Marks inside it that
// open are closed first.
func (q *quoter) close(l string, start, depth int) passage {
	p := passage{from: skipSpace(l, start), to: len(l), next: len(l)}
	single := isSingle(before(l, start))
	final := lastMark(l)
	for i := nextMark(l, p.from); i < len(l); i = nextMark(l, behind(l, i)) {
		c := from(l, i)
		if single && !isSingle(c) || !single && !isDouble(c) {
			continue
		}
		if i > p.from && opensLike(l, i) {
			depth++
			continue
		}
		if !closesLike(l, i) {
			continue
		}
		if depth > 1 && i != final {
			depth--
			continue
		}
		p.to, p.closed, p.next = i, true, behind(l, i)
		break
	}
	for p.to > p.from && (l[p.to-1] == ' ' || l[p.to-1] == '*' || l[p.to-1] == '_') {
		p.to--
	}
	return p
}

// lastMark returns the place of the last mark of a line that ends in one, or -1.
func lastMark(l string) int {
	for i := len(l); i > 0; {
		c, size := utf8.DecodeLastRuneInString(l[:i])
		i -= size
		switch {
		case isDouble(c) || isSingle(c):
			return i
		case c == ' ' || c == '.' || c == ',' || c == '*' || c == '_':
		default:
			return -1
		}
	}
	return -1
}

// closesLike reports whether the mark at i stands as one that closes, and no
// apostrophe.
func closesLike(l string, i int) bool {
	if i == 0 {
		return false
	}
	c, b, next := from(l, i), before(l, i), behind(l, i)
	after := ' '
	if next < len(l) {
		after = from(l, next)
	}
	following := from(l, next+1) // where a space follows the mark
	if c == '"' && unicode.IsDigit(b) && after == ' ' && unicode.IsLower(following) && strings.Contains(l[next:], `"`) {
		return false // inches: 5' 10" and
	}
	if unicode.IsLetter(after) || unicode.IsDigit(after) {
		// No space behind it: an apostrophe, or a slip after a full stop.
		return isDouble(c) && strings.ContainsRune(".,!?", b)
	}
	if isSingle(c) && unicode.IsLetter(b) && next+1 < len(l) && after == ' ' {
		// "officers' work": the plural's apostrophe, unless the line's own
		// words have come to their end.
		return !unicode.IsLower(following) && b != 's'
	}
	return c != '“' || next == len(l)
}

// scare reports whether the passage at the head of a line is but a few words
// set off, in a sentence that goes on.
func (q *quoter) scare(l string, p passage) bool {
	if isSingle(before(l, p.from)) && lastMark(l) < 0 && !q.open {
		// 'Clone firm' scams are …: closed again within a few words.
		for i := nextMark(l, p.from); i < len(l) && i < p.from+40; i = nextMark(l, behind(l, i)) {
			if isSingle(from(l, i)) && from(l, behind(l, i)) == ' ' && before(l, i) != ',' {
				return true
			}
		}
	}
	if !p.closed {
		return false
	}
	left := strings.TrimSpace(l[p.next:])
	if left == "" || !strings.ContainsFunc(left, unicode.IsLetter) {
		return false
	}
	for _, is := range []string{"is ", "was ", "are "} { // “Stop. Think.” is the message
		if strings.HasPrefix(left, is) {
			return true
		}
	}
	end := before(l, p.to)
	if words := countWords(l[p.from:p.to]); words <= 3 && !strings.ContainsRune(".,!?", end) {
		if m, ok := firstVerb(left); !ok || countWords(left[:m.from]) > 5 {
			return true
		}
	}
	if strings.ContainsRune(".,!?", end) || strings.ContainsRune(".,!?", []rune(left)[0]) && saysSomething(left) {
		return false
	}
	if saysSomething(firstSentence(left)) && q.people.attribution(firstSentence(left)).found && countWords(l[p.from:p.to]) > 3 {
		return false
	}
	first, _ := firstOf(left)
	return countWords(l[p.from:p.to]) <= 8 || unicode.IsLower(first)
}

// goesOn reports whether a line without an opening mark belongs to the
// quotation that stands open: a mark closes it, here or before another opens.
func (q *quoter) goesOn(l string, rest []textLine) bool {
	if p := q.close(l, 0, 1); p.closed && !q.opensBefore(l, p.to) {
		return true
	} else if p.closed {
		return false
	}
	for n, nextLine := range rest {
		next := nextLine.text
		start := skipSpace(next, 0)
		if n == 0 && q.opensAt(next, start) && !endsInColon(l) && rankIn(l, 0) == nil && !saysSomething(l) {
			// The lines before and after open with a mark, this one lost its own.
			return true
		}
		if n >= 4 || start == len(next) && n > 0 || q.opensAt(next, start) || endsInColon(next) {
			return false
		}
		if p := q.close(next, 0, 1); p.closed {
			return !q.opensBefore(next, p.to)
		}
	}
	return false
}

func (q *quoter) opensBefore(l string, to int) bool {
	for i := nextMark(l, 0); i < to; i = nextMark(l, behind(l, i)) {
		if q.mark(from(l, i)) && opensLike(l, i) {
			return true
		}
	}
	return false
}

// begin opens a turn for a line that begins with a mark, unless it goes on with
// the one that is open.
func (q *quoter) begin() {
	if q.pending != nil {
		a := *q.pending
		q.end()
		q.now = &turn{attribution: a, attributed: a.found, block: -1, after: q.before}
		q.pending = nil
		return
	}
	if q.now == nil {
		q.now = &turn{block: -1, after: q.before}
	}
}

// passage adds a quoted stretch to the turn: as a paragraph of its own, or as
// more of the last.
func (q *quoter) passage(block, offset int, l string, p passage, paragraph bool) {
	q.open = !p.closed
	if p.to <= p.from {
		return
	}
	if i := q.stray(l, p); i > 0 {
		// Two paragraphs that were run together: the second opens with a mark.
		q.passage(block, offset, l, passage{from: p.from, to: len(strings.TrimRight(l[:i], " ")), closed: p.closed}, paragraph)
		q.passage(block, offset, l, passage{from: skipSpace(l, behind(l, i)), to: p.to, closed: p.closed}, false)
		return
	}
	t := q.now
	text := l[p.from:p.to]
	start := offset + utf8.RuneCountInString(l[:p.from])
	size := utf8.RuneCountInString(text)
	if len(q.printed) == len(l) {
		text = q.printed[p.from:p.to] // the same but for ''
	} else if l != q.printed {
		text = string([]rune(q.printed)[start-offset : start-offset+size])
	}
	if t.block < 0 || len(t.paragraphs) == 0 {
		t.block = block
	}
	same := len(t.paragraphs) > 0 && t.lastBlock == block
	switch {
	case len(t.paragraphs) == 0 || (paragraph && !same):
		t.paragraphs = append(t.paragraphs, []string{text})
	case paragraph:
		t.add("\n", text)
	default:
		t.add(" ", text)
	}
	t.lastBlock = block
	t.spans = append(t.spans, article.Span{block, start, start + size})
}

// stray returns where within a passage a mark opens that nothing closes, behind
// the end of a sentence, or -1.
func (q *quoter) stray(l string, p passage) int {
	for i := nextMark(l, p.from); i < p.to; i = nextMark(l, behind(l, i)) {
		if !isDouble(from(l, i)) {
			continue
		}
		before := strings.TrimRight(l[p.from:i], " ")
		if before == "" || !strings.ContainsRune(".!?", rune(before[len(before)-1])) || !opensLike(l, i) {
			return -1
		}
		for j := nextMark(l, behind(l, i)); j < p.to; j = nextMark(l, behind(l, j)) {
			if isDouble(from(l, j)) {
				return -1
			}
		}
		return i
	}
	return -1
}

// trailing takes the text behind a closed passage as its attribution, if it is
// one. Where the turn has one already, the last paragraph is a turn of its own.
func (q *quoter) trailing(text string, block int) bool {
	sentence := firstSentence(text)
	a := q.people.attribution(sentence)
	if !a.found || q.now == nil {
		return false
	}
	// Words that end in a stop are followed by narration unless a verb of saying
	// opens or closes it: "… streets." Reed, 34, was jailed.
	if n := len(q.now.paragraphs); n > 0 && !strings.HasSuffix(q.now.paragraphs[n-1][len(q.now.paragraphs[n-1])-1], ",") {
		first, _ := firstWord(strings.TrimLeft(sentence, ", "))
		if !verbs.is(lower(first)) && !endsInVerb(strings.TrimRight(sentence, ". ")) {
			return false
		}
	}
	if q.now.attributed && len(q.now.paragraphs) > 1 {
		t := q.now
		last := len(t.paragraphs) - 1
		own := &turn{paragraphs: t.paragraphs[last:], block: block, lastBlock: block}
		for len(t.spans) > 0 && t.spans[len(t.spans)-1][0] == block {
			own.spans = append([]article.Span{t.spans[len(t.spans)-1]}, own.spans...)
			t.spans = t.spans[:len(t.spans)-1]
		}
		if len(t.spans) > 0 {
			t.paragraphs = t.paragraphs[:last]
			q.end()
			q.now = own
		}
	}
	if !q.now.attributed {
		q.now.attribution, q.now.attributed = a, true
	}
	// More narration behind the attribution ends the turn.
	if left := strings.TrimSpace(strings.TrimPrefix(text, sentence)); strings.ContainsFunc(left, unicode.IsLetter) && !endsInColon(left) {
		q.narrate(left)
	}
	return true
}

// narrate takes a line, or the rest of one, that is no quotation: it ends the
// turn, and may introduce the next.
func (q *quoter) narrate(text string) {
	text = strings.TrimSpace(text)
	if q.signed(text) {
		return
	}
	q.end()
	q.pending, q.message = nil, false
	if text == "" {
		return
	}
	sentence := lastSentence(text)
	if endsInColon(text) && tellsNoPerson(sentence) {
		q.message = true
	} else if endsInColon(text) || endsInVerb(strings.TrimRight(sentence, " ,-–")) {
		a := q.people.attribution(sentence)
		if !a.found && endsInColon(text) {
			a = attribution{}
		}
		q.pending = &a
	}
	q.before = text
	q.told = append(q.told, text)
}

// signed takes a line that is but a speaker as the attribution of the quotation
// before it, which has none: a pull quote with the name underneath.
func (q *quoter) signed(text string) bool {
	if q.now == nil || q.now.attributed || q.open || len(text) > 100 || q.people.context(q.now.after, "").found {
		return false
	}
	name := strings.TrimLeft(text, "-–—~ ")
	if m := rankIn(name, 0); m == nil || m[0] != 0 || strings.HasSuffix(name, ".") || strings.HasSuffix(name, ":") || saysSomething(name) {
		return false
	}
	a := q.people.attribution(name)
	if a.name == "" || underPicture(name, a.name) {
		return false
	}
	q.now.attribution, q.now.attributed = a, true
	q.end()
	return true
}

// underPicture reports whether a line with a name is rather what stands under a
// picture: "PC Lee with the cup", "PC Lee (left) and PC Ray".
func underPicture(line, name string) bool {
	_, behind, _ := strings.Cut(line, name)
	behind = strings.TrimLeft(behind, " ")
	word, _ := firstWord(behind)
	switch word {
	case "", "of", "from", "for", "at", "-", "–", "—", "QPM", "MBE", "OBE", "BEM":
		return false
	}
	return behind[0] != ','
}

// topic returns whom the narration since the last quotation is about, or "".
func (q *quoter) topic() string {
	for _, text := range slices.Backward(q.told) {
		if a := q.people.topic(text); a.name != "" {
			speaker, _, _ := q.people.settle(a, q.last)
			return speaker
		}
	}
	if q.last != "" {
		return ""
	}
	// Nobody has spoken yet: somebody without a name can be meant as well. "The
	// judge called it wicked. She added: …"
	for _, text := range slices.Backward(q.told) {
		if role := q.people.somebody(text); role != "" {
			q.people.role[unnamed], q.people.unit[unnamed] = role, ""
			return unnamed
		}
	}
	return ""
}

// agreeing returns the last speaker for whom a pronoun can stand: the one it
// would go back to, else one before.
func (q *quoter) agreeing(pronoun, speaker string) string {
	role := ""
	if strings.HasPrefix(speaker, unnamed) {
		role = q.people.role[unnamed]
		if !contradicts(pronoun, "", role) {
			return speaker
		}
	} else if !contradicts(pronoun, speaker, "") {
		return speaker
	}
	for _, before := range slices.Backward(q.spoke) {
		if before != speaker && !contradicts(pronoun, before, "") {
			return before
		}
	}
	return ""
}

// furtherWords are the verbs with which the last speaker goes on.
var furtherWords = wordSet(`added adds adding continued continues concluded concludes reiterated`)

// rival reports whether the narration since the last quotation names an officer
// for whom a pronoun can stand as well as for a speaker who has no known sex.
func (q *quoter) rival(pronoun, speaker string) bool {
	forename, _ := firstWord(speaker)
	if speaker == "" || strings.HasPrefix(speaker, unnamed) || womensNames.is(forename) || mensNames.is(forename) {
		return false
	}
	for _, text := range q.told {
		for _, m := range ranksIn(clip(text, reach)) {
			word, _ := firstWord(behindRank(clip(text, reach)[m[1]:]))
			word = strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(word, ",."), "'s"), "’s")
			if upper(word) && !strings.Contains(speaker, word) && !contradicts(pronoun, q.people.full(word), "") {
				return true
			}
		}
	}
	return false
}

// end closes the turn and settles whose words they are.
func (q *quoter) end() {
	t := q.now
	q.now, q.open = nil, false
	if t == nil || len(t.paragraphs) == 0 {
		return
	}
	a := t.attribution
	if !t.attributed {
		a = q.people.context(t.after, q.last)
	}
	of := q.last
	if t.attributed && a.pronoun && a.role == "" {
		topic := q.topic()
		if topic != "" && !contradicts(a.he, topic, "") {
			of = topic
		}
		of = q.agreeing(a.he, of)
		if topic == "" && a.he != "" && !furtherWords.has(a.cue) && q.rival(a.he, of) {
			of = ""
		}
	}
	speaker, role, unit := q.people.settle(a, of)
	q.told = nil
	if speaker != "" && (len(q.spoke) == 0 || q.spoke[len(q.spoke)-1] != speaker) {
		q.spoke = append(q.spoke, speaker)
	}
	switch {
	case speaker != "":
		q.last = speaker
	case role != "":
		q.last = unnamed
	default:
		q.warn("a quotation has no speaker that could be made out")
	}
	words := t.words()
	q.out = append(q.out, article.Quote{
		Speaker: speaker, Role: role, Unit: unit, Cue: a.cue,
		Paragraphs: words, Text: strings.Join(words, "\n\n"),
		Block: t.block, Spans: slices.Clone(t.spans),
	})
}
