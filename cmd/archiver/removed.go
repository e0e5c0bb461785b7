package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/store"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) removed() *cobra.Command {
	var (
		format string
		s      *selection
	)
	cmd := &cobra.Command{
		Use:   "removed",
		Short: "List the releases that were taken down",
		Long: `Removed shows the releases whose pages are missing or gone, a line each, the
last missed first: since when the page was not found, when it was last seen, how
often it was asked for since, and why we say so: the server said 404 or 410, the
address leads to a listing now, or the page that comes says that it is not there
(soft 404). A page is gone once at least three checks over at least fourteen days
have not found it.

The filters are those of 'archiver list'. With --format jsonl each line is an
object with id, url, site, force, title, kind, published, status, last_seen,
missing_since, checked (the last time it was asked for), misses (checks that did
not find it), revision, why ("404", "410", "redirect", "soft-404", or "unknown"
where an archive of an older form did not keep it) and reason in words.`,
		Example: `  archiver removed
  archiver removed --site cheshire --status gone
  archiver removed --changed-since 2024-05-31 --format jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := a.removals(cmd.Context(), s)
			if err != nil {
				return err
			}
			if format == "jsonl" {
				return writeLines(a.stdout, list)
			}
			return a.removedTable(list)
		},
	}
	tableFormat(cmd, &format)
	s = filterFlags(cmd)
	hide(cmd, "revisions")
	return cmd
}

// removals returns what the flags select of what was taken down, newest first.
func (a *app) removals(ctx context.Context, s *selection) ([]article.Removal, error) {
	if s.revisions {
		return nil, usagef("--revisions: a page is taken down, not a revision of it; see 'archiver history'")
	}
	filter, archive, err := a.filtered(s)
	if err != nil {
		return nil, err
	}
	var list []article.Removal
	for taken, err := range archive.Removed(store.Range{Since: filter.Since, Until: filter.Until}) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		if !filter.Match(taken.Record) {
			continue
		}
		list = append(list, article.NewRemoval(taken.Record, taken.Address, taken.Changes))
	}
	slices.SortStableFunc(list, func(x, y article.Removal) int {
		return cmp.Or(missed(y).Compare(missed(x)), strings.Compare(x.URL, y.URL))
	})
	return list, nil
}

// missed is when a page was first missed, as well as we know.
func missed(r article.Removal) time.Time {
	if r.MissingSince.IsZero() {
		return r.LastSeen.Time
	}
	return r.MissingSince.Time
}

// removedTable shows what was taken down to a person.
func (a *app) removedTable(list []article.Removal) error {
	if len(list) == 0 {
		fmt.Fprintln(a.stderr, "archiver: no release that was taken down is selected")
		return nil
	}
	width, _ := terminal(a.stdout)
	return a.rows(removedRows(list, width))
}

// narrow is how wide a window must be for all columns.
const narrow = 110

// removedRows are the lines of the table. A narrow window has days for times, and
// neither the site nor when the page was last seen.
func removedRows(list []article.Removal, width int) (headings []heading, rows []table.Row) {
	if width > 0 && width < narrow {
		for _, r := range list {
			since, _, _ := strings.Cut(date(r.MissingSince), " ")
			rows = append(rows, table.Row{r.ID[:8], since, r.Misses, string(r.Status), string(r.Why), visible(r.Title)})
		}
		return []heading{{name: "ID"}, {"Missing since", "missing since"}, {"Asked", "asked"}, {name: "State"}, {name: "Why"}, {name: "Title"}}, rows
	}
	for _, r := range list {
		rows = append(rows, table.Row{
			r.ID[:8], date(r.MissingSince), date(r.LastSeen), r.Misses, string(r.Status), string(r.Why), visible(r.Site), visible(r.Title),
		})
	}
	return []heading{
		{name: "ID"}, {"Missing since", "missing since"}, {"Last seen", "last seen"}, {"Asked", "asked"}, {name: "State"}, {name: "Why"}, {name: "Site"}, {name: "Title"},
	}, rows
}
