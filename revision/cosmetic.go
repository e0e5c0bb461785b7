package revision

import (
	"strings"
	"unicode/utf8"
)

// cosmetic returns Cosmetic where a place changes nothing that is said, "" where
// it does.
func (c *comparison) cosmetic(p *place) Class {
	if skeleton(c.old, p.olds) == skeleton(c.new, p.news) || c.twice(p) || c.typing(p) {
		return Cosmetic
	}
	return ""
}

func skeleton(s *side, words []int) string {
	var b strings.Builder
	for n, i := range words {
		f := s.tokens[i].fold
		// Figures beside each other are two numbers.
		if n > 0 && hasDigit(f[:1]) && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f)
	}
	return b.String()
}

// twice reports whether a word was typed twice and no longer is, or is now.
func (c *comparison) twice(p *place) bool {
	one := func(s *side, numbers []int32, words []int) bool {
		if len(words) != 1 || len(numbers) != 1 || hasDigit(s.tokens[words[0]].fold) {
			return false
		}
		i := words[0]
		same := func(j int) bool {
			return j >= 0 && j < len(s.tokens) && s.tokens[j].fold == s.tokens[i].fold && s.tokens[j].block == s.tokens[i].block
		}
		return same(i-1) || same(i+1)
	}
	h := p.hunk
	return h.b0 == h.b1 && one(c.old, p.stream.old[h.a0:h.a1], p.olds) ||
		h.a0 == h.a1 && one(c.new, p.stream.new[h.b0:h.b1], p.news)
}

// typing reports whether a place only puts typing errors right, or makes some.
func (c *comparison) typing(p *place) bool {
	if len(p.olds) != len(p.news) || len(p.olds) == 0 || len(p.olds) > fewWords {
		return false
	}
	for n := range p.olds {
		if a, b := p.olds[n], p.news[n]; c.old.tokens[a].fold != c.new.tokens[b].fold && !c.misprint(a, b) {
			return false
		}
	}
	return true
}

// misprint reports whether a word of the old side and one of the new are the same
// but for a typing error in either.
func (c *comparison) misprint(a, b int) bool {
	x, y := &c.old.tokens[a], &c.new.tokens[b]
	if hasDigit(x.fold) || hasDigit(y.fold) || opposites[x.fold] || opposites[y.fold] {
		return false
	}
	n := max(utf8.RuneCountInString(x.fold), utf8.RuneCountInString(y.fold))
	least := min(utf8.RuneCountInString(x.fold), utf8.RuneCountInString(y.fold))
	if n < 4 || least < 3 || n > 40 {
		return false
	}
	allowed := 1
	if n >= 8 {
		allowed = 2
	}
	if distance(x.fold, y.fold, allowed) > allowed {
		return false
	}
	if known(x.fold) && known(y.fold) {
		return false
	}
	if startsUpper(x.text) && startsUpper(y.text) && !x.ordinary() && !y.ordinary() {
		// A name: it is a misprint if the other spelling is the one used elsewhere.
		return c.old.words[y.fold] > 0 && c.new.words[y.fold] > 1 || c.new.words[x.fold] > 0 && c.old.words[x.fold] > 1
	}
	return true
}

// ordinary reports whether a word is one at the beginning of a sentence, and not
// a name.
func (t *token) ordinary() bool { return t.initial && isCommon(t.fold) || nobody[t.fold] }

// known reports whether a word is in one of our lists, so that it is no misprint.
func known(w string) bool {
	_, person := people[w]
	return person || common()[w] || offences[w] != nil || outcomes[w] != nil || ranks[w] != nil ||
		numbers[w] != "" || months[w] || weekdays[w]
}

// distance counts the letters in which two words differ, neighbours that have
// changed places as one, up to a bound.
func distance(a, b string, bound int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > bound || -d > bound {
		return bound + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
