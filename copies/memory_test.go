package copies

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"archiver/article"
)

// A memory is an archive that lies in memory.
type memory struct {
	changes int
	records map[string]*article.Record
	marks   map[string]uint64
}

func newMemory(records ...*article.Record) *memory {
	m := &memory{records: map[string]*article.Record{}, marks: map[string]uint64{}}
	for _, r := range records {
		m.put(r)
	}
	return m
}

func (m *memory) put(r *article.Record) {
	m.changes++
	m.records[r.ID] = r
	m.marks[r.ID] = uint64(m.changes)
}

func (m *memory) remove(id string) {
	m.changes++
	delete(m.records, id)
}

func (m *memory) Generation() (string, error) { return fmt.Sprint("g", m.changes), nil }

func (m *memory) Marks() iter.Seq2[Mark, error] {
	return func(yield func(Mark, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(m.records)) {
			if !yield(Mark{id, m.marks[id]}, nil) {
				return
			}
		}
	}
}

func (m *memory) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	return func(yield func(*article.Record, error) bool) {
		for _, id := range ids {
			if r := m.records[id]; r != nil && !yield(r, nil) {
				return
			}
		}
	}
}
