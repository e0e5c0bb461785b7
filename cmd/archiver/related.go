package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"archiver/article"
	"archiver/copies"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) related() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "related ID",
		Short: "Show the kin of one release: versions, copies, and its story",
		Long: `Related shows what belongs to a release, ordered by date: its earlier revisions; its
copies and republications, with how much of the release each has taken over; and the
other releases of the same story (appeal, arrest, charge, sentence).

Releases are taken to be of one story if they are of the same site and share a
reference (within five years), the name of an operation (two years) or the name of a
person who is no speaker (three years, and printed with an age or in a headline in
one of them, or two names), and if few releases of the site have it. Each says why it
is believed to belong here; it is a guess all the same.

With --format jsonl each line is an object with relation ("self", "version", "copy"
or "story"), id, url, site, kind, title, published, revision, seen (of a version);
of a copy band, share (of this release that it has taken over), share_of_copy (of its
own words that are from here) and head (whether it is the earliest); of a story ties
(kind "reference", "operation" or "name", and text).`,
		Example: `  archiver related 3f2a
  archiver related https://www.cheshire.police.uk/news/... --format jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			kin, err := a.kin(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if format == "jsonl" {
				return writeLines(a.stdout, kin)
			}
			return a.kinTable(kin)
		},
	}
	tableFormat(cmd, &format)
	return cmd
}

// The relations.
const (
	relationSelf    = "self"
	relationVersion = "version"
	relationCopy    = "copy"
	relationStory   = "story"
)

// A kinLine is a release, or a version of one, as programs read it.
type kinLine struct {
	Relation    string       `json:"relation"`
	ID          string       `json:"id"`
	URL         string       `json:"url"`
	Site        string       `json:"site"`
	Kind        article.Kind `json:"kind"`
	Title       string       `json:"title"`
	Published   article.Time `json:"published,omitzero"`
	Revision    int          `json:"revision"`
	Seen        article.Time `json:"seen,omitzero"`
	Band        copies.Band  `json:"band,omitempty"`
	Share       *float64     `json:"share,omitempty"`
	ShareOfCopy *float64     `json:"share_of_copy,omitempty"`
	Head        bool         `json:"head,omitempty"`
	Ties        []copies.Tie `json:"ties,omitempty"`
}

func newKinLine(relation string, r *article.Record) kinLine {
	return kinLine{Relation: relation, ID: r.ID, URL: r.URL, Site: r.Site, Kind: r.Kind, Title: r.Title, Published: r.Published, Revision: r.Revision}
}

// at is where a line stands in time.
func (k kinLine) at() article.Time {
	if k.Relation == relationVersion {
		return k.Seen
	}
	return k.Published
}

// kin returns the kin of the record that ref leads to, and itself, by date.
func (a *app) kin(ctx context.Context, ref string) ([]kinLine, error) {
	archive, err := a.open()
	if err != nil {
		return nil, err
	}
	revisions, err := archive.Revisions(ref)
	if err != nil {
		return nil, err
	}
	if len(revisions) == 0 {
		return nil, fmt.Errorf("%s: %w", ref, article.ErrNotFound)
	}
	r := revisions[len(revisions)-1]
	index, err := a.copies(ctx, archive)
	if err != nil {
		return nil, err
	}
	lines := []kinLine{newKinLine(relationSelf, r)}
	for _, old := range revisions[:len(revisions)-1] {
		line := newKinLine(relationVersion, old)
		line.Seen = old.LastChanged
		lines = append(lines, line)
	}
	found, err := index.Copies(r, compared{archive}, 0)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		share, own := thousandths(c.Likeness.Of[0]), thousandths(c.Likeness.Of[1])
		line := newKinLine(relationCopy, c.Record)
		line.Band, line.Share, line.ShareOfCopy, line.Head = c.Likeness.Band, &share, &own, c.Head
		lines = append(lines, line)
	}
	story, err := index.Kin(r, compared{archive})
	if err != nil {
		return nil, err
	}
	for _, relative := range story {
		line := newKinLine(relationStory, relative.Record)
		line.Ties = relative.Ties
		lines = append(lines, line)
	}
	slices.SortStableFunc(lines, func(x, y kinLine) int {
		if x.at().IsZero() != y.at().IsZero() { // without a time is last
			return cmp.Compare(strconv.FormatBool(x.at().IsZero()), strconv.FormatBool(y.at().IsZero()))
		}
		return x.at().Compare(y.at().Time)
	})
	return lines, nil
}

// kinTable shows kin to a person.
func (a *app) kinTable(lines []kinLine) error {
	var rows []table.Row
	for _, k := range lines {
		rows = append(rows, table.Row{date(k.at()), k.ID[:8], k.Site, string(k.Kind), k.why(), visible(k.Title)})
	}
	err := a.rows([]heading{{name: "Published"}, {name: "ID"}, {name: "Site"}, {name: "Kind"}, {name: "Relation"}, {name: "Title"}}, rows)
	if len(lines) == 1 {
		fmt.Fprintln(a.stderr, "archiver: the archive has no kin of it")
	}
	return err
}

// why says in a few words what a line is to the release that was asked for.
func (k kinLine) why() string {
	switch k.Relation {
	case relationSelf:
		return "this release"
	case relationVersion:
		return fmt.Sprintf("revision %d, as first seen then", k.Revision)
	case relationCopy:
		text := fmt.Sprintf("has %.0f%% of it, %.0f%% of its own words", *k.Share*100, *k.ShareOfCopy*100)
		switch {
		case k.Band == copies.None:
			text = "copy of a copy"
		case k.Band == copies.Exact:
			text = "the same words"
		}
		if k.Head {
			text += ", the earliest"
		}
		return text
	}
	var ties []string
	for i, t := range k.Ties {
		if i == 3 {
			ties = append(ties, fmt.Sprintf("%d more", len(k.Ties)-i))
			break
		}
		ties = append(ties, t.Text)
	}
	return visible(strings.Join(ties, ", "))
}
