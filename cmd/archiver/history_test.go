package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts of testdata/script/revisions have a site of their own at $SITE: the
// files of their folder www, which they change between crawls. A file that is not
// there is a 404; one that begins with "status 410" or "to /news/" is that answer
// or a redirect. "tidy" puts what differs at every run in fixed words.
func TestRevisionScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("..", "..", "testdata", "script", "revisions"),
		Setup: func(env *testscript.Env) error {
			server := httptest.NewServer(changingSite(filepath.Join(env.WorkDir, "www")))
			env.Defer(server.Close)
			env.Setenv("SITE", server.URL)
			env.Setenv("GORACE", raceOptions)
			dir := filepath.Join(env.WorkDir, "sites")
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
			profile := fmt.Sprintf("id: mere\nforce: Mereshire Police\narea: Mereshire\nbase: %s\nlistings: [/news/]\narticles: ['^/news/[a-z-]+/$']\n", server.URL)
			return os.WriteFile(filepath.Join(dir, "mere.yaml"), []byte(profile), 0o644)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"tidy": tidyTimes},
	})
}

// changingSite serves a folder's files as they are when they are asked for.
func changingSite(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Clean(r.URL.Path)
		if name == "/" || strings.HasSuffix(r.URL.Path, "/") {
			name = path.Join(name, "index.html")
		}
		body, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		var status int
		var to string
		switch {
		case err != nil:
			http.NotFound(w, r)
		case scan(body, "status %d", &status):
			http.Error(w, http.StatusText(status), status)
		case scan(body, "to %s", &to):
			http.Redirect(w, r, to, http.StatusFound)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write(body) // the reader has gone
		}
	})
}

func scan(body []byte, format string, into any) bool {
	_, err := fmt.Sscanf(string(body), format, into)
	return err == nil
}

// tidyTimes makes an output the same at every run: SITE for the address, ID and
// SHA for digests, and TIME for times of this year.
func tidyTimes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tidy FROM TO")
	}
	text := strings.ReplaceAll(ts.ReadFile(args[0]), ts.Getenv("SITE"), "SITE")
	for _, r := range volatile {
		text = r.pattern.ReplaceAllString(text, r.with)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}

// volatile is what differs from run to run.
var volatile = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "SHA"},
	{regexp.MustCompile(`\b[0-9a-f]{40}\b`), "ID"},
	{regexp.MustCompile(`(?m)^[0-9a-f]{8} `), "ID       "},
	{regexp.MustCompile(`\b20(2[6-9]|[3-9]\d)-\d\d-\d\d(T\d\d:\d\d:\d\d[+]0\d:00| \d\d:\d\d)`), "TIME"},
	{regexp.MustCompile(`\b\d{1,2} [A-Z][a-z]+ 20(2[6-9]|[3-9]\d), \d\d:\d\d`), "TIME"},
}

