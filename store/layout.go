package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/bits"
	"os"
)

// bbolt trusts its file: a page that points to itself makes it run until the
// stack is used up, a wrong length makes it read memory that is not there, a
// wrong list of free pages makes it write over good ones. So we look at the
// structure of a file before bbolt does. The form of the file is documented in
// bbolt's internal/common; numbers are in the byte order of the machine.
const (
	pageHeaderSize = 16 // id uint64, flags uint16, count uint16, overflow uint32
	elementSize    = 16 // of a page of either kind
	metaSize       = 64 // behind the header of page 0 and of page 1
	metaMagic      = 0xED0CDAED
	metaVersion    = 2

	flagBranch   = 0x01
	flagLeaf     = 0x02
	flagFreelist = 0x10

	flagBucket = 0x01 // of an element of a leaf page
	maxDepth   = 64   // of a tree; a real one has less than ten levels

	maxPage = 128 << 20 // bytes of a page with those that continue it: twice the largest value
)

var order = binary.NativeEndian

// meta is what a meta page says of the file.
type meta struct {
	pageSize int64
	root     uint64 // page of the bucket of buckets
	freelist uint64 // page of the list of free pages
	high     uint64 // pages from here on were never used
	txid     uint64
}

// readMeta returns the newest valid meta page of a file, as bbolt chooses it.
func readMeta(f *os.File) (meta, error) {
	first, ok := metaAt(f, 0)
	second, ok2 := meta{}, false
	if ok {
		second, ok2 = metaAt(f, first.pageSize)
	}
	// Without the first page the size of a page, and so the place of the
	// second, is unknown.
	for size := int64(1 << 10); !ok && !ok2 && size <= 1<<24; size *= 2 {
		second, ok2 = metaAt(f, size)
	}
	m := first
	switch {
	case !ok && !ok2:
		var magic [4]byte
		if _, err := f.ReadAt(magic[:], pageHeaderSize); err != nil && !errors.Is(err, io.EOF) {
			return meta{}, err
		}
		if order.Uint32(magic[:]) == metaMagic {
			return meta{}, fmt.Errorf("%w: both of its first pages are spoilt: %s", ErrDamaged, restore)
		}
		return meta{}, ErrNotArchive
	case !ok || ok2 && second.txid > first.txid:
		m = second
	}
	info, err := f.Stat()
	if err != nil {
		return meta{}, err
	}
	if pages := uint64(info.Size() / m.pageSize); m.high > pages {
		return meta{}, fmt.Errorf("%w: it is cut short, with %d of %d pages: %s", ErrDamaged, pages, m.high, restore)
	}
	return m, nil
}

// restore is what there is to do about a damaged archive.
const restore = "nothing was changed; take a copy of it and restore a backup"

func metaAt(f *os.File, offset int64) (meta, bool) {
	var page [pageHeaderSize + metaSize]byte
	if _, err := f.ReadAt(page[:], offset); err != nil {
		return meta{}, false
	}
	b := page[pageHeaderSize:]
	sum := fnv.New64a()
	sum.Write(b[:56])
	m := meta{
		pageSize: int64(order.Uint32(b[8:])),
		root:     order.Uint64(b[16:]),
		freelist: order.Uint64(b[32:]),
		high:     order.Uint64(b[40:]),
		txid:     order.Uint64(b[48:]),
	}
	ok := order.Uint32(b) == metaMagic && order.Uint32(b[4:]) == metaVersion &&
		order.Uint64(b[56:]) == sum.Sum64() &&
		m.pageSize >= 1<<9 && m.pageSize <= 1<<24 && bits.OnesCount64(uint64(m.pageSize)) == 1
	return m, ok
}

