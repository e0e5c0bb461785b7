package article

// Record is one release as the archive keeps it and as JSON Lines show it:
// these names, in this order. Absent text is "", absent lists are empty and not
// null, absent times are omitted. [Record.Fill] sees to the lists.
type Record struct {
	Schema        int        `json:"schema"`
	ID            string     `json:"id"`         // ID(URL)
	URL           string     `json:"url"`        // the page's address, never lower-cased
	Site          string     `json:"site"`       // a profile's id, or the host
	Force         string     `json:"force"`      // "Cheshire Constabulary"
	Area          string     `json:"area"`       // "Cheshire"
	Status        Status     `json:"status"`     // live, missing, gone
	Title         string     `json:"title"`      // the headline as a reader sees it
	PageTitle     string     `json:"page_title"` // the <title> as published
	Published     Time       `json:"published,omitzero"`
	PublishedText string     `json:"published_text"` // as printed, without a label
	Kind          Kind       `json:"kind"`
	Lead          string     `json:"lead"` // the first paragraph of the body
	Blocks        []Block    `json:"blocks"`
	Text          string     `json:"text"` // PlainText(Blocks)
	Quotes        []Quote    `json:"quotes"`
	Advice        []Advice   `json:"advice"`
	Related       []Headline `json:"related"`
	Links         []Link     `json:"links"`
	Images        []Link     `json:"images"`
	References    []Mention  `json:"references"`
	Phones        []Number   `json:"phones"`
	Emails        []Number   `json:"emails"`
	Amounts       []Amount   `json:"amounts"`
	Topics        []Topic    `json:"topics"`
	Copies        *Copies    `json:"copies,omitempty"`
	OG            OpenGraph  `json:"og"`
	FirstSeen     Time       `json:"first_seen,omitzero"`
	LastSeen      Time       `json:"last_seen,omitzero"`
	LastChanged   Time       `json:"last_changed,omitzero"`
	Revision      int        `json:"revision"` // from 1; 0 before the archive has counted it
	Capture       Capture    `json:"capture"`
	Extraction    Extraction `json:"extraction"`

	// StatusSince is when Status last changed; zero if it never did. The archive
	// tells it of the newest revision. It is no part of the record as others see it.
	StatusSince Time `json:"-" cbor:"-"`
}

// Status says whether the page of a record is still where it was.
type Status string

// The states of a record that can be shown; a suppressed one never is.
const (
	StatusLive    Status = "live"
	StatusMissing Status = "missing" // not found lately
	StatusGone    Status = "gone"    // not found for long enough to say so
)

// Statuses lists every status, in the order of a record's life.
var Statuses = []Status{StatusLive, StatusMissing, StatusGone}

// Kind is the kind of a release.
type Kind string

// The kinds of release.
const (
	KindAppeal    Kind = "appeal"
	KindCourt     Kind = "court"
	KindCharge    Kind = "charge"
	KindArrest    Kind = "arrest"
	KindFraud     Kind = "fraud"
	KindAdvice    Kind = "advice"
	KindMissing   Kind = "missing" // a missing person
	KindFound     Kind = "found"
	KindStatement Kind = "statement"
	KindOperation Kind = "operation"
	KindCommunity Kind = "community"
	KindOther     Kind = "other"
)

// Kinds lists every kind of release.
var Kinds = []Kind{
	KindAppeal, KindCourt, KindCharge, KindArrest, KindFraud, KindAdvice,
	KindMissing, KindFound, KindStatement, KindOperation, KindCommunity, KindOther,
}

// OpenGraph holds the page's og: properties by their names without that prefix,
// decoded once, line breaks kept.
type OpenGraph map[string]string

