// Package store keeps the archive: one bbolt file with every address, page and
// record and every revision of each, for good. It is the only user of bbolt.
//
// Reading begins with [Open], writing with [Create] and [Store.Save]. A Store
// holds no file open. Each of its operations opens the file, works in one short
// transaction and closes it again, because bbolt's lock on an open file keeps
// writers out while others read, and readers out while another writes. So a
// crawl, exports and the web page work on one archive at the same time, from
// different processes.
//
// All keys are bytes, all values describe themselves:
//
//	meta         "format"          → "archiver"
//	             "schema"          → the number of the schema, in decimal digits
//	addresses    ID                → zstd(CBOR(article.Address))
//	sites        SITE 00 FOUND ID  → NEXT " " STATE        index of addresses
//	records      ID REVISION       → zstd(CBOR(article.Record))
//	by-date      PUBLISHED " " URL → ID REVISION STATUS " " SITE [" " GLANCE]
//	                                                       index of newest revisions
//	pages        ID REVISION       → zstd(CBOR(article.Page)), with a dictionary
//	dictionaries SITE 00 SERIAL NUMBER
//	                               → zstd(CBOR(storedDictionary))
//	suppressed   ID                → zstd(CBOR(Suppression))
//	sightings    ID FETCHED SHA    → CBOR(storedSighting)  what merging keeps beside
//	                                                       the revisions, see history.go
//	lives        ID                → zstd(CBOR(life))      when the record's status
//	                                                       changed, and why, see life.go
//	seen         ID                → SECONDS SUM           when the newest revision was
//	                                                       last seen, see seen.go
//	states       KEY               → zstd(a note of the crawl, as it wrote it)
//
// ID is the 20 bytes of the SHA-1 of an address, REVISION a big-endian number of
// four bytes, 0 for a page that is no article. FOUND, NEXT and PUBLISHED are
// times in UTC and of a fixed width, so that they sort; PUBLISHED is "none" for
// a record without a time, which sorts last. SERIAL counts the dictionaries of a
// site in four bytes, NUMBER names one in four; a zstd frame names the one that it
// needs. FETCHED, SHA, SECONDS and SUM are eight bytes each. The two indexes can be rebuilt from
// the rest, which [Store.Compact] does; suppressed records are not in by-date.
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"archiver/article"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// The buckets.
const (
	bucketMeta      = "meta"
	bucketAddresses = "addresses"
	bucketSites     = "sites"
	bucketRecords   = "records"
	bucketByDate    = "by-date"
	bucketPages     = "pages"
	bucketStates    = "states"

	bucketDictionaries = "dictionaries"
	bucketSuppressed   = "suppressed"
	bucketSightings    = "sightings"
	bucketLives        = "lives"
	bucketSeen         = "seen"
)

var buckets = []string{
	bucketMeta, bucketAddresses, bucketSites, bucketRecords, bucketByDate, bucketPages, bucketStates,
	bucketDictionaries, bucketSuppressed, bucketSightings, bucketLives, bucketSeen,
}

var (
	// ErrNotArchive is returned for a file that is no archive of this program.
	ErrNotArchive = errors.New("not an archive of archiver")
	// ErrNewerSchema is returned for an archive that a later version wrote.
	ErrNewerSchema = errors.New("written by a newer version of archiver")
	errOlder       = errors.New("of an older form")
	// ErrDamaged is returned for an archive that cannot be read as it should.
	ErrDamaged = errors.New("damaged")
)

// A Store is an archive. It can be used by several goroutines at once, and by
// several processes.
type Store struct {
	// Wait is the longest that an operation waits for the file while other
	// programs use it; default: 1 minute. Set it before the first use.
	Wait time.Duration
	// Reread, unless it is nil, reads a page that is kept as today's reader reads it.
	// Save asks it where a page brings another content than the archive has: what an
	// older reader, or other rules, made of the page that is kept must not pass for a
	// change of the page. An error leaves the record as it is. Set it before the first use.
	Reread func(article.Page) (*article.Record, error)
	// Glance, unless it is nil, gives what the index shall hold of a record besides,
	// for [Glances]: a letter that names its form and a few further characters, without
	// a space. It must follow from the content of the record and when it was first seen.
	// Set it before the first use.
	Glance func(*article.Record) string
	// Command is what a crawl that holds the archive is known by to others; default:
	// the command line. Set it before Lock.
	Command string

	path string
	mu   sync.RWMutex // between the goroutines of this process; files lock the others out

	soundMu sync.Mutex
	sound   os.FileInfo // the file whose structure was found sound

	dicts dictionaries
}

