package typeset

import "archiver/article"

// A Run is a stretch of a block's words that look alike, for documents that are
// not HTML.
type Run struct {
	Text     string // clean; a line break is "\n"
	Strong   bool
	Emphasis bool
	Quote    bool   // in a quotation
	Link     string // "", or an address as Address returns it
}

// Runs divides each block of a release into runs. Their texts, one after another,
// are the block's text.
func Runs(r *article.Record) [][]Run {
	w := newSetter(Style{}, r)
	blocks := make([][]Run, len(r.Blocks))
	for i := range r.Blocks {
		if b := &r.Blocks[i]; len(w.marks[i]) == 0 && plain(b) {
			if b.Text != "" {
				blocks[i] = []Run{{Text: Clean(b.Text)}}
			}
			continue
		}
		w.read(i)
		w.runs(0, w.length(), func(from, to int, around []wrap) {
			run := Run{Text: Clean(w.part(from, to))}
			for _, e := range around {
				switch e.kind {
				case quotation:
					run.Quote = true
				case link:
					run.Link = w.links[e.index]
				case strong:
					run.Strong = true
				case emphasis:
					run.Emphasis = true
				}
			}
			if n := len(blocks[i]); n > 0 && blocks[i][n-1].alike(run) {
				blocks[i][n-1].Text += run.Text
				return
			}
			blocks[i] = append(blocks[i], run)
		})
	}
	return blocks
}

func (r Run) alike(s Run) bool {
	r.Text, s.Text = "", ""
	return r == s
}
