package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

// How long a server waits for its readers, and how many bytes of a header it reads.
const (
	readTimeout    = 10 * time.Second
	answerTimeout  = 30 * time.Second // to make an answer and to send it
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 16 << 10
	// stopTimeout is how long readers have to take what they asked for once the
	// server is to stop.
	stopTimeout = 800 * time.Millisecond
)

// Serve answers on a listener until ctx ends; what is being answered then is given
// a moment to finish. The listener is closed.
func Serve(ctx context.Context, on net.Listener, h http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(on) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(patience); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if err := server.Close(); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Options say to whom a server answers. The zero value answers to everybody who
// asks for an address of this machine's loopback.
type Options struct {
	// Hosts are the names and addresses, without a port, that readers may ask for
	// beside those of the loopback. A page elsewhere that makes a browser ask for
	// another name (DNS rebinding) is refused. One that is written as an origin,
	// https://archive.example.org, is the address that readers know this server by:
	// feeds and the search of browsers have to name it whole, and a server behind
	// something that speaks HTTPS cannot see it.
	Hosts []string
	// User and Password, if there is a password, are asked of everybody.
	User, Password string
}

// Guard puts around a handler what keeps its readers safe: it checks the host, the
// password and the method, sets the headers that forbid a page everything that ours do not
// need, bounds how much is asked and how many ask at once, and compresses.
func Guard(h http.Handler, o Options) http.Handler {
	h = gzhttp.GzipHandler(h)
	h = abreast(h)
	h = bounded(h)
	h = http.NewCrossOriginProtection().Handler(h)
	h = password(h, o)
	h = knownHost(h, o.Hosts)
	return headers(h)
}