// Open opens an archive for reading. The file must exist: one that does not is
// an error that wraps [fs.ErrNotExist], and none is made. Other errors wrap
// [ErrNotArchive], [ErrNewerSchema] or [ErrDamaged]; nothing is ever changed.
func Open(path string) (*Store, error) {
	s := &Store{path: path}
	version, err := s.inspect()
	if err != nil {
		return nil, err
	}
	if version < len(migrations) {
		return nil, s.wrap(olderError(version))
	}
	return s, nil
}

func olderError(version int) error {
	return fmt.Errorf("%w (schema %d, not %d): run \"archiver compact\" once to bring it up to date, or any crawl", errOlder, version, len(migrations))
}

// OpenAnyway opens an archive for [Store.Verify], or to be merged, whatever is
// wrong with its structure or however old it is. The file must exist and look like
// one of bbolt's. Other uses of the Store give errors where something is wrong.
func OpenAnyway(path string) (*Store, error) {
	s := &Store{path: path}
	file, err := openFile(path, os.O_RDONLY)
	switch {
	case errors.Is(err, ErrDamaged):
		return s, nil
	case err != nil:
		return nil, s.wrap(explain(err, "cannot be read"))
	}
	return s, file.Close()
}

// Create opens an archive for reading and writing. It makes the file if there
// is none and brings an older archive up to date. Its errors are those of
// [Open], but for the missing file.
func Create(path string) (*Store, error) {
	s := &Store{path: path}
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		if err := s.makeFile(); err != nil {
			return nil, s.wrap(err)
		}
	}
	if err := s.upgrade(); err != nil {
		return nil, err
	}
	return s, nil
}

// Upgrade opens an archive that exists for reading and writing, and brings an
// older one up to date. Its errors are those of [Open].
func Upgrade(path string) (*Store, error) {
	s := &Store{path: path}
	if err := s.upgrade(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Store) upgrade() error {
	version, err := s.inspect()
	if err != nil {
		return err
	}
	// A crawl should learn before its first request that it cannot save.
	f, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		return s.wrap(explain(err, "cannot be written"))
	}
	if err := f.Close(); err != nil {
		return s.wrap(err)
	}
	if version < len(migrations) {
		return s.change(migrate)
	}
	return nil
}

// makeFile makes an archive under another name and renames it, so that a file
// under the archive's name is always whole.
func (s *Store) makeFile() error {
	leave, err := s.pass(true)
	if err != nil {
		return err
	}
	defer leave()
	if info, err := os.Stat(s.path); err == nil && info.Size() > 0 {
		return nil // another process was faster
	}
	draft := s.path + ".new"
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return explain(err, "cannot be made")
	}
	defer os.Remove(draft) // which has another name by then, if all goes well
	db, err := bbolt.Open(draft, filePerm, &bbolt.Options{Timeout: s.wait(), NoStatistics: true})
	if errors.Is(err, fs.ErrNotExist) {
		return &explained{fmt.Sprintf("cannot be made: make the folder %s first", filepath.Dir(s.path)), err}
	}
	if err != nil {
		return explain(err, "cannot be made")
	}
	if err := errors.Join(db.Update(migrate), db.Close()); err != nil {
		return err
	}
	if err := os.Rename(draft, s.path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(s.path))
}

// filePerm are the rights of files we make, before the user's mask.
const filePerm = 0o644

// Path returns the name of the archive's file, as it was given.
func (s *Store) Path() string { return s.path }

func (s *Store) wait() time.Duration {
	if s.Wait > 0 {
		return s.Wait
	}
	return time.Minute
}

// wrap says which archive an error is about.
func (s *Store) wrap(err error) error { return &archiveError{s.path, err} }

// An archiveError says which archive it is about.
type archiveError struct {
	path string
	err  error
}

func (e *archiveError) Error() string { return fmt.Sprintf("archive %s: %v", e.path, e.err) }
func (e *archiveError) Unwrap() error { return e.err }

