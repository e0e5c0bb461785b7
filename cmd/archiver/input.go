package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// openInput opens a file to be read, or standard input for "-", and tells when it was
// last changed. What is wrong is said without the file's name.
func openInput(name string, stdin io.Reader) (in io.ReadCloser, changed time.Time, err error) {
	if name == "-" {
		return io.NopCloser(stdin), time.Now(), nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, time.Time{}, plainFileError(err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a folder: name a file in it")
	}
	if err != nil {
		file.Close()
		return nil, time.Time{}, err
	}
	return file, info.ModTime(), nil
}

// plainFileError is an error of the file system without the words of the call.
func plainFileError(err error) error {
	var call *fs.PathError
	switch {
	case os.IsNotExist(err):
		return fmt.Errorf("there is no such file")
	case errors.As(err, &call):
		return call.Err
	}
	return err
}

// filesOf returns the file that an argument names or, of a folder, those at any depth
// that are wanted.
func filesOf(arg string, wanted func(path string) bool) ([]string, error) {
	info, err := os.Stat(arg)
	if err != nil {
		return nil, plainFileError(err)
	}
	if !info.IsDir() {
		return []string{arg}, nil
	}
	var files []string
	err = filepath.WalkDir(arg, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if wanted(path) {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}
