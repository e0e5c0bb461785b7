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

// A passage is a quoted stretch of one line: code points of the line.
type passage struct {
	from, to int
	closed   bool
	next     int // where the line goes on behind the closing mark
}

// A turn is a quotation while it is gathered.
type turn struct {
	attribution attribution
	attributed  bool
	after       string // the narration before the first passage, where there was no lead-in
	paragraphs  []string
	spans       []article.Span
	block       int
	lastBlock   int // of the last passage
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
	type origin struct{ block, offset int }
	var lines [][]rune
	var places []origin
	for n, b := range blocks {
		offset := 0
		for l := range strings.SplitSeq(b.Text, "\n") {
			runes := oneMark([]rune(l))
			lines = append(lines, runes)
			places = append(places, origin{n, offset})
			offset += len(runes) + 1
		}
	}
	for i, l := range lines {
		b := blocks[places[i].block]
		switch b.Kind {
		case article.BlockParagraph, article.BlockQuote:
			q.line(places[i].block, places[i].offset, l, lines[i+1:])
		case article.BlockImage:
		default:
			q.narrate(string(l))
			q.before = ""
		}
	}
	q.end()
	return q.out
}

// oneMark makes of two single marks in a row, which some type for a double one,
// that and a space on its outer side, so that all else keeps its place.
func oneMark(l []rune) []rune {
	for i := 0; i+1 < len(l); i++ {
		if !isSingle(l[i]) || l[i+1] != l[i] {
			continue
		}
		if i == 0 || l[i-1] == ' ' {
			l[i], l[i+1] = ' ', '"'
		} else {
			l[i], l[i+1] = '"', ' '
		}
	}
	return l
}

// singleMarks reports whether a text sets its quotations in single marks, as
// one force in a hundred releases does: where quotations begin, single marks
// stand and no double ones.
func singleMarks(blocks []article.Block) bool {
	single, double := 0, 0
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
					double++
				case isSingle(c) && startsWord(part[size:]):
					single++
				}
			}
		}
	}
	return single > 0 && double == 0
}

