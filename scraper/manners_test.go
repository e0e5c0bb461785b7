package scraper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"archiver/article"
)

// A web is the network of a test without one: a site whose every answer takes
// some time, in a bubble in which time costs nothing.
type web struct {
	mu      sync.Mutex
	latency time.Duration
	answers map[string]func(nth int) (*http.Response, error) // by address without scheme and host
	hits    []hit
}

type hit struct {
	url        string
	start, end time.Time // of the answer's body
	open       int
}

func (w *web) path(i int) string { return strings.TrimPrefix(w.hits[i].url, webBase) }

const webBase = "https://www.test.example"

const webProfile = `
id: test
base: https://www.test.example
listings: [/news/]
articles:
  - ^/news/articles/[^/]+/?$
`

// newWeb is a site that lists so many articles: a, b, c …
func newWeb(articles int) *web {
	w := &web{latency: 300 * time.Millisecond, answers: map[string]func(int) (*http.Response, error){}}
	w.set("/robots.txt", func(int) (*http.Response, error) { return respond(200, "User-agent: *\nAllow: /\n"), nil })
	var list strings.Builder
	for i := range articles {
		path := letter(i)
		fmt.Fprintf(&list, `<p><a href="%s">Article</a></p>`, path)
		w.set(path, func(int) (*http.Response, error) { return respond(200, webArticle), nil })
	}
	w.set("/news/", func(int) (*http.Response, error) {
		return respond(200, "<html><body>"+list.String()+"</body></html>"), nil
	})
	return w
}

const webArticle = `<html><body><h1>Title</h1><p class="date">12:00 27/08/2020</p><div class="body"><p>Body.</p></div></body></html>`

// letter is the path of an article of a web.
func letter(i int) string { return "/news/articles/" + string(rune('a'+i)) + "/" }

func (w *web) set(path string, answer func(nth int) (*http.Response, error)) {
	w.answers[path] = answer
}

func (w *web) fixed(path string, resp func() *http.Response) {
	w.set(path, func(int) (*http.Response, error) { return resp(), nil })
}

func respond(status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

func (w *web) RoundTrip(req *http.Request) (*http.Response, error) {
	w.mu.Lock()
	i, path := len(w.hits), strings.TrimPrefix(req.URL.String(), webBase)
	nth, open := 0, 0
	for _, h := range w.hits {
		if h.url == req.URL.String() {
			nth++
		}
		if h.end.IsZero() && strings.HasPrefix(h.url, req.URL.Scheme+"://"+req.URL.Host) {
			open++
		}
	}
	w.hits = append(w.hits, hit{url: req.URL.String(), start: time.Now(), open: open})
	answer := w.answers[path]
	w.mu.Unlock()
	done := func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.hits[i].end = time.Now()
	}
	if err := sleep(req.Context(), w.latency); err != nil {
		done()
		return nil, err
	}
	if answer == nil {
		done()
		return respond(404, "not found"), nil
	}
	resp, err := answer(nth)
	if err != nil {
		done()
		return nil, err
	}
	resp.Body = &ending{resp.Body, req.Context(), done}
	return resp, nil
}

// An ending is a body that ends with its request, as those of net/http do.
type ending struct {
	io.ReadCloser
	ctx  context.Context
	done func()
}

func (e *ending) Read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	return e.ReadCloser.Read(p)
}

func (e *ending) Close() error {
	e.done()
	return e.ReadCloser.Close()
}

func (w *web) scraper(t *testing.T, m *memory) *Scraper {
	t.Helper()
	set, _ := loadSite(t, webProfile)
	return &Scraper{Archive: m, Read: readPage, Sites: set, Delay: time.Second, Transport: w}
}

