package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"archiver/demo"
	"archiver/store"
)

// loadReleases is how many releases the crawl of TestLoad finds, and loadDelay how long
// it waits between two requests: enough to write all the while.
const (
	loadReleases = 500
	loadDelay    = 60 * time.Millisecond
)

// TestLoad asks the program for pages over a large archive as fast as it answers, by
// wrk, first while nothing else goes on and then while a crawl writes to the archive,
// and prints how many it answered and how soon. Every answer must be a page, and the
// crawl must come to its end. It takes a minute:
//
//	ARCHIVER_LOAD=1 ARCHIVER_BENCH_ARCHIVE=archive.db go test ./cmd/archiver -run TestLoad -v
//
// where archive.db is one that BenchmarkPages of package web has made (or any other).
func TestLoad(t *testing.T) {
	if os.Getenv("ARCHIVER_LOAD") == "" {
		t.Skip("ARCHIVER_LOAD is not set: it measures for a minute")
	}
	wrk, err := exec.LookPath("wrk")
	if err != nil {
		t.Skip("wrk is not installed, which asks for the pages (Debian: apt-get install wrk)")
	}
	c := &crasher{dir: t.TempDir()}
	c.serve(t, &demo.Site{Releases: manyTimes(demo.Releases(), loadReleases)}, "demo")
	const archive = "archive.db"
	copyArchive(t, os.Getenv("ARCHIVER_BENCH_ARCHIVE"), c.path(archive))

	address, stop := c.serving(t, archive)
	defer stop()
	asks := []string{"/", "/?q=fraud", "/?q=%22crime+reference%22+stolen", "/?kind=fraud&page=20"}
	measure := func(when string) {
		for _, path := range asks {
			// A parameter that means nothing makes each address another, so that no answer
			// is one that the server remembers.
			script := filepath.Join(t.TempDir(), "asks.lua")
			text := fmt.Sprintf("local n = 0\nrequest = function()\n  n = n + 1\n  return wrk.format('GET', '%s%sunknown=' .. n)\nend\n", path, map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")])
			if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), wrk, "-t1", "-c8", "-d6s", "--latency", "-s", script, address).CombinedOutput()
			if err != nil {
				t.Fatalf("wrk: %v: %s", err, out)
			}
			if bytes.Contains(out, []byte("Non-2xx")) || bytes.Contains(out, []byte("Socket errors")) {
				t.Errorf("%s, %s: not every answer was a page:\n%s", path, when, out)
			}
			t.Logf("%-34s %-19s %7s a second, half within %s, 99 of 100 within %s", path, when,
				figure(t, out, `Requests/sec:\s+(\S+)`), figure(t, out, `(?m)^\s+50%\s+(\S+)`), figure(t, out, `(?m)^\s+99%\s+(\S+)`))
		}
	}
	measure("nothing else")

	crawl := command(t, c.dir, nil, c.crawl(archive, loadDelay)...)
	var said bytes.Buffer
	crawl.Stderr = &said
	began := time.Now()
	if err := crawl.Start(); err != nil {
		t.Fatal(err)
	}
	measure("beside a crawl")
	measured := time.Since(began)
	if err := crawl.Wait(); err != nil {
		t.Errorf("the crawl: %v: %s", err, &said)
	}
	if took := time.Since(began); took < measured+time.Second {
		t.Errorf("the crawl ended after %v, before all was measured", took)
	} else {
		t.Logf("the crawl wrote %d releases in %v, while the server answered for %v of them", loadReleases, took.Round(time.Second), measured.Round(time.Second))
	}
}

// serving starts the program as a server of an archive until it is told to stop, and
// returns its address once it can search.
func (c *crasher) serving(t *testing.T, archive string) (address string, stop func()) {
	t.Helper()
	cmd := command(t, c.dir, nil, "serve", "--archive", archive, "--listen", "127.0.0.1:0")
	words := &said{}
	cmd.Stderr = words
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		if err := cmd.Wait(); err != nil {
			t.Errorf("serve: %v: %s", err, words)
		}
	}
	for deadline := time.Now().Add(5 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if address == "" {
			address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(words.String())
			continue
		}
		if body, err := fetch(address + "/api/releases?q=fraud&per-page=1"); err == nil && strings.Contains(body, `"total":`) {
			return address, stop
		}
	}
	stop()
	t.Fatalf("it does not serve: %s", words)
	return "", nil
}

func fetch(address string) (string, error) {
	response, err := http.Get(address)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s", response.Status)
	}
	return string(body), err
}

// figure finds what an expression has in brackets in a text.
func figure(t *testing.T, text []byte, expression string) string {
	t.Helper()
	m := regexp.MustCompile(expression).FindSubmatch(text)
	if m == nil {
		t.Fatalf("%s is not in:\n%s", expression, text)
	}
	return string(m[1])
}

// manyTimes returns so many releases: the given ones, again and again, each under an
// address of its own.
func manyTimes(releases []demo.Release, n int) []demo.Release {
	all := make([]demo.Release, n)
	for i := range all {
		r := releases[i%len(releases)]
		if again := i / len(releases); again > 0 {
			r.Path = fmt.Sprintf("%s-%d/", strings.TrimSuffix(r.Path, "/"), again+1)
			r.Title = fmt.Sprintf("%s (%d)", r.Title, again+1)
			r.OGTitle, r.PageTitle = "", ""
			r.Published = r.Published.Add(time.Duration(again) * time.Minute)
		}
		all[i] = r
	}
	return all
}

func copyArchive(t *testing.T, from, to string) {
	t.Helper()
	if from == "" {
		t.Skip("ARCHIVER_BENCH_ARCHIVE names no archive to serve")
	}
	s, err := store.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), to, nil); err != nil {
		t.Fatal(err)
	}
}
