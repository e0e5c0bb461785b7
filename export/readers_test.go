package export_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/export"
	"archiver/invented"
)

// What is exported is read here with programs that nobody of this project wrote.
// Each runs once over all there is. Where one is not there, its test is skipped.

// some are invented releases of many forms.
func some(n int) []*article.Record {
	var list []*article.Record
	for r := range invented.Records(n) {
		r.Capture.Fetched = r.LastChanged
		list = append(list, r)
	}
	return list
}

func toPath(t *testing.T, path, format string, opts export.Options, list []*article.Record) {
	t.Helper()
	if n, err := export.To(t.Context(), path, nil, format, records(list...), opts); err != nil || n != len(list) {
		t.Fatalf("%s: %d records, %v", format, n, err)
	}
}

// TestReadersAreLocked holds that npm ci takes the lock of tools/readers: every
// package that one in it needs, also on other systems, is in it.
func TestReadersAreLocked(t *testing.T) {
	data, err := os.ReadFile("../tools/readers/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Dependencies, OptionalDependencies map[string]string }
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		t.Fatal(err)
	}
	for name, p := range lock.Packages {
		for _, needs := range []map[string]string{p.Dependencies, p.OptionalDependencies} {
			for needed := range needs {
				if _, ok := lock.Packages["node_modules/"+needed]; !ok {
					t.Errorf("%q needs %s, which is not locked", name, needed)
				}
			}
		}
	}
	if len(lock.Packages) < 2 {
		t.Error("nothing is locked")
	}
}

// TestPythonReaders reads Word documents with python-docx and feeds with
// feedparser: the words are those that went in, nothing in them is live.
func TestPythonReaders(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Python over a batch of files")
	}
	const python = "/usr/bin/python3" // Debian's, which has Debian's modules
	if err := exec.Command(python, "-c", "import docx, feedparser").Run(); err != nil {
		t.Skip("needs python3-docx and python3-feedparser of Debian")
	}
	for name, list := range map[string][]*article.Record{"hostile": hostileReleases(), "invented": some(20), "one": hostileReleases()[:1], "none": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			told, err := json.Marshal(append([]told{}, toldOf(list)...))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "told.json"), told, 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"testdata/readers.py", filepath.Join(dir, "told.json")}
			add := func(file, format string, opts export.Options) {
				path := filepath.Join(dir, file)
				toPath(t, path, format, opts, list)
				args = append(args, path)
			}
			add("all.docx", "docx", export.Options{})
			add("rss.xml", "rss", export.Options{})
			add("atom.xml", "rss", export.Options{Feed: "atom"})
			add("feed.json", "rss", export.Options{Feed: "json"})
			out, err := exec.Command(python, args...).CombinedOutput()
			if err != nil || len(out) > 0 {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestEpubcheck holds that an e-book of hostile releases among others is valid.
func TestEpubcheck(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a Java machine")
	}
	checker, err := exec.LookPath("epubcheck")
	if err != nil {
		t.Skip("needs epubcheck")
	}
	if _, err := exec.LookPath("java"); err != nil {
		t.Skip("needs Java")
	}
	undated := release("undated", 1)
	undated.Published = article.Time{}
	list := append(append(some(15), hostileReleases()...), undated)
	path := filepath.Join(t.TempDir(), "all.epub")
	toPath(t, path, "epub", export.Options{}, list)
	out, err := java(checker, path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "No errors or warnings detected") {
		t.Errorf("%v\n%s", err, out)
	}
}

// java makes a command of a program that runs once: to compile it well and to
// collect its garbage in parallel would take longer than it runs.
func java(jar string, args ...string) *exec.Cmd {
	return exec.Command("java", append([]string{"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m", "-jar", jar}, args...)...)
}

// TestHTMLValidator holds that the pages of a site are valid HTML.
func TestHTMLValidator(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a Java machine")
	}
	jar, err := filepath.Abs("../tools/readers/node_modules/vnu-jar/build/dist/vnu.jar")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(jar); err != nil {
		t.Skip("needs the validator: npm ci --prefix tools/readers")
	}
	if _, err := exec.LookPath("java"); err != nil {
		t.Skip("needs Java")
	}
	dir := t.TempDir()
	toPath(t, filepath.Join(dir, "all"), "html", export.Options{AllRevisions: true}, append(withRevisions(some(12)), hostileReleases()...))
	toPath(t, filepath.Join(dir, "none"), "html", export.Options{}, nil)
	for _, site := range []string{"all", "none"} { // which is no page
		if err := os.Remove(filepath.Join(dir, site, ".archiver-export")); err != nil {
			t.Fatal(err)
		}
	}
	out, err := java(jar, "--also-check-css", "--stdout",
		"--filterpattern", ".*Unicode Normalization Form C.*|.*appears to be written in.*", // words stay as they were published
		dir).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, strings.ReplaceAll(string(out), dir, ""))
	}
}

// withRevisions gives every third release an earlier revision.
func withRevisions(list []*article.Record) []*article.Record {
	var all []*article.Record
	for i, r := range list {
		if i%3 == 0 {
			first, second := *r, *r
			first.Title, first.Revision, second.Revision = "Earlier: "+r.Title, 1, 2
			all = append(all, &first, &second)
			continue
		}
		all = append(all, r)
	}
	return all
}
