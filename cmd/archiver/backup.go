package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
)

func (a *app) backup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the archive as it is at one moment",
		Long: `Backup writes a copy of the archive as it is at one moment, also while a crawl
runs. The copy is an archive like any other: read it with --archive, or put it in
the place of a damaged one.

FILE takes its name when it is whole and synced, so an earlier backup stays until
then. What a backup to the same FILE has left beside it that was killed an hour ago
or more, .FILE.NUMBER.part, is deleted. A FILE that is there and is no archive is left
alone; - is standard output.`,
		Example: `  archiver backup /backup/police-$(date +%F).db
  archiver backup - | ssh host 'cat > archive.db'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			archive, err := a.open()
			if err != nil {
				return err
			}
			to := args[0]
			if to == "-" {
				if _, tty := terminal(a.stdout); tty {
					return usagef("an archive is nothing for a terminal: name a file, or direct the output into one")
				}
				// A slow reader of the output must not keep a crawl waiting.
				dir, err := os.MkdirTemp("", "archiver-backup-")
				if err != nil {
					return err
				}
				defer os.RemoveAll(dir)
				to = filepath.Join(dir, "archive.db")
			}
			show, end := a.bar("copying")
			defer end()
			size, err := archive.Backup(cmd.Context(), to, show)
			end()
			if err != nil {
				return err
			}
			if args[0] == "-" {
				return a.pour(to)
			}
			if _, tty := terminal(a.stderr); tty {
				fmt.Fprintf(a.stderr, "%s: %s\n", to, humanize.IBytes(uint64(size)))
			}
			return nil
		},
	}
}

// pour writes a file to standard output.
func (a *app) pour(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(a.stdout, f)
	return wrote(err)
}