// view runs fn in a read transaction. Nothing of the transaction may be used
// after it: fn copies what it keeps, and decodes it later, because every moment
// in here keeps a crawl waiting.
func (s *Store) view(fn func(tx *bbolt.Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.ensureSound(); err != nil {
		return err
	}
	err := s.use(false, func(db *bbolt.DB, _ *os.File) error { return db.View(ours(fn)) })
	if err != nil {
		return s.wrap(err)
	}
	return nil
}

// update runs fn in a write transaction: all of it is kept or nothing.
func (s *Store) update(fn func(tx *bbolt.Tx) error) error { return s.change(ours(fn)) }

// change is update for an archive of any schema.
func (s *Store) change(fn func(tx *bbolt.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ensureSound(); err != nil {
		return err
	}
	err := s.use(true, func(db *bbolt.DB, _ *os.File) error {
		var refused error
		err := db.Update(func(tx *bbolt.Tx) error {
			refused = fn(tx)
			return refused
		})
		if err != nil && refused == nil {
			return fmt.Errorf("nothing was saved, what it held before is intact: %w", err)
		}
		return err
	})
	if err != nil {
		return s.wrap(err)
	}
	return nil
}

// ours runs fn if the file is still an archive of this version's schema: a newer
// version may have been at it since it was opened.
func ours(fn func(tx *bbolt.Tx) error) func(tx *bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		version, err := schema(tx)
		if err == nil && version < len(migrations) {
			err = olderError(version)
		}
		if err != nil {
			return err
		}
		return fn(tx)
	}
}

// use opens the file, runs fn and closes the file. What a damaged file makes
// bbolt do, a panic or a fault on mapped memory, becomes an error.
func (s *Store) use(write bool, fn func(db *bbolt.DB, file *os.File) error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = s.postMortem(p)
		}
	}()
	leave, err := s.pass(write)
	if err != nil {
		return err
	}
	defer leave()
	var file *os.File
	db, err := bbolt.Open(s.path, filePerm, &bbolt.Options{
		ReadOnly:     !write,
		Timeout:      s.wait(),
		FreelistType: bbolt.FreelistMapType,
		NoStatistics: true,
		OpenFile: func(name string, flag int, perm os.FileMode) (_ *os.File, err error) {
			file, err = openFile(name, flag)
			return file, err
		},
	})
	switch {
	case errors.Is(err, bbolterrors.ErrTimeout):
		return fmt.Errorf("another program has kept it open for %v: close that and try again", s.wait())
	case err != nil && write:
		return explain(err, "cannot be written")
	case err != nil:
		return explain(err, "cannot be read")
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if !write {
		leave()
	}
	return fn(db, file)
}

// openFile opens an existing file for bbolt if it looks like one of bbolt's,
// which asks less of a file before it trusts it.
func openFile(name string, flag int) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: it is no file", ErrNotArchive)
	case info.Size() == 0:
		return nil, fmt.Errorf("%w: it is empty", ErrNotArchive)
	}
	f, err := os.OpenFile(name, flag&^os.O_CREATE, 0)
	if err != nil {
		return nil, err
	}
	if _, err := readMeta(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// inspect looks at the structure of the file and returns its schema's number.
func (s *Store) inspect() (version int, err error) {
	err = s.use(false, func(db *bbolt.DB, file *os.File) error {
		if err := checkLayout(file, false); err != nil {
			return err
		}
		if err := db.View(func(tx *bbolt.Tx) (err error) {
			version, err = schema(tx)
			return err
		}); err != nil {
			return err
		}
		info, err := file.Stat()
		if err != nil {
			return err
		}
		s.soundMu.Lock()
		defer s.soundMu.Unlock()
		s.sound = info
		return nil
	})
	if err != nil {
		return 0, s.wrap(err)
	}
	return version, nil
}

// ensureSound inspects the file again where another has taken its place.
func (s *Store) ensureSound() error {
	info, err := os.Stat(s.path)
	if err != nil {
		return s.wrap(explain(err, "cannot be read"))
	}
	s.soundMu.Lock()
	same := os.SameFile(info, s.sound)
	s.soundMu.Unlock()
	if same {
		return nil
	}
	_, err = s.inspect()
	return err
}

// postMortem tells a damaged file, which is an error, from a mistake of ours,
// which stays a panic.
func (s *Store) postMortem(p any) error {
	file, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := checkLayout(file, true); err != nil {
		return err
	}
	panic(p)
}

// explained is an error that says in our words what its cause says in the
// system's.
type explained struct {
	text  string
	cause error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.cause }

func explain(err error, what string) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &explained{`not found: run "archiver crawl" first, or name another with --archive`, err}
	}
	// The path has been said; a PathError would say it again.
	var path *fs.PathError
	if errors.As(err, &path) {
		return &explained{what + ": " + path.Err.Error(), err}
	}
	return err
}
