package main

import (
	"encoding/json"
	"fmt"

	"archiver/store"

	"github.com/spf13/cobra"
)

func (a *app) verify() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Look for damage in the archive",
		Long: `Verify reads the whole archive: the structure of its file, each index against its
records and the other way round, each page against the hash that its record was
made with, and every value. It says what is wrong, a line a fault, and what to do
about it. It changes nothing, and a crawl may go on.

EXIT STATUS
  0  the archive is sound
  1  it is not, or cannot be read
  2  wrong command line`,
		Example: `  archiver verify
  archiver verify --archive /srv/police/archive.db --format jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			archive, err := a.openDamaged()
			if err != nil {
				return err
			}
			return a.runVerify(cmd, archive, format)
		},
	}
	choose(cmd, &format, "format", "in this `FORMAT`: ", []string{"text", "jsonl"}, "text")
	return cmd
}

// openDamaged opens an archive that is to be verified: one whose structure is
// damaged is not refused, so that verify can say where.
func (a *app) openDamaged() (*store.Store, error) { return glancing(store.OpenAnyway(a.archivePath())) }

func (a *app) runVerify(cmd *cobra.Command, archive *store.Store, format string) error {
	show, end := a.bar("verifying")
	defer end()
	n := 0
	for fault, err := range archive.Verify(show) {
		if err != nil {
			return err
		}
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		n++
		if err := a.printFault(fault, format); err != nil {
			return err
		}
	}
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	end()
	switch {
	case n == 0:
		if _, tty := terminal(a.stderr); tty {
			fmt.Fprintf(a.stderr, "%s is sound.\n", archive.Path())
		}
		return nil
	case n == 1:
		return fmt.Errorf("archive %s: damaged: 1 fault was found", archive.Path())
	}
	return fmt.Errorf("archive %s: damaged: %d faults were found", archive.Path(), n)
}

func (a *app) printFault(fault store.Fault, format string) error {
	if format == "jsonl" {
		return wrote(json.NewEncoder(a.stdout).Encode(fault))
	}
	of := ""
	if fault.URL != "" {
		of = " (" + visible(fault.URL) + ")"
	}
	_, err := fmt.Fprintf(a.stdout, "%s: %s%s\n  %s\n", fault.Where, visible(fault.Problem), of, visible(fault.Advice))
	return wrote(err)
}
