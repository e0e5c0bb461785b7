package export

import (
	"iter"

	"archiver/article"
)

// How far records are read ahead: in a few portions, for handing over one at a time
// costs as much as decoding a small one.
const (
	portion  = 16
	portions = 32
)

type read struct {
	record *article.Record
	err    error
}

// ahead yields what recs yields, which runs meanwhile in a goroutine of its own: an
// archive is decoded on one processor while another encodes. When the loop ends, so
// has recs.
func ahead(recs iter.Seq2[*article.Record, error]) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		full, stop := make(chan []read, portions), make(chan struct{})
		go func() {
			defer close(full)
			var list []read
			for r, err := range recs {
				if list = append(list, read{r, err}); len(list) < portion && err == nil {
					continue
				}
				select {
				case full <- list:
				case <-stop:
					return
				}
				list = make([]read, 0, portion)
			}
			select {
			case full <- list:
			case <-stop:
			}
		}()
		defer func() {
			close(stop)
			for range full {
			}
		}()
		for list := range full {
			for i := range list {
				if !yield(list[i].record, list[i].err) {
					return
				}
				list[i].record = nil // which may be large
			}
		}
	}
}
