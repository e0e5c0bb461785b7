package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// settings come before all else. The file is nobody else's until it is whole, so
// that it needs no journal, and it is for its caller to sync it.
const settings = `
PRAGMA page_size = 8192;
PRAGMA encoding = 'UTF-8';
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -49152;
`

// A file is a database that is being made.
type file struct {
	db         *sql.DB
	conn       *sql.Conn
	statements []statement
}

// A statement is the driver's own: package sql takes a tenth of the time of the export to
// look at each value on its way.
type statement interface {
	driver.Stmt
	driver.StmtExecContext
}

func open(path string) (*file, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, err
	}
	// All settings are of a connection.
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	f := &file{db: db, conn: conn}
	if err := f.exec(settings); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *file) exec(statements string, args ...any) error {
	_, err := f.conn.ExecContext(context.Background(), statements, args...)
	return err
}

// prepare makes statements, which are closed with the file.
func (f *file) prepare(texts ...string) ([]statement, error) {
	at := len(f.statements)
	err := f.conn.Raw(func(conn any) error {
		for _, text := range texts {
			made, err := conn.(driver.ConnPrepareContext).PrepareContext(context.Background(), text)
			if err != nil {
				return err
			}
			f.statements = append(f.statements, made.(statement))
		}
		return nil
	})
	return f.statements[at:], err
}

// release closes the statements.
func (f *file) release() (err error) {
	for _, s := range f.statements {
		err = errors.Join(err, s.Close())
	}
	f.statements = nil
	return err
}

func (f *file) close() error { return errors.Join(f.release(), f.conn.Close(), f.db.Close()) }
