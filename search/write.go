package search

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"archiver/article"

	"github.com/cespare/xxhash/v2"
	"github.com/gofrs/flock"
	"modernc.org/sqlite"
)

// turnPoll is how often a process looks whether another has done with the index.
const turnPoll = 20 * time.Millisecond

// write brings the file up to date, or builds it, also where it has to be in another
// place. The caller holds ix.writing.
func (ix *Index) write(ctx context.Context, anew bool) error {
	err := ix.writeThere(ctx, anew)
	if err == nil || ix.folder != "" || !cannotWrite(err) {
		return err
	}
	// A folder or a file that this user may not write: an index for this process alone,
	// made from the one that is there, if there is a sound one.
	sound := ix.db != nil && !anew
	folder, err := os.MkdirTemp("", "archiver-search-")
	if err != nil {
		return fmt.Errorf("index of the archive: %w", err)
	}
	if sound {
		err = copyFile(filepath.Join(folder, "index"), ix.path)
	}
	if err := errors.Join(err, ix.shut()); err != nil {
		return errors.Join(err, os.RemoveAll(folder))
	}
	ix.folder = folder
	return ix.writeThere(ctx, anew)
}

// cannotWrite reports whether err says that a place is not to be written to.
func cannotWrite(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case codePerm, codeReadOnly, codeCantOpen:
			return true
		}
	}
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

func (ix *Index) writeThere(ctx context.Context, anew bool) error {
	turn := flock.New(ix.where()+".turn", flock.SetPermissions(0o644))
	if _, err := turn.TryLockContext(ctx, turnPoll); err != nil {
		return fmt.Errorf("index of the archive: %w", err)
	}
	defer turn.Unlock() //nolint:errcheck // the lock ends with the process

	generation, err := ix.archive.Generation()
	if err != nil {
		return err
	}
	if info, err := os.Stat(ix.where()); ix.db != nil && (err != nil || !os.SameFile(info, ix.file)) {
		if err := ix.shut(); err != nil {
			return err
		}
		anew = false // whoever put it there has built it again
	}
	if ix.db == nil {
		if err := ix.open(); err != nil && !gone(err) && !isDamage(err) && !errors.Is(err, errOther) {
			return err
		}
	}
	if ix.db != nil && !anew {
		err := ix.amend(ctx, generation)
		if err == nil {
			ix.has(generation)
			return nil
		}
		if !errors.Is(err, errTooMuch) && !isDamage(err) || cannotWrite(err) {
			return err
		}
	}
	return ix.build(ctx, generation)
}

// errTooMuch says that an index is built again sooner than it is changed.
var errTooMuch = errors.New("too much has changed")

// few is how many releases change without a thought of building again.
const few = 2000

// changes is what has to be done to an index.
type changes struct {
	read  []string        // releases that are new or may have changed
	marks map[string]Mark // theirs
	leave []int           // releases that have left the archive, by number
}

// differences finds the changes, and which number each release has.
func differences(archive Archive, s *space) (changes, map[string]int, error) {
	c := changes{marks: map[string]Mark{}}
	numbers := make(map[string]int, s.used)
	for i, ch := range s.chunks {
		for j := range ch.len() {
			if ch.inUse(j) {
				numbers[string(ch.marks[j].id[:])] = i*chunkSize + j
			}
		}
	}
	there := make(map[int]bool, len(numbers))
	for m, err := range archive.Marks() {
		if err != nil {
			return c, nil, err
		}
		raw, err := hex.DecodeString(m.ID)
		if err != nil || len(raw) != 20 {
			return c, nil, fmt.Errorf("index of the archive: release %q has no id", m.ID)
		}
		slot, known := numbers[string(raw)]
		if known {
			there[slot] = true
			if s.chunks[slot/chunkSize].marks[slot%chunkSize].mark == m.Hash {
				continue
			}
		}
		c.read = append(c.read, m.ID)
		c.marks[m.ID] = m
	}
	for _, slot := range numbers {
		if !there[slot] {
			c.leave = append(c.leave, slot)
		}
	}
	return c, numbers, nil
}

// batch is how many releases are read at a time.
const batch = 256

// A reading is a release as the index keeps it.
type reading struct {
	doc    *document
	packed []byte
	mark   mark
}

