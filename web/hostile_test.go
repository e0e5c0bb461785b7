package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"
)

// printed is a text that wants out of wherever it stands; hostile has characters as
// well that the archive lets into some fields alone.
const (
	printed = "=HYPERLINK(\"x\")\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{.}}\u202e</textarea></style></title>\ufffe"
	hostile = printed + "\u0000\u0007\x1b[31m"
)

// hostileStore has releases with such texts in every field, in two revisions, one of
// them taken down.
func hostileStore(t *testing.T) (s *store.Store, ids []string) {
	t.Helper()
	s, err := store.Create(filepath.Join(t.TempDir(), "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	make := func(site string, revision int) *article.Record {
		block := func(kind article.BlockKind) article.Block {
			b := article.Block{Kind: kind, Text: printed, Markdown: printed + "[x](javascript:alert(3))"}
			if kind == article.BlockList {
				b.Items = []string{printed}
			}
			return b
		}
		from := func(start, end int) string { return article.Slice(printed, start, end) }
		r := &article.Record{
			URL: "https://" + site + ".example/news/a?x=\"><script>", Site: site, Force: hostile, Area: hostile, Status: article.StatusLive,
			Title: printed + strings.Repeat(" more", revision), PageTitle: printed, Published: article.At(at), PublishedText: printed, Kind: article.KindFraud, Lead: printed,
			Blocks: []article.Block{
				block(article.BlockParagraph), block(article.BlockHeading), block(article.BlockList), block(article.BlockQuote), block(article.BlockTable), block(article.BlockImage),
			},
			Quotes: []article.Quote{{
				Speaker: hostile, Role: hostile, Unit: hostile, Cue: hostile, Paragraphs: []string{hostile + " eight words or more have to stand here"}, Text: hostile + " eight words or more have to stand here",
				Spans: []article.Span{{0, 0, 5}},
			}},
			Advice:     []article.Advice{{Heading: hostile, Items: []string{hostile}, Block: 2}},
			Related:    []article.Headline{{Title: hostile, URL: "javascript:alert(4)"}, {Title: "x", URL: "https://evil.example/\"onmouseover=\"alert(5)"}},
			Links:      []article.Link{{Text: hostile, URL: "javascript:alert(6)"}},
			References: []article.Mention{{Kind: hostile, Text: from(0, 4), Value: hostile, Block: 0, Start: 0, End: 4}},
			Phones:     []article.Number{{Text: from(5, 8), Value: hostile, Block: 0, Start: 5, End: 8}},
			Emails:     []article.Number{{Text: from(9, 12), Value: hostile, Block: 0, Start: 9, End: 12}},
			Amounts:    []article.Amount{{Text: from(13, 16), Block: 0, Start: 13, End: 16}},
			Topics:     []article.Topic{{ID: "fraud/courier", Evidence: []string{hostile}}},
			FirstSeen:  article.At(at.AddDate(0, 0, revision)), LastSeen: article.At(at.AddDate(0, 0, revision)),
		}
		r.Fill()
		return r
	}
	for _, site := range []string{"one", "two"} {
		for revision := range 2 {
			r := make(site, revision)
			if err := r.Validate(); err != nil {
				t.Fatalf("the test's record: %v", err)
			}
			page := &article.Page{
				URL: r.URL, Status: 200, Fetched: r.FirstSeen.Time, Body: []byte("<script>alert(7)</script>" + r.Title),
				Header: map[string][]string{"Content-Type": {"text/html; charset=\"utf-8\r\nX-Evil: 1\""}},
			}
			r.Capture = page.Capture()
			_, err := s.Save(article.Visit{
				Address: article.Address{URL: r.URL, Site: site, State: article.StateFetched, Found: r.FirstSeen.Time, Checked: r.FirstSeen.Time, Next: at}, Page: page, Record: r,
			})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, r.ID)
		}
	}
	gone := article.Address{URL: make("two", 0).URL, Site: "two", State: article.StateGone, Checked: at.AddDate(0, 1, 0), Next: at, Reason: hostile, MissingSince: at.AddDate(0, 1, 0), Misses: 3}
	if _, err := s.Save(article.Visit{Address: gone, Cause: article.CauseSoft404}); err != nil {
		t.Fatal(err)
	}
	return s, []string{ids[0], ids[2]}
}

