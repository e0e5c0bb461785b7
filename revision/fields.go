package revision

import (
	"regexp"
	"slices"
	"strings"

	"archiver/article"
)

// published compares the times of publication.
func (c *comparison) published() []Edit {
	a, b := c.before.Published, c.after.Published
	if a.Equal(b.Time) {
		return nil
	}
	var out []Edit
	from, to := dateline(c.before), dateline(c.after)
	if from != "" {
		out = append(out, Edit{Op: Delete, Old: from, Class: Material})
	}
	if to != "" {
		out = append(out, Edit{Op: Insert, New: to, Class: Material})
	}
	c.note(FieldPublished, Material, []string{a.String()}, []string{b.String()})
	return out
}

func dateline(r *article.Record) string {
	if r.Published.IsZero() {
		return ""
	}
	return r.Published.Format("15:04 02/01/2006")
}

// address is that of a link in Markdown.
var address = regexp.MustCompile(`\]\([^)\n]*\)`)

// fields compares what has no words.
func (c *comparison) fields() {
	c.speakers()
	if gone, come := links(c.before.Links, c.after.Links); len(gone)+len(come) > 0 {
		c.note(FieldLinks, Minor, gone, come)
	} else if !slices.Equal(c.before.Links, c.after.Links) && len(c.changes) == 0 {
		c.note(FieldLinks, Cosmetic, nil, nil)
	}
	if gone, come := images(c.before, c.after); gone || come {
		c.note(FieldImages, Minor, nil, nil)
	}
	for _, p := range c.inPlace {
		a, b := c.before.Blocks[p.old], c.after.Blocks[p.new]
		if a.Kind != b.Kind || a.Level != b.Level || a.Ordered != b.Ordered || a.Lead != b.Lead ||
			a.Text == b.Text && address.ReplaceAllString(a.Markdown, "]") != address.ReplaceAllString(b.Markdown, "]") {
			c.note(FieldMarkup, Cosmetic, nil, nil)
			break
		}
	}
	c.spaces()
	if len(c.changes) == 0 && !article.SameContent(c.before, c.after) {
		c.note(FieldMarkup, Cosmetic, nil, nil)
	}
}

// spaces notes that white space differs where the words do not.
func (c *comparison) spaces() {
	if len(c.changes) > 0 {
		return
	}
	if c.before.Title != c.after.Title {
		c.note(FieldTitle, Cosmetic, nil, nil)
	}
	same := slices.EqualFunc(c.before.Blocks, c.after.Blocks, func(a, b article.Block) bool { return a.Text == b.Text })
	if !same {
		c.note(FieldBody, Cosmetic, nil, nil)
	}
}

// speakers notes quotations that another is now said to have spoken, where the
// words of the release say so and not only a better reader.
func (c *comparison) speakers() {
	type turn struct{ speaker, role string }
	who := map[string]turn{}
	for _, q := range c.before.Quotes {
		who[squash(q.Text)] = turn{q.Speaker, q.Role}
	}
	touched := map[int]bool{} // blocks of the newer body, and those beside them
	for n, h := range c.body.hunks {
		if c.body.classes[n] == Cosmetic {
			continue
		}
		for _, t := range c.body.new[h.b0:h.b1] {
			if t >= 0 {
				b := c.new.tokens[t].block
				touched[b-1], touched[b], touched[b+1] = true, true, true
			}
		}
	}
	for _, q := range c.after.Quotes {
		old, ok := who[squash(q.Text)]
		if !ok || old.speaker == q.Speaker && old.role == q.Role || old.speaker == "" && old.role == "" || q.Speaker == "" && q.Role == "" {
			continue
		}
		if touched[q.Block] {
			c.note(FieldSpeakers, Material, []string{turned(old.role, old.speaker)}, []string{turned(q.Role, q.Speaker)})
		}
	}
}

func turned(role, speaker string) string { return strings.TrimSpace(role + " " + speaker) }

// links returns the addresses that one list has and not the other.
func links(a, b []article.Link) (gone, come []string) {
	rest := map[string]int{}
	for _, l := range b {
		rest[l.URL]++
	}
	for _, l := range a {
		if rest[l.URL]--; rest[l.URL] < 0 {
			gone = append(gone, l.URL)
		}
	}
	for _, l := range b {
		if rest[l.URL]--; rest[l.URL] >= 0 {
			come = append(come, l.URL)
		}
	}
	return gone, come
}

// images reports whether pictures without a caption have gone or come.
func images(a, b *article.Record) (gone, come bool) {
	of := func(r *article.Record) map[string]int {
		n := map[string]int{}
		for _, block := range r.Blocks {
			if block.Kind == article.BlockImage && block.Text == "" {
				n[block.Markdown]++
			}
		}
		return n
	}
	x, y := of(a), of(b)
	for m, n := range x {
		gone = gone || y[m] < n
	}
	for m, n := range y {
		come = come || x[m] < n
	}
	return gone, come
}
