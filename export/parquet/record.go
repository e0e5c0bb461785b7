package parquet

import (
	"maps"
	"slices"

	"archiver/article"
)

// record is the row of a record: the fields of [article.Record], with their
// names and in their order. What JSON has as an object of any names (og,
// extraction.fields) is a list of name and value, ordered by name, and the three
// numbers of a span are a struct: so every reader of Parquet knows them.
var record = []field[article.Record]{
	whole("schema", func(r *article.Record) int { return r.Schema }),
	text("id", func(r *article.Record) string { return r.ID }),
	text("url", func(r *article.Record) string { return r.URL }),
	word("site", func(r *article.Record) string { return r.Site }),
	word("force", func(r *article.Record) string { return r.Force }),
	word("area", func(r *article.Record) string { return r.Area }),
	word("status", func(r *article.Record) string { return string(r.Status) }),
	text("title", func(r *article.Record) string { return r.Title }),
	text("page_title", func(r *article.Record) string { return r.PageTitle }),
	moment("published", func(r *article.Record) article.Time { return r.Published }),
	text("published_text", func(r *article.Record) string { return r.PublishedText }),
	word("kind", func(r *article.Record) string { return string(r.Kind) }),
	text("lead", func(r *article.Record) string { return r.Lead }),
	list("blocks", func(r *article.Record) []article.Block { return r.Blocks },
		word("kind", func(b *article.Block) string { return string(b.Kind) }),
		text("text", func(b *article.Block) string { return b.Text }),
		whole("level", func(b *article.Block) int { return b.Level }),
		flag("ordered", func(b *article.Block) bool { return b.Ordered }),
		texts("items", func(b *article.Block) []string { return b.Items }),
		flag("lead", func(b *article.Block) bool { return b.Lead }),
		text("markdown", func(b *article.Block) string { return b.Markdown }),
	),
	text("text", func(r *article.Record) string { return r.Text }),
	list("quotes", func(r *article.Record) []article.Quote { return r.Quotes },
		text("speaker", func(q *article.Quote) string { return q.Speaker }),
		word("role", func(q *article.Quote) string { return q.Role }),
		word("unit", func(q *article.Quote) string { return q.Unit }),
		texts("paragraphs", func(q *article.Quote) []string { return q.Paragraphs }),
		text("text", func(q *article.Quote) string { return q.Text }),
		word("cue", func(q *article.Quote) string { return q.Cue }),
		whole("block", func(q *article.Quote) int { return q.Block }),
		list("spans", func(q *article.Quote) []article.Span { return q.Spans },
			whole("block", func(s *article.Span) int { return s[0] }),
			whole("start", func(s *article.Span) int { return s[1] }),
			whole("end", func(s *article.Span) int { return s[2] }),
		),
	),
	list("advice", func(r *article.Record) []article.Advice { return r.Advice },
		text("heading", func(a *article.Advice) string { return a.Heading }),
		texts("items", func(a *article.Advice) []string { return a.Items }),
		whole("block", func(a *article.Advice) int { return a.Block }),
	),
	list("related", func(r *article.Record) []article.Headline { return r.Related },
		text("title", func(h *article.Headline) string { return h.Title }),
		text("url", func(h *article.Headline) string { return h.URL }),
	),
	list("links", func(r *article.Record) []article.Link { return r.Links }, link...),
	list("images", func(r *article.Record) []article.Link { return r.Images }, link...),
	list("references", func(r *article.Record) []article.Mention { return r.References },
		word("kind", func(m *article.Mention) string { return m.Kind }),
		text("text", func(m *article.Mention) string { return m.Text }),
		text("value", func(m *article.Mention) string { return m.Value }),
		whole("block", func(m *article.Mention) int { return m.Block }),
		whole("start", func(m *article.Mention) int { return m.Start }),
		whole("end", func(m *article.Mention) int { return m.End }),
	),
	list("phones", func(r *article.Record) []article.Number { return r.Phones }, contact...),
	list("emails", func(r *article.Record) []article.Number { return r.Emails }, contact...),
	list("amounts", func(r *article.Record) []article.Amount { return r.Amounts },
		text("text", func(a *article.Amount) string { return a.Text }),
		number("value", func(a *article.Amount) float64 { return a.Value }),
		whole("block", func(a *article.Amount) int { return a.Block }),
		whole("start", func(a *article.Amount) int { return a.Start }),
		whole("end", func(a *article.Amount) int { return a.End }),
	),
	list("topics", func(r *article.Record) []article.Topic { return r.Topics },
		word("id", func(t *article.Topic) string { return t.ID }),
		texts("evidence", func(t *article.Topic) []string { return t.Evidence }),
	),
	part("copies", func(r *article.Record) *article.Copies { return r.Copies },
		text("cluster", func(c *article.Copies) string { return c.Cluster }),
		text("head", func(c *article.Copies) string { return c.Head }),
		number("score", func(c *article.Copies) float64 { return c.Score }),
	),
	list("og", func(r *article.Record) []pair { return pairs(r.OG) }, named...),
	moment("first_seen", func(r *article.Record) article.Time { return r.FirstSeen }),
	moment("last_seen", func(r *article.Record) article.Time { return r.LastSeen }),
	moment("last_changed", func(r *article.Record) article.Time { return r.LastChanged }),
	whole("revision", func(r *article.Record) int { return r.Revision }),
	inside("capture", func(r *article.Record) *article.Capture { return &r.Capture },
		text("sha256", func(c *article.Capture) string { return c.SHA256 }),
		whole("status", func(c *article.Capture) int { return c.Status }),
		moment("fetched", func(c *article.Capture) article.Time { return c.Fetched }),
		whole("bytes", func(c *article.Capture) int { return c.Bytes }),
		word("content_type", func(c *article.Capture) string { return c.ContentType }),
	),
	inside("extraction", func(r *article.Record) *article.Extraction { return &r.Extraction },
		word("profile", func(e *article.Extraction) string { return e.Profile }),
		word("version", func(e *article.Extraction) string { return e.Version }),
		list("fields", func(e *article.Extraction) []pair { return pairs(e.Fields) }, named...),
		texts("warnings", func(e *article.Extraction) []string { return e.Warnings }),
	),
}

var (
	link = []field[article.Link]{
		text("text", func(l *article.Link) string { return l.Text }),
		text("url", func(l *article.Link) string { return l.URL }),
	}
	contact = []field[article.Number]{
		word("text", func(n *article.Number) string { return n.Text }),
		word("value", func(n *article.Number) string { return n.Value }),
		whole("block", func(n *article.Number) int { return n.Block }),
		whole("start", func(n *article.Number) int { return n.Start }),
		whole("end", func(n *article.Number) int { return n.End }),
	}
	named = []field[pair]{
		word("name", func(p *pair) string { return p.name }),
		word("value", func(p *pair) string { return p.value }),
	}
)

type pair struct{ name, value string }

func pairs(m map[string]string) []pair {
	list := make([]pair, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, pair{name, m[name]})
	}
	return list
}
