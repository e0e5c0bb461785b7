package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"archiver/demo"
)

// Interrupted, a crawl keeps what was done, says so, and ends within a second
// with status 130; the next run goes on.
func TestInterrupt(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			var articles atomic.Int32
			reached := make(chan struct{})
			site := &demo.Site{Intercept: func(_ http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.URL.Path, "/articles/") && articles.Add(1) == 5 {
					close(reached)
					<-r.Context().Done() // a server that does not answer
					return true
				}
				return false
			}}
			dir, _ := demoSite(t, site)
			cmd := command(t, dir, nil, "crawl", "demo", "--full", "--sites", "sites", "--delay", "0s")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-reached
			start := time.Now()
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != statusInterrupted {
				t.Errorf("ended with %v, want status 130; it said %q", err, stderr.String())
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("it took %v to stop", took)
			}
			if !strings.Contains(stderr.String(), "interrupted") {
				t.Errorf("it said %q", stderr.String())
			}
			kept := len(exported(t, dir))
			if kept == 0 {
				t.Error("nothing was kept")
			}
			// The next run goes on where it stood.
			if r := archiver(t, dir, nil, "crawl", "demo", "--full", "--sites", "sites", "--delay", "0s"); r.status != 0 || r.stderr != "" {
				t.Errorf("the next run: %+v", r)
			}
			if n := len(exported(t, dir)); n != len(demo.Releases()) {
				t.Errorf("after it %d records of %d", n, len(demo.Releases()))
			}
		})
	}
}

// A second crawl on an archive is refused, and told who holds it; a reader is
// not kept waiting.
func TestSecondCrawl(t *testing.T) {
	reached, release := make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	site := &demo.Site{Intercept: func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/articles/") && first.CompareAndSwap(false, true) {
			close(reached)
			<-release
		}
		return false
	}}
	dir, _ := demoSite(t, site)
	cmd := command(t, dir, nil, "crawl", "demo", "--sites", "sites", "--delay", "0s")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-reached
	if r := archiver(t, dir, nil, "crawl", "demo", "--sites", "sites", "--delay", "0s"); r.status != statusInUse || !strings.Contains(r.stderr, "in use by another crawl") {
		t.Errorf("a second crawl: %+v", r)
	}
	if r := archiver(t, dir, nil, "list"); r.status != 0 {
		t.Errorf("a reader beside a crawl: %+v", r)
	}
	close(release)
	if err := cmd.Wait(); err != nil {
		t.Errorf("the first crawl: %v", err)
	}
}
