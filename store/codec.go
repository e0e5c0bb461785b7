package store

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"

	"archiver/article"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"
)

// maxValue bounds what one value may hold, in bytes before compression. A page
// has at most 10 MiB; a damaged or hostile value could claim anything.
const maxValue = 64 << 20

var (
	// What is the same is encoded the same, maps too, so that it can be compared.
	encMode = must(cbor.EncOptions{Time: cbor.TimeRFC3339NanoUTC, Sort: cbor.SortBytewiseLexical}.EncMode())
	// What could be encoded must be decoded: pages may hold text in no known
	// encoding and lists of any length. The size of a value bounds them all.
	decMode = must(cbor.DecOptions{
		UTF8:             cbor.UTF8DecodeInvalid,
		MaxArrayElements: math.MaxInt32,
		MaxMapPairs:      math.MaxInt32,
	}.DecMode())

	// Both are used through EncodeAll and DecodeAll only, which may run at once.
	// A window of 1 MiB spans nearly every page and bounds the memory. Records and
	// addresses, which every check writes anew, take 40 % less time at this level and
	// 3 % more room; pages, which are most of an archive, have dictionaries and the
	// usual level.
	compressor = newCompressor()
	// Addresses are written and read most, and small. Half of the time goes into the
	// codes for single letters, which save 50 bytes of an address.
	addressCompressor = newCompressor(zstd.WithNoEntropyCompression(true))

	decompressor = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxValue)))
)

func newCompressor(options ...zstd.EOption) *zstd.Encoder {
	return must(zstd.NewWriter(nil, append(options, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20),
		zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.SpeedFastest))...))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // unreachable: the options are constants
	}
	return v
}

// pack encodes and compresses a value. The checksum of its frame tells later
// whether it is still what was saved.
func pack(v any) ([]byte, error) {
	data, err := encode(v)
	if err != nil {
		return nil, err
	}
	return compress(data), nil
}

func encode(v any) ([]byte, error) {
	data, err := encMode.Marshal(v)
	if err != nil {
		return nil, err
	}
	if len(data) > maxValue {
		return nil, fmt.Errorf("has %d bytes, more than the %d that the archive keeps", len(data), maxValue)
	}
	return data, nil
}

func compress(data []byte) []byte {
	return compressor.EncodeAll(data, make([]byte, 0, len(data)/3))
}

func unpack(value []byte, v any) error {
	data, err := decompressor.DecodeAll(value, nil)
	if err != nil {
		return err
	}
	return decMode.Unmarshal(data, v)
}

// An id is a record's or an address's name: the bytes that [article.ID] writes
// in hexadecimal.
type id [20]byte

func idOf(url string) id { return sha1.Sum([]byte(url)) }

func (i id) String() string { return hex.EncodeToString(i[:]) }

// A version names one revision of a record, or the page of one.
type version struct {
	id       id
	revision uint32
}

func (v version) key() []byte {
	return binary.BigEndian.AppendUint32(v.id[:len(v.id):len(v.id)], v.revision)
}

func (v version) String() string { return fmt.Sprintf("%v revision %d", v.id, v.revision) }

func parseVersion(key []byte) (version, error) {
	if len(key) != 24 {
		return version{}, fmt.Errorf("%w: %x names no revision", ErrDamaged, key)
	}
	return version{id(key[:20]), binary.BigEndian.Uint32(key[20:])}, nil
}

// encodeRecord leaves out what [article.Record.Fill] restores.
func encodeRecord(r article.Record) ([]byte, error) {
	r.Schema, r.ID, r.Text = 0, "", ""
	return pack(r)
}

