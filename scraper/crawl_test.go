package scraper

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"archiver/article"
	"archiver/scraper/sites"

	"github.com/google/go-cmp/cmp"
)

func TestCrawlFirstContact(t *testing.T) {
	n := newNewsroom(t, 12)
	m := newMemory()
	report := n.crawl(n.scraper(m))

	want := Counts{Found: 12, Fetched: 12, New: 12}
	got := report.Total
	got.Requests, got.Bytes = 0, 0
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if report.Status() != 0 || report.Summary() != "test: 12 new" {
		t.Errorf("status %d, summary %q", report.Status(), report.Summary())
	}
	if report.Total.Requests != int64(len(n.log())) || report.Total.Bytes == 0 {
		t.Errorf("report counts %d requests, the site %d", report.Total.Requests, len(n.log()))
	}
	asked := n.requests()
	wantFirst := []string{"/robots.txt", "/news/feed/", "/news/"}
	if !slices.Equal(asked[:3], wantFirst) {
		t.Errorf("asked %q first, want %q", asked[:3], wantFirst)
	}
	// What several ways find is fetched once, and after each page of the search its
	// articles before the next.
	seen := map[string]bool{}
	for _, path := range asked {
		if seen[path] {
			t.Errorf("asked for %s twice", path)
		}
		seen[path] = true
		if strings.Contains(path, "ct=") || strings.Contains(path, "GetPaginatedResults") || strings.Contains(path, "sitemap") || strings.Contains(path, "menu") {
			t.Errorf("asked for %s", path)
		}
	}
	page2 := slices.Index(asked, "/search/?q=&page=2")
	page3 := slices.Index(asked, "/search/?q=&page=3")
	sixth := slices.Index(asked, "/news/articles/release-007/")
	if !(page2 < sixth && sixth < page3) {
		t.Errorf("page 2 is request %d, its article %d, page 3 %d", page2, sixth, page3)
	}

	a := m.address(t, n.article(0))
	if a.State != article.StateFetched || a.ETag == "" || a.Modified == "" || a.Next.Sub(a.Checked) < 6*time.Hour || a.Found.IsZero() {
		t.Errorf("address is %+v", a)
	}
	if c := a.Card; c.From != article.FromFeed || c.Source != n.url("/news/feed/") || c.Title != "Release number 12" || c.PublishedText != "12:00 30/06/2025" {
		t.Errorf("card is %+v", c)
	}
	if c := m.address(t, n.article(11)).Card; c.From != article.FromSearch || c.Title == "" || c.Published.IsZero() {
		t.Errorf("card of the last is %+v", c)
	}
	p := m.pages[n.article(0)]
	if p.Get("Content-Type") != "text/html; charset=utf-8" || p.Get("Etag") == "" || p.Status != 200 || string(p.Body) != articlePage(n.articles[0]) {
		t.Errorf("page is %+v", p)
	}
}

func TestCrawlIncremental(t *testing.T) {
	n := newNewsroom(t, 30)
	m := newMemory()
	s := n.scraper(m)
	n.crawl(s)
	n.requests()

	// Nothing is new: feed, listing and one page of the search tell.
	report := n.crawl(s)
	if got, want := n.requests(), []string{"/robots.txt", "/news/feed/", "/news/", "/search/?q=&page=1"}; !slices.Equal(got, want) {
		t.Errorf("asked %q, want %q", got, want)
	}
	if report.Total.Skipped == 0 || report.Summary() != "test: nothing new" {
		t.Errorf("report: %+v", report.Total)
	}

	// Seven new ones: more than the listing and the first page show.
	n.change(func() {
		for i := range 7 {
			n.articles = slices.Insert(n.articles, 0, release{
				slug: fmt.Sprintf("new-%d", i), title: fmt.Sprintf("New %d", i), body: "New.",
				published: time.Date(2025, 7, i+1, 12, 0, 0, 0, article.London),
			})
		}
	})
	report = n.crawl(s)
	asked := n.requests()
	if report.Total.New != 7 || report.Total.Fetched != 7 {
		t.Errorf("report: %+v", report.Total)
	}
	// Page 2 has three known ones, page 3 nothing else.
	if !slices.Contains(asked, "/search/?q=&page=3") || slices.Contains(asked, "/search/?q=&page=4") {
		t.Errorf("asked %q", asked)
	}
}

func TestCrawlFirstContactIsBounded(t *testing.T) {
	n := newNewsroom(t, 14*perPage)
	m := newMemory()
	report := n.crawl(n.scraper(m))
	if want := firstContactPages * perPage; report.Total.New != want {
		t.Errorf("%d new, want %d", report.Total.New, want)
	}
	n.requests()
	n.crawl(n.scraper(m))
	if got := len(n.requests()); got != 4 {
		t.Errorf("the second run asked %d times, want 4", got)
	}
	s := n.scraper(m)
	s.Full = true
	report = n.crawl(s)
	if want := 4 * perPage; report.Total.New != want {
		t.Errorf("the full run has %d new, want %d", report.Total.New, want)
	}
}

func TestCrawlFull(t *testing.T) {
	n := newNewsroom(t, 12)
	n.articles = append(n.articles, release{slug: "hidden", title: "Hidden", body: "Only in the sitemap.", unlisted: true, published: time.Date(2020, 1, 1, 9, 0, 0, 0, article.London)})
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	report := n.crawl(s)
	if report.Total.New != 13 || report.Total.Found != 13 {
		t.Errorf("report: %+v", report.Total)
	}
	if c := m.address(t, n.url("/news/articles/hidden/")).Card; c.From != article.FromSitemap || c.Source != n.url("/sitemap.xml") {
		t.Errorf("card: %+v", c)
	}
}

func TestCrawlRecheck(t *testing.T) {
	n := newNewsroom(t, 4)
	m := newMemory()
	s := n.scraper(m)
	n.crawl(s)
	n.requests()

	// Within six hours nothing is asked again.
	if report := n.crawl(s); report.Total.Fetched+report.Total.Unchanged != 0 {
		t.Errorf("report: %+v", report.Total)
	}
	n.requests()

	// Old pages are due after half a year, young ones after six hours. Here all are
	// asked, conditionally; one has changed.
	m.age(200 * day)
	n.change(func() {
		n.articles[1].body, n.articles[1].published = "Edited.", n.articles[1].published.Add(time.Hour)
	})
	report := n.crawl(s)
	if c := report.Total; c.Changed != 1 || c.Unchanged != 3 || c.Fetched != 1 {
		t.Errorf("report: %+v", c)
	}
	for _, r := range n.log() {
		if strings.HasPrefix(r.path, "/news/articles/") && (r.header.Get("If-None-Match") == "" || r.header.Get("If-Modified-Since") == "") {
			t.Errorf("%s was asked for without conditions: %v", r.path, r.header)
		}
	}
	n.requests()
	if a := m.address(t, n.article(0)); a.State != article.StateUnchanged || a.ETag == "" || a.Modified == "" {
		t.Errorf("address: %+v", a)
	}

	// A 304 that names an encoding has no body all the same.
	n.handle("/news/articles/release-004/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusNotModified)
	})

	// A recheck asks for all that are known, also those that no listing shows.
	s.Recheck = true
	n.change(func() { n.articles[0].unlisted, n.articles[3].unlisted = true, true })
	if report = n.crawl(s); report.Total.Unchanged != 4 || report.Total.Found != 2 {
		t.Errorf("report of a recheck: %+v", report.Total)
	}
}

