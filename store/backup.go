package store

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"archiver/intact"

	"go.etcd.io/bbolt"
)

// backupChunk is how much of a file is compared and copied at a time.
const backupChunk = 256 << 10

// Backup writes a copy of the archive, as it is at one moment, to a file, which
// takes its name when it is whole and synced. A crawl goes on meanwhile: nearly
// all is copied while nobody is kept away, and then what a crawl has changed since
// is copied again while commits wait, which takes as long as reading the file from
// memory. It returns the bytes of the copy.
//
// A file that is there is replaced if it is an archive, sound or not, or empty;
// the archive itself and any other file are refused.
//
// Progress, unless nil, is told bytes.
func (s *Store) Backup(ctx context.Context, to string, progress func(done, total int)) (int64, error) {
	if err := s.mayReplace(to); err != nil {
		return 0, err
	}
	draft, err := intact.Create(to, 0o600) // until it has the rights of the archive
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("backup %s: make the folder %s first", to, filepath.Dir(to))
	}
	if err != nil {
		return 0, fmt.Errorf("backup %s: %w", to, explain(err, "cannot be written"))
	}
	defer draft.Discard()
	size, err := s.copyTo(ctx, draft.File, progress)
	if err := errors.Join(err, draft.Close()); err != nil {
		return 0, s.wrapOnce(err)
	}
	like, err := os.Stat(s.path)
	if err != nil {
		return 0, s.wrap(explain(err, "cannot be read"))
	}
	// A copy with a fault in its structure must not replace one without.
	if err := finishFile(draft.Name(), like); err != nil {
		return 0, s.wrap(err)
	}
	if err := replaceFile(draft.Name(), to); err != nil {
		return 0, fmt.Errorf("backup %s: %w", to, explain(err, "cannot be written"))
	}
	return size, nil
}

// mayReplace refuses to write over what is no backup.
func (s *Store) mayReplace(to string) error {
	info, err := os.Stat(to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("backup %s: %w", to, explain(err, "cannot be read"))
	}
	own, err := os.Stat(s.path)
	if err != nil {
		return s.wrap(explain(err, "cannot be read"))
	}
	switch {
	case os.SameFile(own, info):
		return fmt.Errorf("backup %s: it is the archive itself: name another file", to)
	case info.IsDir():
		return fmt.Errorf("backup %s: it is a folder: name a file in it", to)
	case !info.Mode().IsRegular():
		return fmt.Errorf("backup %s: it is no file", to)
	case info.Size() == 0:
		return nil
	}
	file, err := os.Open(to)
	if err != nil {
		return fmt.Errorf("backup %s: %w", to, explain(err, "cannot be read"))
	}
	defer file.Close()
	if _, err := readMeta(file); errors.Is(err, ErrNotArchive) {
		return fmt.Errorf("backup %s: it is there and is no archive: move it away, or name another file", to)
	}
	return nil
}

// copyTo copies the archive as it is at one moment. The file need not be sound in
// its keys and values.
func (s *Store) copyTo(ctx context.Context, to *os.File, progress func(done, total int)) (int64, error) {
	if err := s.ensureSound(); err != nil {
		return 0, err
	}
	from, err := os.Open(s.path)
	if err != nil {
		return 0, explain(err, "cannot be read")
	}
	defer from.Close()
	c := copier{to: to, seed: maphash.MakeSeed(), progress: progress}
	if err := c.copy(ctx, from); err != nil {
		return 0, err
	}
	// Now with everybody who writes kept away. The file may have been replaced
	// since: then all of it is copied again.
	s.mu.RLock()
	defer s.mu.RUnlock()
	c.progress = nil
	if err := s.use(false, func(_ *bbolt.DB, file *os.File) error { return c.copy(ctx, file) }); err != nil {
		return 0, err
	}
	return c.size, to.Truncate(c.size)
}

// A copier copies a file, and copies it again where it has changed since.
type copier struct {
	to       *os.File
	seed     maphash.Seed
	sums     []uint64 // of what was copied, chunk by chunk
	size     int64
	progress func(done, total int)
}

func (c *copier) copy(ctx context.Context, from *os.File) error {
	m, err := readMeta(from)
	if err != nil {
		return err
	}
	c.size = int64(m.high) * m.pageSize
	chunk := make([]byte, backupChunk)
	for n, at := 0, int64(0); at < c.size; n, at = n+1, at+backupChunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		got, err := from.ReadAt(chunk[:min(backupChunk, c.size-at)], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		sum := maphash.Bytes(c.seed, chunk[:got])
		switch {
		case n == len(c.sums):
			c.sums = append(c.sums, sum)
		case c.sums[n] == sum:
			continue
		}
		c.sums[n] = sum
		if _, err := c.to.WriteAt(chunk[:got], at); err != nil {
			return fmt.Errorf("write backup: %w", err)
		}
		if c.progress != nil {
			c.progress(int(at+int64(got)), int(c.size))
		}
	}
	return nil
}
