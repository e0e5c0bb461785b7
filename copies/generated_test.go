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
	found, missed, laid, wrong := judge(ix, number)
	t.Logf("%d copies found, %d missed; of %d pairs laid side by side %d wrongly taken for copies", found, missed, laid, wrong)
	if found < n/10 || missed > 0 || wrong > 0 {
		t.Error("all were to be found, and nothing else")
	}
}

// judge counts the copies among generated releases that an index has found and
// missed, and the pairs that it laid side by side and wrongly took for copies.
func judge(ix *Index, number map[string]int) (found, missed, laid, wrong int) {
	ids := make([]string, len(number))
	for id, i := range number {
		ids[i] = id
	}
	for i, id := range ids {
		of, like := invented.Original(i)
		if like == invented.Unlike {
			continue
		}
		if a, b := ix.Of(id), ix.Of(ids[of]); a == nil || b == nil || a.Cluster != b.Cluster {
			missed++
		} else {
			found++
		}
	}
	for _, l := range ix.links {
		a, _ := invented.Original(number[ix.sketches[l.a].name()])
		b, _ := invented.Original(number[ix.sketches[l.b].name()])
		if l.like.Band != None && a != b {
			wrong++
		}
	}
	return found, missed, len(ix.links), wrong
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
