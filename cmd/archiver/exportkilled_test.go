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

// TestExportKilled kills an export into a folder that has another. Each file must be
// the one that was there or the one that was meant, whole, and the next export must
// come to what an undisturbed one comes to.
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
			run := func(args []string) {
				t.Helper()
				if r := archiver(t, dir, nil, args...); r.status != 0 {
					t.Fatalf("%v: %+v", args, r)
				}
			}
			run(export("before", test.before...))
			run(export("after", test.before...))
			run(export("after", test.after...))
			before, after := contentOf(t, filepath.Join(dir, "before")), contentOf(t, filepath.Join(dir, "after"))
			names := slices.Sorted(maps.Keys(after))
			half := 0 // runs that were killed between the first file and the last
			for wait := 20 * time.Millisecond; wait < 2*time.Second; wait = wait * 8 / 5 {
				out := filepath.Join(dir, "out")
				if err := os.RemoveAll(out); err != nil {
					t.Fatal(err)
				}
				if err := os.CopyFS(out, os.DirFS(filepath.Join(dir, "before"))); err != nil {
					t.Fatal(err)
				}
				cmd := command(t, dir, nil, export("out", test.after...)...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(wait)
				_ = cmd.Process.Kill() // it may have ended
				ended := cmd.Wait() == nil
				is := contentOf(t, out)
				news := 0
				for name, content := range is {
					if content == after[name] {
						news++
					} else if content != before[name] {
						t.Errorf("killed after %v: %s is neither the old file nor the new one", wait, name)
					}
				}
				for name := range before {
					if _, there := is[name]; !there && after[name] != "" {
						t.Errorf("killed after %v: %s is gone", wait, name)
					}
				}
				if !ended && news > 0 && news < len(after) {
					half++
				}
				run(export("out", test.after...))
				again := contentOf(t, out)
				if !slices.Equal(slices.Sorted(maps.Keys(again)), names) {
					t.Errorf("killed after %v: the next export makes other files", wait)
				}
				for name, content := range again {
					if content != after[name] {
						t.Errorf("killed after %v: the next export makes another %s", wait, name)
					}
				}
				if ended {
					break
				}
			}
			if half == 0 {
				t.Error("no export was killed at work")
			}
		})
	}
}

// contentOf reads a folder, without what is still being written.
func contentOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".part") {
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