func TestCrawlURL(t *testing.T) {
	n := newNewsroom(t, 3)
	m := newMemory()
	s := n.scraper(m)
	for range 2 { // even if it is known
		report := n.crawl(s, n.article(2)+"#part")
		if report.Total.New+report.Total.Unchanged != 1 || report.Sites[0].Site != "test" {
			t.Errorf("report: %+v", report)
		}
		if got, want := n.requests(), []string{"/robots.txt", "/news/articles/release-001/"}; !slices.Equal(got, want) {
			t.Errorf("asked %q, want %q", got, want)
		}
	}
	if a := m.address(t, n.article(2)); a.Card.From != article.FromHand {
		t.Errorf("address: %+v", a)
	}

	// Of no site that is known.
	s.Sites = nil
	report := n.crawl(s, n.article(1))
	host := strings.TrimPrefix(n.server.URL, "http://")
	if report.Total.New != 1 || report.Sites[0].Site != host {
		t.Errorf("report: %+v", report)
	}

	// What one asks for by hand and does not get is said, and no failure.
	for path, cause := range map[string]string{
		"/private/page/": "robots.txt forbids it",
		"/nowhere/":      "not found: HTTP status 404 Not Found",
		"/news/":         "not an article: there is no body",
	} {
		report := n.crawl(s, n.url(path))
		if len(report.Sites[0].Notes) != 1 || report.Sites[0].Notes[0].Cause != cause || report.Status() != StatusDone {
			t.Errorf("%s: %+v", path, report.Sites[0])
		}
	}
	if slices.Contains(n.requests(), "/private/page/") {
		t.Error("a forbidden page was asked for")
	}
}

func TestCrawlTargets(t *testing.T) {
	n := newNewsroom(t, 1)
	s := n.scraper(newMemory())
	for _, target := range []string{"tset", "www.example.org/news", "ftp://example.org/", "https://me:secret@example.org/", "http://", ""} {
		report, err := s.Crawl(t.Context(), target)
		if report != nil || !errors.Is(err, ErrTarget) {
			t.Errorf("%q: %v, %v", target, report, err)
		}
	}
	if _, err := s.Crawl(t.Context()); !errors.Is(err, ErrTarget) {
		t.Errorf("without targets: %v", err)
	}
	if _, err := (&Scraper{Sites: n.set}).Crawl(t.Context(), "test"); err == nil {
		t.Error("a Scraper without an archive did not object")
	}
	if got := n.requests(); got != nil {
		t.Errorf("asked %q", got)
	}
}

func TestCrawlDates(t *testing.T) {
	n := newNewsroom(t, 20) // 30 June 2025 and the days before it
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	s.Since = time.Date(2025, 6, 24, 0, 0, 0, 0, article.London)
	s.Until = time.Date(2025, 6, 27, 23, 59, 59, 0, article.London)
	report := n.crawl(s)
	if report.Total.New != 4 {
		t.Errorf("report: %+v", report.Total)
	}
	asked := n.requests()
	// Page 3 begins on 20 June.
	if !slices.Contains(asked, "/search/?q=&page=3") || slices.Contains(asked, "/search/?q=&page=4") {
		t.Errorf("asked %q", asked)
	}
	a := m.address(t, n.article(0))
	if a.State != article.StateNew || a.Card.Title == "" || a.Card.Published.IsZero() {
		t.Errorf("an article outside the dates is %+v", a)
	}
	// A later run without these dates takes up what was left, and pages on.
	s.Since, s.Until = time.Time{}, time.Time{}
	if report = n.crawl(s); report.Total.New != 16 {
		t.Errorf("the next run: %+v", report.Total)
	}
}

// The date is learned from the page where no listing tells it.
func TestCrawlDatesFromPage(t *testing.T) {
	n := newNewsroom(t, 0)
	n.articles = []release{
		{slug: "old", title: "Old", body: "Old.", unlisted: true, published: time.Date(2019, 1, 1, 9, 0, 0, 0, article.London)},
		{slug: "young", title: "Young", body: "Young.", published: time.Date(2025, 1, 1, 9, 0, 0, 0, article.London)},
	}
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	s.Since = time.Date(2024, 1, 1, 0, 0, 0, 0, article.London)
	report := n.crawl(s)
	if report.Total.New != 1 || report.Total.Fetched != 2 || report.Total.Skipped != 1 {
		t.Errorf("report: %+v", report.Total)
	}
	old := n.url("/news/articles/old/")
	a := m.address(t, old)
	if a.State != article.StateNew || a.Card.PublishedText != "09:00 01/01/2019" || m.pages[old] != nil || m.records[old] != nil {
		t.Errorf("address: %+v", a)
	}
	n.requests()
	n.crawl(s)
	if slices.Contains(n.requests(), "/news/articles/old/") {
		t.Error("the old page was asked for again")
	}
}

func TestCrawlLimit(t *testing.T) {
	n := newNewsroom(t, 20)
	n.articles[1].body = "" // not an article: it does not count
	m := newMemory()
	s := n.scraper(m)
	s.Limit = 7
	report := n.crawl(s)
	if report.Total.New != 7 || report.Stopped != "limit" || report.Status() != 0 || report.Total.NotArticle != 1 {
		t.Errorf("report: %+v", report)
	}
	articles := 0
	for _, path := range n.requests() {
		if strings.HasPrefix(path, "/news/articles/") {
			articles++
		}
	}
	if articles != 8 {
		t.Errorf("asked for %d articles", articles)
	}
	// The run after it goes on where this one stopped.
	s.Limit = 0
	if report = n.crawl(s); report.Total.New != 12 {
		t.Errorf("the next run: %+v", report.Total)
	}
}

