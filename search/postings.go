package search

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"

	"github.com/cespare/xxhash/v2"
)

// A list says in which documents of a chunk a term stands, and where. It is kept in
// two parts, so that the second is read for phrases alone:
//
//	head  how many documents, as a uvarint; for each of them its number in the chunk, less that of the one before, as a
//	      uvarint; then a byte: the zones in the upper four bits, the weight in the lower
//	tail  for each document: how many bytes follow, as a uvarint; then for each place
//	      where the term stands its position, less that before, times 4, plus the zone,
//	      as a uvarint
//
// Both begin with a checksum of four bytes.
type list struct {
	head, tail []byte
	count      int // documents

	last   int // document
	slot   int // the document that is being added, or -1
	pos    []byte
	at     int // position
	zones  byte
	weight int
}

// chunkSize is how many documents a chunk has: so many that few lists have to be read
// for a query, and so few that it costs little to write them again.
const chunkSize = 4096

// Zones of a text.
const (
	zoneTitle = iota
	zoneLead
	zoneQuote
	zoneBody
)

const everyZone byte = 1<<zoneTitle | 1<<zoneLead | 1<<zoneQuote | 1<<zoneBody

// zoneWeight is what a word counts by its zone, in halves.
var zoneWeight = [4]int{zoneTitle: 10, zoneLead: 4, zoneQuote: 3, zoneBody: 2}

// levels are the weights that four bits stand for, in halves.
var levels = [16]int{1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 56, 80, 128}

func level(weight int) byte {
	i := 0
	for i < len(levels)-1 && levels[i+1] <= weight {
		i++
	}
	return byte(i)
}

// stands adds a place to the document that is being added.
func (l *list) stands(pos int, zone byte) {
	l.pos = binary.AppendUvarint(l.pos, uint64(pos-l.at)<<2|uint64(zone))
	l.at = pos
}

// counts adds to the weight of the document that is being added.
func (l *list) counts(zone byte) {
	l.zones |= 1 << zone
	l.weight += zoneWeight[zone]
}

// end ends the document that is being added.
func (l *list) end() {
	l.put(l.slot, l.zones<<4|level(l.weight), l.pos)
	l.slot, l.pos, l.at, l.zones, l.weight = -1, l.pos[:0], 0, 0, 0
}

func (l *list) put(slot int, mark byte, pos []byte) {
	l.head = binary.AppendUvarint(l.head, uint64(slot-l.last))
	l.head = append(l.head, mark)
	l.tail = binary.AppendUvarint(l.tail, uint64(len(pos)))
	l.tail = append(l.tail, pos...)
	l.last = slot
	l.count++
}

// errDamaged says that the index is not what was written. Whoever meets it has the
// index built again.
var errDamaged = errors.New("the index is damaged")

// A cursor reads a list.
type cursor struct {
	head, tail []byte // without their checksums; the tail may be left out
	slot       int
	mark       byte
	pos        []byte
}

// next goes to the next document. It reports whether there is one.
func (c *cursor) next() bool {
	if len(c.head) == 0 {
		return false
	}
	var step int
	if c.head[0] < 0x80 {
		step, c.head = int(c.head[0]), c.head[1:]
	} else {
		v, n := binary.Uvarint(c.head)
		if n <= 0 {
			return false
		}
		step, c.head = int(v), c.head[n:]
	}
	c.slot += step
	if len(c.head) == 0 || c.slot >= chunkSize || c.slot < 0 {
		c.head = nil
		return false
	}
	c.mark, c.head = c.head[0], c.head[1:]
	if c.tail != nil {
		if len(c.tail) == 0 {
			c.head = nil
			return false
		}
		size, n := uvarint(c.tail)
		if size > uint64(len(c.tail)-n) {
			c.head, c.tail = nil, nil
			return false
		}
		c.pos, c.tail = c.tail[n:n+int(size)], c.tail[n+int(size):]
	}
	return true
}

// A posting says of a list's term that it stands in a document.
type posting struct {
	slot uint16
	mark byte
}

// unpacked is where the head of a list is unpacked, in a third of the time that a
// cursor takes.
type unpacked [chunkSize]posting

