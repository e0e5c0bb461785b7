// Package topics says what a release is about and of what kind it is.
//
// It decides by rules, and the rules are data: rules.yaml, which says at its
// head how a rule is written and needs no programmer to extend. [Default] gives
// the rules that the program carries, [Load] those with a user's file on top.
// [Rules.Read] judges a release in one pass over its words.
//
// Reading the source: file.go (the YAML and its errors), pattern.go (a phrase
// as written, to the sequences of words it stands for), trie.go (all phrases
// of all rules as one automaton), words.go (a text, to words), scan.go (the pass
// over a release), judge.go (from what was seen to topics and kind).
package topics

import (
	"slices"
	"strings"
	"sync"

	"archiver/article"
)

// A Release is what there is to judge by. Empty fields are no error; the zero
// Release has no topics and is of kind other.
type Release struct {
	URL   string // its sections (/appeals/, /court-results/) count, its slug does not
	Title string
	// Lead is the standfirst. It may stand among the blocks, and is then not
	// read twice. Where it is "", the first block with text is the lead.
	Lead   string
	Blocks []article.Block // the body, in reading order
}

// A Reading is what the rules make of a release.
type Reading struct {
	// Topics are the kinds of fraud, then the other subjects, each with the
	// words as printed that decided: the weightiest first, each once, at most
	// five. It is nil where the rules name none.
	Topics []article.Topic
	Kind   article.Kind
	// Reason names what decided on the kind, for provenance: words as printed
	// ("jailed"), a section of the address ("/appeals/"), a topic ("fraud"). It
	// is "no rule" where the kind is other.
	Reason string
}

// Rules are compiled rules. They do not change and can be used by any number of
// goroutines. The zero value knows no rules; take [Default] or [Load].
type Rules struct {
	version    string
	rules      []judged // families, topics, kinds, in the order of the file
	uses       []use
	vocabulary vocabulary
	head       matcher // for the title and the lead: all phrases
	body       matcher // those that count or forbid in the body
	subjects   []Subject
	pool       sync.Pool // of *scan
}

// A Subject is a topic that the rules know.
type Subject struct {
	ID    string // "fraud/courier"
	Name  string // "Courier fraud"
	About string // a sentence or two for a reader
}

// Version names the rules: the version of the carried ones, followed by "+" and
// eight figures made from the content of the user's file where there is one.
func (r *Rules) Version() string { return r.version }

// Subjects lists the topics that the rules know, in the order of the file.
func (r *Rules) Subjects() []Subject { return append([]Subject(nil), r.subjects...) }

// Read judges a release: its topics and its kind. Its time grows with the length
// of the text, whatever the rules.
func (r *Rules) Read(rel Release) Reading {
	s := r.scan(rel)
	defer r.pool.Put(s)
	s.score(rel.URL)
	topics := s.topics()
	kind, reason := s.kind()
	if kind == article.KindFraud && !slices.ContainsFunc(topics, func(t article.Topic) bool { return strings.HasPrefix(t.ID, "fraud/") }) {
		// A warning in the words of fraud about something that is none: blackmail.
		kind = article.KindAdvice
	}
	return Reading{Topics: topics, Kind: kind, Reason: reason}
}

// Tag returns the topics of a release, as [Rules.Read] does.
func (r *Rules) Tag(rel Release) []article.Topic { return r.Read(rel).Topics }

// Kind returns the kind of a release and what decided on it, as [Rules.Read] does.
func (r *Rules) Kind(rel Release) (article.Kind, string) {
	reading := r.Read(rel)
	return reading.Kind, reading.Reason
}
