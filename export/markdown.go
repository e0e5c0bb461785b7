package export

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"archiver/article"
)

// markdown writes a release as the reference corpus keeps it: a header in YAML,
// the dateline, the blocks of the body, with blank lines between. A blank line
// also stands between two releases, where the next one's header begins.
type markdown struct {
	w    io.Writer
	opts Options
	buf  bytes.Buffer
	any  bool // a release has been written
}

func newMarkdown(w io.Writer, opts Options) Encoder { return &markdown{w: w, opts: opts} }

func (e *markdown) Encode(r *article.Record) error {
	e.buf.Reset()
	if e.any {
		e.buf.WriteByte('\n')
	}
	write := header
	if e.opts.FrontMatter == "hugo" {
		write = hugoHeader
	}
	if err := write(&e.buf, r, e.opts.ASCII); err != nil {
		return err
	}
	e.block(escape(r.PublishedText))
	for _, b := range r.Blocks {
		switch {
		case b.Kind == article.BlockImage && b.Text == "":
		case e.opts.Links:
			e.block(b.Markdown)
		default:
			e.block(unlink(b.Markdown))
		}
	}
	e.any = true
	_, err := e.w.Write(e.buf.Bytes())
	return err
}

func (e *markdown) block(md string) {
	if md == "" {
		return
	}
	if e.opts.FrontMatter == "hugo" {
		md = hugoBody.Replace(md)
	}
	e.buf.WriteByte('\n')
	e.buf.WriteString(md)
	e.buf.WriteByte('\n')
}

func (e *markdown) Close(error) error { return nil }

// wrote reports whether a file made earlier holds r, whichever header it has.
func (e *markdown) wrote(file []byte, r *article.Record) bool {
	line, err := dump(mapping("url", scalar(r.URL, e.opts.ASCII)), e.opts.ASCII)
	return err == nil && (bytes.Contains(file, append([]byte("\n"), line...)) || bytes.Contains(file, append([]byte("\n  "), line...)))
}

// escape makes Markdown that reads as the plain text s, on one line. It serves
// for datelines, which hold nothing to escape unless somebody means harm.
func escape(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return escapeStart(special.ReplaceAllString(s, `\$0`))
}

var special = regexp.MustCompile("[][\\\\`*_<&]")

// escapeStart escapes what would begin a block, or be one, at the start of a line.
func escapeStart(line string) string {
	m := blockStart.FindStringSubmatchIndex(line)
	switch {
	case m == nil:
		return line
	case m[2] >= 0: // the stop after a number: a number cannot be escaped
		return line[:m[2]] + `\` + line[m[2]:]
	case m[4] >= 0: // all of them: those that are left could be emphasis
		return special.ReplaceAllString(line, `\$0`)
	default:
		return `\` + line
	}
}

var blockStart = regexp.MustCompile("^(?:" +
	`\d{1,9}([.)])(?:[ \t]|$)|` + // number
	`((?:\*[ \t]*)+|(?:_[ \t]*)+)$|` + // rule
	`(?:=+|(?:-[ \t]*)+)$|` + // underline of a heading, rule
	`#{1,6}(?:[ \t]|$)|` + // heading
	`[-+*](?:[ \t]|$)|` + // bullet
	`>|` + // quotation
	"```|~~~)") // code
