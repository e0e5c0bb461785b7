package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"archiver/article"
	"archiver/demo"
	"archiver/export"
	"archiver/scraper/extract"
	"archiver/store"
	"archiver/warc"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// recordsOf returns all revisions of an archive.
func recordsOf(t *testing.T, path string) []*article.Record {
	t.Helper()
	archive, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := archive.Check(); err != nil {
		t.Error(err)
	}
	var all []*article.Record
	for r, err := range archive.Records(store.Range{}) {
		if err != nil {
			t.Fatal(err)
		}
		revisions, err := archive.Revisions(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, revisions...)
	}
	return all
}

// TestImportWget crawls the demo site with wget, imports what that wrote, and
// compares with what our own crawl has of the same pages.
func TestImportWget(t *testing.T) {
	wget, err := exec.LookPath("wget")
	if err != nil {
		t.Skip("wget is not installed (Debian: apt-get install wget)")
	}
	dir, base := demoSite(t, new(demo.Site))
	if got := archiver(t, dir, nil, "crawl", demo.ID, "--sites", "sites", "--full", "--delay", "0s", "--archive", "crawl.db"); got.status != 0 {
		t.Fatalf("crawl: %+v", got)
	}
	crawled := recordsOf(t, filepath.Join(dir, "crawl.db"))
	var list bytes.Buffer
	for _, r := range crawled {
		fmt.Fprintln(&list, r.URL)
	}
	fmt.Fprintln(&list, base+"/news/mereshire/news/")
	if err := os.WriteFile(filepath.Join(dir, "list"), list.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	fetch := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), wget, append(args, "--quiet", "--no-proxy", "--delete-after", "--input-file=list")...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 8 { // 8: some were not found
			t.Fatalf("wget: %v\n%s", err, out)
		}
	}
	fetch("--warc-file=wget", "--warc-cdx")
	got := archiver(t, dir, nil, "import", "--sites", "sites", "--archive", "wget.db", "wget.warc.gz")
	if want := fmt.Sprintf("archiver: import: %d new, 0 changed, 0 unchanged, 1 no releases\n", len(crawled)); got.status != 0 || got.stderr != want {
		t.Fatalf("import: %+v", got)
	}
	// The listing, which wget does not know of, dates what prints no dateline; the
	// page prints when it was made; headlines come in the order of the day.
	ignore := cmpopts.IgnoreFields(article.Record{}, "FirstSeen", "LastSeen", "LastChanged", "Capture", "Extraction", "Related")
	imported := map[string]*article.Record{}
	for _, r := range recordsOf(t, filepath.Join(dir, "wget.db")) {
		imported[r.URL] = r
		if time.Since(r.Capture.Fetched.Time) > time.Hour || r.Capture.Status != http.StatusOK {
			t.Errorf("%s: got %+v", r.URL, r.Capture)
		}
	}
	for _, want := range crawled {
		if want.Extraction.Fields["published"] == "dateline" {
			if diff := cmp.Diff(want, imported[want.URL], ignore); diff != "" {
				t.Errorf("%s: -crawl +wget:\n%s", want.URL, diff)
			}
		}
	}
	// A second run, which has revisits alone where the page is the same.
	fetch("--warc-file=second", "--warc-dedup=wget.cdx")
	for _, file := range []string{"second.warc.gz", "wget.warc.gz"} {
		got = archiver(t, dir, nil, "import", "--sites", "sites", "--archive", "wget.db", file)
		if want := fmt.Sprintf("archiver: import: 0 new, 0 changed, %d unchanged, 1 no releases\n", len(crawled)); got.status != 0 || got.stderr != want {
			t.Errorf("import of %s: %+v", file, got)
		}
	}
}

// newsPage is a page of a release, whose furniture says n.
func newsPage(url, title, text string, n int, fetched time.Time) article.Page {
	return article.Page{
		URL: url, Status: http.StatusOK, Fetched: fetched,
		Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}},
		Body: fmt.Appendf(nil, "<html><body><nav>Menu %d</nav><main><h1>%s</h1><p>11:39 27/08/2020</p><p><strong>%s</strong></p><p>Officers were called.</p></main></body></html>",
			n, title, text),
	}
}

const (
	latest  = "https://www.kent.police.uk/news/kent/latest/"
	newsURL = latest + "a/"
)