func (w *web) crawl(t *testing.T, s *Scraper) *Report {
	t.Helper()
	report, err := s.Crawl(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// hitsOf returns what happened to one path.
func (w *web) hitsOf(path string) []hit {
	return slices.DeleteFunc(slices.Clone(w.hits), func(h hit) bool { return h.url != webBase+path })
}

// paced fails the test unless the pause between any two requests is at least d,
// and no two were under way at once.
func (w *web) paced(t *testing.T, d time.Duration) {
	t.Helper()
	for i, h := range w.hits {
		if h.open > 0 {
			t.Errorf("%s was asked for while another was under way", w.path(i))
		}
		if i > 0 && h.start.Sub(w.hits[i-1].end) < d {
			t.Errorf("%s was asked for %v after the end of %s", w.path(i), h.start.Sub(w.hits[i-1].end), w.path(i-1))
		}
	}
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(5)
		// Redirects and tries again keep the pause too.
		w.fixed(letter(1), func() *http.Response { return respond(301, "", "Location", "/news/articles/moved/") })
		w.fixed("/news/articles/moved/", func() *http.Response { return respond(200, webArticle) })
		w.set(letter(2), func(nth int) (*http.Response, error) {
			if nth < 2 {
				return respond(500, "sorry"), nil
			}
			return respond(200, webArticle), nil
		})
		report := w.crawl(t, w.scraper(t, newMemory()))
		if report.Total.New != 5 || report.Status() != 0 {
			t.Errorf("report: %+v", report)
		}
		w.paced(t, time.Second)
		if len(w.hits) != 10 || w.path(0) != "/robots.txt" {
			t.Errorf("%d requests, the first for %s", len(w.hits), w.path(0))
		}
		// And no longer one than is needed.
		for i := 1; i < 6; i++ {
			if got := w.hits[i].start.Sub(w.hits[i-1].end); got != time.Second {
				t.Errorf("pause before %s is %v", w.path(i), got)
			}
		}
	})
}

func TestPauseOfCrawlDelay(t *testing.T) {
	for delay, want := range map[string]time.Duration{"7": 7 * time.Second, "2.5": 2500 * time.Millisecond, "0.2": time.Second, "soon": time.Second} {
		synctest.Test(t, func(t *testing.T) {
			w := newWeb(3)
			w.fixed("/robots.txt", func() *http.Response { return respond(200, "User-agent: *\nCrawl-delay: "+delay) })
			w.crawl(t, w.scraper(t, newMemory()))
			w.paced(t, want)
			if got := w.hits[3].start.Sub(w.hits[2].end); got != want {
				t.Errorf("Crawl-delay: %s makes a pause of %v", delay, got)
			}
		})
	}
}

func TestUserAgent(t *testing.T) {
	for _, test := range []struct{ version, contact, want string }{
		{"", "", "archiver/dev"},
		{"1.2", "https://example.org/bot", "archiver/1.2 (+https://example.org/bot)"},
		{"1.2", "a\r\nX-Evil: b", "archiver/1.2 (+a X-Evil: b)"},
	} {
		if got := UserAgent(test.version, test.contact); got != test.want {
			t.Errorf("user agent %q, want %q", got, test.want)
		}
	}
	n := newNewsroom(t, 2)
	n.crawl(n.scraper(newMemory()))
	for _, r := range n.log() {
		if got := r.header["User-Agent"]; !slices.Equal(got, []string{"archiver/1.0 (+news@example.org)"}) || r.header.Get("Cookie") != "" {
			t.Errorf("%s was asked for by %q", r.path, got)
		}
		if r.open != 0 {
			t.Errorf("%s was asked for while another was under way", r.path)
		}
	}
}

