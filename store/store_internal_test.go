package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// A panic in a transaction is a mistake of ours, unless the file is damaged.
func TestPanic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(do func(func(*bbolt.Tx) error) error, before func() error) (p any, err error) {
		defer func() { p = recover() }()
		return nil, do(func(*bbolt.Tx) error {
			if err := before(); err != nil {
				return err
			}
			panic("a mistake")
		})
	}
	nothing := func() error { return nil }
	for name, do := range map[string]func(func(*bbolt.Tx) error) error{"view": s.view, "update": s.update} {
		if p, err := try(do, nothing); p != "a mistake" {
			t.Errorf("%s: got %v, panic %v, want the panic", name, err, p)
		}
	}
	// The file is closed again, so that others are not kept out.
	s.Wait = 100 * time.Millisecond
	if err := s.SetState("x", []byte("1")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	spoil := func() error { return os.Truncate(path, 5000) }
	if p, err := try(s.view, spoil); !errors.Is(err, ErrDamaged) || p != nil {
		t.Errorf("damaged: got %v, panic %v, want ErrDamaged", err, p)
	}
}
