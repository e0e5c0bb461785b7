package extract_test

import (
	"bytes"
	"testing"

	"archiver/article"
	"archiver/demo"
	"archiver/scraper/extract"

	"golang.org/x/net/html"
)

// pages are the demo releases in every design: what a benchmark reads.
func pages(b *testing.B) []article.Page {
	b.Helper()
	var out []article.Page
	for _, design := range demo.Designs {
		for _, r := range demo.Releases() {
			out = append(out, renderRelease(b, r, design))
		}
	}
	return out
}

// BenchmarkExtract reads pages into records. BenchmarkParse is the part of it
// that the parser alone takes on the same pages.
func BenchmarkExtract(b *testing.B) {
	site := mereshire(b)
	all := pages(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := extract.Extract(all[i%len(all)], site); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkParse(b *testing.B) {
	all := pages(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := html.Parse(bytes.NewReader(all[i%len(all)].Body)); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
