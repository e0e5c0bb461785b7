package extract

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A wordIn is a row of letters in a text, and where it stands. Hyphens and
// apostrophes divide: "Smith-Lee's" has three words.
type wordIn struct {
	text     string
	from, to int
}

func wordsOf(s string) []wordIn {
	var all []wordIn
	from := -1
	for i, c := range s {
		switch letter := unicode.IsLetter(c) || unicode.IsMark(c); {
		case letter && from < 0:
			from = i
		case !letter && from >= 0:
			all = append(all, wordIn{s[from:i], from, i})
			from = -1
		}
	}
	if from >= 0 {
		all = append(all, wordIn{s[from:], from, len(s)})
	}
	return all
}

// edits returns what has to be replaced in a text, in order.
func (d *disguise) edits(s string) []edit {
	contacts := inOrder(d.contactEdits(s, d))
	found := slices.Clone(contacts)
	at := wordsOf(s)
	for i := 0; i < len(at); {
		for len(contacts) > 0 && contacts[0].to <= at[i].from {
			contacts = contacts[1:]
		}
		n := 1
		switch p := d.phraseAt(s, at[i:], betweenWords, true); {
		case len(contacts) > 0 && contacts[0].from < at[i].to: // within an e-mail address
		case p != nil:
			n = len(p.words)
			found = append(found, p.edits(at[i:])...)
		default:
			if with := d.alone(s, at, i); with != "" {
				found = append(found, edit{at[i].from, at[i].to, with})
			}
		}
		i += n
	}
	return inOrder(found)
}

// inOrder sorts edits by their place. Of two that overlap the one that begins first
// is kept, of two that begin at the same place the first.
func inOrder(edits []edit) []edit {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	end := 0
	return slices.DeleteFunc(edits, func(e edit) bool {
		overlaps := e.from < end
		if !overlaps {
			end = e.to
		}
		return overlaps
	})
}

// phraseAt returns the name of several words that begins with a word, or nil.
// Between them stands what joins allows. In a text names have capitals.
func (d *disguise) phraseAt(s string, at []wordIn, joins func(string) bool, capitals bool) *phrase {
	list := d.phrases[strings.ToLower(at[0].text)]
next:
	for i := range list {
		p := &list[i]
		if len(p.words) > len(at) {
			continue
		}
		for k, word := range p.words {
			w := at[k]
			if strings.ToLower(w.text) != word || capitals && !upper(w.text) && !nameParticles.is(w.text) ||
				k > 0 && !joins(s[at[k-1].to:w.from]) {
				continue next
			}
		}
		return p
	}
	return nil
}

func (p *phrase) edits(at []wordIn) []edit {
	var all []edit
	for k, with := range p.invented {
		if w := at[k]; with != p.words[k] {
			all = append(all, edit{w.from, w.to, likeCase(with, w.text)})
		}
	}
	return all
}

// betweenWords reports whether a gap is one between the words of a name in a
// text.
func betweenWords(gap string) bool {
	rest := strings.Trim(gap, " \t\n\r\u00a0")
	return gap != "" && (rest == "" || gap == "-" || gap == "'" || gap == "’" || rest == "." && len(gap) > 1)
}

// alone returns what stands for one word of a name without the others, "" where
// the word is none, or another's.
func (d *disguise) alone(s string, at []wordIn, i int) string {
	w := at[i]
	if i > 0 && (s[w.from-1] == '@' || s[w.from-1] == '#') || i == 0 && w.from > 0 && (s[w.from-1] == '@' || s[w.from-1] == '#') {
		return d.glued(w.text)
	}
	word := strings.ToLower(w.text)
	if !d.single[word] || !upper(w.text) {
		return ""
	}
	with := likeCase(d.given[word], w.text)
	switch {
	case i > 0 && behindOffice(s, at[i-1], w):
		return with
	case d.stiff[word], i > 0 && isSaint(at[i-1].text), leadsToPlace(s, at[i:]), namesLaw(s[w.to:]):
		return ""
	case d.wary[word] && beginsSentence(s[:w.from]) && !actsBehind(s[w.to:]):
		return "" // "Will you …", "Mark your bicycle"
	}
	return with
}

// namesLaw reports whether what follows a word makes it the name of a law, which
// is nobody on the page: "Clare's Law".
func namesLaw(after string) bool {
	return strings.HasPrefix(after, "'s Law") || strings.HasPrefix(after, "’s Law")
}

