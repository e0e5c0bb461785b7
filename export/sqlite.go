package export

import (
	"errors"
	"io"
	"os"

	"archiver/article"
	"archiver/export/sqlite"
)

// relational writes the records as an SQLite database.
type relational struct {
	*sqlite.Writer
	history history
	stream  io.Writer
	temp    string // the file, where the target is a stream
}

func newSQLite(t target, opts Options) (_ Encoder, err error) {
	e := &relational{history: history{of: opts.History}, stream: t.stream}
	path := t.path
	if path == "" {
		if path, err = temporary(); err != nil {
			return nil, err
		}
		e.temp = path
	}
	e.Writer, err = sqlite.Create(path)
	if err != nil {
		return nil, errors.Join(err, e.remove())
	}
	return e, nil
}

func temporary() (path string, err error) {
	f, err := os.CreateTemp("", "archiver-*.sqlite")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

func (e *relational) Encode(r *article.Record) error {
	if err := e.Write(r); err != nil {
		return err
	}
	return e.history.each(r, e.Revision)
}

func (e *relational) Close(cause error) error {
	err := e.Writer.Close(cause)
	if e.temp == "" {
		return err
	}
	if err == nil && cause == nil {
		err = e.copy()
	}
	return errors.Join(err, e.remove())
}

func (e *relational) copy() error {
	f, err := os.Open(e.temp)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(e.stream, f)
	return err
}

func (e *relational) remove() error {
	if e.temp == "" {
		return nil
	}
	return os.Remove(e.temp)
}
