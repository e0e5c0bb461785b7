package store

import (
	"fmt"
	"strconv"

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
