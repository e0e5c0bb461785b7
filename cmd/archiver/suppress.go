package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"archiver/article"
	"archiver/store"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) suppress() *cobra.Command {
	var (
		reason, format    string
		erase, list, lift bool
	)
	cmd := &cobra.Command{
		Use:   "suppress ID… --reason TEXT",
		Short: "Take releases out of the archive's listings, and keep them out",
		Long: `Suppress takes releases out of every listing, export and index, and keeps them
out: a crawl does not ask for them again, and 'merge' and 'import' do not bring them
back. Who did it, when and why stays in the archive. ID is any unambiguous beginning
of a record's id, or an address that the archive knows, also one that redirects.
Several are suppressed together or, if one is unknown, not at all.

With --erase the pages and revisions are deleted, too. They leave the archive's file
with the next 'archiver compact'; backups and exports made before still have them.
--lift shows what was suppressed again; the next crawl fetches what was erased.
--list shows what is suppressed; as jsonl with the whole audit, what was lifted
included.`,
		Example: `  archiver suppress 3f2a --reason 'request of 3 May, ref. 12/26'
  archiver suppress https://www.kent.police.uk/news/... --reason 'court order' --erase
  archiver compact
  archiver suppress --list
  archiver suppress --lift 3f2a --reason 'order was set aside'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case list && (lift || erase || len(args) > 0 || reason != ""):
				return usagef("--list stands alone")
			case list:
				return a.listSuppressed(format)
			case len(args) == 0:
				return &usageError{err: errors.New("name the releases to suppress by ID or address"), cmd: cmd}
			case lift && erase:
				return usagef("--lift and --erase contradict each other")
			case strings.TrimSpace(reason) == "":
				return usagef("--reason TEXT is wanted: it stays in the archive as the audit")
			}
			return a.runSuppress(cmd, args, store.Order{By: operator(), Reason: reason, Erase: erase}, lift)
		},
	}
	f := cmd.Flags()
	f.StringVar(&reason, "reason", "", "why, as `TEXT` for the audit")
	f.BoolVar(&erase, "erase", false, "also delete the pages and revisions")
	f.BoolVar(&list, "list", false, "list what is suppressed")
	f.BoolVar(&lift, "lift", false, "show what was suppressed again")
	choose(cmd, &format, "format", "`FORMAT` of --list: ", []string{"table", "jsonl"}, "table")
	return cmd
}

// operator is who the audit names.
func operator() string {
	return cmp.Or(os.Getenv("USER"), os.Getenv("LOGNAME"), os.Getenv("USERNAME"), "unknown")
}

func (a *app) runSuppress(cmd *cobra.Command, args []string, order store.Order, lift bool) error {
	archive, err := a.upgrade()
	if err != nil {
		return err
	}
	do, done := archive.Suppress, "suppressed"
	if lift {
		do, done = archive.Lift, "shown again"
	}
	all, err := do(order, args...)
	if err != nil {
		return err
	}
	for _, x := range all {
		fmt.Fprintf(a.stderr, "%s: %s\n", done, visible(x.URL))
	}
	if err := a.forgetCopies(cmd.Context(), archive); err != nil {
		return err
	}
	if order.Erase {
		fmt.Fprintf(a.stderr, "Erased. Run 'archiver compact --archive %s' for it to leave the file; backups and exports still have it.\n", archive.Path())
	}
	return a.reindex(cmd.Context(), archive)
}

func (a *app) listSuppressed(format string) error {
	archive, err := a.open()
	if err != nil {
		return err
	}
	all, err := archive.Suppressions()
	if err != nil {
		return err
	}
	if format == "jsonl" {
		encoder := json.NewEncoder(a.stdout)
		for _, x := range all {
			line := struct {
				store.Suppression
				Active bool `json:"active"`
				Erased bool `json:"erased"`
			}{x, x.Active(), x.Erased()}
			if err := encoder.Encode(line); err != nil {
				return wrote(err)
			}
		}
		return nil
	}
	t := a.newTable(a.stdout)
	t.AppendHeader(table.Row{"ID", "Since", "By", "Erased", "Reason", "Address"})
	for _, x := range all {
		if !x.Active() {
			continue
		}
		erased := "no"
		if x.Erased() {
			erased = "yes"
		}
		since := x.Since()
		t.AppendRow(table.Row{x.ID[:8], since.At.In(article.London).Format("2006-01-02 15:04"), visible(since.By), erased, visible(since.Reason), visible(x.URL)})
	}
	if t.Length() == 0 {
		fmt.Fprintln(a.stderr, "archiver: nothing is suppressed")
		return nil
	}
	return render(a.stdout, t)
}
