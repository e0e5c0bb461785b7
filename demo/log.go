package demo

import (
	"bufio"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Request is one request that a site was asked.
type Request struct {
	Method string
	URL    string // path and query, as sent
	Header http.Header
	Start  time.Time // when it had come in
	End    time.Time // when the answer began to go out; zero before that
	Status int       // of the answer; 0 where none was given
}

// A requestLog keeps the requests of a site. Its zero value is empty.
type requestLog struct {
	mu       sync.Mutex
	requests []Request
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}

// begin enters a request and returns what enters its end, which counts once.
func (l *requestLog) begin(r *http.Request) (end func(status int)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := len(l.requests)
	l.requests = append(l.requests, Request{
		Method: r.Method,
		URL:    r.URL.RequestURI(),
		Header: r.Header.Clone(),
		Start:  time.Now(),
	})
	return func(status int) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if q := &l.requests[i]; q.End.IsZero() {
			q.End, q.Status = time.Now(), status
		}
	}
}

// wrap puts the log, the delay and the hook before a handler.
func (l *requestLog) wrap(h http.Handler, delay time.Duration, intercept func(http.ResponseWriter, *http.Request) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		end := l.begin(r)
		defer end(0)
		if !wait(r, delay) {
			return
		}
		a := &answer{ResponseWriter: w, end: end}
		if intercept != nil && intercept(a, r) {
			return
		}
		h.ServeHTTP(a, r)
	})
}

// wait reports whether the delay passed with the asker still there.
func wait(r *http.Request, delay time.Duration) bool {
	if delay <= 0 {
		return true
	}
	t := time.NewTimer(delay)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// An answer enters the end of a request in the log before its first byte goes
// out, so that whoever has read the answer finds it there, and never finds a
// later time than its own.
type answer struct {
	http.ResponseWriter
	end func(status int)
}

func (a *answer) WriteHeader(status int) {
	if status >= 200 { // before that more is to come
		a.end(status)
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.end(http.StatusOK)
	return a.ResponseWriter.Write(p)
}

// Flush and Hijack are for an Intercept that cuts answers short.
func (a *answer) Flush() {
	a.end(http.StatusOK)
	// A writer that cannot flush sends all at the end, which is as good here.
	_ = http.NewResponseController(a.ResponseWriter).Flush()
}

func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	a.end(0)
	return http.NewResponseController(a.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
