package copies

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"archiver/article"
	"archiver/invented"

	"github.com/cespare/xxhash/v2"
)

// However an archive came to what it holds, the index says the same as one that is
// made anew.
func TestUpdateIsRebuild(t *testing.T) {
	const n = 600
	var records []*article.Record
	for r := range invented.Records(n) {
		records = append(records, r)
	}
	dice := rand.New(rand.NewPCG(1, 2))
	dice.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	m := newMemory(records[:200]...)
	path := filepath.Join(t.TempDir(), "a.copies")
	for step := range 6 {
		for _, r := range records[min(n, 200+step*80):min(n, 280+step*80)] {
			m.put(r)
		}
		for range 15 {
			r := records[dice.IntN(200)]
			if m.records[r.ID] == nil {
				continue
			}
			if dice.IntN(2) == 0 {
				m.remove(r.ID)
				continue
			}
			changed := *r
			changed.Blocks = changed.Blocks[1:]
			changed.Fill()
			m.put(&changed)
		}
		ix := Open(path)
		if err := errors.Join(ix.Update(t.Context(), m, nil), ix.Unsaved()); err != nil {
			t.Fatal(err)
		}
		anew := &Index{}
		if err := anew.Update(t.Context(), m, nil); err != nil {
			t.Fatal(err)
		}
		if len(anew.Clusters()) < 10 {
			t.Fatalf("only %d clusters", len(anew.Clusters()))
		}
		for name, other := range map[string]*Index{"updated": ix, "read back": Open(path)} {
			if !reflect.DeepEqual(other.Clusters(), anew.Clusters()) || !reflect.DeepEqual(other.links, anew.links) || !slices.Equal(other.formulas, anew.formulas) {
				t.Fatalf("step %d: the index %s is another than one made anew", step, name)
			}
		}
	}
}

// An archive that is as it was is not read again, and of one that has changed only
// what is new.
func TestUpdateReadsLittle(t *testing.T) {
	m := &counting{memory: newMemory()}
	for r := range invented.Records(300) {
		m.put(r)
	}
	path := filepath.Join(t.TempDir(), "a.copies")
	if err := Open(path).Update(t.Context(), m, nil); err != nil {
		t.Fatal(err)
	}
	m.asked.Store(0)
	if err := Open(path).Update(t.Context(), m, nil); err != nil || m.asked.Load() != 0 {
		t.Errorf("nothing had changed, and %d records were read (%v)", m.asked.Load(), err)
	}
	m.put(invented.Record(300, 301))
	if err := Open(path).Update(t.Context(), m, nil); err != nil || m.asked.Load() == 0 || m.asked.Load() > 30 {
		t.Errorf("one record was new, and %d were read (%v)", m.asked.Load(), err)
	}
}

// counting counts the records that are read.
type counting struct {
	*memory
	asked atomic.Int64
}

func (c *counting) RecordsOf(ids ...string) iter.Seq2[*article.Record, error] {
	c.asked.Add(int64(len(ids)))
	return c.memory.RecordsOf(ids...)
}

// release makes a record with a text of its own.
func release(site, name, text string, day int) *article.Record {
	r := &article.Record{
		URL: "https://" + site + ".example/" + name, Site: site, Title: name,
		Published: article.At(time.Date(2024, 1, day, 12, 0, 0, 0, time.UTC)),
	}
	for p := range strings.SplitSeq(text, "\n") {
		r.Blocks = append(r.Blocks, article.Block{Kind: article.BlockParagraph, Text: p})
	}
	r.Fill()
	return r
}

const kayak = `A red kayak that was taken from the boathouse at Lower Sedge in the night of the regatta has been found on the roof of the town hall.
How it came there nobody can say. The stairs are narrow and the skylight is narrower, and the caretaker, who sleeps badly, heard nothing but the clock.
It has been lowered to the street by the fire service, who asked for a cushion first, and is back with its owner.`

