package store

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"archiver/article"

	"go.etcd.io/bbolt"
)

const (
	keyFormat  = "format"
	keySchema  = "schema"
	formatName = "archiver"
)

// migrations lead from a new file to the archive of today; their number is the
// version of the schema. Append to them, never change one: archives in the
// world have been through it.
var migrations = []func(tx *bbolt.Tx) error{
	createBuckets,
	addCare,
	addLives,
}

// migrate brings an archive up to date, in the one transaction.
func migrate(tx *bbolt.Tx) error {
	version := 0
	if tx.Bucket([]byte(bucketMeta)) != nil {
		var err error
		if version, err = schema(tx); err != nil {
			return err
		}
	}
	for i, m := range migrations[version:] {
		if err := m(tx); err != nil {
			return fmt.Errorf("bring it to schema %d: %w", version+i+1, err)
		}
	}
	return tx.Bucket([]byte(bucketMeta)).Put([]byte(keySchema), []byte(strconv.Itoa(len(migrations))))
}

// schema returns the version of an archive's schema. It refuses a file that is
// no archive or that is newer than this program.
func schema(tx *bbolt.Tx) (int, error) {
	b := tx.Bucket([]byte(bucketMeta))
	if b == nil || string(b.Get([]byte(keyFormat))) != formatName {
		return 0, fmt.Errorf("%w: it is a database of another program", ErrNotArchive)
	}
	text := string(b.Get([]byte(keySchema)))
	version, err := strconv.Atoi(text)
	if err != nil || version < 1 {
		return 0, fmt.Errorf("%w: its schema is %q", ErrDamaged, text)
	}
	if version > len(migrations) {
		return 0, fmt.Errorf("%w: its schema is %d, this one knows up to %d: install a newer version", ErrNewerSchema, version, len(migrations))
	}
	for _, name := range buckets {
		if version == len(migrations) && tx.Bucket([]byte(name)) == nil {
			return 0, fmt.Errorf("%w: its bucket %q is missing: %s", ErrDamaged, name, restore)
		}
	}
	return version, nil
}

// createBuckets is schema 1.
func createBuckets(tx *bbolt.Tx) error {
	for _, name := range []string{"meta", "addresses", "sites", "records", "by-date", "pages", "states"} {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	return tx.Bucket([]byte("meta")).Put([]byte(keyFormat), []byte(formatName))
}

// addCare is schema 2: dictionaries for pages, the audit of what is suppressed,
// what merging keeps beside the revisions, and a checksum for each note of the
// crawl. Pages stay as they are; a frame says whether it needs a dictionary.
func addCare(tx *bbolt.Tx) error {
	for _, name := range []string{"dictionaries", "suppressed", "sightings"} {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	states := tx.Bucket([]byte("states"))
	notes := map[string][]byte{}
	if err := states.ForEach(func(key, value []byte) error {
		notes[string(key)] = compress(value)
		return nil
	}); err != nil {
		return err
	}
	for key, value := range notes {
		if err := states.Put([]byte(key), value); err != nil {
			return err
		}
	}
	// Until now it was only the state of an address that said so.
	c := tx.Bucket([]byte("addresses")).Cursor()
	for key, value := c.First(); key != nil; key, value = c.Next() {
		if len(key) != 20 {
			return fmt.Errorf("%w: address under the key %x", ErrDamaged, key)
		}
		a, err := decodeAddress(id(key), value)
		if err != nil {
			return err
		}
		if a.State != article.StateSuppressed {
			continue
		}
		was := a
		was.State, was.Reason, was.Next, was.Tries, was.ETag, was.Modified = article.StateNew, "", time.Time{}, 0, "", ""
		if k, _ := tx.Bucket([]byte("records")).Cursor().Seek(key); bytes.HasPrefix(k, key) {
			was.State = article.StateFetched
		}
		data, err := pack(Suppression{URL: a.URL, Site: a.Site, Was: was, Events: []SuppressionEvent{
			{What: EventSuppressed, At: a.Checked.UTC(), Reason: a.Reason},
		}})
		if err != nil {
			return err
		}
		if err := tx.Bucket([]byte("suppressed")).Put(key, data); err != nil {
			return err
		}
	}
	return nil
}

// addLives is schema 3: the log of when pages went missing, and why, and the notes of
// when pages were last seen. Of those that are not there the log begins with what the
// address tells.
func addLives(tx *bbolt.Tx) error {
	if _, err := tx.CreateBucket([]byte("seen")); err != nil {
		return err
	}
	lives, err := tx.CreateBucket([]byte("lives"))
	if err != nil {
		return err
	}
	return tx.Bucket([]byte("addresses")).ForEach(func(key, value []byte) error {
		if len(key) != 20 {
			return fmt.Errorf("%w: address under the key %x", ErrDamaged, key)
		}
		a, err := decodeAddress(id(key), value)
		if err != nil {
			return err
		}
		if packed := tx.Bucket([]byte("suppressed")).Get(key); packed != nil && a.State == article.StateSuppressed {
			x, err := decodeSuppression(id(key), packed)
			if err != nil {
				return err
			}
			a = x.Was
		}
		missing := article.StatusChange{Status: "missing", At: a.MissingSince, Cause: "unknown"}
		switch a.State {
		case "missing", "gone":
			missing.Cause, missing.Reason = causeOf(a.Reason), a.Reason
			if missing.At.IsZero() {
				missing.At = a.Checked
			}
		case "failed", "blocked", "forbidden": // the reason is that of this check
		default:
			return nil
		}
		if missing.At.IsZero() {
			return nil
		}
		changes := []article.StatusChange{missing}
		if a.State == "gone" {
			gone := missing
			gone.Status, gone.At = "gone", a.Checked
			changes = append(changes, gone)
		}
		value, err = pack(life{a.URL, changes})
		if err != nil {
			return err
		}
		return lives.Put(key, value)
	})
}

// causeOf is what the words of schema 2 say of a page that was not found.
func causeOf(reason string) article.Cause {
	switch {
	case strings.HasPrefix(reason, "HTTP status 404"):
		return "404"
	case strings.HasPrefix(reason, "HTTP status 410"):
		return "410"
	case strings.HasPrefix(reason, "leads to "):
		return "redirect"
	case reason == "":
		return "unknown"
	}
	return "soft-404" // what the reader said of the page that came
}
