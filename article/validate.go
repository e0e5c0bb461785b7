package article

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Validate reports everything in r that breaks the promises of the record's
// form, joined into one error, or nil. It holds for every record that the
// reader makes, whatever the page, and the archive refuses to keep another.
func (r *Record) Validate() error {
	v := validator{}
	v.check(r.Schema == Schema, "schema is %d, not %d", r.Schema, Schema)
	u, err := url.Parse(r.URL)
	v.check(err == nil && u.Scheme != "", "url %q is not an address", r.URL)
	v.check(r.ID == ID(r.URL), "id %q is not that of url %q", r.ID, r.URL)
	v.check(r.Site != "", "site is empty")
	v.check(slices.Contains(Statuses, r.Status), "status %q is unknown", r.Status)
	v.check(slices.Contains(Kinds, r.Kind), "kind %q is unknown", r.Kind)
	v.check(isPlainText(r.Text, r.Blocks), "text is not that of the blocks")
	v.check(r.Revision >= 0, "revision is %d", r.Revision)
	v.line("title", r.Title)
	v.line("published_text", r.PublishedText)
	v.text("page_title", r.PageTitle)
	v.text("lead", r.Lead)
	v.blocks(r.Blocks)
	v.quotes(r)
	for i, a := range r.Advice {
		v.check(len(a.Items) > 0, "advice %d has no items", i)
		v.check(inside(a.Block, len(r.Blocks)), "advice %d is in block %d of %d", i, a.Block, len(r.Blocks))
	}
	for i, m := range r.References {
		v.mention(r, numbered("reference", i), m.Text, m.Block, m.Start, m.End)
	}
	for i, m := range r.Phones {
		v.mention(r, numbered("phone", i), m.Text, m.Block, m.Start, m.End)
	}
	for i, m := range r.Emails {
		v.mention(r, numbered("email", i), m.Text, m.Block, m.Start, m.End)
	}
	for i, m := range r.Amounts {
		v.mention(r, numbered("amount", i), m.Text, m.Block, m.Start, m.End)
	}
	if c := r.Copies; c != nil {
		v.check(c.Score >= 0 && c.Score <= 1, "copies: score %v is not from 0 to 1", c.Score)
	}
	return errors.Join(v.errs...)
}

type validator struct{ errs []error }

func (v *validator) check(ok bool, format string, args ...any) {
	if !ok {
		v.errs = append(v.errs, fmt.Errorf(format, args...))
	}
}

// text holds for every text of a record: valid UTF-8 and no control character
// but the line break.
func (v *validator) text(name, s string) {
	if !utf8.ValidString(s) {
		v.check(false, "%s is not UTF-8", name)
	}
	for i := range len(s) { // by bytes: every record is checked twice on its way into the archive
		if c := s[i]; c < ' ' && c != '\n' || c == 0x7f {
			v.check(false, "%s has a control character", name)
			return
		}
	}
}

func (v *validator) line(name, s string) {
	v.text(name, s)
	v.check(!strings.Contains(s, "\n"), "%s has a line break", name)
}

var blockKinds = []BlockKind{BlockParagraph, BlockHeading, BlockList, BlockQuote, BlockTable, BlockImage}

func (v *validator) blocks(blocks []Block) {
	leads := 0
	for i, b := range blocks {
		name := numbered("block", i)
		v.check(slices.Contains(blockKinds, b.Kind), "%s: kind %q is unknown", name, b.Kind)
		v.text(name, b.Text)
		if b.Markdown != b.Text {
			v.text(name+": markdown", b.Markdown)
		}
		v.check(b.Text == strings.TrimSpace(b.Text), "%s has space at an end", name)
		v.check(b.Text != "" || b.Kind == BlockImage, "%s is empty", name)
		v.check(b.Level >= 0 && b.Level <= 6 && (b.Level == 0 || b.Kind == BlockHeading), "%s has level %d", name, b.Level)
		if b.Kind == BlockList {
			v.check(b.Text == strings.Join(b.Items, "\n"), "%s: text is not that of the items", name)
		} else {
			v.check(len(b.Items) == 0, "%s has items and is no list", name)
		}
		if b.Lead {
			leads++
		}
	}
	v.check(leads <= 1, "%d blocks are the lead", leads)
}

func (v *validator) quotes(r *Record) {
	for i, q := range r.Quotes {
		name := numbered("quote", i)
		v.check(len(q.Paragraphs) > 0, "%s has no paragraphs", name)
		v.check(q.Text == strings.Join(q.Paragraphs, "\n\n"), "%s: text is not that of the paragraphs", name)
		v.check(inside(q.Block, len(r.Blocks)), "%s is in block %d of %d", name, q.Block, len(r.Blocks))
		v.check(len(q.Spans) > 0, "%s has no spans", name)
		for _, s := range q.Spans {
			v.span(r, name, s[0], s[1], s[2])
		}
	}
}

func (v *validator) mention(r *Record, name, text string, block, start, end int) {
	if v.span(r, name, block, start, end) {
		got := Slice(r.Blocks[block].Text, start, end)
		v.check(got == text, "%s: the span holds %q, not %q", name, got, text)
	}
}

func (v *validator) span(r *Record, name string, block, start, end int) bool {
	if !inside(block, len(r.Blocks)) {
		v.check(false, "%s is in block %d of %d", name, block, len(r.Blocks))
		return false
	}
	n := utf8.RuneCountInString(r.Blocks[block].Text)
	ok := 0 <= start && start < end && end <= n
	v.check(ok, "%s: span %d–%d does not fit block %d of %d characters", name, start, end, block, n)
	return ok
}

// numbered names one of several parts of a record. It is made for each of them,
// wrong or not, so it costs little.
func numbered(what string, i int) string { return what + " " + strconv.Itoa(i) }

func inside(i, n int) bool { return 0 <= i && i < n }

// Slice returns the code points of s from start to end, end exclusive, which is
// how the spans of a record count.
func Slice(s string, start, end int) string {
	from, to, n := len(s), len(s), 0
	for i := range s {
		if n == start {
			from = i
		}
		if n == end {
			to = i
			break
		}
		n++
	}
	return s[min(from, to):to]
}