func TestCrawlPlan(t *testing.T) {
	n := newNewsroom(t, 12)
	m := newMemory()
	s := n.scraper(m)
	s.Plan = true
	s.Full = true
	report := n.crawl(s, "test", n.url("/private/page/"))
	if len(report.Planned) != 12 || report.Planned[0].URL != n.article(0) || report.Planned[0].Title == "" {
		t.Errorf("planned: %+v", report.Planned)
	}
	if report.Total.Forbidden != 1 {
		t.Errorf("report: %+v", report.Total)
	}
	for _, path := range n.requests() {
		if strings.HasPrefix(path, "/news/articles/") {
			t.Errorf("asked for %s", path)
		}
	}
	if len(m.addresses)+len(m.states)+m.commits != 0 {
		t.Error("something was written")
	}
}

func TestCrawlListingConditional(t *testing.T) {
	n := newNewsroom(t, 3)
	for _, path := range []string{"/news/", "/news/feed/"} {
		n.handle(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"list"`)
			if r.Header.Get("If-None-Match") == `"list"` {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			n.serve(w, r)
		})
	}
	m := newMemory()
	s := n.scraper(m)
	n.crawl(s)
	n.requests()
	m.age(200 * day)
	// A listing that has not changed still shows what it showed.
	if report := n.crawl(s); report.Total.Found != 3 || report.Total.Unchanged != 3 || report.Status() != 0 {
		t.Errorf("report: %+v", report)
	}
	for _, r := range n.log() {
		if (r.path == "/news/" || r.path == "/news/feed/") && r.header.Get("If-None-Match") != `"list"` {
			t.Errorf("%s was asked for with %v", r.path, r.header)
		}
	}
}

func TestCrawlNotArticle(t *testing.T) {
	n := newNewsroom(t, 2)
	n.articles[0].body = ""
	m := newMemory()
	s := n.scraper(m)
	report := n.crawl(s)
	a := m.address(t, n.article(0))
	if a.State != article.StateNotArticle || a.Reason == "" || report.Total.NotArticle != 1 || report.Status() != 0 {
		t.Errorf("address %+v, report %+v", a, report.Total)
	}
	if m.pages[a.URL] == nil {
		t.Error("the page was not kept for a better reader")
	}
	n.requests()
	n.crawl(s)
	if slices.Contains(n.requests(), "/news/articles/release-002/") {
		t.Error("it was asked for again at once")
	}
	// Another kind of document is none either, and not kept.
	n.handle("/news/articles/release-001/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprint(w, "%PDF-1.4")
	})
	m = newMemory()
	n.crawl(n.scraper(m))
	if a := m.address(t, n.article(1)); a.State != article.StateNotArticle || a.Reason != "not an article: application/pdf" || m.pages[a.URL] != nil {
		t.Errorf("address of a PDF file: %+v", a)
	}
	// In place of a known article it is a failure and says nothing of the article.
	m = newMemory()
	n.handle("/news/articles/release-001/", nil)
	n.crawl(n.scraper(m))
	m.age(200 * day)
	n.handle("/news/articles/release-001/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprint(w, "%PDF-1.4")
	})
	report = n.crawl(n.scraper(m))
	if a := m.address(t, n.article(1)); a.State != article.StateFailed || report.Status() != StatusFailed {
		t.Errorf("address of a PDF file in place of an article: %+v", a)
	}
}

func TestCrawlMissing(t *testing.T) {
	n := newNewsroom(t, 8)
	m := newMemory()
	s := n.scraper(m)
	n.crawl(s)
	n.status("/news/articles/release-008/", http.StatusNotFound)
	n.status("/news/articles/release-007/", http.StatusGone)
	n.handle("/news/articles/release-006/", http.RedirectHandler("/news/", http.StatusFound).ServeHTTP)
	n.handle("/news/articles/release-005/", http.RedirectHandler("/", http.StatusMovedPermanently).ServeHTTP)
	n.handle("/news/articles/release-004/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><body><h1>Page not found</h1></body></html>")
	})
	n.handle("/news/articles/release-003/", http.RedirectHandler("/contact/", http.StatusFound).ServeHTTP)
	n.handle("/contact/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><body><div class=body><p>Contact us</p></div></body></html>")
	})
	n.requests()
	m.age(200 * day)
	s.Full = true // the last of them are on page 2
	causes := map[string]article.Cause{}
	m.before = func(visits []article.Visit) {
		for _, v := range visits {
			causes[v.Address.URL] = v.Cause
		}
	}
	report := n.crawl(s)
	if report.Total.Missing != 6 || report.Total.Failed != 0 || report.Status() != 0 {
		t.Errorf("report: %+v", report)
	}
	m.before = nil
	for i, cause := range []article.Cause{
		article.CauseNotFound, article.CauseGone, article.CauseRedirect, article.CauseRedirect, article.CauseSoft404, article.CauseRedirect,
	} {
		a := m.address(t, n.article(i))
		if causes[a.URL] != cause {
			t.Errorf("the cause of %s is %q, want %q", a.URL, causes[a.URL], cause)
		}
		if a.State != article.StateMissing || a.Misses != 1 || a.MissingSince.IsZero() || a.Reason == "" {
			t.Errorf("address: %+v", a)
		}
		if m.records[a.URL].Status != article.StatusMissing {
			t.Errorf("record of %s is %s", a.URL, m.records[a.URL].Status)
		}
	}
	// The listings that the redirects lead to are not asked for again.
	if asked := n.requests(); slices.Contains(asked, "/") || len(slices.DeleteFunc(asked, func(s string) bool { return s != "/news/" })) != 1 {
		t.Errorf("a redirect to a listing was followed")
	}

	// Gone after three checks over a fortnight, and live again when it is back.
	for range 2 {
		m.age(8 * day)
		report = n.crawl(s)
	}
	if a := m.address(t, n.article(0)); a.State != article.StateGone || a.Misses != 3 || report.Total.Gone != 6 {
		t.Errorf("address: %+v, report %+v", a, report.Total)
	}
	n.handle("/news/articles/release-008/", nil)
	m.age(100 * day)
	n.crawl(s)
	if a := m.address(t, n.article(0)); a.Misses != 0 || !a.MissingSince.IsZero() || m.records[a.URL].Status != article.StatusLive {
		t.Errorf("address of the page that is back: %+v", a)
	}

	// One that was never there has no record.
	n.articles = append([]release{{slug: "broken-link", title: "Broken", published: time.Now()}}, n.articles...)
	n.status("/news/articles/broken-link/", http.StatusNotFound)
	report = n.crawl(s)
	if a := m.address(t, n.article(0)); a.State != article.StateMissing || report.Status() != 0 {
		t.Errorf("address of a broken link: %+v", a)
	}
}

// A failure between makes no release one that was never there: what has a record is
// missing when it is not found, and what has none is not.
func TestCrawlMissingAfterFailure(t *testing.T) {
	n := newNewsroom(t, 5)
	m := newMemory()
	s := n.scraper(m)
	notFound := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("ETag", `"kept"`)
		fmt.Fprint(w, "<html><body><h1>Page not found</h1></body></html>")
	}
	n.handle("/news/articles/release-001/", notFound) // never was a release
	n.crawl(s)
	release, pdf, never := n.article(3), n.article(2), n.article(4)
	if a := m.address(t, never); a.State != article.StateNotArticle || a.ETag == "" {
		t.Fatalf("address: %+v", a)
	}
	m.mu.Lock()
	for url, a := range m.addresses { // as of a site that gives no validators
		if a.State == article.StateFetched {
			a.ETag, a.Modified = "", ""
			m.addresses[url] = a
		}
	}
	m.mu.Unlock()
	m.age(200 * day)
	for _, slug := range []string{"release-001", "release-002", "release-003"} {
		n.status("/news/articles/"+slug+"/", http.StatusTeapot) // which no run tries twice
	}
	if report := n.crawl(s); report.Total.Failed != 3 {
		t.Fatalf("report: %+v", report.Total)
	}
	n.handle("/news/articles/release-001/", notFound)
	n.handle("/news/articles/release-002/", notFound)
	n.handle("/news/articles/release-003/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/pdf")
		fmt.Fprint(w, "%PDF-1.7")
	})
	report := n.crawl(s)
	if c := report.Total; c.Missing != 1 || c.NotArticle != 1 || c.Failed != 1 {
		t.Errorf("report: %+v", c)
	}
	for url, want := range map[string]article.State{release: article.StateMissing, pdf: article.StateFailed, never: article.StateNotArticle} {
		if a := m.address(t, url); a.State != want {
			t.Errorf("%s is %s, want %s", url, a.State, want)
		}
	}
}

func TestCrawlMoved(t *testing.T) {
	n := newNewsroom(t, 2)
	m := newMemory()
	s := n.scraper(m)
	old, moved := n.url("/news/articles/old-name/"), n.article(1)
	n.handle("/news/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<html><body><a href="/news/articles/old-name/">Old name</a></body></html>`)
	})
	n.handle("/news/feed/", http.NotFound)
	n.handle("/news/articles/old-name/", http.RedirectHandler("/news/articles/release-001/", http.StatusMovedPermanently).ServeHTTP)
	report := n.crawl(s)
	if report.Total.New != 2 {
		t.Errorf("report: %+v", report.Total)
	}
	if a := m.address(t, old); a.State != article.StateAlias || a.Record != moved {
		t.Errorf("address: %+v", a)
	}
	if p := m.pages[moved]; p == nil || !p.Moved || p.FinalURL != moved || p.URL != old {
		t.Errorf("page: %+v", p)
	}
	asked := n.requests()
	if slices.Index(asked, "/news/articles/release-001/") != slices.Index(asked, "/news/articles/old-name/")+1 {
		t.Errorf("asked %q", asked)
	}
	count := 0
	for _, path := range asked {
		if path == "/news/articles/release-001/" {
			count++
		}
	}
	if count != 1 {
		t.Errorf("asked %d times for where it has moved", count)
	}
	// From now on the new address is asked.
	m.age(200 * day)
	n.crawl(s)
	if asked := n.requests(); slices.Contains(asked, "/news/articles/old-name/") {
		t.Errorf("asked %q", asked)
	}

	// A redirect for the time being leaves the address as it is.
	m = newMemory()
	n.handle("/news/articles/old-name/", http.RedirectHandler("/news/articles/release-001/", http.StatusFound).ServeHTTP)
	n.crawl(n.scraper(m), old)
	if p := m.pages[old]; p == nil || p.Moved || p.FinalURL != moved || m.records[old] == nil {
		t.Errorf("page: %+v", p)
	}
}

