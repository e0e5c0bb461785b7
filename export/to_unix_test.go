//go:build unix

package export_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"archiver/export"
)

// TestToPipe holds that what is no file is written to, not replaced. A pipe of
// its own stands for all of that: a test that failed on /dev/null would take it
// from the machine.
func TestToPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no named pipes here")
	}
	pipe, err := os.OpenFile(path, os.O_RDWR, 0) // for both, so that neither end waits for the other
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	to(t, path, "jsonl", release("a", 1))
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Fatalf("it is no pipe any more: %v, %v", info, err)
	}
	want := write(t, "jsonl", export.Options{}, release("a", 1))
	got := make([]byte, len(want))
	if _, err := pipe.Read(got); err != nil || string(got) != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
