package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"
	"archiver/health"
	"archiver/scraper/extract"
	"archiver/scraper/sites"
	"archiver/store"

	"github.com/jedib0t/go-pretty/v6/text"
)

// The health of sites in an archive, as programs read it.
func TestSitesStatus(t *testing.T) {
	p := newPatient(t)
	status := func() siteStatus {
		t.Helper()
		r := archiver(t, p.dir, nil, "sites", "status", "--sites", "sites", "--format", "jsonl")
		var s siteStatus
		if err := json.Unmarshal([]byte(r.stdout), &s); err != nil || r.status != 0 || r.stderr != "" {
			t.Fatalf("%+v, %v", r, err)
		}
		return s
	}
	if r := archiver(t, p.dir, nil, "sites", "status"); r.status != 1 || !strings.Contains(r.stderr, "not found") {
		t.Errorf("without an archive: %+v", r)
	}
	p.crawl(t, "--full")
	s := status()
	if s.Site != "demo" || s.Force != demo.Force || s.LastRun == nil || s.LastRun.New != 37 || s.FirstRun.IsZero() || s.LastNew.IsZero() || !s.Unfinished.IsZero() ||
		s.Records[article.StatusLive] != 37 || s.Addresses[article.StateFetched] != 37 || s.Trouble != nil || len(s.Waiting) != 0 || s.Lag != nil ||
		s.Coverage["body"].Share != 1 || s.Coverage["dateline"].Share <= 0.9 || s.Coverage["dateline"].Share >= 1 || s.ended() != "done" {
		t.Errorf("after a crawl: %+v", s)
	}
	p.falls(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/articles/") {
			w.WriteHeader(http.StatusBadRequest)
			return true
		}
		return false
	})
	if r := p.crawl(t, "--recheck"); r.status != 3 {
		t.Fatalf("%+v", r)
	}
	s = status()
	if s.ended() != "pages" || s.Trouble == nil || s.Trouble.Cause != "HTTP status 400 Bad Request" || s.Trouble.Since.IsZero() ||
		s.Waiting["HTTP status 400 Bad Request"] == 0 || s.Waiting["HTTP status 400 Bad Request"] != s.Addresses[article.StateFailed] {
		t.Errorf("after failures: %+v", s)
	}
	if r := archiver(t, p.dir, nil, "sites", "status", "nowhere"); r.status != statusUsage || !strings.Contains(r.stderr, `site "nowhere" is unknown`) {
		t.Errorf("an unknown site: %+v", r)
	}
	// A site that a profile knows and the archive does not.
	if r := archiver(t, p.dir, nil, "sites", "status", "kent", "essex"); r.status != 0 || strings.Count(r.stdout, "never crawled") != 2 {
		t.Errorf("sites that were never crawled: %+v", r)
	}
	if r := archiver(t, p.dir, nil, "sites", "status", "kent"); r.status != 0 || !strings.Contains(r.stdout, "-, never crawled") {
		t.Errorf("one site that was never crawled: %+v", r)
	}
}

// The table fits the window, whatever its width, and keeps what matters most.
func TestStatusTableFits(t *testing.T) {
	long := siteStatus{
		Site: strings.Repeat("long", 20), Records: map[article.Status]int{article.StatusLive: 12345}, Addresses: map[article.State]int{},
		Coverage: map[string]coverage{"dateline": {1, 0.7}}, LastNew: article.At(time.Now()), Unfinished: article.At(time.Now()),
	}
	for _, width := range []int{0, 40, 60, 80, 100, 120, 200} {
		a := &app{stdout: io.Discard}
		w := a.newTable(io.Discard)
		fillStatus(w, []siteStatus{long, long}, width)
		var out bytes.Buffer
		if err := render(&out, w); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if n := text.StringWidthWithoutEscSequences(strings.TrimSuffix(line, "\n")); width >= 60 && n > width {
				t.Errorf("width %d: a line of %d: %s", width, n, line)
			}
		}
		for _, part := range []string{"longlong", "unfinished", "12,345"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("width %d: %q is not in\n%s", width, part, out.String())
			}
		}
		if all := strings.Contains(out.String(), "Gone"); all != (width == 0 || width >= 140) {
			t.Errorf("width %d: all columns: %v\n%s", width, all, out.String())
		}
		if width == 0 && !strings.Contains(out.String(), "100%↓") {
			t.Errorf("no mark of drift:\n%s", out.String())
		}
	}
}

// An outline that was decoded from an archive is that of the record.
func TestOutlineFromArchive(t *testing.T) {
	p := newPatient(t)
	p.crawl(t, "--full")
	archive, err := store.Open(filepath.Join(p.dir, "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	outlines := map[string]int{}
	key := func(o *health.Outline) string {
		return fmt.Sprint(o.Fields(), o.Site, o.FirstSeen, o.Published, o.Capture.Status)
	}
	for o, err := range store.Each[health.Outline](archive, store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		outlines[key(o)]++
	}
	n := 0
	for r, err := range archive.Records(store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		want := key(health.OutlineOf(r))
		if outlines[want]--; outlines[want] < 0 {
			t.Errorf("%s: no outline is %s", r.URL, want)
		}
		n++
	}
	if n != len(demo.Releases()) {
		t.Errorf("%d records", n)
	}
}

// BenchmarkSitesStatus is what 'sites status' costs by the number of records.
func BenchmarkSitesStatus(b *testing.B) {
	for _, n := range []int{1000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "a.db")
			fillArchive(b, path, n)
			a := &app{stdout: io.Discard, stderr: io.Discard, archive: path}
			b.ReportAllocs()
			for b.Loop() {
				list, err := a.statuses(context.Background(), "", nil)
				if err != nil || len(list) != 1 || list[0].records() != n {
					b.Fatal(err, list)
				}
			}
		})
	}
}

// fillArchive makes an archive of n records by those of the demo, with small pages.
func fillArchive(b *testing.B, path string, n int) {
	b.Helper()
	archive, err := store.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	site, err := sites.Generic(demo.Base)
	if err != nil {
		b.Fatal(err)
	}
	var models []*article.Record
	for _, r := range demo.Releases() {
		var page bytes.Buffer
		if err := demo.Render(&page, r, demo.DesignPlatform, demo.Around{Base: demo.Base}); err != nil {
			b.Fatal(err)
		}
		record, err := extract.Extract(article.Page{
			URL: demo.Base + r.Address(), Status: 200, Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}}, Body: page.Bytes(),
		}, site)
		if err != nil {
			b.Fatal(err)
		}
		models = append(models, record)
	}
	start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	var visits []article.Visit
	for i := range n {
		r := *models[i%len(models)]
		r.Site = "demo"
		r.URL = fmt.Sprintf("%s/news/%d/", demo.Base, i)
		r.Published = article.At(start.Add(time.Duration(i) * time.Hour))
		r.Fill()
		at := r.Published.Add(time.Hour)
		page := article.Page{URL: r.URL, Status: 200, Header: map[string][]string{"Content-Type": {"text/html"}}, Fetched: at, Body: []byte(r.URL)}
		visits = append(visits, article.Visit{
			Address: article.Address{URL: r.URL, Site: "demo", State: article.StateFetched, Found: at, Checked: at}, Page: &page, Record: &r,
		})
		if len(visits) == 256 || i == n-1 {
			if _, err := archive.Save(visits...); err != nil {
				b.Fatal(err)
			}
			visits = visits[:0]
		}
	}
}
