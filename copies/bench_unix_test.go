//go:build unix

package copies

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"syscall"
	"testing"
	"time"

	"archiver/article"
	"archiver/invented"
)

// generated is an archive whose releases are made as they are asked for, so that
// it takes no memory to speak of.
type generated struct {
	n       int
	number  map[string]int
	ids     []string
	changed map[int]bool
}

func newGenerated(n int) *generated {
	g := &generated{n: n, number: make(map[string]int, n), changed: map[int]bool{}}
	for r := range invented.Records(n) {
		g.number[r.ID] = len(g.ids)
		g.ids = append(g.ids, r.ID)
	}
	return g
}

func (g *generated) Generation() (string, error) { return fmt.Sprint(g.n, len(g.changed)), nil }

func (g *generated) Marks() iter.Seq2[Mark, error] {
	return func(yield func(Mark, error) bool) {
		for i, id := range g.ids {
			mark := Mark{id, 1}
			if g.changed[i] {
				mark.Hash = 2
			}
			if !yield(mark, nil) {
				return
			}
		}
	}
}

func (g *generated) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for _, id := range ids {
			if !yield(invented.Record(g.number[id], g.n), nil) {
				return
			}
		}
	}
}

// BenchmarkUpdate makes an index of so many generated releases, and brings it up to
// date after twenty of them have changed: "cpu-s" and "cpu-s/again" are the seconds of
// processor that took, which other programs do not change, the making of the releases
// (60 µs each) included. "peak-MB" is the most memory in use, less what was before;
// "B/record" the size of the file.
func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{2_000, 20_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if testing.Short() && n > 20_000 {
				b.Skip("takes a minute to make")
			}
			m := newGenerated(n)
			path := filepath.Join(b.TempDir(), "a.copies")
			var peak uint64
			var first, again float64
			for b.Loop() {
				clear(m.changed)
				os.Remove(path)
				stop, begun := watchMemory(), processor(b)
				ix := Open(path)
				if err := ix.Update(b.Context(), m, nil); err != nil {
					b.Fatal(err)
				}
				peak, first = max(peak, stop()), processor(b)-begun
				found, missed, laid, wrong := judge(ix, m.number)
				b.Logf("%d copies found, %d missed; of %d pairs laid side by side %d wrongly taken for copies", found, missed, laid, wrong)
				begun = processor(b)
				for i := range 20 {
					m.changed[i*n/20] = true
				}
				if err := Open(path).Update(b.Context(), m, nil); err != nil {
					b.Fatal(err)
				}
				again = processor(b) - begun
			}
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(peak)/1e6, "peak-MB")
			b.ReportMetric(first, "cpu-s")
			b.ReportMetric(again, "cpu-s/again")
			b.ReportMetric(float64(info.Size())/float64(n), "B/record")
		})
	}
}

// processor returns how many seconds of processor this program has used.
func processor(b *testing.B) float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

// watchMemory looks at how much memory is in use, until the function is called
// that returns the most above what there was.
func watchMemory() func() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	used := func() uint64 {
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	before, most := used(), uint64(0)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				most = max(most, used())
			case <-done:
				return
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-ended
		return max(most, before) - before
	}
}
