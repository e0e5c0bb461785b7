package store_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archiver/article"
	"archiver/store"

	"go.etcd.io/bbolt"
)

// Check finds what is wrong in an archive whose structure is sound.
func TestCheckFinds(t *testing.T) {
	s, err := store.Create(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	notArticle := known(urlOf(4), article.StateNotArticle, at(1))
	notArticle.Page = visit(4, "Listing.", at(1)).Page
	save(t, s, visit(1, "One.", at(1)), visit(1, "One!", at(2)), visit(2, "Two.", at(1)), visit(3, "Three.", at(1)),
		known(urlOf(3), article.StateSuppressed, at(2)), notArticle, visit(5, "Five.", at(1)), missing404(urlOf(5), at(2)), unchanged(2, at(2)))
	whole, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}

	id := func(n int) []byte {
		id, err := hex.DecodeString(article.ID(urlOf(n)))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	revision := func(n int, revision byte) []byte { return append(id(n), 0, 0, 0, revision) }
	dated := func(n int) []byte {
		return []byte(visit(n, "", at(0)).Record.Published.UTC().Format("2006-01-02T15:04:05Z ") + urlOf(n))
	}
	found := func(n int) []byte { return append([]byte("x\x002026-06-01T11:00:00.000000000Z"), id(n)...) }
	type tamper func(bucket func(string) *bbolt.Bucket) error
	remove := func(bucket string, key []byte) tamper {
		return func(b func(string) *bbolt.Bucket) error {
			if b(bucket).Get(key) == nil {
				return errors.New("the test looks for a key that is not there")
			}
			return b(bucket).Delete(key)
		}
	}
	put := func(bucket string, key, value []byte) tamper {
		return func(b func(string) *bbolt.Bucket) error { return b(bucket).Put(key, value) }
	}
	copyOf := func(bucket string, from, to []byte) tamper {
		return func(b func(string) *bbolt.Bucket) error {
			return b(bucket).Put(to, bytes.Clone(b(bucket).Get(from)))
		}
	}
	for name, test := range map[string]struct {
		tamper tamper
		want   string
	}{
		"address key":          {put("addresses", []byte("x"), []byte("x")), "address under the key 78"},
		"address value":        {put("addresses", id(1), []byte("x")), "damaged: address " + article.ID(urlOf(1))},
		"address swapped":      {copyOf("addresses", id(2), id(1)), "it holds " + urlOf(2)},
		"address gone":         {remove("addresses", id(1)), "revision 2 is of no known address"},
		"address unindexed":    {remove("sites", found(1)), "address " + urlOf(1) + " is not in its index"},
		"index of addresses":   {put("sites", []byte("x"), []byte("x")), `index of addresses: "x"`},
		"index of no address":  {copyOf("sites", found(1), found(9)), "the index of addresses has " + article.ID(urlOf(9))},
		"record key":           {put("records", []byte("x"), []byte("x")), "78 names no revision"},
		"record value":         {put("records", revision(1, 1), []byte("x")), "damaged: record " + article.ID(urlOf(1)) + " revision 1"},
		"record swapped":       {copyOf("records", revision(2, 1), revision(1, 2)), "it holds revision 1 of " + urlOf(2)},
		"first revision gone":  {remove("records", revision(1, 1)), "has no revision before it"},
		"record gone":          {remove("records", revision(2, 1)), "page " + article.ID(urlOf(2)) + " revision 1 has no record"},
		"record unindexed":     {remove("by-date", dated(2)), "record " + article.ID(urlOf(2)) + " revision 1 is not in its index"},
		"suppressed shown":     {put("by-date", dated(3), append(revision(3, 1), "live x"...)), "record " + article.ID(urlOf(3)) + " revision 1 is not in its index"},
		"index of records":     {put("by-date", []byte("x"), []byte("x")), `index of records: "x"`},
		"index without status": {put("by-date", []byte("x "), revision(1, 1)), `index of records: "x "`},
		"index of no record":   {put("by-date", []byte("none y"), append(revision(9, 1), "live x"...)), "the index of records has " + article.ID(urlOf(9))},
		"index of old record":  {put("by-date", dated(1), append(revision(1, 1), "live x"...)), "the index of records has " + article.ID(urlOf(1))},
		"page key":             {put("pages", []byte("x"), []byte("x")), "78 names no revision"},
		"page gone":            {remove("pages", revision(1, 1)), "was made from another page"},
		"page swapped":         {copyOf("pages", revision(1, 2), revision(1, 1)), "was made from another page"},
		"page value":           {put("pages", revision(1, 1), []byte("x")), "damaged: page " + article.ID(urlOf(1)) + " revision 1"},
		"page of no article":   {put("pages", revision(4, 0), []byte("x")), "damaged: page " + article.ID(urlOf(4)) + " revision 0"},
		"status log key":       {put("lives", []byte("x"), []byte("x")), "status log under the key 78"},
		"status log value":     {put("lives", id(5), []byte("x")), "damaged: status log of " + article.ID(urlOf(5))},
		"status log swapped":   {copyOf("lives", id(5), id(1)), "it holds that of " + urlOf(5)},
		"status log gone":      {remove("lives", id(5)), "is missing, and there is no status log"},
		"last seen key":        {put("seen", []byte("x"), []byte("x")), "last seen under the key 78"},
		"last seen value":      {put("seen", id(2), []byte("x")), "damaged: note of when " + article.ID(urlOf(2))},
		"last seen swapped":    {copyOf("seen", id(2), id(1)), "damaged: note of when " + article.ID(urlOf(1))},
		"last seen, no record": {remove("records", revision(2, 1)), article.ID(urlOf(2)) + " was last seen, of which there is no record"},
		"bucket": {func(b func(string) *bbolt.Bucket) error {
			return b("pages").Tx().DeleteBucket([]byte("pages"))
		}, `its bucket "pages" is missing`},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			if err := os.WriteFile(path, whole, 0o644); err != nil {
				t.Fatal(err)
			}
			damaged, err := store.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			db, err := bbolt.Open(path, 0o644, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
				return test.tamper(func(name string) *bbolt.Bucket { return tx.Bucket([]byte(name)) })
			}), db.Close()); err != nil {
				t.Fatal(err)
			}
			if err := damaged.Check(); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to say %q", err, test.want)
			}
			if _, err := useAll(path); err == nil {
				t.Error("nothing else tells")
			}
		})
	}
}

