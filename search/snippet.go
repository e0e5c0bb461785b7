package search

import (
	"slices"
	"strings"
	"unicode"
)

// A Span is a stretch of a text in Unicode code points: start, and end (exclusive).
type Span [2]int

// A marker finds the words of a query in a text.
type marker struct {
	exact, stems map[string]bool // single words
	rest         []match         // phrases and beginnings
	title        []match         // what is looked for in headlines alone
	w            words
}

// newMarker takes from a query what it looks for, and leaves what it excludes.
func newMarker(tree node) *marker {
	m := &marker{exact: map[string]bool{}, stems: map[string]bool{}}
	m.take(tree)
	return m
}

func (m *marker) take(n node) {
	switch n := n.(type) {
	case all:
		for _, part := range n {
			m.take(part)
		}
	case either:
		for _, part := range n {
			m.take(part)
		}
	case match:
		switch {
		case n.kind != termWord:
		case n.zones == 1<<zoneTitle:
			m.title = append(m.title, n)
		case len(n.words) > 1 || n.prefix:
			m.rest = append(m.rest, n)
		case n.exact:
			m.exact[n.words[0]] = true
		default:
			m.exact[n.words[0]] = true
			m.stems[stem(n.words[0])] = true
		}
	}
}

// marks finds the words in a text.
func (m *marker) marks(text string, title bool) []Span {
	m.w.read(text)
	spans := []Span{}
	proper := 0
	for i, t := range m.w.tokens {
		if !t.joined {
			proper++
		}
		term := m.w.term(i)
		if m.exact[string(term)] || len(m.stems) > 0 && m.stems[stem(string(term))] {
			spans = append(spans, Span{t.start, t.end})
		}
	}
	find := func(of match) {
		for i := range m.w.tokens {
			if end, ok := m.at(of, i, proper); ok {
				spans = append(spans, Span{m.w.tokens[i].start, end})
			}
		}
	}
	for _, of := range m.rest {
		find(of)
	}
	if title {
		for _, of := range m.title {
			find(of)
		}
	}
	return united(spans)
}

// at reports whether a match stands at a word, and where it ends.
func (m *marker) at(of match, i, proper int) (end int, ok bool) {
	if m.w.tokens[i].joined && len(of.words) > 1 || !m.w.tokens[i].joined && i+len(of.words) > proper {
		return 0, false
	}
	for k, want := range of.words {
		term := string(m.w.term(i + k))
		switch {
		case term == want:
		case of.prefix && k == len(of.words)-1 && strings.HasPrefix(term, want):
		case !of.exact && !of.prefix && stem(term) == stem(want):
		default:
			return 0, false
		}
	}
	return m.w.tokens[i+len(of.words)-1].end, true
}

// united sorts spans and makes one of those that overlap.
func united(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return b[1] - a[1]
	})
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s[0] < out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], s[1])
			continue
		}
		out = append(out, s)
	}
	return out
}

// Bounds of a snippet, in code points.
const (
	snippetSize = 220
	snippetLead = 60 // before the first marked word, where something is cut off
)

// snippet chooses the passage of a release that has the most of what was looked for,
// the earliest of equals.
func (m *marker) snippet(d *document) (string, []Span) {
	best, at, score := -1, 0, 0
	var marks []Span
	for i, text := range d.Blocks {
		spans := m.marks(text, false)
		for k, first := range spans {
			n, seen := 0, map[string]bool{}
			for _, s := range spans[k:] {
				if s[1] > first[0]+snippetSize-snippetLead {
					break
				}
				word := stem(strings.ToLower(cut(text, s[0], s[1])))
				if !seen[word] {
					n += 100
				}
				seen[word] = true
				n++
			}
			if n > score {
				best, at, score, marks = i, k, n, spans
			}
		}
	}
	if best < 0 { // what was found stands elsewhere: the text begins
		for _, text := range d.Blocks {
			if strings.TrimSpace(text) != "" {
				return passage(text, nil, 0)
			}
		}
		return "", []Span{}
	}
	return passage(d.Blocks[best], marks, marks[at][0])
}

func cut(s string, start, end int) string { return string([]rune(s)[start:end]) }

// passage cuts a text to the size of a snippet, between words, such that it shows
// what stands at a code point.
func passage(text string, marks []Span, at int) (string, []Span) {
	runes := []rune(text)
	for i, c := range runes {
		if unicode.IsSpace(c) || unicode.IsControl(c) {
			runes[i] = ' '
		}
	}
	from, to := 0, len(runes)
	if to > snippetSize {
		from = max(0, min(at-snippetLead, len(runes)-snippetSize))
		if from > 0 {
			from = between(runes, from, at, 1)
		}
		to = min(len(runes), from+snippetSize)
		if to < len(runes) {
			to = between(runes, to, max(at+1, to-30), -1)
		}
	}
	before, after := "", ""
	if from > 0 {
		before = "…"
	}
	if to < len(runes) {
		after = "…"
	}
	out := []Span{}
	for _, s := range marks {
		if s[0] >= from && s[1] <= to {
			shift := len([]rune(before)) - from
			out = append(out, Span{s[0] + shift, s[1] + shift})
		}
	}
	return before + strings.TrimRight(string(runes[from:to]), " ") + after, out
}

// between moves i to where a word begins or ends, in steps of step up to limit.
func between(runes []rune, i, limit, step int) int {
	for k := i; k != limit && k > 0 && k < len(runes); k += step {
		switch {
		case step > 0 && runes[k-1] == ' ' && runes[k] != ' ':
			return k
		case step < 0 && runes[k] == ' ':
			return k
		}
	}
	return i
}
