package store

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"archiver/article"
)

// A capture names a page of a record by when it was fetched and what it held.
type capture struct {
	fetched int64 // seconds since 1970
	sha     [8]byte
}

func captureOf(c article.Capture) (capture, error) {
	sum, err := hex.DecodeString(c.SHA256)
	if err != nil || len(sum) != 32 {
		return capture{}, fmt.Errorf("%w: %q is no SHA-256", ErrDamaged, c.SHA256)
	}
	return capture{c.Fetched.Unix(), [8]byte(sum)}, nil
}

// key is that of a sighting. Times before 1970 sort behind the others, which
// matters to nobody.
func (c capture) key(i id) []byte {
	return append(binary.BigEndian.AppendUint64(i[:len(i):len(i)], uint64(c.fetched)), c.sha[:]...)
}

func (c capture) compare(d capture) int {
	if c.fetched != d.fetched {
		if c.fetched < d.fetched {
			return -1
		}
		return 1
	}
	return bytes.Compare(c.sha[:], d.sha[:])
}

func parseCapture(key []byte) (i id, c capture, err error) {
	if len(key) != 36 {
		return i, c, fmt.Errorf("%w: %x names no sighting", ErrDamaged, key)
	}
	return id(key[:20]), capture{int64(binary.BigEndian.Uint64(key[20:])), [8]byte(key[28:])}, nil
}

// A sighting is what merging keeps of a capture beside the revisions, so that
// whatever is merged next, and in which order, comes to the same: a capture that
// says what the revision before it says, or how a revision was before the
// merging changed its times.
type sighting struct {
	Copy     bool            `json:"copy,omitempty"` // the revision is one of merging's own: seen to be so again
	LastSeen time.Time       `json:"last_seen"`      // what merging made of it
	Record   *article.Record `json:"record"`         // as it was; nil for a copy
	Page     []byte          `json:"-"`              // nil where a revision has it
}

// storedSighting is a sighting in the archive: the page with the dictionary of its
// site, the rest compressed alone.
type storedSighting struct {
	_    struct{} `cbor:",toarray"`
	Note []byte
	Page []byte
}

func (x sighting) encode() ([]byte, error) {
	note, err := pack(x)
	if err != nil {
		return nil, err
	}
	return encMode.Marshal(storedSighting{Note: note, Page: x.Page})
}

func decodeSighting(i id, c capture, value []byte) (sighting, error) {
	var stored storedSighting
	var x sighting
	err := decMode.Unmarshal(value, &stored)
	if err == nil {
		err = unpack(stored.Note, &x)
	}
	if err == nil && x.Record != nil {
		x.Record.Fill()
		if got, captureErr := captureOf(x.Record.Capture); captureErr != nil || got != c || idOf(x.Record.URL) != i {
			err = fmt.Errorf("it holds one of %s", x.Record.URL)
		}
	}
	if err == nil && x.Record == nil && (len(stored.Page) > 0 || !x.Copy) {
		err = fmt.Errorf("it holds no record")
	}
	if err != nil {
		return x, fmt.Errorf("%w: sighting of %v: %w", ErrDamaged, i, err)
	}
	if len(stored.Page) > 0 {
		x.Page = bytes.Clone(stored.Page)
	}
	return x, nil
}

func checkSighting(r reader, key, value []byte) error {
	i, c, err := parseCapture(key)
	if err != nil {
		return err
	}
	x, err := decodeSighting(i, c, value)
	if err != nil || x.Page == nil {
		return err
	}
	page, err := r.decodePage(version{id: i}, x.Page)
	if err != nil {
		return err
	}
	if got, err := captureOf(page.Capture()); err != nil || got != c {
		return fmt.Errorf("sighting of %v was made from another page than the one kept", i)
	}
	if r.addresses.Get(i[:]) == nil {
		return fmt.Errorf("sighting of %v, which is no known address", i)
	}
	return nil
}
