package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"archiver/article"

	"github.com/cespare/xxhash/v2"
)

// Nearly every check finds what the archive has. So that a record is not decoded and
// written anew to move its LastSeen alone, that stands beside the newest revision: in a
// note of when its page was last seen to say the same, and LastSeen is the later of the
// two. Whatever else changes the record takes the note into it. It is the time in
// seconds since 1970 and a checksum of that and the address.

func encodeSeen(i id, seconds int64) []byte {
	value := binary.BigEndian.AppendUint64(make([]byte, 0, 16), uint64(seconds))
	return binary.BigEndian.AppendUint64(value, xxhash.Sum64(append(i[:len(i):len(i)], value...)))
}

func decodeSeen(i id, value []byte) (article.Time, error) {
	if len(value) == 16 {
		seconds := int64(binary.BigEndian.Uint64(value))
		if string(encodeSeen(i, seconds)) == string(value) {
			return article.At(time.Unix(seconds, 0)), nil
		}
	}
	return article.Time{}, fmt.Errorf("%w: note of when %v was last seen: %x", ErrDamaged, i, value)
}

// seenOf returns what is noted beside a revision; the zero time if there is nothing, or
// it is not the newest.
func (r reader) seenOf(v version) (article.Time, error) {
	value := r.seen.Get(v.id[:])
	if value == nil || v.revision == 0 || r.records.Get(version{v.id, v.revision + 1}.key()) != nil {
		return article.Time{}, nil
	}
	return decodeSeen(v.id, value)
}

// noteSeen notes when the newest revision was seen, unless a later time is noted.
func (w writer) noteSeen(newest version, seen article.Time) error {
	noted, err := w.seenOf(newest)
	if err != nil || !seen.After(noted.Time) {
		return err
	}
	return w.seen.Put(newest.id[:], encodeSeen(newest.id, seen.Unix()))
}

// takeSeen takes the note into the newest revision, before something else is done to
// the record.
func (w writer) takeSeen(i id) error {
	if w.seen.Get(i[:]) == nil {
		return nil
	}
	newest, err := w.newest(i)
	if err != nil {
		return err
	}
	if newest != nil {
		err = w.putRevision(newest)
	}
	return errors.Join(err, w.seen.Delete(i[:]))
}

func checkSeen(r reader, key, value []byte) error {
	if len(key) != len(id{}) {
		return fmt.Errorf("note of when something was last seen under the key %x", key)
	}
	if _, err := decodeSeen(id(key), value); err != nil {
		return err
	}
	if newest, _ := r.newestValue(id(key)); newest.revision == 0 {
		return fmt.Errorf("note of when %v was last seen, of which there is no record", id(key))
	}
	return nil
}

// copySeen copies the notes, each looked at.
func (c *compactor) copySeen() error {
	return c.copyBucket(bucketSeen, func(_ reader, key, value []byte) ([]byte, error) {
		if len(key) != len(id{}) {
			return nil, fmt.Errorf("%w: note of when something was last seen under the key %x", ErrDamaged, key)
		}
		_, err := decodeSeen(id(key), value)
		return value, err
	})
}
