package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archiver/article"
	"archiver/scraper/extract"
	"archiver/store"

	"github.com/spf13/cobra"
)

func (a *app) reextract() *cobra.Command {
	var (
		diff                     bool
		format, profiles, judged string
		s                        *selection
	)
	cmd := &cobra.Command{
		Use:   "reextract",
		Short: "Read the pages of the archive again with today's reader",
		Long: `Reextract reads every page that the archive keeps again, with the reader, the
site profiles and the rules of today, and puts the records that come out another
way in the place of those that were made from the same pages. It asks the network
for nothing. A record read better is no new revision: pages make those.

The filters select by the records as they are; of a record, all revisions are
read. Without a filter the pages that were no release are looked at again as well.
A page of which today's reader can make nothing keeps its record, and is named.

With --diff nothing is written: it prints field by field what would change. Crawls
and readers can go on meanwhile. Run it after each new version of archiver: a crawl
reads again by itself only the pages that it finds to have changed.

EXIT STATUS
  0    done, also when nothing changes
  1    failed: the archive, an output
  2    wrong command line, site profile or rules; nothing was touched
  3    done, but some pages could not be read; their records are as they were
  130  interrupted; what was done is kept`,
		Example: `  archiver reextract --diff --since 2024-01-01
  archiver reextract --diff --site cheshire --format jsonl | jq .field | sort | uniq -c
  archiver reextract`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !diff && cmd.Flags().Changed("format") {
				return usagef("--format goes with --diff: without it nothing is printed")
			}
			reader, err := a.pageReader(profiles, judged)
			if err != nil {
				return err
			}
			wanted, err := a.wanted(cmd, s)
			if err != nil {
				return err
			}
			archive, err := a.open()
			if err != nil {
				return err
			}
			x := &rereading{app: a, archive: archive, reader: reader, wanted: wanted, diff: diff, format: format, unknown: map[string]int{}}
			return x.run(cmd.Context())
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&diff, "diff", false, "print what would change, field by field, and write nothing")
	choose(cmd, &format, "format", "`FORMAT` of --diff: ", []string{"text", "jsonl"}, "text")
	flags.StringVar(&profiles, "sites", "", "folder `DIR` of site profiles that add to the program's own or replace them")
	rulesFlag(cmd, &judged)
	s = filterFlags(cmd)
	hide(cmd, "revisions") // all are read in any case
	return cmd
}

// pageReader makes the reader that the flags --sites and --rules describe.
func (a *app) pageReader(profiles, rules string) (pageReader, error) {
	set, err := a.profiles(profiles)
	if err != nil {
		return pageReader{}, err
	}
	reader, err := a.reader(rules)
	return pageReader{Extractor: reader, sites: set}, err
}

// filters are the names of the flags of a selection.
var filters = []string{"site", "since", "until", "changed-since", "topic", "kind", "speaker", "query", "url", "id", "status"}

// wanted returns the ids that the filters select, nil where there is no filter.
func (a *app) wanted(cmd *cobra.Command, s *selection) (map[string]bool, error) {
	if !slices.ContainsFunc(filters, cmd.Flags().Changed) {
		return nil, nil
	}
	s.bare = true
	records, err := a.records(s)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		wanted[r.ID] = true
	}
	return wanted, nil
}

// A rereading is one run of reextract.
type rereading struct {
	app     *app
	archive *store.Store
	reader  pageReader
	wanted  map[string]bool // ids; nil for all
	diff    bool
	format  string

	pages, changed, found, failed int
	unknown                       map[string]int // releases left alone, by the profile that is not known here
}