// Both names of a page are listed, the old one last: the page is asked for under
// its new name, and the old one only leads there.
func TestCrawlMovedTwice(t *testing.T) {
	n := newNewsroom(t, 1)
	n.handle("/news/articles/old-name/", http.RedirectHandler("/news/articles/release-001/", http.StatusMovedPermanently).ServeHTTP)
	n.handle("/news/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<html><body><p><a href="/news/articles/release-001/">New</a></p><p><a href="/news/articles/old-name/">Old name</a></p></body></html>`)
	})
	m := newMemory()
	report := n.crawl(n.scraper(m))
	if a := m.address(t, n.url("/news/articles/old-name/")); a.State != article.StateAlias || a.Record != n.article(0) || report.Total.New != 1 {
		t.Errorf("address: %+v, report %+v", a, report.Total)
	}
}

// And the old one first: what it leads to need not be asked for again.
func TestCrawlMovedFirst(t *testing.T) {
	n := newNewsroom(t, 3)
	n.handle("/news/articles/old-name/", http.RedirectHandler("/news/articles/release-002/", http.StatusPermanentRedirect).ServeHTTP)
	n.handle("/news/feed/", http.NotFound)
	n.handle("/news/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<html><body><p><a href="/news/articles/old-name/">Old name</a></p><p><a href="/news/articles/release-003/">Other</a></p><p><a href="/news/articles/release-002/">New</a></p></body></html>`)
	})
	m := newMemory()
	report := n.crawl(n.scraper(m))
	asked := slices.DeleteFunc(n.requests(), func(p string) bool { return p != "/news/articles/release-002/" })
	if len(asked) != 1 || report.Total.New != 3 || len(m.records) != 3 {
		t.Errorf("asked %d times, report %+v", len(asked), report.Total)
	}
	// Both are known and due: the old one is not asked for, the new one once.
	m.age(200 * day)
	report = n.crawl(n.scraper(m))
	asked = n.requests()
	if slices.Contains(asked, "/news/articles/old-name/") || report.Total.Unchanged != 3 {
		t.Errorf("asked %q, report %+v", asked, report.Total)
	}
}

