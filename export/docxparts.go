package export

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"archiver/typeset"
)

// The parts of a Word document beside its text.

//go:embed docx/styles.xml docx/settings.xml
var docxFiles embed.FS

const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wordNS   = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relsNS   = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	relsBase = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	wordBase = "application/vnd.openxmlformats-officedocument.wordprocessingml."

	typesName     = "[Content_Types].xml"
	coreName      = "docProps/core.xml"
	documentName  = "word/document.xml"
	numberingName = "word/numbering.xml"
)

// docxParts are the parts that are the same in every document.
var docxParts = sync.OnceValue(func() []packed {
	return []packed{
		pack("_rels/.rels", xmlHead+`<Relationships `+relsNS+`>`+
			`<Relationship Id="rId1" Type="`+relsBase+`officeDocument" Target="word/document.xml"/>`+
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>`+
			`<Relationship Id="rId3" Type="`+relsBase+`extended-properties" Target="docProps/app.xml"/></Relationships>`),
		pack("docProps/app.xml", xmlHead+`<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>archiver</Application></Properties>`),
		packFile("styles.xml"),
		packFile("settings.xml"),
	}
})

// These are alike in most documents of one release.
var (
	typesOfOne = sync.OnceValue(func() packed { return pack(typesName, contentTypes(1)) })
	noNumbers  = sync.OnceValue(func() packed { return pack(numberingName, numbering(0)) })
)

func packFile(name string) packed {
	data, err := docxFiles.ReadFile("docx/" + name)
	if err != nil {
		panic(err) // unreachable: it is compiled in
	}
	return pack("word/"+name, string(data))
}

// writeParts writes all parts: document the text, add what else is short.
func (e *docx) writeParts(out container, add func(name string, data []byte) error, document func() error) error {
	if err := e.writeTypes(out); err != nil {
		return err
	}
	for _, p := range docxParts() {
		if err := out.copy(p); err != nil {
			return err
		}
	}
	e.buf.Reset()
	e.core(e.buf)
	if err := add(coreName, e.buf.Bytes()); err != nil {
		return err
	}
	if err := e.writeNumbering(out); err != nil {
		return err
	}
	var foot []byte
	for i, p := range e.feet {
		var err error
		if foot, err = e.footers.read(p, foot); err != nil {
			return err
		}
		e.buf.Reset()
		e.buf.WriteString(xmlHead + `<w:ftr ` + wordNS + `>`)
		e.buf.Write(foot)
		e.buf.WriteString(`</w:ftr>`)
		if err := add("word/footer"+strconv.Itoa(i+1)+".xml", e.buf.Bytes()); err != nil {
			return err
		}
	}
	if err := document(); err != nil {
		return err
	}
	return e.writeRelations(out, add)
}

func (e *docx) writeTypes(out container) error {
	if len(e.feet) == 1 {
		return out.copy(typesOfOne())
	}
	return out.add(typesName, []byte(contentTypes(len(e.feet))))
}

func (e *docx) writeNumbering(out container) error {
	if e.numbered == 0 {
		return out.copy(noNumbers())
	}
	return out.add(numberingName, []byte(numbering(e.numbered)))
}

// contentTypes lists the parts of a document with so many footers.
func contentTypes(feet int) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + wordBase + `document.main+xml"/>`)
	for _, name := range []string{"styles", "settings", "numbering"} {
		fmt.Fprintf(&b, `<Override PartName="/word/%s.xml" ContentType="%s%s+xml"/>`, name, wordBase, name)
	}
	for n := range feet {
		fmt.Fprintf(&b, `<Override PartName="/word/footer%d.xml" ContentType="%sfooter+xml"/>`, n+1, wordBase)
	}
	return b.String() + `</Types>`
}

// writeRelations lists what the document leads to: its other parts and the web.
func (e *docx) writeRelations(out container, add func(name string, data []byte) error) error {
	b := e.buf
	b.Reset()
	b.WriteString(xmlHead + `<Relationships ` + relsNS + `>`)
	for i, name := range []string{"styles", "settings", "numbering"} {
		fmt.Fprintf(b, `<Relationship Id="rId%d" Type="%s%s" Target="%s.xml"/>`, i+1, relsBase, name, name)
	}
	for n := range e.feet {
		fmt.Fprintf(b, `<Relationship Id="rIdF%d" Type="%sfooter" Target="footer%d.xml"/>`, n+1, relsBase, n+1)
	}
	const name, end = "word/_rels/document.xml.rels", `</Relationships>`
	if e.all.n < 2 {
		if _, err := e.links.WriteTo(b); err != nil {
			return err
		}
		b.WriteString(end)
		return add(name, b.Bytes())
	}
	w, err := out.begin(name)
	if err != nil {
		return err
	}
	if _, err := b.WriteTo(w); err != nil {
		return err
	}
	if _, err := e.links.WriteTo(w); err != nil {
		return err
	}
	_, err = io.WriteString(w, end)
	return err
}

// numbering describes bullets (1), numbers (2) and, from 3, a list of numbers of
// its own for each of so many that begins at one.
func numbering(lists int) string {
	var b strings.Builder
	level := func(format, text string) string {
		return `<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/><w:lvlText w:val="` + text + `"/><w:lvlJc w:val="left"/>` +
			`<w:pPr><w:ind w:left="425" w:hanging="425"/></w:pPr></w:lvl>`
	}
	b.WriteString(xmlHead + `<w:numbering ` + wordNS + `>` +
		`<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>` + level("bullet", "•") + `</w:abstractNum>` +
		`<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/>` + level("decimal", "%1.") + `</w:abstractNum>` +
		`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>`)
	for n := range lists {
		fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`, n+3)
	}
	return b.String() + `</w:numbering>`
}

// core describes the document.
func (e *docx) core(b *bytes.Buffer) {
	b.WriteString(xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	fmt.Fprintf(b, `<dc:title>%s</dc:title><dc:creator>%s</dc:creator><dc:language>en-GB</dc:language>`, typeset.Escape(e.title()), typeset.Escape(e.all.publisher()))
	if e.all.n == 1 {
		b.WriteString(identifierOf(e.first.address))
	}
	if !e.all.modified.IsZero() {
		at := e.all.modified.UTC().Format(time.RFC3339)
		fmt.Fprintf(b, `<dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">%s</dcterms:modified>`, at, at)
	}
	b.WriteString(`</cp:coreProperties>`)
}

func identifierOf(address string) string {
	return `<dc:identifier>` + typeset.Escape(address) + `</dc:identifier>`
}
