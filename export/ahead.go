package export

import (
	"fmt"
	"iter"
	"runtime"
	"sync"

	"archiver/article"
)

// How far records are read ahead: in a few portions, for handing over one at a time
// costs as much as decoding a small one.
const (
	portion  = 16
	portions = 32
)

// A read is a record that was read ahead.
type read struct {
	record *article.Record
	end    func() error // what is left to do with it in its turn
	err    error
}

// A batch is some of them, one after another.
type batch struct {
	reads []read
	begun chan struct{} // closed when end is known of each
}

func newBatch() *batch {
	return &batch{reads: make([]read, 0, portion), begun: make(chan struct{})}
}

// each calls begin for every record, on several at a time, and what begin returns for
// one after another, in their order. It returns how many of these have succeeded, and
// stops at the first error. Meanwhile records are read in a goroutine of their own: an
// archive is decoded on one processor while another encodes. When each returns, so has
// recs.
func each(recs iter.Seq2[*article.Record, error], begin func(*article.Record) (end func() error, err error)) (n int, err error) {
	inTurn, todo, stop := make(chan *batch, portions), make(chan *batch, portions+1), make(chan struct{})
	var working sync.WaitGroup
	defer working.Wait()
	defer close(stop)

	working.Go(func() {
		defer close(inTurn)
		defer close(todo)
		b := newBatch()
		next := func() (more bool) {
			select {
			case inTurn <- b:
				todo <- b // which has room for all that is not taken in its turn
				b = newBatch()
				return true
			case <-stop:
				return false
			}
		}
		for r, err := range recs {
			b.reads = append(b.reads, read{record: r, err: err})
			if (len(b.reads) == portion || err != nil) && !next() {
				return
			}
		}
		next()
	})
	for range runtime.GOMAXPROCS(0) {
		working.Go(func() {
			for b := range todo {
				select {
				case <-stop:
					return
				default:
				}
				for i := range b.reads {
					if r := &b.reads[i]; r.err == nil {
						if r.end, r.err = begin(r.record); r.err != nil {
							r.err = fmt.Errorf("export %s: %w", r.record.URL, r.err)
						}
					}
				}
				close(b.begun)
			}
		})
	}
	for b := range inTurn {
		<-b.begun
		for i := range b.reads {
			r := &b.reads[i]
			if r.err != nil {
				return n, r.err
			}
			if err := r.end(); err != nil {
				return n, fmt.Errorf("export %s: %w", r.record.URL, err)
			}
			n++
			*r = read{} // which may be large
		}
	}
	return n, nil
}
