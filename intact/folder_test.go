package intact_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"archiver/intact"
)

// folderIn begins a folder with a file and one in a folder within.
func folderIn(t *testing.T, root *os.Root, name string) *intact.Folder {
	t.Helper()
	f, err := intact.CreateFolder(root, name)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("the files of a folder cannot be synced at once here")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Mkdir("within", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"a", "within/b"} {
		if err := f.WriteFile(file, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func rootOf(t *testing.T) (string, *os.Root) {
	t.Helper()
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return dir, root
}

// wantTree compares the files of a folder and of those within.
func wantTree(t *testing.T, dir string, want ...string) {
	t.Helper()
	var got []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if name, relErr := filepath.Rel(dir, path); err == nil && !entry.IsDir() {
			got, err = append(got, filepath.ToSlash(name)), relErr
		}
		return err
	})
	slices.Sort(want)
	if slices.Sort(got); err != nil || !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q, %v", got, want, err)
	}
}

func TestFolders(t *testing.T) {
	dir, root := rootOf(t)
	x, y := folderIn(t, root, "x"), folderIn(t, root, "y")
	defer x.Close()
	defer y.Close()
	for _, name := range []string{"x", "y"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is there before it is whole: %v", name, err)
		}
	}
	if err := x.Sync(); err != nil {
		t.Error(err)
	}
	if nameless, err := intact.ReplaceAll(x, y); err != nil || nameless != nil {
		t.Fatal(nameless, err)
	}
	if err := x.WriteFile("c", nil, 0o600); err != nil {
		t.Errorf("it cannot be used any more: %v", err)
	}
	x.Discard()
	wantTree(t, dir, "x/a", "x/within/b", "x/c", "y/a", "y/within/b")
	wantContent(t, filepath.Join(dir, "y/within/b"), "y")
	wantFiles(t, dir, "x", "y")
}

func TestFolderDiscarded(t *testing.T) {
	dir, root := rootOf(t)
	f := folderIn(t, root, "x")
	defer f.Close()
	f.Discard()
	wantFiles(t, dir)
}

// A folder of the name that somebody has made meanwhile keeps what it has, but for files
// of the same names.
func TestFolderThatIsThere(t *testing.T) {
	dir, root := rootOf(t)
	f := folderIn(t, root, "x")
	defer f.Close()
	if err := root.MkdirAll("x/within/deep", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"x/a", "x/theirs", "x/within/deep/theirs"} {
		if err := root.WriteFile(name, []byte("theirs"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := intact.ReplaceAll(f); err != nil {
		t.Fatal(err)
	}
	wantTree(t, dir, "x/a", "x/theirs", "x/within/b", "x/within/deep/theirs")
	wantContent(t, filepath.Join(dir, "x/a"), "x")
	wantContent(t, filepath.Join(dir, "x/theirs"), "theirs")
	wantFiles(t, dir, "x")
}

// A file of the name is nobody's to replace by a folder. Other folders get theirs.
func TestFolderInTheWay(t *testing.T) {
	dir, root := rootOf(t)
	f, g := folderIn(t, root, "x"), folderIn(t, root, "y")
	defer f.Close()
	defer g.Close()
	if err := root.WriteFile("x", []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	if nameless, err := intact.ReplaceAll(f, g); err == nil || len(nameless) != 1 || nameless[0] != f {
		t.Errorf("a file was replaced by a folder: %v, %v", nameless, err)
	}
	f.Discard()
	g.Discard()
	wantTree(t, dir, "x", "y/a", "y/within/b")
	wantContent(t, filepath.Join(dir, "x"), "theirs")
}

// TestSweepFolders holds that folders which killed writers have left are deleted, and not
// those that somebody works on, however long.
func TestSweepFolders(t *testing.T) {
	dir, root := rootOf(t)
	old := time.Now().Add(-2 * time.Minute)
	f := folderIn(t, root, "x")
	defer f.Close()
	defer f.Discard()
	at, err := filepath.Glob(filepath.Join(dir, ".x.*.part"))
	if err != nil || len(at) != 1 {
		t.Fatal(at, err)
	}
	for _, name := range []string{".left.1.part", ".young.1.part", ".other.part", "theirs"} {
		if err := root.MkdirAll(name+"/within", 0o700); err != nil {
			t.Fatal(err)
		}
		if err := root.WriteFile(name+"/within/a", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if name != ".young.1.part" {
			at = append(at, filepath.Join(dir, name))
		}
	}
	for _, name := range at {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	intact.SweepIn(root, "")
	wantFiles(t, dir, filepath.Base(at[0]), ".young.1.part", ".other.part", "theirs")
}
