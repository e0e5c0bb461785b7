package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"archiver/article"
	"archiver/scraper"
	"archiver/scraper/extract"
	"archiver/scraper/sites"
	"archiver/store"

	"github.com/lmittmann/tint"
	"github.com/spf13/cobra"
)

var _ scraper.Archive = (*store.Store)(nil)

// defaultTimeout bounds one request, its body included.
const defaultTimeout = 30 * time.Second

// crawlFlags are the words of a crawl.
type crawlFlags struct {
	full, recheck, plan, quiet, verbose bool
	since, until                        string
	limit                               int
	delay, timeout, maxTime, wait       time.Duration
	sites, contact, report, metrics     string
	rules                               string
	notify, notifyExec, notifyOn        string
	watches                             string
}

func (a *app) crawl() *cobra.Command {
	var f crawlFlags
	cmd := &cobra.Command{
		Use:   "crawl [SITE…|URL…|all]",
		Short: "Fetch news into the archive",
		Long: `Crawl discovers the news of the sites, fetches what is new, reads it and keeps
it, with the page as fetched, in the archive. Without a SITE it is cheshire. A URL
is fetched alone, whatever its site and even if it is known.

It asks one request at a time of a host, with a pause between them, reads
robots.txt first and keeps to it, and says who it is. A run that is interrupted
goes on where it stood the next time. It is silent in cron unless something is
wrong. At its end it tells of what is new in the saved searches, see
'archiver watch --help'.

` + aboutNotices + `

EXIT STATUS
  0    done, also when nothing was new
  1    failed: the archive, the disk
  2    wrong command line, site profile or rules; nothing was touched
  3    done, but some pages failed and will be tried again
  4    another crawl holds this archive
  5    a site refused; we stopped asking it, and marked nothing as missing
  6    a site has changed its shape; nothing was marked as missing
  130  interrupted; what was done is kept
Of several, the first of 1, 6, 5, 3.`,
		Example: `  archiver crawl
  archiver crawl cheshire kent --contact press-archive@example.org
  archiver crawl all --full --max-time 6h
  archiver crawl https://www.cheshire.police.uk/news/cheshire/news/articles/...
  archiver crawl --rules my-rules.yaml
  archiver crawl all --quiet --notify https://hooks.example.org/archiver
  archiver crawl all --quiet --notify-exec 'mail -s "$ARCHIVER_SUMMARY" desk@example.org'
  archiver crawl --plan`,
		RunE: func(cmd *cobra.Command, targets []string) error {
			return a.runCrawl(cmd.Context(), f, targets)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			set, err := sites.Load("")
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return append(set.IDs(), "all"), cobra.ShellCompDirectiveNoFileComp
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.full, "full", false, "the whole back file, not only what is new")
	flags.StringVar(&f.since, "since", "", "only what was published on this `DATE` (2024-05-31, 2024-05 or 2024) or later")
	flags.StringVar(&f.until, "until", "", "only what was published on this `DATE` or before")
	flags.IntVar(&f.limit, "limit", 0, "at most `N` articles")
	flags.BoolVar(&f.recheck, "recheck", false, "ask again for all known articles")
	flags.DurationVar(&f.delay, "delay", time.Second, "least `TIME` between two requests to a host; 0s is for one's own server")
	flags.DurationVar(&f.timeout, "timeout", defaultTimeout, "longest `TIME` for one request, body included")
	flags.DurationVar(&f.maxTime, "max-time", 0, "stop in good order after this `TIME`; the next run goes on")
	flags.DurationVar(&f.wait, "wait", 0, "wait this `TIME` for another crawl to finish")
	flags.StringVar(&f.sites, "sites", "", "folder `DIR` of site profiles that add to the program's own or replace them")
	rulesFlag(cmd, &f.rules)
	flags.StringVar(&f.contact, "contact", "", "as `TEXT`, how a site's owner reaches you, in the user agent (default: $ARCHIVER_CONTACT)")
	flags.BoolVar(&f.plan, "plan", false, "print what would be asked; ask only robots.txt and listings")
	flags.BoolVar(&f.quiet, "quiet", false, "say only what is wrong")
	flags.BoolVar(&f.verbose, "verbose", false, "say what is done, page by page")
	flags.StringVar(&f.report, "report", "", "write a report of the run to this `FILE`, as JSON")
	flags.StringVar(&f.metrics, "metrics", "", "write figures of the run to this `FILE`, for Prometheus")
	notifyFlags(cmd, &f)
	watchesFlag(cmd, &f.watches)
	return cmd
}

// runCrawl checks the words, opens the archive, crawls, reports and tells.
func (a *app) runCrawl(ctx context.Context, f crawlFlags, targets []string) error {
	tell, err := f.notifier()
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		targets = []string{"cheshire"}
	}
	c := &crawlRun{flags: f, targets: targets, tell: tell, started: time.Now()}
	s, err := a.scraper(f)
	if err == nil {
		err = checkTargets(s.Sites, targets)
	}
	var tellers []watchTeller
	if err == nil {
		tellers, err = a.watchTellers(f)
	}
	var usage *usageError
	switch {
	case err == nil && f.plan:
		return a.planCrawl(ctx, s, targets)
	case errors.As(err, &usage) && (!usage.file || f.plan):
		return err // whoever has typed it sees it
	case err != nil:
		c.err = err
		return a.concludeCrawl(ctx, c)
	}
	unlock, err := a.openCrawl(ctx, c)
	if err != nil {
		c.err = err
		return a.concludeCrawl(ctx, c)
	}
	defer unlock() //nolint:errcheck // the lock ends with the process
	s.Archive = c.archive
	c.archive.Reread = a.rereader(f.sites, f.rules)
	if err := learnShapes(ctx, c.archive, s.Sites, targets); err != nil {
		c.err = err
		return a.concludeCrawl(ctx, c)
	}
	if c.watches, c.untold = a.beginWatches(ctx, c.archive, tellers); ctx.Err() != nil {
		c.err = ctx.Err()
		return a.concludeCrawl(ctx, c)
	}

	_, c.tty = terminal(a.stderr)
	if c.tty && !f.quiet && s.Contact == "" {
		fmt.Fprintln(a.stderr, "Hint: tell the sites how to reach you, with --contact or $ARCHIVER_CONTACT.")
	}
	done := func() {}
	if c.tty && !f.quiet && !f.verbose {
		s.Progress, done = a.siteBars()
	}
	c.report, c.err = s.Crawl(ctx, targets...)
	done()
	a.refreshIndexes(ctx, c.archive)
	return a.concludeCrawl(ctx, c)
}

