package extract

import "strings"

// phrases are rows of words that a text can be asked for, by their first word.
// In the list they are made from, "a|b" is either word, "..." up to three words
// that may be anything, "x?" a word that can be missing. Capitals do not count;
// an apostrophe divides words as a space does: "don t".
type phrases struct {
	first *words                // of the phrases
	rest  map[string][][]string // behind it
}

func phraseSet(list ...string) phrases {
	set := phrases{wordSet(""), map[string][][]string{}}
	for _, phrase := range list {
		for _, row := range rows(strings.Fields(phrase)) {
			set.first.add(row[0])
			set.rest[row[0]] = append(set.rest[row[0]], row[1:])
		}
	}
	return set
}

// rows writes out the alternatives of a phrase.
func rows(steps []string) [][]string {
	if len(steps) == 0 {
		return [][]string{nil}
	}
	var out [][]string
	behind := rows(steps[1:])
	step, optional := strings.CutSuffix(steps[0], "?")
	for word := range strings.SplitSeq(step, "|") {
		for _, rest := range behind {
			out = append(out, append([]string{word}, rest...))
		}
	}
	if optional {
		out = append(out, behind...)
	}
	return out
}

// in reports whether a text has one of the phrases.
func (set phrases) in(s string) bool {
	_, ok := set.find(s)
	return ok
}

// find finds the first word of a text with which one of the phrases begins.
func (set phrases) find(s string) (place, bool) {
	for p, ok := nextWord(s, 0); ok; p, ok = nextWord(s, p.to) {
		if set.at(s, p) {
			return p, true
		}
	}
	return place{}, false
}

// begins reports whether a text begins with one of the phrases.
func (set phrases) begins(s string) bool {
	p, ok := nextWord(s, 0)
	return ok && set.at(s, p)
}

// at reports whether a phrase begins with the word at a place of a text.
func (set phrases) at(s string, p place) bool {
	word := s[p.from:p.to]
	if !set.first.may(word) {
		return false
	}
	var small [longestWord]byte
	for _, rest := range set.rest[string(lowered(word, &small))] {
		if follows(s, p.to, rest) {
			return true
		}
	}
	return false
}

func follows(s string, at int, steps []string) bool {
	for i, step := range steps {
		p, ok := nextWord(s, at)
		if step == "..." {
			for range 4 {
				if !ok {
					return false
				}
				if follows(s, p.from, steps[i+1:]) {
					return true
				}
				p, ok = nextWord(s, p.to)
			}
			return false
		}
		if !ok || !strings.EqualFold(s[p.from:p.to], step) {
			return false
		}
		at = p.to
	}
	return true
}
