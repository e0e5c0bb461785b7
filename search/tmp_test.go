package search_test

import (
	"archiver/search"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"
)

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
func TestTmp(t *testing.T) {
	path := "/tmp/w/search.tmp/50k.search"
	n := 50000
	a := newCrowd(n, n+1000)
	ix := search.Open(path, a)
	b := time.Now()
	if err := ix.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	fmt.Println("update", time.Since(b))
	a.grow(10)
	defer func() {}()
	b = time.Now()
	c0 := cpu()
	if err := ix.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	fmt.Println("update10", time.Since(b), cpu()-c0)
	st, _ := os.Stat(path)
	fmt.Println(st.Size() / 1e6)
	for _, q := range queries {
		var r *search.Results
		c0 := cpu()
		for range 20 {
			r, _ = ix.Search(t.Context(), search.Query{Words: q.words})
		}
		c1 := cpu()
		for range 20 {
			ix.Search(t.Context(), search.Query{Words: q.words, Limit: 1})
		}
		c2 := cpu()
		for range 20 {
			ix.Search(t.Context(), search.Query{Words: q.words, Limit: 1, Counts: true})
		}
		c3 := cpu()
		for range 20 {
			x := search.Open(path, a)
			x.Search(t.Context(), search.Query{Words: q.words})
			x.Close()
		}
		c4 := cpu()
		fmt.Printf("%-40s %6d cpu %v  limit1 %v counts %v cold %v\n", q.words, r.Total, (c1-c0)/20, (c2-c1)/20, (c3-c2)/20, (c4-c3)/20)
	}
}
