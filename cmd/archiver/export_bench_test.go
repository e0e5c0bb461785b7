//go:build unix

package main

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"archiver/article"
	"archiver/export"
	"archiver/invented"
	"archiver/store"
)

// BenchmarkExport writes an archive in every format, each time to a place where
// nothing is yet. Before each export it reads all records, one by one, and does nothing
// with them: times tells how many times as long the export took, cpu-times the same of the
// processor's time, and both hold on a machine that has other things to do. It reports
// the most memory that was in use at a time, above what was before.
//
// The archive is one of releases made up, or that of EXPORT_ARCHIVE, which is made if
// it is not there. What was written is deleted at the end, or stays in EXPORT_OUTPUTS.
//
//	EXPORT_RELEASES=20000 go test ./cmd/archiver -run '^$' -bench Export -benchtime 3x
func BenchmarkExport(b *testing.B) {
	n := 2000
	if s := os.Getenv("EXPORT_RELEASES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	defer debug.SetGCPercent(debug.SetGCPercent(200)) // as main does
	archive := benchArchive(b, n)
	// What was written stays until the end: for five minutes after thousands of files
	// have been deleted, ext4 takes several times as long to make others.
	outputs := os.Getenv("EXPORT_OUTPUTS")
	if outputs == "" {
		outputs = b.TempDir()
	}
	decode := func() error {
		for _, err := range archive.Records(store.Range{}) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	// A WARC file is made of the pages: before it they are read, too.
	decodePages := func() error {
		var portion []*article.Record
		read := func() error {
			for _, err := range archive.PagesOf(portion...) {
				if err != nil {
					return err
				}
			}
			portion = portion[:0]
			return nil
		}
		for r, err := range archive.Records(store.Range{}) {
			if err != nil {
				return err
			}
			if portion = append(portion, r); len(portion) == 64 {
				if err := read(); err != nil {
					return err
				}
			}
		}
		return read()
	}
	b.Run("decode", func(b *testing.B) { benchmarkExport(b, n, outputs, decode, func(string) error { return decode() }) })
	for _, e := range []struct {
		name string
		opts export.Options
	}{
		{name: "jsonl"}, {name: "csv"}, {name: "markdown.md"}, {name: "markdown"}, {name: "text"},
		{name: "parquet"}, {name: "parquet/site,year", opts: export.Options{Partition: []string{"site", "year"}}},
		{name: "sqlite"}, {name: "dataset"}, {name: "html"}, {name: "docx.docx"}, {name: "docx"}, {name: "epub"}, {name: "rss"}, {name: "warc"},
	} {
		b.Run(e.name, func(b *testing.B) {
			format := strings.FieldsFunc(e.name, func(c rune) bool { return c == '.' || c == '/' })[0]
			e.opts.Pages = archive.PagesOf
			decode := decode
			if format == "warc" {
				decode = decodePages
			}
			benchmarkExport(b, n, outputs, decode, func(dir string) error {
				_, err := export.To(b.Context(), filepath.Join(dir, "out"+filepath.Ext(e.name)), io.Discard, format, archive.Records(store.Range{Abreast: true}), e.opts)
				return err
			})
		})
	}
}

// benchArchive opens or makes an archive of n releases.
func benchArchive(b *testing.B, n int) *store.Store {
	b.Helper()
	path := os.Getenv("EXPORT_ARCHIVE")
	if path == "" {
		path = filepath.Join(b.TempDir(), "a.db")
	} else if s, err := store.Open(path); err == nil {
		return s
	}
	s, err := store.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	var visits []article.Visit
	for v := range invented.Visits(n) {
		if visits = append(visits, v); len(visits) == 200 || len(visits) == n {
			if _, err := s.Save(visits...); err != nil {
				b.Fatal(err)
			}
			visits, n = visits[:0], n-len(visits)
		}
	}
	return s
}

func benchmarkExport(b *testing.B, records int, outputs string, decode func() error, once func(dir string) error) {
	var decoding, exporting spent
	var peak uint64
	for b.Loop() {
		b.StopTimer()
		decoding.add(b, decode)
		dir, err := os.MkdirTemp(outputs, "")
		if err != nil {
			b.Fatal(err)
		}
		before, stop := inUse(), make(chan chan uint64)
		go watchMemory(stop)
		b.StartTimer()
		exporting.add(b, func() error { return once(dir) })
		b.StopTimer()
		most := make(chan uint64)
		stop <- most
		peak = max(peak, <-most-before)
		b.StartTimer()
	}
	b.ReportMetric(float64(exporting.wall.Microseconds())/float64(b.N*records), "µs/record")
	b.ReportMetric(float64(exporting.cpu.Microseconds())/float64(b.N*records), "cpu-µs/record")
	b.ReportMetric(float64(exporting.wall)/float64(decoding.wall), "times")
	b.ReportMetric(float64(exporting.cpu)/float64(decoding.cpu), "cpu-times")
	b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
}

// spent is the time of a clock and of the processors.
type spent struct{ wall, cpu time.Duration }

func (s *spent) add(b *testing.B, do func() error) {
	b.Helper()
	runtime.GC() // of what came before
	wall, cpu := time.Now(), processors(b)
	if err := do(); err != nil {
		b.Fatal(err)
	}
	s.wall += time.Since(wall)
	s.cpu += processors(b) - cpu
}

func processors(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// watchMemory tells the most memory that was in use until it is asked.
func watchMemory(stop chan chan uint64) {
	most := inUse()
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case answer := <-stop:
			answer <- most
			return
		case <-tick.C:
			most = max(most, inUse())
		}
	}
}

func inUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
