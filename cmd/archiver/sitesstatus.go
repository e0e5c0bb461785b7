package main

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"archiver/article"
	"archiver/health"
	"archiver/scraper"
	"archiver/store"

	"github.com/spf13/cobra"
)

func (a *app) sitesStatus() *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:   "status [SITE…]",
		Short: "Show the health of each source",
		Long: `Status shows for each site of the archive, or for those that are named, when it
was last crawled and how that ended, when a new article last came in, how many
records there are and addresses that wait, what share of the records has a
dateline, a standfirst, a text and quotations, and how late new articles come in.
What is wrong stands below, with its cause and since when. One site alone is shown
in full.

  Ended    done; refused, shape or pages where something was wrong; why a run
           stopped early (max-time, limit, interrupted); or unfinished, where it
           goes on or was killed
  Waiting  addresses that are new, failed or were refused: the next runs ask for
           them
  Lag      the median time between publication and when it was first seen, of the
           newest releases that came out since the site was first crawled
  ↓        of the newest hundred records a share less by a fifth of all has it

A site has lost its headline, dateline, standfirst or text, or the dates of its
cards, and its crawl ends with status 6, if fewer than a third of the last ten
pages read have it, or none of the last five, and nine in ten of those before; where
all of those had it, sixty at least, three in a row without are enough. A page read
again counts once. After two weeks that is taken for how the site is.

With --format jsonl each line is an object with site, force, first_run, last_run
(the site's part of 'crawl --report'), unfinished_since, last_new, last_published,
records by status, addresses by state, coverage (of each part the share of all
records and of the newest hundred), lag_seconds, waiting (addresses that have
failed by cause) and trouble (kind, cause, since).`,
		Example: `  archiver sites status
  archiver sites status kent essex
  archiver sites status --format jsonl | jq 'select(.trouble) | .site'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, ids []string) error {
			list, err := a.statuses(cmd.Context(), dir, ids)
			switch {
			case err != nil:
				return err
			case format == "jsonl":
				return writeLines(a.stdout, list)
			case len(ids) == 1:
				return a.statusOfOne(list[0])
			}
			return a.statusTable(list)
		},
		ValidArgsFunction: completeSites,
	}
	profileFlag(cmd, &dir)
	tableFormat(cmd, &format)
	return cmd
}

// A siteStatus is the health of a source, as programs read it.
type siteStatus struct {
	Site       string                 `json:"site"`
	Force      string                 `json:"force"`
	FirstRun   article.Time           `json:"first_run,omitzero"`
	LastRun    *scraper.SiteReport    `json:"last_run,omitempty"`
	Unfinished article.Time           `json:"unfinished_since,omitzero"`
	LastNew    article.Time           `json:"last_new,omitzero"`
	Published  article.Time           `json:"last_published,omitzero"`
	Records    map[article.Status]int `json:"records"`
	Addresses  map[article.State]int  `json:"addresses"`
	Coverage   map[string]coverage    `json:"coverage"`
	Lag        *int64                 `json:"lag_seconds,omitempty"`
	Waiting    map[string]int         `json:"waiting"`
	Trouble    *openTrouble           `json:"trouble,omitempty"`
}

// coverage is how many records have a part, from 0 to 1.
type coverage struct {
	Share  float64 `json:"share"`
	Recent float64 `json:"recent"`
}

type openTrouble struct {
	health.Trouble
	Since article.Time `json:"since"`
}

// statuses gathers the health of the sites that are named, or of all that the
// archive knows.
func (a *app) statuses(ctx context.Context, dir string, ids []string) ([]siteStatus, error) {
	set, err := a.profiles(dir)
	if err != nil {
		return nil, err
	}
	archive, err := a.open()
	if err != nil {
		return nil, err
	}
	counts, err := sources(archive)
	if err != nil {
		return nil, err
	}
	held := map[string]store.Count{}
	for _, c := range counts {
		held[c.Site] = c
	}
	known := slices.Compact(slices.Sorted(slices.Values(append(set.IDs(), slices.Collect(maps.Keys(held))...))))
	for _, id := range ids {
		if !slices.Contains(known, id) {
			return nil, usagef("site %q is unknown%s", id, hint(id, known))
		}
	}
	if len(ids) == 0 {
		ids = slices.Sorted(maps.Keys(held))
	}
	summaries, err := summarised(ctx, archive, ids)
	if err != nil {
		return nil, err
	}
	list := make([]siteStatus, len(ids))
	for i, id := range ids {
		if list[i], err = statusOf(ctx, archive, id, held[id], summaries[id]); err != nil {
			return nil, err
		}
		if site := set.ByID(id); site != nil {
			list[i].Force = site.Force
		}
	}
	return list, nil
}

// summarised sums up the records of the sites, most of them at a glance.
func summarised(ctx context.Context, archive *store.Store, ids []string) (map[string]*health.Summary, error) {
	summaries := map[string]*health.Summary{}
	for _, id := range ids {
		summaries[id] = &health.Summary{}
	}
	var only store.Range
	if len(ids) == 1 {
		only.Site = ids[0]
	}
	for r, err := range store.Glances(archive, only, health.AtGlance) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return nil, err
		}
		if s := summaries[r.Site]; s != nil {
			s.Add(r)
		}
	}
	return summaries, nil
}

func statusOf(ctx context.Context, archive *store.Store, id string, held store.Count, summary *health.Summary) (siteStatus, error) {
	last, err := lastRun(archive, id)
	if err != nil {
		return siteStatus{}, err
	}
	s := siteStatus{
		Site: id, FirstRun: article.At(last.First), Unfinished: article.At(last.Began),
		LastNew: article.At(summary.Newest), Published: article.At(summary.Published),
		Records: map[article.Status]int{}, Addresses: map[article.State]int{}, Coverage: map[string]coverage{}, Waiting: map[string]int{},
	}
	for _, status := range article.Statuses {
		s.Records[status] = held.Records[status]
	}
	for _, state := range article.States {
		s.Addresses[state] = held.Addresses[state]
	}
	for field := range health.OfRelease.Each {
		s.Coverage[field.Name()] = coverage{summary.Share(field), summary.Recent(field)}
	}
	if lag, ok := summary.Lag(last.First); ok {
		seconds := int64(lag / time.Second)
		s.Lag = &seconds
	}
	if !last.Report.Started.IsZero() {
		s.LastRun = &last.Report
		if trouble := last.Report.Trouble(); trouble != nil {
			s.Trouble = &openTrouble{*trouble, article.At(last.Since)}
		}
	}
	for address, err := range archive.AddressesIn(id, article.StateFailed, article.StateBlocked) {
		if err = cmp.Or(err, ctx.Err()); err != nil {
			return s, err
		}
		s.Waiting[health.Gist(address.Reason)]++
	}
	return s, nil
}

// ended says in a word how the last run ended.
func (s *siteStatus) ended() string {
	switch {
	case !s.Unfinished.IsZero():
		return "unfinished"
	case s.LastRun == nil:
		return "never crawled"
	case s.Trouble != nil:
		return string(s.Trouble.Kind)
	case s.LastRun.Stopped != "":
		return s.LastRun.Stopped
	}
	return "done"
}

// lastAt is when the last run began.
func (s *siteStatus) lastAt() article.Time {
	switch {
	case !s.Unfinished.IsZero():
		return s.Unfinished
	case s.LastRun == nil:
		return article.Time{}
	}
	return article.At(s.LastRun.Started)
}

func (s *siteStatus) records() int {
	n := 0
	for _, count := range s.Records {
		n += count
	}
	return n
}

// waiting counts the addresses that a crawl will ask for.
func (s *siteStatus) waiting() int {
	return s.Addresses[article.StateNew] + s.Addresses[article.StateFailed] + s.Addresses[article.StateBlocked]
}
