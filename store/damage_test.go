package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"

	"go.etcd.io/bbolt"
)

// sample returns an archive as bytes, small but with branch pages, free pages
// and values that take several pages.
func sample(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	s, err := store.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		var visits []article.Visit
		for n := range 16 {
			v := visit(n, fmt.Sprint("Text ", round), at(round))
			// What cannot be compressed makes the file as large as a real one.
			v.Page.Body = append(v.Page.Body, noise(n, 300)...)
			if n == 7 || n == 8 { // the first of them becomes the dictionary, which makes it short
				v.Page.Body = append(v.Page.Body, noise(n, 9000)...)
			}
			visits = append(visits, v)
		}
		save(t, s, visits...)
	}
	// Smaller pages than bbolt's usual ones make more of them.
	small := filepath.Join(t.TempDir(), "small.db")
	compactTo(t, path, small, 1024)
	s, err = store.Create(small)
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, visit(3, "Text 3", at(3)), visit(50, "Text 3", at(3)), known(urlOf(4), article.StateUnchanged, at(3)))
	if err := s.SetState("listing/x", []byte(`{"etag":"1"}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Suppress(store.Order{By: "me", Reason: "asked to", At: at(4)}, urlOf(5)); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(small)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// noise returns n bytes that are always the same and cannot be compressed.
func noise(seed, n int) []byte {
	b := make([]byte, n)
	x := uint32(seed)*2654435761 + 1
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	return b
}

// compactTo copies an archive into a file with pages of another size.
func compactTo(t testing.TB, from, to string, pageSize int) {
	t.Helper()
	src, err := bbolt.Open(from, 0o644, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	dst, err := bbolt.Open(to, 0o644, &bbolt.Options{PageSize: pageSize})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(bbolt.Compact(dst, src, 0), dst.Close(), src.Close()); err != nil {
		t.Fatal(err)
	}
}

// useAll reads all of an archive in every way. It returns a digest of what is
// there, and the errors.
func useAll(path string) (digest string, _ error) {
	s, err := store.Open(path)
	if err != nil {
		return "", err
	}
	errs := []error{s.Check()}
	add := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	h := sha256.New()
	content := json.NewEncoder(h)
	for r, err := range s.Records(all) {
		add(err)
		add(content.Encode(r))
	}
	for v, err := range s.Pages() {
		add(err)
		add(content.Encode(v))
	}
	for a, err := range s.AddressesOf("x") {
		add(err)
		add(content.Encode(a))
	}
	for n := range 5 {
		_, err = s.Record(urlOf(n))
		add(err)
		_, err = s.Revisions(article.ID(urlOf(n))[:6])
		add(err)
	}
	note, err := s.State("listing/x")
	add(err)
	h.Write(note)
	suppressed, err := s.Suppressions()
	add(err)
	add(content.Encode(suppressed))
	_, err = s.Counts()
	add(err)
	_, err = s.Pending("x", noon, 0)
	add(err)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(errs...)
}

// mustStay uses a damaged archive in every way. It may give errors, but must
// come back and leave the file as it is. Writing may change a file whose damage
// is not where it looks, but must come back, too.
func mustStay(t *testing.T, damaged []byte) (digest string, _ error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, damaged, 0o644); err != nil {
		t.Fatal(err)
	}
	// Waiting for a lock that was left behind would take a minute.
	start := time.Now()
	defer func() {
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("it took %v", took)
		}
	}()
	digest, readErr := useAll(path)
	if data, err := os.ReadFile(path); err != nil || !bytes.Equal(data, damaged) {
		t.Errorf("reading changed the file, or %v", err)
	}
	s, err := store.Create(path)
	if err == nil {
		_, err = s.Save(visit(1, "New text", at(9)), visit(99, "New", at(9)))
	}
	if data, readErr := os.ReadFile(path); err != nil && (readErr != nil || len(data) > 0 && !bytes.Equal(data, damaged)) {
		// bbolt may have written to pages that nothing leads to. What the file
		// holds must be the same: its first pages, which lead to all of it.
		if !bytes.Equal(data[:2048], damaged[:2048]) {
			t.Errorf("a refused save changed the file, or %v", readErr)
		}
	}
	return digest, readErr
}

func TestSampleIsSound(t *testing.T) {
	data := sample(t)
	t.Logf("%d bytes", len(data))
	if _, err := mustStay(t, data); err != nil {
		t.Error(err)
	}
}

func TestTruncated(t *testing.T) {
	data := sample(t)
	for _, n := range []int{0, 1, 100, 1023, 1024, 2048, 4096, len(data) / 2, usedBytes(data) - 1} {
		_, err := mustStay(t, data[:n])
		if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrNotArchive) {
			t.Errorf("cut to %d bytes: got %v", n, err)
		}
	}
}

// usedBytes is how much of the file its pages take, which is what the high-water
// mark in the first two pages of 1024 bytes says.
func usedBytes(data []byte) int {
	high := func(meta []byte) int { return int(meta[16+40]) | int(meta[16+41])<<8 }
	return 1024 * max(high(data), high(data[1024:]))
}

// Every damage of a byte is found, or it does not matter and all is there. (In
// the first two pages it can bring back what was there before the last commit:
// that is how bbolt survives a commit that was cut off. It is found all the same.)
// STORE_DAMAGES sets how
// many are tried, instead of 30.
func TestDamagedByte(t *testing.T) {
	data := sample(t)
	used := usedBytes(data)
	whole, err := mustStay(t, data)
	if err != nil {
		t.Fatal(err)
	}
	tries, found := 30, 0
	if n, err := strconv.Atoi(os.Getenv("STORE_DAMAGES")); err == nil {
		tries = n
	}
	for i := range tries {
		at := i * used / tries
		damaged := bytes.Clone(data)
		damaged[at] ^= 1 << (i % 8)
		digest, err := mustStay(t, damaged)
		if err != nil {
			found++
		} else if digest != whole {
			t.Error("the content changed, and nothing tells")
		}
		if t.Failed() {
			t.Fatalf("byte %d of page %d", at%1024, at/1024)
		}
	}
	t.Logf("%d of %d damages were found", found, tries)
}

func FuzzArchive(f *testing.F) {
	data := sample(f)
	used := usedBytes(data)
	f.Add(uint32(0), byte(0), uint32(0), byte(0), uint32(used))
	f.Add(uint32(used/2), byte(1), uint32(3000), byte(0xFF), uint32(len(data)))
	for page := 2; page < used/1024; page += 20 {
		f.Add(uint32(page*1024+8), byte(3), uint32(page*1024+10), byte(1), uint32(len(data))) // kind, length
	}
	f.Fuzz(func(t *testing.T, at1 uint32, bits1 byte, at2 uint32, bits2 byte, size uint32) {
		damaged := bytes.Clone(data)
		damaged[int(at1)%used] ^= bits1
		damaged[int(at2)%used] ^= bits2
		mustStay(t, damaged[:min(int(size), len(damaged))])
	})
}