// openCrawl opens the archive and keeps other crawls away from it.
func (a *app) openCrawl(ctx context.Context, c *crawlRun) (unlock func() error, err error) {
	archive, err := a.create()
	if err != nil {
		return nil, err
	}
	archive.Command = withoutSecrets(os.Args)
	if unlock, err = archive.Lock(ctx, c.flags.wait); err != nil {
		return nil, err
	}
	c.archive = archive
	return unlock, nil
}

// scraper makes the scraper that the flags describe, without an archive.
func (a *app) scraper(f crawlFlags) (*scraper.Scraper, error) {
	set, err := a.profiles(f.sites)
	if err != nil {
		return nil, err
	}
	reader, err := a.reader(f.rules)
	if err != nil {
		return nil, err
	}
	since, until, err := between(f.since, f.until)
	if err != nil {
		return nil, err
	}
	if !until.IsZero() {
		until = until.Add(-time.Nanosecond) // which it includes
	}
	switch {
	case f.limit < 0:
		return nil, usagef("--limit %d: must not be negative", f.limit)
	case f.delay < 0:
		return nil, usagef("--delay %v: must not be negative", f.delay)
	case f.maxTime < 0:
		return nil, usagef("--max-time %v: must not be negative", f.maxTime)
	case f.wait < 0:
		return nil, usagef("--wait %v: must not be negative", f.wait)
	case f.timeout <= 0:
		return nil, usagef("--timeout %v: must be longer than nothing", f.timeout)
	case f.quiet && f.verbose:
		return nil, usagef("--quiet and --verbose contradict each other")
	}
	contact := f.contactWords()
	if strings.ContainsFunc(contact, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		return nil, usagef("--contact %q: must be one line", contact)
	}
	return &scraper.Scraper{
		Read: asScraped(reader), Sites: set,
		Version: versionString(), Contact: contact,
		Delay: f.delay, Timeout: f.timeout, MaxTime: f.maxTime,
		Full: f.full, Recheck: f.recheck, Plan: f.plan,
		Since: since, Until: until, Limit: f.limit,
		Log: a.logger(f.verbose),
	}, nil
}

// contactWords is how a site's owner reaches the operator.
func (f *crawlFlags) contactWords() string { return cmp.Or(f.contact, os.Getenv("ARCHIVER_CONTACT")) }