func TestRetries(t *testing.T) {
	faults := map[string]func() (*http.Response, error){
		"500":     func() (*http.Response, error) { return respond(500, ""), nil },
		"503":     func() (*http.Response, error) { return respond(503, ""), nil },
		"429":     func() (*http.Response, error) { return respond(429, ""), nil },
		"dropped": func() (*http.Response, error) { return nil, io.EOF },
		"reset":   func() (*http.Response, error) { return nil, syscall.ECONNRESET },
		"cut":     func() (*http.Response, error) { r := respond(200, "half"); r.ContentLength = 8; return r, nil },
		"empty":   func() (*http.Response, error) { return respond(200, ""), nil },
		"never": func() (*http.Response, error) {
			r := respond(200, "")
			r.ContentLength = -1
			r.Body = &drip{every: time.Second}
			return r, nil
		},
		"truncated": func() (*http.Response, error) { return respond(200, "\x1f\x8b\x08", "Content-Encoding", "gzip"), nil },
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWeb(12)
				bad := letter(1)
				healed := false
				w.set(bad, func(nth int) (*http.Response, error) {
					if !healed {
						return fault()
					}
					return respond(200, webArticle), nil
				})
				m := newMemory()
				s := w.scraper(t, m)
				s.Delay = 100 * time.Millisecond
				report := w.crawl(t, s)
				tries := w.hitsOf(bad)
				if len(tries) != 3 {
					t.Fatalf("%d tries", len(tries))
				}
				for i, about := range []time.Duration{time.Second, 4 * time.Second} {
					got := tries[i+1].start.Sub(tries[i].end)
					if got < about*8/10 || got > about*12/10+time.Second {
						t.Errorf("try %d came %v after the one before", i+2, got)
					}
				}
				// Other pages meanwhile.
				at := slices.IndexFunc(w.hits, func(h hit) bool { return h.start.Equal(tries[0].start) })
				if w.path(at+1) != letter(2) {
					t.Errorf("after the failure %s was asked for", w.path(at+1))
				}
				if report.Total.New != 11 || report.Total.Failed != 1 || report.Status() != StatusFailed || report.Sites[0].Failures[0].Tries != 3 {
					t.Errorf("report: %+v", report)
				}
				a := m.address(t, webBase+bad)
				if a.State != article.StateFailed || a.Tries != 1 || a.Reason == "" || a.Reason != report.Sites[0].Failures[0].Cause {
					t.Errorf("address: %+v", a)
				}
				healed = true
				if report = w.crawl(t, s); report.Total.New != 1 || report.Status() != 0 {
					t.Errorf("the next run: %+v", report)
				}
				if a := m.address(t, webBase+bad); a.Tries != 0 || a.Reason != "" {
					t.Errorf("address after it healed: %+v", a)
				}
			})
		})
	}
}

// A listing is tried again like any page, articles are fetched meanwhile, and
// what it shows in the end counts.
func TestRetryListing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(3)
		list := w.answers["/news/"]
		w.set("/news/", func(nth int) (*http.Response, error) {
			if nth < 2 {
				return nil, syscall.ECONNREFUSED
			}
			return list(nth)
		})
		m := newMemory()
		left := webBase + "/news/articles/left/"
		m.addresses[left] = article.Address{URL: left, Site: "test", State: article.StateNew, Found: time.Now()}
		w.fixed("/news/articles/left/", func() *http.Response { return respond(200, webArticle) })
		report := w.crawl(t, w.scraper(t, m))
		if report.Total.New != 4 || report.Status() != 0 || w.path(2) != "/news/articles/left/" {
			t.Errorf("report %+v, third request for %s", report, w.path(2))
		}
	})
}

func TestPlainErrors(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{&url.Error{Op: "Get", URL: "https://x.example/", Err: &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}}, "nobody answers at this address (connection refused)"},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x.example", IsNotFound: true}}, "there is no host x.example"},
		{fmt.Errorf("read: %w", syscall.ECONNRESET), "the connection was dropped"},
		{io.ErrUnexpectedEOF, "the answer was cut off"},
		{context.DeadlineExceeded, "no answer in time"},
		{errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0"`), `the answer breaks the rules of HTTP: malformed HTTP response "SSH-2.0"`},
		{errors.New("net/http: HTTP/1.x transport connection broken: net/http: server response headers exceeded 9 bytes; aborted"), "the answer breaks the rules of HTTP: server response headers exceeded 9 bytes; aborted"},
		{errors.New("tls: failed to verify certificate"), "tls: failed to verify certificate"},
	} {
		if got := plain(test.err); got != test.want {
			t.Errorf("%v: %q, want %q", test.err, got, test.want)
		}
		if f := judge(nil, test.err); f.verdict != passing || f.cause != test.want {
			t.Errorf("%v: %+v", test.err, f)
		}
	}
	if got := statusText(599); got != "HTTP status 599 (unknown)" {
		t.Errorf("%q", got)
	}
}

