package main

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
)

func (a *app) compact() *cobra.Command {
	var wait time.Duration
	cmd := &cobra.Command{
		Use:   "compact",
		Short: "Make the archive's file as small as it can be",
		Long: `Compact writes the archive anew, without the room that old values have left in its
file, with new indexes, and with pages compressed by what the pages of their site
have in common now. What was erased ('archiver suppress --erase') leaves the file.
An archive of an older version of archiver is brought up to date.

The new file is made beside the old one, synced, and takes its place: at any moment
before that the old one stays as it is. Readers may go on; while a crawl runs it is
refused with status 4.`,
		Example: `  archiver compact
  archiver compact --archive /srv/police/archive.db --wait 1h`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if wait < 0 {
				return usagef("--wait %v: must not be negative", wait)
			}
			archive, err := a.upgrade()
			if err != nil {
				return err
			}
			show, end := a.bar("compacting")
			defer end()
			done, err := archive.Compact(cmd.Context(), wait, show)
			end()
			if err != nil {
				return err
			}
			if done.Notes > 0 {
				fmt.Fprintf(a.stderr, "archiver: %d damaged notes of the crawl were left out; the next one reads those listings anew\n", done.Notes)
			}
			fmt.Fprintf(a.stderr, "%s: %s before, %s now: %s revisions, %s pages\n", archive.Path(),
				humanize.IBytes(uint64(done.Before)), humanize.IBytes(uint64(done.After)),
				humanize.Comma(int64(done.Records)), humanize.Comma(int64(done.Pages)))
			return nil
		},
	}
	waitFlag(cmd, &wait)
	return cmd
}

// waitFlag adds the flag of commands that a crawl keeps away.
func waitFlag(cmd *cobra.Command, wait *time.Duration) {
	cmd.Flags().DurationVar(wait, "wait", 0, "wait this `TIME` for a crawl to finish")
}
