package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"archiver/intact"
)

// errWrote marks the failure of an output.
var errWrote = errors.New("write output")

// wrote adds to an error of standard output where it came from.
func wrote(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errWrote, err)
}

// output writes what a command has made to what --output names: a file, or - for
// standard output.
func (a *app) output(path string, data []byte) error {
	if path == "-" {
		_, err := a.stdout.Write(data)
		return wrote(err)
	}
	return replaceFile(path, data)
}

// replaceFile writes a file, which takes its name when it is whole.
func replaceFile(path string, data []byte) error {
	if err := writable(path); err != nil {
		return err
	}
	return replaced(path, intact.WriteFile(path, data, 0o644))
}

// replaced is the error of replacing a file by rename, without the name that it had
// until then.
func replaced(path string, err error) error {
	if err == nil {
		return nil
	}
	var (
		file *fs.PathError
		link *os.LinkError
	)
	switch {
	case errors.As(err, &file):
		err = file.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("write %s: %w", path, err)
}

// writable says beforehand what a file could not be written for: its folder is not
// there, or it is one itself.
func writable(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder: name a file in it", path)
	}
	if dir := filepath.Dir(path); dir != "." {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no folder %s: make it first", dir)
		}
	}
	return nil
}
