package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy lets a page have the stylesheet, the script and the pictures of this
// server, and send its forms to it. Nothing within a page runs, and no other page
// can frame it.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func headers(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		set := w.Header()
		set.Set("Content-Security-Policy", policy)
		set.Set("X-Content-Type-Options", "nosniff")
		set.Set("Referrer-Policy", "no-referrer")
		set.Set("Cross-Origin-Opener-Policy", "same-origin")
		set.Set("Cross-Origin-Resource-Policy", "same-origin")
		set.Set("X-Frame-Options", "DENY")
		set.Set("X-Robots-Tag", "noindex, nofollow")
		set.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.ServeHTTP(w, r)
	})
}

// knownHost refuses requests for a host that is not ours. A browser that was led
// here by somebody else's name for our address says that name. What it lets through
// knows its origin.
func knownHost(h http.Handler, hosts []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostName(r.Host)
		address, err := netip.ParseAddr(host)
		known := host == "localhost" || err == nil && address.IsLoopback()
		var at string
		for _, name := range hosts {
			scheme, rest, whole := strings.Cut(name, "://")
			switch {
			case !whole && strings.EqualFold(name, host):
				known = true
			case whole && hostName(rest) == host:
				known, at = true, scheme+"://"+rest
			}
		}
		if !known {
			http.Error(w, "This archive is not known by that name; its operator can add it with --host.", http.StatusMisdirectedRequest)
			return
		}
		if at != "" {
			r = r.WithContext(context.WithValue(r.Context(), originKey{}, at))
		}
		h.ServeHTTP(w, r)
	})
}

// hostName is a host without its port, as it is compared.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// originKey is where a request keeps the origin that [Options] know for its host.
type originKey struct{}

// origin is the address of this server as the reader of a request knows it, without a
// path: what [Options] say of the host, else what was asked. No header of a proxy is
// believed, for anybody can send one.
func origin(r *http.Request) string {
	if at, ok := r.Context().Value(originKey{}).(string); ok {
		return at
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// password asks for a password where there is one.
func password(h http.Handler, o Options) http.Handler {
	if o.Password == "" {
		return h
	}
	// Hashes, so that the time of the comparison does not tell a length either.
	wantUser, wantPassword := sha256.Sum256([]byte(o.User)), sha256.Sum256([]byte(o.Password))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, pass, _ := r.BasicAuth()
		isUser, isPassword := sha256.Sum256([]byte(user)), sha256.Sum256([]byte(pass))
		if subtle.ConstantTimeCompare(isUser[:], wantUser[:])&subtle.ConstantTimeCompare(isPassword[:], wantPassword[:]) != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="archiver", charset="UTF-8"`)
			http.Error(w, "This archive asks for a name and a password.", http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// maxQuery bounds what may be asked in an address, in bytes.
const maxQuery = 2048

// bounded refuses what nobody types.
func bounded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "This archive can only be read.", http.StatusMethodNotAllowed)
			return
		case len(r.URL.RawQuery) > maxQuery || len(r.URL.Path) > maxQuery:
			http.Error(w, "That address is too long.", http.StatusRequestURITooLong)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// atOnce is how many requests are answered at a time; others wait their turn.
const atOnce = 16

// abreast lets so many requests through at a time. Who gives up while waiting is
// forgotten.
func abreast(h http.Handler) http.Handler {
	places := make(chan struct{}, atOnce)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			h.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}