// checkLayout reports the first fault in the structure of a file, as an error
// that wraps [ErrDamaged]. Unless it shall be full, it reads only what leads to
// other pages, and leaves the leaves of the buckets, nearly all of a file,
// unread: what is wrong in them makes bbolt panic at worst.
func checkLayout(f *os.File, full bool) error {
	m, err := readMeta(f)
	if err != nil {
		return err
	}
	l := layout{file: f, meta: m, full: full, taken: make([]uint64, m.high/64+1)}
	if err = l.tree(m.root, 0, nil, nil, true); err == nil {
		err = l.free()
	}
	if err != nil {
		return fmt.Errorf("%w: %w: %s", ErrDamaged, err, restore)
	}
	return nil
}

// A layout is one look at the structure of a file.
type layout struct {
	meta
	file  *os.File
	full  bool
	taken []uint64 // a bit for each page that was met
}

// claim notes that pages belong to what is being looked at. A page belongs to
// one thing only, which also ends every circle.
func (l *layout) claim(id, n uint64) error {
	if id < 2 || id >= l.high || n > l.high-id {
		return fmt.Errorf("page %d is not one of its %d pages", id, l.high)
	}
	for i := id; i < id+n; i++ {
		if l.isTaken(i) {
			return fmt.Errorf("page %d is used twice", i)
		}
		l.taken[i/64] |= 1 << (i % 64)
	}
	return nil
}

func (l *layout) isTaken(id uint64) bool { return l.taken[id/64]&(1<<(id%64)) != 0 }

// header reads the beginning of a page: its kind and how many further pages it
// takes.
func (l *layout) header(id uint64) (flags uint16, overflow uint64, err error) {
	var h [pageHeaderSize]byte
	if id >= l.high {
		return 0, 0, fmt.Errorf("page %d is not one of its %d pages", id, l.high)
	}
	if _, err := l.file.ReadAt(h[:], int64(id)*l.pageSize); err != nil {
		return 0, 0, err
	}
	if got := order.Uint64(h[:]); got != id {
		return 0, 0, fmt.Errorf("page %d takes itself for page %d", id, got)
	}
	return order.Uint16(h[8:]), uint64(order.Uint32(h[12:])), nil
}

// page reads a page with those that continue it.
func (l *layout) page(id uint64) (flags uint16, data []byte, err error) {
	flags, overflow, err := l.header(id)
	if err != nil {
		return 0, nil, err
	}
	if size := int64(overflow+1) * l.pageSize; size > maxPage {
		return 0, nil, fmt.Errorf("page %d has %d bytes", id, size)
	}
	if err := l.claim(id, overflow+1); err != nil {
		return 0, nil, err
	}
	data = make([]byte, int64(overflow+1)*l.pageSize)
	_, err = l.file.ReadAt(data, int64(id)*l.pageSize)
	return flags, data, err
}

