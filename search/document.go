package search

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"archiver/article"

	"github.com/fxamacker/cbor/v2"
)

// A document is what the index keeps of a release: what is searched, what a result
// shows, and with it all that has to go when the release does.
type document struct {
	ID        string
	URL       string
	Site      string
	Force     string
	Area      string
	Title     string
	Kind      article.Kind
	Status    article.Status
	Published article.Time
	Changed   article.Time // first seen or last changed, the later of both
	Revision  int
	Topics    []string
	Advice    bool
	Codes     []string // references, as code makes them
	Phones    []string
	Lead      int      // the block that is the standfirst, or -1
	Blocks    []string // their texts
	Quotes    []quotation
}

// A quotation is one turn of a release.
type quotation struct {
	Speaker, Role, Unit, Cue, Text string
	Block                          int
	Spans                          []article.Span
}

func newDocument(r *article.Record) *document {
	d := &document{
		ID: r.ID, URL: r.URL, Site: r.Site, Force: r.Force, Area: r.Area, Title: r.Title,
		Kind: r.Kind, Status: r.Status, Published: r.Published, Changed: r.FirstSeen, Revision: r.Revision,
		Advice: len(r.Advice) > 0, Lead: -1,
	}
	if r.LastChanged.After(d.Changed.Time) {
		d.Changed = r.LastChanged
	}
	for _, t := range r.Topics {
		d.Topics = append(d.Topics, t.ID)
	}
	for _, m := range r.References {
		d.Codes = append(d.Codes, code(m.Text), code(m.Value))
	}
	for _, n := range r.Phones {
		d.Phones = append(d.Phones, dialled(n.Text), dialled(n.Value))
	}
	d.Codes, d.Phones = distinct(d.Codes), distinct(d.Phones)
	for i, b := range r.Blocks {
		if b.Lead && d.Lead < 0 {
			d.Lead = i
		}
		d.Blocks = append(d.Blocks, b.Text)
	}
	for _, q := range r.Quotes {
		d.Quotes = append(d.Quotes, quotation{q.Speaker, q.Role, q.Unit, q.Cue, q.Text, q.Block, q.Spans})
	}
	return d
}

func distinct(list []string) []string {
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) > 0 && list[0] == "" {
		list = list[1:]
	}
	return list
}

func (d *document) encode() []byte {
	data, err := cbor.Marshal(d)
	if err != nil {
		panic(err) // unreachable: it holds text and numbers alone
	}
	return data
}

// decoding takes text as it is, valid or not.
var decoding = must(cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid}.DecMode())

func decodeDocument(data []byte) (*document, error) {
	var d document
	if err := decoding.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("%w: a release cannot be read: %w", errDamaged, err)
	}
	return &d, nil
}

// The first byte of a term says what it is.
const (
	termWord   = 'w' // of headline and text
	termPerson = 'p' // of speakers' names
	termRole   = 'r' // of speakers' roles and units
	termForce  = 'f' // of the names of force and area
	termSite   = 's'
	termKind   = 'k'
	termTopic  = 't' // and those above it
	termStatus = 'u'
	termYear   = 'y'
	termCode   = 'n'
	termPhone  = 'd'
	termHas    = 'h'
	termStart  = '3' // the first three letters of words, for prefixes
	termPair   = '2' // of common words, see pairs.go
)

// startSize is how many bytes of a word's beginning are a term of their own.
const startSize = 3

// positionGap separates what no phrase runs over: headline, paragraphs, speakers.
const positionGap = 8

// An indexer takes the terms of documents.
type indexer struct {
	w     words
	key   []byte
	stand func(key []byte, pos int, zone byte)
	next  map[byte]int // position, by kind of term
}

