package revision

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, or the marks before or behind one, with the white space
// that follows it.
type token struct {
	text  string
	space string // behind it, exactly as it stood
	start int    // code points of the block's text before it
	block int    // of the record; -1 for the headline
	// fold is the text as far as it matters: letters in lower case and figures,
	// with the marks that change what figures say. "" for marks alone.
	fold    string
	initial bool // at the beginning of a sentence, a quotation or a line
	quoted  bool // within one of the record's quotations
}

// word reports whether a token counts as a word.
func (t *token) word() bool { return t.fold != "" }

// tokenise cuts a text into tokens, which joined give it again to the byte.
func tokenise(text string, block int) []token {
	var out []token
	runes := 0
	add := func(s, space string) {
		out = append(out, token{text: s, space: space, start: runes, block: block, fold: fold(s)})
		runes += utf8.RuneCountInString(s) + utf8.RuneCountInString(space)
	}
	for text != "" {
		end := strings.IndexFunc(text, unicode.IsSpace)
		if end < 0 {
			end = len(text)
		}
		word, rest := text[:end], text[end:]
		next := strings.IndexFunc(rest, func(c rune) bool { return !unicode.IsSpace(c) })
		if next < 0 {
			next = len(rest)
		}
		space := rest[:next]
		text = rest[next:]
		before, core, behind := divide(word)
		switch {
		case core == "":
			add(word, space)
			continue
		case behind == "":
			if before != "" {
				add(before, "")
			}
			add(core, space)
			continue
		case before != "":
			add(before, "")
		}
		add(core, "")
		add(behind, space)
	}
	begin := true
	for i := range out {
		t := &out[i]
		t.initial = begin
		if !t.word() {
			begin = begin || strings.ContainsAny(t.text, ".?!:•\"“‘…–—") || t.text == "-"
		} else {
			begin = false
		}
		begin = begin || strings.Contains(t.space, "\n")
	}
	return out
}

// divide parts a word from the marks around it. A sign that changes what a
// figure says stays with it.
func divide(s string) (before, core, behind string) {
	first := strings.IndexFunc(s, bears)
	if first < 0 {
		return s, "", ""
	}
	last := strings.LastIndexFunc(s, bears)
	_, size := utf8.DecodeRuneInString(s[last:])
	return s[:first], s[first : last+size], s[last+size:]
}

// bears reports whether a character is part of a word and not only beside it.
func bears(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.Is(unicode.Sc, c) || c == '%' || unicode.IsMark(c) || unicode.IsNumber(c)
}

// fold reduces a word to what matters of it: "O’Brien" and "o'brien" are one,
// and so are "9,200" and "9200", but not "1.5" and "15".
func fold(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; !(c >= 'a' && c <= 'z') {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	digit := false // the last character was one
	for i, c := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		after, _ := utf8.DecodeRuneInString(s[i+size:])
		switch {
		case bears(c):
			b.WriteRune(unicode.ToLower(c))
		case digit && strings.ContainsRune(".:/-", c) && unicode.IsDigit(after):
			b.WriteRune(c)
		}
		digit = unicode.IsDigit(c)
	}
	return b.String()
}

// plural of "'s" and the like is no part of a name.
func bare(s string) string {
	for _, end := range []string{"'s", "’s", "'S", "’S", "'", "’"} {
		if rest, ok := strings.CutSuffix(s, end); ok {
			return rest
		}
	}
	return s
}
