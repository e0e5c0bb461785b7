package export

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"archiver/article"
)

// numberedRecords yields records with the addresses 0 to n-1, then err if it is one, and sets
// gone when it has ended.
func numberedRecords(n int, err error, gone *atomic.Bool) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		defer gone.Store(true)
		for i := range n {
			if !yield(&article.Record{URL: strconv.Itoa(i)}, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// TestEach holds that what is begun side by side is ended in the order of the records,
// up to the first error, and that little is begun after that.
func TestEach(t *testing.T) {
	bad := errors.New("bad")
	for _, test := range []struct {
		name       string
		records    int
		read       error  // behind them
		begin, end string // the record that fails
		want       int    // how many are ended
		wantErr    string
	}{
		{name: "none"},
		{name: "one", records: 1, want: 1},
		{name: "a portion", records: portion, want: portion},
		{name: "many", records: 3000, want: 3000},
		{name: "cannot be read", records: 20, read: bad, want: 20, wantErr: "bad"},
		{name: "cannot be begun", records: 30000, begin: "700", want: 700, wantErr: "export 700: bad"},
		{name: "cannot be ended", records: 30000, end: "700", want: 700, wantErr: "export 700: bad"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left
				var gone atomic.Bool
				var begun atomic.Int64
				ended := 0
				n, err := each(numberedRecords(test.records, test.read, &gone), func(r *article.Record) (func() error, error) {
					begun.Add(1)
					time.Sleep(rand.N(time.Millisecond))
					if r.URL == test.begin {
						return nil, bad
					}
					return func() error {
						if r.URL == test.end {
							return bad
						}
						if r.URL != strconv.Itoa(ended) {
							t.Errorf("%s was ended as number %d", r.URL, ended)
						}
						ended++
						return nil
					}, nil
				})
				if err == nil {
					err = errors.New("")
				}
				if n != test.want || ended != n || fmt.Sprint(err) != test.wantErr {
					t.Errorf("got %d, %d ended, %v, want %d, %q", n, ended, err, test.want, test.wantErr)
				}
				if !gone.Load() {
					t.Error("it returned before the records had ended")
				}
				if most := int64(test.want + (portions+4)*portion); begun.Load() > most {
					t.Errorf("%d were begun, want at most %d", begun.Load(), most)
				}
			})
		})
	}
}
