//go:build unix

package main

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Interrupted while it asks for robots.txt, for a listing, or while a notice is on
// its way, a crawl ends within a second.
func TestInterruptAnywhere(t *testing.T) {
	for name, stage := range map[string]struct {
		path string // prefix of what is not answered
		args []string
	}{
		"robots":  {"/robots.txt", nil},
		"listing": {"/news/mereshire/news/", nil},
		"post":    {"", []string{"--notify-on", "always"}},
		"exec":    {"", []string{"--notify-on", "always", "--notify-exec", "echo x >reached; exec sleep 60"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPatient(t)
			reached := make(chan struct{})
			hang := sync.OnceFunc(func() { close(reached) })
			args := []string{"crawl", "demo", "--sites", "sites", "--delay", "0s"}
			switch name {
			case "post":
				d := newDesk(t, func(_ http.ResponseWriter, r *http.Request) {
					hang()
					<-r.Context().Done()
				})
				args = append(args, "--notify", d.URL)
			case "exec":
				fifo := filepath.Join(p.dir, "reached")
				if err := syscall.Mkfifo(fifo, 0o600); err != nil {
					t.Fatal(err)
				}
				go func() {
					if f, err := os.Open(fifo); err == nil {
						_, _ = f.Read(make([]byte, 1))
						f.Close()
					}
					hang()
				}()
			default:
				p.falls(func(_ http.ResponseWriter, r *http.Request) bool {
					if !strings.HasPrefix(r.URL.Path, stage.path) {
						return false
					}
					hang()
					<-r.Context().Done()
					return true
				})
			}
			// The program's own PATH is nowhere, and sleep is not.
			cmd := command(t, p.dir, []string{"PATH=" + os.Getenv("PATH")}, slices.Concat(args, stage.args)...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-reached
			start := time.Now()
			if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if took := time.Since(start); took > time.Second {
				t.Errorf("it took %v to stop", took)
			}
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != statusInterrupted || !strings.Contains(stderr.String(), "interrupted") {
				t.Errorf("ended with %v, and said %q", err, stderr.String())
			}
		})
	}
}
