package search_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"

	"archiver/article"
	"archiver/invented"
	"archiver/search"

	"github.com/cespare/xxhash/v2"
)

// An archive of the tests, in memory. It can be changed while it is read.
type memory struct {
	mu      sync.Mutex
	changes int
	reads   int // records that were handed out
	records map[string]*article.Record
}

func newMemory(records ...*article.Record) *memory {
	m := &memory{records: map[string]*article.Record{}}
	m.put(records...)
	return m
}

func (m *memory) put(records ...*article.Record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.changes++
	for _, r := range records {
		r.Fill()
		m.records[r.ID] = r
	}
}

func (m *memory) drop(ids ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.changes++
	for _, id := range ids {
		delete(m.records, id)
	}
}

func (m *memory) Generation() (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprint(m.changes), nil
}

func (m *memory) Marks() iter.Seq2[search.Mark, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var marks []search.Mark
	for id, r := range m.records {
		data, err := json.Marshal(r)
		if err != nil {
			panic(err)
		}
		marks = append(marks, search.Mark{ID: id, Hash: xxhash.Sum64(data)})
	}
	slices.SortFunc(marks, func(a, b search.Mark) int {
		return m.records[a.ID].Published.Compare(m.records[b.ID].Published.Time)
	})
	return func(yield func(search.Mark, error) bool) {
		for _, mark := range marks {
			if !yield(mark, nil) {
				return
			}
		}
	}
}

func (m *memory) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for _, id := range ids {
			m.mu.Lock()
			r := m.records[id]
			m.reads++
			m.mu.Unlock()
			if r != nil && !yield(r, nil) {
				return
			}
		}
	}
}

// crowd is an archive of any number of releases, which are made when they are read.
type crowd struct {
	size, of   int // size of the first of
	ids        []string
	numbers    map[string]int
	generation int
}

func newCrowd(size, of int) *crowd {
	c := &crowd{size: size, of: of, numbers: make(map[string]int, of)}
	for i := range of {
		id := invented.Record(i, of).ID
		c.ids = append(c.ids, id)
		c.numbers[id] = i
	}
	return c
}

func (c *crowd) grow(n int) { c.size += n; c.generation++ }

func (c *crowd) Generation() (string, error) { return fmt.Sprint(c.size, c.generation), nil }

func (c *crowd) Marks() iter.Seq2[search.Mark, error] {
	return func(yield func(search.Mark, error) bool) {
		for i, id := range c.ids[:c.size] {
			if !yield(search.Mark{ID: id, Hash: uint64(i)}, nil) {
				return
			}
		}
	}
}

func (c *crowd) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for _, id := range ids {
			if !yield(invented.Record(c.numbers[id], c.of), nil) {
				return
			}
		}
	}
}

// open opens the index of an archive in a folder of the test's own.
func open(t testing.TB, path string, archive search.Archive) *search.Index {
	t.Helper()
	ix := search.Open(path, archive)
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return ix
}
