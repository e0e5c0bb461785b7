package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"
)

// words makes a text of n invented words.
func words(seed, n int) string {
	var b strings.Builder
	for i, c := range noise(seed, n) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString([]string{"the", "ba", "police", "ko", "mi", "report", "lu", "street", "de", "anyone", "sa", "officer"}[c%12])
		b.WriteString([]string{"", "n", "ra", "ti", "s", "mo", "ly"}[c/12%7])
	}
	return b.String()
}

var chrome = func() string {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "<li class=\"c-nav__item c-nav__item--%d\"><a href=\"/%s/\">%s</a></li>\n", i%7, words(i, 3), words(i+1, 4))
	}
	return b.String()
}()

// release is a visit of the size of a real one: a page of 50 KB, most of it the
// site's own, with 300 words in ten paragraphs.
func release(n int, fetched time.Time) article.Visit {
	v := visit(n, "Lead.", fetched)
	for i := range 10 {
		text := words(n*10+i, 30)
		v.Record.Blocks = append(v.Record.Blocks, article.Block{Kind: article.BlockParagraph, Text: text, Markdown: text})
		v.Page.Body = append(v.Page.Body, "<p>"+text+"</p>\n"...)
	}
	v.Page.Body = append([]byte(chrome), v.Page.Body...)
	v.Record.Fill()
	return v
}

// open makes an archive of n records.
func open(b *testing.B, n int) *store.Store {
	b.Helper()
	s, err := store.Create(filepath.Join(b.TempDir(), "a.db"))
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; i < n; i += 50 {
		var visits []article.Visit
		for j := range 50 {
			visits = append(visits, release(i+j, noon))
		}
		save(b, s, visits...)
	}
	b.ReportAllocs()
	return s
}

// BenchmarkCare does what grows with an archive at 1,000 and at 10,000 records, and
// at STORE_RECORDS of them, for which there should be half an hour and 2 GB of disk
// where they are 100,000:
//
//	STORE_RECORDS=100000 go test ./store -run '^$' -bench Care -benchtime 1x -timeout 2h
//
// It reports the time that each record takes, and the most memory that was in use
// at a time, above what was before.
func BenchmarkCare(b *testing.B) {
	sizes := []int{1000, 10_000}
	if n, err := strconv.Atoi(os.Getenv("STORE_RECORDS")); err == nil {
		sizes = append(sizes, n)
	}
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			made := open(b, n)
			for _, care := range []struct {
				name string
				once func(b *testing.B, s *store.Store, round int) error
			}{
				{"save", func(b *testing.B, s *store.Store, round int) error {
					for i := range saveRounds {
						b.StopTimer()
						var visits []article.Visit
						for j := range saveAtOnce {
							visits = append(visits, release(n+(round*saveRounds+i)*saveAtOnce+j, noon))
						}
						b.StartTimer()
						if _, err := s.Save(visits...); err != nil {
							return err
						}
					}
					return nil
				}},
				{"iterate", func(b *testing.B, s *store.Store, _ int) error {
					for _, err := range s.Records(all) {
						if err != nil {
							return err
						}
					}
					return nil
				}},
				{"verify", func(b *testing.B, s *store.Store, _ int) error { return s.Check() }},
				{"compact", func(b *testing.B, s *store.Store, _ int) error {
					_, err := s.Compact(b.Context(), 0, nil)
					return err
				}},
				{"backup", func(b *testing.B, s *store.Store, _ int) error {
					_, err := s.Backup(b.Context(), s.Path()+".backup", nil)
					return err
				}},
				{"merge", func(b *testing.B, s *store.Store, round int) error {
					into, err := store.Create(fmt.Sprint(s.Path(), round))
					if err == nil {
						_, err = into.Merge(b.Context(), 0, s.Path(), nil)
					}
					return err
				}},
			} {
				b.Run(care.name, func(b *testing.B) {
					path := filepath.Join(b.TempDir(), "a.db")
					if _, err := made.Backup(b.Context(), path, nil); err != nil {
						b.Fatal(err)
					}
					s, err := store.Open(path)
					if err != nil {
						b.Fatal(err)
					}
					b.ReportAllocs()
					peak := watchMemory()
					for round := 0; b.Loop(); round++ {
						if err := care.once(b, s, round); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(peak(), "peak-MB")
					records := n
					if care.name == "save" {
						records = saveRounds * saveAtOnce
					}
					b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*records), "µs/record")
				})
			}
		})
	}
}

// BenchmarkCare saves so often, so many at once, as a crawl at full speed does.
const saveRounds, saveAtOnce = 10, 50

// watchMemory returns the function that ends the watch and tells the most memory
// that was in use, in MB above what is in use now.
func watchMemory() (peak func() float64) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, m.HeapAlloc
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
	}()
	return func() float64 {
		close(stop)
		<-done
		return float64(most-before) / (1 << 20)
	}
}

func BenchmarkSave(b *testing.B) {
	for _, size := range []int{1, 50} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := open(b, 500)
			n := 500
			for b.Loop() {
				b.StopTimer()
				var visits []article.Visit
				for range size {
					visits = append(visits, release(n, noon))
					n++
				}
				b.StartTimer()
				save(b, s, visits...)
			}
		})
	}
}

func BenchmarkSaveUnchanged(b *testing.B) {
	s := open(b, 500)
	var visits []article.Visit
	for n := range 50 {
		visits = append(visits, release(n, at(1)))
	}
	for b.Loop() {
		save(b, s, visits...)
	}
}

func BenchmarkRecords(b *testing.B) {
	s := open(b, 1000)
	for b.Loop() {
		n := 0
		for _, err := range s.Records(all) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 1000 {
			b.Fatalf("%d records", n)
		}
	}
}

func BenchmarkPages(b *testing.B) {
	s := open(b, 1000)
	for b.Loop() {
		for _, err := range s.Pages() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkAddresses(b *testing.B) {
	s := open(b, 1000)
	var urls []string
	for n := range 10 {
		urls = append(urls, urlOf(n*100))
	}
	for b.Loop() {
		if found, err := s.Addresses(urls...); err != nil || len(found) != 10 {
			b.Fatal(len(found), err)
		}
	}
}

func BenchmarkPending(b *testing.B) {
	s := open(b, 1000)
	for b.Loop() {
		if _, err := s.Pending("x", noon, 10); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	s := open(b, 1000)
	for b.Loop() {
		if _, err := store.Open(s.Path()); err != nil {
			b.Fatal(err)
		}
	}
}
