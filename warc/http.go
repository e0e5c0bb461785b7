package warc

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A Response is an answer of a web server, as the block of a record has it.
type Response struct {
	Status int
	// Header holds the fields of the answer by their canonical names. Those that
	// told of an encoding that is undone, and of the length it gave, are not in it.
	Header map[string][]string
	Body   []byte // transfer and content encoding undone
}

// Response reads the block of a response or revisit record to its end. A body
// longer than limit is an error that wraps [ErrTooLong], never a shorter body; so
// is one that was cut off when it was fetched. Every error but those that end the
// file is a [*RecordError], and the next record can be read.
func (r *Record) Response(limit int) (*Response, error) {
	if kind := r.Header.Get(FieldContentType); kind != "" && !strings.HasPrefix(strings.ToLower(kind), "application/http") {
		return nil, r.wrap(fmt.Errorf("%w: its content type is %.200q", ErrNotHTTP, kind))
	}
	if err := r.whole(); err != nil {
		return nil, r.wrap(err)
	}
	in := bufio.NewReaderSize(r, 16<<10)
	resp, err := readHead(in)
	if err == nil && r.Type != TypeRevisit {
		err = resp.readBody(in, limit)
	}
	return resp, r.finish(err)
}

// Payload reads the block of any other record, a resource say, to its end.
func (r *Record) Payload(limit int) ([]byte, error) {
	if err := r.whole(); err != nil {
		return nil, r.wrap(err)
	}
	if r.Length > int64(limit) {
		return nil, r.wrap(tooLong(limit))
	}
	body, err := readAll(r, limit)
	return body, r.finish(err)
}

// whole refuses a record that says that it is not all of what was sent.
func (r *Record) whole() error {
	if segment := r.Header.Get(FieldSegment); segment != "" {
		return errors.New("it is one of several segments, which this program does not put together")
	}
	if why := r.Header.Get(FieldTruncated); why != "" && r.Type != TypeRevisit {
		return fmt.Errorf("it was cut off when it was fetched (%s)", why)
	}
	return nil
}

// finish reads the block to its end, whose digest says whether what was read is
// to be trusted: a damaged block explains every other error.
func (r *Record) finish(err error) error {
	if _, rest := io.Copy(io.Discard, r); rest != nil {
		err = rest
	}
	return r.wrap(err)
}

// readHead reads a status line and the fields below it.
func readHead(in *bufio.Reader) (*Response, error) {
	head := headReader{in: in, left: maxHeader}
	line, err := head.line()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	proto, rest, _ := strings.Cut(string(line), " ")
	code, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	status, err := strconv.Atoi(code)
	if !strings.HasPrefix(strings.ToUpper(proto), "HTTP") || err != nil || status < 100 || status > 999 {
		return nil, fmt.Errorf("%w: it begins with %.40q", ErrNotHTTP, line)
	}
	fields, err := head.fields()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	resp := &Response{Status: status, Header: make(map[string][]string, len(fields))}
	for _, f := range fields {
		name := textproto.CanonicalMIMEHeaderKey(f.Name)
		resp.Header[name] = append(resp.Header[name], f.Value)
	}
	return resp, nil
}

func (r *Response) get(name string) string {
	if v := r.Header[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// readBody reads the body and undoes its encodings. Many archives keep a body
// without the encodings that its header names, so each is looked for in the
// bytes first.
func (r *Response) readBody(in *bufio.Reader, limit int) error {
	body := in
	if strings.Contains(strings.ToLower(r.get("Transfer-Encoding")), "chunked") {
		if chunked(in) {
			body = bufio.NewReader(httputil.NewChunkedReader(in))
		}
		delete(r.Header, "Transfer-Encoding")
		delete(r.Header, "Content-Length")
	} else if n, err := strconv.ParseInt(r.get("Content-Length"), 10, 64); err == nil {
		body = bufio.NewReader(&exact{in, n})
	}
	decoded, err := r.decode(body)
	if err != nil {
		return err
	}
	r.Body, err = readAll(decoded, limit)
	if closer, ok := decoded.(interface{ Close() }); ok {
		closer.Close()
	}
	return err
}

// decode undoes the content encodings, the last one first.
func (r *Response) decode(body *bufio.Reader) (io.Reader, error) {
	encodings := strings.Split(strings.ToLower(strings.Join(r.Header["Content-Encoding"], ",")), ",")
	if len(encodings) > 4 {
		return nil, errors.New("its body has more than four encodings")
	}
	var decoded io.Reader = body
	undone := false
	for i := len(encodings) - 1; i >= 0; i-- {
		name := strings.TrimSpace(encodings[i])
		in := bufio.NewReader(decoded)
		next, err := decoder(name, in)
		if err != nil {
			return nil, err
		}
		if next == nil {
			decoded = in
			continue
		}
		decoded, undone = next, true
	}
	if undone || r.get("Content-Encoding") != "" {
		delete(r.Header, "Content-Encoding")
		delete(r.Header, "Content-Length")
	}
	return decoded, nil
}

// decoder undoes one content encoding. It is nil where there is nothing to undo.
func decoder(name string, in *bufio.Reader) (io.Reader, error) {
	head, _ := in.Peek(4) // a short body has less
	switch name {
	case "", "identity", "none":
		return nil, nil
	case "gzip", "x-gzip":
		if !bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
			return nil, nil
		}
		z, err := gzip.NewReader(in)
		return z, cutOff(err)
	case "deflate":
		// RFC 9110 means zlib; many servers send what is inside of it.
		if len(head) >= 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			z, err := zlib.NewReader(in)
			return z, cutOff(err)
		}
		if len(head) == 0 || head[0] == '<' {
			return nil, nil
		}
		return flate.NewReader(in), nil
	case "zstd":
		if !bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}) {
			return nil, nil
		}
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, cutOff(err)
		}
		return z, nil
	}
	if len(head) == 0 || head[0] == '<' || bytes.HasPrefix(head, []byte("\xef\xbb\xbf<")) {
		return nil, nil // a page in the clear
	}
	return nil, fmt.Errorf("its body is in the encoding %.200q, which this program does not read", name)
}

// chunked reports whether a body begins with the length of a chunk.
func chunked(in *bufio.Reader) bool {
	head, _ := in.Peek(18) // sixteen digits and a line end; a short body has less
	digits := 0
	for digits < len(head) && strings.IndexByte("0123456789abcdefABCDEF", head[digits]) >= 0 {
		digits++
	}
	return digits > 0 && digits < len(head) && strings.IndexByte("\r\n; ", head[digits]) >= 0
}

// exact reads a body whose length was announced: of more, that alone, and less
// is an error.
type exact struct {
	in   io.Reader
	left int64
}

func (e *exact) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n, err := e.in.Read(p[:min(int64(len(p)), e.left)])
	if e.left -= int64(n); err == io.EOF && e.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// readAll reads up to limit bytes; more is an error.
func readAll(in io.Reader, limit int) ([]byte, error) {
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(in, int64(limit)+1)); err != nil {
		return nil, cutOff(err)
	}
	if b.Len() > limit {
		return nil, tooLong(limit)
	}
	return b.Bytes(), nil
}

func tooLong(limit int) error {
	if limit >= 1<<20 {
		return fmt.Errorf("its body is %w: more than %d MiB", ErrTooLong, limit>>20)
	}
	return fmt.Errorf("its body is %w: more than %d bytes", ErrTooLong, limit)
}

// cutOff says of a body that ends too early what is wrong with it.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("its body is cut off")
	}
	return err
}
