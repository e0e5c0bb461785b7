package intact_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"archiver/intact"
)

// wantFiles compares the names in a folder.
func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("there is %q, want %q", got, want)
	}
}

func wantContent(t *testing.T, name, want string) {
	t.Helper()
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v, want %q", name, got, err, want)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a")
	for _, content := range []string{"one", "", "three"} {
		if err := intact.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		wantContent(t, name, content)
	}
	if runtime.GOOS != "windows" { // which has no such rights
		rights := func() fs.FileMode {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			return info.Mode()
		}
		if got := rights(); got != 0o600 {
			t.Errorf("a new file has the rights %v", got)
		}
		if err := os.Chmod(name, 0o640); err != nil {
			t.Fatal(err)
		}
		if err := intact.WriteFile(name, []byte("four"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := rights(); got != 0o640 {
			t.Errorf("a file that is replaced has the rights %v", got)
		}
	}
	wantFiles(t, dir, "a")
	if err := intact.WriteFile(filepath.Join(dir, "none", "a"), nil, 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in no folder: got %v", err)
	}
	if err := intact.WriteFile(dir, nil, 0o600); err == nil {
		t.Error("a folder was replaced")
	}
	wantFiles(t, filepath.Dir(dir), filepath.Base(dir))
}

// Until it is whole, and if it never is, there is what was there before.
func TestDiscard(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, end := range []func(*intact.File){(*intact.File).Discard, func(f *intact.File) {
		if err := f.Replace(); err != nil {
			t.Error(err)
		}
		f.Discard() // too late
	}} {
		f, err := intact.CreateIn(root, "a", 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("after"); err != nil {
			t.Fatal(err)
		}
		wantContent(t, filepath.Join(dir, "a"), "before")
		end(f)
		wantFiles(t, dir, "a")
	}
	wantContent(t, filepath.Join(dir, "a"), "after")
	if f, err := intact.CreateIn(root, "../b", 0o600); err == nil {
		f.Discard()
		t.Error("it is made outside of its root")
	}
}

// Files on several file systems are synced at once, and get their names as others do.
func TestSyncAll(t *testing.T) {
	if err := intact.SyncAll(); err != nil {
		t.Errorf("no files: %v", err)
	}
	dirs := []string{t.TempDir(), t.TempDir()}
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() { // another file system
		dir, err := os.MkdirTemp("/dev/shm", "")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		dirs = append(dirs, dir)
	}
	var files []*intact.File
	for _, dir := range dirs {
		for _, name := range []string{"a", "b"} {
			f, err := intact.Create(filepath.Join(dir, name), 0o600)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Discard()
			if _, err := f.WriteString(dir); err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
	}
	if err := intact.SyncAll(files...); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := f.Replace(); err != nil {
			t.Error(err)
		}
	}
	for _, dir := range dirs {
		wantFiles(t, dir, "a", "b")
		wantContent(t, filepath.Join(dir, "b"), dir)
	}
	if err := intact.SyncAll(files...); err == nil {
		t.Error("closed files were synced")
	}
}

// What a writer has left that was killed goes when the next one writes; what may be
// another's, at work or of somebody else, stays.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * time.Hour)
	leave := func(name string, when time.Time) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(dir, name), when, when); err != nil {
			t.Fatal(err)
		}
	}
	stays := []string{".a.part", ".a.1", ".a.x1.part", ".ab.1.part", "a.1.part", ".a.1.part.old", ".b.1.part"}
	for _, name := range append(stays, ".a.1.part", ".a.4294967295.part") {
		leave(name, old)
	}
	leave(".a.7.part", time.Now())
	if err := os.Mkdir(filepath.Join(dir, ".a.9.part"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, ".a.9.part"), old, old); err != nil {
		t.Fatal(err)
	}
	if err := intact.WriteFile(filepath.Join(dir, "a"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, append(stays, "a", ".a.7.part", ".a.9.part")...)
}

// TestSweepIn holds that what killed writers of any file have left is deleted, and
// nothing else.
func TestSweepIn(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * time.Hour)
	leave := func(when time.Time, names ...string) {
		t.Helper()
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(filepath.Join(dir, name), when, when); err != nil {
				t.Fatal(err)
			}
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	stays := []string{".a.part", "..1.part", ".1.part", ".a.x1.part", "a.1.part", ".a.1.part.old", ".a..part", "a"}
	leave(old, append(stays, ".a.1.part", ".b.2.csv.4294967295.part")...)
	leave(time.Now(), ".c.7.part")
	intact.SweepIn(root, "a")
	wantFiles(t, dir, append(stays, ".c.7.part", ".b.2.csv.4294967295.part")...)
	intact.SweepIn(root, "")
	wantFiles(t, dir, append(stays, ".c.7.part")...)
}