// Whatever a release says, it is words: no page gets an element, an attribute, a link
// or a header by it.
func TestHostileReleases(t *testing.T) {
	archive, ids := hostileStore(t)
	s := newSite(t, archive)
	paths := []string{
		"/", "/?q=alert", "/changes", "/removed", "/quotations", "/quotations?q=eight", "/quotations/speakers", "/quotations/recycled", "/statistics", "/statistics?by=speaker",
		"/sites", "/watches", "/about",
	}
	for _, id := range ids {
		paths = append(paths, "/release/"+id, "/release/"+id+"?revision=1", "/release/"+id+"/history", "/release/"+id+"/history?form=inline")
	}
	for _, path := range paths {
		page := s.page(path)
		sound(t, path, page)
		text := s.text(path)
		for _, bad := range []string{"\x00", "\x07", "\x1b", "\ufffe", "javascript:", "<script>", "onerror=\"", "<img"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %q", path, bad)
			}
		}
		for _, a := range page.named("a") {
			if href := a.attr("href"); !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "https://") {
				t.Errorf("%s: a link to %q", path, href)
			}
		}
	}
	for _, path := range []string{"/feed.atom", "/feed.json", "/api/releases", "/api/changes", "/api/removed", "/api/quotations", "/api/speakers", "/release/" + ids[0] + ".json"} {
		response := s.get(path)
		if response.StatusCode != http.StatusOK || strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: status %d, %s", path, response.StatusCode, response.Header.Get("Content-Type"))
		}
	}
	table := s.text("/statistics/table.csv?by=speaker")
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, "=") || strings.HasPrefix(line, "\"=") {
			t.Errorf("a formula: %q", line)
		}
	}
}

// The page as captured is words or a download, and none of its headers is taken over.
func TestCapturedPageIsNeverRendered(t *testing.T) {
	archive, ids := hostileStore(t)
	s := newSite(t, archive)
	for _, c := range []struct{ query, contentType, disposition string }{
		{"", "text/plain; charset=utf-8", "inline"}, {"?revision=1", "text/plain; charset=utf-8", "inline"}, {"?save=1", "application/octet-stream", "attachment"},
	} {
		response := s.get("/release/" + ids[0] + "/page" + c.query)
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		h := response.Header
		if !strings.HasPrefix(string(body), "<script>alert(7)</script>") {
			t.Errorf("%q: it is not the page: %.40q", c.query, body)
		}
		if h.Get("Content-Type") != c.contentType || !strings.HasPrefix(h.Get("Content-Disposition"), c.disposition) ||
			h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasSuffix(h.Get("Content-Security-Policy"), "; sandbox") || h.Get("X-Evil") != "" {
			t.Errorf("%q: headers %v", c.query, h)
		}
	}
}

// What is suppressed while the archive is shown is gone from everything at once.
func TestSuppressedIsNowhere(t *testing.T) {
	archive := newStore(t, 40)
	s := newSite(t, archive)
	r, err := archive.Record(id(0, 40))
	if err != nil {
		t.Fatal(err)
	}
	paths := []string{
		"/", "/?has=changes", "/?q=again", "/changes", "/quotations", "/quotations/speakers", "/quotations/recycled", "/statistics?by=speaker", "/feed.atom?q=again", "/feed.json?q=again",
		"/api/releases?per-page=100", "/api/changes", "/api/quotations?per-page=100", "/api/speakers?per-page=100", "/api/recycled",
	}
	seen := 0
	for _, path := range paths {
		if strings.Contains(s.text(path), r.ID) || strings.Contains(s.text(path), r.URL) {
			seen++
		}
	}
	if seen < 5 {
		t.Fatalf("the release is on %d pages: the test shows nothing", seen)
	}
	if _, err := archive.Suppress(store.Order{By: "test", Reason: "test"}, r.ID); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if text := s.text(path); strings.Contains(text, r.ID) || strings.Contains(text, r.URL) || strings.Contains(text, r.Title) {
			t.Errorf("%s still has it", path)
		}
	}
	for _, path := range []string{"", ".md", ".docx", ".bib", "/history", "/page"} {
		if status := s.get("/release/" + r.ID + path).StatusCode; status != http.StatusNotFound {
			t.Errorf("%s: status %d", path, status)
		}
	}
	for _, path := range []string{"", "/history", "/difference", "/kin"} {
		response := s.get("/api/releases/" + r.ID + path)
		var problem struct{ Error string }
		if err := json.NewDecoder(response.Body).Decode(&problem); err != nil || response.StatusCode != http.StatusNotFound || problem.Error == "" {
			t.Errorf("/api %s: status %d, %v", path, response.StatusCode, err)
		}
	}
}