// drip is a body that never ends.
type drip struct{ every time.Duration }

func (d *drip) Read(p []byte) (int, error) {
	time.Sleep(d.every) // in a bubble
	p[0] = 'x'
	return 1, nil
}

func (d *drip) Close() error { return nil }

func TestRetryDelay(t *testing.T) {
	for tries, about := range map[int]time.Duration{1: time.Second, 2: 4 * time.Second} {
		seen := map[time.Duration]bool{}
		for range 100 {
			d := retryDelay(tries)
			seen[d] = true
			if d < about*8/10 || d >= about*12/10 {
				t.Errorf("after %d tries %v", tries, d)
			}
		}
		if len(seen) < 50 {
			t.Errorf("after %d tries there is no jitter: %v", tries, seen)
		}
	}
}

func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(1)
		w.fixed(letter(0), func() *http.Response { return respond(500, "") })
		m := newMemory()
		s := w.scraper(t, m)
		for range 4 {
			w.crawl(t, s)
		}
		if got := len(w.hitsOf(letter(0))); got != 12 {
			t.Errorf("%d tries in four runs", got)
		}
		a := m.address(t, webBase+letter(0))
		if a.Tries != 4 || time.Until(a.Next) < 59*time.Minute {
			t.Errorf("address: %+v", a)
		}
		w.crawl(t, s)
		if got := len(w.hitsOf(letter(0))); got != 12 {
			t.Error("it was asked for before it was due")
		}
	})
}

func TestRetryAfter(t *testing.T) {
	t.Run("seconds", func(t *testing.T) { testRetryAfter(t, func() string { return "20" }) })
	t.Run("date", func(t *testing.T) {
		testRetryAfter(t, func() string { return time.Now().Add(20 * time.Second).UTC().Format(http.TimeFormat) })
	})
}

func testRetryAfter(t *testing.T, value func() string) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(3)
		w.latency = time.Second // a date has no fractions
		w.set(letter(1), func(nth int) (*http.Response, error) {
			if nth == 0 {
				return respond(429, "", "Retry-After", value()), nil
			}
			return respond(200, webArticle), nil
		})
		report := w.crawl(t, w.scraper(t, newMemory()))
		first := w.hitsOf(letter(1))[0].end
		for i, h := range w.hits {
			if h.start.After(first) && h.start.Sub(first) < 20*time.Second {
				t.Errorf("%s was asked for %v after the wish to be left alone", w.path(i), h.start.Sub(first))
			}
		}
		if report.Total.New != 3 || report.Status() != 0 {
			t.Errorf("report: %+v", report)
		}
	})
}

func TestRetryAfterTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(3)
		w.fixed(letter(1), func() *http.Response { return respond(503, "", "Retry-After", "3600") })
		m := newMemory()
		s := w.scraper(t, m)
		report := w.crawl(t, s)
		if len(w.hitsOf(letter(1))) != 1 || report.Total.New != 2 || report.Status() != StatusFailed {
			t.Errorf("report: %+v", report)
		}
		a := m.address(t, webBase+letter(1))
		if a.State != article.StateFailed || time.Until(a.Next) < 59*time.Minute || time.Until(a.Next) > time.Hour {
			t.Errorf("address: %+v, now %v", a, time.Now())
		}
		w.crawl(t, s)
		if len(w.hitsOf(letter(1))) != 1 {
			t.Error("it was asked for before it wished to be")
		}
		time.Sleep(time.Hour)
		w.crawl(t, s)
		if len(w.hitsOf(letter(1))) != 2 {
			t.Error("it was not asked for when it was due")
		}
	})
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"0": 0, "120": 2 * time.Minute, " 7 ": 7 * time.Second,
		"Fri, 02 Jan 2026 03:05:05 GMT": time.Minute,
		"Fri, 02 Jan 2026 03:00:00 GMT": 0,
		"99999999999999999":             365 * day,
	} {
		if got, ok := retryAfter(http.Header{"Retry-After": {value}}, now); !ok || got != want {
			t.Errorf("%q: %v, %v, want %v", value, got, ok, want)
		}
	}
	for _, value := range []string{"", "soon", "-5", "1.5"} {
		if got, ok := retryAfter(http.Header{"Retry-After": {value}}, now); ok {
			t.Errorf("%q: %v", value, got)
		}
	}
}

// The time limit is for a request with its body; waiting for one's turn does not
// count.
func TestTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(3)
		w.latency = 9 * time.Second
		w.set(letter(1), func(int) (*http.Response, error) {
			r := respond(200, "")
			r.ContentLength, r.Body = -1, &drip{every: 500 * time.Millisecond}
			return r, nil
		})
		s := w.scraper(t, newMemory())
		s.Delay, s.Timeout = time.Minute, 10*time.Second
		report := w.crawl(t, s)
		if report.Total.New != 2 || report.Sites[0].Failures[0].Cause != "no complete answer within 10s" {
			t.Errorf("report: %+v", report)
		}
		for _, h := range w.hitsOf(letter(1)) {
			if took := h.end.Sub(h.start); took < 10*time.Second || took > 11*time.Second {
				t.Errorf("the request was given up after %v", took)
			}
		}
	})
}

func TestBreaker(t *testing.T) {
	status := func(code int) func(int) (*http.Response, error) {
		return func(int) (*http.Response, error) { return respond(code, "no"), nil }
	}
	challenge := func(int) (*http.Response, error) {
		return respond(200, "<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>"), nil
	}
	for _, test := range []struct {
		name    string
		answers []func(int) (*http.Response, error) // of the first articles of ten
		asked   int                                 // articles
		blocked bool
	}{
		{"403", []func(int) (*http.Response, error){status(403), status(403), status(403)}, 3, true},
		{"401, 403 and a challenge", []func(int) (*http.Response, error){status(401), challenge, status(403)}, 3, true},
		{"challenges", []func(int) (*http.Response, error){nil, challenge, challenge, challenge}, 4, true},
		{"not in a row", []func(int) (*http.Response, error){status(403), status(403), nil, status(403), status(403)}, 10, false},
		{"reset by 404", []func(int) (*http.Response, error){status(403), status(403), status(404), status(403)}, 10, false},
		{"500 does not count", []func(int) (*http.Response, error){status(500), status(500), status(500), status(500)}, 10, false},
		{"500 between does not reset", []func(int) (*http.Response, error){status(403), status(400), status(403), status(400), status(403)}, 5, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWeb(10)
				for i, a := range test.answers {
					if a != nil {
						w.set(letter(i), a)
					}
				}
				m := newMemory()
				report := w.crawl(t, w.scraper(t, m))
				asked := map[string]bool{}
				for _, h := range w.hits {
					asked[h.url] = true
				}
				if got := len(asked) - 2; got != test.asked {
					t.Errorf("asked for %d articles, want %d", got, test.asked)
				}
				if got := report.Sites[0].Blocked != ""; got != test.blocked || test.blocked != (report.Status() == StatusBlocked) {
					t.Errorf("report: %+v", report)
				}
				if test.blocked {
					if a := m.address(t, webBase+letter(len(test.answers)-1)); a.State != article.StateBlocked {
						t.Errorf("address: %+v", a)
					}
					if a := m.address(t, webBase+letter(9)); a.State != article.StateNew {
						t.Errorf("one that was not asked for: %+v", a)
					}
				}
			})
		})
	}
}

