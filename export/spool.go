package export

import (
	"errors"
	"io"
	"os"
	"slices"
)

// A spool keeps what an encoder has made until it is known what stands before it:
// the last megabyte in memory, what came before in a temporary file. The zero value is
// empty.
type spool struct {
	file *os.File // nil until it is needed
	mem  []byte
	size int64 // of both
}

const spoolMemory = 1 << 20

func (s *spool) Write(p []byte) (n int, err error) {
	if len(s.mem)+len(p) > spoolMemory {
		if err := s.flush(); err != nil {
			return 0, err
		}
	}
	s.mem = append(s.mem, p...)
	s.size += int64(len(p))
	return len(p), nil
}

// flush moves to the file what memory has.
func (s *spool) flush() (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp("", "archiver-export-*"); err != nil {
			return err
		}
	}
	_, err = s.file.Write(s.mem)
	s.mem = s.mem[:0]
	return err
}

// A stretch is where a spool has something.
type stretch struct {
	at   int64
	size int32
}

// add puts one thing into the spool.
func (s *spool) add(data []byte) (stretch, error) {
	_, err := s.Write(data)
	return stretch{s.size - int64(len(data)), int32(len(data))}, err
}

// read returns what was put there, in place of what data holds. Several goroutines can
// read at once.
func (s *spool) read(p stretch, data []byte) ([]byte, error) {
	data = slices.Grow(data[:0], int(p.size))[:p.size]
	if at := p.at - (s.size - int64(len(s.mem))); at >= 0 { // what is added at once is in one place
		copy(data, s.mem[at:])
		return data, nil
	}
	_, err := s.file.ReadAt(data, p.at)
	return data, err
}

// WriteTo copies all of the spool.
func (s *spool) WriteTo(w io.Writer) (int64, error) {
	var n int64
	if s.file != nil {
		var err error
		if n, err = io.Copy(w, io.NewSectionReader(s.file, 0, s.size-int64(len(s.mem)))); err != nil {
			return n, err
		}
	}
	m, err := w.Write(s.mem)
	return n + int64(m), err
}

// close deletes what the spool keeps.
func (s *spool) close() error {
	s.mem = nil
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
