package export_test

import (
	"strings"
	"testing"

	"archiver/article"
	"archiver/export"
)

// document returns the main part of a Word document, a paragraph on each line.
func document(t *testing.T, list ...*article.Record) (string, map[string]string) {
	t.Helper()
	files, _ := unzip(t, write(t, "docx", export.Options{}, list...))
	return strings.ReplaceAll(files["word/document.xml"], "</w:p>", "</w:p>\n"), files
}

func TestDocx(t *testing.T) {
	r := release("a", 1)
	r.Force, r.Capture.Fetched, r.Capture.SHA256 = "Northmarsh Constabulary", r.Published, "abc"
	r.Blocks = append(r.Blocks,
		article.Block{Kind: article.BlockHeading, Text: "Advice"},
		article.Block{Kind: article.BlockList, Text: "b\nc\nd", Items: []string{"b\nc", "d"}},
		article.Block{Kind: article.BlockList, Text: "e", Items: []string{"e"}, Ordered: true},
		article.Block{Kind: article.BlockList, Text: "f", Items: []string{"f"}, Ordered: true},
		article.Block{Kind: article.BlockParagraph, Text: "PC Quill said: “Wait for us here.”"},
		article.Block{Kind: article.BlockParagraph, Text: "PC Quill, who has been here for years, said: “Wait.”"},
		article.Block{Kind: article.BlockParagraph, Text: "See our page", Markdown: "See [our _page_](https://www.northmarsh.example/?a=1&b=2)"},
		article.Block{Kind: article.BlockTable, Text: "a | b\nc"},
	)
	r.Quotes = []article.Quote{{Spans: []article.Span{{5, 15, 34}, {6, 45, 52}}}}
	got, files := document(t, r)
	for _, want := range []string{
		`<w:pStyle w:val="Title"/></w:pPr><w:bookmarkStart w:id="1" w:name="_Toc000001"/><w:r><w:t xml:space="preserve">Of a</w:t></w:r>`,
		`<w:pStyle w:val="Dateline"/></w:pPr><w:r><w:t xml:space="preserve">Northmarsh Constabulary · News</w:t></w:r>`,
		`<w:pStyle w:val="Dateline"/></w:pPr><w:r><w:t xml:space="preserve">Wednesday 1 May 2024, 09:30</w:t></w:r>`,
		`<w:pStyle w:val="Lead"/></w:pPr><w:r><w:t xml:space="preserve">A release named a.</w:t></w:r>`,
		`<w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t xml:space="preserve">Advice</w:t></w:r>`,
		`<w:pStyle w:val="ListBullet"/></w:pPr><w:r><w:t xml:space="preserve">b</w:t><w:br/><w:t xml:space="preserve">c</w:t></w:r></w:p>`,
		`<w:pStyle w:val="ListNumber"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t xml:space="preserve">e</w:t>`,
		`<w:numId w:val="4"/></w:numPr></w:pPr><w:r><w:t xml:space="preserve">f</w:t>`,
		`<w:pStyle w:val="Quote"/></w:pPr><w:r><w:t xml:space="preserve">PC Quill said: </w:t></w:r><w:r><w:t xml:space="preserve">“Wait for us here.”</w:t></w:r>`,
		`said: </w:t></w:r><w:r><w:rPr><w:rStyle w:val="Quotation"/></w:rPr><w:t xml:space="preserve">“Wait.”</w:t></w:r>`,
		`<w:hyperlink r:id="rIdL2" w:history="1"><w:r><w:rPr><w:rStyle w:val="Hyperlink"/><w:i/><w:iCs/></w:rPr><w:t xml:space="preserve">page</w:t></w:r></w:hyperlink>`,
		`<w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t xml:space="preserve">c</w:t>`,
		`<w:pgSz w:w="11906" w:h="16838"/>`, `<w:footerReference w:type="default" r:id="rIdF1"/>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if foot := files["word/footer1.xml"]; !strings.Contains(foot, "Northmarsh Constabulary (2024) ‘Of a’, 1 May. Available at: "+r.URL+" (Captured: 1 May 2024).") ||
		!strings.Contains(foot, "Captured 1 May 2024, 09:30 (revision 1). Page ") {
		t.Errorf("footer: %s", foot)
	}
	if rels := files["word/_rels/document.xml.rels"]; !strings.Contains(rels, `Target="https://www.northmarsh.example/?a=1&amp;b=2" TargetMode="External"`) {
		t.Errorf("links: %s", rels)
	}
}

// TestDocxOfSeveral holds that each release begins on a page of its own, is in the
// contents, and has its own footer.
func TestDocxOfSeveral(t *testing.T) {
	got, files := document(t, release("a", 1), release("b", 2), release("c", 3))
	if n := strings.Count(got, "<w:sectPr>"); n != 4 {
		t.Errorf("%d sections of a front page and three releases", n)
	}
	if n := strings.Count(got, `<w:pStyle w:val="Heading1"/>`); n != 3 {
		t.Errorf("%d headlines", n)
	}
	if n := strings.Count(got, `<w:pStyle w:val="TOC1"/>`); n != 3 || strings.Count(got, "<w:fldChar ") != 3 {
		t.Errorf("%d entries of the contents", n)
	}
	for n, name := range []string{"a", "b", "c"} {
		foot := files["word/footer"+string(rune('1'+n))+".xml"]
		_, rest, _ := strings.Cut(got, ">Of "+name+"</w:t></w:r><w:bookmarkEnd")
		mine, _, _ := strings.Cut(rest, "</w:sectPr>")
		if !strings.Contains(foot, "‘Of "+name+"’") || !strings.Contains(mine, `r:id="rIdF`+string(rune('1'+n))+`"`) {
			t.Errorf("footer of %s: %s in %s", name, foot, mine)
		}
	}
}

func TestDocxOfNothing(t *testing.T) {
	if got, _ := document(t); !strings.Contains(got, "No release is selected.") || !strings.Contains(got, `w:h="16838"`) {
		t.Errorf("got %s", got)
	}
}

// TestDocxFolder holds that a file keeps its release: one of another release of
// the same name goes elsewhere.
func TestDocxFolder(t *testing.T) {
	const site = "https://www.northmarsh.example/news/"
	a, b := at(site+"articles/burglary/"), at(site+"appeals/burglary/")
	dir := t.TempDir()
	to(t, dir, "docx", a)
	to(t, dir, "docx", b)
	to(t, dir, "docx", a, b)
	got := files(t, dir)
	want := map[string]string{
		month + "burglary.docx":               write(t, "docx", export.Options{}, a),
		month + "burglary" + tag(b) + ".docx": write(t, "docx", export.Options{}, b),
	}
	if len(got) != 2 {
		t.Errorf("got %d files", len(got))
	}
	for name, data := range want {
		if got[name] != data {
			t.Errorf("%s is another document", name)
		}
	}
}
