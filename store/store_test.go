package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"archiver/article"
	"archiver/store"

	"go.etcd.io/bbolt"
)

// create makes an archive that is checked when the test ends.
func create(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Create(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Check(); err != nil {
			t.Errorf("after the test: %v", err)
		}
	})
	return s
}

// inBubble runs a test in a bubble of synctest. What compresses is one for all
// tests, and holds channels: it is used before, or these would be the bubble's.
func inBubble(t *testing.T, test func(*testing.T)) {
	t.Helper()
	s := create(t)
	save(t, s, visit(1, "Text.", noon))
	record(t, s, urlOf(1))
	synctest.Test(t, test)
}

// noon is a time in summer, when London is an hour before UTC.
var noon = time.Date(2026, 6, 1, 11, 0, 0, 0, time.UTC)

func urlOf(n int) string { return fmt.Sprintf("https://www.x.test/news/x/news/2026/%d/", n) }

// visit is what a look at an article brings: an address, a page and a record
// that says text. It is published n minutes after noon.
func visit(n int, text string, fetched time.Time) article.Visit {
	return visitOf(urlOf(n), urlOf(n), fmt.Sprintf("Appeal %d", n), text, noon.Add(time.Duration(n)*time.Minute), fetched)
}

// visitOf is a visit of an address that moved for good if final is another.
func visitOf(url, final, title, text string, published, fetched time.Time) article.Visit {
	p := &article.Page{
		URL: url, Status: 200, Fetched: fetched,
		Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}, "Date": {fetched.Format(time.RFC1123)}},
		Body:   fmt.Appendf(nil, "<!-- %v --><h1>%s</h1><p>%s</p>", fetched, title, text),
	}
	if final != url {
		p.FinalURL, p.Moved = final, true
	}
	r := &article.Record{
		URL: final, Site: "x", Force: "Exshire Police", Area: "Exshire", Status: article.StatusLive,
		Title: title, PageTitle: title + " | Exshire Police", Published: article.At(published), Kind: article.KindAppeal,
		Blocks:  []article.Block{{Kind: article.BlockParagraph, Text: text, Lead: true, Markdown: text}},
		Related: []article.Headline{{Title: fmt.Sprint("Of ", fetched), URL: "https://www.x.test/news/other/"}},
		Capture: p.Capture(),
	}
	if !published.IsZero() {
		r.PublishedText = published.In(article.London).Format("15:04 02/01/2006")
	}
	r.Fill()
	return article.Visit{
		Address: article.Address{URL: url, Site: "x", State: article.StateFetched, Found: noon, Checked: fetched},
		Page:    p, Record: r,
	}
}

// known is a visit without a page.
func known(url string, state article.State, checked time.Time) article.Visit {
	return article.Visit{Address: article.Address{URL: url, Site: "x", State: state, Found: checked, Checked: checked}}
}

func save(t testing.TB, s *store.Store, visits ...article.Visit) {
	t.Helper()
	if _, err := s.Save(visits...); err != nil {
		t.Fatal(err)
	}
}

func record(t testing.TB, s *store.Store, ref string) *article.Record {
	t.Helper()
	r, err := s.Record(ref)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func address(t testing.TB, s *store.Store, url string) article.Address {
	t.Helper()
	a, err := s.Address(url)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// files lists a folder with the contents of its files.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found[e.Name()] = string(data)
	}
	return found
}

func TestOpenMissing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	_, err := store.Open(path)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v, want an error that is fs.ErrNotExist", err)
	}
	for _, want := range []string{"archive " + path + ": not found", "archiver crawl", "--archive"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want it to say %q", err, want)
		}
	}
	if got := files(t, dir); len(got) > 0 {
		t.Errorf("opening made files: %v", got)
	}
}

func TestOpenLeavesNothing(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", noon))
	path := filepath.Join(t.TempDir(), "copy.db")
	data, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	copied, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	record(t, copied, urlOf(1))
	if err := copied.Check(); err != nil {
		t.Error(err)
	}
	if got := files(t, filepath.Dir(path)); len(got) != 1 || got["copy.db"] != string(data) {
		t.Errorf("reading left %d files, or a changed one", len(got))
	}
}

