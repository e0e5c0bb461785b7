package store_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/store"
)

// pages gives access to the pages of a [sample], which have 1024 bytes.
type pages []byte

func (p pages) at(id uint64) []byte { return p[id*1024 : (id+1)*1024] }

// newest returns the first page with the higher number of a transaction.
func (p pages) newest() []byte {
	if binary.NativeEndian.Uint64(p.at(1)[64:]) > binary.NativeEndian.Uint64(p.at(0)[64:]) {
		return p.at(1)
	}
	return p.at(0)
}

func (p pages) freelist() []byte { return p.at(binary.NativeEndian.Uint64(p.newest()[48:])) }

// free tells the free pages.
func (p pages) free() map[uint64]bool {
	list := p.freelist()
	free := map[uint64]bool{}
	for i := range int(binary.NativeEndian.Uint16(list[10:])) {
		free[binary.NativeEndian.Uint64(list[16+8*i:])] = true
	}
	return free
}

// find returns the first page in use of a kind with at least so many entries and
// so many pages that continue it.
func (p pages) find(t *testing.T, kind, count uint16, overflow uint32) uint64 {
	t.Helper()
	free := p.free()
	for id := uint64(2); id < uint64(usedBytes(p)/1024); id++ {
		page := p.at(id)
		if !free[id] && binary.NativeEndian.Uint64(page) == id && binary.NativeEndian.Uint16(page[8:]) == kind &&
			binary.NativeEndian.Uint16(page[10:]) >= count && binary.NativeEndian.Uint32(page[12:]) >= overflow {
			return id
		}
	}
	t.Fatalf("the sample has no page of kind %d with %d entries and %d more pages", kind, count, overflow)
	return 0
}

// longLeaf returns the first page of a value of several pages in a bucket of
// several leaves, which opening an archive leaves unread.
func (p pages) longLeaf(t *testing.T) uint64 {
	t.Helper()
	free := p.free()
	for id := uint64(2); id+6 < uint64(usedBytes(p)/1024); id++ {
		page := p.at(id)
		keySize := binary.NativeEndian.Uint32(page[16+8:])
		if !free[id] && binary.NativeEndian.Uint64(page) == id && binary.NativeEndian.Uint16(page[8:]) == leaf &&
			binary.NativeEndian.Uint32(page[12:]) >= 5 && keySize == 24 {
			return id
		}
	}
	t.Fatal("the sample has no such page")
	return 0
}

const branch, leaf = 1, 2

// Damages of the structure that would make bbolt run in a circle, read memory
// that is not there, or write over pages in use are found on opening.
func TestLayoutFaults(t *testing.T) {
	data := sample(t)
	put64 := binary.NativeEndian.PutUint64
	put32 := binary.NativeEndian.PutUint32
	for name, test := range map[string]struct {
		damage func(t *testing.T, p pages)
		want   string
	}{
		"a page leads to itself": {func(t *testing.T, p pages) {
			id := p.find(t, branch, 2, 0)
			put64(p.at(id)[16+8:], id)
		}, "is used twice"},
		"a page leads to its neighbour": {func(t *testing.T, p pages) {
			id := p.find(t, branch, 3, 0)
			copy(p.at(id)[16+16+8:][:8], p.at(id)[16+32+8:][:8])
		}, "is used twice"},
		"a page leads nowhere": {func(t *testing.T, p pages) {
			put64(p.at(p.find(t, branch, 2, 0))[16+16+8:], 1<<40)
		}, "is not one of its"},
		"a page has too many entries": {func(t *testing.T, p pages) {
			binary.NativeEndian.PutUint16(p.at(p.find(t, branch, 2, 0))[10:], 500)
		}, "has 500 entries in 1024 bytes"},
		"a page has no entries": {func(t *testing.T, p pages) {
			binary.NativeEndian.PutUint16(p.at(p.find(t, branch, 2, 0))[10:], 0)
		}, "leads nowhere"},
		"a key is not within its page": {func(t *testing.T, p pages) {
			put32(p.at(p.find(t, branch, 2, 0))[16+4:], 1<<31)
		}, "entry 0 is not within it"},
		"keys are out of order": {func(t *testing.T, p pages) {
			page := p.at(p.find(t, branch, 2, 0))
			pos, size := binary.NativeEndian.Uint32(page[32:]), binary.NativeEndian.Uint32(page[36:])
			clear(page[32+pos:][:size])
		}, "is out of order"},
		"a page is of another kind": {func(t *testing.T, p pages) {
			p.at(p.find(t, branch, 2, 0))[8] = 8
		}, "is of no kind that belongs here"},
		"a page has another number": {func(t *testing.T, p pages) {
			id := p.find(t, branch, 2, 0)
			put64(p.at(id), id+1)
		}, "takes itself for page"},
		"a page is too long": {func(t *testing.T, p pages) {
			put32(p.at(p.find(t, branch, 2, 0))[12:], 1<<30)
		}, "bytes"},
		"a page in use is free": {func(t *testing.T, p pages) {
			put64(p.freelist()[16:], p.find(t, branch, 2, 0))
		}, "is used twice"},
		"the end of a long value is free": {func(t *testing.T, p pages) {
			put64(p.freelist()[16:], p.longLeaf(t)+5)
		}, "is free and used"},
		"too much is free": {func(t *testing.T, p pages) {
			list := p.freelist()
			binary.NativeEndian.PutUint16(list[10:], 0xFFFF)
			put64(list[16:], 1<<50)
		}, "the list of free pages has 1125899906842624 entries"},
		"the list of free pages is none": {func(t *testing.T, p pages) {
			p.freelist()[8] = leaf
		}, "is no list of free pages"},
	} {
		t.Run(name, func(t *testing.T) {
			damaged := pages(bytes.Clone(data))
			test.damage(t, damaged)
			path := filepath.Join(t.TempDir(), "a.db")
			if err := os.WriteFile(path, damaged, 0o644); err != nil {
				t.Fatal(err)
			}
			for name, open := range map[string]func(string) (*store.Store, error){"Open": store.Open, "Create": store.Create} {
				if _, err := open(path); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s: got %v, want it to say %q", name, err, test.want)
				}
			}
		})
	}
}