// run reads the pages, a batch at a time.
func (x *rereading) run(ctx context.Context) error {
	bar := x.app.count("pages read again", !x.diff)
	var batch []article.Visit
	size := 0
	flush := func() error {
		err := x.batch(ctx, batch)
		x.pages += len(batch)
		bar.set(x.pages)
		clear(batch)
		batch, size = batch[:0], 0
		return err
	}
	err := func() error {
		for v, err := range x.archive.Pages() {
			switch {
			case err != nil:
				return err
			case ctx.Err() != nil:
				return ctx.Err()
			case x.wanted != nil && (v.Record == nil || !x.wanted[v.Record.ID]):
				continue
			}
			batch = append(batch, v)
			if size += len(v.Page.Body); len(batch) == batchPages || size >= batchBytes {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return flush()
	}()
	bar.end()
	if err != nil {
		return err
	}
	if !x.diff && x.changed > 0 {
		if err := forgetShapes(x.archive); err != nil {
			return err
		}
	}
	x.conclude()
	if x.failed > 0 || len(x.unknown) > 0 {
		return &partialError{status: statusSomeFailed}
	}
	return nil
}

func (x *rereading) conclude() {
	for _, profile := range slices.Sorted(maps.Keys(x.unknown)) {
		fmt.Fprintf(x.app.stderr, "archiver: %s left as they are: the site profile %q is not known here; name its folder with --sites\n",
			counted(x.unknown[profile], "release"), profile)
	}
	did := "changed"
	if x.diff {
		did = "would change"
	}
	fmt.Fprintf(x.app.stderr, "archiver: read %s again: %s %s", counted(x.pages, "page"), counted(x.changed, "record"), did)
	if x.found > 0 {
		fmt.Fprintf(x.app.stderr, ", %d of pages that were no release", x.found)
	}
	if x.failed > 0 {
		fmt.Fprintf(x.app.stderr, ", %s could not be read", counted(x.failed, "page"))
	}
	fmt.Fprintln(x.app.stderr)
}

// batch reads some pages again and saves, or prints, what comes out another way.
func (x *rereading) batch(ctx context.Context, batch []article.Visit) error {
	type reading struct {
		record *article.Record
		err    error
	}
	readings := make([]reading, len(batch))
	err := inParallel(ctx, len(batch), func(i int) {
		readings[i].record, readings[i].err = x.reader.read(*batch[i].Page, nil)
	})
	if err != nil {
		return err
	}
	var visits []article.Visit
	for i, v := range batch {
		record, err := readings[i].record, readings[i].err
		if err != nil {
			if v.Record != nil || !errors.Is(err, extract.ErrNotArticle) && !errors.Is(err, extract.ErrNotHTML) {
				x.failed++
				fmt.Fprintf(x.app.stderr, "archiver: %s\n", x.trouble(v, err))
			}
			continue
		}
		if v.Record != nil && v.Record.Extraction.Profile != "" && record.Extraction.Profile == "" {
			// Without the profile the record would lose its force, its area and more.
			profile, _, _ := strings.Cut(v.Record.Extraction.Profile, "/")
			x.unknown[profile]++
			continue
		}
		changes, err := changesOf(v.Record, record)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			continue
		}
		if !slices.ContainsFunc(changes, func(d difference) bool { return d.Field != "extraction.version" }) {
			if !x.diff { // noted, and not counted
				v.Record = record
				visits = append(visits, v)
			}
			continue
		}
		if x.changed++; v.Record == nil {
			x.found++
		}
		if x.diff {
			if err := x.print(v, record, changes); err != nil {
				return wrote(err)
			}
			continue
		}
		v.Record = record
		visits = append(visits, v)
	}
	if len(visits) == 0 {
		return nil
	}
	_, err = x.archive.Save(visits...)
	return err
}

// trouble says of which page today's reader makes nothing.
func (x *rereading) trouble(v article.Visit, err error) string {
	if v.Record == nil {
		return fmt.Sprintf("%s: %v", v.Page.URL, err)
	}
	return fmt.Sprintf("%s, revision %d: %v; its record is as it was", v.Record.URL, v.Record.Revision, err)
}

// changesOf tells in what a record that was read again differs from the one in
// the archive, which may be nil. What the archive alone knows is the same in
// both.
func changesOf(old, read *article.Record) ([]difference, error) {
	if old == nil {
		return []difference{{Field: "", Got: asJSON(read.Title)}}, nil
	}
	r := *read
	r.ID, r.URL, r.Status, r.Revision, r.Capture, r.Copies = old.ID, old.URL, old.Status, old.Revision, old.Capture, old.Copies
	r.FirstSeen, r.LastSeen, r.LastChanged = old.FirstSeen, old.LastSeen, old.LastChanged
	if r.Published.IsZero() { // as the archive keeps it
		r.Published, r.PublishedText = old.Published, old.PublishedText
	}
	before, err := json.Marshal(old)
	if err != nil {
		return nil, err
	}
	after, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	return differences(before, after)
}

// A change is a line of --diff --format jsonl.
type change struct {
	ID       string          `json:"id"`
	URL      string          `json:"url"`
	Revision int             `json:"revision"`
	Field    string          `json:"field"` // "" where a page becomes a release
	Old      json.RawMessage `json:"old"`   // null where there was nothing
	New      json.RawMessage `json:"new"`
}

// print says what would change of a record. The text as a whole follows from the
// blocks, and is left out.
func (x *rereading) print(v article.Visit, record *article.Record, changes []difference) error {
	c := change{ID: record.ID, URL: record.URL}
	if v.Record != nil {
		c.ID, c.URL, c.Revision = v.Record.ID, v.Record.URL, v.Record.Revision
	}
	changes = slices.DeleteFunc(changes, func(d difference) bool { return d.Field == "text" })
	if x.format == "jsonl" {
		for _, d := range changes {
			c.Field, c.Old, c.New = d.Field, raw(d.Want), raw(d.Got)
			if _, err := fmt.Fprintln(x.app.stdout, asJSON(c)); err != nil {
				return err
			}
		}
		return nil
	}
	if _, err := fmt.Fprintf(x.app.stdout, "%.8s  revision %d  %s\n", c.ID, c.Revision, c.URL); err != nil {
		return err
	}
	for _, d := range changes {
		text := "  " + cmp.Or(d.Field, "the page is a release to today's reader") + "\n"
		if d.Want != "" {
			text += "    - " + d.Want + "\n"
		}
		if d.Got != "" {
			text += "    + " + d.Got + "\n"
		}
		if _, err := fmt.Fprint(x.app.stdout, text); err != nil {
			return err
		}
	}
	return nil
}

func raw(text string) json.RawMessage {
	return json.RawMessage(cmp.Or(text, "null"))
}
