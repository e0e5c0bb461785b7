package export_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archiver/article"
	"archiver/export"
)

func TestToStdout(t *testing.T) {
	var stdout bytes.Buffer
	n, err := export.To(t.Context(), "-", &stdout, "markdown", records(release("a", 1), release("b", 2)), export.Options{})
	if n != 2 || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	if got, want := stdout.String(), write(t, "markdown", export.Options{}, release("a", 1), release("b", 2)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestToFile(t *testing.T) {
	for _, test := range []struct{ format, name string }{
		{"markdown", "all.md"}, {"markdown", "ALL.MD"}, {"text", "all.txt"}, {"jsonl", "all.jsonl"}, {"jsonl", "all"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, list := range [][]*article.Record{{}, {release("a", 1)}, {release("b", 1), release("c", 1)}} {
				to(t, filepath.Join(dir, test.name), test.format, list...)
				wantFiles(t, dir, map[string]string{test.name: write(t, test.format, export.Options{}, list...)})
			}
		})
	}
}

func TestToFileKeepsTheOldOne(t *testing.T) {
	stopped := errors.New("stopped by hand")
	cancelled, cancel := context.WithCancelCause(t.Context())
	cancel(stopped)
	nan := release("nan", 2)
	nan.Copies = &article.Copies{Score: nanValue()}
	tests := []struct {
		name string
		ctx  context.Context
		recs iter.Seq2[*article.Record, error]
		n    int
		want string
	}{
		{"archive", t.Context(), failing(release("a", 1)), 1, errRead.Error()},
		{"stopped", cancelled, records(release("a", 1)), 0, stopped.Error()},
		{"record", t.Context(), records(release("a", 1), nan), 1, "export https://www.northmarsh.example/news/2024/may/nan/: json: unsupported value: NaN"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "all.jsonl")
			if err := os.WriteFile(path, []byte("old\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			n, err := export.To(test.ctx, path, nil, "jsonl", test.recs, export.Options{})
			if n != test.n || err == nil || err.Error() != test.want {
				t.Errorf("got %d, %v\nwant %d, %s", n, err, test.n, test.want)
			}
			wantFiles(t, dir, map[string]string{"all.jsonl": "old\n"})
		})
	}
}

func TestToFileKeepsModeAndLink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "real.jsonl"), filepath.Join(dir, "link.jsonl")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.jsonl", link); err != nil {
		t.Skip("no symbolic links here")
	}
	to(t, link, "jsonl", release("a", 1))
	if info := stat(t, path); info.Mode() != 0o640 || info.Size() == 0 {
		t.Errorf("got %v with %d bytes", info.Mode(), info.Size())
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
}

func TestToWrongPath(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.md"), 0o700); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ path, format, want string }{
		{file, "markdown", file + " is a file: format markdown needs the path of a file that ends in .md, or of a folder"},
		{dir + "/folder.md", "markdown", dir + "/folder.md is a folder: format markdown needs the path of a file that ends in .md, or of a folder"},
		{dir, "jsonl", dir + " is a folder: format jsonl needs the path of a file, such as releases.jsonl"},
		{dir + "/none/all.jsonl", "jsonl", "there is no folder " + dir + "/none: make it first"},
		{file + "/all.jsonl", "jsonl", "stat " + file + "/all.jsonl: not a directory"},
		{"", "text", "there is no path to write to: name one, or - for standard output"},
		{dir + "/new", "jsnl", `format "jsnl" is unknown: did you mean jsonl? (known: ` + strings.Join(export.Formats(), ", ") + ")"},
	}
	for _, test := range tests {
		_, err := export.To(t.Context(), test.path, io.Discard, test.format, failing(), export.Options{})
		if err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
	}
	wantFiles(t, dir, map[string]string{"file": "mine"})
}

// TestToFileHasUsualMode holds that others can read a new file if they can read
// those of other programs.
func TestToFileHasUsualMode(t *testing.T) {
	dir := t.TempDir()
	usual, path := filepath.Join(dir, "usual"), filepath.Join(dir, "a.jsonl")
	if err := os.WriteFile(usual, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	to(t, path, "jsonl")
	if got, want := stat(t, path).Mode(), stat(t, usual).Mode(); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestToFolderStops holds that what was whole before an error stays, and that
// nothing else does.
func TestToFolderStops(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "out")
	n, err := export.To(t.Context(), dir, nil, "text", failing(release("a", 1)), export.Options{})
	if n != 1 || !errors.Is(err, errRead) {
		t.Errorf("got %d, %v", n, err)
	}
	wantFiles(t, dir, map[string]string{"northmarsh/2024/05/a.txt": "A release named a.\n"})
}

func TestToFolderOfNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	to(t, dir, "markdown")
	wantFiles(t, dir, map[string]string{})
}

// TestToFolderTouchesOnlyChanges holds that the same export twice changes no
// file, and that files of others are left.
func TestToFolderTouchesOnlyChanges(t *testing.T) {
	dir := t.TempDir()
	a, b := release("a", 1), release("b", 2)
	to(t, dir, "markdown", a, b)
	paths := []string{filepath.Join(dir, "northmarsh/2024/05/a.md"), filepath.Join(dir, "northmarsh/2024/05/b.md")}
	before := []fs.FileInfo{stat(t, paths[0]), stat(t, paths[1])}
	notes := filepath.Join(dir, "northmarsh", "notes.txt")
	if err := os.WriteFile(notes, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Blocks[0].Markdown = "It has changed."
	to(t, dir, "markdown", a, b)
	if !os.SameFile(before[0], stat(t, paths[0])) {
		t.Error("a.md was written again")
	}
	if os.SameFile(before[1], stat(t, paths[1])) {
		t.Error("b.md was written in place")
	}
	stat(t, notes)
}

func nanValue() float64 {
	zero := 0.0
	return zero / zero
}

func stat(t *testing.T, path string) fs.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func to(t *testing.T, path, format string, list ...*article.Record) {
	t.Helper()
	n, err := export.To(t.Context(), path, nil, format, records(list...), export.Options{})
	if err != nil || n != len(list) {
		t.Fatalf("export to %s: %d records, %v", path, n, err)
	}
}

// wantFiles compares all files below dir, hidden ones too.
func wantFiles(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, files(t, dir)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// files reads what is in a folder, but for the list of what exports have written.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".archiver-export" {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := strings.CutPrefix(filepath.ToSlash(path), filepath.ToSlash(dir)+"/")
		got[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	for name := range files(t, dir) {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
