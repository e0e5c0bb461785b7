package export

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strings"
	"time"

	"archiver/article"
	"archiver/warc"
)

// web writes the page of each record as a WARC file, WARC/1.1 with a gzip member
// for each record. A page is three of them:
//
//   - a request, made up from the address: the archive keeps none;
//   - a metadata record with what the archive knows of the page that no answer
//     tells: where it was listed, and what the listing said (see [WARCNotes]);
//   - the response, its body with the encodings undone; a revisit in its place
//     where the body is that of an earlier revision; or, for a document that was
//     imported in the place of a page, a resource.
//
// The names of records follow from what they hold and the time of the file is
// that of its first page, so the same archive gives the same bytes.
type web struct {
	out   *warc.Writer
	pages func(records ...*article.Record) iter.Seq2[*article.Page, error]
	info  string // the id of the warcinfo; "" before it is written
	// The payloads of the current address, to tell what comes again.
	url  string
	seen map[string]origin

	waiting []*article.Record // their pages are read and compressed together
}

// So many pages are in memory at a time: no more than together, nor than the first
// of them that make togetherBytes.
const (
	together      = 64
	togetherBytes = 16 << 20
)

// An origin is the response that a revisit leads to.
type origin struct {
	id, target string
	date       time.Time
}

func newWARC(w io.Writer, opts Options) Encoder {
	return &web{out: warc.NewWriter(w), pages: opts.Pages}
}

func (e *web) Encode(r *article.Record) error {
	if e.pages == nil {
		return errors.New("a WARC file needs the pages, and there is no archive to take them from")
	}
	e.waiting = append(e.waiting, &article.Record{ID: r.ID, URL: r.URL, Revision: r.Revision}) // which is all that is asked of it
	if len(e.waiting) < together {
		return nil
	}
	return e.flush()
}

// Close writes the rest. A file without pages tells of itself alone, with the first of
// all times: an empty file would be no gzip.
func (e *web) Close(cause error) error {
	if cause != nil {
		return nil
	}
	if err := e.flush(); err != nil || e.info != "" {
		return err
	}
	return e.out.Write(e.about(time.Unix(0, 0)))
}

func (e *web) flush() error {
	if len(e.waiting) == 0 {
		return nil
	}
	var entries []warc.Entry
	i, size := 0, 0
	for p, err := range e.pages(e.waiting...) {
		if err != nil {
			return err
		}
		if entries, err = e.add(entries, e.waiting[i], p); err != nil {
			return err
		}
		i++
		if size += len(p.Body); size > togetherBytes {
			if err := e.out.WriteAll(entries...); err != nil {
				return err
			}
			entries, size = entries[:0], 0
		}
	}
	clear(e.waiting)
	e.waiting = e.waiting[:0]
	return e.out.WriteAll(entries...)
}

// about is the record that tells of the file, of which date is the time.
func (e *web) about(date time.Time) warc.Entry {
	block := "software: archiver\r\n" +
		"format: WARC File Format 1.1\r\n" +
		"conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n" +
		"description: pages of releases, as kept in an archive of archiver. Bodies have their encodings undone. " +
		"The requests are made up from the addresses.\r\n"
	e.info = warc.ID("warcinfo", warc.Stamp(date), block)
	return warc.Entry{
		Type: warc.TypeWarcinfo, ID: e.info, Date: date,
		ContentType: warc.ContentFields, Block: []byte(block),
	}
}

