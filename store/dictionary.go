package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"

	"archiver/article"

	"github.com/klauspost/compress/zstd"
	"go.etcd.io/bbolt"
)

// Pages of one site are nearly the same page, so each is compressed with a
// dictionary: what other pages of its site hold, which it then need not repeat.
// The first page of a site becomes its dictionary, and so does a later one that
// gains little from it because the site has a new design. [Store.Compact] makes
// a better one of several pages. A dictionary stays as long as a page needs it.
const (
	// A page of fewer bytes gains nothing worth a dictionary.
	minDictionary = 1 << 10
	// What Compact makes a dictionary of, in bytes. More gains little: on the pages
	// of the demo site four times as much saves a twentieth.
	maxDictionary = 256 << 10
	// How many dictionaries a site gets between two runs of Compact. It bounds what
	// a site costs whose pages have nothing in common.
	maxDictionaries = 8

	// The dictionaries that a Store keeps at hand: those to read with, and those of
	// them to write with, which takes about 2 MB each. A crawl asks eight sites at a
	// time.
	readableDictionaries = 128
	writableDictionaries = 8

	// A crawl compresses at less than half the cost of zstd's usual level, and the
	// pages take some 1 % more room until Compact, which has the time.
	crawlLevel   = zstd.SpeedFastest
	compactLevel = zstd.SpeedDefault

	// The numbers that the format leaves to its users.
	minNumber, maxNumber = 1 << 15, 1<<31 - 1
)

// A dictionary is what pages of a site are compressed with.
type dictionary struct {
	number  uint32 // follows from its content; the frames that need it name it
	content []byte
	level   zstd.EncoderLevel // to compress with; zero: crawlLevel

	mu      sync.Mutex
	encoder *zstd.Encoder // nil until it is needed
	decoder *zstd.Decoder
}

// A storedDictionary is a dictionary as the archive holds it.
type storedDictionary struct {
	Site    string
	Content []byte
}

// numberOf returns the number of a dictionary. Because it follows from the
// content, what was compressed with one in an archive is never read with another
// of the same number, whatever took the archive's place meanwhile.
func numberOf(content []byte) uint32 {
	sum := sha256.Sum256(content)
	return minNumber + binary.BigEndian.Uint32(sum[:])%(maxNumber-minNumber)
}

func newDictionary(content []byte) *dictionary {
	return &dictionary{number: numberOf(content), content: content}
}

func (d *dictionary) encode(data []byte) []byte {
	d.mu.Lock()
	if d.encoder == nil {
		d.encoder = must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(encoders), zstd.WithWindowSize(1<<20),
			zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(max(d.level, crawlLevel)), zstd.WithEncoderDictRaw(d.number, d.content)))
	}
	encoder := d.encoder
	d.mu.Unlock()
	return encoder.EncodeAll(data, make([]byte, 0, len(data)/6))
}

func (d *dictionary) decode(frame []byte) ([]byte, error) {
	d.mu.Lock()
	if d.decoder == nil {
		d.decoder = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxMemory(maxValue), zstd.WithDecoderDictRaw(d.number, d.content)))
	}
	decoder := d.decoder
	d.mu.Unlock()
	return decoder.DecodeAll(frame, nil)
}

// dictionaryKey is SITE 00 SERIAL NUMBER: the last of a site is the one that new
// pages are compressed with.
func dictionaryKey(site string, serial, number uint32) []byte {
	key := append([]byte(site), 0)
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(key, serial), number)
}

func parseDictionaryKey(key []byte) (site string, serial, number uint32, err error) {
	if n := len(key) - 9; n > 0 && key[n] == 0 {
		return string(key[:n]), binary.BigEndian.Uint32(key[n+1:]), binary.BigEndian.Uint32(key[n+5:]), nil
	}
	return "", 0, 0, fmt.Errorf("%w: %q names no dictionary", ErrDamaged, key)
}

func decodeDictionary(key, value []byte) (*dictionary, error) {
	site, _, number, err := parseDictionaryKey(key)
	if err != nil {
		return nil, err
	}
	var stored storedDictionary
	if err = unpack(value, &stored); err == nil && (stored.Site != site || numberOf(stored.Content) != number) {
		err = errors.New("it holds another")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: dictionary %d of site %s: %w", ErrDamaged, number, site, err)
	}
	return newDictionary(stored.Content), nil
}