// asScraped is a reader as the scraper takes it: what is no release is an address
// that is not asked for again soon, and no failure.
func asScraped(reader extract.Extractor) func(article.Page, *sites.Site) (*article.Record, error) {
	return func(p article.Page, site *sites.Site) (*article.Record, error) {
		record, err := reader.Extract(p, site)
		if errors.Is(err, extract.ErrNotArticle) || errors.Is(err, extract.ErrNotHTML) {
			return nil, fmt.Errorf("%w (%w)", scraper.ErrNotArticle, err)
		}
		return record, err
	}
}

// logger writes to standard error what is done, or nothing: what is wrong the
// report says at the end.
func (a *app) logger(verbose bool) *slog.Logger {
	if !verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(tint.NewTextHandler(a.stderr, &tint.Options{Level: slog.LevelInfo, TimeFormat: time.TimeOnly, NoColor: !coloured(a.stderr)}))
}

// checkTargets refuses a target that is neither a site nor a web address, before
// anything is touched.
func checkTargets(set *sites.Set, targets []string) error {
	for _, target := range targets {
		if target == "all" || set.ByID(target) != nil {
			continue
		}
		if !strings.Contains(target, "://") {
			if strings.Contains(target, ".") { // no site has one
				return usagef("%q is neither a site nor a web address, which begins with https://", target)
			}
			return usagef("site %q is unknown%s", target, hint(target, set.IDs()))
		}
		if err := webAddress(target); err != nil {
			return err
		}
	}
	return nil
}

func webAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return usagef("%q is not a web address: %v", address, errors.Unwrap(err))
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return usagef("%q is not a web address: it must begin with https:// or http:// and name a host", address)
	}
	return nil
}

// planCrawl prints what a crawl would ask for. An archive that there is not yet
// is not made.
func (a *app) planCrawl(ctx context.Context, s *scraper.Scraper, targets []string) error {
	archive, err := a.open()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.Archive = emptyArchive{}
	case err != nil:
		return err
	default:
		s.Archive = archive
	}
	c := &crawlRun{flags: crawlFlags{quiet: true}}
	if c.report, c.err = s.Crawl(ctx, targets...); c.report == nil {
		return c.err
	}
	for _, card := range c.report.Planned {
		if _, err := fmt.Fprintln(a.stdout, card.URL); err != nil {
			return wrote(err)
		}
	}
	return a.concludeCrawl(ctx, c)
}

// troubles says what was wrong with each site: what it refused, how it changed,
// and the first of the pages that failed.
func (a *app) troubles(report *scraper.Report) {
	const shown = 5
	for _, s := range report.Sites {
		if s.Shape != "" {
			fmt.Fprintf(a.stderr, "archiver: %s: the site has changed its shape: %s\n", s.Site, s.Shape)
		}
		if s.Blocked != "" {
			fmt.Fprintf(a.stderr, "archiver: %s: the site refused us: %s\n", s.Site, s.Blocked)
		}
		for _, note := range s.Notes {
			fmt.Fprintf(a.stderr, "archiver: %s: %s: %s\n", s.Site, note.URL, note.Cause)
		}
		for i, failure := range s.Failures {
			if i == shown {
				fmt.Fprintf(a.stderr, "archiver: %s: %d more pages failed; --report lists them\n", s.Site, len(s.Failures)-shown)
				break
			}
			fmt.Fprintf(a.stderr, "archiver: %s: %s: %s (will be tried again)\n", s.Site, failure.URL, failure.Cause)
		}
	}
}

// emptyArchive stands for an archive that there is not yet.
type emptyArchive struct{}

func (emptyArchive) Addresses(...string) (map[string]article.Address, error) { return nil, nil }
func (emptyArchive) Pending(string, time.Time, int) ([]article.Address, error) {
	return nil, nil
}
func (emptyArchive) Due(string, time.Time, int) ([]article.Address, error) { return nil, nil }
func (emptyArchive) AddressesOf(string) iter.Seq2[article.Address, error] {
	return func(func(article.Address, error) bool) {}
}
func (emptyArchive) Save(visits ...article.Visit) ([]article.Outcome, error) {
	return make([]article.Outcome, len(visits)), nil
}
func (emptyArchive) State(string) ([]byte, error)      { return nil, nil }
func (emptyArchive) SetState(string, []byte) error     { return nil }
func (emptyArchive) SetStates(map[string][]byte) error { return nil }
