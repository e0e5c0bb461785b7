package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"archiver/invented"
	"archiver/store"
)

// A said collects what a command says while it runs.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(data)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// Serve says where it can be found, shows what the archive has and what comes to it
// meanwhile, and stops when it is told to.
func TestServe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	archive, err := store.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for v := range invented.Visits(5) {
		if _, err := archive.Save(v); err != nil {
			t.Fatal(err)
		}
	}
	watches := filepath.Join(filepath.Dir(path), "watches.yaml")
	if err := os.WriteFile(watches, []byte("frauds:\n  topic: fraud\n  speaker: e\n  changed: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	words := &said{}
	a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: words, archive: path}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.runServe(ctx, "127.0.0.1:0", nil, "desk:secret", watches) }()
	var address string
	for range 200 {
		if found := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`).FindString(words.String()); found != "" {
			address = found
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if address == "" {
		t.Fatalf("it says %q", words)
	}
	get := func(path, password string) (int, string) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("desk", password)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(body)
	}
	if status, _ := get("", "wrong"); status != http.StatusUnauthorized {
		t.Errorf("with a wrong password: status %d", status)
	}
	for page, want := range map[string]string{
		"": "5 releases", "sites": "never crawled", "statistics": "5 releases counted", "api/releases": `"total":5`, "watches": `href="/watch/frauds.atom"`, "watch/frauds.atom": "<title>Watch frauds</title>", "watch/frauds.json": `"title":"Watch frauds"`,
		"release/" + invented.Record(0, 5).ID:           "Where this comes from",
		"release/" + invented.Record(0, 5).ID + "/page": "<!DOCTYPE html>",
	} {
		if status, body := get(page, "secret"); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("/%s: status %d, without %q", page, status, want)
		}
	}
	late := invented.Record(5, 6)
	late.Title = "Latecomer"
	late.Fill()
	if _, err := archive.Save(invented.Visit(late)); err != nil {
		t.Fatal(err)
	}
	shown := false
	for began := time.Now(); !shown && time.Since(began) < 20*time.Second; time.Sleep(20 * time.Millisecond) {
		_, body := get("", "secret")
		shown = strings.Contains(body, "6 releases") && strings.Contains(body, "Latecomer")
	}
	if !shown {
		t.Error("what was saved meanwhile is not shown")
	}
	if strings.Contains(words.String(), "secret") {
		t.Errorf("it says the password: %s", words)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
}

func TestServeOptions(t *testing.T) {
	t.Setenv("ARCHIVER_AUTH", "")
	for _, c := range []struct {
		listen, host, auth, want string
	}{
		{"127.0.0.1:8080", "archive.example.org", "desk:a:b", ""},
		{":8080", "", "", ""},
		{"8080", "", "", "--listen \"8080\" is no address"},
		{"127.0.0.1:8080", "https://archive.example.org", "", ""},
		{"127.0.0.1:8080", "https://archive.example.org:8443", "", ""},
		{"127.0.0.1:8080", "https://archive.example.org/", "", "--host \"https://archive.example.org/\" is no name"},
		{"127.0.0.1:8080", "https://user@archive.example.org", "", "is no name"},
		{"127.0.0.1:8080", "ftp://archive.example.org", "", "is no name"},
		{"127.0.0.1:8080", "archive.example.org:80", "", "is no name"},
		{"127.0.0.1:8080", "", "secret", "--auth is a name and a password"},
		{"127.0.0.1:8080", "", "desk:", "--auth is a name and a password"},
	} {
		var hosts []string
		if c.host != "" {
			hosts = []string{c.host}
		}
		_, err := serveOptions(c.listen, hosts, c.auth)
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
