package main

import (
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"archiver/article"
	"archiver/export"
	"archiver/invented"
	"archiver/store"
)

// BenchmarkExport writes an archive in the formats that programs load. The measure
// is decode, which only reads the records: no more than twice that. It reports the
// most memory that was in use at a time, above what was before; it does not grow
// with the number of records.
//
//	go test ./cmd/archiver -run '^$' -bench Export -benchtime 3x
func BenchmarkExport(b *testing.B) {
	for _, n := range []int{2000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			archive := invent(b, n)
			b.Run("decode", func(b *testing.B) {
				benchmarkExport(b, n, func() error {
					for _, err := range archive.Records(store.Range{}) {
						if err != nil {
							return err
						}
					}
					return nil
				})
			})
			for _, format := range []string{"jsonl", "csv", "parquet", "sqlite"} {
				b.Run(format, func(b *testing.B) {
					path := filepath.Join(b.TempDir(), "out")
					benchmarkExport(b, n, func() error {
						_, err := export.To(b.Context(), path, nil, format, archive.Records(store.Range{}), export.Options{})
						return err
					})
				})
			}
			b.Run("partitions", func(b *testing.B) {
				dir := b.TempDir()
				benchmarkExport(b, n, func() error {
					_, err := export.To(b.Context(), dir, io.Discard, "parquet", archive.Records(store.Range{}), export.Options{Partition: []string{"site", "year"}})
					return err
				})
			})
		})
	}
}

// invent makes an archive of n releases.
func invent(b *testing.B, n int) *store.Store {
	b.Helper()
	s, err := store.Create(filepath.Join(b.TempDir(), "a.db"))
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

func benchmarkExport(b *testing.B, records int, once func() error) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, m.HeapAlloc
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for tick := time.NewTicker(5 * time.Millisecond); ; {
			select {
			case <-stop:
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
	}()
	for b.Loop() {
		if err := once(); err != nil {
			b.Fatal(err)
		}
	}
	close(stop)
	<-done
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*records), "µs/record")
	b.ReportMetric(float64(most-before)/(1<<20), "peak-MB")
}
