package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"
	"archiver/store"
)

// TestCrash kills the program at random moments while it crawls, compacts, merges
// and imports. What it had saved must be there, the archive sound, and once a run
// comes to its end, the archive must hold what that of undisturbed runs holds,
// record by record. It kills a few times each, and every night
//
//	ARCHIVER_CRASHES=300 go test ./cmd/archiver -run TestCrash -v -timeout 1h
//
// so many times altogether, half of them while it crawls.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it runs the program many times; without the race detector it runs in full")
	}
	crashes := 10
	if s := os.Getenv("ARCHIVER_CRASHES"); s != "" {
		var err error
		if crashes, err = strconv.Atoi(s); err != nil || crashes < 1 {
			t.Fatalf("ARCHIVER_CRASHES is %q, not a number of crashes", s)
		}
	}
	c := newCrasher(t)
	t.Run("crawl", func(t *testing.T) { c.crawls(t, crashes/2+1) })
	t.Run("compact", func(t *testing.T) { c.compacts(t, crashes/6+1) })
	t.Run("merge", func(t *testing.T) { c.merges(t, crashes/6+1) })
	t.Run("import", func(t *testing.T) { c.imports(t, crashes/6+1) })
}

// A crasher has a site that never changes, and what an undisturbed crawl made of
// it.
type crasher struct {
	site  *demo.Site
	dir   string // where the program runs; it holds the site's profile
	whole []byte // of whole.db
	took  time.Duration
}

func newCrasher(t *testing.T) *crasher {
	t.Helper()
	c := &crasher{dir: t.TempDir()}
	noon := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	c.site = &demo.Site{Releases: twice(demo.Releases()), Clock: func() time.Time { return noon }}
	c.serve(t, c.site, "demo")
	c.whole, c.took = c.undisturbed(t, "whole.db", c.crawl("whole.db", 0)...)
	if got := recordsIn(t, c.whole); len(got) != len(c.site.Releases) {
		t.Fatalf("an undisturbed crawl made %d records of %d releases", len(got), len(c.site.Releases))
	}
	return c
}

// twice adds to the releases each once more under another address, so that a run
// is long enough to be killed in many places.
func twice(releases []demo.Release) []demo.Release {
	all := slices.Clone(releases)
	for _, r := range releases {
		r.Path, r.Title, r.OGTitle = strings.TrimSuffix(r.Path, "/")+"-again/", r.Title+" (again)", ""
		r.PageTitle = ""
		r.Published = r.Published.Add(time.Minute)
		all = append(all, r)
	}
	return all
}

