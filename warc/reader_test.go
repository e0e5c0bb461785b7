package warc_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/warc"
)

// crlf writes a text with the line ends that WARC asks for.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// response is a record as another program could have written it.
func response(target, block string, fields ...string) string {
	head := "WARC/1.0\nWARC-Type: response\nWARC-Target-URI: " + target + "\nWARC-Date: 2020-01-02T03:04:05Z\n" +
		"Content-Type: application/http;msgtype=response\n"
	for _, f := range fields {
		head += f + "\n"
	}
	return crlf(head+fmt.Sprintf("Content-Length: %d\n\n", len(block))) + block + "\r\n\r\n"
}

const page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>hello"

func zipped(parts ...string) string {
	var b bytes.Buffer
	for _, part := range parts {
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, part); err != nil {
			panic(err)
		}
		if err := w.Close(); err != nil {
			panic(err)
		}
	}
	return b.String()
}

// read lists what a file holds: a line for each record or error, with the body
// of a response.
func read(file string, limit int) []string {
	var got []string
	in := warc.NewReader(strings.NewReader(file))
	for range 1000 {
		r, err := in.Next()
		var fault *warc.RecordError
		switch {
		case errors.Is(err, io.EOF):
			return got
		case errors.As(err, &fault):
			got = append(got, "fault "+err.Error())
			continue
		case err != nil:
			return append(got, "end "+err.Error())
		}
		line := r.Type + " " + r.Target()
		switch r.Type {
		case warc.TypeResponse, warc.TypeRevisit:
			resp, err := r.Response(limit)
			if err != nil {
				got = append(got, "fault "+err.Error())
				continue
			}
			line += fmt.Sprintf(" %d %s", resp.Status, resp.Body)
		case warc.TypeResource:
			body, err := r.Payload(limit)
			if err != nil {
				got = append(got, "fault "+err.Error())
				continue
			}
			line += " " + string(body)
		}
		got = append(got, line)
	}
	return append(got, "endless")
}

