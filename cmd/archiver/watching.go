package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"archiver/article"
	"archiver/search"
	"archiver/store"
	"archiver/watch"

	"github.com/spf13/cobra"
)

// What the commands share that look at watches: their file, and the archive as
// package watch asks for it.

// watchesFlag adds --watches to a command.
func watchesFlag(cmd *cobra.Command, file *string) {
	cmd.Flags().StringVar(file, "watches", "", "`FILE` of saved searches (default: $ARCHIVER_WATCHES, else ARCHIVE.watches.yaml)")
}

// watchesFile is the file of saved searches. It reports whether somebody has named it.
func (a *app) watchesFile(flag string) (path string, named bool) {
	if path = cmp.Or(flag, os.Getenv("ARCHIVER_WATCHES")); path != "" {
		return path, true
	}
	return a.archivePath() + ".watches.yaml", false
}

// readWatches reads the saved searches. That there is no file is only wrong where it
// was named. What is wrong in it is a fault of the configuration.
func (a *app) readWatches(flag string) ([]*watch.Watch, error) {
	path, named := a.watchesFile(flag)
	watches, err := watch.Read(path, checkWatch)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		err = errors.New("watches: there is no file " + path + ": 'archiver watch add' makes one")
	}
	if err != nil {
		return nil, &usageError{err: err, file: true}
	}
	return watches, nil
}

// checkWatch looks at the words of a watch.
func checkWatch(w *watch.Watch) error { return search.Check(w.Query().Words) }

// watched is an archive with its index as watches look at them.
type watched struct {
	*store.Store
	index *search.Index
}

var _ watch.Archive = watched{}

func (w watched) IDs(ctx context.Context, q watch.Query) ([]string, error) {
	return w.index.IDs(ctx, searchOf(q))
}

func (w watched) Absence(id string) (time.Time, string, error) {
	changes, err := w.StatusChanges(id)
	if err != nil {
		return time.Time{}, "", err
	}
	since, _, reason := article.Absence(changes)
	return since.Time, reason, nil
}

// searchOf is what a watch finds as the index takes it, newest first.
func searchOf(q watch.Query) search.Query {
	return search.Query{Words: q.Words, Filter: q.Filter, Sort: search.ByDate, Limit: cmp.Or(q.Limit, -1)}
}
