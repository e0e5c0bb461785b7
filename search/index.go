// Package search finds releases and quotations by their words, speakers and other
// fields, in a few milliseconds also among a hundred thousand. Begin with [Open],
// [Index.Search] and [Index.Quotes].
//
// It keeps an index in a file beside the archive. The index is never the record: it
// is built when there is none, brought up to date before each search, and built again
// if it is lost, damaged or of another version. What has left the archive, such as a
// release that was suppressed, leaves the index with the next look at it, and no free
// page keeps a word of it.
//
// The file is an SQLite database, for its transactions and its locks. The lists of
// where each word stands are this package's own (postings.go), because SQLite's
// full-text search takes a quarter of a second to rank a word that most releases
// have. Documents are numbered, and a list is divided into chunks of 4096 of them:
//
//	meta       one row: state of the index, what it was made from
//	chunks     SPACE CHUNK      → a fixed-width row for each document: times, lengths;
//	                              for releases the ids and hashes by which changes are seen
//	postings   SPACE TERM CHUNK → in which documents, and where; see postings.go
//	vocabulary SPACE STEM TERM  → how many documents have the term; also by SPACE TERM
//	releases   NUMBER           → zstd(CBOR(document))
//	speakers   NUMBER           → a name, and how many quotations
//
// SPACE is 0 for releases and 1 for quotations. All but the numbers are under a
// checksum, and what is read of postings is held against the vocabulary, so damage
// is noticed when it is met.
package search

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"archiver/article"

	"github.com/klauspost/compress/zstd"
	"modernc.org/sqlite"
)

// version is that of the form of the index and of how texts are made into words:
// another one is built again.
const version = 3

// An Archive is what an index is made from.
type Archive interface {
	// Generation returns a word that is another after every change.
	Generation() (string, error)
	// Marks iterates over the id of every release, with a hash of it that is another
	// after any change of it.
	Marks() iter.Seq2[Mark, error]
	// RecordsOf iterates over the releases with these ids, without those that are not
	// there.
	RecordsOf(ids ...string) iter.Seq2[*article.Record, error]
}

// A Mark tells whether a release is still as it was.
type Mark struct {
	ID   string
	Hash uint64
}

// An Index finds what is in an archive. It can be used by several goroutines at once,
// and its file by several processes.
type Index struct {
	// Progress, if set, is told how many of how many releases have been read, while
	// the index is built or brought up to date; at the end that is all of them. Set it
	// before the first use.
	Progress func(done, total int)
	// AsIs makes searches take the index as it was after the last [Index.Update], which
	// they do not wait for. Without an index the first of them makes one. Set it before
	// the first use.
	AsIs bool

	archive Archive
	path    string
	folder  string // where the index is for now, if its own place cannot be written

	// writing is held by who changes the file: searches go on meanwhile, on what SQLite
	// shows them. Nobody else changes the fields below, nor folder.
	writing    sync.Mutex
	mu         sync.RWMutex // held for writing while they are changed
	db         *sql.DB
	file       os.FileInfo // of db
	generation string      // of the archive, that the index has

	cache struct {
		sync.Mutex
		serial int64
		spaces [2]*space
	}
}

// Open returns the index of an archive in the file at path. It touches nothing:
// the first use does.
func Open(path string, archive Archive) *Index {
	return &Index{path: path, archive: archive}
}

// Close ends the use of the index.
func (ix *Index) Close() error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	err := ix.shut()
	if ix.folder != "" {
		err = errors.Join(err, os.RemoveAll(ix.folder))
		ix.folder = ""
	}
	return err
}

// shut closes the file, once those who read it are done.
func (ix *Index) shut() error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.shutLocked()
}

func (ix *Index) shutLocked() error {
	if ix.db == nil {
		return nil
	}
	err := ix.db.Close()
	ix.db, ix.generation = nil, ""
	ix.cache.Lock()
	ix.cache.spaces = [2]*space{}
	ix.cache.Unlock()
	return err
}

// where is the file that is in use.
func (ix *Index) where() string {
	if ix.folder != "" {
		return filepath.Join(ix.folder, "index")
	}
	return ix.path
}

// A state is the row of meta.
type state struct {
	Version    int
	Generation string // of the archive
	Serial     int64  // another after each change of the index
	Chunks     [2]int // how many, by space
	Releases   int
	Quotations int
}

// Spaces of documents.
const (
	ofReleases = iota
	ofQuotations
)

// errOther says that a file is no index of this version.
var errOther = errors.New("no index of this version")

// connect opens an SQLite file.
func connect(path, mode string, pragmas ...string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	query := url.Values{"mode": {mode}, "_pragma": append([]string{"busy_timeout(60000)", "cell_size_check(1)", "trusted_schema(0)"}, pragmas...)}
	slashed := filepath.ToSlash(absolute)
	if slashed[0] != '/' {
		slashed = "/" + slashed // C:/…
	}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: slashed, RawQuery: query.Encode()}).String())
}

