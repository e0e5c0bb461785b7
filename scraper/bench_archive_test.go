package scraper

import (
	"fmt"
	"path/filepath"
	"testing"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/scraper/sites"
	"archiver/store"
)

// BenchmarkCrawlArchive is BenchmarkCrawl with the real reader and a new archive
// on the disk: what an operator's crawl costs, but for the pause between
// requests. BenchmarkBareColly is the yardstick.
func BenchmarkCrawlArchive(b *testing.B) {
	server := benchSite(b)
	set, _ := loadSite(b, fmt.Sprintf(benchProfile, server.URL))
	read := func(p article.Page, site *sites.Site) (*article.Record, error) { return extract.Extract(p, site) }
	b.ReportAllocs()
	for b.Loop() {
		archive, err := store.Create(filepath.Join(b.TempDir(), "archive.db"))
		if err != nil {
			b.Fatal(err)
		}
		s := &Scraper{Archive: archive, Read: read, Sites: set, Full: true}
		report, err := s.Crawl(b.Context(), "test")
		if err != nil {
			b.Fatal(err)
		}
		if report.Total.New != benchPages {
			b.Fatalf("%d new, want %d: %+v", report.Total.New, benchPages, report)
		}
	}
	b.ReportMetric(float64(benchPages*b.N)/b.Elapsed().Seconds(), "pages/s")
}
