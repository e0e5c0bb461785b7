package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"archiver/article"
	"archiver/copies"
	"archiver/revision"
	"archiver/store"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func (a *app) duplicates() *cobra.Command {
	var (
		format string
		quotes bool
		s      *selection
	)
	cmd := &cobra.Command{
		Use:   "duplicates",
		Short: "List the releases that are copies of one another",
		Long: `Duplicates shows clusters of releases that are copies of one another: the same
words on another site, a campaign with local names put in, a radio station's or
newspaper's version. The first of a cluster is its head, the earliest; the others
stand below it, with what each has of the head, or of the nearest member where
nothing links it to the head itself. A cluster is shown whole if the filters select
any of its members.

  exact  the same words
  near   most of each text stands in the other
  part   much of one stands in the other, which has more

What a force puts under each of its releases, and the turns of speech in which it
tells of burglaries, are learned from the archive and do not count; nor does a text
that differs in its figures and dates as another incident does. The score is the
share of a text's own words that stands in the other, the greater of the two. A
cluster's name follows from its head and stays as long as that does.

With --quotes it shows recycled quotations instead: paragraphs of eight words or
more that stand word for word under people of different surnames.

With --format jsonl each line is a cluster with cluster, head (an id), sites and
members (id, url, site, force, title, published, of (the id compared with), band,
score, share (of its own words that are in the other), share_of_other, words (that
both have), removed and added (words, against the other), differs in words); with
--quotes it has text, words, speakers (how many) and said (id, url, site, title,
published, speaker, role, unit).`,
		Example: `  archiver duplicates
  archiver duplicates --site kent --since 2024-01-01
  archiver duplicates --format jsonl | jq '.members | length'
  archiver duplicates --quotes --site cheshire`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case s.revisions:
				return usagef("--revisions: the newest revisions are compared; see 'archiver history'")
			case quotes:
				return a.recycled(format, s)
			}
			return a.runDuplicates(cmd.Context(), format, s)
		},
	}
	tableFormat(cmd, &format)
	cmd.Flags().BoolVar(&quotes, "quotes", false, "recycled quotations: the same words under several names")
	s = filterFlags(cmd)
	hide(cmd, "revisions")
	return cmd
}

func (a *app) runDuplicates(ctx context.Context, format string, s *selection) error {
	s.bare = true
	recs, err := a.records(s)
	if err != nil {
		return err
	}
	archive, err := a.open()
	if err != nil {
		return err
	}
	index, err := a.copies(ctx, archive)
	if err != nil {
		return err
	}
	selected := map[string]bool{} // by cluster
	for r, err := range recs {
		if err != nil {
			return err
		}
		if c := index.Of(r.ID); c != nil {
			selected[c.Cluster] = true
		}
	}
	// One cluster is read at a time: an archive may have thousands.
	var rows []table.Row
	for _, c := range index.Clusters() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !selected[c.ID] {
			continue
		}
		line, err := newCluster(archive, c)
		switch {
		case err != nil:
			return err
		case format == "jsonl":
			if err := writeLines(a.stdout, []clusterLine{line}); err != nil {
				return err
			}
		default:
			rows = append(rows, line.rows()...)
		}
	}
	if format == "jsonl" {
		return nil
	}
	if len(rows) == 0 {
		fmt.Fprintln(a.stderr, "archiver: none of the releases that are selected is a copy of another")
		return nil
	}
	return a.rows([]heading{{name: "ID"}, {name: "Published"}, {name: "Site"}, {name: "Copy"}, {"Score", "score"}, {name: "Title, and what differs"}}, rows)
}

// A clusterLine is a cluster as programs read it.
type clusterLine struct {
	Cluster string       `json:"cluster"`
	Head    string       `json:"head"`
	Sites   []string     `json:"sites"`
	Members []memberLine `json:"members"`
}

type memberLine struct {
	ID           string       `json:"id"`
	URL          string       `json:"url"`
	Site         string       `json:"site"`
	Force        string       `json:"force"`
	Title        string       `json:"title"`
	Published    article.Time `json:"published,omitzero"`
	Of           string       `json:"of"`
	Band         copies.Band  `json:"band"`
	Score        float64      `json:"score"`
	Share        float64      `json:"share"`
	ShareOfOther float64      `json:"share_of_other"`
	Words        int          `json:"words"`
	Removed      int          `json:"removed"`
	Added        int          `json:"added"`
	Differs      string       `json:"differs"`
}

