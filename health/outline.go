package health

import (
	"strconv"
	"strings"
	"time"

	"archiver/article"
)

// An Outline is what a record tells of the health of its source: some of its
// fields, by their names, and of most no more than whether they are there. So it
// is decoded in less time than the record.
type Outline struct {
	Site       string         `json:"site"`
	Title      Present        `json:"title"`
	Published  article.Time   `json:"published"`
	Lead       Present        `json:"lead"`
	Blocks     []OutlineBlock `json:"blocks"`
	Quotes     Present        `json:"quotes"`
	Advice     Present        `json:"advice"`
	References Present        `json:"references"`
	Phones     Present        `json:"phones"`
	Emails     Present        `json:"emails"`
	Images     Present        `json:"images"`
	Related    Present        `json:"related"`
	Topics     Present        `json:"topics"`
	FirstSeen  article.Time   `json:"first_seen"`
	Capture    struct {
		Status int `json:"status"`
	} `json:"capture"`
	Extraction struct {
		Fields map[string]string `json:"fields"`
	} `json:"extraction"`

	glanced bool // it was made of a glance: what follows, and no lists
	fields  Fields
}

// An OutlineBlock is what an outline has of a block.
type OutlineBlock struct {
	Kind article.BlockKind `json:"kind"`
	Lead bool              `json:"lead"`
	Text Present           `json:"text"`
}

// Present says that a text or a list is there and not empty.
type Present bool

// UnmarshalCBOR looks at the head of a value, in the form in which archives keep
// it: what is empty, or null, has no more than that.
func (p *Present) UnmarshalCBOR(value []byte) error {
	*p = len(value) > 1
	return nil
}

// OutlineOf returns the outline of a record.
func OutlineOf(r *article.Record) *Outline {
	o := &Outline{
		Site: r.Site, Title: r.Title != "", Published: r.Published, Lead: r.Lead != "",
		Quotes: len(r.Quotes) > 0, Advice: len(r.Advice) > 0, References: len(r.References) > 0,
		Phones: len(r.Phones) > 0, Emails: len(r.Emails) > 0, Images: len(r.Images) > 0,
		Related: len(r.Related) > 0, Topics: len(r.Topics) > 0, FirstSeen: r.FirstSeen,
	}
	for _, b := range r.Blocks {
		o.Blocks = append(o.Blocks, OutlineBlock{b.Kind, b.Lead, b.Text != ""})
	}
	o.Capture.Status = r.Capture.Status
	o.Extraction.Fields = r.Extraction.Fields
	return o
}

// Fields returns which parts a release has. A headline or a time that is not from
// the page itself but from what stands around it (its <title>, the listing) is not
// one that the page has.
func (o *Outline) Fields() Fields {
	if o.glanced {
		return o.fields
	}
	var f Fields
	set := func(has bool, field Fields) {
		if has {
			f |= field
		}
	}
	title, published := o.Extraction.Fields["title"], o.Extraction.Fields["published"]
	set(bool(o.Title) && title != "<title>" && title != "og:title", Headline)
	set(!o.Published.IsZero() && (published == "" || strings.Contains(published, "dateline")), Dateline)
	set(bool(o.Lead), Lead)
	for _, b := range o.Blocks {
		set(!b.Lead && b.Kind != article.BlockHeading && b.Kind != article.BlockImage && bool(b.Text), Body)
	}
	set(bool(o.Quotes), Quotes)
	set(bool(o.Advice), Advice)
	set(bool(o.References), References)
	set(bool(o.Phones || o.Emails), Contacts)
	set(bool(o.Images), Images)
	set(bool(o.Related), Related)
	set(bool(o.Topics), Topics)
	return f
}

// glanceForm is the form of a glance, its first letter. It changes with what
// Fields makes of a record, so that no glance of another reckoning is believed.
const glanceForm = "a"

// Glance returns an outline in a few characters, without a space, as an archive
// keeps it beside the time of publication: which parts there are, whether it is of
// a page, and when it was first seen.
func (o *Outline) Glance() string {
	page := 0
	if o.Capture.Status != 0 {
		page = 1
	}
	glance := glanceForm + strconv.FormatUint(uint64(o.Fields())<<1|uint64(page), 36)
	if o.FirstSeen.IsZero() {
		return glance
	}
	return glance + "." + strconv.FormatInt(o.FirstSeen.Unix(), 36)
}

// AtGlance makes an outline of a glance and what stands beside it: one that gives
// the same [Fields] and the same [Summary], to the second. It returns nil for a
// glance that is not in today's form.
func AtGlance(site string, published time.Time, glance string) *Outline {
	rest, ok := strings.CutPrefix(glance, glanceForm)
	if !ok {
		return nil
	}
	parts, seen, dated := strings.Cut(rest, ".")
	bits, err := strconv.ParseUint(parts, 36, 17)
	if err != nil {
		return nil
	}
	o := &Outline{Site: site, glanced: true, fields: Fields(bits >> 1)}
	if !published.IsZero() {
		o.Published = article.At(published)
	}
	o.Capture.Status = int(bits & 1)
	if dated {
		seconds, err := strconv.ParseInt(seen, 36, 64)
		if err != nil {
			return nil
		}
		o.FirstSeen = article.At(time.Unix(seconds, 0))
	}
	return o
}