// text takes the words of a text; zone tells the zone of the code point at which a
// word begins. It returns how many words there are.
func (x *indexer) text(kind byte, s string, zone func(at int) byte) int {
	x.w.read(s)
	base := x.next[kind]
	proper := len(x.w.tokens)
	for proper > 0 && x.w.tokens[proper-1].joined {
		proper--
	}
	joined := proper
	common := false // the word before
	for i := range proper {
		t := &x.w.tokens[i]
		x.word(kind, x.w.term(i), base+t.pos, zone(t.start))
		before := common
		if common = kind == termWord && commonWords[string(x.w.term(i))]; common && before {
			first := &x.w.tokens[i-1]
			x.key = append(append(x.key[:0], termPair), x.w.term(i-1)...)
			x.key = append(append(x.key, ' '), x.w.term(i)...)
			x.stand(x.key, base+first.pos, zone(first.start))
		}
		for joined < len(x.w.tokens) && x.w.tokens[joined].pos == i {
			x.word(kind, x.w.term(joined), base+i, zone(t.start))
			joined++
		}
	}
	x.next[kind] = base + proper + positionGap
	return proper
}

func (x *indexer) word(kind byte, term []byte, pos int, zone byte) {
	x.key = append(append(x.key[:0], kind), term...)
	x.stand(x.key, pos, zone)
	if kind == termWord && len(term) >= startSize {
		x.key[0] = termStart
		x.stand(x.key[:1+startSize], pos, zone)
	}
}

// value takes a term that has no place.
func (x *indexer) value(kind byte, value string) {
	x.key = append(append(x.key[:0], kind), value...)
	x.stand(x.key, 0, zoneBody)
}

func in(zone byte) func(int) byte { return func(int) byte { return zone } }

// common takes what a release and its quotations share.
func (x *indexer) common(d *document) {
	x.value(termSite, strings.ToLower(d.Site))
	x.value(termKind, string(d.Kind))
	x.value(termStatus, string(d.Status))
	if !d.Published.IsZero() {
		x.value(termYear, d.Published.In(article.London).Format("2006"))
	}
	var above []string
	for _, t := range d.Topics {
		t = strings.ToLower(t)
		for above = append(above, t); strings.Contains(t, "/"); above = append(above, t) {
			t = t[:strings.LastIndexByte(t, '/')]
		}
	}
	for _, t := range distinct(above) {
		x.value(termTopic, t)
	}
	for _, c := range d.Codes {
		x.value(termCode, c)
	}
	for _, n := range d.Phones {
		x.value(termPhone, n)
	}
	if len(d.Quotes) > 0 {
		x.value(termHas, "quotes")
	}
	if d.Advice {
		x.value(termHas, "advice")
	}
	if d.Revision > 1 {
		x.value(termHas, "changes")
	}
	x.text(termForce, d.Force, in(zoneBody))
	x.text(termForce, d.Area, in(zoneBody))
}

// release gives stand every term of a release, and returns how many words it has.
func (x *indexer) release(d *document, stand func(key []byte, pos int, zone byte)) int {
	x.stand, x.next = stand, map[byte]int{}
	x.common(d)
	length := x.text(termWord, d.Title, in(zoneTitle))
	for i, text := range d.Blocks {
		rest := byte(zoneBody)
		if i == d.Lead {
			rest = zoneLead
		}
		var spans []article.Span
		for _, q := range d.Quotes {
			for _, s := range q.Spans {
				if s[0] == i {
					spans = append(spans, s)
				}
			}
		}
		length += x.text(termWord, text, func(at int) byte {
			for _, s := range spans {
				if s[1] <= at && at < s[2] {
					return zoneQuote
				}
			}
			return rest
		})
	}
	for _, q := range d.Quotes {
		x.text(termPerson, q.Speaker, in(zoneBody))
		x.text(termRole, q.Role, in(zoneBody))
		x.text(termRole, q.Unit, in(zoneBody))
	}
	return length
}

// quotation does the same for one quotation. Its words are in the zone of
// quotations, those of the release's headline in theirs.
func (x *indexer) quotation(d *document, q *quotation, stand func(key []byte, pos int, zone byte)) int {
	x.stand, x.next = stand, map[byte]int{}
	x.common(d)
	x.text(termWord, d.Title, in(zoneTitle))
	x.text(termPerson, q.Speaker, in(zoneBody))
	x.text(termRole, q.Role, in(zoneBody))
	x.text(termRole, q.Unit, in(zoneBody))
	length := 0
	for paragraph := range strings.SplitSeq(q.Text, "\n") {
		if paragraph != "" {
			length += x.text(termWord, paragraph, in(zoneQuote))
		}
	}
	return length
}

// seconds is a time as the columns keep it.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return noTime
	}
	return t.Unix()
}
