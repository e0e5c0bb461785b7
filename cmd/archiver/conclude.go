package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"archiver/intact"
	"archiver/scraper"
	"archiver/store"
)

// A crawlRun is one run of the crawl command.
type crawlRun struct {
	flags   crawlFlags
	targets []string
	tell    *notifier // nil where nobody is to be told
	tty     bool
	started time.Time

	watches *watchRound // nil where nobody is to be told of a watch
	untold  error       // why watches cannot be told of

	archive *store.Store    // nil where it could not be opened
	report  *scraper.Report // nil where the crawl did not begin
	err     error           // what ended it
}

// A crawlResult is what a run came to, as programs read it: in the file of
// --report, and as notices have it.
type crawlResult struct {
	Status int    `json:"status"` // the exit status, so far as the crawl itself decides it
	Error  string `json:"error,omitempty"`
	*scraper.Report
	Notice *notice `json:"notice,omitempty"`
}

// result sums up a run.
func (c *crawlRun) result(ctx context.Context, err error) crawlResult {
	r := crawlResult{Status: status(ctx, err), Report: c.report}
	var partial *partialError
	if err != nil && !errors.As(err, &partial) && !errors.Is(err, context.Canceled) {
		r.Error = err.Error()
	}
	if r.Report == nil {
		r.Report = &scraper.Report{Started: c.started, Finished: time.Now(), Sites: []scraper.SiteReport{}}
	}
	return r
}

// concludeCrawl says how the run went, writes what is to be written of it, tells
// whom it is to be told, and turns it into an error with its exit status: of
// several, the first of 1, 6, 5, 3.
func (a *app) concludeCrawl(ctx context.Context, c *crawlRun) error {
	err := c.err
	if err == nil && ctx.Err() == nil && c.report.Status() != statusDone {
		err = &partialError{status: c.report.Status()}
	}
	// What another crawl is busy with, that one will report.
	if !errors.Is(err, store.ErrInUse) {
		if failed := c.write(c.result(ctx, err)); failed != nil {
			err = errors.Join(c.err, failed)
		}
	}
	if c.report != nil {
		a.troubles(c.report)
		if (c.tty || c.flags.verbose) && !c.flags.quiet {
			fmt.Fprintln(a.stderr, c.report.Summary())
		}
	}
	if ctx.Err() != nil {
		return err
	}
	var failed error
	if c.tell != nil {
		if failed = a.tell(ctx, c, c.result(ctx, err)); failed != nil && !errors.Is(failed, context.Canceled) {
			fmt.Fprintf(a.stderr, "archiver: a notice was not delivered, the next run will try again: %v\n", failed)
		}
	}
	failed = errors.Join(failed, a.tellWatches(ctx, c))
	switch {
	case errors.Is(failed, context.Canceled):
		return failed
	case failed != nil && err == nil:
		return &partialError{status: statusFailed}
	}
	return err
}

// tellWatches tells of what is new in the watches after a crawl, and says what of it
// did not succeed.
func (a *app) tellWatches(ctx context.Context, c *crawlRun) error {
	err := c.untold
	if c.watches != nil && c.report != nil && c.err == nil {
		err = errors.Join(err, c.watches.tell(ctx))
	}
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(a.stderr, "archiver: %s\n", strings.TrimSuffix(line, "\n"))
	}
	return err
}

// write writes the report and the figures of a run to their files.
func (c *crawlRun) write(result crawlResult) error {
	var errs []error
	if c.flags.report != "" {
		data, err := json.MarshalIndent(result, "", "  ")
		if err == nil {
			err = intact.WriteFile(c.flags.report, append(data, '\n'), 0o644)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("write report: %w", err))
		}
	}
	if c.flags.metrics != "" {
		if err := writeMetrics(c.flags.metrics, c.archive, result); err != nil {
			errs = append(errs, fmt.Errorf("write metrics: %w", err))
		}
	}
	return errors.Join(errs...)
}