// TestReextractMakesNoRevision has an archive of an older reader, which made
// little of the pages: reading them again, and importing a page with other
// furniture, make no revision; an edit does.
func TestReextractMakesNoRevision(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	archive, err := store.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2020, 9, 1, 12, 0, 0, 0, time.UTC)
	old := func(p article.Page) article.Visit {
		r := &article.Record{
			URL: p.URL, Site: "kent", Status: article.StatusLive, Title: "Old: " + fmt.Sprint(len(p.Body)), Kind: article.KindOther,
			Capture: p.Capture(), Extraction: article.Extraction{Version: "0"},
		}
		r.Fill()
		return article.Visit{Address: article.Address{URL: p.URL, Site: "kent", State: article.StateFetched, Found: noon, Checked: p.Fetched}, Page: &p, Record: r}
	}
	first, second := newsPage(newsURL, "First", "One man was arrested.", 1, noon), newsPage(newsURL, "Second", "Two people were arrested.", 1, noon.Add(time.Hour))
	if _, err := archive.Save(old(first)); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Save(old(second)); err != nil {
		t.Fatal(err)
	}
	titles := func() (titles []string) {
		for _, r := range recordsOf(t, path) {
			titles = append(titles, fmt.Sprint(r.Revision, " ", r.Title))
		}
		return titles
	}
	before := titles()
	if got := archiver(t, dir, nil, "reextract", "--archive", path, "--diff"); got.status != 0 || !strings.Contains(got.stdout, `+ "Second"`) || !slices.Equal(titles(), before) {
		t.Errorf("--diff: %+v, %v", got, titles())
	}
	want := []string{"1 First", "2 Second"}

	// An import reads what it compares with again by itself.
	file := writeWARC(t, dir, newsPage(newsURL, "Second", "Two people were arrested.", 2, noon.Add(2*time.Hour)))
	if got := archiver(t, dir, nil, "import", "--archive", path, file); got.status != 0 || !strings.Contains(got.stderr, "0 new, 0 changed, 1 unchanged") {
		t.Errorf("import: %+v", got)
	}
	if got := titles(); !slices.Equal(got, want) {
		t.Errorf("after the import: got %v, want %v", got, want)
	}
	if got := archiver(t, dir, nil, "reextract", "--archive", path); got.status != 0 || !strings.Contains(got.stderr, "read 2 pages again: 0 records changed") {
		t.Errorf("reextract: %+v", got)
	}
	// Between the two, an edit that nobody has seen so far.
	file = writeWARC(t, dir, newsPage(newsURL, "Between", "One man was arrested.", 1, noon.Add(time.Minute)))
	if got := archiver(t, dir, nil, "import", "--archive", path, file); got.status != 0 || !strings.Contains(got.stderr, "1 changed") {
		t.Errorf("import: %+v", got)
	}
	if got, want := titles(), []string{"1 First", "2 Between", "3 Second"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A page of which the reader makes nothing any more keeps its record.
func TestReextractKeepsWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	archive, err := store.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	p := article.Page{URL: newsURL, Status: http.StatusOK, Fetched: time.Unix(1, 0), Header: map[string][]string{"Content-Type": {"image/png"}}, Body: []byte("PNG")}
	r := &article.Record{URL: newsURL, Site: "kent", Status: article.StatusLive, Title: "Kept", Kind: article.KindOther, Capture: p.Capture()}
	r.Fill()
	visit := article.Visit{Address: article.Address{URL: newsURL, Site: "kent", State: article.StateFetched, Checked: p.Fetched}, Page: &p, Record: r}
	if _, err := archive.Save(visit); err != nil {
		t.Fatal(err)
	}
	got := archiver(t, dir, nil, "reextract", "--archive", path)
	if got.status != statusSomeFailed || !strings.Contains(got.stderr, "its record is as it was") {
		t.Errorf("got %+v", got)
	}
	if all := recordsOf(t, path); len(all) != 1 || all[0].Title != "Kept" {
		t.Errorf("got %v", all)
	}
}

// writeWARC writes pages as another archive would have them.
func writeWARC(t *testing.T, dir string, pages ...article.Page) string {
	t.Helper()
	file, err := os.CreateTemp(dir, "*.warc.gz")
	if err != nil {
		t.Fatal(err)
	}
	out := warc.NewWriter(file)
	for _, p := range pages {
		err := out.Write(warc.Entry{
			Type: warc.TypeResponse, ID: warc.ID(p.URL), Target: p.URL, Date: p.Fetched, ContentType: warc.ContentResponse,
			Block: append(warc.Answer(p.Status, p.Header, p.Body), p.Body...),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}

// TestImportFaults takes what can be taken of a file that is bad in many ways.
func TestImportFaults(t *testing.T) {
	dir := t.TempDir()
	at := time.Date(2020, 9, 1, 12, 0, 0, 0, time.UTC)
	long := newsPage(latest+"long/", "Long", strings.Repeat("x", maxPage), 1, at)
	file := writeWARC(t, dir, newsPage(latest+"one/", "One", "Text of it.", 1, at), long, newsPage(latest+"two/", "Two", "Text of it.", 1, at), newsPage(latest+"three/", "Three", "Text of it.", 1, at))
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data[:len(data)-20], 0o644); err != nil {
		t.Fatal(err)
	}
	got := archiver(t, dir, nil, "import", "--archive", "a.db", file, "nothing.html")
	for _, want := range []string{
		"long/: its body is too long: more than 10 MiB\n", "three/: the file ends in the middle of it\n", "nothing.html: there is no such file\n",
		"import: 2 new, 0 changed, 0 unchanged, 3 failed\n",
	} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("nobody said %q:\n%s", want, got.stderr)
		}
	}
	if got.status != statusSomeFailed || len(recordsOf(t, filepath.Join(dir, "a.db"))) != 2 {
		t.Errorf("got %+v", got)
	}
}

