package scraper

import (
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"archiver/article"
)

// visit asks a newsroom for one page that is answered by h, and returns what
// became of it.
func visit(t *testing.T, h http.HandlerFunc) (*newsroom, *memory, *Report) {
	t.Helper()
	n := newNewsroom(t, 1)
	n.handle("/news/articles/release-001/", h)
	m := newMemory()
	s := n.scraper(m)
	return n, m, n.crawl(s, n.article(0))
}

func failure(t *testing.T, r *Report) Failure {
	t.Helper()
	if len(r.Sites[0].Failures) != 1 {
		t.Fatalf("%d failures in %+v", len(r.Sites[0].Failures), r)
	}
	return r.Sites[0].Failures[0]
}

func TestRedirectsRefused(t *testing.T) {
	for _, test := range []struct{ to, cause string }{
		{"/news/articles/release-001/", "redirects in a circle"},
		{"https://www.example.org/", "redirect to https://www.example.org/, another site"},
		{"http://10.0.0.1/", "redirect to http://10.0.0.1/, a private address"},
		{"http://[::1]/", "redirect to http://[::1]/, a private address"},
		{"http://169.254.169.254/latest/", "redirect to http://169.254.169.254/latest/, a private address"},
		{"http://localhost/", "redirect to http://localhost/, a private address"},
		{"http://127.0.0.1:1/", "redirect to http://127.0.0.1:1/, another port"},
		{"%zz", `redirect to "%zz", which is no address`},
		{"ftp://127.0.0.1/", "redirect to ftp://127.0.0.1/, which is not on the web"},
		{"file:///etc/passwd", "redirect to file:///etc/passwd, which is not on the web"},
		{"javascript:alert(1)", "redirect to javascript:alert(1), which is not on the web"},
	} {
		n, m, report := visit(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", test.to)
			w.WriteHeader(http.StatusFound)
		})
		if f := failure(t, report); f.Cause != test.cause || f.Tries != 1 {
			t.Errorf("%s: %q after %d tries, want %q", test.to, f.Cause, f.Tries, test.cause)
		}
		if a := m.address(t, n.article(0)); a.State != article.StateFailed {
			t.Errorf("%s: address is %+v", test.to, a)
		}
		if got := n.requests(); len(got) != 2 {
			t.Errorf("%s: asked for %q", test.to, got)
		}
	}
	n, _, report := visit(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://me:secret@"+r.Host+"/x", http.StatusFound)
	})
	if f := failure(t, report); !strings.HasSuffix(f.Cause, "an address with a user name in it") || strings.Contains(f.Cause, "secret") {
		t.Errorf("%q", f.Cause)
	}
	for i := range 20 {
		n.handle(fmt.Sprintf("/hop/%d", i), http.RedirectHandler(fmt.Sprintf("/hop/%d", i+1), http.StatusFound).ServeHTTP)
	}
	if f := failure(t, n.crawl(n.scraper(newMemory()), n.url("/hop/0"))); f.Cause != "more than ten redirects" {
		t.Errorf("%q", f.Cause)
	}
}

// exchange asks a server for one page, below colly.
func exchange(t *testing.T, n *network, address string) (*answer, fault) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := n.exchange(req, &meter{})
	return a, judge(a, err)
}

func newNetwork(t *testing.T) *network {
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	return &network{base: base, timeout: time.Minute, pacer: newPacer(0)}
}

func TestBodies(t *testing.T) {
	html := func(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/html") }
	raw := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, buf, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = buf.WriteString(answer)
			_ = buf.Flush()
			_ = conn.Close()
		}
	}
	zeros := func(w io.Writer, n int) {
		_, _ = io.CopyN(w, zeroReader{}, int64(n))
	}
	for _, test := range []struct {
		name    string
		h       http.HandlerFunc
		cause   string
		verdict verdict
	}{
		{"10 MiB and one byte", func(w http.ResponseWriter, _ *http.Request) { html(w); zeros(w, maxBody+1) }, "longer than 10 MiB", failed},
		{"10 MiB and one byte, said before", func(w http.ResponseWriter, _ *http.Request) {
			html(w)
			w.Header().Set("Content-Length", fmt.Sprint(maxBody+1))
			zeros(w, maxBody+1)
		}, "longer than 10 MiB", failed},
		{"a gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
			html(w)
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			zeros(z, 2*maxBody)
			_ = z.Close()
		}, "longer than 10 MiB", failed},
		{"shorter than said", raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<html>half"), "the answer was cut off", passing},
		{"a chunk cut off", raw("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n<html>half"), "the answer was cut off", passing},
		{"cut gzip", func(w http.ResponseWriter, _ *http.Request) {
			html(w)
			w.Header().Set("Content-Encoding", "gzip")
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write([]byte(webArticle))
			_ = z.Close()
			_, _ = w.Write(b.Bytes()[:b.Len()-6])
		}, "the answer was cut off", passing},
		{"an encoding not asked for", func(w http.ResponseWriter, _ *http.Request) {
			html(w)
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write([]byte("?"))
		}, `sent in the encoding "br", which was not asked for`, failed},
		{"no answer at all", raw(""), "the connection was dropped", passing},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.h)
			defer server.Close()
			a, f := exchange(t, newNetwork(t), server.URL)
			if f.cause != test.cause || f.verdict != test.verdict {
				t.Errorf("%+v, %+v, want %q", f, a, test.cause)
			}
		})
	}
	t.Run("10 MiB", func(t *testing.T) {
		t.Parallel()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			html(w)
			zeros(w, maxBody)
		}))
		defer server.Close()
		if a, f := exchange(t, newNetwork(t), server.URL); f.verdict != good || len(a.body) != maxBody {
			t.Errorf("%+v", f)
		}
	})
}