// read unpacks a head. What it returns holds until the next.
func (u *unpacked) read(head []byte) []posting {
	n, slot := 0, 0
	for i := 0; i+1 < len(head) && n < len(u); i++ {
		step := int(head[i])
		if i++; step >= 0x80 {
			v, size := binary.Uvarint(head[i-1:])
			if i += size - 1; size <= 0 || v >= chunkSize || i >= len(head) {
				break
			}
			step = int(v)
		}
		if slot += step; slot >= chunkSize {
			break
		}
		u[n] = posting{uint16(slot), head[i]}
		n++
	}
	return u[:n]
}

// merge returns old without the documents that leave, and with those of add, which
// are not in it. Any of the lists may be empty.
func merge(old, add *list, leave *bitset) *list {
	out := &list{slot: -1}
	a := cursor{head: old.head, tail: old.tail}
	b := cursor{head: add.head, tail: add.tail}
	moreA, moreB := a.next(), b.next()
	for moreA || moreB {
		switch {
		case moreA && leave.has(a.slot):
			moreA = a.next()
		case moreA && (!moreB || a.slot < b.slot):
			out.put(a.slot, a.mark, a.pos)
			moreA = a.next()
		default:
			out.put(b.slot, b.mark, b.pos)
			moreB = b.next()
		}
	}
	return out
}

// A bitset is a set of the documents of a chunk.
type bitset [chunkSize / 64]uint64

func (b *bitset) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }
func (b *bitset) set(i int)      { b[i>>6] |= 1 << (i & 63) }
func (b *bitset) empty() bool    { return *b == bitset{} }

func (b *bitset) and(other *bitset) {
	for i := range b {
		b[i] &= other[i]
	}
}

func (b *bitset) or(other *bitset) {
	for i := range b {
		b[i] |= other[i]
	}
}

func (b *bitset) without(other *bitset) {
	for i := range b {
		b[i] &^= other[i]
	}
}

// common returns how many are in both.
func (b *bitset) common(other *bitset) (n int) {
	for i, word := range b {
		n += bits.OnesCount64(word & other[i])
	}
	return n
}

func (b *bitset) len() (n int) {
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// A spot is where a value is kept. It is part of the value's checksum, so that one
// in a wrong place is noticed.
type spot uint64

// at is the spot of a value of a table: kind names the table and column.
func at(kind byte, space, number int, term string) spot {
	return spot(xxhash.Sum64String(term) ^ uint64(kind)<<56 ^ uint64(space)<<48 ^ uint64(number+1)*0x9e3779b97f4a7c15)
}

// What is under a checksum.
const (
	sealState = iota + 1
	sealRows
	sealMarks
	sealHead
	sealTail
	sealTerm
	sealSpeaker
)

// sealed is a value with its checksum before it.
func sealed(where spot, value []byte) []byte {
	out := make([]byte, 4, 4+len(value))
	binary.LittleEndian.PutUint32(out, seal(where, value))
	return append(out, value...)
}

// unsealed is the value that was sealed.
func unsealed(where spot, stored []byte) ([]byte, error) {
	if len(stored) < 4 || binary.LittleEndian.Uint32(stored) != seal(where, stored[4:]) {
		return nil, errDamaged
	}
	return stored[4:], nil
}

func seal(where spot, value []byte) uint32 {
	h := uint64(where) ^ xxhash.Sum64(value)
	return uint32(h ^ h>>32)
}

// idf is what a term weighs that stands in df of n documents.
func idf(df, n int) float32 {
	return float32(math.Log1p((float64(n-df) + 0.5) / (float64(df) + 0.5)))
}

// stored is a list as it is kept.
func (l *list) stored(space, chunk int, term string) (head, tail []byte) {
	head = append(binary.AppendUvarint(make([]byte, 0, len(l.head)+2), uint64(l.count)), l.head...)
	return sealed(at(sealHead, space, chunk, term), head), sealed(at(sealTail, space, chunk, term), l.tail)
}

// readHead checks the head of a list that was kept.
func readHead(space, chunk int, term string, stored []byte) (count int, head []byte, err error) {
	head, err = unsealed(at(sealHead, space, chunk, term), stored)
	if err != nil {
		return 0, nil, err
	}
	v, n := binary.Uvarint(head)
	if n <= 0 {
		return 0, nil, errDamaged
	}
	return int(v), head[n:], nil
}

func readTail(space, chunk int, term string, stored []byte) ([]byte, error) {
	return unsealed(at(sealTail, space, chunk, term), stored)
}
