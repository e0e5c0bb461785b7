package scraper

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"archiver/article"
	"archiver/health"
)

// publish puts further releases at the head of the newsroom.
func (n *newsroom) publish(count int, change func(*release)) {
	n.change(func() {
		for range count {
			first := n.articles[0]
			i := len(n.articles) + 1
			r := release{
				slug: fmt.Sprintf("release-%03d", i), title: fmt.Sprintf("Release number %d", i),
				body: "Officers were called to the scene.", published: first.published.Add(24 * time.Hour),
			}
			if change != nil {
				change(&r)
			}
			n.articles = append([]release{r}, n.articles...)
		}
	})
}

func undated(r *release) { r.noDate = true }

// A few new releases a run that all lack what the site always had: once there are
// enough to say so the site has changed, nothing is marked, and it stays so until
// its pages have it again.
func TestLostDateline(t *testing.T) {
	n := newNewsroom(t, 15)
	m := newMemory()
	s := n.scraper(m)
	n.crawl(s)
	n.publish(2, undated)
	n.status("/news/articles/release-003/", http.StatusNotFound)
	if report := n.crawl(s); report.Status() != StatusDone {
		t.Fatalf("after two of them: status %d, %+v", report.Status(), report.Sites)
	}
	n.publish(3, undated)
	report := n.crawl(s, "test", n.url("/news/articles/release-003/"))
	site := report.Sites[0]
	if report.Status() != StatusShape || site.Missing != 0 || !strings.Contains(site.Shape, "its pages have no dateline any more (0 of the last 5; before, 15 of 15)") {
		t.Fatalf("after five: status %d, %+v", report.Status(), site)
	}
	if r := m.records[n.url("/news/articles/release-003/")]; r.Status != article.StatusLive {
		t.Errorf("a record was marked %s", r.Status)
	}
	if site.New != 3 {
		t.Errorf("%d new ones were saved, want 3", site.New)
	}
	// Nothing is read, so nothing has got better.
	if report = n.crawl(s); report.Status() != StatusShape {
		t.Errorf("a run later: status %d", report.Status())
	}
	n.publish(6, nil)
	if report = n.crawl(s); report.Status() != StatusDone {
		t.Errorf("after pages that have one: status %d, %+v", report.Status(), report.Sites)
	}
}

// All pages are read again, and have lost it.
func TestLostDatelineEverywhere(t *testing.T) {
	n := newNewsroom(t, 40)
	m := newMemory()
	s := n.scraper(m)
	s.Full = true
	n.crawl(s)
	n.change(func() {
		for i := range n.articles {
			n.articles[i].noDate = true
			n.articles[i].body = "Officers were called to the scene again."
		}
	})
	s.Recheck = true
	if report := n.crawl(s); report.Status() != StatusShape || report.Total.Fetched != 40 {
		t.Errorf("status %d, %+v", report.Status(), report.Sites)
	}
}

// New pages that the reader makes nothing of are no news that there is none.
func TestNewPagesUnread(t *testing.T) {
	n := newNewsroom(t, 15)
	s := n.scraper(newMemory())
	n.crawl(s)
	n.publish(5, func(r *release) { r.body = "" })
	if report := n.crawl(s); report.Status() != StatusShape || report.Total.NotArticle != 5 {
		t.Errorf("status %d, %+v", report.Status(), report.Sites)
	}
}

// A site that never had a thing cannot lose it, and one page of many that lacks
// it is no loss.
func TestNoLoss(t *testing.T) {
	n := newNewsroom(t, 15)
	n.change(func() {
		for i := range n.articles {
			n.articles[i].noDate = i%2 == 0
		}
	})
	s := n.scraper(newMemory())
	n.crawl(s)
	n.publish(8, undated)
	if report := n.crawl(s); report.Status() != StatusDone {
		t.Errorf("status %d, %+v", report.Status(), report.Sites)
	}
}

// The back file of other years says nothing of what the site is like now.
func TestBackFileIsNoLoss(t *testing.T) {
	n := newNewsroom(t, 80)
	n.change(func() {
		for i := 60; i < 80; i++ {
			n.articles[i].noDate = true
		}
	})
	s := n.scraper(newMemory())
	n.crawl(s) // ten pages of five
	s.Full = true
	if report := n.crawl(s); report.Status() != StatusDone || report.Total.New == 0 {
		t.Errorf("status %d, %+v", report.Status(), report.Sites)
	}
}

