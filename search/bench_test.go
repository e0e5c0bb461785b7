package search_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"archiver/search"
)

// queries are those that are timed, by what they are an example of.
var queries = []struct{ name, words string }{
	{"common", "police"},
	{"four-common", "police officers said the"},
	{"rare", "pension"},
	{"phrase", `"the police said"`},
	{"common-phrase", `"of the"`},
	{"prefix", "bur*"},
	{"long-prefix", "appeal*"},
	{"exclude", "police -fraud"},
	{"either", "theft OR fraud OR burglary"},
	{"title", "title:police"},
	{"speaker", "speaker:smith"},
	{"fields", "kind:appeal has:quotes since:2015"},
	{"topic", "topic:fraud police"},
	{"nothing", "polcie"},
}

// BenchmarkIndex builds indexes of releases made up, brings them up to date and asks
// them. It reports what a table can be made of.
func BenchmarkIndex(b *testing.B) {
	for _, n := range []int{2000, 20_000, 50_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if testing.Short() && n > 2000 {
				b.Skip("measures for minutes")
			}
			archive := newCrowd(n, n+1000)
			path := filepath.Join(b.TempDir(), "a.db.search")
			for b.Loop() {
				measure(b, archive, path)
			}
		})
	}
}

func measure(b *testing.B, archive *crowd, path string) {
	if err := os.RemoveAll(path); err != nil {
		b.Fatal(err)
	}
	ix := search.Open(path, archive)
	peak := watch()
	begun := time.Now()
	if err := ix.Update(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(begun).Seconds(), "s/build")
	b.ReportMetric(float64(peak())/1e6, "MB-at-most/build")
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB/file")

	archive.grow(10)
	begun = time.Now()
	if err := ix.Update(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(begun).Seconds()*1e3, "ms/update-10")
	begun = time.Now()
	if _, err := ix.Search(b.Context(), search.Query{Counts: true}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(begun).Seconds()*1e3, "ms/first-counts")
	if err := ix.Close(); err != nil {
		b.Fatal(err)
	}
	for _, q := range queries {
		opened, p50, p95, total := ask(b, archive, path, q.words)
		b.Logf("%-14s %-36s %7d hits  p50 %7.2f ms  p95 %7.2f ms  opened first %7.2f ms", q.name, q.words, total, p50, p95, opened)
		b.ReportMetric(p50, "ms-p50/"+q.name)
		b.ReportMetric(p95, "ms-p95/"+q.name)
		b.ReportMetric(opened, "ms-cold/"+q.name)
	}
}

// ask times a query, in milliseconds: with an index that has just been opened, and
// with one that is open.
func ask(b *testing.B, archive *crowd, path, words string) (opened, p50, p95 float64, total int) {
	b.Helper()
	var cold []time.Duration
	for range 5 {
		begun := time.Now()
		ix := search.Open(path, archive)
		if _, err := ix.Search(b.Context(), search.Query{Words: words}); err != nil {
			b.Fatal(err)
		}
		cold = append(cold, time.Since(begun))
		if err := ix.Close(); err != nil {
			b.Fatal(err)
		}
	}
	ix := search.Open(path, archive)
	defer ix.Close()
	var times []time.Duration
	for range 40 {
		begun := time.Now()
		r, err := ix.Search(b.Context(), search.Query{Words: words})
		if err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(begun))
		total = r.Total
	}
	slices.Sort(times)
	slices.Sort(cold)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return ms(cold[2]), ms(times[20]), ms(times[38]), total
}

// watch returns a function that tells the most memory in use since, above what was
// before.
func watch() func() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	before, most := stats.HeapAlloc, uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
			var stats runtime.MemStats
			runtime.ReadMemStats(&stats)
			if stats.HeapAlloc > before {
				most = max(most, stats.HeapAlloc-before)
			}
		}
	}()
	return func() uint64 { close(stop); <-done; return most }
}