// The time of a request is that of its whole body.
func TestBodiesTooLate(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a slow drip": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("x"))
				_ = http.NewResponseController(w).Flush()
				time.Sleep(time.Second) // in the bubble
			}
		},
		"silence": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"silence after the header": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, transport := serveInMemory(t, h)
				n := &network{base: transport, timeout: 30 * time.Second, pacer: newPacer(0)}
				start := time.Now()
				if a, f := exchange(t, n, server.URL); f.cause != "no complete answer within 30s" || f.verdict != passing {
					t.Errorf("%+v, %+v", f, a)
				}
				if took := time.Since(start); took != n.timeout {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// A connection that breaks after a request was sent on it must not make net/http
// send the request again, unseen and without a pause.
func TestNoSecondSending(t *testing.T) {
	var asked atomic.Int64
	both := make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/both" { // answers when two ask, so that each has a connection
			select {
			case both <- true:
			case <-both:
			}
			return
		}
		if asked.Add(1) == 1 {
			fmt.Fprint(w, "the connection stays open")
			return
		}
		panic(http.ErrAbortHandler)
	}))
	n := newNetwork(t)
	if _, f := exchange(t, n, server.URL); f.verdict != good {
		t.Fatalf("%+v", f)
	}
	if _, f := exchange(t, n, server.URL); f.verdict != passing || f.cause != "the connection was dropped" {
		t.Errorf("%+v", f)
	}
	// Nor on another connection that is open.
	other := func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/both", nil)
		if err != nil {
			t.Error(err)
			return
		}
		resp, err := n.base.RoundTrip(req)
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	for range 20 {
		var asking sync.WaitGroup
		asking.Go(other)
		asking.Go(other)
		asking.Wait()
		exchange(t, n, server.URL)
	}
	server.Close() // waits for requests that came in
	if got := asked.Load(); got != 22 {
		t.Errorf("the server was asked %d times, want 22", got)
	}
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What is kept is what was sent, whatever the charset says.
func TestPageAsSent(t *testing.T) {
	body := []byte("<html><head><meta charset=\"windows-1252\"></head><body><h1>Price \xa35</h1><div class=body><p>\x93Quoted\x94</p></div></body></html>")
	n, m, report := visit(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=windows-1252")
		w.Header().Add("X-Two", "a")
		w.Header().Add("X-Two", "b")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write(body)
		_ = z.Close()
	})
	p := m.pages[n.article(0)]
	if p == nil || !bytes.Equal(p.Body, body) {
		t.Fatalf("page %+v, report %+v", p, report)
	}
	if got := p.Header["X-Two"]; !slices.Equal(got, []string{"a", "b"}) || p.Get("Content-Type") != "text/html; charset=windows-1252" || p.Status != 200 || p.Fetched.IsZero() {
		t.Errorf("header: %v", p.Header)
	}
}

