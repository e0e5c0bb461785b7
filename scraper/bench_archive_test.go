//go:build unix

package scraper

import (
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"

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
	b.ReportAllocs()
	for b.Loop() {
		crawlArchive(b, server)
	}
	b.ReportMetric(float64(benchPages*b.N)/b.Elapsed().Seconds(), "pages/s")
}

func crawlArchive(b *testing.B, server *httptest.Server) {
	set, _ := loadSite(b, fmt.Sprintf(benchProfile, server.URL))
	read := func(p article.Page, site *sites.Site) (*article.Record, error) { return extract.Extract(p, site) }
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

// BenchmarkBesideColly runs the two by turns, so that whatever else the machine
// does hits both, and says how fast ours is as a share of bare colly. The shares
// are medians: of the time, and of the processors' time that a page takes, which
// other programs disturb less. "gogc=200" is what cmd/archiver sets for itself;
// colly always has Go's default.
//
//	go test ./scraper -run '^$' -bench BesideColly -benchtime 10x
func BenchmarkBesideColly(b *testing.B) {
	for _, percent := range []int{100, 200} {
		b.Run(fmt.Sprintf("gogc=%d", percent), func(b *testing.B) {
			server := benchSite(b)
			var bareTimes, ourTimes, bareCPU, ourCPU []time.Duration
			for b.Loop() {
				wall, cpu := measure(func() { crawlBare(b, server) })
				bareTimes, bareCPU = append(bareTimes, wall), append(bareCPU, cpu)
				before := debug.SetGCPercent(percent)
				wall, cpu = measure(func() { crawlArchive(b, server) })
				debug.SetGCPercent(before)
				ourTimes, ourCPU = append(ourTimes, wall), append(ourCPU, cpu)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(median(bareTimes))/float64(median(ourTimes)), "of-colly")
			b.ReportMetric(float64(median(bareCPU))/float64(median(ourCPU)), "of-colly's-cpu")
			b.ReportMetric(benchPages/median(bareTimes).Seconds(), "colly-pages/s")
			b.ReportMetric(benchPages/median(ourTimes).Seconds(), "pages/s")
			b.ReportMetric(median(ourCPU).Seconds()*1000/benchPages, "cpu-ms/page")
		})
	}
}

// measure returns how long fn takes, and how long it keeps processors busy.
func measure(fn func()) (wall, cpu time.Duration) {
	runtime.GC()
	began, before := time.Now(), cpuTime()
	fn()
	return time.Since(began), cpuTime() - before
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // unreachable: the arguments are constants
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}