// A recheck goes through all that is known, however much, and leaves alone what
// is no article.
// What listings do not show any more is asked for again by its age, without
// Recheck: else what is taken down, and with it off the listings, would never be
// missed.
func TestCrawlDue(t *testing.T) {
	n := newNewsroom(t, 30)
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	n.crawl(s)
	s.Full = false
	n.change(func() { // two are taken down, everywhere
		n.articles[12].unlisted, n.articles[25].unlisted = true, true
	})
	n.status("/news/articles/release-018/", http.StatusNotFound)
	n.status("/news/articles/release-005/", http.StatusGone)
	down := []string{n.article(12), n.article(25)}

	// Old releases are due after half a year, and not before.
	n.requests()
	m.age(100 * day)
	if report := n.crawl(s); report.Total.Fetched+report.Total.Unchanged+report.Total.Missing != 0 {
		t.Errorf("after 100 days: %+v", report.Total)
	}
	m.age(100 * day)
	if report := n.crawl(s); report.Total.Unchanged != 28 || report.Total.Missing != 2 {
		t.Errorf("after 200 days: %+v", report.Total)
	}
	// The missing are looked for again, until they are taken to be gone.
	for range 2 {
		m.age(8 * day)
		n.requests()
		n.crawl(s)
		if got := n.requests(); len(got) != 4+len(down) {
			t.Errorf("asked %q", got)
		}
	}
	for _, u := range down {
		if a := m.address(t, u); a.State != article.StateGone || m.records[u].Status != article.StatusGone {
			t.Errorf("%s is %s, its record %s", u, a.State, m.records[u].Status)
		}
	}

	// A run asks for a bounded number of them, those that have waited longest.
	many := newMemory()
	for i := range dueMost + 20 {
		u := n.url(fmt.Sprintf("/news/articles/due-%d/", i))
		many.addresses[u] = article.Address{URL: u, Site: "test", State: article.StateUnchanged, Found: time.Now(), Next: time.Now().Add(-time.Duration(i+1) * time.Minute)}
	}
	imported := n.url("/news/articles/imported/")
	many.addresses[imported] = article.Address{URL: imported, Site: "test", State: article.StateFetched, Found: time.Now()}
	s = n.scraper(many)
	n.requests()
	n.crawl(s)
	asked := n.requests()
	due := slices.DeleteFunc(slices.Clone(asked), func(path string) bool { return !strings.Contains(path, "/due-") })
	if len(due) != dueMost || due[0] != fmt.Sprintf("/news/articles/due-%d/", dueMost+19) || slices.Contains(asked, "/news/articles/imported/") {
		t.Errorf("asked for %d, %q first", len(due), due[0])
	}
}

// Old pages that no listing shows say nothing of what the site's pages have today,
// and where they are all unreadable the site is asked for few of them until it is well.
func TestCrawlDueShape(t *testing.T) {
	n := newNewsroom(t, 60)
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	n.crawl(s)
	s.Full = false
	n.change(func() {
		for i := 20; i < 60; i++ {
			n.articles[i].unlisted, n.articles[i].noDate = true, true
		}
	})
	m.age(200 * day)
	if report := n.crawl(s); report.Status() != StatusDone || report.Total.Unchanged != 60 {
		t.Errorf("old pages without a date: status %d, %+v", report.Status(), report.Sites)
	}
	for i := 20; i < 60; i++ {
		n.handle("/news/articles/"+n.articles[i].slug+"/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html><body><h1>Page not found</h1></body></html>")
		})
	}
	m.age(200 * day)
	report := n.crawl(s)
	if report.Status() != StatusShape || !strings.Contains(report.Sites[0].Shape, "40 pages that held an article hold none") || report.Total.Missing != 0 {
		t.Errorf("old pages that cannot be read: status %d, %+v", report.Status(), report.Sites)
	}
	n.requests()
	n.crawl(s)
	if asked := n.requests(); len(asked) != 4+dueLeast {
		t.Errorf("the next run asked %q", asked)
	}
	// A recheck sees the others as well, but they are fewer.
	for i := 20; i < 45; i++ {
		n.handle("/news/articles/"+n.articles[i].slug+"/", nil)
	}
	s.Recheck = true
	if report = n.crawl(s); report.Status() != StatusDone || report.Total.Missing != 15 {
		t.Errorf("a recheck: status %d, %+v", report.Status(), report.Sites)
	}
}

// A recheck that finds all as it was, although no listing shows it, ends a trouble.
func TestCrawlRecheckHeals(t *testing.T) {
	n := newNewsroom(t, 15)
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	n.crawl(s)
	s.Full, s.Recheck = false, true
	n.change(func() {
		for i := range n.articles {
			n.articles[i].noDate = true
		}
	})
	if report := n.crawl(s); report.Status() != StatusShape {
		t.Fatalf("without dates: %+v", report.Sites)
	}
	n.change(func() {
		for i := range n.articles {
			n.articles[i].noDate, n.articles[i].unlisted = false, i > 0
		}
	})
	if report := n.crawl(s); report.Status() != StatusDone {
		t.Errorf("with dates again: %+v", report.Sites)
	}
}

// Known articles that robots.txt forbids for a time are asked for again once it does
// not; where it forbids what a page leads to, the page is not asked for in every run.
func TestCrawlForbiddenForATime(t *testing.T) {
	n := newNewsroom(t, 30)
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	n.crawl(s)
	s.Full = false
	forbid := func(path string) {
		n.handle("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "User-agent: *\nDisallow: %s\n", path)
		})
	}
	m.age(200 * day)
	forbid("/news/articles/")
	if report := n.crawl(s); report.Total.Forbidden != 30 || report.Status() != StatusDone {
		t.Fatalf("forbidden: %+v", report.Total)
	}
	forbid("/closed/")
	m.age(2 * day)
	if report := n.crawl(s); report.Total.Unchanged != 30 {
		t.Errorf("allowed again: %+v", report.Total)
	}

	n.handle("/news/articles/release-030/", http.RedirectHandler("/closed/page/", http.StatusFound).ServeHTTP)
	m.age(200 * day)
	for i, want := range []int{1, 0, 0} {
		n.requests()
		report := n.crawl(s)
		asked := slices.DeleteFunc(n.requests(), func(p string) bool { return p != "/news/articles/release-030/" })
		if len(asked) != want || report.Total.Forbidden != want {
			t.Errorf("run %d: asked %d times, %+v", i, len(asked), report.Total)
		}
	}
	m.age(2 * day)
	if report := n.crawl(s); report.Total.Forbidden != 1 {
		t.Errorf("two days later: %+v", report.Total)
	}
}

func TestCrawlRecheckMany(t *testing.T) {
	n := newNewsroom(t, 1)
	m := newMemory()
	for i := range pendingBatch + 20 {
		u := n.url(fmt.Sprintf("/news/articles/known-%d/", i))
		m.addresses[u] = article.Address{URL: u, Site: "test", State: article.StateUnchanged, ETag: `"x"`, Found: time.Now(), Next: time.Now().Add(day)}
		n.articles = append(n.articles, release{slug: fmt.Sprintf("known-%d", i), title: "Known", body: "Known.", unlisted: true})
	}
	for _, state := range []article.State{article.StateNotArticle, article.StateSuppressed, article.StateAlias, article.StateForbidden} {
		u := n.url("/news/articles/" + string(state) + "/")
		m.addresses[u] = article.Address{URL: u, Site: "test", State: state, Found: time.Now()}
	}
	s := n.scraper(m)
	s.Recheck = true
	report := n.crawl(s)
	if report.Total.New != pendingBatch+21 || report.Total.Missing != 0 {
		t.Errorf("report: %+v", report.Total)
	}
}

