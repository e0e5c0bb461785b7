package scraper

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"archiver/article"
)

// A verdict is what one look at an address comes to, whatever it is the address
// of.
type verdict int

const (
	good        verdict = iota // 200, with a body
	same                       // 304: what we have
	absent                     // 404, 410, or a redirect to a listing
	refused                    // 401, 403, a challenge page
	passing                    // may go better in a second: 5xx, 429, cut off, timed out
	failed                     // will not
	forbidden                  // by robots.txt; not asked
	closed                     // the site wants no robots; not asked
	unreachable                // nobody knows whether the site wants robots; not asked
)

// A fault is a verdict other than good, with its cause in words. Below colly it
// travels as an error.
type fault struct {
	verdict verdict
	cause   string
	code    article.Cause // of an absence
	status  int           // HTTP, 0 without an answer
	wait    time.Duration // Retry-After, with waits
	waits   bool
}

func (f *fault) Error() string { return f.cause }

// judge says what an answer, or the error in its place, comes to.
func judge(a *answer, err error) fault {
	if err != nil {
		var f *fault
		if errors.As(err, &f) {
			return *f
		}
		return fault{verdict: passing, cause: plain(err)}
	}
	f := fault{status: a.status, cause: statusText(a.status)}
	f.wait, f.waits = retryAfter(a.header, a.at)
	switch s := a.status; {
	case a.listing != "":
		f.verdict, f.cause, f.code = absent, "leads to "+a.listing+" now", article.CauseRedirect
	case challenged(a):
		f.verdict, f.cause = refused, "a challenge page ("+statusText(s)+")"
	case s == http.StatusOK && len(a.body) == 0:
		f.verdict, f.cause = passing, "an empty page"
	case s == http.StatusOK:
		f.verdict = good
	case s == http.StatusNotModified && a.conditional:
		f.verdict = same
	case s == http.StatusNotFound:
		f.verdict, f.code = absent, article.CauseNotFound
	case s == http.StatusGone:
		f.verdict, f.code = absent, article.CauseGone
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		f.verdict = refused
	case s >= 500, s == http.StatusTooManyRequests, s == http.StatusRequestTimeout, s == http.StatusTooEarly:
		f.verdict = passing
	default:
		f.verdict = failed
	}
	return f
}

func statusText(status int) string {
	text := http.StatusText(status)
	if text == "" {
		text = "(unknown)"
	}
	return fmt.Sprintf("HTTP status %d %s", status, text)
}

// plain says in words what went wrong on the network.
func plain(err error) string {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // which address it is about is said elsewhere
	}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("there is no host %s", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody answers at this address (connection refused)"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the answer was cut off"
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was dropped"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	if what, ok := strings.CutPrefix(err.Error(), "net/http: HTTP/1.x transport connection broken: "); ok {
		what = strings.TrimPrefix(strings.TrimPrefix(what, "net/"), "http: ")
		return "the answer breaks the rules of HTTP: " + what
	}
	return err.Error()
}