// Check ends, however much is wrong.
func TestCheckManyFaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s, err := store.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o644, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
		for n := range 1000 {
			if err := tx.Bucket([]byte("pages")).Put([]byte(urlOf(n)), []byte("x")); err != nil {
				return err
			}
		}
		return nil
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(s.Check().Error(), "names no revision"); got != 100 {
		t.Errorf("%d faults, want 100", got)
	}
}

// A fault names what it is of and says what to do.
func TestVerifyFaults(t *testing.T) {
	s, err := store.Create(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, visit(1, "One.", at(1)), visit(1, "One!", at(2)), visit(2, "Two.", at(1)))
	if err := s.SetState("x", []byte("note")); err != nil {
		t.Fatal(err)
	}
	spoil := func(bucket string, find string) {
		t.Helper()
		db, err := bbolt.Open(s.Path(), 0o644, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte(bucket))
			prefix, err := hex.DecodeString(find)
			if err != nil {
				return err
			}
			k, value := b.Cursor().Seek(prefix)
			damaged := bytes.Clone(value)
			damaged[len(damaged)-1] ^= 1
			return b.Put(bytes.Clone(k), damaged)
		}), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	one := article.ID(urlOf(1))
	spoil("records", one+"00000002")
	spoil("pages", article.ID(urlOf(2)))
	spoil("states", "")
	type line struct {
		where, url string
		revision   int
		advice     string
	}
	want := []line{
		{"page", urlOf(2), 1, "archiver merge --archive BACKUP " + s.Path()},
		{"record", urlOf(1), 2, "archiver merge --archive BACKUP " + s.Path()},
		{"note", "", 0, "archiver compact"},
	}
	var got []store.Fault
	last := 0
	for fault, err := range s.Verify(func(done, total int) {
		if done < last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fault)
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i, w := range want {
		if f := got[i]; f.Where != w.where || f.URL != w.url || f.Revision != w.revision || !strings.Contains(f.Advice, w.advice) || !errors.Is(f, store.ErrDamaged) {
			t.Errorf("got %+v, want %+v", f, w)
		}
	}
	// And that advice is good: what is sound is brought into another.
	mended := create(t)
	done, err := mended.Merge(t.Context(), 0, s.Path(), nil)
	if err != nil || done.Unreadable != 3 || len(done.Faults) != 3 {
		t.Errorf("merged: %+v, %v", done, err)
	}
	if got := texts(t, mended, urlOf(1)); len(got) != 1 || got[0] != "One." {
		t.Errorf("merged: %q", got)
	}
}

// Of the first two pages bbolt needs one; that the other is spoilt is found, and
// compacting mends it.
func TestVerifyMetas(t *testing.T) {
	for page := range 2 {
		path := filepath.Join(t.TempDir(), "a.db")
		s, err := store.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		save(t, s, visit(1, "One.", at(1)))
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[page*os.Getpagesize()+40] ^= 1
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := s.Check(); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "is spoilt") {
			t.Errorf("page %d: got %v", page, err)
		}
		compact(t, s)
		if err := s.Check(); err != nil {
			t.Errorf("page %d: compacted: %v", page, err)
		}
	}
}
