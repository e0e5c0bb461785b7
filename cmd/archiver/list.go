package main

import (
	"fmt"
	"iter"

	"archiver/article"
	"archiver/export"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) list() *cobra.Command {
	var (
		format string
		s      *selection
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the releases of the archive",
		Long: `List shows the releases that the filters select, a line each, the newest last.
The ID at the head of a line is what 'archiver show' takes.`,
		Example: `  archiver list --site cheshire --since 2024-01-01
  archiver list --kind appeal --query '"red van"'
  archiver list --format jsonl | jq .title`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			recs, err := a.reading(cmd, format, s)
			if err != nil || recs == nil {
				return err
			}
			return a.table(recs)
		},
	}
	tableFormat(cmd, &format)
	s = filterFlags(cmd)
	return cmd
}

// tableFormat adds the --format of commands that show a table.
func tableFormat(cmd *cobra.Command, format *string) {
	choose(cmd, format, "format", "in this `FORMAT`: ", []string{"table", "jsonl"}, "table")
}

// reading returns what a reading command is to show, or nil where it was
// written as JSON Lines already.
func (a *app) reading(cmd *cobra.Command, format string, s *selection) (iter.Seq2[*article.Record, error], error) {
	s.bare = format == "table"
	recs, err := a.records(s)
	if err != nil {
		return nil, err
	}
	if format == "table" {
		return recs, nil
	}
	_, err = export.To(cmd.Context(), "-", a.stdout, "jsonl", recs, export.Options{})
	return nil, err
}

var listHeadings = []heading{{name: "ID"}, {name: "Published"}, {name: "Site"}, {name: "Kind"}, {name: "Title"}}

// table writes records as a table, a line each, as they are read.
func (a *app) table(recs iter.Seq2[*article.Record, error]) error {
	n, err := a.flow(listHeadings, func(yield func(table.Row, error) bool) {
		for r, err := range recs {
			var row table.Row
			if err == nil {
				row = table.Row{r.ID[:8], date(r.Published), visible(r.Site), string(r.Kind), mark(r) + visible(r.Title)}
			}
			if !yield(row, err) {
				return
			}
		}
	}, a.listWidths)
	if err == nil && n == 0 {
		fmt.Fprintln(a.stderr, "archiver: no release is selected")
	}
	return err
}

// listWidths returns how wide the columns of a list have to be, whatever it selects.
func (a *app) listWidths() ([]int, error) {
	archive, err := a.open()
	if err != nil {
		return nil, err
	}
	counts, err := archive.Counts()
	if err != nil {
		return nil, err
	}
	rows := make([]table.Row, 0, len(counts)+len(article.Kinds))
	for _, c := range counts {
		rows = append(rows, table.Row{"", "", visible(c.Site), ""})
	}
	for _, k := range article.Kinds {
		rows = append(rows, table.Row{"", "", "", string(k)})
	}
	return widthsOf(listHeadings, rows), nil
}

// mark shows that a page is no longer where it was.
func mark(r *article.Record) string {
	if r.Status == article.StatusLive {
		return ""
	}
	return "[" + string(r.Status) + "] "
}

// date is a time of publication as a list shows it.
func date(t article.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.Format("2006-01-02 15:04")
}