// newCluster reads the members of a cluster and says how they differ. The archive
// may have lost some since.
func newCluster(archive *store.Store, c copies.Cluster) (clusterLine, error) {
	var ids []string
	for _, m := range c.Members {
		ids = append(ids, m.ID)
	}
	records := map[string]*article.Record{}
	for r, err := range archive.RecordsOf(ids...) {
		if err != nil {
			return clusterLine{}, err
		}
		records[r.ID] = r
	}
	line := clusterLine{Cluster: c.ID, Head: c.Head().ID}
	for i, m := range c.Members {
		r := records[m.ID]
		if r == nil {
			continue
		}
		l := memberLine{
			ID: r.ID, URL: r.URL, Site: r.Site, Force: r.Force, Title: r.Title, Published: r.Published, Of: m.Of, Band: m.Like.Band,
			Score: thousandths(m.Like.Score()), Share: thousandths(m.Like.Of[0]), ShareOfOther: thousandths(m.Like.Of[1]), Words: m.Like.Words,
		}
		if other := records[m.Of]; other != nil && i > 0 {
			l.Removed, l.Added, l.Differs = differs(other, r)
		}
		line.Members = append(line.Members, l)
		if !slices.Contains(line.Sites, r.Site) {
			line.Sites = append(line.Sites, r.Site)
		}
	}
	return line, nil
}

func thousandths(share float64) float64 { return float64(int(share*1000+0.5)) / 1000 }

// rows shows a cluster to a person: its head, and the others below it.
func (c clusterLine) rows() []table.Row {
	var rows []table.Row
	for i, m := range c.Members {
		row := table.Row{m.ID[:8], date(m.Published), m.Site, "", "", visible(m.Title)}
		if i == 0 {
			row[3] = fmt.Sprintf("%d on %s", len(c.Members), counted(len(c.Sites), "site"))
		} else {
			row[0], row[3], row[4] = "└ "+m.ID[:8], string(m.Band), fmt.Sprintf("%.2f", m.Score)
			if m.Of != c.Head {
				row[3] = string(m.Band) + " of " + m.Of[:8]
			}
			row[5] = visible(m.Differs)
			if m.Title != c.Members[0].Title {
				row[5] = visible(m.Title + " — " + m.Differs)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// differs says in a line how a text differs from another: how many words, and the
// first that took the place of others.
func differs(from, to *article.Record) (removed, added int, line string) {
	const shown, longest = 3, 6
	edits := revision.Words(from.Text, to.Text)
	var swaps []string
	for i, e := range edits {
		switch e.Op {
		case revision.Delete:
			removed += copies.CountWords(e.Old)
		case revision.Insert:
			added += copies.CountWords(e.New)
		}
		if e.Op != revision.Delete || i+1 == len(edits) || edits[i+1].Op != revision.Insert || len(swaps) == shown {
			continue
		}
		old, fresh := strings.Fields(e.Old), strings.Fields(edits[i+1].New)
		swap := fmt.Sprintf("“%s” for “%s”", strings.Join(fresh, " "), strings.Join(old, " "))
		if len(old) > 0 && len(fresh) > 0 && max(len(old), len(fresh)) <= longest && !slices.Contains(swaps, swap) {
			swaps = append(swaps, swap)
		}
	}
	if removed+added == 0 {
		return 0, 0, "the same words"
	}
	line = fmt.Sprintf("+%d -%d words", added, removed)
	if len(swaps) > 0 {
		line += ": " + strings.Join(swaps, ", ")
	}
	return removed, added, line
}

// recycled shows quotations that stand under several names.
func (a *app) recycled(format string, s *selection) error {
	s.bare = true
	recs, err := a.records(s)
	if err != nil {
		return err
	}
	found, err := copies.RecycledQuotes(recs)
	if err != nil {
		return err
	}
	if format == "jsonl" {
		return writeLines(a.stdout, found)
	}
	if len(found) == 0 {
		fmt.Fprintln(a.stderr, "archiver: no words of the releases that are selected stand under several names")
		return nil
	}
	width, tty := terminal(a.stdout)
	if !tty {
		width = 80
	}
	width = min(width, 100)
	for i, r := range found {
		if i > 0 {
			fmt.Fprintln(a.stdout)
		}
		if _, err := fmt.Fprintf(a.stdout, "%d people, %d words\n%s\n", r.Speakers, r.Words, hang("“"+visible(strings.Trim(r.Text, "“”\""))+"”", "  ", width)); err != nil {
			return wrote(err)
		}
		var rows []table.Row
		for _, said := range r.Said {
			rows = append(rows, table.Row{said.ID[:8], date(said.Published), said.Site, visible(strings.TrimSpace(said.Role + " " + said.Speaker))})
		}
		if err := a.rowsTo(a.stdout, width, []heading{{name: "ID"}, {name: "Published"}, {name: "Site"}, {name: "Said by"}}, rows); err != nil {
			return err
		}
	}
	return nil
}
