package export_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"archiver/article"
	"archiver/export"
)

const writtenName = ".archiver-export"

// suppressing makes options by which these releases are suppressed.
func suppressing(list ...*article.Record) export.Options {
	return export.Options{Suppressed: func(ids ...string) ([]string, error) {
		var hidden []string
		for _, r := range list {
			if slices.Contains(ids, r.ID) {
				hidden = append(hidden, r.ID)
			}
		}
		return hidden, nil
	}}
}

// list returns the paths that a folder lists.
func list(t *testing.T, dir string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, writtenName))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var paths []string
	for line := range strings.Lines(string(data)) {
		var l struct{ Path string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		paths = append(paths, l.Path)
	}
	return paths
}

func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFolderDropsSuppressed holds that the file of a release leaves a folder once the
// release is suppressed, with no other selection before, and that nothing else does.
func TestFolderDropsSuppressed(t *testing.T) {
	for _, ext := range []string{"md", "txt", "docx"} {
		format := map[string]string{"md": "markdown", "txt": "text", "docx": "docx"}[ext]
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			a, b, c := release("a", 1), release("b", 1), release("c", 1)
			a.Published = article.Time{}
			to(t, dir, format, a, b)
			to(t, dir, format, c) // another selection
			pathA, pathB, pathC := "northmarsh/undated/a."+ext, "northmarsh/2024/05/b."+ext, "northmarsh/2024/05/c."+ext
			wantNames(t, dir, pathB, pathC, pathA)
			notes := "northmarsh/2024/05/notes." + ext
			if err := os.WriteFile(filepath.Join(dir, notes), []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
			save(t, dir, format, suppressing(a, b), []*article.Record{c})
			wantNames(t, dir, pathC, notes)
			if got := list(t, dir); !slices.Equal(got, []string{pathC}) {
				t.Errorf("listed: %q", got)
			}
			if _, err := os.Stat(filepath.Join(dir, "northmarsh/undated")); err == nil {
				t.Error("an empty folder is left")
			}
		})
	}
}

// TestFolderKeepsWhatWasChanged holds that a file that somebody has changed is theirs,
// and that they hear of it.
func TestFolderKeepsWhatWasChanged(t *testing.T) {
	dir := t.TempDir()
	a, b := release("a", 1), release("b", 1)
	to(t, dir, "text", a, b)
	path := filepath.Join(dir, "northmarsh/2024/05/a.txt")
	if err := os.WriteFile(path, []byte("edited"), 0o600); err != nil {
		t.Fatal(err)
	}
	opts := suppressing(a)
	var kept []string
	opts.Kept = func(path string) { kept = append(kept, path) }
	save(t, dir, "text", opts, []*article.Record{b})
	if !slices.Equal(kept, []string{path}) {
		t.Errorf("kept: %q", kept)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "edited" {
		t.Errorf("%q, %v", data, err)
	}
}

// TestFolderThatFailed holds that an export that fails deletes nothing, and that what
// it wrote is listed all the same.
func TestFolderThatFailed(t *testing.T) {
	dir := t.TempDir()
	a, b := release("a", 1), release("b", 1)
	to(t, dir, "text", a)
	if _, err := export.To(t.Context(), dir, nil, "text", failing(b), suppressing(a)); !errors.Is(err, errRead) {
		t.Errorf("got %v", err)
	}
	wantNames(t, dir, "northmarsh/2024/05/a.txt", "northmarsh/2024/05/b.txt")
	save(t, dir, "text", suppressing(a, b), nil)
	wantNames(t, dir)
	if _, err := os.Stat(filepath.Join(dir, writtenName)); err == nil {
		t.Error("an empty list is left")
	}
}

// TestSiteIsWhole holds that a site has no pages but those of its latest export, and
// that what others have put beside them stays.
func TestSiteIsWhole(t *testing.T) {
	a, b := release("a", 1), release("b", 1)
	a.Topics = []article.Topic{{ID: "fraud/courier", Evidence: []string{"courier"}}}
	b.Site = "southmarsh"
	dir, alone := t.TempDir(), t.TempDir()
	to(t, dir, "html", a, b)
	if err := os.WriteFile(filepath.Join(dir, "releases", "notes.html"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	to(t, dir, "html", b)
	to(t, alone, "html", b)
	want := append(names(t, alone), "releases/notes.html")
	slices.Sort(want)
	wantNames(t, dir, want...)
}

// TestPartitionsAreWhole holds that a partition without releases goes, or they would be
// there twice after a correction of their time; but not those of other selections and
// archives.
func TestPartitionsAreWhole(t *testing.T) {
	opts := func(archive, selection string) export.Options {
		return export.Options{Partition: []string{"site"}, Origin: export.Origin{Archive: archive, Selection: selection}}
	}
	a, b := release("a", 1), release("b", 1)
	b.Site = "southmarsh"
	both, one := []*article.Record{a, b}, []*article.Record{a}
	north, south := "site=northmarsh/part-0.parquet", "site=southmarsh/part-0.parquet"
	for _, test := range []struct {
		name  string
		again export.Options
		want  []string
	}{
		{"same", opts("x.db", ""), []string{north}},
		{"other selection", opts("x.db", "--site northmarsh"), []string{north, south}},
		{"other archive", opts("y.db", ""), []string{north, south}},
		{"other keys", export.Options{Partition: []string{"year"}, Origin: export.Origin{Archive: "x.db"}}, []string{"year=2024/part-0.parquet"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			save(t, dir, "parquet", opts("x.db", ""), both)
			save(t, dir, "parquet", test.again, one)
			wantNames(t, dir, test.want...)
		})
	}
}

// TestHostileList holds that a list which somebody has written deletes nothing outside
// of its folder, and nothing that is not as it says.
func TestHostileList(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "out")
	to(t, dir, "html", release("a", 1))
	listed, err := os.ReadFile(filepath.Join(dir, writtenName))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(listed), "\n")
	var entry map[string]string
	if err := json.Unmarshal([]byte(first), &entry); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(entry["path"])))
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(top, "outside")
	if err := os.WriteFile(outside, data, 0o600); err != nil {
		t.Fatal(err)
	}
	lines := "no line\n{}\n"
	for _, path := range []string{"../outside", outside, ".", "", "releases", "link"} {
		line, err := json.Marshal(map[string]string{"path": path, "sha256": entry["sha256"], "whole": entry["whole"]})
		if err != nil {
			t.Fatal(err)
		}
		lines += string(line) + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, writtenName), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Skip("no links here")
	}
	if _, err := export.To(t.Context(), dir, io.Discard, "html", records(), export.Options{}); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(outside); err != nil || string(got) != string(data) {
		t.Errorf("outside: %v", err)
	}
}

// TestFolderOfTwo holds that of two exports at a time neither loses what the other has
// listed.
func TestFolderOfTwo(t *testing.T) {
	dir := t.TempDir()
	var both sync.WaitGroup
	for i := range 8 {
		both.Go(func() {
			r := release(fmt.Sprint("r", i), 1)
			if _, err := export.To(t.Context(), dir, nil, "text", records(r), export.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if got := list(t, dir); len(got) != 8 {
		t.Errorf("%q", got)
	}
}
