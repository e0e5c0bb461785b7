package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"archiver/article"
)

// An explainedField is a field of a record as a person is told of it.
type explainedField struct{ name, value string }

// explained returns the fields that come from the page, in the order of the
// record; the value of one that the page does not have is "".
func explained(r *article.Record) []explainedField {
	return []explainedField{
		{"url", r.URL},
		{"site", r.Site},
		{"force", r.Force},
		{"area", r.Area},
		{"title", r.Title},
		{"page_title", r.PageTitle},
		{"published", knownTime(r)},
		{"published_text", r.PublishedText},
		{"kind", string(r.Kind)},
		{"lead", r.Lead},
		{"blocks", countBlocks(r.Blocks)},
		{"quotes", sum(r.Quotes, "quotation", speaker)},
		{"advice", sum(r.Advice, "list", func(a article.Advice) string { return cmp.Or(a.Heading, strings.Join(a.Items, ", ")) })},
		{"related", sum(r.Related, "headline", func(h article.Headline) string { return h.Title })},
		{"links", sum(r.Links, "link", func(l article.Link) string { return l.URL })},
		{"images", sum(r.Images, "image", func(l article.Link) string { return cmp.Or(l.Text, l.URL) })},
		{"references", sum(r.References, "reference", func(m article.Mention) string { return m.Kind + " " + m.Value })},
		{"phones", sum(r.Phones, "number", func(n article.Number) string { return n.Value })},
		{"emails", sum(r.Emails, "address", func(n article.Number) string { return n.Value })},
		{"amounts", sum(r.Amounts, "sum", func(m article.Amount) string { return m.Text })},
		{"topics", sum(r.Topics, "topic", func(t article.Topic) string { return t.ID })},
		{"og", strings.Join(slices.Sorted(maps.Keys(r.OG)), ", ")},
	}
}

func knownTime(r *article.Record) string {
	if r.Published.IsZero() {
		return ""
	}
	return whenPublished(r)
}

// sum counts things and names each once.
func sum[T any](list []T, noun string, name func(T) string) string {
	if len(list) == 0 {
		return ""
	}
	var names []string
	for _, v := range list {
		if n := name(v); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return counted(len(list), noun) + ": " + strings.Join(names, "; ")
}

// countBlocks says of which blocks a body is made: "9 paragraphs, 1 list".
func countBlocks(blocks []article.Block) string {
	var kinds []string
	count := map[string]int{}
	for _, b := range blocks {
		kind := string(b.Kind)
		if count[kind]++; count[kind] == 1 {
			kinds = append(kinds, kind)
		}
	}
	for i, kind := range kinds {
		kinds[i] = counted(count[kind], kind)
	}
	return strings.Join(kinds, ", ")
}