func deflated(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func answer(body string, fields ...string) string {
	return "HTTP/1.1 200 OK\r\n" + strings.Join(append(fields, "", ""), "\r\n") + body
}

func TestReader(t *testing.T) {
	a, b, c := response("https://a.example/", page), response("https://b.example/", page), response("https://c.example/", page)
	const wantA, wantB, wantC = "response https://a.example/ 200 <p>hello", "response https://b.example/ 200 <p>hello", "response https://c.example/ 200 <p>hello"
	unknown := crlf("WARC/1.1\nWARC-Type: conversation\nContent-Length: 5\n\n") + "hello\r\n\r\n"
	long := response("https://long.example/", answer(strings.Repeat("x", 101)))
	flipped := strings.Replace(response("https://flipped.example/", page, "WARC-Block-Digest: "+warc.Digest([]byte(page))), "hello", "hullo", 1)
	zippedFlip := func() string { // damaged inside of a gzip member
		z := []byte(zipped(strings.Repeat(b, 3)))
		for i := len(z) / 2; i < len(z)/2+8; i++ {
			z[i] ^= 0xff
		}
		return string(z)
	}()
	tests := []struct {
		name, file string
		want       []string
	}{
		{"empty", "", nil},
		{"plain", a + b, []string{wantA, wantB}},
		{"a member each", zipped(a, b, c), []string{wantA, wantB, wantC}},
		{"one member", zipped(a + b), []string{wantA, wantB}},
		{"members of any size", zipped(a[:50], a[50:]+b[:200], b[200:]), []string{wantA, wantB}},
		{"no empty lines between", strings.TrimSpace(a) + "\r\n" + b, []string{wantA, wantB}},
		{"many empty lines between", zipped(a+"\r\n\r\n\n", "\n\n", b), []string{wantA, wantB}},
		{"LF alone", strings.ReplaceAll(response("https://a.example/", strings.ReplaceAll(page, "\r", "")), "\r", ""), []string{wantA}},
		{"angle brackets", response("<https://a.example/>", page), []string{wantA}},
		{"folded", response("https://a.example/", "HTTP/1.1 200 OK\r\nContent-Type: text/html;\r\n\tcharset=utf-8\r\n\r\n<p>hello", "X-Folded: one", "\ttwo"), []string{wantA}},
		{"unknown type", a + unknown + b, []string{wantA, "conversation ", wantB}},
		{"resource", crlf("WARC/1.1\nwarc-type: resource\nwarc-target-uri: https://a.example/x\nContent-Type: text/html\ncontent-length: 3\n\n") + "<p>\r\n\r\n" + a,
			[]string{"resource https://a.example/x <p>", wantA}},

		{"body too long", a + long + b, []string{wantA, "fault https://long.example/: its body is too long: more than 100 bytes", wantB}},
		{"body too long once decoded", a + response("https://bomb.example/", answer(zipped(strings.Repeat("x", 1<<20)), "Content-Encoding: gzip")) + b,
			[]string{wantA, "fault https://bomb.example/: its body is too long: more than 100 bytes", wantB}},
		{"damaged block", zipped(a, flipped, b), []string{wantA, "fault https://flipped.example/: it is damaged: its digest is another", wantB}},
		{"digest of an unknown kind", response("https://a.example/", page, "WARC-Block-Digest: crc:1234"), []string{wantA}},
		{"damaged member", zipped(a) + zippedFlip + zipped(c), nil},
		{"cut off when fetched", response("https://a.example/", page, "WARC-Truncated: time") + b, []string{"fault https://a.example/: it was cut off when it was fetched (time)", wantB}},
		{"segments", response("https://a.example/", page, "WARC-Segment-Number: 1") + b,
			[]string{"fault https://a.example/: it is one of several segments, which this program does not put together", wantB}},

		{"last record truncated", a + b[:len(b)-10], []string{wantA, "fault https://b.example/: the file ends in the middle of it"}},
		{"last header truncated", a + b[:60], []string{wantA, fmt.Sprintf("fault record at byte %d: the file ends in the middle of it", len(a))}},
		{"last member truncated", zipped(a) + zipped(b)[:100], nil},
		{"last member truncated in the body", zipped(a) + zipped(b + strings.Repeat("x", 10))[:len(zipped(b))-14], nil},
		{"header alone", zipped(a)[:5], []string{"fault record at byte 0: the file ends in the middle of it"}},
		{"record cut by the next member", zipped(a[:len(a)-20], b), []string{"fault https://a.example/: the file ends in the middle of it: another record begins there", wantB}},

		{"no WARC", "<!doctype html><p>hello", []string{"end not a WARC file"}},
		{"no WARC, compressed", zipped("hello"), []string{"end not a WARC file"}},
		{"binary", "\x00\x01\x02", []string{"end not a WARC file"}},
		{"garbage between", a + "garbage\nmore\n" + b, []string{wantA, fmt.Sprintf("fault record at byte %d: no record begins where one should", len(a)), wantB}},
		{"garbage behind", zipped(a) + "\x00\x00\x00", nil},
		{"no length", a + crlf("WARC/1.0\nWARC-Type: response\n\n") + b, []string{wantA, fmt.Sprintf(`fault record at byte %d: its Content-Length "" is no length`, len(a)), wantB}},
		{"negative length", zipped(a, strings.Replace(b, "Content-Length: ", "Content-Length: -", 1), c),
			[]string{wantA, fmt.Sprintf(`fault https://b.example/: its Content-Length "-%d" is no length`, len(page)), wantC}},
		{"length beyond all", zipped(a, strings.Replace(b, "Content-Length: ", "Content-Length: 99999999999", 1), c),
			[]string{wantA, "fault https://b.example/: the file ends in the middle of it: another record begins there", wantC}},
		{"length beyond numbers", zipped(a, strings.Replace(b, "Content-Length: ", "Content-Length: 9999999999999999999999", 1), c), nil},
		{"length too short", a + strings.Replace(b, fmt.Sprint("Content-Length: ", len(page)), fmt.Sprint("Content-Length: ", len(page)-5), 1) + c,
			[]string{wantA, "response https://b.example/ 200 <p>", fmt.Sprintf("fault record at byte %d: no record begins where one should", len(a+b)-9), wantC}},
		{"endless header", zipped(a, "WARC/1.0\r\n"+strings.Repeat("X: y\r\n", 20000), c),
			[]string{wantA, fmt.Sprintf("fault record at byte %d: its header is too long: more than 64 KiB", len(zipped(a))), wantC}},
		{"endless line", zipped(a, "WARC/1.0\r\nX: "+strings.Repeat("y", 100000), c), nil},

		{"not HTTP", response("dns:a.example", "a.example. 1.2.3.4") + b, []string{`fault dns:a.example: not an HTTP response: it begins with "a.example. 1.2.3.4"`, wantB}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := read(test.file, 100)
			if test.want == nil && test.file != "" { // what is said depends on the library; that all is said does not
				if len(got) < 2 || got[0] != wantA || !strings.HasPrefix(got[1], "fault ") || strings.Contains(test.file, c) && got[len(got)-1] != wantC {
					t.Errorf("got %q", got)
				}
				return
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestBodies(t *testing.T) {
	const text = "<p>hello"
	chunks := "3;name=value\r\n<p>\r\n5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n"
	tests := []struct{ name, block, want string }{
		{"plain", answer(text, "Content-Length: 8"), text},
		{"more than announced", answer(text+"garbage", "Content-Length: 8"), text},
		{"less than announced", answer(text, "Content-Length: 9"), "its body is cut off"},
		{"chunked", answer(chunks, "Transfer-Encoding: chunked"), text},
		{"chunked by its name alone", answer(text, "Transfer-Encoding: chunked", "Content-Length: 99"), text},
		{"chunks cut off", answer(chunks[:25], "Transfer-Encoding: chunked"), "its body is cut off"},
		{"chunk of hostile length", answer("ffffffffffffffff\r\n<p>", "Transfer-Encoding: chunked"), "its body is cut off"},
		{"gzip", answer(zipped(text), "Content-Encoding: gzip"), text},
		{"two gzip members", answer(zipped("<p>", "hello"), "Content-Encoding: x-gzip"), text},
		{"gzip by its name alone", answer(text, "Content-Encoding: gzip"), text},
		{"gzip cut off", answer(zipped(text)[:20], "Content-Encoding: gzip"), "its body is cut off"},
		{"gzip in chunks", answer(fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(zipped(text)), zipped(text)), "Transfer-Encoding: chunked", "Content-Encoding: gzip"), text},
		{"deflate", answer(deflated(text), "Content-Encoding: deflate"), text},
		{"raw deflate", answer(deflated(text)[2:], "Content-Encoding: deflate"), text},
		{"deflate by its name alone", answer(text, "Content-Encoding: deflate"), text},
		{"twice encoded", answer(zipped(deflated(text)), "Content-Encoding: deflate, gzip"), text},
		{"five times encoded", answer(text, "Content-Encoding: gzip, gzip, gzip, gzip, gzip"), "its body has more than four encodings"},
		{"brotli", answer("\x0b\x02\x80hi", "Content-Encoding: br"), `its body is in the encoding "br", which this program does not read`},
		{"brotli undone", answer(text, "Content-Encoding: br"), text},
		{"no header", "HTTP/1.0 200\n\n" + text, text},
		{"nothing but a header", "HTTP/1.1 200 OK\r\n\r\n", ""},
		{"cut in the header", "HTTP/1.1 200 OK\r\nServer: x", ""},
		{"status of letters", "HTTP/1.1 OK\r\n\r\n", `not an HTTP response: it begins with "HTTP/1.1 OK"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := warc.NewReader(strings.NewReader(response("https://a.example/", test.block))).Next()
			if err != nil {
				t.Fatal(err)
			}
			resp, err := r.Response(100)
			if err != nil {
				if got := strings.TrimPrefix(err.Error(), "https://a.example/: "); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
				return
			}
			if string(resp.Body) != test.want {
				t.Errorf("got %q, want %q", resp.Body, test.want)
			}
			if len(resp.Header["Transfer-Encoding"])+len(resp.Header["Content-Encoding"]) > 0 {
				t.Errorf("the header still tells of encodings: %v", resp.Header)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	for value, want := range map[string]string{
		"2020-01-02T03:04:05Z":           "2020-01-02T03:04:05Z",
		"2020-01-02T03:04:05.123456789Z": "2020-01-02T03:04:05.123456789Z",
		"2020-01-02T05:04:05+02:00":      "2020-01-02T03:04:05Z",
		"2020-01-02":                     "2020-01-02T00:00:00Z",
		"2020":                           "2020-01-01T00:00:00Z",
		"yesterday":                      "",
		"":                               "",
	} {
		got, err := warc.Header{{Name: "warc-date", Value: value}}.Time(warc.FieldDate)
		if err != nil && want == "" {
			continue
		}
		if err != nil || warc.Stamp(got) != want {
			t.Errorf("%q: got %v, %v, want %s", value, got, err, want)
		}
	}
}

func TestDigests(t *testing.T) {
	data := []byte("hello")
	for _, labelled := range []string{
		"sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", "SHA1:vl2mmho4yxukfwv63yhtwsbm3gxksq2n", "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
		"sha-256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "sha256:FTZE3OS7WCRQ4JXIHMVMLOPCTYNRMHS4D6TUEXTTAQZWFE4LTASA====",
		"md5:XUFAKrxLKna5cZ2REBfFkg==",
	} {
		if !warc.Matches(data, labelled) {
			t.Errorf("%s does not match", labelled)
		}
		if warc.Matches([]byte("hullo"), labelled) {
			t.Errorf("%s matches another text", labelled)
		}
	}
	if got := warc.Digest(data); got != "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N" {
		t.Errorf("got %s", got)
	}
	for _, labelled := range []string{"", "sha1", "sha1:", "crc:1", "sha1:!!!"} {
		if warc.Matches(data, labelled) {
			t.Errorf("%q matches", labelled)
		}
	}
}

// A file can be read again from where a record begins.
func TestOffset(t *testing.T) {
	a, b := response("https://a.example/", page), response("https://b.example/", page)
	for _, file := range []string{a + b, zipped(a, b)} {
		in := warc.NewReader(strings.NewReader(file))
		var offsets []int64
		for {
			r, err := in.Next()
			if err != nil {
				break
			}
			offsets = append(offsets, r.Offset)
		}
		if len(offsets) != 2 || offsets[0] != 0 {
			t.Fatalf("got %v", offsets)
		}
		r, err := warc.NewReader(strings.NewReader(file[offsets[1]:])).Next()
		if err != nil || r.Target() != "https://b.example/" {
			t.Errorf("at %d: got %+v, %v", offsets[1], r, err)
		}
	}
}

// A disk that fails is the end, and no truncated record.
func TestBrokenDisk(t *testing.T) {
	broken := errors.New("the disk is broken")
	a := response("https://a.example/", page)
	for _, head := range []string{a, a + a[:20], a + a[:len(a)-10], zipped(a), zipped(a) + zipped(a)[:50]} {
		in := warc.NewReader(io.MultiReader(strings.NewReader(head), failing{broken}))
		var err error
		for n := 0; n < 10; n++ {
			if _, err = in.Next(); err != nil && !errors.As(err, new(*warc.RecordError)) {
				break
			}
		}
		if !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A huge record that nobody reads, or that is too long, takes no memory.
func TestFlatMemory(t *testing.T) {
	const size = 1 << 30
	head := crlf(fmt.Sprintf("WARC/1.0\nWARC-Type: response\nWARC-Target-URI: https://a.example/\nContent-Length: %d\n\n", size))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	in := warc.NewReader(io.MultiReader(strings.NewReader(head), io.LimitReader(letters{}, size), strings.NewReader("\r\n\r\n"+response("https://b.example/", page))))
	if _, err := in.Next(); err != nil {
		t.Fatal(err)
	}
	r, err := in.Next()
	if err != nil || r.Target() != "https://b.example/" {
		t.Fatalf("got %+v, %v", r, err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes were allocated", got)
	}
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestWriterRefuses(t *testing.T) {
	w := warc.NewWriter(io.Discard)
	for _, e := range []warc.Entry{
		{Type: warc.TypeResponse, Target: "https://a.example/\r\nWARC-Type: request"},
		{Type: warc.TypeResponse, Fields: warc.Header{{Name: "A:B", Value: "x"}}},
	} {
		if err := w.Write(e); err == nil {
			t.Errorf("%+v was written", e)
		}
	}
}

func TestWriterBack(t *testing.T) {
	var b bytes.Buffer
	w := warc.NewWriter(&b)
	date := time.Date(2024, 5, 31, 1, 2, 3, 40, time.UTC)
	block := warc.Answer(200, map[string][]string{"B": {"2"}, "A": {"1", "3"}, "Content-Length": {"5"}}, []byte("hello"))
	for range 3 {
		err := w.Write(warc.Entry{Type: warc.TypeResponse, ID: warc.ID("a"), Target: "https://a.example/", Date: date, ContentType: warc.ContentResponse, Block: append(block, "hello"...)})
		if err != nil {
			t.Fatal(err)
		}
	}
	in := warc.NewReader(&b)
	for range 3 {
		r, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Header.Time(warc.FieldDate); err != nil || !got.Equal(date) {
			t.Errorf("got %v, %v", got, err)
		}
		resp, err := r.Response(5)
		if err != nil || string(resp.Body) != "hello" || !slices.Equal(resp.Header["A"], []string{"1", "3"}) {
			t.Errorf("got %+v, %v", resp, err)
		}
	}
	if _, err := in.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

// TestWriteAll holds that records that are compressed side by side give the same bytes.
func TestWriteAll(t *testing.T) {
	var entries []warc.Entry
	for i := range 50 {
		entries = append(entries, warc.Entry{
			Type: warc.TypeResource, ID: warc.ID(fmt.Sprint(i)), Target: "https://a.example/", Date: time.Unix(int64(i), 0),
			ContentType: "text/plain", Block: bytes.Repeat([]byte(fmt.Sprint(i, " ")), i*i),
		})
	}
	var one, all bytes.Buffer
	w := warc.NewWriter(&one)
	for _, e := range entries {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	w = warc.NewWriter(&all)
	for part := range slices.Chunk(entries, 20) {
		if err := w.WriteAll(part...); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), all.Bytes()) {
		t.Errorf("%d bytes one by one, and %d others side by side", one.Len(), all.Len())
	}
	entries[7].Target = "a\nb"
	if err := w.WriteAll(entries...); err == nil {
		t.Error("a record that cannot be: no error")
	}
}