// serve serves a site and writes its profile.
func (c *crasher) serve(t *testing.T, site *demo.Site, id string) {
	t.Helper()
	server := httptest.NewServer(site.Handler())
	t.Cleanup(server.Close)
	sites := filepath.Join(c.dir, "sites")
	if err := writeDemoProfile(sites, server.URL); err != nil {
		t.Fatal(err)
	}
	if id == demo.ID {
		return
	}
	profile, err := os.ReadFile(filepath.Join(sites, demo.ID+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	profile = bytes.Replace(profile, []byte("id: "+demo.ID), []byte("id: "+id), 1)
	if err := os.WriteFile(filepath.Join(sites, id+".yaml"), profile, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c *crasher) crawl(archive string, delay time.Duration) []string {
	return []string{"crawl", "demo", "--full", "--sites", "sites", "--archive", archive, "--delay", delay.String()}
}

func (c *crasher) path(name string) string { return filepath.Join(c.dir, name) }

// undisturbed runs the program to its end and returns the archive that it made.
func (c *crasher) undisturbed(t *testing.T, archive string, args ...string) (made []byte, took time.Duration) {
	t.Helper()
	began := time.Now()
	if r := archiver(t, c.dir, nil, args...); r.status != 0 {
		t.Fatalf("%v: %+v", args, r)
	}
	took = time.Since(began)
	made, err := os.ReadFile(c.path(archive))
	if err != nil {
		t.Fatal(err)
	}
	return made, took
}

// kill runs the program and kills it after some time. It returns when that was, or
// no time where the program had come to its end before.
func (c *crasher) kill(t *testing.T, after time.Duration, args ...string) time.Time {
	t.Helper()
	cmd := command(t, c.dir, nil, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var killed atomic.Pointer[time.Time]
	timer := time.AfterFunc(after, func() {
		now := time.Now()
		killed.Store(&now)
		cmd.Process.Kill()
	})
	err := cmd.Wait()
	timer.Stop()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return time.Time{}
	case errors.As(err, &exit) && exit.ExitCode() == -1 && killed.Load() != nil:
		return *killed.Load()
	}
	t.Fatalf("%v: %v: %s", args, err, &out)
	return time.Time{}
}

// open opens an archive that a killed run has left, and checks it; it returns nil
// where the run had not come so far as to make one.
func (c *crasher) open(t *testing.T, archive string) *store.Store {
	t.Helper()
	s, err := store.Open(c.path(archive))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = s.Check()
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *crasher) crawls(t *testing.T, crashes int) {
	const archive = "crawled.db"
	want := timeless(recordsIn(t, c.whole))
	var worst time.Duration // the oldest answer that a kill has lost
	ends := 0
	for kills := 0; kills < crashes; {
		saved := map[string]bool{}
		for ended := false; !ended; {
			delay := time.Duration(rand.N(2)) * 20 * time.Millisecond
			within := c.took + time.Duration(len(want))*delay
			before := len(c.site.Requests())
			stalls := watchStalls()
			killed := c.kill(t, rand.N(within), c.crawl(archive, delay)...)
			allowed := time.Second + stalls()
			s := c.open(t, archive)
			if s == nil {
				kills++
				continue
			}
			now := savedIn(t, s)
			for path := range saved {
				if !now[path] {
					t.Fatalf("%s had been saved and is lost", path)
				}
			}
			for _, r := range c.site.Requests()[before:] {
				if saved[r.URL] {
					t.Errorf("%s was saved by an earlier run and asked for again", r.URL)
				}
				if isArticle := want[r.URL] != ""; isArticle && !now[r.URL] && !r.End.IsZero() && !killed.IsZero() {
					lost := killed.Sub(r.End)
					if worst = max(worst, lost); lost > allowed {
						t.Errorf("%s was answered %v before the kill and is lost", r.URL, lost)
					}
				}
			}
			saved = now
			if ended = killed.IsZero(); !ended {
				kills++
			}
		}
		ends++
		data, err := os.ReadFile(c.path(archive))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, timeless(recordsIn(t, data)), want)
		if err := os.Remove(c.path(archive)); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills, %d archives came to be whole; of what was lost the oldest had been answered %v before", crashes, ends, worst.Round(time.Millisecond))
}

// compacts kills the program while it compacts.
func (c *crasher) compacts(t *testing.T, crashes int) {
	want := asLines(recordsIn(t, c.whole))
	_, took := c.undisturbedOn(t, c.whole, "compacted.db", "compact", "--archive", "compacted.db")
	kills, ends := c.untilKilled(t, crashes, took, func(t *testing.T, s *store.Store, _ bool) {
		compare(t, asLines(records(t, s)), want)
	}, c.whole, "compacted.db", "compact", "--archive", "compacted.db")
	if r := archiver(t, c.dir, nil, "compact", "--archive", "compacted.db"); r.status != 0 {
		t.Fatalf("compact: %+v", r)
	}
	left, err := filepath.Glob(c.path("compacted.db*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		switch filepath.Ext(name) {
		case ".db", ".turn", ".lock":
		default:
			t.Errorf("%s is left", name)
		}
	}
	t.Logf("%d kills, %d runs came to their end", kills, ends)
}

// merges kills the program while it merges the archive of another site into one.
func (c *crasher) merges(t *testing.T, crashes int) {
	other := &demo.Site{Releases: c.site.Releases, Clock: c.site.Clock}
	c.serve(t, other, "other")
	c.undisturbed(t, "other.db", "crawl", "other", "--full", "--sites", "sites", "--delay", "0s", "--archive", "other.db")
	args := []string{"merge", "other.db", "--archive", "merged.db"}
	made, took := c.undisturbedOn(t, c.whole, "merged.db", args...)
	want := asLines(recordsIn(t, made))
	if len(want) != 2*len(c.site.Releases) {
		t.Fatalf("an undisturbed merge has %d records", len(want))
	}
	mine := asLines(recordsIn(t, c.whole))
	kills, ends := c.untilKilled(t, crashes, took, func(t *testing.T, s *store.Store, ended bool) {
		got := asLines(records(t, s))
		if ended {
			compare(t, got, want)
		}
		for path, line := range mine {
			if got[path] != line {
				t.Errorf("%s is not as it was before the merge", path)
			}
		}
	}, c.whole, "merged.db", args...)
	t.Logf("%d kills, %d runs came to their end", kills, ends)
}

// imports kills the program while it imports a WARC file into a new archive.
func (c *crasher) imports(t *testing.T, crashes int) {
	if r := archiver(t, c.dir, nil, "export", "--format", "warc", "--revisions", "--output", "pages.warc.gz", "--archive", "whole.db"); r.status != 0 {
		t.Fatalf("export: %+v", r)
	}
	args := []string{"import", "pages.warc.gz", "--sites", "sites", "--quiet", "--archive", "imported.db"}
	made, took := c.undisturbedOn(t, nil, "imported.db", args...)
	want := asLines(recordsIn(t, made))
	if len(want) != len(c.site.Releases) {
		t.Fatalf("an undisturbed import made %d records", len(want))
	}
	kills, ends := c.untilKilled(t, crashes, took, func(t *testing.T, s *store.Store, ended bool) {
		got := asLines(records(t, s))
		if ended {
			compare(t, got, want)
		}
		for path, line := range got {
			if want[path] != line {
				t.Errorf("%s is another than in an undisturbed import:\n got %s\nwant %s", path, line, want[path])
			}
		}
	}, nil, "imported.db", args...)
	t.Logf("%d kills, %d runs came to their end", kills, ends)
}

// undisturbedOn is undisturbed on an archive that is as given, nil for none.
func (c *crasher) undisturbedOn(t *testing.T, given []byte, archive string, args ...string) (made []byte, took time.Duration) {
	t.Helper()
	c.put(t, archive, given)
	return c.undisturbed(t, archive, args...)
}

// put makes an archive what is given.
func (c *crasher) put(t *testing.T, archive string, given []byte) {
	t.Helper()
	if err := os.Remove(c.path(archive)); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if given == nil {
		return
	}
	if err := os.WriteFile(c.path(archive), given, 0o644); err != nil {
		t.Fatal(err)
	}
}

// untilKilled runs the program on an archive, kills it and runs it again until it
// comes to its end; then it begins anew, until there are enough kills. After each
// run, check is told whether that was the end.
func (c *crasher) untilKilled(t *testing.T, crashes int, took time.Duration, check func(t *testing.T, s *store.Store, ended bool), given []byte, archive string, args ...string) (kills, ends int) {
	for kills < crashes {
		c.put(t, archive, given)
		// A run that begins again from the start is given more time each time.
		for ended, within := false, took*5/4; !ended; within += took / 4 {
			ended = c.kill(t, rand.N(within), args...).IsZero()
			if s := c.open(t, archive); s != nil {
				check(t, s, ended)
			} else if given != nil || ended {
				t.Fatal("the archive is lost")
			}
			if ended {
				ends++
			} else {
				kills++
			}
		}
	}
	return kills, ends
}

// recordsIn returns the records of an archive by the paths of their addresses.
func recordsIn(t *testing.T, archive []byte) []*article.Record {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, archive, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return records(t, s)
}

func records(t *testing.T, s *store.Store) []*article.Record {
	t.Helper()
	var all []*article.Record
	for r, err := range s.Records(store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// savedIn returns the paths of the addresses that need not be asked for again.
func savedIn(t *testing.T, s *store.Store) map[string]bool {
	t.Helper()
	saved := map[string]bool{}
	for a, err := range s.AddressesOf("demo") {
		if err != nil {
			t.Fatal(err)
		}
		if a.State == article.StateFetched || a.State == article.StateUnchanged {
			saved[pathOf(a.URL)] = true
		}
	}
	return saved
}

func pathOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	_, path, _ := strings.Cut(rest, "/")
	return "/" + path
}

// asLines returns records as they are exported, by their addresses.
func asLines(records []*article.Record) map[string]string {
	lines := map[string]string{}
	for _, r := range records {
		line, err := json.Marshal(r)
		if err != nil {
			panic(err) // unreachable: records are plain data
		}
		lines[r.URL] = string(line)
	}
	return lines
}

// timeless returns records without the times of the run that made them, by the
// paths of their addresses.
func timeless(records []*article.Record) map[string]string {
	lines := map[string]string{}
	for _, r := range records {
		r.FirstSeen, r.LastSeen, r.LastChanged, r.Capture.Fetched = article.Time{}, article.Time{}, article.Time{}, article.Time{}
		for _, line := range asLines([]*article.Record{r}) {
			lines[pathOf(r.URL)] = line
		}
	}
	return lines
}

func compare(t *testing.T, got, want map[string]string) {
	t.Helper()
	for key, line := range want {
		if got[key] != line {
			t.Errorf("%s:\n got %s\nwant %s", key, got[key], line)
		}
	}
	for key := range got {
		if want[key] == "" {
			t.Errorf("%s should not be there", key)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// watchStalls returns the function that ends the watch and tells the longest time
// for which this process did not run though it wanted to: a machine that is too
// busy for us is so for the program too.
func watchStalls() (longest func() time.Duration) {
	stop, done := make(chan struct{}), make(chan struct{})
	var most time.Duration
	go func() {
		defer close(done)
		const tick = 5 * time.Millisecond
		for {
			began := time.Now()
			select {
			case <-stop:
				return
			case <-time.After(tick):
				most = max(most, time.Since(began)-tick)
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		<-done
		return most
	}
}
