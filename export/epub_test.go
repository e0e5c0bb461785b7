package export_test

import (
	"archive/zip"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"archiver/article"
	"archiver/export"
)

// unzip returns the files of a container, and their names in order. All that is
// XML has to be well-formed.
func unzip(t *testing.T, data string) (map[string]string, []string) {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	var names []string
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if f.Name != "mimetype" && !strings.HasSuffix(f.Name, ".css") {
			d := xml.NewDecoder(strings.NewReader(string(content)))
			for err == nil {
				_, err = d.Token()
			}
			if !errors.Is(err, io.EOF) {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
		files[f.Name] = string(content)
		names = append(names, f.Name)
	}
	return files, names
}

func TestEpub(t *testing.T) {
	a, b, c, d := release("a", 1), release("b", 2), release("c", 3), release("undated", 4)
	b.Published = article.At(b.Published.AddDate(0, 1, 0))
	c.Published = article.At(c.Published.AddDate(1, 0, 0))
	c.LastChanged = article.At(c.Published.AddDate(0, 0, 1))
	d.Published = article.Time{}
	book := write(t, "epub", export.Options{}, a, b, c, d)
	// The first file is what says what the others are: 30 bytes of header, the name,
	// the type as it is.
	if got := book[30:58]; got != "mimetypeapplication/epub+zip" || binary.LittleEndian.Uint16([]byte(book[28:])) != 0 {
		t.Errorf("begins %q", book[:60])
	}
	files, names := unzip(t, book)
	if want := []string{
		"mimetype", "META-INF/container.xml", "EPUB/style.css", "EPUB/text/r000001.xhtml", "EPUB/text/r000002.xhtml", "EPUB/text/r000003.xhtml",
		"EPUB/text/r000004.xhtml", "EPUB/title.xhtml", "EPUB/nav.xhtml", "EPUB/package.opf",
	}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	wantNav := strings.Join([]string{
		`<li><a href="title.xhtml">Title page</a></li>`,
		`<li><span>2024</span>`, `<ol>`, `<li><span>May 2024</span>`, `<ol>`, `<li><a href="text/r000001.xhtml">1 May: Of a</a></li>`, `</ol>`, `</li>`,
		`<li><span>June 2024</span>`, `<ol>`, `<li><a href="text/r000002.xhtml">2 June: Of b</a></li>`, `</ol>`, `</li>`, `</ol>`, `</li>`,
		`<li><span>2025</span>`, `<ol>`, `<li><span>May 2025</span>`, `<ol>`, `<li><a href="text/r000003.xhtml">3 May: Of c</a></li>`, `</ol>`, `</li>`, `</ol>`, `</li>`,
		`<li><span>Time unknown</span>`, `<ol>`, `<li><a href="text/r000004.xhtml">Of undated</a></li>`, `</ol>`, `</li>`, `</ol>`, `</nav>`,
	}, "\n")
	if !strings.Contains(files["EPUB/nav.xhtml"], wantNav) {
		t.Errorf("contents: %s", files["EPUB/nav.xhtml"])
	}
	for _, want := range []string{
		"<dc:language>en-GB</dc:language>", `<meta property="dcterms:modified">2025-05-04T08:30:00Z</meta>`, "<dc:source>https://www.northmarsh.example/</dc:source>",
		"<dc:title>northmarsh news, 1 May 2024 to 3 May 2025</dc:title>", "<dc:rights>The texts are the copyright",
	} {
		if !strings.Contains(files["EPUB/package.opf"], want) {
			t.Errorf("the package has no %s\n%s", want, files["EPUB/package.opf"])
		}
	}
	for _, want := range []string{"<h1>Of c</h1>", "Saturday 3 May 2025, 09:30", `<a href="` + c.URL + `"`, "‘Of c’"} {
		if !strings.Contains(files["EPUB/text/r000003.xhtml"], want) {
			t.Errorf("the chapter has no %s\n%s", want, files["EPUB/text/r000003.xhtml"])
		}
	}
}

func identifier(t *testing.T, list ...*article.Record) string {
	files, _ := unzip(t, write(t, "epub", export.Options{}, list...))
	_, rest, _ := strings.Cut(files["EPUB/package.opf"], `<dc:identifier id="id">`)
	id, _, _ := strings.Cut(rest, "<")
	return id
}

func TestEpubIdentifier(t *testing.T) {
	a, b := release("a", 1), release("b", 2)
	if id := identifier(t, a, b); id != identifier(t, a, b) || id == identifier(t, a) || !strings.HasPrefix(id, "urn:uuid:") {
		t.Errorf("got %q", id)
	}
}

func TestEpubOfNothing(t *testing.T) {
	files, _ := unzip(t, write(t, "epub", export.Options{}))
	if !strings.Contains(files["EPUB/title.xhtml"], "No release is selected.") || strings.Contains(files["EPUB/package.opf"], "itemref idref=\"r") {
		t.Errorf("got %q", files)
	}
}

// TestContainersNameNothing holds that no name in a container is made of what a
// release says, and that what is live in a document is an address of the web.
func TestContainersNameNothing(t *testing.T) {
	for _, format := range []string{"epub", "docx"} {
		files, names := unzip(t, write(t, format, export.Options{}, hostileReleases()...))
		for _, name := range names {
			if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/.[]") != "" || strings.Contains(name, "..") {
				t.Errorf("%s: %q", format, name)
			}
		}
		for name, data := range files {
			for _, live := range []string{"<script", "<img", "href=\"javascript:", "Target=\"javascript:", "w:instr=\" PAGE \\*", "<x>"} {
				if strings.Contains(data, live) {
					t.Errorf("%s: %s has %s", format, name, live)
				}
			}
		}
	}
}
