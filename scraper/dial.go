package scraper

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"code.dny.dev/ssrf"
)

// guardian knows which addresses are on the public internet.
var guardian = ssrf.New(ssrf.WithAnyPort())

// A dialer connects to whatever host the operator has named, a site or a proxy,
// and to any other only where its address is a public one: a redirect must not
// lead into the operator's own network, by whatever trick of names.
type dialer struct {
	own     sync.Map // "host:port" → true
	trusted net.Dialer
	guarded net.Dialer
}

func newDialer() *dialer {
	d := &dialer{trusted: net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}}
	d.guarded = d.trusted
	d.guarded.Control = guardian.Safe
	return d
}

const connectTimeout = 15 * time.Second

// trust lets the host of u be at any address.
func (d *dialer) trust(u *url.URL) {
	p := u.Port()
	switch {
	case p != "":
		d.own.Store(net.JoinHostPort(strings.ToLower(u.Hostname()), p), true)
	case u.Scheme == "socks5", u.Scheme == "socks5h":
		d.own.Store(net.JoinHostPort(strings.ToLower(u.Hostname()), "1080"), true)
	default: // a site that moves from http to https stays the operator's
		for _, p := range ports {
			d.own.Store(net.JoinHostPort(strings.ToLower(u.Hostname()), p), true)
		}
	}
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if _, ok := d.own.Load(strings.ToLower(address)); ok {
		return d.trusted.DialContext(ctx, network, address)
	}
	return d.guarded.DialContext(ctx, network, address)
}

// proxy finds the operator's proxy in the environment and trusts it.
func (d *dialer) proxy(req *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(req)
	if u != nil {
		d.trust(u)
	}
	return u, err
}

// An ownTransport reaches the web where a test gives nothing else.
type ownTransport struct {
	*http.Transport
	dialer *dialer
}

func newOwnTransport() *ownTransport {
	d := newDialer()
	return &ownTransport{dialer: d, Transport: &http.Transport{
		Proxy:                  d.proxy,
		DialContext:            d.dial,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    connectTimeout,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConns:           64,
		MaxResponseHeaderBytes: 256 << 10,
		ReadBufferSize:         64 << 10, // most pages in one go
	}}
}
