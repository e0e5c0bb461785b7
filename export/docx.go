package export

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strconv"
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
	end                            string        // the words of the last paragraph of the release in hand
	buf                            *bytes.Buffer // for one part after another
	newLinks                       bytes.Buffer  // what the release in hand adds to links

	all              whole
	linked, numbered int
	linkOf           map[string]int // of the release in hand
	first            docxFacts
}

// docxFacts are what a document of one release says of itself.
type docxFacts struct{ title, address string }

func newDocx(t target, _ Options) (Encoder, error) {
	return &docx{out: t.stream, buf: lend(), linkOf: map[string]int{}}, nil
}

func (e *docx) Encode(r *article.Record) error {
	b := e.buf
	b.Reset()
	if e.all.n > 0 { // what came before ends its section
		e.ending(b, sectionOf(e.all.n))
	}
	e.all.add(r)
	clear(e.linkOf)
	title := typeset.Title(r)
	if e.all.n == 1 { // whose headline waits until its style is known
		e.first = docxFacts{title, typeset.Line(r.URL)}
	} else {
		headline(b, "Heading1", title, e.all.n)
	}
	e.release(b, r)
	if _, err := b.WriteTo(&e.body); err != nil {
		return err
	}
	e.entry(b, title)
	if _, err := b.WriteTo(&e.contents); err != nil {
		return err
	}
	footer(b, r)
	foot, err := e.footers.add(b.Bytes())
	e.feet = append(e.feet, foot)
	if err != nil {
		return err
	}
	_, err = e.newLinks.WriteTo(&e.links)
	return err
}

// headline is the title of a release, which the contents lead to.
func headline(b *bytes.Buffer, style, title string, n int) {
	fmt.Fprintf(b, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:bookmarkStart w:id="%d" w:name="_Toc%06d"/>`, style, n, n)
	wordRun(b, title, "")
	fmt.Fprintf(b, `<w:bookmarkEnd w:id="%d"/></w:p>`, n)
}

const field = `<w:r><w:fldChar w:fldCharType="%s"/></w:r>`

// entry is a release in the contents. They are a field, without page numbers, so
// that they are right before Word has laid out the pages.
func (e *docx) entry(b *bytes.Buffer, title string) {
	b.WriteString(`<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>`)
	if e.all.n == 1 {
		b.WriteString(fmt.Sprintf(field, "begin") + `<w:r><w:instrText xml:space="preserve"> TOC \o "1-1" \n \h \z </w:instrText></w:r>` + fmt.Sprintf(field, "separate"))
	}
	fmt.Fprintf(b, `<w:hyperlink w:anchor="_Toc%06d" w:history="1">`, e.all.n)
	wordRun(b, title, "")
	b.WriteString(`</w:hyperlink></w:p>`)
}

// ending is the last paragraph of the release in hand. It carries the properties of
// its section.
func (e *docx) ending(b *bytes.Buffer, properties string) {
	b.WriteString(`<w:p><w:pPr><w:pStyle w:val="Provenance"/>` + properties + `</w:pPr>`)
	wordRun(b, e.end, "")
	b.WriteString(`</w:p>`)
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
func footer(b *bytes.Buffer, r *article.Record) {
	openParagraph(b, "Footer")
	wordRun(b, typeset.Cite(r).String(), "")
	second := "Page "
	if s := captured(r); s != "" {
		second = "Captured " + s + ". Page "
	}
	b.WriteString(`</w:p>`)
	openParagraph(b, "Footer")
	wordRun(b, second, "")
	b.WriteString(`<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>`)
}

// release is the paragraphs of one release between its first and its last.
func (e *docx) release(b *bytes.Buffer, r *article.Record) {
	paragraph(b, "Dateline", typeset.Source(r)+" · "+typeset.Kind(r.Kind), "")
	paragraph(b, "Dateline", published(r), "")
	if s := typeset.Removed(r.Status); s != "" {
		paragraph(b, "Dateline", s, "<w:b/>")
	}
	openParagraph(b, "Source")
	wordRun(b, "Source: ", "")
	e.link(b, typeset.Address(r.URL), typeset.Line(r.URL), hyperlink)
	b.WriteString(`</w:p>`)
	runs := typeset.Runs(r)
	for i := range r.Blocks {
		e.block(b, &r.Blocks[i], runs[i])
	}
	e.end = "SHA-256 of the page: " + typeset.Line(r.Capture.SHA256)
	if s := captured(r); s != "" {
		e.end = "Captured " + s + ". " + e.end
	}
}

// openParagraph begins a paragraph.
func openParagraph(b *bytes.Buffer, style string) {
	b.WriteString(`<w:p>`)
	if style != "" {
		b.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
}

// paragraph is one of words that look alike.
func paragraph(b *bytes.Buffer, style, words, look string) {
	openParagraph(b, style)
	wordRun(b, words, look)
	b.WriteString(`</w:p>`)
}

func (e *docx) block(b *bytes.Buffer, block *article.Block, runs []typeset.Run) {
	if block.Text == "" {
		return
	}
	style := ""
	switch block.Kind {
	case article.BlockList:
		e.list(b, block, runs)
		return
	case article.BlockTable:
		e.table(b, runs)
		return
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
	openParagraph(b, style)
	e.runs(b, runs, style == "Quote")
	b.WriteString(`</w:p>`)
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

func (e *docx) list(b *bytes.Buffer, block *article.Block, runs []typeset.Run) {
	properties := `<w:p><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr>`
	if block.Ordered {
		e.numbered++
		properties = fmt.Sprintf(`<w:p><w:pPr><w:pStyle w:val="ListNumber"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr></w:pPr>`, e.numbered+2)
	}
	items := block.Items
	if strings.Join(items, "\n") != block.Text {
		items = strings.Split(block.Text, "\n")
	}
	for _, item := range items {
		var mine []typeset.Run
		mine, runs = divide(runs, utf8.RuneCountInString(item))
		_, runs = divide(runs, 1) // the line break
		b.WriteString(properties)
		e.runs(b, mine, false)
		b.WriteString(`</w:p>`)
	}
}

// divide returns the first n code points of runs, and the others.
func divide(runs []typeset.Run, n int) (first, others []typeset.Run) {
	for i, run := range runs {
		size := utf8.RuneCountInString(run.Text)
		if size <= n {
			n -= size
			continue
		}
		at := 0 // in bytes
		for range n {
			_, size := utf8.DecodeRuneInString(run.Text[at:])
			at += size
		}
		first = append(first, runs[:i]...)
		if n > 0 {
			part := run
			part.Text = run.Text[:at]
			first = append(first, part)
		}
		run.Text = run.Text[at:]
		return first, append([]typeset.Run{run}, runs[i+1:]...)
	}
	return runs, nil
}

func (e *docx) table(b *bytes.Buffer, runs []typeset.Run) {
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
			openParagraph(b, "")
			e.runs(b, mine, false)
			b.WriteString(`</w:p></w:tc>`)
		}
		_, runs = divide(runs, 1) // the line break
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
	paragraph(b, "", "", "") // two tables in a row would be one
}

// runs sets words with their emphasis and links; where all is a quotation, its
// words need no mark of their own.
func (e *docx) runs(b *bytes.Buffer, runs []typeset.Run, quoted bool) {
	for _, run := range runs {
		look := ""
		if run.Link != "" {
			look = hyperlink
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
		e.link(b, run.Link, run.Text, look)
	}
}

const hyperlink = `<w:rStyle w:val="Hyperlink"/>`

// link is a run of text that leads to an address, none for the address "".
func (e *docx) link(b *bytes.Buffer, address, text, look string) {
	if address == "" {
		wordRun(b, text, look)
		return
	}
	n, ok := e.linkOf[address]
	if !ok {
		e.linked++
		n = e.linked
		e.linkOf[address] = n
		e.newLinks.WriteString(`<Relationship Id="rIdL` + strconv.Itoa(n) + `" Type="` + relsBase + `hyperlink" Target="` + typeset.Escape(address) + `" TargetMode="External"/>`)
	}
	b.WriteString(`<w:hyperlink r:id="rIdL` + strconv.Itoa(n) + `" w:history="1">`)
	wordRun(b, text, look)
	b.WriteString(`</w:hyperlink>`)
}

// wordRun is a run of text.
func wordRun(b *bytes.Buffer, s, look string) {
	if s == "" {
		return
	}
	b.WriteString(`<w:r>`)
	if look != "" {
		b.WriteString(`<w:rPr>` + look + `</w:rPr>`)
	}
	b.WriteString(`<w:t xml:space="preserve">`)
	for rest, more := typeset.Escape(s), true; more; {
		s, rest, more = strings.Cut(rest, "\n")
		if b.WriteString(s); more {
			b.WriteString(`</w:t><w:br/><w:t xml:space="preserve">`)
		}
	}
	b.WriteString(`</w:t></w:r>`)
}

// Close writes the document: what comes at its beginning is known now.
func (e *docx) Close(cause error) (err error) {
	defer func() {
		for _, s := range []*spool{&e.body, &e.contents, &e.links, &e.footers} {
			if closeErr := s.close(); err == nil {
				err = closeErr
			}
		}
		giveBack(e.buf)
	}()
	if cause != nil {
		return nil
	}
	out := newContainer(e.out)
	if e.all.n > 1 {
		document := compressed(documentName, e.writeDocument) // while the footers are
		defer document.close()
		err = e.writeParts(out, out.add, func() error { return out.take(document) })
	} else {
		err = e.writeParts(out, out.addShort, func() error {
			e.buf.Reset()
			if err := e.writeDocument(e.buf); err != nil {
				return err
			}
			return out.addShort(documentName, e.buf.Bytes())
		})
	}
	if err != nil {
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

func (e *docx) writeDocument(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(xmlHead + `<w:document ` + wordNS + `><w:body>`)
	switch e.all.n {
	case 0:
		paragraph(&b, "Title", e.title(), "")
		paragraph(&b, "", "No release is selected.", "")
	case 1:
		headline(&b, "Title", e.first.title, 1)
	default:
		paragraph(&b, "Title", e.title(), "")
		paragraph(&b, "Dateline", count(e.all.n)+". "+typeset.Rights, "")
		paragraph(&b, "TOCHeading", "Contents", "")
		if _, err := b.WriteTo(w); err != nil {
			return err
		}
		if _, err := e.contents.WriteTo(w); err != nil {
			return err
		}
		b.WriteString(`<w:p><w:pPr>` + sectionOf(0) + `</w:pPr>` + fmt.Sprintf(field, "end") + `</w:p>`)
		headline(&b, "Heading1", e.first.title, 1)
	}
	if e.all.n > 0 {
		if _, err := b.WriteTo(w); err != nil {
			return err
		}
		if _, err := e.body.WriteTo(w); err != nil {
			return err
		}
		e.ending(&b, "")
	}
	b.WriteString(sectionOf(e.all.n) + `</w:body></w:document>`)
	_, err := b.WriteTo(w)
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