// behindLeadIn returns a line from the mark behind its first lead-in on.
func behindLeadIn(l string) string {
	for i, c := range l {
		if !isDouble(c) && !isSingle(c) {
			continue
		}
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
func (q *quoter) line(block, offset int, l []rune, rest [][]rune) {
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
		q.narrate(string(l))
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
			p = q.close(l, open+1, 1)
		}
		if open == at && q.scare(l, p) {
			// "Tariq", who is 20, said: "…": look on behind the mark.
			if open = q.leadIn(l, at, at+1); open >= 0 {
				p = q.close(l, open+1, 1)
			}
		}
		if open < 0 {
			q.narrate(string(l[at:]))
			return
		}
		lead := strings.TrimSpace(string(l[at:open]))
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
				left := strings.TrimSpace(string(l[at:]))
				if !q.trailing(left, block) {
					q.narrate(left)
				}
				return
			}
			q.trailing(lead, block)
			q.passage(block, offset, l, p, false)
		default:
			q.end()
			a := q.people.attribution(lead)
			if told := strings.TrimSuffix(lead, lastSentence(lead)); a.pronoun && told != "" {
				q.told = append(q.told, told)
			}
			q.now = &turn{attribution: a, attributed: a.found, after: lead, block: block}
			q.pending = nil
			q.passage(block, offset, l, p, true)
		}
		if !p.closed {
			return
		}
		at = p.next
		if left := strings.TrimSpace(string(l[at:])); left == "" || !strings.ContainsFunc(left, unicode.IsLetter) {
			return
		}
		if q.nextOpening(l, at, start) < 0 {
			left := strings.TrimSpace(string(l[at:]))
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

func skipSpace(l []rune, i int) int {
	for i < len(l) && (l[i] == ' ' || l[i] == '*' || l[i] == '_') {
		i++
	}
	return i
}

// opensAt reports whether a quotation mark that opens stands at i.
func (q *quoter) opensAt(l []rune, i int) bool {
	if i >= len(l) || !q.mark(l[i]) {
		return false
	}
	after := skipSpace(l, i+1)
	if after >= len(l) {
		return false
	}
	if isSingle(l[i]) {
		return after == i+1 && startsWord(string(l[after:]))
	}
	return true
}

// opensLike reports whether the mark at i stands as one that opens: space
// before it, none behind.
func opensLike(l []rune, i int) bool {
	before := i == 0 || l[i-1] == ' ' || l[i-1] == '(' || l[i-1] == '-' || l[i-1] == '–' || l[i-1] == '—' || isSingle(l[i-1]) || l[i] == '“' || l[i] == '‘'
	return before && i+1 < len(l) && l[i+1] != ' ' && l[i] != '”' && l[i] != '»'
}

// nextOpening finds the next mark from at on with which a quotation begins: at
// the head of the line, behind a lead-in, or, once a passage has closed, any
// that opens.
func (q *quoter) nextOpening(l []rune, at, start int) int {
	if at == start && q.opensAt(l, at) {
		return at
	}
	if at > start {
		for i := at; i < len(l); i++ {
			if q.mark(l[i]) && opensLike(l, i) {
				lead := strings.TrimRight(string(l[max(at, i-reach):i]), " ")
				if lead == "" || saysSomething(lead) {
					return i
				}
			}
		}
		return -1
	}
	return q.leadIn(l, at, at)
}

// leadIn finds the first mark from i on that a lead-in, begun at at, introduces.
func (q *quoter) leadIn(l []rune, at, i int) int {
	for ; i < len(l); i++ {
		single := isSingle(l[i])
		if !isDouble(l[i]) && !single {
			continue
		}
		lead := strings.TrimRight(string(l[max(at, i-reach):i]), " *_")
		if single && !q.single && !endsInColon(lead) {
			continue
		}
		if !opensLike(l, i) && !(endsInColon(lead) && i+1 < len(l)) {
			continue
		}
		if leadsIn(lead, string(l[i+1:min(len(l), i+1+reach)])) {
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
		return words >= 2 && unicode.IsUpper(first) && cueAfter.MatchString(quoted)
	}
	if it := strings.ToLower(sentence); strings.HasPrefix(it, "it ") || strings.HasSuffix(it, "which says") || strings.HasSuffix(it, "which said") {
		return false // a message: "It says "Hi Mum""
	}
	return endsInVerb(sentence) && words >= 4 && unicode.IsUpper(first)
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
	if !ok {
		return false
	}
	// "The officer said in a message:" has a speaker before it.
	before := sentence[:p.from]
	if !saysSomething(sentence) {
		return true
	}
	return !saysSomething(before) && rankIn(before, 0) == nil && !titleNouns.in(before) && !kinNouns.in(before) && !unnamedNouns.in(before)
}

var (
	messages = plural(wordSet(`message text email sms letter leaflet advert advertisement website webpage page caption banner placard sign slogan sticker
		scam scammer fraudster caller criminal script recording voicemail pop popup whatsapp note words wording phrases link post tweet`))
	bidding = wordSet(`remember never always say think ask tell answer`)
)

// cueAfter finds the verb shortly behind a closing mark.
var cueAfter = regexp.MustCompile(`^[^"“”]{5,}[,.!?]["”] ?(?:[^"“”.:]{0,40} )?(?:said|says|added|explained|continued|recalled|told)\b`)

func endsInColon(s string) bool { return strings.HasSuffix(strings.TrimRight(s, " "), ":") }

// close finds where the passage that begins at from ends. Marks inside it that
// open are closed first.
func (q *quoter) close(l []rune, from, depth int) passage {
	p := passage{from: skipSpace(l, from), to: len(l), next: len(l)}
	single := from > 0 && isSingle(l[from-1])
	final := lastMark(l)
	for i := p.from; i < len(l); i++ {
		c := l[i]
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
		p.to, p.closed, p.next = i, true, i+1
		break
	}
	for p.to > p.from && (l[p.to-1] == ' ' || l[p.to-1] == '*' || l[p.to-1] == '_') {
		p.to--
	}
	return p
}

// lastMark returns the place of the last mark of a line that ends in one, or -1.
func lastMark(l []rune) int {
	for i := len(l) - 1; i >= 0; i-- {
		switch {
		case isDouble(l[i]) || isSingle(l[i]):
			return i
		case l[i] == ' ' || l[i] == '.' || l[i] == ',' || l[i] == '*' || l[i] == '_':
		default:
			return -1
		}
	}
	return -1
}

// closesLike reports whether the mark at i stands as one that closes, and no
// apostrophe.
func closesLike(l []rune, i int) bool {
	if i == 0 {
		return false
	}
	after := ' '
	if i+1 < len(l) {
		after = l[i+1]
	}
	if l[i] == '"' && unicode.IsDigit(l[i-1]) && i+2 < len(l) && after == ' ' && unicode.IsLower(l[i+2]) && slices.Contains(l[i+1:], '"') {
		return false // inches: 5' 10" and
	}
	if unicode.IsLetter(after) || unicode.IsDigit(after) {
		// No space behind it: an apostrophe, or a slip after a full stop.
		return isDouble(l[i]) && strings.ContainsRune(".,!?", l[i-1])
	}
	if isSingle(l[i]) && unicode.IsLetter(l[i-1]) && i+2 < len(l) && after == ' ' {
		// "officers' work": the plural's apostrophe, unless the line's own
		// words have come to their end.
		return !unicode.IsLower(l[i+2]) && l[i-1] != 's'
	}
	return l[i] != '“' || i == len(l)-1
}

// scare reports whether the passage at the head of a line is but a few words
// set off, in a sentence that goes on.
func (q *quoter) scare(l []rune, p passage) bool {
	if isSingle(l[p.from-1]) && lastMark(l) < 0 && !q.open {
		// 'Clone firm' scams are …: closed again within a few words.
		for i := p.from; i < len(l) && i < p.from+40; i++ {
			if isSingle(l[i]) && i+1 < len(l) && l[i+1] == ' ' && l[i-1] != ',' {
				return true
			}
		}
	}
	if !p.closed {
		return false
	}
	left := strings.TrimSpace(string(l[p.next:]))
	if left == "" || !strings.ContainsFunc(left, unicode.IsLetter) {
		return false
	}
	for _, is := range []string{"is ", "was ", "are "} { // “Stop. Think.” is the message
		if strings.HasPrefix(left, is) {
			return true
		}
	}
	end := l[p.to-1]
	if words := countWords(string(l[p.from:p.to])); words <= 3 && !strings.ContainsRune(".,!?", end) {
		if m, ok := firstVerb(left); !ok || countWords(left[:m.from]) > 5 {
			return true
		}
	}
	if strings.ContainsRune(".,!?", end) || strings.ContainsRune(".,!?", []rune(left)[0]) && saysSomething(left) {
		return false
	}
	if saysSomething(firstSentence(left)) && q.people.attribution(firstSentence(left)).found && countWords(string(l[p.from:p.to])) > 3 {
		return false
	}
	first, _ := firstOf(left)
	return countWords(string(l[p.from:p.to])) <= 8 || unicode.IsLower(first)
}

// goesOn reports whether a line without an opening mark belongs to the
// quotation that stands open: a mark closes it, here or before another opens.
func (q *quoter) goesOn(l []rune, rest [][]rune) bool {
	if p := q.close(l, 0, 1); p.closed && !q.opensBefore(l, p.to) {
		return true
	} else if p.closed {
		return false
	}
	for n, next := range rest {
		start := skipSpace(next, 0)
		if n == 0 && q.opensAt(next, start) && !endsInColon(string(l)) && rankIn(string(l), 0) == nil && !saysSomething(string(l)) {
			// The lines before and after open with a mark, this one lost its own.
			return true
		}
		if n >= 4 || start == len(next) && n > 0 || q.opensAt(next, start) || endsInColon(string(next)) {
			return false
		}
		if p := q.close(next, 0, 1); p.closed {
			return !q.opensBefore(next, p.to)
		}
	}
	return false
}

func (q *quoter) opensBefore(l []rune, to int) bool {
	for i := 0; i < to; i++ {
		if q.mark(l[i]) && opensLike(l, i) {
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
func (q *quoter) passage(block, offset int, l []rune, p passage, paragraph bool) {
	q.open = !p.closed
	if p.to <= p.from {
		return
	}
	t := q.now
	text := string(l[p.from:p.to])
	if t.block < 0 || len(t.paragraphs) == 0 {
		t.block = block
	}
	same := len(t.paragraphs) > 0 && t.lastBlock == block
	switch {
	case len(t.paragraphs) == 0 || (paragraph && !same):
		t.paragraphs = append(t.paragraphs, text)
	case paragraph:
		t.paragraphs[len(t.paragraphs)-1] += "\n" + text
	default:
		t.paragraphs[len(t.paragraphs)-1] += " " + text
	}
	t.lastBlock = block
	t.spans = append(t.spans, article.Span{block, offset + p.from, offset + p.to})
}

// trailing takes the text behind a closed passage as its attribution, if it is
// one. Where the turn has one already, the last paragraph is a turn of its own.
func (q *quoter) trailing(text string, block int) bool {
	sentence := firstSentence(text)
	a := q.people.attribution(sentence)
	if !a.found || q.now == nil {
		return false
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
	if a.name == "" {
		return false
	}
	q.now.attribution, q.now.attributed = a, true
	q.end()
	return true
}

// topic returns whom the narration since the last quotation is about, or "".
func (q *quoter) topic() string {
	for _, text := range slices.Backward(q.told) {
		if a := q.people.topic(text); a.name != "" {
			speaker, _, _ := q.people.settle(a, q.last)
			return speaker
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
	return speaker
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
		if topic := q.topic(); topic != "" && !contradicts(a.he, topic, "") {
			of = topic
		}
		of = q.agreeing(a.he, of)
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
	q.out = append(q.out, article.Quote{
		Speaker: speaker, Role: role, Unit: unit, Cue: a.cue,
		Paragraphs: t.paragraphs, Text: strings.Join(t.paragraphs, "\n\n"),
		Block: t.block, Spans: slices.Clone(t.spans),
	})
}
