package main

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"archiver/article"
	"archiver/store"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// selection is the filter flags that the reading commands share.
type selection struct {
	sites, topics, kinds, speakers, urls, ids, statuses []string
	since, until, changed, query                        string
	revisions                                           bool

	cmd   *cobra.Command // whose flags they are
	flags *pflag.FlagSet // they alone
	// bare is set where nothing that is shown tells of copies: they need not be
	// looked for.
	bare bool
	// leftOut is set where all that is shown has to have been compared for copies: it is
	// told what has not, because it came or changed meanwhile.
	leftOut func(id string)
}

// filterFlags adds the filter flags to a command.
func filterFlags(cmd *cobra.Command) *selection {
	f := pflag.NewFlagSet("filters", pflag.ContinueOnError)
	s := &selection{cmd: cmd, flags: f}
	f.StringSliceVar(&s.sites, "site", nil, "only of these `SITE`s")
	f.StringVar(&s.since, "since", "", "only published on this `DATE` (2024-05-31, in London) or later")
	f.StringVar(&s.until, "until", "", "only published on this `DATE` or before")
	f.StringVar(&s.changed, "changed-since", "", "only first seen, changed, taken down or back since this `TIME` (2024-05-31 or 2024-05-31T12:00)")
	f.StringSliceVar(&s.topics, "topic", nil, "only on these `TOPIC`s (fraud, fraud/courier)")
	f.StringSliceVar(&s.kinds, "kind", nil, "only of these `KIND`s ("+kindList()+")")
	f.StringSliceVar(&s.speakers, "speaker", nil, "only with a quotation of a speaker whose `NAME` holds this")
	f.StringVar(&s.query, "query", "", "only with all these `WORDS` and \"phrases\"")
	f.StringArrayVar(&s.urls, "url", nil, "only the release at this `ADDRESS`")
	f.StringSliceVar(&s.ids, "id", nil, "only the release with this `ID`, or a beginning of it")
	f.StringSliceVar(&s.statuses, "status", nil, "only in these `STATUS`es (live, missing, gone; default: all)")
	f.BoolVar(&s.revisions, "revisions", false, "every revision, not the newest alone")
	cmd.Flags().AddFlagSet(f)
	complete(cmd, "kind", names(article.Kinds))
	complete(cmd, "status", names(article.Statuses))
	return s
}

// plainArgument is what a shell takes as it is.
var plainArgument = regexp.MustCompile(`^[\w./:@%+,-]+$`)

// String returns the filter flags as they were given, for a shell.
func (s *selection) String() string {
	var given []string
	s.flags.VisitAll(func(f *pflag.Flag) {
		if !f.Changed {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, v := range values {
			if !plainArgument.MatchString(v) {
				v = "'" + strings.ReplaceAll(v, "'", `'\''`) + "'"
			}
			given = append(given, "--"+f.Name+" "+v)
		}
	})
	return strings.Join(given, " ")
}

func kindList() string { return strings.Join(names(article.Kinds), ", ") }

// filter checks the flags and makes them into a filter.
func (s *selection) filter() (*article.Filter, error) {
	f := &article.Filter{Sites: s.sites, Topics: s.topics, Speakers: s.speakers, Query: s.query, URLs: s.urls}
	for _, id := range s.ids {
		f.IDs = append(f.IDs, strings.ToLower(id))
	}
	var err error
	if f.Since, err = day("--since", s.since); err != nil {
		return nil, err
	}
	if f.Until, err = day("--until", s.until); err != nil {
		return nil, err
	}
	if !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1) // the day is included
	}
	if !f.Since.IsZero() && !f.Until.IsZero() && !f.Since.Before(f.Until) {
		return nil, usagef("--since %s is after --until %s", s.since, s.until)
	}
	if f.Changed, err = moment("--changed-since", s.changed); err != nil {
		return nil, err
	}
	for _, k := range s.kinds {
		if !slices.Contains(article.Kinds, article.Kind(k)) {
			return nil, usagef("--kind %q is unknown%s", k, hint(k, names(article.Kinds)))
		}
		f.Kinds = append(f.Kinds, article.Kind(k))
	}
	for _, st := range s.statuses {
		if !slices.Contains(article.Statuses, article.Status(st)) {
			return nil, usagef("--status %q is unknown%s", st, hint(st, names(article.Statuses)))
		}
		f.Statuses = append(f.Statuses, article.Status(st))
	}
	return f, nil
}

// day reads a date of the command line as the midnight in London that begins it.
func day(flag, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, value, article.London)
	if err != nil {
		return time.Time{}, usagef("%s %q is no date; write it like 2024-05-31", flag, value)
	}
	return t, nil
}

// moment reads a date, or a date and a time, of the command line.
func moment(flag, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		return t, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, value, article.London); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("%s %q is no time; write it like 2024-05-31 or 2024-05-31T12:00", flag, value)
}

// filtered checks the flags, the sites too, and opens the archive.
func (a *app) filtered(s *selection) (*article.Filter, *store.Store, error) {
	filter, err := s.filter()
	if err != nil {
		return nil, nil, err
	}
	archive, err := a.open()
	if err != nil {
		return nil, nil, err
	}
	if len(filter.Sites) > 0 {
		err = a.knownSites(archive, filter.Sites)
	}
	return filter, archive, err
}

// records opens the archive and returns what the flags select, ordered by time
// of publication, then address, each with the copies that it has.
func (a *app) records(s *selection) (iter.Seq2[*article.Record, error], error) {
	filter, archive, err := a.filtered(s)
	if err != nil {
		return nil, err
	}
	recs := func(yield func(*article.Record, error) bool) {
		for newest, err := range archive.Records(store.Range{Since: filter.Since, Until: filter.Until, Abreast: true}) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !s.revisions {
				if filter.Match(newest) && !yield(newest, nil) {
					return
				}
				continue
			}
			revisions, err := archive.Revisions(newest.ID)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, r := range revisions {
				if filter.Match(r) && !yield(r, nil) {
					return
				}
			}
		}
	}
	if s.bare {
		return recs, nil
	}
	return a.withCopies(s.cmd.Context(), archive, recs, s.leftOut), nil
}

// knownSites refuses a site that neither the archive nor a profile knows: it is
// a slip, and no empty selection. The archive may be nil.
func (a *app) knownSites(archive *store.Store, wanted []string) error {
	set, err := a.profiles("")
	if err != nil {
		return err
	}
	known := set.IDs()
	if archive != nil {
		counts, err := archive.Counts()
		if err != nil {
			return err
		}
		for _, c := range counts {
			known = append(known, c.Site)
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, site := range wanted {
		if !slices.Contains(known, site) {
			return usagef("--site %q is unknown%s", site, hint(site, known))
		}
	}
	return nil
}
