package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"archiver/article"

	"github.com/agnivade/levenshtein"
)

// suggest returns a query that finds something where q does not: q with each word
// that no document has as the nearest one that some have. It returns "" if there is
// none. The vocabulary is gone through by first letters, so that it takes a few
// milliseconds; a word that is wrong in its first letter is not helped.
func (v *view) suggest(q Query, space int, asked []match) (string, error) {
	if q.Typing {
		return "", nil
	}
	words := strings.ToValidUTF8(q.Words, " ")
	// From the last to the first, so that places in the query stay what they are.
	slices.SortFunc(asked, func(a, b match) int { return cmp.Compare(b.from, a.from) })
	replaced, last := 0, len(words)+1
	for _, m := range asked {
		if m.from < 0 || m.exact || m.from >= last || replaced == 3 || strings.ContainsFunc(m.words[0], unicode.IsDigit) {
			continue
		}
		last = m.from
		f, err := newFinder(v, space)
		if err != nil {
			return "", err
		}
		forms, err := f.forms(string(m.kind)+m.words[0], false)
		if err != nil {
			return "", err
		}
		if len(forms) > 1 {
			continue // only in another form
		}
		near, err := v.near(space, m.kind, m.words[0])
		if err != nil {
			return "", err
		}
		if near == "" || near == m.words[0] {
			continue
		}
		words = words[:m.from] + near + words[m.from+len(m.typed):]
		replaced++
	}
	if replaced == 0 {
		return "", nil
	}
	tree, err := parse(words, space == ofQuotations)
	if err != nil {
		return "", nil // unreachable: it is the same query with other words
	}
	found, err := v.find(space, tree, q.Filter)
	if err != nil || found.total == 0 {
		return "", err
	}
	return words, nil
}

// near returns the word with the fewest edits from another one, the more frequent of
// equals; the word itself if it is there; "" where it takes too many.
func (v *view) near(space int, kind byte, word string) (string, error) {
	first, _ := utf8.DecodeRuneInString(word)
	from := string(kind) + string(first)
	rows, err := v.tx.Query("SELECT term, documents FROM vocabulary WHERE space=? AND stem>=? AND stem<?", space, from, string(kind)+string(first+1))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	letters := utf8.RuneCountInString(word)
	best, least, most := "", 2, 0 // one edit
	if letters > 5 {
		least = 3
	} else if letters < 4 {
		return "", nil
	}
	for rows.Next() {
		var (
			term      string
			documents int
		)
		if err := rows.Scan(&term, &documents); err != nil {
			return "", err
		}
		term = term[1:]
		if n := utf8.RuneCountInString(term) - letters; n > 2 || n < -2 {
			continue
		}
		edits := levenshtein.ComputeDistance(word, term)
		if edits == 2 && swapped(word, term) {
			edits = 1
		}
		if edits < least || edits == least && best != "" && documents > most {
			best, least, most = term, edits, documents
		}
	}
	return best, rows.Err()
}

// swapped reports whether two letters beside each other are all that differs.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// A SpeakerCount is what somebody has said, as far as a query finds it.
type SpeakerCount struct {
	Speaker    string       `json:"speaker"` // "" for all who are not named
	Role       string       `json:"role"`    // the last
	Unit       string       `json:"unit"`    // the last
	Quotations int          `json:"quotations"`
	Releases   int          `json:"releases"`
	Sites      []string     `json:"sites"`
	First      article.Time `json:"first,omitzero"`
	Last       article.Time `json:"last,omitzero"`
}
