package web_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"archiver/web"

	"go.uber.org/goleak"
)

func hello() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, strings.Repeat("hello ", 1000))
	})
}

// A page elsewhere that has its own name lead to this machine reads nothing.
func TestHosts(t *testing.T) {
	guarded := web.Guard(hello(), web.Options{Hosts: []string{"archive.example.org", "192.0.2.7"}})
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8080": 200, "127.0.0.1:8080": 200, "127.9.9.9": 200, "[::1]:8080": 200, "[::1]": 200,
		"archive.example.org": 200, "ARCHIVE.example.org:443": 200, "192.0.2.7:8080": 200,
		"evil.example": 421, "localhost.evil.example": 421, "archive.example.org.evil.example:80": 421, "192.0.2.8": 421, "": 421, "10.0.0.1": 421,
		"localhost:8080:9": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		guarded.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: status %d, not %d", host, w.Code, want)
		}
	}
}

// Readers are told the address that they know the server by: what the operator says of
// the host, and nothing that a header claims.
func TestOrigin(t *testing.T) {
	s := newSiteOf(t, newStore(t, 5), web.Options{Hosts: []string{"https://archive.example.org", "plain.example.org", "https://[2001:db8::1]:8443"}})
	for host, want := range map[string]string{
		"archive.example.org": "https://archive.example.org", "ARCHIVE.example.org:8080": "https://archive.example.org", "plain.example.org:81": "http://plain.example.org:81",
		"localhost:8080": "http://localhost:8080", "[2001:db8::1]:8080": "https://[2001:db8::1]:8443",
		"evil.example.org": "", "archive.example.org.evil.example": "", "https://archive.example.org": "",
	} {
		for path, form := range map[string]string{"/opensearch.xml": `template="%s/?q={searchTerms}"`, "/feed.atom?kind=fraud": `href="%s/feed.atom?kind=fraud"`, "/watch/courier%%20fraud.json": `"feed_url":"%s/watch/courier%%20fraud.json"`} {
			r := httptest.NewRequest(http.MethodGet, strings.ReplaceAll(path, "%%", "%"), nil)
			r.Host = host
			r.Header.Set("X-Forwarded-Proto", "gopher")
			r.Header.Set("X-Forwarded-Host", "evil.example.org")
			r.Header.Set("Forwarded", "host=evil.example.org;proto=gopher")
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			switch {
			case want == "" && w.Code != http.StatusMisdirectedRequest:
				t.Errorf("%q: status %d", host, w.Code)
			case want != "" && (!strings.Contains(w.Body.String(), fmt.Sprintf(form, want)) || strings.Contains(w.Body.String(), "gopher") || strings.Contains(w.Body.String(), "evil")):
				t.Errorf("%q: %s says not %s: %.600s", host, path, want, w.Body)
			}
		}
	}
}

func TestPassword(t *testing.T) {
	guarded := web.Guard(hello(), web.Options{User: "desk", Password: "s3cret:word"})
	for _, c := range []struct {
		name, user, password string
		want                 int
	}{
		{"right", "desk", "s3cret:word", 200}, {"none", "", "", 401}, {"wrong", "desk", "s3cret", 401}, {"another's", "news", "s3cret:word", 401},
		{"longer", "desk", "s3cret:word ", 401},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
		if c.name != "none" {
			r.SetBasicAuth(c.user, c.password)
		}
		w := httptest.NewRecorder()
		guarded.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: status %d, not %d", c.name, w.Code, c.want)
		}
		if c.want == 401 && (w.Header().Get("WWW-Authenticate") == "" || strings.Contains(w.Body.String(), "hello")) {
			t.Errorf("%s: %v %q", c.name, w.Header(), w.Body)
		}
	}
}

func TestReadOnly(t *testing.T) {
	guarded := web.Guard(hello(), web.Options{})
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions, http.MethodTrace, "PROPFIND"} {
		w := httptest.NewRecorder()
		guarded.ServeHTTP(w, httptest.NewRequest(method, "http://localhost/", nil))
		if w.Code != http.StatusMethodNotAllowed || strings.Contains(w.Body.String(), "hello") {
			t.Errorf("%s: status %d", method, w.Code)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "http://localhost/", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	guarded.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("a page elsewhere posts: status %d", w.Code)
	}
}

// Every answer, an error's too, forbids what our pages do not need.
func TestHeaders(t *testing.T) {
	s := newSite(t, newStore(t, 5))
	for _, path := range []string{"/", "/nowhere", "/api/releases", "/static/style.css", "/release/" + id(0, 5) + "/page", "/metrics"} {
		h := s.get(path).Header
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy has no %s", path, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
			t.Errorf("%s: the policy is %s", path, policy)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Access-Control-Allow-Origin": "", "Set-Cookie": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
}

func TestCompressed(t *testing.T) {
	guarded := web.Guard(hello(), web.Options{})
	r := httptest.NewRequest(http.MethodGet, "http://localhost/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	guarded.ServeHTTP(w, r)
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > 1000 {
		t.Errorf("%v, %d bytes", w.Header(), w.Body.Len())
	}
}

// A server that is stopped ends within a second, though a reader takes its time, and
// leaves nothing running.
func TestServeStops(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, on, slow, slog.New(slog.DiscardHandler)) }()
	go func() {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		if response, err := client.Get("http://" + on.Addr().String()); err == nil {
			response.Body.Close()
		}
	}()
	<-asked
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("it goes on")
	}
	goleak.VerifyNone(t, ignore)
}
