// Package health says how a source is doing: what its pages have and have lost,
// what is wrong with it and in which words, how much of its releases the archive
// holds and how late they came in. It decides and counts; it neither asks the web
// nor opens an archive.
//
// Begin with [Sample], by which the crawl learns what the pages of a site always
// have, and with [Summary], which sums up a site's records by their [Outline]s.
package health

import "archiver/article"

// Fields is a set of parts that a release can have. Its numbers are kept in
// archives: parts are added at the end.
type Fields uint16

// The parts of a release.
const (
	Headline   Fields = 1 << iota // shown on the page, not only in its <title>
	Dateline                      // a time of publication, printed on the page
	Lead                          // a standfirst
	Body                          // text beyond the lead
	Quotes                        // words that somebody said
	Advice                        // a list of what to do
	References                    // a number or a name to quote
	Contacts                      // a telephone number or an e-mail address
	Images                        // a picture in the body
	Related                       // headlines of other stories
	Topics                        // what it is about, by the rules
	CardDate                      // of a card in a listing: a time of publication
)

// OfRelease are the parts that a release can have, all but those of a card.
const OfRelease = CardDate - 1

// Watched are the parts that a site does not lose for good unless its pages have
// changed, or our reading of them fails.
const Watched = Headline | Dateline | Lead | Body

// names are the parts as programs read them, and in words.
var names = []struct {
	field       Fields
	name, words string
}{
	{Headline, "headline", "headline"},
	{Dateline, "dateline", "dateline"},
	{Lead, "lead", "standfirst"},
	{Body, "body", "text"},
	{Quotes, "quotes", "quotations"},
	{Advice, "advice", "advice"},
	{References, "references", "references"},
	{Contacts, "contacts", "telephone numbers and e-mail addresses"},
	{Images, "images", "pictures"},
	{Related, "related", "related headlines"},
	{Topics, "topics", "topics"},
	{CardDate, "card_date", "date"},
}

// Name returns the name of a single part as programs read it.
func (f Fields) Name() string {
	for _, n := range names {
		if n.field == f {
			return n.name
		}
	}
	return ""
}

// words returns what a single part is called in a sentence.
func (f Fields) words() string {
	for _, n := range names {
		if n.field == f {
			return n.words
		}
	}
	return ""
}

// Each yields the parts of a set one by one, in their order.
func (f Fields) Each(yield func(Fields) bool) {
	for _, n := range names {
		if f&n.field != 0 && !yield(n.field) {
			return
		}
	}
}

// Of returns which parts a record has.
func Of(r *article.Record) Fields { return OutlineOf(r).Fields() }