// add adds what the file has of a page.
func (e *web) add(entries []warc.Entry, r *article.Record, p *article.Page) ([]warc.Entry, error) {
	if e.info == "" {
		entries = append(entries, e.about(p.Fetched))
	}
	if r.URL != e.url {
		e.url, e.seen = r.URL, map[string]origin{}
	}
	target := p.URL
	if p.FinalURL != "" {
		target = p.FinalURL
	}
	u, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("%q is not an address", target)
	}
	digest, stamp := warc.Digest(p.Body), warc.Stamp(p.Fetched)
	body := warc.Entry{
		Type: warc.TypeResponse, Target: target, Date: p.Fetched, ContentType: warc.ContentResponse, Payload: digest,
		Fields: warc.Header{{Name: warc.FieldWarcinfoID, Value: e.info}},
	}
	first, again := e.seen[digest]
	switch {
	case p.Status == 0: // nothing was sent
		body.Type, body.ContentType, body.Block = warc.TypeResource, p.Get("Content-Type"), p.Body
	case again:
		body.Type = warc.TypeRevisit
		body.Fields = append(body.Fields,
			warc.Field{Name: warc.FieldProfile, Value: warc.IdenticalPayload},
			warc.Field{Name: warc.FieldRefersTo, Value: first.id},
			warc.Field{Name: warc.FieldRefersTarget, Value: first.target},
			warc.Field{Name: warc.FieldRefersDate, Value: warc.Stamp(first.date)})
		body.Block = warc.Answer(p.Status, p.Header, p.Body)
	default:
		body.Block = append(warc.Answer(p.Status, p.Header, p.Body), p.Body...)
	}
	body.ID = warc.ID(body.Type, target, stamp, digest)
	if !again {
		e.seen[digest] = origin{body.ID, target, p.Fetched}
	}

	notes, err := notesOf(r, p).block()
	if err != nil {
		return nil, err
	}
	beside := warc.Header{
		{Name: warc.FieldWarcinfoID, Value: e.info},
		{Name: warc.FieldConcurrentTo, Value: body.ID},
	}
	if p.Status != 0 {
		request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", u.RequestURI(), u.Host)
		entries = append(entries, warc.Entry{
			Type: warc.TypeRequest, ID: warc.ID(warc.TypeRequest, target, stamp, digest), Target: target, Date: p.Fetched,
			Fields: beside, ContentType: warc.ContentRequest, Block: []byte(request),
		})
	}
	return append(entries, warc.Entry{
		Type: warc.TypeMetadata, ID: warc.ID(warc.TypeMetadata, target, stamp, digest), Target: target, Date: p.Fetched,
		Fields: beside, ContentType: warc.ContentFields, Block: notes,
	}, body), nil
}

// WARCNotes is what an archive knows of a page beyond its answer. A WARC file
// has it in the metadata record before the page's, as the field
// "archiver-notes" in JSON; "via" names the listing for other programs.
type WARCNotes struct {
	Record string       `json:"record"`          // the address of the release
	Asked  string       `json:"asked,omitempty"` // where a redirect led away from
	Moved  bool         `json:"moved,omitempty"` // for good
	Card   article.Card `json:"card,omitzero"`
}

const notesField = "archiver-notes"

// notesOf returns the notes of a page and the record made from it.
func notesOf(r *article.Record, p *article.Page) WARCNotes {
	n := WARCNotes{Record: r.URL, Moved: p.Moved, Card: p.Card}
	if p.FinalURL != "" {
		n.Asked = p.URL
	}
	return n
}

// Apply returns a page as it was in the archive that it was exported from.
func (n WARCNotes) Apply(p article.Page) article.Page {
	if n.Asked != "" {
		p.URL, p.FinalURL, p.Moved = n.Asked, p.URL, n.Moved
	}
	p.Card = n.Card
	return p
}

func (n WARCNotes) block() ([]byte, error) {
	data, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	block := ""
	if n.Card.Source != "" {
		block = "via: " + strings.NewReplacer("\r", "%0D", "\n", "%0A").Replace(n.Card.Source) + "\r\n"
	}
	return []byte(block + notesField + ": " + string(data) + "\r\n"), nil
}

// ReadNotes reads the block of a metadata record. It reports whether there are
// notes of this program in it.
func ReadNotes(block []byte) (n WARCNotes, ok bool) {
	for line := range strings.Lines(string(block)) {
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(name, notesField) {
			err := json.Unmarshal([]byte(strings.TrimSpace(value)), &n)
			return n, err == nil && n.Record != ""
		}
	}
	return n, false
}
