package copies

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"os"
	"slices"

	"archiver/intact"

	"github.com/cespare/xxhash/v2"
)

// The file of an index, all numbers little-endian:
//
//	"archiver copies\n", format, Version                        16 bytes, 4, 4
//	generation                                                  text
//	number of sites, each a text                                4
//	number of sketches; fingerprints and keys of all together   4, 8
//	each sketch: id, mark, published, seen, text, words, site,  20, 8, 8, 8, 8, 4, 4
//	    number of fingerprints, of keys, these                  4, 4, 4 each
//	number of formulas, these                                   4, 4 each
//	number of links                                             4
//	each link: two sketches, basis, shares, words, facts, band  4, 4, 8, 8, 8, 4, 4, 1
//	XXH64 of all that                                           8
//
// A text is its length in 4 bytes and that many bytes. Clusters follow from the
// links and are not kept.
const (
	magic  = "archiver copies\n"
	format = 1
)

var errFile = errors.New("is no index of copies, is damaged, or was made by another version")

// readFile reads an index.
func readFile(path string) (*Index, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return decode(data)
}

// decode reads an index from its bytes. It takes only what encode can have written.
func decode(data []byte) (*Index, error) {
	if len(data) < len(magic)+16 || string(data[:len(magic)]) != magic {
		return nil, errFile
	}
	body, sum := data[:len(data)-8], binary.LittleEndian.Uint64(data[len(data)-8:])
	if xxhash.Sum64(body) != sum {
		return nil, errFile
	}
	d := decoder{rest: body[len(magic):]}
	if d.uint32() != format || d.uint32() != Version {
		return nil, errFile
	}
	ix := &Index{generation: d.text()}
	sites := make([]string, d.count(4))
	for i := range sites {
		sites[i] = d.text()
	}
	const least = 20 + 4*8 + 4*4
	ix.sketches = make([]*sketch, d.count(least))
	numbers := make([]uint32, d.count64(4))
	all := make([]sketch, len(ix.sketches))
	for i := range all {
		s := &all[i]
		copy(s.id[:], d.bytes(len(s.id)))
		s.mark, s.published, s.seen, s.text = d.uint64(), int64(d.uint64()), int64(d.uint64()), d.uint64()
		s.words = d.uint32()
		if site := d.uint32(); site < uint32(len(sites)) {
			s.site = sites[site]
		} else {
			d.failed = true
		}
		prints, keys := d.count(4), d.count(4)
		if d.failed || prints+keys > len(numbers) {
			return nil, errFile
		}
		s.prints, numbers = d.numbers(numbers, prints)
		s.keys, numbers = d.numbers(numbers, keys)
		ix.sketches[i] = s
		if i > 0 && older(ix.sketches[i-1], s) >= 0 {
			d.failed = true
		}
	}
	n := d.count(4)
	ix.formulas, _ = d.numbers(make([]uint32, n), n)
	if !slices.IsSorted(ix.formulas) {
		return nil, errFile
	}
	ix.links = make([]link, d.count(4+4+3*8+2*4+1))
	for i := range ix.links {
		l := &ix.links[i]
		l.a, l.b, l.basis = int32(d.uint32()), int32(d.uint32()), d.uint64()
		l.like.Of = [2]float64{math.Float64frombits(d.uint64()), math.Float64frombits(d.uint64())}
		l.like.Words, l.like.Facts = int(d.uint32()), int(d.uint32())
		band := int(d.bytes(1)[0])
		if d.failed || l.a < 0 || l.b <= l.a || int(l.b) >= len(ix.sketches) || band > len(Bands) ||
			!(l.like.Of[0] >= 0 && l.like.Of[0] <= 1 && l.like.Of[1] >= 0 && l.like.Of[1] <= 1) {
			return nil, errFile
		}
		if band > 0 {
			l.like.Band = Bands[band-1]
		}
	}
	if d.failed || len(d.rest) > 0 || len(numbers) > 0 {
		return nil, errFile
	}
	return ix, nil
}

// A decoder reads numbers until there are no more; then it gives zeros and says
// that it failed.
type decoder struct {
	rest   []byte
	failed bool
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.rest) {
		d.failed, d.rest = true, nil
		return make([]byte, min(n, 64))
	}
	out := d.rest[:n]
	d.rest = d.rest[n:]
	return out
}

