package extract

import "strings"

// The verbs that introduce words, in lower case, by their first word. Those of
// several words are given whole. A table and a scan by hand: every line of every
// page is looked through for them, where a regular expression took most of the
// reader's time.
var verbs = verbTable(
	"said", "says", "saying", "added", "adds", "adding", "continued", "commented", "explained", "explains", "warned",
	"urged", "stated", "told", "admitted", "reflected", "recalled", "concluded", "confirmed", "insisted", "stressed",
	"replied", "revealed", "remarked", "announced", "went on to say", "went on", "paid tribute", "paid this tribute",
	"issued the following", "made the following", "released the following", "described", "praised", "thanked", "writes",
	"wrote", "tweeted", "advised", "reported", "outlined", "noted", "declared", "summed up", "appealed", "pointed out", "admits", "laughed",
	"warns", "urges", "comments", "continues", "concludes", "tells", "responded", "emphasised", "emphasized",
	"reiterated", "joked", "claims", "claimed", "shouted", "recounted", "quipped", "read a", "read out", "read her", "read his", "had this to say", "has this", "had this", "issued this warning", "offered this advice", "issued this appeal", "issued a statement", "released a statement",
)

// A verbList is a list of verbs: the set of their first words, and by these the verbs.
type verbList struct {
	*words
	whole map[string][]string
}

func verbTable(list ...string) verbList {
	table := verbList{wordSet(""), map[string][]string{}}
	for _, verb := range list {
		first, _, _ := strings.Cut(verb, " ")
		table.add(first)
		table.whole[first] = append(table.whole[first], verb)
	}
	return table
}

// A place is a stretch of a text in bytes, end exclusive.
type place struct{ from, to int }

// verbsIn returns where verbs of saying stand in a text.
func verbsIn(s string) []place {
	var found []place
	for at := 0; ; {
		p, ok := verbFrom(s, at)
		if !ok {
			return found
		}
		found = append(found, p)
		at = p.to
	}
}

// firstVerb returns the first verb of saying in a text.
func firstVerb(s string) (place, bool) { return verbFrom(s, 0) }

// isVerb reports whether a word is the first of a verb of saying.
func isVerb(word string) bool { return verbs.has(word) }

// saysSomething reports whether a text has a verb of saying.
func saysSomething(s string) bool {
	_, ok := verbFrom(s, 0)
	return ok
}

func verbFrom(s string, at int) (place, bool) {
	var small [longestWord]byte
	for i := at; i < len(s); i++ {
		if !letter(s[i]) || (i > 0 && wordByte(s[i-1])) {
			continue
		}
		end := i
		for end < len(s) && letter(s[end]) {
			end++
		}
		if verbs.may(s[i:end]) && (end == len(s) || !wordByte(s[end])) {
			for _, verb := range verbs.whole[string(lowered(s[i:end], &small))] {
				if n := i + len(verb); n <= len(s) && strings.EqualFold(s[i:n], verb) && (n == len(s) || !wordByte(s[n])) {
					return place{i, n}, true
				}
			}
		}
		i = end
	}
	return place{}, false
}

// introducing are the verbs after which words can follow without a colon.
var introducing = wordSet(`said says saying added adds adding continued commented explained warned stated admitted reflected recalled
 concluded insisted stressed replied remarked responded warns continues comments concludes emphasised`)

// endsInVerb reports whether a text ends in a verb that introduces words, or in
// one with a little behind it: "said today", "told reporters".
func endsInVerb(s string) bool {
	s = strings.TrimRight(s[max(0, len(s)-60):], " ")
	for _, behind := range [...]string{" today", " yesterday", " afterwards", " in a statement", " that"} {
		if n := len(s) - len(behind); n >= 0 && strings.EqualFold(s[n:], behind) {
			s = strings.TrimRight(s[:n], " ")
		}
	}
	rest, last := lastWord(s)
	if introducing.has(strings.TrimLeft(last, "\"“”'‘’(")) {
		return true
	}
	_, before := lastWord(rest)
	return strings.EqualFold(before, "told")
}