func decodeRecord(v version, value []byte) (*article.Record, error) {
	var r article.Record
	err := unpack(value, &r)
	if err == nil {
		r.Fill()
		if r.ID != v.id.String() || r.Revision != int(v.revision) {
			err = fmt.Errorf("it holds revision %d of %s", r.Revision, r.URL)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: record %v: %w", ErrDamaged, v, err)
	}
	return &r, nil
}

func encodeAddress(a article.Address) ([]byte, error) {
	data, err := encode(a)
	if err != nil {
		return nil, err
	}
	return addressCompressor.EncodeAll(data, make([]byte, 0, len(data))), nil
}

func decodeAddress(i id, value []byte) (article.Address, error) {
	var a article.Address
	err := unpack(value, &a)
	if err == nil && idOf(a.URL) != i {
		err = fmt.Errorf("it holds %s", a.URL)
	}
	if err != nil {
		return article.Address{}, fmt.Errorf("%w: address %v: %w", ErrDamaged, i, err)
	}
	return a, nil
}

// decodeState reads a note of the crawl. Its form is the crawl's own; the frame
// around it tells whether it is still what was saved.
func decodeState(key string, value []byte) ([]byte, error) {
	data, err := decompressor.DecodeAll(value, []byte{})
	if err != nil {
		return nil, fmt.Errorf("%w: note %q: %w", ErrDamaged, key, err)
	}
	return data, nil
}

const (
	stampLayout  = "2006-01-02T15:04:05.000000000Z"
	secondLayout = "2006-01-02T15:04:05Z"
	noTime       = "none" // sorts behind every time
)

// stamp returns a time in a form of fixed width that sorts.
func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

// A siteEntry is a line of the index of addresses.
type siteEntry struct {
	site, found string
	id          id
	next        string
	state       article.State
}

func siteEntryOf(a article.Address) siteEntry {
	return siteEntry{a.Site, stamp(a.Found), idOf(a.URL), stamp(a.Next), a.State}
}

func (e siteEntry) key() []byte {
	return append([]byte(e.site+"\x00"+e.found), e.id[:]...)
}

func (e siteEntry) value() []byte { return []byte(e.next + " " + string(e.state)) }

func parseSiteEntry(key, value []byte) (siteEntry, error) {
	site, rest, ok := bytes.Cut(key, []byte{0})
	next, state, ok2 := strings.Cut(string(value), " ")
	if !ok || !ok2 || len(rest) != len(stampLayout)+20 {
		return siteEntry{}, fmt.Errorf("%w: index of addresses: %q", ErrDamaged, key)
	}
	found, i := rest[:len(stampLayout)], rest[len(stampLayout):]
	return siteEntry{string(site), string(found), id(i), next, article.State(state)}, nil
}

// A dateEntry is a line of the index of the newest revisions.
type dateEntry struct {
	published string // of secondLayout, or noTime
	url       string
	version   version
	status    article.Status
	site      string
	glance    string // see Store.Glance; "" where it was not known
}

func dateEntryOf(r *article.Record) dateEntry {
	return dateEntry{dateKey(r.Published.Time), r.URL, version{idOf(r.URL), uint32(r.Revision)}, r.Status, r.Site, ""}
}

// dateEntryOf is the line of a record with its glance.
func (r reader) dateEntryOf(record *article.Record) dateEntry {
	e := dateEntryOf(record)
	if r.glance != nil {
		e.glance = r.glance(record)
	}
	return e
}

// is reports whether a line of the archive says what it should. A glance in
// another form than today's, or none, is no fault.
func (e dateEntry) is(want dateEntry) bool {
	if e.glance == "" || want.glance == "" || e.glance[0] != want.glance[0] {
		e.glance = want.glance
	}
	return e == want
}

func dateKey(t time.Time) string {
	if t.IsZero() {
		return noTime
	}
	return t.UTC().Format(secondLayout)
}

func (e dateEntry) key() []byte { return []byte(e.published + " " + e.url) }

func (e dateEntry) value() []byte {
	value := append(e.version.key(), string(e.status)+" "+e.site...)
	if e.glance != "" {
		value = append(value, " "+e.glance...)
	}
	return value
}

func parseDateEntry(key, value []byte) (dateEntry, error) {
	published, url, ok := strings.Cut(string(key), " ")
	if !ok || len(value) < 24 {
		return dateEntry{}, fmt.Errorf("%w: index of records: %q", ErrDamaged, key)
	}
	v, err := parseVersion(value[:24])
	if err != nil {
		return dateEntry{}, err
	}
	status, site, ok := strings.Cut(string(value[24:]), " ")
	if !ok {
		return dateEntry{}, fmt.Errorf("%w: index of records: %q", ErrDamaged, key)
	}
	site, glance, _ := strings.Cut(site, " ")
	return dateEntry{published, url, v, article.Status(status), site, glance}, nil
}
