package web_test

import (
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/invented"
	"archiver/search"
	"archiver/web"

	"github.com/chromedp/chromedp"
)

// halting is an archive that gives an index some releases, and the others once it may
// go on.
type halting struct {
	served
	goOn <-chan struct{}
}

func (h halting) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		n := 0
		for r, err := range h.served.RecordsOf(ids...) {
			if n++; n == 45 {
				<-h.goOn
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// newHalting makes a site whose index is not made before it may go on.
func newHalting(t *testing.T) (s *site, goOn func()) {
	t.Helper()
	archive := newStore(t, releases)
	gate := make(chan struct{})
	open := true
	goOn = func() {
		if open {
			close(gate)
		}
		open = false
	}
	s = siteWith(t, archive, web.Options{}, search.Open(archive.Path()+".search", halting{served{archive}, gate}), 5*time.Millisecond)
	t.Cleanup(goOn) // before the index is closed
	return s, goOn
}

// Nobody waits for the first index: pages show what they can and say what is missing.
func TestIndexing(t *testing.T) {
	s, goOn := newHalting(t)
	const making = "the search index is being made: 40 of 60 releases"
	eventually(t, "it is not said how far the index is", func() bool { return strings.Contains(s.text("/healthz"), making) })
	if text := s.text("/healthz"); text != "ok; "+making+"\n" {
		t.Errorf("/healthz: %q", text)
	}

	front := s.page("/")
	if words := front.classed("about")[0].words(); !strings.HasPrefix(words, "The search index is being made: 40 of 60 releases. These are the newest;") {
		t.Errorf("the front page says %q", words)
	}
	items := front.classed("item")
	if len(items) != 25 || len(front.classed("facet")) != 0 || len(front.named("input")) == 0 {
		t.Errorf("the front page has %d releases, %d filters", len(items), len(front.classed("facet")))
	}
	newest := ""
	for i := range releases {
		if r := invented.Record(i, releases); newest == "" || r.Published.String() > newest {
			newest = r.Published.String()
		}
	}
	if at := items[0].named("time")[0].attr("datetime"); at != newest {
		t.Errorf("the first is of %s, the newest of %s", at, newest)
	}
	found := s.page("/?q=again")
	if words := found.classed("about")[0].words(); !strings.Contains(words, "What you look for is shown here") || len(found.classed("item")) != 0 {
		t.Errorf("a search says %q", words)
	}
	for _, path := range []string{"/quotations", "/quotations/speakers", "/feed.atom", "/api/releases", "/api/quotations", "/api/speakers", "/api/watches"} {
		response := s.get(path)
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" || !strings.Contains(string(body), "search index is being made") {
			t.Errorf("%s: status %d, retry after %q: %.200s", path, response.StatusCode, response.Header.Get("Retry-After"), body)
		}
		if strings.HasPrefix(path, "/api/") && !json.Valid(body) {
			t.Errorf("%s is no JSON: %s", path, body)
		}
	}
	if line := s.page("/watches").classed("item")[0].words(); strings.Contains(line, "release") {
		t.Errorf("a watch says %q", line)
	}
	for _, path := range []string{"/release/" + id(0, releases), "/release/" + id(0, releases) + "/history", "/changes", "/removed", "/statistics", "/about"} {
		s.text(path)
	}

	goOn()
	eventually(t, "the index is never there", func() bool { return s.text("/healthz") == "ok\n" })
	if words := s.page("/").classed("about")[0].words(); words != "60 releases, newest first." {
		t.Errorf("the front page says %q", words)
	}
	s.text("/quotations")
	if line := s.page("/watches").classed("item")[0].words(); !strings.Contains(line, "release") {
		t.Errorf("a watch says %q", line)
	}
}

// What was looked for while the index was made comes by itself.
func TestBrowserIndexing(t *testing.T) {
	s, goOn := newHalting(t)
	b := newTab(t, s)
	b.open("/")
	b.until(`document.querySelector('[role=status]').textContent.includes('is being made') && document.querySelectorAll('.item').length`, "25")
	b.do(chromedp.SendKeys(chromedp.CSS("#q"), "again"))
	b.until(`location.search + document.querySelectorAll('.item').length`, "?q=again0")
	goOn()
	b.until(`document.querySelector('mark')?.textContent`, "again")
	b.until(`document.querySelectorAll('.facet').length > 0`, "true")
}