// 429 and 503 are refusals once their tries are used up.
func TestBreakerOverload(t *testing.T) {
	for _, code := range []int{429, 503} {
		synctest.Test(t, func(t *testing.T) {
			w := newWeb(10)
			for i := range 10 {
				w.fixed(letter(i), func() *http.Response { return respond(code, "busy") })
			}
			report := w.crawl(t, w.scraper(t, newMemory()))
			if report.Status() != StatusBlocked || len(w.hits) > 2+3*maxRefusals+10 {
				t.Errorf("%d requests, report %+v", len(w.hits), report)
			}
			w.paced(t, time.Second)
		})
	}
}

// No record is marked in a run in which its site refused.
func TestBreakerKeepsRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(6)
		m := newMemory()
		s := w.scraper(t, m)
		w.crawl(t, s)
		time.Sleep(200 * day)
		w.fixed(letter(0), func() *http.Response { return respond(404, "") })
		for i := 1; i < 4; i++ {
			w.fixed(letter(i), func() *http.Response { return respond(403, "") })
		}
		report := w.crawl(t, s)
		if report.Status() != StatusBlocked || report.Total.Missing != 0 {
			t.Errorf("report: %+v", report)
		}
		for url, r := range m.records {
			if r.Status != article.StatusLive {
				t.Errorf("record of %s is %s", url, r.Status)
			}
		}
	})
}

// Another host goes on when one refuses, and a site that answers nothing at all
// has refused, however little there was to ask.
func TestBreakerOfOneHost(t *testing.T) {
	n := newNewsroom(t, 3)
	closed := newNewsroom(t, 0)
	closed.handle("/news/feed/", http.NotFound)
	for _, path := range []string{"/news/", "/news/feed/"} {
		closed.status(path, http.StatusForbidden)
	}
	closed.profile(strings.Replace(newsroomProfile, "search: /search/?q=&page=1\n", "", 1))
	dir := t.TempDir()
	writeFile(t, dir, "a.yaml", strings.Replace(fmt.Sprintf(newsroomProfile, n.server.URL), "id: test", "id: a", 1))
	writeFile(t, dir, "b.yaml", strings.NewReplacer("id: test", "id: b", "search: /search/?q=&page=1\n", "").Replace(fmt.Sprintf(newsroomProfile, closed.server.URL)))
	s := n.scraper(newMemory())
	s.Sites = loadSites(t, dir)
	report := n.crawl(s, "a", "b")
	if report.Sites[0].New != 3 || report.Sites[0].Blocked != "" || report.Sites[1].Blocked == "" || report.Status() != StatusBlocked {
		t.Errorf("report: %+v", report)
	}
	// One address by hand, refused.
	report = n.crawl(s, closed.url("/news/"))
	if report.Status() != StatusBlocked {
		t.Errorf("report: %+v", report)
	}
}

