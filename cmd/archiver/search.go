package main

import (
	"fmt"
	"strings"

	"archiver/article"
	"archiver/search"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
)

func (a *app) search() *cobra.Command {
	orders := []string{"rank", "date"}
	var f *finding
	cmd := &cobra.Command{
		Use:   "search WORDS…",
		Short: "Find releases by their words",
		Long: `Search finds releases by the words of headline and text, the best first, each with
a passage in which the words are marked.

` + queryHelp + `

A word counts five times as much in the headline as in the text, twice in the
standfirst, half as much again in a quotation; rare words count more than common ones,
and short releases more than long ones (BM25). Of releases that rank alike the newest
is first; --sort date is by date alone. The filters must hold, too.

The index is a file beside the archive, ARCHIVE.search. It is built when there is
none, kept up to date by itself, and can be deleted at any time. Where it cannot be
written, one is made for this search. 'archiver list --query' reads the archive
itself instead: slowly, with words and "phrases" alone, each word in just that form,
as in quotation marks here.

With --format jsonl each line is an object with id, url, site, force, status, title,
title_marks, published, kind, topics, quotes (how many), revision, score (0 where
nothing is ranked), snippet and marks. Marks are pairs of start and end, in Unicode
code points of title or snippet.`,
		Example: `  archiver search courier fraud
  archiver search '"gift cards" -romance since:2024'
  archiver search 'burglar* (kirkham OR "the wirral") has:quotes' --site cheshire
  archiver search title:appeal phone:101 --sort date --limit 50
  archiver search fraud --format jsonl | jq .url`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q, err := f.query(args, orders)
			if err != nil {
				return err
			}
			return a.searched(q, func(ix *search.Index) error {
				found, err := ix.Search(cmd.Context(), q)
				if err != nil {
					return err
				}
				return showFound(a, f.format, found.Hits, a.hits, q.Offset, found.Total, "release", found.Suggest)
			})
		},
	}
	f = findFlags(cmd, orders)
	return cmd
}

// hits shows to a person which releases were found: a line for each, and the passage
// below it.
func (a *app) hits(hits []search.Hit) error {
	var b strings.Builder
	width := a.window()
	for i, h := range hits {
		if i > 0 {
			b.WriteByte('\n')
		}
		state := ""
		if h.Status != article.StatusLive {
			state = "[" + string(h.Status) + "] "
		}
		margin := strings.Repeat(" ", 10)
		fmt.Fprintln(&b, hang(state+a.marked(h.Title, h.TitleMarks), a.faint(h.ID[:8])+"  ", width))
		fmt.Fprintln(&b, hang(a.faint(visible(date(h.Published)+"  "+h.Site+"  "+string(h.Kind))), margin, width))
		if h.Snippet != "" {
			fmt.Fprintln(&b, hang(a.marked(h.Snippet, h.Marks), margin, width))
		}
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return wrote(err)
}

// faint makes what is beside the point fainter on a terminal.
func (a *app) faint(s string) string {
	if !coloured(a.stdout) {
		return s
	}
	return text.Faint.Sprint(s)
}

// bold makes a headline bold on a terminal.
func (a *app) bold(s string) string {
	if !coloured(a.stdout) {
		return s
	}
	return text.Bold.Sprint(s)
}
