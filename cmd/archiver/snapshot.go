package main

import (
	"fmt"
	"time"

	"archiver/scraper/extract"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"
)

func (a *app) snapshot() *cobra.Command {
	var (
		f      crawlFlags
		output string
	)
	cmd := &cobra.Command{
		Use:   "snapshot URL",
		Short: "Save one page as a test fixture",
		Long: `Snapshot fetches one page and writes it in UTF-8, without scripts, styles and
trackers, behind a comment that names its address: a fixture for a test of the
reader, or an attachment to a report of a fault.`,
		Example: `  archiver snapshot https://www.cheshire.police.uk/news/... --output page.html
  archiver extract page.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			got, err := a.fetch(cmd.Context(), f, args[0])
			if err != nil {
				return err
			}
			data, err := extract.Snapshot(got.page)
			if err != nil {
				return err
			}
			if output == "-" {
				_, err := a.stdout.Write(data)
				return wrote(err)
			}
			if err := renameio.WriteFile(output, data, 0o644); err != nil {
				return fmt.Errorf("write %s: %w", output, err)
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&output, "output", "o", "-", "`FILE` to write; - is standard output")
	flags.StringVar(&f.contact, "contact", "", "how the site's owner reaches you (default: $ARCHIVER_CONTACT)")
	flags.DurationVar(&f.delay, "delay", time.Second, "least pause between two requests")
	flags.DurationVar(&f.timeout, "timeout", defaultTimeout, "longest time for one request")
	return cmd
}
