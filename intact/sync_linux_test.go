package intact

import (
	"errors"
	"os"
	"testing"
)

// TestUnusual holds that nothing is synced as a whole on a file system of which it is not
// known that this can be done.
func TestUnusual(t *testing.T) {
	known := usual
	usual = nil
	defer func() { usual = known }()
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if _, err := CreateFolder(root, "x"); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a folder: %v", err)
	}
	f, err := CreateIn(root, "a", 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Discard()
	if err := SyncAll(f); err != nil {
		t.Error(err)
	}
	if err := f.Replace(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("there are %v, %v", left, err)
	}
}

// TestSyncedFirst holds that a folder gets its name after it was synced, and never after a
// sync that has failed: the system tells of lost data once.
func TestSyncedFirst(t *testing.T) {
	defer func(sync func(*os.File) error) { syncSystem = sync }(syncSystem)
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	begin := func(name string) *Folder {
		t.Helper()
		f, err := CreateFolder(root, name)
		if errors.Is(err, errors.ErrUnsupported) {
			t.Skip("the files of a folder cannot be synced at once here")
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Discard(); f.Close() })
		return f
	}
	named := func(name string) bool {
		_, err := root.Stat(name)
		return err == nil
	}
	syncs := 0
	syncSystem = func(*os.File) error {
		if syncs++; named("x") {
			t.Error("it has its name before it is synced")
		}
		return nil
	}
	if _, err := ReplaceAll(begin("x")); err != nil || syncs != 1 || !named("x") {
		t.Errorf("%v, synced %d times", err, syncs)
	}
	lost := errors.New("lost")
	syncSystem = func(*os.File) error { return lost }
	y := begin("y")
	if nameless, err := ReplaceAll(begin("z"), y); !errors.Is(err, lost) || len(nameless) != 2 {
		t.Errorf("%v, %v", nameless, err)
	}
	if err := y.Sync(); !errors.Is(err, lost) {
		t.Error(err)
	}
	syncSystem = func(*os.File) error { return nil }
	if nameless, err := ReplaceAll(begin("z"), y); !errors.Is(err, lost) || len(nameless) != 2 || named("y") || named("z") {
		t.Errorf("%v, %v", nameless, err)
	}
}
