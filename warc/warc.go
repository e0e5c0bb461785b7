// Package warc reads and writes WARC files (ISO 28500, versions 1.0 and 1.1),
// in which web archives keep what servers answered. It knows streams alone: no
// disk, no network, nothing of police news.
//
// Reading begins with [NewReader], which takes .warc and .warc.gz, and goes on
// like that of a tar file: [Reader.Next] leads to a record, whose block is then
// read, or is skipped by the next Next. [Record.Response] makes of a block the
// answer that a browser would have seen. Writing begins with [NewWriter].
//
// Files come from strangers and from programs that were killed while they wrote.
// So nothing is read into memory without a bound, a fault of one record is a
// [*RecordError] after which reading goes on, and a file that ends in the middle
// says so after all that came before.
package warc

import (
	"crypto/sha1"
	"errors"
	"fmt"
	"strings"
	"time"
)

// The types of record that this package has a use for. There are others.
const (
	TypeWarcinfo = "warcinfo"
	TypeRequest  = "request"
	TypeResponse = "response"
	TypeResource = "resource"
	TypeRevisit  = "revisit"
	TypeMetadata = "metadata"
)

// The names of the fields that this package reads and writes.
const (
	FieldType          = "WARC-Type"
	FieldID            = "WARC-Record-ID"
	FieldTarget        = "WARC-Target-URI"
	FieldDate          = "WARC-Date"
	FieldContentType   = "Content-Type"
	FieldContentLength = "Content-Length"
	FieldBlockDigest   = "WARC-Block-Digest"
	FieldPayloadDigest = "WARC-Payload-Digest"
	FieldConcurrentTo  = "WARC-Concurrent-To"
	FieldWarcinfoID    = "WARC-Warcinfo-ID"
	FieldProfile       = "WARC-Profile"
	FieldRefersTo      = "WARC-Refers-To"
	FieldRefersTarget  = "WARC-Refers-To-Target-URI"
	FieldRefersDate    = "WARC-Refers-To-Date"
	FieldTruncated     = "WARC-Truncated"
	FieldSegment       = "WARC-Segment-Number"
)

// IdenticalPayload is the profile of a revisit whose payload was the same as that
// of an earlier record.
const IdenticalPayload = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

// The content types of blocks.
const (
	ContentRequest  = "application/http;msgtype=request"
	ContentResponse = "application/http;msgtype=response"
	ContentFields   = "application/warc-fields"
)

var (
	// ErrNotWARC is returned for a file that does not begin as a WARC file does.
	ErrNotWARC = errors.New("not a WARC file")
	// ErrTruncated is wrapped by the error of a record in whose middle the file
	// ends.
	ErrTruncated = errors.New("the file ends in the middle of it")
	// ErrTooLong is wrapped by the error of what is longer than its bound.
	ErrTooLong = errors.New("too long")
	// ErrDigest is wrapped by the error of a block that is not what was written.
	ErrDigest = errors.New("it is damaged: its digest is another")
	// ErrNotHTTP is wrapped by the error of a block that is no answer of a web
	// server.
	ErrNotHTTP = errors.New("not an HTTP response")
)

// A RecordError is a fault of one record. The records after it can still be
// read.
type RecordError struct {
	Offset int64  // where the record begins, see [Record]
	Target string // its WARC-Target-URI; "" where that is not known
	Err    error
}

func (e *RecordError) Error() string {
	if e.Target != "" {
		return e.Target + ": " + e.Err.Error()
	}
	return fmt.Sprintf("record at byte %d: %v", e.Offset, e.Err)
}

func (e *RecordError) Unwrap() error { return e.Err }

// A Field is a line of a header.
type Field struct{ Name, Value string }

// A Header is the named fields of a record, in order.
type Header []Field

// Get returns the first value of a field, in whatever letter case its name is;
// "" where there is none. Angle brackets around an address, which WARC/1.0 was
// often taken to ask for, are not part of the value.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			if len(f.Value) > 1 && f.Value[0] == '<' && f.Value[len(f.Value)-1] == '>' {
				return f.Value[1 : len(f.Value)-1]
			}
			return f.Value
		}
	}
	return ""
}

// Time returns the time that a field holds. WARC/1.1 has up to nine digits of a
// second, 1.0 none, and both may leave out the smaller parts of a time.
func (h Header) Time(name string) (time.Time, error) {
	value := h.Get(name)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04Z", time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("its %s %.200q is no time", name, value)
}

// ID returns a name for a record that follows from what is said of it alone, so
// that writing the same again gives the same file.
func ID(parts ...string) string {
	h := sha1.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	u := h.Sum(nil)[:16]
	u[6] = u[6]&0x0f | 0x50 // version 5: of a hash
	u[8] = u[8]&0x3f | 0x80
	return fmt.Sprintf("<urn:uuid:%x-%x-%x-%x-%x>", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
