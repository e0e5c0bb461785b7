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
			events, err := a.events(args[0])
			if err != nil {
				return err
			}
			if format == "table" {
				return a.historyTable(events)
			}
			return writeLines(a.stdout, events)
		},
	}
	tableFormat(cmd, &format)
	return cmd
}

// An event is a line of a record's history, as programs read it.
type event struct {
	Event    string                `json:"event"` // revision, missing, gone, live
	ID       string                `json:"id"`
	URL      string                `json:"url"`
	Time     article.Time          `json:"time,omitzero"`
	Revision int                   `json:"revision,omitempty"`
	LastSeen article.Time          `json:"last_seen,omitzero"`
	Class    revision.Class        `json:"class,omitempty"` // "first" for the first revision
	Changes  []revision.LineChange `json:"changes,omitzero"`
	Removed  *int                  `json:"removed,omitempty"` // words
	Added    *int                  `json:"added,omitempty"`
	SHA256   string                `json:"sha256,omitempty"`
	Misses   int                   `json:"misses,omitempty"`
	Why      string                `json:"why,omitempty"`
	Reason   string                `json:"reason,omitempty"`
}

// eventFirst is the class of a first revision.
const eventFirst revision.Class = "first"

// events returns the history of the record that ref leads to, oldest first.
func (a *app) events(ref string) ([]event, error) {
	archive, err := a.open()
	if err != nil {
		return nil, err
	}
	revisions, err := archive.Revisions(ref)
	if err != nil {
		return nil, err
	}
	var events []event
	for i, r := range revisions {
		e := event{
			Event: "revision", ID: r.ID, URL: r.URL, Time: r.LastChanged, Revision: r.Revision,
			LastSeen: r.LastSeen, SHA256: r.Capture.SHA256, Class: eventFirst, Changes: []revision.LineChange{},
		}
		if i > 0 {
			d := revision.Compare(revisions[i-1], r)
			line := revision.NewLine(revisions[i-1], r, d)
			e.Class, e.Changes, e.Removed, e.Added = d.Class, line.Changes, &line.Removed, &line.Added
		}
		events = append(events, e)
	}
	if len(revisions) == 0 {
		return nil, fmt.Errorf("the revisions of %s: %w", ref, article.ErrNotFound)
	}
	changes, err := archive.StatusChanges(ref)
	if err != nil || len(changes) == 0 {
		return events, err
	}
	newest := revisions[len(revisions)-1]
	found, err := archive.Addresses(newest.URL)
	if err != nil {
		return nil, err
	}
	var turns []event
	for _, c := range changes {
		turns = append(turns, event{
			Event: string(c.Status), ID: newest.ID, URL: newest.URL, Time: article.At(c.At), Why: string(c.Cause), Reason: c.Reason,
		})
	}
	// The checks are counted anew each time that a page goes missing.
	for n := len(turns) - 1; newest.Status != article.StatusLive && n >= 0 && turns[n].Event != "live"; n-- {
		turns[n].Misses = found[newest.URL].Misses
	}
	return inOrder(events, turns), nil
}

// inOrder puts what became of a page between its revisions. Within one second a
// page is back before it says something, and goes after it did.
func inOrder(revisions, turns []event) []event {
	var events []event
	for _, r := range revisions {
		for len(turns) > 0 && (turns[0].Time.Before(r.Time.Time) || turns[0].Event == "live" && turns[0].Time.Equal(r.Time.Time)) {
			events, turns = append(events, turns[0]), turns[1:]
		}
		events = append(events, r)
	}
	return append(events, turns...)
}

var historyHeadings = []heading{{name: "Rev"}, {name: "Seen"}, {name: "Change"}, {name: "Words"}, {name: "Fields"}}

// historyTable shows events to a person.
func (a *app) historyTable(events []event) error {
	var rows []table.Row
	for _, e := range events {
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