// taken makes an archive of releases in every state of a removal.
func taken(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	archive, err := store.Create(filepath.Join(dir, "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	day := func(n int) time.Time { return time.Date(2024, 5, n, 9, 30, 0, 0, time.UTC) }
	for i, c := range []struct {
		name, title string
		state       article.State
		reason      string
		since       time.Time
		misses      int
		cause       article.Cause
	}{
		{"live", "A release that is there", article.StateUnchanged, "", time.Time{}, 0, ""},
		{"lost", "A release that was lost", article.StateMissing, "HTTP status 404 Not Found", day(20), 2, article.CauseNotFound},
		{"withdrawn", "A release that was withdrawn, with a headline that is much too long for any window that a person has", article.StateGone, "HTTP status 410 Gone", day(3), 4, article.CauseGone},
		{"moved", "A release that leads elsewhere", article.StateMissing, "leads to https://www.mere.example/news/ now", day(22), 1, article.CauseRedirect},
		{"soft", "A release whose page says no", article.StateMissing, "not an article: the page says that it is not there", day(21), 1, article.CauseSoft404},
		{"then-failed", "A release that was lost, and then the server failed", article.StateFailed, "HTTP status 404 Not Found", day(19), 1, article.CauseNotFound},
	} {
		url := "https://www.mere.example/news/" + c.name + "/"
		r := &article.Record{
			URL: url, Site: "mere", Title: c.title, Kind: article.KindOther, Published: article.At(day(1 + i)), Status: article.StatusLive,
			Blocks: []article.Block{{Kind: article.BlockParagraph, Text: "Words.", Markdown: "Words."}},
		}
		r.Fill()
		a := article.Address{URL: url, Site: "mere", State: article.StateFetched, Found: day(2), Checked: day(2)}
		page := &article.Page{URL: url, Status: 200, Fetched: day(2), Body: []byte("<h1>" + c.title + "</h1>")}
		visits := []article.Visit{{Address: a, Page: page, Record: r}}
		if c.misses > 0 {
			a.State, a.MissingSince, a.Misses, a.Checked, a.Reason = article.StateMissing, c.since, c.misses, c.since.AddDate(0, 0, c.misses), c.reason
			visits = append(visits, article.Visit{Address: a, Cause: c.cause})
		}
		if a.State = c.state; a.State == article.StateFailed {
			a.Reason = "HTTP status 500 Internal Server Error"
		}
		visits = append(visits, article.Visit{Address: a, Cause: c.cause})
		if _, err := archive.Save(visits...); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRemoved(t *testing.T) {
	dir := taken(t)
	got := archiver(t, dir, nil, "removed")
	want := `ID        Missing since     Last seen         Asked  State    Why       Site  Title
15d51fc3  2024-05-22 10:30  2024-05-02 10:30      1  missing  redirect  mere  A release that leads elsewhere
575ac998  2024-05-21 10:30  2024-05-02 10:30      1  missing  soft-404  mere  A release whose page says no
9dfd3e75  2024-05-20 10:30  2024-05-02 10:30      2  missing  404       mere  A release that was lost
fac82cd9  2024-05-19 10:30  2024-05-02 10:30      1  missing  404       mere  A release that was lost, and then the server failed
a11dc0d8  2024-05-03 10:30  2024-05-02 10:30      4  gone     410       mere  A release that was withdrawn, with a headline that is much too long for any window that a person has
`
	if got.status != 0 || got.stderr != "" || got.stdout != want {
		t.Errorf("removed: %d %q\n%swant\n%s", got.status, got.stderr, got.stdout, want)
	}
	list := func(args ...string) (names []string, all []article.Removal) {
		t.Helper()
		r := archiver(t, dir, nil, append([]string{"removed", "--format", "jsonl"}, args...)...)
		if r.status != 0 || r.stderr != "" {
			t.Fatalf("removed %v: %+v", args, r)
		}
		for line := range strings.Lines(r.stdout) {
			var one article.Removal
			decoder := json.NewDecoder(strings.NewReader(line))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&one); err != nil {
				t.Fatal(err)
			}
			all = append(all, one)
			names = append(names, path.Base(one.URL))
		}
		return names, all
	}
	names, all := list()
	if want := []string{"moved", "soft", "lost", "then-failed", "withdrawn"}; !slices.Equal(names, want) {
		t.Errorf("removed: %v, want %v", names, want)
	}
	var why []string
	for _, r := range all {
		why = append(why, string(r.Why))
	}
	if want := []string{"redirect", "soft-404", "404", "404", "410"}; !slices.Equal(why, want) {
		t.Errorf("why: %v, want %v", why, want)
	}
	if r := all[4]; r.Status != article.StatusGone || r.Misses != 4 || r.MissingSince.String() != "2024-05-03T10:30:00+01:00" ||
		r.LastSeen.String() != "2024-05-02T10:30:00+01:00" || r.Checked.String() != "2024-05-07T10:30:00+01:00" || r.Reason != "HTTP status 410 Gone" {
		t.Errorf("the one that is gone: %+v", r)
	}
	for _, c := range []struct{ args, want string }{
		{"--status gone", "withdrawn"},
		{"--since 2024-05-03 --until 2024-05-04", "moved withdrawn"},
		{"--changed-since 2024-05-21", "moved soft"},
		{"--query elsewhere", "moved"},
		{"--site mere --id " + article.ID("https://www.mere.example/news/lost/")[:9], "lost"},
	} {
		if names, _ := list(strings.Fields(c.args)...); strings.Join(names, " ") != c.want {
			t.Errorf("removed %s: %v, want %s", c.args, names, c.want)
		}
	}
	// What was taken down since counts in every command.
	for _, command := range []string{"list", "export"} {
		for since, want := range map[string]int{"2024-05-02": 6, "2024-05-20": 3, "2024-05-22": 1, "2024-06-01": 0} {
			r := archiver(t, dir, nil, command, "--format", "jsonl", "--changed-since", since)
			if got := strings.Count(r.stdout, "\n"); r.status != 0 || got != want {
				t.Errorf("%s --changed-since %s: status %d, %d releases, want %d", command, since, r.status, got, want)
			}
		}
	}
	for args, status := range map[string]int{"--until 2000-01-01": 0, "--revisions": 2, "--format x": 2, "--site mree": 2} {
		if r := archiver(t, dir, nil, append([]string{"removed"}, strings.Fields(args)...)...); r.status != status || r.stdout != "" || r.stderr == "" {
			t.Errorf("removed %s: %+v, want status %d", args, r, status)
		}
	}
}

// The history of what was taken down ends with that.
func TestHistoryOfRemoved(t *testing.T) {
	dir := taken(t)
	for name, want := range map[string]string{
		"live":        "revision",
		"lost":        "revision missing",
		"withdrawn":   "revision missing gone",
		"then-failed": "revision missing",
	} {
		r := archiver(t, dir, nil, "history", "https://www.mere.example/news/"+name+"/", "--format", "jsonl")
		var got []string
		for line := range strings.Lines(r.stdout) {
			var e historyLine
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			got = append(got, e.Event)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s: %+v", name, got, want, r)
		}
	}
	r := archiver(t, dir, nil, "history", "https://www.mere.example/news/withdrawn/")
	want := `Rev  Seen              Change   Words  Fields
1    2024-05-02 10:30  first
     2024-05-03 10:30  missing         went missing (410): HTTP status 410 Gone
     2024-05-07 10:30  gone            gone (410): not found in 4 checks
`
	if r.stdout != want {
		t.Errorf("the history is\n%swant\n%s", r.stdout, want)
	}
}

// A table is no wider than the window.
func TestFit(t *testing.T) {
	list := []article.Removal{{
		ID: article.ID("x"), Site: "greater-manchester", Title: strings.Repeat("A long headline. ", 20), Status: article.StatusMissing, Why: "soft-404",
		LastSeen: article.At(time.Now()), MissingSince: article.At(time.Now()), Misses: 12,
	}}
	long := strings.Repeat("people, ", 30)
	for _, width := range []int{40, 61, 72, 80, 109, 110, 120, 200} {
		var a app
		var out strings.Builder
		headings, rows := removedRows(list, width)
		past := []table.Row{{"12", "2024-05-22 10:30", "material", "+1000 -1000", long}}
		if err := errors.Join(a.rowsTo(&out, width, headings, rows), a.rowsTo(&out, width, historyHeadings, past)); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(out.String(), "\n") {
			if n := columnsOf(line); n > width {
				t.Errorf("%d columns in a window of %d:\n%s", n, width, &out)
			}
		}
	}
}
