package export

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"archiver/article"
	"archiver/typeset"
)

// docx writes a Word document on A4 with Word's own styles: a headline, dateline
// and source, the body with quotations set off and lists as lists, and in the
// footer the citation and the time of capture. Of several releases each is a
// section, on a new page and with its own footer, and contents stand before them.
//
// The parts of the document are written here: the library that there is for it
// (gomutex/godocx) makes no footers and no contents, and holds the document in
// memory; this way it is a spool's, and forty bytes a release. Files in the
// document bear no time, so that the same archive gives the same bytes.
type docx struct {
	out io.Writer

	body, contents, links, footers spool
	feet                           []stretch
	end                            string // the last paragraph of the release in hand, without its properties

	all              whole
	linked, numbered int
	linkOf           map[string]int // of the release in hand
	first            docxFacts
}

// docxFacts are what a document of one release says of itself.
type docxFacts struct{ title, address string }

func newDocx(t target, _ Options) (Encoder, error) { return &docx{out: t.stream}, nil }

func (e *docx) Encode(r *article.Record) error {
	if e.all.n > 0 { // what came before ends its section
		if err := e.endSection(); err != nil {
			return err
		}
	}
	e.all.add(r)
	e.linkOf = map[string]int{}
	if e.all.n == 1 { // whose headline waits until its style is known
		e.first = docxFacts{typeset.Title(r), typeset.Line(r.URL)}
	} else if _, err := io.WriteString(&e.body, headline("Heading1", typeset.Title(r), e.all.n)); err != nil {
		return err
	}
	if err := e.release(r); err != nil {
		return err
	}
	if err := e.entry(typeset.Title(r)); err != nil {
		return err
	}
	foot, err := e.footers.add([]byte(footer(r)))
	e.feet = append(e.feet, foot)
	return err
}

// headline is the title of a release, which the contents lead to.
func headline(style, title string, n int) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:bookmarkStart w:id="%d" w:name="_Toc%06d"/>%s<w:bookmarkEnd w:id="%d"/></w:p>`,
		style, n, n, wordRun(title, ""), n)
}

const field = `<w:r><w:fldChar w:fldCharType="%s"/></w:r>`

// entry adds a release to the contents. They are a field, without page numbers,
// so that they are right before Word has laid out the pages.
func (e *docx) entry(title string) error {
	begin := ""
	if e.all.n == 1 {
		begin = fmt.Sprintf(field, "begin") + `<w:r><w:instrText xml:space="preserve"> TOC \o "1-1" \n \h \z </w:instrText></w:r>` + fmt.Sprintf(field, "separate")
	}
	_, err := fmt.Fprintf(&e.contents, `<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>%s<w:hyperlink w:anchor="_Toc%06d" w:history="1">%s</w:hyperlink></w:p>`,
		begin, e.all.n, wordRun(title, ""))
	return err
}

// endSection writes the last paragraph of the release before this one, which
// carries the properties of its section.
func (e *docx) endSection() error {
	_, err := io.WriteString(&e.body, e.ending(sectionOf(e.all.n)))
	return err
}

func (e *docx) ending(properties string) string {
	return `<w:p><w:pPr><w:pStyle w:val="Provenance"/>` + properties + `</w:pPr>` + e.end + `</w:p>`
}

// sectionOf is an A4 page with the footer of release n; 0 has none.
func sectionOf(n int) string {
	foot := ""
	if n > 0 {
		foot = fmt.Sprintf(`<w:footerReference w:type="default" r:id="rIdF%d"/>`, n)
	}
	return `<w:sectPr>` + foot + `<w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1304" w:right="1304" w:bottom="1418" w:left="1304" w:header="709" w:footer="567" w:gutter="0"/></w:sectPr>`
}

// footer says where a release comes from.
func footer(r *article.Record) string {
	line := func(s string) string { return `<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` + s + `</w:p>` }
	second := "Page "
	if s := captured(r); s != "" {
		second = "Captured " + s + ". Page "
	}
	page := `<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>`
	return line(wordRun(typeset.Cite(r).String(), "")) + line(wordRun(second, "")+page)
}

// release writes the paragraphs of one release between its first and its last.
func (e *docx) release(r *article.Record) error {
	var b strings.Builder
	paragraph(&b, "Dateline", wordRun(typeset.Source(r)+" · "+typeset.Kind(r.Kind), ""))
	paragraph(&b, "Dateline", wordRun(published(r), ""))
	if s := typeset.Removed(r.Status); s != "" {
		paragraph(&b, "Dateline", wordRun(s, "<w:b/>"))
	}
	address, err := e.link(typeset.Address(r.URL), wordRun(typeset.Line(r.URL), `<w:rStyle w:val="Hyperlink"/>`))
	if err != nil {
		return err
	}
	paragraph(&b, "Source", wordRun("Source: ", "")+address)
	runs := typeset.Runs(r)
	for i := range r.Blocks {
		if err := e.block(&b, &r.Blocks[i], runs[i]); err != nil {
			return err
		}
	}
	end := ""
	if s := captured(r); s != "" {
		end = "Captured " + s + ". "
	}
	e.end = wordRun(end+"SHA-256 of the page: "+typeset.Line(r.Capture.SHA256), "")
	_, err = io.WriteString(&e.body, b.String())
	return err
}

