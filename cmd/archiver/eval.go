package main

import (
	"errors"
	"fmt"

	"archiver/article"
	"archiver/marks"
	"archiver/store"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) eval() *cobra.Command {
	var (
		format, profiles, judged string
		differences              bool
	)
	cmd := &cobra.Command{
		Use:   "eval FILE",
		Short: "Score the reader against a sheet that was marked by hand",
		Long: `Eval reads a sheet of 'archiver sample' that a person has filled in, reads the
archive's pages of those releases again with today's reader, and says for each
field how often the two agree:

  precision   of what the reader found, the share that the person marked too
  recall      of what the person marked, the share that the reader found
  F1          the harmonic mean of both

In brackets stand the bounds between which the true share lies in 95 of 100 such
samples: few releases, wide bounds. A quotation counts where all its words are
right, and in the lines below it where the speaker is, too, the role, and the unit.
Marks of quotation and white space do not count.

Only releases with "marked: true" are scored, and in them only the fields that are
filled in. --differences prints before the table what the two do not agree on, so
that one can see who is right; in jsonl those are objects with id, url, field, by
("person" or "reader": who alone has it) and text. A release without a page, as those
from documents, is scored as the archive has it.`,
		Example: `  archiver eval sheet.yaml
  archiver eval sheet.yaml --differences
  archiver eval sheet.yaml --format jsonl | jq 'select(.field == "kind")'`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			sheet, err := a.readSheet(args[0])
			if err != nil {
				return err
			}
			archive, err := a.open()
			if err != nil {
				return err
			}
			reader, err := a.pageReader(profiles, judged)
			if err != nil {
				return err
			}
			return a.evaluate(sheet, archive, reader, differences, format)
		},
	}
	tableFormat(cmd, &format)
	f := cmd.Flags()
	f.BoolVar(&differences, "differences", false, "also print what the two do not agree on")
	f.StringVar(&profiles, "sites", "", "`DIR` with site profiles of your own")
	f.StringVar(&judged, "rules", "", "`FILE` with rules of your own for topics and kinds")
	return cmd
}

// readSheet reads a sheet from a file, or from standard input.
func (a *app) readSheet(name string) ([]marks.Release, error) {
	in, _, err := openInput(name, a.stdin)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer in.Close()
	sheet, err := marks.ReadSheet(in)
	if err != nil {
		return nil, fmt.Errorf("%s is not as 'archiver sample' writes a sheet: %w", name, err)
	}
	return sheet, nil
}

func (a *app) evaluate(sheet []marks.Release, archive *store.Store, reader pageReader, differences bool, format string) error {
	var score marks.Score
	unmarked, missed := 0, 0
	for _, entry := range sheet {
		if !entry.Marked {
			unmarked++
			continue
		}
		r, err := reread(archive, reader, entry)
		if err != nil {
			if !errors.Is(err, article.ErrNotFound) && !errors.Is(err, errUnread) {
				return err
			}
			missed++
			fmt.Fprintf(a.stderr, "archiver: not scored: %s: %v\n", entry.URL, err)
			continue
		}
		disagreed := score.Add(entry.Marks, marks.Of(r))
		if !differences || len(disagreed) == 0 {
			continue
		}
		if err := a.showDisagreement(entry, disagreed, format); err != nil {
			return err
		}
	}
	if unmarked > 0 {
		fmt.Fprintf(a.stderr, "archiver: %s not marked yet (marked: false)\n", counted(unmarked, "release"))
	}
	lines := score.Lines()
	if format == "jsonl" {
		if err := writeLines(a.stdout, lines); err != nil {
			return err
		}
	} else if len(lines) > 0 {
		if differences {
			if err := a.say(""); err != nil {
				return err
			}
		}
		if err := a.scoreTable(lines); err != nil {
			return err
		}
	}
	switch {
	case missed > 0:
		return &partialError{status: statusSomeFailed}
	case score.Releases() == 0:
		return errors.New("no release of the sheet is marked: fill it in and set marked to true")
	}
	return nil
}

// A disagreement is a difference as programs read it.
type disagreement struct {
	ID    string `json:"id"`
	URL   string `json:"url"`
	Field string `json:"field"`
	By    string `json:"by"` // "person" or "reader": who alone has it
	Text  string `json:"text"`
}

func (a *app) showDisagreement(entry marks.Release, differences []marks.Difference, format string) error {
	list := make([]disagreement, len(differences))
	for i, d := range differences {
		list[i] = disagreement{entry.ID, entry.URL, d.Field, "reader", d.Text}
		if d.Marked {
			list[i].By = "person"
		}
	}
	if format == "jsonl" {
		return writeLines(a.stdout, list)
	}
	if err := a.say(visible(entry.URL)); err != nil {
		return err
	}
	for _, d := range list {
		if err := a.say(fmt.Sprintf("  %s alone, %s: %s", d.By, d.Field, visible(d.Text))); err != nil {
			return err
		}
	}
	return nil
}

var errUnread = errors.New("today's reader makes nothing of its page")

// reread reads the page of a release again; one without a page is as it is.
func reread(archive *store.Store, reader pageReader, entry marks.Release) (*article.Record, error) {
	page, err := archive.Page(entry.ID, entry.Revision)
	if errors.Is(err, article.ErrNotFound) {
		revisions, err := archive.Revisions(entry.ID)
		if err != nil {
			return nil, err
		}
		if n := entry.Revision; 0 < n && n <= len(revisions) {
			return revisions[n-1], nil
		}
		return revisions[len(revisions)-1], nil
	}
	if err != nil {
		return nil, err
	}
	r, err := reader.read(*page, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUnread, err)
	}
	return r, nil
}

func (a *app) scoreTable(lines []marks.Line) error {
	w := a.newTable(a.stdout)
	w.AppendHeader(table.Row{"", "Releases", "Marked", "Read", "Right", "Precision", "Recall", "F1"})
	w.SetColumnConfigs([]table.ColumnConfig{rightAligned(2), rightAligned(3), rightAligned(4), rightAligned(5)})
	between := func(i marks.Interval, of int) string {
		if of == 0 {
			return "–"
		}
		return fmt.Sprintf("%.3f (%.2f–%.2f)", i.Share, i.Low, i.High)
	}
	for _, l := range lines {
		w.AppendRow(table.Row{l.Field, l.Releases, l.Marked, l.Read, l.Right, between(l.Precision, l.Read), between(l.Recall, l.Marked), between(l.F1, l.Read+l.Marked)})
	}
	return render(a.stdout, w)
}
