package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"
)

// An Entry is a record to be written.
type Entry struct {
	Type        string
	ID          string    // see [ID]
	Target      string    // "" for a warcinfo
	Date        time.Time // kept to the nanosecond
	ContentType string
	Fields      Header // all others, in order; not those that follow from the block
	Block       []byte
	// Payload is the digest of what the block carries, see [Digest]; "" for a
	// block that is its own payload or has none.
	Payload string
}

// A Writer writes a file, a gzip member for each record. The same entries give
// the same bytes.
type Writer struct {
	w    io.Writer
	gz   *gzip.Writer
	head bytes.Buffer
}

// NewWriter returns a writer of a file to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w, gz: gzip.NewWriter(w)} }

// Write writes a record, with its length and digests.
func (w *Writer) Write(e Entry) error {
	w.head.Reset()
	w.head.WriteString("WARC/1.1\r\n")
	var bad error
	field := func(name, value string) {
		if value == "" {
			return
		}
		if strings.ContainsAny(name, ":\r\n ") || strings.ContainsAny(value, "\r\n") {
			bad = errors.Join(bad, fmt.Errorf("field %q cannot hold %q", name, value))
		}
		fmt.Fprintf(&w.head, "%s: %s\r\n", name, value)
	}
	field(FieldType, e.Type)
	field(FieldID, e.ID)
	field(FieldDate, Stamp(e.Date))
	field(FieldTarget, e.Target)
	for _, f := range e.Fields {
		field(f.Name, f.Value)
	}
	field(FieldContentType, e.ContentType)
	field(FieldBlockDigest, Digest(e.Block))
	field(FieldPayloadDigest, e.Payload)
	field(FieldContentLength, fmt.Sprint(len(e.Block)))
	w.head.WriteString("\r\n")
	if bad != nil {
		return bad
	}
	w.gz.Reset(w.w)
	for _, part := range [][]byte{w.head.Bytes(), e.Block, []byte("\r\n\r\n")} {
		if _, err := w.gz.Write(part); err != nil {
			return err
		}
	}
	return w.gz.Close()
}

// WriteAll writes records as Write does, one after another, but compresses them side by
// side. It holds them all in memory.
func (w *Writer) WriteAll(entries ...Entry) error {
	members := make([]bytes.Buffer, len(entries))
	var side errgroup.Group
	side.SetLimit(runtime.GOMAXPROCS(0))
	for i, e := range entries {
		side.Go(func() error {
			one := writers.Get().(*Writer)
			defer writers.Put(one)
			one.w = &members[i]
			return one.Write(e)
		})
	}
	if err := side.Wait(); err != nil {
		return err
	}
	for i := range members {
		if _, err := w.w.Write(members[i].Bytes()); err != nil {
			return err
		}
	}
	return nil
}

var writers = sync.Pool{New: func() any { return NewWriter(nil) }}

// Stamp returns a time as WARC/1.1 has it: in UTC, with as much of a second as
// there is.
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999999Z") }

// original stands before the name of a field of an answer that is true of what
// the server sent and not of what is kept. Other programs do the same.
const original = "X-Archive-Orig-"

// Answer returns the head of the block of an answer whose body is kept with its
// encodings undone; the body follows it. Fields that tell of the encodings or of
// another length get another name.
func Answer(status int, header map[string][]string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", status, http.StatusText(status))
	names := make([]string, 0, len(header))
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			switch name {
			case "Transfer-Encoding", "Content-Encoding":
				name = original + name
			case "Content-Length":
				if value != fmt.Sprint(len(body)) {
					name = original + name
				}
			}
			if token(name) {
				fmt.Fprintf(&b, "%s: %s\r\n", name, oneLine(value))
			}
		}
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// token reports whether a name can stand before a colon.
func token(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c == ':' || c >= 0x7f })
}

// oneLine keeps a value from being more than one line.
func oneLine(value string) string {
	return strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace(value)
}
