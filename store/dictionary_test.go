package store_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"archiver/article"
	"archiver/store"
)

// A page that was compressed with a dictionary that is no longer there, because
// another process has compacted the archive, is compressed anew.
func TestDictionaryReplaced(t *testing.T) {
	s := create(t)
	var visits []article.Visit
	for n := range 10 {
		visits = append(visits, release(n, at(1)))
	}
	save(t, s, visits...)
	other, err := store.Open(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		compact(t, other)
		v := release(20+n, at(1))
		save(t, s, v)
		p, err := other.Page(urlOf(20+n), 0)
		if err != nil || !bytes.Equal(p.Body, v.Page.Body) {
			t.Errorf("page %d: %v", n, err)
		}
	}
}

// A site that has a new design gets a new dictionary, and old pages stay readable.
// One whose pages have nothing in common does not get one for each.
func TestDictionaryOfNewDesign(t *testing.T) {
	s := create(t)
	design := func(design, n int) article.Visit {
		v := visit(n, "Text.", at(1))
		var b strings.Builder
		for i := range 200 {
			fmt.Fprintf(&b, "<li>%s</li>\n", words(design*1000+i, 8))
		}
		fmt.Fprint(&b, words(n, 50))
		v.Page.Body = []byte(b.String())
		return v
	}
	before := 0
	for n := range 150 {
		save(t, s, design(n/75, n))
		if n == 74 {
			if _, before = store.PageBytes(t, s); before == 0 {
				t.Fatal("there is no dictionary")
			}
		}
	}
	pages, after := store.PageBytes(t, s)
	if after < before*3/2 {
		t.Errorf("dictionaries take %d bytes before the new design and %d after", before, after)
	}
	if pages > 150*1500 {
		t.Errorf("pages take %d bytes", pages)
	}
	for n := range 150 {
		p, err := s.Page(urlOf(n), 0)
		if err != nil || !bytes.Equal(p.Body, design(n/75, n).Page.Body) {
			t.Fatalf("page %d: %v", n, err)
		}
	}
	odd := create(t)
	for n := range 150 {
		save(t, odd, design(n, n))
	}
	if _, dictionaries := store.PageBytes(t, odd); dictionaries > 8*before*2 {
		t.Errorf("dictionaries take %d bytes", dictionaries)
	}
}
