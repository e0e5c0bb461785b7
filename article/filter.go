package article

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// A Filter selects records. The zero value selects all; of several conditions
// all must hold, of several values of one any may.
type Filter struct {
	Sites    []string
	Since    time.Time // published then or later
	Until    time.Time // published before
	Changed  time.Time // since then first seen, changed, taken down, or live again
	Topics   []string  // "fraud/courier", or "fraud" for all kinds of it
	Kinds    []Kind
	Speakers []string // a part of a speaker's name, in any letter case
	Query    string   // words and "phrases", all of which the title or text has
	URLs     []string
	IDs      []string // beginnings of ids
	Statuses []Status
}

// Match reports whether the filter selects r.
func (f *Filter) Match(r *Record) bool {
	switch {
	case len(f.Sites) > 0 && !slices.Contains(f.Sites, r.Site),
		!f.Since.IsZero() && (r.Published.IsZero() || r.Published.Before(f.Since)),
		!f.Until.IsZero() && (r.Published.IsZero() || !r.Published.Before(f.Until)),
		!f.Changed.IsZero() && r.LastChanged.Before(f.Changed) && r.FirstSeen.Before(f.Changed) && r.StatusSince.Before(f.Changed),
		len(f.Kinds) > 0 && !slices.Contains(f.Kinds, r.Kind),
		len(f.URLs) > 0 && !slices.Contains(f.URLs, r.URL),
		len(f.Statuses) > 0 && !slices.Contains(f.Statuses, r.Status),
		len(f.IDs) > 0 && !slices.ContainsFunc(f.IDs, func(id string) bool { return strings.HasPrefix(r.ID, id) }),
		len(f.Topics) > 0 && !slices.ContainsFunc(r.Topics, f.topic),
		len(f.Speakers) > 0 && !slices.ContainsFunc(r.Quotes, f.speaker):
		return false
	}
	return f.Query == "" || f.query(r)
}

func (f *Filter) topic(t Topic) bool {
	return slices.ContainsFunc(f.Topics, func(want string) bool {
		return t.ID == want || strings.HasPrefix(t.ID, want+"/")
	})
}

func (f *Filter) speaker(q Quote) bool {
	return slices.ContainsFunc(f.Speakers, func(want string) bool {
		return strings.Contains(strings.ToLower(q.Speaker), strings.ToLower(want))
	})
}

// query looks for whole words; a phrase in double quotation marks is words in a
// row.
func (f *Filter) query(r *Record) bool {
	text := " " + words(r.Title) + " " + words(r.Text) + " "
	for i, part := range strings.Split(f.Query, `"`) {
		if i%2 == 1 {
			if phrase := words(part); phrase != "" && !strings.Contains(text, " "+phrase+" ") {
				return false
			}
			continue
		}
		for word := range strings.FieldsSeq(words(part)) {
			if !strings.Contains(text, " "+word+" ") {
				return false
			}
		}
	}
	return true
}

// words reduces a text to its words in lower case with a space between them.
// An apostrophe belongs to its word.
func words(s string) string {
	s = strings.NewReplacer("’", "'", "‘", "'").Replace(strings.ToLower(s))
	return strings.Join(strings.FieldsFunc(s, func(c rune) bool {
		return c != '\'' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	}), " ")
}
