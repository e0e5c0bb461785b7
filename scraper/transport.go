package scraper

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// maxBody bounds the body of an answer, decompressed. A longer one is an error.
const maxBody = 10 << 20

// A network is how all sites of a run reach the web: with one pace for each
// host, one robots.txt for each origin, and bounds on every answer.
type network struct {
	base    http.RoundTripper
	agent   string // the User-Agent header
	timeout time.Duration
	pacer   *pacer
	robots  *robotsCache
}

// A meter counts what a site was asked and sent.
type meter struct {
	requests atomic.Int64
	bytes    atomic.Int64
}

// An answer is what a server sent, read to its end.
type answer struct {
	url    *url.URL // of the request that it answers, the last one of a chain
	status int
	header http.Header
	body   []byte // content encoding undone, charset untouched
	at     time.Time

	final       string // where redirects led; "" where they led nowhere else
	moved       bool   // all of them were permanent
	conditional bool   // a 304 was asked for
	listing     string // a redirect led to this listing, which was not asked for
}

// location returns where a redirect leads, nil for any other answer.
func (a *answer) location() (*url.URL, error) {
	switch a.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	to := a.header.Get("Location")
	if to == "" {
		return nil, nil
	}
	u, err := a.url.Parse(to)
	if err != nil {
		return nil, fmt.Errorf("redirect to %q, which is no address", to)
	}
	return u, nil
}

// exchange sends one request when its host may be asked, and reads the answer.
// The time limit holds from then on, body included: waiting for one's turn does
// not count.
func (n *network) exchange(req *http.Request, m *meter) (*answer, error) {
	ctx := req.Context()
	release, err := n.pacer.acquire(ctx, hostKey(req.URL))
	if err != nil {
		return nil, err
	}
	defer release()
	late := &fault{verdict: passing, cause: fmt.Sprintf("no complete answer within %v", n.timeout)}
	limited, cancel := context.WithTimeoutCause(ctx, n.timeout, late)
	defer cancel()
	a, err := n.send(limited, req, m)
	if err != nil && ctx.Err() == nil && errors.Is(context.Cause(limited), late) {
		return nil, late
	}
	return a, err
}

func (n *network) send(ctx context.Context, req *http.Request, m *meter) (*answer, error) {
	m.requests.Add(1)
	ctx, cancel := noSecondSending(ctx)
	defer cancel()
	resp, err := n.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		if cause := context.Cause(ctx); errors.Is(cause, errDropped) {
			return nil, cause
		}
		return nil, err
	}
	a := &answer{url: req.URL, status: resp.StatusCode, header: resp.Header}
	if resp.Body != nil {
		a.body, err = readBody(resp)
		if closeErr := resp.Body.Close(); err == nil {
			err = closeErr
		}
		if err != nil {
			return nil, err
		}
	}
	a.at = time.Now()
	m.bytes.Add(int64(len(a.body)))
	return a, nil
}

var errDropped = &fault{verdict: passing, cause: "the connection was dropped"}

// noSecondSending keeps net/http from sending a request a second time on a new
// connection when the old one breaks. It does so at once and unseen, without
// the pause that every request of ours keeps.
func noSecondSending(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	var sent, again atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
		GetConn: func(string) {
			if sent.Load() {
				again.Store(true)
				cancel(errDropped)
			}
		},
		GotConn: func(info httptrace.GotConnInfo) {
			if again.Load() {
				info.Conn.Close() // so that nothing can be written before the cancellation is seen
			}
		},
	})
	return ctx, func() { cancel(nil) }
}

// readBody reads a whole body and undoes its content encoding. A body that is
// cut off, or too long, is an error and never a shorter body.
func readBody(resp *http.Response) ([]byte, error) {
	tooLong := &fault{verdict: failed, cause: fmt.Sprintf("longer than %d MiB", maxBody>>20)}
	switch {
	case resp.ContentLength > maxBody:
		return nil, tooLong
	case resp.ContentLength == 0: // a 304 may name an encoding and has nothing in it
		return nil, nil
	}
	body := io.Reader(resp.Body)
	var sent *counter
	if !resp.Uncompressed && resp.ContentLength >= 0 {
		sent = &counter{r: body}
		body = sent
	}
	switch encoding := strings.ToLower(resp.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip", "x-gzip": // net/http has undone the gzip that it asked for itself
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, cutOff(err)
		}
		body = z
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
	default:
		return nil, &fault{verdict: failed, cause: fmt.Sprintf("sent in the encoding %q, which was not asked for", encoding)}
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer func() {
		if buf.Cap() <= keptBuffer {
			buf.Reset()
			buffers.Put(buf)
		}
	}()
	if _, err := buf.ReadFrom(io.LimitReader(body, maxBody+1)); err != nil {
		return nil, cutOff(err)
	}
	if buf.Len() > maxBody {
		return nil, tooLong
	}
	if sent != nil && sent.n < resp.ContentLength {
		return nil, cutOff(io.ErrUnexpectedEOF)
	}
	return bytes.Clone(buf.Bytes()), nil
}