func TestCreateAgain(t *testing.T) {
	s := create(t)
	save(t, s, visit(1, "One.", noon))
	again, err := store.Create(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	record(t, again, urlOf(1))
}

func TestCreateOverEmptyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := store.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, visit(1, "One.", noon))
}

func TestCreateNowhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	_, err := store.Create(filepath.Join(dir, "a.db"))
	if want := "make the folder " + dir + " first"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want it to say %q", err, want)
	}
}

// Files that are no archives are refused by all that open files, and stay as
// they are.
func TestNotArchive(t *testing.T) {
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	db, err := bbolt.Open(foreign, 0o644, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("meta")); return err }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"text":    "It is not an archive.\n",
		"long":    strings.Repeat("It is not an archive.\n", 1000),
		"zeros":   strings.Repeat("\x00", 20000),
		"foreign": string(other),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a.db")
			if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Open(path); !errors.Is(err, store.ErrNotArchive) {
				t.Errorf("Open: got %v, want ErrNotArchive", err)
			}
			if _, err := store.Create(path); !errors.Is(err, store.ErrNotArchive) {
				t.Errorf("Create: got %v, want ErrNotArchive", err)
			}
			if got := files(t, dir); len(got) != 1 || got["a.db"] != data {
				t.Error("the file was changed, or others were made")
			}
		})
	}
	t.Run("empty", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.db")
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(path); !errors.Is(err, store.ErrNotArchive) {
			t.Errorf("got %v, want ErrNotArchive", err)
		}
	})
	t.Run("folder", func(t *testing.T) {
		if _, err := store.Open(t.TempDir()); !errors.Is(err, store.ErrNotArchive) {
			t.Errorf("Open: got %v, want ErrNotArchive", err)
		}
		if _, err := store.Create(t.TempDir()); !errors.Is(err, store.ErrNotArchive) {
			t.Errorf("Create: got %v, want ErrNotArchive", err)
		}
	})
}

// setSchema writes a version into an archive as if another program had made it.
func setSchema(t *testing.T, path, version string) {
	t.Helper()
	db, err := bbolt.Open(path, 0o644, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte(version))
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNewerSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if _, err := store.Create(path); err != nil {
		t.Fatal(err)
	}
	setSchema(t, path, "7")
	for name, open := range map[string]func(string) (*store.Store, error){"Open": store.Open, "Create": store.Create} {
		_, err := open(path)
		if !errors.Is(err, store.ErrNewerSchema) {
			t.Errorf("%s: got %v, want ErrNewerSchema", name, err)
		} else if !strings.Contains(err.Error(), "schema is 7") || !strings.Contains(err.Error(), "install a newer version") {
			t.Errorf("%s: %q does not say which, and what to do", name, err)
		}
	}
	setSchema(t, path, "one")
	if _, err := store.Open(path); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
}

// An archive that is replaced while it is in use is looked at again.
func TestReplaced(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Create(filepath.Join(dir, "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte(strings.Repeat("other ", 9999)), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, s.Path()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(visit(1, "One.", noon)); !errors.Is(err, store.ErrNotArchive) {
		t.Errorf("Save: got %v, want ErrNotArchive", err)
	}
	if err := os.Remove(s.Path()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save(visit(1, "One.", noon)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Save: got %v, want fs.ErrNotExist", err)
	}
	if _, err := os.Stat(s.Path()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("saving made the file again: %v", err)
	}
}

// A program that keeps the file open for long is waited for, but not forever.
func TestBusy(t *testing.T) { inBubble(t, testBusy) }

func testBusy(t *testing.T) {
	s := create(t)
	db, err := bbolt.Open(s.Path(), 0o644, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	want := "another program has kept it open for 1m0s"
	for name, do := range map[string]func() error{
		"Save":   func() error { _, err := s.Save(visit(1, "One.", noon)); return err },
		"Record": func() error { _, err := s.Record(urlOf(1)); return err },
	} {
		start := time.Now()
		if err := do(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want it to say %q", name, err, want)
		}
		if took := time.Since(start); took < time.Minute-time.Second || took > time.Minute+time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
	}
}
