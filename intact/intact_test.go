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

// Many files get their names together, up to the first that cannot.
func TestReplaceAll(t *testing.T) {
	if n, err := intact.ReplaceAll(); n != 0 || err != nil {
		t.Errorf("no files: got %d, %v", n, err)
	}
	for _, blocked := range []int{3, 0, 1, 2} { // which file has the name of a folder; 3: none
		dir := t.TempDir()
		elsewhere := t.TempDir()
		if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() { // another file system
			elsewhere, err = os.MkdirTemp("/dev/shm", "")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(elsewhere)
		}
		names := []string{filepath.Join(dir, "a"), filepath.Join(elsewhere, "b"), filepath.Join(dir, "c")}
		if err := os.WriteFile(names[0], []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		var files []*intact.File
		for _, name := range names {
			f, err := intact.Create(name, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteString("after"); err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		wantContent(t, names[0], "before")
		if blocked < 3 {
			_ = os.Remove(names[blocked])
			if err := os.Mkdir(names[blocked], 0o700); err != nil {
				t.Fatal(err)
			}
		}
		n, err := intact.ReplaceAll(files...)
		if n != blocked || (err == nil) != (blocked == 3) {
			t.Errorf("with folder %d: got %d, %v", blocked, n, err)
		}
		for _, name := range names[:n] {
			wantContent(t, name, "after")
		}
		if blocked == 1 || blocked == 2 {
			wantFiles(t, dir, []string{"a", "c"}[:blocked]...)
		} else if blocked == 0 {
			wantFiles(t, dir, "a")
		}
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
