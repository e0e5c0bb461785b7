//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"archiver/demo"
)

// A fullDisk is a folder that has room for so many bytes: a small disk that is
// filled up or, where none can be mounted, any folder and a limit for each file that
// the program writes.
type fullDisk struct {
	t       *testing.T
	dir     string
	mounted bool
	limit   int64 // of a file, where it is not mounted
}

func newFullDisk(t *testing.T) *fullDisk {
	t.Helper()
	d := &fullDisk{t: t, dir: t.TempDir()}
	if err := syscall.Mount("tmpfs", d.dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Logf("cannot mount a small disk, so files are limited instead: %v", err)
		return d
	}
	d.mounted = true
	t.Cleanup(func() {
		if err := syscall.Unmount(d.dir, 0); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *fullDisk) path(name string) string { return filepath.Join(d.dir, name) }

// fill leaves so many bytes of room.
func (d *fullDisk) fill(room int64) {
	d.t.Helper()
	if d.limit = room; !d.mounted {
		return
	}
	file, err := os.Create(d.path("filler"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer file.Close()
	chunk := make([]byte, 4<<10)
	for err == nil {
		_, err = file.Write(chunk)
	}
	info, statErr := file.Stat()
	if !errors.Is(err, syscall.ENOSPC) || statErr != nil {
		d.t.Fatal(err, statErr)
	}
	if err := file.Truncate(info.Size() - room); err != nil {
		d.t.Fatal(err)
	}
}

// run runs the program while the disk is full, and then makes room.
func (d *fullDisk) run(home string, args ...string) result {
	d.t.Helper()
	if d.mounted {
		r := archiver(d.t, home, nil, args...)
		if err := os.Remove(d.path("filler")); err != nil {
			d.t.Fatal(err)
		}
		return r
	}
	cmd := command(d.t, home, nil, args...)
	cmd.Args = append([]string{"sh", "-c", fmt.Sprintf(`ulimit -f %d; exec "$0" "$@"`, d.limit/512), cmd.Path}, args...)
	cmd.Path = "/bin/sh"
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState == nil {
		d.t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// names lists what lies on the disk.
func (d *fullDisk) names() (names []string) {
	d.t.Helper()
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// crawlDemo crawls the demo site that demoHome serves, into the archive named next.
var crawlDemo = []string{"crawl", "demo", "--sites", "sites", "--delay", "0s", "--full", "--archive"}

// demoHome serves the demo site, and returns a folder with its profile and what runs
// the program there and has to succeed.
func demoHome(t *testing.T) (home string, must func(args ...string) string) {
	t.Helper()
	home, _ = demoSite(t, new(demo.Site))
	return home, func(args ...string) string {
		t.Helper()
		r := archiver(t, home, nil, args...)
		if r.status != 0 {
			t.Fatalf("%v: %+v", args, r)
		}
		return r.stdout
	}
}

// On a disk that is full every export says so, and leaves no file.
func TestExportDiskFull(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: without the race detector it runs in full")
	}
	home, must := demoHome(t)
	must(append(crawlDemo, "whole.db")...)
	for _, format := range []string{"jsonl", "csv", "sqlite", "parquet", "epub", "docx", "rss", "warc"} {
		t.Run(format, func(t *testing.T) {
			d := newFullDisk(t)
			if !d.mounted {
				t.Skip("a limit of a file's size is another fault to SQLite")
			}
			d.fill(8 << 10)
			r := d.run(home, "export", "--archive", "whole.db", "--format", format, "--output", d.path("out."+format))
			if r.status != 1 || !strings.HasSuffix(r.stderr, "\nThe disk is full: make room on it and run the command again. What was saved before is kept.\n") {
				t.Errorf("got %+v", r)
			}
			if left := d.names(); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
		})
	}
}

// On a disk that is full every command that writes an archive says so, with what
// to do, and status 1; what was there stays, nothing half-written is left, and once
// there is room the same command does the rest.
func TestDiskFull(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it runs the program fifty times; without the race detector it runs in full")
	}
	home, must := demoHome(t)
	must(append(crawlDemo, "whole.db")...)
	must("export", "--archive", "whole.db", "--format", "warc", "--output", "all.warc")
	texts := func(archive string) string {
		t.Helper()
		return must("export", "--archive", archive, "--format", "text")
	}
	want := texts("whole.db")

	all := func(d *fullDisk) []string { return append(slices.Clone(crawlDemo), d.path("a.db")) }
	compact := func(d *fullDisk) []string { return []string{"compact", "--archive", d.path("a.db")} }
	for _, c := range []struct {
		name string
		room int64 // when the command begins
		has  bool  // the disk holds a whole archive then
		args func(d *fullDisk) []string
		kept bool // some releases are saved before the disk is full
	}{
		{"crawl", 160 << 10, false, func(d *fullDisk) []string { return append(all(d), "--delay", "60ms") }, true}, // a commit a page
		{"crawl without an archive", 8 << 10, false, all, false},
		{"import", 160 << 10, false, func(d *fullDisk) []string {
			return []string{"import", "all.warc", "--sites", "sites", "--quiet", "--archive", d.path("a.db")}
		}, false},
		{"merge", 160 << 10, false, func(d *fullDisk) []string { return []string{"merge", "whole.db", "--archive", d.path("a.db")} }, false},
		{"backup", 100 << 10, false, func(d *fullDisk) []string { return []string{"backup", d.path("a.db"), "--archive", "whole.db"} }, false},
		{"compact", 100 << 10, true, compact, false},
		{"no room at all", 0, true, compact, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newFullDisk(t)
			if c.has {
				must("backup", d.path("a.db"), "--archive", "whole.db")
			}
			before, err := os.ReadFile(d.path("a.db"))
			if c.has && err != nil {
				t.Fatal(err)
			}
			d.fill(c.room)
			r := d.run(home, c.args(d)...)
			cause := "no space left on device"
			if !d.mounted {
				cause = "file too large"
			}
			if r.status != 1 || r.stdout != "" || strings.Count(r.stderr, cause) != 1 || strings.Count(r.stderr, "\n") != 2 ||
				!strings.HasSuffix(r.stderr, "\nThe disk is full: make room on it and run the command again. What was saved before is kept.\n") {
				t.Errorf("got %+v", r)
			}
			for _, name := range d.names() {
				if !slices.Contains([]string{"a.db", "a.db.lock", "a.db.turn"}, name) {
					t.Errorf("%s is left", name)
				}
			}
			after, err := os.ReadFile(d.path("a.db"))
			if c.has && (err != nil || !bytes.Equal(before, after)) {
				t.Errorf("the archive is not as it was: %v", err)
			}
			if !c.has && err == nil {
				must("verify", "--archive", d.path("a.db"))
				kept := strings.Count(must("list", "--archive", d.path("a.db"), "--format", "jsonl"), "\n")
				if c.kept != (kept > 0 && kept < len(demo.Releases())) {
					t.Errorf("%d releases were kept", kept)
				}
			}
			again := c.args(d)
			if c.kept {
				again = append(again, "--delay", "0s")
			}
			must(again...)
			must("verify", "--archive", d.path("a.db"))
			if got := texts(d.path("a.db")); got != want {
				t.Error("it holds something else than it should")
			}
		})
	}
}
