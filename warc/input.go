package warc

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// An input is the bytes of a file: as they are or, where it is compressed, those
// of one gzip member after another. At the end of a member it says io.EOF.
type input struct {
	*bufio.Reader // what is read: raw itself, or the current member

	file   *counted
	raw    *bufio.Reader
	gz     *gzip.Reader // nil for a file that is not compressed
	begun  bool
	offset int64 // of the current member or, without any, of the record
}

// counted counts the bytes that are read from a file.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func newInput(r io.Reader) *input {
	file := &counted{r: r}
	raw := bufio.NewReaderSize(file, 64<<10)
	return &input{Reader: raw, file: file, raw: raw}
}

// at is how far the file has been read.
func (in *input) at() int64 { return in.file.n - int64(in.raw.Buffered()) }

func tooFull(err error) bool { return errors.Is(err, bufio.ErrBufferFull) }

// member goes on with the next gzip member. It reports whether there is one.
func (in *input) member() (bool, error) {
	if in.gz == nil && in.begun {
		return false, nil
	}
	if _, err := in.raw.Peek(1); err != nil {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return false, err
	}
	in.offset = in.at()
	var err error
	if in.gz == nil {
		if in.gz, err = gzip.NewReader(in.raw); err == nil {
			in.Reader = bufio.NewReaderSize(in.gz, 64<<10)
		}
	} else if err = in.gz.Reset(in.raw); err == nil {
		in.Reader.Reset(in.gz)
	}
	if err != nil {
		return false, err
	}
	in.gz.Multistream(false)
	return true, nil
}

// goesOn reports, at the end of a member, whether what was read there goes on in
// the next one.
func (in *input) goesOn() bool {
	more, err := in.member()
	return more && err == nil && !in.atRecord()
}

// skipBlank goes to the next byte that is no line end, in the next member if
// need be. It returns io.EOF at the end of the file.
func (in *input) skipBlank() error {
	if !in.begun {
		magic, err := in.raw.Peek(2)
		if len(magic) == 0 {
			return err
		}
		if magic[0] == 0x1f && len(magic) == 2 && magic[1] == 0x8b {
			if _, err := in.member(); err != nil {
				in.begun = true
				return err
			}
		}
		in.begun = true
	}
	for {
		c, err := in.Peek(1)
		switch {
		case err == nil && c[0] != '\r' && c[0] != '\n':
			if in.gz == nil {
				in.offset = in.at()
			}
			return nil
		case err == nil:
			if _, err := in.Discard(1); err != nil {
				return err // unreachable: the byte has been seen
			}
		case !errors.Is(err, io.EOF):
			return err
		default:
			if more, err := in.member(); err != nil {
				return err
			} else if !more {
				return io.EOF
			}
		}
	}
}

// magic is how a record begins.
const magic = "WARC/"

// atRecord reports whether a record begins here.
func (in *input) atRecord() bool {
	head, _ := in.Peek(len(magic)) // at the end of the file there is less
	return string(head) == magic
}

// search looks for the next record after a fault: the next line, or the next
// gzip member, that begins as a record does. It returns io.EOF if there is none.
func (in *input) search() error {
	for {
		err := in.searchLine()
		if err == nil || in.gz == nil {
			return err
		}
		if err := in.searchMember(); err != nil {
			return err
		}
		if in.atRecord() {
			return nil
		}
	}
}

// searchLine looks for a record up to the end of the member.
func (in *input) searchLine() error {
	for whole := true; ; {
		if whole && in.atRecord() {
			return nil
		}
		_, err := in.ReadSlice('\n')
		if err != nil && !tooFull(err) {
			return err
		}
		whole = err == nil
	}
}

// searchMember looks for the next gzip member, wherever the last one has left
// the file.
func (in *input) searchMember() error {
	for {
		head, err := in.raw.Peek(3)
		if err != nil {
			return err // io.EOF: too little is left to be a member
		}
		if head[0] == 0x1f && head[1] == 0x8b && head[2] == 8 {
			if more, err := in.member(); err == nil && more {
				return nil
			}
			continue // the header of what was none has been read over
		}
		if _, err := in.raw.Discard(1); err != nil {
			return err // unreachable: the byte has been seen
		}
	}
}
