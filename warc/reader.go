package warc

import (
	"bytes"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
)

// maxHeader bounds the header of a record.
const maxHeader = 64 << 10

// A Record is one record of a file. It can be used until the next call of
// [Reader.Next].
type Record struct {
	Version string // "WARC/1.1"
	Type    string // "response", in lower case
	Header  Header
	Length  int64 // of the block, in bytes
	// Offset is where the record begins in the file, or, in a compressed one, the
	// gzip member that it begins in. A file can be read from there.
	Offset int64

	file   *Reader
	left   int64 // of the block
	digest digester
	failed error
}

// Target returns the address that the record is about.
func (r *Record) Target() string { return r.Header.Get(FieldTarget) }

// Read reads the block. At its end it returns io.EOF or, where the block is not
// the one that was written, an error that wraps [ErrDigest]. Where the file ends
// before it does, the error wraps [ErrTruncated].
func (r *Record) Read(p []byte) (int, error) {
	if r.failed != nil {
		return 0, r.failed
	}
	if r.left == 0 {
		if r.failed = io.EOF; !r.digest.matches() {
			r.failed = ErrDigest
		}
		return 0, r.failed
	}
	n, err := r.file.in.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	r.digest.Write(p[:n])
	if err != nil && r.left > 0 {
		if r.failed = r.file.cut(err); r.failed != nil {
			return n, r.failed
		}
	}
	return n, nil
}

// wrap says which record an error is about.
func (r *Record) wrap(err error) error {
	if err == nil {
		return nil
	}
	return &RecordError{Offset: r.Offset, Target: r.Target(), Err: err}
}

// A Reader reads a file from front to back.
type Reader struct {
	in      *input
	current *Record
	read    int // records so far
	lost    bool
	failed  error
}

// NewReader returns a reader of a file, which may be compressed with gzip in any
// way: a member for each record, as it should be, or otherwise.
func NewReader(r io.Reader) *Reader { return &Reader{in: newInput(r)} }

// Next leads to the next record, whatever its type. It returns io.EOF at the
// end of the file. After a [*RecordError] the next call leads to the record
// behind the bad one; any other error is the end.
func (r *Reader) Next() (*Record, error) {
	if r.failed != nil {
		return nil, r.failed
	}
	if err := r.leave(); err != nil {
		return nil, err
	}
	if r.lost {
		r.lost = false
		if err := r.in.search(); err != nil {
			return nil, r.end(err)
		}
	}
	rec, err := r.next()
	if err == nil {
		r.current = rec
		r.read++
		return rec, nil
	}
	var fault *RecordError
	switch {
	case errors.As(err, &fault):
		r.lost = true
		return nil, err
	default:
		return nil, r.end(err)
	}
}

// end is what Next returns from now on.
func (r *Reader) end(err error) error {
	r.failed = err
	return err
}

// leave skips what is left of the current record, and tells what was wrong with
// it where that hinders reading on and nobody has heard of it yet.
func (r *Reader) leave() error {
	rec := r.current
	r.current = nil
	if rec == nil {
		return nil
	}
	told := rec.failed != nil
	if !told {
		rec.digest = digester{} // nobody has looked at the block
		_, err := io.Copy(io.Discard, rec)
		if err == nil {
			return nil
		}
	}
	if errors.Is(rec.failed, io.EOF) || errors.Is(rec.failed, ErrDigest) {
		return nil
	}
	r.lost = true
	if told {
		return nil
	}
	return rec.wrap(rec.failed)
}

// cut says what the end of the input inside a record means. It is nil where the
// record goes on in the next gzip member.
func (r *Reader) cut(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		switch more, err := r.in.member(); {
		case err != nil:
			return err
		case !more:
			return ErrTruncated
		case r.in.atRecord():
			return fmt.Errorf("%w: another record begins there", ErrTruncated)
		}
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return ErrTruncated
	}
	return err
}

// next reads the header of the record that begins here.
func (r *Reader) next() (*Record, error) {
	switch err := r.in.skipBlank(); {
	case err == nil:
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &RecordError{Offset: r.in.offset, Err: ErrTruncated}
	case r.read == 0:
		return nil, fmt.Errorf("%w: %w", ErrNotWARC, err)
	case r.in.gz != nil:
		return nil, &RecordError{Offset: r.in.offset, Err: err}
	default:
		return nil, err
	}
	rec := &Record{Offset: r.in.offset, file: r}
	fault := func(err error) error {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = ErrTruncated
		}
		return &RecordError{Offset: rec.Offset, Target: rec.Target(), Err: err}
	}
	head := headReader{in: r.in, left: maxHeader, more: r.in.goesOn}
	line, err := head.line()
	rec.Version = string(line)
	if !strings.HasPrefix(rec.Version, "WARC/") || len(rec.Version) > 16 {
		if r.read == 0 {
			return nil, ErrNotWARC
		}
		if err == nil || errors.Is(err, ErrTooLong) {
			err = errors.New("no record begins where one should")
		}
	}
	if err != nil {
		return nil, fault(err)
	}
	if rec.Header, err = head.fields(); err != nil {
		return nil, fault(err)
	}
	rec.Type = strings.ToLower(rec.Header.Get(FieldType))
	length := rec.Header.Get(FieldContentLength)
	n, err := strconv.ParseUint(length, 10, 63)
	if err != nil {
		return nil, fault(fmt.Errorf("its Content-Length %.200q is no length", length))
	}
	rec.Length, rec.left = int64(n), int64(n)
	// Wget gives every revisit the digest of nothing.
	if digest := rec.Header.Get(FieldBlockDigest); n == 0 || !Matches(nil, digest) {
		rec.digest = newDigester(digest)
	}
	return rec, nil
}

// A headReader reads lines, of a record or of an HTTP message, up to a bound.
type headReader struct {
	in interface {
		ReadSlice(delim byte) ([]byte, error)
	}
	left int
	more func() bool // whether there is more behind the end of in; may be nil
}

// line returns the next line without its end, which may be LF alone.
func (h *headReader) line() ([]byte, error) {
	var line []byte
	for {
		part, err := h.in.ReadSlice('\n')
		if h.left -= len(part); h.left < 0 {
			return line, fmt.Errorf("its header is %w: more than %d KiB", ErrTooLong, maxHeader>>10)
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'}), nil
		case errors.Is(err, io.EOF) && h.more != nil && h.more():
		case !tooFull(err):
			return line, err
		}
	}
}

// fields reads named fields up to an empty line. A line that begins with a space
// goes on with the value of the one before it; one that has no colon says
// nothing.
func (h *headReader) fields() (Header, error) {
	var header Header
	for {
		line, err := h.line()
		if err != nil {
			return header, err
		}
		if len(line) == 0 {
			return header, nil
		}
		if (line[0] == ' ' || line[0] == '\t') && len(header) > 0 {
			last := &header[len(header)-1]
			last.Value = strings.TrimSpace(last.Value + " " + string(bytes.TrimSpace(line)))
			continue
		}
		if name, value, ok := bytes.Cut(line, []byte{':'}); ok {
			header = append(header, Field{string(bytes.TrimSpace(name)), string(bytes.TrimSpace(value))})
		}
	}
}

// A digester compares what is written to it with a digest. Its zero value is
// content with anything.
type digester struct {
	hash hash.Hash
	want string
}

func (d digester) Write(p []byte) {
	if d.hash != nil {
		d.hash.Write(p)
	}
}

func (d digester) matches() bool {
	return d.hash == nil || sameDigest(d.hash.Sum(nil), d.want)
}
