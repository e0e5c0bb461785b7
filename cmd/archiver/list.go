package main

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"archiver/article"
	"archiver/export"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
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

// table writes records as a table, a line each.
func (a *app) table(recs iter.Seq2[*article.Record, error]) error {
	width, _ := terminal(a.stdout)
	t := a.newTable(a.stdout)
	t.AppendHeader(table.Row{"ID", "Published", "Site", "Kind", "Title"})
	site, kind := len("Site"), len("Kind")
	for r, err := range recs {
		if err != nil {
			return err
		}
		site, kind = max(site, len(r.Site)), max(kind, len(r.Kind))
		t.AppendRow(table.Row{r.ID[:8], date(r.Published), r.Site, r.Kind, mark(r) + visible(r.Title)})
	}
	if t.Length() == 0 {
		fmt.Fprintln(a.stderr, "archiver: no release is selected")
		return nil
	}
	if width > 0 {
		others := len("12345678  2006-01-02 15:04  ") + site + 2 + kind + 2
		t.SetColumnConfigs([]table.ColumnConfig{{
			Name: "Title", WidthMax: max(width-others, 20),
			WidthMaxEnforcer: func(s string, width int) string { return text.Snip(s, width, "…") },
		}})
	}
	return render(a.stdout, t)
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

// render writes a table, without the spaces that the library pads lines with.
func render(w io.Writer, t table.Writer) error {
	for line := range strings.SplitSeq(t.Render(), "\n") {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " ")); err != nil {
			return wrote(err)
		}
	}
	return nil
}

// newTable makes a table in the plain style that all commands share: coloured
// headers on a terminal, nothing but columns elsewhere.
func (a *app) newTable(w io.Writer) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = false
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft = ""
	style.Box.PaddingRight = "  "
	if coloured(w) {
		style.Color.Header = text.Colors{text.Bold}
	}
	t.SetStyle(style)
	return t
}
