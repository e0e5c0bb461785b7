// Package notify tells an operator what a run came to: by a POST ([Post]) or by a
// command ([Command]). A [Memory] sees to it that he hears of a trouble once.
//
// It knows nothing of crawls: what is told, and in which words, is the caller's.
package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	postTimeout = 10 * time.Second // of one try
	postTries   = 3
	longestWait = 10 * time.Second // for a server that asks for time
	mostAnswer  = 1 << 20          // bytes of an answer that are read, and thrown away
)

// A Post sends notices to an address.
type Post struct {
	URL   *url.URL // see [ParseURL]
	Agent string   // the User-Agent
	// Transport reaches the web; default: that of package http, which honours the
	// proxy variables of the environment.
	Transport http.RoundTripper
}

// ParseURL reads the address of a receiver. Its errors do not repeat the address,
// which may hold a secret.
func ParseURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, errors.New("is not a web address")
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return nil, errors.New("is not a web address: it must begin with https:// or http:// and name a host")
	}
	return u, nil
}

// String returns where notices go: scheme and host. What follows may be a secret.
func (p *Post) String() string {
	s := p.URL.Scheme + "://" + p.URL.Host
	if p.URL.Path != "" && p.URL.Path != "/" || p.URL.RawQuery != "" {
		s += "/…"
	}
	return s
}

// Send posts a JSON document. An answer of 2xx is success; what may go better in a
// second is tried twice more. It follows no redirect: a notice is for the one who
// was named. No error names more of the address than String.
func (p *Post) Send(ctx context.Context, document []byte) error {
	for try := 1; ; try++ {
		again, wait, err := p.try(ctx, document)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%v: %w", p, context.Cause(ctx))
		case !again || try == postTries:
			return fmt.Errorf("%v: %w", p, err)
		}
		pause := time.Second << (2 * (try - 1))
		pause = max(pause*4/5+rand.N(pause*2/5), min(wait, longestWait))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return fmt.Errorf("%v: %w", p, context.Cause(ctx))
		}
	}
}

// try posts once. It returns whether another try may help, and how long the server
// wants to be left alone before it.
func (p *Post) try(ctx context.Context, document []byte) (again bool, wait time.Duration, err error) {
	client := http.Client{
		Transport: p.Transport, Timeout: postTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL.String(), bytes.NewReader(document))
	if err != nil {
		return false, 0, errors.New("cannot be asked") // unreachable: ParseURL has read it
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", p.Agent)
	response, err := client.Do(request)
	if err != nil {
		return true, 0, plain(err)
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, mostAnswer) // the status has said it
	status := response.StatusCode
	switch {
	case status/100 == 2:
		return false, 0, nil
	case status/100 == 3:
		return false, 0, fmt.Errorf("it redirects (HTTP status %d), and a notice goes nowhere but to the address that was named: name the one that it leads to", status)
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		wait = time.Duration(min(seconds, int(longestWait/time.Second))) * time.Second
	}
	passing := status >= 500 || status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status == http.StatusTooEarly
	return passing, wait, fmt.Errorf("HTTP status %d %s", status, http.StatusText(status))
}

// plain takes the address out of an error of the client.
func plain(err error) error {
	var outer *url.Error
	if !errors.As(err, &outer) {
		return err
	}
	if outer.Timeout() {
		return fmt.Errorf("no answer in %v", postTimeout)
	}
	return outer.Err
}
