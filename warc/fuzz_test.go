package warc_test

import (
	"strings"
	"testing"
)

// FuzzReader reads what strangers could send: no panic, no endless loop, and no
// body beyond its bound.
func FuzzReader(f *testing.F) {
	a := response("https://a.example/", answer("3\r\n<p>\r\n0\r\n\r\n", "Transfer-Encoding: chunked"))
	b := response("https://b.example/", answer(zipped("<p>hello"), "Content-Encoding: gzip", "Content-Length: 32"))
	f.Add(a + b)
	f.Add(zipped(a, b))
	f.Add(zipped(a + b[:100]))
	f.Add(zipped(a)[:40])
	f.Add(strings.ReplaceAll(a, "\r", ""))
	f.Add("WARC/1.0\nContent-Length: 99999999999\n\n")
	f.Fuzz(func(t *testing.T, file string) {
		for _, line := range read(file, 1000) {
			if len(line) > 20000 {
				t.Errorf("got %d bytes", len(line))
			}
			if line == "endless" && strings.Count(file, "WARC/")+strings.Count(file, "\x1f\x8b") < 300 && len(file) < 1000 {
				t.Errorf("reading never ends: %q", file)
			}
		}
	})
}
