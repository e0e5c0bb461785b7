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

// pages are the demo releases in every design, as a site serves them: the menu, the
// drawings and the foot are most of a page.
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

// alone are the same releases with nothing around them, which is the dearest page to
// read by what it costs to parse.
func alone(b *testing.B) []article.Page {
	b.Helper()
	out := pages(b)[:len(demo.Releases())]
	for i, r := range demo.Releases() {
		dateline := r.Published.In(article.London).Format("15:04 02/01/2006")
		out[i].Body = []byte("<!DOCTYPE html><title>" + r.Title + "</title><h1>" + r.Title + "</h1><p>" + dateline + "</p>" + r.Body)
	}
	return out
}

// BenchmarkExtract reads pages into records. BenchmarkParse is the part of it
// that the parser alone takes on the same pages.
func BenchmarkExtract(b *testing.B)      { benchExtract(b, pages(b)) }
func BenchmarkParse(b *testing.B)        { benchParse(b, pages(b)) }
func BenchmarkExtractAlone(b *testing.B) { benchExtract(b, alone(b)) }
func BenchmarkParseAlone(b *testing.B)   { benchParse(b, alone(b)) }

func benchExtract(b *testing.B, all []article.Page) {
	site := mereshire(b)
	b.SetBytes(meanSize(all))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := extract.Extract(all[i%len(all)], site); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func benchParse(b *testing.B, all []article.Page) {
	b.SetBytes(meanSize(all))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := html.Parse(bytes.NewReader(all[i%len(all)].Body)); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func meanSize(all []article.Page) int64 {
	size := 0
	for _, p := range all {
		size += len(p.Body)
	}
	return int64(size / len(all))
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
