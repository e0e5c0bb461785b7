// Package revision says how one revision of a release differs from another: word
// by word, and what that amounts to. It is pure: two records in, a classified
// [Difference] out.
//
// Begin with [Compare]; [Write] shows what it returns, in each of [Formats].
//
// # How texts are laid side by side
//
// The headline is compared with the headline, and the body as one text in reading
// order, across the ends of its blocks: a paragraph that was divided differs by
// the new end alone. A block that stands elsewhere now, as it was or with most of
// its words, has moved; its words count as neither added nor removed. Words are
// compared, not lines or letters; marks beside a word stand for themselves.
//
// # Classes
//
// Each place where words differ, and each field that does, is of one class:
//
//   - Cosmetic: nothing that is said has changed. White space; where paragraphs
//     end; punctuation and quotation marks; letter case and hyphens; a word typed
//     twice; markup (emphasis, the kind of a block); and typing errors of one or
//     two letters in a word. One letter in a word of four to seven, one or two in
//     a longer one; two letters that have changed places are one. Words with
//     figures, names, and two words that are both in common use ("now", "not")
//     are never typing errors of each other.
//   - Minor: other words, other links, other pictures, another order.
//   - Material: words that differ, and with them one of these [Field]s: the
//     headline; the time of publication; the words of a quotation or its speaker;
//     a name or a rank; an offence; an outcome (arrested, charged, died, found …);
//     a sum of money; a reference; a telephone number or e-mail address; an age;
//     how many people, or of which sex; a date or time of day; another figure; a
//     "not". Also a passage of forty words or more that was added or removed in
//     one piece.
//
// A name, offence, outcome, sum, reference, number to ring, age, or day of a month
// counts where it appears or vanishes: it stands in words that differ, and nowhere
// in the other revision. Where a few words have taken the place of a few others,
// it also counts if one of its field has taken the place of another, however often
// both stand elsewhere; of ranks, days of the week, the number and sex of people,
// and other figures only that counts. A "not" counts where a few words differ by it.
//
// Names are capitalised words within a sentence, and at its beginning those that
// are no common words and are followed by another or stand as names elsewhere;
// words such as "Police" and "Court" name nobody. Sums, references, telephone
// numbers and e-mail addresses are those of the record's lists, and what looks
// like one where an older reader has left the lists empty. Quotations are the
// record's. Offences and outcomes are those of a vocabulary.
//
// What is not of the release never counts: related headlines, Open Graph values,
// the page's title and furniture, images, times and states of the archive, and
// what our rules make of the words (kind, topics, advice).
//
// These are rules for words, and no understanding: "material" says that a person
// should look, and "cosmetic" that hardly anybody need.
package revision

import (
	"slices"

	"archiver/article"
)

// A Class says how much a change matters.
type Class string

// The classes, from the least to the greatest.
const (
	None     Class = "none" // there is no difference
	Cosmetic Class = "cosmetic"
	Minor    Class = "minor"
	Material Class = "material"
)

// Classes lists every class, from the least to the greatest.
var Classes = []Class{None, Cosmetic, Minor, Material}

// less reports whether c matters less than d.
func (c Class) less(d Class) bool { return slices.Index(Classes, c) < slices.Index(Classes, d) }

// A Field is what of a release has changed.
type Field string

// The fields. The first are parts of the record; the others are what the words
// that differ say.
const (
	FieldTitle      Field = "title"
	FieldPublished  Field = "published"
	FieldLead       Field = "lead"
	FieldBody       Field = "body"
	FieldQuotes     Field = "quotes"   // the words of a quotation
	FieldSpeakers   Field = "speakers" // who is said to have said them
	FieldNames      Field = "names"    // of people and places, and ranks
	FieldOffences   Field = "offences"
	FieldOutcome    Field = "outcome"
	FieldAmounts    Field = "amounts"
	FieldReferences Field = "references"
	FieldPhones     Field = "phones"
	FieldEmails     Field = "emails"
	FieldAges       Field = "ages"
	FieldPeople     Field = "people" // how many, and of which sex
	FieldDates      Field = "dates"  // and times of day
	FieldFigures    Field = "figures"
	FieldSense      Field = "sense" // a "not" more or less
	FieldOrder      Field = "order" // blocks that stand elsewhere
	FieldLinks      Field = "links"
	FieldImages     Field = "images"
	FieldMarkup     Field = "markup"
)

