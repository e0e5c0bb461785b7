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
	Words int    // how many
	Text  string // as first printed
	Said  []Said // by whom, in the order of the records
}

// Speakers counts the people who are said to have said it.
func (r *Recycled) Speakers() int {
	surnames := map[string]bool{}
	for _, s := range r.Said {
		surnames[surname(s.Speaker)] = true
	}
	return len(surnames)
}

// A Said is one place where a paragraph stands.
type Said struct {
	ID, URL, Site, Title string
	Published            article.Time
	Speaker, Role, Unit  string
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
		if p.Speakers() > 1 {
			out = append(out, *p)
		}
	}
	slices.SortFunc(out, func(a, b Recycled) int {
		return cmp.Or(cmp.Compare(b.Speakers(), a.Speakers()), cmp.Compare(b.Words, a.Words), cmp.Compare(a.Text, b.Text))
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
