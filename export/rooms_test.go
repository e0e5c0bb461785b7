package export

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archiver/article"
	"archiver/intact"
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
	name := func(site, year, n int) string { return fmt.Sprintf("site%d/%d/%d.txt", site, 2000+year, n) }
	for n := range times {
		for site := range sites {
			for year := range years {
				if err := dir.put(name(site, year, n), owner{}, nil, bytes.NewBufferString(name(site, year, n))); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := dir.wait(); err != nil {
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
	if n := len(dir.rooms.open); n > openRooms+2*atOnce {
		t.Errorf("%d folders are still open", n)
	}
	for sub, want := range map[string]bool{"site0/2001": false, "site0": false, "site1/2001": true, "site1": true, "site1/1999": true, ".": false} {
		if got := dir.rooms.empty(sub); got != want {
			t.Errorf("%s: was empty: %v, want %v", sub, got, want)
		}
	}
}

// withWings returns an empty folder in which there can be wings, or skips the test.
func withWings(t *testing.T) string {
	t.Helper()
	path := t.TempDir()
	root, err := os.OpenRoot(path)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f, err := intact.CreateFolder(root, "trial")
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("the files of a folder cannot be synced at once here")
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Discard()
	f.Close()
	return path
}

// TestWingInTheWay has a wing whose name somebody takes meanwhile: it alone is lost, is
// named, and is not on the list.
func TestWingInTheWay(t *testing.T) {
	path := withWings(t)
	dir, err := openFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	for _, name := range []string{"a/b/c", "d/e"} {
		if err := dir.put(name, owner{whole: "w"}, nil, bytes.NewBufferString(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := dir.written(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "a"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := dir.wait(); err == nil || !strings.HasPrefix(err.Error(), "write "+filepath.Join(path, "a")+": ") {
		t.Errorf("got %v", err)
	}
	if data, err := os.ReadFile(filepath.Join(path, "d/e")); err != nil || string(data) != "d/e" {
		t.Errorf("d/e holds %q, %v", data, err)
	}
	if left, err := os.ReadDir(path); err != nil || len(left) != 2 {
		t.Errorf("there are %v, %v", left, err)
	}
	if _, ok := dir.listed["d/e"]; !ok || len(dir.listed) != 1 {
		t.Errorf("listed are %v", dir.listed)
	}
}

// TestWings follows folders that were not there: their files are nowhere until all are
// whole, and can be read and renamed by whoever makes them.
func TestWings(t *testing.T) {
	path := withWings(t)
	if err := os.Mkdir(filepath.Join(path, "old"), 0o700); err != nil {
		t.Fatal(err)
	}
	dir, err := openFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	const wings = maxWings + 10
	put := func(name, data string) {
		t.Helper()
		if err := dir.put(name, owner{whole: "w"}, nil, bytes.NewBufferString(data)); err != nil {
			t.Fatal(err)
		}
	}
	content := func(name, want string) {
		t.Helper()
		if data, err := dir.read(name); err != nil || string(data) != want {
			t.Errorf("%s holds %q, %v, want %q", name, data, err, want)
		}
	}
	put("old/a", "a")
	for n := range wings {
		put(fmt.Sprintf("new%d/deep/a", n), "first")
		put(fmt.Sprintf("old/new%d/a", n), "first")
	}
	if err := dir.written(); err != nil {
		t.Fatal(err)
	}
	if len(dir.rooms.wings) != maxWings {
		t.Fatalf("%d folders wait for their names, want %d", len(dir.rooms.wings), maxWings)
	}
	nameless := strings.TrimSuffix(dir.rooms.wings[0].name, "/deep")
	if _, err := os.Stat(filepath.Join(path, nameless)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is there before all is whole: %v", nameless, err)
	}
	put("new0/deep/a", "again")
	if err := dir.rename("new1/deep/a", "new1/deep/b"); err != nil {
		t.Error(err)
	}
	content("new0/deep/a", "again")
	content("new1/deep/a", "")
	content("new1/deep/b", "first")
	content("new1/other/b", "")
	content("old/a", "a")
	if err := dir.wait(); err != nil {
		t.Fatal(err)
	}
	put("new0/deep/a", "at last") // where it has its name
	put("new1/other/a", "late")
	if err := dir.wait(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"old/a": "a", "new0/deep/a": "at last", "new1/deep/b": "first", "new1/other/a": "late", "old/new0/a": "first", "old/new1/a": "first"}
	for n := 2; n < wings; n++ {
		want[fmt.Sprintf("new%d/deep/a", n)], want[fmt.Sprintf("old/new%d/a", n)] = "first", "first"
	}
	got := map[string]string{}
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		if name, relErr := filepath.Rel(path, name); relErr == nil {
			got[filepath.ToSlash(name)] = string(data)
		}
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
	for name, content := range want {
		if dir.listed[name].sum != sha256.Sum256([]byte(content)) {
			t.Errorf("%s is listed as another", name)
		}
	}
	if len(dir.listed) != len(want) {
		t.Errorf("%d files are listed, want %d", len(dir.listed), len(want))
	}
}

// TestWingsGivenUp holds that nothing stays of what never got its name.
func TestWingsGivenUp(t *testing.T) {
	path := withWings(t)
	dir, err := openFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.put("a/b/c", owner{}, nil, bytes.NewBufferString("c")); err != nil {
		t.Fatal(err)
	}
	if err := dir.writing.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(dir.rooms.wings) != 1 {
		t.Fatalf("%d folders wait for their names", len(dir.rooms.wings))
	}
	dir.close()
	if left, err := os.ReadDir(path); err != nil || len(left) > 0 {
		t.Errorf("there are %v, %v", left, err)
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

// TestLeftovers holds that an export clears away what one that was killed has left in
// the folders that it writes to.
func TestLeftovers(t *testing.T) {
	path := t.TempDir()
	old := time.Now().Add(-2 * time.Hour)
	leave := func(name string) string {
		t.Helper()
		name = filepath.Join(path, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
		return name
	}
	goes := []string{leave("northmarsh/2024/05/.a.md.17.part"), leave(".index.html.18.part"), leave("one/.out.csv.19.part")}
	stays := []string{leave("northmarsh/2024/04/.a.md.17.part"), leave("one/.other.csv.19.part")}
	r := &article.Record{
		URL: "https://www.northmarsh.example/a", Site: "northmarsh", Status: article.StatusLive, Kind: article.KindOther,
		Published: article.At(time.Date(2024, time.May, 31, 9, 30, 0, 0, article.London)),
	}
	r.Fill()
	recs := func(yield func(*article.Record, error) bool) { yield(r, nil) }
	for to, format := range map[string]string{path: "markdown", filepath.Join(path, "one/out.csv"): "csv"} {
		if _, err := To(t.Context(), to, nil, format, recs, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range goes {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	for _, name := range stays {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%s, where nothing was written: %v", name, err)
		}
	}
}
