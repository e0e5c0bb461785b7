package export

import (
	"errors"
	"io"
	"os"
)

// A spool keeps what an encoder has made until it is known what stands before it:
// the first megabyte in memory, all of it in a temporary file once it is more.
// The zero value is empty.
type spool struct {
	mem  []byte
	file *os.File
	size int64
}

const spoolMemory = 1 << 20

func (s *spool) Write(p []byte) (n int, err error) {
	if s.file == nil && len(s.mem)+len(p) <= spoolMemory {
		s.mem = append(s.mem, p...)
		s.size += int64(len(p))
		return len(p), nil
	}
	if s.file == nil {
		if s.file, err = os.CreateTemp("", "archiver-export-*"); err != nil {
			return 0, err
		}
		if _, err = s.file.Write(s.mem); err != nil {
			return 0, err
		}
		s.mem = nil
	}
	n, err = s.file.Write(p)
	s.size += int64(n)
	return n, err
}

// A stretch is where a spool has something.
type stretch struct {
	at   int64
	size int32
}

// add puts one thing into the spool.
func (s *spool) add(data []byte) (stretch, error) {
	p := stretch{s.size, int32(len(data))}
	_, err := s.Write(data)
	return p, err
}

func (s *spool) read(p stretch) ([]byte, error) {
	data := make([]byte, p.size)
	if s.file == nil {
		copy(data, s.mem[p.at:])
		return data, nil
	}
	_, err := s.file.ReadAt(data, p.at)
	return data, err
}

// WriteTo copies all of the spool.
func (s *spool) WriteTo(w io.Writer) (int64, error) {
	if s.file == nil {
		n, err := w.Write(s.mem)
		return int64(n), err
	}
	return io.Copy(w, io.NewSectionReader(s.file, 0, s.size))
}

// close deletes what the spool keeps.
func (s *spool) close() error {
	s.mem = nil
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
