package search

import (
	"encoding/binary"
	"math"
)

// A column row is what is kept of every document in a fixed width, so that it can be
// read for all of them:
//
//	all         published 8, changed 8 (seconds), words 2, in use 2, beginning of the id 4
//	quotations  release 4, ordinal in it 4, speaker 4
//	releases    in a value of its own: id 20, mark 8, hash of the document 8
const (
	commonWidth = 24
	quoteWidth  = commonWidth + 12
	markWidth   = 36
)

// noTime is a time that is not known. It is before all others.
const noTime = math.MinInt64

// A row is that of one document.
type row struct {
	published, changed int64
	words              int
	used               bool
	id                 uint32 // its beginning, to put what is equal in order
	release, ordinal   int    // of a quotation
	speaker            int
}

// A mark is what is known of a release of the archive.
type mark struct {
	id         [20]byte
	mark, hash uint64
}

// A chunk is 4096 documents of a space, or fewer.
type chunk struct {
	data  []byte // their rows as they are kept
	width int
	used  bitset
	norm  []float32 // by document: what its length does to the weight of a word
	marks []mark    // of releases, where they were asked for
}

// A space is the documents of one kind.
type space struct {
	number int
	chunks []*chunk
	used   int
	counts []valueSets // made when counts are first asked for
}

func (s *space) width() int {
	if s.number == ofQuotations {
		return quoteWidth
	}
	return commonWidth
}

// extend adds a chunk.
func (s *space) extend() { s.chunks = append(s.chunks, &chunk{width: s.width()}) }

func (c *chunk) len() int { return len(c.data) / c.width }

func (c *chunk) published(i int) int64 { return int64(binary.LittleEndian.Uint64(c.data[i*c.width:])) }

func (c *chunk) changed(i int) int64 { return int64(binary.LittleEndian.Uint64(c.data[i*c.width+8:])) }

func (c *chunk) inUse(i int) bool { return c.data[i*c.width+18] == 1 }

// row returns what is kept of a document.
func (c *chunk) row(i int) row {
	b := c.data[i*c.width:]
	r := row{
		published: c.published(i), changed: c.changed(i),
		words: int(binary.LittleEndian.Uint16(b[16:])), used: c.inUse(i), id: binary.LittleEndian.Uint32(b[20:]),
	}
	if c.width == quoteWidth {
		r.release = int(binary.LittleEndian.Uint32(b[24:]))
		r.ordinal = int(binary.LittleEndian.Uint32(b[28:]))
		r.speaker = int(binary.LittleEndian.Uint32(b[32:]))
	}
	return r
}

// put keeps a row, of the document after the last one, too.
func (c *chunk) put(i int, r row) {
	if i == c.len() {
		c.data = append(c.data, make([]byte, c.width)...)
	}
	b := c.data[i*c.width:]
	binary.LittleEndian.PutUint64(b, uint64(r.published))
	binary.LittleEndian.PutUint64(b[8:], uint64(r.changed))
	binary.LittleEndian.PutUint16(b[16:], uint16(min(r.words, math.MaxUint16)))
	b[18] = 0
	if r.used {
		b[18] = 1
	}
	binary.LittleEndian.PutUint32(b[20:], r.id)
	if c.width == quoteWidth {
		binary.LittleEndian.PutUint32(b[24:], uint32(r.release))
		binary.LittleEndian.PutUint32(b[28:], uint32(r.ordinal))
		binary.LittleEndian.PutUint32(b[32:], uint32(r.speaker))
	}
}

// BM25's parameters, as everybody has them.
const (
	saturation = 1.2
	byLength   = 0.75
)

// weigh computes what needs all lengths.
func (s *space) weigh() {
	total := 0
	s.used = 0
	for _, c := range s.chunks {
		c.used = bitset{}
		for i := range c.len() {
			if c.inUse(i) {
				c.used.set(i)
				s.used++
				total += int(binary.LittleEndian.Uint16(c.data[i*c.width+16:]))
			}
		}
	}
	average := max(float32(total)/float32(max(s.used, 1)), 1)
	for _, c := range s.chunks {
		c.norm = make([]float32, c.len())
		for i := range c.norm {
			words := float32(binary.LittleEndian.Uint16(c.data[i*c.width+16:]))
			c.norm[i] = saturation * (1 - byLength + byLength*words/average)
		}
	}
}

func (c *chunk) encodeMarks() []byte {
	data := make([]byte, 0, markWidth*len(c.marks))
	for _, m := range c.marks {
		data = append(data, m.id[:]...)
		data = binary.LittleEndian.AppendUint64(data, m.mark)
		data = binary.LittleEndian.AppendUint64(data, m.hash)
	}
	return data
}

func (c *chunk) decodeMarks(data []byte) error {
	if len(data) != markWidth*c.len() {
		return errDamaged
	}
	c.marks = make([]mark, c.len())
	for i := range c.marks {
		b := data[i*markWidth:]
		copy(c.marks[i].id[:], b)
		c.marks[i].mark = binary.LittleEndian.Uint64(b[20:])
		c.marks[i].hash = binary.LittleEndian.Uint64(b[28:])
	}
	return nil
}

// load reads the documents of a space, with their marks if they are wanted.
func load(q querier, number, chunks int, marks bool) (*space, error) {
	s := &space{number: number}
	columns := "rows"
	if marks {
		columns = "rows, marks"
	}
	rows, err := q.Query("SELECT chunk, "+columns+" FROM chunks WHERE space=? ORDER BY chunk", number)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var (
			i                 int
			stored, storedIDs []byte
		)
		to := []any{&i, &stored}
		if marks {
			to = append(to, &storedIDs)
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		if i != len(s.chunks) {
			return nil, errDamaged
		}
		data, err := unsealed(at(sealRows, number, i, ""), stored)
		if err != nil {
			return nil, err
		}
		c := &chunk{data: data, width: s.width()}
		if len(data)%c.width != 0 || c.len() > chunkSize {
			return nil, errDamaged
		}
		if marks {
			data, err := unsealed(at(sealMarks, number, i, ""), storedIDs)
			if err != nil {
				return nil, err
			}
			if err := c.decodeMarks(data); err != nil {
				return nil, err
			}
		}
		s.chunks = append(s.chunks, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(s.chunks) != chunks {
		return nil, errDamaged
	}
	return s, nil
}

// space returns the documents of a space, which are kept in memory between searches.
func (v *view) space(number int) (*space, error) {
	cache := &v.ix.cache
	cache.Lock()
	defer cache.Unlock()
	if cache.serial != v.state.Serial {
		cache.spaces, cache.serial = [2]*space{}, v.state.Serial
	}
	if s := cache.spaces[number]; s != nil {
		return s, nil
	}
	s, err := load(v.tx, number, v.state.Chunks[number], false)
	if err != nil {
		return nil, err
	}
	s.weigh()
	if want := [2]int{v.state.Releases, v.state.Quotations}[number]; s.used != want {
		return nil, errDamaged
	}
	cache.spaces[number] = s
	return s, nil
}