func (d *decoder) uint32() uint32 { return binary.LittleEndian.Uint32(d.bytes(4)) }
func (d *decoder) uint64() uint64 { return binary.LittleEndian.Uint64(d.bytes(8)) }

// count reads how many things follow, each of at least so many bytes; more than
// there can be is none.
func (d *decoder) count(size int) int { return d.checked(uint64(d.uint32()), size) }

func (d *decoder) count64(size int) int { return d.checked(d.uint64(), size) }

func (d *decoder) checked(n uint64, size int) int {
	if d.failed || n > uint64(len(d.rest)/size) {
		d.failed = true
		return 0
	}
	return int(n)
}

func (d *decoder) text() string { return string(d.bytes(d.count(1))) }

// numbers reads so many numbers into the beginning of room, and returns them and
// the rest of it.
func (d *decoder) numbers(room []uint32, n int) (out, rest []uint32) {
	out = room[:n:n]
	for i := range out {
		out[i] = d.uint32()
	}
	return out, room[n:]
}

// An encoder writes numbers.
type encoder struct {
	out  *bufio.Writer
	sum  hash.Hash64
	room [8]byte
}

func (e *encoder) write(b []byte) {
	_, _ = e.out.Write(b) // an error comes out of Flush
	_, _ = e.sum.Write(b) // never fails
}

func (e *encoder) uint32(n uint32) {
	binary.LittleEndian.PutUint32(e.room[:], n)
	e.write(e.room[:4])
}

func (e *encoder) uint64(n uint64) {
	binary.LittleEndian.PutUint64(e.room[:], n)
	e.write(e.room[:])
}

func (e *encoder) text(s string) {
	e.uint32(uint32(len(s)))
	e.write([]byte(s))
}

// encode writes the index.
func (ix *Index) encode(w io.Writer) error {
	e := &encoder{out: bufio.NewWriterSize(w, 1<<16), sum: xxhash.New()}
	e.write([]byte(magic))
	e.uint32(format)
	e.uint32(Version)
	e.text(ix.generation)
	numbers := 0
	var sites []string
	number := map[string]uint32{}
	for _, s := range ix.sketches {
		numbers += len(s.prints) + len(s.keys)
		if _, ok := number[s.site]; !ok {
			number[s.site] = uint32(len(sites))
			sites = append(sites, s.site)
		}
	}
	e.uint32(uint32(len(sites)))
	for _, site := range sites {
		e.text(site)
	}
	e.uint32(uint32(len(ix.sketches)))
	e.uint64(uint64(numbers))
	for _, s := range ix.sketches {
		e.write(s.id[:])
		for _, n := range []uint64{s.mark, uint64(s.published), uint64(s.seen), s.text} {
			e.uint64(n)
		}
		for _, n := range []uint32{s.words, number[s.site], uint32(len(s.prints)), uint32(len(s.keys))} {
			e.uint32(n)
		}
		for _, n := range s.prints {
			e.uint32(n)
		}
		for _, n := range s.keys {
			e.uint32(n)
		}
	}
	e.uint32(uint32(len(ix.formulas)))
	for _, n := range ix.formulas {
		e.uint32(n)
	}
	e.uint32(uint32(len(ix.links)))
	for _, l := range ix.links {
		e.uint32(uint32(l.a))
		e.uint32(uint32(l.b))
		for _, n := range []uint64{l.basis, math.Float64bits(l.like.Of[0]), math.Float64bits(l.like.Of[1])} {
			e.uint64(n)
		}
		e.uint32(uint32(l.like.Words))
		e.uint32(uint32(l.like.Facts))
		band := byte(0)
		for i, b := range Bands {
			if b == l.like.Band {
				band = byte(i + 1)
			}
		}
		e.write([]byte{band})
	}
	e.uint64(e.sum.Sum64())
	return e.out.Flush()
}

// save writes the index's file, whole or not at all. An index without a path is
// kept in memory alone.
func (ix *Index) save() error {
	if ix.path == "" {
		return nil
	}
	file, err := intact.Create(ix.path, 0o644)
	if err != nil {
		return err
	}
	defer file.Discard()
	if err := ix.encode(file); err != nil {
		return fmt.Errorf("write %s: %w", ix.path, err)
	}
	return file.Replace()
}
