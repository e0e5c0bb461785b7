package scraper

import (
	"crypto/sha1"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	whatwg "github.com/nlnwa/whatwg-url/url"
)

// addressParser reads addresses as browsers and colly do, so that what we keep
// is what colly asks for.
var addressParser = whatwg.NewParser(whatwg.WithPercentEncodeSinglePercentSign())

// join returns the address that a link on a page leads to, without its
// fragment and otherwise as it is spelled. An address that is not for us, of
// another scheme or with a password in it, is an error.
func join(page, link string) (string, error) {
	base, err := addressParser.Parse(page)
	if err != nil {
		return "", fmt.Errorf("%q is not an address", page)
	}
	return joiner{url: base}.join(link)
}

// A joiner is join for many links of one page.
type joiner struct {
	url    *whatwg.Url // what relative links count from
	origin string      // of that, "https://www.example.org"; "" where plain links are no quicker
}

func newJoiner(base *whatwg.Url) joiner {
	j := joiner{url: base}
	if root, err := j.join("/"); err == nil {
		j.origin = strings.TrimSuffix(root, "/")
	}
	return j
}

func (j joiner) join(link string) (string, error) {
	link = strings.TrimSpace(link)
	if j.origin != "" { // most links of a page are plain, and many of them
		if rest := strings.TrimPrefix(link, j.origin); isPlainPath(rest) {
			return j.origin + rest, nil
		}
	}
	u, err := j.url.Parse(link)
	if err != nil {
		return "", fmt.Errorf("%q is not an address", link)
	}
	if s := u.Scheme(); s != "http" && s != "https" {
		return "", fmt.Errorf("%q is not a web address (it must begin with https:// or http://)", link)
	}
	if u.Username() != "" || u.Password() != "" {
		return "", fmt.Errorf("%q has a user name in it", link)
	}
	return u.Href(true), nil
}

// isPlainPath reports whether s is a path, perhaps with a query, in which a
// browser changes nothing.
func isPlainPath(s string) bool {
	if s == "" || s[0] != '/' {
		return false
	}
	query := false
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '=', c == '&', c == '+', c == ',':
		case c == '?':
			query = true
		case query:
			return false
		case c == '/' && (i == 0 || s[i-1] != '/'):
		case c == '.' && s[i-1] != '/' && s[i-1] != '.': // "." and ".." are folders
		default:
			return false
		}
	}
	return true
}

// clean is join for an address that stands alone.
func clean(address string) (string, error) { return join(address, address) }

// checkHop reports why a redirect must not be followed, or nil. It may lead from
// http to https and to or from "www." of the same name, and nowhere else.
func checkHop(from, to *url.URL) error {
	bad := func(why string) error {
		return &fault{verdict: failed, cause: fmt.Sprintf("redirect to %s, %s", to.Redacted(), why)}
	}
	switch {
	case to.Scheme != "http" && to.Scheme != "https":
		return bad("which is not on the web")
	case to.User != nil:
		return bad("an address with a user name in it")
	case from.Scheme == "https" && to.Scheme == "http":
		return bad("which is not encrypted")
	case bareHost(from) != bareHost(to):
		if isPrivate(to) {
			return bad("a private address")
		}
		return bad("another site")
	case ports[from.Scheme] == port(from) && ports[to.Scheme] == port(to):
		return nil
	case port(from) != port(to):
		return bad("another port")
	}
	return nil
}

// isPrivate reports whether the host of u is the number of a machine that is not
// on the public internet.
func isPrivate(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && guardian.SafeAddr(ip) != nil
}

var ports = map[string]string{"http": "80", "https": "443"}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return ports[u.Scheme]
}

func bareHost(u *url.URL) string {
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// hostKey names the server that u is on: "www." and the usual ports of both
// schemes are the same one, two other ports are two.
func hostKey(u *url.URL) string {
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		return net.JoinHostPort(bareHost(u), p)
	}
	return bareHost(u)
}

// originOf names what a robots.txt holds for: scheme, host and port.
func originOf(u *url.URL) string {
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port(u))
}

// An addressKey stands for an address in the memory of a run, which would
// otherwise grow with the length of all addresses it meets.
type addressKey [sha1.Size]byte

// keyOf returns the same key for addresses that differ only in "http" or
// "https" and in "www.": a feed and a listing of one site often do, and mean one
// page.
func keyOf(address string) addressKey {
	rest := address
	if _, after, ok := strings.Cut(address, "://"); ok {
		host, path, _ := strings.Cut(after, "/")
		host = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(host), ":443"), ":80")
		rest = strings.TrimPrefix(host, "www.") + "/" + path
	}
	return sha1.Sum([]byte(rest))
}

// parseURL parses an address that join has made.
func parseURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err == nil && u.Host == "" {
		err = fmt.Errorf("%q names no host", address)
	}
	return u, err
}