func paragraph(b *strings.Builder, style, runs string) {
	b.WriteString(`<w:p>`)
	if style != "" {
		b.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
	b.WriteString(runs + `</w:p>`)
}

func (e *docx) block(b *strings.Builder, block *article.Block, runs []typeset.Run) error {
	if block.Text == "" {
		return nil
	}
	style := ""
	switch block.Kind {
	case article.BlockList:
		return e.list(b, block, runs)
	case article.BlockTable:
		return e.table(b, runs)
	case article.BlockHeading:
		style = "Heading2"
	case article.BlockQuote:
		style = "Quote"
	case article.BlockImage:
		style = "Caption"
	default:
		if block.Lead {
			style = "Lead"
		}
		if mostlyQuoted(runs) {
			style = "Quote"
		}
	}
	set, err := e.runs(runs, style == "Quote")
	paragraph(b, style, set)
	return err
}

// mostlyQuoted reports whether half of a paragraph or more is a quotation: then
// all of it is set off, with the words that say whose it is.
func mostlyQuoted(runs []typeset.Run) bool {
	all, quoted := 0, 0
	for _, run := range runs {
		n := utf8.RuneCountInString(run.Text)
		all += n
		if run.Quote {
			quoted += n
		}
	}
	return quoted > 0 && 2*quoted >= all
}

func (e *docx) list(b *strings.Builder, block *article.Block, runs []typeset.Run) error {
	style, number := "ListBullet", ""
	if block.Ordered {
		e.numbered++
		style, number = "ListNumber", fmt.Sprintf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, e.numbered+2)
	}
	items := block.Items
	if strings.Join(items, "\n") != block.Text {
		items = strings.Split(block.Text, "\n")
	}
	for _, item := range items {
		var mine []typeset.Run
		mine, runs = divide(runs, utf8.RuneCountInString(item))
		_, runs = divide(runs, 1) // the line break
		set, err := e.runs(mine, false)
		if err != nil {
			return err
		}
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + number + `</w:pPr>` + set + `</w:p>`)
	}
	return nil
}

// divide returns the first n code points of runs, and the others.
func divide(runs []typeset.Run, n int) (first, others []typeset.Run) {
	for i, run := range runs {
		size := utf8.RuneCountInString(run.Text)
		if size <= n {
			n -= size
			continue
		}
		text := []rune(run.Text)
		first = append(first, runs[:i]...)
		if n > 0 {
			part := run
			part.Text = string(text[:n])
			first = append(first, part)
		}
		run.Text = string(text[n:])
		return first, append([]typeset.Run{run}, runs[i+1:]...)
	}
	return runs, nil
}

