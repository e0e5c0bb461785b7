package article

import "slices"

// SameContent reports whether two records of one address hold the same content,
// so that the later one is no new revision. What an editor changed counts;
// what changes by itself does not: related headlines (they are of the day of
// fetching), the site's own dress (Open Graph images, page title suffix), states
// and times of ours, and what our own rules make of the words (kind, topics,
// quotations …), which a better reader may see differently on the same page.
func SameContent(a, b *Record) bool {
	return a.Title == b.Title &&
		a.Published.Equal(b.Published.Time) &&
		slices.EqualFunc(a.Blocks, b.Blocks, sameBlock) &&
		slices.Equal(a.Links, b.Links)
}

func sameBlock(a, b Block) bool {
	return a.Kind == b.Kind && a.Text == b.Text && a.Level == b.Level &&
		a.Ordered == b.Ordered && a.Lead == b.Lead && a.Markdown == b.Markdown &&
		slices.Equal(a.Items, b.Items)
}
