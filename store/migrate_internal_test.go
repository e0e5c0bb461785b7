package store

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// addMigration makes one more schema out of a function, for one test.
func addMigration(t *testing.T, m func(*bbolt.Tx) error) {
	t.Helper()
	released := migrations
	t.Cleanup(func() { migrations = released })
	migrations = append(released[:len(released):len(released)], m)
}

func TestMigrate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if _, err := Create(path); err != nil {
		t.Fatal(err)
	}
	runs := 0
	fail := errors.New("out of ink")
	addMigration(t, func(tx *bbolt.Tx) error {
		runs++
		if err := tx.Bucket([]byte(bucketStates)).Put([]byte("two"), compress([]byte("2"))); err != nil || runs == 1 {
			return errors.Join(err, fail)
		}
		return nil
	})

	want := "of an older form (schema 3, not 4): run \"archiver compact\""
	if _, err := Open(path); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Open: got %v, want it to say %q", err, want)
	}
	if _, err := Create(path); !errors.Is(err, fail) || !strings.Contains(err.Error(), "bring it to schema 4") {
		t.Errorf("first try: got %v", err)
	}
	if _, err := Open(path); err == nil {
		t.Error("a migration that failed was kept")
	}
	s, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if two, err := s.State("two"); string(two) != "2" || err != nil {
		t.Errorf("got %q, %v", two, err)
	}
	if _, err := Create(path); err != nil || runs != 2 {
		t.Errorf("%v; the migration ran %d times, want 2", err, runs)
	}
	if _, err := Open(path); err != nil {
		t.Error(err)
	}
}
