package main

import (
	"fmt"
	"strings"

	"archiver/search"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) quotes() *cobra.Command {
	orders := []string{"rank", "date"}
	var (
		f         *finding
		bySpeaker bool
	)
	cmd := &cobra.Command{
		Use:   "quotes [WORDS…]",
		Short: "Find quotations by speaker and words",
		Long: `Quotes shows what was said, by whom, when and to which force: every quotation, or
those in which the words stand. Words are looked for in the quotation itself; the
fields speaker: and role: (rank, title, team or organisation) are those of whoever
said it, all others and the filters those of the release.

` + queryHelp + `

The best come first where there are words, otherwise the newest. With --by-speaker
there is a line for each speaker instead: how many quotations in how many releases,
from when to when, for which sites; the most quoted first, or with --sort date who
spoke last. Two people of one name are one line; those who are not named are one.

With --format jsonl each line is an object with quotation, marks (of the words, as
start and end in Unicode code points of it), speaker, role, unit, cue, block and spans
(in the release's blocks), id, url, site, force, status, title, published and kind of
the release, and score; with --by-speaker one with speaker, role and unit (the last),
quotations, releases, sites, first and last.`,
		Example: `  archiver quotes --speaker brackenwhistle
  archiver quotes '"gift cards"' --site cheshire --since 2024-01-01
  archiver quotes 'role:superintendent heartless OR callous'
  archiver quotes --by-speaker --limit 50
  archiver quotes fraud --format jsonl --limit 0 > quotes.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			q, err := f.query(args, orders)
			if err != nil {
				return err
			}
			return a.searched(q, func(ix *search.Index) error {
				if bySpeaker {
					list, total, err := ix.Speakers(cmd.Context(), q)
					if err != nil {
						return err
					}
					return a.showSpeakers(list, total, q.Offset, f.format)
				}
				found, err := ix.Quotes(cmd.Context(), q)
				if err != nil {
					return err
				}
				return showFound(a, f.format, found.Hits, a.quoteTable, q.Offset, found.Total, "quotation", found.Suggest)
			})
		},
	}
	f = findFlags(cmd, orders)
	cmd.Flags().BoolVar(&bySpeaker, "by-speaker", false, "a line for each speaker, with counts and dates")
	return cmd
}

// quoteTable shows quotations to a person. A narrow window has who, where and when
// above the words, a wide one beside them.
func (a *app) quoteTable(hits []search.Quotation) error {
	if len(hits) == 0 {
		return nil
	}
	width := a.window()
	if width < narrow {
		return a.quoteList(hits, width)
	}
	who, where := 26, len("Site")
	for _, h := range hits {
		where = max(where, len(h.Site))
	}
	where = min(where, 20)
	words := max(width-who-where-len("2006-01-02")-len("12345678")-4*2, narrowest)
	t := a.newTable(a.stdout)
	t.AppendHeader(table.Row{"Speaker", "Date", "Site", "ID", "Words"})
	for i, h := range hits {
		if i > 0 {
			t.AppendRow(table.Row{""})
		}
		t.AppendRow(table.Row{
			wrap(visible(whoSaid(h.Speaker, h.Role, h.Unit, "\n")), who), dayOf(h.Published), wrap(visible(h.Site), where), h.ID[:8],
			wrap(a.marked(h.Quotation, h.Marks), words),
		})
	}
	return render(a.stdout, t)
}

func (a *app) quoteList(hits []search.Quotation, width int) error {
	var b strings.Builder
	for i, h := range hits {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintln(&b, wrap(visible(whoSaid(h.Speaker, h.Role, h.Unit, ", ")), width))
		fmt.Fprintln(&b, wrap(a.faint(h.ID[:8]+"  "+dayOf(h.Published)+"  "+visible(h.Site)), width))
		for line := range strings.SplitSeq(hang(a.marked(h.Quotation, h.Marks), "  ", width), "\n") {
			fmt.Fprintln(&b, strings.TrimRight(line, " "))
		}
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return wrote(err)
}

// whoSaid names a speaker: the name, then rank or title and team.
func whoSaid(speaker, role, unit, between string) string {
	name := speaker
	if name == "" {
		name, role = role, ""
	}
	if name == "" {
		name = "(not named)"
	}
	for _, more := range []string{role, unit} {
		if more != "" {
			name += between + more
		}
	}
	return name
}

// showSpeakers shows who was quoted.
func (a *app) showSpeakers(list []search.SpeakerCount, total, offset int, format string) error {
	if format == "jsonl" {
		err := writeLines(a.stdout, list)
		a.tally(len(list), offset, total, "speaker")
		return err
	}
	if len(list) == 0 {
		a.nothing("quotation", "")
		return nil
	}
	width, _ := terminal(a.stdout)
	var rows []table.Row
	for _, s := range list {
		name := s.Speaker
		if name == "" {
			name = "(not named)"
		}
		sites := strings.Join(s.Sites, ", ")
		if len(s.Sites) > 3 {
			sites = fmt.Sprintf("%s and %d more", strings.Join(s.Sites[:2], ", "), len(s.Sites)-2)
		}
		rows = append(rows, table.Row{
			s.Quotations, s.Releases, dayOf(s.First), dayOf(s.Last), snip(visible(name), 30), snip(visible(s.Role), 30), visible(sites),
		})
	}
	headings := []heading{{"Quotations", "quotations"}, {"Releases", "in releases"}, {"First", "first"}, {"Last", "last"}, {name: "Speaker"}, {name: "Role"}, {name: "Sites"}}
	if width > 0 && width < narrow {
		headings = []heading{{"Said", "said"}, {"Last", "last"}, {name: "Speaker"}}
		for i, r := range rows {
			rows[i] = table.Row{r[0], r[3], visible(whoSaid(list[i].Speaker, list[i].Role, "", ", "))}
		}
	}
	err := a.rows(headings, rows)
	a.tally(len(list), offset, total, "speaker")
	return err
}