func TestRobotsAnswers(t *testing.T) {
	answer := func(status int, body string) func(int) (*http.Response, error) {
		return func(int) (*http.Response, error) { return respond(status, body), nil }
	}
	fails := func(err error) func(int) (*http.Response, error) {
		return func(int) (*http.Response, error) { return nil, err }
	}
	for _, test := range []struct {
		name   string
		robots func(int) (*http.Response, error)
		status int
		asks   bool
	}{
		{"404", answer(404, ""), 0, true},
		{"410", answer(410, ""), 0, true},
		{"400", answer(400, ""), 0, true},
		{"an empty one", answer(200, ""), 0, true},
		{"a page in its place", answer(200, "<html><body>Welcome: to the site</body></html>"), 0, true},
		{"401", answer(401, ""), StatusBlocked, false},
		{"403", answer(403, ""), StatusBlocked, false},
		{"429", answer(429, ""), StatusBlocked, false},
		{"500", answer(500, ""), StatusBlocked, false},
		{"503", answer(503, ""), StatusBlocked, false},
		{"a challenge", answer(200, `<title>Just a moment...</title><script>window._cf_chl_opt={}</script>`), StatusBlocked, false},
		{"all forbidden", answer(200, "User-agent: *\nDisallow: /"), StatusBlocked, false},
		{"dropped", fails(io.EOF), StatusFailed, false},
		{"no such host", fails(errors.New("no such host")), StatusFailed, false},
		{"never ends", func(int) (*http.Response, error) {
			r := respond(200, "")
			r.ContentLength, r.Body = -1, &drip{every: time.Second}
			return r, nil
		}, StatusFailed, false},
		{"too long", func(int) (*http.Response, error) {
			r := respond(200, "")
			r.ContentLength = maxBody + 1
			return r, nil
		}, StatusFailed, false},
		{"elsewhere", func(int) (*http.Response, error) {
			return respond(302, "", "Location", "https://other.example/robots.txt"), nil
		}, StatusFailed, false},
		{"in a circle", func(int) (*http.Response, error) { return respond(302, "", "Location", "/robots.txt"), nil }, StatusFailed, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWeb(2)
				w.set("/robots.txt", test.robots)
				report := w.crawl(t, w.scraper(t, newMemory()))
				if got := report.Total.New == 2; got != test.asks || report.Status() != test.status {
					t.Errorf("status %d, report %+v", report.Status(), report)
				}
				others := slices.DeleteFunc(slices.Clone(w.hits), func(h hit) bool { return strings.HasSuffix(h.url, "/robots.txt") })
				if !test.asks && len(others) > 0 {
					t.Errorf("asked for %v", others)
				}
				if got := len(w.hits) - len(others); got != 1 && test.name != "in a circle" {
					t.Errorf("robots.txt was asked for %d times", got)
				}
			})
		})
	}
}

// robots.txt may lie behind a redirect, and then holds for both ends of it.
func TestRobotsRedirect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(1)
		w.set("http://test.example/robots.txt", func(int) (*http.Response, error) {
			return respond(301, "", "Location", webBase+"/robots.txt"), nil
		})
		w.fixed("/robots.txt", func() *http.Response { return respond(200, "User-agent: *\nDisallow: /private/") })
		w.set("http://test.example/private/", func(int) (*http.Response, error) { return respond(200, webArticle), nil })
		w.set("http://test.example/open/", func(int) (*http.Response, error) {
			return respond(301, "", "Location", webBase+"/private/2/"), nil
		})
		report, err := w.scraper(t, newMemory()).Crawl(t.Context(), "http://test.example/private/", "http://test.example/open/")
		if err != nil {
			t.Fatal(err)
		}
		var asked []string
		for _, h := range w.hits {
			asked = append(asked, h.url)
		}
		// The site's own robots.txt comes first; it is the end of the other's
		// redirect, so that it need not be asked for again.
		want := []string{webBase + "/robots.txt", "http://test.example/robots.txt", "http://test.example/open/"}
		if !slices.Equal(asked, want) {
			t.Errorf("asked for %q, want %q", asked, want)
		}
		if report.Total.Forbidden != 2 || len(report.Sites[0].Notes) != 2 {
			t.Errorf("report: %+v", report)
		}
	})
}

// Being stopped in a pause takes no time.
func TestStopInPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(3)
		m := newMemory()
		s := w.scraper(t, m)
		s.Delay = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Minute)
		defer cancel()
		start := time.Now()
		report, err := s.Crawl(ctx, "test")
		if took := time.Since(start); took != 150*time.Minute {
			t.Errorf("it took %v", took)
		}
		if !errors.Is(err, context.DeadlineExceeded) || report.Total.New != 1 || report.Total.Failed != 0 {
			t.Errorf("%v, %+v", err, report)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(3)
		s := w.scraper(t, newMemory())
		s.Delay, s.MaxTime = time.Hour, 150*time.Minute
		start := time.Now()
		report := w.crawl(t, s)
		if took := time.Since(start); took != s.MaxTime || report.Stopped != "max-time" || report.Total.New != 1 {
			t.Errorf("it took %v: %+v", took, report)
		}
	})
}

