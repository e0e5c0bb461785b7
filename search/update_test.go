package search_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archiver/article"
	"archiver/invented"
	"archiver/search"
)

// asked are what indexes are compared by.
var asked = []string{
	"", "police", "officer burglary", `"the police"`, `"of the"`, "fraud -police", "theft OR appeal", "bur*", "wit*", "title:police", "quote:we",
	"speaker:a* OR speaker:jan*", "role:constable", "kind:appeal", "topic:fraud", "has:quotes since:2015", "0300*", "ref:4*4",
}

// answers is all that an index says, as text.
func answers(t *testing.T, ix *search.Index) string {
	t.Helper()
	var b strings.Builder
	queries := asked
	if testing.Short() {
		queries = asked[:7]
	}
	for _, words := range queries {
		q := search.Query{Words: words, Limit: 8, Counts: true}
		found, err := ix.Search(t.Context(), q)
		var wrong *search.QueryError
		if errors.As(err, &wrong) {
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", words, err)
		}
		fmt.Fprintf(&b, "%s: %d %+v\n", words, found.Total, *found.Counts)
		for _, h := range found.Hits {
			fmt.Fprintf(&b, "  %s %s %v %v\n", h.ID, h.Snippet, h.Marks, h.Score)
		}
		quotes, err := ix.Quotes(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", words, err)
		}
		fmt.Fprintf(&b, "quotes %s: %d %+v\n", words, quotes.Total, *quotes.Counts)
		speakers, total, err := ix.Speakers(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", words, err)
		}
		fmt.Fprintln(&b, total)
		for _, s := range speakers {
			fmt.Fprintf(&b, "  %+v\n", s)
		}
	}
	return b.String()
}

// differ says where two texts first differ.
func differ(t *testing.T, what, want, got string) {
	t.Helper()
	if want == got {
		return
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range w {
		if i >= len(g) || w[i] != g[i] {
			t.Errorf("%s: line %d:\nwant %s\ngot  %s", what, i, w[i], strings.Join(g[min(i, len(g)):min(i+1, len(g))], ""))
			return
		}
	}
	t.Errorf("%s: more than wanted", what)
}

// However an index came to what it is, it says the same as one that is new.
func TestAmended(t *testing.T) {
	archive := crowded()
	dir := t.TempDir()
	ix := open(t, filepath.Join(dir, "old.search"), archive)
	dice := rand.New(rand.NewPCG(1, 2))
	var all []*article.Record
	for r := range invented.Records(2 * releases) {
		all = append(all, r)
	}
	rounds := 3
	if testing.Short() {
		rounds = 1
	}
	for round := range rounds {
		if err := ix.Update(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 25 {
			r := all[dice.IntN(len(all))]
			switch dice.IntN(4) {
			case 0:
				archive.drop(r.ID)
			case 1: // seen again, and the same
				again := *r
				again.LastSeen = article.At(again.LastSeen.AddDate(0, round+1, 0))
				archive.put(&again)
			case 2: // changed
				other := *all[dice.IntN(len(all))]
				other.URL, other.Revision, other.LastChanged = r.URL, 2, article.At(r.LastChanged.AddDate(0, 0, round+1))
				archive.put(&other)
			default:
				archive.put(r)
			}
		}
		before := archive.reads
		got := answers(t, ix)
		if n := archive.reads - before; n > 60 {
			t.Errorf("round %d: %d releases were read for 25 changes", round, n)
		}
		new := open(t, filepath.Join(dir, fmt.Sprint(round, ".search")), archive)
		differ(t, fmt.Sprint("round ", round), answers(t, new), got)
		before = archive.reads
		if err := ix.Update(t.Context()); err != nil || archive.reads != before {
			t.Errorf("%d releases were read for no change, %v", archive.reads-before, err)
		}
	}
}

// A release that has left the archive has left the file, too.
func TestSuppressed(t *testing.T) {
	secret := release(7, "Xyzzyplugh arrested", "Zzqfrobnicator was seen.", "More of Zzqfrobnicator.")
	secret.Quotes = []article.Quote{{Speaker: "Quuxley Frotz", Role: "Witness", Text: "Zzqfrobnicator ran.", Paragraphs: []string{"Zzqfrobnicator ran."}}}
	archive := crowded()
	path := filepath.Join(t.TempDir(), "x.search")
	ix := open(t, path, archive)
	if err := ix.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	archive.put(secret)
	if got := titles(t, ix, "zzqfrobnicator"); len(got) != 1 {
		t.Fatalf("found %q", got)
	}
	words := []string{"zzqfrobnicator", "xyzzyplugh", "quuxley", "Frotz"}
	inFile := func() (n int) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if bytes.Contains(data, []byte(w)) {
				n++
			}
		}
		return n
	}
	if n := inFile(); n != len(words) {
		t.Fatalf("%d of %d words are in the file: the test would see nothing", n, len(words))
	}
	archive.drop(secret.ID)
	if err := ix.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := inFile(); n != 0 {
		t.Errorf("%d of its words are still in the file", n)
	}
	if got := titles(t, ix, "zzqfrobnicator"); len(got) != 0 {
		t.Errorf("found %q", got)
	}
	if list, _, err := ix.Speakers(t.Context(), search.Query{Words: "speaker:quux", Limit: -1}); err != nil || len(list) != 0 {
		t.Errorf("speakers %v, %v", list, err)
	}
	left, err := filepath.Glob(path + "*")
	if err != nil || len(left) != 2 { // the index and its turn
		t.Errorf("files %q, %v", left, err)
	}
}

