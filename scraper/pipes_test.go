package scraper

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// pipes are a network within a bubble of synctest, where waiting for a real one
// would stop the clock: every connection is a [net.Pipe].
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

// serveInMemory serves h in the bubble of t, and returns what reaches it, by any
// address. It ends with the test.
func serveInMemory(t testing.TB, h http.Handler) (*httptest.Server, *http.Transport) {
	t.Helper()
	p := &pipes{calls: make(chan net.Conn), closed: make(chan struct{})}
	server := httptest.NewUnstartedServer(h)
	if err := server.Listener.Close(); err != nil { // a real one
		t.Fatal(err)
	}
	server.Listener = p
	server.Start()
	t.Cleanup(server.Close)
	transport := &http.Transport{DialContext: p.dial}
	t.Cleanup(transport.CloseIdleConnections)
	return server, transport
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.calls <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept is of net.Listener.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close is of net.Listener.
func (p *pipes) Close() error {
	p.close.Do(func() { close(p.closed) })
	return nil
}

// Addr is of net.Listener.
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }
