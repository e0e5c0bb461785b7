package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/invented"
	"archiver/store"
)

// A program that is killed while it looks for copies leaves nothing that a later one
// would fall over.
func TestCopiesKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it starts the program many times; without the race detector it runs in full")
	}
	dir := t.TempDir()
	madeUp(t, dir, 500)
	want := archiver(t, dir, nil, "duplicates")
	if want.status != 0 || strings.Count(want.stdout, "\n") < 50 {
		t.Fatalf("status %d, %d lines: %s", want.status, strings.Count(want.stdout, "\n"), want.stderr)
	}
	index := filepath.Join(dir, "archive.db.copies")
	for after := 5 * time.Millisecond; after < time.Second; after *= 2 {
		if err := os.Remove(index); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		cmd := command(t, dir, nil, "duplicates")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	}
	if got := archiver(t, dir, nil, "duplicates"); got != want {
		t.Errorf("afterwards: status %d, %s", got.status, got.stderr)
	}
}

// What comes or changes while a data set is made is not in it, and that is said.
func TestCopiesLeftOut(t *testing.T) {
	archive := madeUp(t, t.TempDir(), 20)
	left := map[string]bool{}
	a := &app{stderr: io.Discard}
	recs := a.withCopies(t.Context(), archive, archive.Records(store.Range{}), func(id string) { left[id] = true })
	count := func() (n int) {
		for _, err := range recs {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	if n := count(); n != 20 || len(left) != 0 {
		t.Fatalf("%d releases, left out: %v", n, left)
	}
	changed, added := invented.Record(3, 20), invented.Record(20, 21)
	changed.Blocks[0].Text += " Corrected."
	changed.Fill()
	for _, r := range []*article.Record{changed, added} {
		v := invented.Visit(r)
		v.Page.Fetched = v.Page.Fetched.AddDate(0, 0, 1)
		if _, err := archive.Save(v); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(); n != 19 || len(left) != 2 || !left[article.ID(changed.URL)] || !left[article.ID(added.URL)] {
		t.Errorf("%d releases, left out: %v", n, left)
	}
}

// What an export says of copies does not depend on how the index came about.
func TestCopiesInExport(t *testing.T) {
	dir := t.TempDir()
	madeUp(t, dir, 150)
	first := archiver(t, dir, nil, "export", "--format", "jsonl")
	madeUp(t, dir, 300) // saves the first half again
	updated := archiver(t, dir, nil, "export", "--format", "jsonl")
	if err := os.Remove(filepath.Join(dir, "archive.db.copies")); err != nil {
		t.Fatal(err)
	}
	anew := archiver(t, dir, nil, "export", "--format", "jsonl")
	if n := strings.Count(anew.stdout, `"copies":`); n < 20 || anew.stdout == first.stdout {
		t.Errorf("%d releases have copies", n)
	}
	if updated != anew {
		t.Error("an index that was brought up to date says something else than one made anew")
	}
	// The folder cannot be written, for root a file stands in the way.
	name := filepath.Join(dir, "archive.db.copies")
	if err := errors.Join(os.Remove(name), os.Mkdir(name, 0o755)); err != nil {
		t.Fatal(err)
	}
	if got := archiver(t, dir, nil, "export", "--format", "jsonl"); got.stdout != anew.stdout || got.status != 0 || !strings.Contains(got.stderr, "found out anew each time") {
		t.Errorf("without a place for the index: status %d, %s", got.status, got.stderr)
	}
}

// Among the real releases kept apart no two are copies: all that come near were read
// side by side. What a radio station made of one of the seeds is found.
func TestReferenceCopies(t *testing.T) {
	reference := os.Getenv("ARCHIVER_REFERENCE")
	if reference == "" {
		t.Skip("ARCHIVER_REFERENCE names no folder: the reference releases are not part of the project")
	}
	dir := t.TempDir()
	if r := archiver(t, dir, nil, "import", filepath.Join(reference, "samples"), filepath.Join(reference, "seeds", "release.md")); r.status != 0 {
		t.Fatalf("%+v", r)
	}
	for line := range strings.Lines(archiver(t, dir, nil, "duplicates", "--format", "jsonl").stdout) {
		t.Errorf("taken for copies: %s", line)
	}
	r := archiver(t, dir, nil, "match", filepath.Join(reference, "seeds", "republished.txt"), "--format", "jsonl")
	first, _, _ := bytes.Cut([]byte(r.stdout), []byte("\n"))
	var m matchLine
	if err := json.Unmarshal(first, &m); err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	t.Logf("the station's text has %.0f%% of the release", m.ShareOfRelease*100)
	if data, err := os.ReadFile(filepath.Join(reference, "seeds", "release.md")); err != nil || !bytes.Contains(data, []byte("url: "+m.URL+"\n")) || m.ShareOfRelease < 0.9 {
		t.Errorf("%v; the first is %s, with %v", err, m.Title, m.ShareOfRelease)
	}
}