// A Quote is one turn: an unbroken run of quoted text under one attribution.
type Quote struct {
	Speaker    string   `json:"speaker"` // fullest name in the release, no rank; "" if unnamed
	Role       string   `json:"role"`    // rank and title as printed
	Unit       string   `json:"unit"`    // team or organisation, without its article
	Paragraphs []string `json:"paragraphs"`
	Text       string   `json:"text"` // the paragraphs, joined by a blank line
	Cue        string   `json:"cue"`  // the verb of the attribution: "said", "added"; "" if none
	Block      int      `json:"block"`
	Spans      []Span   `json:"spans"`
}

// A Span is a stretch of a block's text in Unicode code points: block, start,
// end (exclusive). JSON shows it as three numbers.
type Span [3]int

// Advice is a list that tells the public what to do, not to do, or to look out
// for.
type Advice struct {
	Heading string   `json:"heading"`
	Items   []string `json:"items"`
	Block   int      `json:"block"` // of the list
}

// A Headline is another story that the page of this revision shows.
type Headline struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// A Link is an address in the body, with the words (or the image's alternative
// text) that carry it.
type Link struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

// A Mention is a reference number or operation name where it stands.
type Mention struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Value string `json:"value"` // normalised
	Block int    `json:"block"`
	Start int    `json:"start"` // code points of the block's text
	End   int    `json:"end"`   // exclusive
}

// A Number is a telephone number or an e-mail address where it stands.
type Number struct {
	Text  string `json:"text"`
	Value string `json:"value"` // normalised: "+443001232040", "101"
	Block int    `json:"block"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// An Amount is a sum of money where it stands.
type Amount struct {
	Text  string  `json:"text"`
	Value float64 `json:"value"` // pounds
	Block int     `json:"block"`
	Start int     `json:"start"`
	End   int     `json:"end"`
}

// A Topic is what a release is about, with the words that decided.
type Topic struct {
	ID       string   `json:"id"` // "fraud/courier"
	Evidence []string `json:"evidence"`
}

// Copies places a release among its copies.
type Copies struct {
	Cluster string  `json:"cluster"`
	Head    string  `json:"head"` // id of the earliest
	Score   float64 `json:"score"`
}

// Capture describes the page that the record was made from.
type Capture struct {
	SHA256      string `json:"sha256"` // of the body, hexadecimal
	Status      int    `json:"status"` // HTTP
	Fetched     Time   `json:"fetched,omitzero"`
	Bytes       int    `json:"bytes"` // of the body
	ContentType string `json:"content_type"`
}

// Extraction says how the record was read.
type Extraction struct {
	Profile  string            `json:"profile"`  // "" for the generic reader
	Version  string            `json:"version"`  // of the reader
	Fields   map[string]string `json:"fields"`   // field → the rule and place it came from
	Warnings []string          `json:"warnings"` // what disagreed or was missing
}

// Fill gives every list and map of r that is nil an empty one, so that JSON
// never shows null, and sets the fields that follow from others: Schema, ID and
// Text.
func (r *Record) Fill() {
	r.Schema = Schema
	r.ID = ID(r.URL)
	r.Text = PlainText(r.Blocks)
	empty(&r.Blocks)
	for i := range r.Blocks {
		empty(&r.Blocks[i].Items)
	}
	empty(&r.Quotes)
	for i := range r.Quotes {
		empty(&r.Quotes[i].Paragraphs)
		empty(&r.Quotes[i].Spans)
	}
	empty(&r.Advice)
	for i := range r.Advice {
		empty(&r.Advice[i].Items)
	}
	empty(&r.Related)
	empty(&r.Links)
	empty(&r.Images)
	empty(&r.References)
	empty(&r.Phones)
	empty(&r.Emails)
	empty(&r.Amounts)
	empty(&r.Topics)
	for i := range r.Topics {
		empty(&r.Topics[i].Evidence)
	}
	if r.OG == nil {
		r.OG = OpenGraph{}
	}
	if r.Extraction.Fields == nil {
		r.Extraction.Fields = map[string]string{}
	}
	empty(&r.Extraction.Warnings)
}

func empty[T any](list *[]T) {
	if *list == nil {
		*list = []T{}
	}
}
