package copies

import (
	"fmt"
	"testing"

	"archiver/article"
	"archiver/invented"
)

// The copies among generated releases, of which it is known what they were made
// from, are all found, and nothing else is: they are told in templates.
func TestGenerated(t *testing.T) {
	const n = 1500
	var records []*article.Record
	number := map[string]int{}
	for r := range invented.Records(n) {
		number[r.ID] = len(records)
		records = append(records, r)
	}
	ix := &Index{}
	if err := ix.Update(t.Context(), newMemory(records...), nil); err != nil {
		t.Fatal(err)
	}
	found := map[invented.Likeness]int{}
	for i, r := range records {
		of, like := invented.Original(i)
		if like == invented.Unlike {
			continue
		}
		if a, b := ix.Of(r.ID), ix.Of(records[of].ID); a == nil || b == nil || a.Cluster != b.Cluster {
			t.Errorf("release %d, a copy (%s) of %d, is not found", i, like, of)
		}
		found[like]++
	}
	t.Log(found)
	for _, l := range ix.links {
		a, b := number[ix.sketches[l.a].name()], number[ix.sketches[l.b].name()]
		ofA, _ := invented.Original(a)
		ofB, _ := invented.Original(b)
		if l.like.Band != None && ofA != ofB {
			t.Errorf("releases %d and %d are taken for copies: %+v", a, b, l.like)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{2_000, 20_000} {
		m := newMemory()
		var text string
		for r := range invented.Records(n) {
			m.put(r)
			text = r.Text
		}
		ix := &Index{}
		if err := ix.Update(b.Context(), m, nil); err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if found, err := ix.Match(text, m); err != nil || len(found) == 0 {
					b.Fatal(found, err)
				}
			}
		})
	}
}

func BenchmarkKin(b *testing.B) {
	const n = 20_000
	m := newMemory()
	var last *article.Record
	for r := range invented.Records(n) {
		m.put(r)
		last = r
	}
	ix := &Index{}
	if err := ix.Update(b.Context(), m, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := ix.Kin(last, m); err != nil {
			b.Fatal(err)
		}
	}
}
