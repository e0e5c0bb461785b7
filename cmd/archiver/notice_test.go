package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"archiver/demo"

	"github.com/gofrs/flock"
)

// A desk is where notices arrive.
type desk struct {
	*httptest.Server
	mu     sync.Mutex
	got    []crawlResult
	agents []string
}

// newDesk answers with what answer says; nil is 204.
func newDesk(t *testing.T, answer http.HandlerFunc) *desk {
	t.Helper()
	d := &desk{}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var result crawlResult
		if err == nil {
			err = json.Unmarshal(body, &result)
		}
		if err != nil || result.Notice == nil || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("the desk got %s %s: %v", r.Header, body, err)
		}
		d.mu.Lock()
		d.got, d.agents = append(d.got, result), append(d.agents, r.UserAgent())
		d.mu.Unlock()
		if answer != nil {
			answer(w, r)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(d.Close)
	return d
}

// new returns the notices since the last call.
func (d *desk) new() []crawlResult {
	d.mu.Lock()
	defer d.mu.Unlock()
	got := d.got
	d.got = nil
	return got
}

// A patient is the demo site, ill on command.
type patient struct {
	dir string
	ill atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	p := &patient{}
	p.dir, _ = demoSite(t, &demo.Site{Intercept: func(w http.ResponseWriter, r *http.Request) bool {
		ill := p.ill.Load()
		return ill != nil && (*ill)(w, r)
	}})
	return p
}

func (p *patient) falls(ill func(http.ResponseWriter, *http.Request) bool) { p.ill.Store(&ill) }
func (p *patient) recovers()                                               { p.ill.Store(nil) }

func refuses(w http.ResponseWriter, _ *http.Request) bool {
	w.WriteHeader(http.StatusForbidden)
	return true
}

// changes its shape: listings without articles.
func changes(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path == "/robots.txt" {
		return false
	}
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<html><body><p>All new, all different.</p></body></html>")
	return true
}

func (p *patient) crawl(t *testing.T, args ...string) result {
	t.Helper()
	return archiver(t, p.dir, nil, append([]string{"crawl", "demo", "--sites", "sites", "--delay", "0s", "--quiet"}, args...)...)
}

// The operator hears of a trouble once, of another cause, and when it is over.
func TestNotify(t *testing.T) {
	p := newPatient(t)
	d := newDesk(t, nil)
	crawl := func(status int, want string) crawlResult {
		t.Helper()
		r := p.crawl(t, "--notify", d.URL, "--contact", "desk@example.org")
		if r.status != status || r.stdout != "" || strings.Contains(r.stderr, "notice") {
			t.Fatalf("crawl: %+v, want status %d", r, status)
		}
		got := d.new()
		if want == "" {
			if len(got) > 0 {
				t.Fatalf("told: %+v", got[0].Notice)
			}
			return crawlResult{}
		}
		if len(got) != 1 || got[0].Notice.Reason != want || got[0].Status != status {
			t.Fatalf("%d notices, want one of reason %s: %+v", len(got), want, got)
		}
		return got[0]
	}
	crawl(0, "") // there is news, and nothing wrong
	p.falls(refuses)
	told := crawl(5, "trouble")
	n := told.Notice
	if len(n.Troubles) != 1 || n.Troubles[0].Site != "demo" || n.Troubles[0].Kind != "refused" || !n.Troubles[0].New ||
		!strings.Contains(n.Troubles[0].Cause, "HTTP status 403 Forbidden") || n.Summary != "demo refused us" || n.Archive != filepath.Join(p.dir, "archive.db") {
		t.Errorf("notice: %+v", n)
	}
	for _, part := range []string{"demo refused us: robots.txt", "HTTP status 403 Forbidden", "exit status 5", "archive.db on "} {
		if !strings.Contains(n.Message, part) {
			t.Errorf("%q is not in the message:\n%s", part, n.Message)
		}
	}
	if len(told.Sites) != 1 || told.Sites[0].Blocked == "" || told.Started.IsZero() {
		t.Errorf("report: %+v", told.Report)
	}
	if agent := d.agents[0]; !strings.HasPrefix(agent, "archiver/") || !strings.HasSuffix(agent, " (+desk@example.org)") {
		t.Errorf("user agent %q", agent)
	}
	crawl(5, "")
	p.falls(changes)
	if n := crawl(6, "trouble").Notice; n.Summary != "demo has changed its shape" {
		t.Errorf("notice: %+v", n)
	}
	crawl(6, "")
	p.recovers()
	if n := crawl(0, "well").Notice; n.Summary != "demo is well again" || len(n.Well) != 1 || n.Well[0].Since.IsZero() || n.Troubles == nil {
		t.Errorf("notice: %+v", n)
	}
	crawl(0, "")
}

