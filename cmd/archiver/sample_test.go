package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/invented"
	"archiver/marks"
	"archiver/store"

	"go.yaml.in/yaml/v4"
)

// madeUp makes an archive of n invented releases in a folder, and returns it.
func madeUp(t testing.TB, dir string, n int) *store.Store {
	t.Helper()
	archive, err := store.Create(filepath.Join(dir, "archive.db"))
	if err != nil {
		t.Fatal(err)
	}
	var batch []article.Visit
	for v := range invented.Visits(n) {
		if batch = append(batch, v); len(batch) == 200 {
			if _, err := archive.Save(batch...); err != nil {
				t.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	if _, err := archive.Save(batch...); err != nil {
		t.Fatal(err)
	}
	return archive
}

func readSheet(t *testing.T, sheet string) []marks.Release {
	t.Helper()
	releases, err := marks.ReadSheet(strings.NewReader(sheet))
	if err != nil {
		t.Fatal(err)
	}
	return releases
}

func TestSample(t *testing.T) {
	dir := t.TempDir()
	madeUp(t, dir, 300)
	draw := func(args ...string) []marks.Release {
		t.Helper()
		r := archiver(t, dir, nil, append([]string{"sample"}, args...)...)
		if r.status != 0 {
			t.Fatalf("sample %v: status %d: %s", args, r.status, r.stderr)
		}
		return readSheet(t, r.stdout)
	}
	ids := func(releases []marks.Release) string {
		var b strings.Builder
		for _, r := range releases {
			fmt.Fprintln(&b, r.ID)
		}
		return b.String()
	}
	first := draw("-n", "40")
	if len(first) != 40 {
		t.Errorf("it drew %d, want 40", len(first))
	}
	if ids(first) != ids(draw("-n", "40")) {
		t.Error("the same seed draws others the second time")
	}
	if ids(first) == ids(draw("-n", "40", "--seed", "2")) {
		t.Error("another seed draws the same")
	}
	// Every site has its share: 24 forces and the newspapers.
	all := map[string]int{}
	for r := range invented.Records(300) {
		all[r.Site]++
	}
	drawn := map[string]int{}
	for _, r := range draw("-n", "60", "--stratify", "site") {
		drawn[r.Stratum]++
	}
	for site, n := range all {
		if got := drawn[site]; got < 1 || float64(got) > float64(n)/5+2 {
			t.Errorf("of the %d releases of %s %d were drawn", n, site, got)
		}
	}
	if got := draw("-n", "1000"); len(got) != 300 {
		t.Errorf("of 300 it drew %d", len(got))
	}
	if got := draw("-n", "5", "--stratify", "site,year"); len(got) != 5 || !strings.Contains(got[0].Stratum, ", 20") {
		t.Errorf("it drew %v", got)
	}

	sheet := filepath.Join(dir, "sheet.yaml")
	if r := archiver(t, dir, nil, "sample", "-n", "3", "--output", sheet); r.status != 0 || r.stdout != "" {
		t.Errorf("to a file: %+v", r)
	}
	if r := archiver(t, dir, nil, "sample", "--output", sheet); r.status != 2 || !strings.Contains(r.stderr, "is there already") {
		t.Errorf("over a sheet: %+v", r)
	}
	for _, wrong := range [][]string{{"-n", "0"}, {"--stratify", "sites"}, {"--revisions"}} {
		if r := archiver(t, dir, nil, append([]string{"sample"}, wrong...)...); r.status != 2 {
			t.Errorf("%v: status %d, want 2", wrong, r.status)
		}
	}
}

// Whoever marks what the reader reads agrees with it; what is changed in the marks
// is counted, and named where asked for.
func TestEvalSheet(t *testing.T) {
	dir := t.TempDir()
	madeUp(t, dir, 60)
	r := archiver(t, dir, nil, "sample", "-n", "20")
	releases := readSheet(t, r.stdout)
	reread := archiver(t, dir, nil, "reextract") // so that the archive has what today's reader makes
	if reread.status != 0 && reread.status != 3 {
		t.Fatal(reread.stderr)
	}
	exported := archiver(t, dir, nil, "export", "--format", "jsonl")
	read := map[string]marks.Marks{}
	for line := range strings.Lines(exported.stdout) {
		var record article.Record
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		read[record.ID] = marks.Of(&record)
	}
	var sheet strings.Builder
	for i, entry := range releases {
		entry.Marks = read[entry.ID]
		entry.Marked = i < 18
		switch i {
		case 0:
			entry.Kind = "missing"
		case 1:
			entry.Phones = append(entry.Phones, "0800 555 111")
		}
		data, err := yaml.Marshal(entry)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sheet, "---\n%s", data)
	}
	path := filepath.Join(dir, "sheet.yaml")
	if err := os.WriteFile(path, []byte(sheet.String()), 0o644); err != nil {
		t.Fatal(err)
	}

	r = archiver(t, dir, nil, "eval", path, "--format", "jsonl", "--differences")
	if r.status != 0 || !strings.Contains(r.stderr, "2 releases not marked yet") {
		t.Fatalf("%+v", r)
	}
	lines := map[string]marks.Line{}
	differences := 0
	for line := range strings.Lines(r.stdout) {
		var l marks.Line
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(line, `"by":`) {
			differences++
		} else {
			lines[strings.TrimSpace(l.Field)] = l
		}
	}
	for name, l := range lines {
		missed := 0
		if name == "kind" || name == "phones" {
			missed = 1
		}
		if l.Releases != 18 && l.Releases != 0 && name != "lead" && name != "published" || l.Marked-l.Right != missed {
			t.Errorf("%s: %+v, want 18 releases with %d not found", name, l, missed)
		}
	}
	if len(lines) < 12 || differences != 3 {
		t.Errorf("%d fields and %d differences, want 12 or more and 3:\n%s", len(lines), differences, r.stdout)
	}

	r = archiver(t, dir, nil, "eval", path, "--differences")
	if r.status != 0 || !strings.Contains(r.stdout, "  person alone, phones: 0800 555 111\n") || !strings.Contains(r.stdout, "  person alone, kind: missing\n") {
		t.Errorf("%+v", r)
	}

	// What cannot be scored is said.
	unknown := "id: 0123456789012345678901234567890123456789\nurl: https://a.test/x\nmarked: true\nkind: fraud\n"
	for name, test := range map[string]struct {
		sheet  string
		status int
		says   string
	}{
		"nothing marked":  {"id: abc\n", 1, "set marked to true"},
		"unknown release": {unknown, 3, "not scored: https://a.test/x"},
		"no sheet":        {"id: [", 1, "release 1 of the sheet"},
	} {
		if err := os.WriteFile(path, []byte(test.sheet), 0o644); err != nil {
			t.Fatal(err)
		}
		if r := archiver(t, dir, nil, "eval", path); r.status != test.status || !strings.Contains(r.stderr, test.says) {
			t.Errorf("%s: %+v, want status %d and %q", name, r, test.status, test.says)
		}
	}
	if r := archiver(t, dir, nil, "eval", filepath.Join(dir, "nothere.yaml")); r.status != 1 {
		t.Errorf("no file: %+v", r)
	}
}
