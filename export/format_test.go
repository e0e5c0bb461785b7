package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"archiver/article"
)

// The table carries formats of other shapes than those it has: one that fills a
// folder as it likes, and one that must seek in a file.

// pages is a folder with a page for each record and an index of them.
type pages struct {
	dir *folder
	n   int
}

func (e *pages) Encode(r *article.Record) error {
	e.n++
	return e.dir.write(fmt.Sprintf("page/%d.html", e.n), owner{}, []byte(r.Title))
}

func (e *pages) Close(cause error) error {
	if cause != nil {
		return nil
	}
	return e.dir.write("index.html", owner{}, fmt.Append(nil, e.n))
}

// database writes the number of records at the beginning of its file.
type database struct {
	w    io.Writer
	file *os.File
	n    int
}

func openDatabase(t target, _ Options) (Encoder, error) {
	file, err := os.CreateTemp("", "*.db")
	return &database{w: t.stream, file: file}, err
}

func (e *database) Encode(r *article.Record) error {
	e.n++
	_, err := e.file.WriteAt([]byte(r.Title), int64(e.n))
	return err
}

func (e *database) Close(cause error) error {
	defer os.Remove(e.file.Name())
	if cause == nil {
		_, err := e.file.WriteAt(fmt.Append(nil, e.n), 0)
		_, copyErr := io.Copy(e.w, io.NewSectionReader(e.file, 0, 1<<20))
		cause = errors.Join(err, copyErr)
	}
	return errors.Join(cause, e.file.Close())
}

func yieldTitles(titles ...string) func(func(*article.Record, error) bool) {
	return func(yield func(*article.Record, error) bool) {
		for _, title := range titles {
			var err error
			if title == "" {
				err = io.ErrUnexpectedEOF
			}
			if !yield(&article.Record{Title: title}, err) {
				return
			}
		}
	}
}

func TestFolderFormat(t *testing.T) {
	f := Format{Name: "html", Layout: Folder, open: func(t target, _ Options) (Encoder, error) { return &pages{dir: t.folder}, nil }}
	dir := filepath.Join(t.TempDir(), "site.html")
	if n, err := f.to(t.Context(), dir, nil, yieldTitles("a", "b"), Options{}); n != 2 || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	for name, want := range map[string]string{"page/1.html": "a", "page/2.html": "b", "index.html": "2"} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := f.to(t.Context(), "-", io.Discard, yieldTitles("a"), Options{}); err == nil || err.Error() != "format html fills a folder: name one to write to" {
		t.Errorf("got %v for stdout", err)
	}
	if _, err := f.to(t.Context(), filepath.Join(dir, "index.html"), nil, yieldTitles("a"), Options{}); err == nil {
		t.Error("no error for a file")
	}
}

func TestFormatThatSeeks(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	f := Format{Name: "db", Extension: ".db", Layout: File, open: openDatabase}
	path := filepath.Join(t.TempDir(), "a.db")
	if n, err := f.to(t.Context(), path, nil, yieldTitles("a", "b"), Options{}); n != 2 || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "2ab" {
		t.Errorf("got %q, %v", got, err)
	}
	var buf bytes.Buffer
	if n, err := f.to(t.Context(), "-", &buf, yieldTitles("c", ""), Options{}); n != 1 || !errors.Is(err, io.ErrUnexpectedEOF) || buf.Len() > 0 {
		t.Errorf("got %d, %v, %q", n, err, buf.String())
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("temporary files were left: %v, %v", left, err)
	}
}