// dictionaries are those that a Store has at hand.
type dictionaries struct {
	mu       sync.Mutex
	byNumber map[uint32]*dictionary
	current  map[string]*dictionary // by site; nil for a site that has none
	writing  []*dictionary          // the last ones, the latest at the end
}

func (c *dictionaries) get(number uint32) *dictionary {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byNumber[number]
}

func (c *dictionaries) add(d *dictionary) *dictionary {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.byNumber[d.number]; known != nil {
		return known
	}
	if c.byNumber == nil || len(c.byNumber) >= readableDictionaries {
		c.byNumber = map[uint32]*dictionary{}
	}
	c.byNumber[d.number] = d
	return d
}

// currentOf returns the dictionary that a site was last seen to have. It may
// not be so any more, which [writer.fit] finds out.
func (c *dictionaries) currentOf(site string) (d *dictionary, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d, known = c.current[site]
	return d, known
}

func (c *dictionaries) setCurrent(site string, d *dictionary) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current == nil {
		c.current = map[string]*dictionary{}
	}
	c.current[site] = d
}

// encode compresses with d and lets go of the encoder that was used longest ago.
func (c *dictionaries) encode(d *dictionary, data []byte) []byte {
	c.mu.Lock()
	if i := slices.Index(c.writing, d); i >= 0 {
		c.writing = slices.Delete(c.writing, i, i+1)
	}
	c.writing = append(c.writing, d)
	if len(c.writing) > writableDictionaries {
		old := c.writing[0]
		c.writing = slices.Delete(c.writing, 0, 1)
		old.mu.Lock()
		old.encoder = nil
		old.mu.Unlock()
	}
	c.mu.Unlock()
	return d.encode(data)
}

// A frame is a page as the archive holds it, copied, with what is needed to read
// it once its transaction has ended.
type frame struct {
	data       []byte
	dictionary *dictionary // nil where none is needed
}

// dictionaryOf returns the number of the dictionary that a frame needs, 0 for
// none.
func dictionaryOf(data []byte) (uint32, error) {
	var h zstd.Header
	if err := h.Decode(data); err != nil {
		return 0, err
	}
	return h.DictionaryID, nil
}

// frame makes a frame of the value of a page.
func (r reader) frame(v version, value []byte) (frame, error) {
	number, err := dictionaryOf(value)
	if err != nil {
		return frame{}, fmt.Errorf("%w: page %v: %w", ErrDamaged, v, err)
	}
	data, err := keep(value)
	if err != nil || number == 0 {
		return frame{data: data}, err
	}
	d, err := r.dictionary(number)
	if err == nil && d == nil {
		err = fmt.Errorf("%w: its dictionary %d is missing", ErrDamaged, number)
	}
	if err != nil {
		return frame{}, fmt.Errorf("page %v: %w", v, err)
	}
	return frame{data, d}, nil
}

// open returns what a frame holds.
func (f frame) open() ([]byte, error) {
	if f.dictionary == nil {
		return decompressor.DecodeAll(f.data, nil)
	}
	return f.dictionary.decode(f.data)
}

func (f frame) page(v version) (*article.Page, error) {
	var p article.Page
	data, err := f.open()
	if err == nil {
		err = decMode.Unmarshal(data, &p)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: page %v: %w", ErrDamaged, v, err)
	}
	return &p, nil
}

// decodePage reads the value of a page.
func (r reader) decodePage(v version, value []byte) (*article.Page, error) {
	f, err := r.frame(v, value)
	if err != nil {
		return nil, err
	}
	return f.page(v)
}

// dictionary returns the dictionary of a number, nil if there is none.
func (r reader) dictionary(number uint32) (*dictionary, error) {
	if d := r.cache.get(number); d != nil {
		return d, nil
	}
	key, value := r.findDictionary(number)
	if key == nil {
		return nil, nil
	}
	d, err := decodeDictionary(key, value)
	if err != nil {
		return nil, err
	}
	return r.cache.add(d), nil
}