// Nor is it the page's fault, though it was its last try.
func TestStopInLastTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(1)
		ctx, cancel := context.WithCancel(t.Context())
		w.set(letter(0), func(nth int) (*http.Response, error) {
			if nth < 2 {
				return respond(500, ""), nil
			}
			cancel()
			return nil, context.Canceled
		})
		m := newMemory()
		report, err := w.scraper(t, m).Crawl(ctx, "test")
		if a := m.address(t, webBase+letter(0)); !errors.Is(err, context.Canceled) || report.Total.Failed != 0 || a.State != article.StateNew || a.Tries != 0 {
			t.Errorf("%v, report %+v, address %+v", err, report, a)
		}
	})
}

func TestPacerKeepsTheLongestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(time.Second)
		p.slow("a", 5*time.Second)
		p.slow("a", 2*time.Second)
		for host, want := range map[string]time.Duration{"a": 5 * time.Second, "b": time.Second} {
			for range 2 {
				release, err := p.acquire(t.Context(), host)
				if err != nil {
					t.Fatal(err)
				}
				release()
			}
			start := time.Now()
			release, err := p.acquire(t.Context(), host)
			if err != nil || time.Since(start) != want {
				t.Errorf("%s: %v after %v, want %v", host, err, time.Since(start), want)
			}
			release()
		}
		// The turn is free again after someone has given up waiting for it.
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := p.acquire(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if release, err := p.acquire(t.Context(), "a"); err != nil {
			t.Error(err)
		} else {
			release()
		}
	})
}

// What has arrived is committed within a second, at any pace.
func TestCommitInTime(t *testing.T) {
	for _, delay := range []time.Duration{0, 70 * time.Millisecond, time.Second, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			w := newWeb(26)
			w.latency = 45 * time.Millisecond // so that nothing ever settles at full speed
			m := newMemory()
			m.before = func(visits []article.Visit) {
				for _, v := range visits {
					if v.Page != nil && time.Since(v.Page.Fetched) > time.Second {
						t.Errorf("delay %v: a page waited %v to be saved", delay, time.Since(v.Page.Fetched))
					}
				}
			}
			s := w.scraper(t, m)
			s.Delay = delay
			w.crawl(t, s)
			if len(m.records) != 26 {
				t.Errorf("%d records", len(m.records))
			}
			if delay == 0 && m.commits > 6 {
				t.Errorf("%d commits at full speed", m.commits)
			}
		})
	}
}

func TestAtMostEightHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		open, most := 0, 0
		s := &Scraper{Archive: newMemory(), Read: readPage, Parallel: 100, Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			mu.Lock()
			open++
			most = max(most, open)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			open--
			mu.Unlock()
			return respond(200, webArticle), nil
		})}
		var targets []string
		for i := range 20 {
			targets = append(targets, fmt.Sprintf("https://host%d.example/page", i))
		}
		report, err := s.Crawl(t.Context(), targets...)
		if err != nil || report.Total.New != 20 || most != 8 {
			t.Errorf("%v, %d at once, report %+v", err, most, report)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// A panic anywhere in a site's crawl is that page's failure.
func TestPanicInCrawl(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWeb(3)
		w.set(letter(1), func(int) (*http.Response, error) { panic("upset") })
		s := w.scraper(t, newMemory())
		report := w.crawl(t, s)
		if report.Total.New != 2 || report.Total.Failed != 1 || report.Status() != StatusFailed {
			t.Errorf("report: %+v", report)
		}
		w.set("/robots.txt", func(int) (*http.Response, error) { panic("upset") })
		if report = w.crawl(t, s); report.Total.Failed != 1 || report.Status() != StatusFailed || report.Total.Found != 0 {
			t.Errorf("report: %+v", report)
		}
	})
}