// buffers are what bodies are read into, most of which come without a length: so
// each takes no more memory than it has bytes.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

const keptBuffer = 1 << 20

// cutOff says of what a broken body looks like to its reader that it is broken.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) {
		return fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
	}
	return err
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// A courier is the RoundTripper below the colly of one site, which asks for one
// thing after another: it holds every hop to the rules and keeps the answer as
// it was sent, for colly converts the charset of a body and forgets the rest.
type courier struct {
	net     *network
	meter   *meter
	parse   bool                         // colly shall see the body
	listing func(from, to *url.URL) bool // a redirect there means that the page is gone

	last        *answer
	hops        int
	temporary   bool // a redirect on the way was not for good
	conditional bool
}

func (c *courier) begin(parse, conditional bool) {
	c.parse, c.conditional = parse, conditional
	c.last, c.hops, c.temporary = nil, 0, false
}

// RoundTrip sends one request, be it a redirect's.
func (c *courier) RoundTrip(req *http.Request) (*http.Response, error) {
	c.last = nil
	if err := c.net.robots.allows(req.Context(), req.URL, c.meter); err != nil {
		return nil, err
	}
	a, err := c.net.exchange(req, c.meter)
	if err != nil {
		return nil, err
	}
	if _, err := a.location(); err != nil { // net/http has other words for it
		return nil, &fault{verdict: failed, cause: err.Error()}
	}
	a.conditional = c.conditional
	if c.hops > 0 {
		a.final, a.moved = req.URL.String(), !c.temporary
	}
	c.hops++
	if a.status != http.StatusMovedPermanently && a.status != http.StatusPermanentRedirect {
		c.temporary = true
	}
	c.last = a
	return c.forColly(req, a), nil
}

// follow is colly's redirect handler.
func (c *courier) follow(req *http.Request, via []*http.Request) error {
	if err := checkHop(via[len(via)-1].URL, req.URL); err != nil {
		return err
	}
	for _, before := range via {
		if before.URL.String() == req.URL.String() {
			return &fault{verdict: failed, cause: "redirects in a circle"}
		}
	}
	if len(via) >= 10 {
		return &fault{verdict: failed, cause: "more than ten redirects"}
	}
	if c.listing != nil && c.listing(via[0].URL, req.URL) {
		c.last.listing = req.URL.String()
		return http.ErrUseLastResponse
	}
	return nil
}

// forColly makes the response that colly is to see. It gets a body only where
// it shall parse one, with a charset that holds for the whole page: it trusts the
// header alone and would take every other page for UTF-8.
func (c *courier) forColly(req *http.Request, a *answer) *http.Response {
	resp := &http.Response{
		Status: statusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: http.NoBody, Request: req,
		Uncompressed: true, // or colly would undo the gzip of a .gz sitemap, without a bound
	}
	if c.parse && a.status == http.StatusOK {
		resp.Header = a.header.Clone()
		resp.Header.Set("Content-Type", mediaType(a)+"; charset="+charsetOf(a))
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(a.body)), int64(len(a.body))
	}
	return resp
}

// mediaType returns the kind of an answer, "text/html", from its header or, where
// that says nothing, from its body.
func mediaType(a *answer) string {
	kind := a.header.Get("Content-Type")
	if kind == "" {
		kind = http.DetectContentType(a.body)
	}
	kind, _, _ = strings.Cut(kind, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

func isHTML(kind string) bool { return kind == "text/html" || kind == "application/xhtml+xml" }

// charsetOf returns the charset of a page: as browsers find it, but that a page
// which declares none and is UTF-8 throughout is that.
func charsetOf(a *answer) string {
	_, name, certain := charset.DetermineEncoding(a.body, a.header.Get("Content-Type"))
	if !certain && utf8.Valid(a.body) {
		return "utf-8"
	}
	return name
}
