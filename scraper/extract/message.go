package extract

// A message is what a swindler's letter, text or recording says: numbers in it
// are not for the public, whatever it asks for.
type message struct {
	announced bool // the block before ended with "the text read:"
	quoted    rune // the mark that closes it
	reading   bool
	listed    bool // the block before ended with "Numbers to block:"
	refused   int  // the token after the number of this block that was not taken, or 0
}

// open begins a block.
func (m *message) open(tokens []token) {
	m.quoted = 0
	m.reading = m.announced
	m.announced = false
	m.refused = 0
	m.listed = m.listed && len(tokens) > 0 && numeric(tokens[0])
}

// see looks at the marks around quoted words.
func (m *message) see(tokens []token, i int) {
	t := tokens[i]
	if t.kind != tokenMark {
		return
	}
	if m.quoted != 0 {
		last := i+1 == len(tokens) || tokens[i+1].space || tokens[i+1].line || tokens[i+1].kind == tokenMark
		if t.sign == m.quoted && last {
			m.quoted, m.reading = 0, false
		}
		return
	}
	closing := rune(0)
	switch t.sign {
	case '"', '“':
		closing = '”'
		if t.sign == '"' {
			closing = '"'
		}
	case '\'', '‘':
		if i > 0 && !t.space && !t.line {
			return
		}
		closing = '’'
		if t.sign == '\'' {
			closing = '\''
		}
	default:
		return
	}
	m.quoted = closing
	m.reading = m.reading || sent(tokens, i)
}

// close ends a block: one that ends with a colon and tells of a message announces
// the next.
func (m *message) close(tokens []token) {
	n := len(tokens)
	m.announced = n > 0 && tokens[n-1].sign == ':' && sent(tokens, n-1)
	m.reading = false
	m.listed = m.listed || heads(tokens)
}

// numeric reports whether a block that begins with a token can be a list of
// telephone numbers.
func numeric(t token) bool { return t.kind == tokenDigits || t.sign == '+' || t.sign == '(' }

// heads reports whether a block that ends with a colon, or a short one, heads a
// list of numbers that swindlers use.
func heads(tokens []token) bool {
	n := len(tokens)
	if n == 0 || n > 25 || tokens[n-1].sign != ':' && (n > 10 || tokens[n-1].kind == tokenMark) {
		return false
	}
	numbers, theirs := false, false
	for j := n - 1; j >= 0 && !tokens[j].stop; j-- {
		switch c := tokens[j].cue; {
		case c.any(cueShould):
			return false
		case c.any(cueNumber):
			numbers = true
		case c.any(cueWary | cueDid | cueFrom | cueSwindler):
			theirs = true
		}
	}
	return numbers && theirs
}

// sent reports whether the words before a token tell of a message that is quoted.
func sent(tokens []token, i int) bool {
	for j := i - 1; j >= max(0, i-9); j-- {
		if tokens[j].stop && j < i-1 {
			return false
		}
		if tokens[j].cue.any(cueMessage) {
			return true
		}
	}
	return false
}