// Single pages of a site say nothing of whether it is well again.
func TestNotifyOfSinglePage(t *testing.T) {
	p := newPatient(t)
	d := newDesk(t, nil)
	p.falls(refuses)
	p.crawl(t, "--notify", d.URL)
	p.recovers()
	d.new()
	sites, err := os.ReadFile(filepath.Join(p.dir, "sites", "demo.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, base, _ := strings.Cut(string(sites), "base: ")
	base, _, _ = strings.Cut(base, "\n")
	if r := archiver(t, p.dir, nil, "crawl", base+showcase, "--sites", "sites", "--delay", "0s", "--notify", d.URL); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	if got := d.new(); len(got) > 0 {
		t.Errorf("told: %+v", got[0].Notice)
	}
	if p.crawl(t, "--notify", d.URL); len(d.new()) != 1 {
		t.Error("that the site is well again was not told")
	}
}

func TestNotifyOn(t *testing.T) {
	p := newPatient(t)
	d := newDesk(t, nil)
	for _, step := range []struct {
		args []string
		want string
	}{
		{[]string{"--limit", "3"}, ""},
		{[]string{"--limit", "3", "--notify-on", "new"}, "new"},
		{[]string{"--notify-on", "problems"}, ""},
		{[]string{"--notify-on", "new"}, ""}, // nothing is new any more
		{[]string{"--notify-on", "always"}, "done"},
	} {
		r := p.crawl(t, append(step.args, "--notify", d.URL)...)
		got := ""
		for _, x := range d.new() {
			got += x.Notice.Reason
			if !strings.HasPrefix(x.Notice.Summary, "demo: ") {
				t.Errorf("%v: summary %q", step.args, x.Notice.Summary)
			}
		}
		if r.status != 0 || got != step.want {
			t.Errorf("%v: status %d, told %q, want %q", step.args, r.status, got, step.want)
		}
	}
}

// A command gets the report and the words; each way has its own memory.
func TestNotifyExec(t *testing.T) {
	p := newPatient(t)
	p.falls(refuses)
	script := `printf '%s\n' "$ARCHIVER_STATUS" "$ARCHIVER_REASON" "$ARCHIVER_SUMMARY" "$ARCHIVER_ARCHIVE" "$ARCHIVER_MESSAGE" >>told; IFS= read -r line; echo "$line" >>told`
	for range 2 {
		if r := p.crawl(t, "--notify-exec", script); r.status != 5 || strings.Contains(r.stderr, "notice") {
			t.Fatalf("%+v", r)
		}
	}
	told, err := os.ReadFile(filepath.Join(p.dir, "told"))
	if want := "5\ntrouble\ndemo refused us\n" + filepath.Join(p.dir, "archive.db") + "\ndemo refused us: "; err != nil || !strings.HasPrefix(string(told), want) || !strings.HasSuffix(string(told), "\n{\n") {
		t.Errorf("told %q, %v; want %q", told, err, want)
	}
	if n := strings.Count(string(told), "trouble"); n != 1 {
		t.Errorf("told %d times", n)
	}
	d := newDesk(t, nil)
	if p.crawl(t, "--notify", d.URL); len(d.new()) != 1 {
		t.Error("whoever is told by another way has not been told")
	}
}

// A notice that does not arrive is said, without the secrets of its address, and
// hides nothing of the crawl; the next run tries again.
func TestNotifyUndelivered(t *testing.T) {
	p := newPatient(t)
	d := newDesk(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	address := strings.Replace(d.URL, "://", "://desk:s3cret@", 1) + "/T0KEN?key=K3Y"
	for _, step := range []struct {
		ill    func(http.ResponseWriter, *http.Request) bool
		args   []string
		status int
	}{
		{nil, []string{"--notify-on", "always"}, 1}, // the crawl itself would be 0
		{refuses, nil, 5},
		{refuses, nil, 5},
	} {
		p.recovers()
		if step.ill != nil {
			p.falls(step.ill)
		}
		r := p.crawl(t, append(step.args, "--notify", address)...)
		want := "archiver: a notice was not delivered, the next run will try again: " + d.URL + "/…: HTTP status 404 Not Found\n"
		if r.status != step.status || !strings.Contains(r.stderr, want) || len(d.new()) != 1 {
			t.Errorf("%+v\nwant status %d and %q", r, step.status, want)
		}
		for _, word := range []string{"s3cret", "T0KEN", "K3Y"} {
			if strings.Contains(r.stderr, word) {
				t.Errorf("%q is told: %s", word, r.stderr)
			}
		}
	}
}

// A crawl that cannot begin, or not go on, tells so too, once, though the archive
// can take no note of it.
func TestNotifyFailing(t *testing.T) {
	p := newPatient(t)
	d := newDesk(t, nil)
	path := filepath.Join(p.dir, "archive.db")
	told := func(what string, r result, status int, reason, part string) {
		t.Helper()
		got := d.new()
		if r.status != status || reason == "" && len(got) > 0 || reason != "" && (len(got) != 1 || got[0].Notice.Reason != reason || !strings.Contains(got[0].Notice.Message, part)) {
			t.Fatalf("%s: %+v, told %+v", what, r, got)
		}
		if reason == "trouble" && (got[0].Error == "" || got[0].Status != status || got[0].Sites == nil && status == 1) {
			t.Errorf("%s: report %+v", what, got[0])
		}
	}
	if err := os.WriteFile(path, []byte("no archive at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	told("no archive", p.crawl(t, "--notify", d.URL, "--report", "report.json"), 1, "trouble", "the crawl failed: archive archive.db: not an archive")
	told("again", p.crawl(t, "--notify", d.URL), 1, "", "")
	if report, err := os.ReadFile(filepath.Join(p.dir, "report.json")); err != nil || !strings.Contains(string(report), `"status": 1,`) || !strings.Contains(string(report), `"error": "archive archive.db: not an archive`) {
		t.Errorf("report: %s, %v", report, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	told("mended", p.crawl(t, "--notify", d.URL, "--limit", "1"), 0, "well", "the crawl is well again")
	if _, err := os.Stat(path + ".notified"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the note beside the archive is left: %v", err)
	}

	profile := filepath.Join(p.dir, "sites", "other.yaml")
	if err := os.WriteFile(profile, []byte("id: other\nfroce: Bad\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	told("bad profile", p.crawl(t, "--notify", d.URL), 2, "trouble", `unknown key "froce"`)
	told("again", p.crawl(t, "--notify", d.URL), 2, "", "")
	if err := os.Remove(profile); err != nil {
		t.Fatal(err)
	}
	told("wrong word", p.crawl(t, "--notify", d.URL, "--limit", "-1"), 2, "", "")
	told("mended", p.crawl(t, "--notify", d.URL, "--limit", "1"), 0, "well", "")

	// A disk that is full: no file may grow any more.
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	sh := func() result {
		t.Helper()
		cmd := command(t, p.dir, nil, "crawl", "demo", "--full", "--sites", "sites", "--delay", "0s", "--notify", d.URL)
		limited := exec.CommandContext(t.Context(), "/bin/sh", append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec "$@"`, info.Size()/512), "sh"}, cmd.Args...)...)
		limited.Dir, limited.Env = cmd.Dir, cmd.Env
		var stderr bytes.Buffer
		limited.Stderr = &stderr
		err := limited.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		return result{"", stderr.String(), limited.ProcessState.ExitCode()}
	}
	told("full disk", sh(), 1, "trouble", "file too large")
	told("again", sh(), 1, "", "")
	told("room again", p.crawl(t, "--full", "--notify", d.URL), 0, "well", "the crawl is well again")
}

// Another crawl that holds the archive is a matter of course, and a trouble once
// it has for a day.
func TestNotifyInUse(t *testing.T) {
	p := newPatient(t)
	d := newDesk(t, nil)
	p.crawl(t, "--limit", "1")
	path := filepath.Join(p.dir, "archive.db.lock")
	lock := flock.New(path)
	if ok, err := lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	defer lock.Unlock() //nolint:errcheck // the test is over
	for _, step := range []struct {
		held time.Duration
		want int
	}{{time.Hour, 0}, {25 * time.Hour, 1}, {26 * time.Hour, 0}} {
		holder := fmt.Sprintf(`{"pid":4711,"host":"elsewhere","since":%q,"command":"archiver crawl all"}`, time.Now().Add(-step.held).Format(time.RFC3339))
		if err := os.WriteFile(path, []byte(holder), 0o644); err != nil {
			t.Fatal(err)
		}
		r := p.crawl(t, "--notify", d.URL, "--report", "report.json", "--metrics", "metrics.prom")
		got := d.new()
		if r.status != statusInUse || len(got) != step.want {
			t.Errorf("held for %v: %+v, told %+v", step.held, r, got)
		}
		if len(got) > 0 && (got[0].Status != statusInUse || !strings.Contains(got[0].Notice.Message, "process 4711 on elsewhere")) {
			t.Errorf("told %+v", got[0].Notice)
		}
	}
	// Its report is the other's to write.
	for _, name := range []string{"report.json", "metrics.prom"} {
		if _, err := os.Stat(filepath.Join(p.dir, name)); err == nil {
			t.Errorf("%s was written", name)
		}
	}
}

// What others see of a crawl that holds the archive shows no secret.
func TestWithoutSecrets(t *testing.T) {
	got := withoutSecrets([]string{"archiver", "crawl", "--notify=https://a:b@c/d", "kent", "--notify-exec", "curl -u a:b", "--notify", "https://x/y", "--notify-on", "new"})
	if want := "archiver crawl --notify=… kent --notify-exec … --notify … --notify-on new"; got != want {
		t.Errorf("got %s", got)
	}
}
