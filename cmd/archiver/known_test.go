//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/scraper"
	"archiver/store"
)

// A knownSite has so many releases, all of which the archive in its folder knows
// and none of which has changed.
type knownSite struct {
	server   *httptest.Server
	dir      string
	releases int
}

const knownProfile = `
id: known
base: %s
feeds: [/feed/]
listings: [/latest/]
search: /search/?page=1
articles:
  - ^/news/articles/[^/]+/?$
`

func newKnownSite(b *testing.B, releases int) *knownSite {
	b.Helper()
	s := &knownSite{dir: b.TempDir(), releases: releases}
	s.server = httptest.NewServer(s.handler())
	b.Cleanup(s.server.Close)
	sites := filepath.Join(s.dir, "sites")
	if err := os.Mkdir(sites, 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(sites, "known.yaml"), fmt.Appendf(nil, knownProfile, s.server.URL), 0o644); err != nil {
		b.Fatal(err)
	}
	archive, err := store.Create(filepath.Join(s.dir, "archive.db"))
	if err != nil {
		b.Fatal(err)
	}
	for n := 0; n < releases; n += 100 {
		var visits []article.Visit
		for i := n; i < min(n+100, releases); i++ {
			visits = append(visits, s.visit(i))
		}
		if _, err := archive.Save(visits...); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// dated is when a release was published: they are half a day apart, the last one
// a year old.
func (s *knownSite) dated(n int) time.Time {
	return time.Now().AddDate(-1, 0, 0).Add(-time.Duration(s.releases-n) * 12 * time.Hour).Truncate(time.Minute)
}

func (s *knownSite) title(n int) string { return fmt.Sprintf("Appeal for witnesses, number %d", n) }

// visit is how the archive came to know a release: a page of 30 KB, most of it
// the site's own, with 300 words.
func (s *knownSite) visit(n int) article.Visit {
	url := fmt.Sprintf("%s/news/articles/release-%d/", s.server.URL, n)
	checked := time.Now().Add(-24 * time.Hour)
	var body bytes.Buffer
	body.WriteString("<html><body>" + navigation + "<main><h1>" + s.title(n) + "</h1>")
	r := &article.Record{
		URL: url, Site: "known", Status: article.StatusLive, Title: s.title(n), PageTitle: s.title(n),
		Published: article.At(s.dated(n)), PublishedText: s.dated(n).Format("15:04 02/01/2006"), Kind: article.KindAppeal,
	}
	for i := range 10 {
		text := fmt.Sprintf("Officers were called to street %d at %d minutes past the hour and ask anyone who saw what happened there, or has pictures of it, to come forward. Any detail can help, however small.", n*7+i, n%60)
		fmt.Fprintf(&body, "<p>%s</p>", text)
		r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: text, Markdown: text, Lead: i == 0})
	}
	body.WriteString("</main></body></html>")
	p := &article.Page{
		URL: url, Status: http.StatusOK, Fetched: checked, Body: body.Bytes(),
		Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}, "Etag": {`"release"`}},
	}
	r.Capture = p.Capture()
	r.Fill()
	return article.Visit{
		Address: article.Address{
			URL: url, Site: "known", State: article.StateFetched, ETag: `"release"`,
			Found: checked, Checked: checked, Next: checked.AddDate(0, 6, 0),
			Card: article.Card{URL: url, Title: s.title(n), Published: s.dated(n), From: article.FromSearch},
		},
		Page: p, Record: r,
	}
}

var navigation = func() string {
	var nav strings.Builder
	for i := range 150 {
		fmt.Fprintf(&nav, `<li class="nav-item nav-item--%d"><a class="link" href="/advice/topic-%d/"><span>Advice on topic %d</span></a></li>`, i, i, i)
	}
	return "<nav>" + nav.String() + "</nav>"
}()