// tree looks at a tree of pages whose keys are not less than low and, unless it
// is nil, less than high. The leaves of the tree of buckets lead to trees.
func (l *layout) tree(id uint64, depth int, low, high []byte, ofBuckets bool) error {
	if depth > maxDepth {
		return fmt.Errorf("page %d is %d levels deep", id, depth)
	}
	flags, data, err := l.page(id)
	if err != nil {
		return err
	}
	elements, err := readElements(data, flags)
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	for i, e := range elements {
		if bytes.Compare(e.key, low) < 0 || high != nil && bytes.Compare(e.key, high) >= 0 {
			return fmt.Errorf("page %d: key %d is out of order", id, i)
		}
		low = e.key
		if i > 0 && bytes.Equal(e.key, elements[i-1].key) {
			return fmt.Errorf("page %d: key %d is there twice", id, i)
		}
	}
	if flags == flagLeaf {
		return l.buckets(id, depth, elements, ofBuckets)
	}
	// All leaves of a tree lie at the same depth.
	skip := false
	if !l.full && !ofBuckets {
		kind, _, err := l.header(elements[0].page)
		if err != nil {
			return err
		}
		skip = kind == flagLeaf
	}
	for i, e := range elements {
		next := high
		if i+1 < len(elements) {
			next = elements[i+1].key
		}
		if skip {
			err = l.claim(e.page, 1)
		} else {
			err = l.tree(e.page, depth+1, e.key, next, ofBuckets)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// buckets looks at the buckets that a leaf holds.
func (l *layout) buckets(id uint64, depth int, elements []element, allowed bool) error {
	for i, e := range elements {
		if e.flags&flagBucket == 0 {
			continue
		}
		if !allowed || len(e.value) < 16 {
			return fmt.Errorf("page %d: element %d is no bucket", id, i)
		}
		root := order.Uint64(e.value) // and a sequence that we do not use
		if root != 0 {
			if err := l.tree(root, depth+1, nil, nil, false); err != nil {
				return fmt.Errorf("bucket %q: %w", e.key, err)
			}
			continue
		}
		// A small bucket is a leaf page within the value.
		page := e.value[16:]
		if len(page) < pageHeaderSize || order.Uint16(page[8:]) != flagLeaf {
			return fmt.Errorf("bucket %q is no page", e.key)
		}
		inner, err := readElements(page, flagLeaf)
		if err != nil {
			return fmt.Errorf("bucket %q: %w", e.key, err)
		}
		for j, e := range inner {
			if e.flags&flagBucket != 0 || j > 0 && bytes.Compare(inner[j-1].key, e.key) >= 0 {
				return fmt.Errorf("page %d: element %d of a bucket within is out of order", id, j)
			}
		}
	}
	return nil
}

// free looks at the list of free pages.
func (l *layout) free() error {
	flags, data, err := l.page(l.freelist)
	if err != nil {
		return err
	}
	if flags != flagFreelist {
		return fmt.Errorf("page %d is no list of free pages", l.freelist)
	}
	ids := data[pageHeaderSize:]
	count := uint64(order.Uint16(data[10:]))
	if count == 0xFFFF {
		count, ids = order.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids)/8) {
		return fmt.Errorf("the list of free pages has %d entries in %d bytes", count, len(ids))
	}
	for i := range count {
		id := order.Uint64(ids[8*i:])
		if err := l.claim(id, 1); err != nil {
			return fmt.Errorf("free page: %w", err)
		}
		if l.full || l.isTaken(id-1) {
			continue
		}
		// What stands before it must continue a leaf that we have not read.
		leaf := id - 1
		for leaf > 1 && !l.isTaken(leaf) {
			leaf--
		}
		if leaf < 2 {
			continue
		}
		_, overflow, err := l.header(leaf)
		if err != nil {
			return err
		}
		if leaf+overflow >= id {
			return fmt.Errorf("page %d is free and used", id)
		}
	}
	return nil
}

// An element is an entry of a branch or of a leaf page.
type element struct {
	flags      uint32
	key, value []byte
	page       uint64 // of a branch: where it leads
}

func readElements(data []byte, flags uint16) ([]element, error) {
	if flags != flagBranch && flags != flagLeaf {
		return nil, fmt.Errorf("is of no kind that belongs here (%#x)", flags)
	}
	count := int(order.Uint16(data[10:]))
	if pageHeaderSize+count*elementSize > len(data) {
		return nil, fmt.Errorf("has %d entries in %d bytes", count, len(data))
	}
	if flags == flagBranch && count == 0 {
		return nil, fmt.Errorf("leads nowhere")
	}
	elements := make([]element, count)
	for i := range elements {
		rest := data[pageHeaderSize+i*elementSize:] // places count from the entry itself
		e, pos, key, value := &elements[i], uint64(0), uint64(0), uint64(0)
		if flags == flagBranch {
			pos, key = uint64(order.Uint32(rest)), uint64(order.Uint32(rest[4:]))
			e.page = order.Uint64(rest[8:])
		} else {
			e.flags = order.Uint32(rest)
			pos, key, value = uint64(order.Uint32(rest[4:])), uint64(order.Uint32(rest[8:])), uint64(order.Uint32(rest[12:]))
		}
		if key == 0 || pos+key+value > uint64(len(rest)) {
			return nil, fmt.Errorf("entry %d is not within it", i)
		}
		e.key, e.value = rest[pos:pos+key], rest[pos+key:pos+key+value]
	}
	return elements, nil
}