func (e *docx) table(b *strings.Builder, runs []typeset.Run) error {
	var text strings.Builder
	for _, run := range runs {
		text.WriteString(run.Text)
	}
	rows := strings.Split(text.String(), "\n")
	widest := 1
	for _, row := range rows {
		widest = max(widest, strings.Count(row, " | ")+1)
	}
	widest = min(widest, 63) // the columns that Word can show
	const width = 9298       // of the page between its margins, in twentieths of a point
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid>`)
	for range widest {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, width/widest)
	}
	b.WriteString(`</w:tblGrid>`)
	for _, row := range rows {
		b.WriteString(`<w:tr>`)
		cells := strings.SplitN(row, " | ", widest)
		for i, cell := range cells {
			span := 1
			if i == len(cells)-1 {
				span = widest - i
			}
			fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, span*width/widest)
			if span > 1 {
				fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, span)
			}
			b.WriteString(`</w:tcPr>`)
			var mine []typeset.Run
			mine, runs = divide(runs, utf8.RuneCountInString(cell))
			if i < len(cells)-1 {
				_, runs = divide(runs, len(" | "))
			}
			set, err := e.runs(mine, false)
			if err != nil {
				return err
			}
			paragraph(b, "", set)
			b.WriteString(`</w:tc>`)
		}
		_, runs = divide(runs, 1) // the line break
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
	paragraph(b, "", "") // two tables in a row would be one
	return nil
}

// runs sets words with their emphasis and links; where all is a quotation, its
// words need no mark of their own.
func (e *docx) runs(runs []typeset.Run, quoted bool) (string, error) {
	var b strings.Builder
	for _, run := range runs {
		look := ""
		if run.Link != "" {
			look = `<w:rStyle w:val="Hyperlink"/>`
		} else if run.Quote && !quoted {
			look = `<w:rStyle w:val="Quotation"/>`
		}
		if run.Strong {
			look += `<w:b/><w:bCs/>`
		}
		if run.Emphasis {
			if run.Quote { // which is in italics itself
				look += `<w:i w:val="0"/><w:iCs w:val="0"/>`
			} else {
				look += `<w:i/><w:iCs/>`
			}
		}
		set, err := e.link(run.Link, wordRun(run.Text, look))
		if err != nil {
			return "", err
		}
		b.WriteString(set)
	}
	return b.String(), nil
}

// link puts a link around runs, none for the address "".
func (e *docx) link(address, runs string) (string, error) {
	if address == "" {
		return runs, nil
	}
	n, ok := e.linkOf[address]
	if !ok {
		e.linked++
		n = e.linked
		e.linkOf[address] = n
		_, err := fmt.Fprintf(&e.links, `<Relationship Id="rIdL%d" Type="%shyperlink" Target="%s" TargetMode="External"/>`, n, relsBase, typeset.Escape(address))
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf(`<w:hyperlink r:id="rIdL%d" w:history="1">%s</w:hyperlink>`, n, runs), nil
}

// wordRun makes a run of text.
func wordRun(s, look string) string {
	if s == "" {
		return ""
	}
	if look != "" {
		look = `<w:rPr>` + look + `</w:rPr>`
	}
	s = strings.ReplaceAll(typeset.Escape(s), "\n", `</w:t><w:br/><w:t xml:space="preserve">`)
	return `<w:r>` + look + `<w:t xml:space="preserve">` + s + `</w:t></w:r>`
}

// Close writes the document: what comes at its beginning is known now.
func (e *docx) Close(cause error) (err error) {
	defer func() {
		for _, s := range []*spool{&e.body, &e.contents, &e.links, &e.footers} {
			if closeErr := s.close(); err == nil {
				err = closeErr
			}
		}
	}()
	if cause != nil {
		return nil
	}
	document := compressed("word/document.xml", e.writeDocument) // while the footers are
	defer document.close()
	out := newContainer(e.out)
	if err := out.add("[Content_Types].xml", e.contentTypes()); err != nil {
		return err
	}
	for _, p := range docxParts() {
		if err := out.copy(p); err != nil {
			return err
		}
	}
	for _, p := range []struct{ name, data string }{{coreName, e.core()}, {"word/numbering.xml", e.numbering()}} {
		if err := out.add(p.name, p.data); err != nil {
			return err
		}
	}
	for i, p := range e.feet {
		data, err := e.footers.read(p)
		if err == nil {
			err = out.add(fmt.Sprintf("word/footer%d.xml", i+1), xmlHead+`<w:ftr `+wordNS+`>`+string(data)+`</w:ftr>`)
		}
		if err != nil {
			return err
		}
	}
	if err := out.take(document); err != nil {
		return err
	}
	if err := e.writeRelations(out); err != nil {
		return err
	}
	return out.Close()
}

func (e *docx) title() string {
	if e.all.n == 1 {
		return e.first.title
	}
	return e.all.title()
}

func (e *docx) writeDocument(w io.Writer) (err error) {
	write := func(s string) {
		if err == nil {
			_, err = io.WriteString(w, s)
		}
	}
	write(xmlHead + `<w:document ` + wordNS + `><w:body>`)
	var b strings.Builder
	switch e.all.n {
	case 0:
		paragraph(&b, "Title", wordRun(e.title(), ""))
		paragraph(&b, "", wordRun("No release is selected.", ""))
		write(b.String())
	case 1:
		write(headline("Title", e.first.title, 1))
	default:
		paragraph(&b, "Title", wordRun(e.title(), ""))
		paragraph(&b, "Dateline", wordRun(count(e.all.n)+". "+typeset.Rights, ""))
		paragraph(&b, "TOCHeading", wordRun("Contents", ""))
		write(b.String())
		if err == nil {
			_, err = e.contents.WriteTo(w)
		}
		write(`<w:p><w:pPr>` + sectionOf(0) + `</w:pPr>` + fmt.Sprintf(field, "end") + `</w:p>` + headline("Heading1", e.first.title, 1))
	}
	if e.all.n > 0 {
		if err == nil {
			_, err = e.body.WriteTo(w)
		}
		write(e.ending(""))
	}
	write(sectionOf(e.all.n) + `</w:body></w:document>`)
	return err
}

// wrote reports whether a document made earlier holds r.
func (e *docx) wrote(file []byte, r *article.Record) bool {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return false
	}
	f, err := z.Open(coreName)
	if err != nil {
		return false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	return err == nil && bytes.Contains(data, []byte(identifierOf(typeset.Line(r.URL))))
}
