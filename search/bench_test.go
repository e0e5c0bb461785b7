//go:build unix

package search_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"archiver/search"
)

// queries are those that are timed, by what they are an example of.
var queries = []struct{ name, words string }{
	{"common", "police"},
	{"four-common", "police officers said the"},
	{"rare", "cryptocurrency"},
	{"two-common", "police of"},
	{"rare-phrase", `"courier fraud"`},
	{"phrase", `"a retired man"`},
	{"common-phrase", `"of the"`},
	{"long-common-phrase", `"in the early hours of the"`},
	{"police-phrase", `"police are appealing for"`},
	{"prefix-phrase", `"of the pol*"`},
	{"prefix", "bur*"},
	{"long-prefix", "appeal*"},
	{"exclude", "police -fraud"},
	{"either", "theft OR fraud OR burglary"},
	{"title", "title:police"},
	{"speaker", "speaker:Appleworth"},
	{"fields", "kind:appeal has:quotes since:2015"},
	{"topic", "topic:fraud police"},
	{"nothing", "polcie"},
}

// BenchmarkIndex builds indexes of releases made up, brings them up to date and asks
// them. It reports what a table can be made of.
func BenchmarkIndex(b *testing.B) {
	sized(b, func(b *testing.B, n int) {
		archive := newCrowd(n, n+1000)
		path := filepath.Join(b.TempDir(), "a.db.search")
		for b.Loop() {
			measure(b, archive, path)
		}
	})
}

// BenchmarkQueries asks such indexes alone. With SEARCH_FOLDER they stay there for the
// next time.
func BenchmarkQueries(b *testing.B) {
	sized(b, func(b *testing.B, n int) {
		folder := os.Getenv("SEARCH_FOLDER")
		if folder == "" {
			folder = b.TempDir()
		}
		archive := newCrowd(n, n+1000)
		path := filepath.Join(folder, fmt.Sprint(n, ".search"))
		for b.Loop() {
			askAll(b, archive, path)
		}
	})
}

func sized(b *testing.B, do func(b *testing.B, n int)) {
	for _, n := range []int{2000, 20_000, 50_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if testing.Short() && n > 2000 {
				b.Skip("measures for minutes")
			}
			do(b, n)
		})
	}
}

func measure(b *testing.B, archive *crowd, path string) {
	if err := os.RemoveAll(path); err != nil {
		b.Fatal(err)
	}
	ix := search.Open(path, archive)
	peak := watch()
	begun, cpu := time.Now(), processor()
	if err := ix.Update(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(time.Since(begun).Seconds(), "s/build")
	b.ReportMetric((processor() - cpu).Seconds(), "s-processor/build")
	b.ReportMetric(float64(peak())/1e6, "MB-at-most/build")
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB/file")

	archive.grow(10)
	begun, cpu = time.Now(), processor()
	if err := ix.Update(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(ms(time.Since(begun)), "ms/update-10")
	b.ReportMetric(ms(processor()-cpu), "ms-processor/update-10")
	begun = time.Now()
	if _, err := ix.Search(b.Context(), search.Query{Counts: true}); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(ms(time.Since(begun)), "ms/first-counts")
	if err := ix.Close(); err != nil {
		b.Fatal(err)
	}
	askAll(b, archive, path)
}

func askAll(b *testing.B, archive *crowd, path string) {
	for _, q := range queries {
		a := ask(b, archive, path, q.words)
		b.Logf("%-18s %-36s %7d hits  p50 %6.2f ms  p95 %6.2f ms  processor %6.2f ms  with opening %6.2f ms, processor %6.2f ms", q.name, q.words, a.hits, a.p50, a.p95, a.cpu, a.cold, a.coldCPU)
		b.ReportMetric(a.p50, "ms-p50/"+q.name)
		b.ReportMetric(a.p95, "ms-p95/"+q.name)
		b.ReportMetric(a.cpu, "ms-processor/"+q.name)
		b.ReportMetric(a.cold, "ms-cold/"+q.name)
	}
}

// asking is how long a query takes, in milliseconds.
type asking struct {
	p50, p95, cpu float64 // with an index that is open; cpu is processor time, on average
	cold, coldCPU float64 // with one that has to be opened
	hits          int
}

// ask times a query. Processor time is less moved than the clock by what else the
// machine does.
func ask(b *testing.B, archive *crowd, path, words string) (a asking) {
	b.Helper()
	const colds, times = 9, 40
	query := search.Query{Words: words}
	var cold, warm []time.Duration
	cpu := processor()
	for range colds {
		begun := time.Now()
		ix := search.Open(path, archive)
		if _, err := ix.Search(b.Context(), query); err != nil {
			b.Fatal(err)
		}
		cold = append(cold, time.Since(begun))
		if err := ix.Close(); err != nil {
			b.Fatal(err)
		}
	}
	a.coldCPU = ms(processor()-cpu) / colds
	ix := search.Open(path, archive)
	defer ix.Close()
	if _, err := ix.Search(b.Context(), query); err != nil {
		b.Fatal(err)
	}
	cpu = processor()
	for range times {
		begun := time.Now()
		r, err := ix.Search(b.Context(), query)
		if err != nil {
			b.Fatal(err)
		}
		warm = append(warm, time.Since(begun))
		a.hits = r.Total
	}
	a.cpu = ms(processor()-cpu) / times
	slices.Sort(warm)
	slices.Sort(cold)
	a.cold, a.p50, a.p95 = ms(cold[colds/2]), ms(warm[times/2]), ms(warm[times*95/100])
	return a
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// processor is the processor time that the process has taken.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
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
