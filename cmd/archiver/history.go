package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"archiver/article"
	"archiver/revision"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) history() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "history ID",
		Short: "Show how one release has changed",
		Long: `History shows the revisions of a release, a line each, oldest first: when we
first saw each, what kind of change against the one before it is, which fields
differ, and how many words were put in (+) and taken out (-). Between them stand
the days on which the page went missing, and why we say so (404, 410, redirect,
soft-404), was taken to be gone, and was live again: the latest hundred of these.

A change is cosmetic (white space, marks, typing errors of a letter or two,
markup), minor (wording, links, order) or material (headline, time of publication,
a quotation or its speaker, a name, an offence, an outcome, a sum, a reference, a
telephone number, an age, how many people, a date, a figure, a "not", or a long
passage). 'archiver diff' shows the words.

With --format jsonl each line is an object with event ("revision", "missing",
"gone" or "live"), id, url and time; a revision has revision, last_seen, class
("first" for the first), changes (field, class, removed, added), removed and added
(words), and sha256 of its page; "missing" and "gone" have why ("404", "410",
"redirect", "soft-404" or "unknown"), reason in words, and misses (checks that did
not find the page) while it is not back.`,
		Example: `  archiver history 3f2a
  archiver history https://www.cheshire.police.uk/news/... --format jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			lines, err := a.past(args[0])
			if err != nil {
				return err
			}
			if format == "table" {
				return a.historyTable(lines)
			}
			return writeLines(a.stdout, lines)
		},
	}
	tableFormat(cmd, &format)
	return cmd
}

// A historyLine is a moment of a release's history, as programs read it.
type historyLine struct {
	Event string `json:"event"`
	ID    string `json:"id"`
	URL   string `json:"url"`
	revision.Moment
}

// past returns the history of the record that ref leads to, oldest first.
func (a *app) past(ref string) ([]historyLine, error) {
	archive, err := a.open()
	if err != nil {
		return nil, err
	}
	revisions, err := archive.Revisions(ref)
	if err != nil {
		return nil, err
	}
	if len(revisions) == 0 {
		return nil, fmt.Errorf("the revisions of %s: %w", ref, article.ErrNotFound)
	}
	changes, err := archive.StatusChanges(ref)
	if err != nil {
		return nil, err
	}
	newest := revisions[len(revisions)-1]
	found, err := archive.Addresses(newest.URL)
	if err != nil {
		return nil, err
	}
	var lines []historyLine
	for _, m := range revision.History(revisions, changes, found[newest.URL].Misses) {
		lines = append(lines, historyLine{m.Event, newest.ID, newest.URL, m})
	}
	return lines, nil
}

var historyHeadings = []heading{{name: "Rev"}, {name: "Seen"}, {name: "Change"}, {name: "Words"}, {name: "Fields"}}

// historyTable shows a history to a person.
func (a *app) historyTable(lines []historyLine) error {
	var rows []table.Row
	for _, e := range lines {
		row := table.Row{"", date(e.Time), e.Event, "", ""}
		switch e.Event {
		case "revision":
			row = table.Row{strconv.Itoa(e.Revision), date(e.Time), string(e.Class), wordCount(e.Added, e.Removed), fieldList(e.Changes)}
		case "missing":
			row[4] = visible(strings.TrimSuffix(fmt.Sprintf("went missing (%s): %s", e.Why, e.Reason), ": "))
		case "gone":
			row[4] = fmt.Sprintf("gone (%s)", e.Why)
			if e.Misses > 0 {
				row[4] = fmt.Sprintf("gone (%s): not found in %d checks", e.Why, e.Misses)
			}
		case "live":
			row[4] = "live again"
		}
		rows = append(rows, row)
	}
	return a.rows(historyHeadings, rows)
}

func wordCount(added, removed *int) string {
	if added == nil || removed == nil {
		return ""
	}
	return fmt.Sprintf("+%d -%d", *added, *removed)
}

func fieldList(changes []revision.LineChange) string {
	names := make([]string, len(changes))
	for i, c := range changes {
		names[i] = string(c.Field)
	}
	return strings.Join(names, ", ")
}

// writeLines writes values as JSON, a line each.
func writeLines[V any](w io.Writer, values []V) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, v := range values {
		if err := encoder.Encode(v); err != nil {
			return wrote(err)
		}
	}
	return nil
}