// A cluster keeps its name while its head stays, and what is suppressed leaves the
// index, and its file, at once.
func TestClusterName(t *testing.T) {
	first, second, third := release("north", "kayak", kayak, 1), release("south", "kayak", kayak, 2), release("west", "kayak", kayak+"\nMore at ten.", 3)
	m := newMemory(second, third)
	path := filepath.Join(t.TempDir(), "a.copies")
	update := func() *Index {
		t.Helper()
		ix := Open(path)
		if err := errors.Join(ix.Update(t.Context(), m, nil), ix.Unsaved()); err != nil {
			t.Fatal(err)
		}
		return ix
	}
	ix := update()
	name := ix.Of(third.ID).Cluster
	if of := ix.Of(second.ID); of.Head != second.ID || of.Cluster != name || of.Score != 1 {
		t.Errorf("the head has %+v", of)
	}
	fourth := release("east", "kayak", kayak, 4)
	m.put(fourth)
	if ix = update(); ix.Of(fourth.ID) == nil || ix.Of(fourth.ID).Cluster != name || ix.Of(fourth.ID).Score != 1 {
		t.Errorf("a copy that came later is %+v of %s", ix.Of(fourth.ID), name)
	}
	m.remove(third.ID)
	if ix = update(); ix.Of(second.ID).Cluster != name || ix.Of(third.ID) != nil {
		t.Errorf("after one has gone: %+v, %+v", ix.Of(second.ID), ix.Of(third.ID))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if id, _ := hex.DecodeString(third.ID); bytes.Contains(data, id) {
		t.Error("the file still has what is gone")
	}
	m.put(first)
	if ix = update(); ix.Of(second.ID).Head != first.ID || ix.Of(second.ID).Cluster == name {
		t.Errorf("an earlier one is no head: %+v", ix.Of(second.ID))
	}
	m.remove(first.ID)
	if ix = update(); ix.Of(second.ID).Cluster != name {
		t.Errorf("with the head its name has not come back: %+v", ix.Of(second.ID))
	}
}

// A file that is cut, changed, of another version or something else altogether is
// as good as none, and is written anew.
func TestDamagedFile(t *testing.T) {
	m := newMemory()
	for r := range invented.Records(120) {
		m.put(r)
	}
	path := filepath.Join(t.TempDir(), "a.copies")
	whole := Open(path)
	if err := errors.Join(whole.Update(t.Context(), m, nil), whole.Unsaved()); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if ix := Open(path); len(ix.sketches) != 120 {
		t.Fatalf("the good file gives %d records", len(ix.sketches))
	}
	bad := map[string][]byte{"empty": {}, "text": []byte("not an index\n"), "longer": append(bytes.Clone(good), 0)}
	for _, at := range []int{0, 17, 21, 30, len(good) / 2, len(good) - 9, len(good) - 1} {
		changed := bytes.Clone(good)
		changed[at] ^= 0x40
		bad[fmt.Sprint("changed at ", at)] = changed
		bad[fmt.Sprint("cut at ", at)] = good[:at]
	}
	for name, data := range bad {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		ix := Open(path)
		if len(ix.sketches) > 0 {
			t.Errorf("%s: it was taken", name)
		}
		if err := ix.Update(t.Context(), m, nil); err != nil || !reflect.DeepEqual(ix.Clusters(), whole.Clusters()) {
			t.Errorf("%s: not made anew (%v)", name, err)
		}
		if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, good) {
			t.Errorf("%s: the file was not written anew (%v)", name, err)
		}
	}
}

// Where the file cannot be written the index is good all the same.
func TestUnsaved(t *testing.T) {
	m := newMemory(release("north", "a", kayak, 1), release("south", "b", kayak, 2))
	ix := Open(filepath.Join(t.TempDir(), "no folder", "a.copies"))
	if err := ix.Update(t.Context(), m, nil); err != nil || ix.Unsaved() == nil || len(ix.Clusters()) != 1 {
		t.Errorf("%v, unsaved: %v, %d clusters", err, ix.Unsaved(), len(ix.Clusters()))
	}
}

// An update that is stopped leaves the file, and the index, as they were.
func TestStopped(t *testing.T) {
	m := newMemory()
	for r := range invented.Records(400) {
		m.put(r)
	}
	path := filepath.Join(t.TempDir(), "a.copies")
	ctx, cancel := context.WithCancel(t.Context())
	ix := Open(path)
	err := ix.Update(ctx, m, func(int, int) { cancel() })
	if !errors.Is(err, context.Canceled) || len(ix.Clusters()) > 0 {
		t.Errorf("%v, %d clusters", err, len(ix.Clusters()))
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("it wrote: %v", err)
	}
}

// sealed adds the sum that a file ends with.
func sealed(data []byte) []byte {
	return binary.LittleEndian.AppendUint64(bytes.Clone(data), xxhash.Sum64(data))
}

// Whatever a file holds, reading it ends, and what is taken writes the same bytes.
func FuzzDecode(f *testing.F) {
	m := newMemory()
	for r := range invented.Records(60) {
		m.put(r)
	}
	ix := &Index{}
	if err := ix.Update(context.Background(), m, nil); err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if err := ix.encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes()[:b.Len()-8])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		ix, err := decode(sealed(data))
		if err != nil {
			return
		}
		ix.cluster()
		for _, c := range ix.Clusters() {
			ix.Of(c.Head().ID)
		}
		var again bytes.Buffer
		if err := ix.encode(&again); err != nil {
			t.Fatal(err)
		}
		if _, err := decode(again.Bytes()); err != nil {
			t.Errorf("what was taken is not taken again: %v", err)
		}
	})
}

// What an index says of a record holds for the record as it was compared.
func TestKnows(t *testing.T) {
	m := newMemory(slices.Collect(invented.Records(60))...)
	undated := *invented.Record(60, 61)
	undated.Published = article.Time{}
	m.put(&undated)
	path := filepath.Join(t.TempDir(), "a.copies")
	if err := Open(path).Update(t.Context(), m, nil); err != nil {
		t.Fatal(err)
	}
	ix := Open(path)
	for id, r := range m.records {
		if !ix.Knows(r) {
			t.Errorf("%s is not known", id)
		}
	}
	changed := undated
	changed.Blocks = changed.Blocks[1:]
	changed.Fill()
	if ix.Knows(&changed) || ix.Knows(invented.Record(62, 63)) {
		t.Error("a record is known that was not compared as it is")
	}
}