// findDictionary goes through them all: they are few, and found in the cache
// from then on.
func (r reader) findDictionary(number uint32) (key, value []byte) {
	c := r.dicts.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if _, _, n, err := parseDictionaryKey(k); err == nil && n == number {
			return k, v
		}
	}
	return nil, nil
}

// currentDictionary returns the dictionary for new pages of a site, nil if it
// has none, and the serial number of its last.
func (r reader) currentDictionary(site string) (d *dictionary, serial uint32, err error) {
	prefix := append([]byte(site), 0)
	var key, value []byte
	c := r.dicts.Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		key, value = k, v
	}
	if key == nil {
		return nil, 0, nil
	}
	_, serial, number, err := parseDictionaryKey(key)
	if err != nil {
		return nil, 0, err
	}
	if d = r.cache.get(number); d == nil {
		if d, err = decodeDictionary(key, value); err == nil {
			d = r.cache.add(d)
		}
	}
	return d, serial, err
}

// packPage compresses a page outside a transaction, with the dictionary that its
// site is known to have. It returns nil where there is none yet, and leaves the
// page to [writer.fit].
func (s *Store) packPage(site string, data []byte) ([]byte, error) {
	if len(data) < minDictionary {
		return compress(data), nil
	}
	d, known := s.dicts.currentOf(site)
	if !known {
		if err := s.view(func(tx *bbolt.Tx) (err error) {
			d, _, err = s.reader(tx).currentDictionary(site)
			return err
		}); err != nil {
			return nil, err
		}
		s.dicts.setCurrent(site, d)
	}
	if d == nil {
		return nil, nil
	}
	packed := s.dicts.encode(d, data)
	if gainsLittle(data, packed) {
		return nil, nil
	}
	return packed, nil
}

// gainsLittle reports whether a page is hardly smaller by its dictionary. It
// looks at one page in eight, by the checksum at the end of the frame, because
// compressing each twice would take twice as long.
func gainsLittle(data, packed []byte) bool {
	if packed[len(packed)-1] >= 32 || len(packed) < len(data)/16 {
		return false
	}
	return 3*len(packed) > 2*len(compress(data))
}

// fit makes sure that the archive can read the page of a draft: its dictionary
// may be gone since the page was compressed, or not made yet.
func (w writer) fit(d *draft) error {
	if d.Page == nil {
		return nil
	}
	if d.packed != nil {
		number, err := dictionaryOf(d.packed)
		if err != nil {
			return err
		}
		if key, _ := w.findDictionary(number); number == 0 || key != nil {
			return nil
		}
	}
	data, err := encode(d.Page)
	if err != nil {
		return fmt.Errorf("the page %w", err)
	}
	d.packed, err = w.packPage(d.site(), data)
	return err
}

// packPage compresses a page with the dictionary of its site, and makes one of
// it if there is none that helps.
func (w writer) packPage(site string, data []byte) ([]byte, error) {
	if len(data) < minDictionary {
		return compress(data), nil
	}
	d, serial, err := w.currentDictionary(site)
	if err != nil {
		return nil, err
	}
	if d != nil {
		packed := w.cache.encode(d, data)
		if !gainsLittle(data, packed) || serial >= maxDictionaries {
			w.cache.setCurrent(site, d)
			return packed, nil
		}
	}
	if d, err = w.putDictionary(site, serial+1, data); err != nil {
		return nil, err
	}
	if d == nil {
		return compress(data), nil
	}
	return w.cache.encode(d, data), nil
}

// putDictionary keeps a new dictionary of a site. It returns nil where its number
// is another's.
func (w writer) putDictionary(site string, serial uint32, content []byte) (*dictionary, error) {
	content = content[max(0, len(content)-maxDictionary):]
	d := newDictionary(bytes.Clone(content))
	if key, value := w.findDictionary(d.number); key != nil {
		// The same content, or, once in two thousand million, another one that has
		// the number. Then the page does without.
		if old, err := decodeDictionary(key, value); err != nil || !bytes.Equal(old.content, content) {
			return nil, err
		}
	}
	value, err := pack(storedDictionary{site, content})
	if err != nil {
		return nil, err
	}
	if err := w.dicts.Put(dictionaryKey(site, serial, d.number), value); err != nil {
		return nil, err
	}
	// A commit that fails leaves it in the cache: fit looks whether it is there.
	return w.cache.add(d), nil
}
