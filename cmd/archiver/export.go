package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"archiver/article"
	"archiver/export"

	"github.com/spf13/cobra"
)

// tellNoCopies are the formats that do not say which releases are copies.
var tellNoCopies = []string{"markdown", "text", "html", "docx", "epub", "rss", "warc"}

func (a *app) export() *cobra.Command {
	var (
		format, output string
		opts           export.Options
		s              *selection
		changed        = map[string]bool{} // while they were exported
	)
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write releases as Markdown, tables, a database, a web site, Word and more",
		Long: `Export writes the releases of the archive that the filters select, ordered by
their time of publication, then by address; those without a time come last.

For markdown, text and docx, a PATH with the format's extension (.md, .txt, .docx)
is one document of all of them, and any other PATH a folder with a file for each,
SITE/YYYY/MM/NAME. A file is replaced when it is whole. A folder has a list of what
exports have written there, .archiver-export. The next export deletes what of that is
of releases suppressed since, and nothing that somebody has changed or else put there.

html fills a folder with a static site that needs nothing but a browser: open its
index.html, from a USB stick too. It is written once all releases are read; pages
of an earlier export that it no longer has are deleted.

epub is an e-book with a chapter for each release, in the order of the selection.

rss is a feed, newest first: RSS 2.0, or with --feed Atom or JSON Feed. It has all
releases that the filters select; --newest N keeps the N newest of them.

csv is a table for spreadsheets: a row for each release or, with --table, for each
quotation, list item of advice, reference, related headline, topic or revision. A cell
that a spreadsheet would take for a formula gets an apostrophe before it; --raw leaves
it as it is.

parquet has every field, nested as in jsonl, for DuckDB, pandas and their like; with
--partition site,year PATH is a folder of files such as
site=cheshire/year=2024/part-0.parquet. Partitions that the same export wrote before and
that have no releases now are deleted; those of other archives and filters stay.

sqlite is a database of all these tables, with views and full-text search; Datasette
shows it as it is.

dataset fills a folder as the loader of Hugging Face takes it: Parquet in train,
validation and test, a card, a manifest with hashes, a citation file. The splits are by
time (the latest tenth of the releases is test, the tenth before validation) and by
copies: a release is in one split with all its copies, that of the latest of them. The
files of an earlier data set in the folder are replaced; a folder with a README.md of
another origin is refused.

warc is the pages of the releases as captured, compressed, for other web archives and
for 'archiver import'; with --revisions, the pages of every revision.

The texts are the copyright of the forces that published them: name the source
where you use them.`,
		Example: `  archiver export --format markdown --output releases
  archiver export --format jsonl --site cheshire --since 2024-01-01 > cheshire.jsonl
  archiver export --format csv --table quotes --speaker smith > quotes.csv
  archiver export --format parquet --partition site,year --output releases
  archiver export --format sqlite --output releases.sqlite
  archiver export --format dataset --until 2025-12-31 --output police-news
  archiver export --format warc --revisions --output pages.warc.gz
  archiver export --format html --topic fraud --output fraud-site
  archiver export --format docx --id 3f2a --output release.docx
  archiver export --format epub --since 2024-01-01 --output 2024.epub
  archiver export --format rss --feed atom --newest 50 --output feed.xml
  archiver export --format text --url https://www.cheshire.police.uk/news/... --output -`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := opts.Check(format); err != nil {
				return err
			}
			wanted, err := export.Lookup(format)
			switch {
			case err != nil:
				return err
			case output == "-" && len(opts.Partition) > 0:
				return usagef("--partition fills a folder: name one with --output")
			case output == "-" && wanted.Layout == export.Folder:
				return usagef("--format %s fills a folder: name one with --output", format)
			}
			if format == "dataset" {
				if s.revisions {
					return usagef("--revisions is nothing for format dataset: the revisions of a release are copies of each other, and a data set has each release once; leave it out, or use --format parquet")
				}
				s.leftOut = func(id string) { changed[id] = true }
			}
			s.bare = slices.Contains(tellNoCopies, format) && opts.FrontMatter == ""
			recs, err := a.records(s)
			if err != nil {
				return err
			}
			archive, err := a.open()
			if err != nil {
				return err
			}
			opts.Pages = archive.PagesOf
			opts.History = func(r *article.Record) ([]*article.Record, error) {
				if r.Revision == 1 && !s.revisions {
					return []*article.Record{r}, nil // the newest is the only one
				}
				return archive.Revisions(r.ID)
			}
			opts.AllRevisions = s.revisions
			path, err := filepath.Abs(archive.Path())
			if err != nil {
				return err
			}
			opts.Origin = export.Origin{Program: versionString(), Archive: path, Selection: s.String()}
			opts.Suppressed = archive.Hidden
			opts.Kept = func(path string) {
				fmt.Fprintf(a.stderr, "archiver: %s is out of date and stays, because somebody has changed it since it was exported; delete it if nobody wants it\n", path)
			}
			if opts.Origin.Generation, err = archive.Generation(); err != nil {
				return err
			}
			bar := a.count("exported", output != "-")
			opts.Progress = bar.set
			first := a.count("read", true)
			opts.Surveyed = first.set
			n, err := export.To(cmd.Context(), output, a.stdout, format, recs, opts)
			bar.end()
			if err != nil {
				return err
			}
			if n := len(changed); n > 0 {
				fmt.Fprintf(a.stderr, "archiver: the archive has changed while the data set was made: releases that are not in it for that, %d; export it again to have them\n", n)
			}
			if n == 0 {
				fmt.Fprintln(a.stderr, "archiver: no release is selected; the output is empty")
			}
			return nil
		},
	}
	f := cmd.Flags()
	// Package export knows what people call these otherwise ("word", "md").
	f.StringVar(&format, "format", "markdown", "in this `FORMAT`: "+listed(export.Formats()))
	complete(cmd, "format", export.Formats())
	f.StringVarP(&output, "output", "o", "-", "`PATH` of a file or folder; - is standard output")
	f.BoolVar(&opts.Links, "links", false, "markdown: keep links, not their text alone")
	f.BoolVar(&opts.ASCII, "ascii", false, "markdown: escape what is not ASCII in the header, as the reference corpus does")
	choose(cmd, &opts.FrontMatter, "front-matter", "markdown: a `HEADER` with every field, as Hugo reads it: ", []string{"hugo"}, "")
	choose(cmd, &opts.Feed, "feed", "rss: the `KIND` of feed (default: rss): ", export.Feeds(), "")
	f.IntVar(&opts.Newest, "newest", 0, "rss: only the `N` newest of the releases; 0 is all")
	choose(cmd, &opts.Table, "table", "csv: the `TABLE` to write (default: releases): ", export.Tables(), "")
	f.BoolVar(&opts.Raw, "raw", false, "csv: leave cells that a spreadsheet would take for a formula as they are")
	f.StringSliceVar(&opts.Partition, "partition", nil, "parquet: divide into files by these `KEYS` ("+listed(export.PartitionKeys)+")")
	complete(cmd, "partition", export.PartitionKeys)
	s = filterFlags(cmd)
	return cmd
}