// behindOffice reports whether a rank or an honour stands right before a word.
func behindOffice(s string, before, w wordIn) bool {
	gap := s[before.to:w.from]
	return (gap == " " || gap == ". " || gap == "\u00a0") &&
		(honours.is(before.text) || rankWords.is(before.text) || shortRanks.is(before.text) || before.text == "Officer")
}

func isSaint(word string) bool {
	return strings.EqualFold(word, "st") || strings.EqualFold(word, "saint")
}

// leadsToPlace reports whether the capitalised words that a row begins with go on
// to the name of a place or an organisation: "Plum Lane", "West Mercia Police".
func leadsToPlace(s string, at []wordIn) bool {
	for k := 1; k < min(len(at), 5); k++ {
		if s[at[k-1].to:at[k].from] != " " || !upper(at[k].text) {
			return false
		}
		if word := at[k].text; streetNouns.is(word) || placeNouns.is(word) || orgNouns.is(word) {
			return true
		}
	}
	return false
}

// beginsSentence reports whether a text ends where a sentence begins.
func beginsSentence(before string) bool {
	before = strings.TrimRight(before, " \n\t\u00a0\"“‘'")
	last, _ := utf8.DecodeLastRuneInString(before)
	return before == "" || strings.ContainsRune(".!?:•", last)
}

// actsBehind reports whether what follows a word makes it the subject of a
// sentence: a genitive, a verb of saying, an auxiliary.
func actsBehind(after string) bool {
	if strings.HasPrefix(after, "'s ") || strings.HasPrefix(after, "’s ") || strings.HasPrefix(after, ", ") {
		return true
	}
	word, _ := firstWord(strings.TrimPrefix(after, " "))
	return verbs.is(word) || subjectVerbs.is(word)
}

// subjectVerbs follow the name of a person.
var subjectVerbs = wordSet(`was were is has had who pleaded denied admitted appeared lived died told went drove worked left and`)

// address replaces the names in a web address or another word of a machine's:
// there they stand in small letters, joined by hyphens.
func (d *disguise) address(s string) string {
	head := 0 // scheme and host stay
	if i := strings.Index(s, "//"); i >= 0 && i < 8 {
		head = len(s)
		if j := strings.IndexAny(s[i+2:], "/?#"); j >= 0 {
			head = i + 2 + j
		}
	}
	path := s[head:]
	at := wordsOf(path)
	var found []edit
	for i := 0; i < len(at); {
		if p := d.phraseAt(path, at[i:], betweenSlugs, false); p != nil {
			found = append(found, p.edits(at[i:])...)
			i += len(p.words)
			continue
		}
		if i == 0 || !isSaint(at[i-1].text) {
			if with := d.glued(at[i].text); with != "" {
				found = append(found, edit{at[i].from, at[i].to, with})
			}
		}
		i++
	}
	return s[:head] + apply(path, found)
}

// betweenSlugs reports whether a gap is one between the words of a name in an
// address.
func betweenSlugs(gap string) bool {
	switch gap {
	case "-", "_", "+", "%20", ".", "--", " ":
		return true
	}
	return false
}

// shortestGlued is the length of a name that is sure to be one within a word.
const shortestGlued = 5

// glued returns what stands for a word of an address or a handle, "" where it
// holds no name: "plum", "plums", "OttolinePlum".
func (d *disguise) glued(word string) string {
	small := strings.ToLower(word)
	if d.sure(small) {
		return likeCase(d.given[small], word)
	}
	if bare, ok := strings.CutSuffix(small, "s"); ok && d.sure(bare) {
		return likeCase(d.given[bare], word[:len(bare)]) + word[len(bare):]
	}
	if len(small) != len(word) {
		return "" // letters whose small form is longer: no place to cut
	}
	var found []edit
	for name := range d.single {
		if i := strings.Index(small, name); i >= 0 && len(name) >= shortestGlued && d.sure(name) {
			found = append(found, edit{i, i + len(name), likeCase(d.given[name], word[i:i+len(name)])})
		}
	}
	if len(found) == 0 {
		return ""
	}
	// Of names within each other the longest counts.
	slices.SortFunc(found, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to))
	})
	kept := found[:1]
	for _, e := range found[1:] {
		if e.from >= kept[len(kept)-1].to {
			kept = append(kept, e)
		}
	}
	return apply(word, kept)
}

// sure reports whether a word in small letters can be nothing but a name.
func (d *disguise) sure(word string) bool { return d.single[word] && !d.wary[word] && !d.stiff[word] }
