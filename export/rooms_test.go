package export

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"
)

// TestRooms has many more folders written to at once than stay open.
func TestRooms(t *testing.T) {
	path := t.TempDir()
	if err := os.MkdirAll(filepath.Join(path, "site0", "2001"), 0o700); err != nil {
		t.Fatal(err)
	}
	dir, err := openFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	const sites, years, times = 20, 20, 3
	var g errgroup.Group
	g.SetLimit(16)
	name := func(site, year, n int) string { return fmt.Sprintf("site%d/%d/%d.txt", site, 2000+year, n) }
	for n := range times {
		for site := range sites {
			for year := range years {
				g.Go(func() error { return dir.write(name(site, year, n), owner{}, []byte(name(site, year, n))) })
			}
		}
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for n := range times {
		for site := range sites {
			for year := range years {
				if data, err := os.ReadFile(filepath.Join(path, name(site, year, n))); err != nil || string(data) != name(site, year, n) {
					t.Errorf("%s holds %q, %v", name(site, year, n), data, err)
				}
			}
		}
	}
	if n := len(dir.rooms.open); n > openRooms+16*3 {
		t.Errorf("%d folders are still open", n)
	}
	for sub, want := range map[string]bool{"site0/2001": false, "site0": false, "site1/2001": true, "site1": true, "site1/1999": true, ".": false} {
		if got := dir.rooms.empty(sub); got != want {
			t.Errorf("%s: was empty: %v, want %v", sub, got, want)
		}
	}
}

// TestRoomThatCannotBe holds that what failed once is tried again.
func TestRoomThatCannotBe(t *testing.T) {
	path := t.TempDir()
	dir, err := openFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	wall := filepath.Join(path, "a")
	if err := os.WriteFile(wall, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := dir.write("a/b/c.txt", owner{}, nil); err == nil {
		t.Error("no error where a file is in the way")
	}
	if err := os.Remove(wall); err != nil {
		t.Fatal(err)
	}
	if err := dir.write("a/b/c.txt", owner{}, nil); err != nil {
		t.Errorf("not tried again: %v", err)
	}
}