func TestCrawlSuppressed(t *testing.T) {
	n := newNewsroom(t, 2)
	m := newMemory()
	m.addresses[n.article(0)] = article.Address{URL: n.article(0), Site: "test", State: article.StateSuppressed, Found: time.Now()}
	s := n.scraper(m)
	s.Recheck = true
	report := n.crawl(s, "test", n.article(0), n.article(0))
	if slices.Contains(n.requests(), "/news/articles/release-002/") || m.records[n.article(0)] != nil {
		t.Error("a suppressed page was asked for")
	}
	// It will not be tried again, so it is no failure.
	if site := report.Sites[0]; len(site.Notes) != 1 || site.Notes[0].Cause != "suppressed by the operator, so it was not asked for" || site.New != 1 || report.Status() != StatusDone {
		t.Errorf("report: %+v", site)
	}
}

func TestCrawlAll(t *testing.T) {
	n := newNewsroom(t, 0)
	s := n.scraper(newMemory())
	s.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
		if req.URL.Path != "/robots.txt" {
			t.Errorf("asked for %s", req.URL)
		}
		return respond(403, ""), nil
	})
	report := n.crawl(s, "test", "all")
	if len(report.Sites) != len(n.set.All()) || report.Sites[0].Site != "test" || report.Status() != StatusBlocked {
		t.Errorf("%d sites, status %d", len(report.Sites), report.Status())
	}
	if !strings.HasPrefix(report.Summary(), fmt.Sprintf("%d sites: ", len(report.Sites))) {
		t.Errorf("summary %q", report.Summary())
	}
}

func TestCrawlBrokenNotesAndFeeds(t *testing.T) {
	n := newNewsroom(t, 2)
	n.handle("/news/feed/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<rss><channel><item>") })
	m := newMemory()
	m.states[pagingKey+n.url("/news/")] = []byte("{")
	m.states[listingKey+n.url("/news/")] = []byte("nonsense")
	report := n.crawl(n.scraper(m))
	if report.Total.New != 2 || report.Total.Failed != 1 || !strings.HasPrefix(report.Sites[0].Failures[0].Cause, "the feed cannot be read: ") {
		t.Errorf("report: %+v", report)
	}
	// What the reader makes of another page is not taken.
	s := n.scraper(newMemory())
	s.Read = func(p article.Page, site *sites.Site) (*article.Record, error) {
		if p.URL == n.article(0) {
			return nil, nil
		}
		p.URL = n.url("/news/articles/another/")
		return readPage(p, site)
	}
	if report := n.crawl(s); report.Total.New != 0 || report.Total.Failed != 3 {
		t.Errorf("report: %+v", report)
	}
}

func TestCrawlReaderFails(t *testing.T) {
	n := newNewsroom(t, 3)
	n.articles[1].body = "PANIC"
	m := newMemory()
	report := n.crawl(n.scraper(m))
	a := m.address(t, n.article(1))
	if a.State != article.StateFailed || a.Tries != 1 || report.Total.Failed != 1 || report.Total.New != 2 || report.Status() != StatusFailed {
		t.Errorf("address %+v, report %+v", a, report.Total)
	}
	if m.pages[a.URL] == nil {
		t.Error("the page was not kept")
	}
	n.change(func() { n.articles[1].body = "Calm again." })
	if report = n.crawl(n.scraper(m)); report.Total.New != 1 {
		t.Errorf("the next run: %+v", report.Total)
	}
	// A record that breaks its rules must not take others with it.
	s := n.scraper(newMemory())
	bad := n.article(2)
	s.Read = func(p article.Page, site *sites.Site) (*article.Record, error) {
		r, err := readPage(p, site)
		if err == nil && p.URL == bad {
			r.Title = "two\nlines"
		}
		return r, err
	}
	if report := n.crawl(s); report.Total.New != 2 || report.Total.Failed != 1 {
		t.Errorf("report: %+v", report.Total)
	}
}

func TestCrawlShape(t *testing.T) {
	empty := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<html><body><p>All new, all different.</p></body></html>")
	}
	n := newNewsroom(t, 4)
	m := newMemory()
	s := n.scraper(m)
	n.crawl(s)
	n.status("/news/articles/release-004/", http.StatusNotFound)
	for _, path := range []string{"/news/", "/news/feed/", "/search/"} {
		n.handle(path, empty)
	}
	m.age(200 * day)
	report := n.crawl(s, "test", n.article(0))
	if report.Status() != StatusShape || report.Sites[0].Shape == "" || report.Total.Missing != 0 {
		t.Errorf("report: %+v", report)
	}
	if a := m.address(t, n.article(0)); a.State == article.StateMissing || m.records[a.URL].Status != article.StatusLive {
		t.Errorf("a record was marked: %+v", a)
	}
	// All listings are gone.
	for _, path := range []string{"/news/", "/news/feed/", "/search/"} {
		n.status(path, http.StatusNotFound)
	}
	if report = n.crawl(s); report.Status() != StatusShape {
		t.Errorf("report: %+v", report)
	}
	// As long as one way works, nothing is wrong.
	n.handle("/news/", nil)
	if report = n.crawl(s); report.Status() != StatusDone {
		t.Errorf("report: %+v", report)
	}
	// A way that fails for a moment says nothing of the others' shape.
	n.handle("/news/", empty)
	n.handle("/news/feed/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	if report = n.crawl(s); report.Status() != StatusFailed {
		t.Errorf("report: %+v", report)
	}
}

// Pages that all lose their text at once have not all been taken down.
func TestCrawlShapeOfArticles(t *testing.T) {
	n := newNewsroom(t, 4)
	m := newMemory()
	s := n.scraper(m)
	n.crawl(s)
	n.change(func() {
		for i := range n.articles {
			n.articles[i].body = ""
			n.articles[i].published = n.articles[i].published.Add(time.Hour)
		}
	})
	m.age(200 * day)
	report := n.crawl(s)
	if report.Status() != StatusShape || report.Total.Missing != 0 {
		t.Errorf("report: %+v", report)
	}
	if r := m.records[n.article(0)]; r.Status != article.StatusLive {
		t.Errorf("a record was marked %s", r.Status)
	}
}

func TestCrawlEndlessPaging(t *testing.T) {
	for name, next := range map[string]func(page int) string{
		"repeats its last page": func(page int) string { return fmt.Sprintf("?q=&page=%d", page+1) },
		"leads to itself":       func(int) string { return "?q=&page=1" },
		"leads in a circle":     func(page int) string { return fmt.Sprintf("?q=&page=%d", page%3+1) },
	} {
		t.Run(name, func(t *testing.T) {
			n := newNewsroom(t, 8)
			n.handle("/search/", func(w http.ResponseWriter, r *http.Request) {
				var page int
				fmt.Sscanf(r.URL.Query().Get("page"), "%d", &page)
				from := min(3*(page-1), 6)
				writeListing(w, n.articles[from:min(from+3, 8)], next(page))
			})
			s := n.scraper(newMemory())
			s.Full = true
			n.crawl(s)
			asked := n.requests()
			slices.Sort(asked)
			if len(asked) > 20 || len(slices.Compact(slices.Clone(asked))) != len(asked) {
				t.Errorf("asked for %q", asked)
			}
		})
	}
}

