// Package intact writes files that have their name only when they are whole: until
// then they are temporary ones beside it. Whatever ends a program, a reader finds
// what was there before or what was meant.
//
// Begin with [WriteFile], or with [Create] for what is written bit by bit, and with
// [CreateFolder] for what is thousands of files.
package intact

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A File is not whole yet. Whoever has made one calls Replace, or Discard.
type File struct {
	*os.File
	in     place
	name   string // that it is to have
	temp   string
	synced bool // nothing was written since
}

// A place is where files are: a [os.Root], or any folder.
type place interface {
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
	Stat(name string) (fs.FileInfo, error)
	Rename(from, to string) error
	Remove(name string) error
}

// anywhere is the place of names that count from the working folder.
type anywhere struct{}

func (anywhere) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, perm)
}
func (anywhere) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }
func (anywhere) Rename(from, to string) error          { return os.Rename(from, to) }
func (anywhere) Remove(name string) error              { return os.Remove(name) }

// WriteFile writes data to a file, whole or not at all. A new file has the rights
// perm, less the user's mask; one that is replaced leaves its own.
func WriteFile(name string, data []byte, perm fs.FileMode) error {
	f, err := Create(name, perm)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Replace()
}

// Create begins a file, with the rights of [WriteFile]. It deletes what an earlier
// writer of the file has left that was killed.
func Create(name string, perm fs.FileMode) (*File, error) {
	sweep(name)
	return create(anywhere{}, name, perm)
}

// CreateIn is [Create] within a root, for the many files of a folder: it does not
// look for what was left, see [SweepIn].
func CreateIn(root *os.Root, name string, perm fs.FileMode) (*File, error) {
	return create(root, name, perm)
}

func create(in place, name string, perm fs.FileMode) (*File, error) {
	dir, base := filepath.Split(name)
	for try := 1; ; try++ {
		temp := filepath.Join(dir, fmt.Sprintf(".%s.%d%s", base, rand.Uint32(), ending))
		file, err := in.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		if errors.Is(err, fs.ErrExist) && try < 100 {
			continue
		}
		if err != nil {
			return nil, err
		}
		f := &File{File: file, in: in, name: name, temp: temp}
		if old, err := in.Stat(name); err == nil && old.Mode().IsRegular() {
			if err := file.Chmod(old.Mode().Perm()); err != nil {
				f.Discard()
				return nil, err
			}
		}
		return f, nil
	}
}

// Replace syncs and closes the file and gives it its name, in place of the file that
// has it. After an error that one is as it was.
func (f *File) Replace() error {
	var err error
	if !f.synced {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return f.in.Rename(f.temp, f.name)
}

// SyncAll syncs files, so that Replace need not. After an error any of them can be the
// cause.
//
// On Linux the file system is synced as a whole where it is a usual one. For small files
// on ext4 that takes a tenth of the time of syncing each, but what other programs have
// just written there is waited for, too.
func SyncAll(files ...*File) error {
	if err := syncAll(files); err != nil {
		return err
	}
	for _, f := range files {
		f.synced = true
	}
	return nil
}

// Discard closes and deletes the file. After Replace it does nothing.
func (f *File) Discard() {
	_ = f.Close()
	_ = f.in.Remove(f.temp) // it has another name by then, if all went well
}

const (
	ending = ".part"   // of temporary names
	age    = time.Hour // longer than any writer pauses

	// lockAge is longer than a folder has no lock that is being made. By the lock it is
	// known afterwards whether somebody works on it.
	lockAge = time.Minute
)

// sweep deletes what a writer of the file has left that was killed.
func sweep(name string) {
	dir, base := filepath.Split(name)
	entries, _ := os.ReadDir(filepath.Clean(dir)) // it is swept as far as it can be read
	for _, entry := range leftovers(entries, base) {
		if entry.Type().IsRegular() {
			_ = os.Remove(filepath.Join(dir, entry.Name())) // another time, then
		}
	}
}

// SweepIn deletes what writers of files and folders within a root, but not in the folders
// there, have left that were killed: of all, or where base is not empty of that one.
func SweepIn(root *os.Root, base string) {
	dir, err := root.Open(".")
	if err != nil {
		return // who writes there will say so
	}
	entries, _ := dir.ReadDir(-1) // it is swept as far as it can be read
	_ = dir.Close()
	for _, entry := range leftovers(entries, base) {
		switch name := entry.Name(); {
		case entry.Type().IsRegular():
			_ = root.Remove(name) // another time, then
		case entry.IsDir() && left(root, name):
			_ = root.RemoveAll(name)
		}
	}
}

// leftovers finds the temporary ones of a base, or of any where it is empty. What has
// been written to of late may be another's who is at work.
func leftovers(entries []fs.DirEntry, base string) (old []fs.DirEntry) {
	for _, entry := range entries {
		whole, ok := strings.CutSuffix(strings.TrimPrefix(entry.Name(), "."), ending)
		dot := strings.LastIndexByte(whole, '.')
		if !ok || dot <= 0 || entry.Name()[0] != '.' || base != "" && whole[:dot] != base {
			continue
		}
		if digits := whole[dot+1:]; digits == "" || strings.Trim(digits, "0123456789") != "" {
			continue
		}
		longest := age
		if entry.IsDir() {
			longest = lockAge
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > longest {
			old = append(old, entry)
		}
	}
	return old
}