// handler serves the site, the latest release first. An article is never changed:
// whoever asks for one without saying what they have gets an error.
func (s *knownSite) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\n") })
	mux.HandleFunc("GET /feed/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>News</title>`)
		for i := range 20 {
			n := s.releases - 1 - i
			fmt.Fprintf(w, `<item><title>%s</title><link>%s/news/articles/release-%d/</link><pubDate>%s</pubDate></item>`, s.title(n), s.server.URL, n, s.dated(n).Format(time.RFC1123Z))
		}
		fmt.Fprint(w, `</channel></rss>`)
	})
	listing := func(w http.ResponseWriter, page int, next string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<html><body>"+navigation+"<main><ul>")
		for i := (page - 1) * 20; i < min(page*20, s.releases); i++ {
			n := s.releases - 1 - i
			fmt.Fprintf(w, `<li><h3><a href="/news/articles/release-%d/">%s</a></h3><p>Published: %s</p></li>`, n, s.title(n), s.dated(n).In(article.London).Format("15:04 02/01/2006"))
		}
		if page*20 < s.releases && next != "" {
			fmt.Fprintf(w, `<a href="%s%d">Next page</a>`, next, page+1)
		}
		fmt.Fprint(w, "</ul></main></body></html>")
	}
	mux.HandleFunc("GET /latest/", func(w http.ResponseWriter, _ *http.Request) { listing(w, 1, "") })
	mux.HandleFunc("GET /search/", func(w http.ResponseWriter, r *http.Request) {
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		listing(w, page, "?page=")
	})
	mux.HandleFunc("GET /news/articles/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != `"release"` {
			http.Error(w, "asked for without its validator", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNotModified)
	})
	return mux
}

// BenchmarkKnown is a run of the program, as a process of its own, over 10,000
// known releases of which none is new: the usual one, which asks for the feed and
// the latest listings; one that reads all listings; one that asks for every
// release again and is told that it has not changed. It says what the program
// takes of the processors' time, without the site's, and the most memory.
//
//	go test ./cmd/archiver -run '^$' -bench Known -benchtime 3x
func BenchmarkKnown(b *testing.B) {
	const releases = 10_000
	site := newKnownSite(b, releases)
	crawl := func(b *testing.B, flags ...string) (used time.Duration, peak float64) {
		cmd := command(b, site.dir, nil, append([]string{"crawl", "known", "--sites", "sites", "--delay", "0s", "--report", "report.json"}, flags...)...)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		ended, watched := make(chan struct{}), make(chan float64)
		go func() { watched <- watchResident(cmd.Process.Pid, ended) }()
		err := cmd.Wait()
		close(ended)
		peak = <-watched
		if err != nil || out.Len() > 0 {
			b.Fatalf("%v: %s", err, &out)
		}
		data, err := os.ReadFile(filepath.Join(site.dir, "report.json"))
		if err != nil {
			b.Fatal(err)
		}
		var report scraper.Report
		if err := json.Unmarshal(data, &report); err != nil {
			b.Fatal(err)
		}
		recheck := slices.Contains(flags, "--recheck")
		if t := report.Total; t.New > 0 || t.Found == 0 || recheck != (t.Unchanged == releases) {
			b.Fatalf("%v: %+v", flags, t)
		}
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak
	}
	crawl(b) // the first run looks further back than later ones
	for _, run := range []struct {
		name  string
		flags []string
	}{
		{"latest", nil},
		{"full", []string{"--full"}},
		{"recheck", []string{"--recheck"}},
	} {
		b.Run(run.name, func(b *testing.B) {
			var times []time.Duration
			most := 0.0
			for b.Loop() {
				used, peak := crawl(b, run.flags...)
				times, most = append(times, used), max(most, peak)
			}
			b.ReportMetric(slices.Sorted(slices.Values(times))[len(times)/2].Seconds(), "cpu-s")
			b.ReportMetric(most, "peak-MB")
		})
	}
}

// watchResident returns the most memory that a process had until it ended, in MB,
// the parts of the archive that were mapped included. What the system says of a
// process that has ended counts what its parent had.
func watchResident(pid int, ended <-chan struct{}) float64 {
	most := 0
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, rest, found := strings.Cut(string(status), "VmHWM:")
		if kb, _, _ := strings.Cut(strings.TrimSpace(rest), " "); err == nil && found {
			n, err := strconv.Atoi(kb)
			if err != nil {
				panic(err) // unreachable: see proc(5)
			}
			most = max(most, n)
		}
		select {
		case <-ended:
			return float64(most) / 1000
		case <-time.After(5 * time.Millisecond):
		}
	}
}