// What is wrong with the file is noticed, and the index is built again.
func TestDamaged(t *testing.T) {
	if testing.Short() {
		t.Skip("runs in full: it has no goroutines to race, and indexes are built often")
	}
	archive := crowded()
	dir := t.TempDir()
	good := filepath.Join(dir, "good.search")
	ix := open(t, good, archive)
	want := answers(t, ix)
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	try := func(name string, data []byte) {
		t.Helper()
		path := filepath.Join(dir, "bad.search")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		ix := search.Open(path, archive)
		differ(t, name, want, answers(t, ix))
		if err := ix.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	try("empty", nil)
	try("text", []byte("This is no index.\n"))
	try("half", data[:len(data)/2])
	try("one page", data[:8192])
	try("a byte less", data[:len(data)-1])
	try("zeros", make([]byte, len(data)))
	dice := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		bad := bytes.Clone(data)
		at, bit := dice.IntN(len(bad)), dice.IntN(8)
		bad[at] ^= 1 << bit
		try(fmt.Sprintf("bit %d of byte %d", bit, at), bad)
	}
	if err := os.Remove(good); err != nil {
		t.Fatal(err)
	}
	differ(t, "lost while open", want, answers(t, ix))
}

// Several processes and goroutines share a file, while the archive grows.
func TestTogether(t *testing.T) {
	archive := newMemory()
	path := filepath.Join(t.TempDir(), "x.search")
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			ix := search.Open(path, archive)
			defer ix.Close()
			for i := range 15 {
				n := worker*15 + i
				archive.put(release(n%28+1, fmt.Sprint("Otter ", n), fmt.Sprint("Number ", n)))
				found, err := ix.Search(context.Background(), search.Query{Words: "otter"})
				if err != nil {
					t.Error(err)
					return
				}
				if found.Total == 0 {
					t.Error("nothing is found")
				}
			}
		})
	}
	group.Wait()
	ix := open(t, path, archive)
	if got := titles(t, ix, "otter"); len(got) != len(archive.records) {
		t.Errorf("%d of %d are found", len(got), len(archive.records))
	}
}

// process starts another one that searches.
func process(ctx context.Context, path, words string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "SEARCH_TEST_INDEX="+path, "SEARCH_TEST_WORDS="+words)
	return cmd
}

// A process that is killed while it builds the index leaves nothing that keeps the
// next from it.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("runs in full: it has no goroutines to race, and indexes are built often")
	}
	path := filepath.Join(t.TempDir(), "x.search")
	for delay := 30 * time.Millisecond; delay < 400*time.Millisecond; delay += 60 * time.Millisecond {
		cmd := process(t.Context(), path, "police")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(delay) // the test is about any moment
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed, or was faster
	}
	ix := open(t, path, crowded())
	if got := titles(t, ix, "police"); len(got) == 0 {
		t.Error("nothing is found")
	}
	left, err := filepath.Glob(path + "*")
	if err != nil || len(left) != 2 {
		t.Errorf("files %q, %v", left, err)
	}
	// Two at once.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	first, second := process(t.Context(), path, "police"), process(t.Context(), path, "police")
	var out [2]bytes.Buffer
	first.Stdout, second.Stdout = &out[0], &out[1]
	if err := errors.Join(first.Start(), second.Start(), first.Wait(), second.Wait()); err != nil {
		t.Errorf("%v\n%s%s", err, out[0].String(), out[1].String())
	}
	if n := strings.Count(out[0].String()+out[1].String(), "found "); n != 2 {
		t.Errorf("%d of 2 found something", n)
	}
}

// A search that is given up leaves the index as it was.
func TestGivenUp(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	ix := open(t, filepath.Join(t.TempDir(), "x.search"), crowded())
	ix.Progress = func(int, int) { stop() }
	if _, err := ix.Search(ctx, search.Query{Words: "police"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if got := titles(t, ix, "police"); len(got) == 0 {
		t.Error("nothing is found")
	}
}

// A list whose key was changed on the disk is missed where it should be, also by who
// asks for the beginning of a word, and what that says is right again.
func TestDamagedKeys(t *testing.T) {
	archive := crowded()
	path := filepath.Join(t.TempDir(), "x.search")
	whole := open(t, path, archive)
	want, burglaries := answers(t, whole), titles(t, whole, "burgl*")
	for _, damage := range []string{
		"UPDATE postings SET term='xurglary' WHERE space=0 AND term='wburglary'",
		"DELETE FROM postings WHERE space=0 AND term='wburglary'",
		"UPDATE postings SET term='wburglarz' WHERE space=0 AND chunk=0 AND term='wburglary'",
		"UPDATE postings SET term='4bur' WHERE space=0 AND term='3bur'",
		"UPDATE postings SET term='1of the' WHERE space=0 AND term='2of the'",
		"UPDATE vocabulary SET term='wburglarz' WHERE space=0 AND term='wburglary'",
	} {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		done, err := db.Exec(damage)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s: %d rows, %v", damage, n, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		ix := search.Open(path, archive)
		if got := titles(t, ix, "burgl*"); !slices.Equal(got, burglaries) {
			t.Errorf("%s: %d are found, want %d", damage, len(got), len(burglaries))
		}
		differ(t, damage, want, answers(t, ix))
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	}
}
