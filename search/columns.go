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
	rows  []row
	used  bitset
	norm  []float32 // by document: what its length does to the weight of a word
	marks []mark    // of releases, where they were asked for
}

// A space is the documents of one kind.
type space struct {
	number int
	chunks []*chunk
	used   int
	counts []valueLists // made when counts are first asked for
}

func (s *space) row(slot int) *row { return &s.chunks[slot/chunkSize].rows[slot%chunkSize] }

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
		for i, r := range c.rows {
			if r.used {
				c.used.set(i)
				s.used++
				total += r.words
			}
		}
	}
	average := max(float64(total)/float64(max(s.used, 1)), 1)
	for _, c := range s.chunks {
		c.norm = make([]float32, len(c.rows))
		for i, r := range c.rows {
			c.norm[i] = float32(saturation * (1 - byLength + byLength*float64(r.words)/average))
		}
	}
}

func (s *space) encodeRows(c *chunk) []byte {
	width := commonWidth
	if s.number == ofQuotations {
		width = quoteWidth
	}
	data := make([]byte, width*len(c.rows))
	for i, r := range c.rows {
		b := data[i*width:]
		binary.LittleEndian.PutUint64(b, uint64(r.published))
		binary.LittleEndian.PutUint64(b[8:], uint64(r.changed))
		binary.LittleEndian.PutUint16(b[16:], uint16(min(r.words, math.MaxUint16)))
		if r.used {
			b[18] = 1
		}
		binary.LittleEndian.PutUint32(b[20:], r.id)
		if s.number == ofQuotations {
			binary.LittleEndian.PutUint32(b[24:], uint32(r.release))
			binary.LittleEndian.PutUint32(b[28:], uint32(r.ordinal))
			binary.LittleEndian.PutUint32(b[32:], uint32(r.speaker))
		}
	}
	return data
}

func (s *space) decodeRows(data []byte) (*chunk, error) {
	width := commonWidth
	if s.number == ofQuotations {
		width = quoteWidth
	}
	if len(data)%width != 0 || len(data)/width > chunkSize {
		return nil, errDamaged
	}
	c := &chunk{rows: make([]row, len(data)/width)}
	for i := range c.rows {
		b := data[i*width:]
		c.rows[i] = row{
			published: int64(binary.LittleEndian.Uint64(b)), changed: int64(binary.LittleEndian.Uint64(b[8:])),
			words: int(binary.LittleEndian.Uint16(b[16:])), used: b[18] == 1,
			id: binary.LittleEndian.Uint32(b[20:]),
		}
		if s.number == ofQuotations {
			c.rows[i].release = int(binary.LittleEndian.Uint32(b[24:]))
			c.rows[i].ordinal = int(binary.LittleEndian.Uint32(b[28:]))
			c.rows[i].speaker = int(binary.LittleEndian.Uint32(b[32:]))
		}
	}
	return c, nil
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
	if len(data) != markWidth*len(c.rows) {
		return errDamaged
	}
	c.marks = make([]mark, len(c.rows))
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
		c, err := s.decodeRows(data)
		if err != nil {
			return nil, err
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
