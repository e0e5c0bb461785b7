package extract_test

import (
	"bytes"
	"fmt"
	"strings"
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

// BenchmarkExtractGrowth reads pages of 1, 10 and 100 times the length: the
// megabytes a second stay where they are, or something is quadratic.
func BenchmarkExtractGrowth(b *testing.B) {
	site := mereshire(b)
	all := demo.Releases()
	for _, times := range []int{1, 10, 100} {
		b.Run(fmt.Sprint(times), func(b *testing.B) {
			long := all[0]
			var body strings.Builder
			for i := range 4 * times {
				body.WriteString(all[i%len(all)].Body)
			}
			long.Body = body.String()
			page := renderRelease(b, long, demo.DesignDivs)
			b.SetBytes(int64(len(page.Body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := extract.Extract(page, site); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDeep reads a long page whose text lies under hundreds of elements: the
// time must grow with the size of the page alone.
func BenchmarkDeep(b *testing.B) {
	one := `<div><p>The bell was unbolted from its frame at some point on Monday, officers said today.</p><p><a href="/news/local/another-story-about-it/">Another story about it</a></p></div>`
	body := `<title>Bell stolen from quay</title><h1>Bell stolen from quay</h1>` + strings.Repeat("<div>", 400) + strings.Repeat(one, 3000) + strings.Repeat("</div>", 400)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := readGeneric(b, "https://paper.example/news/local/bell-stolen-from-quay/", body); err != nil {
			b.Fatal(err)
		}
	}
}
