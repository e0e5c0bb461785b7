package revision

import "archiver/article"

// A Line is a difference as programs read it: one object of JSON. Lists are empty
// and not null; what does not apply is left out.
type Line struct {
	Schema  int          `json:"schema"` // 1
	ID      string       `json:"id"`
	URL     string       `json:"url"`
	Title   string       `json:"title"` // the newer one
	Older   LineRevision `json:"older"`
	Newer   LineRevision `json:"newer"`
	Class   Class        `json:"class"`   // none, cosmetic, minor, material
	Removed int          `json:"removed"` // words
	Added   int          `json:"added"`
	Changes []LineChange `json:"changes"`
	Edits   []LineEdit   `json:"edits"` // in reading order: title, published, body
}

// A LineRevision is one side of a Line.
type LineRevision struct {
	Revision int          `json:"revision"`
	Seen     article.Time `json:"seen,omitzero"` // first
	SHA256   string       `json:"sha256"`        // of the page
}

// A LineChange is a field that differs.
type LineChange struct {
	Field   Field    `json:"field"`
	Class   Class    `json:"class"`
	Removed []string `json:"removed"`
	Added   []string `json:"added"`
}

// A LineEdit is a stretch of words.
type LineEdit struct {
	Part  string `json:"part"` // title, published, body, or moved
	Op    Op     `json:"op"`   // keep, delete, insert
	Class Class  `json:"class"`
	Text  string `json:"text"` // of the side that has it; of both the newer one's
	// Old is the older text of what both have, where white space differs.
	Old string `json:"old,omitempty"`
	// End says that it is the end of a block.
	End bool `json:"end,omitempty"`
	// Moved is the number of the block that stands here in the older (delete) or
	// the newer release (insert); its words are the edits of the part "moved"
	// with the same number.
	Moved int `json:"moved,omitempty"`
}

// NewLine returns a difference as programs read it.
func NewLine(older, newer *article.Record, d *Difference) Line {
	side := func(r *article.Record) LineRevision {
		return LineRevision{Revision: r.Revision, Seen: r.LastChanged, SHA256: r.Capture.SHA256}
	}
	l := Line{
		Schema: 1, ID: newer.ID, URL: newer.URL, Title: newer.Title, Older: side(older), Newer: side(newer),
		Class: d.Class, Removed: d.Removed, Added: d.Added, Changes: []LineChange{}, Edits: []LineEdit{},
	}
	for _, c := range d.Changes {
		l.Changes = append(l.Changes, LineChange{c.Field, c.Class, append([]string{}, c.Removed...), append([]string{}, c.Added...)})
	}
	add := func(part string, edits []Edit, moved int) {
		for _, e := range edits {
			out := LineEdit{Part: part, Op: e.Op, Class: e.Class, Text: e.New, End: e.End, Moved: max(e.Moved, moved)}
			switch {
			case e.Op == Delete:
				out.Text = e.Old
			case e.Op == Keep && e.Old != e.New:
				out.Old = e.Old
			}
			l.Edits = append(l.Edits, out)
		}
	}
	add("title", d.Title, 0)
	add("published", d.Published, 0)
	add("body", d.Body, 0)
	for i, edits := range d.Moved {
		add("moved", edits, i+1)
	}
	return l
}
