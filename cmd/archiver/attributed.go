package main

import (
	"fmt"
	"strings"
	"unicode"

	"archiver/article"
)

// attributed says where the attribution of a quotation stands: before, behind or
// between the words it belongs to, or in the narration before them. The record
// keeps the cue and not its place, so it is looked for here, as a reader would:
// first next to the words, then upwards as far as narration goes.
func attributed(r *article.Record, i int) string {
	q := r.Quotes[i]
	if q.Speaker == "" && q.Role == "" {
		return "no attribution found, so nobody is named"
	}
	if q.Cue == "" {
		if at := named(r, q, q.Block); at >= 0 {
			return fmt.Sprintf("named in block %d%s", at, quoting(r.Blocks[at].Text))
		}
		return "no attribution of its own: it goes on from the quotation before"
	}
	for _, place := range beside(r, q) {
		if says(place.text, q.Cue) {
			return fmt.Sprintf("attributed %s, block %d%s", place.where, place.block, quoting(place.text))
		}
	}
	for at := q.Block - 1; at >= max(0, q.Block-3); at-- {
		if text := r.Blocks[at].Text; says(text, q.Cue) {
			return fmt.Sprintf("attributed in the narration before it, block %d%s", at, quoting(text))
		}
	}
	return fmt.Sprintf("attributed near block %d", q.Block)
}

// A stretch is narration next to the words of a quotation.
type stretch struct {
	where string
	block int
	text  string
}

// beside returns the narration in the blocks of a quotation: before its first
// words, between them, behind the last.
func beside(r *article.Record, q article.Quote) []stretch {
	var all []stretch
	for n, span := range q.Spans {
		block, from := span[0], 0
		if n > 0 && q.Spans[n-1][0] == block {
			from = q.Spans[n-1][2]
		}
		where := "before its words"
		if n > 0 {
			where = "between its words"
		}
		text := r.Blocks[block].Text
		all = append(all, stretch{where, block, article.Slice(text, from, span[1])})
		if n+1 == len(q.Spans) || q.Spans[n+1][0] != block {
			if n+1 == len(q.Spans) {
				where = "behind its words"
			} else {
				where = "between its words"
			}
			all = append(all, stretch{where, block, article.Slice(text, span[2], len([]rune(text)))})
		}
	}
	return all
}

// says reports whether a text has the cue, as a word of its own.
func says(text, cue string) bool {
	text, cue = strings.ToLower(text), strings.ToLower(cue)
	for from := 0; ; {
		i := strings.Index(text[from:], cue)
		if i < 0 {
			return false
		}
		i += from
		from = i + len(cue)
		before, after := []rune(text[:i]), []rune(text[from:])
		if (len(before) == 0 || !unicode.IsLetter(before[len(before)-1])) && (len(after) == 0 || !unicode.IsLetter(after[0])) {
			return true
		}
	}
}

// named returns the nearest block, up to three above, whose narration has the
// speaker's surname or, of one without a name, the role; -1 for none.
func named(r *article.Record, q article.Quote, block int) int {
	name := q.Role
	if fields := strings.Fields(q.Speaker); len(fields) > 0 {
		name = fields[len(fields)-1]
	}
	for _, place := range beside(r, q) {
		if says(place.text, name) {
			return place.block
		}
	}
	for at := block - 1; at >= max(0, block-3); at-- {
		if says(r.Blocks[at].Text, name) && !quoted(r, at) {
			return at
		}
	}
	return -1
}

// quoted reports whether a block holds words of a quotation.
func quoted(r *article.Record, block int) bool {
	for _, q := range r.Quotes {
		for _, span := range q.Spans {
			if span[0] == block {
				return true
			}
		}
	}
	return false
}

// quoting shows the words of an attribution.
func quoting(text string) string {
	text = strings.Trim(shorten(text, 100), " \"“”'‘’,:;.")
	if text == "" {
		return ""
	}
	return ": " + text
}
