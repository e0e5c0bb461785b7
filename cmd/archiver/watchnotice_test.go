package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archiver/article"
	"archiver/watch"
)

// A pigeonhole is where the notices of watches arrive.
type pigeonhole struct {
	*httptest.Server
	mu  sync.Mutex
	got []watchNotice
}

func newPigeonhole(t *testing.T, answer http.HandlerFunc) *pigeonhole {
	t.Helper()
	p := &pigeonhole{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var n watchNotice
		if err == nil {
			err = json.Unmarshal(body, &n)
		}
		if err != nil || n.Watch == "" || r.Header.Get("Content-Type") != "application/json" || !strings.HasPrefix(r.UserAgent(), "archiver/") {
			t.Errorf("got %v %s: %v", r.Header, body, err)
		}
		p.mu.Lock()
		p.got = append(p.got, n)
		p.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// new returns what has come since the last call: of each watch how much of what.
func (p *pigeonhole) new() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := []string{}
	for _, n := range p.got {
		list = append(list, fmt.Sprintf("%s %d %d %d", n.Watch, n.New, n.Changed, n.Removed))
	}
	slices.Sort(list)
	p.got = nil
	return list
}

// watches writes the file of watches.
func (p *patient) watches(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, "archive.db.watches.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Two watches hear each of their own; the crawl's own notices, its report and its
// status are what they were; each has a position of its own.
func TestWatchNotices(t *testing.T) {
	p := newPatient(t)
	hole := newPigeonhole(t, nil)
	all := fmt.Sprintf("all:\n  notify: %s/s3cret\n", hole.URL)
	p.watches(t, all+fmt.Sprintf("none:\n  words: nosuchwordanywhere\n  notify: %s\nquiet:\n", hole.URL))
	crawl := func(status int, want []string, args ...string) {
		t.Helper()
		r := p.crawl(t, args...)
		if got := hole.new(); r.status != status || r.stdout != "" || r.stderr != "" || !slices.Equal(got, want) {
			t.Fatalf("crawl %v: %+v\ntold %q, want %q", args, r, got, want)
		}
	}
	crawl(0, []string{"all 3 0 0"}, "--limit", "3") // all that this crawl brings comes after the watch
	p.watches(t, all+fmt.Sprintf("late:\n  kind: fraud\n  notify: %s\n", hole.URL))
	crawl(0, []string{"all 2 0 0"}, "--limit", "2")
	d := newDesk(t, nil)
	p.falls(refuses)
	if r := p.crawl(t, "--notify", d.URL); r.status != 5 || len(d.new()) != 1 || len(hole.new()) != 0 {
		t.Errorf("refused: %+v", r)
	}
	p.recovers()
	crawl(0, []string{}, "--until", "2001-01-01")
}

// A crawl that is killed after the telling and before the note of it tells again, and
// then no more; one that is killed before tells later.
func TestWatchKilledBetween(t *testing.T) {
	p := newPatient(t)
	kill := make(chan func() error, 1)
	hole := newPigeonhole(t, func(http.ResponseWriter, *http.Request) {
		select {
		case end := <-kill:
			if err := end(); err != nil {
				t.Error(err)
			}
		default:
		}
	})
	p.watches(t, fmt.Sprintf("all:\n  changed: true\n  removed: true\n  notify: %s\n", hole.URL))
	cmd := command(t, p.dir, nil, "crawl", "demo", "--sites", "sites", "--delay", "0s", "--limit", "4")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill <- cmd.Process.Kill
	if err := cmd.Wait(); err == nil {
		t.Fatal("it was not killed")
	}
	if got := hole.new(); !slices.Equal(got, []string{"all 4 0 0"}) {
		t.Fatalf("told %q", got)
	}
	for _, want := range [][]string{{"all 4 0 0"}, {}} {
		if r := p.crawl(t, "--limit", "1", "--since", "2030-01-01"); r.status != 0 || r.stderr != "" {
			t.Fatalf("%+v", r)
		}
		if got := hole.new(); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	}
}

// A notice that does not arrive is said without the secrets of its address, keeps no
// other from arriving, and is told by the next crawl; 1 is the status where it would
// be 0.
func TestWatchUndelivered(t *testing.T) {
	p := newPatient(t)
	broken := newPigeonhole(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	hole := newPigeonhole(t, nil)
	address := strings.Replace(broken.URL, "://", "://desk:s3cret@", 1) + "/T0KEN?key=K3Y"
	p.watches(t, fmt.Sprintf("broken:\n  notify: %q\nsound:\n  notify: %s\n", address, hole.URL))
	for i, want := range [][]string{{"sound 2 0 0"}, {}} {
		r := p.crawl(t, "--limit", "2", "--until", []string{"", "2001-01-01"}[i])
		said := "archiver: watch broken: a notice was not delivered, the next crawl will try again: " + broken.URL + "/…: HTTP status 403 Forbidden\n"
		if r.status != 1 || r.stdout != "" || r.stderr != said {
			t.Errorf("%+v, want status 1 and %q", r, said)
		}
		if got := hole.new(); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
		if got := broken.new(); !slices.Equal(got, []string{"broken 2 0 0"}) {
			t.Errorf("told %q", got)
		}
	}
	if r := archiver(t, p.dir, nil, "watch", "list"); strings.Contains(r.stdout, "s3cret") || strings.Contains(r.stdout, "T0KEN") || !strings.Contains(r.stdout, broken.URL+"/…") {
		t.Errorf("%+v", r)
	}
	p.watches(t, "") // nobody is to be told any more, and nothing is kept of it
	if r := p.crawl(t, "--until", "2001-01-01"); r.status != 0 || r.stderr != "" {
		t.Errorf("%+v", r)
	}
}

// A title cannot do more in a notice than be read.
func TestWatchNoticeWords(t *testing.T) {
	r := &article.Record{Site: "mereshire", Published: article.At(time.Date(2024, 5, 31, 12, 0, 0, 0, article.London))}
	r.Title = "Bad\x1b[31m\r\nX-Header: 1\x00 " + strings.Repeat("long ", 100)
	r.URL = "https://www.mereshire.police.test/\n$(reboot)"
	a := &app{archive: "a.db"}
	n := a.watchNotice(&watch.Watch{Name: "w", Words: "a\nb"}, watch.News{
		Entries: []watch.Entry{{What: watch.Removed, At: r.Published.Time, Record: r, Reason: "404\n\x07"}}, Counts: map[watch.What]int{watch.Removed: 1},
	})
	for _, s := range append(n.env(), n.Message) {
		if strings.ContainsAny(s, "\x00\x1b\x07\r") {
			t.Errorf("%q", s)
		}
	}
	if strings.Contains(n.Summary, "\n") || len([]rune(n.Summary)) > longestSummary+2 || !strings.HasPrefix(n.Summary, "w: 1 removed: Bad[31m X-Header: 1 ") {
		t.Errorf("summary %q", n.Summary)
	}
	if !strings.HasPrefix(n.Message, "Taken down: Bad[31m X-Header: 1 ") || strings.Contains(n.Message, "\nX-Header") {
		t.Errorf("message %q", n.Message)
	}
	if n.Matches[0].Title != r.Title {
		t.Errorf("the JSON has %q", n.Matches[0].Title)
	}
}
