package store_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archiver/article"
	"archiver/store"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
)

func compact(t *testing.T, s *store.Store) store.Compaction {
	t.Helper()
	done, err := s.Compact(t.Context(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// size is that of an archive's file.
func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestCompact(t *testing.T) {
	s := create(t)
	for round := range 3 {
		var visits []article.Visit
		for n := range 60 {
			v := release(n, at(round))
			v.Record.Title += strings.Repeat("!", round) // a revision each
			v.Page.Body = append(v.Page.Body, words(n*round, 40)...)
			visits = append(visits, v)
		}
		save(t, s, visits...)
	}
	if err := s.SetState("x", []byte("note")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Suppress(store.Order{By: "me", Reason: "asked to", At: at(5)}, urlOf(3)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(s.Path(), 0o640); err != nil {
		t.Fatal(err)
	}
	before, was := contents(t, s), size(t, s.Path())
	other, err := store.Open(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	var last int
	done, err := s.Compact(t.Context(), 0, func(done, total int) {
		if done < last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	if done.Before != was || done.After != size(t, s.Path()) || done.After >= was || done.Records != 180 || done.Pages != 180 {
		t.Errorf("%d bytes before: got %+v", was, done)
	}
	for _, s := range []*store.Store{s, other} { // one that was open meanwhile reads the new file
		if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(contents(t, s), "\n")); diff != "" {
			t.Errorf("it holds (-before +after):\n%s", diff)
		}
	}
	if info, err := os.Stat(s.Path()); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its rights are %v now, %v", info.Mode(), err)
	}
	if again := compact(t, s); again.After > again.Before+8192 || again.After < again.Before-8192 {
		t.Errorf("the second time: %+v", again)
	}
	save(t, other, release(100, at(9)))
	record(t, s, urlOf(100))
	for name := range files(t, filepath.Dir(s.Path())) {
		if strings.Contains(name, "compact") {
			t.Errorf("%s is left", name)
		}
	}
}

// Indexes that are too large to be sorted in memory come out as the others do, and
// what was needed for that is not left in the file.
func TestCompactSortsInRuns(t *testing.T) {
	s := create(t)
	for round := range 6 {
		var visits []article.Visit
		for n := range 150 {
			number := round*150 + n*37%150
			visits = append(visits, visit(number, "Text.", at(number%7)))
		}
		save(t, s, visits...)
	}
	before, whole := contents(t, s), compact(t, s)
	var found []string
	for a, err := range s.AddressesOf("") {
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, a.URL)
	}
	for _, limit := range []int{4 << 10, 60 << 10} { // runs of every batch, and some with a rest
		store.SortBytes(t, limit)
		runs := compact(t, s)
		if after := contents(t, s); after != before {
			t.Errorf("%d bytes in memory: it holds (-before +after):\n%s", limit, cmp.Diff(before, after))
		}
		var again []string
		for a, err := range s.AddressesOf("") {
			if err != nil {
				t.Fatal(err)
			}
			again = append(again, a.URL)
		}
		if !slices.Equal(found, again) {
			t.Errorf("%d bytes in memory: the addresses are in another order", limit)
		}
		if runs.After > whole.After*11/10 {
			t.Errorf("%d bytes in memory: the file has %d bytes, and %d where all is sorted at once", limit, runs.After, whole.After)
		}
		if left := store.StrayBuckets(t, s); len(left) > 0 {
			t.Errorf("%d bytes in memory: left in the file: %q", limit, left)
		}
	}
}

// Compact is refused while a crawl runs, and what was saved beside it is not lost.
func TestCompactBeside(t *testing.T) {
	s := filled(t, visit(1, "One.", at(1)))
	unlock, err := s.Lock(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Compact(t.Context(), 0, nil); !errors.Is(err, store.ErrInUse) {
		t.Errorf("beside a crawl: got %v, want ErrInUse", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	// Somebody saves while the new file is written, as suppress does.
	var once sync.Once
	if _, err := s.Compact(t.Context(), 0, func(int, int) {
		once.Do(func() { save(t, s, visit(2, "Two.", at(1))) })
	}); err != nil {
		t.Fatal(err)
	}
	record(t, s, urlOf(2))
	n := 10
	if _, err := s.Compact(t.Context(), 0, func(int, int) { n++; save(t, s, visit(n, "More.", at(1))) }); err == nil || !strings.Contains(err.Error(), "as it was") {
		t.Errorf("saved to without a pause: got %v", err)
	}
	for i := 11; i <= n; i++ {
		record(t, s, urlOf(i))
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Compact(stopped, 0, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: got %v", err)
	}
}

// Compact mends indexes and leaves out notes that are damaged, and nothing else.
func TestCompactMends(t *testing.T) {
	for name, test := range map[string]struct {
		bucket string
		mends  bool
	}{"index of addresses": {"sites", true}, "index of records": {"by-date", true}, "note": {"states", true}, "record": {"records", false}, "page": {"pages", false}, "address": {"addresses", false}} {
		t.Run(name, func(t *testing.T) {
			s, err := store.Create(filepath.Join(t.TempDir(), "a.db"))
			if err != nil {
				t.Fatal(err)
			}
			save(t, s, visit(1, "One.", at(1)), visit(2, "Two.", at(1)))
			if err := s.SetState("x", []byte("note")); err != nil {
				t.Fatal(err)
			}
			db, err := bbolt.Open(s.Path(), 0o644, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(db.Update(func(tx *bbolt.Tx) error {
				b := tx.Bucket([]byte(test.bucket))
				k, _ := b.Cursor().First()
				return b.Put(bytes.Clone(k), []byte("x"))
			}), db.Close()); err != nil {
				t.Fatal(err)
			}
			if s.Check() == nil {
				t.Fatal("it is not damaged")
			}
			before, err := os.ReadFile(s.Path())
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Compact(t.Context(), 0, nil)
			if test.mends {
				if err != nil || s.Check() != nil || count(t, s.Records(all)) != 2 {
					t.Errorf("got %v, then %v", err, s.Check())
				}
				return
			}
			if !errors.Is(err, store.ErrDamaged) {
				t.Errorf("got %v, want ErrDamaged", err)
			}
			if after, err := os.ReadFile(s.Path()); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file has changed, or %v", err)
			}
		})
	}
}

// What was erased is in no file of the archive once it is compacted, and neither
// in a dictionary.
func TestEraseLeavesFile(t *testing.T) {
	s := create(t)
	secret := "Marlowick Thistlequill"
	var visits []article.Visit
	for n := range 8 {
		v := release(n, at(1))
		if n == 0 { // whose page becomes the dictionary
			v.Record.Title = secret
			v.Page.Body = append(v.Page.Body, secret...)
			v.Address.Card.Title = secret
		}
		visits = append(visits, v)
	}
	save(t, s, visits...)
	if err := s.SetState("listing/x", []byte(`{"cards":[{"title":"`+secret+`"}]}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Suppress(store.Order{By: "me", Reason: "asked to", Erase: true}, urlOf(0)); err != nil {
		t.Fatal(err)
	}
	compact(t, s)
	if n := store.CountText(t, s, secret); n != 0 {
		t.Errorf("it is still there %d times", n)
	}
	if n := count(t, s.Records(all)); n != 7 {
		t.Errorf("%d records, want 7", n)
	}
}

func TestBackup(t *testing.T) {
	s := filled(t, release(1, at(1)), release(2, at(1)))
	dir := t.TempDir()
	to := filepath.Join(dir, "backup.db")
	left := filepath.Join(dir, ".backup.db.123.part") // by one that was killed
	long := time.Now().Add(-2 * time.Hour)
	if err := errors.Join(os.WriteFile(left, []byte("half"), 0o600), os.Chtimes(left, long, long)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second replaces the first
		if _, err := s.Backup(t.Context(), to, nil); err != nil {
			t.Fatal(err)
		}
		b, err := store.Open(to)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Check(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(contents(t, s), contents(t, b)); diff != "" {
			t.Errorf("the backup holds (-want +got):\n%s", diff)
		}
		save(t, s, release(3, at(1)))
	}
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte("Notes of somebody."), 0o644); err != nil {
		t.Fatal(err)
	}
	link, hard := filepath.Join(dir, "link.db"), filepath.Join(dir, "hard.db")
	if err := errors.Join(os.Symlink(s.Path(), link), os.Link(s.Path(), hard)); err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]string{
		s.Path(): "it is the archive itself", link: "it is the archive itself", hard: "it is the archive itself",
		dir: "it is a folder", text: "is no archive", filepath.Join(dir, "none", "b.db"): "make the folder",
	} {
		if _, err := s.Backup(t.Context(), to, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("to %s: got %v, want it to say %q", to, err, want)
		}
	}
	if got := files(t, dir); len(got) != 4 || got["notes.txt"] != "Notes of somebody." {
		t.Errorf("%d files are there", len(got))
	}
}

// A backup is of one moment, though a crawl goes on: of two records that are
// saved together it has both or neither.
func TestBackupBesideCrawl(t *testing.T) {
	s := create(t)
	save(t, s, release(0, at(1)))
	var crawl sync.WaitGroup
	stop := make(chan struct{})
	crawl.Go(func() {
		for n := 1; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := s.Save(release(2*n, at(1)), release(2*n+1, at(1))); err != nil {
				t.Error(err)
				return
			}
		}
	})
	reader, err := store.Open(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		to := filepath.Join(t.TempDir(), "b.db")
		if _, err := reader.Backup(t.Context(), to, nil); err != nil {
			t.Fatal(err)
		}
		b, err := store.Open(to)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Check(); err != nil {
			t.Error(err)
		}
		if n := count(t, b.Records(all)); n%2 != 1 {
			t.Errorf("%d records", n)
		}
	}
	close(stop)
	crawl.Wait()
}

// No file is made for a backup of nothing.
func TestBackupOfNothing(t *testing.T) {
	dir := t.TempDir()
	s := filled(t, visit(1, "One.", at(1)))
	if err := os.Remove(s.Path()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), filepath.Join(dir, "b.db"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	if len(files(t, dir)) != 0 {
		t.Error("files were made")
	}
	if _, err := store.Create(s.Path()); err != nil { // for the check after the test
		t.Fatal(err)
	}
}