// TestImportReference takes the reference corpus through an archive and back.
func TestImportReference(t *testing.T) {
	samples := os.Getenv("ARCHIVER_REFERENCE")
	if samples == "" {
		t.Skip("ARCHIVER_REFERENCE names no folder: the reference releases are not part of the project")
	}
	dir := t.TempDir()
	got := archiver(t, dir, nil, "import", "--archive", "a.db", filepath.Join(samples, "samples"))
	if got.status != 0 {
		t.Fatalf("got %+v", got)
	}
	all := recordsOf(t, filepath.Join(dir, "a.db"))
	if len(all) < 190 {
		t.Errorf("got %d records", len(all))
	}
	for _, r := range all {
		if r.Revision != 1 || r.Published.IsZero() || r.Title == "" || r.Text == "" || r.Area == "" || r.Capture.Status != 0 {
			t.Errorf("%s: got %q of %v, revision %d", r.URL, r.Title, r.Published, r.Revision)
		}
	}
	if got := archiver(t, dir, nil, "reextract", "--archive", "a.db"); got.status != 0 || !strings.Contains(got.stderr, " 0 records changed") {
		t.Errorf("got %+v", got)
	}
}

// FuzzDocument reads what is not quite a document.
func FuzzDocument(f *testing.F) {
	f.Add("```yaml\nurl: https://www.kent.police.uk/a\ntitle: A | B\n```\n\n11:39 27/08/2020\n\n**Lead**\n\n * one\n * two\n")
	f.Add("```yaml\nurl: https://a.example/\npublish:\n  date: 11:39 27/08/2020\nog: {title: x}\n```\n<script>")
	reader := pageReader{}
	set, err := (&app{}).profiles("")
	if err != nil {
		f.Fatal(err)
	}
	reader.sites = set
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDocument([]byte(text))
		if err != nil {
			return
		}
		p := d.page([]byte(text), time.Unix(1, 0))
		if r, err := reader.read(p, nil); err == nil && (r.URL != d.URL || r.Capture.Status != 0) {
			t.Errorf("got %+v", r)
		} else if err != nil && strings.Contains(err.Error(), "the reader has") {
			t.Error(err)
		}
	})
}

// BenchmarkImport takes a WARC file into an archive, reading and all.
func BenchmarkImport(b *testing.B) {
	dir := b.TempDir()
	var file bytes.Buffer
	size := 0
	const pages = 200
	opts := export.Options{Pages: func(records ...*article.Record) iter.Seq2[*article.Page, error] {
		return func(yield func(*article.Page, error) bool) {
			for _, r := range records {
				p := newsPage(newsURL+r.ID, "Title "+r.ID, strings.Repeat("Officers of team "+r.ID+" were called. ", 100), 1, time.Unix(1, 0))
				size += len(p.Body)
				if !yield(&p, nil) {
					return
				}
			}
		}
	}}
	_, err := export.Write(&file, "warc", func(yield func(*article.Record, error) bool) {
		for n := range pages {
			if !yield(&article.Record{ID: fmt.Sprint(n), URL: newsURL + fmt.Sprint(n)}, nil) {
				return
			}
		}
	}, opts)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	for n := 0; b.Loop(); n++ {
		set, err := (&app{}).profiles("")
		if err != nil {
			b.Fatal(err)
		}
		archive, err := store.Create(filepath.Join(dir, fmt.Sprint(n)))
		if err != nil {
			b.Fatal(err)
		}
		var said bytes.Buffer
		i := &importer{
			app: &app{stdin: bytes.NewReader(file.Bytes()), stderr: &said}, archive: archive,
			reader: pageReader{Extractor: extract.Extractor{}, sites: set}, originals: map[string]place{},
		}
		if err := i.run(context.Background(), []string{"-"}, false); err != nil || i.new != pages {
			b.Fatal(err, said.String())
		}
	}
}

// The notes of a WARC file and the fields of a change have names that programs
// rely on.
func TestChangeNames(t *testing.T) {
	got, err := json.Marshal(change{Field: "title", Old: raw(""), New: raw(`"x"`)})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"id":"","url":"","revision":0,"field":"title","old":null,"new":"x"}`; string(got) != want {
		t.Errorf("got %s", got)
	}
}
