package health

import (
	"slices"
	"testing"
	"time"

	"archiver/article"
)

// A glance tells what its outline does, and no other form is taken for one.
func TestGlance(t *testing.T) {
	seen := time.Date(2024, 5, 3, 10, 4, 5, 0, time.UTC)
	full := &article.Record{
		Site: "x", Title: "T", Lead: "L", Published: article.At(seen.Add(-time.Hour)), FirstSeen: article.At(seen),
		Blocks:     []article.Block{{Kind: article.BlockParagraph, Text: "L", Lead: true}, {Kind: article.BlockParagraph, Text: "B"}},
		Quotes:     []article.Quote{{}},
		Topics:     []article.Topic{{}},
		Extraction: article.Extraction{Fields: map[string]string{"published": "dateline"}},
	}
	full.Capture.Status = 200
	for name, r := range map[string]*article.Record{
		"full": full, "nothing": {Site: "x"},
		"a document": {Site: "x", Title: "T", FirstSeen: article.At(seen), Related: []article.Headline{{}}},
	} {
		o := OutlineOf(r)
		glance := o.Glance()
		if slices.ContainsFunc([]rune(glance), func(c rune) bool { return c <= ' ' || c > '~' }) {
			t.Errorf("%s: glance %q", name, glance)
		}
		got := AtGlance(r.Site, r.Published.Time, glance)
		if got == nil {
			t.Fatalf("%s: %q is not read", name, glance)
		}
		if got.Fields() != o.Fields() || !got.FirstSeen.Equal(o.FirstSeen.Time) || got.FirstSeen.IsZero() != o.FirstSeen.IsZero() ||
			!got.Published.Equal(o.Published.Time) || got.Published.IsZero() != o.Published.IsZero() ||
			(got.Capture.Status != 0) != (o.Capture.Status != 0) || got.Site != o.Site {
			t.Errorf("%s: %+v at a glance, %+v", name, got, o)
		}
		if again := got.Glance(); again != glance {
			t.Errorf("%s: %q, then %q", name, glance, again)
		}
	}
	for _, glance := range []string{"", "b12", "a", "a-", "azzzzzzz.1", "a1.x!", "12"} {
		if o := AtGlance("x", seen, glance); o != nil {
			t.Errorf("%q gives %+v", glance, o)
		}
	}
}
