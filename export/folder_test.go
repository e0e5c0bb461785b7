package export

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFileThatCannotBe holds that a file whose disk fails leaves nothing.
func TestFileThatCannotBe(t *testing.T) {
	tests := []struct {
		name string
		fail func(t *testing.T, f *file)
		want string
	}{
		{"write", func(t *testing.T, f *file) { f.pending.File.Close() }, "write PATH: file already closed"},
		{"rename", func(t *testing.T, f *file) {
			if err := os.Mkdir(f.path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "write PATH: file exists"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := t.TempDir()
			dir, err := openFolder(path)
			if err != nil {
				t.Fatal(err)
			}
			defer dir.close()
			f, err := dir.create("a", owner{})
			if err != nil {
				t.Fatal(err)
			}
			test.fail(t, f)
			_, err = f.Write([]byte("x"))
			err = f.finish(err)
			want := strings.Replace(test.want, "PATH", filepath.Join(path, "a"), 1)
			if err == nil || err.Error() != want {
				t.Errorf("got %v, want %s", err, want)
			}
			left, err := os.ReadDir(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range left {
				if !entry.IsDir() {
					t.Errorf("%s was left", entry.Name())
				}
			}
		})
	}
}

func TestFileThatFailed(t *testing.T) {
	path := t.TempDir()
	dir, err := openFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.close()
	f, err := dir.create("b/c/a", owner{})
	if err != nil {
		t.Fatal(err)
	}
	cause := errors.New("the archive is torn")
	if err := f.finish(cause); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	if old, err := dir.read("b/c/a"); old != nil || err != nil {
		t.Errorf("got %q, %v", old, err)
	}
}
