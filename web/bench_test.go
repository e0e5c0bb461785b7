package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"
)

// benchSize is how many releases the archive of the benchmarks has.
const benchSize = 50_000

// benchStore returns an archive of benchSize releases.
// It takes minutes to make; with ARCHIVER_BENCH_ARCHIVE it is kept there.
func benchStore(b *testing.B) *store.Store {
	b.Helper()
	if path := os.Getenv("ARCHIVER_BENCH_ARCHIVE"); path != "" {
		if _, err := os.Stat(path); err == nil {
			s, err := store.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			return s
		}
		s := newStore(b, benchSize)
		b.Logf("made %s", s.Path())
		if _, err := s.Backup(b.Context(), path, nil); err != nil {
			b.Fatal(err)
		}
		kept, err := store.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		return kept
	}
	return newStore(b, benchSize)
}

// BenchmarkPages measures how long pages over 50,000 releases take to make, once the
// archive is indexed and counted, and reports how large they are, plain and compressed.
func BenchmarkPages(b *testing.B) {
	if testing.Short() {
		b.Skip("makes an archive of 50,000 releases")
	}
	archive := benchStore(b)
	begun := time.Now()
	s := newSite(b, archive)
	s.text("/")
	b.Logf("the first page of all, with the index made: %v", time.Since(begun).Round(time.Millisecond))
	begun = time.Now()
	s.text("/statistics")
	b.Logf("the first statistics: %v", time.Since(begun).Round(time.Millisecond))
	begun = time.Now()
	s.text("/changes")
	b.Logf("the first changes: %v", time.Since(begun).Round(time.Millisecond))
	var one *article.Record
	for r, err := range archive.RecordsOf(id(0, benchSize)) {
		if err != nil {
			b.Fatal(err)
		}
		one = r
	}
	for _, c := range []struct{ name, path string }{
		{"front", "/"}, {"search", "/?q=%22crime+reference%22+stolen"}, {"common", "/?q=police"}, {"filter", "/?kind=fraud&since=2020-01-01"}, {"deep", "/?page=1500"},
		{"release", "/release/" + one.ID}, {"history", "/release/" + one.ID + "/history"}, {"changes", "/changes"}, {"removed", "/removed"},
		{"quotations", "/quotations"}, {"speakers", "/quotations/speakers"}, {"statistics", "/statistics"}, {"about", "/about"}, {"feed", "/feed.atom"},
	} {
		b.Run(c.name, func(b *testing.B) {
			plain, packed := s.size(b, c.path, ""), s.size(b, c.path, "gzip")
			for i := 0; b.Loop(); i++ { // another address each time: nothing is remembered
				s.get(fmt.Sprintf("%s%cunknown=%d", c.path, "?&"[min(strings.Count(c.path, "?"), 1)], i))
			}
			b.ReportMetric(float64(plain), "bytes")
			b.ReportMetric(float64(packed), "gzipped")
		})
	}
}

func (s *site) size(b *testing.B, path, encoding string) int {
	b.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%s: status %d", path, w.Code)
	}
	body, err := io.ReadAll(w.Body)
	if err != nil {
		b.Fatal(err)
	}
	return len(body)
}