// What an interrupted plain crawl has left unread, the next one reads.
func TestCrawlPagingOpen(t *testing.T) {
	n := newNewsroom(t, 5*perPage)
	m := newMemory()
	s := n.scraper(m)
	n.crawl(s)
	n.change(func() {
		for i := range 4 * perPage {
			n.articles = slices.Insert(n.articles, 0, release{slug: fmt.Sprintf("new-%02d", i), title: "New", body: "New.", published: time.Now()})
		}
	})
	n.status("/search/?q=&page=3", http.StatusBadRequest) // ends the paging before its time
	if report := n.crawl(s); report.Status() != StatusFailed {
		t.Fatalf("report: %+v", report)
	}
	n.handle("/search/?q=&page=3", nil)
	n.requests()
	// Page 1 and 2 are known now, but only since the run that stopped.
	report := n.crawl(s)
	asked := n.requests()
	if !slices.Contains(asked, "/search/?q=&page=5") || slices.Contains(asked, "/search/?q=&page=6") || report.Total.New != 2*perPage {
		t.Errorf("asked %q, report %+v", asked, report.Total)
	}
	n.crawl(s)
	if asked := n.requests(); slices.Contains(asked, "/search/?q=&page=2") {
		t.Errorf("the paging is still open: %q", asked)
	}
}

// A next page that is not there is the end of the paging.
func TestCrawlPagingEndsNowhere(t *testing.T) {
	n := newNewsroom(t, 3*perPage)
	n.status("/search/?q=&page=3", http.StatusNotFound)
	m := newMemory()
	s := n.scraper(m)
	if report := n.crawl(s); report.Status() != 0 || report.Total.New != 2*perPage {
		t.Errorf("report: %+v", report)
	}
	n.requests()
	n.crawl(s)
	if asked := n.requests(); slices.Contains(asked, "/search/?q=&page=2") {
		t.Errorf("the paging is still open: %q", asked)
	}
}

// What earlier runs have left is taken up, however much of it lies outside the
// dates of this run.
func TestCrawlPending(t *testing.T) {
	n := newNewsroom(t, 1)
	m := newMemory()
	old := time.Date(2019, 1, 1, 9, 0, 0, 0, article.London)
	for i := range 2*pendingBatch + 50 {
		u := n.url(fmt.Sprintf("/news/articles/old-%d/", i))
		m.addresses[u] = article.Address{URL: u, Site: "test", State: article.StateNew, Found: old, Card: article.Card{URL: u, Published: old, PublishedText: "09:00 01/01/2019"}}
	}
	n.articles = append(n.articles, release{slug: "left", title: "Left", body: "Left.", unlisted: true, published: time.Date(2025, 1, 1, 9, 0, 0, 0, article.London)})
	left := n.article(1)
	m.addresses[left] = article.Address{URL: left, Site: "test", State: article.StateFailed, Tries: 1, Found: old.Add(time.Hour)}
	s := n.scraper(m)
	s.Since = time.Date(2024, 1, 1, 0, 0, 0, 0, article.London)
	report := n.crawl(s)
	if report.Total.New != 2 || report.Total.Skipped != 2*pendingBatch+50 {
		t.Errorf("report: %+v", report.Total)
	}
	if a := m.address(t, left); a.State != article.StateFetched || a.Tries != 0 {
		t.Errorf("address: %+v", a)
	}
}

// What a feed and a listing say of an article is put together before it is read.
func TestCrawlCards(t *testing.T) {
	n := newNewsroom(t, 1)
	n.articles[0].noDate = true
	n.handle("/news/feed/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "<rss version=\"2.0\"><channel><item><title>From the feed</title><link>%s</link></item></channel></rss>", n.article(0))
	})
	m := newMemory()
	n.crawl(n.scraper(m))
	a, r := m.address(t, n.article(0)), m.records[n.article(0)]
	if a.Card.Title != "From the feed" || a.Card.PublishedText != "12:00 30/06/2025" || r.Published.String() != "2025-06-30T12:00:00+01:00" {
		t.Errorf("card %+v, record of %v", a.Card, r.Published)
	}
	// A listing that says more later adds to the card of a known article.
	m = newMemory()
	m.addresses[n.article(0)] = article.Address{URL: n.article(0), Site: "test", State: article.StateUnchanged, Next: time.Now().Add(day), Found: time.Now().Add(-day)}
	n.crawl(n.scraper(m))
	if a := m.address(t, n.article(0)); a.Card.PublishedText != "12:00 30/06/2025" || a.State != article.StateUnchanged {
		t.Errorf("address: %+v", a)
	}
}

// A listing that is no web page is a failure in its own words; colly must not
// unpack it, which has no bounds.
func TestCrawlListingKind(t *testing.T) {
	n := newNewsroom(t, 1)
	n.handle("/news/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/gzip")
		fmt.Fprint(w, "plain")
	})
	report := n.crawl(n.scraper(newMemory()))
	if f := report.Sites[0].Failures; len(f) != 1 || f[0].Cause != "application/gzip, not a web page" || report.Total.New != 1 {
		t.Errorf("report: %+v", report)
	}
}

// A full crawl that was ended goes on at the page that it had reached.
func TestCrawlFullResumes(t *testing.T) {
	n := newNewsroom(t, 8*perPage)
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	s.Limit = 5*perPage + 2
	n.crawl(s)
	n.requests()
	s.Limit = 0
	report := n.crawl(s)
	var pages []string
	for _, path := range n.requests() {
		if strings.HasPrefix(path, "/search/") {
			pages = append(pages, strings.TrimPrefix(path, "/search/?q=&page="))
		}
	}
	if want := []string{"1", "6", "7", "8"}; !slices.Equal(pages, want) || report.Total.New != 3*perPage-2 {
		t.Errorf("asked for pages %q, want %q; report %+v", pages, want, report.Total)
	}
	// It has come to its end now.
	n.crawl(s)
	if asked := n.requests(); !slices.Contains(asked, "/search/?q=&page=2") || !slices.Contains(asked, "/search/?q=&page=8") {
		t.Errorf("asked %q", asked)
	}
}

// A kill after any commit loses nothing for good: the next run brings the rest.
func TestCrawlKilled(t *testing.T) { synctest.Test(t, testCrawlKilled) }

