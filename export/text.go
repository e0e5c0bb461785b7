package export

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"archiver/article"
)

// text writes a release as a republisher prints it: a block on each line, list
// items with their bullet or number, then the headlines that the page shows
// below. Neither title nor dateline. Between two releases stands a blank line.
type text struct {
	w   io.Writer
	buf bytes.Buffer
	any bool // something has been written
}

func newText(w io.Writer, _ Options) Encoder { return &text{w: w} }

func (e *text) Encode(r *article.Record) error {
	e.buf.Reset()
	if e.any {
		e.buf.WriteByte('\n')
	}
	start := e.buf.Len()
	for _, b := range r.Blocks {
		if b.Kind != article.BlockList {
			e.line("", b.Text)
			continue
		}
		for i, item := range b.Items {
			bullet := "- "
			if b.Ordered {
				bullet = strconv.Itoa(i+1) + ". "
			}
			e.line(bullet, item)
		}
	}
	for _, h := range r.Related {
		e.line("", strings.Join(strings.Fields(h.Title), " "))
	}
	if e.buf.Len() == start {
		return nil
	}
	e.any = true
	_, err := e.w.Write(e.buf.Bytes())
	return err
}

func (e *text) line(bullet, s string) {
	if s == "" {
		return
	}
	e.buf.WriteString(bullet)
	e.buf.WriteString(s)
	e.buf.WriteByte('\n')
}

func (e *text) Close(error) error { return nil }
