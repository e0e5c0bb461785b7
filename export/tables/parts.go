package tables

import "archiver/article"

// Parts are the tables of what is in a release. Their rows are in its order.
var Parts = []*Table{Quotes, Advice, References, Related, Topics}

// Quotes has a row for each quotation.
var Quotes = define("quotes", "a row for each quotation, which is one turn of one speaker",
	parts(func(r *rec) []article.Quote { return r.Quotes }),
	number[article.Quote]("quotation"),
	text("speaker", "fullest name in the release, without rank; empty if unnamed", func(p *part[article.Quote]) string { return p.of.Speaker }),
	text("role", "rank and title as printed", func(p *part[article.Quote]) string { return p.of.Role }),
	text("unit", "team or organisation", func(p *part[article.Quote]) string { return p.of.Unit }),
	text("cue", "the verb of saying; empty if there is none", func(p *part[article.Quote]) string { return p.of.Cue }),
	text("text", "the words, a blank line between paragraphs", func(p *part[article.Quote]) string { return p.of.Text }),
	whole("block", "block of the body where it begins, from 0", func(p *part[article.Quote]) int { return p.of.Block }),
)

// An item is one of a list of advice.
type item struct {
	list         *article.Advice
	number, item int
}

// Advice has a row for each item of a list that tells the public what to do.
var Advice = define("advice", "a row for each piece of advice to the public",
	func(r *rec, yield func(item) error) error {
		for i := range r.Advice {
			for j := range r.Advice[i].Items {
				if err := yield(item{&r.Advice[i], i + 1, j + 1}); err != nil {
					return err
				}
			}
		}
		return nil
	},
	whole("number", "which list of advice of the release it is in, from 1", func(i *item) int { return i.number }),
	whole("item", "which item of the list it is, from 1", func(i *item) int { return i.item }),
	text("heading", "what stands above the list", func(i *item) string { return i.list.Heading }),
	text("text", "the advice", func(i *item) string { return i.list.Items[i.item-1] }),
	whole("block", "block of the body that the list is, from 0", func(i *item) int { return i.list.Block }),
)

// References has a row for each reference number and name of an operation.
var References = define("references", "a row for each reference number or name of an operation",
	parts(func(r *rec) []article.Mention { return r.References }),
	number[article.Mention]("reference"),
	text("kind", "kind of reference", func(p *part[article.Mention]) string { return p.of.Kind }),
	text("text", "as printed", func(p *part[article.Mention]) string { return p.of.Text }),
	text("value", "normalised, to compare with others", func(p *part[article.Mention]) string { return p.of.Value }),
	whole("block", "block of the body that it is in, from 0", func(p *part[article.Mention]) int { return p.of.Block }),
	whole("start", "where it begins there, in characters from 0", func(p *part[article.Mention]) int { return p.of.Start }),
	whole("end", "where it ends there, exclusive", func(p *part[article.Mention]) int { return p.of.End }),
)

// Related has a row for each headline of another story that a page shows.
var Related = define("related", "a row for each headline of another story beside the release",
	parts(func(r *rec) []article.Headline { return r.Related }),
	number[article.Headline]("headline"),
	text("title", "the headline", func(p *part[article.Headline]) string { return p.of.Title }),
	text("url", "where it leads", func(p *part[article.Headline]) string { return p.of.URL }),
)

// Topics has a row for each topic of a release.
var Topics = define("topics", "a row for each topic of a release",
	parts(func(r *rec) []article.Topic { return r.Topics }),
	number[article.Topic]("topic"),
	text("topic", "such as fraud/courier", func(p *part[article.Topic]) string { return p.of.ID }),
	list("evidence", "the words that decided", func(p *part[article.Topic]) []string { return p.of.Evidence }),
)
