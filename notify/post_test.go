package notify_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"archiver/notify"
)

func post(t *testing.T, address string) *notify.Post {
	t.Helper()
	u, err := notify.ParseURL(address)
	if err != nil {
		t.Fatal(err)
	}
	return &notify.Post{URL: u, Agent: "archiver/1.0 (+news@example.org)"}
}

// What a receiver gets.
func TestPost(t *testing.T) {
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer server.Close()
	address := strings.Replace(server.URL, "://", "://desk:s3cret@", 1) + "/hook/T0KEN?x=1"
	if err := post(t, address).Send(t.Context(), []byte(`{"a":1}`)); err != nil {
		t.Fatal(err)
	}
	user, password, _ := got.BasicAuth()
	if got.Method != http.MethodPost || got.URL.String() != "/hook/T0KEN?x=1" || user != "desk" || password != "s3cret" ||
		got.Header.Get("Content-Type") != "application/json" || got.Header.Get("User-Agent") != "archiver/1.0 (+news@example.org)" || string(body) != `{"a":1}` {
		t.Errorf("got %s %s, %v, body %s", got.Method, got.URL, got.Header, body)
	}
}

// A trip answers requests in a test with a clock of its own.
type trip func(n int, r *http.Request) (*http.Response, error)

// counted makes a transport of it and counts.
func (f trip) counted(n *int) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		*n++
		return f(*n, r)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func status(code int, header ...string) (*http.Response, error) {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(""))}, nil
}

const secret = "https://desk:s3cret@hooks.example.org/services/T0KEN?key=K3Y"

func TestPostTries(t *testing.T) {
	hang := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	for name, test := range map[string]struct {
		trip        trip
		tries       int
		least, most time.Duration
		want        string // the error; "" for success
	}{
		"well":            {func(int, *http.Request) (*http.Response, error) { return status(204) }, 1, 0, 0, ""},
		"well at last":    {func(n int, _ *http.Request) (*http.Response, error) { return status(500 - (n/3)*300) }, 3, 4 * time.Second, 6 * time.Second, ""},
		"broken":          {func(int, *http.Request) (*http.Response, error) { return status(503) }, 3, 4 * time.Second, 6 * time.Second, "HTTP status 503 Service Unavailable"},
		"asks for time":   {func(int, *http.Request) (*http.Response, error) { return status(429, "Retry-After", "9") }, 3, 18 * time.Second, 18 * time.Second, "HTTP status 429 Too Many Requests"},
		"asks for a year": {func(int, *http.Request) (*http.Response, error) { return status(429, "Retry-After", "31536000") }, 3, 20 * time.Second, 20 * time.Second, "HTTP status 429 Too Many Requests"},
		"not there":       {func(int, *http.Request) (*http.Response, error) { return status(404) }, 1, 0, 0, "HTTP status 404 Not Found"},
		"unreachable":     {func(int, *http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }, 3, 4 * time.Second, 6 * time.Second, "connection refused"},
		"silent":          {func(_ int, r *http.Request) (*http.Response, error) { return hang(r) }, 3, 34 * time.Second, 36 * time.Second, "no answer in 10s"},
		"redirects": {func(int, *http.Request) (*http.Response, error) {
			return status(307, "Location", "https://elsewhere.example/T0KEN")
		}, 1, 0, 0, "redirects (HTTP status 307)"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				p := post(t, secret)
				p.Transport = test.trip.counted(&n)
				start := time.Now()
				err := p.Send(t.Context(), []byte("{}"))
				took := time.Since(start)
				if n != test.tries || took < test.least || took > test.most {
					t.Errorf("%d tries in %v, want %d in %v to %v", n, took, test.tries, test.least, test.most)
				}
				if test.want == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "https://hooks.example.org/…") {
					t.Fatalf("got %v, want %q", err, test.want)
				}
				for _, word := range []string{"desk", "s3cret", "T0KEN", "K3Y"} {
					if strings.Contains(err.Error(), word) {
						t.Errorf("the error tells %q: %v", word, err)
					}
				}
			})
		})
	}
}

// Being stopped ends it at once, while it asks and while it waits.
func TestPostStops(t *testing.T) {
	for name, trip := range map[string]trip{
		"asking": func(_ int, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"waiting": func(int, *http.Request) (*http.Response, error) { return status(429, "Retry-After", "9") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(2*time.Second, cancel)
				n := 0
				p := post(t, secret)
				p.Transport = trip.counted(&n)
				start := time.Now()
				if err := p.Send(ctx, nil); !errors.Is(err, context.Canceled) || n != 1 {
					t.Errorf("%v after %d tries", err, n)
				}
				if took := time.Since(start); took != 2*time.Second {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

func TestParseURL(t *testing.T) {
	for _, bad := range []string{"", "hooks.example.org/s3cret", "ftp://hooks.example.org/s3cret", "https:///s3cret", "https://s3cret@%zz/"} {
		if _, err := notify.ParseURL(bad); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for address, want := range map[string]string{
		"https://hooks.example.org":        "https://hooks.example.org",
		"https://hooks.example.org:8443/":  "https://hooks.example.org:8443",
		"http://a:b@127.0.0.1:9/x":         "http://127.0.0.1:9/…",
		"https://hooks.example.org/?k=K3Y": "https://hooks.example.org/…",
	} {
		if got := post(t, address).String(); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}
