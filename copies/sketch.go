package copies

import (
	"cmp"
	"encoding/hex"
	"math"
	"slices"

	"archiver/article"
)

// A sketch is what the index keeps of a record.
type sketch struct {
	id        [20]byte
	mark      uint64
	published int64 // seconds; math.MaxInt64 where the time is not known
	seen      int64 // first
	text      uint64
	words     uint32
	site      string
	prints    []uint32 // in order, each once
	keys      []uint32 // of references, operations and names, see keys.go
}

// newSketch makes the sketch of a record.
func newSketch(r *article.Record, mark uint64) *sketch {
	text := words(r.Text)
	s := &sketch{
		mark: mark, published: math.MaxInt64, seen: math.MaxInt64,
		text: textHash(text), words: uint32(len(text)), site: r.Site,
		prints: printSet(winnow(text)), keys: keysOf(r),
	}
	s.id, _ = parseID(r.ID)
	if !r.Published.IsZero() {
		s.published = r.Published.Unix()
	}
	if !r.FirstSeen.IsZero() {
		s.seen = r.FirstSeen.Unix()
	}
	return s
}

func parseID(id string) (out [20]byte, ok bool) {
	if len(id) != hex.EncodedLen(len(out)) {
		return out, false
	}
	_, err := hex.Decode(out[:], []byte(id))
	return out, err == nil
}

func (s *sketch) name() string { return hex.EncodeToString(s.id[:]) }

// older orders sketches as their records came out; those without a time are last.
func older(a, b *sketch) int {
	return cmp.Or(
		cmp.Compare(a.published, b.published),
		cmp.Compare(a.seen, b.seen),
		slices.Compare(a.id[:], b.id[:]),
	)
}
