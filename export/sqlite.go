package export

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"archiver/article"
	"archiver/export/sqlite"
)

// relational writes the records as an SQLite database.
type relational struct {
	*sqlite.Writer
	history history
	stream  io.Writer
	temp    string // the folder of the file, where the target is a stream
}

func newSQLite(t target, opts Options) (_ Encoder, err error) {
	e := &relational{history: history{of: opts.History}, stream: t.stream}
	path := t.path
	if path == "" {
		// In a folder that is the user's alone: SQLite reads what lies beside a file under
		// certain names.
		if e.temp, err = os.MkdirTemp("", "archiver-*"); err != nil {
			return nil, err
		}
		path = e.file()
	}
	meanwhile, err := beside(path)
	if err == nil {
		e.Writer, err = sqlite.Create(path, meanwhile)
	}
	if err != nil {
		return nil, errors.Join(err, e.remove())
	}
	return e, nil
}

func (e *relational) file() string { return filepath.Join(e.temp, "records.sqlite") }

// beside makes a file beside the temporary one of an export, with another number: whoever
// clears away what an export has left finds both.
func beside(path string) (string, error) {
	dir, name := filepath.Split(path)
	base, numbered := strings.CutSuffix(name, ".part")
	if dot := strings.LastIndexByte(base, '.'); numbered && dot > 0 {
		base = base[:dot]
	}
	f, err := os.CreateTemp(dir, base+".*.part")
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
	f, err := os.Open(e.file())
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
	return os.RemoveAll(e.temp)
}
