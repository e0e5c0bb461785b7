package invented_test

import (
	"reflect"
	"strings"
	"testing"

	"archiver/article"
	"archiver/invented"
)

// Every release is one that an archive takes, and no two have one address.
func TestRecords(t *testing.T) {
	const n = 2000
	addresses := map[string]bool{}
	kinds := map[article.Kind]int{}
	likenesses := map[invented.Likeness]int{}
	var last article.Time
	for i, r := range enumerate(n) {
		if err := r.Validate(); err != nil {
			t.Fatalf("release %d: %v", i, err)
		}
		if addresses[r.URL] {
			t.Errorf("release %d has the address of an earlier one: %s", i, r.URL)
		}
		addresses[r.URL] = true
		if r.Published.Before(last.Time) {
			t.Errorf("release %d is of %v, before the one before it", i, r.Published)
		}
		last = r.Published
		kinds[r.Kind]++
		of, like := invented.Original(i)
		likenesses[like]++
		if _, deeper := invented.Original(of); deeper != invented.Unlike {
			t.Errorf("release %d is a copy of %d, which is a copy", i, of)
		}
		if like == invented.Exact && r.Text != invented.Record(of, n).Text {
			t.Errorf("release %d is no exact copy of %d", i, of)
		}
		if like == invented.Report && !strings.Contains(r.Text, strings.SplitN(invented.Record(of, n).Text, "\n", 2)[0]) {
			t.Errorf("release %d does not hold the lead of %d", i, of)
		}
	}
	for _, kind := range []article.Kind{article.KindFraud, article.KindAppeal, article.KindCourt, article.KindCommunity} {
		if kinds[kind] < n/20 {
			t.Errorf("only %d of %d are of kind %s", kinds[kind], n, kind)
		}
	}
	for _, like := range []invented.Likeness{invented.Exact, invented.Campaign, invented.Report} {
		if likenesses[like] < n/100 {
			t.Errorf("only %d of %d are copies of the sort %s", likenesses[like], n, like)
		}
	}
}

func enumerate(n int) func(yield func(int, *article.Record) bool) {
	return func(yield func(int, *article.Record) bool) {
		i := 0
		for r := range invented.Records(n) {
			if !yield(i, r) {
				return
			}
			i++
		}
	}
}

func TestSame(t *testing.T) {
	for _, i := range []int{0, 41, 99} {
		if a, b := invented.Record(i, 100), invented.Record(i, 100); !reflect.DeepEqual(a, b) {
			t.Errorf("release %d is another each time", i)
		}
	}
}

func BenchmarkRecord(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		invented.Record(i%1000, 1000)
	}
}
