package copies

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"archiver/article"
)

// recycledWords is how many words a paragraph of a quotation has to have: what is
// shorter ("I am pleased with the sentence") two people can say.
const recycledWords = 8

// A Recycled is a paragraph that stands under several names.
type Recycled struct {
	Text     string `json:"text"`     // as first printed
	Words    int    `json:"words"`    // how many
	Speakers int    `json:"speakers"` // people who are said to have said it
	Said     []Said `json:"said"`     // by whom, in the order of the records
}

// A Said is one place where a paragraph stands.
type Said struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Site      string       `json:"site"`
	Title     string       `json:"title"`
	Published article.Time `json:"published,omitzero"`
	Speaker   string       `json:"speaker"`
	Role      string       `json:"role"`
	Unit      string       `json:"unit"`
}

// Of is what is left of it where only some places count.
func (r Recycled) Of(counts func(Said) bool) Recycled {
	r.Said = slices.DeleteFunc(slices.Clone(r.Said), func(s Said) bool { return !counts(s) })
	r.Speakers = speakers(r.Said)
	return r
}

func speakers(said []Said) int {
	surnames := map[string]bool{}
	for _, s := range said {
		surnames[surname(s.Speaker)] = true
	}
	return len(surnames)
}

// RecycledQuotes finds the paragraphs of quotations that stand word for word under
// people of different surnames. Unnamed speakers do not count. Those that stand
// under most names come first, of the same number the longest. It remembers each
// paragraph by its hash, some hundred bytes for each.
func RecycledQuotes(records iter.Seq2[*article.Record, error]) ([]Recycled, error) {
	places := map[uint64]*Recycled{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		for _, q := range r.Quotes {
			if surname(q.Speaker) == "" {
				continue
			}
			for _, paragraph := range q.Paragraphs {
				text := words(paragraph)
				if len(text) < recycledWords {
					continue
				}
				h := textHash(text)
				p := places[h]
				if p == nil {
					p = &Recycled{Words: len(text), Text: paragraph}
					places[h] = p
				}
				p.Said = append(p.Said, Said{r.ID, r.URL, r.Site, r.Title, r.Published, q.Speaker, q.Role, q.Unit})
			}
		}
	}
	var out []Recycled
	for _, p := range places {
		if p.Speakers = speakers(p.Said); p.Speakers > 1 {
			out = append(out, *p)
		}
	}
	slices.SortFunc(out, func(a, b Recycled) int {
		return cmp.Or(cmp.Compare(b.Speakers, a.Speakers), cmp.Compare(b.Words, a.Words), cmp.Compare(a.Text, b.Text))
	})
	return out, nil
}

// surname is the last word of a name, in lower case.
func surname(name string) string {
	fields := strings.Fields(strings.ToLower(name))
	if len(fields) == 0 {
		return ""
	}
	return fields[len(fields)-1]
}
