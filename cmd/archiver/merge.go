package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"archiver/store"

	"github.com/spf13/cobra"
)

func (a *app) merge() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "merge FILE…",
		Short: "Bring other archives into this one",
		Long: `Merge brings what other archives hold, of other machines or backups, into the
archive, which is made if there is none. The revisions of both are put in the order
of time, those that say the same joined; the state of an address is by its newest
check. What any of them has suppressed stays suppressed. The outcome is the same
whatever is merged first, and merging again changes nothing. The FILEs are only
read.

What cannot be read in a FILE is left out and named; the rest is brought in, and
the status is 1. So a damaged archive is mended: restore a backup, and merge the
damaged one into it. While a crawl runs merge is refused with status 4. When it is
interrupted, run it again.`,
		Example: `  archiver merge kent.db essex.db --archive all.db
  archiver merge --archive restored.db damaged.db`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if wait < 0 {
				return usagef("--wait %v: must not be negative", wait)
			}
			for _, file := range args {
				_, err := store.OpenAnyway(file) // before anything is made or touched
				if errors.Is(err, fs.ErrNotExist) {
					return fmt.Errorf("merge %s: not found: give the name of an archive that is there (--archive names the one that it is brought into)", file)
				}
				if err != nil {
					return fmt.Errorf("merge: %w", err)
				}
			}
			archive, err := a.create()
			if err != nil {
				return err
			}
			var faults []error
			for _, file := range args {
				if err := a.mergeOne(cmd, archive, file, wait); err != nil {
					var unread *unreadError
					if !errors.As(err, &unread) {
						return errors.Join(append(faults, err)...)
					}
					faults = append(faults, err)
				}
			}
			return errors.Join(faults...)
		},
	}
	waitFlag(cmd, &wait)
	return cmd
}

// An unreadError says that part of an archive could not be merged.
type unreadError struct{ text string }

func (e *unreadError) Error() string { return e.text }

func (a *app) mergeOne(cmd *cobra.Command, archive *store.Store, file string, wait time.Duration) error {
	show, end := a.bar("merging " + file)
	defer end()
	done, err := archive.Merge(cmd.Context(), wait, file, show)
	end()
	if err != nil {
		return err
	}
	if _, tty := terminal(a.stderr); tty {
		fmt.Fprintf(a.stderr, "%s: %d addresses: %d new releases, %d with more than before, %d addresses suppressed\n",
			file, done.Addresses, done.New, done.Changed, done.Suppressed)
	}
	if done.Unreadable > 0 {
		return &unreadError{fmt.Sprintf("merge %s: %d of its values could not be read and were left out, the rest was merged: %s",
			file, done.Unreadable, strings.Join(done.Faults, "; "))}
	}
	return nil
}