// Cards that print no date any more.
func TestLostCardDates(t *testing.T) {
	n := newNewsroom(t, 15)
	n.profile(strings.Replace(newsroomProfile, "listings: [/news/]\n", "listings: [/search/?q=&page=1]\n", 1))
	s := n.scraper(newMemory())
	n.crawl(s)
	n.publish(5, nil)
	if report := n.crawl(s); report.Status() != StatusDone {
		t.Fatalf("status %d, %+v", report.Status(), report.Sites)
	}
	n.publish(5, nil)
	n.crawl(s)
	n.handle("/search/", func(w http.ResponseWriter, r *http.Request) {
		recorder := new(strings.Builder)
		writeListing(plainWriter{w, recorder}, n.articles[:5], "")
		page := recorder.String()
		for _, a := range n.articles[:5] {
			page = strings.ReplaceAll(page, a.published.Format("15:04 02/01/2006"), "")
		}
		fmt.Fprint(w, page)
	})
	n.publish(3, nil)
	report := n.crawl(s)
	if want := "the cards of " + n.url("/search/?q=&page=1") + " have no date any more"; report.Status() != StatusShape || !strings.Contains(report.Sites[0].Shape, want) {
		t.Errorf("status %d, %+v", report.Status(), report.Sites)
	}
}

// plainWriter has the headers of an answer and keeps its body.
type plainWriter struct {
	http.ResponseWriter
	body *strings.Builder
}

func (w plainWriter) Write(p []byte) (int, error) { return w.body.Write(p) }

// What the archive notes of a run: when, how it ended, what was wrong and since
// when.
func TestLastRun(t *testing.T) {
	n := newNewsroom(t, 3)
	m := newMemory()
	s := n.scraper(m)
	note := func() LastRun {
		t.Helper()
		data, err := m.State(LastRunKey("test"))
		if err != nil || data == nil {
			t.Fatalf("no note: %v", err)
		}
		if !strings.HasPrefix(string(data), `{"at":"2`) {
			t.Errorf("the time does not stand first: %s", data)
		}
		var last LastRun
		if err := json.Unmarshal(data, &last); err != nil {
			t.Fatal(err)
		}
		return last
	}
	n.crawl(s)
	first := note()
	if first.First.IsZero() || !first.Began.IsZero() || first.Report.New != 3 || first.Report.Finished.IsZero() || first.Report.Trouble() != nil || !first.Since.IsZero() {
		t.Errorf("after the first run: %+v", first)
	}
	// While a run goes on, the archive says so, and what the one before came to.
	began := make(chan struct{})
	s.Archive = &listening{m, sync.OnceFunc(func() { close(began) })}
	n.handle("/news/", func(w http.ResponseWriter, r *http.Request) {
		<-began
		if now := note(); now.Began.IsZero() || now.Report.New != 3 {
			t.Errorf("during the second run: %+v", now)
		}
		w.WriteHeader(http.StatusBadRequest)
	})
	n.crawl(s)
	failed := note()
	if trouble := failed.Report.Trouble(); trouble == nil || *trouble != (health.Trouble{Kind: health.KindPages, Cause: "HTTP status 400 Bad Request"}) {
		t.Errorf("trouble: %+v", trouble)
	}
	if !failed.First.Equal(first.First) || failed.Since.IsZero() || len(failed.Report.Failures) != 0 || failed.Report.Failed != 1 {
		t.Errorf("after a failing run: %+v", failed)
	}
	n.status("/news/", http.StatusBadRequest)
	n.crawl(s)
	if again := note(); !again.Since.Equal(failed.Since) {
		t.Errorf("the same trouble is since %v, and was since %v", again.Since, failed.Since)
	}
	// A single address is no crawl of its site.
	before := note()
	n.crawl(s, n.article(0))
	if after := note(); !after.At.Equal(before.At) {
		t.Errorf("a single page changed the note: %+v", after)
	}
	// A plan writes nothing.
	s.Plan = true
	n.crawl(s)
	if after := note(); !after.At.Equal(before.At) {
		t.Errorf("a plan changed the note: %+v", after)
	}
}

// A listening archive tells when notes are set.
type listening struct {
	*memory
	told func()
}

func (l *listening) SetStates(notes map[string][]byte) error {
	defer l.told()
	return l.memory.SetStates(notes)
}

// Why a site's crawl ended early is said of the site, too.
func TestStoppedSite(t *testing.T) {
	n := newNewsroom(t, 8)
	s := n.scraper(newMemory())
	s.Limit = 2
	if report := n.crawl(s); report.Sites[0].Stopped != "limit" || report.Stopped != "limit" {
		t.Errorf("%+v", report)
	}
	s.Limit = 0
	if report := n.crawl(s); report.Sites[0].Stopped != "" {
		t.Errorf("%+v", report)
	}
}