// open opens the file that is in use, if it is an index of this version.
func (ix *Index) open() error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	return ix.openLocked()
}

func (ix *Index) openLocked() error {
	path := ix.where()
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no file: move it away, or name another archive", path)
	}
	if info.Size() == 0 {
		return errOther
	}
	db, err := connect(path, "ro", "cache_size(-16384)")
	if err != nil {
		return err
	}
	st, err := readState(db)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	ix.db, ix.file, ix.generation = db, info, st.Generation
	return nil
}

type querier interface {
	QueryRow(query string, args ...any) *sql.Row
	Query(query string, args ...any) (*sql.Rows, error)
}

func readState(q querier) (state, error) {
	var (
		st     state
		stored []byte
	)
	if err := q.QueryRow("SELECT state FROM meta").Scan(&stored); err != nil {
		return st, err
	}
	data, err := unsealed(at(sealState, 0, 0, ""), stored)
	if err != nil {
		return st, err
	}
	if err := json.Unmarshal(data, &st); err != nil {
		return st, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if st.Version != version {
		return st, errOther
	}
	return st, nil
}

// Update brings the index up to date, and builds it if it has to be. Searching does
// the same; after a crawl it is done to save the next search the time.
func (ix *Index) Update(ctx context.Context) error {
	generation, err := ix.archive.Generation()
	if err != nil {
		return err
	}
	ix.mu.RLock()
	current := ix.db != nil && ix.generation == generation
	ix.mu.RUnlock()
	if current {
		return nil
	}
	ix.writing.Lock()
	defer ix.writing.Unlock()
	return ix.update(ctx, generation)
}

// has notes that the index has all of a generation of the archive.
func (ix *Index) has(generation string) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.generation = generation
}

func (ix *Index) update(ctx context.Context, generation string) error {
	// Another process can have built it again meanwhile, in another file.
	if info, err := os.Stat(ix.where()); ix.db != nil && (err != nil || !os.SameFile(info, ix.file)) {
		if err := ix.shut(); err != nil {
			return err
		}
	}
	if ix.db != nil {
		// ... or in this one.
		if st, err := readState(ix.db); err == nil && st.Generation == generation {
			ix.has(generation)
			return nil
		}
	} else if err := ix.open(); err == nil && ix.generation == generation {
		return nil
	}
	return ix.write(ctx, false)
}

// rebuild builds an index again that was found to be damaged.
func (ix *Index) rebuild(ctx context.Context) error {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	return ix.write(ctx, true)
}

// guarded runs what reads the index. Damage is answered by building the index again
// and running it once more.
func (ix *Index) guarded(ctx context.Context, run func(*view) error) error {
	for again := false; ; again = true {
		if !ix.AsIs || again || !ix.isOpen() {
			if err := ix.Update(ctx); err != nil {
				return err
			}
		}
		err := ix.read(run)
		if err == nil || again || !isDamage(err) {
			return err
		}
		if errors.Is(err, errClosed) {
			continue // another file is being put in its place
		}
		if err := ix.rebuild(ctx); err != nil {
			return err
		}
	}
}

// isDamage reports whether a new index may help. A query that is wrong, and a file
// that is busy, are no damage.
func isDamage(err error) bool {
	var (
		query *QueryError
		lite  *sqlite.Error
	)
	switch {
	case errors.As(err, &query), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.As(err, &lite):
		return lite.Code()&0xff != codeBusy
	}
	return errors.Is(err, errDamaged) || errors.Is(err, sql.ErrNoRows)
}

// Codes of SQLite's errors.
const (
	codePerm     = 3
	codeBusy     = 5
	codeReadOnly = 8
	codeFull     = 13
	codeCantOpen = 14
)

// errClosed says that the index is not open.
var errClosed = fmt.Errorf("%w: it is not open", errDamaged)

func (ix *Index) isOpen() bool {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.db != nil
}

// A view is the index at one moment.
type view struct {
	ix    *Index
	tx    *sql.Tx
	state state
}

// read runs fn on the index as it is at one moment.
func (ix *Index) read(fn func(*view) error) (err error) {
	defer damage(&err)
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.db == nil {
		return errClosed
	}
	tx, err := ix.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	st, err := readState(tx)
	if err != nil {
		return err
	}
	return fn(&view{ix: ix, tx: tx, state: st})
}

// damage makes an error of what a damaged file makes the library do.
func damage(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", errDamaged, p)
	}
}

// gone reports whether err says that there is no file.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }

var (
	packer   = must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1)))
	unpacker = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(64<<20)))
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // unreachable: the options are right
	}
	return v
}
