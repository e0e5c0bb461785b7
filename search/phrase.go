package search

import (
	"cmp"
	"database/sql"
	"slices"
)

// phraseOf finds words in a row. It looks for the rarest of its parts first, and reads
// where words stand only where all of them are in a document.
type phraseOf struct {
	f      *finder
	parts  []part // the rarest first
	zones  byte
	idf    float32
	starts []start // used again for each chunk
}

// A part of a phrase is a word, a pair of common words, or the beginning of a word.
type part struct {
	term   string
	prefix bool
	at     int32 // of the phrase's words, its first
	lists  *termLists
}

// A start is where a phrase may begin.
type start struct {
	pos    int32
	slot   uint16
	zone   byte
	goesOn bool
}

// phrase makes words in a row into an evaluator.
func (f *finder) phrase(m match) (evaluator, error) {
	e := &phraseOf{f: f, zones: m.zones}
	last := len(m.words) - 1
	// paired is the part of the i-th word and the next.
	paired := func(i int) (part, bool) {
		if m.kind != termWord || i < 0 || i >= last || m.prefix && i+1 == last {
			return part{}, false
		}
		p, ok := pair(m.words[i], m.words[i+1])
		return part{term: string(termPair) + p, at: int32(i)}, ok
	}
	for i := 0; i <= last; i++ {
		p, ok := paired(i)
		if ok {
			i++
		} else if p, ok = paired(i - 1); !ok {
			p = part{term: string(m.kind) + m.words[i], prefix: m.prefix && i == last, at: int32(i)}
		}
		e.parts = append(e.parts, p)
	}
	for i := range e.parts {
		p := &e.parts[i]
		var err error
		if p.lists, err = f.term(p.term, p.prefix); err != nil {
			return nil, err
		}
	}
	for i, w := range m.words {
		documents, err := 0, error(nil)
		if m.prefix && i == last {
			documents = e.parts[len(e.parts)-1].lists.documents
		} else {
			documents, err = f.documents(string(m.kind) + w)
		}
		if err != nil {
			return nil, err
		}
		e.idf += idf(documents, f.s.used)
	}
	if len(e.parts) == 1 {
		return &wordOf{forms: []form{{e.parts[0].lists, 1}}, zones: m.zones, idf: e.idf, f: f}, nil
	}
	slices.SortStableFunc(e.parts, func(a, b part) int {
		if a.prefix != b.prefix { // whose places are in several lists
			if a.prefix {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.lists.documents, b.lists.documents)
	})
	return e, nil
}

func (p *phraseOf) eval(chunk int, within *bitset, out *hits) error {
	// The documents that have all of the words.
	var candidates bitset
	if within != nil {
		candidates = *within
	}
	for i := range p.parts {
		var here bitset
		for _, list := range p.parts[i].lists.chunks[chunk] {
			for _, p := range p.f.unpacked.read(list.head) {
				here.set(int(p.slot))
			}
		}
		if i == 0 && within == nil {
			candidates = here
		} else {
			candidates.and(&here)
		}
		if candidates.empty() {
			return nil
		}
	}
	p.starts = p.starts[:0]
	for i := range p.parts {
		lists, err := p.f.places(&p.parts[i], chunk)
		if err != nil {
			return err
		}
		if i == 0 {
			for _, list := range lists {
				p.begin(list, &candidates)
			}
			continue
		}
		for _, list := range lists {
			p.follow(list, p.parts[i].at, &candidates)
		}
		left := p.starts[:0]
		for _, s := range p.starts {
			if s.goesOn {
				s.goesOn = false
				left = append(left, s)
			}
		}
		if p.starts = left; len(left) == 0 {
			return nil
		}
	}
	c := p.f.s.chunks[chunk]
	for _, s := range p.starts {
		if int(s.slot) >= len(c.norm) {
			return errDamaged
		}
		out.set.set(int(s.slot))
		out.score[s.slot] += float32(zoneWeight[s.zone]) / 2
	}
	each(&out.set, func(i int) {
		out.score[i] = bm25(p.idf, out.score[i], c.norm[i])
	})
	return nil
}

func (p *phraseOf) atMost() int { return p.parts[0].lists.documents }

// begin takes the places of the first part, of which each further one leaves some.
func (p *phraseOf) begin(list stored, candidates *bitset) {
	offset := p.parts[0].at
	for cur := (cursor{head: list.head, tail: list.tail}); cur.next(); {
		if !candidates.has(cur.slot) {
			continue
		}
		at := int32(0)
		for bytes := cur.pos; len(bytes) > 0; {
			v, n := uvarint(bytes)
			bytes = bytes[n:]
			at += int32(v >> 2)
			if zone := byte(v & 3); offset > 0 || p.zones>>zone&1 != 0 {
				p.starts = append(p.starts, start{pos: at - offset, slot: uint16(cur.slot), zone: zone})
			}
		}
	}
}

// follow notes which starts have the part at offset, of which this is a list, in its
// place. The zone of a phrase is that of its first word.
func (p *phraseOf) follow(list stored, offset int32, candidates *bitset) {
	starts := p.starts
	for cur := (cursor{head: list.head, tail: list.tail}); cur.next() && len(starts) > 0; {
		if !candidates.has(cur.slot) {
			continue
		}
		for len(starts) > 0 && int(starts[0].slot) < cur.slot {
			starts = starts[1:]
		}
		at, zone, bytes := int32(-1), byte(0), cur.pos
		for s := range starts {
			if int(starts[s].slot) != cur.slot {
				break
			}
			wanted := starts[s].pos + offset
			for at < wanted && len(bytes) > 0 {
				v, n := uvarint(bytes)
				bytes = bytes[n:]
				at, zone = max(at, 0)+int32(v>>2), byte(v&3)
			}
			switch {
			case at != wanted:
			case offset > 0:
				starts[s].goesOn = true
			default:
				starts[s].zone, starts[s].goesOn = zone, p.zones>>zone&1 != 0
			}
		}
	}
}

// places reads the lists of a part in a chunk, with their tails.
func (f *finder) places(p *part, chunk int) ([]stored, error) {
	if f.tails == nil {
		var err error
		if f.tails, err = f.v.tx.Prepare("SELECT tail FROM postings WHERE number=?"); err != nil { // which ends with the transaction
			return nil, err
		}
	}
	lists := slices.Clone(p.lists.chunks[chunk])
	for i := range lists {
		var tail []byte
		switch err := f.tails.QueryRow(lists[i].number).Scan(&tail); {
		case err == sql.ErrNoRows:
			return nil, errDamaged
		case err != nil:
			return nil, err
		}
		var err error
		if lists[i].tail, err = readTail(f.s.number, chunk, lists[i].term, tail); err != nil {
			return nil, err
		}
	}
	return lists, nil
}
