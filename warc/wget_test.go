package warc_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archiver/warc"
)

// TestWget reads what wget writes: chunked and compressed answers, and, in a
// second run, revisits of what has not changed.
func TestWget(t *testing.T) {
	wget, err := exec.LookPath("wget")
	if err != nil {
		t.Skip("wget is not installed (Debian: apt-get install wget)")
	}
	want := map[string]string{
		"/":        `<a href="/chunked">1</a> <a href="/gzip">2</a> <a href="/both">3</a>`,
		"/chunked": strings.Repeat("<p>in chunks\n", 1000),
		"/gzip":    strings.Repeat("<p>compressed\n", 1000),
		"/both":    strings.Repeat("<p>both\n", 1000),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := want[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/gzip" || r.URL.Path == "/both" {
			w.Header().Set("Content-Encoding", "gzip")
			body = zipped(body)
		}
		if r.URL.Path == "/chunked" || r.URL.Path == "/both" {
			for _, part := range []string{body[:10], body[10:]} {
				fmt.Fprint(w, part)
				w.(http.Flusher).Flush()
			}
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		fmt.Fprint(w, body)
	}))
	defer server.Close()

	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		args = append(args, "--quiet", "--no-proxy", "--compression=gzip", server.URL+"/", server.URL+"/chunked", server.URL+"/gzip", server.URL+"/both")
		cmd := exec.CommandContext(t.Context(), wget, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("wget: %v\n%s", err, out)
		}
	}
	run("--warc-file=first", "--warc-cdx")
	run("--warc-file=second", "--warc-dedup=first.cdx", "--no-warc-compression")

	digests := map[string]string{}
	for name, kind := range map[string]string{"first.warc.gz": warc.TypeResponse, "second.warc": warc.TypeRevisit} {
		file, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		in := warc.NewReader(file)
		found := 0
		for {
			r, err := in.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			path, ours := strings.CutPrefix(r.Target(), server.URL)
			if !ours || r.Type == warc.TypeRequest {
				continue
			}
			resp, err := r.Response(1 << 20)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if resp.Status != 200 {
				continue
			}
			found++
			if r.Type != kind {
				t.Errorf("%s: %s is a %s, not a %s", name, path, r.Type, kind)
			}
			if date, err := r.Header.Time(warc.FieldDate); err != nil || time.Since(date) > time.Minute {
				t.Errorf("%s: got %v, %v", name, date, err)
			}
			digest := r.Header.Get(warc.FieldPayloadDigest)
			if other := digests[path]; other != "" && other != digest {
				t.Errorf("%s: digests %s and %s", path, other, digest)
			}
			digests[path] = digest
			if kind == warc.TypeResponse && string(resp.Body) != want[path] {
				t.Errorf("%s: %s: got %.100q, want %.100q", name, path, resp.Body, want[path])
			}
		}
		if found != len(want) {
			t.Errorf("%s: found %d pages, want %d", name, found, len(want))
		}
	}
}