// readings calls do with each of the releases, which another goroutine reads.
func (ix *Index) readings(ctx context.Context, ids []string, marks map[string]Mark, do func(reading) error) error {
	ctx, stop := context.WithCancel(ctx)
	read := make(chan reading, batch)
	var failed error
	go func() {
		defer close(read)
		done := 0
		for from := 0; from < len(ids); from += batch {
			for r, err := range ix.archive.RecordsOf(ids[from:min(from+batch, len(ids))]...) {
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					failed = err
					return
				}
				select {
				case read <- newReading(r, marks[r.ID].Hash):
				case <-ctx.Done():
					failed = ctx.Err()
					return
				}
				if done++; ix.Progress != nil && done%20 == 0 {
					ix.Progress(done, len(ids))
				}
			}
		}
	}()
	var err error
	for r := range read {
		if err == nil {
			if err = do(r); err != nil {
				stop()
			}
		}
	}
	stop()
	if err == nil {
		err = failed
	}
	if err == nil && ix.Progress != nil && len(ids) > 0 {
		ix.Progress(len(ids), len(ids))
	}
	return err
}

func newReading(r *article.Record, hash uint64) reading {
	doc := newDocument(r)
	data := doc.encode()
	out := reading{doc: doc, packed: packer.EncodeAll(data, nil), mark: mark{mark: hash, hash: xxhash.Sum64(data)}}
	raw, _ := hex.DecodeString(r.ID) // that was seen to be one when the marks were read
	copy(out.mark.id[:], raw)
	return out
}

// A builder makes the lists of the documents that come to a chunk.
type builder struct {
	lists   map[string]*list
	touched []*list
	slot    int
}

func newBuilder() *builder { return &builder{lists: map[string]*list{}} }

func (b *builder) stand(key []byte, pos int, zone byte) {
	l := b.lists[string(key)]
	if l == nil {
		l = &list{slot: -1}
		b.lists[string(key)] = l
	}
	if l.slot != b.slot {
		l.slot = b.slot
		b.touched = append(b.touched, l)
	}
	l.counts(zone)
	if key[0] != termStart { // which no phrase has
		l.stands(pos, zone)
	}
}

// end ends a document.
func (b *builder) end() {
	for _, l := range b.touched {
		l.end()
	}
	b.touched = b.touched[:0]
}

// schema makes the tables.
var schema = []string{
	"CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), state BLOB)",
	"CREATE TABLE chunks (space INTEGER, chunk INTEGER, rows BLOB, marks BLOB, PRIMARY KEY (space, chunk))",
	// Not without rowid: where the terms lie among the lists, a term is found in three times the time.
	"CREATE TABLE postings (number INTEGER PRIMARY KEY, space INTEGER, term TEXT, chunk INTEGER, head BLOB, tail BLOB)",
	"CREATE UNIQUE INDEX postings_terms ON postings (space, term, chunk)",
	"CREATE TABLE vocabulary (space INTEGER, stem TEXT, term TEXT, documents INTEGER, seal INTEGER, PRIMARY KEY (space, stem, term)) WITHOUT ROWID",
	"CREATE INDEX vocabulary_terms ON vocabulary (space, term, documents)",
	"CREATE TABLE releases (number INTEGER PRIMARY KEY, document BLOB)",
	"CREATE TABLE speakers (number INTEGER PRIMARY KEY, folded TEXT UNIQUE, name TEXT, quotations INTEGER, seal INTEGER)",
}

// stemOf is the stem of a term. Names and values have no endings to lose.
func stemOf(term string) string {
	if term[0] == termWord || term[0] == termRole {
		return term[:1] + stem(term[1:])
	}
	return term
}

func sealOfTerm(space int, term string, documents int) int64 {
	return int64(at(sealTerm, space, documents, term) & 0x7fffffffffffffff)
}

func sealOfSpeaker(number int, name string, quotations int) int64 {
	return int64(at(sealSpeaker, number, quotations, name) & 0x7fffffffffffffff)
}

func (s *state) seal() []byte {
	data, err := json.Marshal(*s)
	if err != nil {
		panic(err) // unreachable: it holds text and numbers alone
	}
	return sealed(at(sealState, 0, 0, ""), data)
}

// writeChunk writes the rows of a chunk.
func writeChunk(tx *sql.Tx, s *space, i int) error {
	c := s.chunks[i]
	rows := sealed(at(sealRows, s.number, i, ""), c.data)
	var marks []byte
	if s.number == ofReleases {
		marks = sealed(at(sealMarks, s.number, i, ""), c.encodeMarks())
	}
	_, err := tx.Exec("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?)", s.number, i, rows, marks)
	return err
}

func newRow(r reading, words int) row {
	return row{
		published: seconds(r.doc.Published.Time), changed: seconds(r.doc.Changed.Time), words: words, used: true,
		id: binary.BigEndian.Uint32(r.mark.id[:]),
	}
}

func copyFile(to, from string) error {
	data, err := os.Open(from)
	if err != nil {
		return err
	}
	defer data.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = out.ReadFrom(data)
	return errors.Join(err, out.Close())
}