func testCrawlKilled(t *testing.T) {
	n := newsroomInMemory(t, 4*perPage)
	m := newMemory()
	var snapshots []*memory
	full := newMemory()
	full.before = func([]article.Visit) { snapshots = append(snapshots, full.clone()) }
	full.after = func() { snapshots = append(snapshots, full.clone()) } // before its notes
	// Slow enough for a commit now and then.
	slowly := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(2 * settleTime) // in the bubble
		n.serve(w, r)
	}
	n.handle("/search/?q=&page=2", slowly)
	n.handle("/search/?q=&page=4", slowly)
	n.crawl(n.scraper(full))
	if len(snapshots) < 3 {
		t.Fatalf("only %d commits", len(snapshots))
	}
	snapshots = append(snapshots, m)
	for i, s := range snapshots {
		n.crawl(n.scraper(s))
		if len(s.records) != 4*perPage {
			t.Errorf("after kill %d the next run has %d records", i, len(s.records))
		}
	}
}

func TestCrawlArchiveFails(t *testing.T) {
	n := newNewsroom(t, 20)
	m := newMemory()
	full := errors.New("no space left on device")
	m.fail = func() error { return full }
	slow := n.scraper(m)
	slow.Delay = 40 * time.Millisecond // the first commit fails on the way
	report, err := slow.Crawl(t.Context(), "test")
	if !errors.Is(err, full) || report == nil || report.Stopped != "archive" || report.Sites[0].Stopped != "archive" {
		t.Errorf("%v, %+v", err, report)
	}
	broken := &brokenArchive{memory: newMemory(), err: full}
	s := n.scraper(nil)
	s.Archive = broken
	if _, err := s.Crawl(t.Context(), "test"); !errors.Is(err, full) {
		t.Errorf("error is %v", err)
	}
}

type brokenArchive struct {
	*memory
	err error
}

func (b *brokenArchive) Addresses(...string) (map[string]article.Address, error) { return nil, b.err }

func TestCrawlInterrupted(t *testing.T) { synctest.Test(t, testCrawlInterrupted) }

func testCrawlInterrupted(t *testing.T) {
	n := newsroomInMemory(t, 30)
	m := newMemory()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n.handle("/news/articles/release-020/", func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done() // an answer that would never come
	})
	start := time.Now()
	report, err := n.scraper(m).Crawl(ctx, "test")
	if took := time.Since(start); took != 0 {
		t.Errorf("it took %v", took)
	}
	if !errors.Is(err, context.Canceled) || report.Stopped != "interrupted" || report.Total.Failed != 0 {
		t.Errorf("%v, %+v", err, report)
	}
	if report.Total.New != 10 || len(m.records) != 10 {
		t.Errorf("%d new in the report, %d in the archive", report.Total.New, len(m.records))
	}
	if a := m.address(t, n.article(10)); a.State != article.StateNew || a.Tries != 0 {
		t.Errorf("the page in hand was blamed: %+v", a)
	}
	n.handle("/news/articles/release-020/", nil)
	if report = n.crawl(n.scraper(m)); report.Total.New != 20 {
		t.Errorf("the next run: %+v", report.Total)
	}
}

func TestCrawlMaxTime(t *testing.T) { synctest.Test(t, testCrawlMaxTime) }

func testCrawlMaxTime(t *testing.T) {
	n := newsroomInMemory(t, 5)
	n.handle("/news/articles/release-003/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	s := n.scraper(newMemory())
	s.MaxTime, s.Timeout = 10*time.Minute, time.Hour
	start := time.Now()
	report := n.crawl(s) // no error
	if took := time.Since(start); took != s.MaxTime {
		t.Errorf("it took %v", took)
	}
	if report.Stopped != "max-time" || report.Status() != 0 || report.Total.New != 2 {
		t.Errorf("report: %+v", report)
	}
}

func TestCrawlSeveralSites(t *testing.T) {
	a, b := newNewsroom(t, 6), newNewsroom(t, 6)
	// Two sites on one server: their requests are not side by side either.
	dir := t.TempDir()
	profile := func(id, base string) {
		writeFile(t, dir, id+".yaml", strings.Replace(fmt.Sprintf(newsroomProfile, base), "id: test", "id: "+id, 1))
	}
	profile("one", a.server.URL)
	profile("two", a.server.URL)
	profile("three", b.server.URL)
	s := a.scraper(newMemory())
	s.Sites = loadSites(t, dir)
	var events []Event
	s.Progress = func(e Event) { events = append(events, e) }
	report := a.crawl(s, "one", "two", "three", "one")
	if len(report.Sites) != 3 || report.Sites[2].Site != "three" || report.Sites[2].New != 6 || report.Total.New < 12 {
		t.Errorf("report: %+v", report)
	}
	for _, r := range a.log() {
		if r.open != 0 {
			t.Errorf("%s was asked for while %d others were", r.path, r.open)
		}
	}
	robots := slices.DeleteFunc(a.requests(), func(p string) bool { return p != "/robots.txt" })
	if len(robots) != 1 {
		t.Errorf("robots.txt was asked for %d times", len(robots))
	}
	done := 0
	for _, e := range events {
		if e.Phase == PhaseDone {
			done++
			if e.Done > e.Total || e.Found == 0 {
				t.Errorf("event: %+v", e)
			}
		}
	}
	if done != 3 {
		t.Errorf("%d sites were done", done)
	}
}

func TestReportJSON(t *testing.T) {
	n := newNewsroom(t, 1)
	report := n.crawl(n.scraper(newMemory()))
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{`"started":`, `"sites":[{"site":"test"`, `"new":1`, `"failures":[]`, `"total":{"found":1`} {
		if !strings.Contains(string(data), field) {
			t.Errorf("%s is not in %s", field, data)
		}
	}
}

func TestReportStatus(t *testing.T) {
	shape, blocked := SiteReport{Site: "a", Shape: "new"}, SiteReport{Site: "b", Blocked: "closed"}
	failed := SiteReport{Site: "c", Counts: Counts{Failed: 1, New: 2}}
	for _, test := range []struct {
		sites []SiteReport
		want  int
	}{
		{nil, 0},
		{[]SiteReport{{Site: "d", Counts: Counts{Missing: 3, Forbidden: 1, NotArticle: 2}}}, 0},
		{[]SiteReport{failed}, 3},
		{[]SiteReport{blocked, failed}, 5},
		{[]SiteReport{failed, blocked, shape}, 6},
	} {
		if got := (&Report{Sites: test.sites}).Status(); got != test.want {
			t.Errorf("%+v: status %d, want %d", test.sites, got, test.want)
		}
	}
	if got := failed.Summary(); got != "c: 2 new, 1 failed" {
		t.Errorf("summary %q", got)
	}
	if got := blocked.Summary(); got != "b: nothing new (closed)" {
		t.Errorf("summary %q", got)
	}
}
