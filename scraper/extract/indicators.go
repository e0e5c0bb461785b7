package extract

import (
	"strings"

	"archiver/article"
)

// An indicatorReader goes through the blocks of a release for what other sources
// can be matched by: references and operations, telephone numbers, e-mail
// addresses and sums of money, each place they stand, in the order of the text.
type indicatorReader struct {
	text   string
	tokens []token
	ruler  ruler
	block  int

	expect  expectation // of a reference
	message message     // that a swindler sent
	// The last token of the telephone number that was taken last in this block,
	// or -1, for "101 or 999".
	lastPhone int

	refs    []article.Mention
	phones  []article.Number
	emails  []article.Number
	amounts []article.Amount
}

// indicators reads the blocks of a release for references, telephone numbers
// that the public is told to use, e-mail addresses and sums in pounds.
//
// Each block is cut into tokens once and gone through once. What a number is
// follows from its shape and from the words before it in its sentence, of which
// a bounded number is looked at; so the time grows with the text and no faster.
func indicators(blocks []article.Block) (refs []article.Mention, phones, emails []article.Number, amounts []article.Amount) {
	r := indicatorReader{tokens: make([]token, 0, 128)}
	for i := range blocks {
		switch text := blocks[i].Text; {
		case text == "":
		case !r.message.listed && silent(text):
			r.message = message{}
		default:
			r.readBlock(i, text)
		}
	}
	return r.refs, r.phones, r.emails, r.amounts
}

// silent reports whether a quick look at a block is enough: it holds no figure and
// none of the signs and words that make something of words alone, and is long and
// ends so that it says nothing about the block behind it (see message.close).
func silent(text string) bool {
	switch text[len(text)-1] {
	case '.', '!', '?', ',', '"', '\'':
	default:
		if !strings.HasSuffix(text, "”") && !strings.HasSuffix(text, "’") {
			return false
		}
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if !speaks[c] {
			continue
		}
		switch c | 0x20 {
		case 'o':
			if beginsFold(text[i:], "op") && (i == 0 || !letter(text[i-1])) {
				return false // "Op", "Operation"
			}
		case 'p':
			if beginsFold(text[i:], "pound") || beginsFold(text[i:], "pence") {
				return false
			}
		case 'q':
			if beginsFold(text[i:], "quid") {
				return false
			}
		case 'd':
			if beginsFold(text[i:], "dot") {
				return false // of an address that is spelled
			}
		case 'a':
			if strings.HasPrefix(text[i:], "AT") {
				return false
			}
		case '{', '(', '<': // and '[', which has the bit of a small letter off
			if beginsFold(text[i+1:], "at") {
				return false // "[at]"
			}
		default:
			return false
		}
	}
	return strings.Count(text, " ") > 10
}

// speaks are the bytes at which silent looks twice.
var speaks = func() (table [256]bool) {
	for _, c := range []byte("0123456789@\xA3oOpPqQdDA[({<") { // A3 ends a "£"
		table[c] = true
	}
	return table
}()

// beginsFold reports whether a text begins with some small letters, whatever its
// capitals.
func beginsFold(text, small string) bool {
	if len(text) < len(small) {
		return false
	}
	for i := range len(small) {
		if text[i]|0x20 != small[i] {
			return false
		}
	}
	return true
}

func (r *indicatorReader) readBlock(block int, text string) {
	r.text, r.block = text, block
	r.tokens = tokenise(r.tokens[:0], text)
	r.ruler = ruler{text: text}
	r.expect = expectation{}
	r.lastPhone = -1
	r.message.open(r.tokens)
	for i := 0; i < len(r.tokens); {
		i = max(i+1, r.readToken(i))
	}
	r.message.close(r.tokens)
}

// readToken reads what begins at a token and returns the token after it, or one
// that is not after it for "nothing".
func (r *indicatorReader) readToken(i int) int {
	t := &r.tokens[i]
	switch t.kind {
	case tokenMail:
		r.email(int(t.start), int(t.end))
		return i + 1
	case tokenWeb:
		r.expect.end()
		return i + 1
	case tokenWord:
		return r.readWord(i)
	case tokenMark:
		r.message.see(r.tokens, i)
		switch t.sign {
		case '£':
			r.expect.end()
			return r.readSterling(i)
		case '*':
			if next := r.readReference(i); next > i {
				return next
			}
		case '+', '(':
			if next := r.readPhone(i); next > i {
				r.expect.end()
				return next
			}
		}
		r.expect.step(r.tokens, i)
		return i + 1
	}
	// Plain digits are no reference where none is expected.
	if r.expect.strength > expectNothing || i+1 < len(r.tokens) && r.glued(i+1) {
		if next := r.readReference(i); next > i {
			return next
		}
	}
	if next := r.readPhone(i); next > i {
		r.expect.end()
		return next
	}
	r.expect.step(r.tokens, i)
	return r.readPlainAmount(i)
}

// readWord is readToken for words, most of which are the beginning of nothing.
func (r *indicatorReader) readWord(i int) int {
	t := &r.tokens[i]
	next := i
	switch {
	case t.end-t.start == 2 && r.text[t.start]|0x20 == 'a' && r.text[t.start+1]|0x20 == 't':
		next = r.readSpelledEmail(i)
	case t.cue.any(cueOperation):
		next = r.readOperation(i)
	case t.cue.any(cuePound | cuePence):
		next = r.spelledAmount(i)
	}
	if next > i {
		return next
	}
	if r.expect.strength > expectNothing || t.cue.any(cueIML) || i+1 < len(r.tokens) && r.glued(i+1) {
		if next := r.readReference(i); next > i {
			return next
		}
	}
	if r.expect.strength > expectNothing || t.cue.any(cueQuote|cueReference|cueKinds) {
		r.expect.step(r.tokens, i)
	}
	return i + 1
}

// at returns token i. Beyond the ends stands a mark that equals nothing, on a line
// of its own.
func (r *indicatorReader) at(i int) token {
	if i < 0 || i >= len(r.tokens) {
		return token{line: true}
	}
	return r.tokens[i]
}

// word returns the text of a token, "" beyond the ends.
func (r *indicatorReader) word(i int) string {
	if i < 0 || i >= len(r.tokens) {
		return ""
	}
	t := &r.tokens[i]
	return r.text[t.start:t.end]
}

// glued reports whether token i follows the one before without white space.
func (r *indicatorReader) glued(i int) bool {
	return i > 0 && i < len(r.tokens) && !r.tokens[i].space && !r.tokens[i].line
}

// span returns the printed text of some bytes, and where it stands.
func (r *indicatorReader) span(start, end int) (text string, from, to int) {
	from = r.ruler.points(start)
	return r.text[start:end], from, r.ruler.points(end)
}