// The titles of a listing are right in any charset, declared or not.
func TestListingCharset(t *testing.T) {
	for _, test := range []struct{ kind, head, title string }{
		{"text/html; charset=windows-1252", "", "Fraud \x96 \xa35,000"},
		{"text/html", `<meta charset="windows-1252">`, "Fraud \x96 \xa35,000"},
		{"text/html", "", "Fraud – £5,000"},
		{"text/html", strings.Repeat("<!-- padding -->", 200), "Fraud – £5,000"},
		{"text/html; charset=utf-8", "", "Fraud – £5,000"},
		{"", "", "Fraud – £5,000"},
	} {
		n := newNewsroom(t, 1)
		n.handle("/news/feed/", http.NotFound)
		n.handle("/search/", http.NotFound)
		n.handle("/news/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			if test.kind != "" {
				w.Header().Set("Content-Type", test.kind)
			}
			fmt.Fprintf(w, "<!doctype html><html><head>%s</head><body><a href=\"/news/articles/release-001/\">%s</a></body></html>", test.head, test.title)
		})
		m := newMemory()
		n.crawl(n.scraper(m))
		if got := m.address(t, n.article(0)).Card.Title; got != "Fraud – £5,000" {
			t.Errorf("%+v: title %q", test, got)
		}
	}
}

// Variables of the environment that set colly's options, or that it does not
// know, do nothing to us.
func TestCollyEnvironment(t *testing.T) {
	for name, value := range map[string]string{
		"COLLY_USER_AGENT": "Mozilla/5.0", "COLLY_MAX_BODY_SIZE": "10", "COLLY_FOLLOW_REDIRECTS": "n",
		"COLLY_DISALLOWED_DOMAINS": "127.0.0.1", "COLLY_MAX_REQUESTS": "1", "COLLY_NONSENSE": "x",
	} {
		t.Setenv(name, value)
	}
	n := newNewsroom(t, 2)
	if report := n.crawl(n.scraper(newMemory())); report.Total.New != 2 {
		t.Errorf("report: %+v", report)
	}
	for _, r := range n.log() {
		if !strings.HasPrefix(r.header.Get("User-Agent"), "archiver/") {
			t.Errorf("asked by %q", r.header.Get("User-Agent"))
		}
	}
}

func TestDialerGuardsPrivateAddresses(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	d := newDialer()
	address := server.Listener.Addr().String()
	if conn, err := d.dial(t.Context(), "tcp", address); err == nil {
		conn.Close()
		t.Error("connected to a private address that nobody has named")
	}
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	d.trust(u)
	conn, err := d.dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("the operator's own address: %v", err)
	}
	conn.Close()
	// What was named without a port is trusted at the usual ones only.
	d.trust(&url.URL{Scheme: "https", Host: "127.0.0.1"})
	for port, want := range map[string]bool{"443": true, "80": true, "8080": false} {
		if _, ok := d.own.Load(net.JoinHostPort("127.0.0.1", port)); ok != want {
			t.Errorf("port %s is trusted: %v", port, ok)
		}
	}
}

const childEnv = "SCRAPER_TEST_CHILD"

// TestProxyChild is run by TestProxy in a process of its own, because net/http
// reads the proxy variables once.
func TestProxyChild(t *testing.T) {
	base := os.Getenv(childEnv)
	if base == "" {
		t.Skip("only run by TestProxy")
	}
	set, _ := loadSite(t, fmt.Sprintf(newsroomProfile, base))
	m := newMemory()
	s := &Scraper{Archive: m, Read: readPage, Sites: set}
	report, err := s.Crawl(t.Context(), "test")
	if err != nil || report.Total.New != 3 {
		t.Fatalf("%v, report %+v", err, report)
	}
}

// The operator's proxy is used, for http and through a tunnel for https, though
// its address is a private one.
func TestProxy(t *testing.T) {
	n := newNewsroom(t, 3)
	n.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The links of a newsroom are to its own server.
		rec := httptest.NewRecorder()
		n.ServeHTTP(rec, r)
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(rec.Code)
		_, _ = w.Write(bytes.ReplaceAll(rec.Body.Bytes(), []byte(n.server.URL), []byte(scheme+r.Host)))
	})
	secure := httptest.NewTLSServer(n.server.Config.Handler)
	defer secure.Close()
	var proxied atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxied.Add(1)
		if r.Method != http.MethodConnect {
			n.server.Config.Handler.ServeHTTP(w, r)
			return
		}
		upstream, err := net.Dial("tcp", secure.Listener.Addr().String())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		fmt.Fprint(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
		go func() {
			_, _ = io.Copy(upstream, conn)
			upstream.Close()
		}()
		_, _ = io.Copy(conn, upstream)
		conn.Close()
	}))
	defer proxy.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{"http://www.example.com", "https://www.example.com"} {
		before := proxied.Load()
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxyChild$")
		child.Env = append(os.Environ(), childEnv+"="+base, "HTTP_PROXY="+proxy.URL, "HTTPS_PROXY="+proxy.URL, "NO_PROXY=", "SSL_CERT_FILE="+ca)
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", base, err, out)
		}
		if proxied.Load() == before {
			t.Errorf("%s: the proxy was not used", base)
		}
	}
}
