package export_test

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archiver/article"
	"archiver/export"
	"archiver/warc"
)

// pagesBy makes what an archive has as the pages of records.
func pagesBy(page func(id string, revision int) (*article.Page, error)) func(...*article.Record) iter.Seq2[*article.Page, error] {
	return func(records ...*article.Record) iter.Seq2[*article.Page, error] {
		return func(yield func(*article.Page, error) bool) {
			for _, r := range records {
				if p, err := page(r.ID, r.Revision); !yield(p, err) || err != nil {
					return
				}
			}
		}
	}
}

// pageOf stands for an archive: every record has a page.
func pageOf(id string, revision int) (*article.Page, error) {
	return &article.Page{
		URL: "https://www.northmarsh.example/news/" + id, Status: 200,
		Header:  map[string][]string{"Content-Type": {"text/html"}, "X-Twice": {"a", "b"}},
		Fetched: time.Date(2024, 5, 31, 10, 0, revision, 123456789, time.UTC),
		Body:    []byte("<html><p>" + strings.Repeat("A page. ", 1000)),
	}, nil
}

// TestWARC writes pages and reads them back by the package that reads any WARC
// file.
func TestWARC(t *testing.T) {
	pages := map[int]*article.Page{
		1: {
			URL: "https://a.example/old", FinalURL: "https://a.example/new?q=1", Moved: true, Status: 200,
			Header: map[string][]string{
				"Content-Type": {"text/html"}, "Content-Length": {"3"}, "Content-Encoding": {"gzip"}, "Set-Cookie": {"a=1", "b=2"},
				"X-Folded": {"one\r\ntwo"},
			},
			Fetched: time.Date(2024, 5, 31, 10, 0, 0, 123456789, time.UTC),
			Body:    []byte("<p>first"),
			Card:    article.Card{Title: "First", From: article.FromFeed, Source: "https://a.example/feed", PublishedText: "11:00 31/05/2024"},
		},
		2: {URL: "https://a.example/new?q=1", Status: 200, Fetched: time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC), Body: []byte("<p>second")},
		3: {URL: "https://a.example/new?q=1", Status: 200, Fetched: time.Date(2024, 6, 2, 0, 0, 0, 5000000, time.UTC), Body: []byte("<p>first")},
		4: {URL: "https://a.example/new?q=1", Header: map[string][]string{"Content-Type": {"text/markdown"}}, Fetched: time.Date(2024, 6, 3, 0, 0, 0, 0, time.UTC), Body: []byte("# Document")},
	}
	opts := export.Options{Pages: pagesBy(func(_ string, revision int) (*article.Page, error) { return pages[revision], nil })}
	var recs []*article.Record
	for revision := range len(pages) {
		recs = append(recs, &article.Record{ID: "x", URL: "https://a.example/new?q=1", Revision: revision + 1})
	}
	file := write(t, "warc", opts, recs...)
	if again := write(t, "warc", opts, recs...); again != file {
		t.Error("the same pages gave another file")
	}

	var got []string
	ids := map[string]bool{}
	bodies := map[string]string{}
	in := warc.NewReader(strings.NewReader(file))
	var notes export.WARCNotes
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if id := r.Header.Get(warc.FieldID); ids[id] {
			t.Errorf("%s is the id of two records", id)
		} else {
			ids[id] = true
		}
		line := r.Type + " " + r.Header.Get(warc.FieldDate) + " " + r.Target()
		switch r.Type {
		case warc.TypeResponse, warc.TypeRevisit:
			resp, err := r.Response(100)
			if err != nil {
				t.Fatal(err)
			}
			bodies[r.Header.Get(warc.FieldID)] = string(resp.Body)
			line += fmt.Sprintf(" %d %q", resp.Status, resp.Body)
			if first := r.Header.Get(warc.FieldRefersTo); first != "" {
				line += " is " + bodies[first] + " of " + r.Header.Get(warc.FieldRefersDate)
			}
			if r.Target() == "https://a.example/new?q=1" && len(resp.Header) > 1 {
				want := map[string][]string{
					"Content-Type": {"text/html"}, "X-Archive-Orig-Content-Length": {"3"}, "X-Archive-Orig-Content-Encoding": {"gzip"},
					"Set-Cookie": {"a=1", "b=2"}, "X-Folded": {"one two"},
				}
				if diff := cmp.Diff(want, resp.Header); diff != "" {
					t.Errorf("header: -want +got:\n%s", diff)
				}
			}
		case warc.TypeResource, warc.TypeRequest:
			block, err := r.Payload(100)
			if err != nil {
				t.Fatal(err)
			}
			line += fmt.Sprintf(" %q", block)
		case warc.TypeMetadata:
			block, err := r.Payload(1000)
			if err != nil {
				t.Fatal(err)
			}
			var ok bool
			notes, ok = export.ReadNotes(block)
			line += fmt.Sprint(" ", ok, " asked ", notes.Asked, " ", notes.Card.Title)
		}
		got = append(got, line)
	}
	want := []string{
		`warcinfo 2024-05-31T10:00:00.123456789Z `,
		`request 2024-05-31T10:00:00.123456789Z https://a.example/new?q=1 "GET /new?q=1 HTTP/1.1\r\nHost: a.example\r\n\r\n"`,
		`metadata 2024-05-31T10:00:00.123456789Z https://a.example/new?q=1 true asked https://a.example/old First`,
		`response 2024-05-31T10:00:00.123456789Z https://a.example/new?q=1 200 "<p>first"`,
		`request 2024-06-01T00:00:00Z https://a.example/new?q=1 "GET /new?q=1 HTTP/1.1\r\nHost: a.example\r\n\r\n"`,
		`metadata 2024-06-01T00:00:00Z https://a.example/new?q=1 true asked  `,
		`response 2024-06-01T00:00:00Z https://a.example/new?q=1 200 "<p>second"`,
		`request 2024-06-02T00:00:00.005Z https://a.example/new?q=1 "GET /new?q=1 HTTP/1.1\r\nHost: a.example\r\n\r\n"`,
		`metadata 2024-06-02T00:00:00.005Z https://a.example/new?q=1 true asked  `,
		`revisit 2024-06-02T00:00:00.005Z https://a.example/new?q=1 200 "" is <p>first of 2024-05-31T10:00:00.123456789Z`,
		`metadata 2024-06-03T00:00:00Z https://a.example/new?q=1 true asked  `,
		`resource 2024-06-03T00:00:00Z https://a.example/new?q=1 "# Document"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestWARCOfNothing holds that a file without pages is a WARC file.
func TestWARCOfNothing(t *testing.T) {
	file := write(t, "warc", export.Options{Pages: pagesBy(pageOf)})
	in := warc.NewReader(strings.NewReader(file))
	if r, err := in.Next(); err != nil || r.Type != warc.TypeWarcinfo {
		t.Fatalf("got %+v, %v, want a warcinfo", r, err)
	}
	if _, err := in.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v after it", err)
	}
}

func TestNotesBack(t *testing.T) {
	p := article.Page{
		URL: "https://a.example/old", FinalURL: "https://a.example/new", Moved: true,
		Card: article.Card{Title: "A \"title\"\nof two lines", Published: time.Date(2024, 5, 31, 10, 0, 0, 0, time.UTC), Source: "https://a.example/feed"},
	}
	file := write(t, "warc", export.Options{Pages: pagesBy(func(string, int) (*article.Page, error) {
		p := p
		p.Status, p.Fetched = 200, time.Unix(1, 0)
		return &p, nil
	})}, &article.Record{URL: "https://a.example/new"})
	in := warc.NewReader(strings.NewReader(file))
	for {
		r, err := in.Next()
		if err != nil {
			t.Fatal(err)
		}
		if r.Type != warc.TypeMetadata {
			continue
		}
		block, err := r.Payload(10000)
		if err != nil {
			t.Fatal(err)
		}
		notes, ok := export.ReadNotes(block)
		if diff := cmp.Diff(p, notes.Apply(article.Page{URL: r.Target()})); diff != "" || !ok {
			t.Errorf("%v: -want +got:\n%s", ok, diff)
		}
		return
	}
}

func TestWARCWithoutPages(t *testing.T) {
	r := release("a", 1)
	if _, err := export.Write(io.Discard, "warc", records(r), export.Options{}); err == nil || !strings.Contains(err.Error(), "needs the pages") {
		t.Errorf("got %v", err)
	}
	missing := export.Options{Pages: pagesBy(func(string, int) (*article.Page, error) { return nil, article.ErrNotFound })}
	if _, err := export.Write(io.Discard, "warc", records(r), missing); !errors.Is(err, article.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestWARCReader reads a file with warcio.js, which is not ours: its records are whole,
// lead to each other, and have the pages' words, whatever these are.
func TestWARCReader(t *testing.T) {
	if testing.Short() {
		t.Skip("starts node")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	if _, err := os.Stat("../tools/readers/node_modules/warcio"); err != nil {
		t.Skip("warcio is not installed (npm ci --prefix tools/readers)")
	}
	var recs []*article.Record
	var bodies []string
	for i, r := range hostileReleases() {
		bodies = append(bodies, fmt.Sprintf("<html><h1>%s</h1><p>%s\x00\r\n\r\nWARC/1.1\r\n", strings.ToValidUTF8(r.Title, "?"), strings.ToValidUTF8(r.Text, "?")))
		recs = append(recs, &article.Record{ID: fmt.Sprint(i), URL: fmt.Sprintf("https://www.northmarsh.example/news/%d", i), Revision: 1})
	}
	again := *recs[len(recs)-1] // its page comes again: a revisit
	again.Revision = 2
	recs = append(recs, &again)
	file := filepath.Join(t.TempDir(), "a.warc.gz")
	toPath(t, file, "warc", export.Options{Pages: pagesBy(func(id string, revision int) (*article.Page, error) {
		i, err := strconv.Atoi(id)
		if err != nil {
			return nil, err
		}
		return &article.Page{
			URL: recs[i].URL, Status: 200, Header: map[string][]string{"Content-Type": {"text/html; charset=utf-8"}},
			Fetched: time.Date(2024, 5, 31, 10, 0, revision, 0, time.UTC), Body: []byte(bodies[i]),
		}, nil
	})}, recs)

	var got []struct {
		Type, Status, Body string
		Headers, HTTP      map[string]string
	}
	decode(t, exec.Command(node, "../tools/readers/warc.mjs", file), &got)
	types := map[string]int{}
	first := map[string]string{} // ids of responses, by target
	for _, r := range got {
		types[r.Type]++
		target := r.Headers["warc-target-uri"]
		switch r.Type {
		case warc.TypeResponse:
			i, err := strconv.Atoi(target[strings.LastIndexByte(target, '/')+1:])
			if err != nil {
				t.Fatal(err)
			}
			if r.Body != bodies[i] || !strings.HasPrefix(r.Status, "HTTP/1.1 200") || r.HTTP["content-type"] != "text/html; charset=utf-8" {
				t.Errorf("%s: got %q, %v and %q, want %q", target, r.Status, r.HTTP, r.Body, bodies[i])
			}
			first[target] = r.Headers["warc-record-id"]
		case warc.TypeRevisit:
			if r.Headers["warc-refers-to"] != first[target] || first[target] == "" {
				t.Errorf("%s: a revisit of %q, want %q", target, r.Headers["warc-refers-to"], first[target])
			}
		}
	}
	want := map[string]int{"warcinfo": 1, "request": len(recs), "metadata": len(recs), "response": len(recs) - 1, "revisit": 1}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
