package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestExportKilled kills exports, while they write, into a folder that has another or none.
// Each file must be the one that was there or the one that was meant, whole, and the next
// export must come to what an undisturbed one comes to.
func TestExportKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it starts the program many times; without the race detector it runs in full")
	}
	for _, test := range []struct {
		name          string
		before, after []string
	}{
		{"markdown", []string{"--format", "markdown", "--front-matter", "hugo"}, []string{"--format", "markdown"}},
		{"docx", []string{"--format", "docx", "--kind", "fraud"}, []string{"--format", "docx"}},
		{"html", []string{"--format", "html", "--kind", "fraud"}, []string{"--format", "html"}},
		{"parquet", []string{"--format", "parquet", "--partition", "site", "--kind", "fraud"}, []string{"--format", "parquet", "--partition", "site"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			madeUp(t, dir, 400)
			export := func(to string, args ...string) []string {
				return append([]string{"export", "--output", to}, args...)
			}
			finish := func(args []string) {
				t.Helper()
				if r := archiver(t, dir, nil, args...); r.status != 0 {
					t.Fatalf("%v: %+v", args, r)
				}
			}
			finish(export("before", test.before...))
			finish(export("after", test.before...))
			finish(export("after", test.after...))
			finish(export("fresh", test.after...))
			before, after, fresh := contentOf(t, filepath.Join(dir, "before")), contentOf(t, filepath.Join(dir, "after")), contentOf(t, filepath.Join(dir, "fresh"))
			killed := 0
			for run := range 8 {
				before, after := before, after
				if run%2 > 0 { // into nothing
					before, after = nil, fresh
				}
				out := filepath.Join(dir, "out")
				if err := os.RemoveAll(out); err != nil {
					t.Fatal(err)
				}
				if before != nil {
					if err := os.CopyFS(out, os.DirFS(filepath.Join(dir, "before"))); err != nil {
						t.Fatal(err)
					}
				}
				cmd := command(t, dir, nil, export("out", test.after...)...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- cmd.Wait() }()
				for len(ended) == 0 && !beingWritten(out) {
					time.Sleep(time.Millisecond)
				}
				if run < 6 {
					time.Sleep(time.Duration(run/2) * 20 * time.Millisecond)
				} else { // while folders get their names
					for len(ended) == 0 && len(contentOf(t, out)) == 0 {
						time.Sleep(time.Millisecond)
					}
				}
				_ = cmd.Process.Kill() // it may have ended
				if <-ended != nil {
					killed++
				}
				is := contentOf(t, out)
				for name, content := range is {
					if content != after[name] && content != before[name] {
						t.Errorf("run %d: %s is neither the old file nor the new one", run, name)
					}
				}
				for name := range before {
					if _, there := is[name]; !there && after[name] != "" {
						t.Errorf("run %d: %s is gone", run, name)
					}
				}
				finish(export("out", test.after...))
				again := contentOf(t, out)
				if !slices.Equal(slices.Sorted(maps.Keys(again)), slices.Sorted(maps.Keys(after))) {
					t.Errorf("run %d: the next export makes other files", run)
				}
				for name, content := range again {
					if content != after[name] {
						t.Errorf("run %d: the next export makes another %s", run, name)
					}
				}
			}
			if killed == 0 {
				t.Error("no export was killed at work")
			}
		})
	}
}

// beingWritten reports whether a folder has a file or folder that is not whole.
func beingWritten(dir string) bool {
	found := false
	// A file can go while the folder is read.
	_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, _ error) error {
		found = found || strings.HasSuffix(path, ".part")
		return nil
	})
	return found
}

// contentOf reads a folder, without what is still being written.
func contentOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".part") {
			if err == nil && entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil {
			path, err = filepath.Rel(dir, path)
			files[path] = string(data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
