package warc_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"archiver/warc"
)

// body is a page of 40 KB, as news sites have them: markup, and text that is not
// quite the same on any two.
func body(n int) []byte {
	var b bytes.Buffer
	for i := range 400 {
		fmt.Fprintf(&b, "<div class=\"c-%d\"><p>Officers of team %d were called to number %d at %d.</p></div>\n", i%17, n, i*n%97, i*31%24)
	}
	return b.Bytes()
}

func write(w io.Writer, pages int) (bytes int, err error) {
	out := warc.NewWriter(w)
	for n := range pages {
		body := body(n)
		head := warc.Answer(200, map[string][]string{"Content-Type": {"text/html"}}, body)
		err := out.Write(warc.Entry{
			Type: warc.TypeResponse, ID: warc.ID(fmt.Sprint(n)), Target: fmt.Sprint("https://a.example/", n), Date: time.Unix(int64(n), 0),
			ContentType: warc.ContentResponse, Block: append(head, body...), Payload: warc.Digest(body),
		})
		if err != nil {
			return 0, err
		}
		bytes += len(body)
	}
	return bytes, nil
}

func BenchmarkWrite(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		n, err := write(io.Discard, 100)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(n))
	}
}

func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	n, err := write(&file, 100)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		in := warc.NewReader(strings.NewReader(file.String()))
		for {
			r, err := in.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if _, err := r.Response(1 << 20); err != nil {
				b.Fatal(err)
			}
		}
	}
}
