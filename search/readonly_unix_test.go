//go:build unix

package search_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A user who may not write the folder searches all the same, with an index of their
// own where there is none, and leaves nothing behind.
func TestReadOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("runs in full: it has no goroutines to race, and indexes are built often")
	}
	if os.Getuid() != 0 {
		t.Skip("only root can run a process of another user")
	}
	dir, tmp := t.TempDir(), t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir), filepath.Dir(filepath.Dir(dir)), filepath.Dir(tmp)} {
		if err := os.Chmod(d, 0o755); err != nil && !os.IsPermission(err) {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(tmp, 0o777); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(tmp, "program")
	data, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, data, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "x.search")
	as := func(name string) {
		t.Helper()
		cmd := process(t.Context(), path, "police")
		cmd.Path = program
		cmd.Env = append(cmd.Env, "TMPDIR="+tmp)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil || !strings.Contains(out.String(), "found ") {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
		left, err := filepath.Glob(filepath.Join(tmp, "archiver-search-*"))
		if err != nil || len(left) > 0 {
			t.Errorf("%s: left %q, %v", name, left, err)
		}
	}
	as("no index")
	stale := newMemory(release(1, "Only one", "of them"))
	ix := open(t, path, stale)
	if err := ix.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	as("an index that is not up to date")
}
