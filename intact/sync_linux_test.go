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