// Fields lists every field, in the order in which a difference names them.
var Fields = []Field{
	FieldTitle, FieldPublished, FieldLead, FieldBody, FieldQuotes, FieldSpeakers, FieldNames, FieldOffences,
	FieldOutcome, FieldAmounts, FieldReferences, FieldPhones, FieldEmails, FieldAges, FieldPeople, FieldDates,
	FieldFigures, FieldSense, FieldOrder, FieldLinks, FieldImages, FieldMarkup,
}

// factFields are those that facts of the text have.
var factFields = []Field{
	FieldNames, FieldOffences, FieldOutcome, FieldAmounts, FieldReferences, FieldPhones, FieldEmails, FieldAges,
	FieldPeople, FieldDates, FieldFigures, FieldSense,
}

// A Change is one field that differs.
type Change struct {
	Field Field
	Class Class
	// Removed and Added are what vanished and what appeared, as printed, each
	// once, in reading order: names, sums, times. They are empty where the words
	// themselves say it (title, lead, body, quotes, markup, order).
	Removed, Added []string
}

// An Op says what became of a stretch of text.
type Op string

// The ops.
const (
	Keep   Op = "keep"
	Delete Op = "delete"
	Insert Op = "insert"
)

// An Edit is a stretch of words that both revisions have, or only one.
type Edit struct {
	Op Op
	// Old and New are the text, with the white space behind it: both for Keep,
	// where they differ in white space at most; else the one that there is. All
	// Old joined are the older text to the byte, all New the newer.
	Old, New string
	// Class is that of the place, "none" for Keep.
	Class Class
	// End says that it is the end of a block and no text: Old and New are "\n\n".
	End bool
	// Moved is the number, from 1, of the block that stood (Delete) or stands
	// (Insert) here and that Difference.Moved has; 0 for all others.
	Moved int
}

// A Difference is what one revision of a release has that another has not.
type Difference struct {
	Class   Class    // the greatest of Changes; None where there are none
	Changes []Change // a field each, in the order of Fields
	// Removed and Added count words: those that were taken out and put in.
	Removed, Added int
	// Title, Published and Body are the texts side by side; Moved has the blocks
	// that Body only points at.
	Title, Published, Body []Edit
	Moved                  [][]Edit
}

// Compare says how a newer revision of a release differs from an older one. It
// changes neither. Its time grows with the length of the texts, some five
// milliseconds for a thousand words, and more slowly than their product whatever
// they hold: what would take long is not looked for to the end.
func Compare(older, newer *article.Record) *Difference {
	c := &comparison{
		before: older, after: newer,
		old: newSide(older), new: newSide(newer),
		keys: map[string]int32{}, changes: map[Field]*Change{},
	}
	c.align()
	capped := map[string]bool{}
	capitals(c.old, capped)
	capitals(c.new, capped)
	readFacts(c.old, older, capped)
	readFacts(c.new, newer, capped)
	d := &Difference{Class: None}
	c.classify()
	d.Title, d.Body = c.edits(c.title), c.edits(c.body)
	for _, st := range c.moves {
		d.Moved = append(d.Moved, c.edits(st))
	}
	d.Published = c.published()
	c.fields()
	for _, f := range Fields {
		if change := c.changes[f]; change != nil {
			d.Changes = append(d.Changes, *change)
			if d.Class.less(change.Class) {
				d.Class = change.Class
			}
		}
	}
	d.Removed, d.Added = c.removed, c.added
	return d
}

// Words compares two texts word by word. All Old of what it returns, joined, are
// the older text, and all New the newer.
func Words(older, newer string) []Edit {
	c := &comparison{
		before: &article.Record{}, after: &article.Record{},
		old: &side{tokens: tokenise(older, -1)}, new: &side{tokens: tokenise(newer, -1)}, keys: map[string]int32{},
	}
	st := &stream{}
	c.add(&st.old, &st.a, c.old, span{0, len(c.old.tokens)})
	c.add(&st.new, &st.b, c.new, span{0, len(c.new.tokens)})
	c.compare(st, 0, 0)
	c.tidy(st)
	return c.edits(st)
}

// Fields names the fields that differ, in order.
func (d *Difference) Fields() []string {
	names := make([]string, len(d.Changes))
	for i, c := range d.Changes {
		names[i] = string(c.Field)
	}
	return names
}
